package columnar

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// grid is a table of prices as found, sessions x assets, symbols sorted. NaN is
// no price: noRow where the file says nothing, any other NaN where it says so.
type grid struct {
	dates   []data.Date
	symbols []string
	close   []float64
	beside  [besides][]float64 // nil: not read
	splits  []Split
	whole   bool // every cell holds what it should
}

// noRow marks cells that no row of the file filled.
var noRow = math.Float64frombits(0x7ff8_0000_0000_00e5)

var noRowBits = math.Float64bits(noRow)

// noPrice is what a filled cell without a price holds.
var noPrice = math.NaN()

func isNoRow(v float64) bool { return math.Float64bits(v) == noRowBits }

// calendar gives each date of the rows its session.
type calendar struct {
	dates []data.Date
	at    []int32 // session by date - first, -1 for none
	first data.Date
}

// newCalendar collects the distinct dates of the rows that count.
func newCalendar(rows []data.Date, counts func(row int) bool) calendar {
	lo, hi := data.Date(math.MaxInt32), data.Date(math.MinInt32)
	for _, d := range rows {
		if d != data.NoDate {
			lo, hi = min(lo, d), max(hi, d)
		}
	}
	if lo > hi {
		return calendar{}
	}
	c := calendar{first: lo, at: make([]int32, hi-lo+1)}
	last := data.NoDate
	for i, d := range rows {
		if d == last || d == data.NoDate || !counts(i) {
			continue
		}
		c.at[d-lo] = 1
		last = d
	}
	for k, there := range c.at {
		c.at[k] = -1
		if there > 0 {
			c.at[k] = int32(len(c.dates))
			c.dates = append(c.dates, lo+data.Date(k))
		}
	}
	return c
}

// closeTo drops dates outside the window by making them data.NoDate.
func closeTo(dates []data.Date, from, to data.Date) {
	for i, d := range dates {
		if from != data.NoDate && d < from || to != data.NoDate && d > to {
			dates[i] = data.NoDate
		}
	}
}

// checkOrder reports every row whose date is before the one above it.
func checkOrder(dates []data.Date, place func(int) string, f *findings) {
	last := data.NoDate
	for i, d := range dates {
		if d == data.NoDate {
			continue
		}
		if d < last && !f.full(fault.Unsorted) {
			f.add(fault.Finding{Code: fault.Unsorted, Place: place(i), What: fmt.Sprintf("date %s after %s", d, last), Rule: "rows must be in increasing date order", Remedy: "sort the file"})
		}
		last = d
	}
}

// symbolTable gives the codes of a symbol column their places among the sorted
// symbols, -1 for those not asked for.
type symbolTable struct {
	symbols []string
	at      []int32
}

// newSymbols sorts the symbols in use. Empty, overlong and unprintable ones are
// E335, those asked for and not there E320.
func newSymbols(c *Column, used []bool, want []string, f *findings) symbolTable {
	t := symbolTable{at: make([]int32, len(c.Dict))}
	asked := map[string]bool{}
	for _, s := range want {
		asked[s] = true
	}
	var have []string
	var codes []int32
	for k, s := range c.Dict {
		t.at[k] = -1
		if !used[k] {
			continue
		}
		if have = append(have, s); want == nil || asked[s] {
			codes = append(codes, int32(k))
			checkSymbol(s, f)
			delete(asked, s)
		}
	}
	for _, s := range slices.Sorted(slices.Values(want)) {
		if asked[s] {
			f.add(unknownSymbol(s, have))
			delete(asked, s)
		}
	}
	slices.SortFunc(codes, func(a, b int32) int { return cmp.Compare(c.Dict[a], c.Dict[b]) })
	for _, k := range codes {
		if n := len(t.symbols); n == 0 || t.symbols[n-1] != c.Dict[k] {
			t.symbols = append(t.symbols, c.Dict[k])
		}
		t.at[k] = int32(len(t.symbols) - 1)
	}
	return t
}

// textColumn makes a symbol column of whole numbers text; other types are E317.
func textColumn(c *Column, f *findings) *Column {
	switch c.Type.Kind {
	case Text:
		return c
	case Int:
		out := &Column{Name: c.Name, Type: Type{Kind: Text}, Codes: make([]int32, len(c.Ints)), Valid: c.Valid}
		seen := map[int64]int32{}
		for i, v := range c.Ints {
			k, ok := seen[v]
			if !ok {
				k = int32(len(out.Dict))
				seen[v] = k
				out.Dict = append(out.Dict, strconv.FormatInt(v, 10))
			}
			out.Codes[i] = k
		}
		return out
	}
	f.add(fault.Finding{Code: fault.BadCell, Place: column(c.Name), What: "symbols are of type " + c.Type.String(), Rule: "text or whole numbers", Remedy: "name another column in data.columns"})
	return nil
}

// newGrid makes an empty grid after checking that it is affordable.
func newGrid(dates []data.Date, symbols []string, beside [besides]bool, m *meter) (*grid, error) {
	if len(symbols) > data.MaxSymbols {
		return nil, bad(fault.MemoryLimit, "", fmt.Sprintf("%d symbols", len(symbols)), fmt.Sprintf("at most %d", data.MaxSymbols), "name the symbols you want")
	}
	cells := int64(len(dates)) * int64(len(symbols))
	need := cells * 16 // the grid, and the panel made of it
	for _, there := range beside {
		if there {
			need += cells * 16
		}
	}
	if err := m.keep(need, fmt.Sprintf("%d sessions x %d assets", len(dates), len(symbols))); err != nil {
		return nil, err
	}
	g := &grid{dates: dates, symbols: symbols, close: make([]float64, cells), whole: true}
	fillNoRow(g.close)
	for k, there := range beside {
		if there {
			g.beside[k] = make([]float64, cells)
			fillNoRow(g.beside[k])
		}
	}
	return g, nil
}

func fillNoRow(v []float64) {
	for i := range v {
		v[i] = noRow
	}
}

// longRows are the columns of a long table, one value a row.
type longRows struct {
	dates  []data.Date
	codes  []int32
	close  []float64
	beside [besides][]float64
	place  func(int) string
}

// fill puts every row into its cell. Rows of the same date and symbol are E311,
// or the first or the last of them counts.
func (g *grid) fill(ctx context.Context, r longRows, cal calendar, sym symbolTable, duplicates string, f *findings) error {
	n := int32(len(g.symbols))
	beside := r.beside[opens] != nil || r.beside[volumes] != nil || r.beside[spreads] != nil
	last, row := data.NoDate, -1
	var again []int // rows that meet a filled cell
	repeats := 0
	for i, d := range r.dates {
		if i%batch == 0 {
			if err := ended(ctx); err != nil {
				return err
			}
		}
		if d == data.NoDate {
			continue
		}
		a := sym.at[r.codes[i]]
		if a < 0 {
			continue
		}
		if d != last {
			last, row = d, int(cal.at[d-cal.first])*int(n)
		}
		cell := row + int(a)
		if math.Float64bits(g.close[cell]) != noRowBits {
			repeats++
			switch duplicates {
			case DuplicatesFirst:
				continue
			case DuplicatesLast:
			default:
				if len(again) < maxFindings {
					again = append(again, i)
				}
				continue
			}
		}
		v := r.close[i]
		if v != v {
			v = noPrice
		}
		g.close[cell] = v
		if !beside {
			continue
		}
		for k, from := range r.beside {
			if from != nil {
				g.beside[k][cell] = from[i]
			}
		}
	}
	g.reportRepeats(r, sym, again, repeats, f)
	return nil
}

// reportRepeats names both rows of every repeated (date, symbol).
func (g *grid) reportRepeats(r longRows, sym symbolTable, again []int, total int, f *findings) {
	if len(again) == 0 {
		return
	}
	type key struct {
		d data.Date
		a int32
	}
	first := make(map[key]int, len(again))
	for _, i := range again {
		first[key{r.dates[i], sym.at[r.codes[i]]}] = -1
	}
	for i, d := range r.dates {
		if d == data.NoDate || sym.at[r.codes[i]] < 0 {
			continue
		}
		k := key{d, sym.at[r.codes[i]]}
		if at, ok := first[k]; ok && at < 0 {
			first[k] = i
		}
	}
	for _, i := range again {
		k := key{r.dates[i], sym.at[r.codes[i]]}
		j := first[k]
		f.add(fault.Finding{Code: fault.RowTwice, Place: r.place(i), What: fmt.Sprintf("%s %s twice: %v (%s) and %v (%s)", g.symbols[k.a], k.d, r.close[j], r.place(j), r.close[i], r.place(i)),
			Rule: "one row a date and symbol", Remedy: "set data.duplicates: first or last, or remove one"})
	}
	f.count[fault.RowTwice] += total - len(again)
}

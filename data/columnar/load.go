package columnar

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// loaded is a price file on its way to a panel. grid is nil when findings made
// it impossible.
type loaded struct {
	in     *input
	reader tableReader
	layout layout
	grid   *grid
	found  *findings
}

// ReadPanel reads a file of prices, long or wide, into a panel. All findings
// come back together as a fault.List; warnings alone do not fail and stand in
// Source.Warnings. The context ends the read early.
func ReadPanel(ctx context.Context, path string, o Options) (*data.Panel, *Source, error) {
	ld, err := load(ctx, path, o)
	if err != nil {
		return nil, nil, err
	}
	g := ld.grid
	if g == nil && !ld.found.bad() {
		ld.found.add(fault.Finding{Code: fault.NoPrice, What: "no row holds a price of an asset asked for", Rule: "at least one", Remedy: "check data.columns and the period"})
	}
	if ld.found.bad() {
		return nil, nil, ld.found.done().Err()
	}
	p, err := g.panel(o.Kind, ld.wholeDates(ctx, o))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", ld.in.name, err)
	}
	s := &Source{File: ld.in.name, Bytes: int64(len(ld.in.bytes)), SHA256: ld.in.sha256(), Format: ld.in.format, Rows: ld.reader.rows(),
		First: g.dates[0], Last: g.dates[len(g.dates)-1], Symbols: g.symbols, Taken: ld.layout.taken(ld.reader.fields(), o), Warnings: ld.found.done().Warnings()}
	return p, s, nil
}

// panel makes a panel of a grid without findings: holes that are left are allowed. It is
// a part of what has sessions on the dates of whole; nil: of nothing more.
func (g *grid) panel(kind data.Kind, whole []data.Date) (*data.Panel, error) {
	t := data.Table{Kind: kind, Dates: g.dates, Whole: whole, Symbols: g.symbols, Close: g.close, Open: g.beside[opens], Volume: g.beside[volumes], Spread: g.beside[spreads]}
	if !g.someOpen() { // a column without a value is none
		t.Open = nil
	}
	if !g.whole {
		if err := t.Carry(); err != nil {
			return nil, err
		}
	}
	return data.Make(t)
}

// load reads and checks; an error means that not even the columns are known, or
// that the context ended.
func load(ctx context.Context, path string, o Options) (*loaded, error) {
	o = filledOptions(o)
	ctx, cancel := deadline(ctx, o.Limits)
	defer cancel()
	in, err := openInput(path, o.Limits)
	if err != nil {
		return nil, err
	}
	r, err := openReader(ctx, in, o.Limits, o.NullValues)
	if err != nil {
		return nil, err
	}
	ld := &loaded{in: in, reader: r, found: newFindings(in.name)}
	if err := checkOptions(o); err != nil {
		return ld, ld.take(err)
	}
	if c, ok := r.(*csvReader); ok && o.Columns.Symbol != "" {
		if i, err := findColumn(c.list, o.Columns.Symbol); err == nil {
			c.asText(i)
		}
	}
	if c, ok := r.(*csvReader); ok && o.Columns.Symbol == "" && o.Columns.Close == "" && findAny(c.list, closeNamesOf(o)) < 0 {
		c.asGuessed() // one row a session: a column of prices may be called symbol
	}
	fields, err := ld.fieldsOfPrices(ctx, o)
	if err == nil {
		ld.layout, err = layOut(path, fields, o)
	}
	if err != nil {
		return ld, ld.take(err)
	}
	if ld.layout.kind == layoutLong {
		err = ld.long(ctx, o)
	} else {
		err = ld.wide(ctx, o)
	}
	if err == nil && ld.grid != nil {
		err = ld.check(ctx, o)
	}
	return ld, ld.take(err)
}

// take turns findings that came as an error into findings of the file; other
// errors pass.
func (ld *loaded) take(err error) error {
	list := fault.Of(err)
	for _, x := range list {
		ld.found.add(x)
	}
	if len(list) > 0 {
		return nil
	}
	return err
}

// checkOptions refuses options that mean nothing.
func checkOptions(o Options) error {
	if o.Start != data.NoDate && o.End != data.NoDate && o.Start > o.End {
		return bad(fault.BackwardPeriod, "", fmt.Sprintf("start %s is not before end %s", o.Start, o.End), "start comes first", "change data.start or data.end")
	}
	if o.Timezone != "" {
		if _, err := location(o.Timezone); err != nil {
			return bad(fault.MixedTimes, "", "data.timezone: "+fault.Quote(o.Timezone)+" is not a zone", "a name like America/New_York, the same on every machine", "name the market's zone")
		}
	}
	word := func(key, v string, words ...string) error {
		if v == "" || slices.Contains(words, v) {
			return nil
		}
		return bad(fault.BadValue, "", key+": "+fault.Quote(v), "one of "+strings.Join(words, ", "), "choose one of them")
	}
	for _, err := range []error{
		word("data.missing", o.Missing, MissingError, MissingFfill, MissingDrop),
		word("data.late", o.Late, LateError, LateWait, LateRedistribute),
		word("data.ended", o.Ended, EndedError, EndedLast, EndedZero, EndedPrice),
		word("data.duplicates", o.Duplicates, DuplicatesError, DuplicatesFirst, DuplicatesLast),
		word("data.sort", o.Unsorted, UnsortedSort, UnsortedError),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// withBeside adds the columns beside the closes, and says which there are.
func (l *layout) withBeside(cols []int) (all []int, has [besides]bool) {
	for k, at := range l.beside {
		if at >= 0 {
			cols, has[k] = append(cols, at), true
		}
	}
	return cols, has
}

// columnsOf reads the columns of the layout: date first, then the rest.
func (ld *loaded) columnsOf(ctx context.Context, o Options, cols ...int) (*Table, []data.Date, error) {
	t, err := ld.reader.read(ctx, cols, window{col: ld.layout.date, from: o.Start, to: o.End}, o.Limits)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range ld.reader.warnings() {
		ld.found.add(x)
	}
	if t.Rows() == 0 {
		return nil, nil, ld.nothing(o, data.NoDate, data.NoDate)
	}
	for i := range t.Columns { // as numbers, when they are none already, and as dates
		if t.Columns[i].Type.Kind == Float {
			continue
		}
		if err := ld.in.meter.keep(8*int64(t.Rows()), "numbers"); err != nil {
			return nil, nil, err
		}
	}
	dates := sessionDates(&t.Columns[0], o.Timezone, ld.reader.place, ld.found)
	if o.Unsorted == UnsortedError {
		checkOrder(dates, ld.reader.place, ld.found)
	}
	lo, hi := data.NoDate, data.NoDate
	if o.Start != data.NoDate || o.End != data.NoDate {
		lo, hi = span(dates)
		closeTo(dates, o.Start, o.End)
	}
	if !ld.found.bad() && !slices.ContainsFunc(dates, func(d data.Date) bool { return d != data.NoDate }) {
		return nil, nil, ld.nothing(o, lo, hi)
	}
	return t, dates, nil
}

func span(dates []data.Date) (lo, hi data.Date) {
	lo, hi = data.NoDate, data.NoDate
	for _, d := range dates {
		if d == data.NoDate {
			continue
		}
		if lo == data.NoDate || d < lo {
			lo = d
		}
		hi = max(hi, d)
	}
	return lo, hi
}

// nothing is the finding for a period without rows.
func (ld *loaded) nothing(o Options, lo, hi data.Date) error {
	if o.Start == data.NoDate && o.End == data.NoDate {
		return bad(fault.EmptyFile, "", "the table has no rows", "rows of prices", "check how the file was written")
	}
	have := "no data there"
	if lo != data.NoDate {
		have = fmt.Sprintf("data run from %s to %s", lo, hi)
	}
	return bad(fault.OutsideData, "", fmt.Sprintf("no row from %s to %s", dateOr(o.Start, "the start"), dateOr(o.End, "the end")), have, "change data.start or data.end")
}

func dateOr(d data.Date, open string) string {
	if d == data.NoDate {
		return open
	}
	return d.String()
}

// long makes the grid of a table with a row a (date, symbol).
func (ld *loaded) long(ctx context.Context, o Options) error {
	l := ld.layout
	cols, has := l.withBeside([]int{l.date, l.symbol, l.close})
	t, dates, err := ld.columnsOf(ctx, o, cols...)
	if err != nil {
		return err
	}
	r := longRows{dates: dates, place: ld.reader.place}
	r.close = numbers(&t.Columns[2], o.NullValues, r.place, ld.found)
	next := 3
	for k, there := range has {
		if there {
			r.beside[k] = numbers(&t.Columns[next], o.NullValues, r.place, ld.found)
			next++
		}
	}
	text := textColumn(&t.Columns[1], ld.found)
	if text == nil || ld.found.bad() {
		return nil
	}
	r.codes = text.Codes
	dropNameless(text, dates, r.place, ld.found)
	sym := newSymbols(text, usedCodes(text, dates), o.Symbols, ld.found)
	cal := newCalendar(dates, func(i int) bool { return sym.at[r.codes[i]] >= 0 })
	if ld.found.bad() || len(cal.dates) == 0 {
		return nil
	}
	g, err := newGrid(cal.dates, sym.symbols, has, ld.in.meter)
	if err != nil {
		return err
	}
	if err := g.fill(ctx, r, cal, sym, o.Duplicates, ld.found); err != nil {
		return err
	}
	ld.grid = g
	return nil
}

// dropNameless reports rows without a symbol.
func dropNameless(c *Column, dates []data.Date, place func(int) string, f *findings) {
	for i := range c.Codes {
		if !c.Null(i) || dates[i] == data.NoDate {
			continue
		}
		dates[i] = data.NoDate
		if !f.full(fault.BadSymbol) {
			f.add(fault.Finding{Code: fault.BadSymbol, Place: place(i), What: "symbol is empty", Rule: "every row names its symbol", Remedy: "remove the row"})
		}
	}
}

func usedCodes(c *Column, dates []data.Date) []bool {
	used := make([]bool, len(c.Dict))
	for i, d := range dates {
		if d != data.NoDate {
			used[c.Codes[i]] = true
		}
	}
	return used
}

// checkSymbol refuses what is no symbol.
func checkSymbol(s string, f *findings) {
	if what := data.SymbolFault(s); what != "" && !f.full(fault.BadSymbol) {
		f.add(fault.Finding{Code: fault.BadSymbol, What: "symbol " + fault.Quote(s) + " " + what, Rule: data.SymbolRule, Remedy: "rename it"})
	}
}

// wide makes the grid of a table with a row a date: a column a symbol, or the
// quotes of one asset.
func (ld *loaded) wide(ctx context.Context, o Options) error {
	l := ld.layout
	cols, has := append([]int{l.date}, l.prices...), [besides]bool{}
	if l.kind == layoutSeries {
		cols, has = l.withBeside(append(cols, l.close))
	}
	t, dates, err := ld.columnsOf(ctx, o, cols...)
	if err != nil {
		return err
	}
	values := make([][]float64, len(cols)-1)
	for i := range values {
		values[i] = numbers(&t.Columns[i+1], o.NullValues, ld.reader.place, ld.found)
	}
	for _, s := range l.symbols {
		checkSymbol(s, ld.found)
	}
	if ld.found.bad() {
		return nil
	}
	cal := newCalendar(dates, func(int) bool { return true })
	symbols := slices.Sorted(slices.Values(l.symbols))
	g, err := newGrid(cal.dates, symbols, has, ld.in.meter)
	if err != nil {
		return err
	}
	rows := rowOfSession(dates, cal, o.Duplicates, ld.reader.place, ld.found)
	next := len(l.symbols)
	for k, there := range has {
		if !there {
			continue
		}
		if err := gather(ctx, g.beside[k], rows, values[next:next+1], []int{0}); err != nil {
			return err
		}
		next++
	}
	values = values[:len(l.symbols)]
	to := make([]int, len(l.symbols))
	for i, s := range l.symbols {
		to[i], _ = slices.BinarySearch(symbols, s)
	}
	ld.grid = g
	return gather(ctx, g.close, rows, values, to)
}

// rowOfSession chooses the row of each session; a date that comes twice is E311,
// or the first or last row counts.
func rowOfSession(dates []data.Date, cal calendar, duplicates string, place func(int) string, f *findings) []int {
	rows := make([]int, len(cal.dates))
	for s := range rows {
		rows[s] = -1
	}
	for i, d := range dates {
		if d == data.NoDate {
			continue
		}
		s := cal.at[d-cal.first]
		if j := rows[s]; j >= 0 && duplicates != DuplicatesLast {
			if duplicates != DuplicatesFirst && !f.full(fault.RowTwice) {
				f.add(fault.Finding{Code: fault.RowTwice, Place: place(i), What: fmt.Sprintf("%s twice (%s and %s)", d, place(j), place(i)), Rule: "one row a date", Remedy: "set data.duplicates: first or last, or remove one"})
			}
			continue
		}
		rows[s] = i
	}
	return rows
}

// gather copies columns into rows of cells in parallel, some rows at a time so
// that both stay in the cache.
func gather(ctx context.Context, cells []float64, rows []int, columns [][]float64, to []int) error {
	const block = 64
	n := len(to)
	return each(ctx, (len(rows)+block-1)/block, func(k int) error {
		a := k * block
		part := rows[a:min(a+block, len(rows))]
		for j, c := range columns {
			at := a*n + to[j]
			for _, i := range part {
				v := c[i]
				if v != v {
					v = noPrice
				}
				cells[at] = v
				at += n
			}
		}
		return nil
	})
}

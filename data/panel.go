// Package data holds prices as the simulation reads them: a Panel of sessions x
// assets, the Calendars that choose sessions of it, and the checks that stand
// between a file and a run. It knows no file format.
package data

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
)

// Kind says what the closes of a panel are. The two are never mixed.
type Kind uint8

const (
	Adjusted Kind = iota // total-return closes: splits and dividends are in the price
	Raw                  // closes as quoted; splits and dividends come beside them
)

// Panel is a table of prices, sessions x assets. Sessions are the dates in the
// data, increasing; assets are sorted by symbol. Every cell holds a finite price
// above zero. A panel does not change after it is made and may be shared.
type Panel struct {
	kind    Kind
	dates   []Date
	symbols []string
	close   []float64 // [session*assets + asset]
	open    []float64 // the same shape, nil when the data have no opens
	volume  []float64 // shares, the same shape, nil when there are none
	spread  []float64 // half the spread in basis points, likewise
	stale   []bool    // prices that were carried forward, likewise; nil: none
	actions []Action  // by session, then asset
	lives   [][2]int  // sessions [first, end) with prices, one an asset; nil: all

	liquidity liquidity
	calendars struct { // made on demand, kept for all who share the panel
		sync.Mutex
		made map[Schedule]*Calendar
	}
}

// Limits of a panel.
const (
	MaxSymbols      = 10_000
	MaxSymbolLength = 64
	MaxPrice        = 1e12
	MinPrice        = 1e-9
)

// NewPanel makes a panel of rows in session order: close[s*len(symbols)+i] is
// the close of symbols[i] in session s; open likewise, or nil. Columns are put
// in order of their symbols; the slices are kept when they already are.
// It returns an error when the shapes do not fit, dates do not increase, symbols
// repeat or a price is not finite and above zero: checks with places and
// remedies come before it (see columnar), this is the last door.
func NewPanel(kind Kind, dates []Date, symbols []string, close, open []float64) (*Panel, error) {
	n := len(symbols)
	if n == 0 || len(dates) == 0 {
		return nil, fmt.Errorf("a panel needs sessions and assets, got %d x %d", len(dates), n)
	}
	if len(close) != n*len(dates) || (open != nil && len(open) != len(close)) {
		return nil, fmt.Errorf("a panel of %d sessions x %d assets needs %d prices, got %d closes and %d opens", len(dates), n, n*len(dates), len(close), len(open))
	}
	for s := 1; s < len(dates); s++ {
		if dates[s] <= dates[s-1] {
			return nil, fmt.Errorf("session %d: %s does not follow %s", s, dates[s], dates[s-1])
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(symbols[a], symbols[b]) })
	p := &Panel{kind: kind, dates: dates, symbols: make([]string, n)}
	for i, o := range order {
		p.symbols[i] = symbols[o]
		if i > 0 && p.symbols[i] == p.symbols[i-1] {
			return nil, fmt.Errorf("symbol %q twice", p.symbols[i])
		}
	}
	p.close, p.open = reorder(close, order), reorder(open, order)
	for k, v := range p.close {
		if !(v >= MinPrice && v <= MaxPrice) {
			return nil, fmt.Errorf("%s %s: price %v is not between %g and %g", p.symbols[k%n], dates[k/n], v, MinPrice, MaxPrice)
		}
	}
	for k, v := range p.open {
		if !(v >= MinPrice && v <= MaxPrice) {
			return nil, fmt.Errorf("%s %s: open %v is not between %g and %g", p.symbols[k%n], dates[k/n], v, MinPrice, MaxPrice)
		}
	}
	return p, nil
}

func reorder(v []float64, order []int) []float64 {
	if v == nil || slices.IsSorted(order) {
		return v
	}
	n := len(order)
	out := make([]float64, len(v))
	for at := 0; at < len(v); at += n {
		for i, o := range order {
			out[at+i] = v[at+o]
		}
	}
	return out
}

// Kind says whether closes are adjusted or raw.
func (p *Panel) Kind() Kind { return p.kind }

// Sessions is the number of sessions.
func (p *Panel) Sessions() int { return len(p.dates) }

// Assets is the number of assets.
func (p *Panel) Assets() int { return len(p.symbols) }

// Dates are the sessions' dates; read only.
func (p *Panel) Dates() []Date { return p.dates }

// Date is the date of session s.
func (p *Panel) Date(s int) Date { return p.dates[s] }

// Symbols are the assets' names in order; read only.
func (p *Panel) Symbols() []string { return p.symbols }

// Symbol is the place of a symbol, -1 when the panel lacks it.
func (p *Panel) Symbol(name string) int {
	if i, ok := slices.BinarySearch(p.symbols, name); ok {
		return i
	}
	return -1
}

// Close is the row of closes of session s; read only.
func (p *Panel) Close(s int) []float64 {
	n := len(p.symbols)
	return p.close[s*n : s*n+n : s*n+n]
}

// Closes are all closes, [session*assets + asset]; read only.
func (p *Panel) Closes() []float64 { return p.close }

// HasOpen says whether the panel has opens.
func (p *Panel) HasOpen() bool { return p.open != nil }

// Open is the row of opens of session s; read only, nil without opens.
func (p *Panel) Open(s int) []float64 {
	if p.open == nil {
		return nil
	}
	n := len(p.symbols)
	return p.open[s*n : s*n+n : s*n+n]
}

// Window is the sessions from the first on or after start to the last on or
// before end; NoDate leaves a side open. The window shares the panel's memory.
// It is an error when no session is left.
func (p *Panel) Window(start, end Date) (*Panel, error) {
	a, b := 0, len(p.dates)
	if start != NoDate {
		a, _ = slices.BinarySearch(p.dates, start)
	}
	if end != NoDate {
		b, _ = slices.BinarySearch(p.dates, end+1)
	}
	if a >= b {
		return nil, fmt.Errorf("no session from %s to %s: the data run from %s to %s", start, end, p.dates[0], p.dates[len(p.dates)-1])
	}
	n := len(p.symbols)
	w := &Panel{kind: p.kind, dates: p.dates[a:b], symbols: p.symbols, close: p.close[a*n : b*n]}
	if p.open != nil {
		w.open = p.open[a*n : b*n]
	}
	return w, nil
}

// Pick is the panel of the named assets alone; its memory is its own. It is an
// error when one is not there.
func (p *Panel) Pick(symbols []string) (*Panel, error) {
	want := slices.Sorted(slices.Values(symbols))
	if slices.Equal(want, p.symbols) {
		return p, nil
	}
	at := make([]int, len(want))
	for i, s := range want {
		if at[i] = p.Symbol(s); at[i] < 0 {
			return nil, fmt.Errorf("no asset %q", s)
		}
	}
	pick := func(v []float64) []float64 {
		if v == nil {
			return nil
		}
		out := make([]float64, 0, len(p.dates)*len(at))
		for row := 0; row < len(v); row += len(p.symbols) {
			for _, i := range at {
				out = append(out, v[row+i])
			}
		}
		return out
	}
	return NewPanel(p.kind, p.dates, want, pick(p.close), pick(p.open))
}

// PeriodsPerYear is the usual number of periods a year for the panel's spacing:
// 252 for daily, 52 for weekly, 12 for monthly, 4 for quarterly, 1 for yearly
// data, chosen by the median number of days between sessions.
func (p *Panel) PeriodsPerYear() float64 {
	if len(p.dates) < 2 {
		return 252
	}
	gaps := make([]int, len(p.dates)-1)
	for i := range gaps {
		gaps[i] = int(p.dates[i+1] - p.dates[i])
	}
	slices.Sort(gaps)
	switch g := gaps[len(gaps)/2]; {
	case g <= 3:
		return 252
	case g <= 10:
		return 52
	case g <= 45:
		return 12
	case g <= 135:
		return 4
	}
	return 1
}

// Years is the length of the panel in years of 365.25 days.
func (p *Panel) Years() float64 {
	return float64(p.dates[len(p.dates)-1]-p.dates[0]) / 365.25
}

// Finite says whether v is a number.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Package data holds prices in the form that the simulation reads: a Panel of sessions x
// assets, the Calendars that choose sessions of it, and the checks between a file and a
// run. It reads no file format.
package data

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// Kind describes what the closes of a panel are. The two are never mixed.
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
	noOpen  []bool    // opens that are missing, likewise; nil: none
	volume  []float64 // shares, the same shape, nil when there are none
	spread  []float64 // half the spread in basis points, likewise
	stale   []bool    // prices that were carried forward, likewise; nil: none
	actions []Action  // by session, then asset
	lives   [][2]int  // sessions [first, end) with prices, one an asset; nil: all
	whole   []Date    // dates of all that the panel is a part of; nil: its own

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
	MaxVolume       = 1e18 // shares a session
	MaxSpread       = 1e4  // basis points
	MaxSplit        = 1e6  // shares for one, or one for as many
)

// NewPanel makes a panel of closes and perhaps opens alone; see Make.
func NewPanel(kind Kind, dates []Date, symbols []string, close, open []float64) (*Panel, error) {
	return Make(Table{Kind: kind, Dates: dates, Symbols: symbols, Close: close, Open: open})
}

// Kind reports whether closes are adjusted or raw.
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

// HasOpen reports whether the panel has opens.
func (p *Panel) HasOpen() bool { return p.open != nil }

// Open is the row of opens of session s; read only, nil without opens.
func (p *Panel) Open(s int) []float64 {
	if p.open == nil {
		return nil
	}
	n := len(p.symbols)
	return p.open[s*n : s*n+n : s*n+n]
}

// Opened reports whether asset i has an open of its own in session s: nothing is filled
// at one that is missing.
func (p *Panel) Opened(s, i int) bool { return p.noOpen == nil || !p.noOpen[s*len(p.symbols)+i] }

// AllOpened reports whether no open is missing beside a price.
func (p *Panel) AllOpened() bool { return p.noOpen == nil }

// Window is the sessions from the first on or after start to the last on or
// before end; NoDate leaves a side open. The window shares the panel's memory; its
// actions are those after its first session.
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
	if a == 0 && b == len(p.dates) {
		return p, nil
	}
	n := len(p.symbols)
	w := &Panel{kind: p.kind, dates: p.dates[a:b], symbols: p.symbols, close: p.close[a*n : b*n],
		whole: p.wholeDates(), open: between(p.open, a*n, b*n), noOpen: between(p.noOpen, a*n, b*n), volume: between(p.volume, a*n, b*n), spread: between(p.spread, a*n, b*n), stale: between(p.stale, a*n, b*n)}
	for _, l := range p.lives {
		w.lives = append(w.lives, [2]int{min(max(l[0]-a, 0), b-a), min(max(l[1]-a, 0), b-a)})
	}
	for _, x := range p.actions {
		if x.Session > a && x.Session < b { // what came before the window's first close is in it
			x.Session -= a
			w.actions = append(w.actions, x)
		}
	}
	return w, w.settleLives()
}

func between[T any](v []T, a, b int) []T {
	if v == nil {
		return nil
	}
	return v[a:b]
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
	n := len(p.symbols)
	t := Table{Kind: p.kind, Dates: p.dates, Symbols: want, Close: pick(p.close, n, at), Open: pick(p.open, n, at), NoOpen: pick(p.noOpen, n, at),
		Volume: pick(p.volume, n, at), Spread: pick(p.spread, n, at), Stale: pick(p.stale, n, at), Lives: pick(p.lives, n, at), Whole: p.whole}
	for _, a := range p.actions {
		if i, there := slices.BinarySearch(at, a.Asset); there {
			t.Actions = append(t.Actions, DatedAction{p.dates[a.Session], i, a.Split, a.Dividend})
		}
	}
	return Make(t)
}

// pick takes the columns at out of rows of n values.
func pick[T any](v []T, n int, at []int) []T {
	if v == nil {
		return nil
	}
	out := make([]T, 0, len(v)/n*len(at))
	for row := 0; row < len(v); row += n {
		for _, i := range at {
			out = append(out, v[row+i])
		}
	}
	return out
}

// PeriodsPerYear is the number of periods a year of the sessions of all prices that the
// panel is a part of: windows of it share it. See PeriodsOf.
func (p *Panel) PeriodsPerYear() float64 {
	periods, _ := PeriodsOf(p.wholeDates())
	return periods
}

// UsualPeriods reports whether that is a number that data usually have.
func (p *Panel) UsualPeriods() bool {
	_, usual := PeriodsOf(p.wholeDates())
	return usual
}

func (p *Panel) wholeDates() []Date {
	if p.whole != nil {
		return p.whole
	}
	return p.dates
}

// usualPeriods are the numbers of periods a year that data usually have.
var usualPeriods = []float64{365, 52, 26, 24, 12, 6, 4, 2, 1}

// PeriodsOf is the number of periods a year of dates in order: 252 when none falls on a
// weekend and they are less than two days apart on average; else the nearest of 365,
// 52, 26, 24, 12, 6, 4, 2 and 1 if it is within 5 % of 365.25 over the mean days between
// them; else that number itself, rounded to a whole one of at least 1, and usual is
// false. Fewer than two dates are taken for days.
func PeriodsOf(dates []Date) (periods float64, usual bool) {
	if len(dates) < 2 {
		return 252, true
	}
	days := float64(dates[len(dates)-1]-dates[0]) / float64(len(dates)-1)
	if days < 2 && !slices.ContainsFunc(dates, Date.weekend) {
		return 252, true
	}
	x := 365.25 / days
	nearest := usualPeriods[0]
	for _, u := range usualPeriods {
		if math.Abs(u-x) < math.Abs(nearest-x) {
			nearest = u
		}
	}
	if math.Abs(nearest-x) <= 0.05*x {
		return nearest, true
	}
	return max(1, math.Round(x)), false
}

func (d Date) weekend() bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// Years is the length of the panel in years of 365.25 days.
func (p *Panel) Years() float64 {
	return float64(p.dates[len(p.dates)-1]-p.dates[0]) / 365.25
}

// Finite reports whether v is a number.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

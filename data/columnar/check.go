package columnar

import (
	"context"
	"fmt"
	"math"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// series is what one pass over the grid learns of an asset.
type series struct {
	first, last int // sessions with a price, -1 for none
	missing     int // sessions without one between them
	bad         int // prices that are zero, negative, infinite or out of range
	low, high   float64
	jumps       int // implausible steps between neighbouring prices
	run         int // sessions without change up to now
	stale       int // the longest such run
	staleAt     int // where it ends
	lastPrice   float64
	lastAt      int
}

// Thresholds of the warnings.
const (
	jumpUp    = 5.0
	jumpDown  = 0.2
	staleRun  = 10 // sessions without change
	scaleLow  = 80.0
	scaleHigh = 125.0
)

// survey is one pass over the grid in session order. lookalike counts sessions
// whose prices all repeat.
type survey struct {
	of        []series
	lookalike int
	alikeAt   int
	clean     bool // every cell holds a price in range
}

func (g *grid) survey() *survey {
	n := len(g.symbols)
	s := &survey{of: make([]series, n), clean: true, alikeAt: -1}
	for a := range s.of {
		s.of[a] = series{first: -1, last: -1, low: math.Inf(1), high: math.Inf(-1), lastAt: -1}
	}
	for t := range g.dates {
		row := g.close[t*n : t*n+n]
		same := 0
		for a, v := range row {
			x := &s.of[a]
			if !(v >= data.MinPrice && v <= data.MaxPrice) {
				s.clean = false
				x.odd(v)
				continue
			}
			if p := x.lastPrice; v == p {
				same++
				if x.run++; x.run > x.stale {
					x.stale, x.staleAt = x.run, t
				}
			} else {
				x.run = 0
				if x.lastAt >= 0 && (v > jumpUp*p || v < jumpDown*p) {
					x.jumps++
				}
			}
			x.seen(t, v)
		}
		if same == n && t > 0 {
			if s.lookalike++; s.alikeAt < 0 {
				s.alikeAt = t
			}
		}
	}
	return s
}

func (x *series) seen(t int, v float64) {
	if x.first < 0 {
		x.first = t
	}
	x.missing += t - x.lastAt - 1
	if x.lastAt < 0 {
		x.missing = 0
	}
	x.last, x.lastAt, x.lastPrice = t, t, v
	if v < x.low {
		x.low = v
	}
	if v > x.high {
		x.high = v
	}
}

// odd notes a cell without a usable price.
func (x *series) odd(v float64) {
	if v != v {
		return
	}
	x.bad++
	if !math.IsInf(v, 0) {
		x.low, x.high = min(x.low, v), max(x.high, v)
	}
}

// check finds what keeps the grid from being a panel, and what is odd about it.
func (ld *loaded) check(ctx context.Context, o Options) error {
	g := ld.grid
	if o.Missing == MissingDrop && !g.dropHoles(ld.found) {
		return nil
	}
	s := g.survey()
	if err := ended(ctx); err != nil {
		return err
	}
	g.checkValues(s, ld.found)
	g.checkCoverage(s, o, ld.found)
	g.checkOpens(ld.found)
	g.warn(s, ld.found)
	return nil
}

// checkValues reports prices that are none: returns in their place (E332), and
// zero, negative or infinite ones (E322).
func (g *grid) checkValues(s *survey, f *findings) {
	if s.clean {
		return
	}
	n := len(g.symbols)
	returns := make([]bool, n)
	for a, x := range s.of {
		if x.bad > 0 && x.low < 0 && x.low > -2 && x.high < 2 {
			returns[a] = true
			f.add(fault.Finding{Code: "E332", Place: column(g.symbols[a]), What: fmt.Sprintf("values lie in %.4g..%.4g: they look like returns", x.low, x.high), Rule: "prices above 0", Remedy: "chain them into an index first"})
		}
	}
	for k, v := range g.close {
		a := k % n
		if v != v || returns[a] || v >= data.MinPrice && v <= data.MaxPrice || f.full("E322") {
			continue
		}
		f.add(badPrice(g.symbols[a], g.dates[k/n], "price", v))
	}
}

func badPrice(symbol string, d data.Date, what string, v float64) fault.Finding {
	rule := "must be above 0"
	switch {
	case v == 0:
		rule = "must be above 0; zero often means missing"
	case v > 0:
		rule = fmt.Sprintf("must be between %g and %g", data.MinPrice, data.MaxPrice)
	}
	return fault.Finding{Code: "E322", What: fmt.Sprintf("%s %s: %s %v", fault.Clean(symbol), d, what, v), Rule: rule, Remedy: "correct the value, or leave it empty and set data.missing"}
}

// checkOpens demands an open wherever there is a close; a file whose opens are
// not usable is an error only where they are given and wrong. A column of opens
// with holes is left out with a warning.
func (g *grid) checkOpens(f *findings) {
	if g.open == nil {
		return
	}
	n := len(g.symbols)
	holes, first := 0, 0
	for k, v := range g.open {
		switch {
		case v != v:
			if g.close[k] == g.close[k] {
				if holes == 0 {
					first = k
				}
				holes++
			}
		case !(v >= data.MinPrice && v <= data.MaxPrice) && !f.full("E322"):
			f.add(badPrice(g.symbols[k%n], g.dates[k/n], "open", v))
		}
	}
	if holes == 0 {
		return
	}
	f.add(fault.Finding{Code: "E321", Warning: true, What: fmt.Sprintf("%d opens are missing, first %s %s: opens are left out", holes, fault.Clean(g.symbols[first%n]), g.dates[first/n]),
		Rule: "an open beside every close", Remedy: "fill at closes"})
	g.open = nil
}

// warn reports what is odd but possible: jumps, stale runs, a scale that changes
// by 100 and back, sessions on which nothing moves.
func (g *grid) warn(s *survey, f *findings) {
	n := len(g.symbols)
	for a, x := range s.of {
		if x.bad > 0 {
			continue // these are no prices: jumps between them mean nothing
		}
		if x.jumps > 0 {
			g.warnJumps(a, f)
		}
		if x.stale >= staleRun {
			f.add(fault.Finding{Code: "E324", Warning: true, What: fmt.Sprintf("%s: %d sessions without change %s..%s", fault.Clean(g.symbols[a]), x.stale, g.dates[max(0, x.staleAt-x.stale)], g.dates[x.staleAt]),
				Rule: fmt.Sprintf("fewer than %d", staleRun), Remedy: "check whether it traded"})
		}
	}
	if n > 2 && s.lookalike > 0 {
		f.add(fault.Finding{Code: "E336", Warning: true, What: fmt.Sprintf("%d rows where all %d prices repeat (first %s)", s.lookalike, n, g.dates[s.alikeAt]), Rule: "a closed market has no row", Remedy: "remove such rows"})
	}
}

// jump is one implausible step of a series.
type jump struct {
	t       int
	from    float64
	to      float64
	without int // sessions without price in between
}

// warnJumps lists an asset's jumps; a jump by about 100 that a later one takes
// back is a change of unit.
func (g *grid) warnJumps(a int, f *findings) {
	n := len(g.symbols)
	var list []jump
	last, lastAt := math.NaN(), 0
	for t := range g.dates {
		v := g.close[t*n+a]
		if !(v >= data.MinPrice && v <= data.MaxPrice) {
			continue
		}
		if v > jumpUp*last || v < jumpDown*last {
			list = append(list, jump{t, last, v, t - lastAt - 1})
		}
		last, lastAt = v, t
	}
	for i, j := range list {
		ratio := j.to / j.from
		if i+1 < len(list) && isHundred(ratio) && isHundred(list[i+1].from/list[i+1].to) && (ratio > 1) == (list[i+1].to < list[i+1].from) {
			f.add(fault.Finding{Code: "E329", Warning: true, What: fmt.Sprintf("%s %s: %s 100 and back on %s: pence or pounds?", fault.Clean(g.symbols[a]), g.dates[j.t], timesOrBy(ratio), g.dates[list[i+1].t]),
				Rule: "one unit in a series", Remedy: "bring the rows to one unit"})
		}
		if f.full("E323") {
			continue
		}
		after := ""
		if j.without > 0 {
			after = fmt.Sprintf(" after %d sessions without rows: ticker reuse?", j.without)
		}
		f.add(fault.Finding{Code: "E323", Warning: true, What: fmt.Sprintf("%s %s: %.6g -> %.6g (x%.4g)%s", fault.Clean(g.symbols[a]), g.dates[j.t], j.from, j.to, ratio, after),
			Rule: "a step below x5 up and x0.2 down", Remedy: "check the row, and splits"})
	}
}

func timesOrBy(ratio float64) string {
	if ratio > 1 {
		return "x"
	}
	return "/"
}

func isHundred(r float64) bool {
	if r < 1 {
		r = 1 / r
	}
	return r >= scaleLow && r <= scaleHigh
}

// dropHoles leaves out every session on which an asset has no price between its
// first and its last one, and says so; false when none is left.
func (g *grid) dropHoles(f *findings) bool {
	n, all := len(g.symbols), len(g.dates)
	firstDropped := data.NoDate
	first, last := g.spans()
	kept := 0
	for t := range g.dates {
		hole := false
		for a, v := range g.close[t*n : t*n+n] {
			if v != v && t > first[a] && t < last[a] {
				hole = true
				break
			}
		}
		if hole {
			if firstDropped == data.NoDate {
				firstDropped = g.dates[t]
			}
			continue
		}
		g.dates[kept] = g.dates[t]
		copy(g.close[kept*n:], g.close[t*n:t*n+n])
		if g.open != nil {
			copy(g.open[kept*n:], g.open[t*n:t*n+n])
		}
		kept++
	}
	g.dates, g.close = g.dates[:kept], g.close[:kept*n]
	if g.open != nil {
		g.open = g.open[:kept*n]
	}
	if kept < all {
		f.add(fault.Finding{Code: "E325", Warning: kept > 0, What: fmt.Sprintf("%d of %d sessions are left out because an asset has no price (first %s)", all-kept, all, firstDropped),
			Rule: "data.missing: drop", Remedy: "leave out the assets with holes instead"})
	}
	return kept > 0
}

// spans are the first and last sessions on which each asset has a price.
func (g *grid) spans() (first, last []int) {
	n := len(g.symbols)
	first, last = make([]int, n), make([]int, n)
	for a := range first {
		first[a] = len(g.dates)
		last[a] = -1
	}
	for t := range g.dates {
		for a, v := range g.close[t*n : t*n+n] {
			if v == v {
				first[a], last[a] = min(first[a], t), t
			}
		}
	}
	return first, last
}

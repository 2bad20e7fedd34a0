package columnar

import (
	"context"
	"fmt"
	"math"
	"slices"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// series is what one pass over the grid learns of an asset.
type series struct {
	first, last int // sessions with a price, -1 for none
	missing     int // sessions without one between them
	bad         int // prices that are zero, negative, infinite or out of range
	low, high   float64
	steps       int // steps between neighbouring prices as large as a split's
	jumps       int // those of them that are implausible
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
	gap       int  // days between sessions beyond which the data pause
}

func (g *grid) survey() *survey {
	n := len(g.symbols)
	s := &survey{of: make([]series, n), clean: true, alikeAt: -1, gap: pauseOf(g.dates)}
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
				if x.lastAt >= 0 && (v > stepUp*p || v < stepDown*p) {
					if x.steps++; v > jumpUp*p || v < jumpDown*p {
						x.jumps++
					}
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

// pauseOf is the distance in days beyond which sessions do not follow each other:
// two weeks in daily data, twice the usual one in others.
func pauseOf(dates []data.Date) int {
	if len(dates) < 2 {
		return math.MaxInt
	}
	gaps := make([]int, len(dates)-1)
	for i := range gaps {
		gaps[i] = int(dates[i+1] - dates[i])
	}
	slices.Sort(gaps)
	return max(14, 2*gaps[len(gaps)/2])
}

// warnPauses lists the periods without any session.
func (g *grid) warnPauses(s *survey, f *findings) {
	for t := 1; t < len(g.dates); t++ {
		if days := int(g.dates[t] - g.dates[t-1]); days > s.gap && !f.full(fault.Hole) {
			f.add(fault.Finding{Code: fault.Hole, Warning: true, What: fmt.Sprintf("no session for %d days after %s", days-1, g.dates[t-1]), Rule: fmt.Sprintf("at most %d days between sessions of such data", s.gap), Remedy: "check whether rows are missing"})
		}
	}
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
	g, drop := ld.grid, o.Missing == MissingDrop
	g.splits = o.Splits
	s := g.survey()
	if err := ended(ctx); err != nil {
		return err
	}
	if drop {
		g.warn(s, ld.found) // what is left out says something, too
		if !g.dropHoles(ld.found) {
			return nil
		}
		s = g.survey()
	}
	g.checkValues(s, ld.found)
	if err := g.checkAdjusted(ctx, s, o, ld.found); err != nil {
		return err
	}
	g.checkCoverage(s, o, ld.found)
	g.checkOpens(ld.found)
	g.checkVolumes(ld.found)
	g.checkSpreads(s, o, ld.found)
	if !drop {
		g.warn(s, ld.found)
	}
	g.whole = g.whole && s.clean
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
			f.add(fault.Finding{Code: fault.Returns, Place: column(g.symbols[a]), What: fmt.Sprintf("values lie in %.4g..%.4g: they look like returns", x.low, x.high), Rule: "prices above 0", Remedy: "chain them into an index first"})
		}
	}
	for k, v := range g.close {
		a := k % n
		if v != v || returns[a] || v >= data.MinPrice && v <= data.MaxPrice || f.full(fault.OutOfRange) {
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
	return fault.Finding{Code: fault.OutOfRange, What: fmt.Sprintf("%s %s: %s %v", fault.Clean(symbol), d, what, v), Rule: rule, Remedy: "correct the value, or leave it empty and set data.missing"}
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
			g.warnJumps(a, s, f)
		}
		if x.stale >= staleRun {
			f.add(fault.Finding{Code: fault.Stale, Warning: true, What: fmt.Sprintf("%s: %d sessions without change %s..%s", fault.Clean(g.symbols[a]), x.stale, g.dates[max(0, x.staleAt-x.stale)], g.dates[x.staleAt]),
				Rule: fmt.Sprintf("fewer than %d", staleRun), Remedy: "check whether it traded"})
		}
	}
	g.warnPauses(s, f)
	if n > 2 && s.lookalike > 0 {
		f.add(fault.Finding{Code: fault.RepeatedRow, Warning: true, What: fmt.Sprintf("%d rows where all %d prices repeat (first %s)", s.lookalike, n, g.dates[s.alikeAt]), Rule: "a closed market has no row", Remedy: "remove such rows"})
	}
}

// jump is one implausible step of a series.
type jump struct {
	t       int
	from    float64
	to      float64
	before  int // session of the price before it
	without int // sessions without price in between
}

// warnJumps lists an asset's jumps; a jump by about 100 that a later one takes
// back is a change of unit.
func (g *grid) warnJumps(a int, s *survey, f *findings) {
	n := len(g.symbols)
	var list []jump
	last, lastAt := math.NaN(), 0
	for t := range g.dates {
		v := g.close[t*n+a]
		if !(v >= data.MinPrice && v <= data.MaxPrice) {
			continue
		}
		if (v > jumpUp*last || v < jumpDown*last) && !g.explained(a, lastAt, t, v/last) {
			list = append(list, jump{t, last, v, lastAt, t - lastAt - 1})
		}
		last, lastAt = v, t
	}
	for i, j := range list {
		ratio := j.to / j.from
		if i+1 < len(list) && isHundred(ratio) && isHundred(list[i+1].from/list[i+1].to) && (ratio > 1) == (list[i+1].to < list[i+1].from) {
			f.add(fault.Finding{Code: fault.HundredTimes, Warning: true, What: fmt.Sprintf("%s %s: %s 100 and back on %s: pence or pounds?", fault.Clean(g.symbols[a]), g.dates[j.t], timesOrBy(ratio), g.dates[list[i+1].t]),
				Rule: "one unit in a series", Remedy: "bring the rows to one unit"})
		}
		if f.full(fault.Jump) {
			continue
		}
		after := ""
		switch days := int(g.dates[j.t] - g.dates[j.before]); {
		case j.without > 0:
			after = fmt.Sprintf(" after %d sessions without rows: ticker reuse?", j.without)
		case days > s.gap:
			after = fmt.Sprintf(" after %d days without rows: ticker reuse?", days-1)
		}
		f.add(fault.Finding{Code: fault.Jump, Warning: true, What: fmt.Sprintf("%s %s: %.6g -> %.6g (x%.4g)%s", fault.Clean(g.symbols[a]), g.dates[j.t], j.from, j.to, ratio, after),
			Rule: "a step below x5 up and x0.2 down", Remedy: "check the row, and splits"})
	}
}

// explained reports whether splits make an ordinary step of one between two sessions.
func (g *grid) explained(a, from, to int, ratio float64) bool {
	shares := 1.0
	for _, x := range g.splits {
		if x.Symbol == g.symbols[a] && x.Date > g.dates[from] && x.Date <= g.dates[to] {
			shares *= x.Ratio
		}
	}
	return shares != 1 && ratio*shares <= jumpUp && ratio*shares >= jumpDown
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

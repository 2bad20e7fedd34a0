package compare

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim"
)

// yearRow is what an entrant did in a calendar year of the window.
type yearRow struct {
	Return, Turnover float64
	Rebalances       int
	Trades           int
	Cost             sim.Micros
}

// years are an entrant's years from y0 on. Returns reach from the last common
// session of the year before to the last of the year; trades and costs belong to
// the session that filled, rebalances and their turnover to that of the decision.
func (v *Comparison) years(i, y0, n int) []yearRow {
	all := make([]yearRow, n)
	of := func(d data.Date) int { y, _, _ := d.Civil(); return y - y0 }
	for y := range all {
		all[y].Return = math.NaN()
	}
	level, from := v.run.Policies[i].Navs(), 100.0
	dates := v.Window.sessions
	for k := range dates {
		if k+1 == len(dates) || of(dates[k+1]) != of(dates[k]) {
			if k > 0 {
				all[of(dates[k])].Return = level[k]/from - 1
			}
			from = level[k]
		}
	}
	p := v.Entrants[i].Policy
	first, last := sessionAt(p.Record.Panel, v.Window.First), sessionAt(p.Record.Panel, v.Window.Last)
	for s := first; s <= last; {
		end := s // the last session of the year
		for end < last && of(p.Record.Panel.Date(end+1)) == of(p.Record.Panel.Date(s)) {
			end++
		}
		a := foldedWithin(p, s, end, s == first)
		y := &all[of(p.Record.Panel.Date(s))]
		y.Turnover, y.Rebalances, y.Trades, y.Cost = a.turnover, a.rebalances, a.trades, a.cost
		s = end + 1
	}
	return all
}

// costs are those of some years.
func costs(all []yearRow) (sum float64) {
	for _, y := range all {
		sum += y.Cost.Money()
	}
	return sum
}

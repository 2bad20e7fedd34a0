package metric

import (
	"fmt"
	"math"

	"evenkeel/sim"
)

// Period is what happened to an account in a calendar year or month. Its returns
// are those of its sessions from the close before the first of them; the first
// session of the run has none.
type Period struct {
	Year, Month int // Month is 0 of a year
	First, End  int // sessions of the panel, those of the run only

	Return     float64 // time-weighted, up to ruin; NaN when no session in it has a return
	Reference  float64 // likewise of the reference; NaN without one
	Volatility float64 // of its returns, a year; NaN of fewer than two
	Drawdown   float64 // the largest fall from a peak within it, the close before it counted
	Tracking   float64 // tracking error of its returns, a year; NaN without a reference or of fewer than two
	MeanNAV    float64 // in money

	// By the date of the decision, without the initial purchase, trades for flows
	// among them; NaN without a log.
	Rebalances float64 // triggers that placed orders
	Trades     float64 // executed orders
	Turnover   float64 // one-way
	Cost       float64 // in money
}

// Years are the calendar years of a run, in order, the first and last as far as it
// ran in them.
func Years(in *Input) []Period { return periods(in, false) }

// Months are the calendar months of a run, in order, likewise. Their returns, like
// those of the years, chain up to the run's.
func Months(in *Input) []Period { return periods(in, true) }

func periods(in *Input, months bool) []Period {
	all := cut(in.Record, months)
	index, returns, r := in.index(), in.sessions(), in.Record
	for i := range all {
		p := &all[i]
		p.MeanNAV = Mean(r.NAV[p.First:p.End])
		p.Return, p.Reference, p.Tracking, p.Volatility, p.Drawdown = math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()
		from, end := max(p.First, r.First+1)-r.First, min(p.End, in.end())-r.First // of the index; returns are one behind
		if from > end {
			continue
		}
		its := returns[from-1 : end-1]
		p.Volatility = Volatility(present(its, its), in.PeriodsPerYear)
		p.Drawdown = MaxDrawdown(index[from-1 : end])
		if from == end {
			continue
		}
		if some := present(its, its); len(some) > 0 {
			p.Return = index[end-1]/index[from-1] - 1
		}
		if in.Reference != nil {
			reference := in.Reference[r.First+from : r.First+end]
			p.Tracking = TrackingError(beyond(its, reference), in.PeriodsPerYear)
			p.Reference = compound(reference)
		}
	}
	activityOf(r, all)
	return all
}

// beyond are the returns that there are less the reference's.
func beyond(returns, reference []float64) (all []float64) {
	for i, r := range returns {
		if r == r {
			all = append(all, r-reference[i])
		}
	}
	return all
}

// compound is what returns come to one after the other.
func compound(returns []float64) float64 {
	x := 1.0
	for _, r := range returns {
		x *= 1 + r
	}
	return x - 1
}

// cut divides the sessions of a record at the ends of years or months.
func cut(r *sim.Record, months bool) (all []Period) {
	for s := r.First; s < r.End; s++ {
		y, m, _ := r.Panel.Date(s).Civil()
		if !months {
			m = 0
		}
		if n := len(all); n == 0 || all[n-1].Year != y || all[n-1].Month != m {
			all = append(all, Period{Year: y, Month: m, First: s})
		}
		all[len(all)-1].End = s + 1
	}
	return all
}

// activityOf sums the journal by the period of the decision.
func activityOf(r *sim.Record, all []Period) {
	if r.Log == nil {
		for i := range all {
			p, nan := &all[i], math.NaN()
			p.Rebalances, p.Trades, p.Turnover, p.Cost = nan, nan, nan, nan
		}
		return
	}
	at := 0
	in := func(session int32) int { // decisions are in order, orders and entries nearly
		for at > 0 && all[at].First > int(session) {
			at--
		}
		for at < len(all)-1 && all[at].End <= int(session) {
			at++
		}
		return at
	}
	for i := range r.Log.Decisions {
		d := &r.Log.Decisions[i]
		p := &all[in(d.Session)]
		p.Turnover += d.Turnover
		if d.State == sim.StateTraded && d.Cause.OfPolicy() {
			p.Rebalances++
		}
	}
	costs, seen := make([]sim.Micros, len(all)), make([]bool, len(r.Log.Orders))
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Order < 0 || r.IsOpening(e) {
			continue
		}
		switch p := in(r.Log.Orders[e.Order].Session); e.Kind {
		case sim.EntryBuy, sim.EntrySell:
			if !seen[e.Order] { // an order that is filled in parts is one trade
				seen[e.Order] = true
				all[p].Trades++
			}
		case sim.EntryCost:
			costs[p] -= e.Cash + e.Due
		}
	}
	for i, c := range costs {
		all[i].Cost = c.Money()
	}
}

// Label is the period's name, such as 2020 or 2020-03.
func (p *Period) Label() string {
	if p.Month == 0 {
		return fmt.Sprintf("%04d", p.Year)
	}
	return fmt.Sprintf("%04d-%02d", p.Year, p.Month)
}

package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InGrowth, []Measure{
	{Title: "Final NAV", Unit: Money, Better: 1, Of: finalNAV, Card: card.Card{
		Name: "final_nav", Doc: "invested value and cash after the last session",
	}},
	{Title: "CAGR", Unit: Fraction, Better: 1, Of: func(in *Input) float64 { return CAGR(in.index(), in.performed()) }, Card: card.Card{
		Name: "cagr", Doc: "compound annual growth rate, net of costs, from the first session's NAV after the initial purchase",
		Details: "(NAV_T / NAV_0)^(1/y) - 1 with y = days / 365.25; under deposits and withdrawals on the time-weighted index.",
	}},
	{Title: "Total return", Unit: Fraction, Better: 1, Extra: true, Of: func(in *Input) float64 {
		values := in.index()
		if len(values) < 2 {
			return math.NaN()
		}
		return values[len(values)-1]/values[0] - 1
	}, Card: card.Card{
		Name: "total_return", Doc: "growth over the whole run, net of costs, counted like CAGR; the contributions of assets, costs and taxes add up to it",
	}},
	{Title: "CAGR, gross", Unit: Fraction, Better: 1, Extra: true, Needs: NeedTwin, Of: func(in *Input) float64 { return in.growthOf(in.Twin) }, Card: card.Card{
		Name: "cagr_gross", Doc: "CAGR of the same account trading free of cost (the zero-cost twin)",
		Details: "cagr_gross - cagr = cost_drag.",
	}},
	{Title: "Rebalancing benefit", Unit: Fraction, Better: 1, Extra: true, Needs: NeedHold, Of: func(in *Input) float64 {
		return CAGR(in.index(), in.performed()) - in.growthOf(in.Hold)
	}, Card: card.Card{
		Name: "rebalancing_benefit", Doc: "CAGR minus the CAGR of the same account bought and held",
		Details: "CAGR - CAGR(buy and hold), both net of costs, over the same sessions.",
	}},
}...)

// growthOf is the CAGR of another account, up to its own ruin; NaN of none.
func (in *Input) growthOf(r *sim.Record) float64 {
	if r == nil {
		return math.NaN()
	}
	return CAGR(Index(r)[:endOf(r)-r.First], yearsTo(r, endOf(r)))
}

func finalNAV(in *Input) float64 { return in.Record.NAV[in.Record.End-1] }

// CAGR is the yearly growth from the first to the last value over a number of
// years: -1 (-100 %) when the last value is zero. NaN when no time passes, the first
// value is not above zero or the last is below it.
func CAGR(values []float64, years float64) float64 {
	if len(values) < 2 || !(years > 0) || !(values[0] > 0) || !(values[len(values)-1] >= 0) {
		return math.NaN()
	}
	return math.Pow(values[len(values)-1]/values[0], 1/years) - 1
}

package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InCosts, []Measure{
	{Title: "Costs", Unit: Money, Better: -1, Of: func(in *Input) float64 { return in.Record.Tally.Cost.Money() }, Card: card.Card{
		Name: "cost_total", Doc: "all trading costs, including the initial purchase's",
	}},
	{Title: "Initial cost", Unit: Money, Better: -1, Of: func(in *Input) float64 { return in.Record.Tally.CostInitial.Money() }, Card: card.Card{
		Name: "cost_initial", Doc: "costs of the initial purchase",
	}},
	{Title: "Costs a year", Unit: Fraction, Better: -1, Needs: NeedColumns, Of: perYear(costPart), Short: shortCost, Card: card.Card{
		Name: "cost_per_year", Doc: "trading costs without the initial purchase's, per year, as a fraction of mean NAV",
		Details: "(cost_total - cost_initial) / mean(NAV) / y with y = days / 365.25.",
	}},
	{Title: "Cost drag", Unit: Fraction, Better: -1, Needs: NeedTwin, Of: costDrag, Card: card.Card{
		Name: "cost_drag", Doc: "growth per year lost to trading costs: CAGR of the same account trading free of cost, minus CAGR",
		Details: "CAGR(zero-cost twin) - CAGR. The twin has the same policy, targets, flows, tax and terms, without costs; it decides for itself. Like CAGR, it leaves out the initial purchase.",
	}},
}...)

func costDrag(in *Input) float64 {
	return in.growthOf(in.Twin) - CAGR(in.index(), in.performed())
}

func costPart(in *Input) float64 {
	return rebalancingCost(in) / Mean(in.navs())
}

// shortCost is perYear(costPart) with the mean NAV at hand.
func shortCost(m *sim.RunStats, in *Input) float64 {
	if y := in.years(); y > 0 {
		return rebalancingCost(in) / m.NAV / y
	}
	return math.NaN()
}

// rebalancingCost is what trading cost without the initial purchase.
func rebalancingCost(in *Input) float64 {
	t := &in.Record.Tally
	return (t.Cost - t.CostInitial).Money()
}

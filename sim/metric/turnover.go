package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InTurnover, []Measure{
	{Title: "Turnover", Unit: Fraction, Better: -1, Of: func(in *Input) float64 { return in.Record.Tally.Turnover }, Card: card.Card{
		Name: "turnover_total", Doc: "one-way turnover of all rebalances, without the initial purchase",
		Details: "For each rebalance the sum of shares x fill price, without costs, less purchases paid by net deposits and sales that pay net withdrawals (deposits and withdrawals of one session are netted first), over two, over NAV at the fill session before its first trade; summed.",
	}},
	{Title: "Turnover a year", Unit: Fraction, Better: -1, Of: perYear(func(in *Input) float64 { return in.Record.Tally.Turnover }), Card: card.Card{
		Name: "turnover_per_year", Doc: "one-way turnover over the years of the run", Details: "turnover_total / y with y = days / 365.25.",
	}},
	{Title: "Turnover, lesser side", Unit: Fraction, Better: -1, Needs: NeedLog | NeedColumns, Of: perYear(traded(Turnover.Lesser)), Card: card.Card{
		Name: "turnover_lesser_per_year", Doc: "the smaller of purchases and sales divided by mean NAV, per year: the turnover that U.S. funds report; needs the journal",
		Details: "min(sum of purchases, sum of sales) / mean(NAV) / y, without the initial purchase, trades for flows included. SEC Form N-1A, Item 13, with the sessions' mean for the months'.",
	}},
	{Title: "Turnover, two-way", Unit: Fraction, Better: -1, Needs: NeedLog | NeedColumns, Of: perYear(traded(Turnover.TwoWay)), Card: card.Card{
		Name: "turnover_two_way_per_year", Doc: "purchases and sales together divided by mean NAV, per year; needs the journal",
		Details: "(sum of purchases + sum of sales) / mean(NAV) / y, without the initial purchase, trades for flows included.",
	}},
}...)

// traded is a form of the run's turnover over mean NAV, NaN without a log.
func traded(form func(Turnover) float64) func(*Input) float64 {
	return func(in *Input) float64 {
		r := in.Record
		if r.Log == nil {
			return math.NaN()
		}
		var bought, sold sim.Micros
		for i := range r.Log.Entries {
			switch e := &r.Log.Entries[i]; {
			case e.Kind == sim.EntryBuy && !r.IsOpening(e):
				bought -= e.Cash + e.Due
			case e.Kind == sim.EntrySell && !r.IsOpening(e):
				sold += e.Cash + e.Due
			}
		}
		mean := Mean(in.navs())
		return form(Turnover{Buys: bought.Money() / mean, Sells: sold.Money() / mean})
	}
}

func perYear(of func(*Input) float64) func(*Input) float64 {
	return func(in *Input) float64 {
		if y := in.years(); y > 0 {
			return of(in) / y
		}
		return math.NaN()
	}
}

// Turnover is one rebalance's turnover by its definitions, from weights of NAV
// before and after.
type Turnover struct {
	Buys, Sells float64 // sums of what is bought and sold, as parts of NAV
}

// TurnoverOf compares weights before and after a rebalance.
func TurnoverOf(before, after []float64) (t Turnover) {
	for i, b := range before {
		if d := after[i] - b; d > 0 {
			t.Buys += d
		} else {
			t.Sells -= d
		}
	}
	return t
}

// TwoWay is purchases and sales together.
func (t Turnover) TwoWay() float64 { return t.Buys + t.Sells }

// OneWay is half of two-way turnover.
func (t Turnover) OneWay() float64 { return t.TwoWay() / 2 }

// Lesser is the lesser of purchases and sales (U.S. SEC, Form N-1A, Item 13).
func (t Turnover) Lesser() float64 { return min(t.Buys, t.Sells) }

// ProportionalDrag is what a cost in proportion to two-way turnover takes from
// the capital before a period, as a part of it; the period's return becomes
// (1 - drag)(1 + r) - 1 (the convention of PerformanceAnalytics' Return.portfolio).
func ProportionalDrag(twoWay, rate float64) float64 { return twoWay * rate }

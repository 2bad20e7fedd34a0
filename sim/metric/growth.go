package metric

import (
	"math"

	"evenkeel/sim/card"
)

var growth = []Measure{
	{Title: "Final NAV", Unit: Money, Better: 1, Of: finalNAV, Card: card.Card{
		Name: "final_nav", Doc: "invested value and cash after the last session",
	}},
	{Title: "CAGR", Unit: Fraction, Better: 1, Of: func(in *Input) float64 { return CAGR(in.index(), in.years()) }, Card: card.Card{
		Name: "cagr", Doc: "compound annual growth rate, net of costs, from the first session's NAV after the initial purchase",
		Details: "(NAV_T / NAV_0)^(1/y) - 1 with y = days / 365.25; under deposits and withdrawals on the time-weighted index.",
	}},
}

func finalNAV(in *Input) float64 { return in.Record.NAV[in.Record.End-1] }

// CAGR is the yearly growth from the first to the last value over a number of
// years; NaN when no time passes or a value is not above zero.
func CAGR(values []float64, years float64) float64 {
	if len(values) < 2 || !(years > 0) || !(values[0] > 0) || !(values[len(values)-1] > 0) {
		return math.NaN()
	}
	return math.Pow(values[len(values)-1]/values[0], 1/years) - 1
}

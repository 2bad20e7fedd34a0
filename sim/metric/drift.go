package metric

import (
	"math"

	"evenkeel/sim/card"
)

var drift = []Measure{
	{Title: "Mean drift", Unit: Fraction, Better: -1, Of: func(in *Input) float64 {
		if in.Record.DriftHalf == nil {
			return math.NaN()
		}
		return Mean(in.Record.DriftHalf[in.Record.First+1 : in.Record.End])
	}, Card: card.Card{
		Name: "drift_mean", Doc: "mean over sessions of half the sum of |w - t|, before the session's own trades",
		Details: "Weights are parts of the invested value, at the close, from the second session on.",
	}},
	{Title: "Max drift", Unit: Fraction, Better: -1, Of: func(in *Input) float64 {
		if in.Record.DriftMost == nil || in.Record.First+1 >= in.Record.End {
			return math.NaN()
		}
		most := 0.0
		for _, d := range in.Record.DriftMost[in.Record.First+1 : in.Record.End] {
			most = max(most, d)
		}
		return most
	}, Card: card.Card{
		Name: "drift_max", Doc: "largest |w - t| of any asset and session, before the session's own trades",
	}},
}

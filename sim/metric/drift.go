package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InDrift, []Measure{
	{Title: "Mean drift", Unit: Fraction, Better: -1, Needs: NeedDrift, Of: func(in *Input) float64 {
		return MeanDrift(in.Record)
	}, Short: func(m *sim.RunStats, _ *Input) float64 { return m.Drift }, Card: card.Card{
		Name: "drift_mean", Doc: "mean over sessions of half the sum of |w - t|, before the session's own trades",
		Details: "Weights are parts of the invested value, at the close, from the second session on.",
	}},
	{Title: "Max drift", Unit: Fraction, Better: -1, Needs: NeedDrift, Of: func(in *Input) float64 {
		return MaxDrift(in.Record)
	}, Short: func(m *sim.RunStats, _ *Input) float64 { return m.DriftMost }, Card: card.Card{
		Name: "drift_max", Doc: "largest |w - t| of any asset and session, before the session's own trades",
	}},
}...)

// MeanDrift is the mean of Record.DriftHalf from the second session on; NaN unless it
// was kept, and of one session.
func MeanDrift(r *sim.Record) float64 {
	if r.DriftHalf == nil {
		return math.NaN()
	}
	return Mean(r.DriftHalf[r.First+1 : r.End])
}

// MaxDrift is the largest of Record.DriftMost, likewise.
func MaxDrift(r *sim.Record) float64 {
	if r.DriftMost == nil || r.First+1 >= r.End {
		return math.NaN()
	}
	most := 0.0
	for _, d := range r.DriftMost[r.First+1 : r.End] {
		most = max(most, d)
	}
	return most
}

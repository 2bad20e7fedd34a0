package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InTracking, []Measure{
	{Title: "Tracking error", Unit: Fraction, Better: -1, Needs: NeedReference | NeedColumns, Of: func(in *Input) float64 { return TrackingError(in.active(), in.PeriodsPerYear) }, Short: func(m *sim.RunStats, in *Input) float64 {
		return m.ActiveDeviation * math.Sqrt(in.PeriodsPerYear)
	}, Card: card.Card{
		Name: "tracking_error", Doc: "sample standard deviation of the return above the reference's, per year",
		Details: "sd(r - r_ref) x sqrt(P). The reference is measures.reference of the experiment: policy_targets, the policy always at target, r_ref = sum t_i r_i with the targets in force at the previous close, without costs; zero_cost_twin, the same account trading free of cost; buy_and_hold, the account bought and held; or the levels of a file.",
	}},
	{Title: "Tracking RMS", Unit: Fraction, Better: -1, Needs: NeedReference | NeedColumns, Of: func(in *Input) float64 { return TrackingRMS(in.active(), in.PeriodsPerYear) }, Short: func(m *sim.RunStats, in *Input) float64 {
		return math.Sqrt(m.ActiveSquare * in.PeriodsPerYear)
	}, Card: card.Card{
		Name: "tracking_rms", Doc: "root mean square of the return above the reference's, per year: a constant difference counts too",
		Details: "sqrt(mean((r - r_ref)^2)) x sqrt(P).",
	}},
	{Title: "Tracking difference", Unit: Fraction, Needs: NeedReference | NeedColumns, Of: func(in *Input) float64 { return TrackingDifference(in.active(), in.PeriodsPerYear) }, Short: func(m *sim.RunStats, in *Input) float64 {
		return m.Active * in.PeriodsPerYear
	}, Card: card.Card{
		Name: "tracking_difference", Doc: "arithmetic mean return above the reference's, per year",
		Details: "mean(r - r_ref) x P.",
	}},
}...)

// TrackingError is the sample standard deviation of active returns x sqrt(P);
// NaN of fewer than two.
func TrackingError(active []float64, periods float64) float64 {
	return Deviation(active) * math.Sqrt(periods)
}

// TrackingRMS is the root mean square of active returns x sqrt(P); NaN of none.
func TrackingRMS(active []float64, periods float64) float64 {
	sum := 0.0
	for _, a := range active {
		sum += float64(a * a)
	}
	return math.Sqrt(sum / float64(len(active)) * periods)
}

// TrackingDifference is the mean active return x P; NaN of none.
func TrackingDifference(active []float64, periods float64) float64 {
	return Mean(active) * periods
}

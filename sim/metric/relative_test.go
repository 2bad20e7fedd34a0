package metric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// Against itself an account has no tracking error, a beta of 1 and no alpha; a
// constant beside it is no tracking error either, and no information ratio.
func TestAgainstItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-0.1, 0.1), 3, 60).Draw(t, "returns")
		if !(metric.Deviation(x) > 1e-4) {
			return
		}
		in := input(t, levels(x)...)
		in.Reference = metric.RecordReturns(in.Record)
		m := measured(in)
		require.Zero(t, m["tracking_error"])
		require.Zero(t, m["tracking_difference"])
		require.Equal(t, 1.0, m["beta"])
		require.Zero(t, m["alpha"])
		require.InDelta(t, 1, m["correlation"], 1e-12)
		require.InDelta(t, 0, m["active_premium"], 1e-12)
		require.True(t, math.IsNaN(m["information_ratio"]), "undefined, not infinite")

		for i := range in.Reference {
			in.Reference[i] -= 0.001
		}
		m = measured(in)
		require.InDelta(t, 0, m["tracking_error"], 1e-12)
		require.InDelta(t, 1, m["beta"], 1e-9)
		require.InDelta(t, 0.012, m["tracking_difference"], 1e-12)
		require.InDelta(t, 0.012, m["alpha"], 1e-9)
	})
}

func TestRelativeByHand(t *testing.T) {
	x, y := []float64{0.1, 0.3, -0.1, 0.1}, []float64{0.1, 0.2, 0, 0.1} // twice as far from the mean
	require.InDelta(t, 2, metric.Beta(x, y), 1e-14)
	require.InDelta(t, 1, metric.Correlation(x, y), 1e-14)
	require.InDelta(t, -1, metric.Correlation(x, []float64{-0.1, -0.2, 0, -0.1}), 1e-14)
	require.InDelta(t, 1.2-0.2-2*(1.2-0.2), metric.Alpha(x, y, 0.2, 12), 1e-13)
	require.InDelta(t, 2, metric.FamaBeta(x, y), 1e-14)
	still := []float64{0.1, 0.1, 0.1, 0.1}
	require.True(t, math.IsNaN(metric.Beta(x, still)) && math.IsNaN(metric.Correlation(still, x)) && math.IsNaN(metric.Alpha(x, still, 0, 12)))
	in := input(t, levels(x)...)
	m := measured(in)
	for _, key := range []string{"beta", "alpha", "correlation", "active_premium", "information_ratio", "tracking_error_monthly"} {
		require.True(t, math.IsNaN(m[key]), "%s without a reference", key)
	}
	in.Reference = append([]float64{9}, y...)
	m = measured(in)
	require.InDelta(t, 2, m["beta"], 1e-13)
	require.InDelta(t, m["cagr"]-metric.CAGR(levels(y), 4), m["active_premium"], 1e-14)
	require.InDelta(t, m["active_premium"]/m["tracking_error"], m["information_ratio"], 1e-13)
	require.InDeltaSlice(t, []float64{0, 0.1, -0.1, 0}, metric.ActiveReturns(in.Record, in.Reference), 1e-14)
}

func TestRelativeAgreesWithGonum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-0.1, 0.1), 3, 60).Draw(t, "x")
		y := rapid.SliceOfN(rapid.Float64Range(-0.1, 0.1), len(x), len(x)).Draw(t, "y")
		if !(metric.Deviation(x) > 1e-4 && metric.Deviation(y) > 1e-4) {
			return
		}
		_, slope := stat.LinearRegression(y, x, nil, false)
		require.InDelta(t, slope, metric.Beta(x, y), 1e-9)
		require.InDelta(t, stat.Correlation(x, y, nil), metric.Correlation(x, y), 1e-12)
	})
}

// Active returns that follow one another add up: three days of +1 % make a month.
func TestMonthlyTrackingByHand(t *testing.T) {
	d := data.NewDate
	dates := []data.Date{d(2020, 1, 30), d(2020, 1, 31), d(2020, 2, 3), d(2020, 2, 28), d(2020, 3, 2)}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, []float64{1, 1, 1, 1, 1}, nil)
	require.NoError(t, err)
	in := &metric.Input{Record: &sim.Record{Panel: p, End: 5, NAV: []float64{100, 110, 132, 165, 165}}, PeriodsPerYear: 252, Reference: []float64{0, 0.2, 0.1, 0, 0.3}}
	want := metric.TrackingError([]float64{-0.1, 0.5 - 0.1, -0.3}, 12)
	require.InDelta(t, want, measured(in)["tracking_error_monthly"], 1e-14)
	var months []float64
	for _, m := range metric.Months(in) {
		months = append(months, m.Return-m.Reference)
	}
	require.InDelta(t, want, metric.TrackingError(months, 12), 1e-14)
}

func TestGrossAndBenefitByHand(t *testing.T) {
	in := input(t, 100, 150, 1600) // doubles every year
	m := measured(in)
	require.True(t, math.IsNaN(m["cagr_gross"]) && math.IsNaN(m["rebalancing_benefit"]), "nothing to compare with")
	require.InDelta(t, 15, m["total_return"], 1e-14)
	in.Twin, in.Hold = input(t, 100, 200, 100*81).Record, input(t, 100, 90, 100).Record
	m = measured(in)
	require.InDelta(t, 2, m["cagr_gross"], 1e-12)
	require.InDelta(t, m["cost_drag"], m["cagr_gross"]-m["cagr"], 1e-15)
	require.InDelta(t, 1, m["rebalancing_benefit"], 1e-12)
}

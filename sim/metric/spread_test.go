package metric_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"evenkeel/sim/metric"
)

func TestDownsideByHand(t *testing.T) {
	returns := []float64{0.1, -0.1, 0.3, -0.2}
	p := metric.PartialMoments(returns, 0.1) // 0, -0.2, 0.2, -0.3
	require.Equal(t, []int{4, 2, 1}, []int{p.N, p.Below, p.Above})
	require.InDelta(t, -0.075, p.Mean, 1e-16)
	full, subset := math.Sqrt(0.13/4), math.Sqrt(0.13/2)
	require.InDelta(t, full, p.DownsideDeviation(), 1e-16)
	require.InDelta(t, subset, p.DownsideSubset(), 1e-16)
	require.InDelta(t, -0.075/full, p.Sortino(), 1e-15)
	require.InDelta(t, 0.4, p.Omega(), 1e-15)
	require.InDelta(t, p.Omega()-1, p.OmegaSharpe(), 1e-15)
	require.InDelta(t, 0.1, p.UpsideRisk(), 1e-16)

	in := input(t, levels(returns)...)
	in.RiskFree = 1.2 // 0.1 a month
	m := measured(in)
	require.InDelta(t, full*math.Sqrt(12), m["downside_deviation"], 1e-14)
	require.InDelta(t, -0.075*12/(full*math.Sqrt(12)), m["sortino"], 1e-14)
	require.InDelta(t, -0.075*12/(subset*math.Sqrt(12)), m["sortino_subset"], 1e-14)
	require.InDelta(t, 0.4, m["omega"], 1e-14)
}

// Returns without risk have no ratio, and what has no returns has no measure.
func TestUndefinedSpread(t *testing.T) {
	rising := measured(input(t, 1, 2, 4, 8)) // 100 % each
	for _, key := range []string{"sortino", "sortino_subset", "omega", "skewness", "kurtosis"} {
		require.True(t, math.IsNaN(rising[key]), key)
	}
	require.Zero(t, rising["downside_deviation"])
	require.InDelta(t, -1, rising["value_at_risk"], 1e-15, "even the worst month is a gain")
	one := measured(input(t, 1))
	for _, key := range []string{"total_return", "downside_deviation", "sortino", "omega", "value_at_risk", "cvar", "skewness", "ulcer", "pain", "beta", "correlation", "information_ratio", "max_drawdown_days", "tracking_error_monthly"} {
		require.True(t, math.IsNaN(one[key]), key)
	}
	ruined := measured(input(t, 1, 0, 0, 0)) // what follows nothing has no return
	require.Equal(t, 1.0, ruined["value_at_risk"])
	require.Equal(t, 1.0, ruined["cvar"])
	require.Equal(t, -1.0, ruined["cagr"])
	require.Equal(t, -1.0, ruined["calmar"])
	for _, key := range []string{"skewness", "kurtosis"} {
		require.True(t, math.IsNaN(ruined[key]), key)
	}
}

func TestShapeByHand(t *testing.T) {
	x := []float64{-1, -1, 2, 0} // m2 1.5, m3 1.5, m4 4.5
	require.InDelta(t, 1.5/math.Pow(1.5, 1.5), metric.Skewness(x), 1e-15)
	require.InDelta(t, 2, metric.Kurtosis(x), 1e-15)
	require.InDelta(t, 15/2.0*2, metric.SampleKurtosis(x), 1e-13)
	require.InDelta(t, 1, metric.MeanDeviation(x), 1e-15)
}

func TestTailsByHand(t *testing.T) {
	var returns []float64
	for i := range 41 { // the 5 % quantile is the third lowest
		returns = append(returns, float64(i*17%41)/100-0.1)
	}
	require.InDelta(t, -0.08, metric.Quantile(returns, 0.05), 1e-16)
	require.InDelta(t, -0.09, metric.TailMean(returns, 0.05), 1e-16)
	require.InDelta(t, -0.1, metric.Quantile(returns, 0), 1e-16)
	require.InDelta(t, 0.3, metric.Quantile(returns, 1), 1e-16)
	m := measured(input(t, levels(returns)...))
	require.InDelta(t, 0.08, m["value_at_risk"], 1e-13)
	require.InDelta(t, 0.09, m["cvar"], 1e-13)
}

// Whatever the numbers, the tail is that of the sorted ones, which stay as they were.
func TestTailsAgreeWithSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 300).Draw(t, "x")
		if rapid.Bool().Draw(t, "ties") {
			for i := range x {
				x[i] = math.Round(x[i]*4) / 4
			}
		}
		part := rapid.Float64Range(0, 1).Draw(t, "part")
		before, sorted := slices.Clone(x), slices.Clone(x)
		slices.Sort(sorted)
		at := part * float64(len(x)-1)
		k := int(at)
		want := sorted[k]
		if k+1 < len(x) {
			want += (at - float64(k)) * (sorted[k+1] - sorted[k])
		}
		require.InDelta(t, want, metric.Quantile(x, part), 1e-15)
		require.InDelta(t, metric.Mean(sorted[:k+1]), metric.TailMean(x, part), 1e-15)
		require.Equal(t, before, x)
	})
}

func TestShapeAgreesWithGonum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-0.2, 0.2), 4, 200).Draw(t, "x")
		if !(metric.Deviation(x) > 1e-6) {
			return
		}
		n := float64(len(x)) // gonum's are of the sample deviation and free of bias
		require.InDelta(t, stat.Skew(x, nil), metric.Skewness(x)*math.Sqrt(n*(n-1))/(n-2), 1e-9)
		require.InDelta(t, stat.ExKurtosis(x, nil), metric.SampleKurtosis(x)-3*(n-1)*(n-1)/((n-2)*(n-3)), 1e-9*n*n)
	})
}

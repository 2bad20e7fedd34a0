package metric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/sim/metric"
)

func TestFallsByHand(t *testing.T) {
	values := []float64{100, 120, 90, 96, 130, 117, 26, 65}
	want := []metric.Fall{{Peak: 1, Trough: 2, End: 4, Depth: 0.25}, {Peak: 4, Trough: 6, End: -1, Depth: 0.8}}
	require.Equal(t, want, metric.Falls(values, 0))
	require.Equal(t, []metric.Fall{want[1], want[0]}, metric.DeepestFalls(values, 9, 0))
	require.Equal(t, []metric.Fall{want[1]}, metric.DeepestFalls(values, 1, 0))
	require.Empty(t, metric.Falls([]float64{1, 1, 2}, 0))
	require.Empty(t, metric.Falls(nil, 0))
	require.Equal(t, []metric.Fall{{Peak: 1, Trough: 2, End: 3, Depth: 0.5}}, metric.Falls([]float64{2, 2, 1, 2, 3}, 0), "a peak is left where it was held last")
}

func TestTimeUnderWaterByHand(t *testing.T) {
	in := input(t, 100, 80, 50, 100, 120, 90, 119) // 243 or 244 days apart
	at := func(i int) float64 { return float64(in.Record.Panel.Date(i)) }
	m := measured(in)
	require.Equal(t, at(2)-at(0), m["max_drawdown_days"])
	require.Equal(t, at(3)-at(2), m["recovery_days"])
	require.Equal(t, at(3)-at(0), m["underwater_days"])
	require.InDelta(t, m["cagr"]/0.5, m["calmar"], 1e-15)
	d := []float64{0.2, 0.5, 0, 0, 0.25, 1 - 119.0/120}
	require.InDelta(t, metric.Mean(d), m["pain"], 1e-15)
	for i := range d {
		d[i] *= d[i]
	}
	require.InDelta(t, math.Sqrt(metric.Mean(d)), m["ulcer"], 1e-15)
	in.RiskFree = 0.01
	require.InDelta(t, (m["cagr"]-0.01)/m["ulcer"], measured(in)["martin"], 1e-15)

	open := measured(input(t, 100, 120, 60, 90))
	require.True(t, math.IsNaN(open["recovery_days"]), "it was not recovered")
	require.Equal(t, 1461.0-487, open["underwater_days"], "until the end")

	rising := measured(input(t, 1, 2, 3))
	require.Zero(t, rising["underwater_days"])
	require.Zero(t, rising["ulcer"])
	for _, key := range []string{"max_drawdown_days", "recovery_days", "calmar", "martin"} {
		require.True(t, math.IsNaN(rising[key]), key)
	}
}

// The falls are all there is: they are apart, none is deeper than the deepest, and
// outside of them values stand at their peak.
func TestFallsAreTheDrawdowns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := levels(rapid.SliceOfN(rapid.Float64Range(-0.5, 0.5), 0, 60).Draw(t, "returns"))
		drawdowns, most, at := metric.Drawdowns(values), 0.0, 0
		for _, f := range metric.Falls(values, 0) {
			require.GreaterOrEqual(t, f.Peak, at)
			end := f.End
			if end < 0 {
				end = len(values)
			}
			for i := at; i <= f.Peak; i++ {
				require.Zero(t, drawdowns[i])
			}
			for i := f.Peak + 1; i < end; i++ {
				require.Positive(t, drawdowns[i])
				require.LessOrEqual(t, drawdowns[i], f.Depth)
			}
			require.Equal(t, f.Depth, drawdowns[f.Trough])
			most, at = max(most, f.Depth), end
		}
		for i := at; i < len(values); i++ {
			require.Zero(t, drawdowns[i])
		}
		require.Equal(t, metric.MaxDrawdown(values), most)
	})
}

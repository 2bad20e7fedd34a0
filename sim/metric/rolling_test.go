package metric_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/sim/metric"
)

var nan = math.NaN()

// same compares numbers of which some are undefined.
func same(t require.TestingT, want, got []float64, delta float64) {
	require.Len(t, got, len(want))
	for i, w := range want {
		if math.IsNaN(w) {
			require.True(t, math.IsNaN(got[i]), "place %d is %v", i, got[i])
			continue
		}
		require.InDelta(t, w, got[i], delta, "place %d", i)
	}
}

func TestRollingByHand(t *testing.T) {
	same(t, []float64{nan, nan, 1, -0.5, 1}, metric.RollingReturn(nil, []float64{1, 4, 2, 2, 4}, 2), 1e-15)
	sd := math.Sqrt(12) * 0.1 / math.Sqrt(2)
	returns := []float64{0.1, 0.2, 0.2, 0.1}
	same(t, []float64{nan, sd, 0, sd}, metric.RollingVolatility(nil, returns, 2, 12), 1e-15)
	same(t, []float64{nan, 0.15 * 12 / sd, nan, 0.15 * 12 / sd}, metric.RollingSharpe(nil, returns, 2, 0, 12, 1e-9), 1e-13)
	same(t, []float64{nan, nan, 0.5, 0.5, 0, 0.25}, metric.RollingDrawdown(nil, []float64{2, 4, 2, 2, 8, 6}, 2), 1e-15)
}

// Whatever the window, the last n returns are measured as if they were all.
func TestRollingIsTheMeasureOfTheWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		returns := rapid.SliceOfN(rapid.Float64Range(-0.3, 0.3), 0, 200).Draw(t, "returns")
		n := rapid.IntRange(-1, 60).Draw(t, "n")
		values := levels(returns)
		var sd, sharpe, grown, fall []float64
		for i := range values {
			if n < 1 || i < n {
				grown, fall = append(grown, nan), append(fall, nan)
			} else {
				grown = append(grown, values[i]/values[i-n]-1)
				fall = append(fall, metric.MaxDrawdown(values[i-n:i+1]))
			}
			if i == 0 {
				continue
			}
			if n < 1 || i < n {
				sd, sharpe = append(sd, nan), append(sharpe, nan)
			} else {
				sd = append(sd, metric.Volatility(returns[i-n:i], 252))
				sharpe = append(sharpe, metric.Sharpe(returns[i-n:i], 0.02, 252))
			}
		}
		same(t, grown, metric.RollingReturn(nil, values, n), 1e-12)
		same(t, fall, metric.RollingDrawdown(nil, values, n), 0)
		same(t, sd, metric.RollingTrackingError(nil, returns, n, 252), 1e-10)
		got := metric.RollingSharpe(nil, returns, n, 0.02, 252, 1e-9)
		require.Len(t, got, len(sharpe))
		for i, w := range sharpe {
			if sd[i] > 1e-6 {
				require.InEpsilon(t, 1+math.Abs(w), 1+math.Abs(got[i]), 1e-6)
			}
		}
	})
}

// A window that a crisis has left forgets it: no rounding of large numbers stays.
func TestRollingForgets(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	returns := make([]float64, 4000)
	for i := range returns {
		returns[i] = 1e-4 * rng.NormFloat64()
	}
	returns[100] = 1e6
	got := metric.RollingVolatility(nil, returns, 63, 252)
	for i := 300; i < len(returns); i++ {
		require.InEpsilon(t, metric.Volatility(returns[i-62:i+1], 252), got[i], 1e-9, i)
	}
}

func TestRollingAllocatesOnlyItsResult(t *testing.T) {
	values := levels(make([]float64, 2000))
	dst := make([]float64, 0, len(values))
	require.Zero(t, testing.AllocsPerRun(5, func() { metric.RollingVolatility(dst, values, 252, 252) }))
	require.Zero(t, testing.AllocsPerRun(5, func() { metric.RollingReturn(dst, values, 252) }))
	require.EqualValues(t, 1, testing.AllocsPerRun(5, func() { metric.RollingDrawdown(dst, values, 252) }), "what a block of the window needs")
}

func BenchmarkRolling(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	returns := make([]float64, 5040)
	for i := range returns {
		returns[i] = 0.01 * rng.NormFloat64()
	}
	values := levels(returns)
	dst := make([]float64, 0, len(values))
	for name, of := range map[string]func(){
		"volatility": func() { metric.RollingVolatility(dst, returns, 252, 252) },
		"drawdown":   func() { metric.RollingDrawdown(dst, values, 252) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				of()
			}
		})
	}
}

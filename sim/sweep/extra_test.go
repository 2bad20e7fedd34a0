package sweep_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/sweep"
)

// What takes a pass of its own is told when it is named, and not otherwise; it is
// what a run of its own measures, to the bit.
func TestExtraMeasures(t *testing.T) {
	for _, m := range sweep.Measures() {
		require.False(t, m.Extra, m.Name)
	}
	names := sweep.ExtraNames()
	for _, need := range []string{"sortino", "cvar", "value_at_risk", "calmar", "recovery_days", "beta", "tracking_error_monthly"} {
		require.Contains(t, names, need)
	}
	require.NotContains(t, names, "alerts", "it needs a journal")
	require.Contains(t, sweep.TwinNames(), "cagr_gross")
	require.NotContains(t, sweep.TwinNames(), "sortino")

	measures := sweep.Named(append(names, "volatility"))
	require.Len(t, measures, len(names)+1)
	for name, flows := range map[string][]sim.Flow{"plain": nil, "flows": {{Session: 5, Amount: 1000}}} {
		g := newGrid(t, 700)
		g.points, g.flows = 20, flows
		got := swept(t, g, sweep.Options{Workers: 2, Measures: measures})
		m := g.Maker()
		for i := range g.points {
			p, err := m.Panel(i)
			require.NoError(t, err)
			a, err := m.Account(0, i)
			require.NoError(t, err)
			r, err := sim.NewRunner(p, 1, 0)
			require.NoError(t, err)
			require.NoError(t, r.Set(0, a.Mandate))
			r.Run()
			rec := r.Record(0)
			values := metric.Compute(&metric.Input{Record: &rec, PeriodsPerYear: a.PeriodsPerYear, RiskFree: a.RiskFree, Reference: a.Reference})
			for k, x := range measures {
				want, have := metric.Find(values, x.Name), got.values[i*len(measures)+k]
				require.True(t, math.Float64bits(want) == math.Float64bits(have) || math.IsNaN(want) && math.IsNaN(have), "%s: point %d: %s is %v, not %v", name, i, x.Name, have, want)
			}
		}
	}
}

// What a sweep keeps follows from what its measures need, whatever they are called: a
// measure of drift by another name has its values, alone and beside others.
func TestMeasuresSayWhatTheyNeed(t *testing.T) {
	widest := metric.Measure{Needs: metric.NeedDrift, Of: func(in *metric.Input) float64 { return metric.MaxDrift(in.Record) }}
	widest.Name = "widest"
	trades := metric.Measure{Needs: metric.NeedLog, Of: func(in *metric.Input) float64 {
		if in.Record.Log == nil {
			return math.NaN()
		}
		return float64(len(in.Record.Log.Orders))
	}}
	trades.Name = "orders"
	for _, beside := range [][]metric.Measure{nil, sweep.Named([]string{"drift_max"}), {trades}} {
		g := newGrid(t, 300)
		g.points = 20
		got := swept(t, g, sweep.Options{Workers: 1, Measures: append([]metric.Measure{widest}, beside...)})
		for i := range g.points {
			row := got.values[i*(1+len(beside)):]
			require.Positive(t, row[0])
			if len(beside) > 0 && beside[0].Name == "drift_max" {
				require.Equal(t, row[1], row[0])
			} else if len(beside) > 0 {
				require.Positive(t, row[1], "a journal is kept for a measure that needs one")
			}
		}
	}
}

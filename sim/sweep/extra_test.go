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

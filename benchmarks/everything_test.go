package benchmarks

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/workload"
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/tax"
)

// everything is W1 with whole shares, settlement in two sessions, four kinds of
// cost with impact among them, a cap on volume, a minimum, and taxes on lots.
func everything(tb testing.TB) (*data.Panel, *sim.Mandate) {
	p, targets := workload.W1()
	table := p.Table()
	table.Volume = make([]float64, len(table.Close))
	for k := range table.Volume {
		table.Volume[k] = float64(100_000 + 7919*k%400_000)
	}
	p, err := data.Make(table)
	require.NoError(tb, err)
	terms := &sim.Terms{Fill: sim.NextClose, Lot: 1, Minimum: 100, Participation: 0.1}
	for range p.Assets() {
		terms.Settle = append(terms.Settle, 2)
	}
	for _, c := range []cost.Cost{cost.NewBPS(5, cost.Everywhere), cost.NewPerShare(0.005, cost.Limits{Min: 1}, cost.Everywhere), cost.NewHalfSpread(2, cost.Everywhere), cost.NewSquareRoot(0.8, cost.Impact{Scope: cost.Everywhere})} {
		require.NoError(tb, c.Bind(p))
		terms.Costs = append(terms.Costs, c)
	}
	lots, err := tax.New(tax.Standard)
	require.NoError(tb, err)
	policy := bands(0.2, 0.1, data.EverySession)
	require.NoError(tb, policy.Bind(p, targets))
	return p, &sim.Mandate{Policy: policy, Targets: targets, Terms: terms, Tax: lots, Cash: 1e6}
}

// BenchmarkEverything is one run with everything on: 10 assets x 5,040 sessions.
func BenchmarkEverything(b *testing.B) {
	p, m := everything(b)
	for _, keep := range []struct {
		name string
		sim.Keep
	}{{"nothing", 0}, {"log", sim.KeepDrift | sim.KeepLog}} {
		b.Run("keep="+keep.name, func(b *testing.B) {
			r, err := sim.NewRunner(p, 1, keep.Keep)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Set(0, m); err != nil {
					b.Fatal(err)
				}
				r.Run()
			}
			b.ReportMetric(float64(r.Record(0).Tally.Trades), "trades")
		})
	}
}

// Its second run allocates nothing.
func TestEverythingAllocatesNothing(t *testing.T) {
	p, m := everything(t)
	r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
	require.NoError(t, err)
	run := func() {
		if err := r.Set(0, m); err != nil {
			t.Error(err)
		}
		r.Run()
	}
	run()
	require.Positive(t, r.Record(0).Tally.Tax)
	require.Zero(t, testing.AllocsPerRun(5, run))
}

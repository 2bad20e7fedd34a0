package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/workload"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/strategies"
)

// BenchmarkCheck audits 10 assets x 5,040 sessions of bands that look every
// session, beside the run itself with its journal and the decimal replay.
func BenchmarkCheck(b *testing.B) {
	p, targets := workload.W1()
	policy := strategies.NewBands()
	require.NoError(b, policy.Bind(p, targets))
	m := &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Costs: costs(b, p, cost.NewBPS(10, cost.Everywhere))}, Cash: 1e6}
	r, err := sim.NewRunner(p, 1, sim.KeepLog|sim.KeepDrift)
	require.NoError(b, err)
	run := func() sim.Record {
		require.NoError(b, r.Set(0, m))
		r.Run()
		return r.Record(0)
	}
	rec := run()
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"run", func() { run() }},
		{"audit", func() { require.NoError(b, audit.Check(&rec)) }},
		{"ledger", func() { _, err := ledger.Replay(&rec); require.NoError(b, err) }},
	} {
		b.Run("do="+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.do()
			}
		})
	}
}

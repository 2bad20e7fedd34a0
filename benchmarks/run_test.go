package benchmarks

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/workload"
	"evenkeel/data"
	"evenkeel/sim"
)

// BenchmarkRun replays 10 assets x 5,040 sessions through bands of 20 % with
// rails of 10 %, a look every session, 10 basis points, journal off.
func BenchmarkRun(b *testing.B) {
	p, targets := workload.W1()
	for _, keep := range []struct {
		name string
		sim.Keep
	}{{"nothing", 0}, {"drift", sim.KeepDrift}, {"log", sim.KeepLog}} {
		b.Run("keep="+keep.name, func(b *testing.B) {
			policy := bands(0.2, 0.1, data.EverySession)
			require.NoError(b, policy.Bind(p, targets))
			r, err := sim.NewRunner(p, 1, keep.Keep)
			require.NoError(b, err)
			m := &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Fill: sim.SameClose, Costs: tenBPS(b, p)}, Cash: 1e6}
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Set(0, m); err != nil {
					b.Fatal(err)
				}
				r.Run()
			}
		})
	}
}

// A second run on the same runner allocates nothing, whatever it keeps.
func TestRunAllocatesNothing(t *testing.T) {
	p, targets := workload.W1()
	policy := bands(0.2, 0.1, data.EverySession)
	require.NoError(t, policy.Bind(p, targets))
	m := &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Fill: sim.NextClose, Costs: tenBPS(t, p)}, Cash: 1e6}
	for _, keep := range []sim.Keep{0, sim.KeepDrift | sim.KeepLog} {
		r, err := sim.NewRunner(p, 1, keep)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, m))
		r.Run()
		require.Zero(t, testing.AllocsPerRun(5, func() {
			if err := r.Set(0, m); err != nil {
				t.Error(err)
			}
			r.Run()
		}))
	}
}

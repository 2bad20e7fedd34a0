package strategies_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// A reduction is made of what is held; what it leaves out is named.
func TestReductionLeavesOutWhatIsNotHeld(t *testing.T) {
	x := &experiment{symbols: []string{"A", "B", "C"}, targets: []float64{0.4, 0.4, 0.2}, fill: sim.SameClose, dates: []data.Date{0, 1, 2}}
	x.closes = [][]float64{{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}
	p := x.panel(t)
	policy := general(strategies.Always{})
	for _, c := range []struct {
		funding strategies.Funding
		c, left float64
		out     []string
	}{
		{strategies.Reduction, 0, 800, []string{"C"}},
		{strategies.Reduction, 100, 500, nil}, // K = min(400/0.4, 500/0.4, 100/0.2)
		{strategies.SelfFinancing, 0, 900, nil},
	} {
		policy.Funding = c.funding
		m := x.mandate(t, p, policy)
		m.Cash, m.Holdings = 0, []sim.Units{400e8, 500e8, sim.Units(c.c * 1e8)}
		r, err := sim.NewRunner(p, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, m))
		r.Run()
		rec := r.Record(0)
		require.InDelta(t, c.left, rec.NAV[2], 1e-3)
		require.Equal(t, c.out, strategies.LeftOut(&rec))
	}
}

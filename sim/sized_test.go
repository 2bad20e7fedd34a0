package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// A least cost is a fixed part of every intended purchase before sizes are known:
// what pays for one alone buys the larger need, also when the lowest is first.
func TestTheLeastCostIsFixed(t *testing.T) {
	p := market(t, [][]float64{{10, 10, 10}, {8, 9, 12}, {8, 9, 12}}, nil)
	targets := []float64{0.1, 0.4, 0.5}
	policy := bound(t, p, targets, strategies.NewBuyAndHold())
	policy.Aim.Share = strategies.ShareLowest
	rec := run(t, p, &sim.Mandate{
		Policy: policy, Targets: targets, Cash: 1000, Flows: []sim.Flow{{Session: 1, Amount: 2.9}},
		Terms: &sim.Terms{Fill: sim.SameClose, Costs: costs(t, p, cost.NewPerShare(0.005, cost.Limits{Min: 2}, cost.Everywhere))},
	})
	require.Len(t, rec.Log.Orders, 4)
	require.EqualValues(t, 1, rec.Log.Orders[3].Asset)
	require.InDelta(t, 0.9/9, rec.Log.Orders[3].Done.Shares(), 1e-5)
}

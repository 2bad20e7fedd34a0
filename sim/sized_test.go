package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/tax"
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

// Gains that add up beyond what taxes can count end the trading of an account with the
// date and the amount, though it is never worth too much: they are taken out of it.
func TestTaxesOutgrow(t *testing.T) {
	closes := make([][]float64, 12)
	m := &sim.Mandate{Targets: []float64{1, 0}, Cash: 1e12, Terms: &sim.Terms{Fill: sim.SameClose}}
	for s := range closes {
		switch closes[s] = []float64{1000, 1000}; {
		case s%3 == 1:
			closes[s][0] = 3000
			m.Changes = append(m.Changes, sim.Change{Session: s, Targets: []float64{0, 1}})
		case s%3 == 2:
			m.Flows = append(m.Flows, sim.Flow{Session: s, Percent: -0.66})
		case s > 0:
			m.Changes = append(m.Changes, sim.Change{Session: s, Targets: []float64{1, 0}})
		}
	}
	p := market(t, closes, nil)
	lots, err := tax.New(tax.Standard)
	require.NoError(t, err)
	m.Tax, m.Policy = lots, bound(t, p, m.Targets, strategies.NewCalendar(data.EverySession))
	runner, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, runner.Set(0, m))
	runner.Run()
	rec := runner.Record(0)
	require.ErrorContains(t, rec.Err, "has taxable gains, losses or purchases that add up to")
	require.Regexp(t, ended, rec.Err.Error())
}

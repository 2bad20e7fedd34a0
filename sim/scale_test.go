package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
)

// twoBuys asks once for two purchases, of 40 and of 60.
type twoBuys struct{}

func (twoBuys) Watch(v *sim.View, w *sim.Watch) {
	w.Looks, w.Lo, w.Hi = v.Calendar(data.Schedule{Every: 2, Offset: 1}), nil, nil
}

func (twoBuys) Decide(v *sim.View, want []float64) sim.Verdict {
	want[0], want[1] = 60, 40
	return sim.Verdict{Act: true, Cause: sim.CauseCalendar, Asset: -1}
}

// Two fixed costs take all the money: the smaller purchase is given up, and the
// larger has what is left after one.
func TestFixedCostsGiveUpTheSmallerPurchase(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0, 1, 2}, []string{"A", "B"}, []float64{1, 1, 1, 1, 1, 1}, nil)
	require.NoError(t, err)
	c := cost.NewFixed(6, cost.Everywhere)
	require.NoError(t, c.Bind(p))
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, &sim.Mandate{
		Policy: twoBuys{}, Targets: []float64{0.5, 0.5}, Cash: 1000,
		Terms: &sim.Terms{Costs: []sim.Cost{c}, FreeOpening: true},
		Flows: []sim.Flow{{Session: 1, Amount: 10}},
	}))
	r.Run()
	rec := r.Record(0)
	orders := rec.Log.Orders[2:]
	require.Equal(t, sim.StatePart, orders[0].State)
	require.InDelta(t, 4, orders[0].Done.Shares(), 1e-4)
	require.Equal(t, sim.StateMissed, orders[1].State)
	require.Equal(t, sim.ReasonCash, orders[1].Reason)
}

package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// When costs that depend on the size of an order let the decision be made again, what was
// raised the first time is forgotten. Of 520 and 480, 100 are to be paid, so that the
// calendar sells 70 and 30; a share costs 0.1, and at least 1 a sale, so that 100 / 0.9 are
// sold in all, half of what is more than 100 of each; or that in lots.
func TestRaisingIsMadeAnewWithItsCosts(t *testing.T) {
	p := calm(t, 3, 1, 1)
	targets := []float64{0.5, 0.5}
	for name, terms := range map[string]sim.Terms{
		"no limit":  {},
		"a minimum": {Minimum: 1},
		"lots":      {Lot: 1},
	} {
		terms.Fill, terms.Costs = sim.SameClose, costs(t, p, cost.NewPerShare(0.1, cost.Limits{Min: 1}, cost.Everywhere))
		rec := checked(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, strategies.NewCalendar(daily)), Targets: targets, Terms: &terms,
			Holdings: holding(520, 480), Flows: []sim.Flow{{Session: 1, Amount: -100}},
		})
		want := []float64{70 + 5/0.9, 30 + 5/0.9}
		if name == "lots" {
			want = []float64{76, 36}
		}
		require.InDeltaSlice(t, want, sold(&rec, 2), 1e-5, name)
		require.Equal(t, sim.Micros(100e6), rec.Tally.Withdrawals, name)
	}
}

package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// What new money pays is bought whole, in lots or not, and no more of it comes than is spent.
// A and B hold 600 and 400 with targets of a half. 100 come in at session 1 and buy B, which
// new money raises to 600 by another 100; 100 are asked for at session 2, so that of the 200
// only the part of the new money is filled.
func TestGrowthInLotsBringsWhatIsSpent(t *testing.T) {
	p := calm(t, 3, 1, 1)
	targets := []float64{0.5, 0.5}
	for _, lot := range []float64{0, 10, 30} {
		policy := strategies.NewCalendar(daily)
		policy.Funding = strategies.Growth
		rec := checked(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, policy), Targets: targets, Holdings: holding(600, 400),
			Flows: []sim.Flow{{Session: 1, Amount: 100}, {Session: 2, Amount: -100}},
			Terms: &sim.Terms{Fill: sim.NextClose, Lot: lot},
		})
		bought := 100.0
		if lot == 30 { // 180 are ordered, half of them for new money
			bought = 90
		}
		require.InDelta(t, 400+bought, rec.Units[1].Shares(), 1e-4, "lots of %v", lot)
		require.InDelta(t, 100+bought, rec.Tally.Deposits.Money(), 1e-4)
		require.InDelta(t, 100, rec.Tally.Cash.Money(), 1e-4)
	}
}

// A reduction whose sale costs more than it brings lets nothing leave, and pays nothing that
// no decision has seen: of 501 and 499, the sale of 2 costs 5 at session 2, and what is
// asked for that day is paid at session 3.
func TestAReductionThatBringsNothingPaysNothing(t *testing.T) {
	p := calm(t, 4, 1, 1)
	targets := []float64{0.5, 0.5}
	policy := strategies.NewCalendar(data.Schedule{Every: 4, Offset: 1})
	policy.Funding = strategies.Reduction
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, policy), Targets: targets, Cash: 100, Holdings: holding(501, 499),
		Flows: []sim.Flow{{Session: 2, Amount: -50}},
		Terms: &sim.Terms{Fill: sim.NextClose, Costs: costs(t, p, cost.NewFixed(5, cost.Everywhere))},
	})
	require.Equal(t, []float64{0, 0, 0, -50}, rec.Flow)
	require.InDelta(t, 499, rec.Units[0].Shares(), 1e-6)
	require.Equal(t, sim.Micros(47e6), rec.Tally.Cash)
}

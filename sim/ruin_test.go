package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
	"evenkeel/strategies"
)

// standing is a market that stands still.
func standing(sessions, assets int) [][]float64 {
	rows := make([][]float64, sessions)
	for s := range rows {
		rows[s] = make([]float64, assets)
		for i := range rows[s] {
			rows[s][i] = 1
		}
	}
	return rows
}

// A deposit and a withdrawal of one day only pass through: they explain no trade, and
// are no part of the NAV that is turned over.
func TestFlowsBothWaysAreNoTradesReason(t *testing.T) {
	p := market(t, standing(6, 2), nil)
	targets := []float64{0.5, 0.5}
	for _, fill := range []sim.Moment{sim.NextClose, sim.SameClose} {
		rec := run(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, strategies.NewCalendar(daily)), Targets: targets, Holdings: []sim.Units{65_000e8, 35_000e8},
			Terms: &sim.Terms{Fill: fill}, Flows: []sim.Flow{{Session: 1, Amount: 10_000}, {Session: 1, Amount: -10_000}},
		})
		require.InDelta(t, 0.15, rec.Tally.Turnover, 1e-9)
		require.Equal(t, 1, rec.Tally.Filled)
	}
}

// An account is ruined at the first session after whose fills nothing is left while
// something is owed; money that comes later changes nothing.
func TestRuin(t *testing.T) {
	p := market(t, standing(8, 2), nil)
	targets := []float64{0.5, 0.5}
	of := func(terms *sim.Terms, flows ...sim.Flow) sim.Record {
		terms.Fill = sim.NextClose
		return run(t, p, &sim.Mandate{Policy: bound(t, p, targets, strategies.NewCalendar(daily)), Targets: targets, Cash: 1000, Terms: terms, Flows: flows})
	}
	rec := of(&sim.Terms{}, sim.Flow{Session: 2, Amount: -1400}, sim.Flow{Session: 5, Amount: 300})
	require.Equal(t, 3, rec.Tally.Ruined)
	require.InDelta(t, 400, rec.Tally.Unpaid.Money(), 0.01)
	require.InDelta(t, 300, rec.NAV[7], 0.01)

	rec = of(&sim.Terms{}, sim.Flow{Session: 2, Percent: -1}) // all is asked for and paid
	require.Zero(t, rec.Tally.Ruined)
	require.Zero(t, rec.Tally.Unpaid)

	held := []sim.Restriction{{Asset: 0, Rule: sim.NoSell, From: 0, Until: 8}}
	rec = of(&sim.Terms{Rules: held}, sim.Flow{Session: 2, Amount: -800})
	require.Zero(t, rec.Tally.Ruined, "what a restriction holds up is left")
	require.InDelta(t, 300, rec.Tally.Unpaid.Money(), 0.01)
}

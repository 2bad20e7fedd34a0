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
	for _, fill := range []sim.FillTime{sim.NextClose, sim.SameClose} {
		rec := run(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, strategies.NewCalendar(daily)), Targets: targets, Holdings: []sim.Units{65_000e8, 35_000e8},
			Terms: &sim.Terms{Fill: fill}, Flows: []sim.Flow{{Session: 1, Amount: 10_000}, {Session: 1, Amount: -10_000}},
		})
		require.InDelta(t, 0.15, rec.Tally.Turnover, 1e-9)
		require.Equal(t, 1, rec.Tally.Filled)
	}
}

// Only deposits and withdrawals of one session are set off against each other: a deposit of
// yesterday is invested, and what today's withdrawal sells is no turnover either.
func TestFlowsOfTwoSessionsAreNotNetted(t *testing.T) {
	p := market(t, standing(6, 2), nil)
	targets := []float64{0.5, 0.5}
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Holdings: []sim.Units{50_000e8, 50_000e8},
		Terms: &sim.Terms{Fill: sim.NextClose, Delay: 1}, Flows: []sim.Flow{{Session: 1, Amount: 10_000}, {Session: 2, Amount: -30_000}, {Session: 3, Amount: 10_000}},
	})
	require.Zero(t, rec.Tally.Turnover)
	require.InDelta(t, 90_000, rec.NAV[5], 1)
}

// An emptied account has nothing to look at, whether or not it is asked for money or given
// new targets.
func TestAnEmptiedAccountDoesNotLook(t *testing.T) {
	p := market(t, standing(8, 2), nil)
	targets := []float64{0, 1}
	for name, policy := range map[string]strategies.Strategy{"bands": bands(0.05, 0.02, daily), "calendar": strategies.NewCalendar(daily), "wide bands": bands(9, 0, daily)} {
		rec := run(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, policy), Targets: targets, Cash: 1000, Terms: &sim.Terms{Fill: sim.NextClose},
			Flows: []sim.Flow{{Session: 2, Amount: -2000}, {Session: 4, Amount: -2000}}, Changes: []sim.Change{{Session: 5, Targets: []float64{0.5, 0.5}}},
		})
		require.InDelta(t, 3000, rec.Tally.Unpaid.Money(), 0.01, name)
		require.Equal(t, 2, rec.Tally.Looks, name) // those of sessions 1 and 2
		for _, d := range rec.Log.Decisions {
			require.LessOrEqual(t, d.Session, int32(2), name)
		}
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

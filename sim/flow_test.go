package sim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/ledger"
	"evenkeel/strategies"
)

// drawFlows are deposits, withdrawals and new targets on a few sessions.
func drawFlows(t *rapid.T, m *sim.Mandate, sessions int) {
	for s := 1; s < sessions; s += rapid.IntRange(1, 9).Draw(t, "sessions to the next event") {
		switch rapid.IntRange(0, 4).Draw(t, "event") {
		case 0, 1:
			m.Flows = append(m.Flows, sim.Flow{Session: s, Amount: rapid.SampledFrom([]float64{0.004, 1, 500, 1e5, -0.004, -1, -500, -1e5, -1e12}).Draw(t, "amount")})
		case 2:
			m.Flows = append(m.Flows, sim.Flow{Session: s, Percent: rapid.SampledFrom([]float64{0.1, -0.1, -1, 3}).Draw(t, "part of NAV")})
		case 3:
			m.Changes = append(m.Changes, sim.Change{Session: s, Targets: rapid.SampledFrom([][]float64{{0.2, 0.3, 0.5}, {1, 0, 0}, {0, 0.5, 0.5}}).Draw(t, "targets")})
		}
	}
}

// checkFlows wants the books proved, and money that came and went to be counted.
func checkFlows(t *rapid.T, p *data.Panel, m *sim.Mandate) {
	r, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, m))
	r.Run()
	rec := r.Record(0)
	if rec.Err != nil { // deposits of many times NAV, again and again
		require.ErrorContains(t, rec.Err, "and the books count up to")
		return
	}
	_, err = ledger.Replay(&rec)
	require.NoError(t, err)
	var in, out sim.Micros
	for _, e := range rec.Log.Entries {
		if e.Kind == sim.EntryFlow {
			in, out = in+max(0, e.Cash), out+max(0, -e.Cash)
		}
	}
	require.Equal(t, in, rec.Tally.Deposits)
	require.Equal(t, out, rec.Tally.Withdrawals)
	for _, x := range rec.NAV[rec.First:rec.End] {
		require.True(t, x >= 0 && data.Finite(x))
	}
}

// Money that comes and goes, targets that change, delays and windows: the books
// stay whole under sane policies.
func TestFlowsAndTheBooks(t *testing.T) {
	p := swinging(t, 3, 40)
	targets := []float64{0.5, 0.3, 0.2}
	charged := [][]sim.Cost{nil, costs(t, p, cost.NewBPS(50, cost.Everywhere), cost.NewFixed(3, cost.Everywhere)), costs(t, p, cost.NewFixed(400, cost.Everywhere))}
	rapid.Check(t, func(rt *rapid.T) {
		m := &sim.Mandate{Targets: targets, Cash: rapid.SampledFrom([]float64{20, 1000, 1e6}).Draw(rt, "cash"), Terms: &sim.Terms{
			Fill: rapid.SampledFrom(moments).Draw(rt, "fill"), Costs: rapid.SampledFrom(charged).Draw(rt, "costs"),
			Delay: rapid.IntRange(0, 3).Draw(rt, "delay"), Reserve: rapid.SampledFrom([]float64{0, 100}).Draw(rt, "reserve"),
		}}
		if rapid.Bool().Draw(rt, "windows") {
			m.Terms.Windows = p.Calendar(data.Schedule{Every: 4})
		}
		drawFlows(rt, m, 40)
		switch rapid.IntRange(0, 2).Draw(rt, "strategy") {
		case 0:
			m.Policy = bound(t, p, targets, bands(0.05, 0.02, daily))
		case 1:
			m.Policy = bound(t, p, targets, strategies.NewCalendar(data.Schedule{Every: 3}))
		default:
			m.Policy = bound(t, p, targets, strategies.NewBuyAndHold())
		}
		checkFlows(rt, p, m)
	})
}

// The same under a policy that asks for anything, however it is paid.
func TestWildFlows(t *testing.T) {
	p := swinging(t, 3, 40)
	charged := [][]sim.Cost{nil, costs(t, p, cost.NewBPS(50, cost.Everywhere), cost.NewFixed(3, cost.Everywhere)), costs(t, p, cost.NewBPS(10_000, cost.Everywhere))}
	some := []float64{0, 0, 0.01, -0.01, 5, -5, 1e4, -1e4, -1e300, math.Inf(-1), math.NaN()}
	rapid.Check(t, func(rt *rapid.T) {
		asked := rapid.SliceOfN(rapid.SampledFrom(some), 120, 120).Draw(rt, "wishes")
		fund := rapid.SampledFrom([]sim.Funding{sim.FundSelf, sim.FundLeave, sim.FundBring}).Draw(rt, "fund")
		m := &sim.Mandate{
			Targets: []float64{0.5, 0.3, 0.2}, Cash: rapid.SampledFrom([]float64{0.02, 1000, 1e6}).Draw(rt, "cash"),
			Terms:  &sim.Terms{Fill: rapid.SampledFrom(moments).Draw(rt, "fill"), Costs: rapid.SampledFrom(charged).Draw(rt, "costs"), Delay: rapid.IntRange(0, 2).Draw(rt, "delay")},
			Policy: &adversarial{want: func(v *sim.View, want []float64) { copy(want, asked[v.Session*3:]) }, fund: fund},
		}
		drawFlows(rt, m, 40)
		checkFlows(rt, p, m)
	})
}

// A deposit that comes on the day on which a reduction fills pays nothing of what was
// asked for before: it stays, and is invested.
func TestDepositsAreNoPartOfAReduction(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {15, 10}, {15, 10}, {15, 10}, {15, 10}}, nil)
	targets := []float64{0.5, 0.5}
	b := bands(0.1, 0, daily)
	b.Funding = strategies.Reduction
	for _, deposit := range []float64{0, 50} {
		m := &sim.Mandate{
			Policy: bound(t, p, targets, b), Targets: targets, Cash: 1000, Terms: &sim.Terms{},
			Flows: []sim.Flow{{Session: 1, Amount: -100}},
		}
		if deposit > 0 {
			m.Flows = append(m.Flows, sim.Flow{Session: 2, Amount: deposit})
		}
		rec := run(t, p, m)
		require.InDelta(t, 250, rec.Tally.Withdrawals.Money(), 0.01, deposit)
		require.InDelta(t, 1000+deposit, rec.NAV[4], 0.01)
	}
}

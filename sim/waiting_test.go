package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

var half = []float64{0.5, 0.5}

// level is a market of n assets at 1 on each session; holes are the sessions without a
// price of the first asset.
func level(t testing.TB, n, sessions int, holes ...int) *data.Panel {
	t.Helper()
	x := data.Table{Kind: data.Adjusted, Stale: make([]bool, n*sessions)}
	for i := range n {
		x.Symbols = append(x.Symbols, string(rune('A'+i)))
	}
	for s := range sessions {
		x.Dates = append(x.Dates, data.Date(19_000+s))
		for range n {
			x.Close = append(x.Close, 1)
		}
	}
	for _, s := range holes {
		x.Stale[s*n] = true
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	return p
}

// fifty holds 50,000 shares of A and of B.
func fifty(p sim.Policy, terms *sim.Terms) *sim.Mandate {
	return &sim.Mandate{Policy: p, Targets: half, Terms: terms, Holdings: []sim.Units{50_000e8, 50_000e8}}
}

func holdAll(t testing.TB, p *data.Panel) sim.Policy {
	return bound(t, p, half, strategies.NewBuyAndHold())
}

// checked is run, with the audit.
func checked(t testing.TB, p *data.Panel, m *sim.Mandate) sim.Record {
	t.Helper()
	rec := run(t, p, m)
	require.NoError(t, audit.Check(&rec))
	return rec
}

// bought is what was bought by session, in whole shares.
func bought(rec sim.Record) map[int][2]float64 {
	all := map[int][2]float64{}
	for _, e := range rec.Log.Entries {
		if e.Kind == sim.EntryBuy {
			x := all[int(e.Session)]
			x[e.Asset] += float64(int((e.Units.Shares() + 0.5)))
			all[int(e.Session)] = x
		}
	}
	return all
}

// notes are the waits of a log in words: session, amount in whole money, since, why.
func notes(rec sim.Record) (all [][4]any) {
	for _, w := range rec.Log.Waits {
		all = append(all, [4]any{int(w.Session), int(w.Amount.Money() + 0.5), int(w.Since), w.Why.String()})
	}
	return all
}

// What is due on the day of a target change fills before it: a deposit of the day before
// is invested, and bands that are not breached change nothing.
func TestWhatIsDueFillsBeforeATargetChange(t *testing.T) {
	p := level(t, 2, 8)
	for name, policy := range map[string]sim.Policy{"bands": bound(t, p, half, bands(0.2, 0.1, daily)), "hold": holdAll(t, p)} {
		t.Run(name, func(t *testing.T) {
			m := fifty(policy, &sim.Terms{})
			m.Flows, m.Changes = []sim.Flow{{Session: 2, Amount: 10_000}}, []sim.Change{{Session: 3, Targets: []float64{0.51, 0.49}}}
			rec := checked(t, p, m)
			require.Equal(t, map[int][2]float64{3: {5000, 5000}}, bought(rec))
			require.Empty(t, rec.Log.Waits)
			require.Zero(t, rec.Tally.Rebalances)
		})
	}
}

// What is not due yet is cancelled, and what it had set aside is decided again at the
// same close with the new targets.
func TestATargetChangeDecidesAnew(t *testing.T) {
	p := level(t, 2, 9)
	m := fifty(holdAll(t, p), &sim.Terms{Delay: 2})
	m.Flows, m.Changes = []sim.Flow{{Session: 2, Amount: 10_000}}, []sim.Change{{Session: 3, Targets: []float64{0.51, 0.49}}}
	rec := checked(t, p, m)
	require.Equal(t, map[int][2]float64{6: {6100, 3900}}, bought(rec))
	require.Equal(t, sim.ReasonTargets, rec.Log.Orders[0].Reason)
	require.Equal(t, [][4]any{{3, 10_000, 3, "target_change"}, {3, 0, 3, "target_change"}}, notes(rec))
	require.Zero(t, rec.Tally.Turnover)
}

// A deposit that restrictions keep from being invested is put before the policy at the
// first session at which one of its assets can be bought.
func TestADepositWaitsForRestrictions(t *testing.T) {
	p := level(t, 2, 12)
	for name, policy := range map[string]sim.Policy{"bands": bound(t, p, half, bands(0.2, 0.1, daily)), "hold": holdAll(t, p)} {
		t.Run(name, func(t *testing.T) {
			m := fifty(policy, &sim.Terms{Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoBuy, From: 2, Until: 5}, {Asset: 1, Rule: sim.Hold, From: 2, Until: 7}}})
			m.Flows = []sim.Flow{{Session: 2, Amount: 10_000}}
			rec := checked(t, p, m)
			// At session 5 A can be bought: its deficit is 5,000, and what B lacks waits on.
			require.Equal(t, map[int][2]float64{6: {5000, 0}, 8: {0, 5000}}, bought(rec))
			require.Equal(t, [][4]any{
				{2, 10_000, 2, "no_buy"}, {5, 0, 2, "no_buy"}, {5, 5000, 5, "no_buy"}, {7, 0, 5, "no_buy"},
			}, notes(rec))
			require.Equal(t, []int16{0, 1}, rec.Log.Waits[0].Assets)
			require.Equal(t, []int16{1}, rec.Log.Waits[2].Assets)
			require.Zero(t, rec.Tally.Turnover)
			require.Zero(t, rec.Tally.Rebalances)
			require.Empty(t, rec.Waiting)
		})
	}
}

// What waits at the end stands in the record.
func TestWhatStillWaitsAtTheEnd(t *testing.T) {
	p := level(t, 2, 6)
	m := fifty(holdAll(t, p), &sim.Terms{Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoBuy, Until: 99}, {Asset: 1, Rule: sim.NoBuy, Until: 99}}})
	m.Flows = []sim.Flow{{Session: 2, Amount: 10_000}}
	rec := checked(t, p, m)
	require.Len(t, rec.Waiting, 1)
	require.Equal(t, sim.Waiting{Amount: 10_000e6, Since: 2, Why: sim.WhyNoBuy, Assets: []int16{0, 1}}, rec.Waiting[0])
}

// Only the amount is put before the policy, not what else is cash.
func TestNoOtherCashIsPut(t *testing.T) {
	p, err := data.Make(data.Table{
		Kind: data.Raw, Symbols: []string{"A", "B"}, Dates: []data.Date{100, 101, 102, 103, 104, 105, 106},
		Close: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, Actions: []data.DatedAction{{Date: 103, Asset: 0, Split: 1, Dividend: 0.02}},
	})
	require.NoError(t, err)
	m := fifty(holdAll(t, p), &sim.Terms{Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoBuy, From: 2, Until: 4}, {Asset: 1, Rule: sim.NoBuy, From: 2, Until: 4}}})
	m.Flows = []sim.Flow{{Session: 2, Amount: 10_000}}
	rec := checked(t, p, m)
	require.Equal(t, map[int][2]float64{5: {5000, 5000}}, bought(rec))
	require.InDelta(t, 1000, rec.Tally.Cash.Money(), 1e-4) // the dividend is no money that waits
}

// A hole at the decision keeps the share of its asset waiting; one at the fill keeps the
// order open.
func TestHolesKeepMoneyWaiting(t *testing.T) {
	p := level(t, 2, 9, 2, 4)
	m := fifty(holdAll(t, p), &sim.Terms{})
	m.Flows = []sim.Flow{{Session: 2, Amount: 10_000}}
	rec := checked(t, p, m)
	// B is bought at 3; A could be bought then, but B's order is open until the fill of 3
	// has come: it is put before the policy at 3, and its order meets the hole at 4.
	require.Equal(t, map[int][2]float64{3: {0, 5000}, 5: {5000, 0}}, bought(rec))
	require.Equal(t, [][4]any{{2, 5000, 2, "hole"}, {3, 0, 2, "hole"}}, notes(rec))
}

// What an ended asset paid is put before the policy at the next session, and so is the
// money of a purchase of it.
func TestWhatAnEndedAssetPaid(t *testing.T) {
	p := level(t, 3, 9)
	targets := []float64{0.5, 0.25, 0.25}
	m := &sim.Mandate{
		Policy: bound(t, p, targets, bands(0.2, 0, daily)), Targets: targets, Cash: 1000, Terms: &sim.Terms{},
		Changes: []sim.Change{{Session: 2, Targets: []float64{2.0 / 3, 1.0 / 3, 0}}}, Endings: []sim.Ending{{Session: 2, Asset: 2, Price: 1}},
	}
	rec := checked(t, p, m)
	require.Equal(t, [][4]any{{2, 250, 2, "ended"}, {3, 0, 2, "ended"}}, notes(rec))
	require.InDelta(t, 1000*2.0/3, rec.Units[0].Shares(), 1e-4)
	require.InDelta(t, 1000/3.0, rec.Units[1].Shares(), 1e-4)
	require.Zero(t, rec.Tally.Turnover)

	m.Policy = bound(t, p, targets, strategies.NewBuyAndHold())
	m.Terms = &sim.Terms{Delay: 3}
	m.Flows = []sim.Flow{{Session: 1, Amount: 400}}
	m.Changes = nil
	rec = checked(t, p, m)
	require.Equal(t, sim.ReasonEnded, rec.Log.Orders[5].Reason)
	t.Log(notes(rec))
}

// Money of an initial purchase that a restriction forbids waits, too.
func TestTheInitialPurchaseWaits(t *testing.T) {
	p := level(t, 2, 8)
	charged := costs(t, p, cost.NewBPS(100, cost.Everywhere))
	m := &sim.Mandate{Policy: holdAll(t, p), Targets: half, Cash: 10_100, Terms: &sim.Terms{Costs: charged, Rules: []sim.Restriction{{Asset: 1, Rule: sim.NoBuy, Until: 3}}}}
	rec := checked(t, p, m)
	require.Equal(t, map[int][2]float64{0: {5000, 0}, 4: {0, 5000}}, bought(rec))
	require.Equal(t, [][4]any{{0, 5050, 0, "no_buy"}, {3, 0, 0, "no_buy"}}, notes(rec))
}

// The share of an asset that leaves the targets before its listing is put before the
// policy at the next session.
func TestTheShareOfAnAssetThatIsNeverBought(t *testing.T) {
	p := level(t, 2, 9)
	m := &sim.Mandate{
		Policy: holdAll(t, p), Targets: half, Cash: 10_000, Terms: &sim.Terms{},
		Listings: []sim.Listing{{Session: 6, Asset: 1}}, Changes: []sim.Change{{Session: 2, Targets: []float64{1, 0}}},
	}
	rec := checked(t, p, m)
	require.Equal(t, map[int][2]float64{0: {5000, 0}, 4: {5000, 0}}, bought(rec))
	require.Equal(t, [][4]any{{2, 5000, 2, "left_targets"}, {3, 0, 2, "left_targets"}}, notes(rec))
}

// The listing of an asset that has left the targets keeps no look from deciding.
func TestTheListingOfAnAssetWithoutATarget(t *testing.T) {
	p := level(t, 3, 9)
	targets, next := []float64{0.5, 0, 0.5}, []float64{0.5, 0.5, 0}
	for _, session := range []int{2, 6} { // before the listing, and with it
		m := &sim.Mandate{
			Policy: bound(t, p, targets, strategies.NewCalendar(data.EverySession)), Targets: targets, Cash: 10_000, Terms: &sim.Terms{},
			Listings: []sim.Listing{{Session: 6, Asset: 2}}, Changes: []sim.Change{{Session: session, Targets: next}},
		}
		rec := checked(t, p, m)
		require.Equal(t, map[int][2]float64{0: {5000, 0}, session + 1: {0, 5000}}, bought(rec))
		for _, d := range rec.Log.Decisions {
			require.NotEqual(t, sim.StateOrdersOpen, d.State, "session %d", d.Session)
		}
	}
}

// A withdrawal takes what waits before anything is sold.
func TestWithdrawalsTakeWhatWaits(t *testing.T) {
	p := level(t, 2, 9)
	m := fifty(holdAll(t, p), &sim.Terms{Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoBuy, Until: 6}, {Asset: 1, Rule: sim.NoBuy, Until: 6}}})
	m.Flows = []sim.Flow{{Session: 2, Amount: 10_000}, {Session: 3, Amount: -4000}}
	rec := checked(t, p, m)
	require.Equal(t, map[int][2]float64{7: {3000, 3000}}, bought(rec))
	require.Equal(t, [][4]any{{2, 10_000, 2, "no_buy"}, {4, 6000, 2, "no_buy"}, {6, 0, 2, "no_buy"}}, notes(rec))
}

// Money owed that restrictions keep from being raised is noted while it waits, and
// raised at the first close at which it can be, whatever the windows.
func TestMoneyOwedWaits(t *testing.T) {
	p := level(t, 2, 14)
	for _, windows := range []*data.Calendar{nil, p.Calendar(data.Schedule{Every: 4})} {
		m := fifty(holdAll(t, p), &sim.Terms{Windows: windows, Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoSell, Until: 7}, {Asset: 1, Rule: sim.NoSell, Until: 7}}})
		m.Flows = []sim.Flow{{Session: 2, Amount: -530}}
		rec := checked(t, p, m)
		require.Equal(t, [][4]any{{2, 530, 2, "no_sell"}, {7, 0, 2, ""}}, notes(rec))
		require.EqualValues(t, 530e6, rec.Tally.Withdrawals)
		paid := rec.Log.Entries[len(rec.Log.Entries)-1]
		require.Equal(t, sim.EntryFlow, paid.Kind)
		require.EqualValues(t, 8, paid.Session)
	}
	m := fifty(holdAll(t, p), &sim.Terms{Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoSell, Until: 99}, {Asset: 1, Rule: sim.NoSell, Until: 99}}})
	m.Flows = []sim.Flow{{Session: 2, Amount: -530}}
	rec := checked(t, p, m)
	require.Equal(t, sim.Waiting{Amount: 530e6, Since: 2, Why: sim.WhyNoSell}, rec.Owing)
	require.EqualValues(t, 530e6, rec.Tally.Unpaid)
}

// A sale that restrictions forbid is asked for and missed, whatever an unfunded trigger
// does instead.
func TestAForbiddenSaleIsMissedWithTheFallback(t *testing.T) {
	p := level(t, 2, 6)
	for _, fallback := range []bool{false, true} {
		b := bands(0.1, 0.05, data.EverySession)
		b.Aim.Fallback = fallback
		m := fifty(bound(t, p, half, b), &sim.Terms{Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoSell, Until: 3}}})
		m.Holdings = []sim.Units{70_000e8, 30_000e8}
		rec := checked(t, p, m)
		missed := 0
		for _, o := range rec.Log.Orders {
			if o.State == sim.StateMissed && o.Reason == sim.ReasonRestricted && o.Asset == 0 {
				require.EqualValues(t, -17_500e8, o.Units)
				missed++
			}
		}
		require.Equal(t, 2, missed)
		require.Equal(t, map[int][2]float64{4: {0, 17_500}}, bought(rec))
	}
}

package strategies_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// drifted is 100,000 at 40/20/20/20 that stands at 50/20/16/14 from session 1 on: A
// is outside its band of 48 %. Free to trade, 6,000 of A are sold down to the rail of
// 44 %; C lacks 4,000 and D 6,000 to target, a fifth and three tenths of it, so C
// gets 2,400 and D 3,600.
func drifted(sessions int, terms func(*sim.Terms)) *experiment {
	var dates []data.Date
	var values [][]float64
	for s := range sessions {
		dates = append(dates, data.Date(s))
		if s > 0 {
			values = append(values, []float64{50_000, 20_000, 16_000, 14_000})
		}
	}
	x := path(100_000, dates, values...)
	x.terms = terms
	return x
}

func TestConstraints(t *testing.T) {
	rule := func(asset int, rule sim.Rule, from, until int) func(*sim.Terms) {
		return func(t *sim.Terms) { t.Rules = []sim.Restriction{{Asset: asset, Rule: rule, From: from, Until: until}} }
	}
	for _, c := range []struct {
		name   string
		terms  func(*sim.Terms)
		trades []float64
		state  sim.State
		missed map[int16]sim.Reason
	}{
		{"none", nil, []float64{-6000, 0, 2400, 3600}, sim.StateTraded, nil},
		{"no sale of what is over", rule(0, sim.NoSell, 0, 9), []float64{0, 0, 0, 0}, sim.StateRestricted, map[int16]sim.Reason{0: sim.ReasonRestricted}},
		{"held", rule(0, sim.Hold, 1, 2), []float64{0, 0, 0, 0}, sim.StateRestricted, map[int16]sim.Reason{0: sim.ReasonRestricted}},
		{"the restriction is over", rule(0, sim.NoSell, 0, 1), []float64{-6000, 0, 2400, 3600}, sim.StateTraded, nil},
		{"what was bought is locked up", rule(0, sim.LockUp, 0, 9), []float64{0, 0, 0, 0}, sim.StateRestricted, map[int16]sim.Reason{0: sim.ReasonRestricted}},
		{"what was bought before is not", rule(0, sim.LockUp, 1, 9), []float64{-6000, 0, 2400, 3600}, sim.StateTraded, nil},
		{"no purchase of D: C is filled, the rest stays", rule(3, sim.NoBuy, 1, 9), []float64{-6000, 0, 4000, 0}, sim.StateTraded, nil},
		{"no purchase at all", func(t *sim.Terms) {
			t.Rules = []sim.Restriction{{Asset: 2, Rule: sim.NoBuy, From: 1, Until: 9}, {Asset: 3, Rule: sim.Hold, From: 1, Until: 9}}
		}, []float64{-6000, 0, 0, 0}, sim.StateTraded, nil},
		{"a small purchase is dropped, its money shared again", func(t *sim.Terms) { t.Minimum = 3000 }, []float64{-6000, 0, 0, 6000}, sim.StateTraded, map[int16]sim.Reason{2: sim.ReasonMinimum}},
		{"a small sale pays for nothing", func(t *sim.Terms) { t.Minimum = 7000 }, []float64{0, 0, 0, 0}, sim.StateMinimum, map[int16]sim.Reason{0: sim.ReasonMinimum}},
		{"half the turnover", func(t *sim.Terms) { t.MaxTurnover = 0.03 }, []float64{-3000, 0, 1200, 1800}, sim.StateTraded, nil},
		{"more turnover than there is", func(t *sim.Terms) { t.MaxTurnover = 0.07 }, []float64{-6000, 0, 2400, 3600}, sim.StateTraded, nil},
		// A costs 1.25, C 0.80, D 0.70: of 4,800, 3,000 and 5,142.86 shares 5,000, 3,000 and 5,000 are whole lots
		{"lots of 1,000", func(t *sim.Terms) { t.Lot = 1000 }, []float64{-6250, 0, 2400, 3500}, sim.StateTraded, nil},
		// 4,800 are 10 lots of 500 (9.6); the 550 that D's remainder and the larger sale leave buy D a lot (350) and C none
		{"lots of 500 go to the largest remainder", func(t *sim.Terms) { t.Lot = 500 }, []float64{-6250, 0, 2400, 3850}, sim.StateTraded, nil},
		{"lots beyond all orders", func(t *sim.Terms) { t.Lot = 20_000 }, []float64{0, 0, 0, 0}, sim.StateMinimum, map[int16]sim.Reason{0: sim.ReasonLot, 2: sim.ReasonLot, 3: sim.ReasonLot}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := drifted(2, c.terms)
			o := x.run(t, x.bands())
			require.InDeltaSlice(t, c.trades, trades(x, o, 1), 1e-4)
			d := o.Log.Decisions[len(o.Log.Decisions)-1]
			require.Equal(t, c.state, d.State)
			require.Equal(t, c.state != sim.StateTraded, o.Tally.Unfunded == 1)
			missed := map[int16]sim.Reason{}
			for _, order := range o.Log.Orders {
				if order.State == sim.StateMissed {
					missed[order.Asset] = order.Reason
				}
			}
			if c.missed == nil {
				c.missed = map[int16]sim.Reason{}
			}
			require.Equal(t, c.missed, missed)
		})
	}
}

// Purchases wait until the proceeds of the sale settle, or are bridged.
func TestSettlement(t *testing.T) {
	settle := func(bridge bool) func(*sim.Terms) {
		return func(t *sim.Terms) { t.Settle, t.Bridge = []int{2, 2, 2, 2}, bridge }
	}
	x := drifted(5, settle(false))
	o := x.run(t, x.bands())
	require.InDeltaSlice(t, []float64{0, 0, 2400, 3600}, trades(x, o, 3), 1e-4)
	require.InDelta(t, 0.06, o.Tally.Turnover, 1e-9)
	require.Equal(t, 1, o.Tally.Rebalances)
	require.Equal(t, 3, o.Tally.Trades)
	open := 0
	for _, d := range o.Log.Decisions {
		if d.State == sim.StateOrdersOpen {
			open++
			require.EqualValues(t, 2, d.Session, "the purchases wait; they are filled at session 3, before its look")
		}
	}
	require.Equal(t, 1, open)
	for s, nav := range o.NAV {
		require.InDelta(t, 100_000, nav, 1e-3, s)
	}

	x = drifted(5, settle(true))
	o = x.run(t, x.bands())
	require.InDeltaSlice(t, []float64{-6000, 0, 2400, 3600}, tradesOf(x, o, 1), 1e-4)
	require.InDelta(t, 0, o.Tally.Cash.Money()+o.Tally.Unsettled.Money(), 1e-3)
}

// tradesOf counts unsettled money, too.
func tradesOf(x *experiment, o outcome, session int) []float64 {
	v := make([]float64, len(x.symbols))
	for _, e := range o.Log.Entries {
		if int(e.Session) == session && (e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell) {
			v[e.Asset] -= (e.Cash + e.Due).Money()
		}
	}
	return v
}

// Cash that is enough to bring every weight inside its band is all that trades.
func TestContributionsFirst(t *testing.T) {
	values := []float64{49_000, 19_000, 17_000, 15_000}
	for deposit, sells := range map[float64]bool{5_000: false, 100: true} {
		x := path(100_000, []data.Date{0, 1}, values)
		x.flows = []sim.Flow{{Session: 1, Amount: deposit}}
		b := x.bands()
		b.Funding = strategies.ContributionsFirst
		o := x.run(t, b)
		got := trades(x, o, 1)
		require.Equal(t, 1, o.Tally.Rebalances)
		if require.Equal(t, sells, got[0] < 0, deposit); !sells {
			require.InDeltaSlice(t, []float64{0, 2500.0 / 3, 5000.0 / 3, 2500}, got, 1e-4) // lacks of 2,000, 4,000 and 6,000
		}
	}
}

// Small orders add up in the batch; the policy sees the account as if they had
// been traded, so they are not asked for twice.
func TestBatch(t *testing.T) {
	x := path(100_000, []data.Date{0, 1, 2, 3}, []float64{40_000, 20_000, 20_000, 20_000}, []float64{40_000, 20_000, 20_000, 20_000}, []float64{40_000, 20_000, 20_000, 20_000})
	x.flows = []sim.Flow{{Session: 1, Amount: 1000}, {Session: 2, Amount: 1000}}
	x.terms = func(t *sim.Terms) {
		t.Minimum = 500
		t.Batch = &sim.Batch{Release: nil}
	}
	o := x.run(t, x.bands())
	require.InDeltaSlice(t, []float64{0, 0, 0, 0}, trades(x, o, 1), 1e-9)
	require.InDeltaSlice(t, []float64{800, 0, 0, 0}, trades(x, o, 2), 1e-4) // A's 400 twice; 200 twice are below 500
	queued, batched := 0, 0
	for _, order := range o.Log.Orders {
		switch order.State {
		case sim.StateQueued:
			queued++
		case sim.StateBatched:
			batched++
		}
	}
	require.Equal(t, 6, queued)
	require.Equal(t, 1, batched)
}

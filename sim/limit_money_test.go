package sim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// The books round down and hold back; nobody misses a limit in money by that.

var prices = []float64{0.07, 1, 3.33, 7.31, 10, 99.99, 300, 61_234.56}

// purchases is the value bought of each asset after the opening.
func purchases(rec *sim.Record, assets int) []float64 {
	all := make([]float64, assets)
	for _, e := range rec.Log.Entries {
		if e.Kind == sim.EntryBuy && int(e.Session) > rec.First {
			all[e.Asset] -= (e.Cash + e.Due).Money()
		}
	}
	return all
}

// idleCosts are components that take nothing of a purchase: they are counted all the same.
func idleCosts(t testing.TB, p *data.Panel, n int) []sim.Cost {
	var all []cost.Cost
	for range n {
		all = append(all, cost.NewBPS(0, cost.Everywhere))
	}
	return costs(t, p, all...)
}

func splitting() *strategies.BuyAndHold {
	b := strategies.NewBuyAndHold()
	b.Deposits = strategies.DepositsTargets
	return b
}

// A deposit of 700 reaches a minimum of 700 under every policy that invests it; two cents
// less do not.
func TestDepositsReachTheMinimum(t *testing.T) {
	p := calm(t, 4, 10)
	for _, short := range []float64{0, 0.02} {
		for name, policy := range map[string]strategies.Strategy{
			"deficits": strategies.NewBuyAndHold(), "target weights": splitting(), "bands": bands(0.1, 0.05, daily), "calendar": strategies.NewCalendar(daily),
		} {
			rec := run(t, p, &sim.Mandate{
				Policy: bound(t, p, []float64{1}, policy), Targets: []float64{1}, Holdings: holding(300),
				Terms: &sim.Terms{Minimum: 700}, Flows: []sim.Flow{{Session: 1, Amount: 700 - short}},
			})
			require.NoError(t, audit.Check(&rec))
			if short > 0 {
				require.Zero(t, purchases(&rec, 1)[0], name)
				continue
			}
			require.InDelta(t, 700, purchases(&rec, 1)[0], 2.2e-6, name)
		}
	}
}

// Both legs of a rebalance that sells exactly the minimum fill: 3,100/2,900 at 20 with a
// minimum of 2,000.
func TestBothLegsReachTheMinimum(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		price, many := rapid.SampledFrom(prices).Draw(rt, "price"), float64(rapid.IntRange(1, 500).Draw(rt, "shares"))
		minimum := price * many
		p := calm(t, 3, price, price)
		rec := run(t, p, &sim.Mandate{
			Policy: bound(t, p, []float64{0.5, 0.5}, strategies.NewCalendar(daily)), Targets: []float64{0.5, 0.5}, Holdings: holding(11*many, 9*many),
			Terms: &sim.Terms{Minimum: minimum, Costs: idleCosts(t, p, rapid.IntRange(0, 2).Draw(rt, "components")), Fill: sim.SameClose},
		})
		require.NoError(rt, audit.Check(&rec))
		require.InDelta(rt, minimum, sold(&rec, 2)[0], 1e-5+2e-8*price)
		require.InDelta(rt, minimum, purchases(&rec, 2)[1], 1e-5+3e-8*price)
	})
	p := calm(t, 3, 20, 20)
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, []float64{0.5, 0.5}, strategies.NewCalendar(daily)), Targets: []float64{0.5, 0.5}, Holdings: holding(3_100, 2_900),
		Terms: &sim.Terms{Minimum: 2000, Fill: sim.SameClose},
	})
	require.InDelta(t, 2_000, sold(&rec, 2)[0], 0)
	require.InDelta(t, 1_999.999998, purchases(&rec, 2)[1], 1e-9)
}

// Opening cash, or a deposit that fills the account up to it, is at a segment's threshold:
// 40,000 of 40,000 look at every session; two cents less do not.
func TestCashAtTheThresholdIsAtIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(rt, "assets")
		var price, targets []float64
		sum := 0.0
		for range n {
			price = append(price, rapid.SampledFrom(prices).Draw(rt, "price"))
			targets = append(targets, float64(rapid.IntRange(1, 9).Draw(rt, "target")))
			sum += targets[len(targets)-1]
		}
		for i := range targets {
			targets[i] /= sum
		}
		nav := float64(rapid.IntRange(20_000, 50_000).Draw(rt, "threshold"))
		short := rapid.SampledFrom([]float64{0, 0.02}).Draw(rt, "short")
		paid := rapid.SampledFrom([]float64{0, 5_000}).Draw(rt, "deposit")
		c := strategies.NewCalendar(daily)
		c.Segments = []strategies.Segment{{NAV: nav, Look: daily}, {NAV: 0, Look: data.Schedule{Every: 99}}}
		p := calm(t, 12, price...)
		m := &sim.Mandate{Policy: bound(t, p, targets, c), Targets: targets, Cash: nav - paid - short, Terms: &sim.Terms{Costs: idleCosts(t, p, rapid.IntRange(0, 3).Draw(rt, "components"))}}
		if paid > 0 {
			m.Flows = []sim.Flow{{Session: 1, Amount: paid}}
		}
		rec := run(t, p, m)
		if short == 0 {
			require.GreaterOrEqual(rt, rec.Tally.Looks, 10)
		} else {
			require.LessOrEqual(rt, rec.Tally.Looks, 1)
		}
	})
	p := calm(t, 12, 7, 13)
	c := strategies.NewCalendar(daily)
	c.Segments = []strategies.Segment{{NAV: 40_000, Look: daily}, {NAV: 0, Look: data.Schedule{Every: 99}}}
	rec := run(t, p, &sim.Mandate{Policy: bound(t, p, []float64{0.6, 0.4}, c), Targets: []float64{0.6, 0.4}, Cash: 40_000, Terms: &sim.Terms{}})
	require.Equal(t, 11, rec.Tally.Looks)
}

// Money for whole lots buys as many, and as many are sold for it: 500.00 at 10 are 50
// shares.
func TestMoneyForWholeLots(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		price := rapid.SampledFrom(prices).Draw(rt, "price")
		lot := rapid.SampledFrom([]float64{1, 10, 100}).Draw(rt, "lot")
		at, more := rapid.IntRange(20, 99).Draw(rt, "lots"), rapid.IntRange(1, 19).Draw(rt, "more")
		worth := func(n int) float64 { return math.Round(float64(n)*lot*price*1e6) / 1e6 }
		p, parts := calm(t, 6, price), rapid.IntRange(0, 2).Draw(rt, "components")
		for name, policy := range map[string]strategies.Strategy{
			"deficits": strategies.NewBuyAndHold(), "target weights": splitting(), "bands": bands(0.1, 0.05, daily), "calendar": strategies.NewCalendar(daily),
		} {
			m := &sim.Mandate{
				Policy: bound(t, p, []float64{1}, policy), Targets: []float64{1}, Cash: worth(at),
				Terms: &sim.Terms{Lot: lot, Costs: idleCosts(t, p, parts)},
				Flows: []sim.Flow{{Session: 1, Amount: worth(more)}},
			}
			rec := run(t, p, m)
			require.InDelta(rt, float64(at+more)*lot, rec.Units[0].Shares(), 1e-9, "%s %v %v %v %v %v", name, price, lot, at, more, parts)
			m.Flows = []sim.Flow{{Session: 1, Amount: -worth(more)}}
			rec = run(t, p, m)
			require.InDelta(rt, float64(at-more)*lot, rec.Units[0].Shares(), 1e-9, "%s %v %v %v %v %v", name, price, lot, at, more, parts)
			require.Equal(rt, sim.ToMicros(worth(more)), rec.Tally.Withdrawals, name)
		}
	})
}

// What is sold for money owed does not depend on the order of the assets. No two sales are
// of one size: the order would decide between them.
func TestRaisingInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := drawIndebted(rt, true)
		n := len(x.held)
		for i := range x.held {
			x.held[i] = math.Round((x.held[i]+(17+3.7*math.Sqrt(float64(i+2)))/x.prices[i])*1e6) / 1e6
		}
		order := rapid.Permutation(upTo(n)).Draw(rt, "order")
		y := *x
		y.prices, y.held, y.targets, y.terms.Rules = nil, nil, nil, nil
		for at, i := range order {
			y.prices, y.held, y.targets = append(y.prices, x.prices[i]), append(y.held, x.held[i]), append(y.targets, x.targets[i])
			for _, r := range x.terms.Rules {
				if r.Asset == i {
					r.Asset = at
					y.terms.Rules = append(y.terms.Rules, r)
				}
			}
		}
		p, q := calm(t, 6, x.prices...), calm(t, 6, y.prices...)
		for name, policy := range map[string]func() strategies.Strategy{
			"hold":  func() strategies.Strategy { return strategies.NewBuyAndHold() },
			"bands": func() strategies.Strategy { return bands(0.1, 0.05, daily) },
		} {
			one, other := run(t, p, x.mandate(t, p, policy())), run(t, q, y.mandate(t, q, policy()))
			was, is := sold(&one, n), sold(&other, n)
			for at, i := range order {
				require.InDelta(rt, was[i], is[at], 1e-5+2e-8*x.prices[i], "%s %+v", name, x)
			}
			require.Equal(rt, one.Tally.Withdrawals, other.Tally.Withdrawals)
		}
	})
}

func upTo(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

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
	"evenkeel/sim/tax"
	"evenkeel/strategies"
)

// calm is a market in which nothing moves.
func calm(t testing.TB, sessions int, prices ...float64) *data.Panel {
	t.Helper()
	var rows [][]float64
	for range sessions {
		rows = append(rows, prices)
	}
	return market(t, rows, nil)
}

// sold is the value sold of each asset in all.
func sold(rec *sim.Record, assets int) []float64 {
	all := make([]float64, assets)
	for _, e := range rec.Log.Entries {
		if e.Kind == sim.EntrySell {
			all[e.Asset] += (e.Cash + e.Due).Money()
		}
	}
	return all
}

func holding(whole ...float64) (units []sim.Units) {
	for _, x := range whole {
		units = append(units, sim.Units(math.Round(x*1e8)))
	}
	return units
}

// What is owed is raised by one rule, whatever is near: 30,000 of 45,000, 35,000 and
// 20,000 with targets of 40, 30 and 30 % are levelled at 1.0714 times target.
func TestOneRuleRaisesWhatIsOwed(t *testing.T) {
	p := calm(t, 4, 1, 1, 1)
	targets := []float64{0.4, 0.3, 0.3}
	level := []float64{16_428.571429, 13_571.428571, 0}
	for name, c := range map[string]struct {
		terms  sim.Terms
		amount float64
		sold   []float64
	}{
		"nothing near":           {sim.Terms{}, 30_000, level},
		"a minimum":              {sim.Terms{Minimum: 100}, 30_000, level},
		"an asset nobody sells":  {sim.Terms{Rules: []sim.Restriction{{Asset: 2, Rule: sim.NoBuy, Until: 9}}}, 30_000, level},
		"lots of one":            {sim.Terms{Lot: 1}, 30_000, []float64{16_429, 13_571, 0}},
		"lots of 1,000":          {sim.Terms{Lot: 1000}, 30_000, []float64{17_000, 13_000, 0}},
		"the largest turnover":   {sim.Terms{MaxTurnover: 0.01}, 30_000, level},
		"B stays":                {sim.Terms{Rules: []sim.Restriction{{Asset: 1, Rule: sim.NoSell, Until: 9}}}, 30_000, []float64{25_000, 0, 5_000}},
		"A's part is too small":  {sim.Terms{Minimum: 1000}, 2_000, []float64{0, 2_000, 0}},
		"one is made larger":     {sim.Terms{Minimum: 1000}, 300, []float64{0, 1_000, 0}},
		"one, in lots of 300":    {sim.Terms{Minimum: 1000, Lot: 300}, 300, []float64{0, 1_200, 0}},
		"one is made all it can": {sim.Terms{Minimum: 50_000}, 300, []float64{45_000, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, fill := range []sim.FillTime{sim.NextClose, sim.SameClose} {
				terms := c.terms
				terms.Fill = fill
				rec := run(t, p, &sim.Mandate{
					Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Terms: &terms,
					Holdings: holding(45_000, 35_000, 20_000), Flows: []sim.Flow{{Session: 1, Amount: -c.amount}},
				})
				if name != "one is made all it can" {
					require.InDeltaSlice(t, c.sold, sold(&rec, 3), 2e-6)
				}
				require.Equal(t, sim.ToMicros(c.amount), rec.Tally.Withdrawals, "to the millionth")
				require.NoError(t, audit.Check(&rec))
			}
		})
	}
}

// Growth sells for what is owed alone, and buys with new money what then lacks.
func TestGrowthSellsForWhatIsOwedAlone(t *testing.T) {
	p := calm(t, 3, 1, 1, 1)
	targets := []float64{0.3, 0.35, 0.35}
	for _, c := range []struct{ rate, a, bought float64 }{{0, 1000, 1_665_500}, {100, 1000 / 0.99, 7e6*(4e6-1000/0.99)/6e6 - 3e6}} {
		policy := strategies.NewCalendar(daily)
		policy.Funding = strategies.Growth
		rec := run(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, policy), Targets: targets, Terms: &sim.Terms{Costs: costs(t, p, cost.NewBPS(c.rate, cost.Everywhere))},
			Holdings: holding(4e6, 3e6, 3e6), Flows: []sim.Flow{{Session: 1, Amount: -1000}},
		})
		require.InDeltaSlice(t, []float64{c.a, 0, 0}, sold(&rec, 3), 2e-6)
		require.Equal(t, sim.Micros(1000e6), rec.Tally.Withdrawals)
		require.InDelta(t, 3e6+c.bought, rec.Units[1].Shares(), 1e-5)
		require.InDelta(t, 3e6+c.bought, rec.Units[2].Shares(), 1e-5)
	}
}

// Growth buys with new money alone: cash on hand, reserved or not, stays.
func TestGrowthLeavesTheCash(t *testing.T) {
	p := calm(t, 3, 1, 1, 1)
	targets := []float64{0.3, 0.35, 0.35}
	for _, c := range []struct{ cash, reserve, rate float64 }{{0, 0, 0}, {700_000, 0, 0}, {5e6, 0, 10}, {700_000, 0.02, 10}, {137.14, 0.02, 0}} {
		policy := strategies.NewCalendar(daily)
		policy.Funding = strategies.Growth
		rec := run(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, policy), Targets: targets, Cash: c.cash, Holdings: holding(4e6, 3e6, 3e6),
			Terms: &sim.Terms{ReserveFraction: c.reserve, Costs: costs(t, p, cost.NewBPS(c.rate, cost.Everywhere))},
		})
		need := 2 * (3.5e5*4e6/3e5 - 3e6)
		require.InDelta(t, need*(1+c.rate/1e4), rec.Tally.Deposits.Money(), 1e-4)
		require.InDelta(t, c.cash, rec.Tally.Cash.Money(), 1e-4)
		require.InDelta(t, 4e6*3.5/3, rec.Units[1].Shares(), 1e-4)
		require.Equal(t, 1, rec.Tally.Rebalances)
		require.NoError(t, audit.Check(&rec))
	}
}

// Of a reduction and a withdrawal on one day the larger leaves, whoever pays it. What is
// not held does not count as the least.
func TestTheLargerOfAReductionAndAWithdrawalLeaves(t *testing.T) {
	p := calm(t, 4, 1, 1, 1, 1)
	targets := []float64{0.3, 0.3, 0.3, 0.1}
	for _, c := range []struct{ cash, asked, left float64 }{{0, 100, 300}, {0, 500, 500}, {1000, 100, 300}, {0, 0, 300}} {
		policy := strategies.NewCalendar(data.Schedule{Every: 3, Offset: 1})
		policy.Funding = strategies.Reduction
		m := &sim.Mandate{
			Policy: bound(t, p, targets, policy), Targets: targets, Terms: &sim.Terms{}, Cash: c.cash, Holdings: holding(1000, 1100, 1200, 0),
		}
		if c.asked > 0 {
			m.Flows = []sim.Flow{{Session: 1, Amount: -c.asked}}
		}
		rec := run(t, p, m)
		require.InDelta(t, c.left, rec.Tally.Withdrawals.Money(), 2e-6)
	}
}

// The minimum is asked of what is levelled, before lots: B alone, made as large as it.
func TestTheMinimumComesBeforeLots(t *testing.T) {
	prices := standing(4, 3)
	for s := range prices {
		prices[s] = []float64{102.5, 1, 84.5}
	}
	p := market(t, prices, nil)
	targets := []float64{0.02, 0.4, 0.58}
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Terms: &sim.Terms{Lot: 1, Minimum: 200},
		Holdings: []sim.Units{2e8, 4010e8, 67e8}, Flows: []sim.Flow{{Session: 1, Amount: -130}},
	})
	require.Equal(t, []sim.Units{2e8, 3810e8, 67e8}, rec.Units)
	require.InDelta(t, 130, rec.Tally.Withdrawals.Money(), 1e-6)
}

// A sale that would queue in the batch goes when money is owed that is not there; what the
// cash pays is not raised, although purchases in the batch wait for that cash.
func TestWhatIsOwedDoesNotWaitInTheBatch(t *testing.T) {
	p := market(t, standing(6, 2), nil)
	targets := []float64{0.5, 0.5}
	of := func(flows ...sim.Flow) sim.Record {
		return run(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, strategies.NewCalendar(daily)), Targets: targets, Terms: &sim.Terms{Minimum: 20_000, Batch: &sim.Batch{}},
			Holdings: []sim.Units{50_500e8, 49_500e8}, Flows: flows,
		})
	}
	rec := of(sim.Flow{Session: 1, Amount: -150})
	require.InDelta(t, -150, rec.Flow[2], 1e-6)
	rec = of(sim.Flow{Session: 1, Amount: 1000}, sim.Flow{Session: 3, Amount: -400})
	require.InDelta(t, -400, rec.Flow[4], 1e-6)
	require.Zero(t, rec.Tally.Trades)
}

// Whole shares pay month after month, and a tax is paid when it is due.
func TestWholeSharesPayWhatIsOwed(t *testing.T) {
	p := calm(t, 30, 300)
	m := &sim.Mandate{
		Policy: strategies.NewBuyAndHold(), Targets: []float64{1}, Terms: &sim.Terms{Lot: 1, Fill: sim.SameClose}, Cash: 30_000,
	}
	for s := 1; s < 30; s++ {
		m.Flows = append(m.Flows, sim.Flow{Session: s, Amount: -400})
	}
	rec := run(t, p, m)
	for s := 1; s < 30; s++ {
		require.Equal(t, -400.0, rec.Flow[s])
	}

	lots, err := tax.New(tax.Standard)
	require.NoError(t, err)
	var rows [][]float64
	var dates []data.Date
	for s := range 40 { // 2022 and on: a gain of 300 at once, its tax in 2023
		rows, dates = append(rows, []float64{110, 300}), append(dates, data.NewDate(2022, 1, 3)+data.Date(14*s))
	}
	rows[0][0] = 100
	panel, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B"}, flat(rows), nil)
	require.NoError(t, err)
	rec = run(t, panel, &sim.Mandate{
		Policy: bound(t, panel, []float64{1, 0}, strategies.NewCalendar(daily)), Targets: []float64{1, 0}, Terms: &sim.Terms{Lot: 1, MaxTurnover: 2}, Cash: 3000, Tax: lots,
		Changes: []sim.Change{{Session: 2, Targets: []float64{0, 1}}},
	})
	require.Positive(t, rec.Tally.Tax)
	require.Zero(t, rec.Tally.TaxUnpaid)
	require.InDelta(t, 10, rec.Units[1].Shares(), 0, "one share of eleven sold")
	require.NoError(t, audit.Check(&rec))
}

// indebted is a random account that owes money.
type indebted struct {
	prices, held, targets []float64
	terms                 sim.Terms
	amount                float64
	cash                  float64
}

func drawIndebted(t *rapid.T, constrained bool) *indebted {
	n := rapid.IntRange(1, 6).Draw(t, "assets")
	x := &indebted{cash: rapid.SampledFrom([]float64{0, 0, 12.34}).Draw(t, "cash")}
	sum, worth := 0.0, x.cash
	for range n {
		price := rapid.SampledFrom([]float64{1, 7.31, 99.99, 300, 61_234.56}).Draw(t, "price")
		held := math.Round(rapid.Float64Range(0, 1e5).Draw(t, "value")/price*1e4) / 1e4
		target := rapid.SampledFrom([]float64{0, 1, 1, 2, 3.7, 10}).Draw(t, "target")
		x.prices, x.held, x.targets = append(x.prices, price), append(x.held, held), append(x.targets, target)
		sum, worth = sum+target, worth+price*held
	}
	if sum == 0 {
		x.targets[0], sum = 1, 1
	}
	for i := range x.targets {
		x.targets[i] /= sum
	}
	if worth < 1 {
		x.held[0] += 100 / x.prices[0]
		worth += 100
	}
	x.amount = math.Round(worth*rapid.Float64Range(0.0001, 0.9).Draw(t, "part")*1e2)/1e2 + 0.01
	x.terms.Fill = rapid.SampledFrom([]sim.FillTime{sim.NextClose, sim.SameClose}).Draw(t, "fill")
	if constrained {
		x.terms.Minimum = rapid.SampledFrom([]float64{0, 0, 50, 500, 5000}).Draw(t, "minimum")
		x.terms.Lot = rapid.SampledFrom([]float64{0, 0, 1, 10, 0.01}).Draw(t, "lot")
		for i := range n {
			if rapid.IntRange(0, 5).Draw(t, "restricted") == 0 {
				x.terms.Rules = append(x.terms.Rules, sim.Restriction{Asset: i, Rule: sim.Rule(rapid.IntRange(0, 2).Draw(t, "rule")), Until: 99})
			}
		}
	}
	return x
}

func (x *indebted) mandate(t testing.TB, p *data.Panel, policy strategies.Strategy) *sim.Mandate {
	terms := x.terms
	return &sim.Mandate{
		Policy: bound(t, p, x.targets, policy), Targets: x.targets, Terms: &terms, Cash: x.cash,
		Holdings: holding(x.held...), Flows: []sim.Flow{{Session: 1, Amount: -x.amount}},
	}
}

// stays reports whether a restriction keeps an asset from being sold.
func (x *indebted) stays(i int) bool {
	for _, r := range x.terms.Rules {
		if r.Asset == i && r.Rule != sim.NoBuy {
			return true
		}
	}
	return false
}

// most is the money that sales can bring after their costs.
func (x *indebted) most(rate, fixed float64) (all float64) {
	for i, h := range x.held {
		if y := h*x.prices[i]*(1-rate) - fixed; y > 0 && !x.stays(i) {
			all += y
		}
	}
	return all + x.cash
}

// Without minimums and lots, what is asked for is paid to the millionth and no cent more
// is sold, and no asset that could have been sold stands above one that was.
func TestLevellingIsExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := drawIndebted(rt, false)
		p := calm(t, 3, x.prices...)
		rate, fixed := rapid.SampledFrom([]float64{0, 10, 75}).Draw(rt, "rate"), rapid.SampledFrom([]float64{0, 0, 3}).Draw(rt, "fixed")
		x.terms.Costs = costs(t, p, cost.NewBPS(rate, cost.Everywhere), cost.NewFixed(fixed, cost.Everywhere))
		if x.most(rate/1e4, fixed) < x.amount+float64(len(x.held))*(fixed+1) {
			return
		}
		rec := run(t, p, x.mandate(t, p, strategies.NewBuyAndHold()))
		require.NoError(rt, audit.Check(&rec))
		require.Equal(rt, sim.ToMicros(x.amount), rec.Tally.Withdrawals)
		dearest, level, top := 0.0, math.Inf(1), 0.0
		for i, v := range sold(&rec, len(x.held)) {
			left := rec.Units[i].Shares() * x.prices[i] / x.targets[i]
			dearest = max(dearest, x.prices[i]*1e-8)
			switch {
			case v > 0 && x.targets[i] > 0:
				level = min(level, left+(0.02+2*x.prices[i]*1e-8)/x.targets[i])
			case v == 0 && x.held[i]*x.prices[i] >= 0.01 && (fixed == 0 || x.targets[i] > 0):
				top = max(top, left-(0.02+2*fixed)/x.targets[i])
			}
		}
		if level < math.Inf(1) {
			require.LessOrEqual(rt, top, level)
		}
		if x.cash <= x.amount {
			require.LessOrEqual(rt, rec.Tally.Cash.Money(), 1e-5+2*dearest, "no cent more")
		}
	})
}

// Whatever is near, what can be sold in the end pays what is asked, and what stays cash
// is less than one sale's lot or minimum.
func TestRaisingUnderConstraints(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := drawIndebted(rt, true)
		p := calm(t, 12, x.prices...)
		most, step := x.cash, x.terms.Minimum
		for i, h := range x.held {
			lot := max(x.terms.Lot, 1e-8) * x.prices[i]
			step = max(step, lot)
			if !x.stays(i) && h*x.prices[i] > 0.01 {
				most += h * x.prices[i]
			}
		}
		if most < x.amount+0.01*float64(len(x.held)) {
			return
		}
		rec := run(t, p, x.mandate(t, p, strategies.NewBuyAndHold()))
		require.NoError(rt, audit.Check(&rec))
		require.Equal(rt, sim.ToMicros(x.amount), rec.Tally.Withdrawals, "%+v", x)
		if x.cash <= x.amount {
			require.LessOrEqual(rt, rec.Tally.Cash.Money(), step+x.terms.Minimum+0.02, "%+v", x)
		}
	})
}

// Ten times the account is ten times the sales.
func TestRaisingScales(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := drawIndebted(rt, false)
		if x.most(0, 0) < x.amount+1 {
			return
		}
		for i, h := range x.held {
			if h*x.prices[i] < 20 { // dust does not scale
				return
			}
		}
		p := calm(t, 3, x.prices...)
		x.terms.Minimum = rapid.SampledFrom([]float64{0, 50, 500}).Draw(rt, "minimum")
		rec := run(t, p, x.mandate(t, p, strategies.NewBuyAndHold()))
		once := sold(&rec, len(x.held))
		y := *x
		y.terms.Minimum, y.amount, y.cash, y.held = 1000*x.terms.Minimum, 1000*x.amount, 1000*x.cash, nil
		for _, h := range x.held {
			y.held = append(y.held, 1000*h)
		}
		rec = run(t, p, y.mandate(t, p, strategies.NewBuyAndHold()))
		for i, v := range sold(&rec, len(y.held)) {
			require.InDelta(rt, once[i], v/1000, 0.05+1e-7*x.prices[i], "%+v", x)
		}
	})
}

// No policy is kept from paying: with a rebalance on the same day too, what is owed is paid.
func TestEveryPolicyPaysWhatIsOwed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := drawIndebted(rt, true)
		p := calm(t, 14, x.prices...)
		most := x.cash
		for i, h := range x.held {
			if !x.stays(i) && h*x.prices[i] > 0.01 {
				most += h * x.prices[i]
			}
		}
		if most < x.amount+0.01*float64(len(x.held)) {
			return
		}
		b := strategies.NewBands()
		b.Look = daily
		b.Funding = rapid.SampledFrom([]strategies.Funding{strategies.SelfFinancing, strategies.FlowsOnly, strategies.ContributionsFirst, strategies.Growth}).Draw(rt, "funding")
		b.Aim.Share = strategies.Share(rapid.IntRange(0, 4).Draw(rt, "share"))
		b.Aim.Scope, b.Aim.Largest = strategies.Scope(rapid.IntRange(0, 2).Draw(rt, "scope")), 2
		b.Aim.Fallback, b.Aim.Spread = rapid.Bool().Draw(rt, "fallback"), rapid.Bool().Draw(rt, "spread")
		if rapid.Bool().Draw(rt, "settlement") {
			x.terms.Settle = make([]int, len(x.held))
			for i := range x.terms.Settle {
				x.terms.Settle[i] = i % 3
			}
		}
		if rapid.Bool().Draw(rt, "cap") {
			x.terms.MaxTurnover = 0.02
		}
		if x.terms.Minimum > 0 && rapid.IntRange(0, 3).Draw(rt, "batch") == 0 {
			x.terms.Batch = &sim.Batch{Release: p.Calendar(data.Schedule{Every: 5})}
		}
		rec := run(t, p, x.mandate(t, p, b))
		require.NoError(rt, audit.Check(&rec))
		require.GreaterOrEqual(rt, rec.Tally.Withdrawals, sim.ToMicros(x.amount), "%+v", x)
	})
}

// Of an emptied account's debts only those that a decision has seen are given up: the 50 of
// session 2 are, at the fill of session 3 before which 60 come in and 200 are asked for.
// These pass through, and nothing is bought with what is to be paid.
func TestAWithdrawalThatNobodySawIsNotGivenUp(t *testing.T) {
	p := calm(t, 6, 1, 1)
	targets := []float64{0.5, 0.5}
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Holdings: holding(500, 500),
		Terms: &sim.Terms{}, Flows: []sim.Flow{{Session: 1, Amount: -1000}, {Session: 2, Amount: -50}, {Session: 3, Amount: 60}, {Session: 3, Amount: -200}},
	})
	require.Equal(t, []float64{0, 0, -1000, 60, -60, 0}, rec.Flow)
	require.Equal(t, []float64{0, 0}, []float64{rec.Units[0].Shares(), rec.Units[1].Shares()})
	require.Equal(t, sim.Micros(190e6), rec.Tally.Unpaid)
}

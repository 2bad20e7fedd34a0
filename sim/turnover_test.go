package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// The largest turnover cuts a rebalance, and what is owed comes out whole all the same. Of
// 45,000, 35,000 and 20,000 the calendar sells 9,000 and 8,000 and buys 7,000 when 10,000
// are to be paid, so 14,000 are turnover. 2,000 of them may be: sales of 11,000, in
// proportion, and a purchase of 1,000. What lots and the minimum then leave lacking is
// levelled on what is left: B first, which stands highest over its target.
func TestTheLargestTurnoverLeavesWhatIsOwed(t *testing.T) {
	p := calm(t, 3, 1, 1, 1)
	targets := []float64{0.4, 0.3, 0.3}
	for name, c := range map[string]struct {
		terms  sim.Terms
		sold   []float64
		bought float64
	}{
		"no other limit":    {sim.Terms{}, []float64{9000 * 11.0 / 17, 8000 * 11.0 / 17, 0}, 1000},
		"lots of 300":       {sim.Terms{Lot: 300}, []float64{5700, 5100, 0}, 600},
		"lots of 2,900":     {sim.Terms{Lot: 2900}, []float64{5800, 5800, 0}, 0},
		"a minimum of 5500": {sim.Terms{Minimum: 5500}, []float64{9000 * 11.0 / 17, 5500, 0}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c.terms.MaxTurnover = 0.01
			rec := checked(t, p, &sim.Mandate{
				Policy: bound(t, p, targets, strategies.NewCalendar(data.Schedule{Every: 1})), Targets: targets, Terms: &c.terms,
				Holdings: holding(45_000, 35_000, 20_000), Flows: []sim.Flow{{Session: 1, Amount: -10_000}},
			})
			require.InDeltaSlice(t, c.sold, sold(&rec, 3), 2e-6)
			require.InDelta(t, 20_000+c.bought, rec.Units[2].Shares(), 5e-6)
			require.Equal(t, sim.Micros(10_000e6), rec.Tally.Withdrawals)
			require.LessOrEqual(t, rec.Tally.Turnover, 0.01+1e-9)
		})
	}
}

// A look that can buy nothing of what it wants adds nothing to what waits for it: 20,000 of
// 50,000 wait for A, however many looks there are, and are shared as a deposit.
func TestLooksDoNotLetMoreWait(t *testing.T) {
	p := level(t, 2, 8)
	targets := []float64{0.2, 0.8}
	policy := strategies.NewCalendar(data.Schedule{Every: 2})
	policy.Aim.Scope, policy.Aim.Largest = strategies.ScopeLargest, 1
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, policy), Targets: targets, Cash: 50_000, Holdings: holding(0, 50_000),
		Terms: &sim.Terms{Fill: sim.SameClose, Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoBuy, Until: 5}}},
	})
	require.Equal(t, [][4]any{{2, 20_000, 2, "no_buy"}, {5, 0, 2, "no_buy"}}, notes(rec))
	require.Equal(t, [2]float64{14_000, 6_000}, bought(rec)[5])
}

// Where nothing is held, every weight is 0 and outside whatever limit there is.
func TestNothingHeldIsOutsideEveryLimit(t *testing.T) {
	p := level(t, 2, 4)
	for _, trigger := range []strategies.Trigger{
		&strategies.Drift{Limit: 0.3}, &strategies.Money{Amount: 3}, &strategies.Band{All: strategies.Both(strategies.Relative(0.5))},
		&strategies.Group{All: true, Of: []strategies.Trigger{&strategies.Drift{Limit: 0.3}, &strategies.Money{Amount: 3}}},
	} {
		policy := &strategies.Rebalance{Bands: *strategies.NewBands()}
		policy.If, policy.Aim.To, policy.Look = trigger, strategies.ToTarget, data.Schedule{Every: 2}
		rec := checked(t, p, &sim.Mandate{
			Policy: bound(t, p, half, policy), Targets: half, Cash: 10, Holdings: holding(0, 0), Terms: &sim.Terms{Fill: sim.SameClose},
		})
		require.Equal(t, 1, rec.Tally.Rebalances, trigger.Title())
		require.InDelta(t, 5, rec.Units[0].Shares(), 1e-5)
		require.Zero(t, rec.Log.Decisions[0].Dev)
	}
}

// An emptied account does not look at the listing of an asset either.
func TestAnEmptiedAccountDoesNotLookAtListings(t *testing.T) {
	p := level(t, 2, 8)
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, half, strategies.NewCalendar(data.Schedule{Every: 1})), Targets: half, Cash: 1000, Terms: &sim.Terms{Fill: sim.SameClose},
		Listings: []sim.Listing{{Session: 6, Asset: 1}}, Flows: []sim.Flow{{Session: 2, Amount: -5000}},
	})
	require.Equal(t, 2, rec.Tally.Looks)
	require.Equal(t, 2, rec.Tally.Ruined)

	// Nor while orders are open that nothing can be filled of.
	x := data.Table{Kind: data.Adjusted, Symbols: p.Symbols(), Dates: []data.Date{0, 1, 2, 3, 4, 5}, Close: make([]float64, 12), Stale: make([]bool, 12)}
	for i := range x.Close {
		x.Close[i], x.Stale[i] = 1, i >= 4
	}
	gone, err := data.Make(x)
	require.NoError(t, err)
	rec = checked(t, gone, &sim.Mandate{
		Policy: bound(t, gone, half, strategies.NewCalendar(data.Schedule{Every: 1})), Targets: half, Cash: 1000, Holdings: holding(0, 0),
		Terms: &sim.Terms{}, Flows: []sim.Flow{{Session: 3, Amount: -5000}},
	})
	require.Equal(t, 2, rec.Tally.Looks)
}

// Where more is owed than there is, V' is below 0, and the fallback sells what is held all the
// same: the last holding goes whole, although it is below the minimum.
func TestTheFallbackSellsNoMoreThanIsHeld(t *testing.T) {
	p := calm(t, 6, 1, 1)
	targets := []float64{0.6, 0.4}
	policy := bands(0.1, 0.1, data.Schedule{Every: 1})
	policy.Aim.Fallback = true
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, policy), Targets: targets, Terms: &sim.Terms{Minimum: 200},
		Cash: 178, Holdings: holding(226, 148), Flows: []sim.Flow{{Session: 2, Amount: -5000}},
	})
	require.Equal(t, []float64{226, 148}, sold(&rec, 2))
	require.Equal(t, 4, rec.Tally.Ruined)
	require.Equal(t, sim.Micros(4448e6), rec.Tally.Unpaid)
}

// What a target change cancels is before the account at that close: of 5,000 that were for A
// 2,000 buy C, and the rest waits for a price of A. All of it is no turnover.
func TestATargetChangeDecidesAnewOnWhatItCancels(t *testing.T) {
	rec := changedAtAListing(t, []float64{0.5, 0.5, 0}, []float64{0.4, 0.4, 0.2}, 1)
	require.InDelta(t, 2000, rec.Units[2].Shares(), 1e-4)
	require.InDelta(t, 3000, rec.Units[0].Shares(), 1e-4)
	require.Zero(t, rec.Tally.Turnover)
}

// A purchase for a listing takes first of what a target change cancels, and is no turnover
// as far as its order set that aside. Of 5,000 the share of C, 2,000, was kept and 3,000 were
// for A; C takes 2,000 of these, and with the 1,000 that are left the policy is given all cash.
// At 1 all of C is explained, and 1,000 of 3,000 of A. At 1.50 the 2,000 shares of C cost
// 3,000, of which 2,000 are explained, and A is bought for 2,000, of which 1,000 are.
func TestAListingTakesWhatIsCancelledFirst(t *testing.T) {
	for _, x := range []struct{ price, a, turned float64 }{{1, 3000, 2000}, {1.5, 2000, 1000 + 1000}} {
		rec := changedAtAListing(t, []float64{0.4, 0.4, 0.2}, []float64{0.5, 0.3, 0.2}, x.price)
		require.InDelta(t, 2000, rec.Units[2].Shares(), 1e-4)
		require.InDelta(t, x.a, rec.Units[0].Shares(), 1e-4)
		require.InDelta(t, x.turned/2/10000, rec.Tally.Turnover, 1e-9, "C at %v", x.price)
	}
}

// changedAtAListing runs an account with 5,000 of B and a deposit of 5,000 whose purchase of A
// new targets cancel at session 2, at which C is listed at 1; from session 3 on C costs a price.
func changedAtAListing(t *testing.T, targets, next []float64, price float64) sim.Record {
	x := data.Table{Kind: data.Adjusted, Symbols: []string{"A", "B", "C"}, Dates: []data.Date{0, 1, 2, 3, 4, 5}, Close: make([]float64, 18), Stale: make([]bool, 18)}
	for i := range x.Close {
		x.Close[i], x.Stale[i] = 1, i == 6 // A has no price at session 2
		if i > 9 && i%3 == 2 {
			x.Close[i] = price
		}
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	return checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Terms: &sim.Terms{}, Holdings: holding(0, 5000, 0),
		Flows: []sim.Flow{{Session: 1, Amount: 5000}}, Changes: []sim.Change{{Session: 2, Targets: next}}, Listings: []sim.Listing{{Session: 2, Asset: 2}},
	})
}

// What a reduction lets leave and growth brings is the money of the fills: with an asset at
// a quarter of the decision's price, 20,000 shares of it move 5,000. The largest turnover cuts
// none of them, and the audit takes what the price lost for none either.
func TestFundingIsNoTurnoverAtAnyPrice(t *testing.T) {
	targets := []float64{0.5, 0.5}
	for _, x := range []struct {
		funding strategies.Funding
		falls   int
		want    []float64
		moved   float64
	}{{strategies.Reduction, 0, []float64{40_000, 40_000}, -5_000}, {strategies.Growth, 1, []float64{60_000, 60_000}, 5_000}} {
		closes := []float64{1, 1, 1, 1, 1, 1}
		closes[4+x.falls] = 0.25
		p, err := data.Make(data.Table{Kind: data.Adjusted, Symbols: []string{"A", "B"}, Dates: []data.Date{0, 1, 2}, Close: closes})
		require.NoError(t, err)
		policy := strategies.NewCalendar(data.Schedule{Every: 1})
		policy.Funding = x.funding
		rec := checked(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, policy), Targets: targets, Terms: &sim.Terms{MaxTurnover: 0.001}, Holdings: holding(60_000, 40_000),
		})
		require.InDeltaSlice(t, x.want, []float64{rec.Units[0].Shares(), rec.Units[1].Shares()}, 1e-4)
		require.InDelta(t, x.moved, (rec.Tally.Deposits - rec.Tally.Withdrawals).Money(), 1e-4)
		require.Zero(t, rec.Tally.Turnover)
	}
}

package oracle

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// flat is an account of holdings at prices that do not move; every session is a look.
func flat(sessions int, price float64, targets []float64, holdings ...float64) Input {
	in := Input{Targets: targets, Holdings: holdings, Strategy: "buy_and_hold"}
	n := len(targets)
	for i := range n {
		in.Symbols = append(in.Symbols, string(rune('A'+i)))
	}
	for s := range sessions {
		in.Dates = append(in.Dates, int32(10000+s))
		row := make([]float64, n)
		for i := range row {
			row[i] = price
		}
		in.Close, in.Look = append(in.Close, row), append(in.Look, s > 0)
	}
	return in
}

// banded makes it the bands rule of 20 % with a rail of 10 %.
func banded(in Input) Input {
	n := len(in.Targets)
	in.Strategy = "bands"
	in.BandUp, in.BandDown = Same(n, Limit{Value: 0.2}), Same(n, Limit{Value: 0.2})
	in.RailUp, in.RailDown = Same(n, Limit{Value: 0.1}), Same(n, Limit{Value: 0.1})
	return in
}

// requireShares compares the shares held at a session.
func requireShares(t *testing.T, out Output, session int, want ...string) {
	t.Helper()
	for i, w := range want {
		require.InDelta(t, exact(w).InexactFloat64(), out.Shares[session][i].InexactFloat64(), 1e-5, "asset %d at session %d", i, session)
	}
}

// D1: a deposit on the day before a change of targets. Its purchases are due on the day
// of the change and fill; then the change is looked at: 51/49 is no breach at 50/50.
func TestWhatIsDueFillsBeforeNewTargets(t *testing.T) {
	for _, bands := range []bool{true, false} {
		in := flat(6, 1, []float64{0.5, 0.5}, 50000, 50000)
		if bands {
			in = banded(in)
		}
		in.Flows = []Flow{{Session: 2, Amount: 10000}}
		in.Changes = []Change{{Session: 3, Targets: []float64{0.51, 0.49}}}
		out := Run(in)
		requireShares(t, out, 3, "55000", "55000")
		requireShares(t, out, 5, "55000", "55000")
		require.Equal(t, []int{2, 0, 0}, []int{out.TradesCount, out.Triggers, out.Rebalances})
		require.True(t, out.Turnover.IsZero())
	}
}

// What is not due yet is cancelled, and what it had set aside is spent for the new
// targets: all of it on A, for B is far above its new target.
func TestNewTargetsDecideAnewOnWhatIsOpen(t *testing.T) {
	in := flat(6, 1, []float64{0.5, 0.5}, 50000, 50000)
	in.Flows = []Flow{{Session: 1, Amount: 10000}}
	in.Changes = []Change{{Session: 2, Targets: []float64{0.9, 0.1}}}
	in.Hole = [][]bool{nil, {false, false}, {true, true}, {false, false}, {false, false}, {false, false}}
	in.Hole[0] = []bool{false, false}
	out := Run(in)
	// At the change neither has a price: what was set aside waits for one.
	requireShares(t, out, 3, "50000", "50000")
	requireShares(t, out, 4, "60000", "50000")
	require.True(t, out.Idle.IsZero())
}

// D2: 45,000/35,000/20,000 at 40/30/30 and 30,000 to be raised. v/t is 112,500,
// 116,667 and 66,667; A and B go down to (80,000 - 30,000)/0.7 = 71,428.57.
func TestWithdrawalsAreLevelled(t *testing.T) {
	in := flat(6, 1, []float64{0.4, 0.3, 0.3}, 45000, 35000, 20000)
	in.Flows = []Flow{{Session: 2, Amount: -30000}}
	for name, change := range map[string]func(*Input){
		"plain":   func(*Input) {},
		"minimum": func(in *Input) { in.Minimum = 100 },                                            // D2
		"no_buy":  func(in *Input) { in.Rules = []Rule{{Asset: 2, Kind: "no_buy", Until: 6}} },     // D2b
		"no_sell": func(in *Input) { in.Rules = []Rule{{Asset: 2, Kind: "no_sell", Until: 6}} },    // it would not have been sold
		"hole":    func(in *Input) { in.Hole = make([][]bool, 6); fillHoles(in.Hole, 3, 2, 2, 4) }, // C has no price
	} {
		t.Run(name, func(t *testing.T) {
			in := in
			change(&in)
			out := Run(in)
			requireShares(t, out, 5, "28571.4285714", "21428.5714286", "20000")
			require.InDelta(t, 30000, out.Withdrawals.InexactFloat64(), 1e-6)
			require.InDelta(t, 0, out.Cash[5].InexactFloat64(), 1e-6)
		})
	}
}

// fillHoles marks an asset as without price on sessions [from, until].
func fillHoles(holes [][]bool, assets, asset, from, until int) {
	for s := range holes {
		holes[s] = make([]bool, assets)
		holes[s][asset] = s >= from && s <= until
	}
}

// The smaller sale is under the minimum of 14,000: it is dropped and A alone is levelled.
// Where A alone would sell less than the minimum it sells the minimum, and the rest stays.
func TestMinimumOfWhatIsRaised(t *testing.T) {
	in := flat(6, 1, []float64{0.4, 0.3, 0.3}, 45000, 35000, 20000)
	in.Flows, in.Minimum = []Flow{{Session: 2, Amount: -30000}}, 14000
	requireShares(t, Run(in), 5, "15000", "35000", "20000")

	in.Flows = []Flow{{Session: 2, Amount: -1000}}
	out := Run(in) // B, which stands highest
	requireShares(t, out, 5, "45000", "21000", "20000")
	require.InDelta(t, 13000, out.Cash[5].InexactFloat64(), 1e-6)

	in.Flows, in.Minimum = []Flow{{Session: 2, Amount: -1000}}, 50000
	out = Run(in)
	requireShares(t, out, 5, "45000", "0", "20000")
	require.InDelta(t, 34000, out.Cash[5].InexactFloat64(), 1e-6)
}

// D3: 1,000 are raised from A, then B and C are bought with new money up to A's level:
// 3,999,000/0.3 x 0.35 - 3,000,000 = 1,665,500 each.
func TestGrowthSellsForWhatIsOwedAlone(t *testing.T) {
	in := flat(4, 1, []float64{0.3, 0.35, 0.35}, 4e6, 3e6, 3e6)
	in.Strategy, in.Funding = "calendar", "growth"
	in.Look = []bool{false, true, false, false}
	in.Flows = []Flow{{Session: 1, Amount: -1000}}
	out := Run(in)
	requireShares(t, out, 3, "3999000", "4665500", "4665500")
	require.InDelta(t, 3331000, out.Grown.InexactFloat64(), 1e-4)
	require.InDelta(t, 1000, out.Withdrawals.InexactFloat64(), 1e-6)
	require.InDelta(t, 0, out.Cash[3].InexactFloat64(), 1e-6)
}

// K is 3,000,000/0.35: A goes down to 2,571,428.57. What leaves is the larger of that and
// the withdrawal. What is not held is left out.
func TestReduction(t *testing.T) {
	for withdrawn, want := range map[float64]float64{0: 4e6 - 18e6/7, 1000: 4e6 - 18e6/7, 2e6: 2e6} {
		in := flat(4, 1, []float64{0.3, 0.35, 0.35}, 4e6, 3e6, 3e6)
		in.Strategy, in.Funding = "calendar", "reduction"
		in.Look = []bool{false, true, false, false}
		in.Flows = []Flow{{Session: 1, Amount: -withdrawn}}
		out := Run(in)
		require.InDelta(t, want, out.Withdrawals.InexactFloat64(), 1e-4)
		require.InDelta(t, 0, out.Cash[3].InexactFloat64(), 1e-4)
		if withdrawn < 2e6 {
			requireShares(t, out, 3, "2571428.571429", "3000000", "3000000")
		}
	}
	in := flat(4, 1, []float64{0.3, 0.35, 0.35}, 4e6, 3e6, 0)
	in.Strategy, in.Funding = "calendar", "reduction"
	requireShares(t, Run(in), 3, "2571428.571429", "3000000", "0")

	// What has no target is sold whole, also when nothing else is held.
	in = flat(4, 1, []float64{0.5, 0.5, 0}, 0, 0, 750)
	in.Strategy, in.Funding = "calendar", "reduction"
	out := Run(in)
	requireShares(t, out, 3, "0", "0", "0")
	requireDecimal(t, "750", out.Withdrawals)
}

// D4: 10,000 in and 10,000 out on the day of a rebalance that sells 10,000 of A for B.
// Netted they are no flow: 20,000/2 are traded, a tenth of the 100,000 that stay.
func TestFlowsOfOneDayAreNettedFirst(t *testing.T) {
	in := banded(flat(4, 1, []float64{0.5, 0.5}, 65000, 35000))
	in.Flows = []Flow{{Session: 1, Amount: 10000}, {Session: 1, Amount: -10000}}
	out := Run(in)
	requireShares(t, out, 3, "55000", "45000")
	require.InDelta(t, 0.1, out.Turnover.InexactFloat64(), 1e-9)
	require.Equal(t, []int{1, 1, 2}, []int{out.Rebalances, out.Filled, out.TradesCount})
	require.InDelta(t, 10000, out.Withdrawals.InexactFloat64(), 1e-6)

	// 4,000 more come in than go out: they pay 4,000 of the purchases.
	in.Flows[1].Amount = -6000
	out = Run(in)
	// V' = 104,000: A goes to 57,200, B gets the 7,800 and the 4,000.
	requireShares(t, out, 3, "57200", "46800")
	require.InDelta(t, (7800+7800)/2/104000.0, out.Turnover.InexactFloat64(), 1e-9)
}

// D5: a deposit that may not be invested for two sessions is placed at the next, as a
// deposit is.
func TestWhatMayNotBeBoughtWaits(t *testing.T) {
	for _, bands := range []bool{true, false} {
		in := flat(7, 1, []float64{0.5, 0.5}, 50000, 50000)
		if bands {
			in = banded(in)
		}
		in.Flows = []Flow{{Session: 2, Amount: 10000}}
		in.Rules = []Rule{{Asset: 0, Kind: "no_buy", From: 2, Until: 4}, {Asset: 1, Kind: "no_buy", From: 2, Until: 4}}
		out := Run(in)
		requireShares(t, out, 4, "50000", "50000")
		requireShares(t, out, 5, "55000", "55000")
		require.Equal(t, 4, out.Orders[0].Session)
		require.Equal(t, []int{2, 0, 0}, []int{out.TradesCount, out.Triggers, out.Rebalances})
		require.True(t, out.Turnover.IsZero() && out.Idle.IsZero())

		in.Rules[0].Until, in.Rules[1].Until = 7, 7
		require.InDelta(t, 10000, Run(in).Idle.InexactFloat64(), 1e-4)
	}
}

// B may not be bought: A gets its 5,000 and the other 5,000 wait for B, alone. The 700
// that lie beside them as surplus are not touched.
func TestWhatWaitsComesAlone(t *testing.T) {
	in := flat(7, 1, []float64{0.5, 0.5}, 50000, 50000)
	in.Cash = 700
	in.Flows = []Flow{{Session: 2, Amount: 10000}}
	in.Rules = []Rule{{Asset: 1, Kind: "no_buy", From: 2, Until: 4}}
	out := Run(in)
	requireShares(t, out, 3, "55350", "50000")
	requireShares(t, out, 5, "55350", "55350")

	in.Flows, in.Rules = nil, nil
	in.Actions = []Action{{Session: 2, Asset: 0, Split: 1, Dividend: 0.01}}
	require.Empty(t, Run(in).Trades, "dividends do not wait")
}

// D5b: nothing may be sold: what is owed stays owed, is raised once it can be, and is
// reported while it cannot.
func TestWhatMayNotBeSoldIsOwed(t *testing.T) {
	in := flat(8, 1, []float64{0.5, 0.5}, 50000, 50000)
	in.Flows = []Flow{{Session: 2, Amount: -530}}
	in.Rules = []Rule{{Asset: 0, Kind: "no_sell", Until: 8}, {Asset: 1, Kind: "no_sell", Until: 8}}
	out := Run(in)
	requireShares(t, out, 7, "50000", "50000")
	requireDecimal(t, "530", out.Owed)
	require.True(t, out.Unpaid.IsZero())

	in.Rules[0].Until, in.Rules[1].Until = 5, 5
	out = Run(in)
	requireShares(t, out, 5, "50000", "50000")
	requireShares(t, out, 6, "49735", "49735")
	require.True(t, out.Owed.IsZero())
}

// D6: 1,000 are 400 of A and 600 of B, and not a cent more.
func TestWithdrawalsAreExact(t *testing.T) {
	in := flat(5, 1, []float64{0.4, 0.6}, 40000, 60000)
	in.Flows = []Flow{{Session: 2, Amount: -1000}}
	out := Run(in)
	requireDecimal(t, "39600", out.Shares[4][0])
	requireDecimal(t, "59400", out.Shares[4][1])
	requireDecimal(t, "0", out.Cash[4])

	// An asset without a target is sold first, as far as it takes; several are levelled by
	// value.
	in = flat(5, 1, []float64{1, 0}, 40000, 60000)
	in.Flows = []Flow{{Session: 2, Amount: -1000}}
	requireShares(t, Run(in), 4, "40000", "59000")
	in = flat(5, 1, []float64{1, 0, 0}, 40000, 60000, 59500)
	in.Flows = []Flow{{Session: 2, Amount: -1000}}
	requireShares(t, Run(in), 4, "40000", "59250", "59250")
	in.Flows[0].Amount = -120000
	requireShares(t, Run(in), 4, "39500", "0", "0")
}

// X1 and X8: rounding and what is held back miss no minimum.
func TestRoundingMissesNoMinimum(t *testing.T) {
	in := flat(5, 10, []float64{1})
	in.Holdings, in.Cash, in.Minimum = nil, 1000, 500
	in.Flows = []Flow{{Session: 2, Amount: 500}}
	out := Run(in)
	require.Equal(t, 1, out.TradesCount)
	require.GreaterOrEqual(t, out.Trades[0].Shares.InexactFloat64(), 49.9999998)
	in.Flows[0].Amount = 499.99
	require.Zero(t, Run(in).TradesCount)

	in = flat(3, 10, []float64{0.5, 0.5}, 2600, 2400)
	in.Strategy, in.Minimum, in.Fill = "calendar", 1000, "same_close"
	requireShares(t, Run(in), 2, "2500", "2500")
}

// X3 and X4: whole shares of 300 are sold upwards, what is left over pays next time.
func TestWholeSharesRaiseEnough(t *testing.T) {
	in := flat(6, 300, []float64{1}, 100)
	in.Lot = 1
	in.Flows = []Flow{{Session: 1, Amount: -140}}
	out := Run(in)
	requireShares(t, out, 5, "99")
	requireDecimal(t, "160", out.Cash[5])
	requireDecimal(t, "140", out.Withdrawals)

	in.Fill, in.Flows = "same_close", []Flow{{Session: 1, Amount: -400}, {Session: 2, Amount: -400}, {Session: 3, Amount: -400}}
	out = Run(in)
	for s, want := range []string{"0", "200", "100", "0"} {
		requireDecimal(t, want, out.Cash[s])
	}
	requireDecimal(t, "1200", out.Withdrawals)

	// 1,000 of 60/40 are 600 and 400 at 70: 9 shares bring 630, and 6 the other 370.
	in = flat(4, 70, []float64{0.6, 0.4}, 600, 400)
	in.Lot, in.Flows = 1, []Flow{{Session: 1, Amount: -1000}}
	requireShares(t, Run(in), 3, "591", "394")
	// 100 are 60 and 40: one share of A brings 70, the other 30 one of B.
	in.Flows[0].Amount = -100
	requireShares(t, Run(in), 3, "599", "399")
	in.Flows[0].Amount = -70 // one of A brings it all
	requireShares(t, Run(in), 3, "599", "400")
}

// 500.00 at 10 are 50 whole shares.
func TestRoundingMissesNoLot(t *testing.T) {
	in := flat(3, 10, []float64{1})
	in.Holdings, in.Cash, in.Lot = nil, 500, 1
	requireShares(t, Run(in), 2, "50")
}

// X9: cash of 25,000 is at the threshold of 25,000, also once it is invested at prices
// that do not divide it.
func TestRoundingMissesNoSegment(t *testing.T) {
	for _, prices := range [][]float64{{10, 10}, {7, 13}} {
		in := flat(12, 1, []float64{0.6, 0.4})
		for s := range in.Close {
			in.Close[s] = prices
		}
		in.Holdings, in.Cash, in.Strategy = nil, 25000, "calendar"
		in.Segments = []Segment{{NAV: 25000, Look: in.Look}, {Look: make([]bool, 12)}}
		require.Equal(t, 11, Run(in).Looks)
		in.Segments[0].NAV = 25000.01
		require.Zero(t, Run(in).Looks)
	}
}

// R36: CCC ends at 10 a share after the second session. Its 250 are put before the
// policy at the next session, and fill A and B in proportion.
func TestWhatAnEndPaysIsPlaced(t *testing.T) {
	for _, bands := range []bool{true, false} {
		in := flat(6, 10, []float64{0.5, 0.25, 0.25})
		in.Holdings, in.Cash = nil, 1000
		if bands {
			in = banded(in)
		}
		in.Endings = []Ending{{Session: 2, Asset: 2, Price: 10}}
		in.Changes = []Change{{Session: 2, Targets: []float64{2.0 / 3, 1.0 / 3, 0}}}
		out := Run(in)
		requireShares(t, out, 3, "50", "25", "0")
		requireShares(t, out, 4, "66.66666", "33.33333", "0")
		require.Equal(t, 3, out.Orders[0].Session)
		require.True(t, out.Turnover.IsZero())
		require.Zero(t, out.Rebalances)
	}
}

// The share of an asset that leaves the targets before it is listed is placed at the next
// session.
func TestShareOfWhatIsNeverListedIsPlaced(t *testing.T) {
	in := flat(6, 10, []float64{0.5, 0.3, 0.2})
	in.Holdings, in.Cash = nil, 1000
	in.Listings = []Listing{{Session: 5, Asset: 2}}
	in.Changes = []Change{{Session: 2, Targets: []float64{0.5, 0.5, 0}}}
	out := Run(in)
	requireShares(t, out, 3, "50", "30", "0")
	requireShares(t, out, 4, "50", "50", "0")
}

// The initial purchase of what may not be bought yet waits as well.
func TestInitialPurchaseThatMayNotBeMadeWaits(t *testing.T) {
	in := flat(6, 10, []float64{0.5, 0.5})
	in.Holdings, in.Cash = nil, 1000
	in.Rules = []Rule{{Asset: 1, Kind: "no_buy", Until: 2}}
	out := Run(in)
	requireShares(t, out, 2, "50", "0")
	requireShares(t, out, 3, "50", "50")
}

// What is ordered of an asset without a price waits for the next real one. What is
// decided on a session without a price waits, too.
func TestNothingFillsAtAHole(t *testing.T) {
	in := flat(8, 10, []float64{0.5, 0.5})
	in.Holdings, in.Cash = nil, 1000
	in.Flows = []Flow{{Session: 2, Amount: 100}}
	in.Hole = make([][]bool, 8)
	fillHoles(in.Hole, 2, 1, 3, 4)
	out := Run(in)
	requireShares(t, out, 4, "55", "50")
	requireShares(t, out, 5, "55", "55")

	fillHoles(in.Hole, 2, 1, 2, 4)
	out = Run(in)
	requireShares(t, out, 5, "55", "50")
	requireShares(t, out, 6, "55", "55")
}

// Without an open an order waits, as at a hole.
func TestNothingFillsWithoutAnOpen(t *testing.T) {
	in := flat(6, 10, []float64{0.5, 0.5})
	in.Holdings, in.Cash, in.Fill, in.Open = nil, 1000, "next_open", in.Close
	in.Flows = []Flow{{Session: 2, Amount: 100}}
	in.HoleOpen = make([][]bool, 6)
	fillHoles(in.HoleOpen, 2, 1, 3, 3)
	out := Run(in)
	requireShares(t, out, 3, "55", "50")
	requireShares(t, out, 4, "55", "55")
}

// A purchase left under the minimum is dropped, the smallest first, and its money shared
// again. A, B and C stand equally far under their targets and would get 33.33 each; the
// smallest need is C's, so A and B get 50 each.
func TestSmallPurchasesAreSharedAgain(t *testing.T) {
	in := flat(5, 1, []float64{0.5, 0.3, 0.1, 0.1}, 50000, 30000, 10000, 20000)
	in.Minimum = 35
	in.Flows = []Flow{{Session: 2, Amount: 100}}
	requireShares(t, Run(in), 4, "50050", "30050", "10000", "20000")
}

// What an emptied account cannot pay is given up; a withdrawal that comes with a deposit
// before that fill is not: the deposit pays it, and the rest is invested.
func TestWhatIsNewIsNotGivenUp(t *testing.T) {
	in := flat(5, 1, []float64{1}, 100)
	in.Flows = []Flow{{Session: 1, Amount: -2000}, {Session: 2, Amount: 100}, {Session: 2, Amount: -30}}
	out := Run(in)
	requireDecimal(t, "130", out.Withdrawals)
	requireDecimal(t, "1900", out.Unpaid)
	requireShares(t, out, 4, "70")
}

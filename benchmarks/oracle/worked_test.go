package oracle

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// fourAssets is an account of 100,000 in 40/20/20/20 whose holdings are worth
// the given values at the second session, where it looks once.
func fourAssets(values ...float64) Input {
	targets := []float64{0.4, 0.2, 0.2, 0.2}
	in := Input{
		Dates: []int32{10000, 10001, 10002}, Symbols: []string{"A", "B", "C", "D"},
		Targets: targets, Cash: 100000, Look: []bool{true, true, false},
		Strategy: "bands", Fill: "same_close",
		BandUp: Same(4, Limit{Value: 0.2}), BandDown: Same(4, Limit{Value: 0.2}),
		RailUp: Same(4, Limit{Value: 0.1}), RailDown: Same(4, Limit{Value: 0.1}),
	}
	then := make([]float64, len(values))
	for i, v := range values {
		then[i] = v / (targets[i] * in.Cash)
	}
	in.Close = [][]float64{{1, 1, 1, 1}, then, then}
	return in
}

// requireValues compares holdings at the last session's prices, to 1e-4: what
// is held back at the initial purchase is some 1e-5.
func requireValues(t *testing.T, in Input, out Output, want ...float64) {
	t.Helper()
	last := len(in.Dates) - 1
	for i, w := range want {
		got := out.Shares[last][i].Mul(number(in.Close[last][i])).InexactFloat64()
		require.InDelta(t, w, got, 1e-4, "asset %s", in.Symbols[i])
	}
	require.False(t, out.Cash[last].IsNegative())
}

func TestTwoSteps(t *testing.T) {
	in := fourAssets(45000, 15500, 22500, 17000)
	out := Run(in)
	requireValues(t, in, out, 44000, 16400, 22000, 17600)
	require.Equal(t, 1, out.Triggers)
	require.Equal(t, 1, out.Rebalances)
	require.Equal(t, 4, out.TradesCount)
	require.InDelta(t, 0.015, out.Turnover.InexactFloat64(), 1e-8)
	require.InDelta(t, 0, out.Cash[1].InexactFloat64(), 1e-4)
}

func TestSharingsToldApart(t *testing.T) {
	for share, want := range map[string][]float64{
		"relative_distance": {36625, 19375, 22000, 22000},
		"absolute_deficit":  {37818.181818, 18181.818182, 22000, 22000},
		"lowest_first":      {37333.333333, 18666.666667, 22000, 22000},
		// 7,000 by 40:20 is 4,666.67 and 2,333.33.
		"target_weights": {38666.666667, 17333.333333, 22000, 22000},
		// B is 25 % under its target and takes 5,000, A the rest.
		"most_underweight_first": {36000, 20000, 22000, 22000},
	} {
		t.Run(share, func(t *testing.T) {
			in := fourAssets(34000, 15000, 26500, 24500)
			in.Share = share
			out := Run(in)
			requireValues(t, in, out, want...)
			require.InDelta(t, 0.07, out.Turnover.InexactFloat64(), 1e-8)
		})
	}
}

func TestSharingCapsAndSharesAgain(t *testing.T) {
	// A needs 200 and B 9,000; by target weights (2:1) A would get more than
	// it needs, so it is capped and B takes the rest of what C and D bring.
	in := fourAssets(39800, 11000, 27000, 22200)
	in.Share = "target_weights"
	requireValues(t, in, Run(in), 40000, 16000, 22000, 22000)
}

func TestUnfundedTrigger(t *testing.T) {
	in := fourAssets(43500, 15500, 21000, 20000)
	out := Run(in)
	requireValues(t, in, out, 43500, 15500, 21000, 20000)
	require.Equal(t, []int{1, 1, 0, 0}, []int{out.Triggers, out.Unfunded, out.Rebalances, out.TradesCount})

	// The largest w/t is A's; it brings B to its lower rail of 18,000.
	in.Unfunded = "largest_overweight"
	out = Run(in)
	requireValues(t, in, out, 41000, 18000, 21000, 20000)
	require.Equal(t, []int{1, 0, 1, 2}, []int{out.Triggers, out.Unfunded, out.Rebalances, out.TradesCount})
}

func TestLargestOverweightGoesOnToTheNext(t *testing.T) {
	// B lacks 4,000 to its lower rail. A, 8.75 % over, brings 3,500 and stops
	// at its target; D, 7.5 % over, brings the other 500; C, 5 % over, none.
	in := fourAssets(43500, 14000, 21000, 21500)
	in.Unfunded = "largest_overweight"
	requireValues(t, in, Run(in), 40000, 18000, 21000, 21000)

	// With 1 % on sales and 2 % on purchases B costs 4,080; A brings 3,465 and
	// D sells 615 / 0.99.
	in.Costs = []Cost{
		{Kind: "bps", Rate: 100, Side: "sell", From: 10001},
		{Kind: "bps", Rate: 200, Side: "buy", From: 10001},
	}
	requireValues(t, in, Run(in), 40000, 18000, 21000, 21500-615/0.99)
}

func TestOnTheBandIsNoBreach(t *testing.T) {
	in := fourAssets(40000, 16000, 24000, 20000)
	out := Run(in)
	require.Equal(t, []int{1, 0, 0}, []int{out.Looks, out.Triggers, out.TradesCount})
	require.Equal(t, []int{1}, out.NearTies)

	in = fourAssets(40000, 15999, 24001, 20000)
	out = Run(in)
	require.Equal(t, 1, out.Triggers)
	require.Empty(t, out.NearTies)
}

func TestHowFar(t *testing.T) {
	values := []float64{34000, 15000, 26500, 24500}
	for name, c := range map[string]struct {
		set  func(*Input)
		want []float64
	}{
		"target":   {func(in *Input) { in.To = "target" }, []float64{40000, 20000, 20000, 20000}},
		"calendar": {func(in *Input) { in.Strategy = "calendar" }, []float64{40000, 20000, 20000, 20000}},
		// C and D sell 2,500 and 500 down to 24,000; n/(t V') are 0.15 and 0.25.
		"edge": {func(in *Input) { in.To = "edge" }, []float64{35125, 16875, 24000, 24000}},
		// Half of 6,500 and 4,500: 5,500 for A and B as 0.15 to 0.25.
		"fraction": {func(in *Input) { in.To, in.Fraction = "fraction", 0.5 }, []float64{36062.5, 18437.5, 23250, 22250}},
	} {
		t.Run(name, func(t *testing.T) {
			in := fourAssets(values...)
			c.set(&in)
			requireValues(t, in, Run(in), c.want...)
		})
	}
}

func TestScopes(t *testing.T) {
	t.Run("breached, low only", func(t *testing.T) {
		// B lacks 4,500 to its target. A is 3.5 pp over and sells down to its
		// own target, 3,500.
		in := fourAssets(43500, 15500, 21000, 20000)
		in.Scope = "breached"
		requireValues(t, in, Run(in), 40000, 19000, 21000, 20000)
	})
	t.Run("breached, high only", func(t *testing.T) {
		// C goes from 25,000 to 22,000; A is 3 pp under its target, D 2 pp.
		in := fourAssets(37000, 20000, 25000, 18000)
		in.Scope = "breached"
		requireValues(t, in, Run(in), 40000, 20000, 22000, 18000)
	})
	t.Run("breached, both sides", func(t *testing.T) {
		// C brings 3,000 to B alone.
		in := fourAssets(42000, 15000, 25000, 18000)
		in.Scope = "breached"
		requireValues(t, in, Run(in), 42000, 18000, 22000, 18000)
	})
	t.Run("largest", func(t *testing.T) {
		// C (6.5 pp) and A (6 pp) alone trade: 4,500 for A.
		in := fourAssets(34000, 15000, 26500, 24500)
		in.Scope, in.Largest = "largest", 2
		requireValues(t, in, Run(in), 38500, 15000, 22000, 24500)
	})
	t.Run("surplus", func(t *testing.T) {
		// C alone trades and brings 3,000, which go 40/20/20/20.
		in := fourAssets(37000, 20000, 25000, 18000)
		in.Scope, in.Largest, in.Surplus = "largest", 1, "target_weights"
		requireValues(t, in, Run(in), 38200, 20600, 22600, 18600)
	})
}

func TestLimits(t *testing.T) {
	values := []float64{42000, 16500, 23500, 18000}
	quiet := fourAssets(values...)
	require.Equal(t, 0, Run(quiet).Triggers)

	t.Run("absolute", func(t *testing.T) {
		in := fourAssets(values...)
		in.BandUp = Same(4, Limit{Value: 0.03, Absolute: true})
		in.RailUp = Same(4, Limit{Value: 0.01, Absolute: true})
		// Upper rails 41,000 and 21,000: 3,500 for B and D, 0.175 to 0.1.
		requireValues(t, in, Run(in), 41000, 16500+3500*0.175/0.275, 21000, 18000+3500*0.1/0.275)
	})
	t.Run("lesser of", func(t *testing.T) {
		in := fourAssets(values...)
		in.BandDown = Same(4, Limit{LesserOf: []Limit{{Value: 0.05, Absolute: true}, {Value: 0.15}}})
		out := Run(in)
		require.Equal(t, 1, out.Triggers)
		// C stands over its rail of 22,000.
		require.InDelta(t, 1500, out.Trades[0].Value.InexactFloat64(), 1e-3)
	})
	t.Run("none", func(t *testing.T) {
		in := fourAssets(34000, 15000, 26500, 24500)
		in.BandUp, in.BandDown = nil, Same(4, Limit{None: true})
		held := fourAssets(34000, 15000, 26500, 24500)
		held.Strategy = "buy_and_hold"
		require.Equal(t, Run(held).NAV, Run(in).NAV)
	})
}

func TestTargetZeroIsSoldWhole(t *testing.T) {
	in := fourAssets(40000, 20000, 20000, 20000)
	in.Targets = []float64{0.5, 0.25, 0.25, 0}
	a := account{in: in, now: 1, cash: zero}
	for i, v := range []int64{40000, 20000, 20000, 20000} {
		a.targets = append(a.targets, number(in.Targets[i]))
		a.shares = append(a.shares, decimal.New(v, 0))
	}
	// A, B and C are exactly a fifth under their new targets: no breach.
	l := a.see()
	require.Empty(t, l.low)
	require.Equal(t, []int{3}, l.high)
	orders, triggered := a.decide(true, false, offer{})
	require.True(t, triggered)
	require.Equal(t, 3, orders[0].Asset)
	require.False(t, orders[0].Buy)
	requireDecimal(t, "20000", orders[0].Shares)
	require.Len(t, orders, 4)

	// A holding worth less than 0.01 is not outside.
	a.shares[3] = exact("0.009")
	require.Empty(t, a.see().high)
	a.shares[3] = exact("0.01")
	require.Equal(t, []int{3}, a.see().high)
}

// exact is a decimal from text.
func exact(s string) decimal.Decimal { return decimal.RequireFromString(s) }

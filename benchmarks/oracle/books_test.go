package oracle

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// twoAssets is 1,000 in halves; the first asset doubles at the second session.
func twoAssets() Input {
	return Input{
		Dates: []int32{100, 101, 102, 103}, Symbols: []string{"A", "B"},
		Close:   [][]float64{{10, 10}, {20, 10}, {16, 8}, {16, 8}},
		Targets: []float64{0.5, 0.5}, Cash: 1000, Look: []bool{false, true, false, false},
		Strategy: "calendar", Fill: "same_close",
	}
}

func requireDecimal(t *testing.T, want string, got decimal.Decimal) {
	t.Helper()
	require.True(t, exact(want).Equal(got), "want %s, got %s", want, got)
}

func TestSameCloseToTheMicro(t *testing.T) {
	out := Run(twoAssets())
	// 1,000 less 2 x 2e-6 buys 49.9999998 of each and leaves 0.000004.
	requireDecimal(t, "49.9999998", out.Shares[0][0])
	requireDecimal(t, "0.000004", out.Cash[0])
	// I = 1499.999994, V' = 1499.999998. A sells 999.999996 - 749.999999 =
	// 249.999997 at 20: 12.49999985 shares. B may use 250.000001 - 0.000002 and
	// needs 250.000001: 24.9999999 shares for 249.999999.
	requireDecimal(t, "37.49999995", out.Shares[1][0])
	requireDecimal(t, "74.9999997", out.Shares[1][1])
	requireDecimal(t, "0.000002", out.Cash[1])
	requireDecimal(t, "1499.999998", out.NAV[1])
	require.InDelta(t, 1.0/6, out.Turnover.InexactFloat64(), 1e-8)
}

func TestCostsRoundHalfToEven(t *testing.T) {
	in := twoAssets()
	in.Strategy = "buy_and_hold"
	in.Costs = []Cost{{Name: "commission", Kind: "bps", Rate: 10, Side: "both"}, {Name: "fee", Kind: "fixed", Rate: 5, Side: "buy"}}
	out := Run(in)
	// (1,000 - 2 x 5 - 2 x 3 x 2e-6) / 1.001, half each, at 10.
	requireDecimal(t, "49.45054885", out.Shares[0][0])
	requireDecimal(t, "0.494505", out.Initial[0].Costs[0]) // 0.4945054885
	requireDecimal(t, "5", out.Initial[0].Costs[1])
	requireDecimal(t, "10.98901", out.CostInitial)
	requireDecimal(t, "10.98901", out.CostTotal)
	require.Zero(t, out.TradesCount)
	require.True(t, out.Turnover.IsZero())

	requireDecimal(t, "0.000002", toMicros(exact("0.0000025")))
	requireDecimal(t, "0.000004", toMicros(exact("0.0000035")))
}

func TestReserveStays(t *testing.T) {
	in := twoAssets()
	in.Reserve = 100
	out := Run(in)
	requireDecimal(t, "100.000004", out.Cash[0])
	require.InDelta(t, 100, out.Cash[3].InexactFloat64(), 1e-5)
	require.False(t, out.Cash[3].LessThan(exact("100")))

	in.Reserve, in.ReserveFraction = 0, 0.1
	out = Run(in)
	requireDecimal(t, "100.000004", out.Cash[0])
	// A tenth of 1,450 is wanted at the look and 100 are there, so C = 0. A goes
	// from 900 to 675; of the 225 the reserve takes 45 and B the rest.
	require.InDelta(t, 145, out.Cash[1].InexactFloat64(), 1e-5)
	require.InDelta(t, 33.75, out.Shares[1][0].InexactFloat64(), 1e-5)
	require.InDelta(t, 45+18, out.Shares[1][1].InexactFloat64(), 1e-5)
}

func TestNextClose(t *testing.T) {
	in := twoAssets()
	in.Fill = "next_close"
	out := Run(in)
	require.Equal(t, out.Shares[0], out.Shares[1])
	require.Equal(t, 1, out.Orders[0].Session)
	// 12.5 shares bring 200 at 16; 25 at 8 take 200.
	require.Equal(t, []int{2, 2}, []int{out.Trades[0].Session, out.Trades[1].Session})
	require.Equal(t, 1, out.Trades[0].Decision)
	require.InDelta(t, 37.5, out.Shares[2][0].InexactFloat64(), 1e-6)
	require.InDelta(t, 75, out.Shares[2][1].InexactFloat64(), 1e-6)
	// 400 traded / 2 / NAV of 1,200 before the first trade.
	require.InDelta(t, 1.0/6, out.Turnover.InexactFloat64(), 1e-8)
}

func TestNextCloseScalesPurchases(t *testing.T) {
	in := twoAssets()
	in.Fill = "next_close"
	in.Close[2] = []float64{16, 10}
	out := Run(in)
	// 12.5 shares bring 200; 25 shares would take 250: 20 are bought.
	require.InDelta(t, 70, out.Shares[2][1].InexactFloat64(), 1e-5)
	require.False(t, out.Cash[2].IsNegative())
	require.InDelta(t, 0, out.Cash[2].InexactFloat64(), 1e-5)
}

func TestNextOpen(t *testing.T) {
	in := twoAssets()
	in.Fill = "next_open"
	in.Open = [][]float64{{10, 10}, {10, 10}, {32, 16}, {16, 8}}
	out := Run(in)
	require.InDelta(t, 32, out.Trades[0].Price.InexactFloat64(), 0)
	// At the open the account is worth 2,400, and 400 + 400 are traded.
	require.InDelta(t, 1.0/6, out.Turnover.InexactFloat64(), 1e-8)
	require.InDelta(t, 1200, out.NAV[2].InexactFloat64(), 1e-4)
}

func TestLastOrdersStayPending(t *testing.T) {
	in := twoAssets()
	in.Fill = "next_close"
	in.Look = []bool{false, false, false, true}
	out := Run(in)
	require.Equal(t, 1, out.Rebalances)
	require.Len(t, out.Orders, 2)
	require.Zero(t, out.TradesCount)
	require.True(t, out.Turnover.IsZero())
}

func TestFixedCosts(t *testing.T) {
	in := twoAssets()
	in.Costs = []Cost{{Kind: "fixed", Rate: 5, Side: "both", From: 101}}
	out := Run(in)
	require.True(t, out.CostInitial.IsZero())
	// 250 are sold and bring 245, of which 240 buy B.
	require.InDelta(t, 74, out.Shares[1][1].InexactFloat64(), 1e-6)
	requireDecimal(t, "10", out.CostTotal)

	// A sale that costs more than it brings is not made when cash is short.
	in = twoAssets()
	in.Close[1] = []float64{10.01, 10}
	in.Costs = []Cost{{Kind: "fixed", Rate: 5, Side: "sell"}}
	out = Run(in)
	require.Equal(t, []int{1, 1, 0}, []int{out.Triggers, out.Unfunded, out.TradesCount})

	// Two purchases that cannot both pay their fixed part: the smaller is
	// dropped and its part freed. A sells 7.5 (after 1 of costs), B needs 1.5
	// and C 6; fixed parts of 4 leave nothing for two, but 3.5 for C alone.
	in = Input{
		Dates: []int32{100, 101}, Symbols: []string{"A", "B", "C"},
		Close:   [][]float64{{1, 1, 1}, {1.015, 0.994, 0.976}},
		Targets: []float64{0.5, 0.25, 0.25}, Cash: 1000, Look: []bool{false, true},
		Strategy: "calendar", Fill: "same_close",
		Costs: []Cost{{Kind: "fixed", Rate: 4, Side: "buy", From: 101}},
	}
	out = Run(in)
	require.Equal(t, 2, out.TradesCount)
	require.Equal(t, 2, out.Trades[1].Asset)
	require.InDelta(t, 3.5, out.Trades[1].Value.InexactFloat64(), 1e-4)
}

func TestCostsBySideAssetAndDate(t *testing.T) {
	in := twoAssets()
	in.Costs = []Cost{
		{Kind: "bps", Rate: 100, Side: "sell"},
		{Kind: "bps", Rate: 50, Side: "buy", Assets: []int{1}},
		{Kind: "bps", Rate: 1000, Side: "both", Until: 99},
	}
	out := Run(in)
	sold, bought := out.Trades[0], out.Trades[1]
	requireDecimal(t, sold.Value.Mul(exact("0.01")).RoundBank(6).String(), sold.Costs[0])
	require.True(t, sold.Costs[1].IsZero() && sold.Costs[2].IsZero() && bought.Costs[0].IsZero())
	requireDecimal(t, bought.Value.Mul(exact("0.005")).RoundBank(6).String(), bought.Costs[1])
	// K: the proceeds less 1 %, divided by 1.005.
	require.InDelta(t, sold.Value.InexactFloat64()*0.99/1.005, bought.Value.InexactFloat64(), 1e-4)
}

func TestShaving(t *testing.T) {
	a := account{in: Input{Dates: []int32{0}}}
	// 3 x 0.33333333 at 3.0000015 rounds up to 1; a purse of 0.999999 takes less.
	got, ok := a.purchase(0, exact("0.33333333"), exact("3.0000015"), exact("0.999999"))
	require.True(t, ok)
	requireDecimal(t, "0.999999", got.Value)
	require.True(t, got.Shares.LessThan(exact("0.33333333")))
	next, _ := a.purchase(0, got.Shares.Add(unit), exact("3.0000015"), exact("1"))
	require.True(t, next.Value.GreaterThan(exact("0.999999")), "no more than needed is shaved")

	_, ok = a.purchase(0, exact("1"), exact("1"), exact("0"))
	require.False(t, ok)
}

func TestTargetZeroIsNeverBought(t *testing.T) {
	in := twoAssets()
	in.Targets = []float64{1, 0}
	in.Strategy = "bands"
	in.BandUp, in.BandDown = Same(2, Limit{Value: 0.1}), Same(2, Limit{Value: 0.1})
	out := Run(in)
	require.Zero(t, out.Triggers)
	require.True(t, out.Shares[3][1].IsZero())
}

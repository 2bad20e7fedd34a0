package oracle

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// failer is what both kinds of tests can do.
type failer interface {
	Errorf(string, ...any)
	FailNow()
	Helper()
}

// requireSound replays the trades of a run and holds them against its books.
func requireSound(t failer, in Input, out Output) {
	t.Helper()
	cash := toMicros(number(in.Cash))
	shares := make([]decimal.Decimal, len(in.Targets))
	trades := append(append([]Trade(nil), out.Initial...), out.Trades...)
	costs := zero
	for s := range in.Dates {
		for ; len(trades) > 0 && trades[0].Session == s; trades = trades[1:] {
			x := trades[0]
			sign := decimal.New(1, 0)
			if x.Buy {
				sign = sign.Neg()
			}
			require.True(t, x.Shares.IsPositive() && x.Value.Equal(x.Shares.Mul(x.Price).RoundBank(6)))
			require.True(t, x.Shares.Equal(x.Shares.Truncate(8)))
			cash = cash.Add(sign.Mul(x.Value)).Sub(total(x.Costs))
			costs = costs.Add(total(x.Costs))
			shares[x.Asset] = shares[x.Asset].Sub(sign.Mul(x.Shares))
			require.False(t, cash.IsNegative(), "cash at session %d: %s", s, cash)
			require.False(t, shares[x.Asset].IsNegative())
		}
		require.True(t, cash.Equal(out.Cash[s]))
		nav := cash
		for i := range shares {
			require.True(t, shares[i].Equal(out.Shares[s][i]))
			nav = nav.Add(shares[i].Mul(number(in.Close[s][i])))
		}
		require.True(t, nav.Equal(out.NAV[s]))
	}
	require.Empty(t, trades)
	require.True(t, costs.Equal(out.CostTotal))
	require.Equal(t, out.Triggers, out.Unfunded+out.Rebalances)
	require.Equal(t, out.TradesCount, len(out.Trades))
	for _, o := range out.Orders {
		unitPrice := unit.Mul(number(in.Close[o.Session][o.Asset]))
		require.True(t, o.Value.Add(unitPrice).GreaterThanOrEqual(dust), "%s", o.Value)
	}
}

// panel draws a few sessions of a few assets with lively prices.
func panel(t *rapid.T) Input {
	n := rapid.IntRange(1, 5).Draw(t, "assets")
	sessions := rapid.IntRange(2, 12).Draw(t, "sessions")
	in := Input{Cash: rapid.SampledFrom([]float64{0.05, 10, 1000, 100000, 1e9}).Draw(t, "cash")}
	whole := 0
	parts := make([]int, n)
	for i := range parts {
		parts[i] = rapid.IntRange(1, 9).Draw(t, "part")
		whole += parts[i]
	}
	for i := range parts {
		in.Symbols = append(in.Symbols, string(rune('A'+i)))
		in.Targets = append(in.Targets, float64(parts[i])/float64(whole))
	}
	row := make([]float64, n)
	for i := range row {
		row[i] = rapid.SampledFrom([]float64{0.01, 1, 12.34, 500, 250000}).Draw(t, "price")
	}
	for s := range sessions {
		open, next := make([]float64, n), make([]float64, n)
		for i := range row {
			open[i] = row[i] * math.Exp(rapid.Float64Range(-0.1, 0.1).Draw(t, "gap"))
			next[i] = open[i] * math.Exp(rapid.Float64Range(-0.3, 0.3).Draw(t, "move"))
		}
		in.Dates = append(in.Dates, int32(10000+s))
		in.Open, in.Close = append(in.Open, open), append(in.Close, next)
		in.Look = append(in.Look, rapid.Bool().Draw(t, "look"))
		row = next
	}
	return in
}

func limits(t *rapid.T, n int, most float64) []Limit {
	l := Limit{Value: rapid.Float64Range(0, most).Draw(t, "limit")}
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		l.Absolute = true
	case 1:
		l = Limit{LesserOf: []Limit{l, {Value: 0.05, Absolute: true}}}
	}
	return Same(n, l)
}

func policy(t *rapid.T, in *Input) {
	n := len(in.Targets)
	in.Strategy = rapid.SampledFrom([]string{"bands", "bands", "bands", "calendar"}).Draw(t, "strategy")
	in.BandUp, in.BandDown = limits(t, n, 0.3), limits(t, n, 0.3)
	in.RailUp, in.RailDown = limits(t, n, 0.1), limits(t, n, 0.1)
	in.To = rapid.SampledFrom([]string{"rail", "target", "edge", "fraction"}).Draw(t, "to")
	in.Fraction = rapid.Float64Range(0.1, 1).Draw(t, "fraction")
	in.Share = rapid.SampledFrom([]string{"relative_distance", "absolute_deficit", "lowest_first", "target_weights", "most_underweight_first"}).Draw(t, "share")
	in.Unfunded = rapid.SampledFrom([]string{"nothing", "largest_overweight"}).Draw(t, "unfunded")
	in.Surplus = rapid.SampledFrom([]string{"cash", "target_weights"}).Draw(t, "surplus")
	in.Scope = rapid.SampledFrom([]string{"all", "all", "breached", "largest"}).Draw(t, "scope")
	in.Largest = rapid.IntRange(1, 5).Draw(t, "largest")
	in.Fill = rapid.SampledFrom([]string{"same_close", "next_close", "next_open"}).Draw(t, "fill")
	in.Reserve = rapid.SampledFrom([]float64{0, 0, 5}).Draw(t, "reserve")
	in.ReserveFraction = rapid.SampledFrom([]float64{0, 0, 0.02}).Draw(t, "reserve fraction")
	if rapid.Bool().Draw(t, "bps") {
		in.Costs = append(in.Costs, Cost{Kind: "bps", Rate: rapid.Float64Range(0, 100).Draw(t, "rate"), Side: rapid.SampledFrom([]string{"buy", "sell", "both"}).Draw(t, "side")})
	}
	if rapid.Bool().Draw(t, "fixed") {
		in.Costs = append(in.Costs, Cost{Kind: "fixed", Rate: rapid.SampledFrom([]float64{0.001, 0.5, 20}).Draw(t, "amount"), Side: "both", Assets: []int{0}})
	}
}

func TestBooksAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := panel(t)
		policy(t, &in)
		requireSound(t, in, Run(in))
	})
}

// Purchases never go beyond the target and sales never beyond it, unless
// surplus is spread or prices move before the fill.
func TestNothingCrossesItsTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := panel(t)
		policy(t, &in)
		in.Fill, in.Surplus = "same_close", "cash"
		out := Run(in)
		for _, o := range out.Orders {
			price := number(in.Close[o.Session][o.Asset])
			slack := price.Mul(unit)
			for _, x := range out.Orders {
				require.False(t, x.Session == o.Session && x.Asset == o.Asset && x.Buy != o.Buy)
			}
			after := out.Shares[o.Session][o.Asset].Mul(price)
			aim := aimAt(in, out, o.Session)
			if goal := number(in.Targets[o.Asset]).Mul(aim); o.Buy {
				require.True(t, after.LessThanOrEqual(goal.Add(slack)), "%s > %s", after, goal)
			} else {
				require.True(t, after.GreaterThanOrEqual(goal.Sub(slack)), "%s < %s", after, goal)
			}
		}
	})
}

// aimAt is V' of a look, from the books of the session before.
func aimAt(in Input, out Output, s int) decimal.Decimal {
	a := account{in: in, now: s, cash: out.Cash[s-1], shares: out.Shares[s-1]}
	for _, t := range in.Targets {
		a.targets = append(a.targets, number(t))
	}
	return a.see().aim
}

// Calendar is the bands rule with band 0, up to looks without drift.
func TestBandZeroIsCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := panel(t)
		n := len(in.Targets)
		in.Fill = rapid.SampledFrom([]string{"same_close", "next_close", "next_open"}).Draw(t, "fill")
		in.Costs = []Cost{{Kind: "bps", Rate: 10, Side: "both"}}
		in.Strategy = "calendar"
		calendar := Run(in)
		in.Strategy = "bands"
		in.BandUp, in.BandDown = Same(n, Limit{}), Same(n, Limit{})
		in.RailUp, in.RailDown = Same(n, Limit{}), Same(n, Limit{})
		zero := Run(in)
		if in.Cash < 1 || n == 1 {
			return // every order may be dust
		}
		for s := range calendar.NAV {
			require.InEpsilon(t, calendar.NAV[s].InexactFloat64(), zero.NAV[s].InexactFloat64(), 0.02/in.Cash)
		}
	})
}

// No band is buy and hold, to the last digit.
func TestNoBandIsBuyAndHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := panel(t)
		policy(t, &in)
		in.Strategy = "bands"
		in.BandUp, in.BandDown = Same(len(in.Targets), Limit{None: true}), nil
		none := Run(in)
		in.Strategy = "buy_and_hold"
		require.Equal(t, Run(in).NAV, none.NAV)
	})
}

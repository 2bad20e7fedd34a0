package cost_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
)

// total is what a trade costs.
func total(c sim.Cost, f sim.Fill) float64 {
	fixed, rate := c.Charge(&f)
	return fixed + rate*f.Value
}

// bound is a cost that has seen the panel of A, B and C.
func bound[T cost.Cost](t require.TestingT, c T) T {
	require.NoError(t, c.Bind(market(t, 1)))
	return c
}

// market is a panel of A, B and C with volumes and spreads, days apart.
func market(t require.TestingT, days int) *data.Panel {
	p, err := data.Make(marketTable(days, "A", "B", "C"))
	require.NoError(t, err)
	return p
}

func marketTable(days int, symbols ...string) data.Table {
	const n = 60
	table := data.Table{Symbols: symbols}
	for s := range n {
		table.Dates = append(table.Dates, data.Date(s*days))
		for i := range symbols {
			up := 1 + 0.01*float64((s*(i+2))%5)
			table.Close = append(table.Close, 10*float64(i+1)*up)
			table.Volume = append(table.Volume, 1e6*up)
			table.Spread = append(table.Spread, float64(i))
		}
	}
	return table
}

// A broker that takes half a cent a share, at least 1 and at most 20.
func TestPerShare(t *testing.T) {
	c := bound(t, cost.NewPerShare(0.005, cost.Limits{Min: 1, Max: 20}, cost.Everywhere))
	require.Equal(t, sim.Traits{Dated: true, Sized: true}, c.Traits())
	for _, x := range []struct{ shares, price, want float64 }{
		{0, 50, 1}, {1, 50, 1}, {200, 50, 1}, {201, 50, 1.005}, {1000, 50, 5}, {1000, 200, 5}, {4000, 50, 20}, {4001, 50, 20}, {1e6, 50, 20},
	} {
		f := sim.Fill{Buy: true, Price: x.price, Value: x.shares * x.price}
		require.InDelta(t, x.want, total(c, f), 1e-9, "%v", x)
	}
	c.MaxPart = 0.01 // ten shares of 0.20 are worth 2: 1 % of it, not the least amount
	require.InDelta(t, 0.02, total(c, sim.Fill{Price: 0.2, Value: 2}), 1e-12)
	require.InDelta(t, 1, total(c, sim.Fill{Price: 50, Value: 1000}), 1e-12)
	require.InDelta(t, 0, total(c, sim.Fill{Price: 50}), 1e-12)
	dear := bound(t, cost.NewPerShare(3, cost.Limits{}, cost.Everywhere))
	require.Equal(t, 25.0, total(dear, sim.Fill{Price: 4, Value: 100}), "a quarter of the value, not three")
	_, rate := dear.Charge(&sim.Fill{Price: 100})
	require.Equal(t, 0.03, rate, "the limit for nothing is the plain rate")
}

func TestLimits(t *testing.T) {
	c := bound(t, cost.NewBPS(10, cost.Everywhere))
	require.Equal(t, sim.Traits{}, c.Traits())
	c.Min, c.Max = 5, 60
	require.Equal(t, sim.Traits{Sized: true}, c.Traits())
	for value, want := range map[float64]float64{0: 5, 1: 5, 4_999: 5, 5_000: 5, 6_000: 6, 60_000: 60, 60_001: 60, 1e9: 60} {
		require.InDelta(t, want, total(c, sim.Fill{Value: value}), 1e-9, "%v", value)
	}
	require.NoError(t, c.Check())
	c.Min = 61
	var p *card.Problem
	require.ErrorAs(t, c.Check(), &p)
	require.Equal(t, &card.Problem{Path: "min", What: "min 61: is above max 60"}, p)
	c.Max = 0
	require.NoError(t, c.Check(), "no most at all")
	require.Equal(t, 61.0, total(c, sim.Fill{Value: 10}))
}

func TestHalfSpread(t *testing.T) {
	c := bound(t, cost.NewHalfSpread(2, cost.Everywhere))
	require.Equal(t, sim.Traits{Implicit: true}, c.Traits())
	require.InDelta(t, 2, total(c, sim.Fill{Value: 10_000, Spread: 7}), 1e-12)
	column := bound(t, cost.NewSpreadColumn(cost.Everywhere))
	require.Equal(t, sim.Traits{Dated: true, Implicit: true}, column.Traits())
	require.InDelta(t, 7, total(column, sim.Fill{Value: 10_000, Spread: 7}), 1e-12)
	require.InDelta(t, 2_500, total(column, sim.Fill{Value: 10_000, Spread: 9_999}), 1e-12)
	var lack *cost.Lack
	require.ErrorAs(t, column.Bind(panel(t)), &lack)
	require.Equal(t, "spread", lack.Column)
	require.EqualError(t, lack, "no spread, and half_spread takes it from the data")
	require.NoError(t, c.Bind(panel(t)), "a rate needs no column")
}

func TestHalfSpreadKnobs(t *testing.T) {
	plug, _ := cost.Catalog.Find("half_spread")
	for _, x := range []struct {
		rate, column, path string
	}{{"", "", "rate"}, {"2", "", ""}, {"0", "", ""}, {"", "spread", ""}, {"2", "spread", "column"}, {"0", "spread", "column"}} {
		made, knobs := plug.New()
		if x.rate != "" {
			require.NoError(t, set(t, knobs, "rate", card.T(x.rate)))
		}
		if x.column != "" {
			require.NoError(t, set(t, knobs, "column", card.T(x.column)))
		}
		err := made.(cost.Checker).Check()
		if x.path == "" {
			require.NoError(t, err)
			continue
		}
		var p *card.Problem
		require.ErrorAs(t, err, &p)
		require.Equal(t, x.path, p.Path)
	}
	_, knobs := plug.New()
	require.ErrorContains(t, set(t, knobs, "rate", card.T("2501")), "must be 0 to 2500")
	require.ErrorContains(t, set(t, knobs, "column", card.T("width")), `unknown column "width"; one of spread`)
}

func TestStampDuty(t *testing.T) {
	c := bound(t, cost.NewStampDuty(50, cost.Everywhere))
	require.Equal(t, sim.Traits{}, c.Traits())
	require.InDelta(t, 50, total(c, sim.Fill{Buy: true, Value: 10_000}), 1e-12)
	require.Zero(t, total(c, sim.Fill{Value: 10_000}))
	plug, _ := cost.Catalog.Find("stamp_duty")
	made, knobs := plug.New()
	require.NoError(t, set(t, knobs, "rate", card.T("50")))
	require.NoError(t, made.Bind(panel(t)))
	require.Zero(t, total(made, sim.Fill{Value: 10_000}), "purchases only when nothing is said")
	for side, want := range map[string][2]float64{"both": {50, 50}, "sell": {0, 50}, "buy": {50, 0}} {
		require.NoError(t, set(t, knobs, "side", card.T(side)))
		require.NoError(t, made.Bind(panel(t)))
		require.Equal(t, want, [2]float64{total(made, sim.Fill{Buy: true, Value: 10_000}), total(made, sim.Fill{Value: 10_000})}, side)
	}
}

// What every model says of itself in a report.
func TestLines(t *testing.T) {
	scope := cost.Scope{Side: "sell", Symbols: []string{"B", "C"}, From: 0, Until: 31}
	limited := cost.NewBPS(12.5, cost.Everywhere)
	limited.Min, limited.Max = 1, 20.5
	least := cost.NewBPS(10, cost.Everywhere)
	least.Min = 3
	share := cost.NewPerShare(0.005, cost.Limits{Max: 20}, cost.Everywhere)
	share.MaxPart = 0.01
	for want, c := range map[string]interface{ Line(string) string }{
		"12.5 basis points of the value traded, at least 1 and at most 20.5 EUR a trade":        limited,
		"10 basis points of the value traded, at least 3 EUR a trade":                           least,
		"0.005 EUR a share, at most 20 EUR a trade, at most 1 % of the value":                   share,
		"5 EUR a trade, sales only, B and C only, from 1970-01-01, until 1970-02-01":            cost.NewFixed(5, scope),
		"2 basis points of the value traded":                                                    cost.NewHalfSpread(2, cost.Everywhere),
		"half the spread of the data":                                                           cost.NewSpreadColumn(cost.Everywhere),
		"50 basis points of the value traded, purchases only":                                   cost.NewStampDuty(50, cost.Everywhere),
		"0.8 x volatility x root of (shares / volume), 12 basis points where that is not known": cost.NewSquareRoot(0.8, cost.Impact{Scope: cost.Everywhere, Unknown: 12}),
		"I-Star at 20 % of the volume":                                                          cost.NewIStar(0.2, cost.Impact{Scope: cost.Everywhere}),
		"impact by Almgren et al., in days: 1":                                                  cost.NewAlmgren(1e9, cost.Impact{Scope: cost.Everywhere}),
	} {
		require.Equal(t, want, c.Line("EUR"))
	}
	require.Equal(t, "5 a trade", cost.NewFixed(5, cost.Everywhere).Line(""))
}

func TestDragOfNothing(t *testing.T) {
	require.Zero(t, cost.TwoWay(nil, nil))
	require.Zero(t, cost.Drag(0, 0.01))
	require.Zero(t, cost.Drag(0.2, 0))
}

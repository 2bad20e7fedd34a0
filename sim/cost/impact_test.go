package cost_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
)

var anywhere = cost.Impact{Scope: cost.Everywhere}

// trade is a trade of a part of a volume of a million shares at 50 each.
func trade(part, sigma float64) sim.Fill {
	return sim.Fill{Buy: true, Price: 50, Volume: 1e6, Sigma: sigma, Value: part * 1e6 * 50}
}

// rateOf is the cost of a trade in basis points of its value.
func rateOf(t require.TestingT, c sim.Cost, f sim.Fill) float64 {
	fixed, rate := c.Charge(&f)
	require.Zero(t, fixed)
	return rate * 1e4
}

// The square-root law at a volatility of 2 %: one day's volume costs one day's
// volatility, four times the size twice as much a share.
func TestSquareRoot(t *testing.T) {
	c := bound(t, cost.NewSquareRoot(1, anywhere))
	for part, want := range map[float64]float64{0: 0, 0.01: 20, 0.04: 40, 0.1: 63.245553203367585, 1: 200} {
		require.InDelta(t, want, rateOf(t, c, trade(part, 0.02)), 1e-9, "%v", part)
	}
	require.InDelta(t, 160, rateOf(t, bound(t, cost.NewSquareRoot(0.8, anywhere)), trade(1, 0.02)), 1e-9)
	require.Equal(t, sim.Traits{Dated: true, Sized: true, Implicit: true}, c.Traits())
	require.Equal(t, 2500.0, rateOf(t, c, trade(1e6, 0.02)), "a quarter of the value is the most")
	require.Zero(t, rateOf(t, c, trade(1, 0)), "what does not move has no impact")
}

// The examples that Almgren and others print: a tenth of a day's volume of IBM and
// of DRI in a tenth, a fifth and half of a day. Their table is rounded.
func TestAlmgren(t *testing.T) {
	for _, x := range []struct {
		name                  string
		volume, theta, sigma  float64
		permanent, temp, cost [3]float64 // basis points
	}{
		{"IBM", 6.561e6, 1728e6, 0.0157, [3]float64{19.86, 19.86, 19.86}, [3]float64{22.294, 14.708554681385452, 8.48801218194636}, [3]float64{32.22385095592627, 24.638405637311717, 18.417863137872626}},
		{"DRI", 1.929e6, 168e6, 0.0226, [3]float64{21.68, 21.68, 21.68}, [3]float64{32.092, 21.173, 12.218}, [3]float64{42.93, 32.01, 23.06}},
	} {
		for k, days := range []float64{0.1, 0.2, 0.5} {
			c := cost.NewAlmgren(x.theta, anywhere)
			c.Days = days
			bound(t, c)
			permanent, temporary := c.Cost(0.1, x.theta/x.volume, x.sigma)
			require.InDelta(t, x.permanent[k], permanent*1e4, 0.005, x.name)
			require.InDelta(t, x.temp[k], temporary*1e4, 0.001, x.name)
			f := sim.Fill{Price: 80, Volume: x.volume, Sigma: x.sigma, Value: 0.1 * x.volume * 80}
			require.InDelta(t, x.cost[k], rateOf(t, c, f), 0.01, x.name)
			require.InDelta(t, (permanent/2+temporary)*1e4, rateOf(t, c, f), 1e-9, x.name)
		}
	}
}

// A tenth of a day's volume at a volatility of 20 % a year and 20 % of the market.
func TestIStar(t *testing.T) {
	c := bound(t, cost.NewIStar(0.2, anywhere))
	require.InDelta(t, 63.645038657754704, c.Star(0.1, 0.2), 1e-9)
	require.InDelta(t, 29.16656881554602, c.Cost(0.1, 0.2), 1e-9)
	require.InDelta(t, 29.16656881554602, rateOf(t, c, trade(0.1, 0.2/math.Sqrt(252))), 1e-9)
}

// Weekly sessions hold five days' volume; the models of days take that out.
func TestImpactOfWeeks(t *testing.T) {
	weekly := market(t, 7)
	require.Equal(t, 52.0, weekly.PeriodsPerYear())
	const k = 252.0 / 52
	day := trade(0.1, 0.02)
	week := trade(0.1, 0.02*math.Sqrt(k))
	week.Volume *= k
	for _, c := range []cost.Cost{cost.NewSquareRoot(1, anywhere), cost.NewAlmgren(1e8, anywhere), cost.NewIStar(0.1, anywhere)} {
		require.NoError(t, c.Bind(market(t, 1)))
		want := rateOf(t, c, day)
		require.NoError(t, c.Bind(weekly))
		require.InEpsilon(t, want, rateOf(t, c, week), 1e-12, c.Name())
	}
}

// Where nothing is known before a trade, it costs what the experiment says: 0 when
// it says nothing.
func TestImpactOfTheUnknown(t *testing.T) {
	nan := math.NaN()
	for _, unknown := range []float64{0, 15} {
		impact := cost.Impact{Scope: cost.Everywhere, Unknown: unknown, Untraded: true}
		for _, c := range []cost.Cost{cost.NewSquareRoot(1, impact), cost.NewAlmgren(1e8, impact), cost.NewIStar(0.1, impact)} {
			bound(t, c)
			for _, f := range []sim.Fill{
				{Price: 50, Value: 1000, Volume: nan, Sigma: nan}, {Price: 50, Value: 1000, Volume: 1, Sigma: nan},
				{Price: 50, Value: 1000, Volume: nan, Sigma: 1}, {Price: 50, Value: 1000, Volume: 0, Sigma: 0.01},
			} {
				require.InDelta(t, unknown, rateOf(t, c, f), 1e-12, c.Name())
			}
		}
	}
}

// What a panel must have: volumes, and some of every asset that the cost applies
// to before each session that it applies on.
func TestImpactNeedsVolumes(t *testing.T) {
	models := func(i cost.Impact) []cost.Cost {
		return []cost.Cost{cost.NewSquareRoot(1, i), cost.NewAlmgren(1e8, i), cost.NewIStar(0.1, i)}
	}
	var lack *cost.Lack
	for _, c := range models(anywhere) {
		require.ErrorAs(t, c.Bind(panel(t)), &lack, c.Name())
		require.Equal(t, "volume", lack.Column)
		require.Nil(t, lack.Assets)
	}
	table := market(t, 1).Table()
	volume := append([]float64(nil), table.Volume...)
	for s := range 30 { // B is traded from session 30 on
		volume[s*3+1] = 0
	}
	table.Volume = volume
	p, err := data.Make(table)
	require.NoError(t, err)
	for _, c := range models(anywhere) {
		require.ErrorAs(t, c.Bind(p), &lack, c.Name())
		require.Equal(t, []string{"B"}, lack.Assets)
		require.EqualError(t, lack, "no volume of B, and impact is measured by the volume of the 21 sessions before a trade")
	}
	for name, i := range map[string]cost.Impact{
		"other assets": {Scope: cost.Scope{Symbols: []string{"A", "C"}, From: data.NoDate, Until: data.NoDate}},
		"later dates":  {Scope: cost.Scope{From: 31, Until: data.NoDate}},
		"allowed":      {Scope: cost.Everywhere, Untraded: true},
	} {
		for _, c := range models(i) {
			require.NoError(t, c.Bind(p), name)
		}
	}
	for _, c := range models(cost.Impact{Scope: cost.Scope{From: 30, Until: data.NoDate}}) {
		require.ErrorAs(t, c.Bind(p), &lack, "the 21 sessions before day 30 are empty")
	}
	for _, c := range models(cost.Impact{Scope: cost.Scope{Symbols: []string{"X"}}}) {
		require.EqualError(t, c.Bind(p), "no asset X among the targets")
	}
}

func TestOutstanding(t *testing.T) {
	plug, _ := cost.Catalog.Find("almgren")
	by := func(pairs ...string) card.Value {
		v := card.Value{Kind: card.Map}
		for i := 0; i < len(pairs); i += 2 {
			v.Keys, v.List = append(v.Keys, pairs[i]), append(v.List, card.T(pairs[i+1]))
		}
		return v
	}
	made, knobs := plug.New()
	require.NoError(t, set(t, knobs, "outstanding", by("A", "16e6", "B", "256e6", "C", "1e6")))
	require.NoError(t, set(t, knobs, "eta", card.T("0")))
	bound(t, made)
	a, b := trade(0.1, 0.02), trade(0.1, 0.02)
	b.Asset = 1
	require.InEpsilon(t, 2, rateOf(t, made, b)/rateOf(t, made, a), 1e-12, "sixteen times the shares, twice the permanent impact")

	made, knobs = plug.New()
	require.NoError(t, set(t, knobs, "outstanding", by("A", "16e6", "C", "1e6")))
	var p *card.Problem
	require.ErrorAs(t, made.Bind(market(t, 1)), &p)
	require.Equal(t, &card.Problem{Path: "outstanding", What: "outstanding: no shares of B"}, p)
	require.NoError(t, set(t, knobs, "assets", card.Value{Kind: card.List, List: []card.Value{card.T("A"), card.T("C")}}))
	require.NoError(t, made.Bind(market(t, 1)), "B is none of its assets")
	require.NoError(t, set(t, knobs, "outstanding", card.T("1e9")))
	require.NoError(t, made.Bind(market(t, 1)))
	for _, v := range []card.Value{card.T("0"), card.T("-1"), card.T("2e15"), card.T("many"), by("A", "0"), {Kind: card.List}} {
		require.Error(t, set(t, knobs, "outstanding", v), "%v", v)
	}
}

package experiment

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/cost"
)

// everyCost are all models in every form.
const everyCost = `costs:
  - {model: bps, rate: 10}
  - {model: bps, rate: 10, min: 1, max: 2.5e1, side: sell}
  - {model: fixed, amount: 5, until: 2013-12-31}
  - {model: per_share, amount: 0.005, min: 1, max: 20, max_part: 1%}
  - {model: half_spread, rate: 2}
  - {model: half_spread, column: spread, assets: [B, A]}
  - {model: stamp_duty, rate: 50, side: buy}
  - {model: stamp_duty, rate: 50}
  - {model: square_root, y: 0.8}
  - {model: square_root, unknown: 20}
  - {model: almgren, outstanding: 1e9}
  - {model: almgren, outstanding: {B: 2e8, A: 1000000000}, days: 0.5, gamma: 0.3, eta: 0.1}
  - {model: istar, pov: 20%}
`

// liquid is a panel of every day from 2020-01-01 on with volumes and spreads.
func liquid(t testing.TB, n int) *data.Panel {
	table := traded(t, n, "A", "B").Table()
	table.Spread = make([]float64, len(table.Close))
	for i := range table.Spread {
		table.Spread[i] = 3
	}
	p, err := data.Make(table)
	require.NoError(t, err)
	return p
}

func TestEveryCost(t *testing.T) {
	f := parsed(t, small+everyCost)
	x := bound(t, f, liquid(t, 60))
	require.Len(t, x.Terms.Costs, len(f.Costs))
	trade := &sim.Fill{Session: 30, Date: x.Panel.Date(30), Asset: 1, Buy: true, Price: 100, Value: 10_000, Volume: 1000, Sigma: 0.02, Spread: 3}
	for k, want := range []float64{
		10, 0, 0, 1, 2, 3, 50, 50, 50.596, 63.246, 106.43, 71.05, 0,
	} {
		fixed, rate := x.Terms.Costs[k].Charge(trade)
		if k == 12 {
			require.Positive(t, rate)
			continue
		}
		require.InDelta(t, want, fixed+rate*trade.Value, 0.05, "%d %s", k, f.Costs[k].Model)
	}
	trade.Buy = false
	for k, want := range map[int]float64{1: 10, 6: 0, 7: 0} {
		fixed, rate := x.Terms.Costs[k].Charge(trade)
		require.InDelta(t, want, fixed+rate*trade.Value, 1e-9, "%d", k)
	}
	s := schema(t)
	require.NoError(t, s.Validate(document(t, small+everyCost)))
	require.NoError(t, s.Validate(document(t, string(f.Canonical()))))
}

func TestCanonicalCosts(t *testing.T) {
	f := parsed(t, small+everyCost)
	text := string(f.Canonical())
	again, err := Parse("again.json", f.Canonical())
	require.NoError(t, err)
	require.Equal(t, strings.Replace(text, `"name": "run"`, "", 1), strings.Replace(string(again.Canonical()), `"name": "run"`, "", 1))
	_, costs, _ := strings.Cut(text, `"costs": [`)
	costs, _, _ = strings.Cut(costs, `"execution"`)
	costs = strings.Join(strings.Fields(costs), " ")
	for _, want := range []string{
		`{ "model": "bps", "rate": 10, "min": 1, "max": 25, "side": "sell" }`,
		`{ "model": "per_share", "amount": 0.005, "min": 1, "max": 20, "max_part": 0.01, "side": "both" }`,
		`{ "model": "half_spread", "column": "spread", "side": "both", "assets": [ "A", "B" ] }`,
		`{ "model": "stamp_duty", "rate": 50, "side": "buy" }`,
		`{ "model": "almgren", "outstanding": { "A": 1000000000, "B": 200000000 }, "days": 0.5, "gamma": 0.3, "eta": 0.1, "side": "both" }`,
	} {
		require.Contains(t, strings.NewReplacer("[ ", "[", " ]", "]").Replace(costs), strings.NewReplacer("[ ", "[", " ]", "]").Replace(want))
	}
	g, err := f.With("costs.11.outstanding", "5e8")
	require.NoError(t, err)
	require.Contains(t, string(g.Canonical()), `"outstanding": 500000000`)
}

// What can be wrong with costs, by the entry, which stands in line 6.
func TestCostFindings(t *testing.T) {
	for _, c := range []struct{ entry, want string }{
		{"{model: commission}", `E103 line 6, column 17: costs.0.model: unknown cost model "commission";one of almgren, bps, fixed`},
		{"{model: squareroot}", `E103 line 6, column 17: costs.0.model: unknown cost model "squareroot";Did you mean "square_root"?`},
		{"{model: per_share}", `E132 line 6, column 9: costs.0: key "amount" is missing (cost of a share)`},
		{"{model: per_share, amount: 1, min: 5, max: 2}", "E126 line 6, column 44: costs.0.min 5: is above max 2"},
		{"{model: bps, rate: 1, min: 5, max: 2}", "E126 line 6, column 36: costs.0.min 5: is above max 2"},
		{"{model: bps, rate: 1, max: 0}", "E126 line 6, column 36: costs.0.max 0: must be 1e-06 to 1e+09"},
		{"{model: bps, rate: 1, max_part: 1%}", `E103 line 6, column 31: costs.0: unknown key "max_part"`},
		{"{model: per_share, amount: 1, max_part: 30%}", "E126 line 6, column 49: costs.0.max_part 30%: must be 1e-06 to 0.25"},
		{"{model: half_spread}", "E132 line 6, column 9: costs.0: half_spread needs a rate, or column: spread"},
		{"{model: half_spread, rate: 2, column: spread}", "E126 line 6, column 47: costs.0.column: half_spread has both a rate and a column"},
		{"{model: half_spread, column: width}", `E103 line 6, column 38: costs.0.column: unknown column "width"`},
		{"{model: half_spread, rate: 3000}", "E126 line 6, column 36: costs.0.rate 3000: must be 0 to 2500"},
		{"{model: stamp_duty}", `E132 line 6, column 9: costs.0: key "rate" is missing`},
		{"{model: stamp_duty, rate: 50, side: purchase}", `E103 line 6, column 45: costs.0.side: unknown side "purchase"`},
		{"{model: square_root, y: -1}", "E126 line 6, column 33: costs.0.y -1: must be 0 to 100"},
		{"{model: square_root, Y: 1}", `E103 line 6, column 30: costs.0: unknown key "Y"`},
		{"{model: almgren}", `E132 line 6, column 9: costs.0: key "outstanding" is missing (shares outstanding`},
		{"{model: almgren, outstanding: 0}", "E126 line 6, column 39: costs.0.outstanding 0: must be 1 to 1e+15"},
		{"{model: almgren, outstanding: {A: 1e9, X: 1e9}}", `E320 line 6, column 48: costs.0.outstanding: no asset "X"`},
		{"{model: almgren, outstanding: {A: many, B: 1}}", `E105 line 6, column 43: costs.0.outstanding.A: want a finite number, got "many"`},
		{"{model: almgren, outstanding: 1e9, days: 0}", "E126 line 6, column 50: costs.0.days 0: must be 0.001 to 100"},
		{"{model: istar, pov: 120%}", "E126 line 6, column 29: costs.0.pov 120%: must be 0 to 1"},
	} {
		expect(t, small+"costs: ["+c.entry+"]\n", c.want)
	}
}

// What the prices lack is said with the column that would hold it.
func TestCostsNeedColumns(t *testing.T) {
	finding := func(entry string, p *data.Panel) []string {
		_, err := parsed(t, small+"costs: [{model: bps, rate: 1}, "+entry+"]\n").Bind(p)
		return lines(fault.Of(err))
	}
	volume := " (impact is measured by the volume of the 21 sessions before a trade) Name the column in data.columns.volume. Take another model for what has none, or say with unknown what a trade costs then"
	plain := days(t, 60, "A", "B")
	for _, model := range []string{"square_root", "almgren, outstanding: 1e9", "istar"} {
		name, _, _ := strings.Cut(model, ",")
		require.Equal(t, []string{"E316 line 6, column 40: costs.1: " + name + ", and p.csv has no volume" + volume}, finding("{model: "+model+"}", plain))
	}
	require.Equal(t, []string{"E316 line 6, column 40: costs.1: half_spread, and p.csv has no spread (half_spread takes it from the data) Name the column in data.columns.spread. Give a rate"},
		finding("{model: half_spread, column: spread}", plain))
	require.Empty(t, finding("{model: half_spread, rate: 1}", plain))

	table := traded(t, 60, "A", "B").Table()
	for s := range 25 {
		table.Volume[s*2+1] = 0
	}
	gap, err := data.Make(table)
	require.NoError(t, err)
	require.Equal(t, []string{"E316 line 6, column 40: costs.1: square_root, and p.csv has no volume of B" + volume}, finding("{model: square_root}", gap))
	for _, entry := range []string{"{model: square_root, assets: [A]}", "{model: square_root, from: 2020-01-30}", "{model: square_root, unknown: 10}"} {
		require.Empty(t, finding(entry, gap), entry)
	}
	require.Equal(t, []string{"E126 line 6, column 62: costs.1.outstanding: no shares of B (the keys of a cost must suit one another) Change outstanding, or take it out"}, finding("{model: almgren, outstanding: {A: 1e9}}", liquid(t, 60)))
}

// The example of every card is good.
func TestCostExamples(t *testing.T) {
	for _, p := range cost.Catalog.All() {
		text := strings.Replace(small, "{A: 60%, B: 40%}", "{SPY: 40%, GLD: 30%, VTI: 30%}", 1) + p.Example + "\n"
		_, err := Parse("run.yaml", []byte(text))
		require.NoError(t, err, p.Name)
	}
}

package sim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/tax"
	"evenkeel/strategies"
)

// drawPanel is a market with everything: volumes, spreads, holes, splits and
// dividends.
func drawPanel(t *rapid.T, n, sessions int) *data.Panel {
	table := data.Table{Kind: data.Raw}
	price := make([]float64, n)
	for i := range n {
		table.Symbols = append(table.Symbols, string(rune('A'+i)))
		price[i] = rapid.SampledFrom([]float64{0.5, 10, 100, 3000}).Draw(t, "price")
	}
	holes, acts := rapid.Bool().Draw(t, "holes"), rapid.Bool().Draw(t, "acts")
	for s := range sessions {
		table.Dates = append(table.Dates, data.NewDate(2020, 1, 1)+data.Date(14*s))
		for i := range n {
			stale := holes && s > 0 && rapid.IntRange(0, 9).Draw(t, "hole") == 0
			if !stale {
				price[i] *= 1 + rapid.Float64Range(-0.2, 0.2).Draw(t, "return")
			}
			if acts && !stale && s > 0 && rapid.IntRange(0, 14).Draw(t, "action") == 0 {
				x := data.DatedAction{Date: table.Dates[s], Asset: i, Split: rapid.SampledFrom([]float64{1, 1, 2, 3, 0.1, 1.5, 7}).Draw(t, "split"), Dividend: rapid.SampledFrom([]float64{0, 0.01, 0.5}).Draw(t, "dividend")}
				price[i] /= x.Split
				table.Actions = append(table.Actions, x)
			}
			table.Close = append(table.Close, price[i])
			table.Open = append(table.Open, price[i]*(1+rapid.Float64Range(-0.02, 0.02).Draw(t, "open")))
			table.Stale = append(table.Stale, stale)
			volume := 1e6
			if s > 0 {
				volume = rapid.SampledFrom([]float64{1e6, 0, 5, 1000, 1e9}).Draw(t, "volume")
			}
			table.Volume = append(table.Volume, volume)
			table.Spread = append(table.Spread, rapid.Float64Range(0, 50).Draw(t, "spread"))
		}
	}
	p, err := data.Make(table)
	require.NoError(t, err)
	return p
}

// drawCosts are a few of all kinds of cost.
func drawCosts(t *rapid.T, p *data.Panel) (all []sim.Cost) {
	made := []cost.Cost{
		cost.NewBPS(20, cost.Everywhere), cost.NewFixed(2, cost.Everywhere), cost.NewPerShare(0.01, cost.Limits{Min: 1, Max: 30}, cost.Everywhere),
		cost.NewHalfSpread(3, cost.Everywhere), cost.NewSpreadColumn(cost.Everywhere), cost.NewStampDuty(50, cost.Everywhere),
		cost.NewSquareRoot(0.8, cost.Impact{Scope: cost.Everywhere}),
	}
	for _, c := range made {
		if rapid.IntRange(0, 2).Draw(t, c.Name()) == 0 {
			require.NoError(t, c.Bind(p))
			all = append(all, c)
		}
	}
	return all
}

// drawTerms are terms with a few of all constraints.
func drawTerms(t *rapid.T, p *data.Panel) *sim.Terms {
	n := p.Assets()
	some := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name) == 0 }
	terms := &sim.Terms{
		Fill: rapid.SampledFrom(moments).Draw(t, "fill"), Costs: drawCosts(t, p), Delay: rapid.IntRange(0, 2).Draw(t, "delay"),
		Reserve: rapid.SampledFrom([]float64{0, 0, 100}).Draw(t, "reserve"), FreeOpening: rapid.Bool().Draw(t, "free opening"),
		Bridge: rapid.Bool().Draw(t, "bridge"), Reinvest: rapid.Bool().Draw(t, "reinvest"),
	}
	if some("windows") {
		terms.Windows = p.Calendar(data.Schedule{Every: 3})
	}
	if some("settlement") {
		for range n {
			terms.Settle = append(terms.Settle, rapid.IntRange(0, 3).Draw(t, "settle"))
		}
	}
	if some("participation") {
		terms.Participation = rapid.SampledFrom([]float64{0.01, 0.1, 1}).Draw(t, "part")
	}
	if some("lots") {
		terms.Lot = rapid.SampledFrom([]float64{1, 10, 0.001}).Draw(t, "lot")
	}
	if some("minimum") {
		terms.Minimum = rapid.SampledFrom([]float64{0.001, 50, 2000}).Draw(t, "minimum trade")
		if some("batch") {
			terms.Batch = &sim.Batch{Release: p.Calendar(data.Schedule{Every: 5}), Urgent: rapid.SampledFrom([]float64{0, 0.1}).Draw(t, "urgent")}
		}
	}
	if some("turnover") {
		terms.MaxTurnover = 0.05
	}
	for range rapid.IntRange(0, 3).Draw(t, "restrictions") {
		from := rapid.IntRange(0, p.Sessions()).Draw(t, "from")
		terms.Rules = append(terms.Rules, sim.Restriction{Asset: rapid.IntRange(0, n-1).Draw(t, "asset"), Rule: sim.Rule(rapid.IntRange(0, 3).Draw(t, "rule")), From: from, Until: from + rapid.IntRange(0, 15).Draw(t, "for")})
	}
	return terms
}

// Under every combination of terms, costs, flows, taxes and corporate actions, and
// whatever a policy asks for, the books stay whole and the ledger proves them.
func TestEverythingAtOnce(t *testing.T) {
	some := []float64{0, 0, 0.01, -0.01, 5, -5, 400, -400, 1e4, -1e4, -1e300, math.Inf(-1), math.NaN()}
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPanel(rt, 3, 40)
		targets := []float64{0.5, 0.3, 0.2}
		m := &sim.Mandate{Targets: targets, Cash: rapid.SampledFrom([]float64{20, 1000, 1e6}).Draw(rt, "cash"), Terms: drawTerms(rt, p)}
		if rapid.IntRange(0, 2).Draw(rt, "tax") == 0 {
			lots, err := tax.New(tax.Standard)
			require.NoError(rt, err)
			m.Tax = lots
			m.Terms.KeepShort = rapid.Bool().Draw(rt, "keep short")
		}
		if rapid.Bool().Draw(rt, "flows") {
			drawFlows(rt, m, 40)
		}
		switch rapid.IntRange(0, 3).Draw(rt, "strategy") {
		case 0:
			b := bands(0.05, 0.02, daily)
			b.Funding = strategies.Funding(rapid.IntRange(0, 4).Draw(rt, "funding"))
			b.Pause = rapid.IntRange(0, 1).Draw(rt, "pause")
			m.Policy = bound(t, p, targets, b)
		case 1:
			m.Policy = bound(t, p, targets, strategies.NewCalendar(data.Schedule{Every: 3}))
		case 2:
			m.Policy = bound(t, p, targets, strategies.NewBuyAndHold())
		default:
			asked := rapid.SliceOfN(rapid.SampledFrom(some), 120, 120).Draw(rt, "wishes")
			m.Policy = &adversarial{want: func(v *sim.View, want []float64) { copy(want, asked[v.Session*3:]) }}
		}
		checkFlows(rt, p, m)
	})
}

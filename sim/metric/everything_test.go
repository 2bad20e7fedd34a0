package metric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// drawMarket is a panel of raw closes with volumes, holes, splits and dividends.
// The last asset's life ends before the session ends.
func drawMarket(t *rapid.T, n, sessions, ends int) *data.Panel {
	table := data.Table{Kind: data.Raw}
	price := make([]float64, n)
	for i := range n {
		table.Symbols = append(table.Symbols, string(rune('A'+i)))
		price[i] = rapid.SampledFrom([]float64{1, 10, 100, 3000}).Draw(t, "price")
	}
	for s := range sessions {
		table.Dates = append(table.Dates, data.Date(7*s))
		for i := range n {
			stale := s > 0 && rapid.IntRange(0, 19).Draw(t, "hole") == 0
			if !stale {
				price[i] *= 1 + rapid.Float64Range(-0.1, 0.1).Draw(t, "return")
			}
			if !stale && s > 0 && rapid.IntRange(0, 9).Draw(t, "action") == 0 {
				x := data.DatedAction{Date: table.Dates[s], Asset: i, Split: rapid.SampledFrom([]float64{1, 1, 2, 0.1, 1.5}).Draw(t, "split"), Dividend: price[i] * rapid.SampledFrom([]float64{0, 0.01, 0.2}).Draw(t, "dividend")}
				price[i] = max(0.01, (price[i]-x.Dividend)/x.Split)
				table.Actions = append(table.Actions, x)
			}
			table.Close = append(table.Close, price[i])
			table.Open = append(table.Open, price[i]*(1+rapid.Float64Range(-0.02, 0.02).Draw(t, "open")))
			table.Stale = append(table.Stale, stale)
			table.Volume = append(table.Volume, rapid.SampledFrom([]float64{1e9, 1e6, 1000, 0}).Draw(t, "volume"))
		}
	}
	for i := range n {
		table.Lives = append(table.Lives, [2]int{0, sessions})
		if i == n-1 {
			table.Lives[i][1] = ends
		}
	}
	p, err := data.Make(table)
	require.NoError(t, err)
	return p
}

// drawTerms are terms with a few of all the limits that keep orders from being
// filled at once and in full.
func drawTerms(t *rapid.T, p *data.Panel) *sim.Terms {
	some := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name) == 0 }
	terms := &sim.Terms{
		Fill: sim.FillTime(rapid.IntRange(0, 2).Draw(t, "fill")), Delay: rapid.IntRange(0, 2).Draw(t, "delay"),
		Bridge: rapid.Bool().Draw(t, "bridge"), Reinvest: rapid.Bool().Draw(t, "reinvest"), FreeOpening: rapid.Bool().Draw(t, "free"),
		Costs: []sim.Cost{bill{rate: 0.002}, bill{rate: 0.001, implicit: true}},
	}
	if some("windows") {
		terms.Windows = p.Calendar(data.Schedule{Every: 3})
	}
	if some("settlement") {
		for range p.Assets() {
			terms.Settle = append(terms.Settle, rapid.IntRange(0, 3).Draw(t, "sessions"))
		}
	}
	if some("participation") {
		terms.Participation = rapid.SampledFrom([]float64{0.01, 0.1}).Draw(t, "part")
	}
	if some("lots") {
		terms.Lot = rapid.SampledFrom([]float64{1, 10}).Draw(t, "lot")
	}
	if some("minimum") {
		terms.Minimum = rapid.SampledFrom([]float64{5000, 60_000}).Draw(t, "least")
		if rapid.Bool().Draw(t, "batch") {
			terms.Batch = &sim.Batch{Release: p.Calendar(data.Schedule{Every: 5}), Urgent: rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "urgent")}
		}
	}
	if some("turnover") {
		terms.MaxTurnover = 0.05
	}
	if some("restriction") {
		from := rapid.IntRange(0, p.Sessions()).Draw(t, "from")
		terms.Rules = append(terms.Rules, sim.Restriction{Asset: 0, Rule: sim.Rule(rapid.IntRange(0, 3).Draw(t, "rule")), From: from, Until: from + 15})
	}
	return terms
}

// drawEverything is a run with a bit of all that can happen to an account.
func drawEverything(t *rapid.T) *sim.Record {
	sessions := rapid.IntRange(10, 40).Draw(t, "sessions")
	ends := sessions
	if rapid.Bool().Draw(t, "ending") {
		ends -= 3
	}
	p := drawMarket(t, 3, sessions, ends)
	m := &sim.Mandate{Policy: sway{rapid.Uint64().Draw(t, "wishes"), rapid.Uint64Range(1, 5).Draw(t, "every")}, Targets: equal(3), Cash: 1e6, Terms: drawTerms(t, p)}
	if rapid.Bool().Draw(t, "flows") {
		m.Flows = []sim.Flow{{Session: 4, Amount: 50_000}, {Session: 7, Percent: -0.1}}
	}
	if rapid.Bool().Draw(t, "targets") {
		m.Changes = []sim.Change{{Session: 6, Targets: []float64{0.2, 0.3, 0.5}}}
	}
	if ends < sessions {
		m.Endings = []sim.Ending{{Session: ends, Asset: 2, Price: rapid.SampledFrom([]float64{0, 5}).Draw(t, "worth")}}
		m.Changes = append(m.Changes, sim.Change{Session: ends, Targets: []float64{0.5, 0.5, 0}})
	}
	return replayed(t, p, m)
}

// Delays, windows, settlement, volume, lots, minimums, batches, restrictions,
// splits, dividends and an asset that ends: whatever kept orders from being filled,
// paper less real is the sum over the orders.
func TestShortfallOfEverything(t *testing.T) {
	states := map[sim.State]int{}
	rapid.Check(t, func(t *rapid.T) {
		r := drawEverything(t)
		p := r.Panel
		s := metric.ShortfallOf(r)
		for i := range r.Log.Orders {
			states[r.Log.Orders[i].State]++
		}
		most := r.NAV[r.First]
		for _, v := range r.NAV {
			most = max(most, v)
		}
		rounding := 0.0 // a split leaves whole hundred-millionths of a share
		for _, e := range r.Log.Entries {
			if e.Kind == sim.EntrySplit {
				dearest := 0.0
				for at := range r.End {
					dearest = max(dearest, p.Close(at)[e.Asset])
				}
				rounding += 2e-8 * dearest
			}
		}
		require.InDelta(t, 0, s.Residual(), 1e-9*most+rounding, "NAV %v", r.NAV[r.End-1])
		require.InDelta(t, r.Tally.Cost.Money(), (s.Explicit + implicitOf(s)), 1e-6)

		efficiency := metric.Find(metric.Compute(&metric.Input{Record: r, PeriodsPerYear: 52}), "rebalancing_efficiency")
		require.True(t, math.IsNaN(efficiency) || efficiency >= 0 && efficiency <= 1+1e-12, "%v", efficiency)
		for _, e := range metric.Events(r) {
			require.True(t, e.Allocation >= 0 && e.Allocation <= 1+1e-12, "%v", e)
			require.True(t, e.Efficiency() >= 0 && e.Efficiency() <= 1+1e-12, "%v", e)
		}
	})
	if testing.Short() { // so few draws need not meet every state
		return
	}
	for _, want := range []sim.State{sim.StatePending, sim.StateFilled, sim.StatePart, sim.StateMissed, sim.StateQueued, sim.StateBatched} {
		require.Positive(t, states[want], "no order was %s", want)
	}
}

func implicitOf(s *metric.Shortfall) float64 {
	sum := 0.0
	for i := range s.Orders {
		sum += s.Orders[i].Implicit
	}
	return sum
}

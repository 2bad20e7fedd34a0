package run

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
	"evenkeel/sim/cost"
)

// The columns of orders.parquet add up to what summary.json says, in every form.
func TestOrdersAddUpToTheShortfall(t *testing.T) {
	for _, fill := range reporttest.Fills() {
		run := unevenRun(t, fill)
		table := read(t, tables(t, run), "orders.parquet")
		for i := range run.Policies {
			p := &run.Policies[i]
			sums := map[string]float64{}
			for _, r := range of(table, p.Name) {
				at := func(name string) float64 { return table.Column(name).Float(r) }
				wagner := at("delay") + at("trading") + at("opportunity") + at("explicit")
				for _, form := range []float64{wagner, at("execution") + at("missed") + at("explicit"), at("delay_executed") + at("trading") + at("missed") + at("explicit")} {
					require.InDelta(t, at("shortfall"), form, 1e-6)
				}
				for _, name := range []string{"delay", "trading", "opportunity", "explicit", "shortfall"} {
					sums[name] += at(name)
				}
			}
			for column, key := range map[string]string{"delay": "shortfall_delay", "trading": "shortfall_trading", "opportunity": "shortfall_opportunity", "explicit": "shortfall_explicit", "shortfall": "shortfall_total"} {
				require.InDelta(t, p.Value(key), sums[column], 1e-5, "%s: %s", p.Name, key)
			}
			require.InDelta(t, 0, p.Value("shortfall_residual"), 1e-9*p.Value("final_nav"))
		}
	}
}

// Costs by year and component add up to all costs, and so do the trades'.
func TestCostsAddUp(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 700)
	targets := []float64{0.4, 0.2, 0.2, 0.2}
	terms := reporttest.TenBPS(t, p, sim.NextClose)
	fixed := cost.NewFixed(3, cost.Everywhere)
	require.NoError(t, fixed.Bind(p))
	terms.Costs = append(terms.Costs, fixed, terms.Costs[0])
	run := replay(t, p, targets, terms, reporttest.Monthly("month-end"), reporttest.Banded("bands", targets, 0.08, 0.06))
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "costs", "trades"))
	costs, trades := read(t, m, "costs.parquet"), read(t, m, "trades.parquet")
	for i := range run.Policies {
		x := &run.Policies[i]
		sum, initial, n := 0.0, 0.0, int64(0)
		names := map[string]bool{}
		for _, r := range of(costs, x.Name) {
			c := costs.Column("cost").Float(r)
			sum += c
			if costs.Column("opening").Bools[r] {
				initial += c
			}
			names[costs.Column("component").Text(r)] = true
			n += costs.Column("charges").Ints[r]
			require.Equal(t, "explicit", costs.Column("kind").Text(r))
			require.InDelta(t, c/costs.Column("mean_nav").Float(r)*1e4, costs.Column("bps_of_nav").Float(r), 1e-9)
		}
		require.Equal(t, map[string]bool{"bps": true, "fixed": true, "bps 2": true}, names)
		require.InDelta(t, x.Record.Tally.Cost.Money(), sum, 1e-6)
		require.InDelta(t, x.Record.Tally.CostInitial.Money(), initial, 1e-6)
		rows := of(trades, x.Name)
		require.EqualValues(t, 3*len(rows), n)
		all := 0.0
		for _, r := range rows {
			all += trades.Column("explicit_cost").Float(r)
			require.Zero(t, trades.Column("implicit_cost").Float(r))
			require.Zero(t, trades.Column("unsettled").Float(r))
		}
		require.InDelta(t, sum, all, 1e-6)
	}
}

// Nothing is charged: no table of costs. No journal: neither picture nor section.
func TestWithoutCostsOrJournal(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B"}, 60)
	run := replay(t, p, []float64{0.5, 0.5}, &sim.Terms{}, reporttest.Never())
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run))
	require.NotContains(t, m, "costs.parquet")
	require.Contains(t, m, "plots/shortfall.svg")
	run.Policies[0].Record.Log = nil
	run.Policies[0].Statement = nil
	m = reporttest.Memory{}
	require.NoError(t, Write(m, run))
	require.NotContains(t, m, "plots/shortfall.svg")
	require.NotContains(t, string(m["report.md"]), "## Implementation shortfall")
}

func TestReasons(t *testing.T) {
	r := &sim.Record{Log: &sim.Log{Orders: []sim.Order{
		{State: sim.StateMissed, Reason: sim.ReasonMinimum}, {State: sim.StateFilled}, {State: sim.StatePart, Reason: sim.ReasonCash},
		{State: sim.StateMissed, Reason: sim.ReasonTax}, {State: sim.StatePart, Reason: sim.ReasonCash}, {State: sim.StateBatched},
	}}}
	require.Equal(t, "cash 2, minimum 1, short term gain 1", reasonsLine(r))
	require.Equal(t, "none", reasonsLine(&sim.Record{Log: &sim.Log{}}))
	require.Equal(t, draw.Undefined, reasonsLine(&sim.Record{}))
}

// The steps of the picture are the parts; the total stands on its own.
func TestFallSteps(t *testing.T) {
	f := fall{steps: [6]float64{3, -1, 2, 4, 1, 9}}
	var spans [][2]float64
	for k := range f.steps {
		from, to := f.at(k)
		spans = append(spans, [2]float64{from, to})
	}
	require.Equal(t, [][2]float64{{0, 3}, {3, 2}, {2, 4}, {4, 8}, {8, 9}, {0, 9}}, spans)

	run := unevenRun(t, sim.NextClose)
	x := fallOf(&run.Policies[1])
	require.InDelta(t, run.Policies[1].Value("shortfall_per_year")*1e4, x.steps[5], 1e-9)
	require.InDelta(t, run.Policies[1].Value("shortfall_total"), x.total, 1e-9)
	require.InDelta(t, x.steps[5], x.steps[0]+x.steps[1]+x.steps[2]+x.steps[3]+x.steps[4], 1e-9)
	run.Policies[1].Record.Log = nil
	require.True(t, math.IsNaN(fallOf(&run.Policies[1]).steps[5]))
	require.Equal(t, 1, strings.Count(fallLine(run, &run.Policies[1], &x, true), "no journal"))
}

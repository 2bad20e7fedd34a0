package run

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
	"evenkeel/sim/ledger"
	"evenkeel/sim/metric"
)

// everyTerms are ways in which orders wait, or do not.
func everyTerms(t testing.TB, p *data.Panel) (all []*sim.Terms) {
	thursdays := data.Schedule{Days: data.WeekdayMask(4)}
	for _, fill := range reporttest.Fills() {
		plain, slow, windows := reporttest.TenBPS(t, p, fill), reporttest.TenBPS(t, p, fill), reporttest.TenBPS(t, p, fill)
		slow.Delay, windows.Windows = 3, p.Calendar(thursdays)
		all = append(all, plain, slow, windows)
	}
	return all
}

// eachDated calls f for every combination of terms, flows and new targets.
func eachDated(t *testing.T, f func(t *testing.T, run *Run)) {
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 320)
	for i, terms := range everyTerms(t, p) {
		for k := range 4 {
			t.Run(fmt.Sprintf("terms=%d/flows=%v/changes=%v", i, k&1 > 0, k&2 > 0), func(t *testing.T) {
				f(t, dated(t, terms, p, k&1 > 0, k&2 > 0))
			})
		}
	}
}

func TestEveryLookHasItsRow(t *testing.T) {
	states, reasons := map[string]int{}, map[string]int{}
	eachDated(t, func(t *testing.T, run *Run) {
		m := reporttest.Memory{}
		require.NoError(t, Write(m, run, "looks"))
		table := read(t, m, "looks.parquet")
		for i := range run.Policies {
			p := &run.Policies[i]
			spy := p.Record.Mandate.Policy.(*reporttest.Spied)
			counted, traded, unfunded, asked := 0, 0, 0, 0
			targets := NewInForce(p.Record.Mandate)
			for _, row := range of(table, p.Name) {
				state := table.Column("state").Text(row)
				states[state]++
				reasons[table.Column("reason").Text(row)]++
				if state != "paused" {
					counted++
				}
				switch state {
				case "traded":
					traded++
				case "unfunded":
					unfunded++
				}
				require.Equal(t, state == "traded", table.Column("reason").Null(row), "%s row %d: %s", p.Name, row, state)
				require.Equal(t, state == "traded", table.Column("orders").Ints[row] > 0)
				require.Equal(t, state != "traded" && state != "unfunded", table.Column("cause").Null(row))
				s := sessionOf(t, run.Panel, table.Column("date").Days[row])
				now := targets.At(s)
				require.Equal(t, targets.since == s, table.Column("new_targets").Bools[row])
				if x, ok := spy.At[s]; ok {
					asked++
					require.InDelta(t, x.Nav, table.Column("nav").Float(row), 1e-6)
					require.InDelta(t, halfDrift(x.Weights, now), table.Column("drift").Float(row), 1e-9)
				}
			}
			tally := &p.Record.Tally
			require.Equal(t, tally.Looks, counted, p.Name)
			require.Equal(t, tally.Rebalances, traded, p.Name)
			require.Equal(t, tally.Unfunded, unfunded, p.Name)
			require.True(t, p.Name == "never" || asked > 0)
		}
	})
	for _, s := range []string{"in_band", "traded", "unfunded", "paused", "orders_open"} {
		require.Positive(t, states[s], s)
	}
	for _, r := range []string{"within_limits", "no_funds", "pause", "delay", "window"} {
		require.Positive(t, reasons[r], r)
	}
}

// What the account does by itself is no look and no rebalance: a release of the
// batch, which the tables of looks, years and months leave out as the tally does.
func TestReleasesAreNoLooks(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 320)
	terms := reporttest.TenBPS(t, p, sim.NextClose)
	terms.Minimum = 4000
	terms.Batch = &sim.Batch{Release: p.Calendar(reporttest.MonthEnd)}
	run := dated(t, terms, p, true, false)
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "looks"))
	table, releases := read(t, m, "looks.parquet"), 0
	for i := range run.Policies {
		p := &run.Policies[i]
		for k := range p.Record.Log.Decisions {
			if p.Record.Log.Decisions[k].Cause == sim.CauseBatch {
				releases++
			}
		}
		looks := 0
		for _, row := range of(table, p.Name) {
			require.NotEqual(t, "batch", table.Column("cause").Text(row))
			if state := table.Column("state").Text(row); state != "paused" && state != stateWaiting {
				looks++
			}
		}
		require.Equal(t, p.Record.Tally.Looks, looks, p.Name)
		require.Len(t, Rebalances(p.Record), p.Record.Tally.Rebalances, p.Name)
		sum := 0.0
		for _, y := range metric.Years(&metric.Input{Record: p.Record, PeriodsPerYear: 252}) {
			sum += y.Rebalances
		}
		require.EqualValues(t, p.Record.Tally.Rebalances, sum, p.Name)
	}
	require.Positive(t, releases)
}

// A trigger that led to no order says what of the terms left none.
func TestTriggersWithoutOrdersSayWhy(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 320)
	never := make([]sim.Restriction, 4)
	for i := range never {
		never[i] = sim.Restriction{Asset: i, Rule: sim.NoSell, From: 1, Until: p.Sessions()}
	}
	for reason, c := range map[string]struct {
		state  string
		change func(x *sim.Terms)
	}{
		"turnover":   {"unfunded", func(x *sim.Terms) { x.MaxTurnover = 1e-12 }},
		"minimum":    {"below_minimum", func(x *sim.Terms) { x.Minimum = 1e9 }},
		"lot":        {"below_minimum", func(x *sim.Terms) { x.Lot = 1e6 }},
		"restricted": {"restricted", func(x *sim.Terms) { x.Rules = never }},
	} {
		terms := reporttest.TenBPS(t, p, sim.NextClose)
		c.change(terms)
		run, m := dated(t, terms, p, false, false), reporttest.Memory{}
		require.NoError(t, Write(m, run, "looks"))
		table, found := read(t, m, "looks.parquet"), 0
		for i := range run.Policies {
			for _, row := range of(table, run.Policies[i].Name) {
				if table.Column("state").Text(row) == c.state && table.Column("reason").Text(row) == reason {
					require.Positive(t, table.Column("orders").Ints[row])
					found++
				}
			}
		}
		require.Positive(t, found, reason)
	}
}

func sessionOf(t *testing.T, p *data.Panel, d data.Date) int {
	for s, x := range p.Dates() {
		if x == d {
			return s
		}
	}
	require.Fail(t, "no session", d)
	return 0
}

func TestTurnoverAndFlowsAddUpToTheTally(t *testing.T) {
	eachDated(t, func(t *testing.T, run *Run) {
		for i := range run.Policies {
			p := &run.Policies[i]
			r, tally := p.Record, &p.Record.Tally
			require.Len(t, Rebalances(r), tally.Rebalances)
			byYear, cost, in, out := 0.0, sim.Micros(0), sim.Micros(0), sim.Micros(0)
			for _, y := range years(p, 2005, 2) {
				byYear += y.Turnover
				cost += y.Cost
			}
			require.InDelta(t, tally.Turnover, byYear, 1e-12)
			require.Equal(t, tally.Cost-tally.CostInitial, cost)
			for _, f := range flowYears(p, 2005, 2) {
				in, out = in+f.In, out+f.Out
			}
			require.Equal(t, tally.Deposits, in)
			require.Equal(t, tally.Withdrawals, out)
			for _, v := range events(r) {
				terms := r.Mandate.Terms
				if v.Filled < 0 || r.Flow != nil || terms.Fill == sim.NextOpen || terms.Fill == sim.SameClose && terms.Windows != nil {
					continue // a session of two fills, or one at another price than NAV's
				}
				before := r.NAV[v.Filled] + v.Cost.Money() // at closes, trades cost NAV their costs alone
				require.InDelta(t, (v.Bought+v.Sold).Money()/2/before, v.Turnover, 1e-12)
			}
		}
	})
}

func TestFlowsTable(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 320)
	run := dated(t, reporttest.TenBPS(t, p, sim.NextClose), p, true, true)
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "flows", "nav", "weights"))
	table, nav, weights := read(t, m, "flows.parquet"), read(t, m, "nav.parquet"), read(t, m, "weights.parquet")
	for i := range run.Policies {
		p := &run.Policies[i]
		var lines []ledger.Line
		for _, l := range p.Statement.Lines {
			if l.Kind == sim.EntryFlow {
				lines = append(lines, l)
			}
		}
		rows := of(table, p.Name)
		require.Len(t, rows, len(lines))
		for k, row := range rows {
			require.Equal(t, lines[k].Cash.Abs().StringFixed(6), table.Column("amount").Decimals[row].Text(6))
			require.Equal(t, lines[k].After.StringFixed(6), table.Column("cash_after").Decimals[row].Text(6))
			require.Equal(t, map[bool]string{true: "withdrawal", false: "deposit"}[lines[k].Cash.IsNegative()], table.Column("kind").Text(row))
		}
		reference := metric.PolicyReturns(run.Panel, p.Record.Mandate.Targets, p.Record.Mandate.Changes...)
		rows = of(nav, p.Name)
		for s := 1; s < len(rows); s++ {
			at := func(name string, s int) float64 { return nav.Column(name).Float(rows[s]) }
			require.Equal(t, p.Record.Flow[s], at("flow", s))
			before, in := at("nav", s)-at("flow", s)+at("cost", s), max(0, at("flow", s))
			require.InDelta(t, before/at("nav", s-1)*(1-at("cost", s)/(before+in))-1, at("return", s), 1e-12)
			require.InDelta(t, at("index", s)/at("index", s-1)-1, at("return", s), 1e-12)
			require.Equal(t, reference[s], at("reference_return", s))
		}
		first := of(weights, p.Name)[0]
		for s, want := range map[int]float64{0: 0.4, 99: 0.4, 100: 0.2, 200: 0.2, 201: 0} {
			require.Equal(t, want, weights.Column("target").Float(first+4*s))
		}
	}
	m = reporttest.Memory{}
	require.NoError(t, Write(m, five(t, 40), "flows"))
	require.Empty(t, m, "nothing flowed")
}

func TestReportTellsOfFlowsAndNewTargets(t *testing.T) {
	t.Cleanup(draw.Coarse())
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 320)
	terms := reporttest.TenBPS(t, p, sim.NextClose)
	terms.Delay, terms.Windows = 1, p.Calendar(reporttest.MonthEnd)
	m, run := reporttest.Memory{}, dated(t, terms, p, true, true)
	require.NoError(t, Write(m, run))
	report := string(m["report.md"])
	for _, want := range []string{
		"; from 2005-05-23: A 20 %, B 30 %, C 50 %; from 2005-10-11: B 40 %, C 30 %, D 30 %",
		"later, or the first trading window", "## Flows", "### Deposits", "### Withdrawals", "Returns are time-weighted",
	} {
		require.Contains(t, report, want)
	}
	_, lists, ok := strings.Cut(report, "## Largest and last rebalances")
	require.True(t, ok)
	lists, _, _ = strings.Cut(lists, "## Definitions")
	require.NotContains(t, lists, "| deposit |")
	require.NotContains(t, lists, "| withdrawal |")
	require.Contains(t, string(m["plots/growth.svg"]), "taken out beneath")
	require.Contains(t, string(m["plots/weights-bands.svg"]), "targets 0 % to 40 %, last 0 %")
	require.Contains(t, string(m["plots/weights-bands.svg"]), "sale for a withdrawal")
	require.NotContains(t, report, "NaN")
}

// An account that is paid out in full has no return afterwards, and still a report.
func TestEmptiedAccount(t *testing.T) {
	t.Cleanup(draw.Coarse())
	p := reporttest.Walk(t, []string{"A", "B"}, 80)
	x := reporttest.Banded("bands", []float64{0.5, 0.5}, 0.2, 0.1)
	x.Flows = []sim.Flow{{Session: 40, Amount: -1e8}, {Session: 60, Amount: 1000}}
	idle := reporttest.Never()
	idle.Flows = x.Flows
	run := replay(t, p, []float64{0.5, 0.5}, reporttest.TenBPS(t, p, sim.NextClose), idle, x)
	require.Positive(t, run.Policies[1].Record.Tally.Unpaid)
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run))
	require.NotContains(t, string(m["report.md"]), "NaN")
	require.Contains(t, string(m["report.md"]), "was ruined on")
	for name, content := range m {
		if strings.HasSuffix(name, ".svg") {
			require.NotContains(t, string(content), "NaN", name)
			require.NotContains(t, string(content), "Inf", name)
		}
	}
}

// No table shows a return of an account after its ruin, though money comes again.
func TestNoReturnsAfterRuin(t *testing.T) {
	t.Cleanup(draw.Coarse())
	p := reporttest.Walk(t, []string{"A", "B"}, 600)
	x := reporttest.Banded("bands", []float64{0.5, 0.5}, 0.2, 0.1)
	x.Flows = []sim.Flow{{Session: 40, Amount: -1e8}, {Session: 60, Amount: 5000}}
	run := replay(t, p, []float64{0.5, 0.5}, reporttest.TenBPS(t, p, sim.NextClose), reporttest.Never(), x)
	ruined := &run.Policies[1]
	require.InDelta(t, 41, ruined.Record.Tally.Ruined, 1)
	last := ruined.ended() - 1
	y0, m0, _ := p.Date(last).Civil()
	require.Less(t, ruined.total(), 0.5)
	require.Equal(t, ruined.Index()[last]/ruined.Index()[0]-1, ruined.total())
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run))

	table := read(t, m, "periods.parquet")
	later := 0
	for _, i := range of(table, "bands") {
		y, month := int(table.Column("year").Ints[i]), int(table.Column("month").Ints[i])
		after := y > y0 || y == y0 && month > m0
		if after {
			later++
		}
		for _, name := range []string{"return", "reference_return", "volatility", "drawdown", "tracking_error"} {
			if few := y == y0 && month == m0; !few { // of fewer than two returns a deviation is undefined
				require.Equal(t, after, math.IsNaN(floatAt(table, name, i)), "%s of %d-%d", name, y, month)
			}
		}
		if y == y0 && month == 0 {
			require.Equal(t, ruined.total(), floatAt(table, "return", i), "of the year of ruin")
		}
	}
	require.Greater(t, later, 20)
	parts, years := read(t, m, "contributions.parquet"), 0
	for _, i := range of(parts, "bands") {
		if y, err := strconv.Atoi(parts.Column("period").Text(i)); err == nil && parts.Column("symbol").Text(i) == "" {
			years++
			require.Equal(t, y > y0, math.IsNaN(floatAt(parts, "return", i)))
			require.Equal(t, y > y0, math.IsNaN(floatAt(parts, "tax_part", i)))
			require.False(t, math.IsNaN(floatAt(parts, "end_nav", i)))
		}
	}
	require.Equal(t, 3, years)

	report := string(m["report.md"])
	_, report, _ = strings.Cut(report, "### Return\n")
	require.Regexp(t, fmt.Sprintf(`\| %d \| [^|n]*%% \| n/a \|`, y0+1), report)
	require.Contains(t, report, ruinNote)
	page := string(m["report.html"])
	require.Contains(t, page, ruinNote)
	_, months, _ := strings.Cut(page, "By month")
	require.Greater(t, strings.Count(months, ">n/a<"), 20)
	require.Contains(t, string(m["plots/growth.svg"]), "drawdowns end with ruin")
	require.NotContains(t, report, "NaN")
	require.NotContains(t, page, ">NaN") // scripts say isNaN
}

// A line of steps has a corner at each change, and many changes stay few corners.
func TestStairsFollowTheTargets(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B"}, 2000)
	x := reporttest.Monthly("adaptive")
	for s := 1; s < 2000; s++ {
		a := 0.5 + 0.4*math.Sin(float64(s)/90)
		x.Changes = append(x.Changes, sim.Change{Session: s, Targets: []float64{a, 1 - a}})
	}
	run := replay(t, p, []float64{0.5, 0.5}, reporttest.TenBPS(t, p, sim.NextClose), x)
	w := foldWeights(&run.Policies[0])
	pan := &draw.Panel{Box: draw.Rect(0, 0, 700, 100), X: draw.DateScale(p.Dates()), Y: draw.Scale{Lo: 0, Hi: 1}}
	all := w.stairs(pan, 0, 300)
	require.LessOrEqual(t, len(all), 300)
	require.Greater(t, len(all), 200)
	for i := range all {
		require.Less(t, all[i].From, all[i].To)
		require.True(t, i == 0 || all[i].From == all[i-1].To)
	}
	require.Equal(t, pan.Box.Min.X, all[0].From)
	require.Equal(t, pan.Box.Max.X, all[len(all)-1].To)
	require.Equal(t, x.Changes[len(x.Changes)-1].Targets[0], all[len(all)-1].Target)
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "plot-weights"))
	require.Less(t, len(m["plots/weights-adaptive.svg"]), 300_000)
}

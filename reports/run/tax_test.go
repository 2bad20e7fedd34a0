package run

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

// taxed is a run of a calendar and of buy and hold whose gains are taxed.
func taxed(t testing.TB, p *data.Panel, r tax.Rules) *Run {
	targets := make([]float64, p.Assets())
	for i := range targets {
		targets[i] = 1 / float64(len(targets))
	}
	run := &Run{Name: "taxed", Currency: "USD", Panel: p, Targets: targets, PeriodsPerYear: 252}
	r.Keep = true
	for _, x := range []reporttest.Plan{reporttest.Never(), reporttest.Monthly("monthly")} {
		a, err := tax.New(r)
		require.NoError(t, err)
		require.NoError(t, x.Policy.Bind(p, targets))
		runner, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, runner.Set(0, &sim.Mandate{Policy: x.Policy, Targets: targets, Terms: reporttest.TenBPS(t, p, sim.NextClose), Cash: 1e6, Tax: a}))
		runner.Run()
		record := runner.Record(0)
		run.Policies = append(run.Policies, Policy{Name: x.Name, Title: x.Title, Record: &record, Values: metric.Compute(&metric.Input{Record: &record, PeriodsPerYear: 252})})
	}
	return run
}

// The rows of a policy's lots add up to its journal and to its measures.
func TestLots(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 900)
	run := taxed(t, p, tax.Standard)
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "lots"))
	table := read(t, m, "lots.parquet")
	col := func(name string) *columnar.Column { return table.Column(name) }
	var short, long, disallowed, paid, brought, left float64
	states := map[string]int{}
	for i := range table.Rows() {
		if run.Policies[1].Name != col("policy").Text(i) {
			require.Equal(t, "held", col("state").Text(i), "buy and hold sells nothing")
			continue
		}
		state := col("state").Text(i)
		states[state]++
		basis, proceeds, gain := col("basis").Float(i), col("proceeds").Float(i), col("gain").Float(i)
		require.InDelta(t, proceeds-basis, gain, 1e-5)
		paid += basis - col("disallowed").Float(i)
		if state == "held" {
			require.True(t, col("sold").Null(i))
			left += col("shares").Float(i)
			continue
		}
		brought += proceeds
		disallowed += col("disallowed").Float(i)
		counted := gain + col("disallowed").Float(i)
		if col("long").Bools[i] {
			long += counted
		} else {
			short += counted
		}
	}
	require.Positive(t, states["sold"])
	require.Equal(t, 2, len(states))
	policy := &run.Policies[1]
	require.InDelta(t, policy.Value("gains_short"), short, 1e-3)
	require.InDelta(t, policy.Value("gains_long"), long, 1e-3)
	require.InDelta(t, policy.Value("losses_disallowed"), disallowed, 1e-3)
	require.Positive(t, disallowed)
	var out, in, units float64
	for _, e := range policy.Record.Log.Entries {
		switch e.Kind {
		case sim.EntryBuy:
			out -= e.Cash.Money()
		case sim.EntrySell:
			in += e.Cash.Money()
		case sim.EntryCost:
			if o := policy.Record.Log.Orders[e.Order]; o.Units > 0 {
				out -= e.Cash.Money()
			} else {
				in += e.Cash.Money()
			}
		}
	}
	for _, u := range policy.Record.Units {
		units += u.Shares()
	}
	require.InDelta(t, out, paid, 1e-3)
	require.InDelta(t, in, brought, 1e-3)
	require.InDelta(t, units, left, 1e-6)
}

func TestTaxesInMarkdown(t *testing.T) {
	run := taxed(t, reporttest.Walk(t, []string{"A", "B", "C", "D"}, 900), tax.Standard)
	var b strings.Builder
	require.NoError(t, Markdown(&b, run))
	text := b.String()
	for _, want := range []string{
		"## Taxes, in USD", "Lots are sold first in, first out. Net gains are taxed at 20 % when the shares were held for more than 12 months, otherwise at 37 %",
		"on or after 04-15 of the next. A loss does not count", "| Policy | Tax paid | Tax not paid | Short-term gains | Long-term gains | Disallowed losses |",
		"### Short-term gains by year", "### Disallowed losses by year", "### Tax on the gains of the year",
		"### Short-term gains by year\n\n| Year | monthly |",
	} {
		require.Contains(t, text, want)
	}
	due := sim.Micros(0)
	for _, y := range run.Policies[1].account().Years() {
		due += y.Tax
	}
	require.InDelta(t, run.Policies[1].Value("tax_total")+run.Policies[1].Value("tax_accrued"), due.Money(), 1e-6)

	p := reporttest.Walk(t, []string{"A", "B"}, 60)
	m := reporttest.Memory{}
	plain := replay(t, p, []float64{0.5, 0.5}, reporttest.TenBPS(t, p, sim.NextClose), reporttest.Never())
	require.NoError(t, Write(m, plain, "lots", "markdown"))
	require.NotContains(t, m, "lots.parquet")
	require.NotContains(t, string(m["report.md"]), "Tax")
}

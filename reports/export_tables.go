package reports

import (
	"strconv"
	"strings"

	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

// exports are the tables of a run that are not empty, in order.
func (run *Run) exports() (all []exported) {
	tables := []exported{
		run.policiesExport(), run.resultsExport(), run.differencesExport(),
		run.yearsExport("returns-by-year", "Return by calendar year", metric.Fraction, func(y *year) float64 { return y.Return }),
		run.yearsExport("rebalances-by-year", "Rebalances by calendar year", metric.Count, func(y *year) float64 { return float64(y.Rebalances) }),
		run.yearsExport("turnover-by-year", "One-way turnover by calendar year", metric.Fraction, func(y *year) float64 { return y.Turnover }),
		run.yearsExport("costs-by-year", "Costs by calendar year, without the initial purchase", metric.Money, func(y *year) float64 { return y.Cost.Money() }),
		run.componentsExport(), run.rebalancesExport(), run.unfundedExport(), run.flowsExport(), run.taxesExport(), run.definitionsExport(),
	}
	for _, t := range tables {
		if len(t.columns) > 0 && t.rows() > 0 {
			all = append(all, t)
		}
	}
	return all
}

func (run *Run) policiesExport() exported {
	t := exported{name: "policies", title: "Policies"}
	var rules, bases []string
	for i := range run.Policies {
		p := &run.Policies[i]
		rules = append(rules, p.Title)
		bases = append(bases, map[bool]string{true: "base"}[p == run.base()])
	}
	t.words("policy", "Policy", run.policyNames())
	t.words("rule", "Rule", rules)
	t.words("base", "Base", bases)
	return t
}

func (run *Run) resultsExport() exported {
	t := exported{name: "results", title: "Measures of every policy", turned: true}
	t.words("policy", "Policy", run.policyNames())
	for _, m := range run.measures() {
		xs := make([]float64, len(run.Policies))
		for i := range xs {
			xs[i] = run.Policies[i].value(m.Name)
		}
		t.numbers(m.Name, m.Title, m.Unit, xs)
	}
	return t
}

func (run *Run) differencesExport() exported {
	base := run.base()
	if base == nil || len(run.Policies) < 2 {
		return exported{}
	}
	t := exported{name: "differences", title: "Measures of every policy, less those of " + base.Name, turned: true}
	var names []string
	var others []*Policy
	for i := range run.Policies {
		if p := &run.Policies[i]; p != base {
			names, others = append(names, p.Name), append(others, p)
		}
	}
	t.words("policy", "Policy", names)
	for _, m := range run.measures() {
		xs := make([]float64, len(others))
		for i, p := range others {
			xs[i] = p.value(m.Name) - base.value(m.Name)
		}
		t.numbers(m.Name, m.Title, m.Unit, xs)
	}
	return t
}

// yearsExport is a table of a number for each year and policy.
func (run *Run) yearsExport(name, title string, unit metric.Unit, cell func(*year) float64) exported {
	y0, labels := run.calendar()
	t := exported{name: name, title: title}
	var numbers []string
	for i := range labels {
		numbers = append(numbers, strconv.Itoa(y0+i))
	}
	t.words("year", "Year", numbers)
	for i := range run.Policies {
		p := &run.Policies[i]
		xs := make([]float64, len(labels))
		for k, y := range years(p, y0, len(labels)) {
			xs[k] = cell(&y)
		}
		t.numbers(p.Name, p.Name, unit, xs)
	}
	return t
}

func (run *Run) componentsExport() exported {
	t := exported{name: "cost-components", title: "Costs by component"}
	var policy, name, kind []string
	var charges, cost, initial []float64
	for i := range run.Policies {
		p := &run.Policies[i]
		if p.Record.Log == nil {
			continue
		}
		for _, c := range metric.Components(p.Record) {
			policy, name, kind = append(policy, p.Name), append(name, c.Name), append(kind, kindOfCost(c.Implicit))
			charges, cost, initial = append(charges, float64(c.Trades)), append(cost, c.Cost.Money()), append(initial, c.Initial.Money())
		}
	}
	t.words("policy", "Policy", policy)
	t.words("component", "Component", name)
	t.words("kind", "Kind", kind)
	t.numbers("charges", "Charges", metric.Count, charges)
	t.numbers("cost", "Costs", metric.Money, cost)
	t.numbers("cost_initial", "Of it initial", metric.Money, initial)
	return t
}

// symbolOf is the asset that fired, "" for none.
func symbolOf(r *sim.Record, d *sim.Decision) string {
	if d.Asset < 0 {
		return ""
	}
	return r.Panel.Symbols()[d.Asset]
}

func (run *Run) rebalancesExport() exported {
	t := exported{name: "rebalances", title: "Every rebalance"}
	var policy, decided, filled, cause, asset []string
	var weight, limit, trades, traded, turnover, cost []float64
	for i := range run.Policies {
		p := &run.Policies[i]
		for _, v := range rebalances(p.Record) {
			last := ""
			if v.Filled >= 0 {
				last = p.Record.Panel.Date(v.Filled).String()
			}
			policy, decided, filled = append(policy, p.Name), append(decided, p.Record.DateOf(v.Session).String()), append(filled, last)
			cause, asset = append(cause, v.Cause.String()), append(asset, symbolOf(p.Record, v.Decision))
			weight, limit = append(weight, orNull(v.Dev, v.Asset >= 0)), append(limit, orNull(v.Limit, v.Asset >= 0))
			trades, traded = append(trades, float64(v.Trades)), append(traded, (v.Bought+v.Sold).Money())
			turnover, cost = append(turnover, v.Turnover), append(cost, v.Cost.Money())
		}
	}
	t.words("policy", "Policy", policy)
	t.words("decided", "Decided", decided)
	t.words("filled", "Filled", filled)
	t.words("cause", "Cause", cause)
	t.words("asset", "Asset", asset)
	t.numbers("weight", "Weight", metric.Fraction, weight)
	t.numbers("limit", "Limit", metric.Fraction, limit)
	t.numbers("trades", "Trades", metric.Count, trades)
	t.numbers("traded", "Traded", metric.Money, traded)
	t.numbers("turnover", "Turnover", metric.Fraction, turnover)
	t.numbers("cost", "Costs", metric.Money, cost)
	return t
}

func (run *Run) unfundedExport() exported {
	t := exported{name: "unfunded", title: "Triggers that nothing paid for"}
	var policy, date, cause, asset []string
	var weight, limit []float64
	for i := range run.Policies {
		p := &run.Policies[i]
		for _, d := range unfunded(p.Record) {
			policy, date = append(policy, p.Name), append(date, p.Record.DateOf(d.Session).String())
			cause, asset = append(cause, d.Cause.String()), append(asset, symbolOf(p.Record, d))
			weight, limit = append(weight, orNull(d.Dev, d.Asset >= 0)), append(limit, orNull(d.Limit, d.Asset >= 0))
		}
	}
	t.words("policy", "Policy", policy)
	t.words("date", "Date", date)
	t.words("cause", "Cause", cause)
	t.words("asset", "Asset", asset)
	t.numbers("weight", "Weight", metric.Fraction, weight)
	t.numbers("limit", "Limit", metric.Fraction, limit)
	return t
}

func (run *Run) flowsExport() exported {
	t := exported{name: "flows-by-year", title: "Deposits and withdrawals by calendar year"}
	y0, labels := run.calendar()
	var policy, numbers []string
	var in, out []float64
	for i := range run.Policies {
		p := &run.Policies[i]
		for k, f := range flowYears(p, y0, len(labels)) {
			policy, numbers = append(policy, p.Name), append(numbers, strconv.Itoa(y0+k))
			in, out = append(in, f.In.Money()), append(out, f.Out.Money())
		}
	}
	t.words("policy", "Policy", policy)
	t.words("year", "Year", numbers)
	t.numbers("deposits", "Deposits", metric.Money, in)
	t.numbers("withdrawals", "Withdrawals", metric.Money, out)
	return t
}

func (run *Run) taxesExport() exported {
	t := exported{name: "taxes-by-year", title: "Realised gains and tax by calendar year"}
	var policy, numbers []string
	var columns [4][]float64
	for i := range run.Policies {
		a := run.Policies[i].account()
		if a == nil {
			continue
		}
		for _, y := range a.Years() {
			policy, numbers = append(policy, run.Policies[i].Name), append(numbers, strconv.Itoa(y.Year))
			for k, x := range amounts(&y) {
				columns[k] = append(columns[k], x.Money())
			}
		}
	}
	t.words("policy", "Policy", policy)
	t.words("year", "Year", numbers)
	for k, c := range []struct{ key, title string }{{"gains_short", "Short-term gains"}, {"gains_long", "Long-term gains"}, {"losses_disallowed", "Disallowed losses"}, {"tax", "Tax on the year"}} {
		t.numbers(c.key, c.title, metric.Money, columns[k])
	}
	return t
}

func amounts(y *tax.Year) [4]sim.Micros { return [4]sim.Micros{y.Short, y.Long, y.Disallowed, y.Tax} }

func (run *Run) definitionsExport() exported {
	t := exported{name: "definitions", title: "What the measures are"}
	var key, title, unit, better, doc, formula []string
	for _, m := range run.measures() {
		key, title, unit = append(key, m.Name), append(title, m.Title), append(unit, unitNames[m.Unit])
		better = append(better, strings.TrimPrefix(direction(m), ", "))
		doc, formula = append(doc, m.Doc), append(formula, m.Details)
	}
	t.words("measure", "Measure", key)
	t.words("title", "Title", title)
	t.words("unit", "Unit", unit)
	t.words("better", "Better", better)
	t.words("definition", "Definition", doc)
	t.words("formula", "Formula", formula)
	return t
}

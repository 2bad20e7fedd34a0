package run

import (
	"strconv"
	"strings"

	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

// exports are the tables of a run that are not empty, in order.
func (run *Run) exports() (all []page.Exported) {
	tables := []page.Exported{
		run.policiesExport(), run.resultsExport(), run.differencesExport(),
		run.yearsExport("returns-by-year", "Return by calendar year", metric.Fraction, func(y *year) float64 { return y.Return }),
		run.yearsExport("rebalances-by-year", "Rebalances by calendar year", metric.Count, func(y *year) float64 { return float64(y.Rebalances) }),
		run.yearsExport("turnover-by-year", "One-way turnover by calendar year", metric.Fraction, func(y *year) float64 { return y.Turnover }),
		run.yearsExport("costs-by-year", "Costs by calendar year, without the initial purchase", metric.Money, func(y *year) float64 { return y.Cost.Money() }),
		run.componentsExport(), run.rebalancesExport(), run.unfundedExport(), run.flowsExport(), run.taxesExport(), run.definitionsExport(),
	}
	for _, t := range tables {
		if len(t.Columns) > 0 && t.Rows() > 0 {
			all = append(all, t)
		}
	}
	return all
}

func (run *Run) policiesExport() page.Exported {
	t := page.Exported{Name: "policies", Title: "Policies"}
	var rules, bases []string
	for i := range run.Policies {
		p := &run.Policies[i]
		rules = append(rules, p.Title)
		bases = append(bases, map[bool]string{true: "base"}[p == run.base()])
	}
	t.Words("policy", "Policy", run.policyNames())
	t.Words("rule", "Rule", rules)
	t.Words("base", "Base", bases)
	return t
}

func (run *Run) resultsExport() page.Exported {
	t := page.Exported{Name: "results", Title: "Measures of every policy", Turned: true}
	t.Words("policy", "Policy", run.policyNames())
	for _, m := range run.Measures() {
		xs := make([]float64, len(run.Policies))
		for i := range xs {
			xs[i] = run.Policies[i].Value(m.Name)
		}
		t.Numbers(m.Name, m.Title, m.Unit, xs)
	}
	return t
}

func (run *Run) differencesExport() page.Exported {
	base := run.base()
	if base == nil || len(run.Policies) < 2 {
		return page.Exported{}
	}
	t := page.Exported{Name: "differences", Title: "Measures of every policy, less those of " + base.Name, Turned: true}
	var names []string
	var others []*Policy
	for i := range run.Policies {
		if p := &run.Policies[i]; p != base {
			names, others = append(names, p.Name), append(others, p)
		}
	}
	t.Words("policy", "Policy", names)
	for _, m := range run.Measures() {
		xs := make([]float64, len(others))
		for i, p := range others {
			xs[i] = p.Value(m.Name) - base.Value(m.Name)
		}
		t.Numbers(m.Name, m.Title, m.Unit, xs)
	}
	return t
}

// yearsExport is a table of a number for each year and policy.
func (run *Run) yearsExport(name, title string, unit metric.Unit, cell func(*year) float64) page.Exported {
	y0, labels := run.Calendar()
	t := page.Exported{Name: name, Title: title}
	var numbers []string
	for i := range labels {
		numbers = append(numbers, strconv.Itoa(y0+i))
	}
	t.Words("year", "Year", numbers)
	for i := range run.Policies {
		p := &run.Policies[i]
		xs := make([]float64, len(labels))
		for k, y := range years(p, y0, len(labels)) {
			xs[k] = cell(&y)
		}
		t.Numbers(p.Name, p.Name, unit, xs)
	}
	return t
}

func (run *Run) componentsExport() page.Exported {
	t := page.Exported{Name: "cost-components", Title: "Costs by component"}
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
	t.Words("policy", "Policy", policy)
	t.Words("component", "Component", name)
	t.Words("kind", "Kind", kind)
	t.Numbers("charges", "Charges", metric.Count, charges)
	t.Numbers("cost", "Costs", metric.Money, cost)
	t.Numbers("cost_initial", "Of it initial", metric.Money, initial)
	return t
}

// symbolOf is the asset that fired, "" for none.
func symbolOf(r *sim.Record, d *sim.Decision) string {
	if d.Asset < 0 {
		return ""
	}
	return r.Panel.Symbols()[d.Asset]
}

func (run *Run) rebalancesExport() page.Exported {
	t := page.Exported{Name: "rebalances", Title: "Every rebalance"}
	var policy, decided, filled, cause, asset []string
	var weight, limit, trades, traded, turnover, cost []float64
	for i := range run.Policies {
		p := &run.Policies[i]
		for _, v := range Rebalances(p.Record) {
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
	t.Words("policy", "Policy", policy)
	t.Words("decided", "Decided", decided)
	t.Words("filled", "Filled", filled)
	t.Words("cause", "Cause", cause)
	t.Words("asset", "Asset", asset)
	t.Numbers("weight", "Weight", metric.Fraction, weight)
	t.Numbers("limit", "Limit", metric.Fraction, limit)
	t.Numbers("trades", "Trades", metric.Count, trades)
	t.Numbers("traded", "Traded", metric.Money, traded)
	t.Numbers("turnover", "Turnover", metric.Fraction, turnover)
	t.Numbers("cost", "Costs", metric.Money, cost)
	return t
}

func (run *Run) unfundedExport() page.Exported {
	t := page.Exported{Name: "unfunded", Title: "Triggers that nothing paid for"}
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
	t.Words("policy", "Policy", policy)
	t.Words("date", "Date", date)
	t.Words("cause", "Cause", cause)
	t.Words("asset", "Asset", asset)
	t.Numbers("weight", "Weight", metric.Fraction, weight)
	t.Numbers("limit", "Limit", metric.Fraction, limit)
	return t
}

func (run *Run) flowsExport() page.Exported {
	t := page.Exported{Name: "flows-by-year", Title: "Deposits and withdrawals by calendar year"}
	y0, labels := run.Calendar()
	var policy, numbers []string
	var in, out []float64
	for i := range run.Policies {
		p := &run.Policies[i]
		for k, f := range flowYears(p, y0, len(labels)) {
			policy, numbers = append(policy, p.Name), append(numbers, strconv.Itoa(y0+k))
			in, out = append(in, f.In.Money()), append(out, f.Out.Money())
		}
	}
	t.Words("policy", "Policy", policy)
	t.Words("year", "Year", numbers)
	t.Numbers("deposits", "Deposits", metric.Money, in)
	t.Numbers("withdrawals", "Withdrawals", metric.Money, out)
	return t
}

func (run *Run) taxesExport() page.Exported {
	t := page.Exported{Name: "taxes-by-year", Title: "Realised gains and tax by calendar year"}
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
	t.Words("policy", "Policy", policy)
	t.Words("year", "Year", numbers)
	for k, c := range []struct{ key, title string }{{"gains_short", "Short-term gains"}, {"gains_long", "Long-term gains"}, {"losses_disallowed", "Disallowed losses"}, {"tax", "Tax on the year"}} {
		t.Numbers(c.key, c.title, metric.Money, columns[k])
	}
	return t
}

func amounts(y *tax.Year) [4]sim.Micros { return [4]sim.Micros{y.Short, y.Long, y.Disallowed, y.Tax} }

func (run *Run) definitionsExport() page.Exported {
	t := page.Exported{Name: "definitions", Title: "What the measures are"}
	var key, title, unit, better, doc, formula []string
	for _, m := range run.Measures() {
		key, title, unit = append(key, m.Name), append(title, m.Title), append(unit, page.UnitNames[m.Unit])
		better = append(better, strings.TrimPrefix(page.Direction(m), ", "))
		doc, formula = append(doc, m.Doc), append(formula, m.Details)
	}
	t.Words("measure", "Measure", key)
	t.Words("title", "Title", title)
	t.Words("unit", "Unit", unit)
	t.Words("better", "Better", better)
	t.Words("definition", "Definition", doc)
	t.Words("formula", "Formula", formula)
	return t
}

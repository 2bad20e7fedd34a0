package run

import (
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

// contributions divides each policy's total return into its assets, costs and taxes.
func (run *Run) contributions(d *page.Document) {
	var policies []*Policy
	var all []metric.Attribution
	for i := range run.Policies {
		if p := &run.Policies[i]; p.Record.Log != nil {
			policies, all = append(policies, p), append(all, metric.Contributions(p.Record))
		}
	}
	if len(policies) == 0 {
		return
	}
	names := run.Panel.Symbols()
	rows := make([][]string, len(names), len(names)+3)
	for i, name := range names {
		rows[i] = []string{page.Escape(name)}
	}
	costs, taxes, total := []string{"costs"}, []string{"taxes"}, []string{"**all**"}
	taxed := false
	for k := range all {
		a := &all[k]
		xs, cost := make([]float64, len(names)), 0.0
		for i := range a.Assets {
			xs[i] = a.Assets[i].Part
			cost += a.Assets[i].CostPart
		}
		text := draw.InUnit(metric.Fraction, append(xs, cost, a.TaxPart, a.Return))
		for i := range names {
			rows[i] = append(rows[i], text[i])
		}
		n := len(names)
		costs, taxes, total = append(costs, text[n]), append(taxes, text[n+1]), append(total, "**"+text[n+2]+"**")
		taxed = taxed || a.TaxPart != 0
	}
	rows = append(rows, costs)
	if taxed {
		rows = append(rows, taxes)
	}
	d.Line("## What each asset contributed")
	d.Table(policyHead("Asset", policies), "lr", append(rows, total))
	text := "Price changes and dividends of what was held, as a part of NAV after the initial purchase; with costs they add up to the total return."
	if run.flows() {
		text = "Price changes and dividends of what was held, as parts of the time-weighted return after the initial purchase: each session's, over NAV of the session before, times the growth up to there; with costs they add up to the total return."
	}
	d.Line("%s Amounts, and each calendar year, are in `contributions.parquet`.", text)
}

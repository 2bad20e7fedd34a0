package run

import (
	"fmt"
	"math"
	"strconv"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// year is what happened to a policy in a calendar year.
type year struct {
	Return     float64 // NaN when the policy did not run in it, and after its ruin
	Rebalances int     // by the date of the decision
	Turnover   float64
	Cost       sim.Micros
}

// years are a policy's calendar years, from the one of the run's first session on.
func years(p *Policy, first, n int) []year {
	r := p.Record
	all := make([]year, n)
	for i := range all {
		all[i].Return = math.NaN()
	}
	of := func(session int) int { y, _, _ := r.Panel.Date(session).Civil(); return y - first }
	for _, y := range metric.Years(&metric.Input{Record: r}) {
		all[y.Year-first].Return = y.Return
	}
	for _, v := range events(r) {
		y := &all[of(int(v.Session))]
		if v.Cause.OfPolicy() {
			y.Rebalances++
		}
		y.Cost += v.Cost
	}
	if r.Log != nil {
		for i := range r.Log.Decisions {
			d := &r.Log.Decisions[i]
			all[of(int(d.Session))].Turnover += d.Turnover
		}
	}
	return all
}

// Calendar is the span's years and their labels; incomplete ones say so.
func (run *Run) Calendar() (y0 int, labels []string) {
	first, end := run.Span()
	y0, m0, d0 := run.Panel.Date(first).Civil()
	y1, m1, d1 := run.Panel.Date(end - 1).Civil()
	n := y1 - y0 + 1
	labels = make([]string, n)
	for i := range labels {
		labels[i] = strconv.Itoa(y0 + i)
	}
	if m0 > 1 || d0 > 7 {
		labels[0] += fmt.Sprintf(" from %02d-%02d", m0, d0)
	}
	if m1 < 12 || d1 < 25 {
		labels[n-1] += fmt.Sprintf(" to %02d-%02d", m1, d1)
	}
	return y0, labels
}

// calendarYears writes returns and activity by year.
func (run *Run) calendarYears(d *page.Document) {
	y0, labels := run.Calendar()
	all := map[*Policy][]year{}
	var policies, movers []*Policy
	for i := range run.Policies {
		p := &run.Policies[i]
		policies = append(policies, p)
		if len(events(p.Record)) > 0 {
			movers = append(movers, p)
		}
		all[p] = years(p, y0, len(labels))
	}
	d.Line("## By calendar year")
	d.Line("### Return")
	YearTable(d, labels, policies, metric.Fraction, func(p *Policy, i int) float64 { return all[p][i].Return },
		(*Policy).total)
	if run.ruined() {
		d.Line(ruinNote)
	}
	if run.flows() {
		d.Line("Returns are time-weighted: deposits and withdrawals are taken out.")
	}
	if traders := run.traders(); len(traders) == 0 {
		d.Line("No policy rebalanced.")
	} else {
		d.Line("### Rebalances")
		YearTable(d, labels, traders, metric.Count, func(p *Policy, i int) float64 { return float64(all[p][i].Rebalances) },
			func(p *Policy) float64 { return float64(p.Record.Tally.Rebalances) })
	}
	if len(movers) == 0 {
		return
	}
	d.Line("### One-way turnover")
	YearTable(d, labels, movers, metric.Fraction, func(p *Policy, i int) float64 { return all[p][i].Turnover },
		func(p *Policy) float64 { return p.Record.Tally.Turnover })
	d.Line("### Costs, without the initial purchase%s", inCurrency(run))
	YearTable(d, labels, movers, metric.Money, func(p *Policy, i int) float64 { return all[p][i].Cost.Money() },
		func(p *Policy) float64 { t := &p.Record.Tally; return (t.Cost - t.CostInitial).Money() })
	if !run.flows() {
		d.Line("A rebalance, its turnover and its costs belong to the year of its decision.")
		return
	}
	d.Line("Turnover and costs belong to the year of the decision. Trades for deposits and withdrawals are among them; of their turnover only what exceeds the money that came or went counts.")
}

func inCurrency(run *Run) string {
	if run.Currency == "" {
		return ""
	}
	return ", in " + page.Escape(run.Currency)
}

// YearTable writes a number for each year and policy, and over all years.
func YearTable(d *page.Document, labels []string, policies []*Policy, unit metric.Unit, cell func(*Policy, int) float64, total func(*Policy) float64) {
	rows := make([][]string, len(labels)+1)
	for i, l := range append(labels, "**all**") {
		rows[i] = []string{l}
	}
	for _, p := range policies {
		xs := make([]float64, len(labels)+1)
		for i := range labels {
			xs[i] = cell(p, i)
		}
		xs[len(labels)] = total(p)
		for i, text := range draw.InUnitOf(unit, draw.Peak(xs[:len(labels)]), xs) {
			if i == len(labels) {
				text = "**" + text + "**"
			}
			rows[i] = append(rows[i], text)
		}
	}
	d.Table(policyHead("Year", policies), "lr", rows)
}

// Grown is the return over the window of a policy of a comparison, which begins at 100.
func (p *Policy) Grown() float64 {
	n := p.Navs()
	return n[len(n)-1]/100 - 1
}

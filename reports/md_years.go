package reports

import (
	"fmt"
	"math"
	"strconv"

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

// calendar is the span's years and their labels; incomplete ones say so.
func (run *Run) calendar() (y0 int, labels []string) {
	first, end := run.span()
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
func (run *Run) calendarYears(d *document) {
	y0, labels := run.calendar()
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
	d.line("## By calendar year")
	d.line("### Return")
	yearTable(d, labels, policies, metric.Fraction, func(p *Policy, i int) float64 { return all[p][i].Return },
		(*Policy).total)
	if run.ruined() {
		d.line(ruinNote)
	}
	if run.flows() {
		d.line("Returns are time-weighted: deposits and withdrawals are taken out.")
	}
	if traders := run.traders(); len(traders) == 0 {
		d.line("No policy rebalanced.")
	} else {
		d.line("### Rebalances")
		yearTable(d, labels, traders, metric.Count, func(p *Policy, i int) float64 { return float64(all[p][i].Rebalances) },
			func(p *Policy) float64 { return float64(p.Record.Tally.Rebalances) })
	}
	if len(movers) == 0 {
		return
	}
	d.line("### One-way turnover")
	yearTable(d, labels, movers, metric.Fraction, func(p *Policy, i int) float64 { return all[p][i].Turnover },
		func(p *Policy) float64 { return p.Record.Tally.Turnover })
	d.line("### Costs, without the initial purchase%s", inCurrency(run))
	yearTable(d, labels, movers, metric.Money, func(p *Policy, i int) float64 { return all[p][i].Cost.Money() },
		func(p *Policy) float64 { t := &p.Record.Tally; return (t.Cost - t.CostInitial).Money() })
	if !run.flows() {
		d.line("A rebalance, its turnover and its costs belong to the year of its decision.")
		return
	}
	d.line("Turnover and costs belong to the year of the decision. Trades for deposits and withdrawals are among them; of their turnover only what exceeds the money that came or went counts.")
}

func inCurrency(run *Run) string {
	if run.Currency == "" {
		return ""
	}
	return ", in " + escape(run.Currency)
}

// yearTable writes a number for each year and policy, and over all years.
func yearTable(d *document, labels []string, policies []*Policy, unit metric.Unit, cell func(*Policy, int) float64, total func(*Policy) float64) {
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
		for i, text := range inUnitOf(unit, peak(xs[:len(labels)]), xs) {
			if i == len(labels) {
				text = "**" + text + "**"
			}
			rows[i] = append(rows[i], text)
		}
	}
	d.table(policyHead("Year", policies), "lr", rows)
}

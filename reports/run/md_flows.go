package run

import (
	"slices"

	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// flowYear are the flows of a policy in a calendar year.
type flowYear struct{ In, Out sim.Micros }

// flowYears are a policy's flows by year, from year first on; nil without any or
// without a log.
func flowYears(p *Policy, first, n int) []flowYear {
	r := p.Record
	if r.Flow == nil || r.Log == nil {
		return nil
	}
	all := make([]flowYear, n)
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Kind != sim.EntryFlow {
			continue
		}
		y, _, _ := r.DateOf(e.Session).Civil()
		all[y-first].In += max(0, e.Cash)
		all[y-first].Out += max(0, -e.Cash)
	}
	return all
}

// sameFlows reports whether policies had the same flows in every year.
func sameFlows(all [][]flowYear) bool {
	return !slices.ContainsFunc(all, func(f []flowYear) bool { return !slices.Equal(f, all[0]) })
}

// flowsByYear writes what came in and went out, when anything did.
func (run *Run) flowsByYear(d *page.Document) {
	y0, labels := run.Calendar()
	var policies []*Policy
	var all [][]flowYear
	of := map[*Policy][]flowYear{}
	for i := range run.Policies {
		p := &run.Policies[i]
		if f := flowYears(p, y0, len(labels)); f != nil {
			policies, all = append(policies, p), append(all, f)
			of[p] = f
		}
	}
	if policies == nil {
		return
	}
	d.Line("## Flows%s", inCurrency(run))
	if len(policies) == len(run.Policies) && sameFlows(all) {
		every := *policies[0]
		every.Name = "every policy"
		policies, of[&every] = []*Policy{&every}, all[0]
	}
	for _, k := range []struct {
		title string
		year  func(flowYear) sim.Micros
		total func(*sim.Tally) sim.Micros
	}{
		{"Deposits", func(f flowYear) sim.Micros { return f.In }, func(t *sim.Tally) sim.Micros { return t.Deposits }},
		{"Withdrawals", func(f flowYear) sim.Micros { return f.Out }, func(t *sim.Tally) sim.Micros { return t.Withdrawals }},
	} {
		if !slices.ContainsFunc(policies, func(p *Policy) bool { return k.total(&p.Record.Tally) != 0 }) {
			continue
		}
		d.Line("### %s", k.title)
		YearTable(d, labels, policies, metric.Money, func(p *Policy, i int) float64 { return k.year(of[p][i]).Money() },
			func(p *Policy) float64 { return k.total(&p.Record.Tally).Money() })
	}
}

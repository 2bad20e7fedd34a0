package run

import (
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

func init() {
	add("periods", "return, risk, trading and costs of each calendar year and month", "periods.parquet", periodsTable)
}

// input is what a policy's measures are computed from, without those that need
// another account or limits.
func (run *Run) input(p *Policy) *metric.Input {
	return &metric.Input{Record: p.Record, PeriodsPerYear: run.PeriodsPerYear, RiskFree: run.RiskFree, Reference: run.ReferenceOf(p), Looks: p.Looks}
}

var periodColumns = []struct {
	name, doc string
	of        func(*metric.Period) float64
}{
	{"return", "time-weighted, from the close before the first session; null when no session in it has a return, and after ruin; of the period of ruin up to it, as all that follows up to tracking_error", func(p *metric.Period) float64 { return p.Return }},
	{"reference_return", "that of what tracking is measured against, likewise", func(p *metric.Period) float64 { return p.Reference }},
	{"volatility", "of the returns in it, a year; null of fewer than two", func(p *metric.Period) float64 { return p.Volatility }},
	{"drawdown", "largest fall from a peak in it, the close before the first session counted; 0 or more", func(p *metric.Period) float64 { return p.Drawdown }},
	{"tracking_error", "of the returns in it, a year; null of fewer than two", func(p *metric.Period) float64 { return p.Tracking }},
	{"mean_nav", "mean NAV over its sessions, in account currency", func(p *metric.Period) float64 { return p.MeanNAV }},
	{"rebalances", "triggers that placed orders, by the date of the decision as all that follows; null without a journal", func(p *metric.Period) float64 { return p.Rebalances }},
	{"trades", "executed orders, without the initial purchase, those for flows among them", func(p *metric.Period) float64 { return p.Trades }},
	{"turnover", "one-way, as a part of NAV", func(p *metric.Period) float64 { return p.Turnover }},
	{"cost", "trading costs without the initial purchase's, in account currency", func(p *metric.Period) float64 { return p.Cost }},
}

func periodsTable(dir draw.Dir, run *Run) error {
	var policy []int32
	var period words
	var year, month, sessions []int64
	values := make([][]float64, len(periodColumns))
	add := func(k int, word string, p *metric.Period) {
		policy, year, month = append(policy, int32(k)), append(year, int64(p.Year)), append(month, int64(p.Month))
		sessions = append(sessions, int64(p.End-p.First))
		period.add(word)
		for c, column := range periodColumns {
			values[c] = append(values[c], column.of(p))
		}
	}
	for k := range run.Policies {
		in := run.input(&run.Policies[k])
		for _, p := range metric.Years(in) {
			add(k, "year", &p)
		}
		for _, p := range metric.Months(in) {
			add(k, "month", &p)
		}
	}
	t := newSheet("one row per policy and calendar year, then one per policy and calendar month; the first and the last cover only the sessions of the run")
	t.put(columnar.Coded("policy", policy, run.policyNames()), "name of the policy")
	t.put(period.column("period"), "year or month")
	t.put(columnar.Ints("year", year), "calendar year")
	t.put(columnar.Ints("month", month), "1 to 12; 0 of a year")
	t.put(columnar.Ints("sessions", sessions), "sessions of the run in it")
	for c, column := range periodColumns {
		t.put(columnar.Floats(column.name, values[c]), column.doc)
	}
	return t.save(dir, "periods")
}

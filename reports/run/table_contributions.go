package run

import (
	"math"
	"strconv"

	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

func init() {
	add("contributions", "what each asset, flows and taxes did for NAV and return, over the run and by calendar year", "contributions.parquet", contributionsTable)
}

var contributionColumns = []struct {
	name, doc string
	of        func(*metric.Contribution) float64
}{
	{"start_value", "value of the holdings at the close before the period; for the run, at the close of its first session, after the initial purchase", func(c *metric.Contribution) float64 { return c.Start }},
	{"end_value", "value of the holdings at the last close", func(c *metric.Contribution) float64 { return c.End }},
	{"bought", "value of purchases, without costs, including reinvested dividends", func(c *metric.Contribution) float64 { return c.Bought }},
	{"sold", "value of sales, without costs, including fractions paid as cash and the end of an asset's life", func(c *metric.Contribution) float64 { return c.Sold }},
	{"price_gain", "end_value - start_value + sold - bought", func(c *metric.Contribution) float64 { return c.Price() }},
	{"dividends", "in cash, reinvested or not", func(c *metric.Contribution) float64 { return c.Dividends }},
	{"cost", "trading costs, 0 or more", func(c *metric.Contribution) float64 { return c.Cost }},
	{"gain", "price_gain + dividends - cost", func(c *metric.Contribution) float64 { return c.Gain() }},
	{"return_part", "of the time-weighted return, without costs: over the start's NAV when there are no flows; up to ruin, null in a year without a return", func(c *metric.Contribution) float64 { return c.Part }},
	{"cost_part", "what costs took of the return, 0 or less; null likewise", func(c *metric.Contribution) float64 { return c.CostPart }},
}

// shares is the table of contributions in the making.
type shares struct {
	policy, symbol []int32
	period         words
	of             [][]float64 // by place of contributionColumns
	account        [6][]float64
}

var accountColumns = [6][2]string{
	{"flows", "deposits minus withdrawals; this and the following columns are set in the account's row, the one without a symbol"},
	{"tax", "paid, 0 or more"},
	{"tax_part", "what taxes took of the return, 0 or less; null in a year without a return"},
	{"start_nav", "NAV at the start"},
	{"end_nav", "NAV at the end: start_nav + flows - tax + the gain of all assets"},
	{"return", "time-weighted: tax_part + the return_part and cost_part of all assets; null likewise"},
}

func contributionsTable(dir draw.Dir, run *Run) error {
	x := &shares{of: make([][]float64, len(contributionColumns))}
	for k := range run.Policies {
		r := run.Policies[k].Record
		if r.Log == nil {
			continue
		}
		x.add(int32(k), "run", metric.Contributions(r))
		for _, a := range metric.YearlyContributions(r) {
			x.add(int32(k), strconv.Itoa(a.Year), a)
		}
	}
	if x.policy == nil {
		return nil
	}
	t := newSheet("one row per policy, period and asset, and one for the account, without a symbol; amounts in account currency; there is no such file without a journal")
	t.put(columnar.Coded("policy", x.policy, run.policyNames()), "name of the policy")
	t.put(x.period.column("period"), "run, or a calendar year")
	t.put(columnar.Coded("symbol", x.symbol, run.Panel.Symbols()), "the asset; null in the account's row")
	for c, column := range contributionColumns {
		t.put(columnar.Floats(column.name, x.of[c]), column.doc)
	}
	for c, column := range accountColumns {
		t.put(columnar.Floats(column[0], x.account[c]), column[1])
	}
	return t.save(dir, "contributions")
}

// add appends the rows of a period.
func (x *shares) add(policy int32, period string, a metric.Attribution) {
	for i := range a.Assets {
		x.row(policy, period, int32(i), &a.Assets[i], nil)
	}
	x.row(policy, period, -1, nil, []float64{a.Flows, a.Tax, a.TaxPart, a.Start, a.End, a.Return})
}

func (x *shares) row(policy int32, period string, symbol int32, c *metric.Contribution, account []float64) {
	x.policy, x.symbol = append(x.policy, policy), append(x.symbol, symbol)
	x.period.add(period)
	for i, column := range contributionColumns {
		v := math.NaN()
		if c != nil {
			v = column.of(c)
		}
		x.of[i] = append(x.of[i], v)
	}
	for i := range x.account {
		v := math.NaN()
		if account != nil {
			v = account[i]
		}
		x.account[i] = append(x.account[i], v)
	}
}

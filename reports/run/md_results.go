package run

import (
	"slices"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

// groups are the tables of the comparison; measures that none names follow in
// one of their own.
var groups = []struct {
	title string
	keys  []string
}{
	{"Return and risk", []string{"final_nav", "total_return", "cagr", "cagr_gross", "rebalancing_benefit", "volatility", "sharpe", "max_drawdown"}},
	{"Drawdown", []string{"max_drawdown_days", "recovery_days", "underwater_days", "ulcer", "pain", "calmar", "martin"}},
	{"Downside and tails", []string{"downside_deviation", "sortino", "sortino_subset", "omega", "value_at_risk", "cvar", "skewness", "kurtosis"}},
	{"Trading", []string{"looks", "triggers", "unfunded_triggers", "rebalances", "rebalances_filled", "trades", "mean_trade", "turnover_total", "turnover_per_year", "turnover_two_way_per_year", "turnover_lesser_per_year"}},
	{"Costs", []string{"cost_total", "cost_initial", "cost_per_year", "cost_drag", "cost_explicit", "cost_implicit"}},
	{"Closeness to the targets", []string{"tracking_error", "tracking_error_monthly", "tracking_rms", "tracking_difference", "drift_mean", "drift_max", "sessions_outside_band", "alerts"}},
	{"Against the reference", []string{"active_premium", "information_ratio", "beta", "alpha", "correlation"}},
}

// results compares the policies.
func (run *Run) results(d *page.Document) {
	d.Line("## Results")
	if len(run.Policies) > 1 {
		d.Line("The best value of a column is **bold** where one direction is better.")
	}
	rest := run.Measures()
	for _, g := range groups {
		var columns []page.Column
		for _, key := range g.keys {
			if m, ok := run.Find(key); ok {
				if !m.Extra || run.defined(m) {
					columns = append(columns, run.Measured(m))
				}
				rest = slices.DeleteFunc(rest, func(x metric.Measure) bool { return x.Name == key })
			}
		}
		run.comparison(d, g.title, columns)
	}
	var columns []page.Column
	for _, m := range rest {
		if m.Name == "survived" && !run.ruined() {
			continue
		}
		if run.happened(m) && !slices.Contains(ownSection, m.Name) && !slices.Contains(taxMeasures, m.Name) {
			columns = append(columns, run.Measured(m))
		}
	}
	run.comparison(d, "Further measures", columns)
	run.against(d)
}

// defined reports whether some policy has a value of a measure.
func (run *Run) defined(m metric.Measure) bool {
	return slices.ContainsFunc(run.Policies, func(p Policy) bool { return data.Finite(p.Value(m.Name)) })
}

// happened reports whether some policy has a value of a measure that is not 0: what
// never occurs, such as deposits without flows, needs no column.
func (run *Run) happened(m metric.Measure) bool {
	return slices.ContainsFunc(run.Policies, func(p Policy) bool {
		x := p.Value(m.Name)
		return data.Finite(x) && x != 0
	})
}

// comparison writes columns, a line a policy.
func (run *Run) comparison(d *page.Document, title string, columns []page.Column) {
	if len(columns) == 0 {
		return
	}
	d.Line("### %s", title)
	head := []string{"Policy"}
	for _, c := range columns {
		head = append(head, page.Escape(c.Title))
	}
	rows := make([][]string, len(run.Policies))
	for i := range rows {
		rows[i] = []string{page.Escape(run.Policies[i].Name)}
		for _, c := range columns {
			cell := c.Text[i]
			if c.Best != nil && c.Best[i] {
				cell = "**" + cell + "**"
			}
			rows[i] = append(rows[i], cell)
		}
	}
	d.Table(head, "lr", rows)
}

// against writes the differences to the base.
func (run *Run) against(d *page.Document) {
	base := run.base()
	if base == nil || len(run.Policies) < 2 {
		return
	}
	d.Line("### Against %s", page.Escape(base.Name))
	run.differences(d, []page.Column{
		run.Difference("Final NAV", "final_nav", 1, draw.MoneyDigits(base.Value("final_nav"))),
		run.Difference("CAGR, bp", "cagr", 1e4, 1),
		run.Difference("Volatility, bp", "volatility", 1e4, 1),
		run.Difference("Sharpe", "sharpe", 1, 3),
		run.Difference("Max drawdown, pp", "max_drawdown", 100, 2),
		run.Difference("Turnover a year, pp", "turnover_per_year", 100, 2),
		run.Difference("Costs a year, bp", "cost_per_year", 1e4, 2),
		run.Difference("Tracking error, bp", "tracking_error", 1e4, 1),
	})
	d.Line("Differences are policy minus base: bp are basis points (0.01 %%), pp percentage points.")
}

// differences writes columns, a line for each policy but the base.
func (run *Run) differences(d *page.Document, columns []page.Column) {
	head := []string{"Policy"}
	for _, c := range columns {
		head = append(head, c.Title)
	}
	base := run.base()
	var rows [][]string
	for i := range run.Policies {
		if &run.Policies[i] == base {
			continue
		}
		row := []string{page.Escape(run.Policies[i].Name)}
		for _, c := range columns {
			row = append(row, c.Text[i])
		}
		rows = append(rows, row)
	}
	d.Table(head, "lr", rows)
}

// pictures links to the plots.
func (run *Run) pictures(d *page.Document) {
	d.Line("## Growth and drawdown")
	d.Line("![NAV of every policy over time, and below it the fall from the running peak](plots/growth.png)")
	if len(run.Policies) > 1 {
		d.Line("## Costs and tracking")
		d.Line("![Costs a year against tracking error, one dot a policy](plots/cost-tracking.png)")
	}
	d.Line("## Drift")
	d.Line("Half the sum of |weight %s target| before the session's own trades: the part of the portfolio that would have to change hands. Green strokes are rebalances.", draw.Minus)
	d.Line("![Drift from the targets over time, one panel a policy](plots/drift.png)")
	d.Line("## Weights")
	for i, name := range fileNames(run) {
		p := &run.Policies[i]
		if p.Record.Log == nil {
			continue
		}
		d.Line("### %s", page.Escape(p.Name))
		d.Line("![Weights of the assets over time under this policy](plots/weights-%s.png)", name)
	}
}

// policyHead is a table's head of policies behind a first cell.
func policyHead(first string, policies []*Policy) []string {
	head := []string{first}
	for _, p := range policies {
		head = append(head, page.Escape(p.Name))
	}
	return head
}

// traders are the policies that rebalanced and kept a log of it.
func (run *Run) traders() []*Policy {
	var all []*Policy
	for i := range run.Policies {
		if p := &run.Policies[i]; len(Rebalances(p.Record)) > 0 {
			all = append(all, p)
		}
	}
	return all
}

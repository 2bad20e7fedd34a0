package reports

import (
	"slices"

	"evenkeel/data"
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
func (run *Run) results(d *document) {
	d.line("## Results")
	if len(run.Policies) > 1 {
		d.line("The best value of a column is **bold** where one direction is better.")
	}
	rest := run.measures()
	for _, g := range groups {
		var columns []column
		for _, key := range g.keys {
			if m, ok := run.find(key); ok {
				if !m.Extra || run.defined(m) {
					columns = append(columns, run.measured(m))
				}
				rest = slices.DeleteFunc(rest, func(x metric.Measure) bool { return x.Name == key })
			}
		}
		run.comparison(d, g.title, columns)
	}
	var columns []column
	for _, m := range rest {
		if m.Name == "survived" && !run.ruined() {
			continue
		}
		if run.happened(m) && !slices.Contains(ownSection, m.Name) && !slices.Contains(taxMeasures, m.Name) {
			columns = append(columns, run.measured(m))
		}
	}
	run.comparison(d, "Further measures", columns)
	run.against(d)
}

// defined says whether some policy has a value of a measure.
func (run *Run) defined(m metric.Measure) bool {
	return slices.ContainsFunc(run.Policies, func(p Policy) bool { return data.Finite(p.value(m.Name)) })
}

// happened says whether some policy has a value of a measure that is not 0: what
// never occurs, such as deposits without flows, needs no column.
func (run *Run) happened(m metric.Measure) bool {
	return slices.ContainsFunc(run.Policies, func(p Policy) bool {
		x := p.value(m.Name)
		return data.Finite(x) && x != 0
	})
}

// comparison writes columns, a line a policy.
func (run *Run) comparison(d *document, title string, columns []column) {
	if len(columns) == 0 {
		return
	}
	d.line("### %s", title)
	head := []string{"Policy"}
	for _, c := range columns {
		head = append(head, escape(c.title))
	}
	rows := make([][]string, len(run.Policies))
	for i := range rows {
		rows[i] = []string{escape(run.Policies[i].Name)}
		for _, c := range columns {
			cell := c.text[i]
			if c.best != nil && c.best[i] {
				cell = "**" + cell + "**"
			}
			rows[i] = append(rows[i], cell)
		}
	}
	d.table(head, "lr", rows)
}

// against writes the differences to the base.
func (run *Run) against(d *document) {
	base := run.base()
	if base == nil || len(run.Policies) < 2 {
		return
	}
	d.line("### Against %s", escape(base.Name))
	run.differences(d, []column{
		run.difference("Final NAV", "final_nav", 1, moneyDigits(base.value("final_nav"))),
		run.difference("CAGR, bp", "cagr", 1e4, 1),
		run.difference("Volatility, bp", "volatility", 1e4, 1),
		run.difference("Sharpe", "sharpe", 1, 3),
		run.difference("Max drawdown, pp", "max_drawdown", 100, 2),
		run.difference("Turnover a year, pp", "turnover_per_year", 100, 2),
		run.difference("Costs a year, bp", "cost_per_year", 1e4, 2),
		run.difference("Tracking error, bp", "tracking_error", 1e4, 1),
	})
	d.line("Differences are policy minus base: bp are basis points (0.01 %%), pp percentage points.")
}

// differences writes columns, a line for each policy but the base.
func (run *Run) differences(d *document, columns []column) {
	head := []string{"Policy"}
	for _, c := range columns {
		head = append(head, c.title)
	}
	base := run.base()
	var rows [][]string
	for i := range run.Policies {
		if &run.Policies[i] == base {
			continue
		}
		row := []string{escape(run.Policies[i].Name)}
		for _, c := range columns {
			row = append(row, c.text[i])
		}
		rows = append(rows, row)
	}
	d.table(head, "lr", rows)
}

// pictures links to the plots.
func (run *Run) pictures(d *document) {
	d.line("## Growth and drawdown")
	d.line("![NAV of every policy over time, and below it the fall from the running peak](plots/growth.png)")
	if len(run.Policies) > 1 {
		d.line("## Costs and tracking")
		d.line("![Costs a year against tracking error, one dot a policy](plots/cost-tracking.png)")
	}
	d.line("## Drift")
	d.line("Half the sum of |weight %s target| before the session's own trades: the part of the portfolio that would have to change hands. Green strokes are rebalances.", minus)
	d.line("![Drift from the targets over time, one panel a policy](plots/drift.png)")
	d.line("## Weights")
	for i, name := range fileNames(run) {
		p := &run.Policies[i]
		if p.Record.Log == nil {
			continue
		}
		d.line("### %s", escape(p.Name))
		d.line("![Weights of the assets over time under this policy](plots/weights-%s.png)", name)
	}
}

// policyHead is a table's head of policies behind a first cell.
func policyHead(first string, policies []*Policy) []string {
	head := []string{first}
	for _, p := range policies {
		head = append(head, escape(p.Name))
	}
	return head
}

// traders are the policies that rebalanced and kept a log of it.
func (run *Run) traders() []*Policy {
	var all []*Policy
	for i := range run.Policies {
		if p := &run.Policies[i]; len(rebalances(p.Record)) > 0 {
			all = append(all, p)
		}
	}
	return all
}

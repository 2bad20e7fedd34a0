package run

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// ownSection are the measures that the section of the shortfall shows; the tables
// of the comparison leave them out.
var ownSection = []string{
	"shortfall_total", "shortfall_per_year", "shortfall_delay", "shortfall_trading", "shortfall_opportunity", "shortfall_explicit", "shortfall_residual",
	"allocation_shortfall", "rebalancing_efficiency", "missed_orders",
}

// shortfall writes what the market did not give of what the policies asked for.
func (run *Run) shortfall(d *page.Document) {
	if !run.journals() {
		return
	}
	d.Line("## Implementation shortfall%s", inCurrency(run))
	d.Line("A paper book takes every requested order in full at the close of its decision, free. What it is worth more at the end than the account is the implementation shortfall: **delay** until the first possible fill, " +
		"**trading** between that price and the fills (spread and impact in it), **opportunity** of what was requested and not executed, and **explicit** costs. Below 0 the execution gained. " +
		"The initial purchase is filled at the close of its decision and has costs alone.")
	d.Line("![Steps from the paper book to the account: delay, trading, opportunity, explicit costs and their total, one panel a policy](plots/shortfall.png)")
	var columns []page.Column
	for _, key := range []string{"shortfall_delay", "shortfall_trading", "shortfall_opportunity", "shortfall_explicit", "shortfall_total", "shortfall_per_year"} {
		if m, ok := run.Find(key); ok {
			m.Better = 0 // parts of one whole: a best one says nothing
			columns = append(columns, run.Measured(m))
		}
	}
	run.policyTable(d, columns, "lr")
	run.residualLine(d)
	run.costsByComponent(d)
	run.allocation(d)
}

// policyTable writes columns, a line a policy.
func (run *Run) policyTable(d *page.Document, columns []page.Column, align string) {
	head := []string{"Policy"}
	for _, c := range columns {
		head = append(head, page.Escape(c.Title))
	}
	rows := make([][]string, len(run.Policies))
	for i := range rows {
		rows[i] = []string{page.Escape(run.Policies[i].Name)}
		for _, c := range columns {
			rows[i] = append(rows[i], c.Text[i])
		}
	}
	d.Table(head, align, rows)
}

// residualLine returns how exactly paper less real is the sum over the orders.
func (run *Run) residualLine(d *page.Document) {
	most, part := 0.0, 0.0
	for i := range run.Policies {
		p := &run.Policies[i]
		if x := p.Value("shortfall_residual"); x == x {
			most, part = max(most, x, -x), max(part, max(x, -x)/p.Record.NAV[p.Record.End-1])
		}
	}
	text := "not more than a millionth"
	if most > 1e-6 {
		text = fmt.Sprintf("at most %.1e (%.0e of NAV), which is the rounding of bookings", most, part)
	}
	d.Line("Per order it is in `orders.parquet`, in the forms of Wagner, Perold and the CFA. The paper book is replayed on its own; its NAV less the account's differs from the sum over the orders by %s.", text)
}

// costsByComponent writes what each component of the costs came to.
func (run *Run) costsByComponent(d *page.Document) {
	var rows [][]string
	for i := range run.Policies {
		p := &run.Policies[i]
		if p.Record.Log == nil {
			continue
		}
		years := p.years()
		for _, c := range metric.Components(p.Record) {
			if c.Trades == 0 {
				continue
			}
			later := (c.Cost - c.Initial).Money()
			a := draw.Undefined
			if years > 0 {
				a = draw.Decimal(later/metric.Mean(p.Navs())/years*1e4, 2)
			}
			rows = append(rows, []string{page.Escape(p.Name), page.Escape(c.Name), kindOfCost(c.Implicit), draw.Count(c.Trades), draw.Money(c.Cost.Money()), draw.Money(c.Initial.Money()), a})
		}
	}
	if rows == nil {
		return
	}
	d.Line("### Costs by component%s", inCurrency(run))
	d.Table([]string{"Policy", "Component", "Kind", "Charges", "Money", "of it initial", "bp of mean NAV a year, without the initial"}, "lllr", rows)
	d.Line("Explicit costs are billed; implicit ones are paid in the price. By year they are in `costs.parquet`.")
}

func kindOfCost(implicit bool) string {
	if implicit {
		return "implicit"
	}
	return "explicit"
}

// years is the length of the policy's run in years of 365.25 days.
func (p *Policy) years() float64 {
	r := p.Record
	return float64(r.Panel.Date(r.End-1)-r.Panel.Date(r.First)) / 365.25
}

// allocation writes the other meaning of the word, and what became of orders.
func (run *Run) allocation(d *page.Document) {
	d.Line("### Allocation shortfall and rebalancing efficiency")
	d.Line("Some documents call the **allocation shortfall** an implementation shortfall, too: half the sum of |requested %s achieved| weights after execution, a part of the portfolio and no money. Rebalancing efficiency is the executed part of the value requested.", draw.Minus)
	var columns []page.Column
	for _, key := range []string{"allocation_shortfall", "rebalancing_efficiency", "missed_orders"} {
		if m, ok := run.Find(key); ok {
			columns = append(columns, run.Measured(m))
		}
	}
	why := page.Column{Title: "Why"}
	for i := range run.Policies {
		why.Text = append(why.Text, reasonsLine(run.Policies[i].Record))
	}
	run.policyTable(d, append(columns, why), "lrrrl")
}

// reasonsLine returns why orders were not filled in full, the most frequent first.
func reasonsLine(r *sim.Record) string {
	if r.Log == nil {
		return draw.Undefined
	}
	var names []string
	n := map[string]int{}
	for i := range r.Log.Orders {
		if o := &r.Log.Orders[i]; o.State == sim.StateMissed || o.State == sim.StatePart {
			name := strings.ReplaceAll(o.Reason.String(), "_", " ")
			if n[name]++; n[name] == 1 {
				names = append(names, name)
			}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return n[b] - n[a] })
	for i, name := range names {
		names[i] = name + " " + draw.Count(n[name])
	}
	return page.OrElse(strings.Join(names, ", "), "none")
}

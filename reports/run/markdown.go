package run

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

func init() {
	add("markdown", "the report to read: what ran, the comparison, pictures, years, rebalances, definitions",
		"report.md, with links to the pictures in plots/.",
		func(dir draw.Dir, run *Run) error {
			return dir.Write("report.md", func(w io.Writer) error { return Markdown(w, run) })
		})
}

// Markdown writes report.md.
func Markdown(w io.Writer, run *Run) error {
	if err := run.Check(); err != nil {
		return err
	}
	d := &page.Document{}
	d.Line("# %s", page.OrElse(page.Escape(run.Name), "Backtest"))
	for _, n := range run.Warnings() {
		d.Line("> %s", page.Escape(n))
	}
	if len(run.DataWarnings) > 0 {
		d.Line("> %s: see [Data](#data).", page.Escape(run.doubted()))
	}
	run.setting(d)
	run.results(d)
	run.pictures(d)
	run.falls(d)
	run.contributions(d)
	run.shortfall(d)
	run.calendarYears(d)
	run.flowsByYear(d)
	run.taxes(d)
	run.rebalances(d)
	run.unfundedTriggers(d)
	run.dataWarnings(d)
	run.glossary(d)
	_, err := io.WriteString(w, d.B.String())
	return err
}

// setting returns what ran.
func (run *Run) setting(d *page.Document) {
	first, end := run.Span()
	rows := [][]string{
		{"Period", fmt.Sprintf("%s to %s, %s, %s years", run.Panel.Date(first), run.Panel.Date(end-1), draw.Plural(end-first, "session", "sessions"), draw.Decimal(run.years(), 1))},
	}
	put := func(name, text string) {
		if text != "" {
			rows = append(rows, []string{name, text})
		}
	}
	put("Prices", page.Escape(run.Prices))
	put("Targets", run.common(TargetLine))
	put("Account", run.common(run.accountLine))
	put("Costs", run.common(func(p *Policy) string { return CostLine(p, run) }))
	put("Fills", run.common(func(p *Policy) string { return FillLine(p.Record.Mandate.Terms) }))
	put("Cash reserve", run.common(func(p *Policy) string { return ReserveLine(p.Record.Mandate.Terms) }))
	put("Measures", fmt.Sprintf("%s periods a year, risk-free rate %s, tracking against %s", draw.Decimal(run.PeriodsPerYear, 0), draw.Percent(run.RiskFree, 2), page.OrElse(page.Escape(run.Against), "the policy always at its targets, without costs")))
	d.Table([]string{"What ran", ""}, "l", rows)

	rows = nil
	base := run.base()
	for i := range run.Policies {
		p := &run.Policies[i]
		rule := page.OrElse(page.Escape(p.Title), "no description")
		if p == base && len(run.Policies) > 1 {
			rule += " (the base of comparisons)"
		}
		rows = append(rows, []string{"**" + page.Escape(p.Name) + "**", rule})
	}
	d.Table([]string{"Policy", "Rule"}, "l", rows)
}

// common is what is true of all policies, or a list of what is true of each.
func (run *Run) common(of func(*Policy) string) string {
	all := make([]string, len(run.Policies))
	same := true
	for i := range all {
		all[i] = of(&run.Policies[i])
		same = same && all[i] == all[0]
	}
	if same {
		return all[0]
	}
	for i := range all {
		all[i] = page.Escape(run.Policies[i].Name) + ": " + page.OrElse(all[i], "none")
	}
	return strings.Join(all, "; ")
}

// TargetLine is a policy's targets, of many sets the first and the last.
func TargetLine(p *Policy) string {
	r := p.Record
	later := r.Mandate.Changes
	for len(later) > 0 && later[len(later)-1].Session >= r.End {
		later = later[:len(later)-1]
	}
	first := targetList(r.Panel, r.Mandate.Targets)
	const most = 5
	if n := len(later); n > most {
		last := later[n-1]
		return fmt.Sprintf("%s sets, from %s to %s (from %s)", draw.Count(1+n), first, targetList(r.Panel, last.Targets), r.Panel.Date(last.Session))
	}
	for _, x := range later {
		first += fmt.Sprintf("; from %s: %s", r.Panel.Date(x.Session), targetList(r.Panel, x.Targets))
	}
	return first
}

func targetList(panel *data.Panel, targets []float64) string {
	var all []string
	for i, t := range targets {
		if t != 0 {
			all = append(all, page.Escape(panel.Symbols()[i])+" "+shortPercent(t))
		}
	}
	return strings.Join(all, ", ")
}

// FillLine returns when orders are filled.
func FillLine(t *sim.Terms) string {
	line := fillLines[t.Fill]
	if t.Delay > 0 {
		line += fmt.Sprintf(", %s later", draw.Plural(t.Delay, "session", "sessions"))
	}
	if t.Windows != nil {
		line += ", or the first trading window from then on"
	}
	return line
}

var fillLines = map[sim.FillTime]string{
	sim.NextClose: "at the close of the session after the decision",
	sim.NextOpen:  "at the open of the session after the decision",
	sim.SameClose: "at the close that the decision was made with (**looks at the price it trades at**)",
}

// ReserveLine returns in words which cash is kept.
func ReserveLine(t *sim.Terms) string {
	var all []string
	if t.Reserve > 0 {
		all = append(all, draw.Money(t.Reserve))
	}
	if t.ReserveFraction > 0 {
		all = append(all, shortPercent(t.ReserveFraction)+" of NAV")
	}
	return strings.Join(all, " or ")
}

// CostLine describes a policy's costs where they are the same for all trades.
func CostLine(p *Policy, run *Run) string {
	var all []string
	t := p.Record.Mandate.Terms
	names := metric.ComponentNames(p.Record)
	for i, c := range t.Costs {
		all = append(all, page.Escape(names[i])+": "+chargeLine(c, p.Record, run.Currency))
	}
	if all == nil {
		return "none"
	}
	line := strings.Join(all, "; ")
	if t.FreeOpening {
		line += "; the initial purchase is free"
	}
	return line
}

// chargeLine returns what a cost charges, in its own words when it is not the same
// for all trades.
func chargeLine(c sim.Cost, r *sim.Record, currency string) string {
	if fixed, rate, same := charged(c, r); same {
		var parts []string
		if fixed != 0 {
			parts = append(parts, strings.TrimSpace(draw.Money(fixed)+" "+page.Escape(currency))+" a trade")
		}
		if rate != 0 || fixed == 0 {
			parts = append(parts, bpLine(rate)+" of the value traded")
		}
		return strings.Join(parts, " and ")
	}
	if c, ok := c.(interface{ Line(currency string) string }); ok {
		return page.Escape(c.Line(currency))
	}
	return "differs by asset, side, size or date"
}

// bpLine is a fraction in basis points, in words.
func bpLine(x float64) string {
	n := strings.TrimSuffix(strings.TrimRight(draw.Decimal(x*1e4, 2), "0"), ".")
	if n == "1" {
		return "1 basis point"
	}
	return n + " basis points"
}

// charged is what a cost charges when it is the same for all trades.
func charged(c sim.Cost, r *sim.Record) (fixed, rate float64, same bool) {
	if t := c.Traits(); t.Dated || t.Sized {
		return 0, 0, false
	}
	for i := range r.Panel.Assets() {
		for _, buy := range []bool{true, false} {
			f, x := c.Charge(&sim.Fill{Session: r.First, Date: r.DateOf(int32(r.First)), Asset: i, Buy: buy})
			if i == 0 && buy {
				fixed, rate = f, x
			}
			if f != fixed || x != rate {
				return 0, 0, false
			}
		}
	}
	return fixed, rate, true
}

// glossary defines every measure that was printed.
func (run *Run) glossary(d *page.Document) {
	d.Line("## Definitions")
	for _, m := range run.Measures() {
		if slices.Contains(taxMeasures, m.Name) && !run.isTaxed() {
			continue
		}
		text := page.Escape(m.Doc)
		if m.Details != "" {
			text += ".\\\n  " + page.Escape(strings.TrimSuffix(m.Details, "."))
		}
		fmt.Fprintf(&d.B, "- **%s** (`%s`%s): %s.\n", page.Escape(m.Title), m.Name, page.Direction(m), text)
	}
	d.B.WriteByte('\n')
	d.Line("%s stands for what is undefined. Numbers in full are in `summary.json`; every session, look, order, trade and booking is in the Parquet tables beside it.", draw.Undefined)
}

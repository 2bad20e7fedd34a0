package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

func init() {
	add("markdown", "the report to read: what ran, the comparison, pictures, years, rebalances, definitions",
		"report.md, with links to the pictures in plots/.",
		func(dir Dir, run *Run) error {
			return dir.Write("report.md", func(w io.Writer) error { return Markdown(w, run) })
		})
}

// Markdown writes report.md.
func Markdown(w io.Writer, run *Run) error {
	if err := run.check(); err != nil {
		return err
	}
	d := &document{}
	d.line("# %s", orElse(escape(run.Name), "Backtest"))
	for _, n := range run.warnings() {
		d.line("> %s", escape(n))
	}
	if len(run.Doubts) > 0 {
		d.line("> %s: see [Data](#data).", escape(run.doubted()))
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
	run.doubts(d)
	run.glossary(d)
	_, err := io.WriteString(w, d.b.String())
	return err
}

// document is Markdown in the making.
type document struct{ b strings.Builder }

// line writes a paragraph.
func (d *document) line(format string, args ...any) {
	fmt.Fprintf(&d.b, format+"\n\n", args...)
}

// table writes a table. align has a letter a column, l or r, the last of which
// stands for all that follow. Cells are Markdown already.
func (d *document) table(head []string, align string, rows [][]string) {
	row := func(cells []string) { d.b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(head)
	marks := make([]string, len(head))
	for i := range marks {
		if marks[i] = "---:"; align[min(i, len(align)-1)] == 'l' {
			marks[i] = "---"
		}
	}
	row(marks)
	for _, r := range rows {
		row(r)
	}
	d.b.WriteByte('\n')
}

// escape is a text that Markdown shows as it is, on one line.
func escape(s string) string {
	runes := []rune(clean(s, 400))
	var b strings.Builder
	for i, r := range runes {
		switch r {
		case '\\', '`', '*', '[', ']', '<', '>', '|', '~', '&', '$', '!', '{', '}':
			b.WriteByte('\\')
		case '_':
			if !(inside(runes, i-1) && inside(runes, i+1)) {
				b.WriteByte('\\')
			}
		case '#', '+', '=', '-':
			if i == 0 {
				b.WriteByte('\\')
			}
		case ':': // no address becomes a link
			if i+1 < len(runes) && runes[i+1] == '/' {
				b.WriteByte('\\')
			}
		case '.', ')':
			if i >= 3 && strings.EqualFold(string(runes[i-3:i]), "www") || leadingNumber(runes[:i]) {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// inside says whether a rune of a text is a letter or a digit, between which an
// underscore means nothing.
func inside(runes []rune, i int) bool {
	if i < 0 || i >= len(runes) {
		return false
	}
	r := runes[i]
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// leadingNumber says whether a text is digits alone: a dot after it would begin a list.
func leadingNumber(runes []rune) bool {
	for _, r := range runes {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(runes) > 0
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// setting says what ran.
func (run *Run) setting(d *document) {
	first, end := run.span()
	rows := [][]string{
		{"Period", fmt.Sprintf("%s to %s, %s, %s years", run.Panel.Date(first), run.Panel.Date(end-1), plural(end-first, "session", "sessions"), decimal(run.years(), 1))},
	}
	put := func(name, text string) {
		if text != "" {
			rows = append(rows, []string{name, text})
		}
	}
	put("Prices", escape(run.Prices))
	put("Targets", run.common(targetLine))
	put("Account", run.common(run.accountLine))
	put("Costs", run.common(func(p *Policy) string { return costLine(p, run) }))
	put("Fills", run.common(func(p *Policy) string { return fillLine(p.Record.Mandate.Terms) }))
	put("Cash reserve", run.common(func(p *Policy) string { return reserveLine(p.Record.Mandate.Terms) }))
	put("Measures", fmt.Sprintf("%s periods a year, risk-free rate %s, tracking against %s", decimal(run.PeriodsPerYear, 0), percent(run.RiskFree, 2), orElse(escape(run.Against), "the policy always at its targets, without costs")))
	d.table([]string{"What ran", ""}, "l", rows)

	rows = nil
	base := run.base()
	for i := range run.Policies {
		p := &run.Policies[i]
		rule := orElse(escape(p.Title), "no description")
		if p == base && len(run.Policies) > 1 {
			rule += " (the base of comparisons)"
		}
		rows = append(rows, []string{"**" + escape(p.Name) + "**", rule})
	}
	d.table([]string{"Policy", "Rule"}, "l", rows)
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
		all[i] = escape(run.Policies[i].Name) + ": " + orElse(all[i], "none")
	}
	return strings.Join(all, "; ")
}

// targetLine is a policy's targets, of many sets the first and the last.
func targetLine(p *Policy) string {
	r := p.Record
	later := r.Mandate.Changes
	for len(later) > 0 && later[len(later)-1].Session >= r.End {
		later = later[:len(later)-1]
	}
	first := targetList(r.Panel, r.Mandate.Targets)
	const most = 5
	if n := len(later); n > most {
		last := later[n-1]
		return fmt.Sprintf("%s sets, from %s to %s (from %s)", count(1+n), first, targetList(r.Panel, last.Targets), r.Panel.Date(last.Session))
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
			all = append(all, escape(panel.Symbols()[i])+" "+shortPercent(t))
		}
	}
	return strings.Join(all, ", ")
}

// fillLine says when orders are filled.
func fillLine(t *sim.Terms) string {
	line := fillLines[t.Fill]
	if t.Delay > 0 {
		line += fmt.Sprintf(", %s later", plural(t.Delay, "session", "sessions"))
	}
	if t.Windows != nil {
		line += ", or the first trading window from then on"
	}
	return line
}

var fillLines = map[sim.Moment]string{
	sim.NextClose: "at the close of the session after the decision",
	sim.NextOpen:  "at the open of the session after the decision",
	sim.SameClose: "at the close that the decision was made with (**looks at the price it trades at**)",
}

func reserveLine(t *sim.Terms) string {
	var all []string
	if t.Reserve > 0 {
		all = append(all, money(t.Reserve))
	}
	if t.ReserveFraction > 0 {
		all = append(all, shortPercent(t.ReserveFraction)+" of NAV")
	}
	return strings.Join(all, " or ")
}

// costLine describes a policy's costs where they are the same for all trades.
func costLine(p *Policy, run *Run) string {
	var all []string
	t := p.Record.Mandate.Terms
	names := metric.ComponentNames(p.Record)
	for i, c := range t.Costs {
		all = append(all, escape(names[i])+": "+chargeLine(c, p.Record, run.Currency))
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

// chargeLine says what a cost charges, in its own words when it is not the same
// for all trades.
func chargeLine(c sim.Cost, r *sim.Record, currency string) string {
	if fixed, rate, same := charged(c, r); same {
		var parts []string
		if fixed != 0 {
			parts = append(parts, strings.TrimSpace(money(fixed)+" "+escape(currency))+" a trade")
		}
		if rate != 0 || fixed == 0 {
			parts = append(parts, bpLine(rate)+" of the value traded")
		}
		return strings.Join(parts, " and ")
	}
	if c, ok := c.(interface{ Line(currency string) string }); ok {
		return escape(c.Line(currency))
	}
	return "differs by asset, side, size or date"
}

// bpLine is a fraction in basis points, in words.
func bpLine(x float64) string {
	n := strings.TrimSuffix(strings.TrimRight(decimal(x*1e4, 2), "0"), ".")
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
func (run *Run) glossary(d *document) {
	d.line("## Definitions")
	for _, m := range run.measures() {
		if slices.Contains(taxMeasures, m.Name) && !run.isTaxed() {
			continue
		}
		text := escape(m.Doc)
		if m.Details != "" {
			text += ".\\\n  " + escape(strings.TrimSuffix(m.Details, "."))
		}
		fmt.Fprintf(&d.b, "- **%s** (`%s`%s): %s.\n", escape(m.Title), m.Name, direction(m), text)
	}
	d.b.WriteByte('\n')
	d.line("%s stands for what is undefined. Numbers in full are in `summary.json`; every session, look, order, trade and booking is in the Parquet tables beside it.", undefined)
}

func direction(m metric.Measure) string {
	switch {
	case m.Better > 0:
		return ", more is better"
	case m.Better < 0:
		return ", less is better"
	}
	return ""
}

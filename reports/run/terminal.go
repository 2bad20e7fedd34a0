package run

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// Table prints the policies side by side in at most width characters a line (80
// when width is 0 or less): as many columns as fit, the most telling first, and
// a line of blocks for the course of the NAV.
func Table(w io.Writer, run *Run, width int) error {
	if err := run.Check(); err != nil {
		return err
	}
	if width <= 0 {
		width = 80
	}
	names := make([]string, len(run.Policies))
	for i := range names {
		names[i] = draw.Clean(run.Policies[i].Name, max(8, min(28, width/4)))
	}
	columns := []page.Column{{Title: "Policy", Text: names}}
	used := columns[0].Width() + 2 // every column has two spaces to its right, the rule below the heading too
	room := width
	if width >= wideEnough {
		room -= leastLine + 2
	}
	for _, c := range run.terminalColumns() {
		if need := c.Width() + 2; used+need <= room {
			columns, used = append(columns, c), used+need
		}
	}
	if free := width - used - 2; free >= 8 && len(columns) > 1 {
		columns = append(columns, run.Sparklines(min(free, 40)))
	}
	_, err := io.WriteString(w, run.heading(width)+page.Render(columns)+"\n")
	return err
}

// On a terminal this wide the course of the NAV has its place, of as many blocks at
// least.
const (
	wideEnough = 90
	leastLine  = 12
)

// terminalColumns are the columns in order of what they tell.
func (run *Run) terminalColumns() []page.Column {
	var all []page.Column
	put := func(title, key string) {
		if m, ok := run.Find(key); ok {
			c := run.Measured(m)
			c.Title = title
			all = append(all, c)
		}
	}
	put("Final NAV", "final_nav")
	put("CAGR", "cagr")
	if base := run.base(); base != nil && len(run.Policies) > 1 {
		all = append(all, run.Difference("vs base, bp", "cagr", 1e4, 0))
	}
	put("Volatility", "volatility")
	put("Max drawdown", "max_drawdown")
	put("Rebalances", "rebalances")
	put("Turnover/y", "turnover_per_year")
	put("Costs/y", "cost_per_year")
	put("Tracking", "tracking_error")
	put("Sharpe", "sharpe")
	put("Unfunded", "unfunded_triggers")
	put("Mean drift", "drift_mean")
	return all
}

// Sparklines is the column of the NAV's course.
func (run *Run) Sparklines(width int) page.Column {
	c := page.Column{Title: "NAV", Text: make([]string, len(run.Policies))}
	for i := range run.Policies {
		c.Text[i] = page.Sparkline(run.Policies[i].Navs(), width)
	}
	return c
}

// heading is what ran, and over which period.
func (run *Run) heading(width int) string {
	first, end := run.Span()
	line := fmt.Sprintf("%s: %s to %s, %s, %s", draw.Clean(run.Name, 60), run.Panel.Date(first), run.Panel.Date(end-1),
		draw.Plural(end-first, "session", "sessions"), draw.Plural(run.Panel.Assets(), "asset", "assets"))
	if run.Currency != "" {
		line += ", " + draw.Clean(run.Currency, 12)
	}
	var b strings.Builder
	for _, l := range append([]string{line}, run.Warnings()...) {
		for _, part := range strings.Split(text.WrapSoft(draw.Clean(l, 2000), width), "\n") {
			b.WriteString(strings.TrimRight(part, " ") + "\n") // what wraps also fills its lines up
		}
	}
	return b.String()
}

// Sparkline is the course of a policy's NAV as a row of at most width blocks.
func Sparkline(p *Policy, width int) string { return page.Sparkline(p.Navs(), width) }

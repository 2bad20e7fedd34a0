package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Table prints the policies side by side in at most width characters a line (80
// when width is 0 or less): as many columns as fit, the most telling first, and
// a line of blocks for the course of the NAV.
func Table(w io.Writer, run *Run, width int) error {
	if err := run.check(); err != nil {
		return err
	}
	if width <= 0 {
		width = 80
	}
	names := make([]string, len(run.Policies))
	for i := range names {
		names[i] = clean(run.Policies[i].Name, max(8, min(28, width/4)))
	}
	columns := []column{{title: "Policy", text: names}}
	used := columns[0].width() + 2 // every column has two spaces to its right, the rule below the heading too
	room := width
	if width >= wideEnough {
		room -= leastLine + 2
	}
	for _, c := range run.terminalColumns() {
		if need := c.width() + 2; used+need <= room {
			columns, used = append(columns, c), used+need
		}
	}
	if free := width - used - 2; free >= 8 && len(columns) > 1 {
		columns = append(columns, run.sparklines(min(free, 40)))
	}
	_, err := io.WriteString(w, run.heading(width)+render(columns)+"\n")
	return err
}

// On a terminal this wide the course of the NAV has its place, of as many blocks at
// least.
const (
	wideEnough = 90
	leastLine  = 12
)

// terminalColumns are the columns in order of what they tell.
func (run *Run) terminalColumns() []column {
	var all []column
	put := func(title, key string) {
		if m, ok := run.find(key); ok {
			c := run.measured(m)
			c.title = title
			all = append(all, c)
		}
	}
	put("Final NAV", "final_nav")
	put("CAGR", "cagr")
	if base := run.base(); base != nil && len(run.Policies) > 1 {
		all = append(all, run.difference("vs base, bp", "cagr", 1e4, 0))
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

// sparklines is the column of the NAV's course.
func (run *Run) sparklines(width int) column {
	c := column{title: "NAV", text: make([]string, len(run.Policies))}
	for i := range run.Policies {
		c.text[i] = sparkline(run.Policies[i].navs(), width)
	}
	return c
}

// width is the column's widest cell.
func (c column) width() int {
	most := text.StringWidthWithoutEscSequences(c.title)
	for _, t := range c.text {
		most = max(most, text.StringWidthWithoutEscSequences(t))
	}
	return most
}

// heading is what ran, and over which period.
func (run *Run) heading(width int) string {
	first, end := run.span()
	line := fmt.Sprintf("%s: %s to %s, %s, %s", clean(run.Name, 60), run.Panel.Date(first), run.Panel.Date(end-1),
		plural(end-first, "session", "sessions"), plural(run.Panel.Assets(), "asset", "assets"))
	if run.Currency != "" {
		line += ", " + clean(run.Currency, 12)
	}
	var b strings.Builder
	for _, l := range append([]string{line}, run.warnings()...) {
		for _, part := range strings.Split(text.WrapSoft(clean(l, 2000), width), "\n") {
			b.WriteString(strings.TrimRight(part, " ") + "\n") // what wraps also fills its lines up
		}
	}
	return b.String()
}

// render draws the columns without frames: names to the left, numbers to the right.
func render(columns []column) string {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	head := make(table.Row, len(columns))
	configs := make([]table.ColumnConfig, len(columns))
	for k, c := range columns {
		align := text.AlignRight
		if c.title == "Policy" || c.title == "NAV" {
			align = text.AlignLeft
		}
		head[k] = c.title
		configs[k] = table.ColumnConfig{Number: k + 1, Align: align, AlignHeader: align}
	}
	t.AppendHeader(head)
	t.SetColumnConfigs(configs)
	for i := range columns[0].text {
		row := make(table.Row, len(columns))
		for k, c := range columns {
			row[k] = c.text[i]
		}
		t.AppendRow(row)
	}
	return t.Render()
}

// Sparkline is the course of a policy's NAV as a row of at most width blocks.
func Sparkline(p *Policy, width int) string { return sparkline(p.navs(), width) }

package compare

import (
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// Table prints the comparison in at most width characters a line (80 when width is
// 0 or less): the leaderboard with as many columns as fit, then what can be told of
// the differences and where each policy parted from the base.
func (v *Comparison) Table(w io.Writer, width int) error {
	if width <= 0 {
		width = 80
	}
	var b strings.Builder
	for _, l := range append([]string{v.windowLine()}, v.Notes...) {
		b.WriteString(text.WrapSoft(draw.Clean(l, 2000), width) + "\n")
	}
	b.WriteString(v.board(width) + "\n")
	for i, c := range v.Entrants {
		if i != v.Base {
			b.WriteString(text.WrapSoft(draw.Clean(c.Name, 60)+": "+v.told(i), width) + "\n")
		}
	}
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// board is the leaderboard.
func (v *Comparison) board(width int) string {
	names := page.Column{Title: "Policy"}
	for _, c := range v.Entrants {
		names.Text = append(names.Text, draw.Clean(c.Name, max(8, min(32, width/3))))
	}
	all, used := []page.Column{names}, names.Width()+2
	put := func(c page.Column) {
		if need := c.Width() + 2; used+need <= width {
			all, used = append(all, c), used+need
		}
	}
	measured := func(title, key string) {
		if m, ok := v.run.Find(key); ok {
			c := v.run.Measured(m)
			c.Title = title
			put(c)
		}
	}
	measured("CAGR", "cagr")
	put(v.run.Difference("vs base, bp", "cagr", 1e4, 0))
	measured("Volatility", "volatility")
	measured("Sharpe", "sharpe")
	measured("Max drawdown", "max_drawdown")
	measured("Turnover/y", "turnover_per_year")
	measured("Costs/y", "cost_per_year")
	measured("Tracking", "tracking_error")
	measured("Rebalances", "rebalances")
	measured("Trades", "trades")
	if free := width - used - 2; free >= 8 {
		all = append(all, v.run.Sparklines(min(free, 40)))
	}
	return page.Render(all)
}

// told is what can be told of an entrant, in one line.
func (v *Comparison) told(i int) string {
	a := &v.Differences[i]
	level := draw.Percent(v.Bootstrap.Level, 0)
	line := "CAGR " + draw.Signed(a.CAGR.Difference*1e4, 1) + " bp, " + level + " interval " + intervalText(a.CAGR, 1e4, 1)
	switch {
	case !data.Finite(a.CAGR.Low):
		line += "; nothing can be told"
	case a.CAGR.Tells():
		line += ": a difference"
	default:
		line += ": no difference can be told"
	}
	switch x := a.First; {
	case x == nil:
		return line + "; the same weights at every close."
	case x.AtStart:
		return line + "; other weights from the start on."
	default:
		return line + "; they part at the look of " + x.Date.String() + " (" + v.Entrants[v.Base].Name + ": " + x.Base.line() + "; here: " + x.Other.line() + ")."
	}
}

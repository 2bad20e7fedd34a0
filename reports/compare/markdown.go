package compare

import (
	"fmt"
	"io"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/reports/run"
	"evenkeel/sim/evidence"
	"evenkeel/sim/metric"
)

// Write writes compare.html, compare.md, compare.json and the pictures of a comparison.
func (v *Comparison) Write(dir draw.Dir) error {
	if err := dir.Write("compare.html", v.HTML); err != nil {
		return err
	}
	if err := dir.Write("compare.md", v.Markdown); err != nil {
		return err
	}
	if err := dir.Write("compare.json", v.JSON); err != nil {
		return err
	}
	return draw.Save(dir, draw.Picture{Name: "plots/growth", Figure: v.run.Growth()}, draw.Picture{Name: "plots/cost-tracking", Figure: v.run.CostTracking()})
}

// Markdown writes compare.md.
func (v *Comparison) Markdown(w io.Writer) error {
	d := &page.Document{}
	d.Line("# Comparison")
	for _, n := range v.Notes {
		d.Line("> %s", page.Escape(n))
	}
	d.Line("%s", page.Escape(v.windowLine()))
	v.sources(d)
	v.leaderboard(d)
	v.intervals(d)
	d.Line("## Growth")
	d.Line("![Growth of 100 from the first common session on, and below it the fall from the running peak](plots/growth.png)")
	d.Line("## Costs and tracking")
	d.Line("![Costs a year against tracking error, one dot a policy](plots/cost-tracking.png)")
	v.whys(d)
	v.byYear(d)
	v.definitions(d)
	_, err := io.WriteString(w, d.B.String())
	return err
}

// sources lists what is compared.
func (v *Comparison) sources(d *page.Document) {
	var rows [][]string
	for i, c := range v.Entrants {
		name := "**" + page.Escape(c.Name) + "**"
		if i == v.Base {
			name += " (base)"
		}
		rows = append(rows, []string{name, page.Escape(c.Run.Name), page.Escape(c.Policy.Name), page.OrElse(page.Escape(c.Policy.Title), "no description"), c.Policy.Period()})
	}
	d.Table([]string{"Policy", "Experiment", "Its name there", "Rule", "Ran over"}, "l", rows)
}

// leaderboard writes the measures, the best by the chosen one first.
func (v *Comparison) leaderboard(d *page.Document) {
	d.Line("## Leaderboard")
	d.Line("Ordered by %s%s. The best value of a column is **bold** where one direction is better. Every figure is that of the common sessions alone.", page.Escape(v.By.Title), page.Direction(v.By))
	var columns []page.Column
	for _, m := range v.run.Measures() {
		columns = append(columns, v.run.Measured(m))
	}
	const most = 6 // columns a table
	for from := 0; from < len(columns); from += most {
		head := []string{"Policy"}
		part := columns[from:min(from+most, len(columns))]
		for _, c := range part {
			head = append(head, page.Escape(c.Title))
		}
		rows := make([][]string, len(v.Entrants))
		for i, c := range v.Entrants {
			rows[i] = []string{page.Escape(c.Name)}
			for _, col := range part {
				text := col.Text[i]
				if col.Best[i] {
					text = "**" + text + "**"
				}
				rows[i] = append(rows[i], text)
			}
		}
		d.Table(head, "lr", rows)
	}
}

// intervals writes the differences to the base with what resampling says of them.
func (v *Comparison) intervals(d *page.Document) {
	base := v.Entrants[v.Base].Name
	level := draw.Percent(v.Bootstrap.Level, 0)
	d.Line("## Differences to %s", page.Escape(base))
	var rows [][]string
	for i, c := range v.Entrants {
		if i == v.Base {
			continue
		}
		a := &v.Differences[i]
		rows = append(rows, []string{
			page.Escape(c.Name),
			draw.Signed(a.CAGR.Difference*1e4, 1), intervalText(a.CAGR, 1e4, 1), verdict(a.CAGR),
			draw.Signed(a.Sharpe.Difference, 3), intervalText(a.Sharpe, 1, 3), verdict(a.Sharpe),
		})
	}
	d.Table([]string{"Policy", "CAGR, bp", level + " interval", "Told apart", "Sharpe", level + " interval", "Told apart"}, "lrrlrrl", rows)
	d.Line("%s", page.Escape(v.method()))
	rows = nil
	for _, m := range v.run.Measures() {
		if m.Name == "cagr" || m.Name == "sharpe" {
			continue
		}
		row := []string{page.Escape(differenceTitle(m))}
		for i := range v.Entrants {
			if i != v.Base {
				row = append(row, differenceText(m, v.value(i, m.Name)-v.value(v.Base, m.Name)))
			}
		}
		rows = append(rows, row)
	}
	head := []string{"Policy minus base"}
	for i, c := range v.Entrants {
		if i != v.Base {
			head = append(head, page.Escape(c.Name))
		}
	}
	d.Table(head, "lr", rows)
}

// resampling returns how the intervals are made.
func (v *Comparison) resampling() string {
	b := &v.Bootstrap
	return fmt.Sprintf("Intervals: paired stationary bootstrap of the sessions' returns (Politis and Romano, 1994), %s resamples, blocks of %s sessions on average, seed %d.",
		draw.Count(b.Resamples), draw.Decimal(b.Block, 0), b.Seed)
}

// method returns how the intervals are made and read.
func (v *Comparison) method() string {
	return v.resampling() + " " +
		"\"No\" means that the interval holds 0: from these sessions no difference can be told. \"Yes\" speaks of these sessions alone; the more policies are tried, the more often one stands out by chance."
}

func intervalText(x evidence.Interval, scale float64, digits int) string {
	if !data.Finite(x.Low) || !data.Finite(x.High) {
		return draw.Undefined
	}
	return draw.Signed(x.Low*scale, digits) + " to " + draw.Signed(x.High*scale, digits)
}

func verdict(x evidence.Interval) string {
	switch {
	case !data.Finite(x.Low):
		return draw.Undefined
	case x.Tells():
		return "yes"
	}
	return "no"
}

func differenceTitle(m metric.Measure) string {
	switch m.Unit {
	case metric.Fraction:
		return m.Title + ", bp"
	}
	return m.Title
}

func differenceText(m metric.Measure, x float64) string {
	switch m.Unit {
	case metric.Fraction:
		return draw.Signed(x*1e4, 1)
	case metric.Count:
		return draw.Signed(x, 0)
	}
	return draw.Signed(x, 2)
}

// whys says of each entrant where it parted from the base.
func (v *Comparison) whys(d *page.Document) {
	d.Line("## Why do they differ")
	for i, c := range v.Entrants {
		if i == v.Base {
			continue
		}
		a := &v.Differences[i]
		d.Line("### %s", page.Escape(c.Name))
		if len(a.Settings) > 0 {
			var rows [][]string
			for _, s := range a.Settings {
				rows = append(rows, []string{s.Name, s.Base, s.Other})
			}
			d.Table([]string{"Setting", page.Escape(v.Entrants[v.Base].Name), page.Escape(c.Name)}, "l", rows)
		} else {
			d.Line("Nothing is set differently.")
		}
		v.parting(d, c, a.First)
	}
}

// partingLine returns where weights part.
func (v *Comparison) partingLine(c Entrant, x *Divergence) string {
	base := v.Entrants[v.Base]
	switch {
	case x == nil:
		return "Over the common sessions both hold the same weights at every close."
	case x.AtStart:
		return fmt.Sprintf("They hold different weights from the first common session on, %s.", x.Date)
	}
	return fmt.Sprintf("The first look that parts them is that of **%s** (%s: %s; %s: %s). From the close of %s on they hold different weights.",
		x.Date, page.Escape(base.Name), page.Escape(x.Base.line()), page.Escape(c.Name), page.Escape(x.Other.line()), x.Seen)
}

// parting writes where and why weights part.
func (v *Comparison) parting(d *page.Document, c Entrant, x *Divergence) {
	base := v.Entrants[v.Base]
	d.Line("%s", v.partingLine(c, x))
	if x == nil {
		return
	}
	head := []string{"Asset", "Target", page.Escape(base.Name), page.Escape(c.Name), page.Escape(base.Name) + " at " + x.Seen.String(), page.Escape(c.Name) + " at " + x.Seen.String()}
	var rows [][]string
	for _, h := range x.Holdings {
		target := draw.Percent(h.BaseTarget, 2)
		if h.Target != h.BaseTarget && (h.Target == h.Target || h.BaseTarget == h.BaseTarget) {
			target += " / " + draw.Percent(h.Target, 2)
		}
		row := []string{page.Escape(h.Symbol), target}
		for _, w := range []float64{h.BaseWeight, h.Weight, h.BaseBefore, h.WeightNow} {
			row = append(row, draw.Percent(w, 2))
		}
		rows = append(rows, row)
	}
	if x.AtStart {
		head = head[:4]
		for i := range rows {
			rows[i] = rows[i][:4]
		}
	}
	d.Table(head, "lr", rows)
	if line := x.columnsLine(); line != "" {
		d.Line("%s", line)
	}
}

// columnsLine returns which weights are shown; "" when there is one kind of them.
func (x *Divergence) columnsLine() string {
	if x.AtStart {
		return ""
	}
	return fmt.Sprintf("The first two columns of weights are those that the look of %s sees, the others those at the close of %s.", x.Date, x.Seen)
}

// byYear writes years side by side.
func (v *Comparison) byYear(d *page.Document) {
	y0, labels := v.run.Calendar()
	all := map[*run.Policy][]yearRow{}
	var policies []*run.Policy
	for i := range v.run.Policies {
		p := &v.run.Policies[i]
		policies = append(policies, p)
		all[p] = v.years(i, y0, len(labels))
	}
	total := func(name string) func(p *run.Policy) float64 {
		return func(p *run.Policy) float64 { return p.Value(name) }
	}
	d.Line("## By calendar year")
	d.Line("### Return")
	run.YearTable(d, labels, policies, metric.Fraction, func(p *run.Policy, y int) float64 { return all[p][y].Return },
		(*run.Policy).Grown)
	d.Line("### Rebalances")
	run.YearTable(d, labels, policies, metric.Count, func(p *run.Policy, y int) float64 { return float64(all[p][y].Rebalances) }, total("rebalances"))
	d.Line("### Trades")
	run.YearTable(d, labels, policies, metric.Count, func(p *run.Policy, y int) float64 { return float64(all[p][y].Trades) }, total("trades"))
	d.Line("### One-way turnover")
	run.YearTable(d, labels, policies, metric.Fraction, func(p *run.Policy, y int) float64 { return all[p][y].Turnover },
		func(p *run.Policy) float64 { return p.Value("turnover_per_year") * v.Window.Years })
	d.Line("### Costs")
	run.YearTable(d, labels, policies, metric.Money, func(p *run.Policy, y int) float64 { return all[p][y].Cost.Money() },
		func(p *run.Policy) float64 { return costs(all[p]) })
	d.Line("Rebalances and turnover belong to the year of the decision, trades and costs to that of the fill; the initial purchase is in none of them.")
}

// definitions defines the measures.
func (v *Comparison) definitions(d *page.Document) {
	d.Line("## Definitions")
	for _, m := range v.run.Measures() {
		text := page.Escape(m.Doc)
		if m.Details != "" {
			text += ".\\\n  " + page.Escape(strings.TrimSuffix(m.Details, "."))
		}
		fmt.Fprintf(&d.B, "- **%s** (`%s`%s): %s.\n", page.Escape(m.Title), m.Name, page.Direction(m), text)
	}
	d.B.WriteByte('\n')
	d.Line("All are taken over the common sessions; without the initial purchase, and of what was decided before the first common session only what filled after it. Differences are policy minus base; bp are basis points (0.01 %%).")
}

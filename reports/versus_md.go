package reports

import (
	"fmt"
	"io"
	"strings"

	"evenkeel/data"
	"evenkeel/sim/evidence"
	"evenkeel/sim/metric"
)

// Write writes compare.html, compare.md, compare.json and the pictures of a comparison.
func (v *Versus) Write(dir Dir) error {
	if err := dir.Write("compare.html", v.HTML); err != nil {
		return err
	}
	if err := dir.Write("compare.md", v.Markdown); err != nil {
		return err
	}
	if err := dir.Write("compare.json", v.JSON); err != nil {
		return err
	}
	return save(dir, picture{"plots/growth", v.run.growth()}, picture{"plots/cost-tracking", v.run.costTracking()})
}

// Markdown writes compare.md.
func (v *Versus) Markdown(w io.Writer) error {
	d := &document{}
	d.line("# Comparison")
	for _, n := range v.Notes {
		d.line("> %s", escape(n))
	}
	d.line("%s", escape(v.windowLine()))
	v.sources(d)
	v.leaderboard(d)
	v.intervals(d)
	d.line("## Growth")
	d.line("![Growth of 100 from the first common session on, and below it the fall from the running peak](plots/growth.png)")
	d.line("## Costs and tracking")
	d.line("![Costs a year against tracking error, one dot a policy](plots/cost-tracking.png)")
	v.whys(d)
	v.byYear(d)
	v.definitions(d)
	_, err := io.WriteString(w, d.b.String())
	return err
}

// sources lists what is compared.
func (v *Versus) sources(d *document) {
	var rows [][]string
	for i, c := range v.Contenders {
		name := "**" + escape(c.Name) + "**"
		if i == v.Base {
			name += " (base)"
		}
		rows = append(rows, []string{name, escape(c.Run.Name), escape(c.Policy.Name), orElse(escape(c.Policy.Title), "no description"), c.Policy.period()})
	}
	d.table([]string{"Policy", "Experiment", "Its name there", "Rule", "Ran over"}, "l", rows)
}

// leaderboard writes the measures, the best by the chosen one first.
func (v *Versus) leaderboard(d *document) {
	d.line("## Leaderboard")
	d.line("Ordered by %s%s. The best value of a column is **bold** where one direction is better. Every figure is that of the common sessions alone.", escape(v.By.Title), direction(v.By))
	var columns []column
	for _, m := range v.run.measures() {
		columns = append(columns, v.run.measured(m))
	}
	const most = 6 // columns a table
	for from := 0; from < len(columns); from += most {
		head := []string{"Policy"}
		part := columns[from:min(from+most, len(columns))]
		for _, c := range part {
			head = append(head, escape(c.title))
		}
		rows := make([][]string, len(v.Contenders))
		for i, c := range v.Contenders {
			rows[i] = []string{escape(c.Name)}
			for _, col := range part {
				text := col.text[i]
				if col.best[i] {
					text = "**" + text + "**"
				}
				rows[i] = append(rows[i], text)
			}
		}
		d.table(head, "lr", rows)
	}
}

// intervals writes the differences to the base with what resampling says of them.
func (v *Versus) intervals(d *document) {
	base := v.Contenders[v.Base].Name
	level := percent(v.Bootstrap.Level, 0)
	d.line("## Differences to %s", escape(base))
	var rows [][]string
	for i, c := range v.Contenders {
		if i == v.Base {
			continue
		}
		a := &v.Apart[i]
		rows = append(rows, []string{
			escape(c.Name),
			signed(a.CAGR.Difference*1e4, 1), intervalText(a.CAGR, 1e4, 1), verdict(a.CAGR),
			signed(a.Sharpe.Difference, 3), intervalText(a.Sharpe, 1, 3), verdict(a.Sharpe),
		})
	}
	d.table([]string{"Policy", "CAGR, bp", level + " interval", "Told apart", "Sharpe", level + " interval", "Told apart"}, "lrrlrrl", rows)
	d.line("%s", escape(v.method()))
	rows = nil
	for _, m := range v.run.measures() {
		if m.Name == "cagr" || m.Name == "sharpe" {
			continue
		}
		row := []string{escape(differenceTitle(m))}
		for i := range v.Contenders {
			if i != v.Base {
				row = append(row, differenceText(m, v.value(i, m.Name)-v.value(v.Base, m.Name)))
			}
		}
		rows = append(rows, row)
	}
	head := []string{"Policy minus base"}
	for i, c := range v.Contenders {
		if i != v.Base {
			head = append(head, escape(c.Name))
		}
	}
	d.table(head, "lr", rows)
}

// resampling says how the intervals are made.
func (v *Versus) resampling() string {
	b := &v.Bootstrap
	return fmt.Sprintf("Intervals: paired stationary bootstrap of the sessions' returns (Politis and Romano, 1994), %s resamples, blocks of %s sessions on average, seed %d.",
		count(b.Resamples), decimal(b.Block, 0), b.Seed)
}

// method says how the intervals are made and read.
func (v *Versus) method() string {
	return v.resampling() + " " +
		"\"No\" means that the interval holds 0: from these sessions no difference can be told. \"Yes\" speaks of these sessions alone; the more policies are tried, the more often one stands out by chance."
}

func intervalText(x evidence.Interval, scale float64, digits int) string {
	if !data.Finite(x.Low) || !data.Finite(x.High) {
		return undefined
	}
	return signed(x.Low*scale, digits) + " to " + signed(x.High*scale, digits)
}

func verdict(x evidence.Interval) string {
	switch {
	case !data.Finite(x.Low):
		return undefined
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
		return signed(x*1e4, 1)
	case metric.Count:
		return signed(x, 0)
	}
	return signed(x, 2)
}

// whys says of each contender where it parted from the base.
func (v *Versus) whys(d *document) {
	d.line("## Why do they differ")
	for i, c := range v.Contenders {
		if i == v.Base {
			continue
		}
		a := &v.Apart[i]
		d.line("### %s", escape(c.Name))
		if len(a.Settings) > 0 {
			var rows [][]string
			for _, s := range a.Settings {
				rows = append(rows, []string{s.Name, s.Base, s.Other})
			}
			d.table([]string{"Setting", escape(v.Contenders[v.Base].Name), escape(c.Name)}, "l", rows)
		} else {
			d.line("Nothing is set differently.")
		}
		v.parting(d, c, a.First)
	}
}

// partingLine says where weights part.
func (v *Versus) partingLine(c Contender, x *Divergence) string {
	base := v.Contenders[v.Base]
	switch {
	case x == nil:
		return "Over the common sessions both hold the same weights at every close."
	case x.AtStart:
		return fmt.Sprintf("They hold different weights from the first common session on, %s.", x.Date)
	}
	return fmt.Sprintf("The first look that parts them is that of **%s** (%s: %s; %s: %s). From the close of %s on they hold different weights.",
		x.Date, escape(base.Name), escape(x.Base.line()), escape(c.Name), escape(x.Other.line()), x.Seen)
}

// parting writes where and why weights part.
func (v *Versus) parting(d *document, c Contender, x *Divergence) {
	base := v.Contenders[v.Base]
	d.line("%s", v.partingLine(c, x))
	if x == nil {
		return
	}
	head := []string{"Asset", "Target", escape(base.Name), escape(c.Name), escape(base.Name) + " at " + x.Seen.String(), escape(c.Name) + " at " + x.Seen.String()}
	var rows [][]string
	for _, h := range x.Holdings {
		target := percent(h.BaseTarget, 2)
		if h.Target != h.BaseTarget && (h.Target == h.Target || h.BaseTarget == h.BaseTarget) {
			target += " / " + percent(h.Target, 2)
		}
		row := []string{escape(h.Symbol), target}
		for _, w := range []float64{h.BaseWeight, h.Weight, h.BaseBefore, h.WeightNow} {
			row = append(row, percent(w, 2))
		}
		rows = append(rows, row)
	}
	if x.AtStart {
		head = head[:4]
		for i := range rows {
			rows[i] = rows[i][:4]
		}
	}
	d.table(head, "lr", rows)
	if line := x.columnsLine(); line != "" {
		d.line("%s", line)
	}
}

// columnsLine says which weights are shown; "" when there is one kind of them.
func (x *Divergence) columnsLine() string {
	if x.AtStart {
		return ""
	}
	return fmt.Sprintf("The first two columns of weights are those that the look of %s sees, the others those at the close of %s.", x.Date, x.Seen)
}

// byYear writes years side by side.
func (v *Versus) byYear(d *document) {
	y0, labels := v.run.calendar()
	all := map[*Policy][]versusYear{}
	var policies []*Policy
	for i := range v.run.Policies {
		p := &v.run.Policies[i]
		policies = append(policies, p)
		all[p] = v.years(i, y0, len(labels))
	}
	total := func(name string) func(p *Policy) float64 {
		return func(p *Policy) float64 { return p.value(name) }
	}
	d.line("## By calendar year")
	d.line("### Return")
	yearTable(d, labels, policies, metric.Fraction, func(p *Policy, y int) float64 { return all[p][y].Return },
		(*Policy).grown)
	d.line("### Rebalances")
	yearTable(d, labels, policies, metric.Count, func(p *Policy, y int) float64 { return float64(all[p][y].Rebalances) }, total("rebalances"))
	d.line("### Trades")
	yearTable(d, labels, policies, metric.Count, func(p *Policy, y int) float64 { return float64(all[p][y].Trades) }, total("trades"))
	d.line("### One-way turnover")
	yearTable(d, labels, policies, metric.Fraction, func(p *Policy, y int) float64 { return all[p][y].Turnover },
		func(p *Policy) float64 { return p.value("turnover_per_year") * v.Window.Years })
	d.line("### Costs")
	yearTable(d, labels, policies, metric.Money, func(p *Policy, y int) float64 { return all[p][y].Cost.Money() },
		func(p *Policy) float64 { return costs(all[p]) })
	d.line("Rebalances and turnover belong to the year of the decision, trades and costs to that of the fill; the initial purchase is in none of them.")
}

// definitions defines the measures.
func (v *Versus) definitions(d *document) {
	d.line("## Definitions")
	for _, m := range v.run.measures() {
		text := escape(m.Doc)
		if m.Details != "" {
			text += ".\\\n  " + escape(strings.TrimSuffix(m.Details, "."))
		}
		fmt.Fprintf(&d.b, "- **%s** (`%s`%s): %s.\n", escape(m.Title), m.Name, direction(m), text)
	}
	d.b.WriteByte('\n')
	d.line("All are taken over the common sessions; without the initial purchase, and of what was decided before the first common session only what filled after it. Differences are policy minus base; bp are basis points (0.01 %%).")
}

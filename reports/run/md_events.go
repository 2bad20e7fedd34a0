package run

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
)

// rebalances lists each policy's largest and last ones.
func (run *Run) rebalances(d *page.Document) {
	traders := run.traders()
	if len(traders) == 0 {
		return
	}
	show := 5
	if len(traders) > 6 {
		show = 3
	}
	d.Line("## Largest and last rebalances")
	for _, p := range traders {
		all := Rebalances(p.Record)
		d.Line("### %s", page.Escape(p.Name))
		last := all[max(0, len(all)-show):]
		if len(all) <= 2*show {
			eventTable(d, p, all)
			continue
		}
		largest := slices.Clone(all)
		slices.SortStableFunc(largest, func(a, b event) int { return cmp.Compare(b.Turnover, a.Turnover) })
		d.Line("The %d largest of %s, by turnover:", show, draw.Count(len(all)))
		eventTable(d, p, largest[:show])
		d.Line("The last %d:", show)
		eventTable(d, p, last)
	}
}

func eventTable(d *page.Document, p *Policy, all []event) {
	rows := make([][]string, len(all))
	for i, v := range all {
		filled := "not filled"
		if v.Filled >= 0 {
			filled = p.Record.Panel.Date(v.Filled).String()
		}
		rows[i] = []string{
			p.Record.DateOf(v.Session).String(), filled, causeLine(p.Record, v.Decision),
			draw.Count(v.Trades), draw.Money((v.Bought + v.Sold).Money()), draw.Percent(v.Turnover, 2), draw.Money(v.Cost.Money()),
		}
	}
	d.Table([]string{"Decided", "Filled", "Why", "Trades", "Traded", "Turnover", "Costs"}, "lllr", rows)
}

// causeLine returns what led to a decision, in Markdown.
func causeLine(r *sim.Record, x *sim.Decision) string { return CauseWords(r, x, page.Escape, 2) }

// CauseWords says it with the asset's name as shown makes it and so many digits.
func CauseWords(r *sim.Record, x *sim.Decision, shown func(string) string, digits int) string {
	name := ""
	if x.Asset >= 0 {
		name = shown(r.Panel.Symbols()[x.Asset])
	}
	switch x.Cause {
	case sim.CauseAbove:
		return fmt.Sprintf("%s at %s, above %s", name, draw.Percent(x.Dev, digits), draw.Percent(x.Limit, digits))
	case sim.CauseBelow:
		return fmt.Sprintf("%s at %s, below %s", name, draw.Percent(x.Dev, digits), draw.Percent(x.Limit, digits))
	}
	word := shown(strings.ReplaceAll(x.Cause.String(), "_", " "))
	if x.Asset >= 0 {
		return fmt.Sprintf("%s: %s at %s, limit %s", word, name, draw.Percent(x.Dev, digits), draw.Percent(x.Limit, digits))
	}
	return word
}

// unfundedTriggers explains triggers that led to nothing.
func (run *Run) unfundedTriggers(d *page.Document) {
	var rows [][]string
	for i := range run.Policies {
		p := &run.Policies[i]
		all := unfunded(p.Record)
		if len(all) == 0 {
			continue
		}
		last := all[len(all)-1]
		t := p.Record.Tally
		rows = append(rows, []string{
			page.Escape(p.Name), draw.Count(len(all)), draw.Percent(float64(len(all))/float64(t.Triggers), 1), often(p.Record, all),
			p.Record.DateOf(last.Session).String(), causeLine(p.Record, last),
		})
	}
	if rows == nil {
		return
	}
	d.Line("## Triggers that nothing paid for")
	d.Line("A weight left its band, but no asset stood above its inner rail and there was no cash: nothing could be sold, so nothing was bought. Such a trigger is counted and not traded; the breach lasts until prices end it or something rises above its rail.")
	d.Table([]string{"Policy", "Unfunded", "Of its triggers", "Most often", "Last", "Then"}, "lrrl", rows)
}

// often is the asset that fired most of some decisions, the first of several.
func often(r *sim.Record, all []*sim.Decision) string {
	counts := make([]int, r.Panel.Assets())
	best := -1
	for _, x := range all {
		if x.Asset >= 0 {
			counts[x.Asset]++
		}
	}
	for i, c := range counts {
		if c > 0 && (best < 0 || c > counts[best]) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	return fmt.Sprintf("%s (%s)", page.Escape(r.Panel.Symbols()[best]), draw.Count(counts[best]))
}

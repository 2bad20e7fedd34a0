package run

import (
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// fallsShown is how many falls of a policy are listed.
const fallsShown = 3

// falls lists the deepest falls of each policy, with their dates.
func (run *Run) falls(d *page.Document) {
	var rows [][]string
	for i := range run.Policies {
		p := &run.Policies[i]
		dates := p.Record.Panel.Dates()[p.Record.First:]
		for _, f := range p.deepest(fallsShown) {
			back, days := draw.Undefined, draw.Undefined
			if f.End >= 0 {
				back, days = dates[f.End].String(), draw.Count(int(dates[f.End]-dates[f.Trough]))
			}
			rows = append(rows, []string{
				page.Escape(p.Name), draw.Percent(f.Depth, 2), dates[f.Peak].String(), dates[f.Trough].String(), back,
				draw.Count(int(dates[f.Trough] - dates[f.Peak])), days,
			})
		}
	}
	if rows == nil {
		return
	}
	d.Line("## Deepest falls")
	d.Table([]string{"Policy", "Depth", "Peak", "Bottom", "Back at the peak", "Days down", "Days up"}, "lr", rows)
	d.Line("The %s deepest falls of each policy from a peak until it is reached again; days are calendar days, %s stands for a fall that the end of the run cut short.", []string{"", "", "two", "three"}[fallsShown], draw.Undefined)
}

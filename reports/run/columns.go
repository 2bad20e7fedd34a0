package run

import (
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

// Measured is the column of a measure.
func (run *Run) Measured(m metric.Measure) page.Column {
	xs := make([]float64, len(run.Policies))
	for i := range run.Policies {
		xs[i] = run.Policies[i].Value(m.Name)
	}
	c := page.Column{Title: m.Title, Text: draw.InUnit(m.Unit, xs)}
	c.Best = page.Bests(xs, c.Text, m.Better)
	return c
}

// Difference is the column of a measure's differences to the base; scale turns
// them into the unit of the title.
func (run *Run) Difference(title, key string, scale float64, digits int) page.Column {
	c := page.Column{Title: title, Text: make([]string, len(run.Policies))}
	base := run.base()
	for i := range run.Policies {
		p := &run.Policies[i]
		if p == base {
			c.Text[i] = "base"
			continue
		}
		c.Text[i] = draw.Signed((p.Value(key)-base.Value(key))*scale, digits)
	}
	return c
}

// Find is the measure of a key and whether any policy has it.
func (run *Run) Find(key string) (metric.Measure, bool) {
	for _, m := range run.Measures() {
		if m.Name == key {
			return m, true
		}
	}
	return metric.Measure{}, false
}

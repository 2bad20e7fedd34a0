package reports

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

// column is one column of a comparison of policies: a value for each, and how to
// print it.
type column struct {
	title string
	text  []string
	best  []bool // the best values, when one is better than another
}

// measured is the column of a measure.
func (run *Run) measured(m metric.Measure) column {
	xs := make([]float64, len(run.Policies))
	for i := range run.Policies {
		xs[i] = run.Policies[i].value(m.Name)
	}
	c := column{title: m.Title, text: inUnit(m.Unit, xs)}
	c.best = bests(xs, c.text, m.Better)
	return c
}

// bests marks the best of values; those that print like it count as it. Nothing
// is marked when all print the same or there is no better and worse.
func bests(xs []float64, text []string, better int) []bool {
	marks := make([]bool, len(xs))
	at, same := -1, true
	for i, x := range xs {
		if !data.Finite(x) {
			same = same && text[i] == text[0]
			continue
		}
		if at < 0 || float64(better)*x > float64(better)*xs[at] {
			at = i
		}
		same = same && text[i] == text[0]
	}
	if better == 0 || at < 0 || same {
		return marks
	}
	for i := range marks {
		marks[i] = text[i] == text[at]
	}
	return marks
}

// difference is the column of a measure's differences to the base; scale turns
// them into the unit of the title.
func (run *Run) difference(title, key string, scale float64, digits int) column {
	c := column{title: title, text: make([]string, len(run.Policies))}
	base := run.base()
	for i := range run.Policies {
		p := &run.Policies[i]
		if p == base {
			c.text[i] = "base"
			continue
		}
		c.text[i] = signed((p.value(key)-base.value(key))*scale, digits)
	}
	return c
}

// find is the measure of a key and whether any policy has it.
func (run *Run) find(key string) (metric.Measure, bool) {
	for _, m := range run.measures() {
		if m.Name == key {
			return m, true
		}
	}
	return metric.Measure{}, false
}

// sparkline draws values as a row of at most width blocks, from their lowest to
// their highest; each block stands for the mean of its stretch.
func sparkline(values []float64, width int) string {
	blocks := []rune("▁▂▃▄▅▆▇█")
	n := min(width, len(values))
	if n <= 0 {
		return ""
	}
	means := make([]float64, n)
	low, high := math.Inf(1), math.Inf(-1)
	for i := range means {
		from, to := i*len(values)/n, (i+1)*len(values)/n
		means[i] = metric.Mean(values[from:to])
		low, high = min(low, means[i]), max(high, means[i])
	}
	out := make([]rune, n)
	for i, m := range means {
		k := 0
		if high > low {
			k = int((m - low) / (high - low) * float64(len(blocks)))
		}
		out[i] = blocks[max(0, min(k, len(blocks)-1))]
	}
	return string(out)
}

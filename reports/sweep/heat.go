package sweep

import (
	"math"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// heatMap is a measure over two axes, in panels by the values of a third.
type heatMap struct {
	measure *Measure
	x, y    grouping
	by      string // title of the axis of the panels; "": there is one panel
	panels  []heatPanel
	note    string // what became of the other axes
	over    string // what values are differences to
}

// heatPanel is the cells of one value of the axis of panels.
type heatPanel struct {
	label string
	cells []float64 // [row*columns + column]; NaN: no point there
}

// Limits of a heat map.
const (
	mostCells  = 40 // values of an axis, or they are put together
	mostPanels = 6  // values of the axis of panels, or it is averaged over
)

// heatMap puts a measure over axes x and y. Of the other axes that vary, the one
// with the fewest values makes panels, when facet says so and there are few; over
// the rest the mean is taken.
func (s *Sweep) heatMap(m *Measure, x, y int, facet bool) *heatMap {
	h := &heatMap{measure: m, x: s.Axes[x].grouped(mostCells), y: s.Axes[y].grouped(mostCells), over: s.against}
	by := -1
	var means []string
	for _, i := range s.varied() {
		if n := len(s.Axes[i].Labels); i != x && i != y && facet && n <= mostPanels && !s.Axes[i].Dates && (by < 0 || n < len(s.Axes[by].Labels)) {
			by = i
		}
	}
	for _, i := range s.varied() {
		if i != x && i != y && i != by {
			means = append(means, meanOver(&s.Axes[i]))
		}
	}
	labels := []string{""}
	if by >= 0 {
		h.by, labels = s.Axes[by].title(), s.Axes[by].Labels
	}
	columns := len(h.x.labels)
	n := make([][]float64, len(labels))
	for k, l := range labels {
		h.panels = append(h.panels, heatPanel{l, make([]float64, columns*len(h.y.labels))})
		n[k] = make([]float64, columns*len(h.y.labels))
	}
	for p, v := range m.X {
		if !data.Finite(v) {
			continue
		}
		k := 0
		if by >= 0 {
			k = int(s.Axes[by].At[p])
		}
		cell := int(h.y.of[s.Axes[y].At[p]])*columns + int(h.x.of[s.Axes[x].At[p]])
		h.panels[k].cells[cell] += v
		n[k][cell]++
	}
	for k := range n {
		for c, many := range n[k] {
			h.panels[k].cells[c] /= many // 0/0 is NaN: nothing there
		}
	}
	h.note = s.where()
	if means != nil {
		h.note = page.Join(append([]string{h.note}, means...)...)
	}
	return h
}

// values are all cells.
func (h *heatMap) values() (all []float64) {
	for _, p := range h.panels {
		all = append(all, p.cells...)
	}
	return all
}

// scale is the range of colours: from the lowest to the highest, on a log scale
// where they span more than a factor of twenty; of differences as far to both
// sides of none.
func (h *heatMap) scale() (draw.Scale, draw.Shade) {
	lo, hi := draw.Nothing()
	lo, hi = draw.Extent(lo, hi, h.values()...)
	if h.over != "" {
		most := max(math.Abs(lo), math.Abs(hi))
		if !data.Finite(most) || most == 0 {
			most = 1e-9
		}
		return draw.Scale{Lo: -most, Hi: most}, draw.DivergingAt
	}
	switch {
	case !(lo <= hi):
		return draw.Scale{Lo: 0, Hi: 1}, draw.CividisAt
	case hi-lo <= 1e-9*math.Max(math.Abs(lo), math.Abs(hi)):
		return draw.Padded(lo, hi, 0), draw.CividisAt
	case lo > 0 && hi/lo > 20:
		return draw.Scale{Lo: lo, Hi: hi, Log: true}, draw.CividisAt
	}
	return draw.Scale{Lo: lo, Hi: hi}, draw.CividisAt
}

package sweep

import (
	"fmt"
	"math"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// fan is how much a measure depends on when a run began: over the starts its
// quantiles over all other points, and over the values of another axis its
// quantiles over the starts.
type fan struct {
	measure *Measure
	starts  int // the axis of starts
	byStart []effect
	mid     []float64 // dates of byStart
	choice  int       // the other axis; -1: there is none
	byValue []effect  // of choice: over the starts, of the mean over the rest
}

// startAxis is the axis that moves the start, -1 without one.
func (s *Sweep) startAxis() int {
	for _, i := range s.varied() {
		if s.Axes[i].Name == "data.start" && s.Axes[i].Dates {
			return i
		}
	}
	return -1
}

// fanOf is the fan of a measure; nil without an axis of starts. The other axis is
// the one that alone explains most of the measure.
func (s *Sweep) fanOf(m *Measure) *fan {
	f := &fan{measure: m, starts: s.startAxis(), choice: -1}
	if f.starts < 0 {
		return nil
	}
	f.byStart, f.mid = s.effects(f.starts, m.X), s.Axes[f.starts].grouped(mostGroups).mid
	most := math.Inf(-1)
	for _, x := range s.influences(m, nil) {
		if x.Axis != f.starts && (f.choice < 0 || x.Eta2 > most) {
			f.choice = x.Axis
			if data.Finite(x.Eta2) {
				most = x.Eta2
			}
		}
	}
	if f.choice >= 0 {
		f.byValue = s.overStarts(f.choice, f.starts, m.X)
	}
	return f
}

// overStarts is, for each value of an axis, how the means over everything else lie
// over the starts.
func (s *Sweep) overStarts(axis, starts int, xs []float64) []effect {
	g := s.Axes[axis].grouped(mostGroups)
	n := len(s.Axes[starts].Labels)
	sum, many := make([]float64, n*len(g.labels)), make([]float64, n*len(g.labels))
	for p, x := range xs {
		if data.Finite(x) {
			k := int(g.of[s.Axes[axis].At[p]])*n + int(s.Axes[starts].At[p])
			sum[k] += x
			many[k]++
		}
	}
	for k := range sum {
		sum[k] /= many[k] // 0/0: no such point
	}
	out := make([]effect, len(g.labels))
	for k := range out {
		out[k] = effect{g.labels[k], newSpread(sum[k*n : (k+1)*n])}
	}
	return out
}

// tables are the fan by start, and by the values of the other axis.
func (f *fan) tables(s *Sweep) []*sheet {
	t := &sheet{name: "fan-" + f.measure.Name, title: f.measure.Title + " by start", note: page.Join("Each line is over all points with that start", s.where())}
	t.spreads("Start", "start", "Points", f.byStart, f.measure)
	if f.choice < 0 {
		return []*sheet{t}
	}
	a := &s.Axes[f.choice]
	by := &sheet{
		name: "fan-" + f.measure.Name + "-" + a.Name, title: fmt.Sprintf("%s by %s, over the starts", f.measure.Title, a.title()),
		note: page.Join("Each line is over the starts: of each, the mean over all points with that value", s.where()),
	}
	by.spreads(a.title(), "value", "Starts", f.byValue, f.measure)
	return []*sheet{t, by}
}

// spreads are the columns of spreads, a line each; what they are over is counted
// under a name.
func (t *sheet) spreads(title, key, over string, all []effect, m *Measure) {
	var labels []string
	var n []float64
	for _, e := range all {
		labels, n = append(labels, e.Label), append(n, float64(e.N))
	}
	t.words(title, key, labels)
	t.number(over, strings.ToLower(over), n, func(x float64) string { return draw.Decimal(x, 0) })
	for _, c := range []struct {
		title, key string
		get        func(*effect) float64
	}{
		{"Lowest", "low", func(e *effect) float64 { return e.Low }},
		{"5th percentile", "p5", func(e *effect) float64 { return e.P5 }}, {"25th percentile", "p25", func(e *effect) float64 { return e.P25 }},
		{"Median", "median", func(e *effect) float64 { return e.P50 }},
		{"75th percentile", "p75", func(e *effect) float64 { return e.P75 }}, {"95th percentile", "p95", func(e *effect) float64 { return e.P95 }},
		{"Highest", "high", func(e *effect) float64 { return e.High }},
	} {
		x := make([]float64, len(all))
		for i := range x {
			x[i] = c.get(&all[i])
		}
		t.values(c.title, c.key, m.texts(x), x)
	}
}

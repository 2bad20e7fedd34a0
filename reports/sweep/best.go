package sweep

import (
	"fmt"
	"math"
	"slices"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

// candidate is one of the best points and how good the points around it are.
type candidate struct {
	Point      int
	Value      float64
	Neighbours int     // that ran
	Mean       float64 // of the neighbours; NaN without any
	Worst      float64
	Plateau    float64 // (mean - median)/(value - median): 1 when neighbours are as good; NaN of a value no better than the median
}

// best are the k best points by a measure, equal ones in their order, with their
// neighbours: the points one step away along one axis of numbers or dates.
func (s *Sweep) best(m *Measure, k int) []candidate {
	if m.Better == 0 {
		return nil
	}
	better := float64(m.Better)
	var order []int // the best so far
	for p, v := range m.X {
		if n := len(order); !data.Finite(v) || n == k && better*v <= better*m.X[order[n-1]] {
			continue
		}
		at := len(order)
		for at > 0 && better*m.X[order[at-1]] < better*v {
			at--
		}
		order = slices.Insert(order, at, p)
		order = order[:min(k, len(order))]
	}
	if len(order) == 0 {
		return nil
	}
	median := newSpread(m.X).P50
	out := make([]candidate, len(order))
	around := s.neighbours(order)
	for i := range out {
		c := candidate{Point: order[i], Value: m.X[order[i]], Worst: math.NaN(), Mean: math.NaN(), Plateau: math.NaN()}
		var near []float64
		for _, p := range around[i] {
			if v := m.X[p]; data.Finite(v) {
				near = append(near, v)
			}
		}
		if c.Neighbours = len(near); c.Neighbours > 0 {
			if c.Mean, c.Worst = metric.Mean(near), slices.Min(near); m.Better < 0 {
				c.Worst = slices.Max(near)
			}
			if better*c.Value > better*median {
				c.Plateau = (c.Mean - median) / (c.Value - median)
			}
		}
		out[i] = c
	}
	return out
}

// neighbours are, for each of some points, the points one step away along one
// axis that has an order. Of points at the same place the first counts.
func (s *Sweep) neighbours(points []int) [][]int {
	key, wanted := newPlaces(s, -1), map[string]int{}
	step := func(p int, do func(key []byte)) {
		for i := range s.Axes {
			a := &s.Axes[i]
			for _, by := range []int32{-1, 1} {
				if at := a.At[p] + by; a.ordered() && at >= 0 && int(at) < len(a.Labels) {
					do(key.moved(p, i, at))
				}
			}
		}
	}
	for _, p := range points {
		step(p, func(k []byte) { wanted[string(k)] = -1 })
	}
	for p := range s.IDs {
		k := key.of(p)
		if at, ok := wanted[string(k)]; ok && at < 0 {
			wanted[string(k)] = p
		}
	}
	out := make([][]int, len(points))
	for i, p := range points {
		step(p, func(k []byte) {
			if at := wanted[string(k)]; at >= 0 {
				out[i] = append(out[i], at)
			}
		})
	}
	return out
}

// bestTable is the best points by a measure.
func (s *Sweep) bestTable(m *Measure, k int) *sheet {
	all := s.best(m, k)
	t := &sheet{
		name: "best-" + m.Name, title: "Best points by " + inner(m.Title),
		note: page.Join("Neighbours are the points one step away along one axis of numbers or dates. Plateau is (mean of the neighbours − median of all points) / (value − median): 1 says that the neighbours are as good as the point, 0 that they are no better than the median; a point that is no better than it has none", s.where()),
	}
	points := make([]int, len(all))
	of := func(get func(c candidate) float64) []float64 {
		out := make([]float64, len(all))
		for i, c := range all {
			out[i] = get(c)
		}
		return out
	}
	for i, c := range all {
		points[i] = c.Point
	}
	s.pointColumns(t, points)
	t.measure(m, points)
	t.number("Neighbours", "neighbours", of(func(c candidate) float64 { return float64(c.Neighbours) }), func(x float64) string { return draw.Decimal(x, 0) })
	for _, x := range []struct {
		title, key string
		get        func(c candidate) float64
	}{{"Their mean", "neighbours_mean", func(c candidate) float64 { return c.Mean }}, {"Their worst", "neighbours_worst", func(c candidate) float64 { return c.Worst }}} {
		t.values(x.title, x.key, m.texts(of(x.get)), of(x.get))
	}
	t.number("Plateau", "plateau", of(func(c candidate) float64 { return c.Plateau }), func(x float64) string { return draw.Decimal(x, 2) })
	t.note = fmt.Sprintf("%s. %s", map[int]string{1: "More is better", -1: "Less is better"}[m.Better], t.note)
	return t
}

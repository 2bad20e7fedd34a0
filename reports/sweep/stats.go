package sweep

import (
	"math"
	"slices"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

// spreadOf describes how some values lie. All are NaN of none.
type spreadOf struct {
	N                           int
	Mean, SD                    float64 // SD: sample, NaN of one value
	Low, P5, P25, P50, P75, P95 float64
	High                        float64
}

// newSpread leaves out what is undefined. Quantiles are interpolated between
// neighbours (type 7, as R and numpy).
func newSpread(xs []float64) spreadOf {
	var v []float64
	for _, x := range xs {
		if data.Finite(x) {
			v = append(v, x)
		}
	}
	if len(v) == 0 {
		no := math.NaN()
		return spreadOf{0, no, no, no, no, no, no, no, no, no}
	}
	slices.Sort(v)
	at := func(part float64) float64 {
		x := part * float64(len(v)-1)
		k := int(x)
		if k+1 == len(v) {
			return v[k]
		}
		return v[k] + float64((x-float64(k))*(v[k+1]-v[k]))
	}
	return spreadOf{len(v), metric.Mean(v), metric.Deviation(v), v[0], at(0.05), at(0.25), at(0.5), at(0.75), at(0.95), v[len(v)-1]}
}

// effect is what a measure is at one value of an axis, over all other axes.
type effect struct {
	Label string
	spreadOf
}

// effects are the main effects of an axis: its values, or groups of them.
func (s *Sweep) effects(axis int, xs []float64) []effect {
	g := s.Axes[axis].grouped(mostGroups)
	by := make([][]float64, len(g.labels))
	for p, at := range s.Axes[axis].At {
		k := g.of[at]
		by[k] = append(by[k], xs[p])
	}
	out := make([]effect, len(by))
	for k := range by {
		out[k] = effect{g.labels[k], newSpread(by[k])}
	}
	return out
}

// mostGroups is how many values of an axis are shown one by one; more are put
// together in groups of neighbours.
const mostGroups = 40

// grouping puts values of an axis together.
type grouping struct {
	axis   *Axis
	labels []string
	of     []int32   // by value
	mid    []float64 // where a group stands on the axis; its number, where it has no order
}

// grouped puts values into at most most groups: each its own, where they are few;
// neighbours, as many in each, otherwise.
func (a *Axis) grouped(most int) grouping {
	n := len(a.Labels)
	g := grouping{axis: a, of: make([]int32, n)}
	groups := n
	if n > most {
		groups = most / 2
	}
	first := make([]int, groups+1)
	for k := range first {
		first[k] = k * n / max(1, groups)
	}
	for k := range groups {
		from, to := first[k], first[k+1]-1
		label, mid := a.Labels[from], float64(k)
		if a.ordered() {
			mid = (a.X[from] + a.X[to]) / 2
		}
		if from != to {
			label += " … " + a.Labels[to]
		}
		g.labels, g.mid = append(g.labels, label), append(g.mid, mid)
		for v := from; v <= to; v++ {
			g.of[v] = int32(k)
		}
	}
	return g
}

// influence is how much an axis alone has to do with a measure.
type influence struct {
	Axis     int
	Spearman float64 // rank correlation; NaN of axes without an order
	Eta2     float64 // part of the variance that lies between the axis's values
	Range    float64 // highest mean less lowest, over the axis's values
	Alike    float64 // median over all else of highest less lowest; NaN where nothing else is alike
}

// influences are those of the axes that vary, in their order. NaN where the
// measure does not vary.
func (s *Sweep) influences(m *Measure, alike []family) []influence {
	var all []influence
	rank := ranks(m.X)
	for k, i := range s.varied() {
		a := &s.Axes[i]
		x := influence{Axis: i, Spearman: math.NaN(), Alike: math.NaN()}
		if alike != nil {
			x.Alike = alike[k].span(m.X)
		}
		x.Eta2, x.Range = between(a, m.X)
		if a.ordered() {
			at := make([]float64, len(m.X))
			for p := range at {
				at[p] = math.NaN()
				if data.Finite(m.X[p]) {
					at[p] = a.X[a.At[p]]
				}
			}
			x.Spearman = correlation(ranks(at), rank)
		}
		all = append(all, x)
	}
	return all
}

// family is, for each point, which others are alike in all but one axis.
type family struct {
	of []int32 // by point
	n  int
}

// families are those of the axes that vary.
func (s *Sweep) families() []family {
	var all []family
	for _, i := range s.varied() {
		key, f, at := newPlaces(s, i), family{of: make([]int32, s.Points())}, map[string]int32{}
		for p := range f.of {
			k, ok := at[string(key.of(p))]
			if !ok {
				k = int32(f.n)
				at[string(key.of(p))] = k
				f.n++
			}
			f.of[p] = k
		}
		all = append(all, f)
	}
	return all
}

// span is the median, over the families of two or more, of highest less lowest.
func (f *family) span(xs []float64) float64 {
	lo, hi, n := make([]float64, f.n), make([]float64, f.n), make([]int32, f.n)
	for p, x := range xs {
		if k := f.of[p]; data.Finite(x) {
			if n[k] == 0 {
				lo[k], hi[k] = x, x
			}
			n[k]++
			lo[k], hi[k] = min(lo[k], x), max(hi[k], x)
		}
	}
	var spans []float64
	for k := range n {
		if n[k] > 1 {
			spans = append(spans, hi[k]-lo[k])
		}
	}
	return newSpread(spans).P50
}

// between is one-way eta squared, the sum of squares between an axis's values over
// the sum of all, and the range of the means.
func between(a *Axis, xs []float64) (eta2, apart float64) {
	n, sum := make([]float64, len(a.Labels)), make([]float64, len(a.Labels))
	all, total := 0.0, 0.0
	for p, x := range xs {
		if data.Finite(x) {
			n[a.At[p]]++
			sum[a.At[p]] += x
			all++
			total += x
		}
	}
	if all == 0 {
		return math.NaN(), math.NaN()
	}
	mean, squares := total/all, 0.0
	for _, x := range xs {
		if data.Finite(x) {
			squares += (x - mean) * (x - mean)
		}
	}
	lo, hi := draw.Nothing()
	parts := 0.0
	for k := range n {
		if n[k] > 0 {
			at := sum[k] / n[k]
			parts += n[k] * (at - mean) * (at - mean)
			lo, hi = draw.Extent(lo, hi, at)
		}
	}
	if squares <= 1e-24*all*mean*mean {
		return math.NaN(), hi - lo
	}
	return parts / squares, hi - lo
}

// ranks number values from 1, equal ones by their mean; what is undefined has NaN.
func ranks(xs []float64) []float64 {
	var order []int
	out := make([]float64, len(xs))
	for i, x := range xs {
		if out[i] = math.NaN(); data.Finite(x) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return compareFloats(xs[a], xs[b]) })
	for k := 0; k < len(order); {
		end := k
		for end < len(order) && xs[order[end]] == xs[order[k]] {
			end++
		}
		for _, i := range order[k:end] {
			out[i] = float64(k+1+end) / 2
		}
		k = end
	}
	return out
}

// correlation is Pearson's; of ranks it is Spearman's. Pairs with NaN are left out;
// NaN where a side does not vary.
func correlation(xs, ys []float64) float64 {
	n, mx, my := 0.0, 0.0, 0.0
	for i := range xs {
		if data.Finite(xs[i]) && data.Finite(ys[i]) {
			n++
			mx += xs[i]
			my += ys[i]
		}
	}
	mx, my = mx/n, my/n
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range xs {
		if data.Finite(xs[i]) && data.Finite(ys[i]) {
			xy += (xs[i] - mx) * (ys[i] - my)
			xx += (xs[i] - mx) * (xs[i] - mx)
			yy += (ys[i] - my) * (ys[i] - my)
		}
	}
	if !(xx > 0 && yy > 0) {
		return math.NaN()
	}
	return xy / math.Sqrt(xx*yy)
}

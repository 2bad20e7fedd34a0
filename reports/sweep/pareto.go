package sweep

import (
	"errors"
	"fmt"
	"slices"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// pareto is two measures against each other and the points that no other one beats
// in both.
type pareto struct {
	s     *Sweep
	x, y  *Measure
	ran   []int // points with both
	front []int // in order of x, the best of it first
}

// pareto finds the front. A point is on it when every other one is worse in x or
// in y, or is the same in both; of equal points the first one is.
func (s *Sweep) pareto(x, y *Measure) (*pareto, error) {
	for _, m := range []*Measure{x, y} {
		if m.Better == 0 {
			return nil, fmt.Errorf("%s is neither better nor worse when it is more: it has no front", m.Name)
		}
	}
	if s.against != "" {
		return nil, errors.New("differences have no front")
	}
	f := &pareto{s: s, x: x, y: y}
	for p := range s.IDs {
		if data.Finite(x.X[p]) && data.Finite(y.X[p]) {
			f.ran = append(f.ran, p)
		}
	}
	dx, dy := -float64(x.Better), -float64(y.Better) // less is better, so turned
	order := slices.Clone(f.ran)
	slices.SortFunc(order, func(a, b int) int {
		if c := compareFloats(dx*x.X[a], dx*x.X[b]); c != 0 {
			return c
		}
		if c := compareFloats(dy*y.X[a], dy*y.X[b]); c != 0 {
			return c
		}
		return a - b
	})
	for _, p := range order {
		if n := len(f.front); n == 0 || dy*y.X[p] < dy*y.X[f.front[n-1]] {
			f.front = append(f.front, p)
		}
	}
	return f, nil
}

// table is the points of the front.
func (f *pareto) table() *sheet {
	t := &sheet{
		name: "pareto-" + f.x.Name + "-" + f.y.Name, title: fmt.Sprintf("Pareto front of %s and %s", inner(f.x.Title), inner(f.y.Title)),
		note: page.Join(fmt.Sprintf("%s of %s: no other point is better in one of both and not worse in the other", draw.Plural(len(f.front), "point", "points"), draw.Count(len(f.ran))), f.s.where()),
	}
	f.s.pointColumns(t, f.front)
	t.measure(f.x, f.front)
	t.measure(f.y, f.front)
	for _, m := range f.s.headline(8) {
		if m != f.x && m != f.y {
			t.measure(m, f.front)
		}
	}
	return t
}

// headline are the measures that are told first, those that the table has and that
// are defined somewhere, at most most.
func (s *Sweep) headline(most int) (all []*Measure) {
	for _, name := range []string{"turnover_per_year", "cost_per_year", "tracking_error", "drift_mean", "drift_max", "cagr", "volatility", "max_drawdown", "sharpe", "rebalances"} {
		if m := s.measure(name); m != nil && slices.ContainsFunc(m.X, data.Finite) && len(all) < most {
			all = append(all, m)
		}
	}
	return all
}

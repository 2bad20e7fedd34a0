package sweep

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"evenkeel/data/fault"
	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

// Where is the points whose axis has a value, which is written as on paper or as
// in the experiment (20%, 0.2, month_end), or one of those from A to B (25%..75%).
func (s *Sweep) Where(axis, value string) (*Sweep, error) {
	low, high, several := strings.Cut(value, "..")
	i, from, err := s.find(axis, low)
	to := from
	if err == nil && several {
		_, to, err = s.find(axis, high)
	}
	if err != nil {
		return nil, err
	}
	a := &s.Axes[i]
	if to < from || several && !a.ordered() {
		return nil, fmt.Errorf("axis %s has no values from %s to %s", axis, fault.Quote(low), fault.Quote(high))
	}
	var keep []int
	for p, at := range a.At {
		if int(at) >= from && int(at) <= to {
			keep = append(keep, p)
		}
	}
	out := s.only(keep)
	b := &out.Axes[i]
	b.Labels = a.Labels[from : to+1]
	if a.X != nil {
		b.X = a.X[from : to+1]
	}
	for p := range b.At {
		b.At[p] -= int32(from)
	}
	what := a.title() + " " + a.Labels[from]
	if several {
		what += " to " + a.Labels[to]
	}
	out.fixed = append(out.fixed, what)
	return out, nil
}

// only is some of the points. Axes keep all their values.
func (s *Sweep) only(keep []int) *Sweep {
	out := *s
	out.Axes, out.Values = slices.Clone(s.Axes), slices.Clone(s.Values)
	out.IDs, out.Errs = make([]string, len(keep)), make([]string, len(keep))
	for i := range out.Axes {
		out.Axes[i].At = make([]int32, len(keep))
	}
	for i := range out.Values {
		out.Values[i].X = make([]float64, len(keep))
	}
	for to, p := range keep {
		out.IDs[to], out.Errs[to] = s.IDs[p], s.Errs[p]
		for i := range out.Axes {
			out.Axes[i].At[to] = s.Axes[i].At[p]
		}
		for i := range out.Values {
			out.Values[i].X[to] = s.Values[i].X[p]
		}
	}
	out.fixed = slices.Clone(s.fixed)
	return &out
}

// find is the place of an axis and of a value on it. The error says what there is.
func (s *Sweep) find(axis, value string) (i, k int, err error) {
	if i = s.axis(axis); i < 0 {
		return 0, 0, s.noAxis(axis)
	}
	a := &s.Axes[i]
	tight := func(s string) string { return strings.ReplaceAll(s, " ", "") }
	number, known := asNumber(tight(value))
	for k, l := range a.Labels {
		if tight(l) == tight(value) || known && a.X != nil && !a.Dates && math.Abs(a.X[k]-number) <= 1e-9*math.Max(1, math.Abs(number)) {
			return i, k, nil
		}
	}
	const most = 20
	there := a.Labels[:min(most, len(a.Labels))]
	return 0, 0, fmt.Errorf("axis %s has no value %s; it has %s", axis, fault.Quote(value), strings.Join(there, ", "))
}

// asNumber reads 0.25 and 25%.
func asNumber(text string) (float64, bool) {
	body, part := strings.CutSuffix(text, "%")
	x, err := strconv.ParseFloat(body, 64)
	if part {
		x /= 100
	}
	return x, err == nil
}

func (s *Sweep) noAxis(name string) error {
	var names []string
	for _, a := range s.Axes {
		names = append(names, a.Name)
	}
	if len(names) == 0 {
		return errors.New("the sweep has no axes")
	}
	return fmt.Errorf("the sweep has no axis %s; %s", fault.Quote(name), meant(name, names))
}

// meant asks about the name that is nearest to a word, or says which names there
// are when none is near.
func meant(word string, names []string) string {
	if near, ok := fault.Nearest(word, names); ok {
		return "did you mean " + fault.Clean(near) + "?"
	}
	clean := make([]string, len(names))
	for i, n := range names {
		clean[i] = fault.Clean(n)
	}
	return "there are " + strings.Join(clean, ", ")
}

// Against is the sweep of differences: every value less that of the point that
// differs from it in nothing but the axis, which has the value there. Points
// without such a partner are undefined.
func (s *Sweep) Against(axis, value string) (*Sweep, error) {
	i, k, err := s.find(axis, value)
	if err != nil {
		return nil, err
	}
	partner := make([]int32, s.Points())
	bases := map[string]int32{}
	key := newPlaces(s, i)
	for p, at := range s.Axes[i].At {
		if int(at) == k {
			bases[string(key.of(p))] = int32(p)
		}
	}
	for p := range partner {
		b, ok := bases[string(key.of(p))]
		if partner[p] = b; !ok {
			partner[p] = -1
		}
	}
	out := *s
	out.against = s.Axes[i].title() + " " + s.Axes[i].Labels[k]
	out.Values = make([]Measure, len(s.Values))
	for m := range s.Values {
		from := &s.Values[m]
		to := Measure{Measure: from.Measure, X: make([]float64, len(from.X)), difference: true}
		for p, x := range from.X {
			if to.X[p] = math.NaN(); partner[p] >= 0 {
				to.X[p] = x - from.X[partner[p]]
			}
		}
		if to.Unit == metric.Count || to.Unit == metric.YesNo {
			to.Unit = metric.Ratio
		}
		out.Values[m] = to
	}
	return &out, nil
}

// averaged is the sweep without an axis: of the points that differ in it alone the
// mean. A measure that one of them lacks is undefined.
func (s *Sweep) averaged(axis int) *Sweep {
	key, at := newPlaces(s, axis), map[string]int{}
	var first []int
	group := make([]int, s.Points())
	for p := range group {
		k, ok := at[string(key.of(p))]
		if !ok {
			k = len(first)
			at[string(key.of(p))] = k
			first = append(first, p)
		}
		group[p] = k
	}
	out := s.only(first)
	many := make([]float64, len(first))
	for _, k := range group {
		many[k]++
	}
	for m := range s.Values {
		x := out.Values[m].X
		clear(x)
		for p, k := range group {
			x[k] += s.Values[m].X[p] // NaN stays
		}
		for k := range x {
			x[k] /= many[k]
		}
	}
	a := &s.Axes[axis]
	for k := range out.IDs {
		out.IDs[k], out.Errs[k] = draw.Plural(int(many[k]), "point", "points"), ""
	}
	out.Axes = slices.Delete(slices.Clone(out.Axes), axis, axis+1)
	out.fixed = append(out.fixed, meanOver(a))
	return out
}

// meanOver reports that an axis is averaged over.
func meanOver(a *Axis) string {
	return fmt.Sprintf("mean over %s (%s)", a.title(), draw.Plural(len(a.Labels), "value", "values"))
}

// places names points by where they lie on all axes but one.
type places struct {
	s     *Sweep
	leave int // the axis that does not count; -1: all do
	key   []byte
}

func newPlaces(s *Sweep, leave int) *places {
	return &places{s, leave, make([]byte, 4*len(s.Axes))}
}

// of is valid until the next call.
func (x *places) of(point int) []byte {
	for i := range x.s.Axes {
		at := x.s.Axes[i].At[point]
		if i == x.leave {
			at = -1
		}
		binary.LittleEndian.PutUint32(x.key[4*i:], uint32(at))
	}
	return x.key
}

// moved is the key of the place that differs from a point's in one axis.
func (x *places) moved(point, axis int, at int32) []byte {
	key := x.of(point)
	binary.LittleEndian.PutUint32(key[4*axis:], uint32(at))
	return key
}

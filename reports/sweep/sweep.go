// Package sweep shows what the table of a finished sweep contains: which axis matters,
// heat maps, fronts, the best points, fans over starts. It simulates nothing.
package sweep

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

// Sweep is the points of a sweep, as its table has them: where each lies on the
// axes, and what was measured there.
type Sweep struct {
	Name   string
	Policy string      // that was swept; "": unknown
	About  [][2]string // what ran, in names and texts
	Axes   []Axis
	IDs    []string
	Errs   []string // a point each; "": it ran
	Values []Measure

	fixed   []string // what was asked of the points that are left: look = session
	against string   // what every value is the difference to; "": values are as measured
}

// Axis is a parameter and where the points lie on it. Numbers and dates
// ascend, texts are in the order of the table.
type Axis struct {
	Name   string
	Labels []string  // by value
	X      []float64 // by value; nil: texts, which have no order of their own
	Dates  bool      // X are dates
	At     []int32   // by point: which value
}

// Measure is a measure at every point; NaN: undefined, or the point failed.
type Measure struct {
	metric.Measure
	X []float64

	difference bool // X are differences
}

// Columns beside axes and measures, in a sweep's table.
const (
	sweepPoint  = "point"
	sweepStatus = "status"
	sweepError  = "error"
)

// New reads the table of a sweep: the axes, then point, status and error, then
// the measures. The error is a finding about the table of that file.
func New(t *columnar.Table, file string) (*Sweep, error) {
	at := slices.IndexFunc(t.Columns, func(c columnar.Column) bool { return c.Name == sweepPoint })
	status, errs := t.Column(sweepStatus), t.Column(sweepError)
	if at < 0 || status == nil || errs == nil || t.Columns[at].Type.Kind != columnar.Text || status.Type.Kind != columnar.Text || errs.Type.Kind != columnar.Text {
		return nil, notSweep(file, fmt.Sprintf("has no columns of text %s, %s and %s", sweepPoint, sweepStatus, sweepError))
	}
	s := &Sweep{}
	for row := range t.Rows() {
		s.IDs = append(s.IDs, t.Columns[at].Text(row))
		why := ""
		if status.Text(row) != "ok" {
			why = page.OrElse(errs.Text(row), "no reason given")
		}
		s.Errs = append(s.Errs, why)
	}
	for i := range t.Columns[:at] {
		a, err := newSweepAxis(&t.Columns[i], file)
		if err != nil {
			return nil, err
		}
		s.Axes = append(s.Axes, a)
	}
	for i := range t.Columns[at:] {
		c := &t.Columns[at+i]
		if c.Type.Kind != columnar.Float {
			continue
		}
		m := Measure{Measure: measureOf(c.Name), X: make([]float64, c.Len())}
		for row := range m.X {
			m.X[row] = math.NaN()
			if !c.Null(row) && s.Errs[row] == "" {
				m.X[row] = c.Float(row)
			}
		}
		s.Values = append(s.Values, m)
	}
	return s, nil
}

func notSweep(file, what string) error {
	return fault.One(fault.Finding{Code: fault.DamagedOutput, File: file, What: what, Rule: "a sweep's table has a column for each axis, then point, status, error, then the measures", Remedy: "Give the folder that evenkeel sweep or evenkeel merge wrote"})
}

// measureOf is what is known of a measure, by its column.
func measureOf(name string) metric.Measure {
	for _, m := range metric.All() {
		if m.Name == name {
			return m
		}
	}
	m := metric.Measure{Title: name, Unit: metric.Ratio}
	m.Name = name
	return m
}

// newSweepAxis reads an axis. Null is a value of its own.
func newSweepAxis(c *columnar.Column, file string) (Axis, error) {
	a := Axis{Name: c.Name, At: make([]int32, c.Len()), Dates: c.Type.Kind == columnar.Date}
	switch c.Type.Kind {
	case columnar.Text:
		at := map[string]int32{}
		for row := range a.At {
			text := page.OrElse(draw.Clean(c.Text(row), 60), "none")
			k, ok := at[text]
			if !ok {
				k = int32(len(a.Labels))
				at[text], a.Labels = k, append(a.Labels, text)
			}
			a.At[row] = k
		}
		return a, nil
	case columnar.Float, columnar.Int, columnar.Date:
	default:
		return a, notSweep(file, fmt.Sprintf("column %s is of type %s", fault.Quote(c.Name), c.Type))
	}
	xs := make([]float64, c.Len())
	for row := range xs {
		if c.Null(row) {
			return a, notSweep(file, fmt.Sprintf("column %s has no value in row %d", fault.Quote(c.Name), row))
		}
		if xs[row] = c.Float(row); a.Dates {
			xs[row] = float64(c.Days[row])
		}
	}
	a.X = slices.Compact(slices.Sorted(slices.Values(xs)))
	for row, x := range xs {
		k, _ := slices.BinarySearch(a.X, x)
		a.At[row] = int32(k)
	}
	a.Labels = numberLabels(a.Name, a.X, a.Dates)
	return a, nil
}

// fractions are the keys whose plain numbers are parts of something, by the last
// word of their path: they are written in per cent.
var fractions = []string{
	"band", "rail", "rail_ratio", "up", "down", "deviation", "portfolio_drift", "idle_cash", "cash_reserve", "participation",
	"maximum_turnover", "hysteresis", "urgent", "fraction", "risk_free", "short", "long", "major", "growth",
}

// numberLabels write the values of an axis, with as many digits as tell them apart.
func numberLabels(name string, xs []float64, dates bool) []string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	part := slices.Contains(fractions, last)
	out := make([]string, len(xs))
	for digits := range 10 {
		same := false
		for i, x := range xs {
			switch {
			case dates:
				out[i] = data.Date(x).String()
			case part:
				out[i] = trimmed(draw.Decimal(100*x, digits)) + " %"
			default:
				out[i] = trimmed(draw.Decimal(x, digits))
			}
			same = same || i > 0 && out[i] == out[i-1]
		}
		if !same && (dates || exact(xs, part, digits)) {
			break
		}
	}
	return out
}

// trimmed is a number without noughts behind its last digit after the point.
func trimmed(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// exact reports whether so many digits say all of the numbers, or the fourth digit
// after the point would be needed.
func exact(xs []float64, part bool, digits int) bool {
	if digits >= 3 {
		return true
	}
	unit := math.Pow(10, float64(digits))
	if part {
		unit *= 100
	}
	return !slices.ContainsFunc(xs, func(x float64) bool {
		return math.Abs(x*unit-math.Round(x*unit)) > 1e-9*math.Max(1, math.Abs(x*unit))
	})
}

// Points is the number of points, Failed how many of them failed.
func (s *Sweep) Points() int { return len(s.IDs) }

// Failed is how many points failed.
func (s *Sweep) Failed() (n int) {
	for _, e := range s.Errs {
		if e != "" {
			n++
		}
	}
	return n
}

// measure is a measure by its column, nil without it.
func (s *Sweep) measure(name string) *Measure {
	for i := range s.Values {
		if s.Values[i].Name == name {
			return &s.Values[i]
		}
	}
	return nil
}

// axis is an axis by its name, -1 without it.
func (s *Sweep) axis(name string) int {
	return slices.IndexFunc(s.Axes, func(a Axis) bool { return a.Name == name })
}

// varied are the axes with more than one value.
func (s *Sweep) varied() (all []int) {
	for i := range s.Axes {
		if len(s.Axes[i].Labels) > 1 {
			all = append(all, i)
		}
	}
	return all
}

// axisTitles say what axes are that their names alone do not.
var axisTitles = map[string]string{"rail_ratio": "rail / band", "data.start": "start", "data.end": "end", "data.window": "period", "costs.0.rate": "costs.0.rate (first cost)"}

// title is an axis on paper.
func (a *Axis) title() string { return page.OrElse(axisTitles[a.Name], draw.Clean(a.Name, 60)) }

// ordered reports whether the axis has an order of its own.
func (a *Axis) ordered() bool { return a.X != nil }

// where returns which points are shown, for beneath titles.
func (s *Sweep) where() string {
	all := slices.Clone(s.fixed)
	if n := s.Failed(); n > 0 {
		all = append(all, draw.Plural(n, "failed point", "failed points")+" left out")
	}
	return strings.Join(all, " · ")
}

// label is a point in words: its values on the axes that vary.
func (s *Sweep) label(point int) string {
	var all []string
	for _, i := range s.varied() {
		a := &s.Axes[i]
		all = append(all, a.Labels[a.At[point]])
	}
	return strings.Join(all, " · ")
}

// labelled returns what the values of a label are of.
func (s *Sweep) labelled() string {
	var all []string
	for _, i := range s.varied() {
		all = append(all, s.Axes[i].title())
	}
	return strings.Join(all, " · ")
}

// compareFloats orders numbers, those that are undefined last.
func compareFloats(a, b float64) int {
	switch x, y := math.IsNaN(a), math.IsNaN(b); {
	case x && y:
		return 0
	case x:
		return 1
	case y:
		return -1
	}
	return cmp.Compare(a, b)
}

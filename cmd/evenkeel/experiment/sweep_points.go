package experiment

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/strategies"
)

// listPoints reads points that are given one by one: [{band: 5%, rail: 0}, ...].
// Their keys are the axes; every point has all of them.
func (f *File) listPoints(c *syntax.Checker, n, points *syntax.Node, s *Sweep) {
	s.Sample = ListedPoints
	switch axes := n.Get("axes"); {
	case axes != nil:
		c.At(n.KeyAt("axes"), fault.BadSweep, "sweep: both axes and a list of points", "the keys of the points are the axes", "Keep one of the two")
		return
	case len(points.Items) == 0:
		c.At(points.At, fault.BadSweep, "sweep.points: no point", "a sweep has at least one", "Add one, such as {band: 20%}")
		return
	case len(points.Items) > MaxPoints:
		c.At(points.At, fault.TooManyPoints, fmt.Sprintf("sweep.points: %d points are too many", len(points.Items)), fmt.Sprintf("a sweep has at most %d points", MaxPoints), "Leave points out, or sample them")
		return
	}
	first := points.Items[0]
	if !c.IsMap(first, "a point such as {band: 5%, rail: 0}") {
		return
	}
	if len(first.Keys) == 0 {
		c.At(first.At, fault.BadSweep, first.Path+": a point without keys", "the keys of the points are the axes", "Give it one, such as band: 5%")
		return
	}
	var taken takenPaths
	for _, k := range first.Keys {
		if a, ok := f.newAxis(c, k, s.Policy, &taken); ok {
			s.Axes = append(s.Axes, a)
		}
	}
	if len(s.Axes) != len(first.Keys) || len(s.Axes) == 0 {
		return
	}
	s.collect(c, points)
	s.Points = len(s.Listed)
}

// collect gives every axis the values of the points, each once, and every point
// their places.
func (s *Sweep) collect(c *syntax.Checker, points *syntax.Node) {
	places := make([]map[string]int32, len(s.Axes))
	seen := map[string]bool{}
	for _, p := range points.Items {
		if !c.IsMap(p, "a point such as {band: 5%, rail: 0}") {
			return
		}
		if len(p.Keys) != len(s.Axes) || slices.ContainsFunc(s.Axes, func(a Axis) bool { return p.Get(a.Name) == nil }) {
			c.At(p.At, fault.BadSweep, p.Path+": the point has other keys than the first", "every point has "+strings.Join(s.names(), ", "), "Give every point the same keys")
			return
		}
		at, whole := make([]int32, len(s.Axes)), ""
		for i := range s.Axes {
			a, item := &s.Axes[i], p.Get(s.Axes[i].Name)
			if !a.good(c, item) {
				continue
			}
			key := a.canonical(item)
			if places[i] == nil {
				places[i] = map[string]int32{}
			}
			k, known := places[i][key]
			if !known {
				k = int32(len(a.Values))
				places[i][key] = k
				a.Values, a.nodes = append(a.Values, item.Inline()), append(a.nodes, item)
			}
			at[i], whole = k, whole+key
		}
		if seen[whole] {
			c.At(p.At, fault.BadSweep, p.Path+": the point is given twice", "a point is listed once", "Keep one of the two")
			return
		}
		seen[whole] = true
		s.Listed = append(s.Listed, at)
	}
}

func (s *Sweep) names() (out []string) {
	for _, a := range s.Axes {
		out = append(out, a.Name)
	}
	return out
}

// Quantity is a value that can be compared with another of its unit.
type Quantity struct {
	X    float64
	Unit string // "" for plain numbers and fractions, pp, %, sessions, months, date
}

// quantityOf reads a text as a quantity; amounts keep their %, which is of NAV.
func quantityOf(shape card.Shape, text string) (q Quantity, ok bool) {
	text = strings.TrimSpace(text)
	if d, err := data.ParseDate(text); err == nil {
		return Quantity{float64(d), "date"}, true
	}
	body, suffix := cutSuffix(text)
	if suffix == "%" && shape != syntax.AmountShape {
		x, err := card.ReadFraction(card.T(text))
		return Quantity{x, ""}, err == nil
	}
	x, err := card.Number(card.T(body))
	return Quantity{x, strings.TrimSpace(suffix)}, err == nil
}

// Quantity returns value k of the axis as a number with its unit, and false if it is
// none.
func (a *Axis) Quantity(k int) (Quantity, bool) {
	if n := a.nodeOf(k); n.Kind != syntax.Scalar || n.Quoted {
		return Quantity{}, false
	}
	text := a.Values[k]
	if a.nodes != nil {
		text = a.nodes[k].Text
	}
	return quantityOf(a.shape, text)
}

// rule is a constraint: left op right.
type rule struct {
	Text        string
	Left, Right Operand
	op          string
	implied     bool // nobody wrote it
}

// Operand is an axis, or a value that is the same at every point.
type Operand struct {
	Axis  int // -1: fixed
	Fixed Quantity
}

var operators = []string{"<=", ">=", "!=", "<", ">", "="}

// sweepRules reads the constraints and adds those that go without saying.
func (f *File) sweepRules(c *syntax.Checker, n *syntax.Node, s *Sweep) {
	if len(s.Axes) == 0 || c.Errors() > 0 {
		return
	}
	if n != nil && n.Kind != syntax.List {
		c.Want(n, "a list of constraints such as [rail <= band]")
		return
	}
	if n != nil {
		for _, item := range n.Items {
			r, wrong := f.readRule(s, item.Text)
			if item.Kind != syntax.Scalar || wrong != "" {
				c.At(item.At, fault.BadSweep, item.Path+": "+fault.Quote(item.Text)+": "+wrong, "a constraint compares two parameters, or one with a value: rail <= band", "Write it such as rail <= band")
				continue
			}
			s.Rules = append(s.Rules, r)
		}
	}
	for _, text := range f.implied(s) {
		if r, wrong := f.readRule(s, text); wrong == "" {
			r.implied = true
			s.Rules = append(s.Rules, r)
		}
	}
}

// implied are the constraints that go without saying: those that the policy's keys
// state, where they mean something.
func (f *File) implied(s *Sweep) []string {
	rules := []string{"data.start < data.end"}
	own := "policies." + s.Policy + "."
	swept := func(key string) bool {
		return slices.ContainsFunc(s.Axes, func(a Axis) bool { return a.Path == own+key })
	}
	e, _ := f.Policy(s.Policy)
	knobs := knobsOf(e.Strategy)
	for _, k := range knobs {
		u := k.Under
		where := f.root.Find(own + u.Where)
		if u.Key == "" || swept(u.Where) || where != nil && where.Text != u.Is ||
			slices.ContainsFunc(knobs, func(o card.Knob) bool {
				return o.Instead == k.Name && (swept(o.Name) || f.root.Find(own+o.Name) != nil)
			}) {
			continue
		}
		rules = append(rules, k.Name+" <= "+u.Key)
	}
	return rules
}

func (f *File) readRule(s *Sweep, text string) (r rule, wrong string) {
	for _, op := range operators {
		left, right, ok := strings.Cut(text, op)
		if !ok {
			continue
		}
		r.op = op
		left, right = strings.TrimSpace(left), strings.TrimSpace(strings.TrimPrefix(right, "="))
		if r.Left, ok = f.operand(s, left); !ok {
			return r, "no parameter, and no value, " + fault.Quote(left)
		}
		if r.Right, ok = f.operand(s, right); !ok {
			return r, "no parameter, and no value, " + fault.Quote(right)
		}
		if r.Left.Axis < 0 && r.Right.Axis < 0 {
			return r, "neither side is an axis"
		}
		r.Text = left + " " + op + " " + right
		return r, ""
	}
	return r, "want one of " + strings.Join(operators, ", ")
}

// operand finds an axis by its name or path, a parameter of the policy or of the
// experiment, or reads a value.
func (f *File) operand(s *Sweep, text string) (Operand, bool) {
	own := "policies." + s.Policy + "." + text
	for i, a := range s.Axes {
		if a.Name == text || a.Path == text || a.Path == own {
			return Operand{Axis: i}, true
		}
	}
	for _, path := range []string{own, text} {
		if n := f.root.Find(path); n != nil && text != "" {
			q, ok := quantityOf(card.AnyShape, n.Text)
			return Operand{-1, q}, ok && n.Kind == syntax.Scalar
		}
	}
	if p, ok := f.Policy(s.Policy); ok && p.Strategy != "" {
		plug, _ := strategies.Catalog.Find(p.Strategy)
		_, knobs := plug.New()
		if k, ok := KnobOf(knobs, text); ok {
			text = k.Default
		}
	}
	q, ok := quantityOf(card.AnyShape, text)
	return Operand{-1, q}, ok
}

// Holds compares; values of different units cannot be compared, and hold.
func (r *rule) Holds(a, b Quantity) bool {
	if a.Unit != b.Unit {
		return true
	}
	d := a.X - b.X
	const near = 1e-12
	switch r.op {
	case "<=":
		return d <= near
	case ">=":
		return d >= -near
	case "<":
		return d < -near
	case ">":
		return d > near
	case "=":
		return d <= near && d >= -near
	}
	return d > near || d < -near
}

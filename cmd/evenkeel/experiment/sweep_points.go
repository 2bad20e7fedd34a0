package experiment

import (
	"fmt"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/strategies"
)

// listPoints reads points that are given one by one: [{band: 5%, rail: 0}, ...].
// Their keys are the axes; every point has all of them.
func (f *File) listPoints(c *checker, n, points *node, s *Sweep) {
	s.Sample = listedPoints
	switch axes := n.get("axes"); {
	case axes != nil:
		c.at(n.keyAt("axes"), "E129", "sweep: both axes and a list of points", "the keys of the points are the axes", "Keep one of the two")
		return
	case len(points.items) == 0:
		c.at(points.at, "E129", "sweep.points: no point", "a sweep has at least one", "Add one, such as {band: 20%}")
		return
	case len(points.items) > MaxPoints:
		c.at(points.at, "E128", fmt.Sprintf("sweep.points: %d points are too many", len(points.items)), fmt.Sprintf("a sweep has at most %d points", MaxPoints), "Leave points out, or sample them")
		return
	}
	first := points.items[0]
	if !c.isMap(first, "a point such as {band: 5%, rail: 0}") {
		return
	}
	if len(first.keys) == 0 {
		c.at(first.at, "E129", first.path+": a point without keys", "the keys of the points are the axes", "Give it one, such as band: 5%")
		return
	}
	var taken takenPaths
	for _, k := range first.keys {
		if a, ok := f.newAxis(c, k, s.Policy, &taken); ok {
			s.Axes = append(s.Axes, a)
		}
	}
	if len(s.Axes) != len(first.keys) || len(s.Axes) == 0 {
		return
	}
	s.collect(c, points)
	s.Points = len(s.listed)
}

// collect gives every axis the values of the points, each once, and every point
// their places.
func (s *Sweep) collect(c *checker, points *node) {
	places := make([]map[string]int32, len(s.Axes))
	seen := map[string]bool{}
	for _, p := range points.items {
		if !c.isMap(p, "a point such as {band: 5%, rail: 0}") {
			return
		}
		if len(p.keys) != len(s.Axes) || slices.ContainsFunc(s.Axes, func(a Axis) bool { return p.get(a.Name) == nil }) {
			c.at(p.at, "E129", p.path+": the point has other keys than the first", "every point has "+strings.Join(s.names(), ", "), "Give every point the same keys")
			return
		}
		at, whole := make([]int32, len(s.Axes)), ""
		for i := range s.Axes {
			a, item := &s.Axes[i], p.get(s.Axes[i].Name)
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
				a.Values, a.nodes = append(a.Values, item.inline()), append(a.nodes, item)
			}
			at[i], whole = k, whole+key
		}
		if seen[whole] {
			c.at(p.at, "E129", p.path+": the point is given twice", "a point is listed once", "Keep one of the two")
			return
		}
		seen[whole] = true
		s.listed = append(s.listed, at)
	}
}

func (s *Sweep) names() (out []string) {
	for _, a := range s.Axes {
		out = append(out, a.Name)
	}
	return out
}

// quantity is a value that can be compared with another of its unit.
type quantity struct {
	x    float64
	unit string // "" for plain numbers and fractions, pp, %, sessions, months, date
}

// quantityOf reads a text as a quantity; amounts keep their %, which is of NAV.
func quantityOf(shape card.Shape, text string) (q quantity, ok bool) {
	text = strings.TrimSpace(text)
	if d, err := data.ParseDate(text); err == nil {
		return quantity{float64(d), "date"}, true
	}
	body, suffix := cutSuffix(text)
	if suffix == "%" && shape != amountShape {
		x, err := card.ReadFraction(card.T(text))
		return quantity{x, ""}, err == nil
	}
	x, err := card.Number(card.T(body))
	return quantity{x, strings.TrimSpace(suffix)}, err == nil
}

// quantities are those of an axis; the second is false where a value is none.
func (a *Axis) quantity(k int) (quantity, bool) {
	if n := a.nodeOf(k); n.kind != scalar || n.quoted {
		return quantity{}, false
	}
	text := a.Values[k]
	if a.nodes != nil {
		text = a.nodes[k].text
	}
	return quantityOf(a.shape, text)
}

// rule is a constraint: left op right.
type rule struct {
	text        string
	left, right operand
	op          string
	implied     bool // nobody wrote it
}

// operand is an axis, or a value that is the same at every point.
type operand struct {
	axis  int // -1: fixed
	fixed quantity
}

var operators = []string{"<=", ">=", "!=", "<", ">", "="}

// sweepRules reads the constraints and adds those that go without saying.
func (f *File) sweepRules(c *checker, n *node, s *Sweep) {
	if len(s.Axes) == 0 || c.errors() > 0 {
		return
	}
	if n != nil && n.kind != list {
		c.want(n, "a list of constraints such as [rail <= band]")
		return
	}
	if n != nil {
		for _, item := range n.items {
			r, wrong := f.readRule(s, item.text)
			if item.kind != scalar || wrong != "" {
				c.at(item.at, "E129", item.path+": "+fault.Quote(item.text)+": "+wrong, "a constraint compares two parameters, or one with a value: rail <= band", "Write it such as rail <= band")
				continue
			}
			s.rules = append(s.rules, r)
		}
	}
	for _, text := range f.implied(s) {
		if r, wrong := f.readRule(s, text); wrong == "" {
			r.implied = true
			s.rules = append(s.rules, r)
		}
	}
}

// implied are the constraints that go without saying. A rail is compared with its
// band where trades go to rails that are limits of their own.
func (f *File) implied(s *Sweep) []string {
	rules := []string{"data.start < data.end"}
	own := "policies." + s.Policy + "."
	for _, a := range s.Axes {
		if a.Path == own+"to" || a.Path == own+"rail_ratio" {
			return rules
		}
	}
	if to := f.root.find(own + "to"); to != nil && to.text != "rail" || f.root.find(own+"rail_ratio") != nil {
		return rules
	}
	return append(rules, "rail <= band")
}

func (f *File) readRule(s *Sweep, text string) (r rule, wrong string) {
	for _, op := range operators {
		left, right, ok := strings.Cut(text, op)
		if !ok {
			continue
		}
		r.op = op
		left, right = strings.TrimSpace(left), strings.TrimSpace(strings.TrimPrefix(right, "="))
		if r.left, ok = f.operand(s, left); !ok {
			return r, "no parameter, and no value, " + fault.Quote(left)
		}
		if r.right, ok = f.operand(s, right); !ok {
			return r, "no parameter, and no value, " + fault.Quote(right)
		}
		if r.left.axis < 0 && r.right.axis < 0 {
			return r, "neither side is an axis"
		}
		r.text = left + " " + op + " " + right
		return r, ""
	}
	return r, "want one of " + strings.Join(operators, ", ")
}

// operand finds an axis by its name or path, a parameter of the policy or of the
// experiment, or reads a value.
func (f *File) operand(s *Sweep, text string) (operand, bool) {
	own := "policies." + s.Policy + "." + text
	for i, a := range s.Axes {
		if a.Name == text || a.Path == text || a.Path == own {
			return operand{axis: i}, true
		}
	}
	for _, path := range []string{own, text} {
		if n := f.root.find(path); n != nil && text != "" {
			q, ok := quantityOf(card.AnyShape, n.text)
			return operand{-1, q}, ok && n.kind == scalar
		}
	}
	if p, ok := f.Policy(s.Policy); ok && p.Strategy != "" {
		plug, _ := strategies.Catalog.Find(p.Strategy)
		_, knobs := plug.New()
		if k, ok := knobOf(knobs, text); ok {
			text = k.Default
		}
	}
	q, ok := quantityOf(card.AnyShape, text)
	return operand{-1, q}, ok
}

// holds compares; values of different units cannot be compared, and hold.
func (r *rule) holds(a, b quantity) bool {
	if a.unit != b.unit {
		return true
	}
	d := a.x - b.x
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

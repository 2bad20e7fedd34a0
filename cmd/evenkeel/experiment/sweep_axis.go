package experiment

import (
	"fmt"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

// fill reads the values of an axis, at most limit of them.
func (a *Axis) fill(c *syntax.Checker, n *syntax.Node, limit int) bool {
	switch {
	case n.Kind == syntax.List && len(n.Items) == 0:
		c.At(n.At, fault.BadSweep, n.Path+": no values", "an axis has at least one", "Add values, or take the axis out")
	case n.Kind == syntax.List && len(n.Items) > limit:
		a.tooMany(c, n, float64(len(n.Items)))
	case n.Kind == syntax.List:
		return a.fillList(c, n)
	case n.Kind == syntax.Scalar && !n.Null && isLogSpan(n.Text):
		return a.fillRange(c, n, limit, logSpan)
	case n.Kind == syntax.Scalar && !n.Null && isDateSpan(n.Text):
		return a.fillRange(c, n, limit, dateSpan)
	case n.Kind == syntax.Scalar && !n.Null && isSpan(n.Text):
		return a.fillSpan(c, n, limit)
	default:
		c.Want(n, "a list of values such as [5%, 10%], or a range from:to:step")
	}
	return false
}

func (a *Axis) tooMany(c *syntax.Checker, n *syntax.Node, count float64) {
	c.At(n.At, fault.TooManyPoints, fmt.Sprintf("%s: %.0f values are too many", n.Path, count), fmt.Sprintf("a sweep has at most %d points, all axes multiplied (or values, when points are drawn)", MaxPoints), "Take larger steps, or fewer axes")
}

func (a *Axis) fillList(c *syntax.Checker, n *syntax.Node) bool {
	ok, seen := true, map[string]bool{}
	for _, item := range n.Items {
		if !a.good(c, item) {
			ok = false
			continue
		}
		tidy := a.canonical(item)
		if seen[tidy] {
			c.At(item.At, fault.BadSweep, n.Path+": value "+item.Inline()+" twice", "the values of an axis differ", "Keep one of the two")
			ok = false
			continue
		}
		seen[tidy] = true
		a.Values, a.nodes = append(a.Values, item.Inline()), append(a.nodes, item)
	}
	return ok
}

// good checks one value of the axis by itself.
func (a *Axis) good(c *syntax.Checker, item *syntax.Node) bool {
	if a.Knob.Parse != nil {
		_, ok := c.Knob(a.Knob, item, syntax.CodeOf(a.Knob, fault.BadSweep))
		return ok
	}
	if item.Kind == syntax.Scalar && item.Null && !item.Quoted {
		c.Want(item, "a value of "+a.Name)
		return false
	}
	if a.Path == windowAxis && !isWindow(item) {
		c.Want(item, "a window such as {start: 2006-01-02, end: 2015-12-31}")
		return false
	}
	return true
}

// canonical is a value in its one form, as JSON.
func (a *Axis) canonical(item *syntax.Node) string {
	return string(toJSON((&File{}).canonOf(a.Knob, item)))
}

func (a *Axis) fillSpan(c *syntax.Checker, n *syntax.Node, limit int) bool {
	s, err := parseSpan(n.Text)
	switch {
	case err != nil && strings.Contains(err.Error(), "the limit is"):
		c.At(n.At, fault.TooManyPoints, n.Path+": the range "+fault.Quote(n.Text)+": "+err.Error(), "an axis has few enough values", "Take larger steps")
		return false
	case err != nil:
		c.At(n.At, fault.BadSweep, n.Path+": the range "+fault.Quote(n.Text)+": "+err.Error(), "from:to:step, the end included", "Write it such as 5%:50%:5%")
		return false
	case s.count > limit:
		a.tooMany(c, n, float64(s.count))
		return false
	}
	a.ranged = s.tidy(a.shape != syntax.AmountShape)
	return a.hold(c, n, s.values())
}

// fillRange is fillSpan for the other kinds of range.
func (a *Axis) fillRange(c *syntax.Checker, n *syntax.Node, limit int, read func(string) ([]string, error)) bool {
	values, err := read(n.Text)
	switch {
	case err != nil:
		c.At(n.At, fault.BadSweep, n.Path+": the range "+fault.Quote(n.Text)+": "+err.Error(), "from:to:step, the end included", "Write it such as 5%:50%:5%")
		return false
	case len(values) > limit:
		a.tooMany(c, n, float64(len(values)))
		return false
	}
	a.ranged = strings.Join(strings.Fields(n.Text), " ")
	return a.hold(c, n, values)
}

// hold checks the values of a range and keeps them.
func (a *Axis) hold(c *syntax.Checker, n *syntax.Node, values []string) bool {
	a.Values = values
	if a.Knob.Parse == nil {
		return true
	}
	item := &syntax.Node{At: n.At, Path: n.Path}
	for _, v := range values {
		item.Text = v
		if _, err := a.Knob.Parse(card.Value{Path: n.Path, Text: v}); err != nil {
			c.Problem(a.Knob, item, err, syntax.CodeOf(a.Knob, fault.BadSweep))
			return false
		}
	}
	return true
}

// Changes are what a value of a general axis changes in an experiment.
func (a *Axis) Changes(f *File, k int) (all []Change) {
	if a.Path == windowAxis {
		n := a.nodes[k]
		for i, key := range n.Keys {
			all = append(all, Change{"data." + key.Text, n.Items[i].Inline()})
		}
		return all
	}
	if schedule, ok := strings.CutSuffix(a.Path, ".offset"); ok {
		if look := f.root.Find(schedule); look == nil || look.Kind == syntax.Scalar {
			every := "session"
			if look != nil {
				every = look.Text
			}
			return []Change{{schedule, "{every: " + syntax.Plain(every) + ", offset: " + a.Values[k] + "}"}}
		}
	}
	return []Change{{a.Path, a.nodeOf(k).Inline()}}
}

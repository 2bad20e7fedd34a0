package experiment

import (
	"fmt"
	"strings"

	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

// fill reads the values of an axis, at most limit of them.
func (a *Axis) fill(c *checker, n *node, limit int) bool {
	switch {
	case n.kind == list && len(n.items) == 0:
		c.at(n.at, "E129", n.path+": no values", "an axis has at least one", "Add values, or take the axis out")
	case n.kind == list && len(n.items) > limit:
		a.tooMany(c, n, float64(len(n.items)))
	case n.kind == list:
		return a.fillList(c, n)
	case n.kind == scalar && !n.null && isLogSpan(n.text):
		return a.fillRange(c, n, limit, logSpan)
	case n.kind == scalar && !n.null && isDateSpan(n.text):
		return a.fillRange(c, n, limit, dateSpan)
	case n.kind == scalar && !n.null && isSpan(n.text):
		return a.fillSpan(c, n, limit)
	default:
		c.want(n, "a list of values such as [5%, 10%], or a range from:to:step")
	}
	return false
}

func (a *Axis) tooMany(c *checker, n *node, count float64) {
	c.at(n.at, "E128", fmt.Sprintf("%s: %.0f values are too many", n.path, count), fmt.Sprintf("a sweep has at most %d points, all axes multiplied (or values, when points are drawn)", MaxPoints), "Take larger steps, or fewer axes")
}

func (a *Axis) fillList(c *checker, n *node) bool {
	ok, seen := true, map[string]bool{}
	for _, item := range n.items {
		if !a.good(c, item) {
			ok = false
			continue
		}
		tidy := a.canonical(item)
		if seen[tidy] {
			c.at(item.at, "E129", n.path+": value "+item.inline()+" twice", "the values of an axis differ", "Keep one of the two")
			ok = false
			continue
		}
		seen[tidy] = true
		a.Values, a.nodes = append(a.Values, item.inline()), append(a.nodes, item)
	}
	return ok
}

// good checks one value of the axis by itself.
func (a *Axis) good(c *checker, item *node) bool {
	if a.knob.Parse != nil {
		_, ok := c.knob(a.knob, item, codeOf(a.knob, "E129"))
		return ok
	}
	if item.kind == scalar && item.null && !item.quoted {
		c.want(item, "a value of "+a.Name)
		return false
	}
	if a.Path == windowAxis && !isWindow(item) {
		c.want(item, "a window such as {start: 2006-01-02, end: 2015-12-31}")
		return false
	}
	return true
}

// canonical is a value in its one form, as JSON.
func (a *Axis) canonical(item *node) string {
	return string(toJSON((&File{}).canonValue(a.shape, item)))
}

func (a *Axis) fillSpan(c *checker, n *node, limit int) bool {
	s, err := parseSpan(n.text)
	switch {
	case err != nil && strings.Contains(err.Error(), "the limit is"):
		c.at(n.at, "E128", n.path+": the range "+fault.Quote(n.text)+": "+err.Error(), "an axis has few enough values", "Take larger steps")
		return false
	case err != nil:
		c.at(n.at, "E129", n.path+": the range "+fault.Quote(n.text)+": "+err.Error(), "from:to:step, the end included", "Write it such as 5%:50%:5%")
		return false
	case s.count > limit:
		a.tooMany(c, n, float64(s.count))
		return false
	}
	a.ranged = s.tidy(a.shape != amountShape)
	return a.hold(c, n, s.values())
}

// fillRange is fillSpan for the other kinds of range.
func (a *Axis) fillRange(c *checker, n *node, limit int, read func(string) ([]string, error)) bool {
	values, err := read(n.text)
	switch {
	case err != nil:
		c.at(n.at, "E129", n.path+": the range "+fault.Quote(n.text)+": "+err.Error(), "from:to:step, the end included", "Write it such as 5%:50%:5%")
		return false
	case len(values) > limit:
		a.tooMany(c, n, float64(len(values)))
		return false
	}
	a.ranged = strings.Join(strings.Fields(n.text), " ")
	return a.hold(c, n, values)
}

// hold checks the values of a range and keeps them.
func (a *Axis) hold(c *checker, n *node, values []string) bool {
	a.Values = values
	if a.knob.Parse == nil {
		return true
	}
	item := &node{at: n.at, path: n.path}
	for _, v := range values {
		item.text = v
		if _, err := a.knob.Parse(card.Value{Path: n.path, Text: v}); err != nil {
			c.problem(a.knob, item, err, codeOf(a.knob, "E129"))
			return false
		}
	}
	return true
}

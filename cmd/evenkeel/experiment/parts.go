package experiment

import (
	"slices"
	"strconv"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/sim/card"
	"evenkeel/strategies"
)

// monthsShape is a number of months; card has no shape for it.
const monthsShape = card.Shape(210) // 6 months, 1 year

// canonOf is a knob's value in its one form.
func (f *File) canonOf(k card.Knob, n *syntax.Node) any {
	switch k.Shape {
	case card.MapShape:
		return f.canonMap(k.Parts, n)
	case card.RowsShape:
		out := []any{}
		for _, row := range n.Items {
			out = append(out, f.canonMap(k.Parts, row))
		}
		return out
	}
	return f.canonValue(k.Shape, n)
}

// canonParts is the one form of the shapes that this package has by itself; not
// ok for all others.
func (f *File) canonParts(shape card.Shape, n *syntax.Node) (any, bool) {
	switch shape {
	case card.LookShape:
		if s, err := card.ReadSchedule(n.Value()); err == nil {
			return s.String(), true
		}
		if text, ok := strings.CutSuffix(strings.TrimSpace(n.Text), "after rebalance"); ok {
			return canonMonths(text) + " after rebalance", true
		}
	case monthsShape:
		if n.Kind == syntax.Scalar {
			return canonMonths(n.Text), true
		}
	case card.PauseShape:
		if n.Kind == syntax.Scalar {
			return canonPause(n.Text), true
		}
	case sessionsShape:
		if k, ok := sessionsOf(n.Value()); ok {
			return plural(k, "session"), true
		}
	case settlementShape:
		return canonSettlement(n), true
	case lotShape:
		return canonLot(n.Text), true
	case syntax.FileShape:
		return f.canonFile(n), true
	case endedShape:
		return canonEnded(n), true
	case syntax.GrowthShape:
		if path, _ := pathOf(n.Text); isFileName(path) {
			return f.canonFile(n), true
		}
	case card.TriggerShape:
		return f.canonTrigger(n), true
	}
	return nil, false
}

// canonMap writes a map's keys in the order of its parts, with their defaults.
func (f *File) canonMap(parts []card.Knob, n *syntax.Node) any {
	out := Object{}
	for _, p := range parts {
		child := n.Get(p.Name)
		if child == nil && p.Default == "" {
			continue
		}
		if child == nil {
			child = &syntax.Node{Text: p.Default}
		}
		out = append(out, member{p.Name, f.canonOf(p, child)})
	}
	return out
}

// canonTrigger writes a tree of triggers; members of any and all keep their order.
func (f *File) canonTrigger(n *syntax.Node) any {
	out := Object{}
	for i, k := range n.Keys {
		item := n.Items[i]
		var v any
		switch k.Text {
		case "any", "all":
			members := []any{}
			for _, x := range item.Items {
				members = append(members, f.canonTrigger(x))
			}
			v = members
		default:
			v = f.canonTriggerKey(triggerShapeOf(n, k.Text), item)
		}
		out = append(out, member{k.Text, v})
	}
	slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// canonTriggerKey is the value of a trigger's key in its one form.
func (f *File) canonTriggerKey(shape card.Shape, n *syntax.Node) any {
	switch shape {
	case card.DatesShape:
		if n.Kind == syntax.Scalar {
			return f.canonFile(n)
		}
		return f.canonValue(card.DateShape, n)
	case card.YesShape:
		return f.canonValue(card.FlagShape, n)
	case card.WordShape, card.LookShape, card.DateShape, card.NamesShape, card.FlagShape:
		return f.canonValue(shape, n)
	}
	return f.canonValue(card.LimitShape, n)
}

// triggerShapeOf is the shape of a key of a trigger, any shape of one that it has not.
func triggerShapeOf(n *syntax.Node, key string) card.Shape {
	for _, k := range n.Keys {
		plug, ok := strategies.Triggers.Find(k.Text)
		if !ok {
			continue
		}
		_, knobs := plug.New()
		for _, knob := range knobs {
			if knob.Name == key {
				return knob.Shape
			}
		}
	}
	return card.AnyShape
}

// canonMonths writes 1 year and 12 months alike.
func canonMonths(text string) string {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return text
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil {
		return text
	}
	if strings.HasPrefix(fields[1], "year") {
		n *= 12
	}
	return plural(n, "month")
}

// canonPause writes 1 year and 12 months alike, 2 weeks and 14 days.
func canonPause(text string) string {
	months, rest, ok := strategies.PauseOf(text)
	switch {
	case !ok:
		return text
	case months > 0:
		return plural(months, "month")
	case rest.Sessions > 0:
		return plural(rest.Sessions, "session")
	case rest.Days > 0:
		return plural(rest.Days, "day")
	}
	return "none"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

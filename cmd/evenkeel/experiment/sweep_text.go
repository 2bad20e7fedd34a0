package experiment

import (
	"strconv"
	"strings"

	"evenkeel/sim/card"
)

func (f *File) canonSweep() any {
	s := f.Sweep
	if s == nil {
		return nil
	}
	out := object{{"policy", s.Policy}}
	if s.Sample == listedPoints {
		out = append(out, member{"points", f.canonPoints(s)})
	} else {
		out = append(out, member{"axes", f.canonAxes(s)})
	}
	if s.Sample != "" && s.Sample != listedPoints {
		out = append(out, member{"points", object{{"sample", s.Sample}, {"n", number(strconv.Itoa(s.Points))}}})
	}
	var rules []any
	for _, r := range s.rules {
		if !r.implied {
			rules = append(rules, r.text)
		}
	}
	if rules != nil {
		out = append(out, member{"constraints", rules})
	}
	return out
}

func (f *File) canonAxes(s *Sweep) object {
	axes := object{}
	for _, a := range s.Axes {
		if a.ranged != "" {
			axes = append(axes, member{a.Name, a.ranged})
			continue
		}
		values := []any{}
		for i := range a.Values {
			values = append(values, f.canonValue(a.shape, a.nodes[i]))
		}
		axes = append(axes, member{a.Name, values})
	}
	return axes
}

func (f *File) canonPoints(s *Sweep) []any {
	points := []any{}
	for _, at := range s.listed {
		point := object{}
		for i, a := range s.Axes {
			point = append(point, member{a.Name, f.canonValue(a.shape, a.nodes[at[i]])})
		}
		points = append(points, point)
	}
	return points
}

func sweepSchema() object {
	values := object{{"anyOf", []any{object{{"type", "array"}, {"minItems", number("1")}}, object{{"type", "string"}}}}}
	axes := object{{"type", "object"}, {"minProperties", number("1")}, {"additionalProperties", values}}
	drawn := object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{"sample", "n"}}, {"properties", object{
		{"sample", object{{"enum", []any{latinHypercube, randomPoints}}}},
		{"n", object{{"type", "integer"}, {"minimum", number("1")}, {"maximum", number(strconv.Itoa(MaxPoints))}}},
	}}}
	points := object{{"anyOf", []any{
		object{{"const", "grid"}}, drawn,
		object{{"type", "array"}, {"minItems", number("1")}, {"items", object{{"type", "object"}, {"minProperties", number("1")}}}},
	}}}
	rules := object{{"type", "array"}, {"items", object{{"type", "string"}}}}
	return object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{"policy"}},
		{"anyOf", []any{object{{"required", []any{"axes"}}}, object{{"required", []any{"points"}}}}},
		{"properties", object{{"policy", object{{"type", "string"}}}, {"axes", axes}, {"points", points}, {"constraints", rules}}}}
}

// value is a value of the axis as knobs read it.
func (a *Axis) value(k int) card.Value {
	if a.nodes != nil {
		return a.nodes[k].value()
	}
	return card.Value{Path: a.Path, Text: a.Values[k]}
}

// nodeOf is a value of the axis as a part of the file.
func (a *Axis) nodeOf(k int) *node {
	if a.nodes != nil {
		return a.nodes[k]
	}
	return &node{text: a.Values[k], path: a.Path}
}

// Text is a value in its one form, on one line.
func (a *Axis) Text(k int) string {
	n := a.nodeOf(k)
	switch v := (&File{}).canonValue(a.shape, n).(type) {
	case string:
		return v
	case number:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return n.inline()
}

// inline is the node as one line of YAML.
func (n *node) inline() string {
	switch n.kind {
	case list:
		var parts []string
		for _, item := range n.items {
			parts = append(parts, item.inline())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case mapping:
		var parts []string
		for i, k := range n.keys {
			parts = append(parts, plain(k.text)+": "+n.items[i].inline())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return plain(n.text)
}

// plain is a text as YAML: itself when it is one word, otherwise in quotes.
func plain(text string) string {
	safe := text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_%./ -") == "" &&
		!strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "%") && strings.TrimSpace(text) == text
	if safe || strings.HasPrefix(text, "-") && len(text) > 1 && strings.Trim(text[1:], "0123456789.%") == "" {
		return text
	}
	return strings.TrimRight(string(toJSON(text)), "\n")
}

package experiment

import (
	"strconv"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/sim/card"
)

func (f *File) canonSweep() any {
	s := f.Sweep
	if s == nil {
		return nil
	}
	out := Object{{"policy", s.Policy}}
	if s.Sample == ListedPoints {
		out = append(out, member{"points", f.canonPoints(s)})
	} else {
		out = append(out, member{"axes", f.canonAxes(s)})
	}
	if s.Sample != "" && s.Sample != ListedPoints {
		out = append(out, member{"points", Object{{"sample", s.Sample}, {"n", Number(strconv.Itoa(s.Points))}}})
	}
	var rules []any
	for _, r := range s.Rules {
		if !r.implied {
			rules = append(rules, r.Text)
		}
	}
	if rules != nil {
		out = append(out, member{"constraints", rules})
	}
	return out
}

func (f *File) canonAxes(s *Sweep) Object {
	axes := Object{}
	for _, a := range s.Axes {
		if a.ranged != "" {
			axes = append(axes, member{a.Name, a.ranged})
			continue
		}
		values := []any{}
		for i := range a.Values {
			values = append(values, f.canonOf(a.Knob, a.nodes[i]))
		}
		axes = append(axes, member{a.Name, values})
	}
	return axes
}

func (f *File) canonPoints(s *Sweep) []any {
	points := []any{}
	for _, at := range s.Listed {
		point := Object{}
		for i, a := range s.Axes {
			point = append(point, member{a.Name, f.canonOf(a.Knob, a.nodes[at[i]])})
		}
		points = append(points, point)
	}
	return points
}

func sweepSchema() Object {
	values := Object{{"anyOf", []any{Object{{"type", "array"}, {"minItems", Number("1")}}, Object{{"type", "string"}}}}}
	axes := Object{{"type", "object"}, {"minProperties", Number("1")}, {"additionalProperties", values}}
	drawn := Object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{"sample", "n"}}, {"properties", Object{
		{"sample", Object{{"enum", []any{LatinHypercube, RandomPoints}}}},
		{"n", Object{{"type", "integer"}, {"minimum", Number("1")}, {"maximum", Number(strconv.Itoa(MaxPoints))}}},
	}}}
	points := Object{{"anyOf", []any{
		Object{{"const", "grid"}}, drawn,
		Object{{"type", "array"}, {"minItems", Number("1")}, {"items", Object{{"type", "object"}, {"minProperties", Number("1")}}}},
	}}}
	rules := Object{{"type", "array"}, {"items", Object{{"type", "string"}}}}
	return Object{{"type", "object"}, {"additionalProperties", false}, {"required", []any{"policy"}},
		{"anyOf", []any{Object{{"required", []any{"axes"}}}, Object{{"required", []any{"points"}}}}},
		{"properties", Object{{"policy", Object{{"type", "string"}}}, {"axes", axes}, {"points", points}, {"constraints", rules}}}}
}

// Value is a value of the axis as knobs read it.
func (a *Axis) Value(k int) card.Value {
	if a.nodes != nil {
		return a.nodes[k].Value()
	}
	return card.Value{Path: a.Path, Text: a.Values[k]}
}

// nodeOf is a value of the axis as a part of the file.
func (a *Axis) nodeOf(k int) *syntax.Node {
	if a.nodes != nil {
		return a.nodes[k]
	}
	return &syntax.Node{Text: a.Values[k], Path: a.Path}
}

// CanonAt is a value in its one form.
func (a *Axis) CanonAt(k int) any { return (&File{}).canonOf(a.Knob, a.nodeOf(k)) }

// Text is a value in its one form, on one line.
func (a *Axis) Text(k int) string {
	n := a.nodeOf(k)
	switch v := a.CanonAt(k).(type) {
	case string:
		return v
	case Number:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return n.Inline()
}

package strategies

import (
	"math"
	"strings"

	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

// Half is how far a weight may stand from its target on one side: the lesser of
// a part of the target and an absolute distance. +Inf means no limit.
type Half struct {
	Rel float64 // part of the target: 0.2 is 20 % of it
	Abs float64 // parts of the invested value: 0.05 is 5 percentage points
}

var (
	noHalf   = Half{math.Inf(1), math.Inf(1)}
	zeroHalf = Half{0, 0}
)

// Relative is a limit of a part of the target.
func Relative(part float64) Half { return Half{part, math.Inf(1)} }

// Absolute is a limit in parts of the invested value.
func Absolute(points float64) Half { return Half{math.Inf(1), points} }

// None reports whether the side has no limit.
func (h Half) None() bool { return math.IsInf(h.Rel, 1) && math.IsInf(h.Abs, 1) }

// Width is the distance from a target t at which the limit lies, and the margin
// of rounding within which a weight still counts as on it: 1e-12 of the target
// for a relative limit, 1e-12 for an absolute one.
func (h Half) Width(t float64) (width, margin float64) {
	if rel := h.Rel * t; h.Rel != math.Inf(1) && rel <= h.Abs {
		return rel, 1e-12 * t
	}
	return h.Abs, 1e-12
}

// times is the limit at a part of its distance.
func (h Half) times(part float64) Half {
	if part == 0 {
		return zeroHalf
	}
	return Half{h.Rel * part, h.Abs * part}
}

// Limit is a limit on both sides of the target.
type Limit struct{ Up, Down Half }

// Both is the same limit on both sides.
func Both(h Half) Limit { return Limit{h, h} }

func (l Limit) times(part float64) Limit { return Limit{l.Up.times(part), l.Down.times(part)} }

// Title is the limit in the words of an experiment file.
func (l Limit) Title() string {
	if l.Up == l.Down {
		return l.Up.title()
	}
	return "+" + l.Up.title() + " -" + l.Down.title()
}

func (h Half) title() string {
	points := strings.TrimSuffix(percentText(h.Abs), "%") + "pp"
	switch {
	case h.None():
		return "none"
	case math.IsInf(h.Abs, 1):
		return percentText(h.Rel)
	case math.IsInf(h.Rel, 1):
		return points
	}
	return "lesser of " + points + " and " + percentText(h.Rel)
}

// within reports whether l lies inside outer for a target t on both sides.
func (l Limit) within(outer Limit, t float64) bool {
	inside := func(a, b Half) bool {
		x, _ := a.Width(t)
		y, margin := b.Width(t)
		return x <= y+margin
	}
	return inside(l.Up, outer.Up) && inside(l.Down, outer.Down)
}

// ReadLimit reads 20%, 0.2, 5pp, none, {lesser_of: [5pp, 25%]} and
// {up: 25%, down: 15%}.
func ReadLimit(v card.Value) (Limit, error) {
	if v.Kind == card.Map {
		if up, ok := v.Get("up"); ok {
			return readSides(v, up)
		}
	}
	h, err := readHalf(v)
	return Both(h), err
}

func readSides(v, up card.Value) (l Limit, err error) {
	down, ok := v.Get("down")
	if !ok || len(v.Keys) != 2 {
		return l, card.Badly(v, "want {up: LIMIT, down: LIMIT}")
	}
	if l.Up, err = readHalf(up); err != nil {
		return l, err
	}
	l.Down, err = readHalf(down)
	return l, err
}

func readHalf(v card.Value) (Half, error) {
	switch {
	case v.Kind == card.Map:
		both, ok := v.Get("lesser_of")
		if !ok || len(v.Keys) != 1 || both.Kind != card.List || len(both.List) != 2 {
			return noHalf, card.Badly(v, "want a limit such as 20%%, 5pp, {lesser_of: [5pp, 25%%]} or {up: 25%%, down: 15%%}")
		}
		a, err := readHalf(both.List[0])
		if err != nil {
			return a, err
		}
		b, err := readHalf(both.List[1])
		return Half{min(a.Rel, b.Rel), min(a.Abs, b.Abs)}, err
	case v.Kind == card.List:
		return noHalf, card.Badly(v, "want one limit, not a list")
	case v.Text == "none":
		return noHalf, nil
	}
	text, points := strings.CutSuffix(strings.TrimSpace(v.Text), "pp")
	if points {
		text = strings.TrimSpace(text) + "%"
	}
	f, err := card.ReadFraction(card.Value{Path: v.Path, Text: text})
	if err != nil {
		return noHalf, card.Badly(v, "want a limit such as 20%%, 0.2, 5pp or none, got %q", v.Text)
	}
	if f < 0 {
		return noHalf, card.Badly(v, "limit %s: must be 0 or more", v.Text)
	}
	if points {
		return Absolute(f), nil
	}
	return Relative(f), nil
}

// limitKnob is a knob for a limit; 5 for 5% is treated as a typo.
func limitKnob(dst *Limit, name, def, doc string) card.Knob {
	return card.Knob{Name: name, Doc: doc, Default: def, Shape: card.LimitShape, Words: []string{"none"}, Sweep: true, Code: fault.BadBand, Parse: func(v card.Value) (func(), error) {
		l, err := ReadLimit(v)
		if err != nil {
			return nil, err
		}
		return func() { *dst = l }, slip(v, name, l)
	}}
}

// slip is an error for parts of the target above 400 %: no weight is that far out
// unless its target is tiny; 5 is a typo for 5%.
func slip(v card.Value, name string, l Limit) error {
	for _, h := range []Half{l.Up, l.Down} {
		if !math.IsInf(h.Rel, 1) && h.Rel > 4 {
			return card.Badly(v, "%s %s is %g %% of the target: did you mean %s%% or %spp?", name, v.Text, h.Rel*100, v.Text, v.Text)
		}
	}
	return nil
}

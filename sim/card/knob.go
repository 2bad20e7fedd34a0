package card

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"evenkeel/data"
)

// Number reads a finite decimal number without separators.
func Number(v Value) (float64, error) {
	if v.Kind != Text {
		return 0, Badly(v, "want a number")
	}
	s := strings.TrimSpace(v.Text)
	if strings.ContainsAny(s, ",_ ") {
		return 0, Badly(v, "%q is not a number: write it without separators, with a point for decimals", v.Text)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.HasPrefix(strings.ToLower(strings.TrimLeft(s, "+-")), "0x") {
		return 0, Badly(v, "want a finite number, got %q", v.Text)
	}
	return f, nil
}

// ReadFraction reads 0.2 or 20%.
func ReadFraction(v Value) (float64, error) {
	s := strings.TrimSpace(v.Text)
	if cut, ok := strings.CutSuffix(s, "%"); ok && v.Kind == Text {
		f, err := Number(Value{Path: v.Path, Text: cut})
		if err != nil {
			return 0, Badly(v, "want a fraction such as 0.2 or 20%%, got %q", v.Text)
		}
		return percent(f, cut), nil
	}
	f, err := Number(v)
	if err != nil {
		return 0, Badly(v, "want a fraction such as 0.2 or 20%%, got %q", v.Text)
	}
	return f, nil
}

// percent is f/100, read from the text with its decimal point moved, so that
// 20% and 0.2 are the same float64.
func percent(f float64, text string) float64 {
	if g, err := strconv.ParseFloat(strings.TrimSpace(text)+"e-2", 64); err == nil {
		return g
	}
	return f / 100
}

// Fraction is a knob for a share between low and high.
func Fraction(dst *float64, name, def, doc string, low, high float64) Knob {
	return Knob{Name: name, Doc: doc, Default: def, Shape: FracShape, Sweep: true, Bounds: Bounds{low, high}, Parse: func(v Value) (func(), error) {
		f, err := ReadFraction(v)
		if err != nil {
			return nil, err
		}
		if f < low || f > high {
			return nil, Badly(v, "%s %s: must be %s to %s", name, v.Text, brief(low), brief(high))
		}
		return func() { *dst = f }, nil
	}}
}

// Amount is a knob for a plain number between low and high.
func Amount(dst *float64, name, def, unit, doc string, shape Shape, low, high float64) Knob {
	return Knob{Name: name, Doc: doc, Default: def, Unit: unit, Shape: shape, Sweep: true, Bounds: Bounds{low, high}, Parse: func(v Value) (func(), error) {
		f, err := Number(v)
		if err != nil {
			return nil, err
		}
		if f < low || f > high {
			return nil, Badly(v, "%s %s: must be %s to %s", name, v.Text, brief(low), brief(high))
		}
		return func() { *dst = f }, nil
	}}
}

func brief(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// Choice is a knob for one of several words; dst receives its place.
func Choice[T ~uint8 | ~int](dst *T, name, doc string, words ...string) Knob {
	return Knob{Name: name, Doc: doc, Default: words[0], Shape: WordShape, Words: words, Sweep: true, Parse: func(v Value) (func(), error) {
		i := -1
		if v.Kind == Text {
			i = slices.Index(words, v.Text)
		}
		if i < 0 {
			return nil, &Problem{Path: v.Path, What: "unknown " + name + " " + strconv.Quote(v.Text) + "; one of " + strings.Join(words, ", "), Word: v.Text, Near: words}
		}
		return func() { *dst = T(i) }, nil
	}}
}

// Look is a knob for a schedule: session, 5 sessions, 2 weeks, mon/wed/fri, month_end,
// {every: 5 sessions, offset: 2} or {on: fri, else: next}.
func Look(dst *data.Schedule, name, def, doc string) Knob {
	return Knob{Name: name, Doc: doc, Default: def, Shape: LookShape, Words: data.ScheduleWords(), Sweep: true, Parse: func(v Value) (func(), error) {
		c, err := ReadSchedule(v)
		if err != nil {
			return nil, err
		}
		return func() { *dst = c }, nil
	}}
}

// ReadSchedule reads a schedule as a text or as a map.
func ReadSchedule(v Value) (data.Schedule, error) {
	text := v.Text
	switch v.Kind {
	case Map:
		var err error
		if text, err = scheduleText(v); err != nil {
			return data.Schedule{}, err
		}
	case List:
		return data.Schedule{}, Badly(v, "want a schedule such as session, month_end or mon/wed/fri, not a list")
	}
	c, err := data.ParseSchedule(text)
	if err != nil {
		return c, &Problem{Path: v.Path, What: err.Error(), Word: text, Near: data.ScheduleWords()}
	}
	return c, nil
}

// scheduleText is a schedule given as a map, as a text.
func scheduleText(v Value) (string, error) {
	const want = "want {every: 5 sessions, offset: 2} or {on: fri, else: next}"
	first, second, joint := "every", "offset", " offset "
	head, ok := v.Get(first)
	if !ok {
		first, second, joint = "on", "else", " else "
		if head, ok = v.Get(first); !ok {
			return "", Badly(v, want)
		}
	}
	text := head.Text
	for i, k := range v.Keys {
		switch x := v.List[i]; {
		case x.Kind != Text:
			return "", Badly(x, want)
		case k == first && !wellBegun(first, x.Text):
			return "", Badly(x, want)
		case k == second:
			text += joint + x.Text
		case k != first:
			return "", &Problem{Path: x.Path, What: "unknown key " + strconv.Quote(k), Word: k, Near: []string{first, second}}
		}
	}
	return text, nil
}

// wellBegun reports whether a schedule's main part is one that its map may have.
func wellBegun(key, text string) bool {
	c, err := data.ParseSchedule(text)
	if key == "on" {
		return err == nil && c.Days != 0 && !c.Next
	}
	return err != nil || c.Offset == 0 && c.Days == 0 // what is wrong otherwise is said of the whole
}

// Day is a knob for a date.
func Day(dst *data.Date, name, doc string) Knob {
	return Knob{Name: name, Doc: doc, Shape: DateShape, Parse: func(v Value) (func(), error) {
		d, err := data.ParseDate(v.Text)
		if err != nil {
			return nil, Badly(v, "%s: %v", name, err)
		}
		return func() { *dst = d }, nil
	}}
}

// Names is a knob for a list of symbols.
func Names(dst *[]string, name, doc string) Knob {
	return Knob{Name: name, Doc: doc, Shape: NamesShape, Parse: func(v Value) (func(), error) {
		if v.Kind != List {
			return nil, Badly(v, "%s: want a list of symbols, such as [GLD, VTI]", name)
		}
		var names []string
		for _, e := range v.List {
			if e.Kind != Text || e.Text == "" {
				return nil, Badly(e, "%s: want a symbol", name)
			}
			names = append(names, e.Text)
		}
		return func() { *dst = names }, nil
	}}
}

// Flag is a knob for true or false.
func Flag(dst *bool, name, def, doc string) Knob {
	return Knob{Name: name, Doc: doc, Default: def, Shape: FlagShape, Words: []string{"true", "false"}, Parse: func(v Value) (func(), error) {
		if v.Kind != Text || (v.Text != "true" && v.Text != "false") {
			return nil, Badly(v, "%s: want true or false, got %q", name, v.Text)
		}
		on := v.Text == "true"
		return func() { *dst = on }, nil
	}}
}

// Package cardtest helps tests of all catalogs: a card must describe its plug-in, its
// knobs must accept their own defaults, and its example must work.
package cardtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"evenkeel/sim/card"
)

var name = regexp.MustCompile(`^[a-z]+[0-9]*(_[a-z0-9]+)*$`)

// Faults returns what a card and its knobs lack, in words that follow the plug-in's name.
// own is the key that chooses the plug-in, "" where the example has none.
func Faults(c card.Card, knobs []card.Knob, own string) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if !name.MatchString(c.Name) {
		say("has the name %q: want small letters with _ between words", c.Name)
	}
	if c.Doc == "" || strings.HasSuffix(c.Doc, ".") {
		say("has the Doc %q: want one sentence without its full stop", c.Doc)
	}
	if c.Details == "" {
		say("has no Details: the rule, its formula, its source")
	}
	if own != "" && !strings.Contains(c.Example, own+": "+c.Name) {
		say("has no Example with %s: %s", own, c.Name)
	}
	var seen []string
	for _, k := range knobs {
		switch {
		case k.Name == "" || slices.Contains(seen, k.Name):
			say("has two keys %q, or one without a name", k.Name)
		case k.Doc == "":
			say("has no Doc of its key %s", k.Name)
		case k.Parse == nil:
			say("cannot read its key %s", k.Name)
		case k.Default != "":
			if _, err := k.Parse(card.T(k.Default)); err != nil {
				say("refuses the default %q of its key %s: %v", k.Default, k.Name, err)
			}
		}
		seen = append(seen, k.Name)
	}
	return wrong
}

// Store gives knobs the values of a map, leaving out the key own.
func Store(knobs []card.Knob, v card.Value, own string) error {
	for i, key := range v.Keys {
		if key == own {
			continue
		}
		at := slices.IndexFunc(knobs, func(k card.Knob) bool { return k.Name == key })
		if at < 0 {
			return fmt.Errorf("no key %s", key)
		}
		store, err := knobs[at].Parse(v.List[i])
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		store()
	}
	return nil
}

// Flow reads the first {...} of a text as a map of texts, lists and maps.
func Flow(text string) (card.Value, error) {
	at := strings.IndexByte(text, '{')
	if at < 0 {
		return card.Value{}, fmt.Errorf("no {...} in %q", text)
	}
	r := &reader{text: text[at:]}
	v := r.value()
	if r.bad {
		return v, fmt.Errorf("no map of keys and values: %q", text)
	}
	return v, nil
}

type reader struct {
	text string
	bad  bool
}

func (r *reader) skip() { r.text = strings.TrimLeft(r.text, " \n") }

// take takes a byte if it comes next.
func (r *reader) take(b byte) bool {
	r.skip()
	if r.text == "" || r.text[0] != b {
		return false
	}
	r.text = r.text[1:]
	return true
}

// word takes what comes before any of the bytes.
func (r *reader) word(until string) string {
	r.skip()
	n := strings.IndexAny(r.text, until)
	if n < 0 {
		r.bad = true
		n = len(r.text)
	}
	word := strings.TrimSpace(r.text[:n])
	r.text = r.text[n:]
	return word
}

func (r *reader) value() card.Value {
	switch {
	case r.take('{'):
		v := card.Value{Kind: card.Map}
		for !r.bad && !r.take('}') {
			v.Keys = append(v.Keys, r.word(":"))
			r.take(':')
			v.List = append(v.List, r.value())
			r.take(',')
		}
		return v
	case r.take('['):
		v := card.Value{Kind: card.List}
		for !r.bad && !r.take(']') {
			v.List = append(v.List, r.value())
			r.take(',')
		}
		return v
	}
	return card.T(r.word(",]}"))
}

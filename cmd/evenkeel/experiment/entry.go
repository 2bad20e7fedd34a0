package experiment

import (
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

// entry is one key of a section of the file. A key is read by its knob, holds
// keys of its own, or has a reader.
type entry struct {
	card.Knob
	code     string // of a number out of its range; "" is E105
	required bool
	keys     []entry
	read     func(n *syntax.Node) // nil when the key is not there
	canon    func() any           // with read: its canonical value, nil for none
	schema   func() Object        // with read
	how      bool                 // says how a sweep is done, not what it is: no part of the canonical text
}

// section reads the keys of a map.
func section(c *syntax.Checker, entries []entry, n *syntax.Node, path string) {
	at := syntax.Place{Line: 1, Col: 1}
	if n != nil {
		if !c.IsMap(n, "a map with the keys "+strings.Join(names(entries), ", ")) {
			n = nil
		} else {
			at = n.At
			c.Keys(names(entries), n)
		}
	}
	for _, e := range entries {
		child := n.Get(e.Name)
		switch {
		case e.read != nil:
			if child == nil && e.required {
				c.Missing(at, path, e.Name, e.Doc)
			}
			e.read(child)
		case e.keys != nil:
			section(c, e.keys, child, syntax.Join(path, e.Name))
		case child == nil:
			if e.required {
				c.Missing(at, path, e.Name, e.Doc)
			}
			if e.Default != "" {
				e.fill()
			}
		default:
			one(c, e, child)
		}
	}
}

// one reads the value of a key with its knob.
func one(c *syntax.Checker, e entry, n *syntax.Node) {
	code := e.code
	if code == "" {
		code = fault.BadValue
	}
	c.One(e.Knob, code, n)
}

// fill applies a knob's default.
func (e entry) fill() {
	if store, err := e.Parse(card.T(e.Default)); err == nil {
		store()
	}
}

func names(entries []entry) []string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Name)
	}
	return out
}

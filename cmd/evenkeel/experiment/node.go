package experiment

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"evenkeel/sim/card"
)

// kind is what a node holds.
type kind uint8

const (
	scalar kind = iota
	list
	mapping
)

// place is a position in the source, lines and columns (in characters) from 1.
// A node that was set from outside has no line; from names what set it.
type place struct {
	line, col int
	from      string
}

func (p place) String() string {
	if p.line == 0 {
		return "set " + p.from
	}
	return fmt.Sprintf("line %d, column %d", p.line, p.col)
}

// node is one value of the file. Texts are as written, so that a symbol NULL is
// not a null and 1e5 is not a number until somebody asks for one.
type node struct {
	kind   kind
	text   string // of a scalar, without its quotes
	quoted bool
	null   bool // nothing written, or an unquoted null or ~
	at     place
	path   string // policies.bands.band
	keys   []key  // of a mapping: keys[i] names items[i]
	items  []*node
	twice  bool // a key was given twice: the map is not what was meant
}

// key is a key of a mapping.
type key struct {
	text string
	at   place
	void bool // nothing written before the colon, or nothing in the quotes
}

// get is the value of a key of a mapping, nil when there is none.
func (n *node) get(name string) *node {
	if n == nil || n.kind != mapping {
		return nil
	}
	for i, k := range n.keys {
		if k.text == name {
			return n.items[i]
		}
	}
	return nil
}

// keyAt is the place of a key, or the node's own.
func (n *node) keyAt(name string) place {
	for i := range n.keys {
		if n.keys[i].text == name {
			return n.keys[i].at
		}
	}
	return n.at
}

// find is the node of a path in the tree below n, nil when there is none.
func (n *node) find(path string) *node {
	if n.path == path {
		return n
	}
	for _, item := range n.items {
		if path == item.path || strings.HasPrefix(path, item.path+".") {
			if found := item.find(path); found != nil {
				return found
			}
		}
	}
	return nil
}

// rename writes the paths of the tree below n.
func (n *node) rename(path string) {
	n.path = path
	for i, item := range n.items {
		if n.kind == mapping {
			item.rename(join(path, n.keys[i].text))
		} else {
			item.rename(join(path, fmt.Sprint(i)))
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// value is the node as plug-ins read it.
func (n *node) value() card.Value {
	v := card.Value{Path: n.path, Text: n.text}
	for i, item := range n.items {
		v.List = append(v.List, item.value())
		if n.kind == mapping {
			v.Keys = append(v.Keys, n.keys[i].text)
		}
	}
	switch n.kind {
	case list:
		v.Kind = card.List
	case mapping:
		v.Kind = card.Map
	}
	return v
}

// what a node is called in messages.
func (n *node) what() string {
	switch {
	case n.kind == list:
		return "a list"
	case n.kind == mapping:
		return "a map"
	case n.null:
		return "nothing"
	}
	return "a text"
}

const excerptWidth = 100

// excerpt shows the source around a place: a line before it, its own line, and a
// marker under the column. Long lines are cut around the column; control
// characters are shown as spaces.
func excerpt(lines []string, p place) string {
	if p.line < 1 || p.line > len(lines) {
		return ""
	}
	own := []rune(lines[p.line-1])
	col := min(max(p.col, 1), len(own)+1)
	from := 0
	if len(own) > excerptWidth && col > excerptWidth*3/4 {
		from = col - excerptWidth/2
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[%d:%d]\n", p.line, p.col)
	if p.line > 1 {
		fmt.Fprintf(&b, "  %4d | %s\n", p.line-1, window([]rune(lines[p.line-2]), from))
	}
	fmt.Fprintf(&b, "> %4d | %s\n", p.line, window(own, from))
	fmt.Fprintf(&b, "         %s^", strings.Repeat(" ", col-1-from))
	return b.String()
}

func window(r []rune, from int) string {
	if from > len(r) {
		from = len(r)
	}
	r = r[from:min(len(r), from+excerptWidth)]
	clean := make([]rune, len(r))
	for i, c := range r {
		if clean[i] = c; !unicode.IsPrint(c) || c == utf8.RuneError {
			clean[i] = ' '
		}
	}
	return strings.TrimRight(string(clean), " ")
}

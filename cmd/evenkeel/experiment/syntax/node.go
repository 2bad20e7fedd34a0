package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"evenkeel/sim/card"
)

// Kind is what a node holds.
type Kind uint8

const (
	Scalar Kind = iota
	List
	Mapping
)

// Place is a position in the source, lines and columns (in characters) from 1.
// A node that was set from outside has no line; from names what set it.
type Place struct {
	Line, Col int
	From      string
}

// String is the place as findings name it.
func (p Place) String() string {
	if p.Line == 0 {
		return "set " + p.From
	}
	return fmt.Sprintf("line %d, column %d", p.Line, p.Col)
}

// Node is one value of the file. Texts are as written, so that a symbol NULL is
// not a null and 1e5 is not a number until a key needs one.
type Node struct {
	Kind   Kind
	Text   string // of a scalar, without its quotes
	Quoted bool
	Null   bool // nothing written, or an unquoted null or ~
	At     Place
	Path   string // policies.bands.band
	Keys   []Key  // of a mapping: Keys[i] names Items[i]
	Items  []*Node
	Twice  bool // a key was given twice: the map is not what was meant
}

// Key is a key of a mapping.
type Key struct {
	Text string
	At   Place
	void bool // nothing written before the colon, or nothing in the quotes
}

// Get is the value of a key of a mapping, nil when there is none.
func (n *Node) Get(name string) *Node {
	if n == nil || n.Kind != Mapping {
		return nil
	}
	for i, k := range n.Keys {
		if k.Text == name {
			return n.Items[i]
		}
	}
	return nil
}

// KeyAt is the place of a key, or the node's own.
func (n *Node) KeyAt(name string) Place {
	for i := range n.Keys {
		if n.Keys[i].Text == name {
			return n.Keys[i].At
		}
	}
	return n.At
}

// Find is the node of a path in the tree below n, nil when there is none.
func (n *Node) Find(path string) *Node {
	if n.Path == path {
		return n
	}
	for _, item := range n.Items {
		if path == item.Path || strings.HasPrefix(path, item.Path+".") {
			if found := item.Find(path); found != nil {
				return found
			}
		}
	}
	return nil
}

// Rename writes the paths of the tree below n.
func (n *Node) Rename(path string) {
	n.Path = path
	for i, item := range n.Items {
		if n.Kind == Mapping {
			item.Rename(Join(path, n.Keys[i].Text))
		} else {
			item.Rename(Join(path, fmt.Sprint(i)))
		}
	}
}

// Join is the path of a name below a path.
func Join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Value is the node as plug-ins read it.
func (n *Node) Value() card.Value {
	v := card.Value{Path: n.Path, Text: n.Text}
	for i, item := range n.Items {
		v.List = append(v.List, item.Value())
		if n.Kind == Mapping {
			v.Keys = append(v.Keys, n.Keys[i].Text)
		}
	}
	switch n.Kind {
	case List:
		v.Kind = card.List
	case Mapping:
		v.Kind = card.Map
	}
	return v
}

// What a node is called in messages.
func (n *Node) What() string {
	switch {
	case n.Kind == List:
		return "a list"
	case n.Kind == Mapping:
		return "a map"
	case n.Null:
		return "nothing"
	}
	return "a text"
}

const excerptWidth = 100

// Excerpt shows the source around a place: a line before it, its own line, and a
// marker under the column. Long lines are cut around the column; control
// characters are shown as spaces.
func Excerpt(lines []string, p Place) string {
	if p.Line < 1 || p.Line > len(lines) {
		return ""
	}
	own := []rune(lines[p.Line-1])
	col := min(max(p.Col, 1), len(own)+1)
	from := 0
	if len(own) > excerptWidth && col > excerptWidth*3/4 {
		from = col - excerptWidth/2
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[%d:%d]\n", p.Line, p.Col)
	if p.Line > 1 {
		fmt.Fprintf(&b, "  %4d | %s\n", p.Line-1, window([]rune(lines[p.Line-2]), from))
	}
	fmt.Fprintf(&b, "> %4d | %s\n", p.Line, window(own, from))
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

// LinesOf are the lines of a text.
func LinesOf(text string) []string {
	return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

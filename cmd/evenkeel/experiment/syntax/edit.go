package syntax

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Inline is the node as one line of YAML.
func (n *Node) Inline() string {
	switch n.Kind {
	case List:
		var parts []string
		for _, item := range n.Items {
			parts = append(parts, item.Inline())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case Mapping:
		var parts []string
		for i, k := range n.Keys {
			parts = append(parts, Plain(k.Text)+": "+n.Items[i].Inline())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return Plain(n.Text)
}

// Plain is a text as YAML: itself when it is one word, otherwise in quotes.
func Plain(text string) string {
	safe := text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_%./ -") == "" &&
		!strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "%") && strings.TrimSpace(text) == text
	if safe || strings.HasPrefix(text, "-") && len(text) > 1 && strings.Trim(text[1:], "0123456789.%") == "" {
		return text
	}
	return Quoted(text)
}

// From marks a tree as set from outside the file.
func (n *Node) From(path string) {
	n.At = Place{From: path}
	for i, item := range n.Items {
		if n.Kind == Mapping {
			n.Keys[i].At = n.At
		}
		item.From(path)
	}
}

// Rival is a key that takes the place of another one.
type Rival struct{ Key, Of string }

// RivalsOf are the keys of a map that cannot stand together.
type RivalsOf func(n *Node) []Rival

// Replace is a copy of the tree with v at a path; what does not change is
// shared. A key that is set takes out its rivals.
func Replace(n *Node, path string, v *Node, r RivalsOf) (*Node, bool) {
	made := *n
	made.Items, made.Keys = slices.Clone(n.Items), slices.Clone(n.Keys)
	switch n.Kind {
	case List:
		name, rest, deeper := strings.Cut(path, ".")
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(n.Items) {
			return nil, false
		}
		return &made, made.put(i, rest, deeper, v, r)
	case Mapping:
		i, rest, deeper := n.step(path)
		if i < 0 {
			name, rest, deeper := strings.Cut(path, ".")
			made.Keys = append(made.Keys, Key{Text: name, At: v.At})
			made.Items = append(made.Items, &Node{Kind: Mapping, At: v.At, Path: Join(n.Path, name)})
			return &made, name != "" && made.put(len(made.Items)-1, rest, deeper, v, r)
		}
		return &made, made.put(i, rest, deeper, v, r)
	}
	return nil, false
}

// put replaces item i, or what lies below it at rest.
func (n *Node) put(i int, rest string, deeper bool, v *Node, r RivalsOf) bool {
	at := n.Items[i].Path
	if !deeper {
		copied := *v
		copied.Rename(at)
		n.Items[i] = &copied
		if n.Kind == Mapping {
			n.yield(n.Keys[i].Text, r(n))
		}
		return true
	}
	child, ok := Replace(n.Items[i], rest, v, r)
	if ok {
		n.Items[i] = child
	}
	return ok
}

// step finds the key of a map that a path goes through: the longest that fits,
// for names may have points in them.
func (n *Node) step(path string) (i int, rest string, deeper bool) {
	i = -1
	for j, k := range n.Keys {
		if i >= 0 && len(k.Text) <= len(n.Keys[i].Text) {
			continue
		}
		if k.Text == path {
			i, rest, deeper = j, "", false
		} else if after, ok := strings.CutPrefix(path, k.Text+"."); ok && k.Text != "" {
			i, rest, deeper = j, after, true
		}
	}
	return i, rest, deeper
}

// yield takes out the keys whose place a newly set one takes.
func (n *Node) yield(set string, rivals []Rival) {
	for _, pair := range rivals {
		gone := ""
		switch set {
		case pair.Key:
			gone = pair.Of
		case pair.Of:
			gone = pair.Key
		}
		if i := slices.IndexFunc(n.Keys, func(k Key) bool { return gone != "" && k.Text == gone }); i >= 0 {
			n.Keys, n.Items = slices.Delete(n.Keys, i, i+1), slices.Delete(n.Items, i, i+1)
		}
	}
}

// Quoted is a text in quotes, as JSON and so as YAML.
func Quoted(s string) string {
	var one bytes.Buffer
	e := json.NewEncoder(&one)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string cannot fail
	return strings.TrimRight(one.String(), "\n")
}

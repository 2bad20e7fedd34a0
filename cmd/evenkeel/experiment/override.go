package experiment

import (
	"slices"
	"strconv"
	"strings"

	"evenkeel/data/fault"
)

// Change is a value for a place in an experiment. The place is a path such as
// policies.bands.band, costs.0.rate, account.cash or targets.GLD; the value is one
// line of YAML.
type Change struct{ Path, Value string }

// With is WithAll for one value.
func (f *File) With(path, value string) (*File, error) { return f.WithAll(Change{path, value}) }

// WithAll is the experiment with values replaced, or added, in the order given. The
// result is checked once, as a file is, so that values which are right only
// together may come in any order; its error is a fault.List. What cannot stand
// together takes each other's place: rail_ratio and rail, targets and
// target_schedule, deposit and withdraw, every and on.
func (f *File) WithAll(changes ...Change) (*File, error) {
	c := &checker{name: f.path, lines: f.lines}
	root := f.root
	for len(changes) > 0 {
		var refused fault.List
		var left []Change
		for _, x := range changes {
			made, found := x.put(c, root)
			if len(found) > 0 {
				refused, left = append(refused, found...), append(left, x)
				continue
			}
			root = made
		}
		if len(left) == len(changes) {
			return nil, refused
		}
		changes = left // what another change made room for
	}
	return build(c, root, f.tables)
}

// put is a copy of the tree with the change in it, or what is wrong with the change.
func (x Change) put(c *checker, root *node) (*node, fault.List) {
	side := &checker{name: c.name, lines: linesOf(x.Value)}
	v := read(side, []byte(x.Value))
	if v == nil || len(side.list) > 0 {
		refused := fault.List{}
		for _, found := range side.list {
			found.Place, found.Excerpt = place{from: x.Path}.String(), ""
			refused = append(refused, found)
		}
		return nil, refused
	}
	v.from(x.Path)
	made, ok := replace(root, x.Path, v)
	if !ok {
		apart := &checker{name: c.name, lines: c.lines}
		apart.at(place{from: x.Path}, "E103", "no place "+fault.Quote(x.Path)+" in the experiment", "paths are keys and places in lists with points between them: policies.bands.band, costs.0.rate", "Write the path of a key of the experiment")
		return nil, apart.sorted()
	}
	return made, nil
}

// from marks a tree as set from outside the file.
func (n *node) from(path string) {
	n.at = place{from: path}
	for i, item := range n.items {
		if n.kind == mapping {
			n.keys[i].at = n.at
		}
		item.from(path)
	}
}

// replace is a copy of the tree with v at a path; what does not change is
// shared.
func replace(n *node, path string, v *node) (*node, bool) {
	made := *n
	made.items, made.keys = slices.Clone(n.items), slices.Clone(n.keys)
	switch n.kind {
	case list:
		name, rest, deeper := strings.Cut(path, ".")
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(n.items) {
			return nil, false
		}
		return &made, made.put(i, rest, deeper, v)
	case mapping:
		i, rest, deeper := n.step(path)
		if i < 0 {
			name, rest, deeper := strings.Cut(path, ".")
			made.keys = append(made.keys, key{text: name, at: v.at})
			made.items = append(made.items, &node{kind: mapping, at: v.at, path: join(n.path, name)})
			return &made, name != "" && made.put(len(made.items)-1, rest, deeper, v)
		}
		return &made, made.put(i, rest, deeper, v)
	}
	return nil, false
}

// put replaces item i, or what lies below it at rest.
func (n *node) put(i int, rest string, deeper bool, v *node) bool {
	at := n.items[i].path
	if !deeper {
		copied := *v
		copied.rename(at)
		n.items[i] = &copied
		if n.kind == mapping {
			n.yield(n.keys[i].text)
		}
		return true
	}
	child, ok := replace(n.items[i], rest, v)
	if ok {
		n.items[i] = child
	}
	return ok
}

// step finds the key of a map that a path goes through: the longest that fits,
// for names may have points in them.
func (n *node) step(path string) (i int, rest string, deeper bool) {
	i = -1
	for j, k := range n.keys {
		if i >= 0 && len(k.text) <= len(n.keys[i].text) {
			continue
		}
		if k.text == path {
			i, rest, deeper = j, "", false
		} else if after, ok := strings.CutPrefix(path, k.text+"."); ok && k.text != "" {
			i, rest, deeper = j, after, true
		}
	}
	return i, rest, deeper
}

// yield takes out the keys whose place a newly set one takes.
func (n *node) yield(set string) {
	var pairs []struct{ key, of string }
	switch {
	case n.get("strategy") != nil:
		pairs = instead
	case n.path == "":
		pairs = []struct{ key, of string }{{"targets", "target_schedule"}}
	case strings.HasPrefix(n.path, "flows."):
		pairs = []struct{ key, of string }{{"deposit", "withdraw"}, {"every", "on"}}
	}
	for _, pair := range pairs {
		gone := ""
		switch set {
		case pair.key:
			gone = pair.of
		case pair.of:
			gone = pair.key
		}
		if i := slices.IndexFunc(n.keys, func(k key) bool { return gone != "" && k.text == gone }); i >= 0 {
			n.keys, n.items = slices.Delete(n.keys, i, i+1), slices.Delete(n.items, i, i+1)
		}
	}
}

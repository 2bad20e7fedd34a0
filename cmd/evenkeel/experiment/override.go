package experiment

import (
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
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
	c := &syntax.Checker{Name: f.path, Lines: f.lines}
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
func (x Change) put(c *syntax.Checker, root *syntax.Node) (*syntax.Node, fault.List) {
	side := &syntax.Checker{Name: c.Name, Lines: syntax.LinesOf(x.Value)}
	v := syntax.Read(side, []byte(x.Value))
	if v == nil || len(side.List) > 0 {
		refused := fault.List{}
		for _, found := range side.List {
			found.Place, found.Excerpt = syntax.Place{From: x.Path}.String(), ""
			refused = append(refused, found)
		}
		return nil, refused
	}
	v.From(x.Path)
	made, ok := syntax.Replace(root, x.Path, v, rivals)
	if !ok {
		apart := &syntax.Checker{Name: c.Name, Lines: c.Lines}
		apart.At(syntax.Place{From: x.Path}, fault.UnknownWord, "no place "+fault.Quote(x.Path)+" in the experiment", "paths are keys and places in lists with points between them: policies.bands.band, costs.0.rate", "Write the path of a key of the experiment")
		return nil, apart.Sorted()
	}
	return made, nil
}

// rivals are the keys of a map of an experiment that cannot stand together.
func rivals(n *syntax.Node) []syntax.Rival {
	switch {
	case n.Get("strategy") != nil:
		return rivalsIn(knobsOf(n.Get("strategy").Text))
	case n.Path == "":
		return []syntax.Rival{{Key: "targets", Of: "target_schedule"}}
	case strings.HasPrefix(n.Path, "flows."):
		return []syntax.Rival{{Key: "deposit", Of: "withdraw"}, {Key: "every", Of: "on"}}
	}
	return nil
}

// Without is the file without one of its sections.
func (f *File) Without(section string) (*File, error) {
	root := *f.root
	root.Keys, root.Items = nil, nil
	for i, k := range f.root.Keys {
		if k.Text != section {
			root.Keys, root.Items = append(root.Keys, k), append(root.Items, f.root.Items[i])
		}
	}
	return build(&syntax.Checker{Name: f.path, Lines: f.lines}, &root, f.tables)
}

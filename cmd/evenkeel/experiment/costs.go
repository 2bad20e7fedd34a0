package experiment

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
)

const maxCosts = 100

func (f *File) readCosts(c *checker, n *node) {
	if n == nil {
		return
	}
	if n.kind != list {
		c.want(n, "a list of models such as [{model: bps, rate: 10}]")
		return
	}
	if len(n.items) > maxCosts {
		c.at(n.at, "E126", fmt.Sprintf("costs: %d entries", len(n.items)), fmt.Sprintf("at most %d", maxCosts), "Take entries together that cost alike")
		return
	}
	for _, item := range n.items {
		if !c.isMap(item, "a map such as {model: bps, rate: 10}") {
			continue
		}
		model, ok := c.plugName(item, "model", "cost model", cost.Catalog.Names())
		if !ok {
			continue
		}
		if _, ok := f.makeCost(c, model, item); ok {
			f.Costs = append(f.Costs, Cost{Model: model, node: item})
		}
	}
}

// makeCost makes the cost of an entry and checks it.
func (f *File) makeCost(c *checker, model string, n *node) (cost.Cost, bool) {
	plug, _ := cost.Catalog.Find(model)
	made, knobs := plug.New()
	before := c.errors()
	for _, k := range knobs {
		if mandatory(k) && n.get(k.Name) == nil {
			c.missing(n.at, n.path, k.Name, k.Doc)
		}
	}
	c.plug(knobs, n, "model", "E126")
	if assets := n.get("assets"); assets != nil && assets.kind == list {
		if len(assets.items) == 0 {
			c.at(assets.at, "E126", assets.path+": a cost of no assets", "assets names those that a cost is for", "Leave assets out for all of them, or the cost")
		}
		f.known(c, assets)
	}
	if by := n.get("outstanding"); by != nil && by.kind == mapping {
		f.known(c, by)
	}
	if made, ok := made.(cost.Checker); ok && c.errors() == before {
		c.costProblem(n, made.Check())
	}
	from, to := n.get("from"), n.get("until")
	if from != nil && to != nil {
		a, err := data.ParseDate(from.text)
		b, wrong := data.ParseDate(to.text)
		if err == nil && wrong == nil && a > b {
			c.at(from.at, "E110", n.path+": from "+a.String()+" is after until "+b.String(), "an entry holds from its first date to its last", "Exchange the two dates, or mend one of them")
		}
	}
	return made, c.errors() == before
}

// mandatory says whether a cost makes no sense without a knob.
func mandatory(k card.Knob) bool { return k.Required }

// bindCost makes the cost of an entry for a panel; what the panel lacks is a
// finding.
func (f *File) bindCost(c *checker, e Cost, p *data.Panel) cost.Cost {
	made, _ := f.makeCost(c, e.Model, e.node)
	err := made.Bind(p)
	var lack *cost.Lack
	if !errors.As(err, &lack) {
		c.costProblem(e.node, err)
		return made
	}
	what := f.pricesName() + " has no " + lack.Column
	if lack.Assets != nil {
		what += " of " + strings.Join(lack.Assets, ", ")
	}
	c.at(e.node.get("model").at, "E316", e.node.path+": "+e.Model+", and "+what, lack.What, "Name the column in data.columns."+lack.Column+". "+lack.Else)
	return made
}

// costProblem is a finding for what a cost says of its keys together, or of the
// panel; nil is none.
func (c *checker) costProblem(n *node, err error) {
	var p *card.Problem
	switch {
	case err == nil:
	case !errors.As(err, &p):
		c.at(n.at, "E320", in(n.path)+err.Error(), "the cost must suit the prices", "Take the cost out, or limit it to assets that it suits")
	case n.get(p.Path) == nil:
		c.at(n.at, "E132", in(n.path)+p.What, "a cost has all the keys that it is computed from", "Add "+p.Path)
	default:
		c.at(n.get(p.Path).at, "E126", said(n.path+"."+p.Path, p.What), "the keys of a cost must suit one another", "Change "+p.Path+", or take it out")
	}
}

// plugName reads the word that chooses a plug-in.
func (c *checker) plugName(n *node, key, what string, names []string) (string, bool) {
	word := n.get(key)
	switch {
	case word == nil:
		c.missing(n.at, n.path, key, "one of "+join3(names))
	case word.kind != scalar || word.null:
		c.want(word, "one of "+join3(names))
	case slices.Contains(names, word.text):
		return word.text, true
	default:
		c.unknown(word.at, word.path+": unknown "+what+" "+fault.Quote(word.text), word.text, names, "one of ")
	}
	return "", false
}

func join3(words []string) string {
	s := ""
	for i, w := range words {
		if i > 0 {
			s += ", "
		}
		s += w
	}
	return s
}

// plug reads the keys of a plug-in in a map and stores their values; own is the
// key that chose it.
func (c *checker) plug(knobs []card.Knob, n *node, own, code string) {
	entries := []entry{{Knob: card.Knob{Name: own}}}
	for _, k := range knobs {
		entries = append(entries, entry{Knob: k})
	}
	c.keys(entries, n)
	for _, k := range knobs {
		if child := n.get(k.Name); child != nil {
			c.one(entry{Knob: k, code: codeOf(k, code)}, child)
		}
	}
}

// codeOf is the code of a knob's number out of its range.
func codeOf(k card.Knob, code string) string {
	switch {
	case k.Name == "rail" || k.Name == "rail_ratio":
		return "E123"
	case k.Shape == card.LimitShape:
		return "E122"
	}
	return code
}

package experiment

import (
	"errors"
	"fmt"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/card"
	"evenkeel/sim/cost"
)

const maxCosts = 100

func (f *File) readCosts(c *syntax.Checker, n *syntax.Node) {
	if n == nil {
		return
	}
	if n.Kind != syntax.List {
		c.Want(n, "a list of models such as [{model: bps, rate: 10}]")
		return
	}
	if len(n.Items) > maxCosts {
		c.At(n.At, fault.BadCost, fmt.Sprintf("costs: %d entries", len(n.Items)), fmt.Sprintf("at most %d", maxCosts), "Take entries together that cost alike")
		return
	}
	for _, item := range n.Items {
		if !c.IsMap(item, "a map such as {model: bps, rate: 10}") {
			continue
		}
		model, ok := c.PlugName(item, "model", "cost model", cost.Catalog.Names())
		if !ok {
			continue
		}
		if _, ok := f.makeCost(c, model, item); ok {
			f.Costs = append(f.Costs, Cost{Model: model, node: item})
		}
	}
}

// makeCost makes the cost of an entry and checks it.
func (f *File) makeCost(c *syntax.Checker, model string, n *syntax.Node) (cost.Cost, bool) {
	plug, _ := cost.Catalog.Find(model)
	made, knobs := plug.New()
	before := c.Errors()
	for _, k := range knobs {
		if mandatory(k) && n.Get(k.Name) == nil {
			c.Missing(n.At, n.Path, k.Name, k.Doc)
		}
	}
	c.Plug(knobs, n, "model", fault.BadCost)
	for _, k := range knobs {
		if child := n.Get(k.Name); child != nil && k.Shape == card.NamesShape && child.Kind == syntax.List && len(child.Items) == 0 {
			c.At(child.At, fault.BadCost, child.Path+": a cost of no assets", k.Name+" names those that a cost is for", "Leave "+k.Name+" out for all of them, or the cost")
		}
	}
	f.knownIn(c, knobs, n)
	if made, ok := made.(cost.Checker); ok && c.Errors() == before {
		costProblem(c, n, made.Check())
	}
	for _, k := range knobs {
		if from, until := periodOf(n, k); k.Before != "" && from != data.NoDate && until != data.NoDate && from > until {
			c.At(n.Get(k.Name).At, fault.BackwardPeriod, n.Path+": "+k.Name+" "+from.String()+" is after "+k.Before+" "+until.String(), "an entry holds from its first date to its last", "Swap the two dates, or correct one of them")
		}
	}
	return made, c.Errors() == before
}

// periodOf are the dates of a key and of the one that must not come before it, NoDate
// where there is none.
func periodOf(n *syntax.Node, k card.Knob) (from, until data.Date) {
	day := func(key string) data.Date {
		if child := n.Get(key); child != nil {
			if d, err := data.ParseDate(child.Text); err == nil {
				return d
			}
		}
		return data.NoDate
	}
	return day(k.Name), day(k.Before)
}

// mandatory reports whether a cost makes no sense without a knob.
func mandatory(k card.Knob) bool { return k.Required }

// bindCost makes the cost of an entry for a panel; what the panel lacks is a
// finding.
func (f *File) bindCost(c *syntax.Checker, e Cost, p *data.Panel) cost.Cost {
	made, _ := f.makeCost(c, e.Model, e.node)
	err := made.Bind(p)
	var lack *cost.Lack
	if !errors.As(err, &lack) {
		costProblem(c, e.node, err)
		return made
	}
	what := f.pricesName() + " has no " + lack.Column
	if lack.Assets != nil {
		what += " of " + strings.Join(lack.Assets, ", ")
	}
	c.At(e.node.Get("model").At, fault.NoColumn, e.node.Path+": "+e.Model+", and "+what, lack.What, "Name the column in data.columns."+lack.Column+". "+lack.Else)
	return made
}

// NewCost is a fresh cost of an entry with its knobs, at the values of the file. The
// error is a fault.List.
func (f *File) NewCost(entry int) (cost.Cost, []card.Knob, error) {
	c := &syntax.Checker{Name: f.path, Lines: f.lines}
	e := f.Costs[entry]
	plug, _ := cost.Catalog.Find(e.Model)
	made, knobs := plug.New()
	c.Plug(knobs, e.node, "model", fault.BadCost)
	return made, knobs, c.Sorted().Err()
}

// costProblem is a finding for what a cost says of its keys together, or of the
// panel; nil is none.
func costProblem(c *syntax.Checker, n *syntax.Node, err error) {
	var p *card.Problem
	switch {
	case err == nil:
	case !errors.As(err, &p):
		c.At(n.At, fault.UnknownAsset, syntax.In(n.Path)+err.Error(), "the cost must suit the prices", "Take the cost out, or limit it to assets that it suits")
	case n.Get(p.Path) == nil:
		c.At(n.At, fault.KeyMissing, syntax.In(n.Path)+p.What, "a cost has all the keys that it is computed from", "Add "+p.Path)
	default:
		c.At(n.Get(p.Path).At, fault.BadCost, syntax.Said(n.Path+"."+p.Path, p.What), "the keys of a cost must suit one another", "Change "+p.Path+", or take it out")
	}
}

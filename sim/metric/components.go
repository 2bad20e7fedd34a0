package metric

import (
	"math"
	"strconv"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InComponents, []Measure{
	{Title: "Explicit costs, all", Unit: Money, Better: -1, Needs: NeedLog, Of: ofParts(func(p *Component) bool { return !p.Implicit }), Card: card.Card{
		Name: "cost_explicit", Doc: "costs that are billed (commissions, fees, duties), including the initial purchase's; needs the journal",
	}},
	{Title: "Implicit costs", Unit: Money, Better: -1, Needs: NeedLog, Of: ofParts(func(p *Component) bool { return p.Implicit }), Card: card.Card{
		Name: "cost_implicit", Doc: "costs that are part of the price (spread, market impact), including the initial purchase's; needs the journal",
	}},
}...)

func ofParts(which func(*Component) bool) func(*Input) float64 {
	return func(in *Input) float64 {
		if in.Record.Log == nil {
			return math.NaN()
		}
		sum := sim.Micros(0)
		for _, p := range in.parts() {
			if which(&p) {
				sum += p.Cost
			}
		}
		return sum.Money()
	}
}

// parts are the run's costs by component; folded once in a Compute.
func (in *Input) parts() []Component {
	if !in.known.open {
		return Components(in.Record)
	}
	if in.known.parts == nil {
		in.known.parts = Components(in.Record)
	}
	return in.known.parts
}

// Component is what one of the mandate's costs came to.
type Component struct {
	Name     string // as reports print it; a second of the same name has its number behind it
	Implicit bool   // paid in the price, not on a bill
	Cost     sim.Micros
	Initial  sim.Micros // of the initial purchase, part of Cost
	Trades   int        // executed orders that it was charged for
}

// Components are the costs of a record with a log, in the order of the mandate's.
func Components(r *sim.Record) []Component {
	names := ComponentNames(r)
	all := make([]Component, len(names))
	for k := range all {
		all[k] = Component{Name: names[k], Implicit: Implicit(r, k)}
	}
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Kind != sim.EntryCost {
			continue
		}
		p, cost := &all[e.Part], -e.Cash-e.Due
		p.Cost += cost
		p.Trades++
		if r.IsOpening(e) {
			p.Initial += cost
		}
	}
	return all
}

// Implicit reports whether the cost at a place of the mandate's is paid in the price.
func Implicit(r *sim.Record, part int) bool {
	return part >= 0 && r.Mandate.Terms.Costs[part].Traits().Implicit
}

// ComponentNames are the names of the mandate's costs, made different.
func ComponentNames(r *sim.Record) []string {
	var names []string
	seen := map[string]int{}
	for _, c := range r.Mandate.Terms.Costs {
		name := c.Name()
		if seen[name]++; seen[name] > 1 {
			name += " " + strconv.Itoa(seen[name])
		}
		names = append(names, name)
	}
	return names
}

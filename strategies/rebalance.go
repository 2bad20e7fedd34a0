package strategies

import (
	"fmt"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Rebalance is the general policy: a look, any trigger or combination of them, how
// far to trade and what pays.
type Rebalance struct{ Bands }

func init() {
	Catalog.Add(card.Plug[Strategy]{
		Card: card.Card{
			Name: "rebalance",
			Doc:  "the general policy: any look, trigger, distance and funding",
			Details: `At a look, the trigger decides whether to trade; without a trigger every look trades. A trigger is a map with one key. Combine triggers with any (or) and all (and), nested as needed; under all, triggers of single assets must fire for the same asset:

` + triggerList() + `
Between looks, mini trades only the largest drifts if a major position is far from target. Sales stop at target unless to or rail say otherwise.`,
			Example: "village: {strategy: rebalance, look: quarter_end, trigger: {any: [{portfolio_drift: 5pp}, {deviation: 20%}]}, to: target}",
		},
		New: func() (Strategy, []card.Knob) {
			r := &Rebalance{*NewBands()}
			r.If, r.Aim.To, r.Rail = Always{}, ToTarget, Both(zeroHalf)
			r.Look = data.Schedule{Period: data.Quarter, Last: true}
			return r, r.knobs()
		},
	})
}

func (r *Rebalance) knobs() []card.Knob {
	knobs := []card.Knob{r.lookKnob("quarter_end"), r.triggerKnob()}
	for _, k := range r.Bands.knobs() {
		switch k.Name {
		case "band", "rail_ratio", "per_asset", "look":
			continue
		case "rail":
			k.Default, k.Doc = "0", "where sales stop with to: rail"
		case "to":
			k.Default = "target"
		}
		knobs = append(knobs, k)
	}
	return knobs
}

// Bind puts the rails in place; the triggers find their limits when a run begins.
func (r *Rebalance) Bind(p *data.Panel, targets []float64) error {
	rail := r.Rail
	if r.Aim.To == ToTarget {
		rail = Both(zeroHalf)
	}
	if r.Aim.To == ToEdge {
		band, ok := r.If.(limited)
		if !ok {
			return fmt.Errorf("to: edge needs a trigger that is a band alone")
		}
		rail = band.limit()
	}
	r.Aim.Rails, r.Aim.Rail = nil, rail
	return nil
}

// Title is the trigger, how far and when.
func (r *Rebalance) Title() string {
	to := ", to target"
	switch r.Aim.To {
	case ToRail:
		to = ", to rail " + r.Rail.Title()
	case ToEdge:
		to = ", to edge"
	case ToFraction:
		to = ", " + percentText(r.Aim.Fraction) + " of the way"
	}
	if _, always := r.If.(Always); always && r.Aim.To == ToTarget {
		to = ""
	}
	first := r.If.Title()
	return first + to + strings.TrimPrefix(r.Recipe.Title(), first)
}

// Edges are the trigger's limits and, with to: rail, the rails.
func (r *Rebalance) Edges(targets []float64) sim.Edges {
	if r.Aim.To == ToRail {
		return r.Bands.Edges(targets)
	}
	return r.Recipe.Edges(targets)
}

func (r *Rebalance) triggerKnob() card.Knob {
	return card.Knob{Name: "trigger", Doc: "what makes a look trade; every look trades if left out", Shape: card.TriggerShape, Parse: func(v card.Value) (func(), error) {
		t, err := readTrigger(v)
		if err != nil {
			return nil, err
		}
		return func() { r.If = t }, nil
	}}
}

// Shape is that of the recipe.
func (r *Rebalance) Shape(p sim.Policy, x *sim.Shape) bool {
	return p == sim.Policy(r) && r.common(x)
}

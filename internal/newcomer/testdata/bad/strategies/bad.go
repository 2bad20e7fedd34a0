package strategies

import (
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Greedy aims at weights that add up to 1.2.
type Greedy struct{ Recipe }

func init() {
	Catalog.Add(card.Plug[Strategy]{
		Card: card.Card{Name: "greedy", Doc: "a fifth more of everything", Details: "A newcomer's strategy.", Example: "g: {strategy: greedy}"},
		New: func() (Strategy, []card.Knob) {
			g := &Greedy{Recipe{Looking: Looking{Look: data.EverySession}, If: Always{}}}
			return g, g.knobs()
		},
	})
}

// Decide wants a fifth more than the targets.
func (g *Greedy) Decide(v *sim.View, want []float64) sim.Verdict {
	for i, t := range v.Targets {
		want[i] = 1.2*t*v.NAV() - v.Value[i]
	}
	return sim.Verdict{Act: true, Cause: sim.CauseCalendar, Asset: -1}
}

// Shape is not the common one.
func (g *Greedy) Shape(sim.Policy, *sim.Shape) bool { return false }

// Hidden fires inside the limits that it gives.
type Hidden struct{ Always }

var _ = addTrigger(card.Card{
	Name: "hidden", Doc: "every look, whatever its limits", Details: "A newcomer's trigger.", Example: "{hidden: true}",
}, func() (Trigger, []card.Knob) { return Hidden{}, []card.Knob{yesKnob("hidden", "every look fires")} })

// Limits are never breached.
func (Hidden) Limits(lo, hi []float64) bool { return Never{}.Limits(lo, hi) }

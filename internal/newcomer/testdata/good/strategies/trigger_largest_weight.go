package strategies

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Largest fires when the largest weight is beyond a part of the invested value.
type Largest struct{ Part float64 }

var _ = addTrigger(card.Card{
	Name: "largest_weight", Doc: "a weight beyond a part of the invested value", Example: "{largest_weight: 45%}",
	Details: "It fires when some weight is more than the part, whatever its target.",
}, func() (Trigger, []card.Knob) {
	l := &Largest{}
	return l, []card.Knob{card.Fraction(&l.Part, "largest_weight", "", "part of the invested value", 0, 1)}
})

// Prepare has nothing to make ready.
func (l *Largest) Prepare(v *sim.View) {}

// Limits are the part for every asset.
func (l *Largest) Limits(lo, hi []float64) bool {
	for i := range lo {
		lo[i], hi[i] = -1, l.Part
	}
	return true
}

// Title is the part.
func (l *Largest) Title() string { return "largest weight " + percentText(l.Part) }

// Fired compares every weight with the part.
func (l *Largest) Fired(v *sim.View, side []int8) sim.Verdict {
	clear(side)
	d := sim.Verdict{Asset: -1}
	for i, x := range v.Value {
		if sim.Exceeds(x, l.Part*v.Invested) {
			side[i] = 1
			d = sim.Verdict{Act: true, Cause: sim.CauseAbove, Asset: i, Dev: x / v.Invested, Limit: l.Part}
		}
	}
	return d
}

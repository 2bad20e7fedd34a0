package strategies

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Always fires at every look.
type Always struct{}

var _ = addTrigger(card.Card{
	Name: "calendar", Doc: "every look", Details: "It fires at every look, for no single asset.", Example: "{calendar: true}",
}, func() (Trigger, []card.Knob) {
	return Always{}, []card.Knob{yesKnob("calendar", "every look fires")}
})

// Prepare has nothing to make ready.
func (Always) Prepare(v *sim.View) {}

// Limits has none: every look fires.
func (Always) Limits(lo, hi []float64) bool { return false }

// shape is that every look trades.
func (Always) shape(x *sim.Shape) { x.Always = true }

// Title is empty: the looks say it all.
func (Always) Title() string { return "back to target" }

// Fired fires, by no asset in particular.
func (Always) Fired(v *sim.View, side []int8) sim.Verdict {
	clear(side)
	return sim.Verdict{Act: true, Cause: sim.CauseCalendar, Asset: -1}
}

// Never fires at no look.
type Never struct{}

// Prepare has nothing to make ready.
func (Never) Prepare(v *sim.View) {}

// Limits are never breached.
func (Never) Limits(lo, hi []float64) bool {
	for i := range lo {
		lo[i], hi[i] = -1, sim.None
	}
	return true
}

// Title says it.
func (Never) Title() string { return "buy and hold" }

// Fired never fires.
func (Never) Fired(v *sim.View, side []int8) sim.Verdict { return sim.Verdict{Asset: -1} }

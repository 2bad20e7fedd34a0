package strategies

import "evenkeel/sim"

// Always fires at every look.
type Always struct{}

// Limits has none: every look fires.
func (Always) Limits(lo, hi []float64) bool { return false }

// Fired fires, by no asset in particular.
func (Always) Fired(v *sim.View, side []int8) sim.Verdict {
	clear(side)
	return sim.Verdict{Act: true, Cause: sim.CauseCalendar, Asset: -1}
}

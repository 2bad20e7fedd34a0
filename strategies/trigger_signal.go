package strategies

import (
	"slices"

	"evenkeel/sim"
)

// Signal fires at the first look on or after each of its dates. Dates up to the
// first session do not fire: the initial purchase has heard them.
type Signal struct {
	File DateFile // its Dates, from a file or written in the experiment

	next  int
	asked int  // session that it was last asked at, -1: none yet
	came  bool // a date had come then
}

// Prepare forgets the dates up to the start; new targets forget nothing.
func (g *Signal) Prepare(v *sim.View) {
	if !v.Changed {
		g.next, g.asked = 0, -1
		g.heard(v)
	}
}

// heard passes over the dates up to today and says whether there were any.
func (g *Signal) heard(v *sim.View) (some bool) {
	today := v.Date()
	for g.next < len(g.File.Dates) && g.File.Dates[g.next] <= today {
		g.next++
		some = true
	}
	return some
}

// Limits has none: a signal does not go by weights.
func (g *Signal) Limits(lo, hi []float64) bool { return false }

// Title says it.
func (g *Signal) Title() string { return "on a signal" }

// Fired says whether a date has come since the last look, however often it is asked
// at one.
func (g *Signal) Fired(v *sim.View, side []int8) sim.Verdict {
	clear(side)
	if g.asked != v.Session {
		g.asked, g.came = v.Session, g.heard(v)
	}
	if !g.came {
		return sim.Verdict{Asset: -1}
	}
	return sim.Verdict{Act: true, Cause: sim.CauseSignal, Asset: -1}
}

// OnChange fires when the targets have just changed.
type OnChange struct{}

// Prepare has nothing to make ready.
func (OnChange) Prepare(v *sim.View) {}

// Limits are never breached: a change is put before a policy in any case.
func (OnChange) Limits(lo, hi []float64) bool { return Never{}.Limits(lo, hi) }

// Title says it.
func (OnChange) Title() string { return "on new targets" }

// Fired says whether the targets are new.
func (OnChange) Fired(v *sim.View, side []int8) sim.Verdict {
	clear(side)
	if v.Changed {
		return sim.Verdict{Act: true, Cause: sim.CauseTargets, Asset: -1}
	}
	return sim.Verdict{Asset: -1}
}

// hears says whether a trigger must be asked at every look, for a signal is over after
// the first.
func hears(t Trigger) bool {
	switch t := t.(type) {
	case *Signal:
		return true
	case *Group:
		return slices.ContainsFunc(t.Of, hears)
	}
	return false
}

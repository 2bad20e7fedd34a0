package strategies

import (
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Signal fires at the first look on or after each of its dates. Dates up to the
// first session do not fire: the initial purchase covers them.
type Signal struct {
	File DateFile // its Dates, from a file or written in the experiment

	next  int
	asked int  // session that it was last asked at, -1: none yet
	came  bool // a date had come then
}

var _ = addTrigger(card.Card{
	Name: "signal", Doc: "at the first look on or after each date", Example: "{signal: signals.csv} or {signal: [2010-03-01]}",
	Details: "Dates come from a file with the column date, or from a list in order.",
}, func() (Trigger, []card.Knob) {
	g := &Signal{}
	return g, []card.Knob{{Name: "signal", Doc: "a file of dates, or dates", Shape: card.DatesShape, Parse: g.File.parse}}
})

// parse reads the name of a file, or dates in order.
func (f *DateFile) parse(v card.Value) (func(), error) {
	if v.Kind == card.Text && v.Text != "" {
		return func() { f.Path = v.Text }, nil
	}
	if v.Kind != card.List || len(v.List) == 0 {
		return nil, card.Badly(v, "want a file of dates or a list of dates")
	}
	var dates []data.Date
	for _, d := range v.List {
		date, err := data.ParseDate(d.Text)
		if err != nil {
			return nil, card.Badly(d, "%v", err)
		}
		if n := len(dates); n > 0 && date <= dates[n-1] {
			return nil, card.Badly(d, "%s does not come after the date before it", date)
		}
		dates = append(dates, date)
	}
	return func() { f.Dates = dates }, nil
}

// Files is the one that it goes by, if there is one.
func (g *Signal) Files() []*DateFile {
	if g.File.Path == "" {
		return nil
	}
	return []*DateFile{&g.File}
}

// Remembers that a date came, until the first look after it.
func (g *Signal) Remembers() bool { return true }

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

// Fired reports whether a date has come since the last look, however often it is asked
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

var _ = addTrigger(card.Card{
	Name: "target_change", Doc: "the targets have just changed", Example: "{target_change: true}",
	Details: "It fires only on a session with new targets.",
}, func() (Trigger, []card.Knob) {
	return OnChange{}, []card.Knob{yesKnob("target_change", "new targets fire")}
})

// Prepare has nothing to make ready.
func (OnChange) Prepare(v *sim.View) {}

// Limits are never breached: a change is put before a policy in any case.
func (OnChange) Limits(lo, hi []float64) bool { return Never{}.Limits(lo, hi) }

// Title says it.
func (OnChange) Title() string { return "on new targets" }

// Fired reports whether the targets are new.
func (OnChange) Fired(v *sim.View, side []int8) sim.Verdict {
	clear(side)
	if v.Changed {
		return sim.Verdict{Act: true, Cause: sim.CauseTargets, Asset: -1}
	}
	return sim.Verdict{Asset: -1}
}

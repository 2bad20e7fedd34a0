package strategies

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Band fires when a weight is outside its band: w/t-1 beyond a relative limit or
// w-t beyond an absolute one by more than 1e-12, and the order back to the limit
// worth at least sim.Dust. An asset with target 0 is outside when it is held at
// all; one with a target that is not held is below every finite band.
type Band struct {
	All   Limit   // of every asset,
	Each  []Limit // or one an asset
	Named string  // in the title, instead of band

	targets []float64
	edges   []edges
	cause   sim.Cause // of both sides; CauseNone: above_band, below_band
}

var _ = addTrigger(card.Card{
	Name: "band", Doc: "a weight outside its band; every form of limit that bands takes", Example: "{band: 20%}",
	Details: "It fires when a weight w is outside its band around the target t: w/t - 1 beyond a relative limit, w - t beyond one in percentage points.",
}, func() (Trigger, []card.Knob) {
	b := &Band{}
	return b, []card.Knob{limitKnob(&b.All, "band", "", "the limit whose breach triggers")}
})

// shape is its edges.
func (b *Band) shape(x *sim.Shape) {
	x.Always = false
	for i, e := range b.edges {
		x.Low[i], x.Top[i], x.Lo[i], x.Hi[i] = e.low, e.top, e.lo, e.hi
	}
}

// limit is that of all assets.
func (b *Band) limit() Limit { return b.All }

// Prepare puts the limits around the targets.
func (b *Band) Prepare(v *sim.View) {
	if len(b.edges) != len(v.Targets) {
		b.edges = make([]edges, len(v.Targets))
	}
	b.targets = v.Targets
	for i, t := range v.Targets {
		l := b.All
		if b.Each != nil {
			l = b.Each[i]
		}
		b.edges[i] = edgesOf(t, l)
	}
}

// Title is the limit in the words of an experiment file.
func (b *Band) Title() string {
	if b.Named != "" {
		return b.Named + " " + b.All.Title()
	}
	return "bands " + b.All.Title()
}

// edges are one asset's limits as weights.
type edges struct {
	lo, hi   float64 // the limits
	low, top float64 // the weights beyond which they are breached, the margin of rounding included
}

func edgesOf(t float64, l Limit) edges {
	e := edges{lo: -1, low: -1, hi: sim.None, top: sim.None}
	if t == 0 {
		if !l.Up.None() {
			e.hi, e.top = 0, 0
		}
		return e
	}
	if w, margin := l.Up.Width(t); !math.IsInf(w, 1) {
		e.hi, e.top = t+w, t+w+margin
	}
	if w, margin := l.Down.Width(t); !math.IsInf(w, 1) {
		e.lo = max(0, t-w)
		e.low = t - w - margin
	}
	return e
}

// Limits are the bands' edges.
func (b *Band) Limits(lo, hi []float64) bool {
	for i, e := range b.edges {
		lo[i], hi[i] = e.lo, e.hi
	}
	return true
}

// Fired looks for weights outside their bands; the verdict names the largest
// drift: by percentage points, then relative to the target, then by name.
func (b *Band) Fired(v *sim.View, side []int8) sim.Verdict {
	verdict := sim.Verdict{Asset: -1}
	worst, worstRel := 0.0, 0.0
	for i, x := range v.Value {
		e := &b.edges[i]
		side[i] = 0
		switch {
		case x > e.top*v.Invested && x-float64(e.hi*v.Invested) >= sim.Dust:
			side[i] = 1
		case x < e.low*v.Invested && float64(e.lo*v.Invested)-x >= sim.Dust, x == 0 && e.lo >= 0:
			side[i] = -1
		default:
			continue
		}
		t, w := b.targets[i], weightOf(v, x)
		points, rel := math.Abs(w-t), math.Abs(w/t-1)
		if verdict.Act && (points < worst-1e-12 || points < worst+1e-12 && rel <= worstRel+1e-12) {
			continue
		}
		worst, worstRel = points, rel
		verdict = b.verdict(v, i, side[i])
	}
	return verdict
}

// verdict names an asset that is outside its band.
func (b *Band) verdict(v *sim.View, i int, side int8) sim.Verdict {
	d := sim.Verdict{Act: true, Cause: sim.CauseAbove, Asset: i, Dev: weightOf(v, v.Value[i]), Limit: b.edges[i].hi}
	if side < 0 {
		d.Cause, d.Limit = sim.CauseBelow, b.edges[i].lo
	}
	if b.cause != sim.CauseNone {
		d.Cause = b.cause
	}
	return d
}

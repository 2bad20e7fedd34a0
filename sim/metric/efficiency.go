package metric

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim"
)

// Efficiency is the part of the value requested in a record with a log that was
// executed, over its Events. A request of which nothing is filled and that comes again
// from decision to decision is one: it counts with the largest amount asked, once, until
// a decision fills some of it or the policy no longer wants it, as at a look at which
// nothing fires. looks are the sessions at which the policy looks; nil: those logged.
// NaN when nothing was requested.
func Efficiency(r *sim.Record, looks *data.Calendar) float64 {
	w := &wishes{r: r, blocked: make([]wish, r.Panel.Assets()), asked: make([]bool, r.Panel.Assets())}
	last, next := r.First, 0
	for k := range r.Log.Decisions {
		d := &r.Log.Decisions[k]
		s, from := int(d.Session), next
		for next < len(r.Log.Orders) && int(r.Log.Orders[next].Decision) == k {
			next++
		}
		if looks != nil && s > last+1 && looks.Next(last+1) < s { // a look that is not logged: nothing fired
			clear(w.blocked)
		}
		last = max(last, s)
		switch {
		case d.State == sim.StatePaused, d.State == sim.StateOrdersOpen, d.Cause == sim.CauseOpening: // nothing is decided
		case d.State == sim.StateInBand:
			clear(w.blocked)
		default:
			w.decide(d, r.Log.Orders[from:next])
		}
	}
	return w.executed / w.requested
}

// requests sum what decisions ask for, and what of it comes.
type wishes struct {
	r                   *sim.Record
	requested, executed float64
	blocked             []wish // by asset
	asked               []bool // by the decision at hand
}

// request is one of which nothing was filled.
type wish struct{ most, side float64 } // the largest amount asked, in money; 0: there is none. 1 buys, -1 sells

// decide adds the orders of a decision.
func (w *wishes) decide(d *sim.Decision, orders []sim.Order) {
	clear(w.asked)
	prices := w.r.Panel.Close(int(d.Session))
	for i := range orders {
		o := &orders[i]
		w.asked[o.Asset] = true
		switch o.State {
		case sim.StatePending, sim.StateQueued, sim.StateBatched: // it has not come to an end
			continue
		}
		want, done := math.Abs(o.Units.Shares()), math.Abs(o.Done.Shares())
		price, b := prices[o.Asset], &w.blocked[o.Asset]
		value, side := float64(want*price), math.Copysign(1, float64(o.Units))
		if done != 0 {
			w.requested += value
			w.executed += float64(min(done, want) * price)
			*b = wish{}
			continue
		}
		if b.side != side {
			*b = wish{side: side}
		}
		if value > b.most {
			w.requested += value - b.most
			b.most = value
		}
	}
	if !d.Cause.OfPolicy() { // says nothing of what the policy wants
		return
	}
	for i, asked := range w.asked {
		if !asked {
			w.blocked[i] = wish{}
		}
	}
}

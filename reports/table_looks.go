package reports

import (
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/sim"
)

func init() {
	add("looks", "every look of every policy, also those that decided nothing", "looks.parquet", looksTable)
}

// looks is the table of looks in the making.
type looks struct {
	policy, symbol             []int32
	date                       []data.Date
	state, cause, reason       words
	changed                    []bool
	weight, limit, drift, seen []float64
	orders                     []int64
}

func looksTable(dir Dir, run *Run) error {
	l := &looks{}
	for k := range run.Policies {
		if p := &run.Policies[k]; p.Looks != nil && p.Record.Log != nil {
			l.of(int32(k), p)
		}
	}
	t := newSheet("one row a policy and look; the initial purchase is none, nor is trading for a flow, the purchase of what was listed or a release of the batch. Rows but those that are paused are the looks that summary.json counts")
	t.put(columnar.Coded("policy", l.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", l.date), "session at whose close the policy looked")
	t.put(l.state.column("state"), "in_band: nothing fired; traded: orders were placed; unfunded: the trigger fired and nothing paid for an order; below_minimum, restricted: the trigger fired, and minimum trade, lots or restrictions left no order; queued: the trigger fired and all orders wait in the batch; paused: a pause skipped the look; orders_open: orders of an earlier decision were waiting, so nothing was decided")
	t.put(l.cause.column("cause"), "what fired: above_band, below_band, calendar, portfolio_drift, deviation, signal, idle_cash, mini, new_targets; null when nothing did")
	t.put(l.reason.column("reason"), "why nothing was ordered: within_limits, no_funds (nothing pays for a trade worth making), pause, delay (of the earlier orders' fill), window (they wait for a session on which orders fill); null where the state says it")
	t.put(columnar.Bools("new_targets", l.changed), "the targets changed in this session, which forces a look")
	t.put(columnar.Coded("symbol", l.symbol, run.Panel.Symbols()), "asset that fired; null when none did by itself")
	t.put(columnar.Floats("weight", l.weight), "its weight at the look; null when none fired by itself")
	t.put(columnar.Floats("limit", l.limit), "the weight that it crossed; null when none fired by itself")
	t.put(columnar.Floats("drift", l.drift), "half the sum of |weight - target| as the look sees it, before what it decides")
	t.put(columnar.Floats("nav", l.seen), "invested value and cash as the look sees them, in account currency")
	t.put(columnar.Ints("orders", l.orders), "number of its rows in orders.parquet, also those that were missed at once")
	return t.save(dir, "looks")
}

// of appends the looks of a policy.
func (l *looks) of(k int32, p *Policy) {
	r := p.Record
	at := looksAt(p)
	orders := make([]int64, len(r.Log.Decisions))
	for i := range r.Log.Orders {
		orders[r.Log.Orders[i].Decision]++
	}
	b, targets := newBooks(r), newInForce(r.Mandate)
	ready := readyAt(r)
	for s := r.First + 1; s < r.End; s++ {
		if at[s] == noLook {
			continue
		}
		b.look(s)
		prices := r.Panel.Close(s)
		d, placed := sim.Decision{Asset: -1, State: sim.StateInBand}, int64(0)
		if i := at[s]; i >= 0 {
			d, placed = r.Log.Decisions[i], orders[i]
		} else {
			d.NAV = b.worth(prices)
		}
		l.policy, l.date = append(l.policy, k), append(l.date, r.Panel.Date(s))
		l.drift = append(l.drift, halfDrift(b.weights(prices), targets.at(s)))
		l.changed = append(l.changed, targets.since == s)
		l.orders = append(l.orders, placed)
		l.add(&d, s >= ready[s])
	}
}

// add appends what a look came to; window says that orders which wait do so for
// a session on which orders fill.
func (l *looks) add(d *sim.Decision, window bool) {
	reason := lookReasons[d.State]
	if d.State == sim.StateOrdersOpen && window {
		reason = "window"
	}
	l.state.add(d.State.String())
	l.cause.add(d.Cause.String())
	l.reason.add(reason)
	l.symbol = append(l.symbol, int32(d.Asset))
	l.weight = append(l.weight, orNull(d.Dev, d.Asset >= 0))
	l.limit = append(l.limit, orNull(d.Limit, d.Asset >= 0))
	l.seen = append(l.seen, d.NAV)
}

var lookReasons = map[sim.State]string{
	sim.StateInBand: "within_limits", sim.StateUnfunded: "no_funds", sim.StatePaused: "pause", sim.StateOrdersOpen: "delay",
}

// What a session was to a policy, unless it is the place of a decision.
const (
	noLook = -1 - iota
	quietLook
)

// looksAt is what each session was to a policy: noLook, quietLook (in band and not
// logged) or the place in the log of what the look decided. The log of a policy
// with limits lacks the looks at which no limit was crossed: it holds fewer than
// the tally counts, and the others are those of its calendar.
func looksAt(p *Policy) []int {
	r := p.Record
	at := make([]int, r.Panel.Sessions())
	for s := range at {
		at[s] = noLook
	}
	logged := 0
	for i := range r.Log.Decisions {
		d := &r.Log.Decisions[i]
		if !d.Cause.OfPolicy() {
			continue
		}
		at[d.Session] = i
		if d.State != sim.StatePaused {
			logged++
		}
	}
	if logged == r.Tally.Looks {
		return at
	}
	for s := p.Looks.Next(r.First + 1); s < r.End; s = p.Looks.Next(s + 1) {
		if at[s] == noLook {
			at[s] = quietLook
		}
	}
	return at
}

// readyAt is, for each session, the first at which the orders decided last before
// it could fill if every session were a trading window.
func readyAt(r *sim.Record) []int {
	t := r.Mandate.Terms
	wait := t.Delay
	if t.Fill != sim.SameClose {
		wait++
	}
	all := make([]int, r.Panel.Sessions())
	ready, i := 0, 0
	for s := range all {
		for ; i < len(r.Log.Decisions) && int(r.Log.Decisions[i].Session) < s; i++ {
			if d := &r.Log.Decisions[i]; d.State == sim.StateTraded || d.State == sim.StateUnfunded {
				ready = int(d.Session) + wait
			}
		}
		all[s] = ready
	}
	return all
}

// halfDrift is half the sum of |w - t|.
func halfDrift(weights, targets []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += math.Abs(w - targets[i])
	}
	return sum / 2
}

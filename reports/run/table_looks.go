package run

import (
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
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
	waits                      waitColumns
}

func looksTable(dir draw.Dir, run *Run) error {
	l := &looks{}
	for k := range run.Policies {
		if p := &run.Policies[k]; p.Record.Log != nil && (p.Looks != nil || len(p.Record.Log.Waits) > 0) {
			l.of(int32(k), p)
		}
	}
	t := newSheet("one row per policy and look; the initial purchase, trades for flows, purchases of newly listed assets and releases of the batch do not count as looks. If money begins to wait between looks, the session has a row with the state waiting. summary.json counts all rows except those that are paused or waiting")
	t.put(columnar.Coded("policy", l.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", l.date), "session at whose close the policy looked")
	t.put(l.state.column("state"), "in_band: nothing fired; traded: orders were placed; unfunded: the trigger fired and nothing paid for an order; below_minimum, restricted: the trigger fired, and minimum trade, lots or restrictions left no order; queued: the trigger fired and all orders wait in the batch; paused: a pause skipped the look; orders_open: orders of an earlier decision were waiting, so nothing was decided; waiting: no look, money began to wait")
	t.put(l.cause.column("cause"), "what fired: above_band, below_band, calendar, portfolio_drift, deviation, signal, idle_cash, mini, new_targets; null when nothing did")
	t.put(l.reason.column("reason"), "why nothing was ordered: within_limits, no_funds (nothing pays for a trade worth making), turnover (the largest turnover left nothing worth trading), minimum (below the minimum trade), lot (less than a lot), restricted (a restriction or a hole forbade it), short_term_gain, pause; of orders that are open: delay (their fill is still to come), window (they wait for a session on which orders fill), settlement (purchases wait for the proceeds of sales), volume (the rest is more than a part of the session's volume), no_price (the asset had no price of its own), no_open (its open was missing), listing (an asset was listed and is bought first); null where the state says it")
	t.put(columnar.Bools("new_targets", l.changed), "the targets changed in this session, which forces a look")
	t.put(columnar.Coded("symbol", l.symbol, run.Panel.Symbols()), "asset that fired; null when none did by itself")
	t.put(columnar.Floats("weight", l.weight), "its weight at the look; null when none fired by itself")
	t.put(columnar.Floats("limit", l.limit), "the weight that it crossed; null when none fired by itself")
	t.put(columnar.Floats("drift", l.drift), "half the sum of |weight - target| as the look sees it, before its orders")
	t.put(columnar.Floats("nav", l.seen), "invested value and cash as the look sees them, in account currency")
	t.put(columnar.Ints("orders", l.orders), "number of its rows in orders.parquet, including orders missed at once")
	l.waits.put(t)
	return t.save(dir, "looks")
}

// of appends the looks of a policy.
func (l *looks) of(k int32, p *Policy) {
	r := p.Record
	at := looksAt(p)
	orders, missed := make([]int64, len(r.Log.Decisions)), make([]reasons, len(r.Log.Decisions))
	for i := range r.Log.Orders {
		o := &r.Log.Orders[i]
		orders[o.Decision]++
		missed[o.Decision] |= 1 << o.Reason
	}
	b, targets := NewBooks(r), NewInForce(r.Mandate)
	waits := openForAt(r)
	wait := queue{notes: r.Log.Waits}
	for s := r.First; s < r.End; s++ {
		wait.at(s)
		if at[s] == noLook && !wait.begun || s == r.First && !wait.begun {
			continue
		}
		b.Look(s)
		prices := r.Panel.Close(s)
		d, placed, why := sim.Decision{Asset: -1, State: sim.StateInBand}, int64(0), reasons(0)
		if i := at[s]; i >= 0 {
			d, placed, why = r.Log.Decisions[i], orders[i], missed[i]
		} else {
			d.NAV = b.worth(prices)
		}
		l.policy, l.date = append(l.policy, k), append(l.date, r.Panel.Date(s))
		l.drift = append(l.drift, halfDrift(b.Weights(prices), targets.At(s)))
		l.changed = append(l.changed, targets.since == s)
		l.orders = append(l.orders, placed)
		l.waits.add(r.Panel, &wait)
		reason := why.of(d.State)
		if d.State == sim.StateOrdersOpen {
			reason = waits[int32(s)].String()
		}
		l.add(&d, reason, at[s] == noLook)
	}
}

// add appends what a look came to and why; waiting says that it is no look: money began
// to wait.
func (l *looks) add(d *sim.Decision, reason string, waiting bool) {
	state := d.State.String()
	if waiting {
		state, reason = stateWaiting, ""
	}
	l.state.add(state)
	l.cause.add(d.Cause.String())
	l.reason.add(reason)
	l.symbol = append(l.symbol, int32(d.Asset))
	l.weight = append(l.weight, orNull(d.Dev, d.Asset >= 0))
	l.limit = append(l.limit, orNull(d.Limit, d.Asset >= 0))
	l.seen = append(l.seen, d.NAV)
}

var lookReasons = map[sim.State]string{
	sim.StateInBand: "within_limits", sim.StateUnfunded: "no_funds", sim.StatePaused: "pause", sim.StateRestricted: "restricted",
}

// reasons are those for which the orders of a decision were missed, a bit each.
type reasons uint32

// of is why a look of a state led to no order: the first reason that fits its state.
func (r reasons) of(state sim.State) string {
	for _, x := range missedFor[state] {
		if r&(1<<x) != 0 {
			return x.String()
		}
	}
	return lookReasons[state]
}

var missedFor = map[sim.State][]sim.Reason{
	sim.StateUnfunded:   {sim.ReasonTurnover},
	sim.StateMinimum:    {sim.ReasonMinimum, sim.ReasonLot},
	sim.StateRestricted: {sim.ReasonRestricted, sim.ReasonTax},
}

// stateWaiting is the state of a row that is no look: money began to wait at its session.
const stateWaiting = "waiting"

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
	if logged == r.Tally.Looks || p.Looks == nil {
		return at
	}
	b := NewBooks(r)
	for s := p.Looks.Next(r.First + 1); s < r.End; s = p.Looks.Next(s + 1) {
		if b.Look(s); at[s] == noLook && !b.emptied(r.Mandate.Terms) {
			at[s] = quietLook
		}
	}
	return at
}

// emptied reports whether nothing is held and nothing can be bought: such an account
// does not look.
func (b *Books) emptied(t *sim.Terms) bool {
	for _, u := range b.Units {
		if u != 0 {
			return false
		}
	}
	cash := b.Cash.Money()
	return cash-max(t.Reserve, t.ReserveFraction*cash) < sim.Dust
}

// openForAt is why orders are open, by the session of a look that decides nothing for it.
func openForAt(r *sim.Record) map[int32]sim.OpenFor {
	waits, k := map[int32]sim.OpenFor{}, 0
	for i := range r.Log.Decisions {
		if d := &r.Log.Decisions[i]; d.State == sim.StateOrdersOpen && k < len(r.Log.OpenFor) {
			waits[d.Session] = r.Log.OpenFor[k]
			k++
		}
	}
	return waits
}

// halfDrift is half the sum of |w - t|.
func halfDrift(weights, targets []float64) float64 {
	var sum sim.Sum
	for i, w := range weights {
		sum.Add(i, math.Abs(w-targets[i]))
	}
	return sum.Total() / 2
}

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
	policy, symbol            []int32
	date                      []data.Date
	state, cause              words
	weight, limit, drift, nav []float64
	orders                    []int64
	decisionsBy, ordersBy     []int // of the record at hand: by session, -1 or 0
}

func looksTable(dir Dir, run *Run) error {
	l := &looks{}
	for k := range run.Policies {
		if p := &run.Policies[k]; p.Looks != nil && p.Record.Log != nil {
			l.of(int32(k), p)
		}
	}
	t := newSheet("one row a policy and look; the initial purchase is none")
	t.put(columnar.Coded("policy", l.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", l.date), "session at whose close the policy looked")
	t.put(l.state.column("state"), "in_band: nothing fired; traded: orders were placed; unfunded: the trigger fired and no order came of it")
	t.put(l.cause.column("cause"), "what fired: above_band, below_band, calendar; null in band")
	t.put(columnar.Coded("symbol", l.symbol, run.Panel.Symbols()), "asset that fired; null when none did by itself")
	t.put(columnar.Floats("weight", l.weight), "its weight at the look; null when none fired by itself")
	t.put(columnar.Floats("limit", l.limit), "the weight that it crossed; null when none fired by itself")
	t.put(columnar.Floats("drift", l.drift), "half the sum of |weight - target| as the look sees it, before what it decides")
	t.put(columnar.Floats("nav", l.nav), "invested value and cash as the look sees them, in account currency")
	t.put(columnar.Ints("orders", l.orders), "number of orders that it placed")
	return t.save(dir, "looks")
}

// of appends the looks of a policy.
func (l *looks) of(k int32, p *Policy) {
	r := p.Record
	l.index(r)
	b := newBooks(r)
	for s := p.Looks.Next(r.First + 1); s < r.End; s = p.Looks.Next(s + 1) {
		b.look(s)
		prices := r.Panel.Close(s)
		l.policy, l.date = append(l.policy, k), append(l.date, r.Panel.Date(s))
		l.drift = append(l.drift, halfDrift(b.weights(prices), r.Mandate.Targets))
		l.nav = append(l.nav, b.worth(prices))
		l.orders = append(l.orders, int64(l.ordersBy[s]))
		d := sim.Decision{Asset: -1, State: sim.StateInBand}
		if i := l.decisionsBy[s]; i >= 0 {
			d = r.Log.Decisions[i]
		}
		l.state.add(d.State.String())
		l.cause.add(d.Cause.String())
		l.symbol = append(l.symbol, int32(d.Asset))
		l.weight = append(l.weight, orNull(d.Dev, d.Asset >= 0))
		l.limit = append(l.limit, orNull(d.Limit, d.Asset >= 0))
	}
}

// index finds a record's decisions and counts their orders by session.
func (l *looks) index(r *sim.Record) {
	l.decisionsBy, l.ordersBy = make([]int, r.Panel.Sessions()), make([]int, r.Panel.Sessions())
	for s := range l.decisionsBy {
		l.decisionsBy[s] = -1
	}
	for i := range r.Log.Decisions {
		if d := &r.Log.Decisions[i]; d.Cause != sim.CauseOpening {
			l.decisionsBy[d.Session] = i
		}
	}
	for i := range r.Log.Orders {
		l.ordersBy[r.Log.Orders[i].Session]++
	}
}

// halfDrift is half the sum of |w - t|.
func halfDrift(weights, targets []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += math.Abs(w - targets[i])
	}
	return sum / 2
}

package run

import (
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim"
)

func init() {
	add("decisions", "every decision: looks that were logged, the initial purchase, trading for flows", "decisions.parquet", decisionsTable)
}

func decisionsTable(dir draw.Dir, run *Run) error {
	var policy, symbol []int32
	var date []data.Date
	var cause, state, wait words
	var weight, limit, nav, turnover []float64
	for k := range run.Policies {
		r := run.Policies[k].Record
		if r.Log == nil {
			continue
		}
		waits := openForAt(r)
		for i := range r.Log.Decisions {
			d := &r.Log.Decisions[i]
			if d.State == sim.StateOrdersOpen {
				wait.add(waits[d.Session].String())
			} else {
				wait.add("")
			}
			policy, date, symbol = append(policy, int32(k)), append(date, r.DateOf(d.Session)), append(symbol, int32(d.Asset))
			cause.add(d.Cause.String())
			state.add(d.State.String())
			weight, limit = append(weight, d.Dev), append(limit, d.Limit)
			nav, turnover = append(nav, d.NAV), append(turnover, d.Turnover)
		}
	}
	t := newSheet("one row per decision, in order: looks at which something fired, the initial purchase, trades for flows; every look of policies without limits")
	t.put(columnar.Coded("policy", policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", date), "session at whose close it was made")
	t.put(cause.column("cause"), "what led to it, in the terms of orders.parquet; null when nothing fired")
	t.put(state.column("state"), "traded: orders were placed; in_band, unfunded, paused, orders_open: as in looks.parquet; below_minimum, restricted, queued: likewise")
	t.put(columnar.Coded("symbol", symbol, run.Panel.Symbols()), "asset that fired; null when none did by itself")
	t.put(columnar.Floats("weight", weight), "its weight; 0 when none fired by itself")
	t.put(columnar.Floats("limit", limit), "the weight that it crossed; 0 when none fired by itself")
	t.put(columnar.Floats("nav", nav), "at the close, before the session's own trades, in account currency")
	t.put(columnar.Floats("turnover", turnover), "one-way, of what its orders traded; 0 without trades")
	t.put(wait.column("waits_for"), "what open orders wait for, in the words of reason in looks.parquet; null where none are")
	return t.save(dir, "decisions")
}

package reports

import (
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/sim"
)

func init() {
	add("orders", "every order: what was requested and what was executed", "orders.parquet", ordersTable)
}

// orders is the table of orders in the making.
type orders struct {
	policy, symbol                 []int32
	decided, filled                []data.Date
	cause, side, state, reason     words
	requested, executed            []sim.Units
	price, fill, wanted, done, cut []float64
}

func ordersTable(dir Dir, run *Run) error {
	o := &orders{}
	for k := range run.Policies {
		if r := run.Policies[k].Record; r.Log != nil {
			for i := range r.Log.Orders {
				o.add(int32(k), r, &r.Log.Orders[i])
			}
		}
	}
	t := newSheet("one row an order, those of the initial purchase among them (cause opening)")
	t.put(columnar.Coded("policy", o.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("decision_date", o.decided), "session at whose close it was decided")
	t.put(columnar.Dates("fill_date", o.filled), "session that filled it; null: none did")
	t.put(o.cause.column("cause"), "what led to the decision: opening, above_band, below_band, calendar, portfolio_drift, deviation, signal, idle_cash, mini, deposit, withdrawal, new_targets")
	t.put(columnar.Coded("symbol", o.symbol, run.Panel.Symbols()), "the asset")
	t.put(o.side.column("side"), "buy or sell")
	t.put(fixed("requested_shares", 8, o.requested), "shares wanted, 0 or more")
	t.put(fixed("executed_shares", 8, o.executed), "shares traded, 0 or more")
	t.put(columnar.Floats("decision_price", o.price), "close at the decision")
	t.put(columnar.Floats("fill_price", o.fill), "price of the fill; null: none")
	t.put(columnar.Floats("requested_value", o.wanted), "requested shares x decision price, in account currency")
	t.put(columnar.Floats("executed_value", o.done), "executed shares x fill price, in account currency; 0 when none")
	t.put(columnar.Floats("missed_value", o.cut), "shares not executed x decision price, in account currency")
	t.put(o.state.column("state"), "filled, part, missed, pending")
	t.put(o.reason.column("reason"), "why not all was filled: cash, cost, end_of_data, limit (more than the books can count), targets (they changed first); null when all was")
	return t.save(dir, "orders")
}

func (o *orders) add(k int32, r *sim.Record, x *sim.Order) {
	want, done := max(x.Units, -x.Units), max(x.Done, -x.Done)
	o.policy, o.symbol = append(o.policy, k), append(o.symbol, int32(x.Asset))
	o.decided, o.filled = append(o.decided, r.DateOf(x.Session)), append(o.filled, dateAt(r.Panel, x.Filled))
	o.cause.add(r.Log.Decisions[x.Decision].Cause.String())
	o.side.add(sideOf(x.Units))
	o.state.add(x.State.String())
	o.reason.add(x.Reason.String())
	o.requested, o.executed = append(o.requested, want), append(o.executed, done)
	o.price = append(o.price, x.Price)
	fill := math.NaN()
	if x.Filled >= 0 {
		fill = x.Fill
	}
	o.fill = append(o.fill, fill)
	o.wanted = append(o.wanted, want.Shares()*x.Price)
	o.done = append(o.done, done.Shares()*x.Fill)
	o.cut = append(o.cut, (want-done).Shares()*x.Price)
}

func sideOf(u sim.Units) string {
	if u < 0 {
		return "sell"
	}
	return "buy"
}

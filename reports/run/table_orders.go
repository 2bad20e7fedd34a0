package run

import (
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

func init() {
	add("orders", "every order: what was requested, what was executed, and what fell short", "orders.parquet", ordersTable)
}

// orders is the table of orders in the making.
type orders struct {
	policy, symbol                 []int32
	decided, filled, first, ended  []data.Date
	cause, side, state, reason     words
	requested, executed            []sim.Units
	price, fill, wanted, done, cut []float64
	arrival, end, market           []float64
	met, closed                    []data.Date
	decision                       []int64
	parts                          [len(shortfallColumns)][]float64
}

// shortfallColumns are the parts of an order's shortfall in its three forms.
var shortfallColumns = [...]struct {
	name, doc string
	of        func(*metric.OrderCosts) float64
}{
	{"delay", "of the shortfall: requested shares x (arrival - decision price); the first part in Wagner's form", func(x *metric.OrderCosts) float64 { return x.Wagner().Delay }},
	{"trading", "of the shortfall: executed value - executed shares x arrival price, and implicit costs; in Wagner's and the CFA's form", func(x *metric.OrderCosts) float64 { return x.Wagner().Trading }},
	{"opportunity", "of the shortfall: shares not executed x (end - arrival price); in Wagner's form", func(x *metric.OrderCosts) float64 { return x.Wagner().Opportunity }},
	{"explicit", "of the shortfall: costs that were billed; the last part in every form", func(x *metric.OrderCosts) float64 { return x.Explicit }},
	{"delay_executed", "executed shares x (arrival - decision price): the delay in the CFA's form, with trading, missed and explicit", func(x *metric.OrderCosts) float64 { return x.CFA().Delay }},
	{"execution", "executed value - executed shares x decision price, and implicit costs: the first part in Perold's form, with missed and explicit", func(x *metric.OrderCosts) float64 { return x.Perold().Execution }},
	{"missed", "shares not executed x (end - decision price): the opportunity in Perold's form, the missed trade in the CFA's", func(x *metric.OrderCosts) float64 { return x.CFA().Missed }},
	{"shortfall", "the paper book's gain over the account from this order, in account currency: delay + trading + opportunity + explicit; above 0 is a cost, for purchases and for sales", func(x *metric.OrderCosts) float64 { return x.Total() }},
}

func ordersTable(dir draw.Dir, run *Run) error {
	o := &orders{}
	for k := range run.Policies {
		r := run.Policies[k].Record
		if r.Log == nil {
			continue
		}
		short := metric.ShortfallOf(r)
		for i := range r.Log.Orders {
			o.add(int32(k), r, &r.Log.Orders[i], &short.Orders[i])
		}
	}
	t := newSheet("one row per order, including those of the initial purchase (cause opening). Shares and prices are those of the session of the decision, even after a split")
	t.put(columnar.Coded("policy", o.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("decision_date", o.decided), "session at whose close it was decided")
	t.put(columnar.Dates("first_date", o.first), "session that could first fill it; null: none could")
	t.put(columnar.Dates("fill_date", o.filled), "session of its last fill; null: none")
	t.put(columnar.Dates("end_date", o.ended), "session at which the rest was given up, or the last one when it is open; null: there was no rest")
	t.put(o.cause.column("cause"), "what led to the decision: opening, above_band, below_band, calendar, portfolio_drift, deviation, signal, idle_cash, mini, deposit, withdrawal, new_targets, listing, batch (a release of queued orders)")
	t.put(columnar.Coded("symbol", o.symbol, run.Panel.Symbols()), "the asset")
	t.put(o.side.column("side"), "buy or sell")
	t.put(fixed("requested_shares", 8, o.requested), "shares requested, 0 or more")
	t.put(fixed("executed_shares", 8, o.executed), "shares traded, 0 or more")
	t.put(columnar.Floats("decision_price", o.price), "close at the decision; of a release from the batch the mean of what it carries")
	t.put(columnar.Floats("arrival_price", o.arrival), "market price at first_date, with the dividends of a share since the decision; null: none")
	t.put(columnar.Floats("fill_price", o.fill), "mean price of the fills; null: none")
	t.put(columnar.Floats("end_price", o.end), "close at end_date, with the dividends of a share since the decision; null: there was no rest")
	t.put(columnar.Floats("requested_value", o.wanted), "requested shares x decision price, in account currency")
	t.put(columnar.Floats("executed_value", o.done), "executed shares x fill price, in account currency; 0 when none")
	t.put(columnar.Floats("missed_value", o.cut), "shares not executed x decision price, in account currency")
	for k, c := range shortfallColumns {
		t.put(columnar.Floats(c.name, o.parts[k]), c.doc)
	}
	t.put(columnar.Ints("decision", o.decision), "row of the decision among the policy's rows of decisions.parquet, from 0")
	t.put(columnar.Dates("market_date", o.met), "session at whose price it first could be filled; null: it met no market")
	t.put(columnar.Floats("market_price", o.market), "price of the market at market_date, without dividends; null: none")
	t.put(columnar.Dates("closed_date", o.closed), "session of its last fill, or at which the rest was given up; null: open at the end of the data")
	t.put(o.state.column("state"), "filled, part, missed, pending (open at the end of the data), queued (waiting in the batch), batched (a later order carries it)")
	t.put(o.reason.column("reason"), "why not all was filled: cash, cost, end_of_data, limit (more than the books can count), targets (they changed first), minimum, restricted, turnover, lot, short_term_gain, netted (opposite orders in the batch), ended (the asset's life); null when all was")
	return t.save(dir, "orders")
}

func (o *orders) add(k int32, r *sim.Record, x *sim.Order, short *metric.OrderCosts) {
	want, done := max(x.Units, -x.Units), max(x.Done, -x.Done)
	o.policy, o.symbol = append(o.policy, k), append(o.symbol, int32(x.Asset))
	o.decided, o.filled = append(o.decided, r.DateOf(x.Session)), append(o.filled, dateAt(r.Panel, x.Filled))
	o.first, o.ended = append(o.first, dateAt(r.Panel, int32(short.First))), append(o.ended, dateAt(r.Panel, int32(short.Ended)))
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
	o.arrival, o.end = append(o.arrival, orNull(short.Arrival, short.First >= 0)), append(o.end, orNull(short.End, short.Ended >= 0))
	o.decision = append(o.decision, int64(x.Decision))
	o.met, o.closed = append(o.met, dateAt(r.Panel, x.First)), append(o.closed, dateAt(r.Panel, x.Ended))
	o.market = append(o.market, orNull(x.Arrival, x.Arrival != 0))
	o.wanted = append(o.wanted, want.Shares()*x.Price)
	o.done = append(o.done, done.Shares()*x.Fill)
	o.cut = append(o.cut, (want-done).Shares()*x.Price)
	for c := range shortfallColumns {
		o.parts[c] = append(o.parts[c], shortfallColumns[c].of(short))
	}
}

func sideOf(u sim.Units) string {
	if u < 0 {
		return "sell"
	}
	return "buy"
}

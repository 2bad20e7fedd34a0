package reports

import (
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/sim"
)

func init() {
	add("trades", "every executed order with its value and costs", "trades.parquet", tradesTable)
}

// trades is the table of trades in the making.
type trades struct {
	policy, symbol []int32
	date           []data.Date
	side           words
	shares         []sim.Units
	price          []float64
	value, cost    []sim.Micros
	order          []int64
	opening        []bool
}

func tradesTable(dir Dir, run *Run) error {
	x := &trades{}
	for k := range run.Policies {
		if r := run.Policies[k].Record; r.Log != nil {
			x.of(int32(k), r)
		}
	}
	t := newSheet("one row a trade, in the order of the journal")
	t.put(columnar.Coded("policy", x.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", x.date), "session of the fill")
	t.put(columnar.Coded("symbol", x.symbol, run.Panel.Symbols()), "the asset")
	t.put(x.side.column("side"), "buy or sell")
	t.put(fixed("shares", 8, x.shares), "0 or more, exactly as booked")
	t.put(columnar.Floats("price", x.price), "of the fill")
	t.put(fixed("value", 6, x.value), "shares x price as booked, 0 or more, in account currency, without costs")
	t.put(fixed("cost", 6, x.cost), "all cost components as booked, 0 or more, in account currency")
	t.put(columnar.Ints("order", x.order), "row of the order among the policy's rows of orders.parquet, from 0")
	t.put(columnar.Bools("opening", x.opening), "part of the initial purchase")
	return t.save(dir, "trades")
}

// of appends a record's trades; a cost belongs to the trade of its order.
func (x *trades) of(k int32, r *sim.Record) {
	cost := make([]sim.Micros, len(r.Log.Orders))
	for i := range r.Log.Entries {
		if e := &r.Log.Entries[i]; e.Kind == sim.EntryCost && e.Order >= 0 {
			cost[e.Order] -= e.Cash
		}
	}
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Kind != sim.EntryBuy && e.Kind != sim.EntrySell {
			continue
		}
		x.policy, x.symbol, x.date = append(x.policy, k), append(x.symbol, int32(e.Asset)), append(x.date, r.DateOf(e.Session))
		x.side.add(e.Kind.String())
		x.shares, x.value = append(x.shares, max(e.Units, -e.Units)), append(x.value, max(e.Cash, -e.Cash))
		x.price, x.order = append(x.price, e.Price), append(x.order, int64(e.Order))
		x.opening = append(x.opening, r.IsOpening(e))
		c := sim.Micros(0)
		if e.Order >= 0 { // an order filled in parts bears its costs once
			c, cost[e.Order] = cost[e.Order], 0
		}
		x.cost = append(x.cost, c)
	}
}

package run

import (
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

func init() {
	add("trades", "every trade with its value and costs", "trades.parquet", tradesTable)
}

// trades is the table of trades in the making.
type trades struct {
	policy, symbol                  []int32
	date                            []data.Date
	side                            words
	shares                          []sim.Units
	price                           []float64
	value, cost, explicit, implicit []sim.Micros
	unsettled                       []sim.Micros
	order                           []int64
	opening                         []bool
}

func tradesTable(dir draw.Dir, run *Run) error {
	x := &trades{}
	for k := range run.Policies {
		if r := run.Policies[k].Record; r.Log != nil {
			x.of(int32(k), r)
		}
	}
	t := newSheet("one row per trade, in the order of the journal; an order filled in parts has one row per part")
	t.put(columnar.Coded("policy", x.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", x.date), "session of the fill")
	t.put(columnar.Coded("symbol", x.symbol, run.Panel.Symbols()), "the asset")
	t.put(x.side.column("side"), "buy or sell")
	t.put(fixed("shares", 8, x.shares), "0 or more, exactly as booked, in shares of the session")
	t.put(columnar.Floats("price", x.price), "of the market at the fill, free of impact")
	t.put(fixed("value", 6, x.value), "shares x price as booked, 0 or more, in account currency, without costs")
	t.put(fixed("cost", 6, x.cost), "all cost components as booked, 0 or more, in account currency")
	t.put(fixed("explicit_cost", 6, x.explicit), "those that are billed, part of cost")
	t.put(fixed("implicit_cost", 6, x.implicit), "those that are paid in the price (spread, impact), part of cost")
	t.put(fixed("unsettled", 6, x.unsettled), "part of value that is paid at a later session, or out of proceeds that are still to come")
	t.put(columnar.Ints("order", x.order), "row of the order among the policy's rows of orders.parquet, from 0")
	t.put(columnar.Bools("opening", x.opening), "part of the initial purchase")
	return t.save(dir, "trades")
}

// trade names a trade: an order has at most one a session.
type trade struct{ order, session int32 }

// traded is what a trade came to.
type traded struct{ value, explicit, implicit sim.Micros }

// tradedValues are a record's trades.
func tradedValues(r *sim.Record) map[trade]traded {
	all := map[trade]traded{}
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		id := trade{e.Order, e.Session}
		t, money := all[id], e.Cash+e.Due
		switch {
		case e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell:
			t.value += max(money, -money)
		case e.Kind == sim.EntryCost && metric.Implicit(r, int(e.Part)):
			t.implicit -= money
		case e.Kind == sim.EntryCost:
			t.explicit -= money
		default:
			continue
		}
		all[id] = t
	}
	return all
}

// of appends a record's trades; a cost belongs to the trade of its order and session.
func (x *trades) of(k int32, r *sim.Record) {
	all := tradedValues(r)
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Kind != sim.EntryBuy && e.Kind != sim.EntrySell {
			continue
		}
		x.policy, x.symbol, x.date = append(x.policy, k), append(x.symbol, int32(e.Asset)), append(x.date, r.DateOf(e.Session))
		x.side.add(e.Kind.String())
		value := e.Cash + e.Due
		x.shares, x.value = append(x.shares, max(e.Units, -e.Units)), append(x.value, max(value, -value))
		x.unsettled = append(x.unsettled, max(e.Due, -e.Due))
		x.price, x.order = append(x.price, e.Price), append(x.order, int64(e.Order))
		x.opening = append(x.opening, r.IsOpening(e))
		id := trade{e.Order, e.Session}
		t := all[id]
		x.cost, x.explicit, x.implicit = append(x.cost, t.explicit+t.implicit), append(x.explicit, t.explicit), append(x.implicit, t.implicit)
		all[id] = traded{value: t.value} // two bookings of one trade bear its costs once
	}
}

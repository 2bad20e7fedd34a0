package audit_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/sim/cost"
)

// own is a record whose columns, tally and journal are its own.
func own(r sim.Record) sim.Record {
	r.NAV, r.Units, r.Flow = slices.Clone(r.NAV), slices.Clone(r.Units), slices.Clone(r.Flow)
	r.DriftHalf, r.DriftMost = slices.Clone(r.DriftHalf), slices.Clone(r.DriftMost)
	r.Log = &sim.Log{Decisions: slices.Clone(r.Log.Decisions), Orders: slices.Clone(r.Log.Orders), Entries: slices.Clone(r.Log.Entries), Waits: slices.Clone(r.Log.Waits)}
	m := *r.Mandate
	terms := *m.Terms
	m.Terms = &terms
	r.Mandate = &m
	return r
}

// find is the place of the nth entry of a kind after the initial purchase.
func find(t *testing.T, r *sim.Record, kind sim.Kind, n int) int {
	t.Helper()
	for i := range r.Log.Entries {
		if e := &r.Log.Entries[i]; e.Kind == kind && (int(e.Session) > r.First) {
			if n--; n < 0 {
				return i
			}
		}
	}
	require.Fail(t, "no such entry", "%s", kind)
	return -1
}

// lose takes money out of entry i and lets everything after it follow: NAV, the
// tally and the column of flows fit the entry.
func lose(r *sim.Record, i int, money sim.Micros) {
	e := &r.Log.Entries[i]
	e.Cash -= money
	for s := int(e.Session); s < r.End; s++ {
		r.NAV[s] -= money.Money()
	}
	r.Tally.Cash -= money
	switch e.Kind {
	case sim.EntryCost:
		r.Tally.Cost += money
	case sim.EntryFlow:
		r.Flow[e.Session] -= money.Money()
		r.Tally.Deposits -= money
	}
}

// twice is a cost that is charged two times.
type twice struct{ sim.Cost }

func (c twice) Charge(f *sim.Fill) (fixed, rate float64) {
	fixed, rate = c.Cost.Charge(f)
	return 2 * fixed, 2 * rate
}

// plant is a fault in a sound record, or a run under other conditions than the
// record says: all of it fits together but for the one rule that is broken.
type plant struct {
	rule audit.Rule
	what string // in the message
	make func(t *testing.T) sim.Record
}

// claimed runs a mandate and says that it ran another one.
func claimed(run, say func(t *testing.T, p *data.Panel, m *sim.Mandate)) func(t *testing.T) sim.Record {
	return func(t *testing.T) sim.Record {
		p := swinging(t)
		m := &sim.Mandate{Terms: &sim.Terms{Costs: usual(t, p)}}
		if run != nil {
			run(t, p, m)
		}
		r := own(ran(t, p, m))
		say(t, p, r.Mandate)
		return r
	}
}

// altered runs with the usual costs and deposits and changes the record.
func altered(change func(t *testing.T, r *sim.Record)) func(t *testing.T) sim.Record {
	return func(t *testing.T) sim.Record {
		p := swinging(t)
		terms := &sim.Terms{Costs: usual(t, p), Reserve: 5000}
		r := own(ran(t, p, &sim.Mandate{Terms: terms, Flows: []sim.Flow{{Session: 60, Amount: 1000}}}))
		require.NoError(t, audit.Check(&r))
		change(t, &r)
		return r
	}
}

// buysFirst puts the purchases of a session with sales before them.
func buysFirst(t *testing.T, r *sim.Record) {
	r.Mandate.Terms.Reserve = 0 // the purchases may use it
	at := find(t, r, sim.EntrySell, 2)
	session := r.Log.Entries[at].Session
	end := at
	for end < len(r.Log.Entries) && r.Log.Entries[end].Session == session {
		end++
	}
	slices.SortStableFunc(r.Log.Entries[at:end], func(a, b sim.Entry) int {
		return int(min(1, max(-1, r.Log.Orders[b.Order].Units))) - int(min(1, max(-1, r.Log.Orders[a.Order].Units)))
	})
	require.Equal(t, sim.EntryBuy, r.Log.Entries[at+2].Kind)
}

// afterTrades sets the turnover of every decision to the traded value over NAV after
// the trades, when their costs are gone.
func afterTrades(t *testing.T, r *sim.Record) {
	r.Tally.Turnover = 0
	for k := range r.Log.Decisions {
		d, costs := &r.Log.Decisions[k], 0.0
		session := int32(-1)
		for _, e := range r.Log.Entries {
			if e.Order >= 0 && int(r.Log.Orders[e.Order].Decision) == k && e.Kind == sim.EntryCost {
				costs -= e.Cash.Money()
				session = e.Session
			}
		}
		if session > 0 {
			d.Turnover *= (r.NAV[session] + costs) / r.NAV[session]
		}
		r.Tally.Turnover += d.Turnover
	}
}

var plants = map[string]plant{
	"double_commission": {audit.Cost, "costs .* of bps", claimed(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Costs[0] = twice{m.Terms.Costs[0]} },
		func(t *testing.T, p *data.Panel, m *sim.Mandate) {
			m.Terms.Costs = slices.Clone(m.Terms.Costs)
			m.Terms.Costs[0] = m.Terms.Costs[0].(twice).Cost
		})},
	"commission_booked_twice": {audit.Cost, "twice", altered(func(t *testing.T, r *sim.Record) {
		i := find(t, r, sim.EntryCost, 3)
		r.Log.Entries = slices.Insert(r.Log.Entries, i, r.Log.Entries[i])
		c := r.Log.Entries[i].Cash
		r.Log.Entries[i].Cash = 0
		lose(r, i, -c)
	})},
	"stamp_duty_forgotten": {audit.Cost, "costs .* and 0 are booked", claimed(nil, func(t *testing.T, p *data.Panel, m *sim.Mandate) {
		buys := cost.Everywhere
		buys.Side = "buy"
		m.Terms.Costs = append(slices.Clone(m.Terms.Costs), costs(t, p, cost.NewBPS(50, buys))...)
	})},
	"turnover_after_reassignment": {audit.Turnover, "has a turnover of", altered(afterTrades)},
	"turnover_of_both_sides": {audit.Turnover, "has a turnover of", altered(func(t *testing.T, r *sim.Record) {
		for k := range r.Log.Decisions {
			r.Log.Decisions[k].Turnover *= 2
		}
		r.Tally.Turnover *= 2
	})},
	"buy_before_sell": {audit.Sales, "a sale after entry", altered(buysFirst)},
	"fill_at_the_decision": {audit.Causality, "the first it can fill in is", claimed(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Fill = sim.SameClose },
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Fill = sim.NextClose })},
	"future_fill": {audit.Causality, "it could first fill in", claimed(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Delay = 1 },
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Delay = 0 })},
	"fill_before_its_decision": {audit.Causality, "the first it can fill in is", altered(func(t *testing.T, r *sim.Record) {
		o := &r.Log.Orders[r.Log.Entries[find(t, r, sim.EntrySell, 1)].Order]
		o.Session += 3
		r.Log.Decisions[o.Decision].Session += 3
	})},
	"fill_outside_the_window": {audit.Causality, "filled in session", claimed(nil, func(t *testing.T, p *data.Panel, m *sim.Mandate) {
		m.Terms.Windows = p.Calendar(data.Schedule{Every: 7})
	})},
	"look_ahead_price": {audit.Price, "and its price is", func(t *testing.T) sim.Record {
		honest := swinging(t)
		n := honest.Assets()
		peeking, err := data.NewPanel(data.Adjusted, honest.Dates(), honest.Symbols(), honest.Closes(), append(slices.Clone(honest.Closes()[n:]), honest.Close(sessions-1)...))
		require.NoError(t, err)
		r := own(ran(t, peeking, &sim.Mandate{Terms: &sim.Terms{Fill: sim.NextOpen}}))
		require.NoError(t, audit.Check(&r))
		r.Panel = honest
		return r
	}},
	"close_instead_of_open": {audit.Price, "and its price is", claimed(nil, func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Fill = sim.NextOpen })},
	"decision_price_of_tomorrow": {audit.Order, "and the close is", altered(func(t *testing.T, r *sim.Record) {
		o := &r.Log.Orders[r.Log.Entries[find(t, r, sim.EntrySell, 1)].Order]
		o.Price = r.Panel.Close(int(o.Session) + 1)[o.Asset]
	})},
	"arrival_price_of_the_decision": {audit.Order, "when it can first be filled", altered(func(t *testing.T, r *sim.Record) {
		o := &r.Log.Orders[r.Log.Entries[find(t, r, sim.EntrySell, 1)].Order]
		o.Arrival = o.Price
	})},
	"lost_cent": {audit.Posting, "are worth", altered(func(t *testing.T, r *sim.Record) { lose(r, find(t, r, sim.EntrySell, 2), 10_000) })},
	"lost_millionth": {audit.Posting, "are worth", altered(func(t *testing.T, r *sim.Record) {
		r.Log.Entries[find(t, r, sim.EntrySell, 0)].Cash--
		r.Tally.Cash--
	})},
	"interest_from_nowhere": {audit.NAV, "cash and shares are worth", altered(func(t *testing.T, r *sim.Record) {
		for s := 100; s < r.End; s++ {
			r.NAV[s] += 1
		}
	})},
	"nav_of_one_session": {audit.NAV, "cash and shares are worth", altered(func(t *testing.T, r *sim.Record) { r.NAV[133] *= 1 + 1e-11 })},
	"nav_is_no_number":   {audit.NAV, "NAV is NaN", altered(func(t *testing.T, r *sim.Record) { r.NAV[133] = math.NaN() })},
	"drift_beyond_one":   {audit.Finite, "a drift of", altered(func(t *testing.T, r *sim.Record) { r.DriftMost[55] = 1.5 })},
	"negative_settled_cash": {audit.Balance, "settled cash falls to -", altered(func(t *testing.T, r *sim.Record) {
		lose(r, find(t, r, sim.EntryFlow, 0), sim.ToMicros(7000))
		r.Mandate.Flows = []sim.Flow{{Session: 60, Amount: -6000}}
	})},
	"more_sold_than_held": {audit.Balance, "shares of . fall to -", func(t *testing.T) sim.Record {
		r := own(ran(t, swinging(t), &sim.Mandate{Terms: &sim.Terms{}}))
		e := &r.Log.Entries[find(t, &r, sim.EntrySell, 0)]
		e.Units *= 40
		e.Cash = sim.ToMicros((-e.Units).Shares() * e.Price)
		return r
	}},
	"a_cost_that_pays": {audit.Cost, "costs", altered(func(t *testing.T, r *sim.Record) {
		i := find(t, r, sim.EntryCost, 2)
		lose(r, i, 2*r.Log.Entries[i].Cash)
	})},
	"deposit_forgotten": {audit.Flow, "a deposit of 1000 is not booked", claimed(nil, func(t *testing.T, p *data.Panel, m *sim.Mandate) {
		m.Flows = []sim.Flow{{Session: 60, Amount: 1000}}
	})},
	"deposit_a_cent_short": {audit.Flow, "a deposit of 1000 is not booked: what is booked as deposits is .999990000. millionths", altered(func(t *testing.T, r *sim.Record) { lose(r, find(t, r, sim.EntryFlow, 0), 10_000) })},
	"opening_cash":         {audit.Opening, "of opening cash", altered(func(t *testing.T, r *sim.Record) { r.Mandate.Cash += 1 })},
	"wrong_reason": {audit.Reason, "targets did not change", altered(func(t *testing.T, r *sim.Record) {
		for j := range r.Log.Orders {
			if o := &r.Log.Orders[j]; o.State == sim.StatePart {
				require.Equal(t, sim.ReasonCash, o.Reason)
				o.Reason = sim.ReasonTargets
				return
			}
		}
		require.Fail(t, "no order was cut")
	})},
	"no_reason": {audit.Reason, "has a reason", altered(func(t *testing.T, r *sim.Record) {
		for j := range r.Log.Orders {
			if o := &r.Log.Orders[j]; o.State == sim.StatePart {
				o.Reason = sim.ReasonNone
			}
		}
	})},
	"filled_that_was_part": {audit.Reason, "when all of it is", altered(func(t *testing.T, r *sim.Record) {
		for j := range r.Log.Orders {
			if o := &r.Log.Orders[j]; o.State == sim.StatePart {
				o.State, o.Reason = sim.StateFilled, sim.ReasonNone
			}
		}
	})},
	"cut_with_cash_to_spare": {audit.Reason, "the cash would have paid", claimed(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Reserve = 5000 },
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Reserve = 0 })},
	"order_says_more_than_was_filled": {audit.Order, "units done, and its fills", altered(func(t *testing.T, r *sim.Record) {
		r.Log.Orders[r.Log.Entries[find(t, r, sim.EntrySell, 0)].Order].Done--
	})},
	"fill_price_of_the_order": {audit.Order, "on the mean, and says", altered(func(t *testing.T, r *sim.Record) {
		r.Log.Orders[r.Log.Entries[find(t, r, sim.EntryBuy, 0)].Order].Fill *= 1 + 1e-7
	})},
	"tally_of_trades":                     {audit.Tally, "trades, and", altered(func(t *testing.T, r *sim.Record) { r.Tally.Trades++ })},
	"tally_of_costs":                      {audit.Tally, "costs of", altered(func(t *testing.T, r *sim.Record) { r.Tally.Cost++ })},
	"tally_of_the_cash":                   {audit.Tally, "settled cash of", altered(func(t *testing.T, r *sim.Record) { r.Tally.Cash-- })},
	"unfunded_for_nobody":                 {audit.Tally, "triggers", altered(func(t *testing.T, r *sim.Record) { r.Tally.Unfunded++ })},
	"a_rebalance_more":                    {audit.Tally, "decisions have .* triggers", altered(func(t *testing.T, r *sim.Record) { r.Tally.Triggers++; r.Tally.Rebalances++ })},
	"a_rebalance_for_an_unfunded_trigger": {audit.Tally, "decisions have .* rebalances", altered(func(t *testing.T, r *sim.Record) { r.Tally.Rebalances--; r.Tally.Unfunded++ })},
	"fewer_looks_than_triggers":           {audit.Tally, "looks", altered(func(t *testing.T, r *sim.Record) { r.Tally.Looks = r.Tally.Triggers - 1 })},
	"holdings_at_the_end":                 {audit.Tally, "units of B", altered(func(t *testing.T, r *sim.Record) { r.Units[1]++ })},
}

// found makes the record and requires the breach that it holds, with the step in
// words.
func (x plant) found(t *testing.T) {
	r := x.make(t)
	err := audit.Check(&r)
	var breach *audit.Breach
	require.ErrorAs(t, err, &breach)
	require.Equal(t, x.rule, breach.Rule, err.Error())
	require.Regexp(t, x.what, breach.What)
	require.Contains(t, err.Error(), r.Panel.Date(breach.Session).String())
	require.NotEmpty(t, breach.Step)
}

// Every fault planted in a sound record is found, by the rule that it breaks.
func TestPlanted(t *testing.T) {
	for _, name := range sorted(plants) {
		t.Run(name, func(t *testing.T) { plants[name].found(t) })
	}
}

func sorted(m map[string]plant) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

package audit_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/strategies"
)

// pretended runs an account on the rough panel and says that it ran under other
// conditions, or on another market.
func pretended(run func(t *testing.T, p *data.Panel, m *sim.Mandate), say func(t *testing.T, r *sim.Record)) func(t *testing.T) sim.Record {
	return func(t *testing.T) sim.Record {
		p := rough(t)
		m := &sim.Mandate{Targets: []float64{0.3, 0.3, 0.2, 0.2}, Cash: 100_000, Terms: &sim.Terms{Costs: usual(t, p)}}
		if run != nil {
			run(t, p, m)
		}
		r := own(ran(t, p, m))
		require.NoError(t, audit.Check(&r))
		say(t, &r)
		return r
	}
}

func settling(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Settle = []int{2, 2, 2, 2} }

func bridging(t *testing.T, p *data.Panel, m *sim.Mandate) {
	settling(t, p, m)
	m.Terms.Bridge = true
}

func taxed(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Tax = lots(t) }

// market is the rough panel with its actions changed; prices stay as they are.
func market(t *testing.T, change func(x *data.Table)) *data.Panel {
	x := rough(t).Table()
	change(&x)
	p, err := data.Make(x)
	require.NoError(t, err)
	return p
}

// drop takes an entry out of the journal; money that it moved is missing from then on.
func drop(r *sim.Record, i int) {
	e := r.Log.Entries[i]
	r.Log.Entries = slices.Delete(r.Log.Entries, i, i+1)
	for s := int(e.Session); s < r.End; s++ {
		r.NAV[s] -= (e.Cash + e.Due).Money()
	}
}

// ask is a policy that rebalances wholly every ten sessions.
func ask(t *testing.T, p *data.Panel, m *sim.Mandate) {
	c := strategies.NewCalendar(data.Schedule{Every: 10})
	require.NoError(t, c.Bind(p, m.Targets))
	m.Policy = c
}

var marketPlants = map[string]plant{
	"missed_dividend": {audit.Action, "a dividend of .* 0 millionths are booked", func(t *testing.T) sim.Record {
		p := market(t, func(x *data.Table) {
			x.Actions = slices.DeleteFunc(x.Actions, func(a data.DatedAction) bool { return a.Dividend > 0 && a.Asset == 2 })
		})
		r := own(ran(t, p, &sim.Mandate{Targets: []float64{0.3, 0.3, 0.2, 0.2}, Terms: &sim.Terms{}}))
		require.NoError(t, audit.Check(&r))
		r.Panel = rough(t)
		return r
	}},
	"missed_split": {audit.Action, "a split of .* 0 are booked", pretended(nil, func(t *testing.T, r *sim.Record) {
		drop(r, find(t, r, sim.EntrySplit, 0))
	})},
	"split_the_wrong_way": {audit.Action, "a split of", func(t *testing.T) sim.Record {
		p := market(t, func(x *data.Table) {
			for i := range x.Actions {
				x.Actions[i].Split = 1 / x.Actions[i].Split
			}
		})
		r := own(ran(t, p, &sim.Mandate{Targets: []float64{0.3, 0.3, 0.2, 0.2}, Terms: &sim.Terms{}}))
		r.Panel = rough(t)
		return r
	}},
	"dividend_twice": {audit.Action, "a dividend of", pretended(nil, func(t *testing.T, r *sim.Record) {
		i := find(t, r, sim.EntryDividend, 1)
		r.Log.Entries = slices.Insert(r.Log.Entries, i, r.Log.Entries[i])
	})},
	"dividend_of_the_shares_after_the_split": {audit.Action, "a dividend of", pretended(nil, func(t *testing.T, r *sim.Record) {
		i := find(t, r, sim.EntryDividend, 1)
		lose(r, i, -r.Log.Entries[i].Cash)
	})},
	"dividend_nobody_paid": {audit.Action, "entries of splits, dividends and ends", pretended(nil, func(t *testing.T, r *sim.Record) {
		i := find(t, r, sim.EntryDividend, 1)
		e := r.Log.Entries[i]
		e.Asset = (e.Asset + 1) % 4
		r.Log.Entries = slices.Insert(r.Log.Entries, i, e)
	})},
	"reinvested_without_leave": {audit.Action, "are reinvested", pretended(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Reinvest = true },
		func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Reinvest = false })},
	"missed_end": {audit.Action, "the life of B ends", pretended(nil, func(t *testing.T, r *sim.Record) {
		r.Mandate.Endings = []sim.Ending{{Session: 600, Asset: 1, Price: 3}}
	})},
	"end_at_another_price": {audit.Action, "B ends at 3", pretended(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) {
			m.Endings = []sim.Ending{{Session: 600, Asset: 1, Price: 4}}
		},
		func(t *testing.T, r *sim.Record) {
			r.Mandate.Endings = []sim.Ending{{Session: 600, Asset: 1, Price: 3}}
		})},
	"missing_settlement": {audit.Settlement, "were due and did not settle", pretended(bridging, func(t *testing.T, r *sim.Record) {
		drop(r, find(t, r, sim.EntrySettle, 4))
	})},
	"settled_a_session_early": {audit.Settlement, "settle", pretended(settling, func(t *testing.T, r *sim.Record) {
		r.Mandate.Terms.Settle = []int{3, 3, 3, 3}
	})},
	"settled_a_session_late": {audit.Settlement, "settle", pretended(settling, func(t *testing.T, r *sim.Record) {
		r.Mandate.Terms.Settle = []int{1, 1, 1, 1}
	})},
	"half_of_it_settled": {audit.Settlement, "settle", pretended(settling, func(t *testing.T, r *sim.Record) {
		e := &r.Log.Entries[find(t, r, sim.EntrySettle, 2)]
		e.Cash, e.Due = e.Cash/2, e.Due/2
	})},
	"settled_more_than_is_taken_off": {audit.Settlement, "are taken off", pretended(settling, func(t *testing.T, r *sim.Record) {
		r.Log.Entries[find(t, r, sim.EntrySettle, 2)].Cash -= 10_000
	})},
	"unsettled_money_spent": {audit.Settlement, "have not settled", pretended(bridging, func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Bridge = false })},
	"sale_paid_at_once":     {audit.Settlement, "unsettled cash, and sales are paid at once", pretended(settling, func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Settle = nil })},
	"tax_not_booked": {audit.Tax, "are due and not paid", pretended(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Reserve = 20_000 },
		func(t *testing.T, r *sim.Record) { r.Mandate.Tax = lots(t) })},
	"tax_of_nobody": {audit.Tax, "more than was due", pretended(taxed, func(t *testing.T, r *sim.Record) { r.Mandate.Tax = nil })},
	"tax_a_cent_short": {audit.Tax, "are due and not paid", pretended(func(t *testing.T, p *data.Panel, m *sim.Mandate) {
		taxed(t, p, m)
		m.Terms.Reserve = 20_000
	}, func(t *testing.T, r *sim.Record) {
		i := find(t, r, sim.EntryTax, 0)
		lose(r, i, -10_000)
		r.Tally.Tax -= 10_000
		r.Tally.TaxUnpaid += 10_000
	})},
	"short_term_gain_realised": {audit.Tax, "free of a short-term gain", pretended(taxed, func(t *testing.T, r *sim.Record) { r.Mandate.Terms.KeepShort = true })},
	"over_participation": {audit.Participation, "units are traded, and the most is", pretended(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Participation = 0.2 },
		func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Participation = 0.1 })},
	"lot_broken": {audit.Lot, "a lot is", pretended(nil, func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Lot = 1 })},
	"half_lots": {audit.Lot, "a lot is", pretended(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { m.Terms.Lot = 5 },
		func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Lot = 10 })},
	"forbidden_purchase": {audit.Restriction, "no_buy is in force", pretended(ask, func(t *testing.T, r *sim.Record) {
		r.Mandate.Terms.Rules = []sim.Restriction{{Asset: 1, Rule: sim.NoBuy, From: 30, Until: 90}}
	})},
	"forbidden_sale": {audit.Restriction, "no_sell is in force", pretended(ask, func(t *testing.T, r *sim.Record) {
		r.Mandate.Terms.Rules = []sim.Restriction{{Asset: 1, Rule: sim.NoSell, From: 30, Until: 90}}
	})},
	"traded_on_hold": {audit.Restriction, "hold is in force", pretended(ask, func(t *testing.T, r *sim.Record) {
		r.Mandate.Terms.Rules = []sim.Restriction{{Asset: 3, Rule: sim.Hold, From: 30, Until: 90}}
	})},
	"locked_up_and_sold": {audit.Restriction, "are locked up", pretended(ask, func(t *testing.T, r *sim.Record) {
		r.Mandate.Terms.Rules = []sim.Restriction{{Asset: 0, Rule: sim.LockUp, From: 0, Until: 300}}
	})},
	"below_the_minimum": {audit.Minimum, "and the minimum is", pretended(ask, func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Minimum = 2000 })},
	"beyond_the_largest_turnover": {audit.Turnover, "and the most is", pretended(ask, func(t *testing.T, r *sim.Record) {
		r.Mandate.Terms.MaxTurnover = 0.01
	})},
	"missed_for_no_minimum": {audit.Reason, "not below the minimum", pretended(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) { ask(t, p, m); m.Terms.Minimum = 2000 },
		func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Minimum = 1 })},
	"missed_for_no_restriction": {audit.Reason, "no restriction was in force", pretended(
		func(t *testing.T, p *data.Panel, m *sim.Mandate) {
			ask(t, p, m)
			m.Terms.Rules = []sim.Restriction{{Asset: 1, Rule: sim.NoSell, From: 30, Until: 90}}
		},
		func(t *testing.T, r *sim.Record) { r.Mandate.Terms.Rules = nil })},
	"filled_at_a_stale_price": {audit.Causality, "it could first fill in session", func(t *testing.T) sim.Record {
		p := market(t, func(x *data.Table) { x.Stale = nil })
		m := &sim.Mandate{Targets: []float64{0.3, 0.3, 0.2, 0.2}, Terms: &sim.Terms{}}
		ask(t, p, m)
		r := own(ran(t, p, m))
		require.NoError(t, audit.Check(&r))
		r.Panel = rough(t)
		return r
	}},
}

// Faults of a market with limits are found as well.
func TestPlantedMarket(t *testing.T) {
	for _, name := range sorted(marketPlants) {
		t.Run(name, func(t *testing.T) { marketPlants[name].found(t) })
	}
}

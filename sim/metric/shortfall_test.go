package metric_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// bill is a cost of a part of the value; implicit when it is paid in the price.
type bill struct {
	rate     float64
	implicit bool
}

func (b bill) Name() string                    { return "bill" }
func (b bill) Charge(*sim.Fill) (_, _ float64) { return 0, b.rate }
func (b bill) Traits() sim.Traits              { return sim.Traits{Implicit: b.implicit} }

// sway wants something else at every n-th session, also more than the cash pays for.
type sway struct{ seed, every uint64 }

func (p sway) Watch(v *sim.View, w *sim.Watch) {
	w.Looks, w.Lo, w.Hi = v.Calendar(data.Schedule{Every: int(p.every)}), nil, nil
}

func (p sway) Decide(v *sim.View, want []float64) sim.Verdict {
	rng := rand.New(rand.NewPCG(p.seed, uint64(v.Session)))
	for i := range want {
		if want[i] = v.NAV() * 0.3 * rng.NormFloat64(); want[i] < 0 {
			want[i] = max(want[i], -v.Value[i])
		}
	}
	return sim.Verdict{Act: true, Cause: sim.CauseCalendar, Asset: -1}
}

// wander is a panel of random walks with opens.
func wander(t require.TestingT, seed uint64, assets, sessions int) *data.Panel {
	rng := rand.New(rand.NewPCG(seed, 11))
	var closes, opens []float64
	dates, symbols := make([]data.Date, sessions), make([]string, assets)
	price := make([]float64, assets)
	for i := range price {
		price[i], symbols[i] = 20+30*rng.Float64(), string(rune('A'+i))
	}
	for s := range dates {
		dates[s] = data.Date(s)
		for i := range price {
			opens = append(opens, price[i]*math.Exp(0.01*rng.NormFloat64()))
			price[i] *= math.Exp(0.02 * rng.NormFloat64())
			closes = append(closes, price[i])
		}
	}
	p, err := data.NewPanel(data.Adjusted, dates, symbols, closes, opens)
	require.NoError(t, err)
	return p
}

func equal(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1 / float64(n)
	}
	return w
}

func replayed(t require.TestingT, p *data.Panel, m *sim.Mandate) *sim.Record {
	rec := simtest.Run(t, p, m)
	require.NoError(t, rec.Err)
	return &rec
}

// Whatever the engine did, the paper book and the account differ by the sum over the
// orders, to a billionth of NAV.
func TestShortfallIsPaperLessReal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "assets")
		p := wander(t, rapid.Uint64().Draw(t, "prices"), n, rapid.IntRange(2, 80).Draw(t, "sessions"))
		m := &sim.Mandate{
			Policy: sway{rapid.Uint64().Draw(t, "wishes"), rapid.Uint64Range(1, 9).Draw(t, "every")}, Targets: equal(n), Cash: 1e6,
			Terms: &sim.Terms{
				Fill: sim.FillTime(rapid.IntRange(0, 2).Draw(t, "fill")), Delay: rapid.IntRange(0, 3).Draw(t, "delay"),
				Costs:       []sim.Cost{bill{rate: 0.002}, bill{rate: 0.001, implicit: true}},
				FreeOpening: rapid.Bool().Draw(t, "free"),
			},
		}
		if rapid.Bool().Draw(t, "flows") && p.Sessions() > 20 {
			m.Flows = []sim.Flow{{Session: 5, Amount: 50_000}, {Session: 12, Percent: -0.1}}
		}
		r := replayed(t, p, m)
		s := metric.ShortfallOf(r)
		require.InDelta(t, 0, s.Residual(), 1e-9*r.NAV[r.End-1])
		explicit, implicit, total := 0.0, 0.0, 0.0
		for i := range s.Orders {
			x := &s.Orders[i]
			explicit += x.Explicit
			implicit += x.Implicit
			total += x.Total()
			w := x.Wagner()
			require.InDelta(t, x.Total(), w.Total(), 1e-6)
		}
		require.InDelta(t, s.Total(), total, 1e-5)
		require.InDelta(t, r.Tally.Cost.Money(), explicit+implicit, 1e-6)
		require.InDelta(t, r.Tally.CostInitial.Money(), s.Initial.Total(), 1e-5, "and the rounding of values")
		require.InDelta(t, explicit, s.Explicit, 1e-6)
	})
}

// Filled at the price of the decision, in full, free: nothing falls short.
func TestNoShortfall(t *testing.T) {
	p := wander(t, 3, 3, 40)
	r := replayed(t, p, &sim.Mandate{Policy: idle{}, Targets: equal(3), Cash: 1e6, Terms: &sim.Terms{Fill: sim.SameClose}})
	s := metric.ShortfallOf(r)
	require.Zero(t, s.Delay)
	require.Zero(t, s.Opportunity)
	require.Zero(t, s.Explicit)
	require.InDelta(t, 0, s.Trading, 3e-6, "values are booked in millionths")
	require.InDelta(t, 0, s.Residual(), 1e-9*r.NAV[r.End-1])
}

// idle never trades after the opening.
type idle struct{}

func (idle) Decide(*sim.View, []float64) sim.Verdict { return sim.Verdict{} }

// told is a record told by hand: entries are given as they would be booked, NAV
// follows from them.
type told struct {
	t *testing.T
	r *sim.Record
}

// tell begins a record over closes of assets A, B, ... by session.
func tell(t *testing.T, cash float64, closes [][]float64, actions ...data.DatedAction) *told {
	table := data.Table{Kind: data.Raw, Actions: actions}
	for s, row := range closes {
		table.Dates = append(table.Dates, data.Date(s))
		table.Close = append(table.Close, row...)
	}
	for i := range closes[0] {
		table.Symbols = append(table.Symbols, string(rune('A'+i)))
	}
	p, err := data.Make(table)
	require.NoError(t, err)
	x := &told{t: t, r: &sim.Record{
		Panel: p, End: p.Sessions(), NAV: make([]float64, p.Sessions()), Log: &sim.Log{},
		Mandate: &sim.Mandate{Targets: equal(p.Assets()), Terms: &sim.Terms{Costs: []sim.Cost{bill{}, bill{implicit: true}}}},
	}}
	x.book(sim.Entry{Kind: sim.EntryCash, Order: -1, Asset: -1, Part: -1, Cash: sim.ToMicros(cash)})
	return x
}

func (x *told) book(e sim.Entry) { x.r.Log.Entries = append(x.r.Log.Entries, e) }

// holding puts shares into the account at the first close.
func (x *told) holding(asset int, shares float64) {
	x.book(sim.Entry{Kind: sim.EntryHolding, Order: -1, Asset: int16(asset), Part: -1, Units: sim.Units(shares * 1e8), Price: x.r.Panel.Close(0)[asset]})
}

// order asks for shares at the close of a session; same joins the decision before.
func (x *told) order(session, asset int, shares float64, cause sim.Cause, o sim.Order) int {
	log := x.r.Log
	if n := len(log.Decisions); n == 0 || log.Decisions[n-1].Session != int32(session) || log.Decisions[n-1].Cause != cause {
		log.Decisions = append(log.Decisions, sim.Decision{Session: int32(session), Cause: cause})
	}
	o.Decision, o.Session, o.Asset, o.Units = int32(len(log.Decisions)-1), int32(session), int16(asset), sim.Units(shares*1e8)
	if o.Filled = -1; o.Price == 0 {
		o.Price = x.r.Panel.Close(session)[asset]
	}
	log.Orders = append(log.Orders, o)
	return len(log.Orders) - 1
}

// fill trades shares (of its own session) of an order at a price; split is what one
// share of the decision has become. Money is paid now, or later when due.
func (x *told) fill(order, session int, shares, price, split float64, due bool) {
	o := &x.r.Log.Orders[order]
	e := sim.Entry{Session: int32(session), Order: int32(order), Asset: o.Asset, Part: -1, Kind: sim.EntryBuy, Units: sim.Units(shares * 1e8), Price: price}
	if shares < 0 {
		e.Kind = sim.EntrySell
	}
	if e.Cash = sim.ToMicros(-shares * price); due {
		e.Cash, e.Due = 0, e.Cash
	}
	x.book(e)
	o.Done += sim.Units(math.Round(shares / split * 1e8))
	o.Filled = int32(session)
}

func (x *told) cost(order, session, part int, money float64) {
	x.book(sim.Entry{Session: int32(session), Order: int32(order), Asset: x.r.Log.Orders[order].Asset, Part: int16(part), Kind: sim.EntryCost, Cash: sim.ToMicros(-money)})
}

func (x *told) other(kind sim.Kind, session, asset int, shares, cash, due float64) {
	x.book(sim.Entry{Session: int32(session), Order: -1, Asset: int16(asset), Part: -1, Kind: kind, Units: sim.Units(math.Round(shares * 1e8)), Cash: sim.ToMicros(cash), Due: sim.ToMicros(due)})
}

// done values the sessions and measures.
func (x *told) done() *metric.Shortfall {
	units, cash, next := make([]sim.Units, x.r.Panel.Assets()), sim.Micros(0), 0
	for s := range x.r.NAV {
		for ; next < len(x.r.Log.Entries) && int(x.r.Log.Entries[next].Session) == s; next++ {
			e := &x.r.Log.Entries[next]
			cash += e.Cash + e.Due
			if e.Asset >= 0 {
				units[e.Asset] += e.Units
			}
		}
		x.r.NAV[s] = cash.Money()
		for i, p := range x.r.Panel.Close(s) {
			x.r.NAV[s] += p * units[i].Shares()
		}
	}
	require.Equal(x.t, len(x.r.Log.Entries), next, "entries are told in order")
	s := metric.ShortfallOf(x.r)
	require.InDelta(x.t, 0, s.Residual(), 1e-9*x.r.NAV[x.r.End-1], "paper - real - sum")
	return s
}

func parts(w metric.Wagner) []float64 {
	return []float64{w.Delay, w.Trading, w.Opportunity, w.Explicit}
}

// Half of what volume allows on one day, some on the next, the rest given up; a sale
// that is paid two sessions later.
func TestShortfallOfPartsAndSettlement(t *testing.T) {
	x := tell(t, 1000, [][]float64{{10, 50}, {11, 49}, {12, 48}, {13, 47}, {14, 46}})
	x.holding(1, 10)
	buy := x.order(0, 0, 60, sim.CauseAbove, sim.Order{State: sim.StatePart, Reason: sim.ReasonTargets, First: 1, Arrival: 11, Ended: 3})
	sale := x.order(0, 1, -10, sim.CauseAbove, sim.Order{State: sim.StateFilled, First: 1, Arrival: 49, Ended: 1})
	x.fill(sale, 1, -10, 49, 1, true)
	x.cost(sale, 1, 0, 2)
	x.fill(buy, 1, 20, 11, 1, false)
	x.cost(buy, 1, 1, 3)
	x.fill(buy, 2, 15, 12, 1, false)
	x.cost(buy, 2, 0, 4)
	x.other(sim.EntrySettle, 3, -1, 0, 490, -490)
	s := x.done()
	require.InDeltaSlice(t, []float64{60, 15 + 3, 25 * 2, 4}, parts(s.Orders[buy].Wagner()), 1e-9)
	require.InDeltaSlice(t, []float64{10, 0, 0, 2}, parts(s.Orders[sale].Wagner()), 1e-9)
	require.Equal(t, []int{1, 3, -1}, []int{s.Orders[buy].First, s.Orders[buy].Ended, s.Orders[sale].Ended})
	require.InDeltaSlice(t, []float64{70, 18, 50, 6}, parts(s.Wagner), 1e-9)

	m := measured(&metric.Input{Record: x.r, PeriodsPerYear: 252})
	require.InDelta(t, 144, m["shortfall_total"], 1e-9)
	require.InDelta(t, 6, m["cost_explicit"], 1e-12)
	require.InDelta(t, 3, m["cost_implicit"], 1e-12)
	require.Equal(t, 1.0, m["missed_orders"])
	require.InDelta(t, (35*10.0+500)/(600+500), m["rebalancing_efficiency"], 1e-12)
	require.InDelta(t, 0, m["allocation_shortfall"], 1e-12, "all is in one asset either way")
	require.InDelta(t, (490+220+180)/3.0, m["mean_trade"], 1e-12)
}

// A split two for one and a dividend while the order works, and another dividend
// that the shares which were never bought missed.
func TestShortfallAcrossSplitAndDividend(t *testing.T) {
	x := tell(t, 1000, [][]float64{{10}, {11}, {6}, {7}},
		data.DatedAction{Date: 2, Split: 2, Dividend: 0.5}, data.DatedAction{Date: 3, Split: 1, Dividend: 0.25})
	buy := x.order(0, 0, 40, sim.CauseBelow, sim.Order{State: sim.StatePart, Reason: sim.ReasonCash, First: 1, Arrival: 11, Ended: 3})
	x.fill(buy, 1, 10, 11, 1, false)
	x.other(sim.EntrySplit, 2, 0, 10, 0, 0)
	x.other(sim.EntryDividend, 2, 0, 0, 10*0.5, 0)
	x.fill(buy, 2, 20, 6, 2, false)
	x.other(sim.EntryDividend, 3, 0, 0, 40*0.25, 0)
	s := x.done()
	// Trading: ten shares of the decision at 12 and 0.5 of dividend missed, against 11.
	// The rest: 20 shares that became 40 at 7, with 0.5 and twice 0.25 of dividends.
	require.InDeltaSlice(t, []float64{40, 10 * 1.5, 20 * (14 + 0.5 + 0.5 - 11), 0}, parts(s.Wagner), 1e-9)
	require.InDelta(t, 15, s.Orders[0].End, 1e-12)
}

// Orders of the batch: two are carried by one release, which counts at their mean
// price; two opposite ones cancel out and are closed at that session.
func TestShortfallOfBatchedOrders(t *testing.T) {
	x := tell(t, 1000, [][]float64{{10, 20}, {12, 21}, {14, 25}, {15, 26}}, data.DatedAction{Date: 2, Split: 1, Dividend: 0.1})
	x.holding(1, 10)
	x.order(0, 0, 3, sim.CauseCalendar, sim.Order{State: sim.StateBatched, First: -1, Ended: 2})
	x.order(0, 1, -4, sim.CauseCalendar, sim.Order{State: sim.StateMissed, Reason: sim.ReasonNetted, First: -1, Ended: 2})
	x.order(1, 0, 6, sim.CauseCalendar, sim.Order{State: sim.StateBatched, First: -1, Ended: 2})
	x.order(1, 1, 4, sim.CauseCalendar, sim.Order{State: sim.StateMissed, Reason: sim.ReasonNetted, First: -1, Ended: 2})
	release := x.order(2, 0, 9, sim.CauseBatch, sim.Order{State: sim.StateFilled, Price: (3*10 + 6*12) / 9.0, First: 3, Arrival: 15, Ended: 3})
	x.fill(release, 3, 9, 15, 1, false)
	s := x.done()
	require.True(t, s.Orders[0].Carried)
	require.InDelta(t, 0.3, s.Orders[0].Total(), 1e-12, "the dividend that paper had")
	require.InDelta(t, -4*(25-20), s.Orders[1].Total(), 1e-9)
	require.InDelta(t, 4*(25-21), s.Orders[3].Total(), 1e-9)
	require.InDelta(t, 9*15-3*10-6*12, s.Orders[release].Total(), 1e-9)

	events := metric.Events(x.r)
	require.Len(t, events, 3)
	require.InDelta(t, 80, events[0].Requested, 1e-12, "what is carried counts where it is released")
	require.Zero(t, events[0].Efficiency())
	require.Equal(t, 1.0, events[2].Efficiency())
	require.Zero(t, events[2].Allocation)
	require.InDelta(t, 0, events[0].Allocation, 1e-12, "one asset alone")
}

// What restrictions forbid, what is below the minimum, an asset whose life ends at
// nothing, and an order that the data leave open.
func TestShortfallOfWhatNeverTraded(t *testing.T) {
	x := tell(t, 1000, [][]float64{{10, 20}, {12, 18}, {14, 18}, {15, 18}})
	x.holding(0, 10)
	x.holding(1, 10)
	x.r.Mandate.Endings = []sim.Ending{{Session: 2, Asset: 1, Price: 5}}
	forbidden := x.order(0, 0, -5, sim.CauseAbove, sim.Order{State: sim.StateMissed, Reason: sim.ReasonRestricted, First: -1, Ended: 0})
	gone := x.order(1, 1, -10, sim.CauseAbove, sim.Order{State: sim.StateMissed, Reason: sim.ReasonEnded, First: -1, Ended: 2})
	x.other(sim.EntryEnd, 2, 1, -10, 50, 0)
	open := x.order(2, 0, 7, sim.CauseBelow, sim.Order{State: sim.StatePending, Reason: sim.ReasonEnd, First: -1, Ended: -1})
	s := x.done()
	require.Zero(t, s.Orders[forbidden].Total(), "given up where it was decided")
	require.InDelta(t, 10*(18-5), s.Orders[gone].Total(), 1e-9)
	require.InDelta(t, 7, s.Orders[open].Wagner().Opportunity, 1e-9)
	require.Zero(t, s.Orders[open].Wagner().Delay)

	events := metric.Events(x.r)
	require.Len(t, events, 2, "what is open is left out")
	require.InDelta(t, 1.0/3-0.2, events[0].Allocation, 1e-12)
	require.InDelta(t, 0.6, events[1].Allocation, 1e-12)
}

// Dividends that are reinvested, fractions paid as cash, taxes and flows are the
// paper book's, too.
func TestPaperSharesWhatIsNoTrade(t *testing.T) {
	x := tell(t, 1000, [][]float64{{10}, {9}, {20}, {21}},
		data.DatedAction{Date: 1, Split: 1, Dividend: 1}, data.DatedAction{Date: 2, Split: 0.5})
	x.holding(0, 101)
	buy := x.order(0, 0, 20, sim.CauseBelow, sim.Order{State: sim.StateMissed, Reason: sim.ReasonTargets, First: 1, Arrival: 9, Ended: 2})
	x.other(sim.EntryDividend, 1, 0, 0, 101, 0)
	x.other(sim.EntryReinvest, 1, 0, 4, -36, 0)
	x.other(sim.EntrySplit, 2, 0, -52.5, 0, 0)
	x.other(sim.EntryFraction, 2, 0, -0.5, 9, 0)
	x.other(sim.EntryTax, 2, -1, 0, -30, 0)
	x.other(sim.EntryFlow, 3, -1, 0, -100, 0)
	s := x.done()
	require.InDeltaSlice(t, []float64{20 * (9 + 1 - 10), 0, 20 * (20*0.5 + 1 - 10), 0}, parts(s.Orders[buy].Wagner()), 1e-9)
}

// Without a log nothing of the shortfall is known, and nothing fails.
func TestShortfallNeedsTheJournal(t *testing.T) {
	m := measured(input(t, 100, 110, 120))
	for _, key := range []string{
		"shortfall_total", "shortfall_per_year", "shortfall_delay", "shortfall_trading", "shortfall_opportunity", "shortfall_explicit", "shortfall_residual",
		"allocation_shortfall", "rebalancing_efficiency", "missed_orders", "cost_explicit", "cost_implicit", "cost_drag", "turnover_lesser_per_year", "turnover_two_way_per_year",
	} {
		v, ok := m[key]
		require.True(t, ok, key)
		require.True(t, math.IsNaN(v), "%s is %v", key, v)
	}
}

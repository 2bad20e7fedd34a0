package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InShortfall, []Measure{
	{Title: "Implementation shortfall", Unit: Money, Better: -1, Needs: NeedLog, Of: ofShortfall((*Shortfall).Total), Card: card.Card{
		Name: "shortfall_total", Doc: "final value of a paper book that takes every requested order in full at the decision's close, free of cost, minus the account's; needs the journal",
		Details: "delay + trading + opportunity + explicit, summed over orders (Perold, 1988; divided as by Wagner and Kissell). What is missed is closed on paper at the close at which it was given up, what is open at the end at the last close. Paper has the account's flows, taxes, splits, and dividends of its own shares. The initial purchase, filled at its decision's close, has costs alone.",
	}},
	{Title: "Shortfall a year", Unit: Fraction, Better: -1, Needs: NeedLog | NeedColumns, Of: perYear(func(in *Input) float64 {
		return ofShortfall((*Shortfall).Total)(in) / Mean(in.navs())
	}), Card: card.Card{
		Name: "shortfall_per_year", Doc: "implementation shortfall per year, as a fraction of mean NAV", Details: "shortfall_total / mean(NAV) / y with y = days / 365.25.",
	}},
	{Title: "Delay", Unit: Money, Better: -1, Needs: NeedLog, Of: ofShortfall(func(s *Shortfall) float64 { return s.Delay }), Card: card.Card{
		Name: "shortfall_delay", Doc: "the part of the shortfall from market moves between the decision's close and the first possible fill", Details: "sum of S (P0 - Pd): S the shares requested, P0 the market price at the first session that could fill the order, Pd the close of the decision.",
	}},
	{Title: "Trading", Unit: Money, Better: -1, Needs: NeedLog, Of: ofShortfall(func(s *Shortfall) float64 { return s.Trading }), Card: card.Card{
		Name: "shortfall_trading", Doc: "the part of the shortfall between the first possible price and the fills, including spread and impact", Details: "sum of (value of the fills - q P0) + implicit costs: q the shares executed.",
	}},
	{Title: "Opportunity", Unit: Money, Better: -1, Needs: NeedLog, Of: ofShortfall(func(s *Shortfall) float64 { return s.Opportunity }), Card: card.Card{
		Name: "shortfall_opportunity", Doc: "the part of the shortfall from shares requested and not executed", Details: "sum of (S - q)(Pn - P0): Pn the close at which the rest was given up.",
	}},
	{Title: "Explicit costs", Unit: Money, Better: -1, Needs: NeedLog, Of: ofShortfall(func(s *Shortfall) float64 { return s.Explicit }), Card: card.Card{
		Name: "shortfall_explicit", Doc: "the part of the shortfall that was billed: commissions, fees, duties",
	}},
	{Title: "Shortfall residual", Unit: Money, Needs: NeedLog, Of: ofShortfall((*Shortfall).Residual), Card: card.Card{
		Name: "shortfall_residual", Doc: "the replayed paper book minus the sum over orders: rounding, below a billionth of NAV", Details: "NAV of the paper book - NAV - shortfall_total.",
	}},
}...)

// ofShortfall is a measure of the run's shortfall, NaN without a log.
func ofShortfall(of func(*Shortfall) float64) func(*Input) float64 {
	return func(in *Input) float64 {
		if s := in.shortfall(); s != nil {
			return of(s)
		}
		return math.NaN()
	}
}

// shortfall is the run's, nil without a log; computed once in a Compute.
func (in *Input) shortfall() *Shortfall {
	if in.Record.Log == nil {
		return nil
	}
	if !in.known.open {
		return ShortfallOf(in.Record)
	}
	if in.known.shortfall == nil {
		in.known.shortfall = ShortfallOf(in.Record)
	}
	return in.known.shortfall
}

// Shortfall is a run's implementation shortfall, in money.
type Shortfall struct {
	Wagner               // summed over the orders
	Paper   float64      // NAV of the paper book at the end, replayed on its own
	Real    float64      // NAV of the account at the end
	Orders  []OrderCosts // one an order of the log
	Initial Wagner       // the initial purchase's part of the sums: its costs
}

// Residual is what the paper book says beyond the sum over the orders.
func (s *Shortfall) Residual() float64 { return s.Paper - s.Real - s.Total() }

// OrderCosts is the execution of an order of a log. Its prices have the dividends
// since the decision added, for the paper book holds the shares from then on.
type OrderCosts struct {
	Execution
	Carried bool // a later order carries its shares: what it shows is the dividends until then
	First   int  // session of the arrival price, -1: it never came to a fill
	Ended   int  // session of the end price, -1: nothing was left to give up
}

// ShortfallOf folds a record, which must have a log.
func ShortfallOf(r *sim.Record) *Shortfall {
	done := executed(r)
	s := &Shortfall{Real: r.NAV[r.End-1], Paper: paperNAV(r, done), Orders: make([]OrderCosts, len(r.Log.Orders))}
	for i := range s.Orders {
		s.Orders[i].begin(&r.Log.Orders[i], done[i])
	}
	for i := range r.Log.Entries {
		if e := &r.Log.Entries[i]; e.Order >= 0 {
			s.Orders[e.Order].book(r, &r.Log.Orders[e.Order], e)
		}
	}
	for i := range s.Orders {
		o, x := &r.Log.Orders[i], &s.Orders[i]
		x.judge(r, o)
		s.add(x.Wagner())
		if r.Log.Decisions[o.Decision].Cause == sim.CauseOpening {
			s.Initial.add(x.Wagner())
		}
	}
	return s
}

// executed are the shares of each order that were traded, in shares of its decision.
// After a split they are not whole units, and lots may have cut some off an order
// that counts as filled: so they are counted from the entries.
func executed(r *sim.Record) []float64 {
	done, split := make([]float64, len(r.Log.Orders)), make([]bool, len(r.Log.Orders))
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Kind != sim.EntryBuy && e.Kind != sim.EntrySell {
			continue
		}
		o := &r.Log.Orders[e.Order]
		by, _ := since(r.Panel, int(o.Asset), int(o.Session), int(e.Session))
		done[e.Order] += e.Units.Shares() / by
		split[e.Order] = split[e.Order] || by != 1
	}
	for i := range done {
		if !split[i] {
			done[i] = r.Log.Orders[i].Done.Shares()
		}
	}
	return done
}

func (x *OrderCosts) begin(o *sim.Order, done float64) {
	x.Shares, x.Done, x.Decision = o.Units.Shares(), done, o.Price
	x.Carried, x.First, x.Ended = o.State == sim.StateBatched, -1, -1
}

// book adds a fill, with the dividends that it came too late for, or a cost.
func (x *OrderCosts) book(r *sim.Record, o *sim.Order, e *sim.Entry) {
	cash := (e.Cash + e.Due).Money()
	switch e.Kind {
	case sim.EntryBuy, sim.EntrySell:
		split, dividends := since(r.Panel, int(o.Asset), int(o.Session), int(e.Session))
		x.Paid += -cash + float64(e.Units.Shares()/split*dividends)
	case sim.EntryCost:
		if Implicit(r, int(e.Part)) {
			x.Implicit -= cash
		} else {
			x.Explicit -= cash
		}
	}
}

// judge finds the arrival and the end price.
func (x *OrderCosts) judge(r *sim.Record, o *sim.Order) {
	asset, decided := int(o.Asset), int(o.Session)
	switch {
	case x.Carried: // the order that carries it has its price
		x.Arrival = x.Decision
	case o.Arrival > 0 && o.First >= o.Session:
		_, dividends := since(r.Panel, asset, decided, int(o.First))
		x.Arrival, x.First = o.Arrival+dividends, int(o.First)
	case x.Done != 0: // the fill itself is the first price there was
		_, dividends := since(r.Panel, asset, decided, int(o.Filled))
		x.Arrival, x.First = o.Fill+dividends, int(o.Filled)
	default: // no market was reached: all is opportunity
		x.Arrival = x.Decision
	}
	if x.Rest() == 0 {
		x.End = x.Arrival
		return
	}
	x.Ended = ended(r, o)
	if k := endingOf(r, o, x.Ended); k >= 0 {
		end := &r.Mandate.Endings[k]
		x.Ended = end.Session
		split, dividends := since(r.Panel, asset, decided, end.Session)
		x.End = float64(end.Price*split) + dividends
		return
	}
	split, dividends := since(r.Panel, asset, decided, x.Ended)
	x.End = float64(r.Panel.Close(x.Ended)[asset]*split) + dividends
	if x.Carried {
		x.End = x.Decision + dividends
	}
}

// ended is the session at whose close the paper book closes what an order missed.
func ended(r *sim.Record, o *sim.Order) int {
	if o.State == sim.StatePending || o.State == sim.StateQueued || o.Ended < 0 {
		return r.End - 1
	}
	return int(max(o.Ended, o.Filled, o.Session))
}

// endingOf is the place among the mandate's endings of the one that took the asset
// of an order away after its decision, up to a session; -1: none.
func endingOf(r *sim.Record, o *sim.Order, until int) int {
	for k := range r.Mandate.Endings {
		if e := &r.Mandate.Endings[k]; e.Asset == int(o.Asset) && e.Session > int(o.Session) && e.Session <= until {
			return k
		}
	}
	return -1
}

package metric

import (
	"math"

	"evenkeel/sim"
)

// Contribution is what one asset did for the account over a stretch of sessions,
// in money. Start is worth what was held at the close before the stretch.
type Contribution struct {
	Start, End   float64 // value of what is held
	Bought, Sold float64 // value traded, without costs; dividends reinvested are bought, fractions paid as cash and the end of a life sold
	Dividends    float64 // cash, reinvested or not
	Cost         float64 // of its trades, 0 or more

	Part     float64 // of the account's time-weighted return, without costs
	CostPart float64 // what costs took of it, 0 or less
}

// Price is what the change of prices brought.
func (c *Contribution) Price() float64 { return c.End - c.Start + c.Sold - c.Bought }

// Gain is price and dividends less costs.
func (c *Contribution) Gain() float64 { return c.Price() + c.Dividends - c.Cost }

// Attribution divides what an account's NAV did over a stretch of sessions: End -
// Start = the sum of the assets' Gain + Flows - Tax, and Return = the sum of their
// Part and CostPart + TaxPart, up to the rounding of sums.
//
// A part is the sum over sessions of what was gained at NAV of the session before,
// times the growth of the time-weighted index up to there; without flows it is the
// gain over Start. Costs of a session at which money came in count as far as the money
// there before bears them. Return and parts are NaN when no session has a return.
type Attribution struct {
	Year        int            // the calendar year; 0: the whole run
	First, Last int            // sessions of the panel: NAV is taken after both
	Start, End  float64        // NAV
	Flows       float64        // deposits less withdrawals
	Tax         float64        // paid, 0 or more
	TaxPart     float64        // what taxes took of the return, 0 or less
	Return      float64        // time-weighted
	Assets      []Contribution // by asset of the panel
}

// Contributions divide a run's result, from NAV after the first session, whose
// initial purchase does not count, to the last. The record must have a log.
func Contributions(r *sim.Record) Attribution {
	return attributions(r, []Period{{First: r.First, End: r.End}})[0]
}

// YearlyContributions divide the result of each calendar year, see Years. Their
// money adds up to that of Contributions. The record must have a log.
func YearlyContributions(r *sim.Record) []Attribution { return attributions(r, cut(r, false)) }

func attributions(r *sim.Record, periods []Period) []Attribution {
	w := &walk{r: r, units: make([]sim.Units, r.Panel.Assets()), value: make([]float64, r.Panel.Assets())}
	w.begin()
	all := make([]Attribution, len(periods))
	for k, p := range periods {
		a := &all[k]
		*a = Attribution{Year: p.Year, First: max(p.First-1, r.First), Last: p.End - 1, Assets: make([]Contribution, len(w.units))}
		a.Start, a.End = r.NAV[a.First], r.NAV[a.Last]
		for i, v := range w.value {
			a.Assets[i].Start = v
		}
		grown := 1.0
		none := true
		for s := a.First + 1; s <= a.Last; s++ {
			if growth := w.session(s, grown, a); growth == growth {
				grown *= growth
				none = false
			}
		}
		a.Return = grown - 1
		for i, v := range w.value {
			a.Assets[i].End = v
		}
		if none {
			a.unreturned()
		}
	}
	return all
}

// unreturned has no return to divide.
func (a *Attribution) unreturned() {
	nan := math.NaN()
	a.Return, a.TaxPart = nan, nan
	for i := range a.Assets {
		a.Assets[i].Part, a.Assets[i].CostPart = nan, nan
	}
}

// walk follows a journal, session by session.
type walk struct {
	r     *sim.Record
	next  int
	units []sim.Units
	value []float64 // of the units at the last close
}

// begin is the close of the first session.
func (w *walk) begin() {
	log := w.r.Log
	for ; w.next < len(log.Entries) && int(log.Entries[w.next].Session) <= w.r.First; w.next++ {
		if e := &log.Entries[w.next]; e.Asset >= 0 {
			w.units[e.Asset] += e.Units
		}
	}
	for i, p := range w.r.Panel.Close(w.r.First) {
		w.value[i] = float64(w.units[i].Shares() * p)
	}
}

// session adds what a session brought to an account that has grown so much, and gives
// the growth of the session, NaN without a return and after ruin. A unit of money gained in it is a part of the return: of
// NAV of the session before; of a session without a return, and after ruin, none. Of
// costs it is less when money came in that bears its own.
func (w *walk) session(s int, grown float64, a *Attribution) float64 {
	log, flows := w.r.Log, 0.0
	growth, part := growthAt(w.r, s), grown/w.r.NAV[s-1]
	if growth != growth || s >= endOf(w.r) {
		growth, part = math.NaN(), 0
	}
	borne := part
	if part != 0 {
		borne *= borneAt(w.r, s)
	}
	for ; w.next < len(log.Entries) && int(log.Entries[w.next].Session) <= s; w.next++ {
		e := &log.Entries[w.next]
		cash := float64((e.Cash + e.Due).Money()) // rounded, before it is added to anything
		switch e.Kind {
		case sim.EntryFlow:
			flows += cash
		case sim.EntryTax:
			a.Tax -= cash
			a.TaxPart += float64(cash * part)
		}
		if e.Asset < 0 {
			continue
		}
		w.units[e.Asset] += e.Units
		a.Assets[e.Asset].book(e.Kind, cash, part, borne)
	}
	a.Flows += flows
	for i, p := range w.r.Panel.Close(s) {
		v := float64(w.units[i].Shares() * p)
		a.Assets[i].Part += float64((v - w.value[i]) * part)
		w.value[i] = v
	}
	return growth
}

// book adds one movement of money of the asset; borne is a unit's part when it is a cost.
func (c *Contribution) book(kind sim.Kind, cash, part, borne float64) {
	switch kind {
	case sim.EntryCost:
		c.Cost -= cash
		c.CostPart += float64(cash * borne)
		return
	case sim.EntryDividend:
		c.Dividends += cash
	case sim.EntryBuy, sim.EntryReinvest:
		c.Bought -= cash
	default:
		c.Sold += cash
	}
	c.Part += float64(cash * part)
}

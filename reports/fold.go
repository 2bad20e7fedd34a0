package reports

import (
	"evenkeel/sim"
)

// books follow a record's journal: what the account held at a moment.
type books struct {
	r     *sim.Record
	next  int // entry
	Cash  sim.Micros
	Units []sim.Units
	w     []float64
}

func newBooks(r *sim.Record) *books {
	n := r.Panel.Assets()
	return &books{r: r, Units: make([]sim.Units, n), w: make([]float64, n)}
}

// close moves to the close of session s, after the session's own trades.
func (b *books) close(s int) { b.move(s, s+1) }

// look moves to what the look of session s sees: fills of earlier decisions are
// in, those of its own decision are not.
func (b *books) look(s int) { b.move(s, s) }

// move books the entries up to session s whose decision was made before session
// own. Sessions must not go back.
func (b *books) move(s, own int) {
	for ; b.next < len(b.r.Log.Entries); b.next++ {
		e := &b.r.Log.Entries[b.next]
		if int(e.Session) > s || int(e.Session) == s && b.decided(e) >= own {
			return
		}
		b.Cash += e.Cash
		if e.Asset >= 0 {
			b.Units[e.Asset] += e.Units
		}
	}
}

// decided is the session of the decision behind an entry.
func (b *books) decided(e *sim.Entry) int {
	if e.Order < 0 {
		return int(e.Session)
	}
	return int(b.r.Log.Orders[e.Order].Session)
}

// worth is cash and shares at prices, summed as the engine sums them.
func (b *books) worth(prices []float64) float64 {
	sum := b.Cash.Money()
	for i, p := range prices {
		sum += float64(p * b.Units[i].Shares())
	}
	return sum
}

// weights are v/I at prices, NaN when nothing is invested; valid until the next
// call.
func (b *books) weights(prices []float64) []float64 {
	sum := 0.0
	for i, p := range prices {
		b.w[i] = float64(p * b.Units[i].Shares())
		sum += b.w[i]
	}
	for i := range b.w {
		b.w[i] /= sum
	}
	return b.w
}

// event is one rebalance: a decision, without the initial purchase, that placed
// orders, with what they came to.
type event struct {
	*sim.Decision
	Filled       int // session of the fill, -1: not filled
	Trades       int
	Bought, Sold sim.Micros
	Cost         sim.Micros
	Turnover     float64 // one-way, of NAV at the fill session before its first trade
}

// events are a record's rebalances in order; none without a log.
func events(r *sim.Record) []event {
	if r.Log == nil {
		return nil
	}
	var all []event
	at := make([]int, len(r.Log.Decisions)) // place in all, by decision
	for i := range r.Log.Decisions {
		d := &r.Log.Decisions[i]
		at[i] = -1
		if d.State == sim.StateTraded && d.Cause != sim.CauseOpening {
			at[i] = len(all)
			all = append(all, event{Decision: d, Filled: -1})
		}
	}
	b := newBooks(r)
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Order < 0 {
			continue
		}
		o := &r.Log.Orders[e.Order]
		k := at[o.Decision]
		if k < 0 {
			continue
		}
		v := &all[k]
		if v.Filled < 0 {
			v.Filled = int(e.Session)
			b.before(i)
			v.Turnover = 1 / b.worth(fillPrices(r, v.Filled))
		}
		v.book(e)
	}
	for i := range all {
		v := &all[i]
		if v.Filled >= 0 {
			v.Turnover *= (v.Bought + v.Sold).Money() / 2
		}
	}
	return all
}

// before moves to the moment before entry i.
func (b *books) before(i int) {
	for ; b.next < i; b.next++ {
		e := &b.r.Log.Entries[b.next]
		b.Cash += e.Cash
		if e.Asset >= 0 {
			b.Units[e.Asset] += e.Units
		}
	}
}

func (v *event) book(e *sim.Entry) {
	switch e.Kind {
	case sim.EntryBuy:
		v.Bought -= e.Cash
		v.Trades++
	case sim.EntrySell:
		v.Sold += e.Cash
		v.Trades++
	case sim.EntryCost:
		v.Cost -= e.Cash
	}
}

// fillPrices are the prices at which orders fill in session s.
func fillPrices(r *sim.Record, s int) []float64 {
	if r.Mandate.Terms.Fill == sim.NextOpen {
		return r.Panel.Open(s)
	}
	return r.Panel.Close(s)
}

// unfunded are a record's triggers that led to no order.
func unfunded(r *sim.Record) []*sim.Decision {
	if r.Log == nil {
		return nil
	}
	var all []*sim.Decision
	for i := range r.Log.Decisions {
		if d := &r.Log.Decisions[i]; d.State == sim.StateUnfunded && d.Cause != sim.CauseOpening {
			all = append(all, d)
		}
	}
	return all
}

package run

import (
	"slices"

	"evenkeel/sim"
)

// Books follow a record's journal: what the account held at a moment.
type Books struct {
	r     *sim.Record
	next  int        // entry
	Cash  sim.Micros // settled and unsettled
	Units []sim.Units
	w     []float64
}

// NewBooks returns the books of a record before its first entry.
func NewBooks(r *sim.Record) *Books {
	n := r.Panel.Assets()
	return &Books{r: r, Units: make([]sim.Units, n), w: make([]float64, n)}
}

// Close moves to the close of session s, after the session's own trades.
func (b *Books) Close(s int) { b.move(s, s+1) }

// Look moves to what the look of session s sees: deposits and the fills of earlier
// decisions are in, those of its own decision are not. Shares are exact; cash may
// lack a payment that follows the decision at the same close.
func (b *Books) Look(s int) { b.move(s, s) }

// move books the entries up to session s, in session s those before the first of
// an order decided in session own or later. Sessions must not go back.
func (b *Books) move(s, own int) {
	for ; b.next < len(b.r.Log.Entries); b.next++ {
		e := &b.r.Log.Entries[b.next]
		if int(e.Session) > s || int(e.Session) == s && e.Order >= 0 && int(b.r.Log.Orders[e.Order].Session) >= own {
			return
		}
		b.Cash += e.Cash + e.Due
		if e.Asset >= 0 {
			b.Units[e.Asset] += e.Units
		}
	}
}

// worth is cash and shares at prices, summed as the engine sums them.
func (b *Books) worth(prices []float64) float64 {
	return b.invested(prices) + b.Cash.Money()
}

// invested fills w with the value of each asset at prices and returns their sum.
func (b *Books) invested(prices []float64) float64 {
	for i, p := range prices {
		b.w[i] = float64(p * b.Units[i].Shares())
	}
	return sim.SumOf(b.w)
}

// Weights are v/I at prices, NaN when nothing is invested; valid until the next
// call.
func (b *Books) Weights(prices []float64) []float64 {
	sum := b.invested(prices)
	for i := range b.w {
		b.w[i] /= sum
	}
	return b.w
}

// event is one decision, without the initial purchase, that placed orders, with
// what they came to: a rebalance, trades for a flow, what is bought at its listing,
// a release of the batch.
type event struct {
	*sim.Decision
	Filled       int // session of the fill, -1: not filled
	Trades       int
	Bought, Sold sim.Micros
	Cost         sim.Micros
}

// isFlow reports whether a decision is trading for a flow, and no look.
func isFlow(d *sim.Decision) bool {
	return d.Cause == sim.CauseDeposit || d.Cause == sim.CauseWithdrawal
}

// Rebalances are a record's triggers that placed orders, in order; none without a log.
func Rebalances(r *sim.Record) []event {
	return slices.DeleteFunc(events(r), func(v event) bool { return !v.Cause.OfPolicy() })
}

// events are a record's decisions that placed orders, in order; none without a log.
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
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Order < 0 {
			continue
		}
		if k := at[r.Log.Orders[e.Order].Decision]; k >= 0 {
			all[k].book(e)
		}
	}
	return all
}

func (v *event) book(e *sim.Entry) {
	v.Filled = int(e.Session)
	switch e.Kind {
	case sim.EntryBuy:
		v.Bought -= e.Cash + e.Due
		v.Trades++
	case sim.EntrySell:
		v.Sold += e.Cash + e.Due
		v.Trades++
	case sim.EntryCost:
		v.Cost -= e.Cash + e.Due
	}
}

// unfunded are a record's triggers that led to no order.
func unfunded(r *sim.Record) []*sim.Decision {
	if r.Log == nil {
		return nil
	}
	var all []*sim.Decision
	for i := range r.Log.Decisions {
		if d := &r.Log.Decisions[i]; d.State == sim.StateUnfunded && d.Cause.OfPolicy() {
			all = append(all, d)
		}
	}
	return all
}

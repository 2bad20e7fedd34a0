package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InAllocation, []Measure{
	{Title: "Allocation shortfall", Unit: Fraction, Better: -1, Needs: NeedLog, Of: func(in *Input) float64 {
		return meanOf(in.events(), func(e *Event) float64 { return e.Allocation })
	}, Card: card.Card{
		Name: "allocation_shortfall", Doc: "mean over rebalances of half the sum of |requested - achieved| weights after execution: the part of the portfolio that is not where it was asked to be; not the implementation shortfall, though some give it that name; needs the journal",
		Details: "Weights at the decision's closes, of the holdings with all orders filled as requested, and of the actual holdings. Trades for flows count, the initial purchase does not; orders open at the end and those in the batch are left out.",
	}},
	{Title: "Rebalancing efficiency", Unit: Fraction, Better: 1, Needs: NeedLog, Of: func(in *Input) float64 {
		if in.Record.Log == nil {
			return math.NaN()
		}
		return Efficiency(in.Record, in.Looks)
	}, Card: card.Card{
		Name: "rebalancing_efficiency", Doc: "part of the value requested that was executed; needs the journal",
		Details: "sum min(|executed|, |requested|) / sum |requested| at decision prices, over the orders that allocation_shortfall counts. A request with no fill counts once, with the largest amount requested, until a decision fills part of it or the policy no longer requests it.",
	}},
	{Title: "Missed orders", Unit: Count, Better: -1, Needs: NeedLog, Of: func(in *Input) float64 {
		log := in.Record.Log
		if log == nil {
			return math.NaN()
		}
		n := 0
		for i := range log.Orders {
			if s := log.Orders[i].State; s == sim.StateMissed || s == sim.StatePart {
				n++
			}
		}
		return float64(n)
	}, Card: card.Card{
		Name: "missed_orders", Doc: "orders that were filled in part or not at all; needs the journal",
	}},
}...)

func meanOf(events []Event, of func(*Event) float64) float64 {
	sum := 0.0
	for i := range events {
		sum += of(&events[i])
	}
	return sum / float64(len(events))
}

// events are the run's, none without a log; folded once in a Compute.
func (in *Input) events() []Event {
	if in.Record.Log == nil {
		return nil
	}
	if !in.known.open {
		return Events(in.Record)
	}
	if !in.known.folded {
		in.known.events, in.known.folded = Events(in.Record), true
	}
	return in.known.events
}

// Event is what became of the orders of one decision.
type Event struct {
	Decision   int     // place in the log
	Requested  float64 // sum of |shares| x close of the decision, in money
	Executed   float64 // likewise of what was executed, no order beyond its request
	Allocation float64 // half the sum of |requested - achieved| weights
}

// Efficiency is the executed part of the requested value; NaN when that is nothing.
func (e *Event) Efficiency() float64 { return e.Executed / e.Requested }

// Events are the decisions of a record with a log that placed orders which came to
// an end, without the initial purchase. Orders that a later one carries count there.
func Events(r *sim.Record) []Event {
	f := &holdings{r: r, units: make([]sim.Units, r.Panel.Assets())}
	asked, got := make([]float64, len(f.units)), make([]float64, len(f.units))
	var all []Event
	orders := r.Log.Orders
	for from := 0; from < len(orders); {
		end := from
		for end < len(orders) && orders[end].Decision == orders[from].Decision {
			end++
		}
		batch := orders[from:end]
		from = end
		if r.Log.Decisions[batch[0].Decision].Cause == sim.CauseOpening {
			continue
		}
		s := int(batch[0].Session)
		prices := r.Panel.Close(s)
		f.until(s)
		for i, u := range f.units {
			asked[i] = prices[i] * u.Shares()
			got[i] = asked[i]
		}
		e := Event{Decision: int(batch[0].Decision)}
		for i := range batch {
			e.count(&batch[i], prices, asked, got)
		}
		if e.Requested > 0 {
			e.Allocation = apart(asked, got)
			all = append(all, e)
		}
	}
	return all
}

func (e *Event) count(o *sim.Order, prices, asked, got []float64) {
	switch o.State {
	case sim.StatePending, sim.StateQueued, sim.StateBatched:
		return
	}
	want, done := math.Abs(o.Units.Shares()), math.Abs(o.Done.Shares())
	price := prices[o.Asset] // a release's own is a mean, which opposite orders can turn below 0
	e.Requested += float64(want * price)
	e.Executed += float64(min(done, want) * price)
	asked[o.Asset] += float64(o.Units.Shares() * prices[o.Asset])
	got[o.Asset] += float64(o.Done.Shares() * prices[o.Asset])
}

// apart is half the sum of the differences of two portfolios' weights; the weights
// of nothing are 0.
func apart(a, b []float64) float64 {
	whole := func(values []float64) float64 {
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		if sum > 0 {
			return sum
		}
		return math.Inf(1)
	}
	inA, inB, sum := whole(a), whole(b), 0.0
	for i := range a {
		sum += math.Abs(a[i]/inA - b[i]/inB)
	}
	return sum / 2
}

// holdings follow a journal up to what a decision saw.
type holdings struct {
	r     *sim.Record
	next  int
	units []sim.Units
}

// until books the entries before those of the orders decided at session s.
func (h *holdings) until(s int) {
	log := h.r.Log
	for ; h.next < len(log.Entries); h.next++ {
		e := &log.Entries[h.next]
		if int(e.Session) > s || int(e.Session) == s && e.Order >= 0 && int(log.Orders[e.Order].Session) >= s {
			return
		}
		if e.Asset >= 0 {
			h.units[e.Asset] += e.Units
		}
	}
}

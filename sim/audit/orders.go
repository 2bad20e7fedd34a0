package audit

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// orders checks that every order holds what its fills did, and that what was not
// filled has a reason that holds.
func (c *checker) orders() error {
	for j := range c.r.Log.Orders {
		o, f := &c.r.Log.Orders[j], &c.fills[j]
		if int(o.Decision) < 0 || int(o.Decision) >= len(c.rounds) || o.Asset < 0 || o.Units == 0 {
			return c.breach(Order, "order %d is of %d units of asset %d for decision %d", j, o.Units, o.Asset, o.Decision)
		}
		c.s = int(o.Session)
		if err := c.executed(j, o, f); err != nil {
			return err
		}
		if why := c.excuse(o, f); why != "" {
			c.s = max(c.r.First, int(max(o.Session, o.Ended)))
			return c.breach(Reason, "order %d of %d units of %s, %d done, is %s (%s): %s", j, o.Units, c.p.Symbols()[o.Asset], o.Done, o.State, o.Reason, why)
		}
	}
	return nil
}

// executed compares an order with its fills.
func (c *checker) executed(j int, o *sim.Order, f *filled) error {
	d := &c.r.Log.Decisions[o.Decision]
	if d.Session != o.Session {
		return c.breach(Order, "order %d is of session %d, its decision of session %d", j, o.Session, d.Session)
	}
	if close := c.p.Close(c.s)[o.Asset]; o.Price != close && c.t.Batch == nil {
		return c.breach(Order, "order %d is decided at %v, and the close is %v", j, o.Price, close)
	}
	exact := f.splits == 0 && o.Done == f.units // beyond 2^53 the sum of floats is not
	if !exact && math.Abs(float64(o.Done)-f.done) > c.inexact(f) {
		return c.breach(Order, "order %d has %d units done, and its fills %.0f", j, o.Done, f.done)
	}
	if o.Done != 0 && (o.Done > 0) != (o.Units > 0) || abs(o.Done) > abs(o.Units) {
		return c.breach(Order, "order %d of %d units has %d done", j, o.Units, o.Done)
	}
	if f.fills == 0 {
		if o.Filled >= 0 || o.Fill != 0 {
			return c.breach(Order, "order %d has no fill, and is said to fill in session %d at %v", j, o.Filled, o.Fill)
		}
		return nil
	}
	if o.Filled != f.last {
		return c.breach(Order, "order %d last fills in session %d, and says session %d", j, f.last, o.Filled)
	}
	// The mean price is of values that are rounded to a millionth each, and of shares
	// that are rounded once more after a split: by as much the prices weigh more or less.
	rounding := 1e-6*float64(f.fills)/(math.Abs(f.done)*1e-8) + c.inexact(f)/math.Abs(f.done)*max(o.Fill, f.high)
	if mean := f.value / (math.Abs(f.done) * 1e-8); math.Abs(o.Fill-mean) > 1e-9*mean+rounding {
		return c.breach(Order, "order %d fills at %v on the mean, and says %v", j, mean, o.Fill)
	}
	if o.First >= 0 {
		c.s = int(o.First)
		want := c.market(int(o.Asset), c.isOpening(o)) * c.ratio(int(o.Session), c.s, int(o.Asset))
		if !near(o.Arrival, want) {
			return c.breach(Order, "order %d meets %v when it can first be filled, and says %v", j, want, o.Arrival)
		}
	}
	return nil
}

// excuse returns what is wrong with the state and the reason of an order; "" when
// they hold.
func (c *checker) excuse(o *sim.Order, f *filled) string {
	full, some := o.Done == o.Units, o.Done != 0
	switch o.State {
	case sim.StateFilled:
		if !full || o.Reason != sim.ReasonNone {
			return "an order is filled when all of it is, without a reason"
		}
		return ""
	case sim.StatePart:
		if full || !some {
			return "an order is part when some of it is filled"
		}
	case sim.StateMissed:
		if some {
			return "an order is missed when nothing of it is filled"
		}
	case sim.StatePending:
		if full || o.Reason != sim.ReasonEnd {
			return "an order is pending when the data end before it is filled"
		}
	case sim.StateQueued, sim.StateBatched:
		if some || c.t.Batch == nil {
			return "only an order that waits in a batch is queued or batched"
		}
		return ""
	default:
		return "orders do not end so"
	}
	return c.because(o, f)
}

// because checks a reason against what the terms and the journal say.
func (c *checker) because(o *sim.Order, f *filled) string {
	buy, asset := o.Units > 0, int(o.Asset)
	need := func(ok bool, what string) string {
		if ok {
			return ""
		}
		return what
	}
	// What turnover or a restriction cut first may then be below the minimum or a lot.
	cut := c.t.MaxTurnover > 0 || len(c.t.Rules) > 0 || c.t.KeepShort
	switch o.Reason {
	case sim.ReasonNone:
		return "what is not filled has a reason"
	case sim.ReasonCash:
		if !buy {
			return "a sale needs no cash"
		}
		return need(!c.affordable(o), "the cash would have paid for the rest")
	case sim.ReasonCost:
		return need(!buy && len(c.t.Costs) > 0, "a sale costs nothing")
	case sim.ReasonEnd:
		return need(o.Ended == -1, "it ended before the data")
	case sim.ReasonTargets:
		for _, x := range c.m.Changes {
			if x.Session == int(o.Ended) {
				return ""
			}
		}
		return "the targets did not change in the session at which it ended"
	case sim.ReasonMinimum:
		return need(c.t.Minimum > 0 && (cut || abs(o.Units).Shares()*o.Price < c.t.Minimum*(1+1e-12)), "it is not below the minimum")
	case sim.ReasonRestricted:
		for _, r := range c.t.Rules {
			inForce := r.Asset == asset && int(o.Session) >= r.From && int(o.Session) < r.Until
			if inForce && (r.Rule == sim.Hold || buy == (r.Rule == sim.NoBuy)) {
				return ""
			}
		}
		return need(!c.p.Fresh(int(o.Session), asset), "no restriction was in force")
	case sim.ReasonTurnover:
		return need(c.t.MaxTurnover > 0, "no turnover is too much")
	case sim.ReasonLot:
		rest := float64(abs(o.Units) - abs(o.Done))
		return need(c.lot > 1 && cut || rest < c.oddLots(o)+c.inexact(f), "the rest is not less than a lot")
	case sim.ReasonTax:
		return need(!buy && c.t.KeepShort && c.m.Tax != nil, "gains may be realised")
	case sim.ReasonNetted:
		return need(c.t.Batch != nil, "there is no batch to net it")
	case sim.ReasonEnded:
		for _, x := range c.m.Endings {
			if x.Asset == asset && x.Session >= int(o.Session) && x.Session == int(o.Ended) {
				return ""
			}
		}
		return "the asset's life did not end"
	}
	return "the books did not end"
}

// affordable reports whether the settled cash after the fills of the session at which
// the order ended would have paid for all of the rest. Where cash belongs to somebody
// or something else it says no.
func (c *checker) affordable(o *sim.Order) bool {
	s := int(o.Ended)
	waits := func(l sim.Listing) bool { return l.Session >= min(s, int(o.Session)+1) } // its share stayed cash at the decision
	if s < 0 || len(c.m.Flows) > 0 || c.m.Tax != nil || c.t.ReserveFraction > 0 || !c.p.Fresh(s, int(o.Asset)) || slices.ContainsFunc(c.m.Listings, waits) {
		return false
	}
	was := c.s
	c.s = s
	defer func() { c.s = was }()
	price := c.market(int(o.Asset), c.isOpening(o))
	rest := (o.Units - o.Done).Shares() * c.ratio(int(o.Session), s, int(o.Asset))
	spare := c.closing[s-c.r.First].Money() - c.t.Reserve
	d := &c.rounds[o.Decision]
	if d.last == s {
		spare = d.cash.Money() - c.t.Reserve
	} else if c.t.Fill == sim.SameClose {
		return false
	}
	need := rest * price
	for _, cost := range c.t.Costs {
		e := sim.Entry{Session: int32(s), Asset: o.Asset, Kind: sim.EntryBuy, Price: price, Cash: sim.ToMicros(min(need, sim.MaxMoney))}
		c.fillOf(&e)
		fixed, rate := cost.Charge(&c.fill)
		need += fixed + float64(rate*c.fill.Value)
	}
	room := sim.Dust // a unit more of what was bought, at the prices and the costs of this session
	for i := range c.h {
		room += c.market(i, c.isOpening(o)) * max(c.lot, 1).Shares() * (1 + d.costly)
	}
	if c.sized { // the scaled costs are found in a few steps, which end near
		room += 2e-6 * d.turnover * d.least
	}
	return need > 0 && spare > need+sim.Dust+room
}

// inexact is how far what an order has done may be from its fills, in units of the
// decision: nothing, but after splits the rounding of each, and the part of a lot that a split
// makes of what is left and nobody can trade.
func (c *checker) inexact(f *filled) float64 {
	if f.splits == 0 {
		return 0
	}
	off := 1e-9*math.Abs(f.done) + float64(f.fills) + float64(f.splits)/f.least
	if c.lot > 1 {
		off += 2 * float64(c.lot) / f.least // of what was left and of what is held
	}
	return off
}

func abs(u sim.Units) sim.Units { return max(u, -u) }

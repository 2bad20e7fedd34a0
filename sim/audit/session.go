package audit

import (
	"math"

	"evenkeel/sim"
)

// The steps of a session.
const (
	stageOpening = iota
	stageActions
	stageSettle
	stageTax
	stageFlow
	stageFills
)

// stages are the steps that entries of a kind belong to.
var stages = [...]int{
	sim.EntryCash: stageOpening, sim.EntryHolding: stageOpening,
	sim.EntrySplit: stageActions, sim.EntryFraction: stageActions, sim.EntryDividend: stageActions, sim.EntryReinvest: stageActions, sim.EntryEnd: stageActions,
	sim.EntrySettle: stageSettle, sim.EntryTax: stageTax, sim.EntryFlow: stageFlow,
	sim.EntryBuy: stageFills, sim.EntrySell: stageFills, sim.EntryCost: stageFills,
}

// session checks the entries of session s, that nothing is missing among them, and
// the NAV after them.
func (c *checker) session(s int) error {
	c.s, c.at, c.stage = s, -1, stageOpening
	entries := c.r.Log.Entries
	from := c.next
	for c.next < len(entries) && int(entries[c.next].Session) == s {
		c.next++
	}
	if c.next < len(entries) && int(entries[c.next].Session) < s {
		c.at = c.next
		return c.breach(Sequence, "an entry of an earlier session")
	}
	if s == c.r.First || c.next > from || c.expects(s) {
		copy(c.was, c.units)
		if err := c.step(from, c.next); err != nil {
			return err
		}
	}
	if err := c.kept(); err != nil {
		return err
	}
	c.closing[s-c.r.First] = c.cash
	if err := c.waiting(s); err != nil {
		return err
	}
	return c.nav()
}

// expects reports whether something must be booked in session s.
func (c *checker) expects(s int) bool {
	actions := c.p.Actions()
	return c.nextAction < len(actions) && actions[c.nextAction].Session <= s ||
		c.nextEnding < len(c.m.Endings) && c.m.Endings[c.nextEnding].Session <= s ||
		c.nextFlow < len(c.m.Flows) && c.m.Flows[c.nextFlow].Session <= s ||
		c.maturing != nil && c.maturing[s] != 0 || c.tax.next <= s
}

// step checks entries [from, to), which are all of the session's.
func (c *checker) step(from, to int) error {
	c.tax.due, c.isSettled, c.isTaxed = false, false, false
	for _, missing := range [...]func(from, to int) error{c.actions, c.flows, c.opening} {
		if err := missing(from, to); err != nil {
			return err
		}
	}
	for at := from; at < to; {
		e := &c.r.Log.Entries[at]
		if c.at = at; stages[e.Kind] < c.stage && !(late(e.Kind) && c.stage >= stageSettle) {
			return c.breach(Sequence, "%s comes too late in the session", e.Kind)
		}
		if !late(e.Kind) || c.stage < stageSettle {
			c.stage = max(c.stage, stages[e.Kind])
		}
		if e.Kind == sim.EntryTax {
			c.levy()
		}
		if err := c.passed(c.stage > stageSettle, c.stage == stageFills || e.Kind == sim.EntryFlow && e.Cash > 0); err != nil {
			return err
		}
		if stages[e.Kind] != stageFills {
			if err := c.post(e); err != nil {
				return err
			}
			at++
			continue
		}
		end := at + 1
		for end < to && c.r.Log.Entries[end].Order == e.Order && stages[c.r.Log.Entries[end].Kind] == stageFills {
			end++
		}
		if err := c.trade(at, end); err != nil {
			return err
		}
		at = end
	}
	c.at = -1
	if err := c.passed(true, true); err != nil {
		return err
	}
	c.flush()
	return nil
}

// passed checks, once each, that the steps of settlement and of taxes left nothing
// undone when the session has come beyond them.
func (c *checker) passed(settlement, taxes bool) error {
	if settlement && !c.isSettled {
		c.isSettled = true
		if err := c.settled(); err != nil {
			return err
		}
	}
	if taxes && !c.isTaxed {
		c.isTaxed = true
		return c.taxed()
	}
	return nil
}

// late reports whether a kind is also booked after its step: taxes and withdrawals are
// paid when there is cash, and what purchases lack may come in.
func late(k sim.Kind) bool { return k == sim.EntryTax || k == sim.EntryFlow }

// nav checks the session's NAV: cash, settled and not, and shares at the close.
func (c *checker) nav() error {
	sum := sim.Product(c.p.Close(c.s), c.h) + (c.cash + c.due).Money()
	if got := c.r.NAV[c.s]; !(math.Abs(got-sum) <= 1e-12*sum) {
		return c.breach(NAV, "NAV is %v, and cash and shares are worth %v", got, sum)
	}
	return nil
}

// columns checks that drift and flows are numbers and parts.
func (c *checker) columns() error {
	for _, column := range [][]float64{c.r.DriftHalf, c.r.DriftMost} {
		if column == nil {
			continue
		}
		for s := c.r.First + 1; s < c.r.End; s++ {
			if x := column[s]; x < 0 || x > 1+1e-9 || math.IsInf(x, 0) {
				c.s = s
				return c.breach(Finite, "a drift of %v", x)
			}
		}
	}
	return nil
}

// market is the price of asset i that orders of the session fill at. The initial
// purchase is made at the close; what of it waited for a price fills as others do.
func (c *checker) market(i int, opening bool) float64 {
	if c.t.Fill == sim.NextOpen && !(opening && c.s == c.r.First) {
		return c.p.Open(c.s)[i]
	}
	return c.p.Close(c.s)[i]
}

// worth is the booked value of shares at a price.
func worth(u sim.Units, price float64) sim.Micros { return sim.ToMicros(u.Shares() * price) }

package audit

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim"
)

// moved is what a session's entries do to one asset for a reason outside the account.
type moved struct {
	splits, fractions, dividends, reinvests, ends int
	split, fraction, reinvested                   sim.Units
	dividend, spent                               sim.Micros
}

// movedOf folds the entries of an asset in [from, to).
func (c *checker) movedOf(from, to, asset int) (m moved) {
	for at := from; at < to; at++ {
		e := &c.r.Log.Entries[at]
		if int(e.Asset) != asset {
			continue
		}
		switch e.Kind {
		case sim.EntrySplit:
			m.splits, m.split = m.splits+1, m.split+e.Units
		case sim.EntryFraction:
			m.fractions, m.fraction = m.fractions+1, m.fraction-e.Units
		case sim.EntryDividend:
			m.dividends, m.dividend = m.dividends+1, m.dividend+e.Cash
		case sim.EntryReinvest:
			m.reinvests, m.reinvested, m.spent = m.reinvests+1, m.reinvested+e.Units, m.spent-e.Cash
		case sim.EntryEnd:
			m.ends++
		}
	}
	return m
}

// actions checks that the panel's actions and the mandate's endings of what is held
// are booked in the session, whole and once, and no others.
func (c *checker) actions(from, to int) error {
	expected := 0
	all := c.p.Actions()
	for ; c.nextAction < len(all) && all[c.nextAction].Session <= c.s; c.nextAction++ {
		a := all[c.nextAction]
		if a.Session < c.s || c.was[a.Asset] == 0 {
			continue
		}
		m := c.movedOf(from, to, a.Asset)
		if err := c.action(a, &m, from, to); err != nil {
			return err
		}
		expected += m.splits + m.fractions + m.dividends + m.reinvests
	}
	for ; c.nextEnding < len(c.m.Endings) && c.m.Endings[c.nextEnding].Session <= c.s; c.nextEnding++ {
		n := c.m.Endings[c.nextEnding]
		m := c.movedOf(from, to, n.Asset)
		if n.Session < c.s || c.was[n.Asset]+m.split-m.fraction+m.reinvested == 0 { // splits of the day come first
			continue
		}
		if m.ends != 1 {
			return c.breach(Action, "the life of %s ends, it is held, and %d entries say so", c.p.Symbols()[n.Asset], m.ends)
		}
		expected++
	}
	booked := 0
	for at := from; at < to; at++ {
		e := &c.r.Log.Entries[at]
		if stages[e.Kind] != stageActions {
			continue
		}
		booked++
		if c.at = at; e.Kind == sim.EntryEnd {
			if err := c.ended(e); err != nil {
				return err
			}
		}
	}
	if c.at = -1; booked != expected {
		return c.breach(Action, "%d entries of splits, dividends and ends, and %d follow from what is held", booked, expected)
	}
	return nil
}

// action checks what was booked of one action.
func (c *checker) action(a data.Action, m *moved, from, to int) error {
	held, symbol := c.was[a.Asset], c.p.Symbols()[a.Asset]
	ratio := a.Split
	if part := math.Round(1 / ratio); part >= 1 && math.Abs(ratio*part-1) < 1e-12 { // a third, written in decimals
		ratio = 1 / part
	}
	after := float64(held) * ratio
	want := after - float64(held)
	if m.splits > 1 || math.Abs(float64(m.split)-want) > 1+0x1p-52*(float64(held)+after) { // beyond 2^53 not every number is a float64
		return c.breach(Action, "a split of %v turns %d units of %s into %d more, and %d are booked", a.Split, held, symbol, int64(want), m.split)
	}
	if after := held + m.split; m.fraction != 0 && (a.Split == 1 || m.fraction != after%c.lot) {
		return c.breach(Action, "fractions of %d units of %s, and %d are below a lot", m.fraction, symbol, after%c.lot)
	}
	want = held.Shares() * a.Dividend * 1e6
	if m.dividends > 1 || math.Abs(float64(m.dividend)-want) > 1+want*1e-15 {
		return c.breach(Action, "a dividend of %v on %d units of %s, and %d millionths are booked", a.Dividend, held, symbol, m.dividend)
	}
	if m.reinvests > 0 && (!c.t.Reinvest || m.reinvests > m.dividends || m.spent > m.dividend) {
		return c.breach(Action, "%d millionths of a dividend of %d of %s are reinvested", m.spent, m.dividend, symbol)
	}
	for at := from; at < to; at++ {
		e := &c.r.Log.Entries[at]
		if int(e.Asset) != a.Asset {
			continue
		}
		c.at = at
		close := c.p.Close(c.s)[a.Asset]
		switch before := c.p.Close(c.s - 1)[a.Asset] / a.Split; {
		case e.Kind == sim.EntryFraction && (!near(e.Price, before) || !within(e.Cash, worth(-e.Units, e.Price), 1)):
			return c.breach(Action, "fractions of %s at %v, and the price is %v", symbol, e.Price, before)
		case e.Kind == sim.EntryReinvest && (e.Price != close || !within(-e.Cash, worth(e.Units, e.Price), 1-e.Cash>>49)): // no more than the dividend, whose shares may be worth a rounding more
			return c.breach(Action, "a dividend of %s is reinvested at %v, and the close is %v", symbol, e.Price, close)
		}
	}
	c.at = -1
	return nil
}

// ended checks the entry of an end.
func (c *checker) ended(e *sim.Entry) error {
	for _, n := range c.m.Endings {
		if n.Session == c.s && n.Asset == int(e.Asset) {
			if e.Price != n.Price || !within(e.Cash, worth(-e.Units, n.Price), 1) {
				return c.breach(Action, "%s ends at %v, and %d units become %d at %v", c.symbol(e), n.Price, -e.Units, e.Cash, e.Price)
			}
			return nil
		}
	}
	return c.breach(Action, "an end that the mandate does not have")
}

// flows checks that what the owner pays in comes in its session, the first of its
// entries; withdrawals are asked for in it and paid when there is cash.
func (c *checker) flows(from, to int) error {
	if err := c.deposits(from, to); err != nil {
		return err
	}
	c.at = -1
	booked := 0.0
	for i := from; i < to; i++ {
		if e := &c.r.Log.Entries[i]; e.Kind == sim.EntryFlow {
			booked += e.Cash.Money()
		}
	}
	if c.r.Flow != nil && !(math.Abs(c.r.Flow[c.s]-booked) <= 1e-6+1e-12*math.Abs(booked)) {
		return c.breach(Flow, "flows of %v are recorded and %v are booked", c.r.Flow[c.s], booked)
	}
	return nil
}

// deposits checks that the session's deposits are booked in their order. One of a part of
// NAV may come to nothing, and then has no entry; others may come after them.
func (c *checker) deposits(from, to int) error {
	var booked []sim.Micros
	for at := from; at < to && stages[c.r.Log.Entries[at].Kind] < stageFills; at++ {
		if c.isDeposit(at) {
			booked = append(booked, c.r.Log.Entries[at].Cash)
		}
	}
	fits := make([]bool, len(booked)+1) // the flows so far may be the first entries, so many of them
	fits[0] = true
	for ; c.nextFlow < len(c.m.Flows) && c.m.Flows[c.nextFlow].Session <= c.s; c.nextFlow++ {
		f := c.m.Flows[c.nextFlow]
		amount := sim.ToMicros(f.Amount)
		if f.Session < c.s || f.Amount < 0 || f.Amount == 0 && f.Percent <= 0 || f.Amount > 0 && amount == 0 {
			continue
		}
		some := false
		for n := len(booked); n >= 0; n-- {
			one := n > 0 && fits[n-1] && (f.Amount == 0 || booked[n-1] == amount)
			fits[n] = one || fits[n] && f.Amount == 0
			some = some || fits[n]
		}
		if !some {
			return c.breach(Flow, "a deposit of %v is not booked: what is booked as deposits is %d millionths", f.Amount, booked)
		}
	}
	return nil
}

func (c *checker) isDeposit(at int) bool {
	e := &c.r.Log.Entries[at]
	return e.Kind == sim.EntryFlow && e.Cash > 0
}

// taxes is what the lots say is due.
type taxes struct {
	next int // the session at which something falls due; math.MaxInt: none
	owed sim.Micros
	due  bool // something fell due in this session
}

// begin starts the replay of the lots.
func (c *checker) begin() {
	c.tax.next = math.MaxInt
	if c.m.Tax != nil {
		c.m.Tax.Begin(c.p, c.r.First)
		c.tax.next = c.m.Tax.Next(c.r.First)
	}
}

// levy adds what falls due in the session to what is owed, once.
func (c *checker) levy() {
	if c.tax.next == c.s {
		due := c.m.Tax.Due(c.s)
		c.tax.owed += due
		c.tax.due = c.tax.due || due > 0
		c.tax.next = c.m.Tax.Next(c.s)
	}
}

// taxed checks that what fell due in the session is paid before anything else is
// when the settled cash reaches; else it must be raised, and is paid in one.
func (c *checker) taxed() error {
	c.levy()
	if c.tax.due && c.tax.owed > 0 && c.tax.owed <= c.cash {
		return c.breach(Tax, "%d millionths of tax are due and not paid", c.tax.owed)
	}
	return nil
}

// follow lets the lots follow an entry that has been booked; cost is what it cost
// in all, beside its own money.
func (c *checker) follow(e *sim.Entry, cost sim.Micros) {
	if c.m.Tax == nil || e.Asset < 0 {
		return
	}
	i, money := int(e.Asset), e.Cash+e.Due
	switch e.Kind {
	case sim.EntryHolding:
		c.m.Tax.Buy(c.s, i, e.Units, worth(e.Units, e.Price))
	case sim.EntryBuy, sim.EntryReinvest:
		c.m.Tax.Buy(c.s, i, e.Units, -money+cost)
	case sim.EntrySell, sim.EntryFraction, sim.EntryEnd:
		c.m.Tax.Sell(c.s, i, -e.Units, money-cost)
	case sim.EntrySplit:
		c.m.Tax.Split(c.s, i, c.units[i]-e.Units, c.units[i])
	}
}

// kept looks at the orders that were decided in this session, at the holdings that they
// were decided on: which of them sell all; and, when short-term gains are not to be
// realised, that none sold more than could be sold without one.
func (c *checker) kept() error {
	orders := c.r.Log.Orders
	for ; c.nextOrder < len(orders) && int(orders[c.nextOrder].Session) <= c.s; c.nextOrder++ {
		o := &orders[c.nextOrder]
		c.fills[c.nextOrder].whole = o.Asset >= 0 && o.Units < 0 && -o.Units >= c.units[o.Asset]
		if !c.t.KeepShort || c.m.Tax == nil || o.Done >= 0 {
			continue
		}
		slack := 0.0 // of a count in the shares of the decision, rounded at every fill and split
		if _, least, n := c.splits(c.s, int(o.Filled), int(o.Asset)); n > 0 {
			slack = 1e-9*float64(-o.Done) + float64(int(o.Filled)-c.s) + float64(n)/least
		}
		if free := c.m.Tax.Free(c.s, int(o.Asset), c.p.Close(c.s)[o.Asset]); float64(-o.Done-free) > slack {
			return c.breach(Tax, "order %d sells %d units of %s, and %d are free of a short-term gain", c.nextOrder, -o.Done, c.p.Symbols()[o.Asset], free)
		}
	}
	return nil
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Abs(b) }

func within(a, b, by sim.Micros) bool { return a-b <= by && b-a <= by }

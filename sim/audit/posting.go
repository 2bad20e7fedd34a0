package audit

import (
	"evenkeel/sim"
)

// sign is which way a column of an entry may go.
type sign uint8

const (
	zero sign = 1 << iota
	plus
	minus
)

func (s sign) fits(x int64) bool {
	switch {
	case x > 0:
		return s&plus != 0
	case x < 0:
		return s&minus != 0
	}
	return s&zero != 0
}

// postings are the ways of shares, settled and unsettled cash by kind of entry:
// what comes to one of them goes from another, or crosses the account's border.
var postings = [...]struct{ units, cash, due sign }{
	sim.EntryCash:     {zero, zero | plus, zero},
	sim.EntryBuy:      {plus, zero | minus, zero | minus},
	sim.EntrySell:     {minus, zero | plus, zero | plus},
	sim.EntryCost:     {zero, zero | minus, zero | minus},
	sim.EntryFlow:     {zero, minus | plus, zero},
	sim.EntryHolding:  {plus, zero, zero},
	sim.EntrySettle:   {zero, plus, minus},
	sim.EntrySplit:    {zero | minus | plus, zero, zero},
	sim.EntryFraction: {minus, zero | plus, zero},
	sim.EntryDividend: {zero, zero | plus, zero},
	sim.EntryReinvest: {plus, zero | minus, zero},
	sim.EntryEnd:      {minus, zero | plus, zero},
	sim.EntryTax:      {zero, minus, zero},
}

// post books an entry: the ways that its kind allows, sums, balances.
func (c *checker) post(e *sim.Entry) error {
	way := postings[e.Kind]
	if !way.units.fits(int64(e.Units)) || !way.cash.fits(int64(e.Cash)) || !way.due.fits(int64(e.Due)) {
		return c.breach(Posting, "%s of %d units for %d and %d unsettled", e.Kind, e.Units, e.Cash, e.Due)
	}
	c.cash += e.Cash
	c.due += e.Due
	if c.cash < 0 {
		return c.breach(Balance, "settled cash falls to %d millionths", c.cash)
	}
	if c.due < 0 {
		return c.breach(Balance, "unsettled cash falls to %d millionths", c.due)
	}
	if e.Units != 0 {
		if e.Asset < 0 {
			return c.breach(Posting, "%s of shares of no asset", e.Kind)
		}
		c.gainAt(e)
		if c.units[e.Asset] += e.Units; c.units[e.Asset] < 0 {
			return c.breach(Balance, "shares of %s fall to %d", c.symbol(e), c.units[e.Asset])
		}
		c.h[e.Asset] = c.units[e.Asset].Shares()
		if stages[e.Kind] != stageFills {
			c.follow(e, 0)
		}
	}
	return c.count(e)
}

// gainAt counts the gain of what is held of the entry's asset up to its price. A
// split keeps the worth of a holding and changes its price; one that rounds it to
// nothing loses it.
func (c *checker) gainAt(e *sim.Entry) {
	i := int(e.Asset)
	held := c.h[i]
	switch e.Kind {
	case sim.EntrySplit:
		before := c.p.Close(c.s - 1)[i]
		c.gain += held * (before - c.mark[i])
		if c.mark[i] = 0; c.units[i]+e.Units == 0 {
			c.gain -= held * before
		} else {
			c.mark[i] = before * held / (c.units[i] + e.Units).Shares()
		}
	default:
		c.gain += held * (e.Price - c.mark[i])
		c.mark[i] = e.Price
	}
}

// count adds an entry to the sums of its kind.
func (c *checker) count(e *sim.Entry) error {
	switch e.Kind {
	case sim.EntryBuy, sim.EntrySell, sim.EntryReinvest, sim.EntryFraction, sim.EntryEnd:
		c.sum.rounded++
	case sim.EntryCost:
		c.sum.cost -= e.Cash + e.Due
		if k := int(e.Order); k >= 0 && k < len(c.r.Log.Orders) {
			if d := int(c.r.Log.Orders[k].Decision); d >= 0 && d < len(c.rounds) {
				c.rounds[d].cost -= e.Cash + e.Due
			}
		}
		if c.r.IsOpening(e) {
			c.sum.initial -= e.Cash + e.Due
		}
	case sim.EntryDividend:
		c.sum.dividends += e.Cash
	case sim.EntryTax:
		c.sum.tax -= e.Cash
		c.tax.owed += e.Cash
		if c.tax.owed < 0 {
			return c.breach(Tax, "%d millionths of tax more than was due", -c.tax.owed)
		}
	case sim.EntryFlow:
		if e.Cash > 0 {
			c.sum.deposits += e.Cash
		} else {
			c.sum.withdrawals -= e.Cash
		}
	case sim.EntrySettle:
		return c.settle(e)
	}
	return nil
}

func (c *checker) symbol(e *sim.Entry) string { return c.p.Symbols()[e.Asset] }

// settle takes from what is due this session.
func (c *checker) settle(e *sim.Entry) error {
	if c.maturing == nil || e.Cash != -e.Due || e.Cash > c.maturing[c.s] {
		return c.breach(Settlement, "%d settle, %d are taken off what is unsettled, and %d are due", e.Cash, -e.Due, c.owedNow())
	}
	c.maturing[c.s] -= e.Cash
	return nil
}

func (c *checker) owedNow() sim.Micros {
	if c.maturing == nil {
		return 0
	}
	return c.maturing[c.s]
}

// settled checks that nothing that is due this session is left.
func (c *checker) settled() error {
	if left := c.owedNow(); left != 0 {
		return c.breach(Settlement, "%d millionths were due and did not settle", left)
	}
	return nil
}

// mature notes when the unsettled cash of a trade's entry is due: a sale's with the
// sale; what a purchase bridges is taken off what is due first.
func (c *checker) mature(e *sim.Entry, sale bool) error {
	if e.Due == 0 {
		return nil
	}
	if c.maturing == nil {
		return c.breach(Settlement, "unsettled cash, and sales are paid at once")
	}
	if sale {
		n := c.t.Settle[e.Asset]
		if n == 0 {
			return c.breach(Settlement, "unsettled cash, and sales of %s are paid at once", c.symbol(e))
		}
		c.maturing[c.s+n] += e.Due
		return nil
	}
	if !c.t.Bridge {
		return c.breach(Settlement, "a purchase is paid with %d millionths that have not settled", -e.Due)
	}
	left := -e.Due
	for at := c.s + 1; left > 0 && at < len(c.maturing); at++ {
		take := min(left, c.maturing[at])
		c.maturing[at] -= take
		left -= take
	}
	return nil
}

// opening checks what the account opens with.
func (c *checker) opening(from, to int) error {
	cash, holdings := 0, 0
	for at := from; at < to; at++ {
		e := &c.r.Log.Entries[at]
		switch e.Kind {
		case sim.EntryCash:
			cash++
			if c.at = at; c.s != c.r.First || cash > 1 || e.Cash != sim.ToMicros(c.m.Cash) {
				return c.breach(Opening, "%d of opening cash, and the mandate has %v", e.Cash, c.m.Cash)
			}
		case sim.EntryHolding:
			holdings++
			c.at = at
			if c.s != c.r.First || c.m.Holdings == nil || e.Asset < 0 || e.Units != c.m.Holdings[e.Asset] {
				return c.breach(Opening, "an opening holding of %d units that the mandate does not have", e.Units)
			}
			if e.Price != c.p.Close(c.s)[e.Asset] {
				return c.breach(Opening, "an opening holding of %s at %v, and the close is %v", c.symbol(e), e.Price, c.p.Close(c.s)[e.Asset])
			}
		}
	}
	c.at = -1
	if c.s != c.r.First {
		return nil
	}
	want := 0
	for _, u := range c.m.Holdings {
		if u != 0 {
			want++
		}
	}
	if holdings != want || cash == 0 && c.m.Cash != 0 {
		return c.breach(Opening, "%d opening holdings and %d entries of cash, and the mandate has %d and %v", holdings, cash, want, c.m.Cash)
	}
	return nil
}

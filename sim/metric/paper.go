package metric

import (
	"cmp"
	"slices"

	"evenkeel/data"
	"evenkeel/sim"
)

// paperBook takes every requested order in full at the close of its decision, free.
// It is replayed session by session from what was asked for, not from what was
// executed: so it proves the sum over the orders.
type paperBook struct {
	r      *sim.Record
	done   []float64 // executed of each order; the rest is given up
	cash   float64
	shares []float64
	action int   // next among the panel's
	entry  int   // next among the log's
	order  int   // next among the log's
	ending int   // next among the mandate's
	close  []int // orders with a rest, by the session that closes it
}

// paperNAV is what the paper book is worth at the end, when of each order so many
// shares were executed.
func paperNAV(r *sim.Record, done []float64) float64 {
	b := &paperBook{r: r, done: done, shares: make([]float64, r.Panel.Assets())}
	for i := range r.Log.Orders {
		if o := &r.Log.Orders[i]; done[i] != o.Units.Shares() && endingOf(r, o, ended(r, o)) < 0 {
			b.close = append(b.close, i)
		}
	}
	slices.SortStableFunc(b.close, func(i, j int) int {
		return cmp.Compare(ended(r, &r.Log.Orders[i]), ended(r, &r.Log.Orders[j]))
	})
	for s := r.First; s < r.End; s++ {
		b.act(s)
		b.share(s)
		b.take(s)
		b.giveUp(s)
	}
	return sim.Product(r.Panel.Close(r.End-1), b.shares) + b.cash
}

// act is what happens to shares before the session: dividends, splits, endings.
func (b *paperBook) act(s int) {
	actions := b.r.Panel.Actions()
	for ; b.action < len(actions) && actions[b.action].Session <= s; b.action++ {
		if a := &actions[b.action]; a.Session == s {
			b.cash += float64(b.shares[a.Asset] * a.Dividend)
			b.shares[a.Asset] *= a.Split
		}
	}
	for e := b.r.Mandate.Endings; b.ending < len(e) && e[b.ending].Session <= s; b.ending++ {
		if x := &e[b.ending]; x.Session == s {
			b.cash += float64(b.shares[x.Asset] * x.Price)
			b.shares[x.Asset] = 0
		}
	}
}

// share books what paper and account have alike: opening, flows, taxes, what the
// account reinvests of its own dividends, and its fractions paid as cash.
func (b *paperBook) share(s int) {
	entries := b.r.Log.Entries
	for ; b.entry < len(entries) && int(entries[b.entry].Session) <= s; b.entry++ {
		e := &entries[b.entry]
		switch e.Kind {
		case sim.EntryHolding, sim.EntryFraction, sim.EntryReinvest:
			b.shares[e.Asset] += e.Units.Shares()
			b.cash += (e.Cash + e.Due).Money()
		case sim.EntryCash, sim.EntryFlow, sim.EntryTax:
			b.cash += (e.Cash + e.Due).Money()
		}
	}
}

// take trades the session's decisions in full.
func (b *paperBook) take(s int) {
	orders := b.r.Log.Orders
	for ; b.order < len(orders) && int(orders[b.order].Session) <= s; b.order++ {
		o := &orders[b.order]
		b.shares[o.Asset] += o.Units.Shares()
		b.cash -= float64(o.Units.Shares() * o.Price)
	}
}

// giveUp closes what the account gave up at this session: at its close, or, of an
// order that a later one carries, at the price at which the later one takes it.
func (b *paperBook) giveUp(s int) {
	for ; len(b.close) > 0; b.close = b.close[1:] {
		o := &b.r.Log.Orders[b.close[0]]
		if ended(b.r, o) > s {
			return
		}
		rest := o.Units.Shares() - b.done[b.close[0]]
		split, _ := since(b.r.Panel, int(o.Asset), int(o.Session), s)
		b.shares[o.Asset] -= float64(rest * split)
		price := b.r.Panel.Close(s)[o.Asset] * split
		if o.State == sim.StateBatched {
			price = o.Price
		}
		b.cash += float64(rest * price)
	}
}

// since is what one share of an asset at the close of session from became until
// session to: how many shares by splits, and how much by dividends.
func since(p *data.Panel, asset, from, to int) (split, dividends float64) {
	split = 1
	actions := p.Actions()
	at, _ := slices.BinarySearchFunc(actions, from+1, func(a data.Action, s int) int { return cmp.Compare(a.Session, s) })
	for ; at < len(actions) && actions[at].Session <= to; at++ {
		if a := &actions[at]; a.Asset == asset {
			dividends += float64(split * a.Dividend)
			split *= a.Split
		}
	}
	return split, dividends
}

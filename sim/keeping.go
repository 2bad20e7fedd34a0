package sim

import "slices"

// What begins to wait: what a decision cannot order, what cancelled purchases had set
// aside, the shares of assets that are never listed.

// keep lets the money wait that the decision at session s could not order: what the
// policy told of, and what place refused; at most what its orders leave of the money that
// it had. With all, it had all cash before it: what waits already for one of the assets is
// a part of what it could not order.
func (a *account) keep(s int, money Micros, all bool, fund Funding) {
	kept := a.queue.kept
	if len(kept) == 0 {
		return
	}
	why := Why(0)
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units > 0 && o.State == StateMissed && o.Reason == ReasonRestricted && fund != FundBring {
			kept[o.Asset] += a.outgoing(s, j, o.Units)
		}
	}
	for i := range kept {
		if kept[i] <= 0 || a.hasEnded(s, i) {
			kept[i] = 0
			continue
		}
		if a.panel.Fresh(s, i) {
			why |= WhyNoBuy
		} else {
			why |= WhyHole
		}
	}
	if sum := SumOf(kept); sum >= Dust {
		most := ToMicros(sum)
		if all {
			most -= a.waitingToo()
		}
		if amount := min(most, a.leftOf(s, money)); amount >= ToMicros(Dust) {
			a.enqueue(s, amount, why, false)
			return
		}
	}
	clear(kept)
}

// keeps reports whether restrictions or a missing price kept money of the decision at hand from
// being ordered.
func (a *account) keeps() bool {
	return slices.ContainsFunc(a.queue.kept, func(x float64) bool { return x > 0 })
}

// keepAll is keep where the decision had all cash before it.
func (a *account) keepAll(s int, fund Funding) {
	a.keep(s, ToMicros(a.view.Cash)-a.inQueue(), true, fund)
}

// waitingToo is what waits already for assets of which something is kept.
func (a *account) waitingToo() (sum Micros) {
	for k := range a.idle {
		for _, i := range a.idle[k].Assets {
			if a.kept[i] > 0 {
				sum += a.idle[k].Amount
				break
			}
		}
	}
	return sum
}

// hasEnded reports whether asset i's life has ended by session s.
func (a *account) hasEnded(s, i int) bool {
	for _, e := range a.mandate.Endings {
		if e.Asset == i && e.Session <= s {
			return true
		}
	}
	return false
}

// outgoing is what u shares of the purchase j cost at its decision price, with the
// charges of session s and what is held back for rounding.
func (a *account) outgoing(s, j int, u Units) float64 {
	o := &a.orders[j]
	return a.outgoingAt(s, int(o.Asset), u, o.close/o.split)
}

func (a *account) outgoingAt(s, i int, u Units, price float64) float64 {
	value := worth(u, price)
	return (value + a.costOf(s, buy, i, value, price)).Money() + a.view.HoldBack()
}

// leftOf is the money that the orders of the decision leave of an amount to spend, at its
// close and before whole lots; what of them waits in the batch counts as traded.
func (a *account) leftOf(s int, money Micros) Micros {
	if a.batch != nil {
		money += ToMicros(a.view.toPay - a.toPay())
	}
	for j := range a.orders {
		o := &a.orders[j]
		u, i := o.left, int(o.Asset)
		if a.lot > 0 {
			u = o.exact
		}
		if u == 0 || o.State != StatePending && o.Reason != ReasonLot {
			continue
		}
		price := a.view.Price[i]
		if u > 0 {
			money -= ToMicros(a.outgoingAt(s, i, u, price) * (1 - o.moved))
			continue
		}
		value := worth(-u, price)
		money += value - a.costOf(s, sell, i, value, price)
	}
	return max(0, money)
}

// setAside lets the money wait that the open purchases, which are about to be given up,
// had set aside.
func (a *account) setAside(s int, why Why, one int) {
	kept := a.markRoom()
	a.chargesAt(s)
	var all Sum
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units <= 0 || o.State != StatePending || one >= 0 && j != one {
			continue
		}
		u := o.left
		x := a.outgoing(s, j, u) * (1 - a.orders[j].moved)
		kept[o.Asset] += x
		all.Add(int(o.Asset), x)
	}
	sum := all.Total()
	if sum < Dust {
		clear(kept)
		return
	}
	a.enqueue(s, ToMicros(sum), why, why == WhyTargets)
}

// unlist lets the money wait that was kept for assets which left the targets before
// their listing: their part of the account, at most of the cash, as long as it is free.
func (a *account) unlist(s int, v *View) {
	before := a.before
	a.before = nil
	from := a.nextListing
	if a.listed >= 0 {
		from = a.listed
	}
	var waited, left Sum
	kept := a.queue.kept
	for _, l := range a.mandate.Listings[from:] {
		waited.Add(l.Asset, before[l.Asset])
		if a.given[l.Asset] == 0 && before[l.Asset] > 0 {
			left.Add(l.Asset, before[l.Asset])
			kept = a.markRoom()
			kept[l.Asset] = before[l.Asset]
		}
	}
	all, gone := waited.Total(), left.Total()
	if gone == 0 {
		return
	}
	nav, cash := v.NAV()-(a.plain+a.newDeposits).Money()-v.Owed, a.unclaimed()+a.reserve-a.plain
	amount := min(gone*nav, cash.Money()*gone/all)
	if amount < Dust {
		clear(kept)
		return
	}
	a.enqueue(s, ToMicros(amount), WhyListing, false)
}

package oracle

import (
	"slices"

	"github.com/shopspring/decimal"
)

// amount is money that waits to be placed. It remembers what it was for.
type amount struct {
	money  decimal.Decimal
	assets []int
	since  int
}

// wait notes amounts that wait from today on.
func (a *account) wait(amounts ...amount) {
	for _, x := range amounts {
		if x.since = a.now; !a.isDust(x.money) {
			a.idle = append(a.idle, x)
		}
	}
}

// ready lists the amounts that are put before the policy today: one of their assets can
// be bought, or is gone for good since an earlier session.
func (a *account) ready() (list []int) {
	for k, x := range a.idle {
		for _, i := range x.assets {
			if gone := a.gone[i] || a.given[i].IsZero(); gone && a.now > x.since || !gone && a.listed(i) && !a.forbidden(i, "buy") {
				list = append(list, k)
				break
			}
		}
	}
	return list
}

// listed says whether an asset has had a first price.
func (a *account) listed(i int) bool {
	for _, x := range a.in.Listings {
		if x.Asset == i && x.Session > a.now {
			return false
		}
	}
	return true
}

// offer is the new money that a decision has before it.
type offer struct {
	fresh decimal.Decimal // deposits, and what cancelled purchases had set aside: they come with all cash
	idle  decimal.Decimal // what waited: it comes alone
}

// putBefore takes what is new to the policy: what it decides ends the waiting.
func (a *account) putBefore(ready []int) offer {
	put := offer{fresh: a.fresh.Add(a.aside)}
	var rest []amount
	for k, x := range a.idle {
		if contains(ready, k) {
			put.idle = put.idle.Add(x.money)
		} else {
			rest = append(rest, x)
		}
	}
	a.idle = rest
	a.paid = put.fresh.Sub(a.netted)
	a.meant = atLeastZero(a.withdrawn().Sub(a.netted))
	a.crossed, a.covered = a.netted, zero
	a.fresh, a.aside, a.netted, a.unseen = zero, zero, zero, zero
	return put
}

// fitIdle cuts what waits to the cash that a payment has left, the latest
// first.
func (a *account) fitIdle() {
	over := atLeastZero(a.cash.Add(a.unsettled()).Sub(a.fresh).Sub(a.owed)).Neg()
	for _, x := range a.idle {
		over = over.Add(x.money)
	}
	for k := len(a.idle) - 1; k >= 0 && over.IsPositive(); k-- {
		part := decimal.Min(over, a.idle[k].money)
		over = over.Sub(part)
		if a.idle[k].money = a.idle[k].money.Sub(part); a.idle[k].money.IsZero() {
			a.idle = a.idle[:k]
		}
	}
}

// limited makes a sight one of what waited and of no other cash.
func (a *account) limited(l *sight, idle decimal.Decimal) *sight {
	alone := *l
	alone.only = true
	alone.money = idle
	blended := zero
	for i, t := range a.targets {
		blended = blended.Add(t.Mul(a.plainRate("buy", i)))
	}
	alone.aim = l.invested.Add(quotient(idle, one.Add(blended)))
	return &alone
}

// keep notes that purchases which may not be made, or are none to decide on, would have
// cost money; what is left of the money of the decision, up to that, waits.
func (a *account) keep(l *sight, buy map[int]decimal.Decimal, money decimal.Decimal) {
	l.idle = amount{}
	wanted := zero
	for i, need := range l.kept {
		if need.IsPositive() && !a.isDust(need) && !a.isSmall("buy", i, need) {
			wanted = wanted.Add(a.dear(i, need)).Add(a.fixedPart("buy", i))
			l.idle.assets = append(l.idle.assets, i)
		}
	}
	for i, x := range buy {
		if x.IsPositive() {
			money = money.Sub(a.dear(i, x)).Sub(a.fixedPart("buy", i))
		}
	}
	l.left = money
	l.idle.money = decimal.Min(wanted, atLeastZero(money))
}

// keepUncut counts the orders as the largest turnover left them, too: a sale that it cut brings
// less, a purchase that it cut leaves nothing for another.
func (a *account) keepUncut(l *sight) {
	l.left = decimal.Min(l.left, l.left.Sub(a.uncut))
	l.idle.money = decimal.Min(l.idle.money, atLeastZero(l.left))
}

// waitOn ends what waits when a decision that had all cash before it trades, and notes
// what it left.
func (a *account) waitOn(l *sight, trades bool) {
	left := l.idle
	if !l.only {
		if trades {
			a.idle = nil
		}
		free := l.left
		for _, x := range a.idle { // what waits for one of them is part of what is wanted, what waits for any of what is left
			free = free.Sub(x.money)
			if slices.ContainsFunc(left.assets, func(i int) bool { return contains(x.assets, i) }) {
				left.money = left.money.Sub(x.money)
			}
		}
		left.money = decimal.Min(left.money, free)
	}
	a.wait(left)
}

// keepForbidden notes what the initial purchase leaves out: one amount, as of any decision.
func (a *account) keepForbidden(orders []Order) {
	left := amount{}
	for _, o := range orders {
		if a.forbidden(o.Asset, "buy") {
			left.money = left.money.Add(o.Aside)
			left.assets = append(left.assets, o.Asset)
		}
	}
	a.wait(left)
}

// leftBeforeListing is what was kept for assets that leave the targets before they are
// listed.
func (a *account) leftBeforeListing(next []float64) (left []amount) {
	price := a.closes(a.now)
	nav := atLeastZero(a.worth(price).Sub(a.plainReserve(price)).Sub(a.owed).Sub(a.fresh))
	money := atLeastZero(a.spendable(a.plainReserve(price)).Sub(a.fresh))
	for i, t := range a.given {
		if !a.listed(i) && t.IsPositive() && next[i] == 0 {
			part := decimal.Min(t.Mul(nav), share(money, t, a.waiting))
			left = append(left, amount{money: part, assets: []int{i}})
		}
	}
	return left
}

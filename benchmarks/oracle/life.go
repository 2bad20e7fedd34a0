package oracle

import "github.com/shopspring/decimal"

// Listing is the first session with a price of an asset that is not listed when the
// account opens; its share of the targets waits in cash.
type Listing struct{ Session, Asset int }

// Ending is the end of an asset's life: at the start of the session what is held of it
// becomes cash at a price, which may be 0. The targets that hold from then on are among
// Changes.
type Ending struct {
	Session, Asset int
	Price          float64
}

// end books the lives that end today, and gives up what is ordered of them. What they
// pay waits to be placed.
func (a *account) end(open []Order) (rest []Order) {
	over := map[int]bool{}
	for _, x := range a.in.Endings {
		if x.Session != a.now {
			continue
		}
		over[x.Asset], a.gone[x.Asset] = true, true
		paid := toMicros(a.shares[x.Asset].Mul(number(x.Price)))
		a.cash = a.cash.Add(paid)
		a.shares[x.Asset] = zero
		if a.queue != nil {
			a.queue[x.Asset], a.purposes[x.Asset] = zero, purpose{}
		}
		a.wait(amount{money: paid, assets: []int{x.Asset}})
	}
	for _, o := range open {
		if !over[o.Asset] {
			rest = append(rest, o)
		} else if o.Buy {
			a.wait(amount{money: o.Aside, assets: []int{o.Asset}})
		}
	}
	return rest
}

// list lets the assets that are listed today into the targets, and notes that what they
// should have had is to be bought.
func (a *account) list() {
	for _, x := range a.in.Listings {
		if x.Session == a.now && a.given[x.Asset].IsPositive() {
			a.toBuy = append(a.toBuy, x.Asset)
		}
	}
	a.aimAtListed()
}

// forgetListed drops the newly listed assets that have left the targets: nothing of them is
// to be bought.
func (a *account) forgetListed() {
	var wanted []int
	for _, i := range a.toBuy {
		if a.given[i].IsPositive() {
			wanted = append(wanted, i)
		}
	}
	a.toBuy = wanted
}

// aimAtListed makes the targets those of a portfolio without the assets that are not
// listed yet: the others in proportion. Their share is kept in cash.
func (a *account) aimAtListed() {
	a.targets, a.waiting = append([]decimal.Decimal(nil), a.given...), zero
	for _, x := range a.in.Listings {
		if x.Session > a.now {
			a.waiting = a.waiting.Add(a.given[x.Asset])
			a.targets[x.Asset] = zero
		}
	}
	for i := range a.targets {
		if a.targets[i].IsPositive() && a.waiting.IsPositive() {
			a.targets[i] = quotient(a.targets[i], one.Sub(a.waiting))
		}
	}
}

// buyListed orders what the newly listed assets should have had: their parts of NAV less
// the reserve, with the costs paid out of it. Where the money that waits is less than the
// parts of all that wait, these and those still to come, each has its share of it by the
// targets; that of the others stays while the order is open. It is no trigger, and no
// policy is asked.
func (a *account) buyListed() (orders []Order) {
	back := a.asIfTraded()
	l := a.see()
	price := l.price
	nav := a.worth(price).Sub(a.plainReserve(price)).Sub(a.owed).Sub(a.fresh)
	money, all := a.spendable(a.plainReserve(price)).Sub(a.fresh), a.waiting
	for _, i := range a.toBuy {
		all = all.Add(a.given[i])
	}
	var kept []amount
	sizes := map[int]decimal.Decimal{}
	for try := 0; ; try++ {
		orders, kept = nil, nil
		for _, i := range a.toBuy {
			part := decimal.Min(a.given[i].Mul(nav), share(money, a.given[i], all))
			if a.forbidden(i, "buy") {
				kept = append(kept, amount{money: part, assets: []int{i}})
				continue
			}
			part = part.Sub(a.fixedPart("buy", i)).Sub(a.heldBackFor(i))
			if amount := quotient(part, one.Add(a.rate("buy", i))); amount.IsPositive() && !a.isDust(amount) {
				orders = a.appendPurchase(orders, i, amount, price[i])
			}
		}
		if a.settled(orders, price, &sizes, try) {
			break
		}
	}
	if a.waiting.IsPositive() && money.IsPositive() {
		a.kept = decimal.Min(a.kept, a.plainReserve(price).Add(share(money, a.waiting, all)))
	}
	a.toBuy = nil
	back()
	a.wait(kept...)
	return a.finish(orders, price)
}

// share is the part of money that belongs to a weight among all.
func share(money, weight, all decimal.Decimal) decimal.Decimal {
	if all.IsZero() {
		return zero
	}
	return quotient(money.Mul(weight), all)
}

package oracle

import "github.com/shopspring/decimal"

// purpose is what the orders that wait of an asset are for: it stays with them.
type purpose struct {
	free    decimal.Decimal // of what its purchases set aside: deposits and waiting money
	new     decimal.Decimal // shares that new money of growth pays
	leaving decimal.Decimal // shares whose proceeds leave, of a reduction
	covers  decimal.Decimal // withdrawals that these proceeds still pay
}

// parcel is what waited of an asset.
type parcel struct {
	shares decimal.Decimal
	purpose
}

func (p purpose) plus(q purpose) purpose {
	return purpose{p.free.Add(q.free), p.new.Add(q.new), p.leaving.Add(q.leaving), p.covers.Add(q.covers)}
}

// part is the purpose of a part of the shares.
func (p purpose) part(of decimal.Decimal) purpose {
	return purpose{p.free.Mul(of), p.new.Mul(of), p.leaving.Mul(of), p.covers.Mul(of)}
}

// asIfTraded puts the account where it would be if what waits in the batch had been
// traded at the close: that is what policies see. What it would cost cannot be spent, but
// the NAV is what it is until then. New money of growth comes, and proceeds of a reduction
// leave, with the trade. The returned function puts the account back.
func (a *account) asIfTraded() (back func()) {
	if !a.waits() {
		return func() {}
	}
	cash, shares := a.cash, a.shares
	a.price = a.closes(a.now)
	a.shares = append([]decimal.Decimal(nil), shares...)
	for i, n := range a.queue {
		if n.IsZero() {
			continue
		}
		a.shares[i] = a.shares[i].Add(n)
		value, p := toMicros(n.Abs().Mul(a.price[i])), a.purposes[i]
		if n.IsPositive() {
			spent := value.Add(total(a.charge("buy", i, value)))
			spent = spent.Sub(quotient(spent.Mul(p.new), n))
			a.cash, a.toPay = a.cash.Sub(spent), a.toPay.Add(spent).Sub(value)
			continue
		}
		came := value.Sub(total(a.charge("sell", i, value)))
		came = came.Sub(atLeastZero(quotient(came.Mul(p.leaving), n.Abs()).Sub(p.covers)))
		a.cash, a.toPay = a.cash.Add(came), a.toPay.Add(value).Sub(came)
	}
	return func() { a.cash, a.shares, a.toPay = cash, shares, zero }
}

// waits says whether something is in the batch.
func (a *account) waits() bool {
	for _, n := range a.queue {
		if !n.IsZero() {
			return true
		}
	}
	return false
}

// batched puts orders into the batch and takes out what goes: what the new orders bring
// to the minimum, all at a release, what is urgent, and sales of the decision while money is
// owed. Whether a sum reaches the minimum is asked when an order joins it. What may not be
// traded today stays. What waits is no turnover; a sum that the largest turnover would cut
// below the minimum waits on, whole. Sales apart are no part of it.
func (a *account) batched(orders []Order, price []decimal.Decimal) (out []Order) {
	if a.queue == nil {
		a.queue, a.purposes = make([]decimal.Decimal, len(a.targets)), make([]purpose, len(a.targets))
	}
	a.released = map[int]parcel{}
	before := append([]purpose(nil), a.purposes...)
	joined, apart := a.join(orders, price), map[int]bool{}
	for _, o := range orders {
		if o.Apart {
			apart[o.Asset] = true
			out = append(out, o)
		}
	}
	pressed := a.pressed()
	small := func(o Order) bool {
		return a.belowMinimum(o.side(), o.Asset, o.Value) && !a.hurried(o.Asset, price) && (o.Buy || !pressed)
	}
	var going []Order
	for _, side := range []string{"sell", "buy"} {
		for i, n := range a.queue {
			buy := side == "buy"
			if n.IsZero() || n.IsPositive() != buy || a.forbidden(i, side) || !joined[i] && !a.hurried(i, price) || buy && apart[i] {
				continue
			}
			if o := a.waitingOrder(i, price); !small(o) {
				going = append(going, o)
				a.paid, a.covered = a.paid.Add(a.purposes[i].free), a.covered.Add(a.purposes[i].covers)
			}
		}
	}
	left := map[int]bool{}
	var cut, whole []Order
	for _, o := range a.turned(going, price) {
		if !small(o) {
			cut = append(cut, o)
			left[o.Asset] = true
		}
	}
	for _, o := range going {
		if left[o.Asset] {
			whole = append(whole, o)
		}
	}
	a.uncut = a.bringsNet(whole).Sub(a.bringsNet(cut)) // what waits on counts as if it were traded
	out = append(out, cut...)
	for _, o := range going {
		if i := o.Asset; left[i] {
			a.released[i] = parcel{a.queue[i], a.purposes[i]}
			a.meant = a.meant.Add(decimal.Min(before[i].covers, a.purposes[i].covers)) // of withdrawals that cash has paid
			a.queue[i], a.purposes[i] = zero, purpose{}
		} else {
			a.paid, a.covered = a.paid.Sub(a.purposes[i].free), a.covered.Sub(a.purposes[i].covers)
		}
	}
	return out
}

// waitingOrder is what waits of an asset as an order: of what is held, if it is a sale.
func (a *account) waitingOrder(i int, price []decimal.Decimal) Order {
	n := a.queue[i]
	o := Order{Session: a.now, Asset: i, Buy: n.IsPositive(), Shares: n.Abs(), New: a.purposes[i].new, Leaving: a.purposes[i].leaving}
	if !o.Buy {
		o.Shares = decimal.Min(o.Shares, a.shares[i])
		o.Leaving = decimal.Min(o.Leaving, o.Shares)
	}
	o.Value = o.Shares.Mul(price[i])
	a.setAside(&o)
	return o
}

// join adds the orders of a decision to what waits, each with its part of the money that
// the decision has for it. Opposite orders cancel out, but for dust; what is left of the
// larger keeps its part of its purpose.
func (a *account) join(orders []Order, price []decimal.Decimal) (joined map[int]bool) {
	joined = map[int]bool{}
	today := a.purposesOf(orders)
	for j, o := range orders {
		if o.Apart {
			continue
		}
		i, n := o.Asset, o.Shares
		if !o.Buy {
			n = n.Neg()
		}
		joined[i] = true
		a.paid, a.covered = a.paid.Sub(today[j].free), a.covered.Sub(today[j].covers)
		was, sum := a.queue[i], a.queue[i].Add(n)
		switch {
		case was.IsZero() || was.IsPositive() == n.IsPositive():
			a.purposes[i] = a.purposes[i].plus(today[j])
		case a.isDust(sum.Abs().Mul(price[i])):
			a.purposes[i] = purpose{}
		case sum.IsPositive() == was.IsPositive():
			a.purposes[i] = a.purposes[i].part(quotient(sum, was))
		default:
			a.purposes[i] = today[j].part(quotient(sum, n))
		}
		if a.queue[i] = sum; a.isDust(sum.Abs().Mul(price[i])) {
			a.queue[i], a.purposes[i] = zero, purpose{}
		}
	}
	return joined
}

// purposesOf shares what is new to a decision among its orders: deposits and waiting money
// by what the purchases set aside of it, what is owed by value among the sales of a
// reduction.
func (a *account) purposesOf(orders []Order) []purpose {
	all := make([]purpose, len(orders))
	aside, leaving := zero, zero
	for j, o := range orders {
		all[j].new, all[j].leaving = o.New, o.Leaving
		if o.Buy {
			all[j].free = o.Aside
			aside = aside.Add(all[j].free)
		} else if o.Leaving.IsPositive() {
			all[j].covers = o.Value
			leaving = leaving.Add(o.Value)
		}
	}
	for j := range all {
		if aside.GreaterThan(a.paid) {
			all[j].free = share(a.paid, all[j].free, aside)
		}
		if leaving.GreaterThan(a.covered) {
			all[j].covers = share(a.covered, all[j].covers, leaving)
		}
	}
	return all
}

// pressed says whether money is owed that is not there beside the reserve: then no sale of
// a decision waits.
func (a *account) pressed() bool {
	lack := a.owed.Sub(a.cash.Add(a.unsettled()).Sub(a.kept))
	if a.owed.IsPositive() && lack.Abs().LessThan(rounding) && (lack.IsPositive() || a.kept.IsPositive()) {
		a.near()
	}
	return a.owed.IsPositive() && lack.IsPositive()
}

// hurried says whether what waits of an asset goes today whatever its size.
func (a *account) hurried(i int, price []decimal.Decimal) bool {
	return a.releasing || a.in.Release[a.now] || a.urgent(i, price)
}

// urgent says whether an asset has drifted by more than a part of its target, as it is
// held: what waits in the batch does not make its drift smaller. It is seen at every close.
func (a *account) urgent(i int, price []decimal.Decimal) bool {
	if a.in.Urgent == 0 {
		return false
	}
	invested := zero
	for j, n := range a.shares {
		invested = invested.Add(n.Mul(price[j]))
	}
	if !invested.IsPositive() {
		return false
	}
	if a.targets[i].IsZero() {
		return a.shares[i].IsPositive()
	}
	over := quotient(a.shares[i].Mul(price[i]), invested.Mul(a.targets[i])).Sub(one).Abs().Sub(number(a.in.Urgent))
	if over.Abs().LessThan(equalNear) {
		a.near()
	}
	return over.GreaterThan(equal)
}

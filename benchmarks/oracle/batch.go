package oracle

import "github.com/shopspring/decimal"

// asIfTraded puts the account where it would be if what waits in the batch had been
// traded at the close: that is what policies see. What it would cost cannot be spent, but
// the NAV is what it is until then. The returned function puts the account back.
func (a *account) asIfTraded() (back func()) {
	if !a.waits() {
		return func() {}
	}
	cash, shares := a.cash, a.shares
	a.price = a.closes(a.now)
	a.shares = append([]decimal.Decimal(nil), shares...)
	for i, n := range a.queue {
		side := "sell"
		if n.IsPositive() {
			side = "buy"
		}
		if n.IsZero() {
			continue
		}
		value := toMicros(n.Abs().Mul(a.price[i]))
		costs := total(a.charge(side, i, value))
		a.cash, a.toPay = a.cash.Sub(costs), a.toPay.Add(costs)
		a.cash = a.cash.Sub(value.Mul(decimal.New(int64(n.Sign()), 0)))
		a.shares[i] = a.shares[i].Add(n)
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
// to the minimum, all at a release, what is urgent, and sales while money is owed.
// Opposite orders cancel out, but for dust. Whether a sum reaches the minimum is asked
// when an order joins it. What may not be traded today stays. What waits is no turnover;
// a sum that the largest turnover would cut below the minimum waits on, whole.
func (a *account) batched(orders []Order, price []decimal.Decimal) (out []Order) {
	if a.queue == nil {
		a.queue = make([]decimal.Decimal, len(a.targets))
	}
	joined, raising := map[int]bool{}, map[int]decimal.Decimal{}
	for _, o := range orders {
		n := o.Shares
		if !o.Buy {
			n = n.Neg()
			raising[o.Asset] = o.Shares.Sub(o.Own)
		}
		joined[o.Asset] = true
		a.queue[o.Asset] = a.queue[o.Asset].Add(n)
		if a.isDust(a.queue[o.Asset].Abs().Mul(price[o.Asset])) {
			a.queue[o.Asset] = zero
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
			if n.IsZero() || n.IsPositive() != buy || a.forbidden(i, side) || !joined[i] && !a.hurried(i, price) {
				continue
			}
			o := Order{Session: a.now, Asset: i, Buy: buy, Shares: n.Abs(), New: buy && a.growing}
			if !buy {
				o.Shares = decimal.Min(o.Shares, a.shares[i])
			}
			o.Own = atLeastZero(o.Shares.Sub(raising[i]))
			if o.Value = o.Shares.Mul(price[i]); !small(o) {
				going = append(going, o)
			}
		}
	}
	for _, o := range a.turned(going, price) {
		if !small(o) {
			a.queue[o.Asset] = zero
			out = append(out, o)
		}
	}
	return out
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

package oracle

import "github.com/shopspring/decimal"

// grow buys with new money only: every asset goes up to t K, K the largest v/t of what is
// left after the sales for what is owed. The money comes when the orders are filled.
func (a *account) grow(l *sight) []Order {
	var orders []Order
	switch {
	case !a.owed.IsPositive():
	case a.in.Lot > 0:
		orders = a.raiseLots(l, nil)
	default:
		orders = a.raise(l, nil)
	}
	left := append([]decimal.Decimal(nil), l.value...)
	for _, o := range orders {
		left[o.Asset] = left[o.Asset].Sub(o.Value)
	}
	level := zero
	for i, t := range a.targets {
		if t.IsZero() && left[i].IsPositive() {
			return orders // K is infinite: no purchase reaches it
		}
		if t.IsPositive() {
			level = decimal.Max(level, quotient(left[i], t))
		}
	}
	for i, t := range a.targets {
		need := t.Mul(level).Sub(left[i])
		if !t.IsPositive() || a.forbidden(i, "buy") || a.isTooSmall(i, need) {
			continue
		}
		if made := a.appendPurchase(nil, i, need, l.price[i]); len(made) > 0 {
			made[0].New = true
			orders = append(orders, made[0])
		}
	}
	return orders
}

// reduce sells only: every asset goes down to t K, K the smallest v/t of what is held.
// The proceeds leave; of these and a withdrawal the larger.
func (a *account) reduce(l *sight) (orders []Order) {
	level, some := zero, false
	for i, t := range a.targets {
		if !t.IsPositive() || a.isDust(l.value[i]) {
			continue
		}
		if x := quotient(l.value[i], t); !some || x.LessThan(level) {
			level, some = x, true
		}
	}
	for i, t := range a.targets {
		amount := l.value[i].Sub(t.Mul(level))
		if !some || a.forbidden(i, "sell") || a.isTooSmallSale(i, amount) {
			continue
		}
		shares := decimal.Min(a.shares[i], sharesNearest(amount, l.price[i]))
		if t.IsZero() {
			shares = a.shares[i]
		}
		orders = append(orders, Order{Session: a.now, Asset: i, Shares: shares, Value: shares.Mul(l.price[i]), Own: shares})
	}
	a.leaving, a.covered = true, a.owed
	if a.owed.IsPositive() && !a.raisesLots() {
		orders = a.raise(l, orders)
	}
	return orders
}

// endow brings the money that growth buys with.
func (a *account) endow(orders []Order, price []decimal.Decimal) {
	a.price = price
	free := atLeastZero(a.unreserved(zero))
	for _, o := range orders {
		if o.New && !a.noPrice(o.Asset) {
			a.kept = decimal.Min(a.kept, free) // it is for the purchases, not for a reserve that lacks
			o.Shares = a.taken(o)              // of what the volume takes today
			if toMicros(o.Shares.Mul(price[o.Asset])).IsZero() {
				continue
			}
			cost := a.needs([]Order{o}, price)
			a.cash, a.paid, a.endowed = a.cash.Add(cost), a.paid.Add(cost), a.endowed.Add(cost)
			a.out.Grown = a.out.Grown.Add(cost)
		}
	}
}

// leave lets the proceeds of a reduction out as they settle, as far as they are more than
// what is owed in any case.
func (a *account) leave(trades []Trade, open []Order) {
	if !a.leaving {
		return
	}
	came := proceeds(trades)
	paid := decimal.Min(came, a.covered)
	a.covered = a.covered.Sub(paid)
	a.owed = a.owed.Add(came).Sub(paid)
	a.paying = true
	a.leaving = len(open) > 0
}

// proceeds is what sales brought.
func proceeds(trades []Trade) decimal.Decimal {
	sum := zero
	for _, t := range trades {
		if !t.Buy {
			sum = sum.Add(t.Value).Sub(total(t.Costs))
		}
	}
	return sum
}

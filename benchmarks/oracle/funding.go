package oracle

import "github.com/shopspring/decimal"

// grow buys with new money only: every asset goes up to t K, K the largest v/t of what is
// left after the sales for what is owed. A deposit, or what waited, is new money, too: it is
// placed as it is without a trigger, and what still lacks comes when the orders are filled.
func (a *account) grow(l *sight, put offer, idle decimal.Decimal) []Order {
	orders := a.raiseFirst(l)
	left, sold := append([]decimal.Decimal(nil), l.value...), map[int]bool{}
	for _, o := range orders {
		left[o.Asset], sold[o.Asset] = left[o.Asset].Sub(o.Value), true
	}
	placed := make([]Order, len(left))
	if put.fresh.IsPositive() || idle.IsPositive() {
		alone := l
		if put.fresh.IsZero() {
			alone = a.limited(l, idle)
		}
		for _, o := range a.fillDeficits(alone) {
			placed[o.Asset] = o
			left[o.Asset] = left[o.Asset].Add(o.Value)
		}
		l.kept, l.idle, l.only = alone.kept, alone.idle, alone.only
	}
	level, reached := zero, true
	for i, t := range a.targets {
		if t.IsZero() && left[i].IsPositive() {
			reached = false // K is infinite: no purchase reaches it
		}
		if t.IsPositive() {
			level = decimal.Max(level, quotient(left[i], t))
		}
	}
	for i, t := range a.targets {
		o, need := placed[i], t.Mul(level).Sub(left[i])
		if reached && t.IsPositive() && !sold[i] && !a.forbidden(i, "buy") && !a.isDust(need) && !a.isTooSmall(i, need.Add(o.Value)) {
			for _, more := range a.appendPurchase(nil, i, need, l.price[i]) {
				more.New = more.Shares
				more.Shares, more.Value, more.Aside = more.Shares.Add(o.Shares), more.Value.Add(o.Value), o.Aside
				o = more
			}
		}
		if o.Shares.IsPositive() {
			orders = append(orders, o)
		}
	}
	return orders
}

// raiseFirst is what growth sells for what is owed, of what is really held.
func (a *account) raiseFirst(l *sight) (orders []Order) {
	seen := a.shares
	a.shares = a.held
	defer func() { a.shares = seen }()
	orders = a.raise(l, nil)
	for j := range orders {
		orders[j].Apart = a.in.Batch
	}
	return orders
}

// reduce sells only: every asset goes down to t K, K the smallest v/t of what is held with
// a target; what has none is sold whole. The proceeds leave; of these and a withdrawal the larger.
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
		if a.forbidden(i, "sell") || a.isTooSmallSale(i, amount) {
			continue
		}
		shares := decimal.Min(a.shares[i], sharesNearest(amount, l.price[i]))
		if t.IsZero() {
			shares = a.shares[i]
		}
		orders = append(orders, Order{Session: a.now, Asset: i, Shares: shares, Value: shares.Mul(l.price[i]), Leaving: shares})
	}
	a.covered = a.withdrawn()
	return orders
}

// endow brings the money that growth buys with, for what can be filled today.
func (a *account) endow(orders []Order, price []decimal.Decimal) {
	a.price = price
	for _, o := range orders {
		if !o.New.IsPositive() || a.noPrice(o.Asset) {
			continue
		}
		whole := o.Shares
		o.Shares = a.taken(o) // of what the volume takes today
		if toMicros(o.Shares.Mul(price[o.Asset])).IsZero() {
			continue
		}
		cost := toMicros(share(a.needs([]Order{o}, price), o.New, whole))
		a.bring(cost)
	}
}

// bring books new money of growth.
func (a *account) bring(money decimal.Decimal) {
	a.cash, a.paid, a.endowed = a.cash.Add(money), a.paid.Add(money), a.endowed.Add(money)
	a.out.Grown = a.out.Grown.Add(money)
}

// takeBack gives back the new money that nothing was bought with.
func (a *account) takeBack() { a.bring(a.endowed.Neg()) }

// leave lets the proceeds of a reduction out as they settle, as far as they are more than
// what is owed in any case.
func (a *account) leave(trades []Trade, open []Order) {
	came := leavingOf(trades)
	for _, o := range open {
		a.paying = a.paying || o.Leaving.IsPositive()
	}
	if !came.IsPositive() {
		return
	}
	paid := toMicros(decimal.Min(came, a.covered))
	a.covered = a.covered.Sub(paid)
	a.owed, a.going = a.owed.Add(came).Sub(paid), a.going.Add(came).Sub(paid)
	a.paying = true
}

// withdrawn is what the owner has asked for of what is owed: the rest are proceeds of
// reductions that are on their way, which leave beside it.
func (a *account) withdrawn() decimal.Decimal { return atLeastZero(a.owed.Sub(a.going)) }

// leavingOf is what the sales of a reduction brought.
func leavingOf(trades []Trade) decimal.Decimal {
	sum := zero
	for _, t := range trades {
		if !t.Buy {
			sum = sum.Add(toMicros(share(t.Value.Sub(total(t.Costs)), t.leaving, t.Shares)))
		}
	}
	return sum
}

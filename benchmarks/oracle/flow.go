package oracle

import "github.com/shopspring/decimal"

// flow books what the owner pays in today and notes what is to be paid out; a
// decision must see both.
func (a *account) flow() {
	for _, f := range a.in.Flows {
		if f.Session != a.now {
			continue
		}
		a.wake = true
		if amount := toMicros(number(f.Amount)); amount.IsPositive() {
			a.cash = a.cash.Add(amount)
			a.fresh = a.fresh.Add(amount)
		} else {
			a.owed = a.owed.Sub(amount)
		}
	}
}

// payOut pays what is owed as far as the settled cash goes, once orders were due.
// While more is to come it is tried again; then what lacks is raised at the next
// close, or given up when nothing is held.
func (a *account) payOut() {
	if !a.paying {
		return
	}
	out := atLeastZero(decimal.Min(a.owed, a.cash.Sub(a.fresh)))
	a.cash = a.cash.Sub(out)
	a.out.Withdrawals = a.out.Withdrawals.Add(out)
	a.owed = a.owed.Sub(out)
	if a.owed.Sub(dust).Abs().LessThan(rounding) {
		a.near()
	}
	if a.owed.LessThan(dust) {
		a.owed = zero
	}
	if a.owed.IsPositive() && (a.fills || a.unsettled().IsPositive()) {
		return
	}
	a.paying = false
	if a.owed.IsZero() {
		return
	}
	for _, n := range a.shares {
		if n.IsPositive() {
			a.wake = true
			return
		}
	}
	a.out.Unpaid = a.out.Unpaid.Add(a.owed)
	a.owed = zero
}

// raise sells for what neither the cash nor the trades already meant bring: the
// largest v/t, as the trades would leave it, is lowered to the next, then both, until
// the money and the sales' costs are raised, and half of 0.01 for rounding.
func (a *account) raise(l *sight, orders []Order) []Order {
	meant := make([]decimal.Decimal, len(a.targets)) // purchases +, sales -
	short := a.spendable(l.reserve).Neg()
	for _, o := range orders {
		if o.Buy {
			meant[o.Asset] = o.Value
			short = short.Add(a.dear(o.Asset, o.Value)).Add(a.fixedPart("buy", o.Asset))
		} else {
			meant[o.Asset] = o.Value.Neg()
			short = short.Sub(o.Value.Mul(one.Sub(a.rate("sell", o.Asset)))).Add(a.fixedPart("sell", o.Asset))
		}
	}
	if short.Sub(dust).Abs().LessThan(rounding) {
		a.near()
	}
	if short.LessThan(dust) {
		return orders
	}
	short = short.Add(dust.Div(two))
	if a.bound() || a.least().GreaterThan(dust) {
		a.inTurnSold(l, short, meant)
	} else {
		a.lower(l, short, meant)
	}
	var made []Order
	for i, amount := range meant {
		switch {
		case amount.IsPositive() && !a.isDust(amount):
			made = a.appendPurchase(made, i, amount, l.price[i])
		case amount.IsNegative() && !a.isDust(amount.Neg()):
			shares := decimal.Min(a.shares[i], sharesNearest(amount.Neg(), l.price[i]))
			made = append(made, Order{Session: a.now, Asset: i, Shares: shares, Value: shares.Mul(l.price[i])})
		}
	}
	return made
}

// fixedOfSale is the fixed part of a sale; more of one that is meant already has none.
func (a *account) fixedOfSale(i int, meant []decimal.Decimal) decimal.Decimal {
	if meant[i].IsNegative() && !a.isDust(meant[i].Neg()) {
		return zero
	}
	return a.fixedPart("sell", i)
}

// lower sells assets with the largest v/t down to one level.
func (a *account) lower(l *sight, short decimal.Decimal, meant []decimal.Decimal) {
	kept := func(i int) decimal.Decimal { return l.value[i].Add(meant[i]) }
	part := func(i int) decimal.Decimal { return one.Sub(a.rate("sell", i)) }
	ranked := a.byValue(l, kept)
	held, target, level, sold := zero, zero, zero, 0
	for k, i := range ranked {
		held = held.Add(kept(i).Mul(part(i))).Sub(a.fixedOfSale(i, meant))
		target = target.Add(a.targets[i].Mul(part(i)))
		sold = k + 1
		if target.IsZero() {
			if held.GreaterThanOrEqual(short) {
				break
			}
			continue
		}
		level = quotient(held.Sub(short), target)
		if sold < len(ranked) {
			next := quotient(kept(ranked[sold]), a.targets[ranked[sold]])
			if level.Sub(next).Abs().LessThan(equalNear) {
				a.near()
			}
			if level.GreaterThanOrEqual(next) {
				break
			}
		}
	}
	for _, i := range ranked[:sold] {
		down := kept(i).Sub(atLeastZero(level).Mul(a.targets[i]))
		if !a.isDust(down) {
			meant[i] = meant[i].Sub(decimal.Min(down, kept(i)))
		}
	}
}

// byValue ranks assets by what is kept of them over their targets, the largest
// first; those without a target come before all others.
func (a *account) byValue(l *sight, kept func(int) decimal.Decimal) []int {
	all := make([]int, len(a.targets))
	for i := range all {
		all[i] = i
	}
	return a.ranked(all, func(i int) decimal.Decimal {
		if a.targets[i].IsZero() {
			return decimal.New(1, 30)
		}
		return quotient(kept(i), a.targets[i])
	}, l)
}

// bound says whether a rule is in force that changes something.
func (a *account) bound() bool {
	for i, t := range a.targets {
		if a.forbidden(i, "sell") && a.shares[i].IsPositive() || a.forbidden(i, "buy") && t.IsPositive() {
			return true
		}
	}
	return false
}

// inTurnSold sells one asset, as far as it may be sold and at least the minimum, then
// the next: where single sales are forbidden or too small no level fits all.
func (a *account) inTurnSold(l *sight, short decimal.Decimal, meant []decimal.Decimal) {
	kept := func(i int) decimal.Decimal { return l.value[i].Add(meant[i]) }
	ranked := a.byValue(l, kept)
	for k, i := range ranked[1:] { // who comes first is chance when two are sold down to one level before
		j := ranked[k]
		ahead := kept(j).Mul(a.targets[i]).Sub(kept(i).Mul(a.targets[j]))
		if a.targets[j].IsPositive() && ahead.Abs().LessThan(dust) && (kept(i).GreaterThan(dust) || kept(j).GreaterThan(dust)) {
			a.near()
		}
	}
	for _, i := range ranked {
		rate, fixed := one.Sub(a.rate("sell", i)), a.fixedOfSale(i, meant)
		most := kept(i)
		if a.forbidden(i, "sell") {
			most = zero
		} else if meant[i].IsPositive() {
			most = l.value[i]
		}
		amount := decimal.Min(most, decimal.Max(a.least(), quotient(short.Add(fixed), rate)))
		got := amount.Mul(rate).Sub(fixed)
		if a.isDust(short) || a.isDust(amount) || a.isSmall(amount) || !got.IsPositive() {
			continue
		}
		meant[i] = meant[i].Sub(amount)
		short = short.Sub(got)
	}
}

package oracle

import "github.com/shopspring/decimal"

// flow books what the owner pays in today and notes what is to be paid out; a
// decision must see both.
func (a *account) flow() {
	in, out := zero, zero
	for _, f := range a.in.Flows {
		if f.Session != a.now {
			continue
		}
		a.wake = true
		if amount := toMicros(number(f.Amount)); amount.IsPositive() {
			a.cash = a.cash.Add(amount)
			a.fresh = a.fresh.Add(amount)
			in = in.Add(amount)
		} else {
			a.owed = a.owed.Sub(amount)
			out = out.Sub(amount)
		}
	}
	a.netted = a.netted.Add(decimal.Min(in, out))
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
	a.fitIdle()
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
// the money and the sales' costs are raised, and no more.
func (a *account) raise(l *sight, orders []Order) []Order {
	meant := make([]decimal.Decimal, len(a.targets)) // purchases +, sales -
	own := map[int]decimal.Decimal{}
	short := a.lacking(l.reserve)
	for _, o := range orders {
		if o.Buy {
			meant[o.Asset] = o.Value
			short = short.Add(a.dear(o.Asset, o.Value)).Add(a.fixedPart("buy", o.Asset))
		} else {
			meant[o.Asset], own[o.Asset] = o.Value.Neg(), o.Shares
			short = short.Sub(o.Value.Mul(one.Sub(a.rate("sell", o.Asset)))).Add(a.fixedPart("sell", o.Asset))
		}
	}
	if short.Sub(dust).Abs().LessThan(rounding) {
		a.near()
	}
	if short.LessThan(dust) {
		return orders
	}
	for i, amount := range a.levelled(l, short, meant) {
		meant[i] = meant[i].Sub(amount)
	}
	var made []Order
	for i, amount := range meant {
		switch {
		case amount.IsPositive() && !a.isDust(amount):
			made = a.appendPurchase(made, i, amount, l.price[i])
		case amount.IsNegative() && !a.isDust(amount.Neg()):
			shares := decimal.Min(a.shares[i], sharesNearest(amount.Neg(), l.price[i]))
			made = append(made, Order{Session: a.now, Asset: i, Shares: shares, Value: shares.Mul(l.price[i]), Own: own[i]})
		}
	}
	return made
}

// lacking is what is owed and not there beside the reserve. A reserve that lacks is not
// raised.
func (a *account) lacking(reserve decimal.Decimal) decimal.Decimal {
	there := decimal.Max(a.there, a.cash.Add(a.unsettled())) // cash that purchases in the batch will use pays what is owed first
	return a.owed.Sub(atLeastZero(there.Sub(reserve)))
}

// levelled is what is sold of each asset: what may not be sold is left out of the
// levelling. A sale under the minimum is dropped, the smallest first, and the levelling
// repeated; a single one that is left is made as large as the minimum, or all there is.
func (a *account) levelled(l *sight, short decimal.Decimal, meant []decimal.Decimal) map[int]decimal.Decimal {
	kept := func(i int) decimal.Decimal { return l.value[i].Add(meant[i]) }
	var ranked []int
	for _, i := range a.byValue(l, kept) {
		if !a.forbidden(i, "sell") && kept(i).IsPositive() {
			ranked = append(ranked, i)
		}
	}
	for {
		down := a.lowered(ranked, short, meant, kept)
		sale := map[int]decimal.Decimal{}
		var selling []int
		for _, i := range ranked {
			if down[i].IsPositive() {
				sale[i] = down[i].Sub(meant[i])
				selling = append(selling, i)
			}
		}
		drop := a.smallest(selling, down, byAsset(sale, len(meant)), func(i int, more decimal.Decimal) bool {
			return a.isDust(more) || a.isSmall("sell", i, sale[i])
		})
		if drop < 0 {
			return down
		}
		if len(selling) == 1 {
			least := decimal.Max(dust, number(a.in.Minimum))
			down[drop] = decimal.Min(kept(drop), least.Add(meant[drop]))
			return down
		}
		ranked = without(ranked, drop)
	}
}

// byAsset is a list of the sales by asset.
func byAsset(sale map[int]decimal.Decimal, n int) []decimal.Decimal {
	list := make([]decimal.Decimal, n)
	for i, x := range sale {
		list[i] = x
	}
	return list
}

// isTooSmallSale says whether a sale that is to raise money is dropped.
func (a *account) isTooSmallSale(i int, value decimal.Decimal) bool {
	return a.isDust(value) || a.isSmall("sell", i, value)
}

// fixedOfSale is the fixed part of a sale; more of one that is meant already has none.
func (a *account) fixedOfSale(i int, meant []decimal.Decimal) decimal.Decimal {
	if meant[i].IsNegative() && !a.isDust(meant[i].Neg()) {
		return zero
	}
	return a.fixedPart("sell", i)
}

// lowered sells what has no target, one asset after the other, and then the assets with
// the largest v/t down to one level.
func (a *account) lowered(ranked []int, short decimal.Decimal, meant []decimal.Decimal, kept func(int) decimal.Decimal) map[int]decimal.Decimal {
	part := func(i int) decimal.Decimal { return one.Sub(a.rate("sell", i)) }
	down := map[int]decimal.Decimal{}
	for len(ranked) > 0 && a.targets[ranked[0]].IsZero() && short.IsPositive() {
		i := ranked[0]
		ranked = ranked[1:]
		down[i] = decimal.Min(kept(i), quotient(short.Add(a.fixedOfSale(i, meant)), part(i)))
		short = short.Sub(down[i].Mul(part(i))).Add(a.fixedOfSale(i, meant))
	}
	if len(ranked) == 0 || a.targets[ranked[0]].IsZero() || short.LessThan(unit) {
		return down
	}
	held, target, level, sold := zero, zero, zero, 0
	for k, i := range ranked {
		held = held.Add(kept(i).Mul(part(i))).Sub(a.fixedOfSale(i, meant))
		target = target.Add(a.targets[i].Mul(part(i)))
		sold = k + 1
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
		down[i] = atLeastZero(kept(i).Sub(atLeastZero(level).Mul(a.targets[i])))
	}
	return down
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

// raisesLots says whether what is owed is raised in whole lots, after the rule's own
// orders have become whole lots.
func (a *account) raisesLots() bool { return a.in.Lot > 0 && !a.growing }

// raiseLots raises what the orders do not bring: levelled, then rounded up to whole lots in
// falling order of size, each counted before the next, so that the last shrink to what is
// still missing, or vanish.
func (a *account) raiseLots(l *sight, orders []Order) []Order {
	meant, place := make([]decimal.Decimal, len(a.targets)), map[int]int{}
	missing := a.lacking(l.reserve)
	for j, o := range orders {
		place[o.Asset] = j
		if meant[o.Asset] = o.Value; !o.Buy { // purchases are cut to the cash when they fill
			meant[o.Asset] = o.Value.Neg()
			missing = missing.Sub(o.Value.Mul(one.Sub(a.rate("sell", o.Asset)))).Add(a.fixedPart("sell", o.Asset))
		}
	}
	if missing.Sub(dust).Abs().LessThan(rounding) {
		a.near()
	}
	if missing.LessThan(dust) {
		return orders
	}
	down := a.levelled(l, missing, meant)
	for _, i := range a.bySize(down) {
		if missing.LessThan(dust) {
			break
		}
		fixed, rate := a.fixedOfSale(i, meant), one.Sub(a.rate("sell", i))
		need := decimal.Min(down[i], quotient(missing.Add(fixed), rate))
		own := zero
		if j, ok := place[i]; ok && !orders[j].Buy {
			own = orders[j].Shares
		}
		shares := a.upToLots(i, own.Add(quotient(need, l.price[i])))
		if a.isSmall("sell", i, shares.Mul(l.price[i])) {
			shares = a.upToLots(i, quotient(number(a.in.Minimum), l.price[i]))
		}
		more := shares.Sub(own)
		if !more.IsPositive() {
			continue
		}
		missing = missing.Sub(more.Mul(l.price[i]).Mul(rate)).Add(fixed)
		sale := Order{Session: a.now, Asset: i, Shares: shares, Value: shares.Mul(l.price[i]), Own: own}
		if j, ok := place[i]; ok && !orders[j].Buy {
			orders[j] = sale
		} else {
			orders = append(orders, sale)
		}
	}
	return orders
}

// bySize lists the assets of sales, the largest first.
func (a *account) bySize(sale map[int]decimal.Decimal) (sorted []int) {
	for i := range a.targets {
		if !sale[i].IsPositive() {
			continue
		}
		at := len(sorted)
		for at > 0 && sale[sorted[at-1]].LessThan(sale[i]) {
			at--
		}
		for _, j := range sorted {
			if sale[i].Sub(sale[j]).Abs().LessThan(rounding) {
				a.near()
			}
		}
		sorted = append(sorted[:at], append([]int{i}, sorted[at:]...)...)
	}
	return sorted
}

package oracle

import (
	"slices"

	"github.com/shopspring/decimal"
)

// lacking is what is owed and not there beside the reserve. A reserve that lacks is not
// raised.
func (a *account) lacking(reserve decimal.Decimal) decimal.Decimal {
	return a.owed.Sub(atLeastZero(a.there.Sub(reserve))) // cash that purchases in the batch will use pays what is owed first
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
			return a.isDust(more) || a.isSmall("sell", i, sale[i]) || !a.pays(i, sale[i])
		})
		if drop < 0 {
			return down
		}
		if len(selling) == 1 {
			least := decimal.Min(kept(drop), decimal.Max(dust, number(a.in.Minimum)).Add(meant[drop]))
			if whole := least.Sub(meant[drop]); least.GreaterThanOrEqual(down[drop]) && a.pays(drop, whole) && !a.isDust(whole) {
				down[drop] = least
				return down
			}
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

// lowered levels what has no target by value, as far as it takes, and then the assets with
// the largest v/t.
func (a *account) lowered(ranked []int, short decimal.Decimal, meant []decimal.Decimal, kept func(int) decimal.Decimal) map[int]decimal.Decimal {
	down := map[int]decimal.Decimal{}
	var first, rest []int
	for _, i := range ranked {
		if a.targets[i].IsZero() {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	short = a.level(first, short, meant, kept, func(int) decimal.Decimal { return one }, down)
	a.level(rest, short, meant, kept, func(i int) decimal.Decimal { return a.targets[i] }, down)
	return down
}

// level lowers the assets with the largest value over weight to the next, until an amount
// and its costs are raised. It returns what is still missing.
func (a *account) level(ranked []int, short decimal.Decimal, meant []decimal.Decimal, kept, weight func(int) decimal.Decimal, down map[int]decimal.Decimal) decimal.Decimal {
	if len(ranked) == 0 || short.LessThan(unit) {
		return short
	}
	part := func(i int) decimal.Decimal { return one.Sub(a.rate("sell", i)) }
	held, weights, level, sold := zero, zero, zero, 0
	for k, i := range ranked {
		held = held.Add(kept(i).Mul(part(i))).Sub(a.fixedOfSale(i, meant))
		weights = weights.Add(weight(i).Mul(part(i)))
		sold = k + 1
		level = quotient(held.Sub(short), weights)
		if sold < len(ranked) {
			next := quotient(kept(ranked[sold]), weight(ranked[sold]))
			if level.Sub(next).Abs().LessThan(equalNear) {
				a.near()
			}
			if level.GreaterThanOrEqual(next) {
				break
			}
		}
	}
	for _, i := range ranked[:sold] {
		down[i] = atLeastZero(kept(i).Sub(atLeastZero(level).Mul(weight(i))))
		short = short.Sub(down[i].Mul(part(i))).Add(a.fixedOfSale(i, meant))
	}
	return short
}

// byValue ranks assets by what is kept of them over their targets, the largest
// first; those without a target come before all others, by value.
func (a *account) byValue(l *sight, kept func(int) decimal.Decimal) []int {
	all := make([]int, len(a.targets))
	for i := range all {
		all[i] = i
	}
	return a.ranked(all, func(i int) decimal.Decimal {
		if a.targets[i].IsZero() {
			return decimal.New(1, 30).Add(kept(i))
		}
		return quotient(kept(i), a.targets[i])
	}, l)
}

// raise raises what the rule's own orders, as they go out, do not bring: out of what is
// held. What waited of an asset that is sold stays in the batch.
func (a *account) raise(l *sight, orders []Order) []Order {
	if !a.owed.IsPositive() {
		return orders
	}
	real, sizes := a.really(l), map[int]decimal.Decimal{}
	for _, o := range orders {
		sizes[o.Asset] = o.Value
	}
	a.consider(sizes)
	for try := 0; ; try++ {
		made := append([]Order(nil), orders...)
		if a.in.Lot > 0 {
			made = a.raiseLots(real, made)
		} else {
			made = a.raiseShares(real, made)
		}
		if a.settled(made, l.price, &sizes, try) {
			slices.SortStableFunc(made, func(x, y Order) int { return x.Asset - y.Asset })
			return a.notBoughtToo(made)
		}
	}
}

// really is a sight of what is held, without what waits in the batch.
func (a *account) really(l *sight) *sight {
	real := *l
	real.value, real.weight, real.invested = nil, nil, zero
	for i, n := range a.held {
		real.value = append(real.value, n.Mul(l.price[i]))
		real.invested = real.invested.Add(real.value[i])
	}
	for _, v := range real.value {
		real.weight = append(real.weight, share(v, one, real.invested))
	}
	return &real
}

// raiseShares raises what the sales that are meant do not bring. Purchases are cut to the
// cash when they fill.
func (a *account) raiseShares(l *sight, made []Order) []Order {
	meant, place := a.meantSales(made)
	missing, lacks := a.unmet(l, made)
	if !lacks {
		return made
	}
	down := a.levelled(l, missing, meant)
	for i := range a.targets {
		amount := down[i]
		if a.isDust(amount) {
			continue
		}
		shares := decimal.Min(a.shares[i], sharesNearest(amount.Sub(meant[i]), l.price[i]))
		sale := Order{Session: a.now, Asset: i, Shares: shares, Value: shares.Mul(l.price[i])}
		made = enlarged(made, place, sale)
	}
	return made
}

// unmet is what the sales that are meant do not bring of what is owed, and false where
// that is dust.
func (a *account) unmet(l *sight, orders []Order) (decimal.Decimal, bool) {
	missing := a.missing(l, orders)
	if missing.Sub(dust).Abs().LessThan(rounding) {
		a.near()
	}
	return missing, !missing.LessThan(dust)
}

// enlarged puts a sale in the place of the one that is meant of its asset, of which the
// same part leaves, or behind the others.
func enlarged(orders []Order, place map[int]int, sale Order) []Order {
	j, ok := place[sale.Asset]
	if !ok {
		return append(orders, sale)
	}
	sale.Leaving = orders[j].Leaving
	orders[j] = sale
	return orders
}

// meantSales is what orders sell of each asset, below 0, and where.
func (a *account) meantSales(orders []Order) (meant []decimal.Decimal, place map[int]int) {
	meant, place = make([]decimal.Decimal, len(a.targets)), map[int]int{}
	for j, o := range orders {
		if !o.Buy {
			meant[o.Asset], place[o.Asset] = o.Value.Neg(), j
		}
	}
	return meant, place
}

// missing is what is owed and brought neither by the cash nor by sales that are meant. What
// a reduction sells leaves, but for the withdrawals of its day.
func (a *account) missing(l *sight, orders []Order) decimal.Decimal {
	came, leaves := zero, zero
	for _, o := range orders {
		if !o.Buy {
			net := o.Value.Mul(one.Sub(a.rate("sell", o.Asset))).Sub(a.fixedPart("sell", o.Asset))
			came = came.Add(net)
			leaves = leaves.Add(share(net, o.Leaving, o.Shares))
		}
	}
	return a.lacking(l.reserve).Sub(came).Add(atLeastZero(leaves.Sub(a.covered)))
}

// notBoughtToo leaves what waited of an asset that is sold for what is owed in the batch.
func (a *account) notBoughtToo(orders []Order) (out []Order) {
	sold := map[int]bool{}
	for _, o := range orders {
		sold[o.Asset] = sold[o.Asset] || !o.Buy
	}
	for _, o := range orders {
		if !o.Buy || !sold[o.Asset] {
			out = append(out, o)
		}
	}
	for i, back := range a.released {
		if sold[i] && back.shares.IsPositive() {
			a.queue[i], a.purposes[i] = back.shares, back.purpose
			a.paid = a.paid.Sub(back.free)
		}
	}
	return out
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

package oracle

import "github.com/shopspring/decimal"

// inLots rounds sales to the nearest lot, but for those of all that is held, and
// purchases down; what that leaves buys a lot of each of the largest remainders.
func (a *account) inLots(orders []Order, price []decimal.Decimal) []Order {
	lot := number(a.in.Lot)
	money, rest := zero, map[int]decimal.Decimal{}
	var buys []int
	at, asked := map[int]int{}, make([]decimal.Decimal, len(orders))
	for j := range orders {
		o := &orders[j]
		exact := o.Shares
		at[o.Asset], asked[j] = j, exact
		switch {
		case o.Buy:
			buys = append(buys, o.Asset)
			o.Shares, rest[o.Asset] = a.floorLots(o.Asset, exact)
			// what was held back for rounding is money, too: whole lots may cost all there is
			money = money.Add(rest[o.Asset].Mul(price[o.Asset]).Mul(one.Add(a.rate("buy", o.Asset)))).Add(a.heldBackFor(o.Asset))
		case !exact.Equal(a.shares[o.Asset]):
			o.Shares = a.nearestLots(o, exact)
			money = money.Add(o.Shares.Sub(exact).Mul(price[o.Asset]).Mul(one.Sub(a.rate("sell", o.Asset))))
		}
	}
	for i := a.largestRest(buys, rest); i >= 0; i = a.largestRest(buys, rest) {
		rest[i] = zero
		cost := lot.Mul(price[i]).Mul(one.Add(a.rate("buy", i)))
		if cost.Sub(money).Abs().LessThan(rounding) {
			a.near()
		}
		o := &orders[at[i]]
		if more := o.Shares.Add(lot); cost.LessThanOrEqual(money) && (o.Asked.IsZero() || more.LessThanOrEqual(o.Asked)) {
			o.Shares = more
			money = money.Sub(cost)
		}
	}
	var out []Order
	for j, o := range orders {
		if o.Shares.IsPositive() {
			o.Value = o.Shares.Mul(price[o.Asset])
			o.New, o.Leaving = share(o.New, o.Shares, asked[j]), share(o.Leaving, o.Shares, asked[j])
			a.setAside(&o)
			out = append(out, o)
		}
	}
	return out
}

// nearestLots rounds a sale; one that the largest turnover cut is rounded down.
func (a *account) nearestLots(o *Order, shares decimal.Decimal) decimal.Decimal {
	if shares.Equal(a.shares[o.Asset]) {
		return shares
	}
	lot := number(a.in.Lot)
	lots := quotient(shares, lot)
	if o.Asked.IsZero() {
		lots = lots.Add(quotient(one, two))
	}
	if lots.Sub(lots.Round(0)).Abs().Mul(lot).LessThan(unit.Mul(two)) {
		a.near()
	}
	whole := lots.Truncate(0).Mul(lot)
	for whole.GreaterThan(a.shares[o.Asset]) {
		whole = whole.Sub(lot)
	}
	return whole
}

// upToLots rounds shares up to whole lots, or to all that is held.
func (a *account) upToLots(asset int, shares decimal.Decimal) decimal.Decimal {
	lot := number(a.in.Lot)
	lots := quotient(shares.Sub(quotient(a.slack("sell", asset), a.price[asset])), lot)
	if lots.Sub(lots.Round(0)).Abs().Mul(lot).LessThan(lotsNear) {
		a.near()
	}
	return decimal.Min(a.shares[asset], lots.Ceil().Mul(lot))
}

// wholeLots rounds each scaled purchase down and gives what is left of the money to
// the largest remainders, a lot each.
func (a *account) wholeLots(buys []int, wanted map[int]decimal.Decimal, price []decimal.Decimal, money decimal.Decimal) []Order {
	cost := func(i int, shares decimal.Decimal) decimal.Decimal {
		if shares.IsZero() {
			return zero
		}
		return a.needs([]Order{{Asset: i, Buy: true, Shares: shares}}, price)
	}
	cut, rest := map[int]decimal.Decimal{}, map[int]decimal.Decimal{}
	for _, i := range buys {
		cut[i], rest[i] = a.floorLots(i, wanted[i])
		money = money.Sub(cost(i, cut[i]))
	}
	for i := a.largestRest(buys, rest); i >= 0; i = a.largestRest(buys, rest) {
		rest[i] = zero
		more := cut[i].Add(number(a.in.Lot))
		if price := cost(i, more).Sub(cost(i, cut[i])); price.LessThanOrEqual(money) {
			cut[i], money = more, money.Sub(price)
		}
	}
	return ordersFor(buys, cut)
}

// floorLots is a number of shares of an asset in whole lots, and the rest.
func (a *account) floorLots(asset int, shares decimal.Decimal) (whole, rest decimal.Decimal) {
	lot := number(a.in.Lot)
	lots := quotient(shares, lot)
	slack := quotient(a.slack("buy", asset), a.price[asset].Mul(lot))
	if over := lots.Add(slack); over.Sub(over.Round(0)).Abs().Mul(lot).LessThan(lotsNear) {
		a.near()
	}
	whole = lots.Add(slack).Truncate(0).Mul(lot)
	return whole, atLeastZero(shares.Sub(whole))
}

// isRounding says whether shares are so few that what is held back, or rounded,
// decides on them.
func (a *account) isRounding(asset int, shares decimal.Decimal) bool {
	return shares.Abs().LessThan(decimal.Max(decimal.New(1, -6), quotient(rounding.Mul(two), a.price[asset])))
}

// largestRest is the asset with the largest rest, the first by name of equal ones.
func (a *account) largestRest(assets []int, rest map[int]decimal.Decimal) int {
	at := -1
	for _, i := range assets {
		if !rest[i].IsPositive() {
			continue
		}
		if at >= 0 && (a.isRounding(i, rest[i].Sub(rest[at])) || a.isRounding(at, rest[i].Sub(rest[at]))) {
			a.near()
		}
		if at < 0 || rest[i].GreaterThan(rest[at]) || rest[i].Equal(rest[at]) && a.in.Symbols[i] < a.in.Symbols[at] {
			at = i
		}
	}
	return at
}

// raiseLots raises what the orders do not bring: levelled, then rounded up to whole lots in
// falling order of size, each counted before the next, so that the last shrink to what is
// still missing, or vanish.
func (a *account) raiseLots(l *sight, orders []Order) []Order {
	meant, place := a.meantSales(orders)
	missing, lacks := a.unmet(l, orders)
	if !lacks {
		return orders
	}
	down := a.levelled(l, missing, meant)
	for _, i := range a.bySize(down) {
		if missing.LessThan(dust) {
			break
		}
		own := zero
		if j, ok := place[i]; ok {
			own = orders[j].Shares
		}
		shares := a.lotsFor(i, own, down[i], missing, meant)
		if !shares.GreaterThan(own) {
			continue
		}
		missing = missing.Sub(a.brings(i, shares).Sub(a.brings(i, own)))
		sale := Order{Session: a.now, Asset: i, Shares: shares, Value: shares.Mul(l.price[i])}
		orders = enlarged(orders, place, sale)
	}
	return orders
}

// lotsFor is the sale, own shares and more, that brings an amount or what is missing, the
// smaller, in whole lots; at least the minimum.
func (a *account) lotsFor(i int, own, down, missing decimal.Decimal, meant []decimal.Decimal) decimal.Decimal {
	fixed, rate := a.fixedOfSale(i, meant), one.Sub(a.rate("sell", i))
	need := decimal.Min(down, quotient(missing.Add(fixed), rate))
	shares := a.upToLots(i, own.Add(quotient(need, a.price[i])))
	for need.LessThan(down) && shares.LessThan(a.shares[i]) { // costs of this very size
		lacks := missing.Sub(a.brings(i, shares).Sub(a.brings(i, own))).Sub(a.slack("sell", i))
		if lacks.Abs().LessThan(meetsNear) {
			a.near()
		}
		if !lacks.IsPositive() {
			break
		}
		shares = decimal.Min(a.shares[i], shares.Add(number(a.in.Lot)))
	}
	if a.isSmall("sell", i, shares.Mul(a.price[i])) {
		shares = a.upToLots(i, quotient(number(a.in.Minimum), a.price[i]))
	}
	return shares
}

// brings is what a sale of so many shares brings at the close.
func (a *account) brings(i int, shares decimal.Decimal) decimal.Decimal {
	if shares.IsZero() {
		return zero
	}
	value := shares.Mul(a.price[i])
	return value.Sub(total(a.charge("sell", i, value)))
}

package oracle

import "github.com/shopspring/decimal"

// applies says whether a cost component is charged on a trade of this side and
// asset at the session that is being replayed.
func (a *account) applies(c Cost, side string, asset int) bool {
	today := a.in.Dates[a.now]
	if c.Side != "both" && c.Side != side {
		return false
	}
	if c.From != 0 && today < c.From || c.Until != 0 && today > c.Until {
		return false
	}
	if c.Assets == nil {
		return true
	}
	for _, i := range c.Assets {
		if i == asset {
			return true
		}
	}
	return false
}

// component is what one cost takes of a trade of a value: an amount, and a part of
// the value.
func (a *account) component(c Cost, side string, asset int, value decimal.Decimal) (fixed, part decimal.Decimal) {
	if !a.applies(c, side, asset) {
		return zero, zero
	}
	switch c.Kind {
	case "bps":
		return zero, number(c.Rate).Shift(-4)
	case "fixed":
		return number(c.Rate), zero
	}
	price := a.price[asset]
	cost := quotient(value, price).Mul(number(c.Rate))
	for _, limit := range []float64{c.Least, c.Most} {
		if limit > 0 && cost.Sub(number(limit)).Abs().LessThan(number(limit/50)) {
			a.near() // several sizes may fit what they cost: which one is found is chance
		}
	}
	switch {
	case cost.LessThan(number(c.Least)):
		return number(c.Least), zero
	case c.Most > 0 && cost.GreaterThan(number(c.Most)):
		return number(c.Most), zero
	}
	return zero, quotient(number(c.Rate), price)
}

// rate is the part of a trade's value that its costs take, for a trade of the size
// that is being considered; bps / 10,000.
func (a *account) rate(side string, asset int) decimal.Decimal {
	sum := zero
	for _, c := range a.in.Costs {
		_, part := a.component(c, side, asset, a.size[asset])
		sum = sum.Add(part)
	}
	return sum
}

// plainRate is the part of a trade's value that the costs take which do not depend
// on its size: all that is known of a purchase before it is planned.
func (a *account) plainRate(side string, asset int) decimal.Decimal {
	sum := zero
	for _, c := range a.in.Costs {
		if c.Kind == "bps" && a.applies(c, side, asset) {
			sum = sum.Add(number(c.Rate).Shift(-4))
		}
	}
	return sum
}

// fixedPart is what a trade of the size that is being considered costs beside that.
func (a *account) fixedPart(side string, asset int) decimal.Decimal {
	sum := zero
	for _, c := range a.in.Costs {
		fixed, _ := a.component(c, side, asset, a.size[asset])
		sum = sum.Add(fixed)
	}
	return sum
}

// consider sets the sizes that rates and fixed parts are for; nil: the smallest.
func (a *account) consider(sizes map[int]decimal.Decimal) { a.size = sizes }

// charge is each cost of a trade, rounded apart.
func (a *account) charge(side string, asset int, value decimal.Decimal) []decimal.Decimal {
	costs := make([]decimal.Decimal, len(a.in.Costs))
	for k, c := range a.in.Costs {
		fixed, part := a.component(c, side, asset, value)
		costs[k] = toMicros(fixed.Add(part.Mul(value)))
	}
	return costs
}

// afterFixedParts is the money that purchases can share: the fixed parts of
// all intended purchases come off first, and something is held back for each.
func (a *account) afterFixedParts(money decimal.Decimal, intended []int) decimal.Decimal {
	for _, i := range intended {
		money = money.Sub(a.fixedPart("buy", i)).Sub(a.heldBackFor(i))
	}
	return atLeastZero(money)
}

// heldBackFor is 2e-6 for an intended purchase and for each cost component of it, so
// that rounding never makes cash negative.
func (a *account) heldBackFor(asset int) decimal.Decimal {
	sum := heldBack
	for _, c := range a.in.Costs {
		if a.applies(c, "buy", asset) {
			sum = sum.Add(heldBack)
		}
	}
	return sum
}

// reserve is the cash that is never invested, at given prices.
func (a *account) reserve(price []decimal.Decimal) decimal.Decimal {
	return number(a.in.Reserve).Add(number(a.in.ReserveFraction).Mul(a.worth(price)))
}

// spendable is all cash less reserve, as a decision counts it.
func (a *account) spendable(reserve decimal.Decimal) decimal.Decimal {
	return atLeastZero(a.cash.Add(a.unsettled()).Sub(reserve))
}

// purse is what purchases may use at a fill: settled cash, or all of it when
// unsettled proceeds bridge; not the reserve, nor a deposit that no decision has seen.
func (a *account) purse(reserve decimal.Decimal) decimal.Decimal {
	return atLeastZero(a.unreserved(reserve))
}

// unreserved is the same, below 0 when the reserve is not all settled cash.
func (a *account) unreserved(reserve decimal.Decimal) decimal.Decimal {
	money := a.cash
	if a.in.Bridge {
		money = money.Add(a.unsettled())
	}
	return money.Sub(reserve).Sub(a.fresh)
}

// fill executes the orders of a decision at the given prices: sales first,
// then purchases, scaled with their costs by one common factor to the cash.
// What is cut is missed. Purchases that the settled cash does not pay while
// proceeds are on their way are returned: they wait, whole, until enough of what is
// on its way has settled.
func (a *account) fill(decision int, orders []Order, price []decimal.Decimal) (trades []Trade, waiting []Order) {
	a.price = price
	reserve := a.reserve(price)
	var purchases []Order
	for _, o := range orders {
		if o.Buy {
			purchases = append(purchases, o)
		} else if t, ok := a.sale(o.Asset, o.Shares, price[o.Asset]); ok {
			t.Decision = decision
			a.receive(o.Asset, t.Value.Sub(total(t.Costs)))
			a.shares[o.Asset] = a.shares[o.Asset].Sub(t.Shares)
			trades = append(trades, t)
		}
	}
	lack := a.needs(purchases, price).Sub(a.unreserved(reserve))
	if !a.in.Bridge && len(purchases) > 0 && a.unsettled().IsPositive() && lack.IsPositive() {
		a.until = a.enough(lack)
		return trades, purchases
	}
	for _, o := range a.scaled(purchases, price, a.purse(reserve)) {
		if t, ok := a.purchase(o.Asset, o.Shares, price[o.Asset], a.purse(reserve)); ok {
			t.Decision = decision
			a.pay(t.Value.Add(total(t.Costs)), reserve)
			a.shares[o.Asset] = a.shares[o.Asset].Add(t.Shares)
			trades = append(trades, t)
		}
	}
	return trades, nil
}

// needs is what purchases cost in all.
func (a *account) needs(purchases []Order, price []decimal.Decimal) decimal.Decimal {
	sum := zero
	for _, o := range purchases {
		value := toMicros(o.Shares.Mul(price[o.Asset]))
		sum = sum.Add(value).Add(total(a.charge("buy", o.Asset, value)))
	}
	return sum
}

// sale is the booking of a sale; ok is false if its net proceeds are negative
// and cash cannot carry them: such a sale is not made. The costs of a sale that
// settles later come off its proceeds.
func (a *account) sale(asset int, shares, price decimal.Decimal) (t Trade, ok bool) {
	value := toMicros(shares.Mul(price))
	t = Trade{Session: a.now, Asset: asset, Shares: shares, Price: price, Value: value}
	t.Costs = a.charge("sell", asset, value)
	left := value.Sub(total(t.Costs))
	if a.settles(asset) == 0 {
		left = left.Add(a.cash)
	}
	return t, !left.IsNegative()
}

// scaled cuts purchases by one common factor such that they and their costs
// fit into the money. Fixed parts come off first; a purchase that the cut
// leaves under 0.01 is dropped, smallest first, and the cut is made again.
func (a *account) scaled(orders []Order, price []decimal.Decimal, money decimal.Decimal) []Order {
	asked := map[int]decimal.Decimal{}
	var buys []int
	for _, o := range orders {
		if o.Buy {
			buys = append(buys, o.Asset)
			asked[o.Asset] = o.Shares
		}
	}
	for len(buys) > 0 {
		factor := a.factor(buys, asked, price, money)
		if factor.Equal(one) {
			return ordersFor(buys, asked)
		}
		amount, cut := map[int]decimal.Decimal{}, map[int]decimal.Decimal{}
		whole := make([]decimal.Decimal, len(a.targets)) // equal cuts: the smaller purchase goes first
		for _, i := range buys {
			whole[i] = asked[i].Mul(price[i])
			cut[i] = asked[i].Mul(factor).Truncate(8)
			amount[i] = asked[i].Mul(factor).Mul(price[i])
		}
		drop := a.smallestDust(buys, amount, whole)
		if drop < 0 && a.in.Lot > 0 {
			return a.wholeLots(buys, asked, factor, price, money)
		}
		if drop < 0 {
			return ordersFor(buys, cut)
		}
		buys = without(buys, drop)
	}
	return nil
}

// factor is the part of all purchases that the money pays for, at what purchases of
// that part cost; 1 if it pays for all.
func (a *account) factor(buys []int, asked map[int]decimal.Decimal, price []decimal.Decimal, money decimal.Decimal) decimal.Decimal {
	factor := one
	for try := 0; try < 40; try++ {
		sizes := map[int]decimal.Decimal{}
		for _, i := range buys {
			sizes[i] = asked[i].Mul(price[i]).Mul(factor)
		}
		a.consider(sizes)
		left, needed := money, zero
		for _, i := range buys {
			left = left.Sub(a.fixedPart("buy", i))
			needed = needed.Add(asked[i].Mul(price[i]).Mul(one.Add(a.rate("buy", i))))
		}
		if try == 0 && needed.LessThanOrEqual(left) {
			return one
		}
		next := decimal.Min(one, quotient(atLeastZero(left), needed))
		if next.Sub(factor).Abs().LessThan(equal) {
			return decimal.Min(next, one.Sub(decimal.New(1, -20)))
		}
		factor = next
	}
	a.near() // a limit of a cost lies between: it decides the part by a hair
	return factor
}

// wholeLots rounds each scaled purchase down and gives what is left of the money to
// the largest remainders, a lot each.
func (a *account) wholeLots(buys []int, asked map[int]decimal.Decimal, factor decimal.Decimal, price []decimal.Decimal, money decimal.Decimal) []Order {
	cost := func(i int, shares decimal.Decimal) decimal.Decimal {
		if shares.IsZero() {
			return zero
		}
		return a.needs([]Order{{Asset: i, Buy: true, Shares: shares}}, price)
	}
	cut, rest := map[int]decimal.Decimal{}, map[int]decimal.Decimal{}
	for _, i := range buys {
		cut[i], rest[i] = a.floorLots(i, asked[i].Mul(factor))
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
	if a.isRounding(asset, lots.Sub(lots.Round(0)).Mul(lot)) {
		a.near()
	}
	whole = lots.Truncate(0).Mul(lot)
	return whole, shares.Sub(whole)
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

func ordersFor(assets []int, shares map[int]decimal.Decimal) []Order {
	var orders []Order
	for _, i := range assets {
		orders = append(orders, Order{Asset: i, Buy: true, Shares: shares[i]})
	}
	return orders
}

// purchase is the booking of a purchase. One that rounding makes a micro too
// dear for the money is shaved by as few 1e-8 of a share as it takes; ok is
// false if nothing is left of it.
func (a *account) purchase(asset int, shares, price, money decimal.Decimal) (t Trade, ok bool) {
	for shares.IsPositive() {
		value := toMicros(shares.Mul(price))
		t = Trade{Session: a.now, Asset: asset, Buy: true, Shares: shares, Price: price, Value: value}
		t.Costs = a.charge("buy", asset, value)
		if value.IsZero() {
			break
		}
		excess := value.Add(total(t.Costs)).Sub(money)
		if !excess.IsPositive() {
			return t, true
		}
		// Rounding can hide up to a micro of the value and of each cost, so
		// all of the excess but that is taken at once and the rest unit by unit.
		hidden := decimal.New(int64(1+len(t.Costs)), -6)
		step := sharesDown(atLeastZero(excess.Sub(hidden)), price.Mul(one.Add(a.rate("buy", asset))))
		shares = shares.Sub(decimal.Max(unit, step))
		if a.in.Lot > 0 {
			shares, _ = a.floorLots(asset, shares)
		}
	}
	return t, false
}

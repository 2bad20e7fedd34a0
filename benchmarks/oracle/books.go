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
	before := a.earlier[ticket{c.place, asset}]
	switch c.Kind {
	case "bps":
		return zero, number(c.Rate).Shift(-4)
	case "fixed":
		return number(c.Rate).Sub(before.paid), zero
	}
	if c.Least == 0 && c.Most == 0 {
		before = fills{} // each fill pays for its own shares
	}
	price := a.price[asset]
	shares := quotient(value, price).Add(before.shares)
	mean := price
	if shares.IsPositive() {
		mean = quotient(value.Add(before.value), shares)
	}
	share := decimal.Min(number(c.Rate), mean.Shift(-2).Mul(decimal.New(25, 0))) // at most a quarter of the price
	cost := shares.Mul(share)
	for _, limit := range []float64{c.Least, c.Most} {
		if limit > 0 && cost.Sub(number(limit)).Abs().LessThan(number(limit/50)) {
			a.near() // several sizes may fit what they cost: which one is found is chance
		}
	}
	switch {
	case cost.LessThan(number(c.Least)):
		return number(c.Least).Sub(before.paid), zero
	case c.Most > 0 && cost.GreaterThan(number(c.Most)):
		return number(c.Most).Sub(before.paid), zero
	}
	return share.Mul(before.shares).Sub(before.paid), quotient(share, price)
}

// ticket is a cost component of an open order: an order that several sessions fill is
// one trade, which pays an amount, a least or a most once.
type ticket struct{ component, asset int }

// fills are what was traded of the order before today, and what the component took.
type fills struct{ value, shares, paid decimal.Decimal }

// punch notes a fill on the tickets of its order.
func (a *account) punch(t Trade) {
	if a.in.Participation == 0 {
		return
	}
	for k, c := range a.in.Costs {
		at := ticket{c.place, t.Asset}
		was := a.earlier[at]
		a.earlier[at] = fills{was.value.Add(t.Value), was.shares.Add(t.Shares), was.paid.Add(t.Costs[k])}
	}
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
		costs[k] = atLeastZero(toMicros(fixed.Add(part.Mul(value))))
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
	return a.slack("buy", asset).Sub(unit.Mul(a.price[asset]))
}

// reserve is the cash that is not invested, at given prices: the account's own, and the
// share of the assets that are not listed yet.
func (a *account) reserve(price []decimal.Decimal) decimal.Decimal {
	own := a.plainReserve(price)
	return own.Add(a.waiting.Mul(atLeastZero(a.worth(price).Sub(own))))
}

// plainReserve is the cash that is never invested.
func (a *account) plainReserve(price []decimal.Decimal) decimal.Decimal {
	return number(a.in.Reserve).Add(number(a.in.ReserveFraction).Mul(a.worth(price)))
}

// spendable is all cash less reserve and what is owed, as a decision counts it; below
// 0 when sales must raise some.
func (a *account) spendable(reserve decimal.Decimal) decimal.Decimal {
	return a.cash.Add(a.unsettled()).Sub(reserve).Sub(a.owed)
}

// purse is what purchases may use at a fill: settled cash, or all of it when
// unsettled proceeds bridge; not the reserve, nor what is owed, nor a deposit that no
// decision has seen.
func (a *account) purse(reserve decimal.Decimal) decimal.Decimal {
	return atLeastZero(a.unreserved(reserve))
}

// unreserved is the same, below 0 when the reserve is not all settled cash. New money is
// for purchases alone.
func (a *account) unreserved(reserve decimal.Decimal) decimal.Decimal {
	money := a.cash
	if a.in.Bridge {
		money = money.Add(a.unsettled())
	}
	money = money.Sub(reserve).Sub(a.owed).Sub(a.fresh).Sub(a.leaves)
	if a.endowed.IsPositive() {
		return a.endowed.Add(atLeastZero(money.Sub(a.endowed)))
	}
	return money
}

// fill tries the open orders of a decision at the given prices: sales first, then
// purchases, scaled with their costs by one common factor to the cash. What is cut
// is missed. It returns the orders, or the rests of them, that stay open: what the
// volume does not take today; purchases that the cash does not pay, whole, while
// sales are open, or until enough of the proceeds has settled.
func (a *account) fill(decision int, orders []Order, price []decimal.Decimal) (trades []Trade, open []Order) {
	a.price, a.until = price, a.now+1
	reserve := a.kept
	var today, rest []Order
	for _, o := range orders {
		part := o
		part.Shares = a.taken(o)
		part.New = share(o.New, part.Shares, o.Shares)
		switch {
		case o.Buy:
			if part.Shares.IsPositive() {
				today = append(today, part)
			}
			rest = append(rest, o)
		case part.Shares.IsZero():
			open = append(open, o)
		default:
			if t, ok := a.sale(part.Asset, part.Shares, price[o.Asset]); ok {
				trades = append(trades, a.sold(t, decision, o))
				if o = a.left(o, t, zero); o.Shares.IsPositive() {
					open = append(open, o)
				}
			}
		}
	}
	a.leaves = atLeastZero(leavingOf(trades).Sub(a.covered)) // it is no purchase's money
	defer func() { a.leaves = zero }()
	lack := a.needs(today, price).Sub(a.unreserved(reserve))
	if len(today) > 0 && lack.IsPositive() && !a.opening {
		if len(open) > 0 {
			return trades, append(open, rest...)
		}
		if !a.in.Bridge && a.unsettled().IsPositive() {
			a.until = a.enough(lack)
			return trades, rest
		}
	}
	bought := map[int]Trade{}
	cut := lack.IsPositive()
	paid := today
	if cut {
		paid = a.scaled(today, price, a.purse(reserve))
	}
	fixed := map[int]decimal.Decimal{}
	for _, o := range paid {
		fixed[o.Asset] = a.fixedPart("buy", o.Asset)
		if t, ok := a.purchase(o.Asset, o.Shares, price[o.Asset], a.purse(reserve)); ok {
			a.spend(t.Value.Add(total(t.Costs)), reserve)
			a.shares[o.Asset] = a.shares[o.Asset].Add(t.Shares)
			bought[o.Asset] = t
			a.punch(t)
		}
	}
	tried := map[int]bool{}
	for _, o := range today {
		tried[o.Asset] = true
	}
	for _, o := range rest {
		t, ok := bought[o.Asset]
		if ok {
			t.Decision, t.Again = decision, o.Begun
			trades = append(trades, t)
			o = a.left(o, t, fixed[o.Asset])
		}
		if o.Shares.IsPositive() && !(tried[o.Asset] && cut) {
			open = append(open, o)
		}
	}
	return trades, open
}

// noPrice says whether nothing can be filled of an asset now.
func (a *account) noPrice(asset int) bool {
	if a.in.Fill == "next_open" && a.in.HoleOpen != nil && a.in.HoleOpen[a.now][asset] {
		return true
	}
	return a.stale(asset)
}

// taken is what of an order can be tried today: a part of the session's volume, if there
// is a price.
func (a *account) taken(o Order) decimal.Decimal {
	if !a.opening && a.noPrice(o.Asset) {
		return zero // it waits for the next real price
	}
	if a.in.Participation == 0 || a.opening {
		return o.Shares
	}
	most := number(a.in.Participation).Mul(number(a.in.Volume[a.now][o.Asset])).RoundBank(8)
	if a.in.Lot > 0 {
		most = most.Sub(most.Mod(number(a.in.Lot)))
	}
	return decimal.Min(o.Shares, most)
}

// sold books a sale of an order.
func (a *account) sold(t Trade, decision int, o Order) Trade {
	t.Decision, t.Again = decision, o.Begun
	t.leaving = share(t.Shares, o.Leaving, o.Shares)
	a.punch(t)
	a.receive(o.Asset, t.Value.Sub(total(t.Costs)))
	a.shares[o.Asset] = a.shares[o.Asset].Sub(t.Shares)
	return t
}

// left is an order less what was traded of it, with what was set aside for it: a fixed cost
// that the trade has paid is spent.
func (a *account) left(o Order, t Trade, fixed decimal.Decimal) Order {
	was := o.Shares
	o.Shares, o.Begun = o.Shares.Sub(t.Shares), true
	o.New, o.Leaving = share(o.New, o.Shares, was), share(o.Leaving, o.Shares, was)
	if o.Aside.IsPositive() {
		o.Aside = share(o.Aside.Sub(fixed), o.Shares, was).Add(a.fixedPart("buy", o.Asset))
	}
	return o
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
// fit into the money; what new money pays is not cut. Fixed parts come off first; a purchase that the cut
// leaves under 0.01 is dropped, smallest first, and the cut is made again.
func (a *account) scaled(orders []Order, price []decimal.Decimal, money decimal.Decimal) []Order {
	asked, new := map[int]decimal.Decimal{}, map[int]decimal.Decimal{}
	var buys []int
	for _, o := range orders {
		if o.Buy {
			buys = append(buys, o.Asset)
			asked[o.Asset], new[o.Asset] = o.Shares, o.New
		}
	}
	for len(buys) > 0 {
		factor := a.factor(buys, asked, new, price, money)
		if factor.Equal(one) {
			return ordersFor(buys, asked)
		}
		amount, cut, exact := map[int]decimal.Decimal{}, map[int]decimal.Decimal{}, map[int]decimal.Decimal{}
		whole := make([]decimal.Decimal, len(a.targets)) // equal cuts: the smaller purchase goes first
		for _, i := range buys {
			whole[i] = asked[i].Mul(price[i])
			cut[i] = cutBut(asked[i], new[i], factor)
			amount[i] = cut[i].Mul(price[i])
			exact[i], cut[i] = cut[i], cut[i].Truncate(8)
		}
		drop := a.smallestDust(buys, amount, whole)
		if drop < 0 && a.in.Lot > 0 {
			return a.wholeLots(buys, exact, price, money)
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
func (a *account) factor(buys []int, asked, new map[int]decimal.Decimal, price []decimal.Decimal, money decimal.Decimal) decimal.Decimal {
	factor := one
	for try := 0; try < 40; try++ {
		sizes := map[int]decimal.Decimal{}
		for _, i := range buys {
			sizes[i] = cutBut(asked[i], new[i], factor).Mul(price[i])
		}
		a.consider(sizes)
		left, needed := money, zero
		for _, i := range buys {
			left = left.Sub(a.fixedPart("buy", i)).Sub(a.dear(i, new[i].Mul(price[i])))
			needed = needed.Add(a.dear(i, asked[i].Sub(new[i]).Mul(price[i])))
		}
		if try == 0 && needed.LessThanOrEqual(left) {
			return one
		}
		if needed.IsZero() {
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

// cutBut is a part of shares, but all of those that new money pays.
func cutBut(shares, new, part decimal.Decimal) decimal.Decimal {
	return new.Add(shares.Sub(new).Mul(part))
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
		was := shares
		shares = shares.Sub(decimal.Max(unit, step))
		if a.in.Lot > 0 { // what is held back for rounding makes no lot that was too much whole again
			shares, _ = a.floorLots(asset, shares)
			shares = decimal.Min(shares, was.Sub(number(a.in.Lot)))
		}
	}
	return t, false
}

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

// rate is the part of a trade's value that its costs take: bps / 10,000.
func (a *account) rate(side string, asset int) decimal.Decimal {
	sum := zero
	for _, c := range a.in.Costs {
		if c.Kind == "bps" && a.applies(c, side, asset) {
			sum = sum.Add(number(c.Rate))
		}
	}
	return sum.Shift(-4)
}

// fixedPart is what a trade costs however small it is.
func (a *account) fixedPart(side string, asset int) decimal.Decimal {
	sum := zero
	for _, c := range a.in.Costs {
		if c.Kind == "fixed" && a.applies(c, side, asset) {
			sum = sum.Add(number(c.Rate))
		}
	}
	return sum
}

// charge is each cost of a trade, rounded apart.
func (a *account) charge(side string, asset int, value decimal.Decimal) []decimal.Decimal {
	costs := make([]decimal.Decimal, len(a.in.Costs))
	for k, c := range a.in.Costs {
		switch {
		case !a.applies(c, side, asset):
		case c.Kind == "bps":
			costs[k] = toMicros(value.Mul(number(c.Rate)).Shift(-4))
		default:
			costs[k] = toMicros(number(c.Rate))
		}
	}
	return costs
}

// afterFixedParts is the money that purchases can share: the fixed parts of
// all intended purchases come off first, and 2e-6 per intended purchase and
// per cost component of it is held back, so that rounding never makes cash
// negative.
func (a *account) afterFixedParts(money decimal.Decimal, intended []int) decimal.Decimal {
	for _, i := range intended {
		money = money.Sub(a.fixedPart("buy", i)).Sub(heldBack)
		for _, c := range a.in.Costs {
			if a.applies(c, "buy", i) {
				money = money.Sub(heldBack)
			}
		}
	}
	return atLeastZero(money)
}

// reserve is the cash that is never invested, at given prices.
func (a *account) reserve(price []decimal.Decimal) decimal.Decimal {
	return number(a.in.Reserve).Add(number(a.in.ReserveFraction).Mul(a.worth(price)))
}

// spendable is all cash less reserve.
func (a *account) spendable(reserve decimal.Decimal) decimal.Decimal {
	return atLeastZero(a.cash.Sub(reserve))
}

// fill executes the orders of a decision at the given prices: sales first,
// then purchases, scaled with their costs by one common factor to the cash.
// What is cut is missed.
func (a *account) fill(decision int, orders []Order, price []decimal.Decimal) []Trade {
	reserve := a.reserve(price)
	var trades []Trade
	for _, o := range orders {
		if !o.Buy {
			if t, ok := a.sale(o.Asset, o.Shares, price[o.Asset]); ok {
				t.Decision = decision
				a.cash = a.cash.Add(t.Value).Sub(total(t.Costs))
				a.shares[o.Asset] = a.shares[o.Asset].Sub(t.Shares)
				trades = append(trades, t)
			}
		}
	}
	for _, o := range a.scaled(orders, price, a.spendable(reserve)) {
		if t, ok := a.purchase(o.Asset, o.Shares, price[o.Asset], a.spendable(reserve)); ok {
			t.Decision = decision
			a.cash = a.cash.Sub(t.Value).Sub(total(t.Costs))
			a.shares[o.Asset] = a.shares[o.Asset].Add(t.Shares)
			trades = append(trades, t)
		}
	}
	return trades
}

// sale is the booking of a sale; ok is false if its net proceeds are negative
// and cash cannot carry them: such a sale is not made.
func (a *account) sale(asset int, shares, price decimal.Decimal) (t Trade, ok bool) {
	value := toMicros(shares.Mul(price))
	t = Trade{Session: a.now, Asset: asset, Shares: shares, Price: price, Value: value}
	t.Costs = a.charge("sell", asset, value)
	return t, !a.cash.Add(value).Sub(total(t.Costs)).IsNegative()
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
		left, needed := money, zero
		for _, i := range buys {
			left = left.Sub(a.fixedPart("buy", i))
			needed = needed.Add(asked[i].Mul(price[i]).Mul(one.Add(a.rate("buy", i))))
		}
		if needed.LessThanOrEqual(left) {
			return ordersFor(buys, asked)
		}
		factor := quotient(atLeastZero(left), needed)
		amount, cut := map[int]decimal.Decimal{}, map[int]decimal.Decimal{}
		whole := make([]decimal.Decimal, len(a.targets)) // equal cuts: the smaller purchase goes first
		for _, i := range buys {
			whole[i] = asked[i].Mul(price[i])
			cut[i] = asked[i].Mul(factor).Truncate(8)
			amount[i] = asked[i].Mul(factor).Mul(price[i])
		}
		drop := a.smallestDust(buys, amount, whole)
		if drop < 0 {
			return ordersFor(buys, cut)
		}
		buys = without(buys, drop)
	}
	return nil
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
	}
	return t, false
}

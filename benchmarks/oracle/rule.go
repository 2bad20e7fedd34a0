package oracle

import "github.com/shopspring/decimal"

// sight is what the policy sees at a look: the closed session, before the
// look's own trades.
type sight struct {
	price    []decimal.Decimal
	value    []decimal.Decimal // v_i
	weight   []decimal.Decimal // w_i = v_i / I; 0 if nothing is invested
	invested decimal.Decimal   // I
	reserve  decimal.Decimal
	aim      decimal.Decimal // V' = I + C
	low      []int           // assets whose weight is under the lower band
	high     []int           // assets whose weight is over the upper band

	only  bool                    // the money that purchases may use is money, not all there is
	money decimal.Decimal         // that waited
	kept  map[int]decimal.Decimal // needs that may not be filled
	idle  amount                  // what waits of them

	left decimal.Decimal // the money that the orders leave
}

func (a *account) see() *sight {
	l := &sight{price: a.closes(a.now)}
	a.price = l.price
	a.consider(nil)
	for i, n := range a.shares {
		l.value = append(l.value, n.Mul(l.price[i]))
		l.invested = l.invested.Add(l.value[i])
	}
	// Cash is not an asset class: weights are parts of the invested value.
	blended := zero
	for i, v := range l.value {
		w := zero
		if l.invested.IsPositive() {
			w = quotient(v, l.invested)
		}
		l.weight = append(l.weight, w)
		blended = blended.Add(a.targets[i].Mul(a.plainRate("buy", i)))
	}
	// C is what all cash less reserve can buy after the purchase's own costs:
	// at the purchase rates averaged by target weight, without fixed parts.
	l.reserve = a.reserve(l.price)
	a.kept = l.reserve
	free := a.spendable(l.reserve)
	if l.aim = l.invested.Add(quotient(free, one.Add(blended))); free.IsNegative() {
		l.aim = l.invested.Sub(decimal.Min(free.Neg(), a.owed)) // what must be raised is not there to hold
	}

	for i := range a.targets {
		if a.in.Strategy != "rebalance" && a.breached(l, i, -1) {
			l.low = append(l.low, i)
		}
		if a.in.Strategy != "rebalance" && a.breached(l, i, +1) {
			l.high = append(l.high, i)
		}
	}
	return l
}

// decide asks the policy. At a look, if some asset's weight is outside its
// band: trigger. Calendar is the same rule with the trigger always true. Without a
// trigger a deposit fills deficits, and so does what waited, alone. What is owed and not there is raised with it, or when
// the money that was on its way is there: while some is, nothing else asks for it.
func (a *account) decide(isLook, woken bool, put offer) (orders []Order, triggered bool) {
	a.released = nil
	real := a.spendable(zero)
	back := a.asIfTraded()
	l := a.see()
	if a.owed.IsPositive() && a.waits() && real.LessThan(l.reserve) && a.spendable(zero).GreaterThan(real) {
		a.releasing = true // what waits is to pay what is owed
	}
	triggered = isLook && a.triggers(l)
	if !triggered && !woken {
		back()
		return a.finish(nil, l.price), false
	}
	idle := decimal.Min(put.idle, atLeastZero(a.spendable(l.reserve).Sub(put.fresh)))
	a.paid = a.paid.Add(idle)
	if !triggered && put.fresh.IsZero() {
		l = a.limited(l, idle)
	}
	a.growing = triggered && a.in.Funding == "growth"
	sizes := map[int]decimal.Decimal{}
	for try := 0; ; try++ {
		switch {
		case a.growing:
			orders = a.grow(l, put, idle)
		case triggered && a.in.Funding == "reduction":
			orders = a.reduce(l)
		case triggered:
			orders = a.plan(l)
			if a.isIdle(orders) && a.in.Unfunded == "largest_overweight" {
				orders = a.largestOverweight(l)
			}
		case put.fresh.IsPositive() || idle.IsPositive():
			orders = a.fillDeficits(l)
		default:
			orders = nil
		}
		if a.settled(orders, l.price, &sizes, try) {
			back()
			orders = a.finish(orders, l.price)
			a.keepUncut(l)
			own := len(orders)
			if !a.growing {
				orders = a.raise(l, orders)
				l.only = l.only && len(orders) <= own // a sale for what is owed is a decision that trades
			}
			a.waitOn(l, len(orders) > 0)
			return orders, triggered
		}
	}
}

// triggers asks the trigger, at a look.
func (a *account) triggers(l *sight) bool {
	switch {
	case a.mini:
		return a.major(l)
	case a.in.Strategy == "bands":
		return len(l.low)+len(l.high) > 0
	case a.in.Strategy == "rebalance":
		f := a.fired(l, a.in.Trigger)
		l.low, l.high = f.low, f.high
		return f.fires()
	}
	return true
}

// plan is the bands rule, at what trades of the sizes that are being considered
// cost. Restrictions come before the sharing.
func (a *account) plan(l *sight) []Order {
	n := len(a.targets)
	sell, need := make([]decimal.Decimal, n), make([]decimal.Decimal, n)
	for _, i := range a.scope(l) {
		sell[i] = a.excess(l, i)
		need[i] = a.deficit(l, i)
	}
	if a.in.Scope == "breached" {
		a.counterpart(l, sell, need)
	}
	l.kept = map[int]decimal.Decimal{}
	for i := range sell {
		if a.forbidden(i, "sell") {
			sell[i] = zero
		}
		if a.forbidden(i, "buy") {
			l.kept[i], need[i] = need[i], zero
		}
	}
	return a.orders(l, sell, need, need, a.in.Surplus == "target_weights")
}

// fillDeficits spends cash on what is below its target, without sales.
func (a *account) fillDeficits(l *sight) []Order {
	n := len(a.targets)
	sell, need := make([]decimal.Decimal, n), make([]decimal.Decimal, n)
	l.kept = map[int]decimal.Decimal{}
	for i := range need {
		if a.forbidden(i, "buy") {
			l.kept[i] = a.deficit(l, i)
		} else {
			need[i] = a.deficit(l, i)
		}
	}
	return a.orders(l, sell, need, need, false)
}

// finish makes orders those that go out: purchases that are forbidden or below the
// minimum are left out without sharing again, or wait; the largest turnover; whole lots.
func (a *account) finish(orders []Order, price []decimal.Decimal) []Order {
	out := a.admitted(orders)
	a.uncut = zero
	if a.in.Batch && !a.opening {
		out = a.batched(out, price)
	} else {
		out = a.turned(out, price)
	}
	if a.in.Lot == 0 {
		return out
	}
	return a.inLots(out, price)
}

// admitted leaves out the purchases that are forbidden or below the minimum. The
// initial purchase is no trade and has no minimum.
func (a *account) admitted(orders []Order) (out []Order) {
	for _, o := range orders {
		if o.Buy && (a.opening && a.forbidden(o.Asset, "buy") || !a.opening && a.isSmall("buy", o.Asset, o.Value)) {
			continue
		}
		out = append(out, o)
	}
	return out
}

// isIdle says whether nothing can be traded.
func (a *account) isIdle(orders []Order) bool {
	for _, o := range orders {
		if !a.isSmall(o.side(), o.Asset, o.Value) {
			return false
		}
	}
	return true
}

// excess is what the rule sells of an asset: every asset with
// v_i > t_i (1+r) V' goes down to it, inside its band or not. With a fraction
// of the way, every asset above its target sells that part of what stands
// above t_i V'. Target 0: sold whole.
func (a *account) excess(l *sight, i int) decimal.Decimal {
	t := a.targets[i]
	if t.IsZero() {
		return l.value[i]
	}
	if a.in.To == "fraction" {
		return atLeastZero(l.value[i].Sub(t.Mul(l.aim))).Mul(number(a.in.Fraction))
	}
	rail, finite := a.rail(i, +1)
	if !finite {
		return zero
	}
	return atLeastZero(l.value[i].Sub(t.Add(rail).Mul(l.aim)))
}

// deficit is n_i = max(0, t_i V' - v_i): purchases aim at the target.
func (a *account) deficit(l *sight, i int) decimal.Decimal {
	return atLeastZero(a.targets[i].Mul(l.aim).Sub(l.value[i]))
}

// orders turns what is to be sold and what is needed into orders in shares,
// fixed at the decision: value / close. A need is filled up to its cap.
func (a *account) orders(l *sight, sell, need, limit []decimal.Decimal, surplus bool) []Order {
	var orders []Order
	// K is what cash and proceeds, less the sales' costs, can buy after the
	// purchases' own costs. Proceeds and costs are counted as they will be booked.
	cash := a.cash.Add(a.unsettled())
	for i, amount := range sell {
		if a.isDust(decimal.Min(amount, l.value[i])) { // V' may be below 0
			continue
		}
		shares := decimal.Min(a.shares[i], sharesNearest(amount, l.price[i]))
		if a.targets[i].IsZero() {
			shares = a.shares[i] // a full exit sells all
		}
		value := toMicros(shares.Mul(l.price[i]))
		net := value.Sub(total(a.charge("sell", i, value)))
		// A sale whose net proceeds are negative while cash cannot carry it
		// is not made.
		if shares.IsZero() || net.IsNegative() && cash.Add(net).IsNegative() || a.isSmall("sell", i, shares.Mul(l.price[i])) {
			continue
		}
		cash = cash.Add(net)
		orders = append(orders, Order{Session: a.now, Asset: i, Shares: shares, Value: shares.Mul(l.price[i])})
	}
	money := atLeastZero(cash.Sub(l.reserve).Sub(a.owed))
	if l.only {
		money = l.money
	}
	buy := a.share(l, money, need, limit)
	if surplus {
		buy = a.spread(money, limit, buy)
	}
	a.keep(l, buy, money)
	for i := range a.targets {
		if amount, ok := buy[i]; ok {
			orders = a.appendPurchase(orders, i, amount, l.price[i])
		}
	}
	return orders
}

// appendPurchase adds an order to buy: shares are rounded down to 1e-8.
func (a *account) appendPurchase(orders []Order, i int, amount, price decimal.Decimal) []Order {
	shares := sharesDown(amount, price)
	if shares.Mul(price).LessThan(dust) {
		a.near() // a dear share: the amount is no dust, the shares are
	}
	if shares.IsZero() {
		return orders
	}
	o := Order{Session: a.now, Asset: i, Buy: true, Shares: shares, Value: shares.Mul(price)}
	a.setAside(&o)
	return append(orders, o)
}

// setAside notes what an order to buy takes of the money of its decision.
func (a *account) setAside(o *Order) {
	if o.Buy && o.Shares.IsPositive() {
		o.Aside = share(a.dear(o.Asset, o.Value).Add(a.fixedPart("buy", o.Asset)), o.Shares.Sub(o.New), o.Shares)
	}
}

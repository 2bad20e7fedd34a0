package oracle

import "github.com/shopspring/decimal"

// settles is the number of sessions until a sale is paid.
func (a *account) settles(asset int) int {
	if a.in.Settle == nil {
		return 0
	}
	return a.in.Settle[asset]
}

// unsettled is all that is due and not paid yet.
func (a *account) unsettled() decimal.Decimal {
	sum := zero
	for _, x := range a.due {
		sum = sum.Add(x)
	}
	return sum
}

// enough is the first session by which what has settled covers a lack of money; if
// all that is on its way does not, the last at which something settles.
func (a *account) enough(lack decimal.Decimal) int {
	at := a.now
	for s := a.now; s <= a.now+a.slowest(); s++ {
		if !a.due[s].IsPositive() {
			continue
		}
		at = s
		lack = lack.Sub(a.due[s])
		if lack.Abs().LessThan(rounding) {
			a.near()
		}
		if !lack.IsPositive() {
			break
		}
	}
	return at
}

// slowest is the largest number of sessions until a sale is paid.
func (a *account) slowest() int {
	most := 0
	for _, n := range a.in.Settle {
		most = max(most, n)
	}
	return most
}

// receive books what a sale brings: at once, or later.
func (a *account) receive(asset int, money decimal.Decimal) {
	if n := a.settles(asset); n > 0 {
		a.due[a.now+n] = a.due[a.now+n].Add(money)
		return
	}
	a.cash = a.cash.Add(money)
}

// settle pays what is due today.
func (a *account) settle() {
	a.cash = a.cash.Add(a.due[a.now])
	delete(a.due, a.now)
}

// spend takes what a purchase costs from the settled cash that may be spent, then
// from what is due, the first first.
func (a *account) spend(money, reserve decimal.Decimal) {
	a.endowed = atLeastZero(a.endowed.Sub(money))
	if !a.in.Bridge {
		a.cash = a.cash.Sub(money)
		return
	}
	settled := decimal.Min(money, atLeastZero(a.cash.Sub(reserve).Sub(a.owed).Sub(a.fresh)))
	a.cash = a.cash.Sub(settled)
	money = money.Sub(settled)
	for s := a.now; s <= a.now+a.slowest() && money.IsPositive(); s++ {
		part := decimal.Min(money, a.due[s])
		a.due[s] = a.due[s].Sub(part)
		money = money.Sub(part)
	}
	a.cash = a.cash.Sub(money)
}

// act books the splits and dividends of the session. Fractions that a split makes
// of whole lots are paid at the price of the day before.
func (a *account) act(open []Order) []Order {
	for _, x := range a.in.Actions {
		if x.Session != a.now {
			continue
		}
		i, split := x.Asset, number(x.Split)
		paid := toMicros(a.shares[i].Mul(number(x.Dividend)))
		a.cash = a.cash.Add(paid)
		a.out.Dividends = a.out.Dividends.Add(paid)
		before := a.shares[i]
		a.shares[i] = before.Mul(split).Truncate(8)
		if a.in.Lot > 0 && x.Split != 1 {
			lot := number(a.in.Lot)
			if fraction := a.shares[i].Mod(lot); before.Mod(lot).IsZero() && fraction.IsPositive() {
				price := quotient(a.closes(a.now - 1)[i], split)
				a.shares[i] = a.shares[i].Sub(fraction)
				a.cash = a.cash.Add(toMicros(fraction.Mul(price)))
			}
		}
		for j := range open {
			if o := &open[j]; o.Asset == i && x.Split != 1 {
				o.Shares = o.Shares.Mul(split).Truncate(8)
				o.New, o.Leaving = o.New.Mul(split), o.Leaving.Mul(split)
				if !o.Buy {
					o.Shares = decimal.Min(o.Shares, a.shares[i])
				}
				if lot := number(a.in.Lot); a.in.Lot > 0 && (o.Buy || !o.Shares.Equal(a.shares[i])) {
					o.Shares = o.Shares.Sub(o.Shares.Mod(lot))
				}
			}
		}
		if x.Split != 1 && a.queue != nil {
			a.queue[i] = a.queue[i].Mul(split).Truncate(8)
			a.purposes[i].new, a.purposes[i].leaving = a.purposes[i].new.Mul(split), a.purposes[i].leaving.Mul(split)
		}
		if a.in.Reinvest && paid.IsPositive() {
			price := a.closes(a.now)[i]
			more := sharesDown(paid, price)
			a.shares[i] = a.shares[i].Add(more)
			a.cash = a.cash.Sub(decimal.Min(paid, toMicros(more.Mul(price))))
		}
	}
	var rest []Order
	for _, o := range open {
		if o.Shares.IsPositive() {
			rest = append(rest, o)
		}
	}
	return rest
}

// stale says whether the close of an asset was carried forward: it is none to decide on.
func (a *account) stale(asset int) bool { return a.in.Hole != nil && a.in.Hole[a.now][asset] }

// forbidden says whether a side of an asset may not be traded on today's close: a rule is
// in force against it, or there is no close.
func (a *account) forbidden(asset int, side string) bool {
	if a.stale(asset) {
		return true
	}
	for _, r := range a.in.Rules {
		inForce := r.Asset == asset && a.now >= r.From && a.now < r.Until
		if inForce && (r.Kind == "hold" || r.Kind == "no_"+side) {
			return true
		}
	}
	return false
}

// isSmall says whether an order is left out for being below the minimum: in a batch
// it waits instead.
func (a *account) isSmall(side string, asset int, value decimal.Decimal) bool {
	return !a.in.Batch && a.belowMinimum(side, asset, value)
}

// belowMinimum compares an order with the minimum. What rounding and holding back take
// off is not missed.
func (a *account) belowMinimum(side string, asset int, value decimal.Decimal) bool {
	return a.in.Minimum > 0 && !a.meets(value, number(a.in.Minimum), a.slack(side, asset))
}

// meets says whether money reaches a limit, but for a slack.
func (a *account) meets(value, limit, slack decimal.Decimal) bool {
	over := value.Sub(limit).Add(slack)
	if over.Abs().LessThan(meetsNear) {
		a.near()
	}
	return !over.IsNegative()
}

// slack is e of one order: 2e-6 for it and for each cost component, and 1e-8 shares.
func (a *account) slack(side string, asset int) decimal.Decimal {
	sum := heldBack
	for _, c := range a.in.Costs {
		if a.applies(c, side, asset) {
			sum = sum.Add(heldBack)
		}
	}
	return sum.Add(unit.Mul(a.price[asset]))
}

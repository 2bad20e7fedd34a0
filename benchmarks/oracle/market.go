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

// forbidden says whether a rule is in force against a side of an asset today.
func (a *account) forbidden(asset int, side string) bool {
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
func (a *account) isSmall(value decimal.Decimal) bool {
	return !a.in.Batch && a.belowMinimum(value)
}

// least is the smallest order that is made: in a batch there is none.
func (a *account) least() decimal.Decimal {
	if a.in.Batch {
		return zero
	}
	return number(a.in.Minimum)
}

// belowMinimum compares an order with the minimum.
func (a *account) belowMinimum(value decimal.Decimal) bool {
	least := number(a.in.Minimum)
	if a.in.Minimum > 0 && value.Sub(least).Abs().LessThan(dustNear) {
		a.near()
	}
	return value.LessThan(least)
}

package sim

import "math"

// place turns the wishes of session s into orders that fill at session fillAt,
// and says whether there are any.
func (a *account) place(s int, verdict Verdict, fillAt int) bool {
	a.orders = a.orders[:0]
	a.takes, a.left, a.by = a.takes[:0], a.left[:0], a.by[:0]
	some := false
	if a.rich {
		if some = a.admit(s); some && a.lot == 0 {
			a.topUp(s)
		}
	} else {
		for i, w := range a.want {
			if u := a.unitsOf(i, w); u != 0 {
				a.order(s, i, u)
			}
		}
		if some = len(a.orders) > 0; some {
			a.topUp(s)
		}
	}
	if some {
		a.fillAt = fillAt
	}
	if a.log != nil && (verdict.Act || len(a.orders) > 0) { // else no trigger fired and nothing was asked for
		a.record(s, verdict, some)
	}
	return some
}

// unitsOf is a wish in shares: 0 for dust; a sale of all that is held is one of all
// its shares.
func (a *account) unitsOf(i int, w float64) Units {
	price := a.view.Price[i]
	switch {
	case w >= Dust:
		return buyUnits(w, price)
	case w <= -Dust && -w >= a.view.Value[i]:
		return -a.owned(i)
	case w <= -Dust:
		return -min(sellUnits(-w, price), a.owned(i))
	}
	return 0
}

// owned is what a policy takes the account to hold: with what is queued.
func (a *account) owned(i int) Units {
	if a.alert {
		return a.units[i] + a.queued[i]
	}
	return a.units[i]
}

// order adds an order of u shares to the decision's.
func (a *account) order(s, i int, u Units) *Order {
	a.orders = append(a.orders, Order{})
	o := &a.orders[len(a.orders)-1]
	o.Session, o.Filled, o.First, o.Ended = int32(s), -1, -1, -1
	o.Asset, o.State, o.Units, o.Price = int16(i), StatePending, u, a.view.Price[i]
	return o
}

// admit is place under constraints: what restrictions, the largest turnover, the
// minimum and whole lots leave of each wish goes out; the rest is missed, with its
// reason, or waits in the batch.
func (a *account) admit(s int) (some bool) {
	a.draw(s)
	sales, purchases := a.turnoverParts(s)
	var change Sum // money that whole lots of sales bring beyond what was wished
	for i, fresh := range a.wished {
		u := a.drafts[i]
		if a.barred(i, fresh) {
			a.order(s, i, fresh)
			a.size(0)
			a.giveUp(s, len(a.orders)-1, ReasonRestricted)
			fresh = 0
		}
		if u == 0 && fresh == 0 {
			continue
		}
		if u == 0 {
			a.net(s, i, fresh)
			continue
		}
		o, part := a.order(s, i, u), purchases
		if u < 0 {
			part = sales
		}
		left := a.allowed(i, u, part, o)
		a.size(left)
		j := len(a.orders) - 1
		switch {
		case left == 0 && a.joins(i, fresh):
			a.hold(s, j, fresh)
		case left == 0:
			a.refuse(s, j, fresh)
		case a.tooSmall(s, i, left):
			a.hold(s, j, fresh)
		default:
			a.release(s, j, fresh)
			change.Add(i, a.wholeLots(s, j))
		}
	}
	if a.lot > 0 {
		a.roundPurchases(s, change.Total())
	}
	for j := range a.orders {
		some = some || a.orders[j].State == StatePending
	}
	return some
}

// draw makes an order in shares of every wish, with what is queued of its asset.
func (a *account) draw(s int) {
	for i, w := range a.want {
		fresh := a.unitsOf(i, w)
		a.wished[i] = fresh
		if a.barred(i, fresh) {
			fresh = 0
		}
		a.drafts[i] = a.drawn(s, i, fresh)
	}
}

// turnoverParts are the parts of every sale and of every purchase that the largest
// turnover lets through, as View.Within says; where no policy has asked, of all that goes
// out with what is queued.
func (a *account) turnoverParts(s int) (sales, purchases float64) {
	v := &a.view
	if v.cut.known || a.mandate.Terms.MaxTurnover <= 0 || a.opening {
		if v.cut.known {
			return v.cut.sales, v.cut.purchases
		}
		return 1, 1
	}
	var outs, nets, buys Sum
	for i, u := range a.drafts {
		if u, _ = a.unforbidden(i, u); u == 0 {
			continue
		}
		switch w := u.Shares() * v.Price[i]; {
		case a.tooSmall(s, i, u):
		case u < 0:
			outs.Add(i, -w)
			nets.Add(i, float64(-w*(1-v.Sell[i].Rate))-v.Sell[i].Fixed)
		default:
			buys.Add(i, w)
		}
	}
	p := v.partsOf(outs.Total(), nets.Total(), buys.Total(), a.mostTraded())
	return p.sales, p.purchases
}

// mostTraded is the largest turnover in money, sales and purchases together.
func (a *account) mostTraded() float64 { return 2 * a.mandate.Terms.MaxTurnover * a.view.NAV() }

// allowed is what of an order of u shares restrictions and the largest turnover
// let through; it notes the reason on the order when that is less.
func (a *account) allowed(i int, u Units, part float64, o *Order) Units {
	left, why := a.unforbidden(i, u)
	o.Reason = why
	if part < 1 && left != 0 {
		cut := Units(float64(left) * part)
		switch {
		case left > 0:
		case a.view.cut.known:
			cut = a.letThrough(i, left)
		case a.lot > 0 && a.view.Owed > 0 && a.view.Cash < 0: // whole lots must not leave what is owed unpaid
			cut = max(left, -((-cut + a.lot - 1) / a.lot * a.lot))
		}
		if cut != left {
			left, o.Reason = cut, ReasonTurnover
		}
	}
	return left
}

// letThrough is what the largest turnover leaves of the sale of asset i, of u shares: a
// part of what the rebalance sells, unless that is below the minimum and something is
// raised besides, and all that is raised.
func (a *account) letThrough(i int, u Units) Units {
	v := &a.view
	let, price := v.let[i], v.Price[i]
	if v.Raised[i] > 0 && v.TooSmall(i, let) {
		let = 0
	}
	if let += v.Raised[i]; let >= v.Value[i] {
		return u
	}
	return max(u, -sellUnits(let, price))
}

// refuse misses the new part of order j, of which nothing may go out; what is queued
// of its asset stays in the queue.
func (a *account) refuse(s, j int, fresh Units) {
	if fresh == 0 {
		a.orders, a.takes, a.left, a.by = a.orders[:j], a.takes[:j], a.left[:j], a.by[:j]
		return
	}
	a.orders[j].Units = fresh
	a.giveUp(s, j, a.orders[j].Reason)
}

// unforbidden is what restrictions leave of an order, and why not all.
func (a *account) unforbidden(i int, u Units) (left Units, why Reason) {
	switch {
	case a.bound && u > 0 && a.view.NoBuy[i]:
		return 0, ReasonRestricted
	case a.bound && u < 0 && -u > a.sellable[i]:
		return -a.sellable[i], a.why[i]
	}
	return u, ReasonNone
}

// size makes room for what works of the newest order.
func (a *account) size(left Units) {
	a.takes, a.left, a.by = append(a.takes, 0), append(a.left, left), append(a.by, 1)
}

// tooSmall says whether an order does not go out because it is below the minimum: a
// sale that raises what is owed does all the same, and any that would queue while money is
// owed that is not there.
func (a *account) tooSmall(s, i int, u Units) bool {
	return a.small(i, u) && !a.goes(s, i) && !(u < 0 && (a.pressed || a.batch == nil && a.view.Raised[i] > 0))
}

// small says whether an order is below the minimum.
func (a *account) small(i int, u Units) bool {
	return !a.opening && !a.view.Reaches(i, math.Abs(u.Shares()*a.view.Price[i]), a.mandate.Terms.Minimum)
}

// wholeLots rounds the sale j to the nearest lot, unless it sells all, and returns
// the money that it brings beyond what was wished.
func (a *account) wholeLots(s, j int) float64 {
	o := &a.orders[j]
	i := o.Asset
	if a.lot == 0 || a.left[j] > 0 || -a.left[j] == a.units[i] {
		return 0
	}
	exact := -a.left[j]
	u := exact / a.lot * a.lot
	if o.Reason == ReasonNone {
		u = (exact + a.lot/2) / a.lot * a.lot
	}
	for u > a.units[i] || a.bound && u > a.sellable[i] {
		u -= a.lot
	}
	a.whole(s, j, -max(0, u))
	return (u - exact).Shares() * a.view.Price[i] * (1 - a.view.Sell[i].Rate)
}

// whole makes an order one of u shares, of whole lots; of none it is missed.
func (a *account) whole(s, j int, u Units) {
	o := &a.orders[j]
	switch {
	case u == 0 && o.Reason == ReasonNone:
		a.giveUp(s, j, ReasonLot)
	case u == 0:
		a.giveUp(s, j, o.Reason)
	case o.Reason == ReasonNone:
		o.Units = u
	}
	a.left[j] = u
}

// roundPurchases makes the purchases whole lots: each is rounded down, and what
// that leaves goes to the largest remainders, a lot each. What was held back and
// rounded off for each purchase is money, too: whole lots may cost all there is.
func (a *account) roundPurchases(s int, money float64) {
	var rests Sum
	buys := 0
	for j := range a.orders {
		o := &a.orders[j]
		if a.remainder[j] = 0; o.Units <= 0 || o.State != StatePending {
			continue
		}
		rest := a.left[j] % a.lot
		a.remainder[j] = float64(rest)
		a.left[j] -= rest
		price := a.view.Price[o.Asset]
		rests.Add(int(o.Asset), float64(rest.Shares()*price*(1+a.view.Buy[o.Asset].Rate))+price/unitsPerShare)
		buys++
	}
	money += rests.Total() + a.view.HoldBackOf(buys)
	for j := a.largestRemainder(); j >= 0; j = a.largestRemainder() {
		a.remainder[j] = 0
		o := &a.orders[j]
		i := o.Asset
		if cost := a.lot.Shares() * a.view.Price[i] * (1 + a.view.Buy[i].Rate); cost <= money+a.view.Slack(int(i)) && (o.Reason == ReasonNone || a.left[j]+a.lot <= o.Units) {
			a.left[j] += a.lot
			money -= cost
		}
	}
	for j := range a.orders {
		if o := &a.orders[j]; o.Units > 0 && o.State == StatePending {
			a.whole(s, j, a.left[j])
		}
	}
}

// blocked is why a decision led to no order.
func (a *account) blocked() State {
	state := StateUnfunded
	for j := range a.orders {
		switch o := &a.orders[j]; {
		case o.State == StateQueued:
			return StateQueued
		case o.Reason == ReasonRestricted || o.Reason == ReasonTax:
			state = StateRestricted
		case state == StateUnfunded && (o.Reason == ReasonMinimum || o.Reason == ReasonLot):
			state = StateMinimum
		}
	}
	if len(a.orders) == 0 && a.bound {
		state = StateRestricted
	}
	return state
}

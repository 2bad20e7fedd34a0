package sim

import "math"

// place turns the requests of session s into orders that fill at session fillAt,
// and says whether there are any.
func (a *account) place(s int, verdict Verdict, fillAt int) bool {
	a.orders = a.orders[:0]
	a.placeOwn()
	some := false
	if a.constrained {
		if some = a.admit(s); some && a.lot == 0 {
			a.topUp(s)
		}
	} else {
		for i, w := range a.want {
			if u := a.unitsOf(i, w); u != 0 {
				a.order(s, i, u).left = u
			}
		}
		if some = len(a.orders) > 0; some {
			a.fundOrders()
			a.topUp(s)
		}
	}
	if some || len(a.own) > 0 {
		a.fillAt = fillAt
	}
	if a.log != nil && (verdict.Act || len(a.orders) > 0) { // else no trigger fired and nothing was asked for
		a.record(s, verdict, some)
	}
	return some
}

// unitsOf is a request in shares: 0 for dust; a sale of all that is held is one of all
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
	if a.batchPending {
		return a.notUnder(i) + a.queued[i].units
	}
	return a.notUnder(i)
}

// order adds an order of u shares to the decision's.
func (a *account) order(s, i int, u Units) *openOrder {
	a.orders = append(a.orders, openOrder{split: 1})
	o := &a.orders[len(a.orders)-1]
	o.Session, o.Filled, o.First, o.Ended = int32(s), -1, -1, -1
	o.Asset, o.State, o.Units, o.Price = int16(i), StatePending, u, a.view.Price[i]
	o.close = o.Price
	return o
}

// admit is place under constraints: what restrictions, the largest turnover, the
// minimum and whole lots leave of each request goes out; the rest is missed, with its
// reason, or waits in the batch.
func (a *account) admit(s int) (some bool) {
	a.draw(s)
	sales, purchases := a.turnoverParts(s)
	var change Sum // money that whole lots of sales bring beyond what was wished
	for i := range a.wished {
		part := purchases
		if a.drafts[i] < 0 {
			part = sales
		}
		from := len(a.orders)
		a.admitOne(s, i, part)
		if a.raised[i] > 0 {
			a.addRaised(s, i, from)
		}
		for j := from; j < len(a.orders); j++ {
			if a.orders[j].State == StatePending {
				a.orders[j].exact = a.orders[j].left
				change.Add(i, a.wholeLots(s, j))
			}
		}
	}
	if a.lot > 0 {
		a.roundPurchases(s, change.Total())
	}
	for j := len(a.own); j < len(a.orders); j++ {
		some = some || a.orders[j].State == StatePending
	}
	return some
}

// admitOne makes an order of the request for asset i and what is queued of it, of which the
// largest turnover lets a part through.
func (a *account) admitOne(s, i int, part float64) {
	fresh, u := a.wished[i], a.drafts[i]
	if a.barred(i, fresh) {
		a.order(s, i, fresh)
		a.giveUp(s, len(a.orders)-1, ReasonRestricted)
		fresh = 0
	}
	if u == 0 {
		if fresh != 0 {
			a.net(s, i, fresh)
		}
		return
	}
	o := a.order(s, i, u)
	left := a.allowed(i, u, part, o)
	o.left = left
	j := len(a.orders) - 1
	switch {
	case left > 0 && a.raised[i] > 0: // what is sold for what is owed is not bought
		a.hold(s, j, fresh)
	case left == 0 && a.joins(i, fresh):
		a.hold(s, j, fresh)
	case left == 0:
		a.refuse(s, j, fresh, o.Reason)
	case a.tooSmall(s, i, left):
		a.hold(s, j, fresh)
	default:
		a.release(s, j, fresh)
	}
}

// addRaised sells what of asset i is raised for what is owed, which meets nothing that
// waits: with what goes out of it today, the last of the orders from a place on, or alone.
func (a *account) addRaised(s, i, from int) {
	j := len(a.orders) - 1
	if j < from || a.orders[j].State != StatePending {
		a.order(s, i, 0)
		j++
	}
	o := &a.orders[j]
	was := a.orders[j].left
	a.orders[j].left = max(was-a.raised[i], -a.units[i])
	o.Units -= was - a.orders[j].left
	a.orders[j].moved *= float64(was) / float64(a.orders[j].left)
}

// draw makes an order in shares of every request, with what is queued of its asset.
func (a *account) draw(s int) {
	for i, w := range a.want {
		a.raised[i] = 0
		if i < len(a.view.Raised) && a.view.Raised[i] > 0 {
			a.raised[i] = min(sellUnits(a.view.Raised[i], a.view.Price[i]), a.units[i])
			w += a.view.Raised[i]
		}
		fresh := a.unitsOf(i, w)
		a.wished[i] = fresh
		if a.barred(i, fresh) {
			fresh = 0
		}
		a.drafts[i] = a.drawn(s, i, fresh)
	}
	a.earmark(s)
}

// turnoverParts are the parts of every sale and of every purchase that the largest
// turnover lets through. Purchases that deposits pay and sales that pay what is owed do
// not count and go out whole, nor does what is forbidden or too small to go out count.
func (a *account) turnoverParts(s int) (sales, purchases float64) {
	most := a.mandate.Terms.MaxTurnover
	if most <= 0 || a.opening {
		return 1, 1
	}
	var outs, nets, buys, leave, bring Sum
	pays, in := a.leaving, a.flowBuys
	for i, draft := range a.drafts {
		u, _ := a.unforbidden(i, draft)
		if u == 0 && draft != 0 {
			continue
		}
		small := u == 0 || a.tooSmall(s, i, u)
		if spent, covers := a.netsOut(i, u, small); a.batch != nil {
			in, pays = in-spent, pays-covers
		}
		if small {
			continue
		}
		w, part := u.Shares()*a.view.Price[i], a.wish(i).part()
		if u < 0 {
			outs.Add(i, -w)
			nets.Add(i, float64(-w*(1-a.view.Sell[i].Rate))-a.view.Sell[i].Fixed)
			leave.Add(i, -w*part)
			pays += a.paidBy(i)
		} else {
			buys.Add(i, w)
			bring.Add(i, w*part)
			in += a.paidBy(i)
		}
	}
	sold, net, bought := outs.Total(), nets.Total(), buys.Total()
	out := a.flowSells.Money()
	if short := a.lack().Money(); short > 0 && net > 0 { // with the costs of raising it
		out = max(out, short*sold/net)
	}
	out = min(sold, out+max(0, leave.Total()-pays.Money()))
	free := min(bought, max(0, in.Money())+bring.Total())
	rest, limit := sold+bought-out-free, 2*most*a.view.NAV()
	if !Exceeds(rest, limit) {
		return 1, 1
	}
	part := func(all, free float64) float64 {
		if free == 0 || all == 0 {
			return limit / rest
		}
		return (free + (all-free)*(limit/rest)) / all
	}
	return part(sold, out), part(bought, free)
}

// allowed is what of an order of u shares restrictions and the largest turnover
// let through; it notes the reason on the order when that is less.
func (a *account) allowed(i int, u Units, part float64, o *openOrder) Units {
	left, why := a.unforbidden(i, u)
	o.Reason = why
	if part < 1 && left != 0 {
		if cut := Units(float64(left) * part); cut != left {
			left, o.Reason = cut, ReasonTurnover
		}
	}
	return left
}

// refuse misses the new part of order j, of which nothing may go out; what is queued
// of its asset stays in the queue.
func (a *account) refuse(s, j int, fresh Units, why Reason) {
	if fresh == 0 {
		a.orders = a.orders[:j]
		return
	}
	a.orders[j].Units = fresh
	a.giveUp(s, j, why)
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

// tooSmall reports whether an order does not go out because it is below the minimum: a sale
// that would queue while money is owed that is not there does all the same.
func (a *account) tooSmall(s, i int, u Units) bool {
	return a.small(i, u) && !a.goes(s, i) && !(u < 0 && a.pressed)
}

// small reports whether an order is below the minimum.
func (a *account) small(i int, u Units) bool {
	return !a.opening && !a.view.Reaches(i, math.Abs(u.Shares()*a.view.Price[i]), a.mandate.Terms.Minimum)
}

// wholeLots rounds the sale j to the nearest lot, unless it sells all, and returns
// the money that it brings beyond what was wished.
func (a *account) wholeLots(s, j int) float64 {
	o := &a.orders[j]
	i := o.Asset
	if a.lot == 0 || a.orders[j].left > 0 || -a.orders[j].left == a.units[i] {
		return 0
	}
	exact := -a.orders[j].left
	u := a.inLots(int(i), exact, o.Reason)
	a.whole(s, j, -u)
	return (u - exact).Shares() * a.view.Price[i] * (1 - a.view.Sell[i].Rate)
}

// inLots is a sale of u > 0 shares of asset i in whole lots: the nearest, or fewer when
// something has cut it.
func (a *account) inLots(i int, u Units, cut Reason) Units {
	whole := u / a.lot * a.lot
	if cut == ReasonNone {
		whole = (u + a.lot/2) / a.lot * a.lot
	}
	for whole > a.units[i] || a.bound && whole > a.sellable[i] {
		whole -= a.lot
	}
	return max(0, whole)
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
	a.orders[j].left = u
}

// roundPurchases makes the purchases whole lots: each is rounded down, and what
// that leaves goes to the largest remainders, a lot each. What was held back and
// rounded off for each purchase is money, too: whole lots may cost all there is.
func (a *account) roundPurchases(s int, money float64) {
	var rests Sum
	buys := 0
	for j := range a.orders {
		o := &a.orders[j]
		if a.orders[j].remainder = 0; o.Units <= 0 || o.State != StatePending {
			continue
		}
		rest := a.orders[j].left % a.lot
		a.orders[j].remainder = float64(rest)
		a.orders[j].left -= rest
		price := a.view.Price[o.Asset]
		rests.Add(int(o.Asset), float64(rest.Shares()*price*(1+a.view.Buy[o.Asset].Rate))+price/unitsPerShare)
		buys++
	}
	money += rests.Total() + a.view.HoldBackOf(buys)
	for j := a.largestRemainder(); j >= 0; j = a.largestRemainder() {
		a.orders[j].remainder = 0
		o := &a.orders[j]
		i := o.Asset
		if cost := a.lot.Shares() * a.view.Price[i] * (1 + a.view.Buy[i].Rate); cost <= money+a.view.Slack(int(i)) && (o.Reason == ReasonNone || a.orders[j].left+a.lot <= o.Units) {
			a.orders[j].left += a.lot
			money -= cost
		}
	}
	for j := range a.orders {
		if o := &a.orders[j]; o.Units > 0 && o.State == StatePending {
			a.whole(s, j, a.orders[j].left)
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
	if len(a.orders) == 0 && a.keeps() {
		state = StateRestricted
	}
	return state
}

package sim

import "math"

// What an account owes, withdrawals and taxes, is raised by sales that the policy asks for
// (View.Raised) and paid out when they are filled.

// topUp makes the largest sales larger by the few units that the amounts owed lack because
// shares, values and costs are rounded: what is raised then pays to the millionth.
func (a *account) topUp(s int) {
	owed := a.pendingWithdrawals.Plus(a.taxOwed)
	if owed == 0 {
		return
	}
	lack := a.lack()
	for j := range a.orders {
		o := &a.orders[j]
		if o.State != StatePending || o.Owner != 0 {
			continue
		}
		brings := a.brings(s, int(o.Asset), a.orders[j].left)
		if part := a.orders[j].moved; o.Units > 0 && part > 0 { // new money pays it
			brings = ToMicros(brings.Money() * (1 - part))
		}
		lack -= brings
	}
	for last := -1; lack > 0 && lack < ToMicros(Dust); {
		j := a.largestSale(last)
		if j < 0 {
			return
		}
		lack, last = a.enlarge(s, j, lack), j
	}
}

// brings is what an order of u shares brings after its costs at its decision's close; a
// purchase brings less than nothing.
func (a *account) brings(s, i int, u Units) Micros {
	price := a.view.Price[i]
	if u > 0 {
		value := worth(u, price)
		return -value - a.costOf(s, buy, i, value, price)
	}
	value := worth(-u, price)
	return value - a.costOf(s, sell, i, value, price)
}

// largestSale is the place of the largest sale that works and is smaller than that of
// place before; -1: none. Of equal ones it is the first.
func (a *account) largestSale(before int) int {
	at, most := -1, 0.0
	value := func(j int) float64 { return -a.orders[j].left.Shares() * a.view.Price[a.orders[j].Asset] }
	for j := range a.orders {
		o := &a.orders[j]
		if o.State != StatePending || o.Owner != 0 || o.Reason != ReasonNone && o.Reason != ReasonTurnover || a.view.Raised[o.Asset] <= 0 {
			continue
		}
		if x := value(j); x > most && (before < 0 || x < value(before)) {
			at, most = j, x
		}
	}
	return at
}

// enlarge adds units to sale j, at most all that may be sold, and returns what still
// lacks.
func (a *account) enlarge(s, j int, lack Micros) Micros {
	o := &a.orders[j]
	i := int(o.Asset)
	most := a.units[i]
	if a.bound {
		most = min(most, a.sellable[i])
	}
	part := (1 - a.view.Sell[i].Rate) * a.view.Price[i]
	if !(part > 0) {
		return lack
	}
	for range 4 {
		more := min(Units(math.Ceil(lack.Money()/part*unitsPerShare)), most+a.orders[j].left)
		if lack <= 0 || more <= 0 {
			break
		}
		was := a.brings(s, i, a.orders[j].left)
		o.Units -= more
		o.left -= more
		lack -= a.brings(s, i, a.orders[j].left) - was
	}
	return lack
}

// leave lets proceeds of sales go out that were made when the account had money: of them
// and what is owed in any case, the larger. Taxes come first; a reserve that lacks is not
// made up for. When the costs exceed what the sales bring, nothing leaves, and nothing is
// paid that no decision has seen.
func (a *account) leave(proceeds, money Micros) {
	a.paying = a.paying || proceeds > 0 || a.lettingGo()
	proceeds = max(0, proceeds)
	proceeds -= min(proceeds, max(0, a.taxOwed.Plus(a.newDeposits)-money))
	paid := min(proceeds, a.leaving)
	a.leaving -= paid
	goes := proceeds - paid
	a.pendingWithdrawals, a.flowSells, a.goingOut = a.pendingWithdrawals.Plus(goes), a.flowSells.Plus(goes), a.goingOut.Plus(goes)
}

// lettingGo says whether sales are open whose proceeds leave.
func (a *account) lettingGo() bool {
	for j := range a.orders {
		if o := &a.orders[j]; o.State == StatePending && o.Units < 0 && o.moved > 0 {
			return true
		}
	}
	return false
}

// releaseOwed lets the batch go when what queues in it is to pay what is owed: the policy
// sees money that is not there yet. Sales of a decision that such money waits for go, too.
func (a *account) releaseOwed(v *View) {
	owed := a.pendingWithdrawals.Plus(a.taxOwed)
	real := a.cash + a.unsettled - a.reserve - owed - a.claims()
	a.pressed = a.batch != nil && owed > 0 && real < 0
	if a.pressed && a.batchPending && v.Cash > real.Money() {
		a.add(askRelease)
	}
}

// afterToday writes what the sales that go out today make of each asset, in money, what is
// then really held of it and what of that may be sold, and returns the money owed that then
// lacks: what is raised comes last, and waits for nothing. Purchases get what is left.
func (a *account) afterToday(fund Funding, made, held, free []float64) (short float64) {
	v := &a.view
	s := v.Session
	a.fund = fund
	a.draw(s)
	part, _ := a.turnoverParts(s)
	var brings, leaves Sum
	pays := a.leaving
	for i, u := range a.drafts {
		most := a.units[i]
		if a.bound {
			most = a.sellable[i]
		}
		u = a.goesOut(s, i, u, part)
		if made[i] = 0; u < 0 {
			made[i] = -u.Shares() * v.Price[i]
			net := float64(made[i]*(1-v.Sell[i].Rate)) - v.Sell[i].Fixed
			brings.Add(i, net)
			most += u
			leaves.Add(i, net*a.wish(i).part())
			pays += a.paidBy(i)
		}
		held[i], free[i] = (a.units[i]+u).Shares()*v.Price[i], max(0, most).Shares()*v.Price[i]
	}
	return a.lack().Money() - brings.Total() + max(0, leaves.Total()-pays.Money())
}

// lack is what of the money owed the cash beside the reserve does not pay; below 0 when
// there is more.
func (a *account) lack() Micros {
	owed := a.pendingWithdrawals.Plus(a.taxOwed)
	return min(owed, owed.Plus(a.reserve)-a.cash-a.unsettled+a.claims())
}

// goesOut is what goes out of a sale of u shares of asset i, of which the largest turnover
// lets a part through; of a purchase it is none.
func (a *account) goesOut(s, i int, u Units, part float64) Units {
	left, why := a.unforbidden(i, u)
	if part < 1 {
		left, why = Units(float64(left)*part), ReasonTurnover
	}
	if left >= 0 || a.tooSmall(s, i, u) || a.tooSmall(s, i, left) {
		return 0
	}
	if a.lot == 0 || -left == a.units[i] {
		return left
	}
	return -a.inLots(i, -left, why)
}

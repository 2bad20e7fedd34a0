package sim

import "math"

// filling is the fill of one session as it goes: what its phases leave to one another.
type filling struct {
	prices []float64
	before float64 // NAV before the session's first trade
	trades int     // up to now, as the tally counts them
	costs  Micros  // likewise
	money  Micros  // cash, settled and not, before the sales
	sold   Micros
	leaves Micros // of the proceeds of parts
	bought Micros // by parts
}

// fill executes what can be executed of the open orders at the given prices: sales
// first; purchases with their costs are scaled by one common factor when the cash
// does not reach. What waits for volume, a price or proceeds is tried again.
func (a *account) fill(s int, p []float64) {
	if a.err != nil {
		a.fillAt = -1
		return
	}
	a.beginFill(s, p)
	a.fillSales(s)
	a.fillPurchases(s)
}

// beginFill finds what is there before the first trade, and what is tried of each order.
func (a *account) beginFill(s int, p []float64) {
	a.fillAt, a.tried = -1, s
	a.chargesAt(s)
	before := Product(p, a.h) + a.money()
	if before > maxMoney {
		a.overflow(s, "is worth", before, maxMoney)
	}
	before -= min(a.through, a.pendingWithdrawals).Money() // it only passes through
	a.filling = filling{prices: p, before: before, trades: a.tally.Trades, costs: a.tally.Cost, money: a.cash + a.unsettled}
	a.planned = false
	a.measureTakes(s, p)
}

// fillSales executes the sales.
func (a *account) fillSales(s int) {
	f := &a.filling
	sold, leaves := f.sold, f.leaves
	if !a.planned {
		sold, leaves = a.sellAll(s, f.prices)
	}
	f.sold = sold
	if a.fund == FundLeave || leaves > 0 {
		a.leave(leaves, f.money)
	}
}

// fillPurchases executes the purchases and ends the fill.
func (a *account) fillPurchases(s int) {
	f := &a.filling
	bought := f.bought
	if !a.planned {
		bought = a.buyAll(s, f.prices)
	}
	if len(a.lowered) > 0 {
		a.missLowered(s)
	}
	if a.unfilled && a.tally.Trades > f.trades {
		a.tally.Filled++
		a.unfilled = false
	}
	for j := range a.orders {
		a.mirror(int(a.orders[j].Asset))
	}
	if !a.opening || a.mandate.Terms.OpeningTurnover {
		a.countTurnover(f.sold, bought, f.before)
	}
	if a.opening {
		a.tally.Trades = f.trades
		a.tally.CostInitial += a.tally.Cost - f.costs
	}
	if !a.carry(s) {
		a.opening = false
		a.clearTickets()
	}
	a.keepOrders()
	a.countTax(s)
}

// expectFlows begins a decision's account of what its trades are for: purchases for what
// came in and for what had waited, put, and sales for what is owed. Deposits and
// withdrawals of one session only pass through: they explain no trade.
func (a *account) expectFlows(put Micros) {
	withdrawn := max(0, a.pendingWithdrawals-a.goingOut)
	a.flowBuys, a.flowSells, a.leaving = a.newDeposits+put-a.netted, max(0, withdrawn-a.netted), withdrawn
	a.through, a.netted = a.netted, 0
}

// countTurnover adds half of what was traded, without purchases that deposits pay
// and sales that pay withdrawals, over NAV before the session's first trade without what
// only passes through.
func (a *account) countTurnover(sold, bought Micros, before float64) {
	out, in := min(sold, a.flowSells), min(bought, a.flowBuys)
	a.flowSells -= out
	a.flowBuys -= in
	if before <= 0 { // new money alone was traded
		return
	}
	turnover := (sold - out + bought - in).Money() / 2 / before
	a.tally.Turnover += turnover
	if a.log != nil && len(a.orders) > 0 {
		a.log.Decisions[a.decided].Turnover += turnover
	}
}

// sellAll executes the sales and returns their value, and what of their proceeds leaves.
func (a *account) sellAll(s int, p []float64) (traded, leaves Micros) {
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units >= 0 || o.State != StatePending {
			continue
		}
		u := a.orders[j].tried
		if u == 0 {
			continue
		}
		a.reach(s, j, p[o.Asset])
		value, cost := worth(-u, p[o.Asset]), Micros(0)
		if cost = a.costOf(s, sell, int(o.Asset), value, p[o.Asset]); a.settles(o.Asset) > 0 || a.several() {
			if value < cost {
				a.giveUp(s, j, ReasonCost)
				continue
			}
		} else if a.cash.Plus(value) < cost {
			a.giveUp(s, j, ReasonCost)
			continue
		}
		was := a.cash + a.unsettled
		a.execute(s, j, u, value, p[o.Asset])
		if o.Owner != 0 { // it is no trade of the account's
			continue
		}
		traded += value
		switch part, brought := a.orders[j].moved, a.cash+a.unsettled-was; part {
		case 0:
		case 1:
			leaves += brought
		default:
			leaves += ToMicros(brought.Money() * part)
		}
	}
	return traded, leaves
}

// buyAll executes the purchases, scaled to the cash, and returns their value. When
// the cash does not reach and more is to come, they wait for it.
func (a *account) buyAll(s int, p []float64) (traded Micros) {
	factor := a.scale(s, p)
	if factor < 0 {
		return 0
	}
	if factor < 1 && a.lot > 0 {
		a.cutLots(s, p, factor)
	}
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units <= 0 || o.State != StatePending {
			continue
		}
		price, u, value := p[o.Asset], a.orders[j].tried, a.orders[j].worth
		if u == 0 {
			continue
		}
		if factor < 1 {
			mine := a.usedFor(s, j, p)
			a.brought -= mine // what is left of it is for the others
			u, value = a.trimToCash(s, int(o.Asset), a.cut(j, u, factor), price, mine.Plus(max(0, a.spendable()-mine-a.brought)))
		}
		if u == 0 {
			a.giveUp(s, j, ReasonCash)
			continue
		}
		if u > maxUnits-a.units[o.Asset] {
			a.overflow(s, "would hold shares of "+a.panel.Symbols()[o.Asset], a.units[o.Asset].Shares()+u.Shares(), maxUnits.Shares())
			return traded
		}
		a.reach(s, j, price)
		a.execute(s, j, u, value, price)
		traded += value
		if factor < 1 && o.State == StatePending {
			a.giveUp(s, j, ReasonCash)
		}
	}
	return traded
}

// cut is a purchase of u shares scaled by a factor; whole lots were cut before.
func (a *account) cut(j int, u Units, factor float64) Units {
	if a.lot > 0 {
		return a.orders[j].tried
	}
	part := a.orders[j].moved // is bought whole
	return Units(float64(u) * (part + (1-part)*factor))
}

// giveUp ends an order of which a part or nothing was filled.
func (a *account) giveUp(s, j int, why Reason) {
	o := &a.orders[j]
	o.State, o.Reason, o.Ended = StateMissed, why, int32(s)
	if o.Done != 0 {
		o.State = StatePart
	}
}

// overflow ends the trading of an account that the books cannot count: what is
// ordered is missed, and the record carries the error.
func (a *account) overflow(s int, what string, is, limit float64) {
	if a.err == nil {
		a.err = fmtOutgrown(a.panel.Date(s), what, is, limit)
	}
	for j := range a.orders {
		if a.orders[j].State == StatePending {
			a.giveUp(s, j, ReasonLimit)
		}
	}
	a.due = false
}

// scale is the part of every purchase that the cash pays for, fixed costs coming
// off first; it leaves the whole purchases' values in worths. A purchase that the
// scaling leaves below Dust is missed, the smallest first, and the rest scaled
// again. It is negative when the purchases wait for money that is to come.
func (a *account) scale(s int, p []float64) float64 {
	cash := a.spendable()
	charges := a.charges(buy)
	for {
		need, new, money, value := a.needs(s, p, charges, cash, 1)
		if value == 0 && need == 0 || need <= cash {
			a.bring(s, new)
			return 1
		}
		if a.waits = a.awaits(s, need.Plus(-cash)); a.waits > 0 {
			return -1
		}
		factor := part(money, value)
		for n, was := 0, -1.0; a.sized && n < 8 && factor != was; n++ { // the costs of the scaled purchases
			was = factor
			_, _, money, value = a.needs(s, p, charges, cash, factor)
			factor = part(money, value)
		}
		if !a.missDust(s, p, factor) {
			if a.brought = new; a.lot == 0 { // else whole lots say how much of it
				a.bring(s, new)
			}
			return min(factor, math.Nextafter(1, 0))
		}
	}
}

// bring lets the new money come in that pays for growth, whatever cash there is.
func (a *account) bring(s int, new Micros) {
	a.move(s, new)
	a.flowBuys += new
	a.brought = new
}

// broughtFor is the new money that comes in for purchase j.
func (a *account) broughtFor(s, j int, price float64) Micros {
	part := a.orders[j].moved
	if part == 0 {
		return 0
	}
	return ToMicros(a.orders[j].worth.Plus(a.costOf(s, buy, int(a.orders[j].Asset), a.orders[j].worth, price)).Money() * part)
}

// usedFor is that money, at most what the purchase costs in whole lots.
func (a *account) usedFor(s, j int, p []float64) Micros {
	o := &a.orders[j]
	mine := a.broughtFor(s, j, p[o.Asset])
	switch {
	case mine == 0 || a.lot == 0:
		return mine
	case o.tried == 0:
		return 0
	}
	return min(mine, a.price(s, int(o.Asset), o.tried, p))
}

// part is the part of a value that money pays; nothing of one that rounds to 0, whose
// fixed costs the money does not reach.
func part(money, value float64) float64 {
	if value == 0 {
		return 0
	}
	return math.Min(1, math.Max(0, money/value))
}

// needs is what the whole purchases cost, without what new money pays of them and that,
// the money without their fixed costs, and their value with what is in proportion to it, at
// charges for the scaled sizes.
func (a *account) needs(s int, p []float64, charges []Charge, cash Micros, factor float64) (need, new Micros, money, value float64) {
	var fixed, values Sum
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units <= 0 || o.State != StatePending {
			continue
		}
		u := a.orders[j].tried
		if u == 0 {
			continue
		}
		w, moving := worth(u, p[o.Asset]), a.orders[j].moved
		a.orders[j].worth = w
		if factor == 1 { // else nobody asks for it
			mine := a.broughtFor(s, j, p[o.Asset])
			new = new.Plus(mine)
			need = need.Plus(w).Plus(a.costOf(s, buy, int(o.Asset), w, p[o.Asset])).Plus(-mine)
		}
		if moving == 1 {
			continue
		}
		whole := w.Money()
		if w == maxMicros { // more than can be counted, and yet a number of which the cash is a part
			whole = float64(u.Shares() * p[o.Asset])
		}
		c := charges[o.Asset]
		if a.sized || len(a.tickets) > 0 {
			c = a.chargeOf(s, buy, int(o.Asset), p[o.Asset], factor*whole)
		}
		fixed.Add(int(o.Asset), c.Fixed*(1-moving))
		values.Add(int(o.Asset), whole*(1+c.Rate)*(1-moving))
	}
	return need, new, cash.Money() - fixed.Total(), values.Total()
}

// missDust gives up the smallest purchase that a factor leaves below Dust and
// says whether there is one. Of equal ones (all, when fixed costs take the money)
// it is that of the smaller order, then of the later name.
func (a *account) missDust(s int, p []float64, factor float64) bool {
	least, at := 0.0, -1
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units <= 0 || o.State != StatePending || a.orders[j].tried == 0 {
			continue
		}
		moving := a.orders[j].moved
		v := float64(a.orders[j].tried.Shares()*p[o.Asset]) * (moving + (1-moving)*factor)
		if v < Dust && (at < 0 || v < least || v == least && a.orders[j].worth <= a.orders[at].worth) {
			least, at = v, j
		}
	}
	if at >= 0 {
		a.giveUp(s, at, ReasonCash)
	}
	return at >= 0
}

// trimToCash takes from a purchase what rounding makes too dear.
func (a *account) trimToCash(s, asset int, u Units, price float64, cash Micros) (Units, Micros) {
	if most := maxMoney / price * unitsPerShare; float64(u) > most {
		u = Units(most)
	}
	for u > 0 {
		value := worth(u, price)
		over := value.Plus(a.costOf(s, buy, asset, value, price)).Plus(-cash)
		if over <= 0 {
			return u, value
		}
		less := math.Ceil(over.Money() / price * unitsPerShare)
		if less >= float64(u) {
			break
		}
		u -= Units(less) + 1
		if a.lot > 0 {
			u -= u % a.lot
		}
	}
	return 0, 0
}

package sim

import (
	"fmt"
	"math"
)

// fill executes the open orders at the given prices: sales first; purchases with
// their costs are scaled by one common factor when the cash does not reach.
func (a *account) fill(s int, p []float64) {
	a.chargesAt(s)
	a.fillAt = -1
	before := a.cash.Money()
	for i, x := range p {
		before += float64(x * a.h[i])
	}
	if before > maxMoney {
		a.outgrow(s, "is worth", before, maxMoney)
	}
	trades, costs, cash := a.tally.Trades, a.tally.Cost, a.cash
	sold := a.sellAll(s, p)
	if a.fund == FundLeave { // a sale's costs may exceed what it brings: then nothing leaves
		proceeds := max(0, a.cash-cash)
		a.owed += proceeds
		a.paysOut += proceeds
	}
	bought := a.buyAll(s, p)
	traded := sold - min(sold, a.paysOut) + bought - min(bought, a.paidIn)
	for j := range a.orders {
		a.mirror(int(a.orders[j].Asset))
	}
	if !a.opening || a.mandate.Terms.OpeningTurnover {
		turnover := traded.Money() / 2 / before
		a.tally.Turnover += turnover
		if a.log != nil && len(a.orders) > 0 {
			a.log.Decisions[a.decided].Turnover = turnover
		}
	}
	if a.opening {
		a.opening = false
		a.tally.Trades = trades
		a.tally.CostInitial = a.tally.Cost - costs
	}
	if a.log != nil {
		copy(a.log.Orders[len(a.log.Orders)-len(a.orders):], a.orders)
	}
}

// sellAll executes the sales and returns their value.
func (a *account) sellAll(s int, p []float64) (traded Micros) {
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units >= 0 || o.State == StateMissed {
			continue
		}
		value := worth(-o.Units, p[o.Asset])
		if a.cash+value < a.costOf(sell, int(o.Asset), value) {
			o.State, o.Reason = StateMissed, ReasonCost
			continue
		}
		a.execute(s, j, o.Units, value, p[o.Asset])
		traded += value
	}
	return traded
}

// buyAll executes the purchases, scaled to the cash, and returns their value.
func (a *account) buyAll(s int, p []float64) (traded Micros) {
	factor := a.scale(s, p)
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units <= 0 || o.State == StateMissed {
			continue
		}
		price, u, value := p[o.Asset], o.Units, a.worths[j]
		if factor < 1 {
			u, value = a.shave(int(o.Asset), Units(float64(u)*factor), price, a.spendable())
		}
		if u == 0 {
			o.State, o.Reason = StateMissed, ReasonCash
			continue
		}
		if u > maxUnits-a.units[o.Asset] {
			a.outgrow(s, "would hold shares of "+a.panel.Symbols()[o.Asset], a.units[o.Asset].Shares()+u.Shares(), maxUnits.Shares())
			return traded
		}
		a.execute(s, j, u, value, price)
		traded += value
	}
	return traded
}

// outgrow ends the trading of an account that the books cannot count: what is
// ordered is missed, and the record carries the error.
func (a *account) outgrow(s int, what string, is, limit float64) {
	if a.err == nil {
		a.err = fmt.Errorf("on %s the account %s %.6g, and the books count up to %.6g", a.panel.Date(s), what, is, limit)
	}
	for j := range a.orders {
		if o := &a.orders[j]; o.State == StatePending {
			o.State, o.Reason = StateMissed, ReasonLimit
		}
	}
}

// scale is the part of every purchase that the cash pays for, fixed costs coming
// off first; it leaves the whole purchases' values in worths. A purchase that the
// scaling leaves below Dust is missed, the smallest first, and the rest scaled
// again.
func (a *account) scale(s int, p []float64) float64 {
	cash := a.spendable()
	charges := a.charges(buy)
	for {
		var need Micros
		money, value := cash.Money(), 0.0
		for j := range a.orders {
			o := &a.orders[j]
			if o.Units <= 0 || o.State == StateMissed {
				continue
			}
			w := worth(o.Units, p[o.Asset])
			a.worths[j] = w
			need += w + a.costOf(buy, int(o.Asset), w)
			c := charges[o.Asset]
			money -= c.Fixed
			value += float64(w.Money() * (1 + c.Rate))
		}
		if need <= cash && value <= money+1 { // the sum of integers may have overflowed
			return 1
		}
		if a.fund == FundBring {
			lack := need - max(0, cash) // for purchases alone, not for what is owed or reserved
			a.move(s, lack)
			a.paidIn += lack
			return 1
		}
		factor := math.Min(1, math.Max(0, money/value))
		if !a.missDust(p, factor) {
			return min(factor, math.Nextafter(1, 0))
		}
	}
}

// missDust gives up the smallest purchase that a factor leaves below Dust and
// says whether there is one. Of equal ones (all, when fixed costs take the money)
// it is that of the smaller order, then of the later name.
func (a *account) missDust(p []float64, factor float64) bool {
	least, at := 0.0, -1
	for j := range a.orders {
		o := &a.orders[j]
		if o.Units <= 0 || o.State == StateMissed {
			continue
		}
		v := float64(o.Units.Shares()*p[o.Asset]) * factor
		if v < Dust && (at < 0 || v < least || v == least && a.worths[j] <= a.worths[at]) {
			least, at = v, j
		}
	}
	if at >= 0 {
		a.orders[at].State, a.orders[at].Reason = StateMissed, ReasonCash
	}
	return at >= 0
}

// shave takes from a purchase what rounding makes too dear.
func (a *account) shave(asset int, u Units, price float64, cash Micros) (Units, Micros) {
	for u > 0 {
		value := worth(u, price)
		over := value + a.costOf(buy, asset, value) - cash
		if over <= 0 {
			return u, value
		}
		u -= Units(math.Ceil(over.Money()/price*unitsPerShare)) + 1
	}
	return 0, 0
}

// charges are what trades cost now: the initial purchase may be free.
func (a *account) charges(side int) []Charge {
	if a.opening && a.mandate.Terms.FreeOpening {
		return a.free
	}
	return a.charge[side]
}

// costOf is the cost of a trade, each component rounded by itself.
func (a *account) costOf(side, asset int, value Micros) (sum Micros) {
	if a.opening && a.mandate.Terms.FreeOpening {
		return 0
	}
	money := value.Money()
	for k := range a.mandate.Terms.Costs {
		c := a.parts[side][k][asset]
		sum += ToMicros(c.Fixed + float64(c.Rate*money))
	}
	return sum
}

// execute books a trade of u shares (+ bought, - sold) worth value, and its costs.
func (a *account) execute(s, j int, u Units, value Micros, price float64) {
	o := &a.orders[j]
	o.Done, o.Fill, o.Filled, o.State = u, price, int32(s), StateFilled
	if u != o.Units {
		o.State, o.Reason = StatePart, ReasonCash
	}
	id := int32(-1)
	if a.log != nil {
		id = int32(len(a.log.Orders) - len(a.orders) + j)
	}
	side := buy
	if u < 0 { // proceeds come in before their costs go out
		side = sell
		a.post(EntrySell, s, id, o.Asset, -1, u, value, price)
	}
	if !(a.opening && a.mandate.Terms.FreeOpening) {
		money := value.Money()
		for k := range a.mandate.Terms.Costs {
			c := a.parts[side][k][o.Asset]
			if cost := ToMicros(c.Fixed + float64(c.Rate*money)); cost > 0 {
				a.post(EntryCost, s, id, o.Asset, int16(k), 0, -cost, 0)
				a.tally.Cost += cost
			}
		}
	}
	if side == buy {
		a.post(EntryBuy, s, id, o.Asset, -1, u, -value, price)
	}
	a.tally.Trades++
}

package sim

import (
	"fmt"
	"math"

	"evenkeel/data"
)

func fmtOutgrown(d data.Date, what string, is, limit float64) error {
	return fmt.Errorf("on %s the account %s %.6g, and the books count up to %.6g", d, what, is, limit)
}

// charges are what trades cost now: the initial purchase may be free.
func (a *account) charges(side int) []Charge {
	if a.opening && a.mandate.Terms.FreeOpening {
		return a.free
	}
	return a.charge[side]
}

// chargeOf is the sum of the components for a trade of a size.
func (a *account) chargeOf(s, side, asset int, price, value float64) (sum Charge) {
	if a.opening && a.mandate.Terms.FreeOpening {
		return sum
	}
	parts := a.components(s, side, asset, price, value)
	for k := range parts {
		sum.Fixed += parts[k].Fixed
		sum.Rate += parts[k].Rate
	}
	return sum
}

// components are what each component charges for a trade of a size.
func (a *account) components(s, side, asset int, price, value float64) []Charge {
	parts := a.partsOf(side, asset)
	if a.sized {
		if m := &a.asked[side][asset]; m.value != value || m.session != s || m.price != price {
			*m = asked{s, price, value}
			a.fillOf(s, side, asset, price, value)
			for _, k := range a.sizedAt {
				parts[k].Fixed, parts[k].Rate = a.mandate.Terms.Costs[k].Charge(&a.trade)
			}
		}
	}
	if len(a.tickets) > 0 {
		return a.further(s, side, asset, price, value, parts)
	}
	return parts
}

// partsOf are the places of an asset's charges, one a component.
func (a *account) partsOf(side, asset int) []Charge {
	n := len(a.mandate.Terms.Costs)
	return a.parts[side][asset*n : asset*n+n]
}

// asked is the trade that the components that depend on the size were last asked
// about: a trade is planned, weighed and booked at the same size.
type asked struct {
	session      int
	price, value float64
}

// fillOf describes a trade to a cost.
func (a *account) fillOf(s, side, asset int, price, value float64) {
	f := &a.trade
	if f.Session != s {
		f.Session, f.Date = s, a.panel.Date(s)
		if a.sized {
			a.volume, a.sigma = a.panel.Liquidity(s)
		}
		if a.panel.HasSpread() {
			a.spread = a.panel.Spread(s)
		}
	}
	f.Asset, f.Buy, f.Price, f.Value = asset, side == buy, price, value
	f.Volume, f.Sigma, f.Spread = math.NaN(), math.NaN(), math.NaN()
	if a.volume != nil {
		f.Volume = a.volume[asset]
	}
	if a.sigma != nil {
		f.Sigma = a.sigma[asset]
	}
	if a.spread != nil {
		f.Spread = a.spread[asset]
	}
}

// costOf is the cost of a trade, each component rounded by itself.
func (a *account) costOf(s, side, asset int, value Micros, price float64) (sum Micros) {
	if a.opening && a.mandate.Terms.FreeOpening {
		return 0
	}
	money := value.Money()
	parts := a.components(s, side, asset, price, money)
	for k := range parts {
		sum = sum.Plus(max(0, ToMicros(parts[k].Fixed+float64(parts[k].Rate*money))))
	}
	return sum
}

// execute books a trade of u shares (+ bought, - sold) worth value, and its costs.
func (a *account) execute(s, j int, u Units, value Micros, price float64) {
	o := &a.orders[j]
	a.countTrade(s, int(o.Asset), value, max(u, -u), price)
	if o.Filled < 0 {
		a.tally.Trades++
	}
	a.noteFill(s, j, u, price)
	e := &Entry{Kind: EntryBuy, Session: int32(s), Order: -1, Asset: o.Asset, Part: -1, Venue: o.Venue, Owner: o.Owner, Units: u, Price: price}
	if a.part != nil {
		e.Venue = a.part.Venue
	}
	if a.log != nil {
		e.Order = int32(len(a.log.Orders) - len(a.orders) + j)
	}
	if u < 0 { // proceeds come in before their costs go out
		n := a.settles(o.Asset)
		if e.Kind, e.Cash = EntrySell, value; n > 0 {
			e.Cash, e.Due = 0, value
		}
		a.post(e)
		costs := a.bill(e, sell, value, n > 0)
		if n > 0 {
			a.expect(s+n, value-costs)
		}
		if a.tax != nil {
			a.tax.Sell(s, int(o.Asset), -u, value-costs)
		}
		return
	}
	costs := a.bill(e, buy, value, false)
	if a.limited {
		a.lock(s, int(o.Asset), u)
	}
	cash, due := a.outlay(value)
	e.Cash, e.Due = -cash, -due
	a.post(e)
	if a.tax != nil {
		a.tax.Buy(s, int(o.Asset), u, value+costs)
	}
}

// countTrade ends the trading of an account at u shares of asset i that may be worth more
// than worth can say.
func (a *account) countTrade(s, i int, value Micros, u Units, price float64) {
	if value == maxMicros {
		a.overflow(s, "trades "+a.panel.Symbols()[i]+" for", u.Shares()*price, maxMoney)
	}
}

// noteFill notes a fill on its order.
func (a *account) noteFill(s, j int, u Units, price float64) {
	o := &a.orders[j]
	o.left -= u
	if by := o.split; by != 1 { // shares of the decision's session
		side := max(-1, min(1, u))
		if u, price = Units(nearest(float64(u)/by)), price*by; u == 0 { // what is filled is never nothing
			u = side
		}
	}
	if o.Done != 0 {
		price = (o.Fill*o.Done.Shares() + price*u.Shares()) / (o.Done + u).Shares()
	}
	o.Done += u
	o.Fill, o.Filled = price, int32(s)
	if o.left != 0 {
		if rest := o.Units - o.Done; rest == 0 || rest > 0 != (o.Units > 0) { // rounding after a split makes no order whole
			o.Done = o.Units - max(-1, min(1, o.Units))
		}
		return
	}
	o.Ended = int32(s)
	if o.Reason != ReasonNone { // it was cut before it went out
		o.State = StatePart
		return
	}
	o.State, o.Done = StateFilled, o.Units
}

// bill books the cost components of the trade that an entry books, worth value, and
// returns their sum.
func (a *account) bill(of *Entry, side int, value Micros, later bool) (sum Micros) {
	if a.opening && a.mandate.Terms.FreeOpening {
		return 0
	}
	if a.part != nil && a.part.Venue != Market {
		return a.billFee(of, side, a.part.Cost, later)
	}
	s, asset, money := int(of.Session), int(of.Asset), value.Money()
	for k, c := range a.components(s, side, asset, of.Price, money) {
		cost := max(0, ToMicros(c.Fixed+float64(c.Rate*money)))
		if t := a.ticket(k, asset); t != nil {
			t.Add(money, of.Price, cost)
		}
		if cost <= 0 {
			continue
		}
		a.postCost(of, side, int16(k), cost, later)
		sum = sum.Plus(cost)
	}
	return sum
}

// billFee books what a venue other than the market charges for a part.
func (a *account) billFee(of *Entry, side int, fee Micros, later bool) Micros {
	if fee > 0 {
		a.postCost(of, side, -1, fee, later)
	}
	return fee
}

// postCost books a cost of the trade that an entry books.
func (a *account) postCost(of *Entry, side int, part int16, cost Micros, later bool) {
	cash, due := cost, Micros(0)
	switch {
	case later:
		cash, due = 0, cost
	case side == buy:
		cash, due = a.outlay(cost)
	}
	a.post(&Entry{Kind: EntryCost, Session: of.Session, Order: of.Order, Asset: of.Asset, Part: part, Venue: of.Venue, Owner: of.Owner, Cash: -cash, Due: -due})
	a.charged(int(of.Session), cost)
}

package oracle

import "github.com/shopspring/decimal"

// turned cuts all orders by one part to the largest turnover: what deposits pay and
// what pays withdrawals does not count and is not cut. What is then below the minimum is left out.
func (a *account) turned(orders []Order, price []decimal.Decimal) (out []Order) {
	if a.in.MaxTurnover == 0 || a.opening {
		return orders
	}
	sold, bought, new, leaves := zero, zero, zero, zero
	for _, o := range orders {
		switch {
		case a.isSmall(o.side(), o.Asset, o.Value):
		case o.Buy:
			bought, new = bought.Add(o.Value), new.Add(share(o.Value, o.New, o.Shares))
		default:
			sold, leaves = sold.Add(o.Value), leaves.Add(share(o.Value, o.Leaving, o.Shares))
		}
	}
	freeSales := decimal.Min(sold, a.raisedBy(orders, sold).Add(atLeastZero(leaves.Sub(a.covered))))
	freeBuys := decimal.Min(bought, a.paid.Add(new))
	most := a.worth(price).Mul(number(a.in.MaxTurnover)).Mul(two)
	turnover := sold.Sub(freeSales).Add(bought).Sub(freeBuys)
	if turnover.LessThanOrEqual(most) {
		return orders
	}
	whole := a.bringsNet(orders)
	defer func() { a.uncut = whole.Sub(a.bringsNet(out)) }()
	part := quotient(most, turnover)
	left := func(all, free decimal.Decimal) decimal.Decimal { // what is free, and that part of the rest
		if all.IsZero() {
			return part
		}
		return quotient(free.Add(all.Sub(free).Mul(part)), all)
	}
	for _, o := range orders {
		cut := left(sold, freeSales)
		if o.Buy {
			cut = left(bought, freeBuys)
		}
		o.Shares, o.Asked = o.Shares.Mul(cut).Truncate(8), o.Shares
		o.New, o.Leaving = o.New.Mul(cut), o.Leaving.Mul(cut)
		o.Value = o.Shares.Mul(price[o.Asset])
		a.setAside(&o)
		if o.Shares.IsPositive() && !a.isSmall(o.side(), o.Asset, o.Value) {
			out = append(out, o)
		}
	}
	return out
}

// bringsNet is what orders bring and take, with their costs.
func (a *account) bringsNet(orders []Order) decimal.Decimal {
	sum := zero
	for _, o := range orders {
		if o.Buy {
			sum = sum.Sub(a.dear(o.Asset, o.Value)).Sub(a.fixedPart("buy", o.Asset))
		} else {
			sum = sum.Add(o.Value.Mul(one.Sub(a.rate("sell", o.Asset)))).Sub(a.fixedPart("sell", o.Asset))
		}
	}
	return sum
}

// raisedBy is what sales raise for net withdrawals, or for what is owed and not there, with
// its part of their costs.
func (a *account) raisedBy(orders []Order, sold decimal.Decimal) decimal.Decimal {
	net := zero
	for _, o := range orders {
		if !o.Buy {
			net = net.Add(o.Value.Mul(one.Sub(a.rate("sell", o.Asset)))).Sub(a.fixedPart("sell", o.Asset))
		}
	}
	short := decimal.Min(a.owed, a.lacking(a.kept))
	if !short.IsPositive() || !net.IsPositive() {
		return a.meant
	}
	return decimal.Max(a.meant, quotient(short.Mul(sold), net))
}

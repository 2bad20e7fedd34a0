package sim

// Money owed that cannot be raised waits, too: what it is, since when and why is noted while
// it does.

// owe notes the money owed that cannot be raised or paid at session s: of 0, that
// nothing waits any more. Reasons of but are none.
func (a *account) owe(s int, amount Micros, but Why) {
	q := &a.queue.owing
	if amount == 0 && q.Amount == 0 {
		return
	}
	why := Why(0)
	if amount > 0 {
		if why = a.whyOwed(s) &^ but; why == 0 {
			if why = WhySmall; !a.hasToSell(s) {
				why = WhyNothing
			}
		}
	}
	if amount == q.Amount && why == q.Why {
		return
	}
	if q.Amount == 0 {
		q.Since, q.First = int32(s), -1
	}
	q.Amount, q.Why, q.Session = amount, why, int32(s)
	if a.log == nil {
		return
	}
	if q.First < 0 {
		q.First = int32(len(a.log.Waits))
	}
	a.log.Waits = append(a.log.Waits, *q)
}

// whyOwed is what keeps money owed from being paid.
func (a *account) whyOwed(s int) (why Why) {
	if len(a.dues) > 0 {
		why |= WhySettlement
	}
	if a.fillAt >= 0 {
		why |= WhyOrders
	}
	for i, u := range a.units {
		switch {
		case u == 0:
		case !a.panel.Fresh(s, i):
			why |= WhyHole
		case a.bars(s, i):
			why |= WhyNoSell
		case a.limited && a.sellable[i] < u && a.why[i] == ReasonTax:
			why |= WhyGain
		}
	}
	return why
}

// bars reports whether a restriction keeps something of asset i from being sold.
func (a *account) bars(s, i int) bool {
	for _, r := range a.mandate.Terms.Rules {
		if r.Asset == i && s >= r.From && s < r.Until && r.Rule != NoBuy {
			return true
		}
	}
	return false
}

// hasToSell reports whether something is held that no open order sells.
func (a *account) hasToSell(s int) bool {
	price := a.panel.Close(s)
	for i, u := range a.units {
		for j := range a.orders {
			if o := &a.orders[j]; int(o.Asset) == i && o.State == StatePending {
				u += min(0, a.orders[j].left)
			}
		}
		if u.Shares()*price[i] >= Dust {
			return true
		}
	}
	return false
}

// lacking is the part of what is owed that neither the cash nor the sales just ordered
// bring.
func (a *account) lacking(s int) Micros {
	short := a.pendingWithdrawals.Plus(a.taxOwed) - (a.cash + a.unsettled - a.newDeposits - a.claims())
	for j := range a.orders {
		o := &a.orders[j]
		if o.State != StatePending || o.Units >= 0 || o.Owner != 0 {
			continue
		}
		u := o.left
		value := worth(-u, o.Price)
		short -= value - a.costOf(s, sell, int(o.Asset), value, o.Price)
	}
	if short < ToMicros(Dust) {
		return 0
	}
	return short
}

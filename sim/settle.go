package sim

// settles is the number of sessions until a sale of an asset is paid.
func (a *account) settles(asset int16) int {
	if a.settlement == nil {
		return 0
	}
	return a.settlement[asset]
}

// expect notes money that settles at a session.
func (a *account) expect(session int, amount Micros) {
	if amount == 0 {
		return
	}
	i := len(a.dues)
	for i > 0 && a.dues[i-1].session > session {
		i--
	}
	if i > 0 && a.dues[i-1].session == session {
		a.dues[i-1].amount += amount
	} else {
		a.dues = append(a.dues, due{})
		copy(a.dues[i+1:], a.dues[i:])
		a.dues[i] = due{session, amount}
	}
	a.event = min(a.event, session)
}

// settle books the money that settles at session s.
func (a *account) settle(s int) {
	if len(a.dues) == 0 || a.dues[0].session != s {
		return
	}
	x := a.dues[0].amount
	a.dues = append(a.dues[:0], a.dues[1:]...)
	if x != 0 {
		e := cashEntry(EntrySettle, s, x)
		e.Due = -x
		a.post(e)
	}
}

// outlay splits what a purchase costs into settled cash and, under Bridge, the
// proceeds that settle first.
func (a *account) outlay(amount Micros) (cash, due Micros) {
	if !a.bridge {
		return amount, 0
	}
	cash = min(amount, max(0, a.settledSpendable()))
	due = amount - cash
	left := due
	for i := range a.dues {
		part := min(left, a.dues[i].amount)
		a.dues[i].amount -= part
		left -= part
	}
	return cash + left, due - left
}

// settledSpendable is the settled cash that purchases may use: not the reserve,
// not what is owed, not a deposit that the policy has not seen.
func (a *account) settledSpendable() Micros {
	return (a.cash - a.reserve - a.pendingWithdrawals - a.taxOwed - a.settledClaims()).Plus(-a.newDeposits)
}

// spendable is what purchases may use.
func (a *account) spendable() Micros {
	if a.bridge {
		return a.settledSpendable().Plus(a.unsettled - (a.claims() - a.settledClaims()))
	}
	return a.settledSpendable()
}

// awaits is the session that purchases wait for when they lack money that is to
// come: the next one while sales are still open; the one by which enough of the
// proceeds have settled, or all. It is 0 when nothing is to come.
func (a *account) awaits(s int, lack Micros) int {
	if a.opening {
		return 0
	}
	for j := range a.orders {
		if a.orders[j].Units < 0 && a.orders[j].State == StatePending {
			return s + 1
		}
	}
	if a.bridge {
		return 0
	}
	session := 0
	for _, d := range a.dues {
		if session = d.session; d.amount >= lack {
			break
		}
		lack -= d.amount
	}
	return session
}

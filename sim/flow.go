package sim

import "math"

// flow books the deposits of session s, notes what is to be withdrawn, and puts
// new targets in force. Each is a reason to ask the policy at this close.
func (a *account) flow(s int) {
	for flows := a.mandate.Flows; a.nextFlow < len(flows) && flows[a.nextFlow].Session == s; a.nextFlow++ {
		a.wake = true
		switch amount := a.amount(s, flows[a.nextFlow]); {
		case amount > 0:
			a.move(s, amount)
			a.fresh += amount
		default:
			a.owed -= amount
		}
	}
	for changes := a.mandate.Changes; a.nextChange < len(changes) && changes[a.nextChange].Session == s; a.nextChange++ {
		a.given = changes[a.nextChange].Targets
		a.wake, a.changed = true, true
		a.retarget()
		a.cancel(s, ReasonTargets)
	}
}

// amount is a flow in money; a part of NAV is taken at the session's close.
func (a *account) amount(s int, f Flow) Micros {
	if f.Amount != 0 {
		return ToMicros(f.Amount)
	}
	nav := a.money()
	for i, p := range a.panel.Close(s) {
		nav += float64(p * a.h[i])
	}
	return ToMicros(f.Percent * nav)
}

// move books money that comes in (+) or goes out (-).
func (a *account) move(s int, amount Micros) {
	if amount == 0 {
		return
	}
	if len(a.flows) == 0 {
		if cap(a.flows) == 0 {
			a.flows = make([]float64, a.panel.Sessions())
		}
		a.flows = a.flows[:a.panel.Sessions()]
		clear(a.flows)
	}
	a.post(EntryFlow, s, -1, -1, -1, 0, amount, 0, 0)
	a.flows[s] += amount.Money()
	if amount > 0 {
		a.total(s, &a.tally.Deposits, amount, "has received deposits of")
	} else {
		a.total(s, &a.tally.Withdrawals, -amount, "has paid out")
	}
}

// total adds to a sum over the run. One that outgrows the books ends the trading, as the
// account's own growth does: money that goes through an account can add up to more than
// it ever holds.
func (a *account) total(s int, sum *Micros, amount Micros, what string) {
	if most := Micros(math.MaxInt64); amount > most-*sum {
		a.outgrow(s, what, sum.Money()+amount.Money(), most.Money())
		*sum = most
		return
	}
	*sum += amount
}

// cancel gives up the open orders.
func (a *account) cancel(s int, why Reason) {
	if a.fillAt < 0 {
		return
	}
	a.fillAt, a.opening = -1, false
	a.tear()
	for j := range a.orders {
		if a.orders[j].State == StatePending {
			a.giveUp(s, j, why)
		}
	}
	a.keepOrders()
	a.orders = a.orders[:0]
}

// pay pays what is owed, taxes first, as far as the settled cash goes. While more
// is to come it is tried again; what is lacking then is raised at the next look, or
// stays unpaid when nothing is held.
func (a *account) pay(s int) {
	if !a.paying {
		return
	}
	a.payTax(s)
	out := max(0, min(a.owed, a.cash-a.fresh))
	a.move(s, -out)
	if a.owed -= out; a.owed < ToMicros(Dust) {
		a.owed = 0
	}
	if (a.owed > 0 || a.taxOwed > 0) && (len(a.dues) > 0 || a.fillAt >= 0) {
		return
	}
	a.paying = false
	if a.owed == 0 && a.taxOwed == 0 {
		return
	}
	for i := range a.units {
		if a.units[i] > 0 {
			a.wake = true
			return
		}
	}
	a.tally.Unpaid += a.owed
	a.owed = 0
}

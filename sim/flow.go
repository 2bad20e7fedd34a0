package sim

import "math"

// flow books the deposits of session s, notes what is to be withdrawn, and puts
// new targets in force. Each is a reason to ask the policy at this close.
func (a *account) flow(s int) {
	in, out := Micros(0), Micros(0)
	for flows := a.mandate.Flows; a.nextFlow < len(flows) && flows[a.nextFlow].Session == s; a.nextFlow++ {
		a.add(askFlow)
		switch amount := a.amount(s, flows[a.nextFlow]); {
		case amount > 0:
			a.depositOf(s, amount)
			in = in.Plus(amount)
		default:
			a.withdrawalOf(s, -amount)
			out = out.Plus(-amount)
		}
	}
	if a.owners != nil {
		in, out = a.ownersArrive(s)
	}
	a.netted = a.netted.Plus(min(in, out))
	a.debt(s, false)
	for changes := a.mandate.Changes; a.nextChange < len(changes) && changes[a.nextChange].Session == s; a.nextChange++ {
		if a.before == nil {
			a.before = a.given
		}
		a.given = changes[a.nextChange].Targets
		a.add(askTargets)
		a.retarget()
		if a.cancelAt = s; a.fillAt != s { // else what is due today fills first
			a.cancel(s, ReasonTargets)
		}
		a.reconsider(s)
	}
}

// depositOf books a deposit.
func (a *account) depositOf(s int, amount Micros) {
	a.move(s, amount)
	a.newDeposits = a.newDeposits.Plus(amount)
}

// withdrawalOf notes an amount that is to be withdrawn.
func (a *account) withdrawalOf(s int, amount Micros) {
	a.pendingWithdrawals = a.pendingWithdrawals.Plus(amount)
	a.unseen = a.unseen.Plus(amount)
	a.countOwed(s, "owes withdrawals and taxes of")
}

// amount is a flow in money; a part of NAV is taken at the session's close.
func (a *account) amount(s int, f Flow) Micros {
	if f.Amount != 0 {
		return ToMicros(f.Amount)
	}
	nav := Product(a.panel.Close(s), a.h) + a.money()
	if f.Percent < 0 {
		return -a.arrives(s, "owes a withdrawal of", -f.Percent*nav)
	}
	return a.arrives(s, "receives a deposit of", f.Percent*nav)
}

// arrives is an amount of 0 or more in the books' integers; one beyond them ends the
// account's trading.
func (a *account) arrives(s int, what string, money float64) Micros {
	if money > maxMoney {
		a.overflow(s, what, money, maxMoney)
		return 0
	}
	return ToMicros(money)
}

// countOwed ends the trading of an account that owes more than the books can count.
func (a *account) countOwed(s int, what string) {
	if owed := a.pendingWithdrawals.Plus(a.taxOwed); owed > maxMicros {
		a.overflow(s, what, owed.Money(), maxMoney)
		a.pendingWithdrawals, a.taxOwed = 0, 0
	}
}

// move books money that comes in (+) or goes out (-).
func (a *account) move(s int, amount Micros) {
	if amount == 0 {
		return
	}
	if len(a.flows) == 0 {
		a.beginFlows(s)
	}
	if a.post(cashEntry(EntryFlow, s, amount)); a.err != nil {
		return
	}
	a.cameIn(s, amount)
	if amount > 0 {
		a.total(s, &a.tally.Deposits, amount, "has received deposits of")
	} else {
		a.total(s, &a.tally.Withdrawals, -amount, "has paid out")
	}
}

// cameIn notes in the column of flows what comes in (+) or goes out (-).
func (a *account) cameIn(s int, amount Micros) {
	if len(a.flows) == 0 {
		a.beginFlows(s)
	}
	a.flows[s] += amount.Money()
}

// beginFlows begins the columns of flows and of the costs beside them.
func (a *account) beginFlows(s int) {
	n := a.panel.Sessions()
	if cap(a.flows) == 0 {
		a.flows, a.costs = make([]float64, n), make([]float64, n)
	}
	a.flows, a.costs = a.flows[:n], a.costs[:n]
	clear(a.flows)
	clear(a.costs)
	if a.billedAt == s {
		a.costs[s] = a.billed.Money()
	}
}

// charged notes what the trades of session s cost.
func (a *account) charged(s int, cost Micros) {
	a.total(s, &a.tally.Cost, cost, "has paid costs of")
	if a.billedAt != s {
		a.billedAt, a.billed = s, 0
	}
	if a.billed = a.billed.Plus(cost); len(a.flows) > 0 {
		a.costs[s] = a.billed.Money()
	}
}

// total adds to a sum over the run. One that outgrows the books ends the trading, as the
// account's own growth does: money that goes through an account can add up to more than
// it ever holds.
func (a *account) total(s int, sum *Micros, amount Micros, what string) {
	if *sum = sum.Plus(amount); *sum == math.MaxInt64 {
		const most = Micros(math.MaxInt64)
		a.overflow(s, what, most.Money(), most.Money())
	}
}

// cancel gives up the open orders.
func (a *account) cancel(s int, why Reason) {
	if a.fillAt < 0 {
		return
	}
	if why == ReasonTargets {
		a.setAside(s, WhyTargets, -1)
	}
	a.fillAt, a.opening = -1, false
	a.clearTickets()
	for j := range a.orders {
		if a.orders[j].State == StatePending {
			a.giveUp(s, j, why)
		}
	}
	a.keepOrders()
	a.orders = a.orders[:0]
}

// pay pays taxes, then withdrawals, once the orders of their decision are filled, as far
// as settled cash allows.
func (a *account) pay(s int) {
	if a.paying {
		a.payOut(s, math.MaxInt64)
	}
}

// payFrom pays what is owed of money that comes in between, when proceeds settle or an
// asset pays, before the flows of the session.
func (a *account) payFrom(s int, came Micros) {
	if !a.paying || came <= 0 || a.fillAt == s { // then orders are filled first
		return
	}
	a.payOut(s, came)
	if a.owing.Amount > 0 {
		a.owe(s, a.pendingWithdrawals.Plus(a.taxOwed), 0)
	}
}

// payOut pays at most an amount of what is owed. While more is to come it is tried again;
// what is lacking then is raised at the next look, or stays unpaid when nothing is held. A
// withdrawal that no decision has seen is put before one all the same.
func (a *account) payOut(s int, most Micros) {
	most -= a.payTax(s, most)
	out := max(0, min(a.pendingWithdrawals, a.cash-a.newDeposits-a.settledClaims(), most))
	a.move(s, -out)
	a.goingOut = max(0, a.goingOut-out)
	if a.pendingWithdrawals -= out; a.pendingWithdrawals < ToMicros(Dust) { // no order is that small
		a.pendingWithdrawals = 0
	}
	if len(a.idle) > 0 {
		a.fitWaits(s)
	}
	a.debt(s, false)
	if (a.pendingWithdrawals > 0 || a.taxOwed > 0) && (len(a.dues) > 0 || a.fillAt >= 0) {
		return
	}
	a.paying = false
	if a.pendingWithdrawals == 0 && a.taxOwed == 0 {
		return
	}
	if a.holds() {
		a.add(askOwed)
		return
	}
	seen := max(0, a.pendingWithdrawals-a.unseen)
	a.total(s, &a.tally.Unpaid, seen, "could not pay withdrawals of")
	a.pendingWithdrawals -= seen
	a.debt(s, seen > 0 || a.pendingWithdrawals == 0)
}

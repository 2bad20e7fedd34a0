package sim

import "evenkeel/sim/internal/kernel"

// meeting is which orders meet the prices of a session.
type meeting uint8

const (
	earlier meeting = iota // those of earlier sessions, at its open or close, before anybody looks
	closing                // those decided at its close for this close: the initial purchase, too
)

// trade fills the orders of all accounts that meet the prices of session s: the desk names
// venues, all sell, the desk clears, all buy. Purchases follow the sales of all accounts;
// of one account by itself that changes nothing.
func (r *Runner) trade(s int, of meeting) {
	t := &r.trading
	t.due = t.due[:0]
	for l := range r.accounts {
		if a := &r.accounts[l]; a.fillAt == s && a.meets(s, of) {
			t.due = append(t.due, a)
		}
	}
	if len(t.due) == 0 {
		return
	}
	for _, a := range t.due {
		a.beginFill(s, a.prices(s, of))
	}
	t.route(s, r.desk)
	t.bookParts(sell)
	for _, a := range t.due {
		a.fillSales(s)
	}
	t.clear(r.desk)
	t.bookParts(buy)
	for _, a := range t.due {
		a.fillPurchases(s)
		a.filled(s, of)
	}
}

// meets reports whether the orders of the account that wait for session s are filled now.
func (a *account) meets(s int, of meeting) bool {
	if a.mandate == nil || a.err != nil {
		return false
	}
	if of == closing {
		return a.at == s
	}
	return a.at < s && s < a.end
}

// prices are those that the account's orders meet; at the close before its own trades its
// drift is recorded.
func (a *account) prices(s int, of meeting) []float64 {
	if of == earlier {
		if a.mandate.Terms.Fill == NextOpen {
			return a.panel.Open(s)
		}
		a.drift(s, s+1)
	}
	return a.panel.Close(s)
}

// filled pays what the trades were for, and lets new targets and new prices have their say.
func (a *account) filled(s int, of meeting) {
	a.pay(s)
	a.payOwners(s, of == closing)
	if of == earlier && a.cancelAt == s {
		a.cancel(s, ReasonTargets)
	}
	a.owe(s, a.pendingWithdrawals.Plus(a.taxOwed), 0)
	if of == closing {
		kernel.Value(a.nav, a.panel.Closes(), a.h, a.money(), s, s+1)
	}
}

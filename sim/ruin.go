package sim

// debt is a stretch of sessions at whose ends something was owed.
type debt struct{ from, end int }

// debt notes at session s whether something is owed: withdrawals and taxes that have
// not been paid. With late it was until the end of the session, and is given up.
func (a *account) debt(s int, late bool) {
	switch owes := a.pendingWithdrawals > 0 || a.taxOwed > 0; {
	case late:
		if a.debtFrom < 0 {
			a.debtFrom = s
		}
		a.debts = append(a.debts, debt{a.debtFrom, s + 1})
		if a.debtFrom = -1; owes {
			a.debtFrom = s + 1
		}
	case owes && a.debtFrom < 0:
		a.debtFrom = s
	case !owes && a.debtFrom >= 0:
		if a.debtFrom < s {
			a.debts = append(a.debts, debt{a.debtFrom, s})
		}
		a.debtFrom = -1
	}
}

// settleUp closes the account's debts at the end of its run: what is still owed stays
// unpaid. The account is ruined at the first session at whose end less than Dust was
// left while something was owed; what restrictions or settlement hold up is value that
// is left, and money that comes later changes nothing.
func (a *account) settleUp() {
	if a.debtFrom >= 0 {
		a.debts = append(a.debts, debt{a.debtFrom, a.end})
		a.debtFrom = -1
	}
	a.tally.Unpaid = a.tally.Unpaid.Plus(a.pendingWithdrawals)
	a.pendingWithdrawals = 0
	for _, d := range a.debts {
		for s := max(d.from, a.first+1); s < min(d.end, a.end); s++ {
			if a.nav[s] < Dust {
				a.tally.Ruined = s
				return
			}
		}
	}
}

package oracle

import "github.com/shopspring/decimal"

// flow books what the owner pays in today and notes what is to be paid out; a
// decision must see both.
func (a *account) flow() {
	in, out := zero, zero
	for _, f := range a.in.Flows {
		if f.Session != a.now {
			continue
		}
		a.wake = true
		if amount := toMicros(number(f.Amount)); amount.IsPositive() {
			a.cash = a.cash.Add(amount)
			a.fresh = a.fresh.Add(amount)
			in = in.Add(amount)
		} else {
			a.owed = a.owed.Sub(amount)
			out = out.Sub(amount)
		}
	}
	a.netted = a.netted.Add(decimal.Min(in, out))
	a.unseen = a.unseen.Add(out)
}

// payOut pays what is owed as far as the settled cash goes, once orders were due.
// While more is to come it is tried again; then what lacks is raised at the next
// close, or given up when nothing is held.
func (a *account) payOut() {
	if !a.paying {
		return
	}
	out := atLeastZero(decimal.Min(a.owed, a.cash.Sub(a.fresh)))
	a.cash = a.cash.Sub(out)
	a.out.Withdrawals = a.out.Withdrawals.Add(out)
	a.owed, a.going = a.owed.Sub(out), atLeastZero(a.going.Sub(out))
	a.fitIdle()
	if a.owed.Sub(dust).Abs().LessThan(rounding) {
		a.near()
	}
	if a.owed.LessThan(dust) {
		a.owed, a.going = zero, zero
	}
	if a.owed.IsPositive() && (a.fills || a.unsettled().IsPositive()) {
		return
	}
	a.paying = false
	if a.owed.IsZero() {
		return
	}
	for _, n := range a.shares {
		if n.IsPositive() {
			a.wake = true
			return
		}
	}
	kept := decimal.Min(a.owed, a.unseen) // the next decision pays these, if it can
	a.out.Unpaid = a.out.Unpaid.Add(a.owed).Sub(kept)
	a.owed, a.going = kept, zero
}

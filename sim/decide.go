package sim

import "evenkeel/data"

// open makes the initial purchase: t K/p shares of each asset, K the cash less
// the reserve with the purchase's costs paid out of it.
func (a *account) open(s int) {
	m := a.mandate
	a.post(EntryCash, s, -1, -1, -1, 0, ToMicros(m.Cash), 0)
	a.opening = true
	v := a.see(s)
	charges := a.charges(buy)
	money, rate := v.Cash, 0.0
	for i, t := range m.Targets {
		if t > 0 {
			money -= charges[i].Fixed + v.HoldBack()
			rate += float64(t * charges[i].Rate)
		}
	}
	clear(a.want)
	for i, t := range m.Targets {
		a.want[i] = t * money / (1 + rate)
	}
	a.opening = a.place(s, Verdict{Act: true, Cause: CauseOpening, Asset: -1}, s)
	a.nav[s] = m.Cash
	a.promise(v)
}

// ask puts the closed session before the policy.
func (a *account) ask(s int) {
	if a.changed {
		a.countLooks(s)
		a.promise(a.see(s))
	}
	v := a.see(s)
	if v.NAV() > maxMoney {
		a.outgrow(s, "is worth", v.NAV(), maxMoney)
		return
	}
	v.Look = a.watch.Looks != nil && a.watch.Looks.Has(s)
	v.Changed, v.Deposit = a.changed, a.fresh.Money()
	clear(a.want)
	verdict := a.mandate.Policy.Decide(v, a.want)
	a.note(s, v, &verdict)
	a.paidIn, a.paysOut = a.fresh, a.owed
	a.wake, a.changed, a.fresh, a.fund = false, false, 0, verdict.Fund
	placed := false
	if verdict.Act || verdict.Cause != CauseNone {
		placed = a.place(s, verdict, a.fillSession(s))
	}
	switch {
	case verdict.Act && placed:
		a.tally.Rebalances++
		a.tally.Triggers++
	case verdict.Act:
		a.tally.Unfunded++
		a.tally.Triggers++
	}
	if a.owed > 0 && !placed { // cash pays, at the moment at which orders would be filled
		a.orders, a.fillAt = a.orders[:0], a.fillSession(s)
	}
}

// fillSession is the session at which orders decided at session s are filled.
func (a *account) fillSession(s int) int {
	t := a.mandate.Terms
	s += t.Delay
	if t.Fill != SameClose {
		s++
	}
	if t.Windows != nil {
		s = t.Windows.Next(s)
	}
	return s
}

// note counts and logs a look of a policy that is asked at every one; a look that
// a change of targets forces is counted in any case.
func (a *account) note(s int, v *View, verdict *Verdict) {
	everyLook := a.watch.Looks != nil && a.watch.Lo == nil
	if !v.Look && !v.Changed || v.Look && !everyLook || verdict.Look == NotALook || a.watch.Looks == nil {
		return
	}
	if verdict.Look == Looked {
		a.tally.Looks++
	}
	if a.log == nil || verdict.Act {
		return
	}
	d := Decision{Session: int32(s), Asset: -1, State: StateInBand, NAV: v.NAV()}
	if verdict.Look == Paused {
		d.State = StatePaused
	}
	a.log.Decisions = append(a.log.Decisions, d)
}

// waiting counts and logs the looks of sessions [from, to), at which orders were
// open: nothing is decided.
func (a *account) waiting(from, to int) {
	looks := a.watch.Looks
	if looks == nil {
		return
	}
	if a.watch.Lo == nil {
		a.tally.Looks += looks.Count(from, to)
	}
	if a.log == nil {
		return
	}
	for s := looks.Next(from); s < to; s = looks.Next(s + 1) {
		a.log.Decisions = append(a.log.Decisions, Decision{Session: int32(s), Asset: -1, State: StateOrdersOpen, NAV: a.nav[s]})
	}
}

// countLooks counts the looks before session s of a policy with limits: it was
// asked only at those where one was crossed.
func (a *account) countLooks(s int) {
	if a.watch.Looks != nil && a.watch.Lo != nil {
		a.tally.Looks += a.watch.Looks.Count(a.counted, s)
	}
	a.counted = s
}

// promise asks the policy what it watches from now on.
func (a *account) promise(v *View) {
	a.watch = Watch{}
	if a.watcher != nil {
		a.watch = Watch{Lo: a.lower, Hi: a.upper}
		a.watcher.Watch(v, &a.watch)
	}
	a.follow(a.watch)
}

// see fills the view with the close of session s.
func (a *account) see(s int) *View {
	v := &a.view
	a.chargesAt(s)
	v.Session, v.Targets, v.Price = s, a.targets, a.panel.Close(s)
	v.Buy, v.Sell, v.Parts = a.charge[buy], a.charge[sell], len(a.mandate.Terms.Costs)
	sum := 0.0
	for i, p := range v.Price {
		x := float64(p * a.h[i])
		v.Value[i] = x
		sum += x
	}
	v.Invested = sum
	cash := a.cash.Money()
	a.reserve = ToMicros(max(a.mandate.Terms.Reserve, a.mandate.Terms.ReserveFraction*(sum+cash)))
	v.Cash, v.AllCash, v.Owed = (a.cash - a.reserve - a.owed).Money(), cash, a.owed.Money()
	return v
}

// place turns the wishes of session s into orders that fill at session fillAt,
// and says whether there are any.
func (a *account) place(s int, verdict Verdict, fillAt int) bool {
	a.orders = a.orders[:0]
	price := a.view.Price
	for i, w := range a.want {
		var u Units
		switch {
		case w >= Dust:
			u = buyUnits(w, price[i])
		case w <= -Dust && -w >= a.view.Value[i]:
			u = -a.units[i]
		case w <= -Dust:
			u = -min(sellUnits(-w, price[i]), a.units[i])
		}
		if u != 0 {
			a.orders = append(a.orders, Order{})
			o := &a.orders[len(a.orders)-1]
			o.Session, o.Filled, o.Asset, o.State, o.Units, o.Price = int32(s), -1, int16(i), StatePending, u, price[i]
		}
	}
	some := len(a.orders) > 0
	if some {
		a.fillAt = fillAt
	}
	if a.log != nil {
		a.record(s, verdict, some)
	}
	return some
}

// record logs a decision and its orders.
func (a *account) record(s int, verdict Verdict, some bool) {
	d := Decision{
		Session: int32(s), Asset: int16(verdict.Asset), Cause: verdict.Cause, State: StateTraded,
		Dev: verdict.Dev, Limit: verdict.Limit, NAV: a.view.Invested + a.cash.Money(),
	}
	if !some {
		d.State = StateUnfunded
	}
	a.decided = len(a.log.Decisions)
	a.log.Decisions = append(a.log.Decisions, d)
	for i := range a.orders {
		a.orders[i].Decision = int32(a.decided)
	}
	a.log.Orders = append(a.log.Orders, a.orders...)
}

// DateOf is the date of a session of the record's panel.
func (r *Record) DateOf(session int32) data.Date { return r.Panel.Date(int(session)) }

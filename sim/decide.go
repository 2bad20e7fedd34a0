package sim

import (
	"math"

	"evenkeel/data"
)

// open makes the initial purchase: t K/p shares of each asset, K the cash less
// the reserve with the purchase's costs paid out of it. Opening holdings stand
// instead of it.
func (a *account) open(s int) {
	m := a.mandate
	if a.owners != nil && !a.openTogether(s) {
		v := a.see(s)
		a.nav[s] = v.NAV()
		a.promise(v, false)
		return
	}
	if m.Cash > 0 {
		a.post(cashEntry(EntryCash, s, ToMicros(m.Cash)))
	}
	if m.Holdings != nil {
		a.receive(s)
		return
	}
	a.opening = true
	v := a.see(s)
	for range 8 {
		a.openingWants(v)
		if !v.Refine(a.want) {
			break
		}
	}
	a.opening = a.place(s, Verdict{Act: true, Cause: CauseOpening, Asset: -1}, s)
	a.keepAll(s, FundSelf)
	a.nav[s] = a.money()
	a.decidedTogether(s, v, Verdict{Cause: CauseOpening, Asset: -1})
	a.promise(v, false)
}

func (a *account) openingWants(v *View) {
	charges := v.Buy
	if a.mandate.Terms.FreeOpening {
		charges = a.free
	}
	var fixed, rates Sum
	buys := 0
	for i, t := range a.targets {
		if t > 0 {
			buys++
			fixed.Add(i, charges[i].Fixed)
			rates.Add(i, t*charges[i].Rate)
		}
	}
	money, rate := v.Cash-fixed.Total()-v.HoldBackOf(buys), rates.Total()
	clear(a.want)
	for i, t := range a.targets {
		a.want[i] = t * money / (1 + rate)
	}
}

// receive books the opening holdings at the close of the first session.
func (a *account) receive(s int) {
	price := a.panel.Close(s)
	for i, u := range a.mandate.Holdings {
		if u == 0 {
			continue
		}
		a.post(assetEntry(EntryHolding, s, i, u, 0, price[i]))
		if a.tax != nil {
			a.tax.Buy(s, i, u, worth(u, price[i]))
		}
		a.mirror(i)
	}
	v := a.see(s)
	a.nav[s] = v.NAV()
	a.promise(v, false)
}

// ask puts the closed session before the policy.
func (a *account) ask(s int) {
	if a.err != nil {
		return
	}
	if a.listed >= 0 && a.listedAny() {
		a.buyListed(s)
		return
	}
	if a.has(askTargets) {
		a.countLooks(s)
		a.promise(a.see(s), true)
	}
	a.sellOwn(s)
	v := a.see(s)
	if a.tooRich(s, v.NAV()) {
		return
	}
	bare := a.emptied(s, v, v.Cash)
	if bare && !a.has(mustSee) {
		return
	}
	v.Look = !bare && a.watch.Looks != nil && a.watch.Looks.Has(s)
	put := a.offer(s, v) // and sets v.Changed, v.Deposit
	a.listed = -1        // what was listed meanwhile has left the targets
	v.Changed = v.Changed && !bare
	if put == 0 && !v.Look && !a.has(mustSee|askBatch) {
		return // nothing that waits can be bought after all
	}
	clear(a.want)
	a.expectFlows(put)
	a.releaseOwed(v)
	verdict := Verdict{Asset: -1} // of an emptied account: there is nothing to decide
	if !bare {
		verdict = a.mandate.Policy.Decide(v, a.want)
	}
	a.note(s, v, &verdict)
	quiet := !a.has(mustSee) && put == 0 && !verdict.Act
	if quiet { // what is owed is on its way: that a policy looks is no reason to raise more
		clear(a.want)
		clear(v.Raised)
		verdict.Cause = CauseNone
	}
	a.carryOut(s, v, verdict, put, quiet)
}

// carryOut turns a verdict and the wishes that go with it into orders, and sees to what they
// leave: put is money that waited and was put before the policy; quiet: nothing was decided.
func (a *account) carryOut(s int, v *View, verdict Verdict, put Micros, quiet bool) {
	if !quiet {
		a.paying = a.pendingWithdrawals > 0 || a.taxOwed > 0
	}
	a.drop(mustSee | askBatch)
	a.newDeposits, a.unseen, a.fund = 0, 0, verdict.Funding
	if a.batchPending && !verdict.Act && verdict.Cause == CauseNone && a.mustRelease(s) {
		verdict.Cause = CauseBatch
	}
	if len(a.own) > 0 && !verdict.Act && verdict.Cause == CauseNone {
		verdict.Cause = CauseWithdrawal
	}
	placed := false
	if verdict.Act || verdict.Cause != CauseNone {
		placed = a.place(s, verdict, a.fillSession(s))
	}
	a.drop(askRelease)
	a.unfilled = verdict.Act && placed
	switch {
	case verdict.Act && placed:
		a.tally.Rebalances++
		a.tally.Triggers++
		if p, ok := a.mandate.Policy.(Rebalancer); ok {
			p.Rebalanced(v)
		}
	case verdict.Act:
		a.tally.Unfunded++
		a.tally.Triggers++
	}
	a.wait(s, v, &verdict, put, placed && verdict.Cause != CauseBatch, quiet)
	own := len(a.own) > 0
	a.decidedTogether(s, v, verdict)
	if a.paying && !placed && !own && !quiet {
		a.payLater(s)
	}
	if !quiet {
		a.owe(s, a.lacking(s), WhyOrders|WhySettlement)
	}
}

// payLater lets cash pay what is owed at the moment at which orders would be filled;
// where there is none, the policy is asked again at the next close.
func (a *account) payLater(s int) {
	if a.holds() && a.cash <= a.newDeposits {
		a.add(askOwed)
		return
	}
	a.orders, a.fillAt = a.orders[:0], a.fillSession(s)
}

// emptied reports whether nothing is held and nothing can be bought with the cash that may
// be spent: such an account has
// no look, not even one that new targets force, for no weight of its is outside anything.
// Its looks end, until money comes; only what it owes is put before the policy.
func (a *account) emptied(s int, v *View, cash float64) bool {
	if a.batchPending || v.Invested > 0 || cash >= Dust {
		return false
	}
	a.skipLooks(s, s+1)
	return true
}

// skipLooks counts the looks before session from of a policy with limits, and none of the
// sessions from there up to session to.
func (a *account) skipLooks(from, to int) {
	if a.watch.Lo != nil {
		a.countLooks(from)
		a.counted = to
	}
}

// tooRich ends the trading of an account that is worth more than the books can count.
func (a *account) tooRich(s int, nav float64) bool {
	if nav > maxMoney {
		a.overflow(s, "is worth", nav, maxMoney)
	}
	return a.err != nil
}

// fillSession is the session at which orders decided at session s are filled.
func (a *account) fillSession(s int) int {
	t := a.mandate.Terms
	s += t.Delay
	if t.Fill != SameClose {
		s++
	}
	a.tried, a.ready = -1, s
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
	if a.pendingWithdrawals+a.taxOwed > 0 && !a.batchPending && !a.holds() {
		if v := a.see(from); a.emptied(from, v, v.Cash) {
			a.skipLooks(from, to)
			return
		}
	}
	looker, some := a.mandate.Policy.(Looker)
	if a.watch.Lo == nil && !some {
		a.tally.Looks += looks.Count(from, to)
	}
	if a.log == nil && (a.watch.Lo != nil || !some) {
		return
	}
	for s := looks.Next(from); s < to; s = looks.Next(s + 1) {
		state := StateOrdersOpen
		if a.watch.Lo == nil && some {
			switch looker.Passed(s, a.panel.Date(s), a.sizeAt(s)) {
			case NotALook:
				continue
			case Paused:
				state = StatePaused
			default:
				a.tally.Looks++
			}
		}
		if a.log != nil {
			a.log.Decisions = append(a.log.Decisions, Decision{Session: int32(s), Asset: -1, State: state, NAV: a.nav[s]})
			if state == StateOrdersOpen {
				a.log.OpenFor = append(a.log.OpenFor, a.waitsFor(s))
			}
		}
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

// promise asks the policy what it watches from now on: for the first time, when it
// has nothing to remember, or because its targets changed.
func (a *account) promise(v *View, changed bool) {
	v.Changed = changed
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
	clear(v.Raised)
	clear(v.Paid)
	v.Session, v.Targets, v.Price = s, a.targets, a.panel.Close(s)
	v.Buy, v.Sell, v.Parts = a.charge[buy], a.charge[sell], len(a.mandate.Terms.Costs)
	if a.sized {
		a.smallest(v)
	}
	for i, p := range v.Price {
		v.Value[i] = float64(p * a.h[i])
	}
	for k := range a.own { // is its owner's alone
		i := a.own[k].Asset
		v.Value[i] = (a.units[i] - a.under[i]).Shares() * v.Price[i]
	}
	sum := SumOf(v.Value)
	v.Invested = sum
	cash, claims := a.money(), a.claims()
	a.plain = ToMicros(max(a.mandate.Terms.Reserve, a.mandate.Terms.ReserveFraction*(sum+cash)))
	a.reserve = a.plain
	if a.share > 0 { // of the assets that are not listed yet
		a.reserve = a.reserve.Plus(ToMicros(a.share * max(0, sum+cash-a.plain.Money())))
	}
	owed := a.pendingWithdrawals + a.taxOwed
	v.Cash, v.AllCash, v.Owed = (a.cash + a.unsettled - a.reserve - owed - claims).Money(), cash, owed.Money()
	if claims > 0 {
		v.AllCash = (a.cash + a.unsettled - claims).Money()
	}
	if v.toPay, v.unreal = 0, 0; a.batchPending {
		a.asIf(v)
	}
	a.restrict(s, v)
	return v
}

// record logs a decision and its orders.
func (a *account) record(s int, verdict Verdict, some bool) {
	d := Decision{
		Session: int32(s), Asset: int16(verdict.Asset), Cause: verdict.Cause, State: StateTraded,
		Dev: verdict.Dev, Limit: verdict.Limit, NAV: a.view.NAV(),
	}
	if a.view.Invested == 0 { // nothing has a weight
		d.Dev = 0
		if math.IsNaN(d.Limit) || math.IsInf(d.Limit, 0) {
			d.Limit = 0
		}
	}
	if !some && len(a.own) == 0 {
		d.State = a.blocked()
	}
	a.decided = len(a.log.Decisions)
	a.log.Decisions = append(a.log.Decisions, d)
	for i := range a.orders {
		a.orders[i].Decision = int32(a.decided)
	}
	for j := range a.orders {
		a.log.Orders = append(a.log.Orders, a.orders[j].Order)
	}
}

// keepOrders writes what has become of the decision's orders into the log.
func (a *account) keepOrders() {
	if a.log != nil {
		kept := a.log.Orders[len(a.log.Orders)-len(a.orders):]
		for j := range kept {
			kept[j] = a.orders[j].Order
		}
	}
}

// DateOf is the date of a session of the record's panel.
func (r *Record) DateOf(session int32) data.Date { return r.Panel.Date(int(session)) }

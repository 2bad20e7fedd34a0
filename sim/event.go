package sim

import "math"

// arrive lets what the outside brings happen before session s trades: corporate
// actions, the end of lives, settlement, taxes, and the owner's money and requests.
func (r *Runner) arrive(s int) {
	for l := range r.accounts {
		a := &r.accounts[l]
		if a.mandate == nil || a.event != s || s >= a.end || a.err != nil {
			continue
		}
		if a.constrained {
			was := a.cash
			a.act(s)
			a.expire(s)
			a.dropDeadOrders(s)
			a.settle(s)
			came := a.cash - was
			a.levy(s)
			a.payFrom(s, came)
			if a.batchPending && a.releases(s) {
				a.add(askBatch | askRelease)
			}
			if a.batchPending && a.batch.Urgent > 0 {
				a.add(askBatch)
			}
			a.list(s)
		}
		a.flow(s)
		if a.fillAt != s {
			a.payOwners(s, false)
		}
		if len(a.idle) > 0 {
			a.ripen(s)
		}
		a.schedule(s)
	}
}

// schedule finds the next session after s at which arrive has something to do.
func (a *account) schedule(s int) {
	m := a.mandate
	a.event = math.MaxInt
	if a.nextFlow < len(m.Flows) {
		a.event = m.Flows[a.nextFlow].Session
	}
	a.event = min(a.event, a.nextOfOwners(s))
	if a.nextChange < len(m.Changes) {
		a.event = min(a.event, m.Changes[a.nextChange].Session)
	}
	if len(a.idle) > 0 {
		a.event = min(a.event, a.nextChance(s))
	}
	if acts := a.panel.Actions(); a.nextAction < len(acts) {
		a.event = min(a.event, acts[a.nextAction].Session)
	}
	if a.nextEnding < len(m.Endings) {
		a.event = min(a.event, m.Endings[a.nextEnding].Session)
	}
	if a.nextListing < len(m.Listings) {
		a.event = min(a.event, m.Listings[a.nextListing].Session)
	}
	if len(a.dues) > 0 {
		a.event = min(a.event, a.dues[0].session)
	}
	if a.tax != nil {
		a.event = min(a.event, a.tax.Next(s))
	}
	if a.batchPending {
		a.event = min(a.event, a.batch.next(s))
	}
}

// act books the splits and dividends of session s.
func (a *account) act(s int) {
	acts := a.panel.Actions()
	for ; a.nextAction < len(acts) && acts[a.nextAction].Session == s; a.nextAction++ {
		x := &acts[a.nextAction]
		paid := Micros(0)
		if x.Dividend > 0 && a.units[x.Asset] > 0 {
			paid = a.arrives(s, "receives a dividend of", float64(a.units[x.Asset].Shares()*x.Dividend))
		}
		if paid > 0 {
			a.post(assetEntry(EntryDividend, s, x.Asset, 0, paid, x.Dividend))
			a.total(s, &a.tally.Dividends, paid, "has received dividends of")
		}
		if x.Split != 1 && x.Split > 0 {
			a.split(s, x.Asset, x.Split)
		}
		if paid > 0 && a.mandate.Terms.Reinvest {
			a.reinvest(s, x.Asset, paid)
		}
		a.mirror(x.Asset)
		if a.err != nil {
			return
		}
	}
}

// split multiplies what is held, ordered, queued and locked of an asset. Fractions
// of a lot that it makes are paid as cash, at the last close in new shares.
func (a *account) split(s, i int, by float64) {
	before := a.units[i]
	after := times(before, by)
	if after > maxUnits {
		a.overflow(s, "would hold shares of "+a.panel.Symbols()[i], after.Shares(), maxUnits.Shares())
		return
	}
	if after != before {
		a.post(assetEntry(EntrySplit, s, i, after-before, 0, 0))
		if a.tax != nil {
			a.tax.Split(s, i, before, after)
		}
	}
	q := &a.queued[i]
	q.units, q.moved, a.locked[i] = times(q.units, by), times(q.moved, by), min(times(a.locked[i], by), after)
	if q := q.units; q > maxUnits {
		a.overflow(s, "would have orders waiting for shares of "+a.panel.Symbols()[i], q.Shares(), maxUnits.Shares())
		return
	}
	if a.lot > 0 && before%a.lot == 0 && after%a.lot != 0 {
		a.cashIn(EntryFraction, s, i, after%a.lot, a.panel.Close(s - 1)[i]/by)
	}
	for j := range a.orders {
		if o := &a.orders[j]; int(o.Asset) == i && o.State == StatePending {
			a.orders[j].split *= by
			if a.orders[j].left = max(times(a.orders[j].left, by), -a.mostOf(s, j)); a.orders[j].left > maxUnits {
				a.overflow(s, "would have orders open for shares of "+a.panel.Symbols()[i], a.orders[j].left.Shares(), maxUnits.Shares())
				return
			}
			if a.lot > 0 && -a.orders[j].left != a.units[i] && a.orders[j].left%a.lot != 0 {
				a.orders[j].left -= a.orders[j].left % a.lot
				if o.Reason == ReasonNone {
					o.Reason = ReasonLot
				}
			}
			switch {
			case a.orders[j].left != 0:
			case o.Reason == ReasonNone:
				a.giveUp(s, j, ReasonLot)
			default: // what had cut it before leaves nothing now
				a.giveUp(s, j, o.Reason)
			}
		}
	}
}

// times is a number of shares after a split, exact for whole numbers and their
// reciprocals, else rounded toward zero.
func times(u Units, by float64) Units {
	if whole := math.Round(by); whole == by && whole < 1e9 && (u < 1<<62/Units(whole) && -u < 1<<62/Units(whole)) {
		return u * Units(whole)
	}
	if part := math.Round(1 / by); part >= 1 && math.Abs(by*part-1) < 1e-12 {
		return u / Units(part)
	}
	switch x := float64(u) * by; {
	case math.Abs(x) < 1<<62:
		return Units(x)
	case u < 0:
		return -maxUnits - 1
	}
	return maxUnits + 1
}

// reinvest buys an asset for its dividend at the close of session s, free of cost.
func (a *account) reinvest(s, i int, paid Micros) {
	price := a.panel.Close(s)[i]
	u := buyUnits(paid.Money(), price)
	if u == 0 || !a.panel.Fresh(s, i) {
		return
	}
	value := min(paid, worth(u, price))
	a.post(assetEntry(EntryReinvest, s, i, u, -value, price))
	if a.tax != nil {
		a.tax.Buy(s, i, u, value)
	}
}

// cashIn turns shares into settled cash at a price, which may be 0.
func (a *account) cashIn(kind Kind, s, i int, u Units, price float64) {
	value := worth(u, price)
	a.countTrade(s, i, value, u, price)
	a.post(assetEntry(kind, s, i, -u, value, price))
	if a.tax != nil {
		a.tax.Sell(s, i, u, value)
	}
}

// expire turns what is held of the assets whose lives end into cash.
func (a *account) expire(s int) {
	ends := a.mandate.Endings
	for ; a.nextEnding < len(ends) && ends[a.nextEnding].Session == s; a.nextEnding++ {
		i := ends[a.nextEnding].Asset
		for j := range a.orders {
			switch o := &a.orders[j]; {
			case int(o.Asset) != i:
			case o.State == StatePending:
				a.setAside(s, WhyEnded, j)
				a.giveUp(s, j, ReasonEnded)
			case o.State == StateQueued: // as in the log: the decision's other orders may still work
				o.State, o.Reason, o.Ended = StateMissed, ReasonEnded, int32(s)
			}
		}
		if a.queued[i].units != 0 {
			a.clearQueue(s, i, StateMissed, ReasonEnded)
			if !a.batchPending {
				a.drop(askRelease) // one that waited for orders waits for nothing more
			}
		}
		if u := a.units[i]; u > 0 {
			a.cashIn(EntryEnd, s, i, u, ends[a.nextEnding].Price)
			a.markRoom()[i] = 1
			a.enqueue(s, worth(u, ends[a.nextEnding].Price), WhyEnded, false)
		}
		a.mirror(i)
	}
}

// dropDeadOrders forgets the open orders when corporate actions have ended the last of
// them: nothing works any more that would keep a look from deciding. When something
// is to be paid out with them, their session stays the moment for it.
func (a *account) dropDeadOrders(s int) {
	if a.fillAt < 0 || a.paying {
		return
	}
	for j := range a.orders {
		if a.orders[j].State == StatePending {
			return
		}
	}
	a.cancel(s, ReasonNone)
}

// levy takes the taxes that fall due at session s.
func (a *account) levy(s int) {
	if a.tax == nil || a.tax.Next(s-1) != s {
		return
	}
	defer a.countTax(s)
	a.taxOwed = a.taxOwed.Plus(a.tax.Due(s))
	if a.countOwed(s, "owes taxes and withdrawals of"); a.taxOwed <= a.cash {
		a.payTax(s, a.taxOwed)
	}
	a.debt(s, false)
	if a.taxOwed > 0 { // it is raised, and paid in one
		a.add(askOwed)
	}
}

// countTax ends the trading of an account whose taxes add up beyond what can be counted.
func (a *account) countTax(s int) {
	if t, ok := a.tax.(Bounded); ok && a.err == nil {
		if is, most := t.Outgrown(); is != 0 {
			a.overflow(s, "has taxable gains, losses or purchases that add up to", is, most)
		}
	}
}

// payTax pays what taxes the settled cash can, at most an amount, and returns what it paid.
func (a *account) payTax(s int, most Micros) Micros {
	x := min(a.taxOwed, a.cash, most)
	if x <= 0 {
		return 0
	}
	a.post(cashEntry(EntryTax, s, -x))
	a.total(s, &a.tally.Tax, x, "has paid taxes of")
	a.taxOwed -= x
	return x
}

// list lets the assets that are listed at session s into the targets; their share,
// which waited in cash, is bought at this close.
func (a *account) list(s int) {
	lists := a.mandate.Listings
	from := a.nextListing
	for a.nextListing < len(lists) && lists[a.nextListing].Session == s {
		a.nextListing++
	}
	if a.nextListing == from {
		return
	}
	a.retarget()
	if a.listed < 0 { // else orders have kept an earlier one waiting
		a.listed = from
	}
	if !a.listedAny() {
		a.listed = -1
		return
	}
	a.add(askListing)
}

// listedAny reports whether something of the newly listed assets is to be bought: one that
// has left the targets keeps no look from deciding.
func (a *account) listedAny() bool {
	for _, l := range a.mandate.Listings[a.listed:a.nextListing] {
		if a.given[l.Asset] > 0 {
			return true
		}
	}
	return false
}

// retarget puts the targets in force: without the assets that are not listed yet,
// whose share waits in cash.
func (a *account) retarget() {
	a.chargedAt = -1 // the mean rate of purchases goes by the targets
	a.targets = a.given
	a.share = 0
	lists := a.mandate.Listings
	if a.nextListing >= len(lists) {
		return
	}
	a.targets = a.within
	a.share = shareOut(a.within, a.given, lists[a.nextListing:])
}

// buyListed places the orders for newly listed assets. Deposits and withdrawals are
// offered to the policy afterwards.
func (a *account) buyListed(s int) {
	a.promise(a.see(s), true)
	v := a.see(s)
	if a.emptied(s, v, v.Cash+(a.reserve-a.plain).Money()) {
		a.listed = -1
		return
	}
	a.waiting(s, s+1) // a look of today finds orders open
	if d := a.lastDecision(); d != nil && d.State == StateOrdersOpen && int(d.Session) == s {
		a.log.OpenFor[len(a.log.OpenFor)-1] = OpenForListing
	}
	if a.tooRich(s, v.NAV()) {
		return
	}
	lists := a.mandate.Listings[a.listed:a.nextListing]
	var listed Sum
	for _, l := range lists {
		listed.Add(l.Asset, a.given[l.Asset])
	}
	money, share := v.Cash+(a.reserve-a.plain-a.newDeposits).Money(), a.share+listed.Total()
	for range 8 {
		a.listedWants(v, lists, money, share)
		if !v.Refine(a.want) {
			break
		}
	}
	if a.share > 0 && money > 0 {
		a.reserve = min(a.reserve, a.plain+ToMicros(money*(a.share/share)))
	}
	a.listed = -1
	a.fund, a.flowBuys, a.flowSells, a.leaving, a.through, a.pressed = FundSelf, a.cancelled(), 0, 0, 0, false
	if a.place(s, Verdict{Cause: CauseListing, Asset: -1}, a.fillSession(s)) {
		a.flowBuys = a.spendCancelled(s) // the rest is for the policy's next decision
	}
	a.keepAll(s, FundSelf)
	a.drop(askBatch | askRelease)
	a.unfilled = false
}

// lastDecision is the last decision in the log; nil: none.
func (a *account) lastDecision() *Decision {
	if a.log == nil || len(a.log.Decisions) == 0 {
		return nil
	}
	return &a.log.Decisions[len(a.log.Decisions)-1]
}

// listedWants requests for each newly listed asset its target weight of NAV less the
// reserve, unpaid withdrawals and taxes, and today's deposit. Waiting cash does not grow
// with NAV; if it is less, targets divide it (share is their sum), so later listings
// keep their part. Costs come out of it.
func (a *account) listedWants(v *View, lists []Listing, money, share float64) {
	nav := v.NAV() - (a.plain + a.newDeposits).Money() - v.Owed
	clear(a.want)
	for _, l := range lists {
		if t := a.given[l.Asset]; t > 0 {
			c := v.Buy[l.Asset]
			a.want[l.Asset] = max(0, (min(t*nav, money*(t/share))-c.Fixed-v.HoldBack())/(1+c.Rate))
		}
	}
}

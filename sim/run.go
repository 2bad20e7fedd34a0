package sim

import "evenkeel/sim/internal/kernel"

// Run replays the panel through every lane that has been Set. It cannot fail: a
// panic is a broken invariant (*Breach) or a bug of a policy.
func (r *Runner) Run() {
	r.first, r.end, r.stopped = r.panel.Sessions(), 0, false
	for l := range r.accounts {
		if a := &r.accounts[l]; a.mandate != nil {
			r.first, r.end = min(r.first, a.first), max(r.end, a.end)
		}
	}
	if r.desk == nil && r.runTight() { // accounts of the common shape, eight at a time
		return
	}
	for s := r.first; s < r.end; s++ {
		if r.mustStop() {
			r.halt()
			return
		}
		r.arrive(s)         // splits, dividends, settled money, taxes; the owner's money and new targets: reasons to be asked at this close
		r.trade(s, earlier) // orders of earlier sessions meet this open or close: the sales of all, then the purchases of all
		s = r.glide(s)      // nobody moves: this session and the next are valued, up to the close at which someone must be asked, or before one that fills
		r.look(s)           // policies see the closed session; requests become orders
		r.trade(s, closing) // the initial purchase, and orders that fill at the close they were decided on
	}
	for l := range r.accounts {
		if a := &r.accounts[l]; a.mandate != nil && !a.inLanes { // the lanes have finished the others
			a.finish()
			a.last(a.nav[a.end-1])
		}
	}
}

// glide values every account that has not been valued at session s, up to its
// next stop, and returns the first stop of them all.
func (r *Runner) glide(s int) int {
	next := r.end - 1
	for l := range r.accounts {
		a := &r.accounts[l]
		if a.mandate != nil && a.at < s && a.at < a.end-1 {
			a.glide(s)
		}
		if a.mandate != nil && a.at >= s {
			next = min(next, a.at)
		}
	}
	return next
}

// glide values sessions from s on and stops at the close at which the account
// opens or must be asked, or before the session that fills its orders.
func (a *account) glide(s int) {
	if a.err != nil { // nobody is asked any more
		kernel.Value(a.nav, a.panel.Closes(), a.h, a.money(), s, a.end)
		a.at = a.end - 1
		a.drift(s, a.end)
		return
	}
	a.due = s == a.first
	if a.due {
		a.at = s
		return
	}
	if a.has(mustSee|askBatch|askWaiting) && a.fillAt < 0 {
		kernel.Value(a.nav, a.panel.Closes(), a.h, a.money(), s, s+1)
		a.at, a.due = s, true
		a.drift(s, s+1)
		return
	}
	stop := min(a.end, a.event)
	if a.fillAt >= 0 {
		stop = min(stop, a.fillAt)
	}
	px, from := a.panel.Closes(), s
	cash := a.money()
	for s < stop && !a.due {
		look := stop
		if a.watch.Looks != nil && a.fillAt < 0 {
			look = min(stop, a.watch.Looks.Next(s))
		}
		kernel.Value(a.nav, px, a.h, cash, s, look)
		if s = look; s == stop {
			break
		}
		switch {
		case a.watch.Lo == nil || !a.holds(): // an account without holdings crosses no limit, and may have ceased to look
			kernel.Value(a.nav, px, a.h, cash, s, s+1)
			a.due = true
		case a.watch.Looks.All():
			s = kernel.Watch(a.nav, px, a.h, a.hi, a.lo, cash, s, stop)
			a.due = s < stop
		default:
			s = kernel.Watch(a.nav, px, a.h, a.hi, a.lo, cash, s, s+1)
			if a.due = s == look; !a.due {
				continue
			}
		}
	}
	if a.at = s; s == stop {
		a.at--
	}
	if a.fillAt >= 0 {
		a.waiting(from, stop)
	}
	a.drift(from, a.at+1)
}

// holds reports whether the account holds anything.
func (a *account) holds() bool {
	for _, u := range a.units {
		if u > 0 {
			return true
		}
	}
	return false
}

// drift records the drift of the sessions in [from, to) that lack it.
func (a *account) drift(from, to int) {
	if a.half == nil {
		return
	}
	if from = max(from, a.driftFrom); from < to {
		kernel.Drift(a.half, a.most, a.panel.Closes(), a.h, a.targets, from, to)
		a.driftFrom = to
	}
}

// look opens the accounts that begin at session s and asks those whose look is due.
func (r *Runner) look(s int) {
	for l := range r.accounts {
		a := &r.accounts[l]
		if !a.due || a.at != s {
			continue
		}
		a.due = false
		if s == a.first {
			a.open(s)
		} else {
			a.ask(s)
		}
		if a.owners != nil && a.mandate.Terms.Fill == SameClose && a.fillAt != s { // else they are paid when it is filled
			a.payOwners(s, true)
			kernel.Value(a.nav, a.panel.Closes(), a.h, a.money(), s, s+1)
		}
	}
}

// last ends an account that is worth more than the books can count at the end: nobody
// may have been asked who would have seen it.
func (a *account) last(nav float64) {
	if s := a.end - 1; a.err == nil && nav > maxMoney {
		a.overflow(s, "is worth", nav, maxMoney)
	} else {
		a.countTax(s)
	}
}

// finish closes the account's record.
func (a *account) finish() {
	a.countLooks(a.end)
	a.settleUp()
	if a.fillAt >= 0 {
		for j := range a.orders {
			if a.orders[j].State == StatePending {
				a.orders[j].Reason = ReasonEnd
			}
		}
		a.keepOrders()
	}
	for _, id := range a.queuedIDs {
		a.log.Orders[id].Reason = ReasonEnd
	}
}

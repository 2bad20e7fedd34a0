package sim

import "math"

// The batch holds, for each asset, the shares of orders that were below the
// minimum. Policies see the account as if it had been traded; it is released when
// an asset's sum reaches the minimum, at once when the asset has drifted far, and
// at the sessions of the batch's calendar.

// drawn is the order of asset i that a request of u shares and the queue make
// together: 0 when there is neither, or when they cancel each other out.
func (a *account) drawn(s, i int, u Units) Units {
	if a.batch == nil || a.queued[i].units == 0 || u == 0 && !a.goes(s, i) {
		return u
	}
	sum := max(a.queued[i].units+u, -a.notUnder(i))
	if u != 0 && math.Abs(sum.Shares()*a.view.Price[i]) < Dust { // but for what was held back for rounding
		return 0
	}
	return sum
}

// barred reports whether a request of u shares is forbidden by itself although it would meet
// a queue: restrictions come before the batch, so it is missed and nets nothing.
func (a *account) barred(i int, u Units) bool {
	return a.joins(i, u) && a.bound && (u > 0 && a.view.NoBuy[i] || u < 0 && a.noSell[i])
}

// joins reports whether a request of u shares meets others of its asset in the batch.
func (a *account) joins(i int, u Units) bool {
	return u != 0 && a.batch != nil && a.queued[i].units != 0
}

// net ends the queue of asset i and a request that cancels it out.
func (a *account) net(s, i int, u Units) {
	a.order(s, i, u)
	a.giveUp(s, len(a.orders)-1, ReasonNetted)
	a.holdBack(i)
	a.clearQueue(s, i, StateMissed, ReasonNetted)
}

// release makes order j carry what is queued of its asset: its decision price is
// the mean by shares.
func (a *account) release(s, j int, fresh Units) {
	o := &a.orders[j]
	i := int(o.Asset)
	all := a.wish(i)
	if a.orders[j].moved = all.part(); a.batch == nil || a.queued[i].units == 0 {
		return
	}
	o.Price = (a.queued[i].value + fresh.Shares()*o.Price) / o.Units.Shares()
	a.letGo(i)
	a.clearQueue(s, i, StateBatched, ReasonNone)
}

// goes reports whether an order below the minimum goes out all the same.
func (a *account) goes(s, i int) bool {
	return a.batch != nil && (a.releases(s) || a.urgent(i))
}

// releases reports whether the batch goes out at session s.
func (a *account) releases(s int) bool {
	return a.has(askRelease) || a.batch.Release != nil && a.batch.Release.Has(s)
}

// urgent reports whether asset i, as it is held, has drifted beyond the limit.
func (a *account) urgent(i int) bool {
	if a.batch.Urgent <= 0 {
		return false
	}
	full := a.targets[i] * Product(a.view.Price, a.h)
	return Exceeds(math.Abs(a.view.Price[i]*a.h[i]-full), a.batch.Urgent*full)
}

// next is the first session after s at whose close something may go that waits: a
// release, or any at which an asset may have drifted far.
func (b *Batch) next(s int) int {
	switch {
	case b.Urgent > 0:
		return s + 1
	case b.Release != nil:
		return b.Release.Next(s + 1)
	}
	return math.MaxInt
}

// mustRelease reports whether something queued goes out at session s without a request.
func (a *account) mustRelease(s int) bool {
	for i, q := range a.queued {
		if q.units != 0 && a.goes(s, i) {
			return true
		}
	}
	return false
}

// hold keeps the new part of order j, which is below the minimum, in the batch; or
// misses it.
func (a *account) hold(s, j int, fresh Units) {
	o := &a.orders[j]
	why := ReasonMinimum
	if a.orders[j].left > 0 && a.raised[int(o.Asset)] > 0 { // what is owed takes the cash
		why = ReasonCash
	}
	if a.orders[j].left = 0; a.batch == nil || fresh == 0 {
		a.refuse(s, j, fresh, why)
		return
	}
	i := int(o.Asset)
	o.Units, o.State, o.Reason = fresh, StateQueued, ReasonNone
	a.holdBack(i)
	if a.queued[i] = a.queued[i].plus(a.today[i]); a.queued[i].units > maxUnits || a.queued[i].units < -maxUnits {
		a.overflow(s, "would have orders waiting for shares of "+a.panel.Symbols()[i], math.Abs(a.queued[i].units.Shares()), maxUnits.Shares())
	}
	if a.log != nil {
		a.queuedIDs = append(a.queuedIDs, int32(len(a.log.Orders)+j))
	}
	a.event = min(a.event, a.batch.next(s))
	a.setAlert()
}

// clearQueue ends what is queued of asset i.
func (a *account) clearQueue(s, i int, state State, why Reason) {
	rest := a.queuedIDs[:0]
	for _, id := range a.queuedIDs {
		if int(id) >= len(a.log.Orders) || int(a.log.Orders[id].Asset) != i { // of today's decision, or another asset
			rest = append(rest, id)
			continue
		}
		o := &a.log.Orders[id]
		o.State, o.Reason, o.Ended = state, why, int32(s)
	}
	a.queuedIDs = rest
	a.queued[i] = parcel{}
	a.setAlert()
}

// setAlert makes every look one that is asked while something is queued: the
// limits are those of the account as if it had traded.
func (a *account) setAlert() {
	was := a.batchPending
	a.batchPending = false
	for _, q := range a.queued {
		a.batchPending = a.batchPending || q.units != 0
	}
	if a.batchPending != was {
		for i := range a.h {
			a.mirror(i)
		}
	}
}

// asIf shows the view the account as if what is queued had been traded at the
// close. What that costs is not there to be spent; the NAV is what it is until it is.
func (a *account) asIf(v *View) {
	var spent, gained Sum
	for i, q := range a.queued {
		if q.units == 0 {
			continue
		}
		x := q.units.Shares() * v.Price[i]
		v.Value[i] += x
		spent.Add(i, a.outlayOf(v.Session, i, q))
		gained.Add(i, x)
	}
	v.Invested = SumOf(v.Value)
	v.toPay = spent.Total()
	v.Cash -= v.toPay
	v.AllCash -= v.toPay
	v.unreal = v.toPay - gained.Total()
}

// toPay is what the queue takes of the account's own cash at the view's close.
func (a *account) toPay() float64 {
	var spent Sum
	if a.batchPending {
		for i, q := range a.queued {
			if q.units != 0 {
				spent.Add(i, a.outlayOf(a.view.Session, i, q))
			}
		}
	}
	return spent.Total()
}

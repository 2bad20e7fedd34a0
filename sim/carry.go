package sim

// measureTakes finds how much of each open order can be tried at session s:
// nothing at a price that was carried forward or an open that is missing, and at most a
// part of the session's volume.
func (a *account) measureTakes(s int, p []float64) {
	a.waits = 0
	part := a.mandate.Terms.Participation
	for j := range a.orders {
		o := &a.orders[j]
		a.orders[j].tried = 0
		if o.State != StatePending || a.unpriced(s, int(o.Asset)) != OpenForNone {
			continue
		}
		u := a.orders[j].left
		if part > 0 && !a.opening {
			most := Units(nearest(min(part*a.panel.Volume(s)[o.Asset], maxUnits.Shares()/2) * unitsPerShare)) // 29 % of 100 is 29
			if a.lot > 0 {
				most -= most % a.lot
			}
			u = max(-most, min(most, u))
		}
		a.orders[j].tried = u
	}
}

// unpriced is why nothing of asset i can be filled at session s: its price was carried
// forward, or its open is missing.
func (a *account) unpriced(s, i int) OpenFor {
	switch {
	case !a.panel.Fresh(s, i):
		return OpenForPrice
	case a.opens && !(a.opening && s == a.first) && !a.panel.Opened(s, i):
		return OpenForOpen
	}
	return OpenForNone
}

// waitsFor is why orders are open at session s: before they are first tried they wait
// for their delay; then sales come first, and purchases wait for what pays for them.
// Who could be filled and waits all the same waits for a session on which orders fill.
func (a *account) waitsFor(s int) OpenFor {
	if a.tried < 0 {
		if t := a.mandate.Terms; t.Windows != nil && s >= a.ready {
			return OpenForWindow
		}
		return OpenForDelay
	}
	why := OpenForNone
	for j := range a.orders {
		o := &a.orders[j]
		if o.State != StatePending || why != OpenForNone && o.Units > 0 {
			continue
		}
		if why = a.unpriced(a.tried, int(o.Asset)); why == OpenForNone {
			why = OpenForVolume
			if o.Units > 0 && a.waits > 0 {
				why = OpenForSettlement
			}
		}
		if o.Units < 0 {
			break
		}
	}
	if next := max(a.tried+1, a.waits); a.mandate.Terms.Windows != nil && s >= next {
		return OpenForWindow
	}
	return why
}

// reach notes the first session at which an order could be filled.
func (a *account) reach(s, j int, price float64) {
	o := &a.orders[j]
	if o.First < 0 {
		o.First, o.Arrival = int32(s), price*o.split
	}
}

// carry reports whether orders stay open after the fill of session s, and when they
// are tried again.
func (a *account) carry(s int) bool {
	open, sales := false, false
	for j := range a.orders {
		if a.orders[j].State == StatePending {
			open = true
			sales = sales || a.orders[j].Units < 0
		}
	}
	if !open {
		return false
	}
	next := s + 1
	if !sales {
		next = max(next, a.waits)
	}
	if w := a.mandate.Terms.Windows; w != nil {
		next = w.Next(next)
	}
	a.fillAt = next
	return true
}

// cutLots scales the purchases to whole lots: each is rounded down, and what cash
// is left goes to the largest remainders, a lot each. What new money pays is not scaled, and
// no more of it comes than is spent.
func (a *account) cutLots(s int, p []float64, factor float64) {
	left := a.spendable().Plus(a.brought)
	for j := range a.orders {
		o := &a.orders[j]
		a.orders[j].remainder = -1 // not tried today
		if o.Units <= 0 || o.State != StatePending || a.orders[j].tried == 0 {
			continue
		}
		exact := float64(o.tried) * (o.moved + (1-o.moved)*factor)
		u := Units(exact)
		u -= u % a.lot
		a.orders[j].remainder = exact - float64(u)
		a.orders[j].tried = u
		if u > 0 {
			left -= a.price(s, int(o.Asset), u, p)
		}
	}
	for j := a.largestRemainder(); j >= 0; j = a.largestRemainder() {
		a.orders[j].remainder = 0
		asset, u := int(a.orders[j].Asset), a.orders[j].tried
		was := Micros(0)
		if u > 0 {
			was = a.price(s, asset, u, p)
		}
		if more := a.price(s, asset, u+a.lot, p) - was; more <= left {
			a.orders[j].tried += a.lot
			left -= more
		}
	}
	for j := range a.orders {
		if a.orders[j].tried == 0 && a.orders[j].remainder >= 0 {
			a.giveUp(s, j, ReasonCash)
		}
	}
	new := Micros(0)
	for j := range a.orders {
		if o := &a.orders[j]; o.Units > 0 && o.State == StatePending {
			new = new.Plus(a.usedFor(s, j, p))
		}
	}
	a.bring(s, new)
}

// price is what a purchase costs in all.
func (a *account) price(s, asset int, u Units, p []float64) Micros {
	value := worth(u, p[asset])
	return value + a.costOf(s, buy, asset, value, p[asset])
}

// largestRemainder is the order with the largest remainder of a lot, the first by
// name of equal ones; -1: none is left.
func (a *account) largestRemainder() int {
	at := -1
	for j := range a.orders {
		if a.orders[j].remainder > 0 && (at < 0 || a.orders[j].remainder > a.orders[at].remainder) {
			at = j
		}
	}
	return at
}

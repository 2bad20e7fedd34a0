package sim

// parcel is shares of an asset that wait in the batch or go out, + to buy and - to sell,
// and what they are for: that stays with them until they are filled.
type parcel struct {
	units Units
	value float64 // money at the closes of their decisions
	moved Units   // of units: purchases that new money pays, sales whose proceeds leave
	flow  Micros  // of purchases, what deposits pay; of sales whose proceeds leave, what of a withdrawal they pay
}

// plus adds up two parcels. Of opposite ones the larger is left, less the smaller: what it
// is for stays with it in proportion.
func (p parcel) plus(q parcel) parcel {
	sum := parcel{units: p.units + q.units, value: p.value + q.value}
	large := p
	switch {
	case p.units >= 0 && q.units >= 0 || p.units <= 0 && q.units <= 0:
		sum.moved, sum.flow = p.moved+q.moved, p.flow.Plus(q.flow)
		return sum
	case sum.units == 0:
		return sum
	case sum.units > 0 == (q.units > 0):
		large = q
	}
	part := float64(sum.units) / float64(large.units)
	sum.moved, sum.flow = Units(part*float64(large.moved)), Micros(part*float64(large.flow))
	return sum
}

// part is the part of a parcel that new money pays, or whose proceeds leave.
func (p parcel) part() float64 {
	if p.moved == 0 {
		return 0
	}
	return float64(p.moved) / float64(p.units)
}

// fundOrders notes that part of the orders of a decision without constraints.
func (a *account) fundOrders() {
	if a.fund == FundSelf {
		return
	}
	for j := range a.orders {
		i, u := int(a.orders[j].Asset), a.orders[j].Units
		part := a.moved(i, u)
		if u < 0 && i < len(a.view.Raised) && a.view.Raised[i] > 0 {
			part *= max(0, 1+a.view.Raised[i]/a.want[i])
		}
		a.orders[j].moved = part
	}
}

// moved is the part of a request of u shares of asset i that new money pays, or whose
// proceeds leave.
func (a *account) moved(i int, u Units) float64 {
	switch {
	case u < 0 && a.fund == FundLeave: // what is raised is apart
		return 1
	case u > 0 && a.fund == FundBring:
		if v := &a.view; i < len(v.Paid) && v.Paid[i] > 0 {
			return max(0, 1-v.Paid[i]/a.want[i])
		}
		return 1
	}
	return 0
}

// earmark finds what the requests of a decision are for: purchases share the money that came
// in by what they cost, a reduction's sales share what is to be paid out by their value.
func (a *account) earmark(s int) {
	var buys, sales Sum
	for i, u := range a.wished {
		p := &a.today[i]
		if *p = (parcel{}); a.barred(i, u) {
			continue
		}
		*p = parcel{units: u, value: u.Shares() * a.view.Price[i]}
		p.moved = Units(float64(u) * a.moved(i, u))
		switch {
		case a.batch == nil: // what goes out at once needs nothing
		case u > 0:
			buys.Add(i, a.outlayOf(s, i, *p))
		case p.moved != 0:
			sales.Add(i, -p.value)
		}
	}
	if a.batch == nil {
		return
	}
	in, out, bought, sold := a.flowBuys.Money(), a.leaving.Money(), buys.Total(), sales.Total()
	for i := range a.today {
		switch p := &a.today[i]; {
		case p.units > 0 && bought > 0:
			p.flow = ToMicros(a.outlayOf(s, i, *p) * min(1, in/bought))
		case p.moved < 0:
			p.flow = ToMicros(-p.value * min(1, out/sold))
		}
	}
}

// outlayOf is what a parcel takes of the account's own cash at the view's close, with its
// costs; below 0 when it brings some.
func (a *account) outlayOf(s, i int, p parcel) float64 {
	x, side := p.units.Shares()*a.view.Price[i], buy
	if x < 0 {
		side = sell
	}
	size := max(x, -x)
	c := a.chargeOf(s, side, i, a.view.Price[i], size)
	return (x + c.Fixed + float64(c.Rate*size)) * (1 - p.part())
}

// holdBack takes what is for the request for asset i, which does not go out, out of what the
// decision trades for.
func (a *account) holdBack(i int) {
	if p := a.today[i]; p.units > 0 {
		a.flowBuys = max(0, a.flowBuys-p.flow)
	} else {
		a.leaving = max(0, a.leaving-p.flow)
	}
}

// netsOut is what flows pay of the request for asset i when it waits, or only lessens the order
// of the other side that goes out, one of u shares.
func (a *account) netsOut(i int, u Units, waits bool) (spent, covers Micros) {
	switch p := a.today[i]; {
	case p.units > 0 && (waits || u < 0):
		spent = p.flow
	case p.units < 0 && (waits || u > 0):
		covers = p.flow
	}
	return spent, covers
}

// letGo adds what is for the order of asset i, beyond what is for the request for it.
func (a *account) letGo(i int) {
	today, all, more := a.today[i], a.wish(i), a.paidBy(i)
	if today.units != 0 && today.units > 0 != (all.units > 0) {
		a.holdBack(i)
	}
	if all.units > 0 {
		a.flowBuys = max(0, a.flowBuys+more)
	} else {
		a.leaving, a.flowSells = max(0, a.leaving+more), max(0, a.flowSells+more)
	}
}

// request is the request for asset i and what is queued of it together.
func (a *account) wish(i int) parcel {
	if a.batch == nil {
		return a.today[i]
	}
	return a.queued[i].plus(a.today[i])
}

// paidBy is what flows pay of the order of asset i that goes out today, beyond what they pay
// of the request for it.
func (a *account) paidBy(i int) (more Micros) {
	if a.batch == nil || a.queued[i].units == 0 {
		return 0
	}
	today, all := a.today[i], a.wish(i)
	if today.units > 0 == (all.units > 0) {
		more -= today.flow
	}
	return more + all.flow
}

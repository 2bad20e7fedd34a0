package sim

import "math"

// Owners are several who own one account together. They bring money and shares, ask for
// money, and sell for it by orders of their own beside those of the policy; what belongs to
// one of them alone is not the account's to spend or to sell. An account without them has
// one owner, whose flows are Mandate.Flows.
type Owners interface {
	Follower
	// Next is the first session after s at which Arrive has something to do; math.MaxInt:
	// none.
	Next(s int) int
	// Arrive lets come what comes at session s and notes what is asked for.
	Arrive(s int, d *Door)
	// Sell orders sales of single owners' shares, at the close of session s before the
	// policy is asked.
	Sell(s int, d *Door)
	// Decided is told what the policy has decided, when the orders are placed.
	Decided(s int, v *View, verdict Verdict, d *Door)
	// Pay pays what was asked for: on an earlier session, or, of today, also on this one.
	Pay(s int, today bool, d *Door)
	// Claims is the cash that belongs to who has asked for it: what has settled, or all.
	Claims(settled bool) Micros
	// Shared says whether more than one owns the account now.
	Shared() bool
	// Held is what an owner holds of asset i.
	Held(owner int32, i int) Units
	// Sellable is how much of asset i the account may sell at session s.
	Sellable(s, i int) Units
}

// Door is what the owners of an account may do to it. It is valid during the call.
type Door struct {
	a       *account
	session int
	opening bool   // the account is being opened
	in, out Micros // of the call
}

// joint is what an account has of its owners' doings.
type joint struct {
	owners  Owners
	door    Door
	own     []openOrder // sales of single owners that go out with the next decision
	under   []Units     // by asset: the shares in them and in those that are open
	planned bool        // a desk has named every part of what is filled today
	part    *Part       // that is being booked; nil: at the market
}

// open gives the door to a session.
func (d *Door) at(s int) *Door {
	d.session, d.in, d.out = s, 0, 0
	return d
}

// Deposit books money that comes in.
func (d *Door) Deposit(x Micros) {
	if d.opening {
		d.a.post(cashEntry(EntryCash, d.session, x))
		return
	}
	d.a.add(askFlow)
	d.a.depositOf(d.session, x)
	d.in = d.in.Plus(x)
}

// Bring books shares of asset i that come in, at the session's close.
func (d *Door) Bring(i int, u Units) {
	price := d.a.panel.Close(d.session)[i]
	d.a.post(assetEntry(EntryHolding, d.session, i, u, 0, price))
	d.a.mirror(i)
	if !d.opening {
		d.a.cameIn(d.session, worth(u, price))
	}
}

// Withdraw notes money that the account is to raise and to pay.
func (d *Door) Withdraw(x Micros) {
	d.a.add(askFlow)
	d.a.withdrawalOf(d.session, x)
	d.out = d.out.Plus(x)
}

// Recall takes back what Withdraw noted and was not paid.
func (d *Door) Recall(x Micros) { d.a.pendingWithdrawals -= min(x, d.a.pendingWithdrawals) }

// Pay books money that goes out.
func (d *Door) Pay(x Micros) { d.a.move(d.session, -x) }

// Wake lets the policy be asked at the session's close.
func (d *Door) Wake() { d.a.add(askFlow) }

// Sell orders a sale of u shares of asset i of an owner, 1 or more.
func (d *Door) Sell(i int, u Units, owner int32) {
	a := d.a
	a.own = append(a.own, openOrder{split: 1, left: -u, Order: Order{
		Session: int32(d.session), Filled: -1, First: -1, Ended: -1, Asset: int16(i),
		State: StatePending, Units: -u, Price: a.panel.Close(d.session)[i], Owner: owner,
	}})
	a.under[i] += u
}

// View is the account at the session's close.
func (d *Door) View() *View { return &d.a.view }

// Cost is what a trade worth value costs at the market.
func (d *Door) Cost(buys bool, asset int, value Micros, price float64) Micros {
	side := sell
	if buys {
		side = buy
	}
	return d.a.costOf(d.session, side, asset, value, price)
}

// Orders is how many orders are open, and Order one of them.
func (d *Door) Orders() int { return len(d.a.orders) }

// Order is open order j.
func (d *Door) Order(j int) *Order { return &d.a.orders[j].Order }

// Decision is the place of the open orders' decision in the log.
func (d *Door) Decision() int { return d.a.decided }

// Open says whether orders are open.
func (d *Door) Open() bool { return d.a.fillAt >= 0 }

// Opening says whether the account is being opened.
func (d *Door) Opening() bool { return d.opening }

// Owed is what the account is to pay by itself.
func (d *Door) Owed() Micros { return d.a.pendingWithdrawals }

// Sellable is what the account may sell of asset i in all, whoever owns it: none at a price
// that was carried forward or under a restriction.
func (d *Door) Sellable(i int) Units {
	if d.a.noSell[i] {
		return 0
	}
	return d.a.units[i] - min(d.a.units[i], d.a.locked[i])
}

// Own is how many sales of single owners are ordered or open, and OwnSale one of them: what
// is left of it, and 0 of one that is over.
func (d *Door) Own() int {
	if a := d.a; len(a.own) == 0 {
		return len(a.orders)
	}
	return len(d.a.own)
}

// OwnSale is own sale k.
func (d *Door) OwnSale(k int) (asset int, owner int32, left Units) {
	list := d.a.own
	if len(list) == 0 {
		list = d.a.orders
	}
	if o := &list[k]; o.Owner > 0 && o.State == StatePending {
		return int(o.Asset), o.Owner, -o.left
	}
	return -1, 0, 0
}

// claims is all cash that belongs to single owners, and settledClaims what of it has
// settled.
func (a *account) claims() Micros {
	if a.owners == nil {
		return 0
	}
	return a.owners.Claims(false)
}

func (a *account) settledClaims() Micros {
	if a.owners == nil {
		return 0
	}
	return a.owners.Claims(true)
}

// several says whether more than one owns the account.
func (a *account) several() bool { return a.owners != nil && a.owners.Shared() }

// mostOf is the most that open order j may sell of its asset.
func (a *account) mostOf(s, j int) Units {
	o := &a.orders[j]
	switch i := int(o.Asset); {
	case a.owners == nil || o.left > 0:
		return a.units[i]
	case o.Owner > 0:
		return a.owners.Held(o.Owner, i)
	default:
		return a.owners.Sellable(s, i)
	}
}

// together makes room for owners.
func (a *account) together() {
	a.owners = a.mandate.Owners
	a.own = a.own[:0]
	if a.owners == nil {
		return
	}
	a.door = Door{a: a}
	if len(a.under) != len(a.units) {
		a.under = make([]Units, len(a.units))
	}
	clear(a.under)
}

// nextOfOwners is the next session with something of theirs.
func (a *account) nextOfOwners(s int) int {
	if a.owners == nil {
		return math.MaxInt
	}
	return a.owners.Next(s)
}

// ownersArrive lets the owners' flows come.
func (a *account) ownersArrive(s int) (in, out Micros) {
	if a.owners == nil {
		return 0, 0
	}
	a.owners.Arrive(s, a.door.at(s))
	return a.door.in, a.door.out
}

// payOwners pays what owners asked for.
func (a *account) payOwners(s int, today bool) {
	if a.owners != nil && a.err == nil {
		a.owners.Pay(s, today, a.door.at(s))
	}
}

// sellOwn asks the owners for orders of their own.
func (a *account) sellOwn(s int) {
	if a.owners == nil {
		return
	}
	a.own = a.own[:0]
	clear(a.under)
	a.see(s)
	if a.owners.Sell(s, a.door.at(s)); len(a.own) > 0 {
		a.add(askFlow)
	}
	if a.batchPending && (len(a.own) > 0 || a.several()) { // of one owner it is as every account's
		a.cutQueue(s)
	}
}

// cutQueue cuts the sales that wait in the batch to what the account may still sell.
func (a *account) cutQueue(s int) {
	for i := range a.queued {
		q := &a.queued[i]
		if q.units >= 0 {
			continue
		}
		free := a.owners.Sellable(s, i)
		switch {
		case -q.units <= free:
		case free <= 0:
			a.clearQueue(s, i, StateMissed, ReasonRestricted)
		default:
			part := float64(free) / float64(-q.units)
			*q = parcel{units: -free, value: q.value * part, moved: Units(float64(q.moved) * part), flow: Micros(float64(q.flow) * part)}
		}
	}
}

// notUnder is what is held of asset i and is under no order of a single owner.
func (a *account) notUnder(i int) Units {
	if len(a.own) == 0 {
		return a.units[i]
	}
	return a.units[i] - a.under[i]
}

// placeOwn begins the orders with those of single owners.
func (a *account) placeOwn() {
	a.orders = append(a.orders, a.own...)
}

// decidedTogether tells the owners.
func (a *account) decidedTogether(s int, v *View, verdict Verdict) {
	if a.owners != nil {
		a.owners.Decided(s, v, verdict, a.door.at(s))
		a.own = a.own[:0]
	}
}

// openTogether opens an account with what its owners bring: shares stand instead of the
// initial purchase, and where nothing comes nothing is bought.
func (a *account) openTogether(s int) (bought bool) {
	a.door.opening = true
	a.owners.Arrive(s, a.door.at(s))
	a.door.opening = false
	a.schedule(s)
	return a.cash > 0 && !a.holds()
}

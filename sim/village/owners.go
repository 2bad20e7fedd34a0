package village

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// dust is the smallest order and payment that is made for itself.
var dust = sim.ToMicros(sim.Dust)

// Next is the next session after s at which a member brings or takes something, or at
// which a lock ends that keeps what was asked for from being sold.
func (r *Roster) Next(s int) int {
	next := math.MaxInt
	for k := r.next; k < len(r.rows); k++ {
		if next = int(r.rows[k].session); next > s { // else it comes with the opening
			break
		}
		next = math.MaxInt
	}
	for _, j := range r.asking {
		if until := int(r.lockUntil[j]); until > s {
			next = min(next, until)
		}
	}
	return next
}

// Arrive books what members bring at session s, and notes what they ask for.
func (r *Roster) Arrive(s int, d *sim.Door) {
	r.door = d
	for ; r.next < len(r.rows) && int(r.rows[r.next].session) <= s; r.next++ {
		x := &r.rows[r.next]
		j := int(x.member)
		if j >= r.joined {
			r.join(s, j, d)
		}
		gone := r.left[j] >= 0
		if gone && x.money <= 0 { // a name that has left does not return
			continue
		}
		r.booking = j + 1
		switch {
		case x.leaves:
			r.leave(s, j, d)
		case x.asset >= 0:
			d.Bring(int(x.asset), x.units)
		case x.money > 0:
			d.Deposit(x.money)
			if !d.Opening() {
				r.fresh[j] += x.money
				r.unseen = true
			}
			if gone {
				r.stray += x.money
			}
		default:
			r.booking = 0
			r.ask(s, j, -x.money, d)
		}
		r.booking = 0
	}
}

// join lets a member in. What the account raised for a lone member is his own affair from
// then on.
func (r *Roster) join(s, j int, d *sim.Door) {
	r.joined, r.sums[j].Joined = j+1, int32(s)
	r.here++
	if r.loneOwed > 0 {
		d.Recall(r.loneOwed)
		r.loneOwed = 0
	}
	r.lone = -1
}

// ask notes a withdrawal: of a lone member the account raises and pays it.
func (r *Roster) ask(s, j int, x sim.Micros, d *sim.Door) {
	r.owed[j] += x
	r.want(s, j)
	if r.here == 1 && !r.leaving[j] {
		r.lone = j
		r.loneOwed += x
		d.Withdraw(x)
		return
	}
	d.Wake()
}

// leave notes that a member leaves with all that is his.
func (r *Roster) leave(s, j int, d *sim.Door) {
	if r.lone == j && r.loneOwed > 0 {
		d.Recall(r.loneOwed)
		r.loneOwed = 0
	}
	r.leaving[j], r.owed[j] = true, 0
	r.want(s, j)
	d.Wake()
}

// want notes that a member waits for money.
func (r *Roster) want(s, j int) {
	if at, some := slices.BinarySearch(r.asking, j); !some {
		r.asking = slices.Insert(r.asking, at, j)
		r.askedAt[j] = int32(s)
	}
}

// ownOwed is what is owed to a member and not raised by the account.
func (r *Roster) ownOwed(j int) sim.Micros {
	if j == r.lone {
		return r.owed[j] - r.loneOwed
	}
	return r.owed[j]
}

// Claims is the cash of those who wait for money, up to what they wait for: what has
// settled, or all.
func (r *Roster) Claims(settled bool) (sum sim.Micros) {
	for _, j := range r.asking {
		x := r.cash[j] - r.fresh[j]
		if !settled {
			x += r.unsettled[j]
		}
		if !r.leaving[j] {
			x = min(x, r.ownOwed(j))
		}
		sum += max(0, x)
	}
	return sum + r.stray
}

// Shared says whether more than one owns the account.
func (r *Roster) Shared() bool { return r.here > 1 }

// Held is what an owner holds of asset i.
func (r *Roster) Held(owner int32, i int) sim.Units { return r.units[i][owner-1] }

// Sellable is what the members may sell of asset i at session s, without what their own
// orders sell.
func (r *Roster) Sellable(s, i int) (sum sim.Units) {
	if !r.locked && r.bars == nil {
		for _, u := range r.units[i][:r.joined] {
			sum += u
		}
		for k := range r.ownSales() {
			if asset, _, u := r.door.OwnSale(k); asset == i {
				sum -= u
			}
		}
		return sum
	}
	r.sellable(s, i)
	for _, u := range r.weight[:r.joined] {
		sum += sim.Units(u)
	}
	return sum
}

// sellable writes what each member may sell of asset i into weight.
func (r *Roster) sellable(s, i int) {
	w := r.weight[:r.joined]
	for j, u := range r.units[i][:r.joined] {
		if w[j] = int64(u); u > 0 && r.forbids(s, i, j) {
			w[j] = 0
		}
	}
	for k := range r.ownSales() {
		if asset, owner, u := r.door.OwnSale(k); asset == i {
			w[owner-1] = max(0, w[owner-1]-int64(u))
		}
	}
}

// forbids says whether a member may not sell an asset.
func (r *Roster) forbids(s, i, j int) bool {
	if s < int(r.lockUntil[j]) {
		return true
	}
	if r.bars == nil {
		return false
	}
	_, sell := r.bars(s, i, j)
	return sell
}

// Sell orders the sales of those who wait for money: who leaves sells all of his, the
// others what levels their books.
func (r *Roster) Sell(s int, d *sim.Door) {
	if r.unseen { // the decision at hand sees it
		clear(r.fresh[:r.joined])
	}
	for _, j := range r.asking {
		switch {
		case r.leaving[j]:
			for i := range r.units {
				if u := r.canSell(s, i, j, d); u > 0 {
					d.Sell(i, u, int32(j)+1)
				}
			}
		case r.short(j) >= dust:
			r.level(s, j, r.short(j), d)
		}
	}
}

// short is what of the money owed to a member his cash and his proceeds do not pay.
func (r *Roster) short(j int) sim.Micros {
	return r.ownOwed(j) - (r.cash[j] - r.fresh[j] + r.unsettled[j])
}

// canSell is what a member can sell of asset i by an order of his own: none of what is
// worth less than dust or costs as much as it brings.
func (r *Roster) canSell(s, i, j int, d *sim.Door) sim.Units {
	u := r.units[i][j]
	if u == 0 || r.forbids(s, i, j) {
		return 0
	}
	if u = min(u, d.Sellable(i)); u == 0 || r.vain(s, i, u, d) {
		return 0
	}
	return u
}

// vain says whether shares are worth less than dust or cost as much to sell as they bring.
func (r *Roster) vain(s, i int, u sim.Units, d *sim.Door) bool {
	price := r.panel.Close(s)[i]
	value := sim.ToMicros(u.Shares() * price)
	return value < dust || d.Cost(false, i, value, price) >= value
}

// Decided is told what the policy has decided: deposits are seen, and the proceeds of a
// reduction are the sellers'.
func (r *Roster) Decided(s int, v *sim.View, verdict sim.Verdict, d *sim.Door) {
	if r.unseen {
		clear(r.fresh[:r.joined])
		r.unseen = false
	}
	r.reducing = verdict.Act && verdict.Funding == sim.FundLeave
	if r.seen != nil {
		r.seen(s, v, verdict, d)
	}
	if !d.Open() && r.mustSell(s, d) {
		d.Wake()
	}
}

// mustSell says whether somebody who waits for money has something to sell for it.
func (r *Roster) mustSell(s int, d *sim.Door) bool {
	for _, j := range r.asking {
		if !r.leaving[j] && r.short(j) < dust {
			continue
		}
		if s >= int(r.lockUntil[j]) && r.holds(s, j, d) {
			return true
		}
	}
	return false
}

// holds says whether a member holds anything that could be sold at some time.
func (r *Roster) holds(s, j int, d *sim.Door) bool {
	for i := range r.units {
		if u := r.units[i][j]; u > 0 && !r.vain(s, i, u, d) {
			return true
		}
	}
	return false
}

// Pay pays what was asked for, as far as the cash of who asked goes: on an earlier session,
// or of today also on this one. Who leaves has left when nothing more is to come.
func (r *Roster) Pay(s int, today bool, d *sim.Door) {
	if len(r.asking) == 0 {
		return
	}
	r.agree(d)
	gone := 0
	for _, j := range r.asking {
		if int(r.askedAt[j]) < s || today {
			r.payOne(s, j, d)
		}
		if r.waits(j) {
			r.asking[gone] = j
			gone++
		}
	}
	r.asking = r.asking[:gone]
	if !d.Open() && r.mustSell(s, d) {
		d.Wake()
	}
}

// waits says whether a member waits for money.
func (r *Roster) waits(j int) bool { return r.owed[j] > 0 || r.leaving[j] && r.left[j] < 0 }

// agree takes over what the account has given up of what it owes to a lone member.
func (r *Roster) agree(d *sim.Door) {
	less := r.loneOwed - d.Owed()
	if less <= 0 {
		return
	}
	r.loneOwed -= less
	r.owed[r.lone] -= less
	if less >= dust {
		r.sums[r.lone].Unpaid += less
	}
}

// payOne pays one member.
func (r *Roster) payOne(s, j int, d *sim.Door) {
	more := r.unsettled[j] > 0 || r.holds(s, j, d)
	x := max(0, r.cash[j]-r.fresh[j])
	if r.leaving[j] {
		if x > 0 && (x >= dust || !more) {
			r.payOwn(j, x, d)
		}
		if !more && r.fresh[j] == 0 && r.cash[j] == 0 {
			r.left[j] = int32(s)
			r.here--
		}
		return
	}
	own := r.ownOwed(j)
	if x = min(x, own); x > 0 {
		r.payOwn(j, x, d)
		own -= x
	}
	switch {
	case own < dust: // no order is that small
		r.owed[j] -= own
	case !more && r.fresh[j] == 0: // he has nothing else
		r.sums[j].Unpaid += own
		r.owed[j] -= own
	}
}

// payOwn pays a member of his own.
func (r *Roster) payOwn(j int, x sim.Micros, d *sim.Door) {
	r.booking = j + 1
	d.Pay(x)
	r.booking = 0
}

// ownSales is how many sales of single members are ordered or open: see sim.Door.
func (r *Roster) ownSales() int {
	if r.door == nil {
		return 0
	}
	return r.door.Own()
}

package village

import (
	"fmt"

	"evenkeel/sim"
)

// divide is split for weights that may all be 0: then one who is here gets it all.
func divide[T, W ~int64](r *Roster, total T, weights []W, parts []T) {
	for _, w := range weights {
		if w != 0 {
			split(&r.splitter, total, weights, parts)
			return
		}
	}
	clear(parts[:len(weights)])
	if total != 0 {
		parts[max(0, r.only())] = total
	}
}

// buy splits a purchase: the value by the members' free cash, each cost component in turn
// by what is left of it, the shares by the value paid.
func (r *Roster) buy(e *sim.Entry) {
	value, i := -e.Cash-e.Due, int(e.Asset)
	r.freeCash(int(e.Session), i)
	free, paid, w := r.rest[:r.joined], r.money[:r.joined], r.shares[:r.joined]
	r.splitMoney(value, free, paid)
	divide(r, e.Units, paid, w)
	for j := range paid {
		r.cash[j] -= paid[j]
		r.units[i][j] += w[j]
		free[j] = max(0, free[j]-paid[j])
		r.sale.value[j] = paid[j]
		if w[j] != 0 {
			r.sums[j].Trades++
		}
	}
	r.keepTrades(e, paid, w, 1)
	for _, cost := range r.costs {
		r.splitMoney(cost, free, paid)
		for j, x := range paid {
			r.cash[j] -= x
			free[j] = max(0, free[j]-x)
			r.sale.value[j] += x
			r.sums[j].Costs += x
		}
		r.keepCosts(paid)
	}
	r.costs = r.costs[:0]
	if r.lots != nil {
		for j, u := range w {
			r.lots.buy(int(e.Session), i, j, u, r.sale.value[j])
		}
	}
}

// closeSale ends a sale whose costs have all come.
func (r *Roster) closeSale() {
	s := &r.sale
	if s.open = false; r.lots == nil {
		return
	}
	for j, u := range s.sold[:r.joined] {
		if u > 0 {
			r.lots.gain(j, s.value[j], &r.sums[j])
		}
	}
}

// splitMoney splits money by what each has free; where that does not reach, which rounding
// alone can bring about, by all cash.
func (r *Roster) splitMoney(total sim.Micros, free, parts []sim.Micros) {
	sum := sim.Micros(0)
	for _, x := range free {
		sum += x
	}
	if sum < total {
		copy(free, r.cash[:r.joined])
	}
	divide(r, total, free, parts)
}

// freeCash writes the members' free cash into rest: cash that is neither owed to them nor
// unseen; none of who leaves or may not buy the asset.
func (r *Roster) freeCash(session, asset int) {
	for j := range r.rest[:r.joined] {
		x := max(0, r.cash[j]-r.owed[j]-r.fresh[j])
		if r.leaving[j] || r.left[j] >= 0 {
			x = 0
		}
		if x > 0 && r.bars != nil {
			if buy, _ := r.bars(session, asset, j); buy {
				x = 0
			}
		}
		r.rest[j] = x
	}
}

// sell splits a sale: shares by what each may sell, the value by the shares sold.
func (r *Roster) sell(e *sim.Entry) {
	s := &r.sale
	*s = sale{order: e.Order, open: true, owner: int(e.Owner) - 1, session: int(e.Session), asset: int(e.Asset), units: -e.Units, value: s.value, sold: s.sold, due: e.Due != 0}
	i, value := s.asset, e.Cash+e.Due
	clear(s.value)
	clear(s.sold)
	if s.owner >= 0 {
		s.sold[s.owner], s.value[s.owner] = s.units, value
	} else {
		r.sellable(s.session, i)
		if r.taxAware {
			r.lots.tiers(r, s, r.weight[:r.joined], e.Price)
		} else {
			split(&r.splitter, s.units, r.weight[:r.joined], s.sold)
		}
		split(&r.splitter, value, s.sold[:r.joined], s.value)
	}
	if r.lots != nil && !(r.taxAware && s.owner < 0) { // else the tiers have taken them
		for j, u := range s.sold[:r.joined] {
			if u > 0 {
				r.lots.take(s.session, i, j, u)
			}
		}
	}
	var due []sim.Micros
	if s.due {
		due = r.dueAt(s.session + r.terms.Settle[i])
	}
	for j := range s.sold[:r.joined] {
		if s.sold[j] == 0 {
			continue
		}
		r.units[i][j] -= s.sold[j]
		r.sums[j].Trades++
		if s.due {
			due[j] += s.value[j]
			r.unsettled[j] += s.value[j]
		} else {
			r.cash[j] += s.value[j]
		}
		if r.reducing && s.owner < 0 {
			r.proceeds[j] += s.value[j]
		}
	}
	r.keepTrades(e, s.value, s.sold, -1)
}

// cost splits a cost component: of a sale by what is left of what each received; one of a
// purchase waits for its entry.
func (r *Roster) cost(e *sim.Entry) {
	x, s := -e.Cash-e.Due, &r.sale
	if !s.open {
		r.costs = append(r.costs, x)
		return
	}
	parts := r.money[:r.joined]
	r.splitCost(x, parts)
	var due []sim.Micros
	if s.due {
		due = r.dueAt(s.session + r.terms.Settle[s.asset])
	}
	for j, c := range parts {
		if c == 0 {
			continue
		}
		s.value[j] -= c
		r.sums[j].Costs += c
		if s.due {
			due[j] -= c
			r.unsettled[j] -= c
		} else {
			r.cash[j] -= c
		}
		if r.reducing && s.owner < 0 {
			r.proceeds[j] -= min(c, r.proceeds[j])
		}
	}
	r.keepCosts(parts)
}

// splitCost splits a cost component of the last sale: by what is left of what each received,
// or, when the sale costs more than it brings, by the shares sold.
func (r *Roster) splitCost(x sim.Micros, parts []sim.Micros) {
	s, left, sum := &r.sale, r.rest[:r.joined], sim.Micros(0)
	for j, v := range s.value[:r.joined] {
		left[j] = max(0, v)
		sum += left[j]
	}
	switch {
	case sum >= x:
		split(&r.splitter, x, left, parts)
	case s.owner >= 0:
		clear(parts)
		parts[s.owner] = x
	default:
		r.splitExcess(x-sum, parts)
	}
}

// splitExcess splits a cost beyond what a sale has brought: what it brought goes, and the
// rest is paid by the cash that there is beside it.
func (r *Roster) splitExcess(excess sim.Micros, parts []sim.Micros) {
	s, w := &r.sale, r.weight[:r.joined]
	sum := sim.Micros(0)
	for j := range w {
		beside := r.cash[j]
		if !s.due {
			beside -= max(0, s.value[j])
		}
		w[j] = int64(max(0, beside))
		sum += sim.Micros(w[j])
	}
	if sum == 0 {
		for j := range w {
			w[j] = int64(s.sold[j])
		}
	}
	split(&r.splitter, excess, w, parts)
	for j, x := range s.value[:r.joined] {
		parts[j] += max(0, x)
	}
}

// dueAt is what settles at a session, by member.
func (r *Roster) dueAt(session int) []sim.Micros {
	for k := range r.dues {
		if r.dues[k].session == session {
			return r.dues[k].parts
		}
	}
	for k := range r.dues {
		if r.dues[k].session < int(r.at) { // settled: its room is free
			r.dues[k].session = session
			clear(r.dues[k].parts)
			return r.dues[k].parts
		}
	}
	r.dues = append(r.dues, due{session, make([]sim.Micros, len(r.Names))})
	return r.dues[len(r.dues)-1].parts
}

// settle makes each member's money of the sales that settle cash.
func (r *Roster) settle(e *sim.Entry) {
	parts := r.dueAt(int(e.Session))
	sum := sim.Micros(0)
	for j := range parts[:r.joined] {
		sum += parts[j]
		r.cash[j] += parts[j]
		r.unsettled[j] -= parts[j]
		parts[j] = 0
	}
	if sum != e.Cash {
		panic(fmt.Sprintf("village: %d micros settle, and %d are the members'", e.Cash, sum))
	}
}

// action splits what happens to a company by what members hold of it: dividends, splits,
// fractions, ends of life. A dividend that is reinvested is paid by what each received.
func (r *Roster) action(e *sim.Entry) {
	held, sum := r.units[e.Asset][:r.joined], sim.Units(0)
	for _, u := range held {
		sum += u
	}
	if parts := r.money[:r.joined]; e.Cash > 0 {
		divide(r, e.Cash, held, parts)
		for j, x := range parts {
			r.cash[j] += x
		}
		if e.Kind == sim.EntryDividend {
			copy(r.dividend, parts)
		}
	} else if e.Cash < 0 {
		divide(r, -e.Cash, r.dividend[:r.joined], parts)
		for j, x := range parts {
			r.cash[j] -= x
		}
	}
	w := r.shares[:r.joined]
	switch {
	case e.Units == 0:
	case e.Kind == sim.EntrySplit: // each holding is multiplied
		divide(r, sum+e.Units, held, w)
		if r.lots != nil {
			for j := range w {
				r.lots.multiply(int(e.Asset), j, held[j], w[j])
			}
		}
		copy(held, w)
	case e.Units > 0:
		divide(r, e.Units, r.money[:r.joined], w)
		for j, u := range w {
			held[j] += u
			if r.lots != nil {
				r.lots.buy(int(e.Session), int(e.Asset), j, u, r.money[j])
			}
		}
	default:
		divide(r, -e.Units, held, w)
		for j, u := range w {
			if held[j] -= u; r.lots != nil && u > 0 {
				r.lots.take(int(e.Session), int(e.Asset), j, u)
				r.lots.gain(j, r.money[j], &r.sums[j])
			}
		}
	}
}

// keepTrades keeps the members' parts of a trade.
func (r *Roster) keepTrades(e *sim.Entry, value []sim.Micros, units []sim.Units, sign sim.Units) {
	if r.parts = len(r.Trades); !r.keepParts {
		return
	}
	for j := range r.cash[:r.joined] {
		if units[j] != 0 || value[j] != 0 {
			r.Trades = append(r.Trades, MemberTrade{Session: e.Session, Order: e.Order, Member: int32(j), Asset: e.Asset, Venue: e.Venue, Units: sign * units[j], Value: value[j]})
		}
	}
}

// keepCosts adds a cost component to the parts that were kept last.
func (r *Roster) keepCosts(parts []sim.Micros) {
	for k := r.parts; k < len(r.Trades); k++ {
		r.Trades[k].Cost += parts[r.Trades[k].Member]
	}
}

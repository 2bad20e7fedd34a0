package village

import "sort"

// ownOrders are sales of one member's shares, because he leaves or withdraws (4.6.4, 4.6.5).
// In a village of one the village's decision raises the money instead (4.2.9).
func (r *run) ownOrders(v *village) (orders []*order, wishes []Asked) {
	if v.alone() != nil {
		return nil, nil
	}
	for j, m := range v.members {
		if m.left >= 0 || !m.leaving && m.owed() <= m.cash+m.unsettled() {
			continue
		}
		free := make([]int64, len(r.in.Assets))
		for i := range r.in.Assets {
			if r.now < m.lock || less(times(sharesOf(m.held[i]), r.price()[i]), cent) {
				continue
			}
			if r.shut(v, m.name, i, true) {
				if m.leaving { // of a withdrawal it is left out of the levelling, nothing else changes
					wishes = append(wishes, Asked{i, j, -m.held[i]})
				}
				continue
			}
			free[i] = m.held[i]
		}
		sold := free
		if !m.leaving {
			sold = r.level(v, free, moneyOf(m.owed()-m.cash-m.unsettled()), nil)
		}
		for i, n := range sold {
			if n > 0 {
				m.own[i] = n
				orders = append(orders, &order{village: v.place, member: j, asset: i, sell: true, shares: n,
					decided: r.now, points: zero, relative: zero})
			}
		}
	}
	return orders, wishes
}

// level raises money from shares (SPEC 2.5): the highest v/t is lowered to the next, then
// both, until the amount and the costs are there; what has no target comes first. Already
// holds what is sold anyway, so that its fixed cost is paid.
func (r *run) level(v *village, free []int64, amount Rat, already []bool) []int64 {
	sold := make([]int64, len(free))
	if less(amount, cent) {
		return sold
	}
	var set []int
	for i, n := range free {
		if n > 0 {
			set = append(set, i)
		}
	}
	for {
		cut, k := r.levelled(v, free, amount, set, already)
		drop := -1
		for _, i := range k { // a sale that costs more than it brings raises nothing
			if less(r.net(cut[i], already, i), zero) || cut[i].Sign() > 0 && less(cut[i], cent) {
				if drop < 0 || less(cut[i], cut[drop]) {
					drop = i
				}
			}
		}
		if drop < 0 {
			for _, i := range k {
				sold[i] = min(free[i], toUnits(over(cut[i], r.price()[i])))
			}
			return sold
		}
		var rest []int
		for _, i := range set {
			if i != drop {
				rest = append(rest, i)
			}
		}
		set = rest
	}
}

// net is what a sale of so much money brings after its costs.
func (r *run) net(x Rat, already []bool, i int) Rat {
	if x.Sign() == 0 {
		return zero
	}
	brings := times(x, minus(one, r.rate("sell")))
	if already != nil && already[i] {
		return brings
	}
	return minus(brings, r.fixed("sell"))
}

// levelled is one levelling over the companies of set: money to sell of each, and those
// that sell.
func (r *run) levelled(v *village, free []int64, amount Rat, set []int, already []bool) ([]Rat, []int) {
	value, cut := nothing(len(free)), nothing(len(free))
	for _, i := range set {
		value[i] = times(sharesOf(free[i]), r.price()[i])
	}
	ratio := func(i int) Rat { return over(value[i], v.in.Targets[i]) }
	var selling, aimed []int
	for _, i := range set { // no target: first, one after the other, only as far as needed
		if v.in.Targets[i].Sign() > 0 {
			aimed = append(aimed, i)
		} else if amount.Sign() > 0 {
			cut[i] = smaller(value[i], over(plus(amount, r.fixedOnce(already, i)), minus(one, r.rate("sell"))))
			amount = minus(amount, r.net(cut[i], already, i))
			selling = append(selling, i)
		}
	}
	if amount.Sign() <= 0 || len(aimed) == 0 {
		return cut, selling
	}
	sort.SliceStable(aimed, func(a, b int) bool { return less(ratio(aimed[b]), ratio(aimed[a])) })
	keep := minus(one, r.rate("sell"))
	worth, target, fixed := zero, zero, zero
	for k, i := range aimed {
		worth, target = plus(worth, value[i]), plus(target, v.in.Targets[i])
		fixed = plus(fixed, r.fixedOnce(already, i))
		next := zero
		if k+1 < len(aimed) {
			next = ratio(aimed[k+1])
		}
		brings := minus(times(minus(worth, times(target, next)), keep), fixed)
		if k+1 < len(aimed) && less(brings, amount) {
			continue
		}
		bottom := over(minus(worth, over(plus(amount, fixed), keep)), target)
		bottom = larger(bottom, zero)
		for _, j := range aimed[:k+1] {
			cut[j] = larger(zero, minus(value[j], times(v.in.Targets[j], bottom)))
			selling = append(selling, j)
		}
		break
	}
	return cut, selling
}

func (r *run) fixedOnce(already []bool, i int) Rat {
	if already != nil && already[i] {
		return zero
	}
	return r.fixed("sell")
}

// raiseAlone raises what the only member wants, after the village's own sales, as the
// account's rule does (4.2.9, SPEC 2.5).
func (r *run) raiseAlone(v *village, l *sight, orders []*order) []*order {
	m := v.alone()
	if m == nil || m.owed() == 0 && !m.leaving {
		return orders
	}
	missing := moneyOf(m.owed() - m.cash - m.unsettled())
	free, sold := make([]int64, len(l.rows)), make([]int64, len(l.rows))
	already := make([]bool, len(l.rows))
	var kept []*order
	for _, o := range orders {
		if !o.sell {
			kept = append(kept, o)
			continue
		}
		sold[o.asset], already[o.asset] = o.shares, true
		value := valueOf(o.shares, l.price[o.asset])
		missing = minus(missing, moneyOf(value-total(r.market("sell", value))))
	}
	for i := range l.rows {
		if !r.shut(v, m.name, i, true) && !less(times(sharesOf(m.held[i]), l.price[i]), cent) {
			free[i] = m.sellable(i, r.now) - sold[i]
		}
	}
	more := free
	if m.leaving {
		kept = nil
	} else {
		more = r.levelAlone(v, l, free, sold, missing, already)
	}
	var all []*order
	for _, o := range kept { // nothing is bought of what is sold for it; it waits on in a batch
		switch {
		case more[o.asset] == 0:
			all = append(all, o)
		case r.in.Rules.Batch != nil:
			v.queue[o.asset] += o.shares
		}
	}
	for i := range l.rows {
		if n := sold[i] + more[i]; n > 0 {
			all = append(all, r.order(v, l, i, -n))
		}
	}
	return byAsset(all)
}

// levelAlone levels with the minimum of the account's rule (SPEC 2.5): sales under it are
// dropped, the smallest first, and the levelling repeated; a single one that is left under
// it is made as large as the minimum, or all that is held.
func (r *run) levelAlone(v *village, l *sight, free, sold []int64, missing Rat, already []bool) []int64 {
	free = append([]int64(nil), free...)
	for {
		more := r.level(v, free, missing, already)
		worth := func(i int) Rat { return times(sharesOf(more[i]+sold[i]), l.price[i]) }
		drop, count := -1, 0
		for i, n := range more {
			if n == 0 {
				continue
			}
			count++
			if r.belowMinimum(worth(i), l.price[i], "sell") && (drop < 0 || less(worth(i), worth(drop))) {
				drop = i
			}
		}
		if drop < 0 {
			return more
		}
		if count > 1 {
			free[drop] = 0
			continue
		}
		up := times(over(r.in.Rules.Minimum, l.price[drop]), whole(unitsPerShare))
		most := floor(up)
		if less(whole(most), up) {
			most++
		}
		more[drop] = min(free[drop], max(more[drop], most-sold[drop]))
		return more
	}
}

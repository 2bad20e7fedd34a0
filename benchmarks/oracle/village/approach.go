package village

// reduce sells down to K = min v/t (4.5, SPEC 2.4); of what has no target everything. The
// proceeds of each seller are owed to him.
func (r *run) reduce(v *village, l *sight, d *Decision) []*order {
	var k Rat
	for i, x := range l.rows {
		if x.Target.Sign() > 0 && !less(l.value[i], cent) {
			if level := over(l.value[i], x.Target); k == nil || less(level, k) {
				k = level
			}
		}
	}
	sell, need := nothing(len(l.rows)), nothing(len(l.rows))
	for i, x := range l.rows {
		if x.Target.Sign() == 0 || k == nil {
			sell[i] = l.value[i]
		} else {
			sell[i] = larger(zero, minus(l.value[i], times(x.Target, k)))
		}
	}
	sell, need = r.pruned(v, l, sell, need, d)
	orders := r.orders(v, l, sell, need)
	for _, o := range orders {
		o.leaves = true
	}
	return orders
}

// grow buys up to K = max v/t with money that is called from the members when the orders
// fill (4.5). Nothing is held back, for what they cost is met in full.
func (r *run) grow(v *village, l *sight, d *Decision) (orders []*order) {
	k := zero
	for i, x := range l.rows {
		if x.Target.Sign() == 0 && !less(l.value[i], cent) {
			return nil
		}
		if x.Target.Sign() > 0 {
			k = larger(k, over(l.value[i], x.Target))
		}
	}
	sell, need := nothing(len(l.rows)), nothing(len(l.rows))
	for i, x := range l.rows {
		need[i] = larger(zero, minus(times(x.Target, k), l.value[i]))
	}
	_, need = r.pruned(v, l, sell, need, d)
	for i, n := range need {
		shares := downUnits(over(n, l.price[i]))
		if shares == 0 || less(n, cent) {
			continue
		}
		if r.isSmall(n, l.price[i], "buy") {
			r.missSmall(v, i, shares)
			continue
		}
		o := r.order(v, l, i, shares)
		o.called = true
		orders = append(orders, o)
	}
	return orders
}

// call brings the money that purchases of growth need: from all members by stake, by
// largest remainder.
func (r *run) call(v *village, parts []part) {
	need := int64(0)
	for _, p := range parts {
		if p.o.called && p.o.village == v.place && !p.o.sell {
			need += p.value + p.cost()
		}
	}
	if need == 0 {
		return
	}
	for j, n := range Split(need, r.stakes(v)) {
		if n > 0 {
			v.members[j].cash += n
			v.members[j].called += n
			v.members[j].in += n
			r.outside.money -= n
			r.out.Called = append(r.out.Called, Payment{r.now, v.place, j, n, 0})
		}
	}
}

// stakes are what the members' books are worth, of those who stay.
func (r *run) stakes(v *village) []int64 {
	weights := make([]int64, len(v.members))
	for j, m := range v.members {
		if m.left < 0 && !m.leaving {
			weights[j] = toMicros(m.worth(r.price()))
		}
	}
	return weights
}

// opening buys the targets at the first close, in every fill mode (SPEC 3), when nobody
// brings shares: t K / p shares, K the cash with its costs paid out of it.
func (r *run) opening(v *village) []*order {
	l := r.see(v)
	if l.invest.Sign() > 0 || l.free.Sign() <= 0 {
		return nil
	}
	d := Decision{Session: r.now, Village: v.place, Cause: "opening", Prices: r.price(), Before: make([]int64, len(l.rows))}
	var intended []int
	for i, x := range l.rows {
		if x.Target.Sign() > 0 {
			intended = append(intended, i)
		}
	}
	var orders []*order
	for len(intended) > 0 {
		left := minus(l.free, times(whole(int64(len(intended))), plus(r.fixed("buy"), r.heldBack("buy"))))
		k := over(larger(zero, left), plus(one, r.rate("buy")))
		drop := -1
		for at, i := range intended {
			amount := times(l.rows[i].Target, k)
			if less(amount, cent) && (drop < 0 || less(l.rows[i].Target, l.rows[intended[drop]].Target)) {
				drop = at
			}
		}
		if drop < 0 {
			for _, i := range intended {
				if shares := downUnits(over(times(l.rows[i].Target, k), l.price[i])); shares > 0 && !r.shut(v, "", i, false) {
					orders = append(orders, r.order(v, l, i, shares))
				}
			}
			break
		}
		intended = append(append([]int(nil), intended[:drop]...), intended[drop+1:]...)
	}
	for _, o := range orders {
		o.points, o.relative = zero, zero
		d.Orders = append(d.Orders, o.asked())
	}
	r.out.Decisions = append(r.out.Decisions, d)
	return orders
}

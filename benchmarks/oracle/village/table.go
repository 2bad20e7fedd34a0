package village

import "sort"

// sight is what a village sees at a close: what it may trade with, without what own orders
// sell and as if what waits in the batch had been traded.
type sight struct {
	price   []Rat
	shares  []int64
	value   []Rat
	weight  []Rat
	invest  Rat // I
	free    Rat // cash that purchases may use; below 0 in a village of one that owes more
	aim     Rat // V' = I + C
	nav     Rat
	rows    []Row // by asset
	ordered []int // assets by rank
}

// see values the village (SPEC 2.3.2). C is free cash after a purchase's own costs, at
// rates averaged by target.
func (r *run) see(v *village) *sight {
	l := &sight{price: r.price(), invest: zero}
	l.nav = v.worth(l.price)
	rate := zero
	l.free = moneyOf(v.free(true))
	if m := v.alone(); m != nil && !m.leaving {
		l.free = moneyOf(m.cash + m.unsettled() - m.owed() - m.fresh)
	}
	for i, t := range v.in.Targets {
		shares := v.held(i)
		for _, m := range v.members {
			shares -= m.own[i]
		}
		shares += v.queue[i]
		l.shares = append(l.shares, shares)
		l.value = append(l.value, times(sharesOf(shares), l.price[i]))
		l.invest = plus(l.invest, l.value[i])
		rate = plus(rate, times(t, r.rate("buy")))
		l.free = plus(l.free, r.asIfTraded(v.queue[i], l.price[i]))
	}
	l.aim = plus(l.invest, l.free)
	if l.free.Sign() > 0 {
		l.aim = plus(l.invest, over(l.free, plus(one, rate)))
	}
	for _, x := range l.value {
		w := zero
		if l.invest.Sign() > 0 {
			w = over(x, l.invest)
		}
		l.weight = append(l.weight, w)
	}
	r.table(v, l)
	return l
}

// table is the deviation table (4.3).
func (r *run) table(v *village, l *sight) {
	limit := r.moneyLimit(l.nav)
	for i, t := range v.in.Targets {
		row := Row{Asset: i, Value: l.value[i], Current: l.weight[i], Target: t}
		row.Adjustment = minus(t, l.weight[i])
		row.Deviation = minus(l.value[i], times(t, l.aim))
		if t.Sign() > 0 {
			row.Relative = minus(over(l.weight[i], t), one)
		}
		row.Counts = r.counts(row, limit)
		money := r.in.Rules.Money != nil // a side is that of either limit
		row.high = row.Adjustment.Sign() < 0 || money && row.Deviation.Sign() > 0
		row.low = row.Adjustment.Sign() > 0 || money && row.Deviation.Sign() < 0
		l.rows = append(l.rows, row)
	}
	l.ordered = r.ranked(l.rows, func(x Row) Rat { return size(x.Adjustment) }, func(x Row) Rat { return x.distance() })
	for k, i := range l.ordered {
		l.rows[i].Rank = k + 1
	}
	for k, i := range r.ranked(l.rows, func(x Row) Rat { return x.distance() }, func(x Row) Rat { return size(x.Adjustment) }) {
		l.rows[i].RankPercentage = k + 1
	}
}

// moneyLimit is the limit in money (4.3.3): as given, or for the village's size.
func (r *run) moneyLimit(nav Rat) Rat {
	switch {
	case r.in.Rules.Money == nil:
		return zero
	case r.in.Rules.PerNAV != nil:
		return over(times(r.in.Rules.Money, nav), r.in.Rules.PerNAV)
	}
	return r.in.Rules.Money
}

// counts says whether a company is beyond both limits (4.3.2): in money by 0.01 or more,
// relative by more than 1e-12. Without a target a holding of 0.01 counts.
func (r *run) counts(x Row, limit Rat) bool {
	if x.Target.Sign() == 0 {
		return !less(x.Value, cent)
	}
	inMoney := r.in.Rules.Money == nil || !less(minus(size(x.Deviation), limit), cent)
	if x.Value.Sign() == 0 {
		return inMoney // nothing held of a target is beyond every percentage
	}
	return inMoney && less(plus(r.percent(), equal), size(x.Relative))
}

func (r *run) percent() Rat {
	if r.in.Rules.Percent == nil {
		return zero
	}
	return r.in.Rules.Percent
}

// distance is |w/t - 1|; what has no target is further off than anything else.
func (x Row) distance() Rat {
	switch {
	case x.Relative != nil:
		return size(x.Relative)
	case x.Value.Sign() > 0:
		return whole(1_000_000_000)
	}
	return zero
}

// ranked orders companies (4.3.1): the largest first key, then second key, then name;
// closer than 1e-12 is equal.
func (r *run) ranked(rows []Row, first, second func(Row) Rat) (order []int) {
	for i := range rows {
		order = append(order, i)
	}
	sort.SliceStable(order, func(a, b int) bool {
		x, y := rows[order[a]], rows[order[b]]
		for _, key := range []func(Row) Rat{first, second} {
			if d := minus(key(x), key(y)); less(equal, size(d)) {
				return d.Sign() > 0
			}
		}
		return r.in.Assets[x.Asset] < r.in.Assets[y.Asset]
	})
	return order
}

// byRank is the table as it is printed.
func (l *sight) byRank() (rows []Row) {
	for _, i := range l.ordered {
		rows = append(rows, l.rows[i])
	}
	return rows
}

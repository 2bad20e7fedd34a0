package village

import "fmt"

// conserve checks 4.18 after every session and panics when it does not hold.
func (r *run) conserve() {
	money, shares := r.pool.cash, append([]int64(nil), r.pool.held...)
	if r.pool.cash < 0 {
		r.broken("(5) the pool has less than nothing")
	}
	for _, v := range r.villages {
		for _, m := range v.members {
			if m.cash < 0 || m.owed() < 0 || m.fresh < 0 {
				r.broken("(2) %s: cash %d, owed %d", m.name, m.cash, m.owed())
			}
			money += m.cash + m.unsettled()
			for i, n := range m.held {
				if n < 0 || m.own[i] < 0 {
					r.broken("(2) %s holds %d of %s", m.name, n, r.in.Assets[i])
				}
				shares[i] += n
				r.conserveLots(v, m, i)
			}
		}
	}
	if money+r.outside.money+r.outside.market.money+r.outside.costs != 0 {
		r.broken("(3) money: %d", money+r.outside.money+r.outside.market.money+r.outside.costs)
	}
	for i, n := range shares {
		if r.pool.held[i] < 0 {
			r.broken("(5) the pool holds less than nothing of %s", r.in.Assets[i])
		}
		if n+r.outside.shares[i]+r.outside.market.shares[i] != 0 {
			r.broken("(3) shares of %s", r.in.Assets[i])
		}
		if r.between.shares[i] != 0 {
			r.broken("(4) crossing of %s gave what it did not take", r.in.Assets[i])
		}
	}
	if r.between.money != 0 {
		r.broken("(4) crossing paid what it did not get")
	}
}

func (r *run) conserveLots(v *village, m *member, asset int) {
	if v.in.Tax == nil {
		return
	}
	all := int64(0)
	for _, l := range m.lots[asset] {
		if l.shares < 0 {
			r.broken("(2) a lot of %s", m.name)
		}
		all += l.shares
	}
	if all != m.held[asset] {
		r.broken("(1) lots of %s: %d of %d", m.name, all, m.held[asset])
	}
}

func (r *run) broken(format string, args ...any) {
	panic(fmt.Sprintf("village: session %d: ", r.now) + fmt.Sprintf(format, args...))
}

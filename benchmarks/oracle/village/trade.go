package village

import "math/big"

// trade fills the orders of all villages together (4.7): all sales in the order of the
// routes, then all purchases. It returns the purchases that wait for proceeds.
func (r *run) trade(orders []*order) (waiting []*order) {
	all := orders
	orders = nil
	for _, o := range all {
		if o.until > r.now {
			waiting = append(waiting, o)
		} else {
			orders = append(orders, o)
		}
	}
	if len(orders) == 0 {
		return waiting
	}
	t, cut, held := r.affordable(orders)
	r.pool = t.pool
	for _, p := range t.parts {
		if p.o.sell {
			r.post(p)
		}
	}
	for _, v := range r.villages {
		r.call(v, t.parts)
	}
	for _, p := range t.parts {
		if !p.o.sell {
			r.post(p)
		}
	}
	filled := map[*order]int64{}
	for _, p := range t.parts {
		filled[p.o] += p.shares
	}
	for _, o := range orders {
		if o.member >= 0 {
			r.villages[o.village].members[o.member].own[o.asset] = 0
		}
		if !o.sell && held[o.village] > 0 {
			o.until = held[o.village]
			waiting = append(waiting, o)
			continue
		}
		if left := o.shares - filled[o]; left > 0 {
			m := Miss{Session: r.now, Village: o.village, Asset: o.asset, Owner: o.member,
				Sell: o.sell, Shares: left, Reason: reason(t.tried[o], cut[o.village] && !o.sell), Tried: t.tried[o]}
			if o.sell && m.Reason == "pool_capital" { // the pool is depleted (4.8.7)
				r.pool.refused += valueOf(left, r.price()[o.asset])
				r.pool.wasRefused = true
			}
			r.out.Missed = append(r.out.Missed, m)
		}
	}
	return waiting
}

// waits says whether a village has open orders: then it decides nothing.
func (r *run) waits(v *village) bool {
	for _, o := range r.open {
		if o.village == v.place {
			return true
		}
	}
	return false
}

// reason is why the rest of an order is missed (4.7.7): that of the last route that was
// open to it; restricted if none was; cash if it was cut.
func reason(tried []Try, cut bool) string {
	if cut {
		return "cash"
	}
	why := "restricted"
	for _, x := range tried {
		if x.Then != "restricted" {
			why = x.Then
		}
	}
	return why
}

// affordable routes until every village can pay its purchases (4.7.5). A village that cannot
// has all of them cut by one factor, and everything is routed again; after 16 rounds it buys
// nothing. Sales are never cut. A village that has proceeds on their way buys nothing today;
// its purchases wait, whole, until the first session by which enough has settled, or all,
// and are tried again then (SPEC 3).
func (r *run) affordable(orders []*order) (t *routing, cut []bool, held []int) {
	factor := make([]Rat, len(r.villages))
	cut, held = make([]bool, len(r.villages)), make([]int, len(r.villages))
	for k := range factor {
		factor[k] = one
	}
	for round := 1; ; round++ {
		asked := map[*order]int64{}
		for _, o := range orders {
			asked[o] = o.shares
			if !o.sell && cut[o.village] {
				asked[o] = floor(times(whole(o.shares), factor[o.village]))
			}
		}
		t = r.route(orders, asked)
		again := false
		for k, v := range r.villages {
			next, until := r.factor(v, t, round)
			if next == nil {
				continue
			}
			again, cut[k] = true, true
			if until > 0 && !r.in.Rules.Bridge {
				held[k], factor[k] = until, zero
				continue
			}
			factor[k] = times(factor[k], next)
			if round >= 16 {
				factor[k] = zero
			}
		}
		if !again {
			return t, cut, held
		}
	}
}

// factor is the part of its purchases that a village can pay, nil if it can pay them all:
// money less fixed costs over values with proportional costs. From the second round 2e-6 a
// part and cost component is held back.
func (r *run) factor(v *village, t *routing, round int) (part Rat, until int) {
	needs, fixed, held := int64(0), zero, int64(0)
	rates := zero
	for _, p := range t.parts {
		if p.o.village != v.place || p.o.sell {
			continue
		}
		if p.o.called {
			if sum(r.stakes(v)) == 0 {
				return zero, 0 // nobody is left to bring the money
			}
			continue
		}
		needs += p.value + p.cost()
		held += 2 * int64(1+len(p.costs))
		rates = plus(rates, moneyOf(p.value+p.cost()))
		if p.route == "market" {
			fixed = plus(fixed, r.fixed("buy"))
		}
	}
	if needs == 0 {
		return nil, 0
	}
	paper := v.clone()
	for _, p := range t.parts {
		if p.o.village == v.place && p.o.sell {
			r.sale(paper, p)
		}
	}
	money := paper.free(r.in.Rules.Bridge)
	if needs <= money {
		return nil, 0
	}
	left := minus(moneyOf(money), fixed)
	if round > 1 {
		left = minus(left, big.NewRat(held, microsPerMoney))
	}
	return over(larger(zero, left), minus(rates, fixed)), paper.settledBy(needs - money)
}

// post books a part to the members, and to what stands on the other side.
func (r *run) post(p part) {
	v := r.villages[p.o.village]
	f := Fill{Session: r.now, Village: p.o.village, Asset: p.o.asset, Owner: p.o.member, Route: p.route, Sell: p.o.sell,
		Shares: p.shares, Value: p.value, Costs: p.costs, Decided: p.o.decided}
	sign := int64(1)
	if p.o.sell {
		for _, m := range v.members {
			f.Sellable = append(f.Sellable, m.sellable(p.o.asset, r.now))
		}
		f.Members = r.sale(v, p)
		sign = -1
	} else {
		f.Members = r.purchase(v, p)
	}
	switch p.route {
	case "market":
		r.outside.market.money += sign * p.value
		r.outside.market.shares[p.o.asset] -= sign * p.shares
		r.outside.costs += p.cost()
	case "cross":
		r.outside.costs += p.cost()
		r.between.money += sign * p.value
		r.between.shares[p.o.asset] -= sign * p.shares
	}
	r.out.Fills = append(r.out.Fills, f)
}

package village

import (
	"math/big"
	"time"
)

// look asks a village at a close (4.4 step 6): own orders first, then what triggers, else
// what a deposit steers. It returns the orders that go out.
func (r *run) look(v *village) []*order {
	fresh := int64(0)
	for _, m := range v.members {
		if !m.leaving {
			fresh += m.fresh
		}
		m.fresh = 0 // the decision sees them
	}
	d := Decision{Session: r.now, Village: v.place, Prices: r.price()}
	own, wishes := r.ownOrders(v)
	d.Wishes = wishes
	l := r.see(v)
	d.Table, d.Before = l.byRank(), append([]int64(nil), l.shares...)
	d.Cause = r.cause(v, l, fresh, own)
	v.anew = false
	var orders []*order
	if l.invest.Sign() > 0 || l.free.Sign() > 0 {
		orders = r.decide(v, l, &d)
	}
	orders = r.batched(v, l, orders)
	orders = r.raiseAlone(v, l, orders)
	if d.Cause == "" && len(orders) > 0 {
		d.Cause = "withdrawal" // or what waited in the batch goes
		if v.alone() == nil || v.alone().owed() == 0 {
			d.Cause = "batch"
		}
	}
	mine := len(orders)
	orders = append(own, orders...)
	triggered := d.Cause == "deviation" || d.Cause == "mini"
	if triggered && mine > 0 {
		v.since = r.now
	}
	if triggered || len(orders) > 0 || len(d.Wishes) > 0 && d.Cause != "" {
		for _, o := range orders {
			d.Orders = append(d.Orders, o.asked())
		}
		r.out.Decisions = append(r.out.Decisions, d)
		r.missWishes(v, d)
	}
	return orders
}

// cause says why a village decides: at a look a company counts; between the looks a major
// one is far out (4.12); new money came; or something is owed.
func (r *run) cause(v *village, l *sight, fresh int64, own []*order) string {
	forced := v.forced
	v.forced = false
	if forced || has(r.in.Rules.Look, r.now) {
		if !forced && r.paused(v, l.nav) {
			return r.without(v, fresh, own)
		}
		for _, x := range l.rows {
			if x.Counts && l.invest.Sign() > 0 {
				return "deviation"
			}
		}
	} else if m := r.in.Rules.Mini; m != nil && has(m.Look, r.now) && l.invest.Sign() > 0 {
		for _, x := range l.rows {
			if x.Target.Sign() > 0 && !less(x.Target, m.Major) && less(plus(m.Deviation, equal), size(x.Relative)) {
				return "mini"
			}
		}
	}
	return r.without(v, fresh, own)
}

// without is why a village decides when nothing triggers.
func (r *run) without(v *village, fresh int64, own []*order) string {
	switch {
	case fresh > 0 || v.anew:
		return "deposit"
	case len(own) > 0:
		return "withdrawal"
	}
	return ""
}

// paused says whether a look is skipped (SPEC 2.1): its date is before the same day so many
// months after the last rebalance's decision, a missing day being the month's last.
func (r *run) paused(v *village, nav Rat) bool {
	for _, x := range r.in.Rules.Segments {
		if less(nav, x.NAV) {
			continue
		}
		return x.Pause > 0 && v.since > 0 && r.in.Dates[r.now].Before(monthsAfter(r.in.Dates[v.since], x.Pause))
	}
	return false
}

func monthsAfter(day time.Time, months int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), last)-1)
}

// retarget puts new targets in force before a look.
func (r *run) retarget(v *village) {
	for _, x := range v.in.Changes {
		if x.Session == r.now {
			v.in.Targets, v.forced = x.Targets, true
			r.cancel(v)
		}
	}
}

// decide makes the village's own orders by the approach in force (4.5).
func (r *run) decide(v *village, l *sight, d *Decision) []*order {
	switch {
	case d.Cause == "deposit":
		return r.steer(v, l, d)
	case d.Cause != "deviation" && d.Cause != "mini":
		return nil
	}
	switch r.in.Rules.Funding {
	case "reduction":
		return r.reduce(v, l, d)
	case "growth":
		return r.grow(v, l, d)
	case "flows_only":
		return r.steer(v, l, d)
	case "contributions_first":
		if orders := r.steer(v, l, &Decision{}); r.cured(v, l, orders) {
			return orders
		}
	}
	sell, need := r.scope(v, l, d.Cause == "mini")
	sell, need = r.pruned(v, l, sell, need, d)
	return r.orders(v, l, sell, need)
}

// steer buys what is below t V' with new money and all free cash; nothing is sold (4.6.2).
func (r *run) steer(v *village, l *sight, d *Decision) []*order {
	sell, need := nothing(len(l.rows)), nothing(len(l.rows))
	for i, x := range l.rows {
		need[i] = larger(zero, minus(zero, x.Deviation))
	}
	sell, need = r.pruned(v, l, sell, need, d)
	return r.orders(v, l, sell, need)
}

func nothing(n int) []Rat {
	list := make([]Rat, n)
	for i := range list {
		list[i] = zero
	}
	return list
}

// cured says whether purchases alone bring every company inside the limits (4.6.3).
func (r *run) cured(v *village, l *sight, orders []*order) bool {
	if len(orders) == 0 {
		return false
	}
	after := *l
	after.rows, after.value, after.weight = nil, append([]Rat(nil), l.value...), nil
	after.invest = zero
	for _, o := range orders {
		after.value[o.asset] = plus(after.value[o.asset], times(sharesOf(o.shares), l.price[o.asset]))
	}
	for _, x := range after.value {
		after.invest = plus(after.invest, x)
	}
	for _, x := range after.value {
		after.weight = append(after.weight, over(x, after.invest))
	}
	r.table(v, &after)
	for _, x := range after.rows {
		if x.Counts {
			return false
		}
	}
	return true
}

// scope is who trades (4.3.6, 4.12): in a mini-rebalance the largest by points; else what
// counts and one counterpart, or everybody.
func (r *run) scope(v *village, l *sight, mini bool) (sell, need []Rat) {
	n := len(l.rows)
	sell, need = nothing(n), nothing(n)
	trade := make([]bool, n)
	low, high := false, false
	for i, x := range l.rows {
		trade[i] = x.Counts || r.in.Rules.Scope == "all"
		low, high = low || x.Counts && x.low, high || x.Counts && x.high
		if mini {
			trade[i] = x.Rank <= r.in.Rules.Mini.Largest
		}
	}
	for i, x := range l.rows {
		if trade[i] {
			sell[i] = larger(zero, x.Deviation)
			if x.Target.Sign() == 0 {
				sell[i] = x.Value
			}
			need[i] = larger(zero, minus(zero, x.Deviation))
		}
	}
	if mini || r.in.Rules.Scope == "all" || low == high {
		return sell, need
	}
	best := -1 // the largest opposite deviation in points
	for _, i := range l.ordered {
		x := l.rows[i]
		opposite := low && x.Adjustment.Sign() < 0 || high && x.Adjustment.Sign() > 0
		if !trade[i] && opposite && best < 0 {
			best = i
		}
	}
	if best < 0 {
		return sell, need
	}
	if high {
		need[best] = larger(zero, minus(zero, l.rows[best].Deviation))
	} else {
		sell[best] = smaller(larger(zero, l.rows[best].Deviation), r.forNeeds(l, need))
	}
	return sell, need
}

// forNeeds is the sale that pays for what free cash leaves of purchases, with all costs.
func (r *run) forNeeds(l *sight, need []Rat) Rat {
	missing := minus(zero, l.free)
	for _, n := range need {
		if n.Sign() > 0 {
			missing = plus(missing, plus(times(n, plus(one, r.rate("buy"))), plus(r.fixed("buy"), r.heldBack("buy"))))
		}
	}
	if missing.Sign() <= 0 {
		return zero
	}
	return over(plus(missing, r.fixed("sell")), minus(one, r.rate("sell")))
}

// pruned takes out what no route may trade before anything is shared (4.9.1): such a sale
// is not to be sold, such a purchase lacks nothing; the wish is kept.
func (r *run) pruned(v *village, l *sight, sell, need []Rat, d *Decision) ([]Rat, []Rat) {
	for i := range l.rows {
		if sell[i].Sign() > 0 && r.shut(v, "", i, true) {
			if !less(sell[i], cent) {
				d.Wishes = append(d.Wishes, Asked{i, -1, -toUnits(over(sell[i], l.price[i]))})
			}
			sell[i] = zero
		}
		if need[i].Sign() > 0 && r.shut(v, "", i, false) {
			if !less(need[i], cent) {
				d.Wishes = append(d.Wishes, Asked{i, -1, downUnits(over(need[i], l.price[i]))})
			}
			need[i] = zero
		}
	}
	return sell, need
}

// missWishes records what no route may trade as missed at once.
func (r *run) missWishes(v *village, d Decision) {
	for _, w := range d.Wishes {
		r.out.Missed = append(r.out.Missed, Miss{Session: r.now, Village: v.place, Asset: w.Asset, Owner: w.Member,
			Sell: w.Shares < 0, Shares: max(w.Shares, -w.Shares), Reason: "restricted"})
	}
}

// orders turns money to sell and to buy into orders in shares at the close (SPEC 2.3):
// K is free cash and proceeds less the sales' costs, at market costs whatever the route.
func (r *run) orders(v *village, l *sight, sell, need []Rat) (orders []*order) {
	money := l.free
	for i, amount := range sell {
		shares := min(v.sellable(i, r.now)+min(0, v.queue[i]), toUnits(over(amount, l.price[i])))
		if l.rows[i].Target.Sign() == 0 && amount.Sign() > 0 {
			shares = v.sellable(i, r.now) + min(0, v.queue[i])
		}
		worth := smaller(amount, times(sharesOf(max(0, shares)), l.price[i]))
		if toUnits(over(amount, l.price[i])) == shares {
			worth = amount // before rounding to shares
		}
		if less(worth, cent) {
			continue
		}
		net := r.net(worth, nil, i)
		if r.isSmall(worth, l.price[i], "sell") {
			r.missSmall(v, i, -shares)
			continue
		}
		if net.Sign() <= 0 && (v.alone() == nil || plus(money, net).Sign() < 0) {
			continue // it costs more than it brings; the only member may pay it out of his cash (4.2.8)
		}
		money = plus(money, net)
		orders = append(orders, r.order(v, l, i, -shares))
	}
	buy := r.share(v, l, larger(zero, money), need)
	for i := range l.rows {
		if shares := downUnits(over(buy[i], l.price[i])); shares > 0 {
			orders = append(orders, r.order(v, l, i, shares))
		}
	}
	return byAsset(orders)
}

// share divides money among needs (SPEC 2.3.3): by relative distance, capped at the need,
// the rest shared again; fixed costs and what is held back come off first; a purchase left
// under 0.01 or the minimum is dropped, the smallest first, and the sharing repeated.
func (r *run) share(v *village, l *sight, money Rat, need []Rat) []Rat {
	var intended []int
	for i, n := range need {
		if n.Sign() > 0 {
			intended = append(intended, i)
		}
	}
	for {
		k := int64(len(intended))
		left := minus(money, times(whole(k), plus(r.fixed("buy"), r.heldBack("buy"))))
		buy := r.byDistance(l, over(larger(zero, left), plus(one, r.rate("buy"))), need, intended)
		drop := -1
		for at, i := range intended {
			tooSmall := less(buy[i], cent) || r.isSmall(buy[i], l.price[i], "buy")
			if tooSmall && (drop < 0 || r.drops(buy, need, i, intended[drop])) {
				drop = at
			}
		}
		if drop < 0 {
			return buy
		}
		if i := intended[drop]; !less(buy[i], cent) {
			r.missSmall(v, i, downUnits(over(buy[i], l.price[i])))
		}
		intended = append(append([]int(nil), intended[:drop]...), intended[drop+1:]...)
	}
}

// drops says whether purchase i goes before j: the smaller, then the smaller need, then the
// later name.
func (r *run) drops(buy, need []Rat, i, j int) bool {
	if by := buy[i].Cmp(buy[j]); by != 0 {
		return by < 0
	}
	if by := need[i].Cmp(need[j]); by != 0 {
		return by < 0
	}
	return r.in.Assets[i] > r.in.Assets[j]
}

// byDistance is b_i = min(n_i, L n_i / (t_i V')) with L such that they use the money up.
func (r *run) byDistance(l *sight, money Rat, need []Rat, intended []int) []Rat {
	buy := nothing(len(need))
	all := zero
	for _, i := range intended {
		all = plus(all, need[i])
	}
	if !less(money, all) {
		for _, i := range intended {
			buy[i] = need[i]
		}
		return buy
	}
	for sharing := intended; len(sharing) > 0; {
		parts := zero
		for _, i := range sharing {
			parts = plus(parts, over(need[i], times(l.rows[i].Target, l.aim)))
		}
		var rest []int
		for _, i := range sharing {
			buy[i] = over(times(money, over(need[i], times(l.rows[i].Target, l.aim))), parts)
			if less(buy[i], need[i]) {
				rest = append(rest, i)
			} else {
				buy[i] = need[i]
			}
		}
		if len(rest) == len(sharing) {
			break
		}
		for _, i := range sharing {
			if !has(rest, i) {
				money = minus(money, need[i])
			}
		}
		sharing = rest
	}
	return buy
}

// isSmall says whether an order is below the minimum (SPEC 2.3, limits in money): v < x - e.
// With a batch small orders wait instead.
func (r *run) isSmall(value, price Rat, side string) bool {
	return r.in.Rules.Batch == nil && r.belowMinimum(value, price, side)
}

func (r *run) belowMinimum(value, price Rat, side string) bool {
	if r.in.Rules.Minimum == nil {
		return false
	}
	e := plus(r.heldBack(side), times(price, big.NewRat(1, unitsPerShare)))
	return less(value, minus(r.in.Rules.Minimum, e))
}

func (r *run) missSmall(v *village, asset int, shares int64) {
	r.small = append(r.small, Miss{Session: r.now, Village: v.place, Asset: asset, Owner: -1,
		Sell: shares < 0, Shares: max(shares, -shares), Reason: "minimum"})
}

// cancel ends what is open when the targets change; all cash is decided on anew (SPEC 2.1).
func (r *run) cancel(v *village) {
	var rest []*order
	for _, o := range r.open {
		if o.village != v.place {
			rest = append(rest, o)
			continue
		}
		v.anew = true
		r.out.Missed = append(r.out.Missed, Miss{Session: r.now, Village: v.place, Asset: o.asset, Owner: o.member,
			Sell: o.sell, Shares: o.shares, Reason: "cancelled"})
	}
	r.open = rest
}

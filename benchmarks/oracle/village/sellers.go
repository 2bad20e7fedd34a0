package village

import (
	"math/big"
	"sort"
)

// Lots exist only with tax (4.13).
func (v *village) addLot(m *member, asset int, l lot) {
	if v.in.Tax != nil && l.shares > 0 {
		m.lots[asset] = append(m.lots[asset], l)
	}
}

// takeLots takes shares out of a member's lots: first in, first out; his own orders in the
// order of the tax rules.
func (v *village) takeLots(m *member, asset int, shares int64, own bool) (taken []lot) {
	if v.in.Tax == nil || shares == 0 {
		return nil
	}
	order := inOrder(m.lots[asset])
	if own {
		order = v.in.Tax.order(m.lots[asset])
	}
	return takeFrom(m, asset, order, shares)
}

func inOrder(lots []lot) (order []int) {
	for k := range lots {
		order = append(order, k)
	}
	return order
}

// order is the sequence in which own orders sell lots.
func (t *Tax) order(lots []lot) []int {
	order := inOrder(lots)
	switch t.Lots {
	case "lifo":
		sort.SliceStable(order, func(a, b int) bool { return order[a] > order[b] })
	case "highest_cost":
		perShare := func(k int) Rat { return big.NewRat(lots[k].basis, lots[k].shares) }
		sort.SliceStable(order, func(a, b int) bool { return less(perShare(order[b]), perShare(order[a])) })
	}
	return order
}

// takeFrom takes shares from lots in the given order. A part of a lot takes its part of the
// basis, to the nearest.
func takeFrom(m *member, asset int, order []int, shares int64) (taken []lot) {
	lots := m.lots[asset]
	for _, k := range order {
		n := min(shares, lots[k].shares)
		if n == 0 {
			continue
		}
		basis := nearest(times(whole(lots[k].basis), big.NewRat(n, lots[k].shares)))
		taken = append(taken, lot{lots[k].session, n, basis})
		lots[k].shares -= n
		lots[k].basis -= basis
		shares -= n
	}
	if shares > 0 {
		panic("village: lots do not add up to the shares")
	}
	var kept []lot
	for _, l := range lots {
		if l.shares > 0 {
			kept = append(kept, l)
		}
	}
	m.lots[asset] = kept
	return taken
}

// long says whether a gain of a lot is long now.
func (r *run) long(t *Tax, l lot) bool {
	held := r.now - l.session
	if t.InDays {
		held = int(r.in.Dates[r.now].Sub(r.in.Dates[l.session]).Hours() / 24)
	}
	return held > t.LongAfter
}

// gains are what the lots sold brought above their basis: the cash by the shares.
func (r *run) gains(v *village, taken []lot, cash int64) (short, far int64) {
	if len(taken) == 0 {
		return 0, 0
	}
	weights := make([]int64, len(taken))
	for k, l := range taken {
		weights[k] = l.shares
	}
	for k, part := range Split(cash, weights) {
		if gain := part - taken[k].basis; r.long(v.in.Tax, taken[k]) {
			far += gain
		} else {
			short += gain
		}
	}
	return short, far
}

// tier is how late a lot is sold when the price is p (4.13): at a loss; long gains of
// members in one of their months, of others; short gains in, out.
func (r *run) tier(v *village, m *member, l lot, price Rat) int {
	if valueOf(l.shares, price) <= l.basis {
		return 0
	}
	out := 1
	if m.months == nil {
		out = 0
	}
	for _, month := range m.months {
		if int(r.in.Dates[r.now].Month()) == month {
			out = 0
		}
	}
	if r.long(v.in.Tax, l) {
		return 1 + out
	}
	return 3 + out
}

// taxAware chooses who sells, tier by tier: within a tier pro rata to its shares by largest
// remainder, within a member first in, first out (4.13).
func (r *run) taxAware(v *village, asset int, shares int64) sale {
	s := sale{make([]int64, len(v.members)), make([][]lot, len(v.members))}
	price := r.price()[asset]
	for t := 0; t < 5 && shares > 0; t++ {
		in := make([][]int, len(v.members)) // lots in the tier
		weights := make([]int64, len(v.members))
		for j, m := range v.members {
			room := m.sellable(asset, r.now) - s.shares[j]
			for k, l := range m.lots[asset] {
				if r.tier(v, m, l, price) == t {
					in[j] = append(in[j], k)
					weights[j] += l.shares
				}
			}
			weights[j] = max(0, min(weights[j], room))
		}
		now := min(shares, sum(weights))
		for j, n := range Split(now, weights) {
			if n > 0 {
				s.shares[j] += n
				s.lots[j] = append(s.lots[j], takeFrom(v.members[j], asset, in[j], n)...)
			}
		}
		shares -= now
	}
	if shares > 0 {
		panic("village: more is sold than members may sell")
	}
	return s
}

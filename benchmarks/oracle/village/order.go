package village

import "sort"

// order is what goes out: the village's own (member -1), or one of a member.
type order struct {
	village, member, asset int
	sell                   bool
	shares                 int64
	decided                int // session
	points, relative       Rat // of the decision's table: |points|, |relative|
	rank                   int
	leaves                 bool // a reduction: its proceeds leave with those who sold
	until                  int  // session before which a purchase that waits for proceeds is not tried
	called                 bool // growth: its money is called when it fills
}

// order makes an order of the village: above 0 a purchase.
func (r *run) order(v *village, l *sight, asset int, shares int64) *order {
	x := l.rows[asset]
	return &order{village: v.place, member: -1, asset: asset, sell: shares < 0, shares: max(shares, -shares), decided: r.now,
		points: size(x.Adjustment), relative: x.distance(), rank: x.Rank}
}

func (o *order) signed() int64 {
	if o.sell {
		return -o.shares
	}
	return o.shares
}

func (o *order) asked() Asked { return Asked{o.asset, o.member, o.signed()} }

func byAsset(orders []*order) []*order {
	sort.SliceStable(orders, func(a, b int) bool { return orders[a].asset < orders[b].asset })
	return orders
}

// byPriority orders those that want the pool's money or shares, or the market's (4.8.6): own
// orders first, as they stand in the file; then by the deviation of the decision, or by the
// list of villages and then as by deviation.
func (r *run) byPriority(orders []*order) []*order {
	sorted := append([]*order(nil), orders...)
	sort.SliceStable(sorted, func(a, b int) bool { return r.before(sorted[a], sorted[b]) })
	return sorted
}

func (r *run) before(x, y *order) bool {
	if (x.member >= 0) != (y.member >= 0) {
		return x.member >= 0
	}
	if x.member < 0 {
		if p, q := r.listed(x.village), r.listed(y.village); p != q {
			return p < q
		}
		for _, d := range []Rat{minus(x.points, y.points), minus(x.relative, y.relative)} {
			if less(equal, size(d)) {
				return d.Sign() > 0
			}
		}
	}
	if x.village != y.village {
		return x.village < y.village
	}
	if x.member != y.member {
		return x.member < y.member
	}
	if x.rank != y.rank {
		return x.rank < y.rank
	}
	return x.asset < y.asset
}

// listed is a village's place in the list of the priority `listed`; without one all are alike.
func (r *run) listed(place int) int {
	if r.in.Pool == nil || r.in.Pool.Priority != "listed" {
		return 0
	}
	for k, name := range r.in.Pool.Order {
		if name == r.in.Villages[place].Name {
			return k
		}
	}
	panic("village: priority listed without " + r.in.Villages[place].Name)
}

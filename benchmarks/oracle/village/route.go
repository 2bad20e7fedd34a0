package village

// routing is one way to fill all orders of a session, before anything is posted.
type routing struct {
	r      *run
	orders []*order // by priority
	asked  map[*order]int64
	left   map[*order]int64
	tried  map[*order][]Try
	parts  []part
	pool   pool
	there  []int64 // cash of each village, with what its sales bring today
}

// route tries the routes in the order given; each takes what it can from what is left (4.7).
func (r *run) route(orders []*order, asked map[*order]int64) *routing {
	t := &routing{r: r, orders: r.byPriority(orders), asked: asked, left: map[*order]int64{}, tried: map[*order][]Try{}, pool: r.pool.clone()}
	for o, n := range asked {
		t.left[o] = n
	}
	for _, v := range r.villages {
		t.there = append(t.there, v.cash())
	}
	for _, route := range r.routes() {
		before := map[*order]int64{}
		for o, n := range t.left {
			before[o] = n
		}
		why := map[*order]string{}
		switch route {
		case "cross":
			t.cross()
		case "exchange":
			t.exchange()
		case "pool":
			t.cash(why)
		case "market":
			t.market(why)
		}
		for o, n := range before {
			if n == 0 {
				continue
			}
			x := Try{Route: route, Asked: n, Taken: n - t.left[o]}
			switch {
			case t.left[o] == 0:
				x.Then = "filled"
			case !t.open(route, o):
				x.Then = "restricted"
			case why[o] != "":
				x.Then = why[o]
			default:
				x.Then = map[string]string{"cross": "counterparty", "exchange": "counterparty", "market": "capacity"}[route]
			}
			t.tried[o] = append(t.tried[o], x)
		}
	}
	return t
}

func (t *routing) open(route string, o *order) bool {
	v := t.r.villages[o.village]
	member := ""
	if o.member >= 0 {
		member = v.members[o.member].name
	}
	return !t.r.closedOn(o.decided, route, v, member, o.asset, o.sell)
}

// add makes a part. One worth less than a millionth, and a sale that costs more than it
// brings, is not made; in a village of one its cash may pay for it (4.2.8).
func (t *routing) add(o *order, route string, shares, value int64, costs []Charge) bool {
	v := t.r.villages[o.village]
	costly := o.sell && total(costs) > value && (v.alone() == nil || t.there[o.village]+value < total(costs))
	if shares == 0 || value == 0 || costly {
		return false
	}
	t.left[o] -= shares
	if o.sell && (t.r.in.Rules.Settle == 0 || value < total(costs)) {
		t.there[o.village] += value - total(costs)
	}
	t.parts = append(t.parts, part{o, route, shares, value, costs})
	return true
}

// cross meets sales and purchases of a company over all villages (4.7.1). X is split over
// each side by what is left of its orders, the value of X over the shares of each side. A
// part worth nothing drops its order, and X is made again.
func (t *routing) cross() {
	for i := range t.r.in.Assets {
		dropped := map[*order]bool{}
		for again := true; again; {
			again = t.crossOnce(i, dropped)
		}
	}
}

func (t *routing) crossOnce(asset int, dropped map[*order]bool) (again bool) {
	var sides [2][]*order
	var weights [2][]int64
	for _, o := range t.orders {
		if o.asset != asset || t.left[o] == 0 || dropped[o] || !t.open("cross", o) {
			continue
		}
		k := 1
		if o.sell {
			k = 0
		}
		sides[k] = append(sides[k], o)
		weights[k] = append(weights[k], t.left[o])
	}
	x := min(sum(weights[0]), sum(weights[1]))
	if x == 0 {
		return false
	}
	whole := valueOf(x, t.r.price()[asset])
	var shares, value [2][]int64
	for k := range sides {
		shares[k] = Split(x, weights[k])
		value[k] = Split(whole, shares[k])
		for j, o := range sides[k] {
			fee := total(basisPoints("fee", t.r.in.Rules.CrossFee, value[k][j]))
			if shares[k][j] == 0 || value[k][j] == 0 || o.sell && fee > value[k][j] {
				dropped[o] = true
				again = true
			}
		}
	}
	if again {
		return true
	}
	for k := range sides {
		for j, o := range sides[k] {
			t.add(o, "cross", shares[k][j], value[k][j], basisPoints("fee", t.r.in.Rules.CrossFee, value[k][j]))
		}
	}
	return false
}

// market fills everything at the costs of SPEC 3, or at most its capacity of money a
// company, side and session, served by priority (4.7.4).
func (t *routing) market(why map[*order]string) {
	for i, price := range t.r.price() {
		for _, sell := range []bool{true, false} {
			capacity := int64(-1)
			if t.r.in.Rules.Capacity != nil {
				capacity = toMicros(t.r.in.Rules.Capacity)
			}
			for _, o := range t.orders {
				if o.asset != i || o.sell != sell || t.left[o] == 0 || !t.open("market", o) {
					continue
				}
				shares := t.left[o]
				value := valueOf(shares, price)
				if capacity >= 0 && value > capacity {
					shares = downUnits(over(moneyOf(capacity), price))
					value = min(capacity, valueOf(shares, price))
				}
				side := "buy"
				if sell {
					side = "sell"
				}
				if !t.add(o, "market", shares, value, t.r.market(side, value)) {
					if shares > 0 && value > 0 {
						why[o] = "cost"
					}
					continue
				}
				if capacity >= 0 {
					capacity -= value
				}
			}
		}
	}
}

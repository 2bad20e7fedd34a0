package village

// pool has money and shares, and decides nothing (4.8).
type pool struct {
	cash                  int64
	held                  []int64
	nav                   Rat // at the session's start
	offered, bought, sold int64
	exchanged, refused    int64
	wasRefused            bool
}

func (p pool) clone() pool {
	p.held = append([]int64(nil), p.held...)
	return p
}

// reserve is what the pool may not spend.
func (r *run) reserve(p *pool) int64 {
	switch {
	case r.in.Pool.ReservePart != nil:
		return toMicros(times(r.in.Pool.ReservePart, p.nav))
	case r.in.Pool.Reserve != nil:
		return toMicros(r.in.Pool.Reserve)
	}
	return 0
}

func (r *run) spendable(p *pool) int64 { return max(0, p.cash-r.reserve(p)) }

// room is how much money of a company the pool may still take (4.8.5); nil: no limit.
func (t *routing) room(asset int) Rat {
	limit := t.r.in.Pool.Limit
	if limit == nil {
		return nil
	}
	return larger(zero, minus(times(limit, t.pool.nav), times(sharesOf(t.pool.held[asset]), t.r.price()[asset])))
}

func (t *routing) spread(value int64) []Charge {
	return basisPoints("spread", t.r.in.Pool.Spread, value)
}

// exchange gives shares for shares (4.8.3): for each village by priority its first sale by
// rank against its first purchase by rank that the pool holds, then the next pair. No money
// moves; own orders take no part.
func (t *routing) exchange() {
	if t.r.in.Pool == nil {
		return
	}
	var places []int
	seen := map[int]bool{}
	for _, o := range t.orders {
		if o.member < 0 && !seen[o.village] {
			seen[o.village] = true
			places = append(places, o.village)
		}
	}
	for _, place := range places {
		tried := map[[2]*order]bool{}
		for t.exchangeOnce(place, tried) {
		}
	}
}

// exchangeOnce makes one pair of a village and says whether there was one.
func (t *routing) exchangeOnce(place int, tried map[[2]*order]bool) bool {
	var sale, purchase *order
	first := func(sell bool, fits func(*order) bool) (best *order) {
		for _, o := range t.orders {
			if o.village == place && o.member < 0 && o.sell == sell && t.left[o] > 0 && t.open("exchange", o) && fits(o) {
				if best == nil || o.rank < best.rank {
					best = o
				}
			}
		}
		return best
	}
	sale = first(true, func(o *order) bool {
		return (t.room(o.asset) == nil || t.room(o.asset).Sign() > 0) && !tried[[2]*order{o, nil}]
	})
	if sale == nil {
		return false
	}
	purchase = first(false, func(o *order) bool { return t.pool.held[o.asset] > 0 && !tried[[2]*order{sale, o}] })
	if purchase == nil {
		tried[[2]*order{sale, nil}] = true
		return true
	}
	tried[[2]*order{sale, purchase}] = true
	t.pair(sale, purchase)
	return true
}

// pair exchanges the smaller leg whole, the other in shares rounded against the village by
// less than one unit; both are booked at the value of the smaller.
func (t *routing) pair(sale, purchase *order) {
	p, q := t.r.price()[sale.asset], t.r.price()[purchase.asset]
	gives, gets := t.left[sale], min(t.left[purchase], t.pool.held[purchase.asset])
	if room := t.room(sale.asset); room != nil && less(room, times(sharesOf(gives), p)) {
		gives = downUnits(over(room, p))
	}
	worth, wants := valueOf(gives, p), valueOf(gets, q)
	value := min(worth, wants)
	if worth > wants {
		up := times(over(moneyOf(value), p), whole(unitsPerShare))
		gives = min(gives, floor(up))
		if less(whole(gives), up) {
			gives = min(t.left[sale], gives+1)
		}
	} else if wants > worth {
		gets = min(gets, downUnits(over(moneyOf(value), q)))
	}
	costs := t.spread(value)
	if gives == 0 || gets == 0 || value == 0 || total(costs) > value {
		return
	}
	t.add(sale, "exchange", gives, value, costs)
	t.add(purchase, "exchange", gets, value, costs)
	t.pool.held[sale.asset] += gives
	t.pool.held[purchase.asset] -= gets
	t.pool.cash += 2 * total(costs)
	t.pool.exchanged += value
}

// cash trades with the pool's money (4.8.4): it sells from what it holds after the
// exchanges, then buys with what it may spend and what those sales brought.
func (t *routing) cash(why map[*order]string) {
	if t.r.in.Pool == nil {
		return
	}
	for i := range t.r.in.Assets {
		t.poolSells(i, why)
	}
	t.poolBuys(why)
}

func (t *routing) poolSells(asset int, why map[*order]string) {
	buyers := t.asking("pool", asset, false)
	price := t.r.price()[asset]
	var asked []int64
	for _, o := range buyers {
		asked = append(asked, t.left[o])
		why[o] = "pool_holdings"
	}
	for k, n := range t.give(t.pool.held[asset], asked) {
		o, value := buyers[k], valueOf(n, price)
		costs := t.spread(value)
		if t.add(o, "pool", n, value, costs) {
			t.pool.held[asset] -= n
			t.pool.cash += value + total(costs)
			t.pool.sold += value
		}
	}
}

// asking lists open orders of one side by priority; a negative asset means all.
func (t *routing) asking(route string, asset int, sell bool) (list []*order) {
	for _, o := range t.orders {
		if (asset < 0 || o.asset == asset) && o.sell == sell && t.left[o] > 0 && t.open(route, o) {
			list = append(list, o)
		}
	}
	return list
}

// give shares out what there is (4.8.6): pro rata to what is asked, or to one after the other.
func (t *routing) give(there int64, asked []int64) []int64 {
	if sum(asked) <= there {
		return asked
	}
	if t.r.in.Pool.Priority == "pro_rata" {
		return Split(there, asked)
	}
	given := make([]int64, len(asked))
	for k, n := range asked {
		given[k] = min(n, there)
		there -= given[k]
	}
	return given
}

// poolBuys takes villages' sales: at most the limit of each company, and the money there is.
func (t *routing) poolBuys(why map[*order]string) {
	sellers := t.asking("pool", -1, true)
	asked, worth := make([]int64, len(sellers)), make([]int64, len(sellers))
	most := make([]int64, len(sellers)) // shares that the limit allows
	for k, o := range sellers {
		worth[k] = valueOf(t.left[o], t.r.price()[o.asset])
		asked[k], most[k] = worth[k], t.left[o]
		t.pool.offered += worth[k]
		why[o] = "pool_capital"
	}
	for i := range t.r.in.Assets { // the limit's room goes to one after the other, whatever the priority of the money
		room := t.room(i)
		for k, o := range sellers {
			if room == nil || o.asset != i {
				continue
			}
			wants := times(sharesOf(t.left[o]), t.r.price()[i])
			if less(room, wants) {
				asked[k], most[k] = toMicros(room), downUnits(over(room, t.r.price()[i]))
				why[o] = "pool_limit"
			}
			room = minus(room, smaller(room, wants))
		}
	}
	money := t.r.spendable(&t.pool)
	scarce := t.r.in.Pool.Priority == "pro_rata" && sum(asked) > money
	for k, n := range t.give(money, asked) {
		o := sellers[k]
		if n < asked[k] || scarce {
			why[o] = "pool_capital"
		}
		price := t.r.price()[o.asset]
		shares := most[k]
		if n < asked[k] { // the last part is cut to the money
			shares = min(shares, downUnits(over(moneyOf(n), price)))
		}
		value := min(n, valueOf(shares, price))
		costs := t.spread(value)
		if t.add(o, "pool", shares, value, costs) {
			t.pool.held[o.asset] += shares
			t.pool.cash += total(costs) - value
			t.pool.bought += value
		}
	}
}

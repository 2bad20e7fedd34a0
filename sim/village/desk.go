package village

import (
	"cmp"
	"math"
	"slices"

	"evenkeel/sim"
)

// Venues of a world, in the order of the words.
const (
	MarketRoute   = sim.Market
	CrossRoute    = sim.Venue(1)
	ExchangeRoute = sim.Venue(2)
	PoolRoute     = sim.Venue(3)
)

// RouteWords are the venues in the words of an experiment file.
var RouteWords = []string{"market", "cross", "exchange", "pool"}

// Reasons why something of an order is missed, beside sim's own.
const (
	Counterparty = sim.ReasonCounterparty
	PoolCapital  = sim.ReasonCapital
	PoolLimit    = sim.ReasonConcentration
	PoolHoldings = sim.ReasonHoldings
	Capacity     = sim.ReasonCapacity
)

// maxRounds is how often purchases are cut and routed again.
const maxRounds = 16

// desk plans a session's fills: it routes all orders of all villages, as if all purchases
// could be paid; who lacks money is cut, and everything is routed again.
type desk struct {
	w    *World
	t    *sim.Trading
	open []open
	rank []int // of open, by who is served first

	cut    []float64 // by village: the part of its purchases that goes on
	barred []bool    // by village: it buys nothing
	held   []bool    // by village: its purchases wait for money
	used   [2][]sim.Micros
	parts  []sim.Part
	sums   []paper // by village

	splitter   splitter
	side       [2][]int // of one company: places in open
	left, got  []sim.Units
	value      []sim.Micros
	ask, money []sim.Micros
	row        PoolRow
	rows       []PoolRow
	attempts   []Attempt
}

// open is an order as it is routed.
type open struct {
	order       int // place in Trading.Orders
	village     int
	asset       int
	buys        bool
	own         bool
	want, left  sim.Units // of this round
	points, rel float64   // |adjustment| and |relative| at its decision
	why         sim.Reason
}

// paper is a village's money in a plan.
type paper struct {
	need         sim.Micros // of its purchases with their costs
	fixed, value float64    // of them
	parts        int        // parts and cost components that are held back for
}

// Attempt is one try of an order on a route. Order is its place in the village's log.
type Attempt struct {
	Session, Village, Order int32
	Asset                   int16
	Route                   sim.Venue
	Asked, Taken            sim.Units
	Why                     sim.Reason // why not more; none when all was taken
}

// Route plans.
func (d *desk) Route(t *sim.Trading) {
	d.t = t
	d.begin()
	for round := 0; ; round++ {
		d.routeAll()
		if !d.shorten(round) {
			break
		}
	}
	d.commit()
}

// Clear has nothing to do: what is planned is paid.
func (d *desk) Clear(*sim.Trading) {}

// begin lists what is open.
func (d *desk) begin() {
	d.w.beginSession(d.t)
	d.open = d.open[:0]
	for k := range d.t.Orders {
		o := &d.t.Orders[k]
		v := d.w.villages[o.Lane]
		x := open{order: k, village: o.Lane, asset: o.Asset, buys: o.Units > 0, own: o.Owner > 0}
		if !x.own {
			x.points, x.rel = v.points[o.Asset], v.rel[o.Asset]
		}
		d.open = append(d.open, x)
	}
	for l := range d.cut {
		d.cut[l], d.barred[l], d.held[l] = 1, false, false
	}
	d.rank = d.rank[:0]
	for k := range d.open {
		d.rank = append(d.rank, k)
	}
	slices.SortStableFunc(d.rank, func(a, b int) int {
		return d.before(&d.open[a], &d.open[b], d.w.Pool != nil && d.w.Pool.Priority == Listed)
	})
	d.attempts = d.attempts[:0]
}

// before compares who is served first: own orders, then by deviation; or a list of villages.
func (d *desk) before(a, b *open, listed bool) int {
	if a.own != b.own {
		if a.own {
			return -1
		}
		return 1
	}
	if listed {
		if c := cmp.Compare(d.w.place[a.village], d.w.place[b.village]); c != 0 {
			return c
		}
	}
	if !a.own {
		if x := b.points - a.points; math.Abs(x) > 1e-12 {
			return cmp.Compare(x, 0)
		}
		if x := b.rel - a.rel; math.Abs(x) > 1e-12 {
			return cmp.Compare(x, 0)
		}
	}
	if c := cmp.Compare(a.village, b.village); c != 0 {
		return c
	}
	return cmp.Compare(a.order, b.order)
}

// routeAll routes everything once, from nothing.
func (d *desk) routeAll() {
	d.parts, d.row, d.attempts = d.parts[:0], PoolRow{}, d.attempts[:0]
	for side := range d.used {
		clear(d.used[side])
	}
	if p := d.w.pool; p != nil {
		p.paperMoney = p.money
		copy(p.paper, p.units)
	}
	for k := range d.open {
		x := &d.open[k]
		o := &d.t.Orders[x.order]
		x.want = max(o.Units, -o.Units)
		x.why = sim.ReasonRestricted
		if x.buys {
			x.want = d.cutOf(o, x.want)
		}
		x.left = x.want
	}
	for _, route := range d.w.Routes {
		from := len(d.parts)
		switch route {
		case CrossRoute:
			for i := range d.w.Panel.Assets() {
				d.cross(i)
			}
		case ExchangeRoute:
			d.exchange()
		case PoolRoute:
			d.toPool()
		case MarketRoute:
			d.toMarket()
		}
		d.tried(route, from)
	}
}

// cutOf is what is left of a purchase of a village whose money does not reach: what new money
// pays is bought whole, of whole lots as many as that.
func (d *desk) cutOf(o *sim.OpenOrder, u sim.Units) sim.Units {
	cut := d.cut[o.Lane]
	if d.barred[o.Lane] || d.held[o.Lane] {
		cut = 0
	}
	if cut == 1 {
		return u
	}
	u = sim.Units(float64(u) * (o.Brought + (1-o.Brought)*cut))
	if lot := sim.Units(math.RoundToEven(d.w.Villages[o.Lane].Terms.Lot * 1e8)); lot > 1 {
		u -= u % lot
	}
	return u
}

// may says whether a route is open to an order today.
func (d *desk) may(x *open, route sim.Venue) bool {
	return x.left > 0 && !d.w.closed(d.t.Orders[x.order].Decided, x.village, x.asset, x.buys, route)
}

// tried notes what a route has taken of each order, and why not more.
func (d *desk) tried(route sim.Venue, from int) {
	for k := range d.open {
		x := &d.open[k]
		taken := sim.Units(0)
		for _, p := range d.parts[from:] {
			if p.Order == x.order {
				taken += max(p.Units, -p.Units)
			}
		}
		if x.left == 0 && taken == 0 {
			continue
		}
		a := Attempt{int32(d.t.Session), int32(x.village), d.t.Orders[x.order].Log, int16(x.asset), route, x.left + taken, taken, sim.ReasonNone}
		switch {
		case d.w.closed(d.t.Orders[x.order].Decided, x.village, x.asset, x.buys, route):
			a.Why = sim.ReasonRestricted
		case x.left > 0:
			a.Why = d.reason(x, route)
			x.why = a.Why
		}
		d.attempts = append(d.attempts, a)
	}
}

// reason is why a route has not taken more.
func (d *desk) reason(x *open, route sim.Venue) sim.Reason {
	switch {
	case route == CrossRoute || route == ExchangeRoute:
		return Counterparty
	case route == MarketRoute && x.why == sim.ReasonCost:
		return sim.ReasonCost
	case route == MarketRoute:
		return Capacity
	case x.buys:
		return PoolHoldings
	case d.concentrated(x.asset):
		return PoolLimit
	}
	return PoolCapital
}

// concentrated says whether the pool may hold no more of an asset.
func (d *desk) concentrated(i int) bool {
	p := d.w.pool
	return p.Limit > 0 && unitsFor(d.roomOf(i), d.price(i)) == 0
}

// roomOf is the value that the pool may still buy of an asset.
func (d *desk) roomOf(i int) sim.Micros {
	p := d.w.pool
	return max(0, sim.ToMicros(p.Limit*p.start.Money())-worth(p.paper[i], d.price(i)))
}

func (d *desk) price(i int) float64 { return d.w.price[i] }

// fill notes a part.
func (d *desk) fill(k int, u sim.Units, value, cost sim.Micros, route sim.Venue) {
	x := &d.open[k]
	x.left -= u
	if !x.buys {
		u = -u
	}
	d.parts = append(d.parts, sim.Part{Order: x.order, Units: u, Value: value, Cost: cost, Venue: route})
}

// cross lets what villages sell and buy of a company meet.
func (d *desk) cross(i int) {
	for dropped := -1; ; dropped = -1 {
		var sum [2]sim.Units
		for side := range d.side {
			d.side[side] = d.side[side][:0]
		}
		for k := range d.open {
			x := &d.open[k]
			if x.asset != i || !d.may(x, CrossRoute) || x.why == sim.ReasonLot {
				continue
			}
			side := 0
			if x.buys {
				side = 1
			}
			d.side[side] = append(d.side[side], k)
			sum[side] += x.left
		}
		met := min(sum[0], sum[1])
		if met == 0 {
			break
		}
		value := worth(met, d.price(i))
		from := len(d.parts)
		for side := range d.side {
			all := d.side[side]
			d.room(len(all))
			for n, k := range all {
				d.left[n] = d.open[k].left
			}
			split(&d.splitter, met, d.left[:len(all)], d.got)
			split(&d.splitter, value, d.got[:len(all)], d.value)
			for n, k := range all {
				switch {
				case d.got[n] == 0:
				case d.value[n] == 0:
					dropped = k
				default:
					d.fill(k, d.got[n], d.value[n], bps(d.value[n], d.w.CrossFee), CrossRoute)
				}
			}
		}
		if dropped < 0 {
			break
		}
		for _, p := range d.parts[from:] { // take it back, and without that one again
			for k := range d.open {
				if d.open[k].order == p.Order {
					d.open[k].left += max(p.Units, -p.Units)
				}
			}
		}
		d.parts = d.parts[:from]
		d.open[dropped].why = sim.ReasonLot
	}
	for k := range d.open {
		if x := &d.open[k]; x.asset == i && x.why == sim.ReasonLot {
			x.why = Counterparty
		}
	}
}

// room makes room for n orders of one side.
func (d *desk) room(n int) {
	for len(d.left) < n {
		d.left, d.got, d.value = append(d.left, 0), append(d.got, 0), append(d.value, 0)
	}
}

// exchange gives villages what the pool holds for what they sell: no money moves.
func (d *desk) exchange() {
	p := d.w.pool
	for n := range d.rank {
		v := d.open[d.rank[n]].village
		first := true
		for _, k := range d.rank[:n] {
			first = first && d.open[k].village != v
		}
		if !first {
			continue
		}
		for d.exchangeOne(v, p) {
		}
	}
}

// exchangeOne exchanges a village's first sale for its first purchase that the pool holds.
func (d *desk) exchangeOne(v int, p *pool) bool {
	sale, purchase := -1, -1
	for _, k := range d.rank {
		x := &d.open[k]
		if x.village != v || x.own || !d.may(x, ExchangeRoute) {
			continue
		}
		if !x.buys && sale < 0 && (p.Limit == 0 || unitsFor(d.roomOf(x.asset), d.price(x.asset)) > 0) {
			sale = k
		}
		if x.buys && purchase < 0 && p.paper[x.asset] > 0 && worth(p.paper[x.asset], d.price(x.asset)) > 0 {
			purchase = k
		}
	}
	if sale < 0 || purchase < 0 {
		return false
	}
	s, b := &d.open[sale], &d.open[purchase]
	out, in := s.left, min(b.left, p.paper[b.asset])
	ps, pb := d.price(s.asset), d.price(b.asset)
	if p.Limit > 0 {
		out = min(out, unitsFor(d.roomOf(s.asset), ps))
	}
	worthOut, worthIn := worth(out, ps), worth(in, pb)
	value := min(worthOut, worthIn)
	if value == 0 {
		return false
	}
	if worthOut <= worthIn {
		in = min(in, sim.Units(value.Money()/pb*1e8)) // rounded against the village
	} else {
		out = min(out, sim.Units(math.Ceil(value.Money()/ps*1e8)))
	}
	if in == 0 {
		return false
	}
	fee := bps(value, p.Spread)
	d.fill(sale, out, value, fee, ExchangeRoute)
	d.fill(purchase, in, value, fee, ExchangeRoute)
	p.paper[s.asset] += out
	p.paper[b.asset] -= in
	p.paperMoney += 2 * fee
	d.row.Exchanged += value
	return true
}

// toPool sells from what the pool holds, then buys with what it may spend.
func (d *desk) toPool() {
	p := d.w.pool
	held := d.w.held // what it buys for cash it sells from the next session on
	copy(held, p.paper)
	if p.Priority == ProRata {
		for i := range held {
			d.poolSellsAlike(i, held[i])
		}
		d.poolBuysAlike()
		return
	}
	for _, k := range d.rank {
		if x := &d.open[k]; x.buys && d.may(x, PoolRoute) {
			d.poolSells(k, min(x.left, p.paper[x.asset]))
		}
	}
	money := max(0, p.paperMoney-p.kept) // the spread that it gets for purchases pays for none of them
	for _, k := range d.rank {
		x := &d.open[k]
		if x.buys || !d.may(x, PoolRoute) {
			continue
		}
		d.row.Offered += worth(x.left, d.price(x.asset))
		u := d.withinLimit(x)
		value := worth(u, d.price(x.asset))
		if value > money {
			u = unitsFor(money, d.price(x.asset))
			value = worth(u, d.price(x.asset))
		}
		if d.poolBuys(k, u, value) {
			money -= value
		}
	}
}

// withinLimit is what the pool may buy of a sale by its limit.
func (d *desk) withinLimit(x *open) sim.Units {
	if d.w.pool.Limit == 0 {
		return x.left
	}
	return min(x.left, unitsFor(d.roomOf(x.asset), d.price(x.asset)))
}

// poolSells lets the pool sell.
func (d *desk) poolSells(k int, u sim.Units) {
	x, p := &d.open[k], d.w.pool
	value := worth(u, d.price(x.asset))
	if value == 0 {
		return
	}
	fee := bps(value, p.Spread)
	d.fill(k, u, value, fee, PoolRoute)
	p.paper[x.asset] -= u
	p.paperMoney += value + fee
	d.row.Sold += value
}

// poolBuys lets the pool buy, and says whether it does.
func (d *desk) poolBuys(k int, u sim.Units, value sim.Micros) bool {
	x, p := &d.open[k], d.w.pool
	fee := bps(value, p.Spread)
	if value == 0 || fee > value {
		return false
	}
	d.fill(k, u, value, fee, PoolRoute)
	p.paper[x.asset] += u
	p.paperMoney += fee - value
	d.row.Bought += value
	return true
}

// poolSellsAlike shares what the pool holds of a company by what is asked.
func (d *desk) poolSellsAlike(i int, held sim.Units) {
	all, sum := d.side[1][:0], sim.Units(0)
	for _, k := range d.rank {
		if x := &d.open[k]; x.asset == i && x.buys && d.may(x, PoolRoute) {
			all = append(all, k)
			sum += x.left
		}
	}
	d.side[1] = all
	d.room(len(all))
	for n, k := range all {
		d.left[n] = d.open[k].left
	}
	if sum == 0 {
		return
	}
	split(&d.splitter, min(held, sum), d.left[:len(all)], d.got)
	for n, k := range all {
		d.poolSells(k, d.got[n])
	}
}

// poolBuysAlike shares what the pool may spend by the value asked.
func (d *desk) poolBuysAlike() {
	p := d.w.pool
	all, sum := d.side[0][:0], sim.Micros(0)
	for i := range p.most {
		p.most[i] = d.roomOf(i)
	}
	for _, k := range d.rank {
		if x := &d.open[k]; !x.buys && d.may(x, PoolRoute) {
			all = append(all, k)
		}
	}
	d.side[0] = all
	d.room(len(all))
	for n, k := range all {
		x := &d.open[k]
		if d.left[n] = x.left; p.Limit > 0 { // who is served first takes of the limit first
			d.left[n] = min(x.left, unitsFor(p.most[x.asset], d.price(x.asset)))
			p.most[x.asset] -= worth(d.left[n], d.price(x.asset))
		}
		d.value[n] = worth(d.left[n], d.price(x.asset))
		sum += d.value[n]
		d.row.Offered += worth(x.left, d.price(x.asset))
	}
	money := max(0, p.paperMoney-p.kept)
	if sum == 0 || sum <= money {
		for n, k := range all {
			d.poolBuys(k, d.left[n], d.value[n])
		}
		return
	}
	for len(d.money) < len(all) {
		d.money = append(d.money, 0)
	}
	split(&d.splitter, money, d.value[:len(all)], d.money)
	for n, k := range all {
		x := &d.open[k]
		u := min(d.left[n], unitsFor(d.money[n], d.price(x.asset)))
		d.poolBuys(k, u, worth(u, d.price(x.asset)))
	}
}

// toMarket fills at the market, up to its capacity a company and side.
func (d *desk) toMarket() {
	for _, k := range d.rank {
		x := &d.open[k]
		if !d.may(x, MarketRoute) {
			continue
		}
		u, price := x.left, d.price(x.asset)
		side := 0
		if x.buys {
			side = 1
		}
		value := worth(u, price)
		if most := d.w.Capacity; most > 0 && value > most-d.used[side][x.asset] {
			u = unitsFor(most-d.used[side][x.asset], price)
			value = worth(u, price)
		}
		if value == 0 {
			continue
		}
		o := &d.t.Orders[x.order]
		cost := d.t.Cost(o, value)
		if !x.buys && cost > value {
			x.why = sim.ReasonCost
			continue
		}
		d.used[side][x.asset] += value
		d.fill(k, u, value, cost, MarketRoute)
	}
}

// shorten cuts the purchases of villages whose money does not reach, and says whether to
// route again.
func (d *desk) shorten(round int) (again bool) {
	for l := range d.sums {
		d.sums[l] = paper{}
	}
	for k := range d.parts {
		p := &d.parts[k]
		o := &d.t.Orders[p.Order]
		if p.Units < 0 || o.Brought == 1 {
			continue
		}
		s := &d.sums[o.Lane]
		part := 1 - o.Brought
		s.need += sim.ToMicros((p.Value + p.Cost).Money() * part)
		s.parts++
		switch p.Venue {
		case MarketRoute:
			c := d.t.Charge(o, p.Value)
			s.fixed += c.Fixed
			s.value += p.Value.Money() * (1 + c.Rate)
			s.parts += d.t.Components(o.Lane)
		case CrossRoute:
			s.value += p.Value.Money() * (1 + d.w.CrossFee*1e-4)
			s.parts++
		default:
			s.value += p.Value.Money() * (1 + d.w.Pool.Spread*1e-4)
			s.parts++
		}
	}
	for l := range d.sums {
		s := &d.sums[l]
		if s.need == 0 || d.barred[l] || d.held[l] {
			continue
		}
		free := min(d.w.villages[l].freeAfter(d), d.beyondReserve(l))
		if s.need <= free {
			continue
		}
		again = true
		if d.t.Awaits(l, s.need-free) {
			d.held[l] = true
			continue
		}
		money := free.Money() - s.fixed
		if round > 0 {
			money -= 2e-6 * float64(s.parts)
		}
		if round >= maxRounds || money <= 0 || s.value == 0 {
			d.barred[l] = true
			continue
		}
		d.cut[l] *= min(1, money/s.value)
	}
	return again
}

// beyondReserve is a village's cash beyond what it keeps, once the plan's sales are posted.
func (d *desk) beyondReserve(l int) sim.Micros {
	free, terms := d.t.Beyond(l), d.w.Villages[l].Terms
	for k := range d.parts {
		p := &d.parts[k]
		o := &d.t.Orders[p.Order]
		if o.Lane == l && p.Units < 0 && (terms.Settle == nil || terms.Settle[o.Asset] == 0) {
			free += p.Value - p.Cost
		}
	}
	return free
}

// commit makes the plan the session's: the parts in their order, what is missed and why,
// the pool's books.
func (d *desk) commit() {
	t := d.t
	for k := range d.open {
		x := &d.open[k]
		o := &t.Orders[x.order]
		o.Reason = x.why
		if !x.buys && x.left > 0 && x.why == PoolCapital {
			d.row.Refused += worth(x.left, d.price(x.asset))
			d.row.Depleted = true
		}
		if x.buys {
			switch {
			case d.held[x.village]:
				o.Waits = true
			case d.barred[x.village] || d.cut[x.village] < 1 && x.left == 0:
				o.Reason = sim.ReasonCash
			}
		}
	}
	for l, v := range d.w.villages {
		if !v.alone(d) {
			t.Plan(l)
		}
	}
	slices.SortStableFunc(d.parts, func(a, b sim.Part) int {
		if c := cmp.Compare(d.w.order[a.Venue], d.w.order[b.Venue]); c != 0 {
			return c
		}
		return cmp.Compare(t.Orders[a.Order].Asset, t.Orders[b.Order].Asset)
	})
	for _, p := range d.parts {
		if !d.w.villages[t.Orders[p.Order].Lane].aloneNow {
			t.Parts = append(t.Parts, p)
		}
	}
	d.w.keepAttempts(d.attempts)
	if p := d.w.pool; p != nil {
		p.money = p.paperMoney
		copy(p.units, p.paper)
		if p.money < 0 {
			panic("village: the pool has less than nothing")
		}
		for i, u := range p.units {
			if u < 0 {
				panic("village: the pool holds less than nothing of " + d.w.Panel.Symbols()[i])
			}
		}
		d.w.addPoolRow(&d.row)
	}
}

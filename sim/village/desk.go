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

	splitter  splitter
	side      [2][]int // of one company: places in open
	left, got []sim.Units
	value     []sim.Micros
	money     []sim.Micros
	row       PoolRow
	attempts  []Attempt
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

// room makes room for n orders of one side.
func (d *desk) room(n int) {
	for len(d.left) < n {
		d.left, d.got, d.value = append(d.left, 0), append(d.got, 0), append(d.value, 0)
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

package village

import "evenkeel/sim"

// Pool is an account without a policy: it buys what villages sell and sells what it holds,
// as far as its money, its holdings and its limits go.
type Pool struct {
	Cash     sim.Micros
	Holdings []sim.Units // by asset
	Reserve  sim.Micros  // of the cash, what it keeps
	Part     float64     // likewise, as a part of its NAV at the session's start; the larger holds
	Limit    float64     // after a purchase no company is more than this part of its NAV; 0: no limit
	Spread   float64     // basis points that both sides pay to it
	Priority Priority
	Order    []int // of villages, with Listed
	Flows    []PoolFlow
}

// PoolFlow is money that the pool gets (+) or pays (-) before a session's orders: it pays no
// more than it has. Flows are by session.
type PoolFlow struct {
	Session int
	Amount  sim.Micros
}

// Priority is who is served first when the pool does not reach for all.
type Priority uint8

const (
	ByDeviation Priority = iota // the largest |points|, then the largest |relative|
	ProRata                     // all alike, by what they ask
	Listed                      // by a list of villages, then as ByDeviation
)

// PriorityWords are the words of an experiment file.
var PriorityWords = []string{"deviation", "pro_rata", "listed"}

// PoolRow is the pool at a session.
type PoolRow struct {
	Session                                   int32
	Cash, Spendable, NAV                      sim.Micros
	Offered, Bought, Sold, Exchanged, Refused sim.Micros
	Depleted                                  bool // a sale was refused for its capital
}

// Utilisation is 1 - what it may spend / its NAV; false: it has none.
func (r *PoolRow) Utilisation() (float64, bool) {
	if r.NAV == 0 {
		return 0, false
	}
	return 1 - float64(r.Spendable)/float64(r.NAV), true
}

// pool is a Pool at work.
type pool struct {
	Pool
	money      sim.Micros // now
	units      []sim.Units
	kept       sim.Micros   // of the cash
	start      sim.Micros   // NAV at the session's start
	most       []sim.Micros // by asset: the value it may hold after a purchase
	paperMoney sim.Micros   // of the plan at hand
	paper      []sim.Units
	nextFlow   int
}

func newPool(p *Pool, n int) *pool {
	x := &pool{Pool: *p, units: make([]sim.Units, n), paper: make([]sim.Units, n), most: make([]sim.Micros, n)}
	x.reset()
	return x
}

func (p *pool) reset() {
	p.money, p.nextFlow = p.Cash, 0
	clear(p.units)
	copy(p.units, p.Holdings)
}

// flow books the pool's own flows up to session s.
func (p *pool) flow(s int) {
	for ; p.nextFlow < len(p.Flows) && p.Flows[p.nextFlow].Session <= s; p.nextFlow++ {
		p.money = max(0, p.money.Plus(p.Flows[p.nextFlow].Amount))
	}
}

// nav is the pool's worth at prices.
func (p *pool) nav(price []float64) (sum sim.Micros) {
	sum = p.money
	for i, u := range p.units {
		if u > 0 {
			sum += worth(u, price[i])
		}
	}
	return sum
}

// begin finds what the pool may do at a session's prices.
func (p *pool) begin(price []float64) {
	p.start = p.nav(price)
	p.kept = max(p.Reserve, sim.ToMicros(p.Part*p.start.Money()))
}

// spendable is what it may spend.
func (p *pool) spendable() sim.Micros { return max(0, p.money-p.kept) }

// worth is the value of shares at a price.
func worth(u sim.Units, price float64) sim.Micros { return sim.ToMicros(float64(u.Shares() * price)) }

// unitsFor is the shares that money buys, rounded down.
func unitsFor(x sim.Micros, price float64) sim.Units {
	u := sim.Units(x.Money() / price * 1e8)
	for u > 0 && worth(u, price) > x {
		u--
	}
	return u
}

// bps is a part of a value in basis points.
func bps(value sim.Micros, rate float64) sim.Micros {
	return sim.ToMicros(value.Money() * rate * 1e-4)
}

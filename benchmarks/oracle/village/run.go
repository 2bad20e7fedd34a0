package village

// run is the state of a replay.
type run struct {
	in       World
	now      int
	villages []*village
	pool     pool
	open     []*order
	small    []Miss // wishes below the minimum, of the decision that is being made
	outside  ledger
	between  flowOf // what crossing has not given back: nothing, after every session
	out      Output
}

// flowOf is money and shares by asset.
type flowOf struct {
	money  int64
	shares []int64
}

// ledger is what left villages and pool for the world outside: the market, costs, members.
type ledger struct {
	money  int64
	shares []int64
	market flowOf
	costs  int64
}

// Run replays a world.
func Run(w World) Output {
	n := len(w.Assets)
	r := &run{in: w}
	r.outside = ledger{shares: make([]int64, n), market: flowOf{shares: make([]int64, n)}}
	r.between.shares = make([]int64, n)
	for k, x := range w.Villages {
		if len(x.Targets) != n {
			panic("village: a target for each asset")
		}
		r.villages = append(r.villages, &village{in: x, place: k, queue: make([]int64, n), beyond: make([]bool, n+1)})
	}
	r.pool = pool{held: make([]int64, n), nav: zero}
	if p := w.Pool; p != nil {
		r.pool.cash = toMicros(p.Cash)
		r.outside.money -= r.pool.cash
		for i, h := range p.Held {
			if h != nil {
				r.pool.held[i] = toUnits(h)
				r.outside.shares[i] -= r.pool.held[i]
			}
		}
	}
	for s := range w.Prices {
		r.now = s
		r.session()
	}
	r.end()
	return r.out
}

func (r *run) price() []Rat { return r.in.Prices[r.now] }

// session is one session, in the order of 4.4.
func (r *run) session() {
	r.act() // 1. corporate actions, settlement
	r.settle()
	r.flow() // 2. flows
	r.startPool()
	drift, weights := r.watch() // 3. drift and alerts, before the session's own trades
	r.open = r.trade(r.open)    // 4. what is due, all villages together
	r.pay(r.now - 1)            // 5. what was asked for on an earlier session
	orders := r.lookAll()
	if r.now == 0 || r.in.Rules.SameClose { // 7. same close: 4 and 5 for today's
		r.open = append(r.open, r.trade(orders)...)
		if r.now > 0 {
			r.pay(r.now)
		}
	} else {
		r.open = append(r.open, orders...)
	}
	r.leave()
	r.conserve() // 8.
	r.record(drift, weights)
}

// lookAll asks the villages in the order of the file (4.4 step 6); none sees another's
// decision. The opening comes first.
func (r *run) lookAll() (orders []*order) {
	for _, v := range r.villages {
		r.retarget(v)
		if len(v.present()) == 0 {
			continue
		}
		r.small = nil
		if r.now == 0 {
			for _, m := range v.members { // money of the opening is no deposit
				m.fresh = 0
			}
			orders = append(orders, r.opening(v)...)
			continue
		}
		if r.waits(v) {
			continue // orders_open
		}
		made := r.look(v)
		orders = append(orders, made...)
		if len(made) > 0 {
			r.out.Missed = append(r.out.Missed, r.small...)
		}
	}
	return orders
}

// startPool books the pool's own flows and values it at the session's start (4.8.5).
func (r *run) startPool() {
	if r.in.Pool == nil {
		return
	}
	for _, f := range r.in.Pool.Flows {
		if f.Session == r.now {
			n := max(toMicros(f.Amount), -r.pool.cash)
			r.pool.cash += n
			r.outside.money -= n
		}
	}
	r.pool.nav = r.poolWorth()
	r.pool.offered, r.pool.bought, r.pool.sold, r.pool.exchanged, r.pool.refused = 0, 0, 0, 0, 0
	r.pool.wasRefused = false
}

func (r *run) poolWorth() Rat {
	nav := moneyOf(r.pool.cash)
	for i, n := range r.pool.held {
		nav = plus(nav, times(sharesOf(n), r.price()[i]))
	}
	return nav
}

// record keeps the books after a session.
func (r *run) record(drift []Rat, weights [][]Rat) {
	s := Session{Drift: drift, Weights: weights}
	for _, v := range r.villages {
		b := Books{Cash: v.cash(), Unsettled: v.unsettled(), NAV: v.worth(r.price())}
		for i := range r.in.Assets {
			b.Shares = append(b.Shares, v.held(i))
		}
		for _, m := range v.members {
			b.Members = append(b.Members, MemberBooks{Name: m.name, Cash: m.cash, Unsettled: m.unsettled(), Owed: m.owed(), Shares: append([]int64(nil), m.held...)})
		}
		s.Villages = append(s.Villages, b)
	}
	if r.in.Pool != nil {
		p := r.pool.clone()
		b := PoolBooks{Cash: p.cash, Shares: p.held, NAV: r.poolWorth(), Spendable: r.spendable(&p),
			Offered: p.offered, Bought: p.bought, Sold: p.sold, Exchanged: p.exchanged, Refused: p.refused, Depleted: p.wasRefused}
		if b.NAV.Sign() > 0 {
			b.Utilisation = minus(one, over(moneyOf(b.Spendable), b.NAV))
		}
		s.Pool = b
	}
	r.out.Sessions = append(r.out.Sessions, s)
}

// end says where every member stands.
func (r *run) end() {
	r.now = len(r.in.Prices) - 1
	for _, v := range r.villages {
		var ends []MemberEnd
		all := v.worth(r.price())
		for _, m := range v.members {
			e := MemberEnd{Name: m.name, Joined: m.joined, Left: m.left, Cash: m.cash, Shares: m.held, NAV: m.worth(r.price()),
				Trades: m.trades, Costs: m.costs, Unpaid: m.unpaid, In: m.in, Out: m.out, GainShort: m.gainShort, Far: m.far}
			if all.Sign() > 0 {
				e.Stake = over(e.NAV, all)
			}
			ends = append(ends, e)
		}
		r.out.Members = append(r.out.Members, ends)
	}
}

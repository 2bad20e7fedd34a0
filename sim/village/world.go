package village

import (
	"errors"
	"fmt"
	"slices"

	"evenkeel/data"
	"evenkeel/sim"
)

// World is all villages, the pool and the market of one policy. Whoever reads an experiment
// fills it in: villages and their members' rows from villages: and their tables, Pool from
// pool:, Routes, Capacity and CrossFee from routes:, market: and cross:, Limits from the
// trigger and the mini of the policy. Run replays it, and what it leaves are flat records:
// the tables of SPEC-village 4.21 are folded from them and from the accounts' sim.Record.
type World struct {
	Panel        *data.Panel
	Villages     []Village
	Pool         *Pool // nil: none
	Routes       []sim.Venue
	Capacity     sim.Micros // of the market, a company, side and session; 0: no limit
	CrossFee     float64    // basis points a side
	Restrictions []Restriction
	Limits       Limits
	KeepTrades   bool

	villages []*village
	pool     *pool
	runner   *sim.Runner
	desk     desk
	order    [4]int // place of each route
	place    []int  // of each village in the pool's list
	price    []float64
	held     []sim.Units
	now      int

	Deviations []Deviation
	Attempts   []Attempt
	PoolRows   []PoolRow
	changes    []poolChange
}

// Village is an account with a roster.
type Village struct {
	Name     string
	Members  []Member
	Rows     []Row // in the order of the file
	Targets  []float64
	Changes  []sim.Change
	Policy   sim.Policy
	Terms    *sim.Terms
	TaxAware bool                           // a sale is taken tier by tier, else pro rata
	Long     func(bought, session int) bool // whether a gain is a long one; nil: nobody follows lots
	Listings []sim.Listing
	Endings  []sim.Ending
}

// Member is a person with a book of his own.
type Member struct {
	Name      string
	LockUntil int    // session before which his shares are not sold
	Months    uint16 // bit m: month m+1 is one of his; 0: all are
}

// Row is what a member brings or takes.
type Row struct {
	Session int
	Member  string
	Money   sim.Micros // + brings, - asks for
	Leaves  bool       // asks for all
	Asset   int        // of Units
	Units   sim.Units  // shares that he brings
}

// Restriction forbids trades of an asset that are decided at sessions in [From, Until).
type Restriction struct {
	Asset       int
	Rule        sim.Rule
	From, Until int
	Routes      []sim.Venue // nil: all
	Villages    []string    // nil: all
	Members     []string    // nil: of whole villages
}

// Limits are what counts as a deviation.
type Limits struct {
	Money, PerNAV, Percent float64 // see deviation_money and deviation; 0: none
}

// village is a Village at work.
type village struct {
	*Roster
	w           *World
	lane        int
	name        string
	points, rel []float64 // at its last decision
	aloneNow    bool
	rank        []int
}

// Runner is the runner of the last Run: Record(l) of village l.
func (w *World) Runner() *sim.Runner { return w.runner }

// Roster is that of village l.
func (w *World) Roster(l int) *Roster { return w.villages[l].Roster }

// Run replays the world.
func (w *World) Run() error {
	if err := w.check(); err != nil {
		return err
	}
	n := w.Panel.Assets()
	r, err := sim.NewRunner(w.Panel, len(w.Villages), sim.KeepDrift|sim.KeepLog)
	if err != nil {
		return err
	}
	w.runner, w.villages = r, w.villages[:0]
	w.price, w.held = make([]float64, n), make([]sim.Units, n)
	w.Deviations, w.Attempts, w.PoolRows, w.changes = w.Deviations[:0], w.Attempts[:0], w.PoolRows[:0], w.changes[:0]
	w.place = make([]int, len(w.Villages))
	w.pool = nil
	if w.Pool != nil {
		w.pool = newPool(w.Pool, n)
		for at, l := range w.Pool.Order {
			w.place[l] = at - len(w.Villages)
		}
	}
	for at, route := range w.Routes {
		w.order[route] = at
	}
	m := len(w.Villages)
	w.desk = desk{w: w, cut: make([]float64, m), barred: make([]bool, m), held: make([]bool, m), sums: make([]paper, m)}
	w.desk.used = [2][]sim.Micros{make([]sim.Micros, n), make([]sim.Micros, n)}
	for l := range w.Villages {
		v := w.begin(l)
		w.villages = append(w.villages, v)
		if err := r.Set(l, w.mandate(l, v)); err != nil {
			return fmt.Errorf("village %s: %w", v.name, err)
		}
	}
	r.SetDesk(&w.desk)
	r.Run()
	for _, v := range w.villages {
		v.endSession()
	}
	w.executed()
	w.poolRows()
	return w.failed()
}

// executed writes what the orders of each decision have got into its table.
func (w *World) executed() {
	for l := range w.villages {
		log := w.runner.Record(l).Log
		at := 0
		for k := range w.Deviations {
			x := &w.Deviations[k]
			if int(x.Village) != l || int(x.Decision) >= len(log.Decisions) || log.Decisions[x.Decision].Session != x.Session {
				continue
			}
			for at > 0 && log.Orders[at-1].Decision >= x.Decision {
				at--
			}
			for ; at < len(log.Orders) && log.Orders[at].Decision <= x.Decision; at++ {
				if o := &log.Orders[at]; o.Decision == x.Decision && o.Owner == 0 && int32(o.Asset) == x.Asset {
					x.Executed += o.Done
				}
			}
		}
	}
}

// failed is what ended an account's trading.
func (w *World) failed() error {
	var errs []error
	for l, v := range w.villages {
		if rec := w.runner.Record(l); rec.Err != nil {
			errs = append(errs, fmt.Errorf("village %s: %w", v.name, rec.Err))
		}
	}
	return errors.Join(errs...)
}

// check finds what is wrong with a world.
func (w *World) check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(w.Villages) == 0 {
		bad("villages: none")
	}
	if len(w.Routes) == 0 {
		bad("routes: none")
	}
	for k, route := range w.Routes {
		switch {
		case int(route) >= len(RouteWords):
			bad("routes: %d is none", route)
		case slices.Contains(w.Routes[:k], route):
			bad("routes: %q twice", RouteWords[route])
		case (route == PoolRoute || route == ExchangeRoute) && w.Pool == nil:
			bad("routes: %q without a pool", RouteWords[route])
		}
	}
	if p := w.Pool; p != nil {
		if p.Cash < 0 || p.Spread < 0 || p.Limit < 0 || p.Limit > 1 || p.Part < 0 || p.Part >= 1 || len(p.Holdings) > 0 && len(p.Holdings) != w.Panel.Assets() {
			bad("pool: cash, holdings and spread are 0 or more, the limit at most 100%%, the reserve below it")
		}
		if !slices.IsSortedFunc(p.Flows, func(a, b PoolFlow) int { return a.Session - b.Session }) {
			bad("pool.flows: not by session")
		}
		if p.Priority == Listed && len(p.Order) != len(w.Villages) {
			bad("pool.priority: listed without every village")
		}
	}
	for l := range w.Villages {
		w.checkVillage(&w.Villages[l], bad)
	}
	return errors.Join(errs...)
}

func (w *World) checkVillage(v *Village, bad func(string, ...any)) {
	if v.Terms == nil {
		bad("village %s has no terms", v.Name)
		return
	}
	if v.TaxAware && v.Long == nil {
		bad("village %s: sellers: tax_aware without tax (holding periods and basis need lots)", v.Name)
	}
	if v.Terms.Bridge && v.Terms.Settle != nil {
		bad("village %s: unsettled: bridge is not known to villages", v.Name)
	}
	for k, x := range v.Rows {
		if x.Session < 0 || x.Session >= w.Panel.Sessions() || x.Units < 0 || x.Units > 0 && (x.Asset < 0 || x.Asset >= w.Panel.Assets()) ||
			x.Units == 0 && x.Money == 0 && !x.Leaves {
			bad("village %s row %d: session %d, money %d, units %d", v.Name, k+1, x.Session, x.Money, x.Units)
		}
	}
}

// begin makes a village's roster: members in the order of joining.
func (w *World) begin(l int) *village {
	x := &w.Villages[l]
	rows := slices.Clone(x.Rows)
	slices.SortStableFunc(rows, func(a, b Row) int { return a.Session - b.Session })
	place := make(map[string]int32, len(x.Members))
	var names []string
	flat := make([]row, 0, len(rows))
	for _, r := range rows {
		j, some := place[r.Member]
		if !some {
			j = int32(len(names))
			place[r.Member] = j
			names = append(names, r.Member)
		}
		y := row{session: int32(r.Session), member: j, asset: -1, leaves: r.Leaves, money: r.Money}
		if r.Units > 0 {
			y.asset, y.units, y.money = int16(r.Asset), r.Units, 0
		}
		flat = append(flat, y)
	}
	r := newRoster(names, w.Panel, flat, x.Terms)
	r.keepParts, r.taxAware = w.KeepTrades, x.TaxAware
	v := &village{Roster: r, w: w, lane: l, name: x.Name, points: make([]float64, w.Panel.Assets()), rel: make([]float64, w.Panel.Assets())}
	r.seen = v.decide
	for _, m := range x.Members {
		if j, some := place[m.Name]; some {
			r.lockUntil[j], r.months[j] = int32(m.LockUntil), m.Months
			r.locked = r.locked || m.LockUntil > 0
		}
	}
	if x.Long != nil {
		r.lots = newLots(len(names), w.Panel.Assets(), x.Long, func(s, j int) bool {
			_, month, _ := w.Panel.Date(s).Civil()
			return r.months[j] == 0 || r.months[j]>>(month-1)&1 != 0
		})
	}
	w.barMembers(r, x.Name)
	return v
}

// beginSession finds the prices that orders meet.
func (w *World) beginSession(t *sim.Trading) {
	w.now = t.Session
	copy(w.price, w.Panel.Close(t.Session))
	for k := range t.Orders {
		w.price[t.Orders[k].Asset] = t.Orders[k].Price
	}
	if w.pool != nil {
		w.pool.flow(t.Session)
		w.pool.begin(w.price)
	}
}

// alone says whether the village is an account by itself today: one member, and the market
// alone fills its orders, whatever their size.
func (v *village) alone(d *desk) bool {
	v.aloneNow = v.here == 1 && d.w.Capacity == 0
	if !v.aloneNow {
		return false
	}
	for k := range d.parts {
		if p := &d.parts[k]; d.t.Orders[p.Order].Lane == v.lane && p.Venue != MarketRoute {
			v.aloneNow = false
		}
	}
	for k := range d.open {
		if x := &d.open[k]; x.village == v.lane && x.want > 0 && d.w.closed(d.t.Orders[x.order].Decided, v.lane, x.asset, x.buys, MarketRoute) {
			v.aloneNow = false
		}
	}
	v.aloneNow = v.aloneNow && slices.Contains(d.w.Routes, MarketRoute)
	return v.aloneNow
}

// freeAfter is the members' free cash once the plan's sales are posted, on paper.
func (v *village) freeAfter(d *desk) (free sim.Micros) {
	r := v.Roster
	cash := r.rest[:r.joined]
	copy(cash, r.cash)
	for k := range d.parts {
		p := &d.parts[k]
		o := &d.t.Orders[p.Order]
		if o.Lane != v.lane || p.Units > 0 || r.terms.Settle != nil && r.terms.Settle[o.Asset] > 0 {
			continue
		}
		net := p.Value - p.Cost
		if o.Owner > 0 {
			cash[o.Owner-1] += net
			continue
		}
		if net <= 0 {
			cash[0] += net
			continue
		}
		r.sellable(d.t.Session, o.Asset)
		if slices.Max(r.weight[:r.joined]) > 0 {
			split(&r.splitter, net, r.weight[:r.joined], r.money)
			for j, x := range r.money[:r.joined] {
				cash[j] += x
			}
		}
	}
	for j, x := range cash {
		if !r.leaving[j] && r.left[j] < 0 {
			free += max(0, x-r.owed[j]-r.fresh[j])
		}
	}
	return free
}

// poolChange is the pool's books from a session on.
type poolChange struct {
	row   PoolRow
	units []sim.Units
}

// addPoolRow notes what the pool did at a session.
func (w *World) addPoolRow(row *PoolRow) {
	row.Session = int32(w.now)
	w.changes = append(w.changes, poolChange{*row, slices.Clone(w.pool.units)})
	w.changes[len(w.changes)-1].row.Cash = w.pool.money
}

// poolRows writes the pool's row of every session.
func (w *World) poolRows() {
	if w.pool == nil {
		return
	}
	w.pool.reset()
	next := 0
	for s := range w.Panel.Sessions() {
		row := PoolRow{}
		w.pool.flow(s)
		for ; next < len(w.changes) && int(w.changes[next].row.Session) == s; next++ {
			c := &w.changes[next]
			w.pool.money = c.row.Cash
			copy(w.pool.units, c.units)
			row.Offered += c.row.Offered
			row.Bought += c.row.Bought
			row.Sold += c.row.Sold
			row.Exchanged += c.row.Exchanged
			row.Refused += c.row.Refused
			row.Depleted = row.Depleted || c.row.Depleted
		}
		w.pool.begin(w.Panel.Close(s))
		row.Session, row.Cash, row.NAV, row.Spendable = int32(s), w.pool.money, w.pool.start, w.pool.spendable()
		w.PoolRows = append(w.PoolRows, row)
	}
}

// keepAttempts keeps the tries of a session's last round.
func (w *World) keepAttempts(all []Attempt) { w.Attempts = append(w.Attempts, all...) }

// PoolUnits is what the pool holds at the end.
func (w *World) PoolUnits() []sim.Units { return w.pool.units }

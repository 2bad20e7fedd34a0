// Package sim replays prices through rebalancing policies. A Runner holds accounts
// that share a panel; Run is the session loop. It decides in
// float64 and books in integers; it uses no files, clock or random numbers.
package sim

import (
	"fmt"
	"slices"
	"sync/atomic"

	"evenkeel/data"
)

// MaxLanes is how many accounts of the common shape run side by side: a runner of as many,
// or fewer, need not leave the lanes between them.
const MaxLanes = 8

// Runner replays a panel through any number of accounts. It owns all memory it
// needs and may be used again and again by one goroutine.
type Runner struct {
	panel      *data.Panel
	accounts   []account
	first, end int
	lanes      lanes
	desk       Desk // nil: the market alone
	trading    Trading
	stop       *atomic.Bool // see StopOn; nil: never
	stopped    bool
}

const (
	sell = 0
	buy  = 1
)

// NewRunner makes a runner of some lanes, one an account, over a panel.
func NewRunner(p *data.Panel, lanes int, keep Keep) (*Runner, error) {
	if lanes < 1 {
		return nil, fmt.Errorf("a runner has 1 lane or more, not %d", lanes)
	}
	r := &Runner{panel: p, accounts: make([]account, lanes)}
	r.trading.runner = r
	n, sessions := p.Assets(), p.Sessions()
	for l := range r.accounts {
		a := &r.accounts[l]
		floats := func() []float64 { return make([]float64, n) }
		a.panel, a.lane = p, l
		a.book = book{units: make([]Units, n), h: floats(), hi: floats(), lo: floats(), iHi: floats(), iLo: floats()}
		a.lower, a.upper = floats(), floats()
		a.want, a.orders = floats(), make([]openOrder, 0, n)
		a.charge = [2][]Charge{make([]Charge, n), make([]Charge, n)}
		a.free = make([]Charge, n)
		a.view = View{panel: p, Value: floats(), Raised: floats()}
		a.nav = make([]float64, sessions)
		if keep&KeepDrift != 0 {
			a.half, a.most = make([]float64, sessions), make([]float64, sessions)
		}
		if keep&KeepLog != 0 {
			a.log = &Log{}
		}
	}
	return r, nil
}

// Set gives a lane its account. The panel must have opens when orders fill at
// them. It finds every error of the mandate, and allocates only when it has more
// cost components than any before.
func (r *Runner) Set(lane int, m *Mandate) error {
	if lane < 0 || lane >= len(r.accounts) {
		return fmt.Errorf("lane %d of %d", lane, len(r.accounts))
	}
	if err := m.check(r.panel); err != nil {
		return err
	}
	a := &r.accounts[lane]
	a.mandate, a.watcher = m, nil
	if w, ok := m.Policy.(Watcher); ok {
		a.watcher = w
	}
	a.first, a.end = m.Open, m.Close
	if a.end == 0 {
		a.end = r.panel.Sessions()
	}
	a.progress = begin(m)
	a.trade = Fill{Session: -1}
	a.volume, a.sigma, a.spread = nil, nil, nil
	a.empty()
	a.queue.reset()
	a.orders, a.flows, a.debts = a.orders[:0], a.flows[:0], a.debts[:0]
	a.together()
	a.constrain()
	a.schedule(a.first)
	a.watch = Watch{}
	a.follow(a.watch)
	if a.log != nil {
		a.log.Decisions, a.log.Orders, a.log.Entries = a.log.Decisions[:0], a.log.Orders[:0], a.log.Entries[:0]
		a.log.Waits, a.log.assets = a.log.Waits[:0], a.log.assets[:0]
		a.log.OpenFor = a.log.OpenFor[:0]
	}
	a.setCharges()
	return nil
}

// setCharges makes room for the mandate's costs and looks them up when they do
// not depend on the date.
func (a *account) setCharges() {
	costs := a.mandate.Terms.Costs
	for side := range a.parts {
		if n := len(costs) * a.panel.Assets(); len(a.parts[side]) < n {
			a.parts[side] = make([]Charge, n)
		}
	}
	a.dated = false
	for _, c := range costs {
		a.dated = a.dated || c.Traits().Dated && !c.Traits().Sized
	}
	a.chargedAt = -1
	a.chargesAt(a.first)
}

// chargesAt looks up what trades of session s cost, but for the components that
// depend on the size: see refine.
func (a *account) chargesAt(s int) {
	if a.chargedAt == s || (a.chargedAt >= 0 && !a.dated) {
		return
	}
	a.chargedAt = s
	price := a.panel.Close(s)
	for side := range a.charge {
		sum := a.charge[side]
		clear(sum)
		for k, c := range a.mandate.Terms.Costs {
			if slices.Contains(a.sizedAt, k) {
				continue
			}
			for i := range sum {
				a.fillOf(s, side, i, price[i], 0)
				part := &a.partsOf(side, i)[k]
				part.Fixed, part.Rate = c.Charge(&a.trade)
				sum[i].Fixed += part.Fixed
				sum[i].Rate += part.Rate
			}
		}
	}
	var rate Sum
	for i, t := range a.targets {
		rate.Add(i, t*a.charge[buy][i].Rate)
	}
	a.view.rate = rate.Total()
}

// Record is what the last Run left of a lane.
func (r *Runner) Record(lane int) Record {
	a := &r.accounts[lane]
	if r.lanes.stale>>lane&1 != 0 {
		r.columns()
	}
	a.tally.Cash, a.tally.Unsettled, a.tally.TaxUnpaid = a.cash, a.unsettled, a.taxOwed
	var flow, cost []float64
	if len(a.flows) > 0 {
		flow, cost = a.flows, a.costs
	}
	return Record{
		Panel: r.panel, Mandate: a.mandate, First: a.first, End: a.end,
		NAV: a.nav, Flow: flow, Cost: cost, DriftHalf: a.half, DriftMost: a.most,
		Tally: a.tally, Units: a.units, Waiting: a.waitsLeft(), Owing: a.owing.Waiting, Log: a.log, Err: a.err,
	}
}

// Package sim replays prices through rebalancing policies. A Runner holds up to
// eight accounts that share a panel; Run is the session loop. It decides in
// float64 and books in integers; it knows no file, no clock, no random number.
package sim

import (
	"errors"
	"fmt"
	"math"

	"evenkeel/data"
)

// MaxLanes is the largest number of accounts of a runner.
const MaxLanes = 8

// Runner replays a panel through up to MaxLanes accounts. It owns all memory it
// needs and may be used again and again by one goroutine.
type Runner struct {
	panel      *data.Panel
	lanes      []account
	first, end int
}

// account is one lane: a mandate, its books and what is recorded of it.
type account struct {
	book
	panel      *data.Panel
	mandate    *Mandate
	watcher    Watcher
	watch      Watch
	lower      []float64 // room for the limits of watch
	upper      []float64
	first, end int
	at         int  // valued up to and including this session
	due        bool // a look is due at session at
	fillAt     int  // session that fills the open orders, -1: none
	opening    bool // the open orders are the initial purchase
	driftFrom  int  // sessions before it have their drift
	reserve    Micros
	decided    int       // place in the log of the decision behind the open orders
	targets    []float64 // in force
	counted    int       // looks are counted before this session

	nextFlow, nextChange int    // places in the mandate's lists
	event                int    // the next session with a flow or a change
	wake, changed        bool   // something happened that the policy must see
	fresh, owed          Micros // deposits not yet put before the policy; withdrawals not yet paid
	fund                 Fund   // of the open orders
	paidIn, paysOut      Micros // deposits and withdrawals that the open orders trade for

	view      View
	want      []float64
	orders    []Order  // open orders of one decision
	worths    []Micros // their values at the fill, of purchases
	charge    [2][]Charge
	parts     [2][][]Charge // [side][component][asset]
	free      []Charge      // charges of nothing
	dated     bool
	chargedAt int

	nav, half, most []float64
	flows           []float64
	tally           Tally
	log             *Log
	err             error
}

const (
	sell = 0
	buy  = 1
)

// NewRunner makes a runner of 1 to MaxLanes lanes over a panel.
func NewRunner(p *data.Panel, lanes int, keep Keep) (*Runner, error) {
	if lanes < 1 || lanes > MaxLanes {
		return nil, fmt.Errorf("a runner has 1 to %d lanes, not %d", MaxLanes, lanes)
	}
	r := &Runner{panel: p, lanes: make([]account, lanes)}
	n, sessions := p.Assets(), p.Sessions()
	for l := range r.lanes {
		a := &r.lanes[l]
		floats := func() []float64 { return make([]float64, n) }
		a.panel = p
		a.book = book{units: make([]Units, n), h: floats(), hi: floats(), lo: floats(), iHi: floats(), iLo: floats()}
		a.lower, a.upper = floats(), floats()
		a.want, a.orders, a.worths = floats(), make([]Order, 0, n), make([]Micros, n)
		a.charge = [2][]Charge{make([]Charge, n), make([]Charge, n)}
		a.free = make([]Charge, n)
		a.view = View{panel: p, Value: floats()}
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
	if lane < 0 || lane >= len(r.lanes) {
		return fmt.Errorf("lane %d of %d", lane, len(r.lanes))
	}
	if err := m.check(r.panel); err != nil {
		return err
	}
	a := &r.lanes[lane]
	a.mandate, a.watcher = m, nil
	if w, ok := m.Policy.(Watcher); ok {
		a.watcher = w
	}
	a.first, a.end = m.Open, m.Close
	if a.end == 0 {
		a.end = r.panel.Sessions()
	}
	a.at, a.due, a.fillAt, a.driftFrom = a.first-1, false, -1, a.first+1
	a.orders, a.tally, a.cash, a.err = a.orders[:0], Tally{}, 0, nil
	a.targets, a.counted, a.wake, a.changed = m.Targets, a.first+1, false, false
	a.nextFlow, a.nextChange, a.fresh, a.owed = 0, 0, 0, 0
	a.fund, a.paidIn, a.paysOut = FundSelf, 0, 0
	a.flows = a.flows[:0]
	a.schedule()
	clear(a.units)
	a.watch = Watch{}
	a.follow(a.watch)
	if a.log != nil {
		a.log.Decisions, a.log.Orders, a.log.Entries = a.log.Decisions[:0], a.log.Orders[:0], a.log.Entries[:0]
	}
	a.setCharges()
	return nil
}

func (m *Mandate) check(p *data.Panel) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if m.Policy == nil || m.Terms == nil {
		return errors.New("a mandate needs a policy and terms")
	}
	if len(m.Targets) != p.Assets() {
		return fmt.Errorf("%d targets for %d assets", len(m.Targets), p.Assets())
	}
	checkTargets(p, m.Targets, bad)
	last := m.Open
	for _, c := range m.Changes {
		if c.Session <= last || len(c.Targets) != p.Assets() {
			bad("a change of %d targets at session %d, after session %d", len(c.Targets), c.Session, last)
			continue
		}
		last = c.Session
		checkTargets(p, c.Targets, bad)
	}
	last = m.Open + 1
	for _, f := range m.Flows {
		if f.Session < last || !data.Finite(f.Amount) || !data.Finite(f.Percent) || math.Abs(f.Amount) > MaxMoney || f.Percent < -1 {
			bad("a flow of %v (%v of NAV) at session %d, not before session %d", f.Amount, f.Percent, f.Session, last)
			continue
		}
		last = f.Session
	}
	if m.Terms.Delay < 0 {
		bad("a delay of %d sessions", m.Terms.Delay)
	}
	if !(m.Cash > 0 && m.Cash <= MaxMoney) {
		bad("opening cash %v is not above 0 and at most %g", m.Cash, MaxMoney)
	}
	if m.Open < 0 || m.Open >= p.Sessions() || m.Close < 0 || m.Close > p.Sessions() || (m.Close > 0 && m.Close <= m.Open) {
		bad("sessions %d to %d are not in a panel of %d", m.Open, m.Close, p.Sessions())
	}
	if m.Terms.Fill == NextOpen && !p.HasOpen() {
		bad("orders fill at the next open, and the prices have no opens")
	}
	if !(m.Terms.ReserveFraction >= 0 && m.Terms.ReserveFraction < 1 && m.Terms.Reserve >= 0 && m.Terms.Reserve <= MaxMoney) {
		bad("a cash reserve of %v and %v of NAV", m.Terms.Reserve, m.Terms.ReserveFraction)
	}
	return errors.Join(errs...)
}

func checkTargets(p *data.Panel, targets []float64, bad func(string, ...any)) {
	sum := 0.0
	for i, t := range targets {
		if !(t >= 0 && t <= 1) {
			bad("target of %s is %v, not 0 to 1", p.Symbols()[i], t)
		}
		sum += t
	}
	if math.Abs(sum-1) > 1e-9 {
		bad("targets sum to %v, not 1", sum)
	}
}

// setCharges makes room for the mandate's costs and looks them up when they do
// not depend on the date.
func (a *account) setCharges() {
	costs := a.mandate.Terms.Costs
	for side := range a.parts {
		for len(a.parts[side]) < len(costs) {
			a.parts[side] = append(a.parts[side], make([]Charge, a.panel.Assets()))
		}
	}
	a.dated = false
	for _, c := range costs {
		a.dated = a.dated || c.Traits().Dated
	}
	a.chargedAt = -1
	a.chargesAt(a.first)
}

// chargesAt looks up what trades of session s cost.
func (a *account) chargesAt(s int) {
	if a.chargedAt == s || (a.chargedAt >= 0 && !a.dated) {
		return
	}
	a.chargedAt = s
	date := a.panel.Date(s)
	for side := range a.charge {
		sum := a.charge[side]
		clear(sum)
		for k, c := range a.mandate.Terms.Costs {
			part := a.parts[side][k]
			for i := range sum {
				part[i].Fixed, part[i].Rate = c.Charge(&Fill{Session: s, Date: date, Asset: i, Buy: side == buy})
				sum[i].Fixed += part[i].Fixed
				sum[i].Rate += part[i].Rate
			}
		}
	}
	a.view.rate = 0
	for i, t := range a.targets {
		a.view.rate += float64(t * a.charge[buy][i].Rate)
	}
}

// Record is what the last Run left of a lane.
func (r *Runner) Record(lane int) Record {
	a := &r.lanes[lane]
	a.tally.Cash = a.cash
	var flow []float64
	if len(a.flows) > 0 {
		flow = a.flows
	}
	return Record{
		Panel: r.panel, Mandate: a.mandate, First: a.first, End: a.end,
		NAV: a.nav, Flow: flow, DriftHalf: a.half, DriftMost: a.most,
		Tally: a.tally, Units: a.units, Log: a.log, Err: a.err,
	}
}

package sim

import (
	"math"
	"math/bits"

	"evenkeel/data"
	"evenkeel/sim/internal/kernel"
)

// lanes run accounts of the common shape: books, decisions and fills of all lanes
// side by side. What is out of the ordinary in a lane is put before the ordinary
// code, whose bits it keeps: see common.
type lanes struct {
	lanes    *kernel.Lanes
	accounts []account // that the lanes are for
	shape    Shape
	nav      []float64 // [session*kernel.Width + lane]
	half     []float64 // of the drift, likewise; nil unless kept
	most     []float64
	looks    []uint8 // by session: the lanes that look

	watched     [MaxLanes]watched // what looks was made of
	fillAt      [MaxLanes]int     // of lanes whose orders wait
	asked       [MaxLanes]int     // the session of their decision
	filled      [MaxLanes]int     // rebalances of which the lanes filled something
	now         uint8             // lanes whose orders fill at the close that they were decided on
	open, waits uint8             // lanes that have opened; that wait for a fill
	stale       uint8             // lanes whose column of NAV has not been written
	drifted     int               // sessions before it have their drift
	even        bool              // all lanes have the same sessions
	moments     moments
}

// watched is when a lane looks.
type watched struct {
	calendar   *data.Calendar
	first, end int
}

// lane calls f for the lanes of a set.
func each(set uint8, f func(l int)) {
	for ; set != 0; set &= set - 1 {
		f(bits.TrailingZeros8(set))
	}
}

// runTight runs the accounts of the common shape, MaxLanes at a time, and says whether
// that is all, or the run was stopped.
func (r *Runner) runTight() bool {
	t := &r.lanes
	if t.stale, t.accounts = 0, r.accounts; len(r.accounts) <= MaxLanes {
		return r.runEight()
	}
	all := true
	for from := 0; from < len(r.accounts) && !r.stopped; from += MaxLanes {
		t.accounts = r.accounts[from:min(from+MaxLanes, len(r.accounts))]
		all = r.runEight() && all
		r.columns() // the next eight need the room
		t.even = false
	}
	return all || r.stopped
}

// runEight is runTight for as many accounts as the lanes take.
func (r *Runner) runEight() bool {
	t := &r.lanes
	set, first, end := uint8(0), r.panel.Sessions(), 0
	all, even := true, true
	for l := range t.accounts {
		a := &t.accounts[l]
		if a.mandate == nil {
			continue
		}
		if !a.common() {
			all = false
			continue
		}
		even = even && (set == 0 || a.first == first && a.end == end)
		set |= 1 << l
		first, end = min(first, a.first), max(end, a.end)
	}
	if set == 0 {
		t.moments.done, t.even = false, false
		return all
	}
	r.load(set)
	t.even, t.moments.done = even, false
	if !r.glideTight(set, first, end) {
		r.halt()
		return true
	}
	each(set, func(l int) { r.store(l) })
	return all
}

// load makes room and empties the lanes.
func (r *Runner) load(set uint8) {
	t := &r.lanes
	if t.lanes == nil {
		n, sessions := r.panel.Assets(), r.panel.Sessions()
		t.lanes = kernel.NewLanes(n)
		t.nav, t.looks = make([]float64, sessions*kernel.Width), make([]uint8, sessions)
		t.shape.room(n)
		if t.accounts[0].half != nil {
			t.half, t.most = make([]float64, sessions*kernel.Width), make([]float64, sessions*kernel.Width)
		}
	}
	x := t.lanes
	x.Clear()
	x.Used, t.open, t.waits, t.now, t.stale = set, 0, 0, 0, set
	t.filled = [MaxLanes]int{}
}

// glideTight is the session loop: nobody moves but at the closes at which the lanes
// open, look and fill. It is false when the run was stopped.
func (r *Runner) glideTight(set uint8, first, end int) bool {
	t := &r.lanes
	t.drifted = first
	n, px := r.panel.Assets(), r.panel.Closes()
	for s := first; s < end; {
		if r.mustStop() {
			return false
		}
		r.arriveTight(set, s)
		stop := t.next(r, set, s, end)
		at, hit := t.lanes.Watch(t.nav, px, t.looks, t.open&^t.waits, s, stop)
		if s = at; s == stop {
			t.drift(px, s)
			continue
		}
		t.drift(px, s+1)
		row := px[s*n : s*n+n]
		placed, rare := t.lanes.Decide(row, hit)
		now := placed & t.now
		each(placed&^now, func(l int) {
			if !t.wait(&r.lanes.accounts[l], l, s) {
				now |= 1 << l
			}
		})
		if now != 0 {
			missed := t.fill(row, now, t.nav[s*kernel.Width:])
			each(missed, func(l int) { t.undo(l) })
			rare |= missed
		}
		if rare != 0 {
			each(rare, func(l int) { r.askTight(l, s) })
		}
		s++
	}
	return true
}

// arriveTight opens lanes and fills orders of earlier sessions.
func (r *Runner) arriveTight(set uint8, s int) {
	t := &r.lanes
	due := uint8(0)
	each(t.waits, func(l int) {
		if t.fillAt[l] == s {
			due |= 1 << l
		}
	})
	if due != 0 {
		n, px := r.panel.Assets(), r.panel.Closes()
		t.drift(px, s+1) // at this close, before its own trades
		missed := t.fill(px[s*n:s*n+n], due, t.nav[s*kernel.Width:])
		t.waits &^= due
		each(missed, func(l int) { r.fillTight(l, s) })
	}
	if t.open != set {
		each(set&^t.open, func(l int) {
			if r.lanes.accounts[l].first == s {
				r.openTight(l)
			}
		})
	}
}

// fill fills the orders of a set of lanes, and says which must be left to the ordinary
// code.
func (t *lanes) fill(prices []float64, set uint8, nav []float64) (missed uint8) {
	trades := t.lanes.Trades
	missed = t.lanes.Fill(prices, set, nav)
	each(set&^missed, func(l int) {
		if t.lanes.Trades[l] > trades[l] {
			t.filled[l]++
		}
	})
	return missed
}

// drift records the drift of the sessions before to that lack it.
func (t *lanes) drift(px []float64, to int) {
	if t.half != nil && t.drifted < to {
		t.lanes.Drift(t.half, t.most, px, t.drifted, to)
		t.drifted = to
	}
}

// next is the first session after s at which a lane opens or fills, else end.
func (t *lanes) next(r *Runner, set uint8, s, end int) int {
	each(t.waits, func(l int) {
		if at := t.fillAt[l]; at > s {
			end = min(end, at)
		}
	})
	each(set&^t.open, func(l int) { end = min(end, r.lanes.accounts[l].first) })
	return end
}

// wait notes when the orders of session s are filled: never after the account's end.
// It says no when that is at the same close.
func (t *lanes) wait(a *account, l, s int) bool {
	t.asked[l], t.fillAt[l] = s, a.fillSession(s)
	if t.fillAt[l] == s {
		return false
	}
	if t.lanes.Always>>l&1 != 0 { // looks at which nobody is asked
		a.tally.Looks += a.watch.Looks.Count(s+1, min(t.fillAt[l], a.end))
	}
	if t.fillAt[l] >= a.end {
		t.fillAt[l] = math.MaxInt
	}
	t.waits |= 1 << l
	return true
}

// undo takes back a lane's decision to trade: the ordinary code decides again.
func (t *lanes) undo(l int) {
	t.lanes.Triggers[l]--
	t.lanes.Rebalances[l]--
}

// openTight makes the initial purchase in the ordinary code and takes the lane in.
func (r *Runner) openTight(l int) {
	a, t := &r.lanes.accounts[l], &r.lanes
	a.open(a.first)
	if a.fillAt == a.first {
		a.fill(a.first, a.panel.Close(a.first))
		kernel.Value(a.nav, a.panel.Closes(), a.h, a.money(), a.first, a.first+1)
	}
	a.mandate.Policy.(Shaper).Shape(a.mandate.Policy, &t.shape)
	x, k, bit := t.lanes, &t.shape, uint8(1)<<l
	t.open |= bit
	if k.Always {
		x.Always |= bit
	}
	if m := a.mandate.Terms; m.Fill == SameClose && m.Delay == 0 && m.Windows == nil {
		t.now |= bit
	}
	x.Gross[l], x.Hold[l] = 1+a.view.rate, a.view.HoldBack()
	for i, w := range a.targets {
		c := &x.Assets[i]
		c.Target[l], c.Top[l], c.High[l], c.Low[l], c.Floor[l], c.Rail[l] = w, k.Top[i], k.Hi[i], k.Low[i], k.Lo[i], k.Rail[i]
		if w == 0 { // nothing of it stays
			c.Rail[l] = 0
		}
		if k.Top[i]-k.Hi[i] > 1e-11 || k.Lo[i]-k.Low[i] > 1e-11 && k.Lo[i] > 0 {
			x.Wide |= bit
		}
		c.Selling[l], c.Buying[l] = a.charge[sell][i].Rate, a.charge[buy][i].Rate
		c.Net[l], c.Gross[l] = 1-c.Selling[l], 1+c.Buying[l]
		c.OverHi[l], c.OverLo[l], c.NoLo[l] = over(k.Lo[i], k.Hi[i])
	}
	t.take(a, l)
	if t.look(a, l); a.err != nil {
		t.retire(l)
	}
}

// over is what shares are multiplied with for the mirrors over the limits lo and
// hi, and what is added to the second.
func over(lo, hi float64) (overHi, overLo, add float64) {
	const (
		huge  = 1e308   // times the least holding, beyond any limit
		below = -1e-200 // of nothing held; lost beside any holding
	)
	switch {
	case hi <= 0:
		overHi = huge
	case hi < None:
		overHi = 1 / hi
	}
	switch {
	case lo > 0: // nothing held is below it, also when nothing is invested
		overLo, add = 1/lo, below
	case lo == 0:
		overLo, add = huge, below
	default:
		add = None
	}
	return overHi, overLo, add
}

// take moves the books of an account into its lane.
func (t *lanes) take(a *account, l int) {
	x := t.lanes
	x.Cash[l], x.Cost[l] = int64(a.cash), int64(a.tally.Cost)
	x.Turnover[l], x.Trades[l] = a.tally.Turnover, int64(a.tally.Trades)
	for i, u := range a.units {
		x.Assets[i].Units[l] = int64(u)
		x.Mirror(l, i)
	}
}

// give moves them back.
func (t *lanes) give(a *account, l int) {
	x := t.lanes
	a.cash, a.tally.Cost = Micros(x.Cash[l]), Micros(x.Cost[l])
	a.tally.Turnover, a.tally.Trades = x.Turnover[l], int(x.Trades[l])
	for i := range a.units {
		if u := Units(x.Assets[i].Units[l]); u != a.units[i] {
			a.units[i] = u
			a.mirror(i)
		}
	}
}

// look notes the sessions on which a lane looks.
func (t *lanes) look(a *account, l int) {
	w, bit := watched{a.watch.Looks, a.first, a.end}, uint8(1)<<l
	if t.watched[l] == w {
		return
	}
	t.watched[l] = w
	for s := range t.looks {
		t.looks[s] &^= bit
	}
	if w.calendar == nil {
		return
	}
	for s := w.calendar.Next(a.first + 1); s < a.end; s = w.calendar.Next(s + 1) {
		t.looks[s] |= bit
	}
}

// askTight puts the close of session s before the policy of a lane in the ordinary
// code.
func (r *Runner) askTight(l, s int) {
	a, t := &r.lanes.accounts[l], &r.lanes
	t.give(a, l)
	a.fillAt = -1
	a.ask(s)
	switch {
	case a.err != nil:
		t.retire(l)
	case a.fillAt == s:
		if a.fill(s, a.panel.Close(s)); a.err != nil {
			t.retire(l)
		}
		a.at = s
		kernel.Value(a.nav, a.panel.Closes(), a.h, a.money(), s, s+1)
		t.nav[s*kernel.Width+l] = a.nav[s]
		t.take(a, l)
	case a.fillAt > s:
		t.wait(a, l, s)
		for i := range a.units {
			t.lanes.Assets[i].Order[l] = 0
		}
		for j := range a.orders {
			t.lanes.Assets[a.orders[j].Asset].Order[l] = int64(a.orders[j].Units)
		}
	}
}

// fillTight fills the orders of a lane at the close of session s in the ordinary
// code, which decides them once more.
func (r *Runner) fillTight(l, s int) {
	a, t := &r.lanes.accounts[l], &r.lanes
	t.give(a, l)
	tally := a.tally
	a.ask(t.asked[l])
	a.tally = tally
	if a.fill(s, a.panel.Close(s)); a.err != nil {
		t.retire(l)
	}
	t.take(a, l)
}

// retire ends the looks of a lane whose account trades no more.
func (t *lanes) retire(l int) {
	for s := range t.looks {
		t.looks[s] &^= 1 << l
	}
	t.watched[l] = watched{}
	t.waits &^= 1 << l
}

// store leaves an account as the ordinary loop would.
func (r *Runner) store(l int) {
	a, t := &r.lanes.accounts[l], &r.lanes
	t.give(a, l)
	x := t.lanes
	a.tally.Triggers += int(x.Triggers[l])
	a.tally.Unfunded += int(x.Triggers[l] - x.Rebalances[l])
	a.tally.Rebalances += int(x.Rebalances[l])
	a.tally.Filled += t.filled[l]
	if x.Always>>l&1 != 0 {
		a.tally.Looks += int(x.Triggers[l])
	} else {
		a.countLooks(a.end)
	}
	t.nav[a.first*kernel.Width+l] = a.nav[a.first] // what nothing was bought with is not valued
	a.last(t.nav[(a.end-1)*kernel.Width+l])
	a.counted, a.at, a.fillAt, a.due, a.reasons, a.inLanes = a.end, a.end-1, -1, false, 0, true
}

// columns writes the columns of the lanes that lack them.
func (r *Runner) columns() {
	t := &r.lanes
	r.column(t.nav, func(a *account) []float64 { return a.nav })
	if t.half != nil {
		r.column(t.half, func(a *account) []float64 { return a.half })
		r.column(t.most, func(a *account) []float64 { return a.most })
	}
	t.stale = 0
}

// column writes one column of the lanes that lack them.
func (r *Runner) column(from []float64, of func(a *account) []float64) {
	if r.lanes.stale == 0xff && r.lanes.even {
		var to [kernel.Width][]float64
		first, end := r.lanes.accounts[0].first, r.lanes.accounts[0].end
		for l := range to {
			to[l] = of(&r.lanes.accounts[l])[first:end]
		}
		kernel.Columns(&to, from[first*kernel.Width:end*kernel.Width])
		return
	}
	each(r.lanes.stale, func(l int) {
		a := &r.lanes.accounts[l]
		to := of(a)
		for s := a.first; s < a.end; s++ {
			to[s] = from[s*kernel.Width+l]
		}
	})
}

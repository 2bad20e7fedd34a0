package sweep

import (
	"cmp"
	"errors"
	"math"
	"runtime/debug"
	"slices"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// worker runs chunks with runners of its own.
type worker struct {
	points   Points
	options  Options
	keep     sim.Keep
	maker    Maker
	runners  []*cachedRunner // most recently used first
	calc     *calculator
	watchdog *watchdog

	panels   []*data.Panel // of the chunk's points; nil: done, or failed
	order    []int         // in which they are taken
	kin      []uint64
	lanes    [sim.MaxLanes]int
	accounts [sim.MaxLanes]Account
}

// cachedRunner is a runner that waits for its next batch.
type cachedRunner struct {
	panel  *data.Panel
	lanes  int
	role   role
	runner *sim.Runner
}

// role is what a runner's accounts are to the points.
type role uint8

const (
	own role = iota
	twin
	against
)

// of is the mandate of a role, nil when the point has none.
func (r role) of(a *Account) *sim.Mandate {
	return [...]*sim.Mandate{own: a.Mandate, twin: a.Twin, against: a.Against}[r]
}

// maxRunners is how many runners a worker keeps: those of the panels that it meets
// in turn, of twins, and of what is left of a chunk.
const maxRunners = 12

func newWorker(points Points, o Options, t *watchdog) *worker {
	return &worker{points: points, options: o, keep: metric.NeedsOf(o.Measures).Keep(), maker: points.Maker(), calc: newCalculator(o.Measures), watchdog: t}
}

// work runs chunks until there are none.
func (w *worker) work(d *dispatch) {
	for {
		number, r, b, ok := d.take()
		if !ok {
			return
		}
		w.begin(b, r)
		for w.batch(b) {
			if d.ctx.Err() != nil {
				return
			}
		}
		d.give(number, b)
	}
}

// begin makes the block ready and finds the panels of its points.
func (w *worker) begin(b *Block, r Range) {
	n, m := r.End-r.First, len(w.options.Measures)
	b.First, b.Rows = r.First, n
	b.Values = resize(b.Values, n*m)
	b.Errs, b.Panels, b.NAV = resize(b.Errs, n), resize(b.Panels, n), resize(b.NAV, n)
	w.panels = resize(w.panels, n)
	for row := range n {
		b.Errs[row] = ""
		p, err := w.panel(r.First + row)
		if w.panels[row], b.Panels[row] = p, p; err != nil {
			w.fail(b, row, err)
		}
	}
	w.sort(r)
}

// sort puts the rows in the order in which they are taken: near ones together.
func (w *worker) sort(r Range) {
	n := r.End - r.First
	w.order, w.kin = resize(w.order, n), resize(w.kin, n)
	kin, known := w.maker.(Affinity)
	for row := range n {
		if w.order[row] = row; known {
			w.kin[row] = kin.Affinity(r.First + row)
		}
	}
	if known {
		slices.SortStableFunc(w.order, func(i, j int) int { return cmp.Compare(w.kin[i], w.kin[j]) })
	}
}

func resize[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// fail writes a row without measures.
func (w *worker) fail(b *Block, row int, err error) {
	w.panels[row] = nil
	b.Errs[row] = err.Error()
	if b.Errs[row] == "" {
		b.Errs[row] = "failed"
	}
	m := len(w.options.Measures)
	for i := range m {
		b.Values[row*m+i] = math.NaN()
	}
	b.NAV[row] = b.NAV[row][:0]
}

// batch runs up to eight points that share a panel; false when none is left.
func (w *worker) batch(b *Block) bool {
	var panel *data.Panel
	k := 0
	for _, row := range w.order {
		p := w.panels[row]
		if k == sim.MaxLanes {
			break
		}
		if p == nil || panel != nil && p != panel {
			continue
		}
		a, err := w.account(k, b.First+row)
		if err != nil {
			w.fail(b, row, err)
			continue
		}
		panel = p
		w.lanes[k], w.accounts[k] = row, a
		k++
	}
	if k == 0 {
		return false
	}
	w.together(b, panel, k)
	return slices.ContainsFunc(w.panels, func(p *data.Panel) bool { return p != nil })
}

// together runs k accounts, and what runs beside them, in the lanes of one runner
// each. When one of them fails or panics, or all take too long, each is run alone, so
// that the others are not lost.
func (w *worker) together(b *Block, panel *data.Panel, k int) {
	ran, err := w.all(panel, w.accounts[:k])
	if err != nil {
		w.alone(b, panel, k)
		return
	}
	for l, row := range w.lanes[:k] {
		w.measure(b, row, &ran, l, &w.accounts[l])
	}
}

// all runs accounts in all their roles under the watchdog.
func (w *worker) all(panel *data.Panel, accounts []Account) (ran [against + 1]*sim.Runner, err error) {
	w.watchdog.begin()
	for r := range ran {
		if ran[r], err = w.lanesOf(panel, role(r), accounts); err != nil {
			break
		}
	}
	if late := w.watchdog.end(); late && errors.Is(err, sim.ErrStopped) {
		err = w.options.Late
	}
	return ran, err
}

// lanesOf runs the accounts' mandates of a role; nil when they have none. The error
// is the first of any lane, a *Panic when one panicked.
func (w *worker) lanesOf(panel *data.Panel, x role, accounts []Account) (*sim.Runner, error) {
	if x.of(&accounts[0]) == nil {
		return nil, nil
	}
	r, err := w.runner(panel, len(accounts), x)
	if err != nil {
		return nil, err
	}
	for l := range accounts {
		if err := r.Set(l, x.of(&accounts[l])); err != nil {
			return nil, err
		}
	}
	if p := caught(r.Run); p != nil {
		w.forget()
		return nil, p
	}
	if r.Stopped() {
		return nil, sim.ErrStopped
	}
	return r, nil
}

// alone runs the accounts of a batch one by one.
func (w *worker) alone(b *Block, panel *data.Panel, k int) {
	for _, row := range w.lanes[:k] {
		if err := w.single(b, panel, row); err != nil {
			var p *Panic
			if errors.As(err, &p) {
				p.Point = b.First + row
				w.panicked(p)
			}
			w.fail(b, row, err)
		}
	}
}

// single runs one point.
func (w *worker) single(b *Block, panel *data.Panel, row int) error {
	a, err := w.account(0, b.First+row)
	if err != nil {
		return err
	}
	ran, err := w.all(panel, []Account{a})
	if err != nil {
		return err
	}
	w.measure(b, row, &ran, 0, &a)
	return nil
}

// measure writes the row of a lane that ran.
func (w *worker) measure(b *Block, row int, ran *[against + 1]*sim.Runner, lane int, a *Account) {
	rec := &w.calc.record
	w.calc.way = way{lane: lane}
	if w.calc.light && !w.options.NAV {
		w.calc.way.brief = true
		*rec = ran[own].Brief(lane)
	} else {
		*rec = ran[own].Record(lane)
	}
	w.calc.runner, w.calc.lane = ran[own], lane
	if rec.Err != nil {
		w.fail(b, row, rec.Err)
		return
	}
	w.panels[row] = nil
	if w.calc.input.Twin = nil; ran[twin] != nil {
		w.calc.twin = ran[twin].Record(lane)
		w.calc.input.Twin = &w.calc.twin
	}
	if ran[against] != nil {
		other := ran[against].Record(lane)
		a.Reference = metric.RecordReturns(&other)
	}
	m := len(w.options.Measures)
	w.calc.compute(b.Values[row*m:row*m+m], a)
	if noticed != nil {
		noticed(w.calc.way)
	}
	if b.NAV[row] = b.NAV[row][:0]; w.options.NAV {
		b.NAV[row] = append(b.NAV[row], rec.NAV[rec.First:rec.End]...)
	}
}

// runner is a runner of k lanes over a panel: a used one if there is one.
func (w *worker) runner(panel *data.Panel, k int, as role) (*sim.Runner, error) {
	for i, x := range w.runners {
		if x.panel == panel && x.lanes == k && x.role == as {
			copy(w.runners[1:i+1], w.runners[:i])
			w.runners[0] = x
			return x.runner, nil
		}
	}
	keep := w.keep
	if as != own {
		keep = 0
	}
	r, err := sim.NewRunner(panel, k, keep)
	if err != nil {
		return nil, err
	}
	r.StopOn(&w.watchdog.stop)
	w.runners = slices.Insert(w.runners, 0, &cachedRunner{panel, k, as, r})
	w.runners = w.runners[:min(len(w.runners), maxRunners)]
	return r, nil
}

// panel and account ask the maker; a panic in it is the point's own failure.
func (w *worker) panel(point int) (p *data.Panel, err error) {
	if broken := caught(func() { p, err = w.maker.Panel(point) }); broken != nil {
		return nil, w.broke(point, broken)
	}
	return p, err
}

func (w *worker) account(slot, point int) (a Account, err error) {
	if broken := caught(func() { a, err = w.maker.Account(slot, point) }); broken != nil {
		return a, w.broke(point, broken)
	}
	return a, err
}

// broke is the error of a point whose maker panicked.
func (w *worker) broke(point int, p *Panic) error {
	p.Point = point
	w.panicked(p)
	w.forget()
	return p
}

// panicked tells of a panic.
func (w *worker) panicked(p *Panic) {
	if w.options.Panicked != nil {
		w.options.Panicked(p)
	}
}

// forget drops what a panic may have left half done.
func (w *worker) forget() {
	w.runners, w.maker = nil, w.points.Maker()
}

// caught runs f and returns its panic, nil when there was none.
func caught(f func()) (p *Panic) {
	defer func() {
		if what := recover(); what != nil {
			p = &Panic{What: what, Stack: debug.Stack()}
		}
	}()
	f()
	return nil
}

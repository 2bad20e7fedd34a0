package sweep

import (
	"math"
	"runtime/debug"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// worker runs chunks with runners of its own.
type worker struct {
	points  Points
	options Options
	keep    sim.Keep
	maker   Maker
	runners []*benched // most recently used first
	calc    *calculator

	panels   []*data.Panel // of the chunk's points; nil: done, or failed
	lanes    [sim.MaxLanes]int
	accounts [sim.MaxLanes]Account
}

// benched is a runner that waits for its next batch.
type benched struct {
	panel  *data.Panel
	lanes  int
	runner *sim.Runner
}

// maxRunners is how many runners a worker keeps: one for each of the panels that
// it meets in turn, and one for what is left of a chunk.
const maxRunners = 8

func newWorker(points Points, o Options) *worker {
	w := &worker{points: points, options: o, maker: points.Maker(), calc: newCalculator(o.Measures)}
	if slices.ContainsFunc(o.Measures, func(m metric.Measure) bool { return strings.HasPrefix(m.Name, "drift") }) {
		w.keep = sim.KeepDrift
	}
	return w
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
	for row, p := range w.panels {
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

// together runs k accounts in the lanes of one runner. When one of them panics,
// each is run alone, so that the others are not lost.
func (w *worker) together(b *Block, panel *data.Panel, k int) {
	r, err := w.runner(panel, k)
	if err != nil {
		for _, row := range w.lanes[:k] {
			w.fail(b, row, err)
		}
		return
	}
	for l, row := range w.lanes[:k] {
		if err := r.Set(l, w.accounts[l].Mandate); err != nil {
			w.fail(b, row, err)
			w.lanes[l] = -1
		}
	}
	if slices.Contains(w.lanes[:k], -1) {
		w.alone(b, panel, k) // a lane would hold an account of an earlier batch
		return
	}
	if p := caught(r.Run); p != nil {
		w.forget()
		w.alone(b, panel, k)
		return
	}
	for l, row := range w.lanes[:k] {
		w.measure(b, row, r, l, &w.accounts[l])
	}
}

// alone runs the accounts of a batch one by one.
func (w *worker) alone(b *Block, panel *data.Panel, k int) {
	for _, row := range w.lanes[:k] {
		if row < 0 {
			continue
		}
		p := b.First + row
		a, err := w.account(0, p)
		if err != nil {
			w.fail(b, row, err)
			continue
		}
		r, err := w.runner(panel, 1)
		if err == nil {
			err = r.Set(0, a.Mandate)
		}
		if err != nil {
			w.fail(b, row, err)
			continue
		}
		if broken := caught(r.Run); broken != nil {
			w.fail(b, row, w.panicked(p, broken))
			continue
		}
		w.measure(b, row, r, 0, &a)
	}
}

// measure writes the row of a lane that ran.
func (w *worker) measure(b *Block, row int, r *sim.Runner, lane int, a *Account) {
	rec := &w.calc.record
	*rec = r.Record(lane)
	w.calc.runner, w.calc.lane = r, lane
	if rec.Err != nil {
		w.fail(b, row, rec.Err)
		return
	}
	w.panels[row] = nil
	m := len(w.options.Measures)
	w.calc.compute(b.Values[row*m:row*m+m], a)
	if b.NAV[row] = b.NAV[row][:0]; w.options.NAV {
		b.NAV[row] = append(b.NAV[row], rec.NAV[rec.First:rec.End]...)
	}
}

// runner is a runner of k lanes over a panel: a used one if there is one.
func (w *worker) runner(panel *data.Panel, k int) (*sim.Runner, error) {
	for i, x := range w.runners {
		if x.panel == panel && x.lanes == k {
			copy(w.runners[1:i+1], w.runners[:i])
			w.runners[0] = x
			return x.runner, nil
		}
	}
	r, err := sim.NewRunner(panel, k, w.keep)
	if err != nil {
		return nil, err
	}
	w.runners = slices.Insert(w.runners, 0, &benched{panel, k, r})
	w.runners = w.runners[:min(len(w.runners), maxRunners)]
	return r, nil
}

// panel and account ask the maker; a panic in it is the point's own failure.
func (w *worker) panel(point int) (p *data.Panel, err error) {
	if broken := caught(func() { p, err = w.maker.Panel(point) }); broken != nil {
		return nil, w.panicked(point, broken)
	}
	return p, err
}

func (w *worker) account(slot, point int) (a Account, err error) {
	if broken := caught(func() { a, err = w.maker.Account(slot, point) }); broken != nil {
		return a, w.panicked(point, broken)
	}
	return a, err
}

// panicked reports a panic and drops everything that it may have left half done.
func (w *worker) panicked(point int, p *Panic) error {
	p.Point = point
	if w.options.Panicked != nil {
		w.options.Panicked(p)
	}
	w.forget()
	return p
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

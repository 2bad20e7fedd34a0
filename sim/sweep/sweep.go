// Package sweep runs many accounts over shared prices: points become accounts,
// eight at a time in the lanes of a runner, on as many workers as there are
// cores, and leave rows of measures in the order of the points. It knows no file:
// where points come from is a Points' business, where rows go a Sink's.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// Points makes accounts of the points of a sweep, which are numbered from 0. It
// is shared by the workers; each of them asks for a Maker of its own.
type Points interface {
	Maker() Maker
}

// Maker makes accounts for one worker. It keeps one set of parts for each of
// sim.MaxLanes slots, so that accounts of different slots live side by side. An
// error belongs to the point alone: it becomes the reason in the point's row.
type Maker interface {
	// Panel is the prices of a point. Points that share prices share the pointer.
	Panel(point int) (*data.Panel, error)
	// Account is the account of a point on its panel, valid until the slot is used
	// again.
	Account(slot, point int) (Account, error)
}

// Kin is a Maker that knows which points are alike. Those with near numbers run side
// by side where they can: accounts that look and trade at the same sessions share
// work. No result depends on it.
type Kin interface {
	Kin(point int) uint64
}

// Near numbers places on axes, the last one changing fastest, such that neighbours on
// all axes are near each other: the bits of the places take turns.
func Near(at ...int) (n uint64) {
	for bit, out := 0, 0; out < 64; bit++ {
		for i := len(at) - 1; i >= 0 && out < 64; i-- {
			n |= uint64(at[i]>>bit&1) << out
			out++
		}
		if len(at) == 0 {
			break
		}
	}
	return n
}

// Account is one point, ready to run.
type Account struct {
	Mandate        *sim.Mandate
	Reference      []float64 // simple returns by session, for tracking error; nil: none
	PeriodsPerYear float64
	RiskFree       float64      // a year
	Twin           *sim.Mandate // the same account trading free, run beside it: for the cost drag; nil: none
	Against        *sim.Mandate // an account run beside it whose returns are the reference; nil: Reference is
}

// Range is the points [First, End).
type Range struct{ First, End int }

// Sink takes rows. Take is called with blocks in the order of their points, by
// one goroutine at a time; the block is valid during the call only. An error
// ends the sweep.
type Sink interface {
	Take(b *Block) error
}

// Block is the rows of neighbouring points.
type Block struct {
	First  int       // the point of row 0
	Rows   int       //
	Values []float64 // [row*measures + measure]; NaN: undefined
	Errs   []string  // by row: why the point failed; "": it did not
	Panels []*data.Panel
	NAV    [][]float64 // by row, with Options.NAV: after each session of its panel; nil of a failed point
}

// Options say how a sweep runs. None of them changes a result, but that points which
// are over their time have none.
type Options struct {
	Workers  int              // 0: all cores
	Chunk    int              // points that a worker takes at a time; 0: up to 64, fewer towards the end
	Measures []metric.Measure // nil: Measures()
	NAV      bool             // rows carry their NAV
	Panicked func(p *Panic)   // is told of panics, from any worker; nil: nobody is

	// Ticks come at even intervals, LateTicks of them in the time that a point may take;
	// this room has no clock of its own. A point that is over its time alone, not only with those
	// beside it, fails with Late. nil: no limit.
	Ticks <-chan time.Time
	Late  error
}

// LateTicks is how many ticks the limit of a point's time has.
const LateTicks = 8

// Panic is a panic of a policy or of the engine at one point.
type Panic struct {
	Point int
	What  any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.What) }

// Measures are those that a sweep tells, in the order of metric.All: those that need
// neither a journal nor a twin, without those that take a pass of their own.
func Measures() []metric.Measure { return defined(metric.Basic(), false) }

// defined are those measures that a run without a journal has. Which they are shows
// in a record that has everything else: the others are undefined there.
func defined(measures []metric.Measure, twin bool) []metric.Measure {
	dates := make([]data.Date, 300) // weeks: some measures need years
	prices, nav := make([]float64, len(dates)), make([]float64, len(dates))
	for s := range dates {
		dates[s], prices[s], nav[s] = data.Date(s*7), 1, 100+float64(s*s%5)
	}
	panel, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, prices, nil)
	if err != nil {
		panic(err) // nothing in it depends on anything
	}
	nav[len(nav)-1] = 200 // what was lost is won again
	flow := make([]float64, len(dates))
	flow[3] = 10
	rec := &sim.Record{
		Panel: panel, Mandate: &sim.Mandate{Terms: &sim.Terms{}, Targets: []float64{1}}, End: len(dates),
		NAV: nav, Flow: flow, DriftHalf: nav, DriftMost: nav, Tally: sim.Tally{Looks: 1, Cost: 1},
	}
	in := metric.Input{PeriodsPerYear: 52, Reference: flow, Record: rec}
	if twin {
		in.Twin = rec
	}
	var out []metric.Measure
	for _, m := range measures {
		if x := m.Of(&in); x == x {
			out = append(out, m)
		}
	}
	return out
}

// Named are some measures, in the order of metric.All; those that need a twin, or a
// pass of their own, may be among them. Without those of drift a sweep is several times as fast.
func Named(names []string) []metric.Measure {
	return slices.DeleteFunc(defined(metric.All(), true), func(m metric.Measure) bool { return !slices.Contains(names, m.Name) })
}

// TwinNames are the names of the measures that need Account.Twin.
func TwinNames() (out []string) {
	plain := defined(metric.All(), false)
	for _, m := range defined(metric.All(), true) {
		if !slices.ContainsFunc(plain, func(p metric.Measure) bool { return p.Name == m.Name }) {
			out = append(out, m.Name)
		}
	}
	return out
}

// ExtraNames are the names of the measures that need no twin and are told only when
// they are named.
func ExtraNames() (out []string) {
	for _, m := range defined(metric.All(), false) {
		if m.Extra {
			out = append(out, m.Name)
		}
	}
	return out
}

// Run runs the points of the ranges, which must be in order, and gives the sink
// their rows. Whatever the workers, it gives the same rows in the same blocks. It
// returns early with the sink's error or the context's own; rows that were given
// before are good.
func Run(ctx context.Context, points Points, ranges []Range, o Options, sink Sink) error {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Measures == nil {
		o.Measures = Measures()
	}
	last := 0
	for _, r := range ranges {
		if r.First < last || r.End < r.First {
			return errors.New("sweep: ranges are not in order")
		}
		last = r.End
	}
	d := newDispatch(ctx, ranges, o, sink)
	return d.run(points)
}

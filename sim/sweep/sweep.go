// Package sweep runs many accounts over shared prices: points become accounts,
// eight at a time in the lanes of a runner, on as many workers as there are
// cores, and leave rows of measures in the order of the points. It reads and writes no
// files: a Points supplies the points, a Sink takes the rows.
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

// Affinity is a Maker that knows which points are alike. Those with near numbers run side
// by side where they can: accounts that look and trade at the same sessions share
// work. No result depends on it.
type Affinity interface {
	Affinity(point int) uint64
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
	// this package has no clock of its own. A point that is over its time alone, not only with those
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

// What the measures of a sweep may need: it keeps the drift when some are of it, and runs
// a twin beside the account when one that needs it is asked for.
const (
	always = metric.NeedColumns | metric.NeedDrift | metric.NeedReference
	asked  = always | metric.NeedTwin
)

// Measures are those that a sweep tells, in the order of metric.All: those that need
// neither a journal nor a twin, without those that take a pass of their own.
func Measures() []metric.Measure { return within(metric.Basic(), always) }

// within are those measures that need nothing but some of needs.
func within(measures []metric.Measure, needs metric.Needs) []metric.Measure {
	return slices.DeleteFunc(measures, func(m metric.Measure) bool { return !m.Needs.Within(needs) })
}

// Named are some measures, in the order of metric.All; those that need a twin, or a
// pass of their own, may be among them. Without those of drift a sweep is several times as fast.
func Named(names []string) []metric.Measure {
	return slices.DeleteFunc(within(metric.All(), asked), func(m metric.Measure) bool { return !slices.Contains(names, m.Name) })
}

// TwinNames are the names of the measures that need Account.Twin.
func TwinNames() []string {
	return namesOf(within(metric.All(), asked), func(m *metric.Measure) bool { return m.Needs.Has(metric.NeedTwin) })
}

// ExtraNames are the names of the measures that need no twin and are told only when
// they are named.
func ExtraNames() []string {
	return namesOf(within(metric.All(), always), func(m *metric.Measure) bool { return m.Extra })
}

func namesOf(measures []metric.Measure, which func(*metric.Measure) bool) (names []string) {
	for i := range measures {
		if which(&measures[i]) {
			names = append(names, measures[i].Name)
		}
	}
	return names
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

package sweep_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
	"evenkeel/sim/sweep"
	"evenkeel/strategies"
)

// dawdling takes its time over every question, and never trades: by each of them a tick
// of the clock has passed.
type dawdling struct {
	*strategies.Bands
	ticks chan<- time.Time
}

func (d dawdling) Decide(*sim.View, []float64) sim.Verdict {
	d.ticks <- time.Time{}
	return sim.Verdict{}
}

// A point that takes too long fails with the reason; those that ran beside it, whose
// time it took, are what they would have been.
func TestAPointThatTakesTooLong(t *testing.T) {
	g := newGrid(t, 600)
	g.points = 100
	good := &table{}
	require.NoError(t, sweep.Run(context.Background(), g, []sweep.Range{{End: g.points}}, sweep.Options{Workers: 1}, good))
	ticks := make(chan time.Time)
	g.ticks = ticks
	slow := map[int]bool{3: true, 4: true, 77: true}
	g.bad = func(point int) string {
		if slow[point] {
			return "slow"
		}
		return ""
	}
	late := errors.New("too late")
	got := &table{}
	require.NoError(t, sweep.Run(context.Background(), g, []sweep.Range{{End: g.points}}, sweep.Options{Workers: 1, Ticks: ticks, Late: late}, got))
	m := len(sweep.Measures())
	for p := range g.points {
		if slow[p] {
			require.Equal(t, "too late", got.errs[p])
			continue
		}
		require.Empty(t, got.errs[p])
		require.Equal(t, bitsOf(good.values[p*m:p*m+m]), bitsOf(got.values[p*m:p*m+m]), "point %d", p)
	}
}

// Few ticks change nothing.
func TestTicksChangeNothing(t *testing.T) {
	g := newGrid(t, 600)
	good := &table{}
	require.NoError(t, sweep.Run(context.Background(), g, []sweep.Range{{End: g.points}}, sweep.Options{Workers: 2}, good))
	ticks, done := make(chan time.Time), make(chan struct{})
	go func() {
		for {
			select {
			case ticks <- time.Time{}:
				time.Sleep(50 * time.Millisecond)
			case <-done:
				return
			}
		}
	}()
	got := &table{}
	require.NoError(t, sweep.Run(context.Background(), g, []sweep.Range{{End: g.points}}, sweep.Options{Workers: 2, Ticks: ticks, Late: errors.New("late")}, got))
	close(done)
	require.Equal(t, good.errs, got.errs)
	require.Equal(t, bitsOf(good.values), bitsOf(got.values))
}

// The end of a sweep does not wait for a point that is at work.
func TestTheEndStopsAPoint(t *testing.T) {
	g := newGrid(t, 600)
	ctx, cancel := context.WithCancel(context.Background())
	ticks := make(chan time.Time)
	g.ticks = ticks
	g.bad = func(int) string { return "slow" }
	var asked atomic.Int32
	go func() {
		for range ticks {
			if asked.Add(1) == 3 {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	require.ErrorIs(t, sweep.Run(ctx, g, []sweep.Range{{End: g.points}}, sweep.Options{Workers: 1}, &table{}), context.Canceled)
	require.Less(t, asked.Load(), int32(300), "questions of the thousands that were left")
	close(ticks)
}

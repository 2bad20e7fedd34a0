package sim_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// raising sets a flag when it is asked for the at-th time.
type raising struct {
	*strategies.Bands
	flag  *atomic.Bool
	at    int
	asked *int
}

func (r raising) Decide(v *sim.View, want []float64) sim.Verdict {
	if *r.asked++; *r.asked == r.at {
		r.flag.Store(true)
	}
	return r.Bands.Decide(v, want)
}

// A run that is told to stop asks nobody any more; the next run of the same runner is
// as if nothing had been, whatever shape its accounts have.
func TestRunStops(t *testing.T) {
	p := swinging(t, 3, 400)
	targets := []float64{0.5, 0.3, 0.2}
	common := &sim.Mandate{Policy: bound(t, p, targets, bands(0.05, 0.01, data.Schedule{Every: 1})), Targets: targets, Terms: &sim.Terms{Fill: sim.SameClose}, Cash: 1e6}
	for _, lanes := range []int{1, 8} {
		r, err := sim.NewRunner(p, lanes, sim.KeepDrift|sim.KeepLog)
		require.NoError(t, err)
		var flag atomic.Bool
		r.StopOn(&flag)
		run := func(m *sim.Mandate) {
			for l := range lanes {
				require.NoError(t, r.Set(l, m))
			}
			r.Run()
		}
		run(common)
		require.False(t, r.Stopped())
		want := taken(r, 0)

		flag.Store(true) // before it begins
		run(common)
		require.True(t, r.Stopped())
		for l := range lanes {
			require.ErrorIs(t, r.Record(l).Err, sim.ErrStopped)
		}
		flag.Store(false)

		asked := 0
		plain := *common
		plain.Policy = raising{bound(t, p, targets, bands(0.05, 0.01, data.Schedule{Every: 1})), &flag, 5, &asked}
		run(&plain)
		require.True(t, r.Stopped())
		require.Less(t, asked, 5+lanes)
		require.ErrorIs(t, r.Record(0).Err, sim.ErrStopped)

		flag.Store(false)
		run(common)
		require.False(t, r.Stopped())
		require.Equal(t, want, taken(r, 0))
	}
}

package sim_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// result is what a run left, copied out of its runner.
type result struct {
	First, End      int
	NAV, Half, Most []float64
	Tally           sim.Tally
	Units           []sim.Units
	Log             sim.Log
}

func taken(r *sim.Runner, lane int) result {
	rec := r.Record(lane)
	return result{
		First: rec.First, End: rec.End, NAV: slices.Clone(rec.NAV[rec.First:rec.End]),
		Half: slices.Clone(rec.DriftHalf[rec.First+1 : rec.End]), Most: slices.Clone(rec.DriftMost[rec.First+1 : rec.End]),
		Tally: rec.Tally, Units: slices.Clone(rec.Units),
		Log: sim.Log{Decisions: append([]sim.Decision(nil), rec.Log.Decisions...), Orders: append([]sim.Order(nil), rec.Log.Orders...), Entries: append([]sim.Entry(nil), rec.Log.Entries...), Waits: waitsOf(rec.Log)},
	}
}

// waitsOf are the notes of what waits, copied out of a log.
func waitsOf(l *sim.Log) (all []sim.Wait) {
	for _, w := range l.Waits {
		w.Assets = slices.Clone(w.Assets)
		all = append(all, w)
	}
	return all
}

// Accounts that share a runner do not notice one another, whenever they begin and
// end, and a runner may be used again.
func TestLanesAreIndependent(t *testing.T) {
	p := swinging(t, 3, 120)
	targets := []float64{0.5, 0.3, 0.2}
	charged := costs(t, p, cost.NewBPS(15, cost.Everywhere), cost.NewFixed(1, cost.Scope{From: p.Date(30), Until: p.Date(60)}))
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) *sim.Mandate {
			m := &sim.Mandate{Targets: targets, Cash: rapid.SampledFrom([]float64{500, 1e6}).Draw(rt, name+" cash"), Terms: &sim.Terms{Fill: rapid.SampledFrom(moments).Draw(rt, name+" fill")}}
			if rapid.Bool().Draw(rt, name+" costs") {
				m.Terms.Costs = charged
			}
			look := rapid.SampledFrom([]data.Schedule{data.EverySession, {Every: 3, Offset: 1}, {Period: data.Month, Last: true}}).Draw(rt, name+" look")
			switch rapid.IntRange(0, 3).Draw(rt, name+" strategy") {
			case 0:
				m.Policy = still{}
			case 1:
				m.Policy = bound(t, p, targets, strategies.NewCalendar(look))
			default:
				m.Policy = bound(t, p, targets, bands(rapid.SampledFrom([]float64{0.02, 0.1}).Draw(rt, name+" band"), 0.01, look))
			}
			m.Open = rapid.IntRange(0, 100).Draw(rt, name+" open")
			m.Close = rapid.SampledFrom([]int{0, m.Open + 1, m.Open + 2, m.Open + 19}).Draw(rt, name+" close")
			return m
		}
		lanes := rapid.IntRange(1, sim.MaxLanes).Draw(rt, "lanes")
		together, err := sim.NewRunner(p, lanes, sim.KeepDrift|sim.KeepLog)
		require.NoError(rt, err)
		alone, err := sim.NewRunner(p, 1, sim.KeepDrift|sim.KeepLog)
		require.NoError(rt, err)
		for round := range 2 {
			var want []result
			for l := range lanes {
				m := draw(fmt.Sprintf("round %d lane %d", round, l))
				require.NoError(rt, together.Set(l, m))
				require.NoError(rt, alone.Set(0, m))
				alone.Run()
				want = append(want, taken(alone, 0))
			}
			for l := range lanes { // a policy instance belongs to one run at a time: bound again
				require.Equal(rt, want[l].First, together.Record(l).First)
			}
			together.Run()
			for l := range lanes {
				got := taken(together, l)
				require.Equal(rt, bits(want[l].Half), bits(got.Half))
				require.Equal(rt, bits(want[l].Most), bits(got.Most))
				want[l].Half, got.Half, want[l].Most, got.Most = nil, nil, nil, nil // may be NaN
				require.Equal(rt, want[l], got)
			}
		}
	})
}

func bits(x []float64) []uint64 {
	b := make([]uint64, len(x))
	for i, v := range x {
		b[i] = math.Float64bits(v)
	}
	return b
}

// An account that ends before the others leaves its last orders unfilled.
func TestOrdersAfterTheEndOfALane(t *testing.T) {
	p := swinging(t, 2, 40)
	targets := []float64{0.6, 0.4}
	for _, fill := range moments {
		mandate := func(end int) *sim.Mandate {
			return &sim.Mandate{Policy: bound(t, p, targets, strategies.NewCalendar(data.EverySession)), Targets: targets, Cash: 1e6, Terms: &sim.Terms{Fill: fill}, Close: end}
		}
		alone := run(t, p, mandate(20))
		r, err := sim.NewRunner(p, 2, sim.KeepDrift|sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, mandate(20)))
		require.NoError(t, r.Set(1, mandate(0)))
		r.Run()
		both := r.Record(0)
		require.Equal(t, alone.Tally, both.Tally, fill)
		require.Equal(t, alone.Log, both.Log, fill)
		require.Equal(t, alone.Units, both.Units, fill)
	}
}

// A lane that has no mandate takes no part.
func TestEmptyLanes(t *testing.T) {
	p := swinging(t, 2, 30)
	r, err := sim.NewRunner(p, sim.MaxLanes, 0)
	require.NoError(t, err)
	r.Run()
	require.NoError(t, r.Set(5, hold(1000, &sim.Terms{})))
	r.Run()
	require.Positive(t, r.Record(5).NAV[29])
	require.Nil(t, r.Record(4).Mandate)
	require.Nil(t, r.Record(5).Log)
	require.Nil(t, r.Record(5).DriftHalf)
}

package sim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/audit"
	"evenkeel/strategies"
)

// gapped is a market of A and B over six sessions at 100 in which some opens of A are
// missing.
func gapped(t *testing.T, missing ...int) *data.Panel {
	x := data.Table{Symbols: []string{"A", "B"}}
	for s := range 6 {
		x.Dates = append(x.Dates, data.Date(s))
		x.Close = append(x.Close, 100, 100)
		x.Open = append(x.Open, 100, 100)
		x.Volume = append(x.Volume, 4, 1000)
	}
	x.Close[2] = 200 // of A in session 1: it is sold
	for _, s := range missing {
		x.Open[2*s] = math.NaN()
	}
	require.NoError(t, x.Carry())
	p, err := data.Make(x)
	require.NoError(t, err)
	return p
}

func looking(t *testing.T, p *data.Panel, terms *sim.Terms) sim.Record {
	targets := []float64{0.5, 0.5}
	policy := strategies.NewCalendar(data.EverySession)
	require.NoError(t, policy.Bind(p, targets))
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, &sim.Mandate{Policy: policy, Targets: targets, Terms: terms, Cash: 10_000}))
	r.Run()
	rec := r.Record(0)
	require.NoError(t, rec.Err)
	require.NoError(t, audit.Check(&rec))
	return rec
}

// An order whose open is missing waits for the next one; the others fill.
func TestMissingOpensWait(t *testing.T) {
	rec := looking(t, gapped(t, 2, 3), &sim.Terms{Fill: sim.NextOpen})
	sale := rec.Log.Orders[2] // of A, decided in session 1 at 10,000 of A and 5,000 of B
	require.InDelta(t, -12.5, sale.Units.Shares(), 1e-7)
	require.Equal(t, []int32{4, 4}, []int32{sale.First, sale.Filled})
	require.Equal(t, []sim.OpenFor{sim.OpenForOpen, sim.OpenForOpen}, rec.Log.OpenFor)
	// With every open there it fills in session 2.
	rec = looking(t, gapped(t), &sim.Terms{Fill: sim.NextOpen})
	require.Equal(t, int32(2), rec.Log.Orders[2].Filled)
	require.Empty(t, rec.Log.OpenFor)
	// Who fills at closes never sees it.
	rec = looking(t, gapped(t, 2, 3), &sim.Terms{Fill: sim.NextClose})
	require.Equal(t, int32(2), rec.Log.Orders[2].Filled)
}

// Every look at which orders are open says what they wait for.
func TestWhatOrdersWaitFor(t *testing.T) {
	p := gapped(t)
	for name, c := range map[string]struct {
		terms sim.Terms
		want  []sim.OpenFor
	}{
		"delay":      {sim.Terms{Fill: sim.NextOpen, Delay: 2}, []sim.OpenFor{sim.OpenForDelay, sim.OpenForDelay}},
		"window":     {sim.Terms{Fill: sim.NextOpen, Windows: p.Calendar(data.Schedule{Every: 4})}, []sim.OpenFor{sim.OpenForWindow, sim.OpenForWindow}},
		"settlement": {sim.Terms{Fill: sim.NextOpen, Settle: []int{3, 3}}, []sim.OpenFor{sim.OpenForSettlement, sim.OpenForSettlement, sim.OpenForSettlement}},
		"volume":     {sim.Terms{Fill: sim.NextOpen, Participation: 1}, []sim.OpenFor{sim.OpenForVolume, sim.OpenForVolume}},
	} {
		rec := looking(t, p, &c.terms)
		require.GreaterOrEqual(t, len(rec.Log.OpenFor), len(c.want), name)
		require.Equal(t, c.want, rec.Log.OpenFor[:len(c.want)], name)
	}
}

// An account that is emptied looks and triggers no more until money comes.
func TestEmptiedAccounts(t *testing.T) {
	p := gapped(t)
	targets := []float64{0.5, 0.5}
	for name, policy := range map[string]strategies.Strategy{
		"calendar": strategies.NewCalendar(data.EverySession), "bands": bands(0.05, 0, data.EverySession),
	} {
		for _, back := range []bool{false, true} {
			require.NoError(t, policy.Bind(p, targets))
			m := &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Fill: sim.SameClose}, Cash: 10_000, Flows: []sim.Flow{{Session: 2, Percent: -1}}}
			want := 2
			if back {
				m.Flows = append(m.Flows, sim.Flow{Session: 4, Amount: 1000})
				want = 4 // sessions 1, 2, 4 and 5
			}
			r, err := sim.NewRunner(p, 1, sim.KeepLog)
			require.NoError(t, err)
			require.NoError(t, r.Set(0, m))
			r.Run()
			rec := r.Record(0)
			require.NoError(t, audit.Check(&rec))
			require.Equal(t, want, rec.Tally.Looks, name)
			for _, d := range rec.Log.Decisions {
				require.False(t, d.State == sim.StateUnfunded && d.Session < 4, "%s: %+v", name, d)
			}
			for _, d := range rec.Log.Decisions {
				require.False(t, d.Session == 3 || d.Session == 5 && !back, "%s: %+v", name, d)
			}
		}
	}
}

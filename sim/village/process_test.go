package village_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/simtest"
	"evenkeel/sim"
	"evenkeel/sim/village"
)

// Efficiency and allocation shortfall of the golden worlds that name them.
func TestGoldenTracking(t *testing.T) {
	cases := goldenCases(t)
	for id, want := range map[string]map[string][2]float64{
		"VC-08-depletion-deviation": {"X": {0.500000000001, 0.099999999999}, "Y": {1, 0}, "Z": {0, 0.05}},
		"VC-08-depletion-listed":    {"X": {0.750000000002, 0.049999999999}, "Y": {0, 0.299999999999}, "Z": {1, 0}},
		"VC-10-alternatives":        {"V": {0.333333333336, 0.080330004341}},
	} {
		c := cases[id]
		w, _ := worldOf(t, &c)
		require.NoError(t, w.Run())
		for l, v := range w.Villages {
			all := w.Processes(l, village.Usual)
			require.Len(t, all, 1, "%s %s", id, v.Name)
			e, ok := all[0].Efficiency()
			require.True(t, ok)
			require.InDelta(t, want[v.Name][0], e, 1e-11, "%s %s", id, v.Name)
			require.InDelta(t, want[v.Name][1], all[0].AllocationShortfall, 1e-11, "%s %s", id, v.Name)
		}
	}
}

// What missed orders are missed for, in the golden worlds.
func TestGoldenMissed(t *testing.T) {
	for id, c := range goldenCases(t) {
		if len(c.Expected.Missed) == 0 {
			continue
		}
		w, symbols := worldOf(t, &c)
		require.NoError(t, w.Run())
		type key struct {
			village, asset string
			sells          bool
			session        int32
		}
		got := map[key]string{}
		for l, v := range w.Villages {
			for _, o := range w.Runner().Record(l).Log.Orders {
				if (o.State == sim.StateMissed || o.State == sim.StatePart) && o.Owner == 0 {
					got[key{v.Name, symbols[o.Asset], o.Units < 0, o.Ended}] = o.Reason.String()
				}
			}
		}
		wrong := 0
		for _, m := range c.Expected.Missed {
			if r, ok := got[key{m.Village, m.Asset, m.Side == "sell", int32(m.Session)}]; ok && r != m.Reason {
				t.Errorf("%s: session %d %s %s %s: %s, want %s", id, m.Session, m.Village, m.Asset, m.Side, r, m.Reason)
				wrong++
			}
		}
		if id != "VC-22-conservation" {
			require.Len(t, got, len(c.Expected.Missed), id)
		}
	}
}

// The timeline of VC-14: A moves by about 1 % a session, in the last 20 by about 4 %.
func TestMinutes(t *testing.T) {
	var rows [][]float64
	for s := range 261 {
		a := 100.0
		if s%2 == 1 {
			a = 101
			if s > 240 {
				a = 104
			}
		}
		rows = append(rows, []float64{a, 100})
	}
	p := simtest.Market(t, rows, nil)
	targets := []float64{0.5, 0.5}
	require.InDelta(t, 1, village.Stress(p, targets, 240, 4), 1e-12)
	require.InDelta(t, 3.191331177280, village.Stress(p, targets, 260, 4), 1e-12)
	require.Equal(t, 1.0, village.Stress(p, targets, 20, 4))
	require.Equal(t, 2.0, village.Stress(p, targets, 260, 2))

	m := village.Usual
	at := func(p village.Process) (all []int) {
		m.Stamp(&p)
		all = append(all, p.Decided, p.Traded, p.Finalised)
		for k := range p.Parts {
			all = append(all, m.PartAt(&p, k+1))
		}
		return all
	}
	require.Equal(t, []int{600, 2700, 3600, 1125, 1650, 2175, 2700}, at(village.Process{Stress: 1, Parts: 4}))
	require.Equal(t, []int{600, 7302, 8202, 2275, 3951, 5626, 7302}, at(village.Process{Stress: 3.191331177280, Parts: 4}))
	require.Equal(t, []int{300, 1350, 1800, 650, 1000, 1350}, at(village.Process{Stress: 1, Parts: 3, Cause: sim.CauseMini}))
	for stress, long := range map[float64]bool{1: false, 1.001: true} {
		x := village.Process{Stress: stress}
		m.Stamp(&x)
		require.Equal(t, long, x.Extended)
	}
}

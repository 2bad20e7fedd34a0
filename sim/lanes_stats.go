package sim

import (
	"math"

	"evenkeel/sim/internal/kernel"
)

// RunStats are what a lane's NAV comes to. Returns are simple ones, from the second
// session on; the active return is the return less a reference's.
type RunStats struct {
	NAV             float64 // mean
	Return          float64 // mean; NaN of none
	Deviation       float64 // sample deviation of the returns; NaN of fewer than two
	Active          float64 // mean active return; NaN without a reference
	ActiveDeviation float64 // sample deviation of the active returns
	ActiveSquare    float64 // mean square of the active returns
	Drawdown        float64 // the largest fall from the running peak, as a part of it
	Drift           float64 // mean of Record.DriftHalf from the second session on; NaN unless kept
	DriftMost       float64 // the largest of Record.DriftMost, likewise
}

// moments keeps what the lanes' columns come to.
type moments struct {
	rows      kernel.Moments
	reference []float64 // that rows were measured against; kept, so that no other takes its place
	done      bool
}

// RunStats measures a lane's NAV against a reference's returns by session, nil for
// none, where that is cheaper than from its column: of accounts that ran side by
// side over the same sessions, all at once. Else it says no. The numbers are those
// of a pass over the column, session by session. A reference must not change until
// the next Run.
func (r *Runner) RunStats(lane int, reference []float64) (m RunStats, ok bool) {
	t, a := &r.lanes, &r.accounts[lane]
	if t.lanes == nil || t.lanes.Used>>lane&1 == 0 || !t.even || len(a.flows) > 0 {
		return m, false
	}
	k := &t.moments
	if !k.done || !same(k.reference, reference) {
		k.rows.Measure(t.nav, reference, a.first, a.end)
		if k.reference = reference; !k.done && t.half != nil {
			k.rows.Spread(t.half, t.most, a.first, a.end)
		}
		k.done = true
	}
	x := &k.rows
	m = RunStats{
		NAV: x.Mean[lane], Return: x.Return[lane], Deviation: x.Deviation[lane], Active: x.Active[lane],
		ActiveDeviation: x.ActiveDeviation[lane], ActiveSquare: x.ActiveSquare[lane], Drawdown: x.Drawdown[lane],
		Drift: x.Drift[lane], DriftMost: x.DriftMost[lane],
	}
	if t.half == nil {
		m.Drift, m.DriftMost = math.NaN(), math.NaN()
	}
	return m, true
}

// Brief is Record for who needs no columns: of accounts that ran side by side over the
// same sessions only the first and the last NAV are sure to be there.
func (r *Runner) Brief(lane int) Record {
	t, a := &r.lanes, &r.accounts[lane]
	if !t.even || t.stale>>lane&1 == 0 {
		return r.Record(lane)
	}
	a.nav[a.first] = t.nav[a.first*kernel.Width+lane]
	a.nav[a.end-1] = t.nav[(a.end-1)*kernel.Width+lane]
	stale := t.stale
	t.stale = 0
	rec := r.Record(lane)
	t.stale = stale
	return rec
}

// same reports whether two slices are one.
func same(a, b []float64) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

package village

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// Deviation is a company at a decision.
type Deviation struct {
	Session, Village, Decision, Asset                   int32
	Cause                                               sim.Cause
	Value, Current, Target, Adjustment, Money, Relative float64
	Rank, RankPercentage                                int32
	Counts                                              bool
	Requested, Executed                                 sim.Units // of the village's own order
}

// decide notes the table of deviations at a decision.
func (v *village) decide(s int, view *sim.View, verdict sim.Verdict, d *sim.Door) {
	if !verdict.Act && verdict.Cause == sim.CauseNone {
		return
	}
	clear(v.points)
	clear(v.rel)
	if verdict.Cause == sim.CauseOpening {
		return
	}
	from, power := len(v.w.Deviations), view.Power()
	for i, t := range view.Targets {
		x := Deviation{Session: int32(s), Village: int32(v.lane), Decision: int32(d.Decision()), Asset: int32(i), Cause: verdict.Cause, Value: view.Value[i], Target: t}
		if view.Invested > 0 {
			x.Current = x.Value / view.Invested
		}
		x.Adjustment, x.Money = t-x.Current, x.Value-float64(t*power)
		if t > 0 {
			x.Relative = x.Current/t - 1
		}
		x.Counts = v.w.Limits.counts(&x, view.NAV())
		v.points[i], v.rel[i] = math.Abs(x.Adjustment), math.Abs(x.Relative)
		v.w.Deviations = append(v.w.Deviations, x)
	}
	for j := range d.Orders() {
		if o := d.Order(j); o.Owner == 0 {
			v.w.Deviations[from+int(o.Asset)].Requested += o.Units
		}
	}
	v.rankAll(v.w.Deviations[from:])
}

// counts says whether a deviation is beyond the limits.
func (l *Limits) counts(x *Deviation, nav float64) bool {
	if x.Target == 0 {
		return x.Value >= sim.Dust
	}
	if x.Value == 0 {
		return true
	}
	limit := l.Money
	if l.PerNAV > 0 {
		limit *= nav / l.PerNAV
	}
	return math.Abs(x.Money)-limit >= sim.Dust && math.Abs(x.Relative) > l.Percent+1e-12
}

// rankAll ranks companies by |points| and by |relative|.
func (v *village) rankAll(all []Deviation) {
	points := func(x *Deviation) float64 { return math.Abs(x.Adjustment) }
	relative := func(x *Deviation) float64 { return math.Abs(x.Relative) }
	for pass, by := range [2][2]func(*Deviation) float64{{points, relative}, {relative, points}} {
		v.rank = v.rank[:0]
		for k := range all {
			v.rank = append(v.rank, k)
		}
		slices.SortStableFunc(v.rank, func(a, b int) int {
			for _, f := range by {
				switch x := f(&all[b]) - f(&all[a]); {
				case x > 1e-12:
					return 1
				case x < -1e-12:
					return -1
				}
			}
			return 0
		})
		for at, k := range v.rank {
			if pass == 0 {
				all[k].Rank = int32(at + 1)
			} else {
				all[k].RankPercentage = int32(at + 1)
			}
		}
	}
}

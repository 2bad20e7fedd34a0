package village

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim"
)

// WeekLine is a company of a village at the end of a week, at the close before the session's
// own trades.
type WeekLine struct {
	Session, Village, Asset                      int32
	Value, Current, Target, Adjustment, Relative float64 // as in Deviation
	Rank, RankPercentage                         int32
	Change                                       float64 // of Current since the week before; in the first week since the opening
	DaysBeyond                                   int     // sessions of the week on which |Relative| was beyond the limit
}

// Weeks are the lines of village l at the sessions that end its weeks, by session and then by
// company, for a limit of |w/t - 1|. A session at which nothing is invested has none.
func (w *World) Weeks(l int, limit float64, ends *data.Calendar) (all []WeekLine) {
	n := w.Panel.Assets()
	before, days := make([]float64, n), make([]int, n)
	first := w.runner.Record(l).First
	w.eachClose(l, func(s int, values []float64, invested float64) {
		if s == first {
			for i, x := range values {
				before[i] = weightIn(x, invested)
			}
			return
		}
		if invested == 0 {
			return
		}
		targets := w.targetsAt(l, s)
		for i, t := range targets {
			if t > 0 && math.Abs(values[i]/invested/t-1) > limit+1e-12 {
				days[i]++
			}
		}
		if !ends.Has(s) {
			return
		}
		from := len(all)
		for i, t := range targets {
			x := WeekLine{Session: int32(s), Village: int32(l), Asset: int32(i), Value: values[i], Current: values[i] / invested, Target: t, DaysBeyond: days[i]}
			x.Adjustment, x.Change = t-x.Current, x.Current-before[i]
			if t > 0 {
				x.Relative = x.Current/t - 1
			}
			before[i], days[i] = x.Current, 0
			all = append(all, x)
		}
		w.rankWeek(l, all[from:])
	})
	return all
}

// rankWeek ranks the lines of a week as a decision's table is ranked.
func (w *World) rankWeek(l int, lines []WeekLine) {
	table := make([]Deviation, len(lines))
	for k, x := range lines {
		table[k] = Deviation{Asset: x.Asset, Adjustment: x.Adjustment, Relative: x.Relative}
	}
	w.villages[l].rankAll(table)
	for k := range lines {
		lines[k].Rank, lines[k].RankPercentage = table[k].Rank, table[k].RankPercentage
	}
}

// weightIn is a part of what is invested; of nothing it is 0.
func weightIn(x, invested float64) float64 {
	if invested == 0 {
		return 0
	}
	return x / invested
}

// eachClose calls f with the values of village l's companies at every close, before the
// session's own trades, and their sum; at the first session after them. The slice is valid
// during the call.
func (w *World) eachClose(l int, f func(s int, values []float64, invested float64)) {
	rec := w.runner.Record(l)
	n := w.Panel.Assets()
	units, values := make([]sim.Units, n), make([]float64, n)
	see := func(s int) {
		price := w.Panel.Close(s)
		for i, u := range units {
			values[i] = u.Shares() * price[i]
		}
		f(s, values, sim.SumOf(values))
	}
	next := 0
	for s := rec.First; s < rec.End; s++ {
		from := next
		for ; next < len(rec.Log.Entries) && int(rec.Log.Entries[next].Session) == s; next++ {
			if e := &rec.Log.Entries[next]; e.Asset >= 0 && e.Order < 0 {
				units[e.Asset] += e.Units
			}
		}
		if s > rec.First {
			see(s)
		}
		for _, e := range rec.Log.Entries[from:next] {
			if e.Asset >= 0 && e.Order >= 0 {
				units[e.Asset] += e.Units
			}
		}
		if s == rec.First {
			see(s)
		}
	}
}

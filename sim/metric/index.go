package metric

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// Index is what one unit of money grew like, at the scale of the first NAV: deposits
// and withdrawals are taken out. It starts at NAV of the first session and grows by
// the time-weighted return of every later one; a session without a return leaves it
// where it is. Without flows it is NAV itself.
func Index(r *sim.Record) []float64 {
	if r.Flow == nil {
		return r.NAV[r.First:r.End]
	}
	return appendIndex(make([]float64, 0, r.End-r.First), r, r.End)
}

func appendIndex(dst []float64, r *sim.Record, end int) []float64 {
	at := r.NAV[r.First]
	dst = append(dst, at)
	for s := r.First + 1; s < end; s++ {
		if g := growthAt(r, s); g == g {
			at *= g
		}
		dst = append(dst, at)
	}
	return dst
}

// growthAt is 1 + r with the time-weighted return r of session s, which is not the
// first: M/NAV' (1 - c/(M + max(F, 0))) with NAV' the NAV of the session before, F its
// deposits less withdrawals, c the costs of its trades and M = NAV - F + c. So money
// that comes in and is traded pays its own costs. NaN: it has no return, because
// nothing was there before, or nothing is there that could bear the costs.
func growthAt(r *sim.Record, s int) float64 {
	was, now := r.NAV[s-1], r.NAV[s]
	if r.Flow == nil {
		if was == 0 {
			return math.NaN()
		}
		return now / was
	}
	flow, cost := r.Flow[s], costAt(r, s)
	made, all := now-flow+cost, now+cost // of M, and with new money
	if flow <= 0 {
		all = made
	}
	switch {
	case was == 0 || all == 0:
		return math.NaN()
	case flow <= 0: // what is there bears all costs
		return (now - flow) / was
	}
	return made / was * (1 - cost/all)
}

// costAt is what the trades of a session cost, as far as returns need it.
func costAt(r *sim.Record, s int) float64 {
	if r.Cost == nil {
		return 0
	}
	return r.Cost[s]
}

// borneAt is the part of a session's costs that the money there before bears; the
// rest is that of the money that came in.
func borneAt(r *sim.Record, s int) float64 {
	if r.Flow == nil || r.Flow[s] <= 0 {
		return 1
	}
	flow, cost := r.Flow[s], costAt(r, s)
	return (r.NAV[s] - flow + cost) / (r.NAV[s] + cost)
}

// RecordReturns are the time-weighted returns of a record by session of its panel; 0
// in its first session, outside it, and where a session has none.
func RecordReturns(r *sim.Record) []float64 {
	all := make([]float64, r.Panel.Sessions())
	for s := r.First + 1; s < r.End; s++ {
		if g := growthAt(r, s); g == g {
			all[s] = g - 1
		}
	}
	return all
}

// Returned are the time-weighted returns of a record's sessions from the second on; NaN
// where one has none.
func Returned(r *sim.Record) (all []float64) {
	for s := r.First + 1; s < r.End; s++ {
		all = append(all, growthAt(r, s)-1)
	}
	return all
}

// end is one past the last session that measures of performance see: that of ruin,
// or the record's end.
func (in *Input) end() int { return endOf(in.Record) }

func endOf(r *sim.Record) int {
	if r.Tally.Ruined > 0 {
		return min(r.End, r.Tally.Ruined+1)
	}
	return r.End
}

// index is the run's time-weighted index, see Index, up to its ruin.
func (in *Input) index() []float64 {
	r := in.Record
	if r.Flow == nil {
		return r.NAV[r.First:in.end()]
	}
	if !in.known.open {
		return Index(r)[:in.end()-r.First]
	}
	if len(in.known.index) == 0 {
		in.known.index = appendIndex(in.known.index, r, in.end())
	}
	return in.known.index
}

// sessions are the time-weighted returns of the sessions from the second on, up to
// ruin; NaN where one has none.
func (in *Input) sessions() []float64 {
	k := &in.known
	if k.open && len(k.sessions) > 0 {
		return k.sessions
	}
	all := k.sessions[:0]
	if !k.open {
		all = nil
	}
	r := in.Record
	for s := r.First + 1; s < in.end(); s++ {
		all = append(all, growthAt(r, s)-1)
	}
	if k.open {
		k.sessions = all
	}
	return all
}

// returns are the time-weighted returns that there are, nil of fewer than two sessions.
func (in *Input) returns() []float64 {
	all := in.sessions()
	if !slices.ContainsFunc(all, math.IsNaN) {
		return all
	}
	return present(all, all)
}

// references are the reference's returns beside those of the run, nil without one.
func (in *Input) references() []float64 {
	if in.Reference == nil {
		return nil
	}
	beside, from := in.sessions(), in.Record.First+1
	all := in.Reference[from : from+len(beside)]
	if !slices.ContainsFunc(beside, math.IsNaN) {
		return all
	}
	return present(all, beside)
}

// present are the values of x beside numbers, not beside a NaN.
func present(x, beside []float64) (all []float64) {
	for i, v := range x {
		if beside[i] == beside[i] {
			all = append(all, v)
		}
	}
	return all
}

// active are the returns above the reference's, nil without one.
func (in *Input) active() []float64 {
	if in.Reference == nil {
		return nil
	}
	if in.known.open && len(in.known.active) > 0 {
		return in.known.active
	}
	reference, active := in.references(), in.known.active[:0]
	for i, r := range in.returns() {
		active = append(active, r-reference[i])
	}
	in.known.active = active
	return active
}

// Least is the least sample deviation of an account's returns, each of one period,
// that is more than the rounding of its books; a ratio over less is undefined. Falls
// of its index that are no deeper are none.
func Least(meanNAV float64) float64 { return finest + 4e-6/meanNAV }

// finest is Least of values that no books have rounded.
const finest = 1e-9

// least is Least of the run.
func (in *Input) least() float64 {
	if in.known.open && in.known.least > 0 {
		return in.known.least
	}
	in.known.least = Least(Mean(in.Record.NAV[in.Record.First:in.end()]))
	return in.known.least
}

// overYear is x, of a year, over a deviation of one period, made one of a year; NaN
// when that is undefined or below least.
func overYear(x, deviation, periods, least float64) float64 {
	if !(deviation >= least) {
		return math.NaN()
	}
	return x / (deviation * math.Sqrt(periods))
}

// over is a ratio; NaN when the risk is below the least that is more than rounding.
func over(x, risk, least float64) float64 {
	if !(risk >= least) {
		return math.NaN()
	}
	return x / risk
}

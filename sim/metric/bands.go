package metric

import (
	"math"
	"slices"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InBands, []Measure{
	{Title: "Sessions outside band", Unit: Count, Better: -1, Extra: true, Needs: NeedLog | NeedLimits, Of: func(in *Input) float64 {
		if o, ok := in.outside(); ok {
			return float64(o.Sessions)
		}
		return math.NaN()
	}, Card: card.Card{
		Name: "sessions_outside_band", Doc: "sessions at whose close some weight was outside its band, before the session's own trades; needs the journal and a policy with bands",
		Details: "From the second session on, also where the policy does not look. Outside is a weight v/I beyond the limit by more than 1e-12.",
	}},
	{Title: "Alerts", Unit: Count, Better: -1, Extra: true, Needs: NeedLog | NeedLimits, Of: func(in *Input) float64 {
		if o, ok := in.outside(); ok {
			return float64(o.Alerts)
		}
		return math.NaN()
	}, Card: card.Card{
		Name: "alerts", Doc: "times that an asset's weight went out of its band: sessions at which it was outside and at the one before was not, summed over the assets",
		Details: "Counted where sessions_outside_band is.",
	}},
}...)

// Outside is how an account stood to its bands.
type Outside struct {
	Sessions int // with some weight outside its band
	Alerts   int // times that a weight went out
	Longest  int // sessions in a row
}

func (in *Input) outside() (Outside, bool) {
	r := in.Record
	banded := slices.ContainsFunc(in.Limits, func(e sim.Edges) bool { return e.Banded() })
	if !banded || r.Log == nil || r.Mandate == nil || len(in.Limits) != len(r.Mandate.InForce()) {
		return Outside{}, false
	}
	if !in.known.open || !in.known.walked {
		in.known.outside, in.known.walked = OutsideBands(r, in.Limits), true
	}
	return in.known.outside, true
}

// tie is how close values count as equal.
const tie = 1e-12

// OutsideBands follows the weights of a record with a log at every close from the
// second session on, before the session's own trades at it. The limits are those
// of each set of targets in force.
func OutsideBands(r *sim.Record, limits []sim.Edges) (o Outside) {
	was, row, set, later := make([]bool, r.Panel.Assets()), 0, 0, r.Mandate.InForce()[1:]
	eachLook(r, func(s int, weights []float64) {
		for set < len(later) && later[set].Session <= s {
			set++
		}
		l, some := &limits[set], false
		for i, w := range weights {
			now := l.Lo != nil && w < l.Lo[i]-tie || l.Hi != nil && w > l.Hi[i]+tie
			if now && !was[i] {
				o.Alerts++
			}
			was[i], some = now, some || now
		}
		if row++; !some {
			row = 0
			return
		}
		o.Sessions++
		o.Longest = max(o.Longest, row)
	})
	return o
}

// eachLook calls f for every session of a record with a log from the second on,
// with the weights v/I at its close as a look would see them: before trades at that
// close. They are NaN when nothing is invested, and valid during the call.
func eachLook(r *sim.Record, f func(session int, weights []float64)) {
	log, n := r.Log, r.Panel.Assets()
	units, w := make([]sim.Units, n), make([]float64, n)
	next := 0
	all := r.Mandate.Terms.Fill == sim.NextOpen // trades of a session are none at its close
	until := func(s int, all bool) {
		for ; next < len(log.Entries); next++ {
			e := &log.Entries[next]
			if int(e.Session) > s || !all && int(e.Session) == s && e.Order >= 0 {
				return
			}
			if e.Asset >= 0 {
				units[e.Asset] += e.Units
			}
		}
	}
	for s := r.First; s < r.End; s++ {
		if s > r.First {
			until(s, all)
			for i, p := range r.Panel.Close(s) {
				w[i] = float64(units[i].Shares() * p)
			}
			sum := sim.SumOf(w)
			for i := range w {
				w[i] /= sum
			}
			f(s, w)
		}
		until(s, true)
	}
}

package village

import (
	"math"

	"evenkeel/sim"
)

// Alert says that a company has gone beyond a limit of its drift, or is back.
type Alert struct {
	Session, Village, Asset int32
	Raised                  bool    // else it is cleared
	Relative, Limit         float64 // w/t - 1, and the limit that it is compared with
}

// Alerts are those of village l for a limit of |w/t - 1|: each is raised on the first session
// that a company is beyond at the close, before the session's own trades, and cleared on the
// first that it is back. A company without a target has none.
func (w *World) Alerts(l int, limit float64) (all []Alert) {
	rec := w.runner.Record(l)
	n := w.Panel.Assets()
	units, values, beyond := make([]sim.Units, n), make([]float64, n), make([]bool, n)
	next := 0
	for s := rec.First; s < rec.End; s++ {
		from := next
		for ; next < len(rec.Log.Entries) && int(rec.Log.Entries[next].Session) == s; next++ {
			if e := &rec.Log.Entries[next]; e.Asset >= 0 && e.Order < 0 {
				units[e.Asset] += e.Units
			}
		}
		price := w.Panel.Close(s)
		for i, u := range units {
			values[i] = u.Shares() * price[i]
		}
		if invested := sim.SumOf(values); invested > 0 && s > rec.First {
			for i, t := range w.targetsAt(l, s) {
				if t == 0 {
					continue
				}
				x := Alert{Session: int32(s), Village: int32(l), Asset: int32(i), Relative: values[i]/invested/t - 1, Limit: limit}
				if x.Raised = math.Abs(x.Relative) > limit+1e-12; x.Raised != beyond[i] {
					beyond[i] = x.Raised
					all = append(all, x)
				}
			}
		}
		for _, e := range rec.Log.Entries[from:next] {
			if e.Asset >= 0 && e.Order >= 0 {
				units[e.Asset] += e.Units
			}
		}
	}
	return all
}

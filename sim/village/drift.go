package village

import "math"

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
	beyond := make([]bool, w.Panel.Assets())
	first := w.runner.Record(l).First
	w.eachClose(l, func(s int, values []float64, invested float64) {
		if s == first || invested == 0 {
			return
		}
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
	})
	return all
}

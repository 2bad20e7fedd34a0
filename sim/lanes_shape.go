package sim

// Shaper is a Policy that may be of the common shape: at a look, when a weight is
// outside its band (or always), what is above its rail is sold down to it, and the
// cash and the net proceeds buy what is below target, shared by relative distance,
// capped at the target and shared again. It remembers nothing. Accounts of such
// policies may be run in a tighter loop, which leaves the same record.
type Shaper interface {
	// Shape reports whether the policy p is of the common shape, and is what answers: not
	// one that wraps it and decides in other ways. After Watch, with a place to write
	// to, it writes the shape.
	Shape(p Policy, x *Shape) bool
}

// Shape is a policy of the common shape. Slices have one place an asset; limits are
// weights.
type Shape struct {
	Always   bool      // every look trades
	Low, Top []float64 // beyond which a band is breached, the margin of rounding included
	Lo, Hi   []float64 // the edges of the bands: Lo below 0 and Hi of None are no limits
	Rail     []float64 // down to which is sold
}

func (x *Shape) room(n int) {
	if len(x.Rail) != n {
		x.Low, x.Top, x.Lo, x.Hi, x.Rail = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	}
}

// plentyRate is the highest rate with which a sale always pays for itself.
const plentyRate = 0.5

// common reports whether an account may be run in the loop of the lanes: the policy is of the
// common shape, nothing but looks and fills at closes moves the account, trades cost
// at most one undated rate, and nothing is logged.
func (a *account) common() bool {
	m := a.mandate
	if m == nil || a.log != nil || m.Follower != nil || m.Owners != nil || a.constrained || a.sized || a.dated || a.event < a.end {
		return false
	}
	t := m.Terms
	if t.Fill == NextOpen || t.Reserve != 0 || t.ReserveFraction != 0 || len(t.Costs) > 1 || m.Cash < Dust || m.Holdings != nil || t.Batch != nil {
		return false
	}
	p, ok := m.Policy.(Shaper)
	if !ok || a.watcher == nil || !p.Shape(m.Policy, nil) {
		return false
	}
	for side := range a.charge {
		for _, c := range a.charge[side] {
			if c.Fixed != 0 || !(c.Rate >= 0 && c.Rate <= plentyRate) {
				return false
			}
		}
	}
	return true
}

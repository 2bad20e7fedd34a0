package strategies

import "evenkeel/sim"

// Shape is that of bands and calendars that sell to a rail, a target or an edge,
// share by relative distance and leave every choice else as it is.
func (r *Recipe) Shape(p sim.Policy, x *sim.Shape) bool {
	a := &r.Aim
	if !r.is(p) || r.Funding != SelfFinancing || r.Mini != nil || r.Looking.remembers() ||
		a.To == ToFraction || a.Scope != ScopeAll || a.Share != ShareRelative || a.Fallback || a.Spread {
		return false
	}
	var band *Band
	switch t := r.If.(type) {
	case *Band:
		band = t
	case Always:
	default:
		return false
	}
	if x == nil {
		return true
	}
	x.Always = band == nil
	for i := range a.rails {
		x.Low[i], x.Top[i], x.Lo[i], x.Hi[i], x.Rail[i] = -1, sim.None, -1, sim.None, a.rails[i].hi
		if band != nil {
			e := &band.edges[i]
			x.Low[i], x.Top[i], x.Lo[i], x.Hi[i] = e.low, e.top, e.lo, e.hi
		}
	}
	return true
}

// is says whether p is a strategy of this room that decides as its recipe does.
func (r *Recipe) is(p sim.Policy) bool {
	switch p := p.(type) {
	case *Bands:
		return r == &p.Recipe
	case *Calendar:
		return r == &p.Recipe
	case *Rebalance:
		return r == &p.Recipe
	}
	return false
}

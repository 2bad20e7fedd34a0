package strategies

import "evenkeel/sim"

// common reports whether a recipe is of the common shape, that of bands and calendars
// that sell to a rail, a target or an edge, share by relative distance and leave every
// choice else as it is. After Watch, with a place to write to, it writes the shape.
func (r *Recipe) common(x *sim.Shape) bool {
	a := &r.Aim
	if r.Funding != SelfFinancing || r.Mini != nil || r.Looking.remembers() ||
		a.To == ToFraction || a.Scope != ScopeAll || a.Share != ShareRelative || a.Fallback || a.Spread {
		return false
	}
	trigger, ok := r.If.(shaper)
	if !ok || x == nil {
		return ok
	}
	for i := range a.rails {
		x.Low[i], x.Top[i], x.Lo[i], x.Hi[i], x.Rail[i] = -1, sim.None, -1, sim.None, a.rails[i].hi
	}
	trigger.shape(x)
	return true
}

// recipe gives the recipe of a strategy that is made of one.
func (r *Recipe) recipe() *Recipe { return r }

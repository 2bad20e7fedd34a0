package strategies

import "evenkeel/sim"

// keep notes a purchase that restrictions or a missing price forbid today, unless it
// would be too small to be made, and returns what it would have cost.
func (a *Aim) keep(v *sim.View, i int, money float64) float64 {
	if v.TooSmall(i, money) {
		return 0
	}
	c := v.Buy[i]
	cost := money*(1+c.Rate) + c.Fixed + v.HoldBack()
	a.kept[i] += cost
	return cost
}

// keepAtMost cuts what is kept, all in proportion, to the money that is left. Had the
// purchases been allowed, they would have got at least that: the others have all that
// they need.
func (a *Aim) keepAtMost(left float64) {
	sum := sim.SumOf(a.kept)
	if sum <= left || sum == 0 {
		return
	}
	part := max(0, left) / sum
	for i := range a.kept {
		a.kept[i] *= part
	}
}

// tell tells the account what is kept: it waits there until it can be bought.
func (a *Aim) tell(v *sim.View) {
	for i, x := range a.kept {
		v.Keep(i, x)
	}
}

package strategies

import "evenkeel/sim"

// deficits shares money over all assets below target.
func (a *Aim) deficits(v *sim.View, money float64, want []float64) {
	for i := range a.allowed {
		a.allowed[i] = true
	}
	a.buyUp(v, v.Power(), money, want)
}

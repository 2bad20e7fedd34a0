package strategies

import (
	"math"

	"evenkeel/sim"
)

// deficits shares money over all assets below target.
func (a *Aim) deficits(v *sim.View, money float64, want []float64) {
	for i := range a.allowed {
		a.allowed[i] = true
	}
	a.buyUp(v, v.Power(), money, want)
}

// raiseCash sells for money that must go out and that neither the cash nor the
// trades already wanted bring: the largest v/t is lowered to the next, then both,
// until the amount and the sales' costs are raised.
func (a *Aim) raiseCash(v *sim.View, want []float64) {
	short := a.shortage(v, want)
	if short < sim.Dust {
		return
	}
	short += sim.Dust / 2 // prices are rounded to whole units of shares
	a.sort(v)
	if v.Bound || v.Minimum > sim.Dust {
		a.raiseInTurn(v, short, want)
		return
	}
	level := a.lower(v, short, want)
	for i, x := range a.full {
		down := x - max(0, level)*v.Targets[i]
		if v.Targets[i] == 0 {
			down = x
		}
		if down >= sim.Dust && a.need[i] == 1 {
			want[i] -= min(down, x)
		}
	}
}

// raiseInTurn sells the asset with the largest v/t, as far as it may be sold and at
// least the minimum, then the next, until an amount is raised: where single sales
// are restricted, or too small to be made, no level fits all.
func (a *Aim) raiseInTurn(v *sim.View, short float64, want []float64) {
	for _, i := range a.rank {
		rate, fixed := v.Sell[i].Rate, fixedOf(v, i, want)
		most := min(a.full[i], canSell(v, i, v.Value[i])+min(0, want[i]))
		over := min(most, max(v.Minimum, (short+fixed)/(1-rate)))
		if got := over*(1-rate) - fixed; short >= sim.Dust && over >= max(sim.Dust, v.Minimum) && got > 0 {
			want[i] -= over
			short -= got
		}
	}
}

// fixedOf is what a sale, or more of one that is wanted already, costs whatever its
// size.
func fixedOf(v *sim.View, i int, want []float64) float64 {
	if want[i] <= -sim.Dust {
		return 0
	}
	return v.Sell[i].Fixed
}

// shortage is the money that neither the cash nor the trades already wanted bring;
// it leaves what will be held of each asset in full, and -v/t in key.
func (a *Aim) shortage(v *sim.View, want []float64) float64 {
	short := -v.Cash
	for i, w := range want {
		switch {
		case w > 0:
			short += w*(1+v.Buy[i].Rate) + v.Buy[i].Fixed
		case w < 0:
			if sold := canSell(v, i, -w); sold >= sim.Dust { // what restrictions forbid brings nothing
				short += v.Sell[i].Fixed - sold*(1-v.Sell[i].Rate)
			}
		}
		a.full[i] = v.Value[i] + want[i] // what is left of each
		if a.key[i] = math.Inf(-1); v.Targets[i] > 0 {
			a.key[i] = -a.full[i] / v.Targets[i]
		}
	}
	return short
}

// lower is the level of v/t down to which the assets above it are sold, fixed and
// proportional costs included; need marks them.
func (a *Aim) lower(v *sim.View, short float64, want []float64) (level float64) {
	clear(a.need)
	held, target := 0.0, 0.0
	for k, i := range a.rank {
		part := 1 - v.Sell[i].Rate
		held += a.full[i]*part - fixedOf(v, i, want)
		target += v.Targets[i] * part
		a.need[i] = 1
		if target > 0 {
			level = (held - short) / target
		} else if held >= short {
			return 0
		}
		if k+1 < len(a.rank) && target > 0 && level >= -a.key[a.rank[k+1]] {
			return level
		}
	}
	return level
}

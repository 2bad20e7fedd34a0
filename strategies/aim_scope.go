package strategies

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// admit marks the assets that may trade and, for ScopeBreached with all breaches
// on one side, returns the counterpart that balances the cash, else -1.
func (a *Aim) admit(v *sim.View, side []int8) (counterpart int) {
	switch a.Scope {
	case ScopeAll:
		for i := range a.allowed {
			a.allowed[i] = true
		}
		return -1
	case ScopeLargest:
		a.admitLargest(v)
		return -1
	}
	above, below := false, false
	for i, s := range side {
		a.allowed[i] = s != 0
		above, below = above || s > 0, below || s < 0
	}
	if above == below {
		return -1
	}
	counterpart = -1
	most := sim.Dust
	for i, x := range v.Value {
		gap := x - v.Targets[i]*v.Invested // overweight
		if above {
			gap = -gap
		}
		if side[i] == 0 && gap > most {
			most, counterpart = gap, i
		}
	}
	if above && counterpart >= 0 {
		a.allowed[counterpart] = true // bought with the proceeds, up to its target
		return -1
	}
	return counterpart
}

// admitLargest marks the k assets with the largest |w-t|; ties by the drift
// relative to the target, then by name.
func (a *Aim) admitLargest(v *sim.View) {
	for i := range a.rank {
		a.rank[i], a.allowed[i] = i, false
	}
	drift := func(i int) (points, rel float64) {
		w, t := weightOf(v, v.Value[i]), v.Targets[i]
		return math.Abs(w - t), math.Abs(w/t - 1)
	}
	slices.SortStableFunc(a.rank, func(i, j int) int {
		p, r := drift(i)
		q, s := drift(j)
		switch {
		case math.Abs(p-q) > 1e-12:
			return sign(q - p)
		case math.Abs(r-s) > 1e-12:
			return sign(s - r)
		}
		return 0
	})
	for _, i := range a.rank[:min(a.Largest, len(a.rank))] {
		a.allowed[i] = true
	}
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// counter sells the counterpart for what the breached assets need to reach their
// targets, at most down to its own target, and returns the net proceeds.
func (a *Aim) counter(v *sim.View, i int, power float64, side []int8, want []float64) float64 {
	var need sim.Sum
	buys := 0
	for j, s := range side {
		if s < 0 {
			need.Add(j, float64((float64(v.Targets[j]*power)-v.Value[j])*(1+v.Buy[j].Rate))+v.Buy[j].Fixed)
			buys++
		}
	}
	return a.sellFor(v, i, power, need.Total()+v.HoldBackOf(buys)-v.Cash, want)
}

// sellFor sells asset i for a net amount, at most down to its target, and returns
// what the sale brings; one that would bring nothing is not made.
func (a *Aim) sellFor(v *sim.View, i int, power, net float64, want []float64) float64 {
	c := v.Sell[i]
	over := canSell(v, i, min(v.Value[i]-v.Targets[i]*max(0, power), (net+c.Fixed)/(1-c.Rate))) // V' is below 0 when more is owed than there is
	got := over*(1-c.Rate) - c.Fixed
	if net <= 0 || v.TooSmall(i, over) || got <= 0 {
		if net > 0 && over >= sim.Dust && v.TooSmall(i, over) { // asked for, and missed
			want[i] = -over
		}
		return 0
	}
	want[i] = -over
	return got
}

// fallBack pays for an unfunded trigger: the asset with the largest w/t is sold
// down to its target, then the next, until the proceeds bring every asset below
// its band to its lower rail; they are shared over those alone. What restrictions kept the
// plan from buying waits all the same; what they kept it from selling is asked for.
func (a *Aim) fallBack(v *sim.View, power float64, side []int8, want []float64) {
	for i, w := range want {
		if v.TooSmall(i, -w) { // else it is a sale that restrictions forbid: asked for, and missed
			want[i] = 0
		}
	}
	var needs, brought sim.Sum
	buys := 0
	for i, t := range v.Targets {
		a.need[i], a.lack[i], a.full[i], a.key[i] = 0, 0, t*power, 0
		allowed := (a.Scope != ScopeLargest || a.allowed[i]) && !(v.Bound && v.NoBuy[i] && side[i] < 0)
		switch {
		case side[i] < 0 && allowed:
			a.need[i], a.lack[i] = max(0, a.rails[i].lo*power-v.Value[i]), max(0, t*power-v.Value[i])
			if a.need[i] > 0 {
				needs.Add(i, float64(a.need[i]*(1+v.Buy[i].Rate))+v.Buy[i].Fixed)
				buys++
			}
		case side[i] >= 0 && allowed && t > 0:
			a.key[i] = -v.Value[i] / t
		}
	}
	a.sort(v)
	short := needs.Total() + v.HoldBackOf(buys) - v.Cash
	for _, i := range a.rank {
		if a.key[i] < 0 && v.Value[i] > a.full[i] && short >= sim.Dust {
			got := a.sellFor(v, i, power, short, want)
			short -= got
			brought.Add(i, got)
		}
	}
	a.keepAtMost(a.share(a.Share, v, v.Cash+brought.Total(), want))
}

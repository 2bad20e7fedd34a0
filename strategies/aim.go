package strategies

import (
	"fmt"

	"evenkeel/sim"
)

// To is how far sales go.
type To uint8

const (
	ToRail     To = iota // down to the inner rail
	ToTarget             // down to the target
	ToEdge               // down to the edge of the band
	ToFraction           // a part of the way to the target
)

// Scope is which assets may trade.
type Scope uint8

const (
	ScopeAll      Scope = iota
	ScopeBreached       // those outside their band, and one counterpart when all are on one side
	ScopeLargest        // the k with the largest |w-t|
)

// Aim describes how far to trade and who gets what the sales bring in. Purchases aim
// at the target; the money that they share is the cash and the net proceeds of
// the sales, less what the purchases themselves cost.
type Aim struct {
	To       To
	Fraction float64 // with ToFraction: the part of the way to go
	Scope    Scope
	Largest  int // with ScopeLargest
	Share    Share
	Fallback bool // an unfunded trigger sells the most overweight assets towards target
	Spread   bool // surplus cash is spread by target weight

	Rail  Limit   // inner rails of every asset,
	Rails []Limit // or one an asset

	rails []edges // as weights: hi is where sales stop, lo what the fallback buys to
	sharer
	allowed []bool
	kept    []float64 // by asset: what cannot be bought today, with its costs
}

// prepare puts the rails around the targets and makes room.
func (a *Aim) prepare(targets []float64) {
	if n := len(targets); len(a.allowed) != n {
		a.allowed, a.rails, a.kept = make([]bool, n), make([]edges, n), make([]float64, n)
		a.sharer.room(n)
	}
	for i, t := range targets {
		l := a.Rail
		if a.Rails != nil {
			l = a.Rails[i]
		}
		a.rails[i] = edgesOf(t, l)
	}
}

// title is how far and whom, where it is not the usual.
func (a *Aim) title() string {
	switch a.Scope {
	case ScopeBreached:
		return "breached only"
	case ScopeLargest:
		return fmt.Sprintf("%d largest only", a.Largest)
	}
	return ""
}

// Plan writes the money to buy and sell. side is what the trigger made of each
// asset.
func (a *Aim) Plan(v *sim.View, side []int8, want []float64) {
	power := v.Power()
	counterpart := a.admit(v, side)
	money := v.Cash + a.sellDown(v, power, want)
	if a.Scope == ScopeBreached && counterpart >= 0 {
		money += a.counter(v, counterpart, power, side, want)
	}
	if money >= sim.Dust {
		a.buyUp(v, power, money, want)
	}
	if a.Fallback && idle(v, want) {
		a.fallBack(v, power, side, want)
	}
}

// idle reports whether nothing of what is wanted can be traded.
func idle(v *sim.View, want []float64) bool {
	for i, w := range want {
		if !v.TooSmall(i, w) || !v.TooSmall(i, canSell(v, i, -w)) {
			return false
		}
	}
	return true
}

// canSell is how much of a sale restrictions let through.
func canSell(v *sim.View, i int, over float64) float64 {
	if v.Bound {
		return min(over, v.MaxSell[i])
	}
	return over
}

// sellDown sells every allowed asset above its limit down to it and returns the
// proceeds less their costs. A sale that costs more than it brings and more than
// the cash carries is not made; one that restrictions forbid or that is below the
// minimum is asked for, and brings nothing.
func (a *Aim) sellDown(v *sim.View, power float64, want []float64) float64 {
	var proceeds sim.Sum
	for i, x := range v.Value {
		if !a.allowed[i] {
			continue
		}
		over := 0.0
		if hi := a.rails[i].hi; hi < sim.None { // else there is no limit, whatever the account is worth
			over = x - float64(hi*power)
		}
		if a.To == ToFraction {
			over = a.Fraction * (x - v.Targets[i]*power)
		}
		if v.Targets[i] == 0 || over > x { // V' is below 0 when more is owed than there is
			over = x
		}
		if over < sim.Dust {
			continue
		}
		sold := canSell(v, i, over)
		if v.TooSmall(i, sold) {
			want[i] = -over
			continue
		}
		net := float64(sold*(1-v.Sell[i].Rate)) - v.Sell[i].Fixed
		if net >= 0 || v.AllCash+proceeds.Total()+net >= 0 {
			want[i] = -over
			proceeds.Add(i, net)
		}
	}
	return proceeds.Total()
}

// buyUp shares money over the allowed assets below their targets.
func (a *Aim) buyUp(v *sim.View, power, money float64, want []float64) {
	for i, t := range v.Targets {
		full, need := float64(t*power), 0.0
		if lack := full - v.Value[i]; lack > 0 && a.allowed[i] {
			if v.Bound && v.NoBuy[i] {
				a.keep(v, i, lack)
			} else {
				need = lack
			}
		}
		a.need[i], a.lack[i], a.full[i] = need, need, full
	}
	left := a.share(a.Share, v, money, want)
	if a.Spread && left >= sim.Dust {
		left = a.spread(v, left, want)
	}
	a.keepAtMost(left)
}

// spread buys every asset in proportion to its target weight, and returns the money of
// those that cannot be bought. A purchase under the minimum is dropped, the smallest
// first, and the rest spread again; it is asked for all the same, and missed.
func (a *Aim) spread(v *sim.View, money float64, want []float64) float64 {
	copy(a.got, v.Targets) // 0: dropped
	for all := 1.0; ; {
		var rates, fixed sim.Sum
		buys := 0
		for i, t := range a.got {
			if t > 0 {
				rates.Add(i, t*v.Buy[i].Rate)
				if want[i] == 0 {
					fixed.Add(i, v.Buy[i].Fixed)
					buys++
				}
			}
		}
		rate, rest := rates.Total(), money-fixed.Total()-v.HoldBackOf(buys)
		if rest <= 0 {
			return 0
		}
		if at := a.underMinimum(v, rest/(all+rate), want); at >= 0 {
			want[at] = a.got[at] * rest / (all + rate)
			all, a.got[at] = all-a.got[at], 0
			continue
		}
		var kept sim.Sum
		for i, t := range a.got {
			x := t * rest / (all + rate)
			if v.Bound && v.NoBuy[i] {
				kept.Add(i, a.keep(v, i, x))
			} else {
				want[i] += x
			}
		}
		return kept.Total()
	}
}

// underMinimum is the smallest purchase under the minimum when money is spread by target
// weight over what is not dropped, of equal ones the last by name; -1: none.
func (a *Aim) underMinimum(v *sim.View, money float64, want []float64) int {
	at := -1
	if v.Minimum <= 0 {
		return at
	}
	for i, t := range a.got {
		if t > 0 && want[i] == 0 && !(v.Bound && v.NoBuy[i]) && v.TooSmall(i, t*money) && (at < 0 || t <= a.got[at]) {
			at = i
		}
	}
	return at
}

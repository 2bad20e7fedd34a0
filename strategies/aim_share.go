package strategies

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// Share is who gets how much of money that does not reach.
type Share uint8

const (
	ShareRelative   Share = iota // in proportion to the distance from target relative to it, capped at the target, the rest shared again
	ShareDeficit                 // in proportion to the money each lacks
	ShareLowest                  // the lowest v/t is raised first, then all the lowest together
	ShareTargets                 // in proportion to the target weights, capped likewise
	ShareMostBehind              // the largest relative distance is filled first, then the next
)

// ShareWords are the words of an experiment file, in the order of the constants.
var ShareWords = []string{"relative_distance", "absolute_deficit", "lowest_first", "target_weights", "most_underweight_first"}

// sharer divides money over needs. need[i] is what asset i lacks to its cap;
// full[i] is its target value.
type sharer struct {
	need, full []float64
	got        []float64
	byTarget   []int // assets by ascending target
	rank       []int
	key        []float64
}

func (s *sharer) prepare(targets []float64) {
	n := len(targets)
	s.need, s.full, s.got, s.key = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	s.byTarget, s.rank = make([]int, n), make([]int, n)
	for i := range s.byTarget {
		s.byTarget[i] = i
	}
	slices.SortStableFunc(s.byTarget, func(i, j int) int { return sign(targets[i] - targets[j]) })
}

// share adds purchases to want and returns the money left for more. Fixed costs
// and what rounding may take come off first. A purchase that ends below sim.Dust
// is dropped, the smallest first, and the rest shared again.
func (s *sharer) share(how Share, v *sim.View, money float64, want []float64) float64 {
	for i := range s.need {
		if s.need[i] < sim.Dust {
			s.need[i] = 0
		}
	}
	for {
		left, all, some := money, 0.0, false
		for i, n := range s.need {
			if n > 0 {
				left -= v.Buy[i].Fixed + v.HoldBack()
				all += n * (1 + v.Buy[i].Rate)
				some = true
			}
		}
		switch {
		case !some:
			return money
		case left >= all:
			copy(s.got, s.need)
			left -= all
		default:
			s.divide(how, v, max(0, left))
			left = 0
		}
		if s.dropped() {
			continue
		}
		for i, b := range s.got {
			want[i] += b
		}
		return left
	}
}

// dropped sets the need of the smallest purchase below dust to nothing.
func (s *sharer) dropped() bool {
	least, at := sim.Dust, -1
	for i, b := range s.got {
		if s.need[i] > 0 && b < least {
			least, at = b, i
		}
	}
	if at >= 0 {
		s.need[at] = 0
	}
	return at >= 0
}

// divide writes got for money that is less than all needs together.
func (s *sharer) divide(how Share, v *sim.View, money float64) {
	switch how {
	case ShareRelative:
		for i, n := range s.need {
			s.key[i] = 0
			if n > 0 {
				s.key[i] = n / s.full[i]
			}
		}
		s.proportional(v, s.byTarget, money) // need/key = full: the smallest target is capped first
	case ShareDeficit:
		copy(s.key, s.need)
		s.proportional(v, s.byTarget, money)
	case ShareTargets:
		s.sortBy(func(i int) float64 { return s.need[i] / s.full[i] })
		for i, n := range s.need {
			s.key[i] = 0
			if n > 0 {
				s.key[i] = s.full[i]
			}
		}
		s.proportional(v, s.rank, money)
	case ShareLowest:
		s.sortBy(func(i int) float64 { return v.Value[i] / s.full[i] })
		s.waterFill(v, money)
	case ShareMostBehind:
		s.sortBy(func(i int) float64 { return -s.need[i] / s.full[i] })
		for _, i := range s.rank {
			s.got[i] = min(s.need[i], money/(1+v.Buy[i].Rate))
			money -= s.got[i] * (1 + v.Buy[i].Rate)
		}
	}
}

// sortBy ranks the assets by a key, those without a need last; ties by name.
func (s *sharer) sortBy(key func(i int) float64) {
	for i, n := range s.need {
		s.rank[i], s.key[i] = i, math.Inf(1)
		if n > 0 {
			s.key[i] = key(i)
		}
	}
	slices.SortStableFunc(s.rank, func(i, j int) int { return sign(s.key[i] - s.key[j]) })
}

// proportional gives each asset key[i] x L, at most its need, with L such that
// the money is spent, costs included. order has the assets in ascending order of
// need/key, so one pass finds who is capped.
func (s *sharer) proportional(v *sim.View, order []int, money float64) {
	all := 0.0
	for i, k := range s.key {
		all += k * (1 + v.Buy[i].Rate)
	}
	for _, i := range order {
		s.got[i] = 0
		if s.need[i] <= 0 {
			continue
		}
		part := 1 + v.Buy[i].Rate
		s.got[i] = min(s.need[i], s.key[i]*(money/all))
		money -= s.got[i] * part
		all -= s.key[i] * part
	}
}

// waterFill raises the assets with the lowest value over target to one level.
// rank has them in ascending order of it.
func (s *sharer) waterFill(v *sim.View, money float64) {
	clear(s.got)
	held, full := 0.0, 0.0 // of the assets raised so far, costs included
	level := 0.0
	for _, i := range s.rank {
		if s.need[i] <= 0 {
			break
		}
		if full > 0 && v.Value[i]/s.full[i] >= level {
			break
		}
		part := 1 + v.Buy[i].Rate
		held += v.Value[i] * part
		full += s.full[i] * part
		level = (money + held) / full
	}
	for i, n := range s.need {
		if n > 0 {
			s.got[i] = min(n, max(0, level*s.full[i]-v.Value[i]))
		}
	}
}

package strategies

import (
	"math"
	"slices"

	"evenkeel/sim"
)

// Share is how to split cash too small for all deficits.
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

// sharer divides money over purchases: need[i] is how much asset i may get,
// lack[i] what it lacks to its target (the two are the same but for the fallback,
// which stops at the lower rail), full[i] its target value.
type sharer struct {
	need, lack, full []float64
	got, key         []float64
	live, rank       []int // assets with a need, by name; all assets by ascending key
}

// room makes room for n assets.
func (s *sharer) room(n int) {
	floats := make([]float64, 5*n)
	s.need, s.lack, s.full, s.got, s.key = floats[:n], floats[n:2*n], floats[2*n:3*n], floats[3*n:4*n], floats[4*n:]
	s.live, s.rank = make([]int, n), make([]int, n)
}

// share adds purchases to want and returns the money left for more. Fixed costs
// and what rounding may take come off first. A purchase that ends below sim.Dust or the
// minimum is dropped, the smallest first, and the rest shared again; what the minimum
// drops is asked for all the same, and missed.
func (s *sharer) share(how Share, v *sim.View, money float64, want []float64) float64 {
	for {
		var fixed, needs sim.Sum
		s.live = s.live[:0]
		for i, n := range s.need {
			if n > 0 {
				s.live = append(s.live, i)
				c := &v.Buy[i]
				fixed.Add(i, c.Fixed)
				needs.Add(i, n*(1+c.Rate))
			}
		}
		if len(s.live) == 0 {
			return money
		}
		left, all := money-fixed.Total()-v.HoldBackOf(len(s.live)), needs.Total()
		if left >= all {
			copy(s.got, s.need)
			left -= all
		} else {
			s.divide(how, v, max(0, left))
			left = 0
		}
		if s.dropped(v, want) {
			continue
		}
		for _, i := range s.live {
			want[i] += s.got[i]
		}
		return left
	}
}

// dropped sets the need of the smallest purchase that is too small to nothing; of equal
// ones, that of the smaller need, then of the later name.
func (s *sharer) dropped(v *sim.View, want []float64) bool {
	at := -1
	for _, i := range s.live {
		if b := s.got[i]; (b < sim.Dust || v.Minimum > 0 && v.TooSmall(i, b)) && (at < 0 || b < s.got[at] || b == s.got[at] && s.need[i] <= s.need[at]) {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	if s.got[at] >= sim.Dust {
		want[at] += s.got[at]
	}
	s.need[at] = 0
	return true
}

// divide writes got for money that is less than all needs together.
func (s *sharer) divide(how Share, v *sim.View, money float64) {
	switch how {
	case ShareRelative: // the usual one, without a call an asset
		for _, i := range s.live {
			s.key[i] = s.lack[i] / s.full[i]
		}
	case ShareDeficit:
		s.weigh(func(i int) float64 { return s.lack[i] })
	case ShareTargets:
		s.weigh(func(i int) float64 { return s.full[i] })
	case ShareLowest:
		s.waterFill(v, money)
		return
	case ShareMostBehind:
		s.inTurn(v, money)
		return
	}
	s.proportional(v, money)
}

// weigh sets the keys of the assets that have a need.
func (s *sharer) weigh(key func(i int) float64) {
	for i, n := range s.need {
		s.key[i] = 0
		if n > 0 {
			s.key[i] = key(i)
		}
	}
}

// proportional gives each asset key[i] x L, at most its need, with L such that
// the money is spent, costs included: who would get more than its need gets the
// need, and the rest is shared again.
func (s *sharer) proportional(v *sim.View, money float64) {
	var keys sim.Sum
	for _, i := range s.live {
		keys.Add(i, s.key[i]*(1+v.Buy[i].Rate))
	}
	all := keys.Total()
	for capped := true; capped && all > 0; {
		level := money / all
		capped = false
		var met, gone sim.Sum
		for _, i := range s.live {
			k := s.key[i]
			if k == 0 {
				continue // capped before
			}
			if s.got[i] = float64(k * level); s.got[i] >= s.need[i] {
				s.got[i], s.key[i], capped = s.need[i], 0, true
				met.Add(i, s.need[i]*(1+v.Buy[i].Rate))
				gone.Add(i, k*(1+v.Buy[i].Rate))
			}
		}
		money -= met.Total()
		all -= gone.Total()
	}
}

// inTurn fills the asset furthest behind its target, then the next.
func (s *sharer) inTurn(v *sim.View, money float64) {
	s.weigh(func(i int) float64 { return -s.lack[i] / s.full[i] })
	s.sort(v)
	for _, i := range s.rank {
		s.got[i] = min(s.need[i], money/(1+v.Buy[i].Rate))
		money -= s.got[i] * (1 + v.Buy[i].Rate)
	}
}

// sort ranks the assets by ascending key; of keys within 1e-12 the larger drift
// in percentage points comes first, then the name.
func (s *sharer) sort(v *sim.View) {
	for i := range s.rank {
		s.rank[i] = i
	}
	drift := func(i int) float64 {
		if v.Invested <= 0 { // nothing is held: every weight is 0
			return v.Targets[i]
		}
		return math.Abs(v.Value[i]/v.Invested - v.Targets[i])
	}
	slices.SortStableFunc(s.rank, func(i, j int) int {
		if d := s.key[i] - s.key[j]; math.Abs(d) > 1e-12 {
			return sign(d)
		}
		if d := drift(j) - drift(i); math.Abs(d) > 1e-12 {
			return sign(d)
		}
		return 0
	})
}

// waterFill raises the assets with the lowest value over target to one level,
// each at most by its need.
func (s *sharer) waterFill(v *sim.View, money float64) {
	s.weigh(func(i int) float64 { return v.Value[i] / s.full[i] })
	s.sort(v)
	clear(s.got)
	for money > 0 { // one more asset is filled to its need, or all money is spent
		level := s.level(v, money)
		full := -1
		for i, n := range s.need {
			if n > s.got[i] && level*s.full[i]-v.Value[i] >= n {
				full = i
				break
			}
		}
		if full < 0 {
			for i, n := range s.need {
				if n > s.got[i] {
					s.got[i] = max(0, level*s.full[i]-v.Value[i])
				}
			}
			return
		}
		s.got[full] = s.need[full]
		money -= s.need[full] * (1 + v.Buy[full].Rate)
	}
}

// level is the value over target to which money raises the lowest of the assets
// that are not filled yet.
func (s *sharer) level(v *sim.View, money float64) (level float64) {
	held, full := 0.0, 0.0
	for _, i := range s.rank {
		if s.need[i] <= s.got[i] {
			continue
		}
		if full > 0 && s.key[i] >= level {
			break
		}
		part := 1 + v.Buy[i].Rate
		held += v.Value[i] * part
		full += s.full[i] * part
		level = (money + held) / full
	}
	return level
}

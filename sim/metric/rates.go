package metric

import (
	"math"
	"slices"

	"evenkeel/data"
)

// XIRR is the yearly rate r above -100 % that solves sum F_i (1 + r)^(-(d_i - d_0)/365)
// = 0, F > 0 being money received. It is NaN when no rate solves it, such as of flows
// of one sign, and when more than one does.
func XIRR(dates []data.Date, amounts []float64) float64 {
	if n, rate := Rates(dates, amounts); n == 1 {
		return rate
	}
	return math.NaN()
}

// Rates counts the yearly rates that solve the equation of XIRR, all of them, and gives
// the rate when there is one. Rates whose logarithms are within 3e-6 of each other count
// as one: so does a rate at which the sum only touches 0.
func Rates(dates []data.Date, amounts []float64) (n int, rate float64) {
	order := make([]int, len(dates))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(dates[i] - dates[j]) })
	var s expSum
	return s.rates(len(dates), func(i int) (data.Date, float64) { return dates[order[i]], amounts[order[i]] })
}

// rates are the Rates of n flows in order of their dates; the memory is used again.
func (s *expSum) rates(n int, flow func(int) (data.Date, float64)) (int, float64) {
	s.add(n, flow)
	if s.changes() == 0 || slices.ContainsFunc(s.log, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }) {
		return 0, math.NaN()
	}
	lo, hi := s.limits()
	if x, ok := s.only(lo, hi); ok {
		return 1, math.Expm1(x)
	}
	s.search(lo, hi)
	if len(s.found) != 1 {
		return len(s.found), math.NaN()
	}
	return 1, math.Expm1(s.refine(s.found[0]))
}

// expSum is sum f e^(-t x) over its terms, t rising and no f 0: the value of flows at
// the rate e^x - 1.
type expSum struct {
	t, f   []float64 // years after the first flow, money
	log    []float64 // of |f|
	a, b   []float64 // room: the terms at both ends of an interval
	found  []interval
	budget int // intervals that may still be looked at
}

type interval struct{ lo, hi float64 }

const (
	noise    = 1e-13 // of the sum of |terms|, below which a sum may be 0
	together = 3e-6  // as close as this, roots are one
)

// add makes the terms: the flows of each date, added up.
func (s *expSum) add(n int, flow func(int) (data.Date, float64)) {
	*s = expSum{t: s.t[:0], f: s.f[:0], log: s.log[:0], a: s.a, b: s.b, found: s.found[:0], budget: 20_000}
	first := data.Date(0)
	for k := 0; k < n; {
		at, _ := flow(k)
		if k == 0 {
			first = at
		}
		sum, size := 0.0, 0.0
		for ; k < n; k++ {
			d, amount := flow(k)
			if d != at {
				break
			}
			sum += amount
			size += math.Abs(amount)
		}
		if !(math.Abs(sum) <= noise*size) {
			s.t, s.f, s.log = append(s.t, float64(at-first)/365), append(s.f, sum), append(s.log, math.Log(math.Abs(sum)))
		}
	}
	s.a, s.b = append(s.a[:0], s.t...), append(s.b[:0], s.t...)
}

// changes counts the changes of sign from term to term: there are no more roots.
func (s *expSum) changes() (n int) {
	for i := 1; i < len(s.f); i++ {
		if s.f[i] > 0 != (s.f[i-1] > 0) {
			n++
		}
	}
	return n
}

// at is the sum at x, scaled so that the largest term is 1 or -1, and the scale of its
// rounding.
func (s *expSum) at(x float64) (sum, blur float64) {
	most := math.Inf(-1)
	for i, t := range s.t {
		most = max(most, s.log[i]-t*x)
	}
	size := 0.0
	for i, t := range s.t {
		v := math.Exp(s.log[i] - t*x - most)
		size += v
		sum += math.Copysign(v, s.f[i])
	}
	return sum, noise * size
}

// sign is that of the sum at x; 0: it may be 0.
func (s *expSum) sign(x float64) int {
	switch v, blur := s.at(x); {
	case v > blur:
		return 1
	case v < -blur:
		return -1
	}
	return 0
}

// clear reports that no root lies above x (up) or below it: the partial sums from the
// first term on, or from the last back, never change their sign (E. Laguerre, 1883).
// It may say no although none does.
func (s *expSum) clear(x float64, up bool) bool {
	most := math.Inf(-1)
	for i, t := range s.t {
		most = max(most, s.log[i]-t*x)
	}
	sum, size, n := 0.0, 0.0, len(s.t)
	for k := range n {
		i, first := k, s.f[0]
		if !up {
			i, first = n-1-k, s.f[n-1]
		}
		v := math.Exp(s.log[i] - s.t[i]*x - most)
		size += v
		if sum += math.Copysign(v, s.f[i]*first); !(sum > noise*size) {
			return false
		}
	}
	return true
}

// limits are two places between which all roots are.
func (s *expSum) limits() (lo, hi float64) {
	for hi = 0.25; !s.clear(hi, true) && hi < 1e9; {
		hi *= 2
	}
	for lo = -0.25; !s.clear(lo, false) && lo > -1e9; {
		lo *= 2
	}
	return lo, hi
}

// only is the one root between lo and hi when it is quickly seen that there is no
// other: there is none above it and none below it, and there the sum is monotone.
func (s *expSum) only(lo, hi float64) (x float64, ok bool) {
	if s.sign(lo)*s.sign(hi) >= 0 {
		return 0, false
	}
	x = s.refine(interval{lo, hi})
	if s.changes() == 1 {
		return x, true
	}
	const near = 1e-6
	_, slope := s.bounds(x-near, x+near)
	return x, slope && s.clear(x+near, true) && s.clear(x-near, false)
}

// refine bisects an interval at whose ends the signs differ; else it is the middle.
func (s *expSum) refine(i interval) float64 {
	lo, hi := i.lo, i.hi
	first, _ := s.at(lo)
	if last, _ := s.at(hi); first > 0 == (last > 0) {
		return lo + (hi-lo)/2
	}
	for range 2000 {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			break
		}
		if v, _ := s.at(mid); v > 0 == (first > 0) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + (hi-lo)/2
}

// bounds reports whether the sum has no root in [a, b], and whether it has one at most
// because, times some e^(c x), it is monotone there. Both are proven by what each term
// is at both ends, between which it does not turn, and by the sum in the middle.
func (s *expSum) bounds(a, b float64) (none, monotone bool) {
	mid := a + (b-a)/2
	c, most := s.centre(mid), math.Inf(-1)
	for i, t := range s.t {
		s.a[i], s.b[i] = s.log[i]-t*a+c*(a-mid), s.log[i]-t*b+c*(b-mid)
		most = max(most, s.a[i], s.b[i])
	}
	var value, slope struct{ lo, hi, size float64 }
	middle := 0.0
	for i, t := range s.t {
		middle += math.Copysign(math.Exp(s.log[i]-t*mid-most), s.f[i])
		u, v := math.Exp(s.a[i]-most), math.Exp(s.b[i]-most)
		u, v = math.Copysign(u, s.f[i]), math.Copysign(v, s.f[i])
		value.lo, value.hi, value.size = value.lo+min(u, v), value.hi+max(u, v), value.size+max(math.Abs(u), math.Abs(v))
		u, v = u*(c-t), v*(c-t)
		slope.lo, slope.hi, slope.size = slope.lo+min(u, v), slope.hi+max(u, v), slope.size+max(math.Abs(u), math.Abs(v))
	}
	reach := max(math.Abs(slope.lo), math.Abs(slope.hi)) * (b - a) / 2
	none = value.lo > noise*value.size || value.hi < -noise*value.size || math.Abs(middle)-reach > noise*value.size
	return none, slope.lo > noise*slope.size || slope.hi < -noise*slope.size
}

// centre is the time about which the terms at x lie: times e^(c x) they change least.
func (s *expSum) centre(x float64) float64 {
	most, weight, sum := math.Inf(-1), 0.0, 0.0
	for i, t := range s.t {
		most = max(most, s.log[i]-t*x)
	}
	for i, t := range s.t {
		v := math.Exp(s.log[i] - t*x - most)
		weight += v
		sum += v * t
	}
	return sum / weight
}

// search finds the roots between lo and hi, each in an interval: halves that cannot be
// told yet are halved again.
func (s *expSum) search(lo, hi float64) {
	none, monotone := s.bounds(lo, hi)
	s.budget--
	switch {
	case none:
		return
	case monotone:
		first, last := s.sign(lo), s.sign(hi)
		switch {
		case first*last < 0, first == 0 && last == 0:
			s.keep(lo, hi, first*last < 0)
		case first == 0:
			s.keep(lo, lo, false)
		case last == 0:
			s.keep(hi, hi, false)
		}
		return
	case hi-lo < together/100 || s.budget <= 0:
		s.keep(lo, hi, false)
		return
	}
	mid := lo + 0.4837*(hi-lo) // hardly ever a root
	s.search(lo, mid)
	s.search(mid, hi)
}

// keep notes an interval with a root, as narrow as it can be made when the signs at its
// ends differ; one that touches the last is the same root.
func (s *expSum) keep(lo, hi float64, crosses bool) {
	if crosses {
		x := s.refine(interval{lo, hi})
		lo, hi = x, x
	}
	if n := len(s.found); n > 0 && lo-s.found[n-1].hi <= together*(1+math.Abs(lo)) {
		s.found[n-1].hi = max(s.found[n-1].hi, hi)
		return
	}
	s.found = append(s.found, interval{lo, hi})
}

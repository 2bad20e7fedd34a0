package oracle

import (
	"math"
	"sort"
)

// Payment is money that an owner gets (+) or gives (-) on a day.
type Payment struct {
	Date   int32
	Amount float64
}

// Payments returns what the owner of an account gave and got: its worth at the first
// row is given, its worth at the last row is got, flows between them. ok is false where
// nothing flowed.
func Payments(rows []Session) (payments []Payment, ok bool) {
	if len(rows) < 2 {
		return nil, false
	}
	last := len(rows) - 1
	payments = append(payments, Payment{rows[0].Date, -rows[0].NAV.InexactFloat64()})
	for _, row := range rows[1:] {
		if !row.Flow.IsZero() {
			ok = true
			payments = append(payments, Payment{row.Date, -row.Flow.InexactFloat64()})
		}
	}
	return append(payments, Payment{rows[last].Date, rows[last].NAV.InexactFloat64()}), ok
}

// XIRR returns the yearly rate above -100 % at which the payments are worth nothing
// together, discounted by (1 + rate)^(days/365). ok is false where none is, or more than
// one.
func XIRR(payments []Payment) (rate float64, ok bool) {
	roots := Solutions(payments)
	if len(roots) != 1 {
		return 0, false
	}
	return roots[0], true
}

// Solutions returns all rates that solve payments, rising. A rate at which the worth
// touches zero without crossing it counts once.
func Solutions(payments []Payment) []float64 {
	terms := termsOf(payments)
	if len(terms) < 2 {
		return nil
	}
	var rates []float64
	for _, u := range roots(terms) {
		rates = append(rates, math.Expm1(u))
	}
	return rates
}

// term is c exp(-t u), u = log(1 + rate), t in years of 365 days.
type term struct{ c, t float64 }

// termsOf nets the payments of a day and orders the days; what nets to nothing is left out.
func termsOf(payments []Payment) []term {
	sums := map[int32]float64{}
	for _, p := range payments {
		sums[p.Date] += p.Amount
	}
	var terms []term
	for date, c := range sums {
		if c != 0 {
			terms = append(terms, term{c, float64(date) / 365})
		}
	}
	sort.Slice(terms, func(i, j int) bool { return terms[i].t < terms[j].t })
	return terms
}

// roots returns all u at which a sum of exponentials is zero. Divided by its first term
// and differentiated it has one term fewer, and between two roots of that derivative the
// sum only rises or only falls: it has at most one root there. So the count is exact as
// far as signs can be told.
func roots(terms []term) []float64 {
	if !mixed(terms) {
		return nil
	}
	var turns []float64
	if len(terms) > 2 {
		slope := make([]term, 0, len(terms)-1)
		for _, x := range terms[1:] {
			slope = append(slope, term{x.c * (terms[0].t - x.t), x.t})
		}
		turns = roots(slope)
	}
	reach := reachOf(terms)
	points := append([]float64{-reach}, turns...)
	points = append(points, reach)
	var found []float64
	for k := range points {
		side := sign(terms, points[k])
		if side == 0 {
			found = append(found, points[k])
		}
		if k > 0 && side*sign(terms, points[k-1]) < 0 {
			found = append(found, bisect(terms, points[k-1], points[k]))
		}
	}
	sort.Float64s(found)
	return found
}

// mixed reports whether both signs occur among the terms.
func mixed(terms []term) bool {
	for _, x := range terms[1:] {
		if x.c*terms[0].c < 0 {
			return true
		}
	}
	return false
}

// reachOf returns a u beyond which, on both sides, the outermost term outweighs all
// others together.
func reachOf(terms []term) float64 {
	reach := 1.0
	for !outweighs(terms, 0, reach) || !outweighs(terms, len(terms)-1, -reach) {
		reach *= 2
	}
	return reach
}

func outweighs(terms []term, k int, u float64) bool {
	others := 0.0
	for j, x := range terms {
		if j != k {
			others += math.Abs(x.c) * math.Exp((terms[k].t-x.t)*u)
		}
	}
	return others < math.Abs(terms[k].c)
}

// sign returns the sign of the sum at u, 0 where it is rounding. All terms are seen in
// parts of the largest.
func sign(terms []term, u float64) float64 {
	largest := math.Inf(-1)
	for _, x := range terms {
		largest = max(largest, math.Log(math.Abs(x.c))-x.t*u)
	}
	sum := 0.0
	for _, x := range terms {
		sum += math.Copysign(math.Exp(math.Log(math.Abs(x.c))-x.t*u-largest), x.c)
	}
	if math.Abs(sum) < 1e-13*float64(len(terms)) {
		return 0
	}
	return math.Copysign(1, sum)
}

// bisect halves an interval with a change of sign until nothing lies between its ends.
func bisect(terms []term, low, high float64) float64 {
	left := sign(terms, low)
	for {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			return middle
		}
		switch sign(terms, middle) {
		case 0:
			return middle
		case left:
			low = middle
		default:
			high = middle
		}
	}
}

package cost

import "math"

// TwoWay is the two-way turnover of a rebalance: the sum of |to - from| over the
// weights, purchases and sales both counted. Both have one weight an asset.
func TwoWay(from, to []float64) (sum float64) {
	for i := range from {
		sum += math.Abs(to[i] - from[i])
	}
	return sum
}

// Drag is what a cost in proportion to the value traded takes from a portfolio
// before a period, as a part of its value: rate (as a fraction) of the two-way
// turnover. A return r of the period becomes (1 - drag)(1 + r) - 1. It is the
// measure of papers that have no cash account; a run pays its costs out of what
// the trades bring, which comes to slightly less.
func Drag(twoWay, rate float64) float64 { return twoWay * rate }

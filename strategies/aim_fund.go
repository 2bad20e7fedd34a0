package strategies

import "math"

// Two ways to reach the targets without trading both ways. Each writes the money
// to buy (+) or sell (-) of every asset into want and returns the total value
// after: the weights are then the targets exactly.

// Reduce sells only, and the proceeds leave: K = min v_i/t_i over the assets with
// a target, and every asset is sold down to K t_i; one with target 0 is sold whole.
func Reduce(values, targets, want []float64) (total float64) {
	k := math.Inf(1)
	for i, t := range targets {
		if t > 0 {
			k = math.Min(k, values[i]/t)
		}
	}
	return moveTo(k, values, targets, want)
}

// Grow buys only, with new money: K = max v_i/t_i, and every asset is bought up to
// K t_i. Without a finite K (an asset held that has target 0) nothing can be
// reached: want is left zero and the total is NaN.
func Grow(values, targets, want []float64) (total float64) {
	k := 0.0
	for i, t := range targets {
		if t == 0 && values[i] > 0 {
			clear(want)
			return math.NaN()
		}
		if t > 0 {
			k = math.Max(k, values[i]/t)
		}
	}
	return moveTo(k, values, targets, want)
}

func moveTo(k float64, values, targets, want []float64) float64 {
	total := 0.0
	for i, t := range targets {
		want[i] = k*t - values[i]
		total += k * t
	}
	return total
}

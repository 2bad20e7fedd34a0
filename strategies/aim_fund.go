package strategies

import (
	"math"

	"evenkeel/sim"
)

// Two ways to reach the targets without trading both ways. Each writes the money
// to buy (+) or sell (-) of every asset into want and returns the total value
// after: the weights are then the targets exactly.

// Reduce sells only, and the proceeds leave: K = min v_i/t_i over the assets with a target
// that are held, and every one of them is sold down to K t_i; one with target 0 is sold
// whole. What is worth less than sim.Dust is not held: it is left out, and left alone.
func Reduce(values, targets, want []float64) float64 {
	k := math.Inf(1)
	for i, t := range targets {
		if t > 0 && values[i] >= sim.Dust {
			k = math.Min(k, values[i]/t)
		}
	}
	var total sim.Sum
	for i, t := range targets {
		keep := 0.0
		if t > 0 {
			keep = values[i]
		}
		if t > 0 && values[i] >= sim.Dust {
			keep = min(keep, k*t)
		}
		want[i] = keep - values[i]
		total.Add(i, keep)
	}
	return total.Total()
}

// Grow buys only, with new money: K = max v_i/t_i, and every asset is bought up to
// K t_i. Without a finite K (an asset held that has target 0) nothing can be
// reached: want is left zero and the total is NaN.
func Grow(values, targets, want []float64) float64 {
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
	var total sim.Sum
	for i, t := range targets {
		want[i] = k*t - values[i]
		total.Add(i, k*t)
	}
	return total.Total()
}

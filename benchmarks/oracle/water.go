package oracle

import (
	"math"

	"github.com/shopspring/decimal"
)

// Falls is what an index says of its losses.
type Falls struct {
	Deepest float64 // the largest drawdown, positive, a part of the peak
	Ulcer   float64 // root of the mean square of the drawdowns of all rows
	// Recovery is the number of calendar days from the deepest row to the first one at
	// which the peak is reached again; Recovered is false where it never is, and where
	// the index never was under water.
	Recovery  int
	Recovered bool
	// UnderWater is the longest time in calendar days from a peak to the row at which
	// it is reached again, or to the last row.
	UnderWater int
}

// Water returns the losses of an index. A peak is reached again when the index is at
// least peak (1 - d): what rounding takes off is no loss to be recovered.
func Water(dates []int32, index []decimal.Decimal, d float64) Falls {
	var f Falls
	peak, deepest, squares := zero, zero, zero
	for k, level := range index {
		peak = decimal.Max(peak, level)
		down := zero
		if peak.IsPositive() {
			down = one.Sub(quotient(level, peak))
		}
		squares = squares.Add(down.Mul(down))
		if down.Sub(deepest).GreaterThan(equal) {
			deepest = down
			f.Recovery, f.Recovered = recovery(dates[k:], index[k:], peak, d)
		}
	}
	f.Deepest = deepest.InexactFloat64()
	f.Ulcer = math.Sqrt(quotient(squares, decimal.NewFromInt(int64(len(index)))).InexactFloat64())
	f.UnderWater = underWater(dates, index, d)
	return f
}

// reached reports whether a level is the peak again.
func reached(level, peak decimal.Decimal, d float64) bool {
	return level.GreaterThanOrEqual(peak.Mul(one.Sub(number(d))))
}

// recovery counts the days from the first row on until the peak is reached again.
func recovery(dates []int32, index []decimal.Decimal, peak decimal.Decimal, d float64) (days int, ok bool) {
	if reached(index[0], peak, d) {
		return 0, false // no loss
	}
	for k, level := range index {
		if reached(level, peak, d) {
			return int(dates[k] - dates[0]), true
		}
	}
	return 0, false
}

// underWater returns the longest time between two rows at a peak, in days, with a row
// below it between them; at the end the last row takes the place of the second.
func underWater(dates []int32, index []decimal.Decimal, d float64) int {
	longest, last, wet := 0, 0, false
	peak := zero
	for k, level := range index {
		peak = decimal.Max(peak, level)
		dry := reached(level, peak, d)
		if wet || !dry {
			longest = max(longest, int(dates[k]-dates[last]))
		}
		if dry {
			last = k
		}
		wet = !dry
	}
	return longest
}

package metric

import (
	"math"
	"slices"

	"evenkeel/sim/card"
)

// tail is the part of returns that tail measures look at.
const tail = 0.05

var _ = Add(InTails, []Measure{
	{Title: "Value at risk, 95 %", Unit: Fraction, Better: -1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		in.known.low = append(in.known.low[:0], in.returns()...)
		return 0 - quantile(in.known.low, tail)
	}, Card: card.Card{
		Name: "value_at_risk", Doc: "loss of a period that one return in twenty exceeds, in history; below 0 when it is a gain",
		Details: "minus the 5 % quantile of simple returns, interpolated between the neighbours of place (n - 1) x 0.05 (type 7).",
	}},
	{Title: "CVaR, 95 %", Unit: Fraction, Better: -1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		in.known.low = append(in.known.low[:0], in.returns()...)
		return 0 - tailMean(in.known.low, tail)
	}, Card: card.Card{
		Name: "cvar", Doc: "mean loss of the worst twentieth of the periods; also called expected shortfall",
		Details: "minus the mean of the floor((n - 1) x 0.05) + 1 lowest simple returns (empyrical's rule). R. T. Rockafellar and S. Uryasev, Optimization of Conditional Value-at-Risk, Journal of Risk, 2000.",
	}},
}...)

// Quantile is the value below which a part of the numbers lies, interpolated
// between the neighbours of place (n-1) x part in order (type 7, as R and numpy);
// NaN of nothing or when one is NaN.
func Quantile(x []float64, part float64) float64 { return quantile(slices.Clone(x), part) }

// TailMean is the mean of the floor((n-1) x part) + 1 lowest numbers; NaN likewise.
func TailMean(x []float64, part float64) float64 { return tailMean(slices.Clone(x), part) }

func quantile(x []float64, part float64) float64 {
	at := part * float64(len(x)-1)
	k := int(at)
	if !sortLowest(x, k+1) {
		return math.NaN()
	}
	low, rest := x[k], at-float64(k)
	if rest == 0 {
		return low
	}
	next := slices.Min(x[k+1:])
	return low + float64(rest*(next-low))
}

func tailMean(x []float64, part float64) float64 {
	k := int(part*float64(len(x)-1)) + 1
	if !sortLowest(x, k) {
		return math.NaN()
	}
	return Mean(x[:k])
}

// sortLowest brings the k lowest numbers to the front, in order, in time that grows
// with the numbers alone as long as k is few. False: there is nothing or a NaN.
func sortLowest(x []float64, k int) bool {
	if len(x) == 0 || slices.ContainsFunc(x, math.IsNaN) {
		return false
	}
	low, high := 0, len(x) // the boundary k lies within
	for high-low > 16 {
		a, b, c := x[low], x[low+(high-low)/2], x[high-1]
		pivot := max(min(a, b), min(max(a, b), c)) // the middle one
		i, j := low-1, high
		for {
			for i++; x[i] < pivot; i++ {
			}
			for j--; x[j] > pivot; j-- {
			}
			if i >= j {
				break
			}
			x[i], x[j] = x[j], x[i]
		}
		if j+1 >= k {
			high = j + 1
		} else {
			low = j + 1
		}
	}
	slices.Sort(x[low:high])
	slices.Sort(x[:k])
	return true
}

package cost

import "math"

// power is x to the power of a, for x of 0 or more and a above 0. It takes only
// + - * / of rounded numbers, so that every processor makes the same bits:
// math.Pow does not promise that. The relative error is below 1e-13 for results
// from 1e-100 to 1e100.
func power(x, a float64) float64 {
	if x <= 0 || x > math.MaxFloat64 {
		return x
	}
	return exp2(float64(a * log2(x)))
}

// odd are 2/3, 2/5, 2/7, ... of the series of 2 artanh, the last first; exps are
// those of e^x, 1/14! to 1/0!.
var (
	odd  = [...]float64{2. / 21, 2. / 19, 2. / 17, 2. / 15, 2. / 13, 2. / 11, 2. / 9, 2. / 7, 2. / 5, 2. / 3}
	exps = [...]float64{
		1. / 87178291200, 1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320,
		1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1, 1,
	}
)

// log2 is the binary logarithm of a finite x above 0: with x = m 2^e and m around
// 1 it is e + 2 artanh((m-1)/(m+1)) / ln 2.
func log2(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	t := (m - 1) / (m + 1)
	q, sum := float64(t*t), 0.0
	for _, c := range odd { // |t| < 0.172: what is left out is below 1e-17
		sum = float64((sum + c) * q)
	}
	return float64(e) + float64(float64(t*(2+sum))*math.Log2E)
}

// exp2 is 2 to the power of y: with y = n + r and |r| at most 1/2 it is 2^n times
// the series of e^(r ln 2).
func exp2(y float64) float64 {
	n := math.Round(y)
	r, sum := float64((y-n)*math.Ln2), 0.0
	for _, c := range exps {
		sum = float64(sum*r) + c
	}
	return math.Ldexp(sum, int(n))
}

package cost

import "math"

// power is x to the power of a, for x of 0 or more and finite and a above 0. It
// takes only + - * / of rounded numbers, so that every processor makes the same
// bits: math.Pow does not promise that. The relative error is below 1e-14 for
// results from 1e-100 to 1e100.
func power(x, a float64) float64 {
	if x <= 0 {
		return 0
	}
	return exp2(float64(a * log2(x)))
}

// log2 is the binary logarithm of a finite x above 0: with x = m 2^e and m around
// 1 it is e + 2 artanh((m-1)/(m+1)) / ln 2.
func log2(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	t := (m - 1) / (m + 1)
	q, sum := float64(t*t), 0.0
	for k := 21; k >= 3; k -= 2 { // |t| < 0.172: what is left out is below 1e-17
		sum = float64((sum + 1/float64(k)) * q)
	}
	return float64(e) + float64(float64(2*t)*(1+sum))/math.Ln2
}

// exp2 is 2 to the power of y: with y = n + r and |r| at most 1/2 it is 2^n times
// the series of e^(r ln 2).
func exp2(y float64) float64 {
	n := math.Round(y)
	r := float64((y - n) * math.Ln2)
	sum := 1.0
	for k := 14; k >= 1; k-- {
		sum = 1 + float64(sum*r)/float64(k)
	}
	return math.Ldexp(sum, int(n))
}

package metric

import (
	"math"

	"evenkeel/sim/card"
)

var _ = Add(InShape, []Measure{
	{Title: "Skewness", Unit: Ratio, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 { return skewness(in.returns(), in.least()) }, Card: card.Card{
		Name: "skewness", Doc: "lopsidedness of returns: below 0 when large losses are more frequent than large gains",
		Details: "m3 / m2^1.5 with m_k = mean((r - mean(r))^k).",
	}},
	{Title: "Kurtosis", Unit: Ratio, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 { return kurtosis(in.returns(), in.least()) }, Card: card.Card{
		Name: "kurtosis", Doc: "weight of the tails of returns: 3 for the normal distribution, more when extremes are more frequent",
		Details: "m4 / m2^2 with m_k as for the skewness; not the excess over 3.",
	}},
}...)

// central are the means of the squares, cubes and fourth powers of what numbers
// differ from their mean.
func central(x []float64) (m2, m3, m4 float64) {
	mean := Mean(x)
	for _, v := range x {
		d := v - mean
		s := float64(d * d)
		m2 += s
		m3 += float64(s * d)
		m4 += float64(s * s)
	}
	n := float64(len(x))
	return m2 / n, m3 / n, m4 / n
}

// Skewness is m3 / m2^1.5; NaN when the numbers are all the same.
func Skewness(x []float64) float64 { return skewness(x, finest) }

func skewness(x []float64, least float64) float64 {
	m2, m3, _ := central(x)
	if !moves(m2*float64(len(x)), len(x), least) {
		return math.NaN()
	}
	return m3 / (m2 * math.Sqrt(m2))
}

// Kurtosis is m4 / m2^2, 3 for the normal distribution; NaN likewise.
func Kurtosis(x []float64) float64 { return kurtosis(x, finest) }

func kurtosis(x []float64, least float64) float64 {
	m2, _, m4 := central(x)
	if !moves(m2*float64(len(x)), len(x), least) {
		return math.NaN()
	}
	return m4 / (m2 * m2)
}

// SampleKurtosis is n (n+1) / ((n-1)(n-2)(n-3)) x sum((x - mean)^4) / sd^4 with the
// sample deviation, not the excess; NaN of fewer than four.
func SampleKurtosis(x []float64) float64 {
	m2, _, m4 := central(x)
	n := float64(len(x))
	if n < 4 || !moves(m2*n, len(x), finest) {
		return math.NaN()
	}
	return (n + 1) * (n - 1) / ((n - 2) * (n - 3)) * m4 / (m2 * m2)
}

// MeanDeviation is the mean absolute difference from the mean.
func MeanDeviation(x []float64) float64 {
	mean, sum := Mean(x), 0.0
	for _, v := range x {
		sum += math.Abs(v - mean)
	}
	return sum / float64(len(x))
}

// GeometricSharpe is the yearly growth that returns compound to, less the risk-free
// rate, over their volatility; NaN like Sharpe.
func GeometricSharpe(returns []float64, riskFree, periods float64) float64 {
	return overYear(annual(returns, periods)-riskFree, Deviation(returns), periods, finest)
}

// AdjustedSharpe is the geometric Sharpe ratio s less a penalty for a left tail:
// s (1 + skewness/6 s - (kurtosis - 3)/24 s^2). J. Pezier and A. White, The Relative
// Merits of Investable Hedge Fund Indices, 2006.
func AdjustedSharpe(returns []float64, riskFree, periods float64) float64 {
	s := GeometricSharpe(returns, riskFree, periods)
	return s * (1 + Skewness(returns)/6*s - (Kurtosis(returns)-3)/24*s*s)
}

// annual is the yearly growth that returns compound to; NaN of none.
func annual(returns []float64, periods float64) float64 {
	return math.Pow(1+compound(returns), periods/float64(len(returns))) - 1
}

package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InRisk, []Measure{
	{Title: "Volatility", Unit: Fraction, Better: -1, Needs: NeedColumns, Of: func(in *Input) float64 { return Volatility(in.returns(), in.PeriodsPerYear) }, Short: func(m *sim.RunStats, in *Input) float64 {
		return m.Deviation * math.Sqrt(in.PeriodsPerYear)
	}, Card: card.Card{
		Name: "volatility", Doc: "sample standard deviation of simple returns, per year",
		Details: "sd(r) x sqrt(P), n - 1 in the denominator, P periods a year.",
	}},
	{Title: "Sharpe", Unit: Ratio, Better: 1, Needs: NeedColumns, Of: func(in *Input) float64 {
		return SharpeOver(in.returns(), in.RiskFree, in.PeriodsPerYear, in.least())
	}, Short: func(m *sim.RunStats, in *Input) float64 {
		return overYear(float64(m.Return*in.PeriodsPerYear)-in.RiskFree, m.Deviation, in.PeriodsPerYear, Least(m.NAV))
	}, Card: card.Card{
		Name: "sharpe", Doc: "mean return above the risk-free rate divided by volatility, per year",
		Details: "(mean(r) x P - rf) / (sd(r) x sqrt(P)). W. F. Sharpe, The Sharpe Ratio, Journal of Portfolio Management, 1994.",
	}},
	{Title: "Max drawdown", Unit: Fraction, Better: -1, Needs: NeedColumns, Of: func(in *Input) float64 { return MaxDrawdown(in.index()) }, Short: func(m *sim.RunStats, _ *Input) float64 {
		return m.Drawdown
	}, Card: card.Card{
		Name: "max_drawdown", Doc: "largest fall of NAV from its running peak, as a positive part of the peak",
		Details: "max over t of 1 - NAV_t / max(NAV_0..NAV_t).",
	}},
}...)

// Volatility is the sample standard deviation of returns x sqrt(periods a year).
func Volatility(returns []float64, periods float64) float64 {
	return Deviation(returns) * math.Sqrt(periods)
}

// Sharpe is (mean x P - rf) / (sd x sqrt P); NaN when the deviation is undefined
// or no more than rounding: returns that are all the same have no ratio.
func Sharpe(returns []float64, riskFree, periods float64) float64 {
	return SharpeOver(returns, riskFree, periods, finest)
}

// SharpeOver is Sharpe; NaN when the deviation is below least, see Least.
func SharpeOver(returns []float64, riskFree, periods, least float64) float64 {
	return overYear(float64(Mean(returns)*periods)-riskFree, Deviation(returns), periods, least)
}

// MaxDrawdown is the largest fall from the running peak, as a part of the peak,
// 0 when values never fall; NaN of nothing.
func MaxDrawdown(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	peak, most := values[0], 0.0
	for _, v := range values {
		peak = max(peak, v)
		most = max(most, 1-v/peak)
	}
	return most
}

// Drawdowns is 1 - value/peak for each value.
func Drawdowns(values []float64) []float64 {
	d := make([]float64, len(values))
	peak := 0.0
	for i, v := range values {
		peak = max(peak, v)
		d[i] = 1 - v/peak
	}
	return d
}

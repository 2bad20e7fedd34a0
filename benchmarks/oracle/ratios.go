package oracle

import (
	"math"

	"github.com/shopspring/decimal"
)

// Rounding returns d: what books that round to 1e-6 may make of a return of nothing,
// for an account of this mean NAV.
func Rounding(rows []Session) float64 {
	sum := zero
	for _, row := range rows {
		sum = sum.Add(row.NAV)
	}
	if sum.Sign() <= 0 {
		return math.Inf(1)
	}
	mean := quotient(sum, decimal.NewFromInt(int64(len(rows))))
	return 1e-9 + 4e-6/mean.InexactFloat64()
}

// average returns the mean; it needs one value.
func average(values []decimal.Decimal) decimal.Decimal {
	return quotient(total(values), decimal.NewFromInt(int64(len(values))))
}

// spread returns the sample standard deviation; ok is false below two values.
func spread(values []decimal.Decimal) (sd float64, ok bool) {
	if len(values) < 2 {
		return 0, false
	}
	mean, squares := average(values), zero
	for _, v := range values {
		squares = squares.Add(v.Sub(mean).Pow(two))
	}
	return math.Sqrt(quotient(squares, decimal.NewFromInt(int64(len(values)-1))).InexactFloat64()), true
}

// Volatility returns the sample deviation of a year. It is no ratio: rounding is left
// in it.
func Volatility(rates []Rate, periods float64) (volatility float64, ok bool) {
	sd, ok := spread(taken(rates))
	return sd * math.Sqrt(periods), ok
}

// Sharpe returns (mean x P - rf)/(sd x sqrt P), rf a yearly rate; ok is false where the
// deviation is below d.
func Sharpe(rates []Rate, periods, riskFree, d float64) (sharpe float64, ok bool) {
	values := taken(rates)
	sd, ok := spread(values)
	if !ok || sd < d {
		return 0, false
	}
	mean := average(values).InexactFloat64()
	return (mean*periods - riskFree) / (sd * math.Sqrt(periods)), true
}

// Sortino returns (mean x P - rf)/(downside x sqrt P), downside the root of the mean
// over all sessions of the squares of what they fell short of rf/P; ok is false where
// it is below d.
func Sortino(rates []Rate, periods, riskFree, d float64) (sortino float64, ok bool) {
	values := taken(rates)
	if len(values) == 0 {
		return 0, false
	}
	squares := 0.0
	for _, v := range values {
		short := math.Min(0, v.InexactFloat64()-riskFree/periods)
		squares += short * short
	}
	downside := math.Sqrt(squares / float64(len(values)))
	if downside < d {
		return 0, false
	}
	return (average(values).InexactFloat64()*periods - riskFree) / (downside * math.Sqrt(periods)), true
}

// active returns the differences of two lists of returns where both have one.
func active(rates, reference []Rate) []decimal.Decimal {
	var values []decimal.Decimal
	for k := range rates {
		if !rates[k].None && !reference[k].None {
			values = append(values, rates[k].Value.Sub(reference[k].Value))
		}
	}
	return values
}

// TrackingError returns the sample deviation of a year of the differences.
func TrackingError(rates, reference []Rate, periods float64) (deviation float64, ok bool) {
	sd, ok := spread(active(rates, reference))
	return sd * math.Sqrt(periods), ok
}

// Information returns the mean difference of a year over the tracking error; ok is
// false where the deviation of the differences is below d.
func Information(rates, reference []Rate, periods, d float64) (ratio float64, ok bool) {
	values := active(rates, reference)
	sd, ok := spread(values)
	if !ok || sd < d {
		return 0, false
	}
	return average(values).InexactFloat64() * periods / (sd * math.Sqrt(periods)), true
}

// Beta returns the covariance with the reference over its variance; ok is false where
// the reference's deviation is below d.
func Beta(rates, reference []Rate, d float64) (beta float64, ok bool) {
	var mine, its []decimal.Decimal
	for k := range rates {
		if !rates[k].None && !reference[k].None {
			mine, its = append(mine, rates[k].Value), append(its, reference[k].Value)
		}
	}
	sd, ok := spread(its)
	if !ok || sd < d {
		return 0, false
	}
	a, b, covariance := average(mine), average(its), zero
	for k := range mine {
		covariance = covariance.Add(mine[k].Sub(a).Mul(its[k].Sub(b)))
	}
	covariance = quotient(covariance, decimal.NewFromInt(int64(len(mine)-1)))
	return covariance.InexactFloat64() / (sd * sd), true
}

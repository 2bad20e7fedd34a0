package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var relative = []Measure{
	{Title: "Active premium", Unit: Fraction, Better: 1, Extra: true, Of: func(in *Input) float64 { return in.premium() }, Card: card.Card{
		Name: "active_premium", Doc: "CAGR less that of the reference: the tracking difference, compounded",
		Details: "CAGR - CAGR(reference), both over y = days / 365.25.",
	}},
	{Title: "Information ratio", Unit: Ratio, Better: 1, Extra: true, Of: func(in *Input) float64 {
		return over(in.premium(), TrackingError(in.active(), in.PeriodsPerYear))
	}, Card: card.Card{
		Name: "information_ratio", Doc: "active premium over tracking error; undefined when the account never differs from the reference",
		Details: "active_premium / tracking_error (as PerformanceAnalytics does; others take the arithmetic tracking_difference).",
	}},
	{Title: "Beta", Unit: Ratio, Extra: true, Of: func(in *Input) float64 { return Beta(in.returns(), in.references()) }, Card: card.Card{
		Name: "beta", Doc: "slope of returns on the reference's; undefined when the reference does not move",
		Details: "cov(r, r_ref) / var(r_ref).",
	}},
	{Title: "Alpha", Unit: Fraction, Better: 1, Extra: true, Of: func(in *Input) float64 {
		return Alpha(in.returns(), in.references(), in.RiskFree, in.PeriodsPerYear)
	}, Card: card.Card{
		Name: "alpha", Doc: "mean return that beta does not explain, a year",
		Details: "mean(r) x P - rf - beta (mean(r_ref) x P - rf). M. C. Jensen, The Performance of Mutual Funds in the Period 1945-1964, Journal of Finance, 1968.",
	}},
	{Title: "Correlation", Unit: Ratio, Extra: true, Of: func(in *Input) float64 { return Correlation(in.returns(), in.references()) }, Card: card.Card{
		Name: "correlation", Doc: "correlation of returns with the reference's",
		Details: "cov(r, r_ref) / (sd(r) sd(r_ref)).",
	}},
	{Title: "Tracking error, monthly", Unit: Fraction, Better: -1, Extra: true, Of: monthlyTracking, Card: card.Card{
		Name: "tracking_error_monthly", Doc: "tracking error of the returns of calendar months, a year: when active returns follow one another it differs from that of sessions",
		Details: "sd(R - R_ref) x sqrt(12) with R the compounded returns of each calendar month, the first and last as far as the run goes.",
	}},
}

// references are the reference's returns beside those of the run, nil without one.
func (in *Input) references() []float64 {
	if in.Reference == nil {
		return nil
	}
	return in.Reference[in.Record.First+1 : max(in.Record.First+1, in.Record.End)]
}

func (in *Input) premium() float64 {
	if in.Reference == nil || !(in.years() > 0) {
		return math.NaN()
	}
	return CAGR(in.index(), in.years()) - (math.Pow(1+compound(in.references()), 1/in.years()) - 1)
}

func monthlyTracking(in *Input) float64 {
	if in.Reference == nil {
		return math.NaN()
	}
	r, index, reference := in.Record, in.index(), 1.0
	active, from := in.known.low[:0], index[0]
	month := monthOf(r, min(r.First+1, r.End-1))
	for s := r.First + 1; s < r.End; s++ {
		reference *= 1 + in.Reference[s]
		if s+1 < r.End {
			next := monthOf(r, s+1)
			if next == month {
				continue
			}
			month = next
		}
		now := index[s-r.First]
		active = append(active, now/from-reference)
		from, reference = now, 1
	}
	in.known.low = active
	return TrackingError(active, 12)
}

func monthOf(r *sim.Record, session int) int {
	y, m, _ := r.Panel.Date(session).Civil()
	return 12*y + m
}

// ActiveReturns are a record's time-weighted returns above those of a reference by
// session of the panel, from the second session of the record on.
func ActiveReturns(r *sim.Record, reference []float64) []float64 {
	in := &Input{Record: r, Reference: reference}
	return in.active()
}

// ActivePremium is the yearly growth that returns compound to, less that of the
// reference.
func ActivePremium(returns, reference []float64, periods float64) float64 {
	return annual(returns, periods) - annual(reference, periods)
}

// InformationRatio is ActivePremium / TrackingError; NaN without tracking error.
func InformationRatio(returns, reference []float64, periods float64) float64 {
	active := make([]float64, len(returns))
	for i, r := range returns {
		active[i] = r - reference[i]
	}
	return over(ActivePremium(returns, reference, periods), TrackingError(active, periods))
}

// Beta is the slope of returns on a reference; NaN of fewer than two, without one
// or when it does not move.
func Beta(returns, reference []float64) float64 {
	xy, _, yy := joint(returns, reference)
	if !(yy > noRisk*noRisk*float64(len(returns))) {
		return math.NaN()
	}
	return xy / yy
}

// Alpha is mean x P - rf - beta (mean of the reference x P - rf).
func Alpha(returns, reference []float64, riskFree, periods float64) float64 {
	return float64(Mean(returns)*periods) - riskFree - float64(Beta(returns, reference)*(float64(Mean(reference)*periods)-riskFree))
}

// Correlation is between -1 and 1; NaN when one of the two does not move.
func Correlation(returns, reference []float64) float64 {
	xy, xx, yy := joint(returns, reference)
	least := noRisk * noRisk * float64(len(returns))
	if !(xx > least) || !(yy > least) {
		return math.NaN()
	}
	return max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}

// FamaBeta is the beta that a portfolio of the same volatility, but in step with
// the reference, would have: the ratio of the deviations.
func FamaBeta(returns, reference []float64) float64 {
	return over(Deviation(returns), Deviation(reference))
}

// joint are the sums of products of what two columns differ from their means; NaN
// of fewer than two places or without a second column.
func joint(x, y []float64) (xy, xx, yy float64) {
	if len(x) < 2 || len(y) != len(x) {
		return math.NaN(), math.NaN(), math.NaN()
	}
	meanX, meanY := Mean(x), Mean(y)
	for i, v := range x {
		d, e := v-meanX, y[i]-meanY
		xy += float64(d * e)
		xx += float64(d * d)
		yy += float64(e * e)
	}
	return xy, xx, yy
}

package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InRelative, []Measure{
	{Title: "Active premium", Unit: Fraction, Better: 1, Extra: true, Needs: NeedReference, Of: func(in *Input) float64 { return in.premium() }, Card: card.Card{
		Name: "active_premium", Doc: "CAGR minus the reference's CAGR: the tracking difference, compounded",
		Details: "CAGR - CAGR(reference), both over y = days / 365.25.",
	}},
	{Title: "Information ratio", Unit: Ratio, Better: 1, Extra: true, Needs: NeedReference | NeedColumns, Of: func(in *Input) float64 {
		return overYear(in.premium(), Deviation(in.active()), in.PeriodsPerYear, in.least())
	}, Card: card.Card{
		Name: "information_ratio", Doc: "active premium over tracking error; undefined when the account never differs from the reference",
		Details: "active_premium / tracking_error (as PerformanceAnalytics does; others take the arithmetic tracking_difference).",
	}},
	{Title: "Beta", Unit: Ratio, Extra: true, Needs: NeedReference | NeedColumns, Of: func(in *Input) float64 { return beta(in.returns(), in.references(), in.least()) }, Card: card.Card{
		Name: "beta", Doc: "slope of returns on the reference's; undefined when the reference does not move",
		Details: "cov(r, r_ref) / var(r_ref).",
	}},
	{Title: "Alpha", Unit: Fraction, Better: 1, Extra: true, Needs: NeedReference | NeedColumns, Of: func(in *Input) float64 {
		return alpha(in.returns(), in.references(), in.RiskFree, in.PeriodsPerYear, in.least())
	}, Card: card.Card{
		Name: "alpha", Doc: "mean return that beta does not explain, per year",
		Details: "mean(r) x P - rf - beta (mean(r_ref) x P - rf). M. C. Jensen, The Performance of Mutual Funds in the Period 1945-1964, Journal of Finance, 1968.",
	}},
	{Title: "Correlation", Unit: Ratio, Extra: true, Needs: NeedReference | NeedColumns, Of: func(in *Input) float64 { return correlation(in.returns(), in.references(), in.least()) }, Card: card.Card{
		Name: "correlation", Doc: "correlation of returns with the reference's",
		Details: "cov(r, r_ref) / (sd(r) sd(r_ref)).",
	}},
	{Title: "Tracking error, monthly", Unit: Fraction, Better: -1, Extra: true, Needs: NeedReference | NeedColumns, Of: monthlyTracking, Card: card.Card{
		Name: "tracking_error_monthly", Doc: "tracking error of the returns of calendar months, per year: it differs from the tracking error of sessions if active returns are autocorrelated",
		Details: "sd(R - R_ref) x sqrt(12) with R the compounded returns of each calendar month, the first and last as far as the run goes.",
	}},
}...)

func (in *Input) premium() float64 {
	y := in.performed()
	if in.Reference == nil || !(y > 0) {
		return math.NaN()
	}
	from := in.Record.First + 1
	grown := compound(in.Reference[min(from, in.end()):in.end()])
	return CAGR(in.index(), y) - (math.Pow(1+grown, 1/y) - 1)
}

func monthlyTracking(in *Input) float64 {
	if in.Reference == nil {
		return math.NaN()
	}
	r, index, returns, reference := in.Record, in.index(), in.sessions(), 1.0
	active, from, some := in.known.low[:0], index[0], false
	month, end := monthOf(r, min(r.First+1, r.End-1)), in.end()
	for s := r.First + 1; s < end; s++ {
		reference *= 1 + in.Reference[s]
		some = some || returns[s-r.First-1] == returns[s-r.First-1]
		if s+1 < end {
			next := monthOf(r, s+1)
			if next == month {
				continue
			}
			month = next
		}
		now := index[s-r.First]
		if some { // else the month has no return, as after a total loss
			active = append(active, now/from-reference)
		}
		from, reference, some = now, 1, false
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
	return overYear(ActivePremium(returns, reference, periods), Deviation(active), periods, finest)
}

// Beta is the slope of returns on a reference; NaN of fewer than two, without one
// or when it does not move.
func Beta(returns, reference []float64) float64 { return beta(returns, reference, finest) }

func beta(returns, reference []float64, least float64) float64 {
	xy, _, yy := joint(returns, reference)
	if !moves(yy, len(returns), least) {
		return math.NaN()
	}
	return xy / yy
}

// moves reports whether the sum of squares of what n numbers differ from their mean is
// that of a sample deviation of least or more.
func moves(squares float64, n int, least float64) bool {
	return math.Sqrt(squares/float64(n-1)) >= least
}

// Alpha is mean x P - rf - beta (mean of the reference x P - rf).
func Alpha(returns, reference []float64, riskFree, periods float64) float64 {
	return alpha(returns, reference, riskFree, periods, finest)
}

func alpha(returns, reference []float64, riskFree, periods, least float64) float64 {
	return float64(Mean(returns)*periods) - riskFree - float64(beta(returns, reference, least)*(float64(Mean(reference)*periods)-riskFree))
}

// Correlation is between -1 and 1; NaN when one of the two does not move.
func Correlation(returns, reference []float64) float64 {
	return correlation(returns, reference, finest)
}

func correlation(returns, reference []float64, least float64) float64 {
	xy, xx, yy := joint(returns, reference)
	if n := len(returns); !moves(xx, n, least) || !moves(yy, n, least) {
		return math.NaN()
	}
	return max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}

// FamaBeta is the beta that a portfolio of the same volatility, but in step with
// the reference, would have: the ratio of the deviations.
func FamaBeta(returns, reference []float64) float64 {
	return over(Deviation(returns), Deviation(reference), finest)
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

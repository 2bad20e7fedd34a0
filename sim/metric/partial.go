package metric

import (
	"math"

	"evenkeel/sim/card"
)

const bar = "The bar is the risk-free rate of a period, rf / P."

var _ = Add(InDownside, []Measure{
	{Title: "Downside deviation", Unit: Fraction, Better: -1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		p := in.partial()
		return p.DownsideDeviation() * math.Sqrt(in.PeriodsPerYear)
	}, Card: card.Card{
		Name: "downside_deviation", Doc: "root mean square of the amounts by which returns are below the bar, over all returns, per year",
		Details: "sqrt(sum min(0, r - bar)^2 / n) x sqrt(P). " + bar,
	}},
	{Title: "Sortino", Unit: Ratio, Better: 1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		p := in.partial()
		return over(p.Mean, p.DownsideDeviation(), in.least()) * math.Sqrt(in.PeriodsPerYear)
	}, Card: card.Card{
		Name: "sortino", Doc: "mean return above the bar divided by downside deviation, per year; undefined if no return is below the bar",
		Details: "(mean(r) - bar) x P / downside_deviation, the denominator over all returns. " + bar + " F. A. Sortino and L. N. Price, Performance Measurement in a Downside Risk Framework, Journal of Investing, 1994.",
	}},
	{Title: "Sortino, subset", Unit: Ratio, Better: 1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		p := in.partial()
		return over(p.Mean, p.DownsideSubset(), in.least()) * math.Sqrt(in.PeriodsPerYear)
	}, Card: card.Card{
		Name: "sortino_subset", Doc: "as Sortino, with the deviation over the returns below the bar alone: some programs print this one, which is lower",
		Details: "the sum of squares is divided by the number of returns below the bar. " + bar,
	}},
	{Title: "Omega", Unit: Ratio, Better: 1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 { return in.partial().omega(in.least()) }, Card: card.Card{
		Name: "omega", Doc: "sum of the amounts above the bar divided by the sum of the amounts below it; undefined if no return is below the bar",
		Details: "sum max(0, r - bar) / sum max(0, bar - r). " + bar + " C. Keating and W. F. Shadwick, A Universal Performance Measure, Journal of Performance Measurement, 2002.",
	}},
}...)

// partial are the run's moments around the risk-free rate of a period.
func (in *Input) partial() Partial {
	if in.known.open && in.known.split {
		return in.known.partial
	}
	in.known.partial, in.known.split = PartialMoments(in.returns(), in.RiskFree/in.PeriodsPerYear), true
	return in.known.partial
}

// Partial is what returns are above and below a bar, of one period each; nothing
// here is a year's. All are NaN of no returns.
type Partial struct {
	N, Below, Above     int     // all returns, those below and those above the bar
	Mean                float64 // of return - bar
	below, squaresBelow float64 // sums of what is lacking, and of its square
	above, squaresAbove float64 // sums of what exceeds
}

// PartialMoments are the returns' around a bar.
func PartialMoments(returns []float64, bar float64) (p Partial) {
	p.N = len(returns)
	sum := 0.0
	for _, r := range returns {
		d := r - bar
		sum += d
		switch {
		case d < 0:
			p.Below++
			p.below -= d
			p.squaresBelow += float64(d * d)
		case d > 0:
			p.Above++
			p.above += d
			p.squaresAbove += float64(d * d)
		}
	}
	p.Mean = sum / float64(p.N)
	return p
}

// DownsideDeviation is sqrt(sum of squares below / N).
func (p *Partial) DownsideDeviation() float64 { return math.Sqrt(p.squaresBelow / float64(p.N)) }

// DownsideSubset is the same over the returns below alone, NaN of none.
func (p *Partial) DownsideSubset() float64 { return math.Sqrt(p.squaresBelow / float64(p.Below)) }

// DownsidePotential is the mean over all of what is lacking.
func (p *Partial) DownsidePotential() float64 { return p.below / float64(p.N) }

// DownsideFrequency is the part of the returns that are below.
func (p *Partial) DownsideFrequency() float64 { return float64(p.Below) / float64(p.N) }

// UpsideRisk is sqrt(sum of squares above / N).
func (p *Partial) UpsideRisk() float64 { return math.Sqrt(p.squaresAbove / float64(p.N)) }

// UpsidePotential is the mean over all of what exceeds.
func (p *Partial) UpsidePotential() float64 { return p.above / float64(p.N) }

// UpsideFrequency is the part of the returns that are above.
func (p *Partial) UpsideFrequency() float64 { return float64(p.Above) / float64(p.N) }

// Sortino is Mean / DownsideDeviation, also called kappa of order 2; NaN when no
// return is below.
func (p *Partial) Sortino() float64 { return over(p.Mean, p.DownsideDeviation(), finest) }

// Omega is what exceeds over what is lacking, NaN when nothing is. At a bar of 0
// it is the ratio of A. Bernardo and O. Ledoit, Gain, Loss and Asset Pricing,
// Journal of Political Economy, 2000.
func (p *Partial) Omega() float64 { return p.omega(finest) }

// omega is Omega; a downside deviation below least is none.
func (p Partial) omega(least float64) float64 {
	if !(p.DownsideDeviation() >= least) {
		return math.NaN()
	}
	return p.UpsidePotential() / p.DownsidePotential()
}

// OmegaSharpe is Mean over what is lacking: Omega - 1.
func (p *Partial) OmegaSharpe() float64 {
	if !(p.DownsideDeviation() >= finest) {
		return math.NaN()
	}
	return p.Mean / p.DownsidePotential()
}

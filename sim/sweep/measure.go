package sweep

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// calculator computes the measures of one record after another without
// allocating. What the measures have a Short for it takes from one pass over NAV:
// the same operations in the same order, so the same bits.
type calculator struct {
	measures []metric.Measure
	short    bool // some measure has a Short
	light    bool // none needs a column itself
	drift    bool // some measure needs the drift
	record   sim.Record
	twin     sim.Record
	runner   *sim.Runner // that left the record,
	lane     int         // in this lane
	input    metric.Input
	moments  sim.RunStats

	returns, active []float64

	way way // of the last row
}

// way is how a row was measured.
type way struct {
	lane     int  // of its runner
	brief    bool // without the column of NAV
	together bool // with the moments of all lanes at once
}

// noticed, where a test sets it, hears how each row was measured.
var noticed func(way)

func newCalculator(measures []metric.Measure) *calculator {
	c := &calculator{measures: measures, light: true, drift: metric.NeedsOf(measures).Has(metric.NeedDrift)}
	for i := range measures {
		c.short = c.short || measures[i].Short != nil
		c.light = c.light && (measures[i].Short != nil || measures[i].Needs&(metric.NeedColumns|metric.NeedDrift) == 0)
	}
	return c
}

// compute writes the measures of c.record to dst.
func (c *calculator) compute(dst []float64, a *Account) {
	c.input.Record, c.input.PeriodsPerYear, c.input.RiskFree, c.input.Reference = &c.record, a.PeriodsPerYear, a.RiskFree, a.Reference
	c.input.Begin()
	defer c.input.End()
	r := &c.record
	flowed := r.Flow != nil || r.Tally.Ruined > 0 || r.NAV[r.End-1] == 0 // returns are not those of NAV
	if !flowed && c.short {
		c.columns(a.Reference)
	}
	for i := range c.measures {
		m := &c.measures[i]
		if flowed || m.Short == nil {
			dst[i] = m.Of(&c.input)
		} else {
			dst[i] = m.Short(&c.moments, &c.input)
		}
	}
}

// columns takes the moments of the runner, which has those of all its lanes, or makes
// them in a pass over NAV.
func (c *calculator) columns(reference []float64) {
	if m, ok := c.runner.RunStats(c.lane, reference); ok {
		c.moments, c.way.together = m, true
		return
	}
	r, nan := &c.record, math.NaN()
	values := r.NAV[r.First:r.End]
	c.moments = sim.RunStats{NAV: metric.Mean(values), Return: nan, Deviation: nan, Active: nan, ActiveDeviation: nan, ActiveSquare: nan, Drift: nan, DriftMost: nan}
	m := &c.moments
	if c.drift {
		m.Drift, m.DriftMost = metric.MeanDrift(r), metric.MaxDrift(r)
	}
	n := len(values) - 1
	if n < 1 {
		m.Drawdown = metric.MaxDrawdown(values)
		return
	}
	c.returns, c.active = resize(c.returns, n), resize(c.active, n)
	m.Drawdown = drawdown(values)
	m.Return = returns(c.returns, values) / float64(n)
	if reference == nil {
		m.Deviation = deviation(c.returns, m.Return)
		return
	}
	sum, squares := 0.0, 0.0
	reference = reference[r.First+1 : r.First+1+n]
	for i, x := range c.returns {
		d := x - reference[i]
		c.active[i] = d
		sum += d
		squares += float64(d * d)
	}
	m.Active, m.ActiveSquare = sum/float64(n), squares/float64(n)
	m.Deviation, m.ActiveDeviation = deviations(c.returns, c.active, m.Return, m.Active)
}

// returns writes the simple returns and gives their sum.
func returns(dst, values []float64) (sum float64) {
	last := values[0]
	for i, v := range values[1:] {
		x := v/last - 1
		dst[i] = x
		sum += x
		last = v
	}
	return sum
}

// drawdown is metric.MaxDrawdown; it divides only where the fall may be a new
// largest one.
func drawdown(values []float64) float64 {
	peak, most := values[0], 0.0
	limit := peak // a value at or above it is no larger fall
	for _, v := range values {
		if v >= limit && v <= peak {
			continue
		}
		peak = max(peak, v)
		most = max(most, 1-v/peak)
		limit = peak * (1 - most) * (1 + 1e-12)
	}
	return most
}

// deviation is the sample standard deviation around a known mean; NaN of fewer
// than two.
func deviation(x []float64, mean float64) float64 {
	sum := 0.0
	for _, v := range x {
		d := v - mean
		sum += float64(d * d)
	}
	return root(sum, len(x))
}

// deviations are those of two columns of equal length.
func deviations(x, y []float64, meanX, meanY float64) (float64, float64) {
	sumX, sumY := 0.0, 0.0
	y = y[:len(x)]
	for i, v := range x {
		d, e := v-meanX, y[i]-meanY
		sumX += float64(d * d)
		sumY += float64(e * e)
	}
	return root(sumX, len(x)), root(sumY, len(x))
}

func root(sum float64, n int) float64 {
	if n < 2 {
		return math.NaN()
	}
	return math.Sqrt(sum / float64(n-1))
}

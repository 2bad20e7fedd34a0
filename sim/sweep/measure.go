package sweep

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// calculator computes the measures of one record after another without
// allocating. What metric computes column by column it takes from one pass over
// NAV: the same operations in the same order, so the same bits.
type calculator struct {
	measures []metric.Measure
	risky    bool // some measure comes from the pass
	light    bool // none needs a column itself
	which    []pass
	record   sim.Record
	twin     sim.Record
	runner   *sim.Runner // that left the record,
	lane     int         // in this lane
	input    metric.Input

	returns, active []float64
	sums
	told bool // by the runner
}

// sums are what the pass leaves.
type sums struct {
	deviation, mean        float64 // of the returns
	activeDeviation        float64
	activeMean, activeRoot float64
	drawdown, meanNAV      float64
	drift, driftMost       float64 // when the runner told them
}

// pass says which number of the pass a measure is.
type pass uint8

const (
	byItself pass = iota
	volatility
	sharpe
	maxDrawdown
	trackingError
	trackingRMS
	trackingDifference
	costPerYear
	driftMean
	driftMax
)

var passes = map[string]pass{
	"volatility": volatility, "sharpe": sharpe, "max_drawdown": maxDrawdown,
	"tracking_error": trackingError, "tracking_rms": trackingRMS, "tracking_difference": trackingDifference,
	"cost_per_year": costPerYear, "drift_mean": driftMean, "drift_max": driftMax,
}

// ends are measures that read no NAV but the first and the last.
var ends = map[string]bool{
	"final_nav": true, "cagr": true, "turnover_total": true, "turnover_per_year": true, "cost_total": true, "cost_initial": true,
	"looks": true, "triggers": true, "unfunded_triggers": true, "rebalances": true, "rebalances_filled": true, "trades": true,
	"unpaid": true, "survived": true,
}

func newCalculator(measures []metric.Measure) *calculator {
	c := &calculator{measures: measures, which: make([]pass, len(measures)), light: true}
	for i, m := range measures {
		c.which[i] = passes[m.Name]
		c.risky = c.risky || c.which[i] != byItself
		c.light = c.light && (c.which[i] != byItself || ends[m.Name])
	}
	return c
}

// compute writes the measures of c.record to dst.
func (c *calculator) compute(dst []float64, a *Account) {
	c.input.Record, c.input.PeriodsPerYear, c.input.RiskFree, c.input.Reference = &c.record, a.PeriodsPerYear, a.RiskFree, a.Reference
	c.input.Begin()
	defer c.input.End()
	if r := &c.record; r.Flow != nil || r.Tally.Ruined > 0 || r.NAV[r.End-1] == 0 { // returns are not those of NAV
		for i := range c.measures {
			dst[i] = c.measures[i].Of(&c.input)
		}
		return
	}
	if c.risky {
		c.columns(a.Reference)
	}
	root := math.Sqrt(a.PeriodsPerYear)
	for i, w := range c.which {
		switch w {
		case byItself:
			dst[i] = c.measures[i].Of(&c.input)
		case volatility:
			dst[i] = c.deviation * root
		case sharpe:
			dst[i] = c.sharpe(root, a)
		case maxDrawdown:
			dst[i] = c.drawdown
		case trackingError:
			dst[i] = c.activeDeviation * root
		case trackingRMS:
			dst[i] = math.Sqrt(c.activeRoot * a.PeriodsPerYear)
		case trackingDifference:
			dst[i] = c.activeMean * a.PeriodsPerYear
		case costPerYear:
			dst[i] = c.costPerYear()
		case driftMean:
			if dst[i] = c.drift; !c.told {
				dst[i] = c.measures[i].Of(&c.input)
			}
		case driftMax:
			if dst[i] = c.driftMost; !c.told {
				dst[i] = c.measures[i].Of(&c.input)
			}
		}
	}
}

func (c *calculator) sharpe(root float64, a *Account) float64 {
	if !(c.deviation >= metric.Least(c.meanNAV)) {
		return math.NaN()
	}
	return (float64(c.mean*a.PeriodsPerYear) - a.RiskFree) / (c.deviation * root)
}

func (c *calculator) costPerYear() float64 {
	r := &c.record
	dates := r.Panel.Dates()
	years := float64(dates[r.End-1]-dates[r.First]) / 365.25
	if !(years > 0) {
		return math.NaN()
	}
	return (r.Tally.Cost - r.Tally.CostInitial).Money() / c.meanNAV / years
}

// columns is the pass over NAV.
func (c *calculator) columns(reference []float64) {
	r := &c.record
	if m, ok := c.runner.Moments(c.lane, reference); ok {
		c.sums = sums{m.Deviation, m.Return, m.ActiveDeviation, m.Active, m.ActiveSquare, m.Drawdown, m.NAV, m.Drift, m.DriftMost}
		c.told = true
		return
	}
	c.told = false
	values := r.NAV[r.First:r.End]
	c.meanNAV = metric.Mean(values)
	n := len(values) - 1
	if n < 1 {
		nan := math.NaN()
		c.sums = sums{nan, nan, nan, nan, nan, metric.MaxDrawdown(values), c.meanNAV, nan, nan}
		return
	}
	c.returns, c.active = resize(c.returns, n), resize(c.active, n)
	c.drawdown = drawdown(values)
	c.mean = returns(c.returns, values) / float64(n)
	if reference == nil {
		nan := math.NaN()
		c.activeMean, c.activeRoot, c.activeDeviation = nan, nan, nan
		c.deviation = deviation(c.returns, c.mean)
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
	c.activeMean, c.activeRoot = sum/float64(n), squares/float64(n)
	c.deviation, c.activeDeviation = deviations(c.returns, c.active, c.mean, c.activeMean)
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

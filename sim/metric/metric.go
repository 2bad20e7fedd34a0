// Package metric holds the measures of a run, one idea a file. A measure is a
// pure function of what the run recorded; NaN means undefined (null in files,
// n/a on paper), never 0.
package metric

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Input is what measures are computed from.
type Input struct {
	Record         *sim.Record
	PeriodsPerYear float64   // P
	RiskFree       float64   // a yearly rate
	Reference      []float64 // simple returns by session that tracking error is measured against; nil: none
}

// Unit says how a measure is written.
type Unit uint8

const (
	Money    Unit = iota // in the account's currency
	Fraction             // written in per cent
	Ratio                // a plain number
	Count                // a whole number
)

// Measure is one number of a run.
type Measure struct {
	card.Card        // Name is the key in summary.json and the column of a sweep
	Title     string // on paper
	Unit      Unit   //
	Better    int    // +1: more is better, -1: less is better, 0: neither
	Of        func(*Input) float64
}

// All are the measures in the order in which they are printed.
func All() []Measure {
	var all []Measure
	for _, group := range [][]Measure{growth, flow, risk, turnover, cost, activity, tracking, drift} {
		all = append(all, group...)
	}
	return all
}

// Value is a measure of one run.
type Value struct {
	Measure
	X float64 // NaN: undefined
}

// Compute measures a run.
func Compute(in *Input) []Value {
	all := All()
	values := make([]Value, len(all))
	for i, m := range all {
		values[i] = Value{m, m.Of(in)}
	}
	return values
}

// Find is the value of a key, NaN when there is none.
func Find(values []Value, key string) float64 {
	for _, v := range values {
		if v.Name == key {
			return v.X
		}
	}
	return math.NaN()
}

// navs are the recorded values from the first session on.
func (in *Input) navs() []float64 { return in.Record.NAV[in.Record.First:in.Record.End] }

// index is NAV with deposits and withdrawals taken out: it starts at NAV of the
// first session and grows by the time-weighted return r = (NAV - flow)/NAV' - 1 of
// every later one. Without flows it is NAV itself.
func (in *Input) index() []float64 { return Index(in.Record) }

// Index is the time-weighted index of a record: see Input.index.
func Index(r *sim.Record) []float64 {
	navs := r.NAV[r.First:r.End]
	if r.Flow == nil {
		return navs
	}
	flows, index := r.Flow[r.First:r.End], make([]float64, len(navs))
	index[0] = navs[0]
	for s := 1; s < len(navs); s++ {
		index[s] = index[s-1] * ((navs[s] - flows[s]) / navs[s-1])
	}
	return index
}

// years is the length of the run in years of 365.25 days.
func (in *Input) years() float64 {
	dates := in.Record.Panel.Dates()
	return float64(dates[in.Record.End-1]-dates[in.Record.First]) / 365.25
}

// PolicyReturns are the simple returns of the portfolio that stands at its
// targets at every close, without costs: r = sum t p/p' - 1 over the assets, p'
// being the close before and t the targets in force at it. The first session's is
// 0. It allocates one column of the panel's sessions.
func PolicyReturns(p *data.Panel, targets []float64, changes ...sim.Change) []float64 {
	r := make([]float64, p.Sessions())
	for s := 1; s < len(r); s++ {
		for len(changes) > 0 && changes[0].Session < s {
			targets, changes = changes[0].Targets, changes[1:]
		}
		was := p.Close(s - 1)
		sum := 0.0
		for i, x := range p.Close(s) {
			if targets[i] != 0 {
				sum += float64(targets[i] * (x/was[i] - 1))
			}
		}
		r[s] = sum
	}
	return r
}

// Returns are the simple returns between values; one fewer than the values.
func Returns(values []float64) []float64 {
	if len(values) < 2 {
		return nil
	}
	r := make([]float64, len(values)-1)
	for i := range r {
		r[i] = values[i+1]/values[i] - 1
	}
	return r
}

// Mean is the arithmetic mean, NaN of nothing.
func Mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Deviation is the sample standard deviation (n - 1), NaN of fewer than two.
func Deviation(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	mean, sum := Mean(x), 0.0
	for _, v := range x {
		d := v - mean
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(len(x)-1))
}

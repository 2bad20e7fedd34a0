// Package metric computes the measures of a run, one idea per file. A measure is a
// pure function of the run's record; NaN means undefined (null in files, n/a in
// reports), never 0.
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
	PeriodsPerYear float64        // P
	RiskFree       float64        // a yearly rate
	Reference      []float64      // simple returns by session of the panel that tracking error is measured against; nil: none
	Twin           *sim.Record    // the same account without trading costs; nil: none, and what it is compared with is undefined
	Hold           *sim.Record    // the same account bought and held; nil: likewise
	Limits         []sim.Edges    // for each set of targets in force, as the mandate says; nil: none
	Looks          *data.Calendar // sessions on which the policy compares weights; nil: unknown

	known known
}

// known is what measures share while they are computed; its memory is used again.
type known struct {
	open      bool // within Compute: what is here belongs to the Record
	index     []float64
	sessions  []float64
	active    []float64
	least     float64
	shortfall *Shortfall
	events    []Event
	folded    bool // events are
	parts     []Component
	partial   Partial
	split     bool // partial is known
	outside   Outside
	walked    bool      // outside is known
	low       []float64 // room to sort in
	rates     *expSum   // room
}

// Unit describes how a measure is written.
type Unit uint8

const (
	Money    Unit = iota // in the account's currency
	Fraction             // written in per cent
	Ratio                // a plain number
	Count                // a whole number
	YesNo                // 1 or 0
)

// Measure is one number of a run.
type Measure struct {
	card.Card         // Name is the key in summary.json and the column of a sweep
	Chapter   Chapter // among which it is printed; Add sets it
	Title     string  // on paper
	Unit      Unit    //
	Better    int     // +1: more is better, -1: less is better, 0: neither
	Extra     bool    // takes a pass of its own over the sessions, so that a sweep tells it only when asked by name
	Needs     Needs   // what Of reads; without it, Of is NaN
	Of        func(*Input) float64

	// Short is the number of Of, to the bit, from what the NAV of an account without flows
	// comes to; a sweep has that of several accounts at once. nil: Of alone.
	Short func(*sim.RunStats, *Input) float64
}

// Value is a measure of one run.
type Value struct {
	Measure
	X float64 // NaN: undefined
}

// Compute measures a run.
func Compute(in *Input) []Value { return in.Append(make([]Value, 0, len(all))) }

// Append appends the measures of the run to dst. It allocates nothing when dst has
// room, the Input has measured a run of that length before, and the record has
// neither log nor flows: an Input may be used again with another Record.
func (in *Input) Append(dst []Value) []Value {
	in.Begin()
	for i := range all {
		dst = append(dst, Value{all[i], defined(all[i].Of(in))})
	}
	in.End()
	return dst
}

// defined is a measure's value, NaN of one beyond all numbers.
func defined(x float64) float64 {
	if math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

// Begin reports that the Input has a record to measure: up to End, measures share
// what they have in common, and the Input and its record must not change.
func (in *Input) Begin() {
	k := &in.known
	*k = known{open: true, index: k.index[:0], sessions: k.sessions[:0], active: k.active[:0], low: k.low[:0], rates: k.rates}
}

// End ends what Begin began; the memory is used again.
func (in *Input) End() { in.known.open = false }

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

// years is the length of the run in years of 365.25 days.
func (in *Input) years() float64 { return yearsTo(in.Record, in.Record.End) }

// performed is the length in years of what measures of performance see.
func (in *Input) performed() float64 { return yearsTo(in.Record, in.end()) }

func yearsTo(r *sim.Record, end int) float64 {
	dates := r.Panel.Dates()
	return float64(dates[end-1]-dates[r.First]) / 365.25
}

// Returns are the simple returns between values; one fewer than the values.
func Returns(values []float64) []float64 {
	if len(values) < 2 {
		return nil
	}
	return appendReturns(make([]float64, 0, len(values)-1), values)
}

func appendReturns(dst, values []float64) []float64 {
	for i := 1; i < len(values); i++ {
		dst = append(dst, values[i]/values[i-1]-1)
	}
	return dst
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

package metric

import (
	"cmp"
	"math"
	"slices"

	"evenkeel/sim/card"
)

var _ = Add(InDrawdowns, []Measure{
	{Title: "Max drawdown, days", Unit: Count, Better: -1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		if f, ok := in.worst(); ok {
			return in.days(f.Peak, f.Trough)
		}
		return math.NaN()
	}, Card: card.Card{
		Name: "max_drawdown_days", Doc: "calendar days from the peak to the bottom of the largest fall; undefined when NAV never fell",
	}},
	{Title: "Recovery, days", Unit: Count, Better: -1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		if f, ok := in.worst(); ok && f.End >= 0 {
			return in.days(f.Trough, f.End)
		}
		return math.NaN()
	}, Card: card.Card{
		Name: "recovery_days", Doc: "calendar days from the bottom of the largest fall until NAV was at its peak again; undefined when it was not, or never fell",
	}},
	{Title: "Longest under water, days", Unit: Count, Better: -1, Extra: true, Needs: NeedColumns, Of: underWater, Card: card.Card{
		Name: "underwater_days", Doc: "longest time in calendar days between a peak and the session that reached it again, or the end of the run; 0 when NAV never fell",
	}},
	{Title: "Calmar", Unit: Ratio, Better: 1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		return over(CAGR(in.index(), in.performed()), MaxDrawdown(in.index()), in.least())
	}, Card: card.Card{
		Name: "calmar", Doc: "CAGR over the largest fall; undefined when NAV never fell",
		Details: "CAGR / max_drawdown over the whole run. T. W. Young, Calmar Ratio: A Smoother Tool, Futures, 1991, over three years.",
	}},
	{Title: "Ulcer index", Unit: Fraction, Better: -1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 { return Ulcer(in.index()) }, Card: card.Card{
		Name: "ulcer", Doc: "root mean square of the fall from the running peak, over the sessions after the first",
		Details: "sqrt(mean(d^2)) with d = 1 - NAV_t / max(NAV_0..NAV_t). P. G. Martin and B. B. McCann, The Investor's Guide to Fidelity Funds, 1989.",
	}},
	{Title: "Pain index", Unit: Fraction, Better: -1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 { return Pain(in.index()) }, Card: card.Card{
		Name: "pain", Doc: "mean fall from the running peak, over the sessions after the first",
		Details: "mean(d) with d as for the ulcer index.",
	}},
	{Title: "Martin ratio", Unit: Ratio, Better: 1, Extra: true, Needs: NeedColumns, Of: func(in *Input) float64 {
		return over(CAGR(in.index(), in.performed())-in.RiskFree, Ulcer(in.index()), in.least())
	}, Card: card.Card{
		Name: "martin", Doc: "CAGR above the risk-free rate over the ulcer index; undefined when NAV never fell",
		Details: "(CAGR - rf) / ulcer. Also called the ulcer performance index.",
	}},
}...)

// days are calendar days between two places of the index.
func (in *Input) days(from, to int) float64 {
	dates := in.Record.Panel.Dates()[in.Record.First:]
	return float64(dates[to] - dates[from])
}

func (in *Input) worst() (worst Fall, ok bool) {
	eachFall(in.index(), in.least(), func(f Fall) {
		if f.Depth > worst.Depth {
			worst, ok = f, true
		}
	})
	return worst, ok
}

func underWater(in *Input) float64 {
	longest, last := 0.0, len(in.index())-1
	eachFall(in.index(), in.least(), func(f Fall) {
		if f.End < 0 {
			f.End = last
		}
		longest = max(longest, in.days(f.Peak, f.End))
	})
	return longest
}

// Fall is a fall of values from a peak until they are back at it.
type Fall struct {
	Peak, Trough int     // places of the last value at the peak and of the first at the bottom
	End          int     // place of the first value at the peak or above again, -1: there is none
	Depth        float64 // 1 - bottom/peak
}

// Falls are all falls of values in order of time. None overlap. A peak is reached
// again by what lacks at most a part of it, least (see Least): so no fall is less deep.
func Falls(values []float64, least float64) (all []Fall) {
	eachFall(values, least, func(f Fall) { all = append(all, f) })
	return all
}

// DeepestFalls are at most n falls, the deepest first; equal ones in order of time.
func DeepestFalls(values []float64, n int, least float64) []Fall {
	all := Falls(values, least)
	slices.SortStableFunc(all, func(a, b Fall) int { return cmp.Compare(b.Depth, a.Depth) })
	return all[:min(n, len(all))]
}

func eachFall(values []float64, least float64, f func(Fall)) {
	at, level := Fall{End: -1}, 0.0
	for i, v := range values {
		switch {
		case v != v: // of an account that nothing is left of
		case v < level*(1-least):
			if d := 1 - v/level; d > at.Depth {
				at.Trough, at.Depth = i, d
			}
		default:
			if at.Depth > 0 {
				at.End = i
				f(at)
			}
			level = max(level, v) // what rounding lacks is no new peak
			at = Fall{Peak: i, Trough: i, End: -1}
		}
	}
	if at.Depth > 0 {
		f(at)
	}
}

// Ulcer is the root mean square of the falls of values after the first from their
// running peak; NaN of fewer than two.
func Ulcer(values []float64) float64 {
	return math.Sqrt(meanFall(values, func(d float64) float64 { return d * d }))
}

// Pain is the mean of those falls.
func Pain(values []float64) float64 {
	return meanFall(values, func(d float64) float64 { return d })
}

func meanFall(values []float64, of func(float64) float64) float64 {
	peak, sum := math.Inf(-1), 0.0
	for _, v := range values {
		peak = max(peak, v)
		sum += of(1 - v/peak)
	}
	if len(values) < 2 {
		return math.NaN()
	}
	return sum / float64(len(values)-1)
}

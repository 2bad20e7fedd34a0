package kernel

import "math"

// Moments are what columns of values in lanes come to. Returns are simple ones; the
// active return is the return less a reference's. Every lane has its own sums, in
// the order of the sessions.
type Moments struct {
	Mean                    Row // of the values
	Return, Deviation       Row // mean and sample deviation of the returns; NaN of none, of fewer than two
	Active, ActiveDeviation Row // of the active returns; NaN without a reference
	ActiveSquare            Row // mean square of the active returns
	Drawdown                Row // the largest fall from the running peak, as a part of it
	Drift, DriftMost        Row // see Spread
	returns                 []float64
	plain                   Parts // what Go alone did
}

// Measure measures the sessions [first, end), at least one, of nav, which has Width
// values a session. The reference has one return a session; nil: none.
func (m *Moments) Measure(nav, reference []float64, first, end int) {
	nav = nav[first*Width : end*Width]
	if reference != nil {
		reference = reference[first:end]
	}
	if cap(m.returns) < len(nav) {
		m.returns = make([]float64, len(nav))
	}
	m.returns = m.returns[:len(nav)]
	n := float64(end - first - 1)
	m.sum(nav, reference)
	for l := range Width {
		m.Mean[l] /= n + 1
		m.Return[l] /= n
		m.Active[l] /= n
		m.ActiveSquare[l] /= n
		if reference == nil {
			m.Active[l], m.ActiveSquare[l] = math.NaN(), math.NaN()
		}
	}
	m.deviate(nav, reference)
	for l := range Width {
		m.Deviation[l] = deviation(m.Deviation[l], n)
		m.ActiveDeviation[l] = deviation(m.ActiveDeviation[l], n)
		if reference == nil {
			m.ActiveDeviation[l] = math.NaN()
		}
	}
}

func deviation(squares, n float64) float64 {
	if n < 2 {
		return math.NaN()
	}
	return math.Sqrt(squares / (n - 1))
}

// sumPlain leaves sums in the means, and the returns.
func (m *Moments) sumPlain(nav, reference []float64) {
	m.plain |= Summing
	for l := range Width {
		last := nav[l]
		peak, most, values, sum, active, squares := last, 0.0, last, 0.0, 0.0, 0.0
		for k, s := Width+l, 1; k < len(nav); k, s = k+Width, s+1 {
			v := nav[k]
			x := v/last - 1
			last = v
			m.returns[k] = x
			values += v
			sum += x
			if reference != nil {
				d := x - reference[s]
				active += d
				squares += float64(d * d)
			}
			peak = max(peak, v)
			most = max(most, 1-v/peak)
		}
		m.Mean[l], m.Return[l], m.Active[l], m.ActiveSquare[l], m.Drawdown[l] = values, sum, active, squares, most
	}
}

// deviatePlain leaves the sums of the squared distances from the means.
func (m *Moments) deviatePlain(nav, reference []float64) {
	m.plain |= Deviating
	for l := range Width {
		mean, activeMean, squares, activeSquares := m.Return[l], m.Active[l], 0.0, 0.0
		for k, s := Width+l, 1; k < len(nav); k, s = k+Width, s+1 {
			x := m.returns[k]
			d := x - mean
			squares += float64(d * d)
			if reference != nil {
				e := x - reference[s] - activeMean
				activeSquares += float64(e * e)
			}
		}
		m.Deviation[l], m.ActiveDeviation[l] = squares, activeSquares
	}
}

// Spread is the mean of the drift in half and the largest in most over the sessions
// (first, end); NaN of none.
func (m *Moments) Spread(half, most []float64, first, end int) {
	m.Drift, m.DriftMost = Row{}, Row{}
	if first++; first < end {
		m.spread(half[first*Width:end*Width], most[first*Width:end*Width])
	}
	for l := range Width {
		if m.Drift[l] /= float64(end - first); first >= end {
			m.Drift[l], m.DriftMost[l] = math.NaN(), math.NaN()
		}
	}
}

func (m *Moments) spreadPlain(half, most []float64) {
	m.plain |= Spreading
	for k, v := range half {
		l := k % Width
		m.Drift[l] += v
		m.DriftMost[l] = max(m.DriftMost[l], most[k])
	}
}

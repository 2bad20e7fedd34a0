package metric

import "math"

// Rolling measures look back over a window of n returns at every place of a
// series. Each appends one number a place to dst, which may be nil: NaN where
// fewer than n returns lie behind, and everywhere when n is too small to have the
// measure. They take time in proportion to the series, whatever the window.

// RollingReturn appends, for each of the values, its growth since n values
// before: simple, not a year's; len(values) numbers.
func RollingReturn(dst, values []float64, n int) []float64 {
	for i, v := range values {
		x := math.NaN()
		if n > 0 && i >= n {
			x = v/values[i-n] - 1
		}
		dst = append(dst, x)
	}
	return dst
}

// RollingVolatility appends the Volatility of the last n returns, for each of them;
// of active returns it is the rolling tracking error.
func RollingVolatility(dst, returns []float64, n int, periods float64) []float64 {
	return rolling(dst, returns, n, func(_, deviation float64) float64 { return deviation * math.Sqrt(periods) })
}

// RollingSharpe appends the Sharpe ratio of the last n returns, for each of them; NaN
// where their deviation is below least, see Least.
func RollingSharpe(dst, returns []float64, n int, riskFree, periods, least float64) []float64 {
	return rolling(dst, returns, n, func(mean, deviation float64) float64 {
		return overYear(float64(mean*periods)-riskFree, deviation, periods, least)
	})
}

// RollingTrackingError appends the TrackingError of the last n active returns, for
// each of them.
func RollingTrackingError(dst, active []float64, n int, periods float64) []float64 {
	return RollingVolatility(dst, active, n, periods)
}

// rolling appends a function of the mean and sample deviation of the last n.
func rolling(dst, x []float64, n int, of func(mean, deviation float64) float64) []float64 {
	var w window
	for i := range x {
		if n < 2 || i < n-1 {
			dst = append(dst, math.NaN())
			continue
		}
		last := x[i+1-n : i+1]
		if (i+1)%n == 0 { // every n places again, so that rounding does not pile up
			w.sum(last)
		} else {
			w.move(x[i-n], x[i])
		}
		mean := w.first / float64(n)
		rest := w.second - float64(w.first*mean)
		if w.most > 1e-24 && rest < 1e-6*w.most { // little is left of large numbers
			w.sum(last)
			mean = w.first / float64(n)
			rest = w.second - float64(w.first*mean)
		}
		dst = append(dst, of(w.about+mean, math.Sqrt(max(0, rest)/float64(n-1))))
	}
	return dst
}

// window sums the numbers in it, and their squares, as far as they differ from a
// number that was their mean when they were summed last.
type window struct {
	about, first, second float64
	most                 float64 // largest sum of squares since
}

func (w *window) sum(x []float64) {
	*w = window{about: Mean(x)}
	for _, v := range x {
		d := v - w.about
		w.first += d
		w.second += float64(d * d)
	}
	w.most = w.second
}

func (w *window) move(out, in float64) {
	out, in = out-w.about, in-w.about
	w.first += in - out
	w.most = max(w.most, w.second+float64(in*in))
	w.second += float64(in*in) - float64(out*out)
}

// RollingDrawdown appends, for each of the values, the MaxDrawdown of the n+1
// values that end with it: the largest fall within the last n returns.
func RollingDrawdown(dst, values []float64, n int) []float64 {
	w := n + 1
	if n < 1 || len(values) < w {
		for range values {
			dst = append(dst, math.NaN())
		}
		return dst
	}
	// Blocks of w values: a window is the end of one block and the start of the next.
	ends := make([]stretch, w) // of the block before, from each place to its end
	start := stretch{low: math.Inf(1), peak: math.Inf(-1)}
	for i, v := range values {
		k := i % w
		if k == 0 {
			start = stretch{low: v, peak: v}
		} else {
			start = start.then(stretch{low: v, peak: v})
		}
		switch {
		case k == w-1:
			dst = append(dst, start.fall)
			one := stretch{low: v, peak: v}
			ends[k] = one
			for j := k - 1; j >= 0; j-- {
				u := values[i-k+j]
				ends[j] = stretch{low: u, peak: u}.then(ends[j+1])
			}
		case i < w:
			dst = append(dst, math.NaN())
		default:
			dst = append(dst, ends[k+1].then(start).fall)
		}
	}
	return dst
}

// stretch is what a fall over neighbouring values needs of them.
type stretch struct{ low, peak, fall float64 }

// then is the stretch that b prolongs.
func (a stretch) then(b stretch) stretch {
	return stretch{min(a.low, b.low), max(a.peak, b.peak), max(a.fall, b.fall, 1-b.low/a.peak)}
}

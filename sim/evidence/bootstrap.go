// Package evidence measures what chance alone would show: intervals of differences by
// resampling. Every draw depends only on (seed, resample).
package evidence

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Bootstrap is a paired stationary bootstrap (D. N. Politis and J. P. Romano, The
// Stationary Bootstrap, Journal of the American Statistical Association, 1994):
// sessions are drawn in blocks that begin anywhere, go on past the end at the
// beginning, and have geometric lengths; both series are taken at the same
// sessions.
type Bootstrap struct {
	Resamples int
	Block     float64 // mean length of a block in sessions, 1 or more; 0: MeanBlock
	Level     float64 // of the interval, such as 0.95
	Seed      uint64
}

// Standard is what comparisons use.
var Standard = Bootstrap{Resamples: 2000, Level: 0.95}

// MeanBlock is the mean length of blocks for n sessions unless one is given: the
// cube root of n, the order that keeps the error of an interval small, rounded.
func MeanBlock(n int) float64 { return max(1, math.Round(math.Cbrt(float64(n)))) }

// Series are the simple returns of an account.
type Series struct {
	Returns []float64
	Least   float64 // sample deviation below which they do nothing but round
}

// Sums are what statistics are made of: sums over the sessions of one resample.
type Sums struct {
	N       float64
	About   float64 // the mean of the whole series, so that little is lost of returns that are alike
	Sum     float64 // of r - About, r being simple returns
	Squares float64 // of (r - About)^2
	Logs    float64 // of ln(1 + r); -Inf when a return is -1, NaN when one is below
	Least   float64 // of the series
}

// Mean is the mean return.
func (s Sums) Mean() float64 { return s.About + s.Sum/s.N }

// Moves reports whether the returns do more than round: a ratio over their deviation has
// a meaning.
func (s Sums) Moves() bool { return s.Deviation() >= s.Least }

// Deviation is the sample standard deviation; NaN of fewer than two sessions.
func (s Sums) Deviation() float64 {
	if s.N < 2 {
		return math.NaN()
	}
	return math.Sqrt(max(0, s.Squares-s.Sum*s.Sum/s.N) / (s.N - 1))
}

// Statistic is a number of one series.
type Statistic func(Sums) float64

// Interval is what a difference of two series is and where resampling puts it.
type Interval struct {
	Difference float64 // of the series themselves
	Low, High  float64 // percentiles of the resamples' differences; NaN: undefined
	Above      float64 // part of the resamples in which the difference is above 0
}

// Tells reports whether the interval lies on one side of 0. An undefined one does not.
func (i Interval) Tells() bool { return i.Low > 0 || i.High < 0 }

// Block is a stretch of sessions: [From, From+Length), modulo their number.
type Block struct{ From, Length int }

// Blocks draws blocks for n sessions, n in all, into dst.
func Blocks(dst []Block, n int, mean float64, rng *rand.Rand) []Block {
	dst = dst[:0]
	for left := n; left > 0; {
		b := Block{From: rng.IntN(n), Length: 1}
		if mean > 1 { // the number of trials until a success of probability 1/mean
			b.Length = int(min(float64(left), 1+math.Floor(math.Log1p(-rng.Float64())/math.Log1p(-1/mean))))
		}
		left -= b.Length
		dst = append(dst, b)
	}
	return dst
}

// Indices are the sessions of blocks, of n.
func Indices(blocks []Block, n int) (all []int) {
	for _, b := range blocks {
		for k := range b.Length {
			all = append(all, (b.From+k)%n)
		}
	}
	return all
}

// Paired are the intervals of x less base for each statistic. Both hold simple
// returns of the same sessions. It is an error when their lengths differ, there are
// fewer than two, or the settings are out of range.
func (b Bootstrap) Paired(x, base []float64, statistics ...Statistic) ([]Interval, error) {
	return b.Between(Series{Returns: x}, Series{Returns: base}, statistics...)
}

// Between is Paired of series.
func (b Bootstrap) Between(one, other Series, statistics ...Statistic) ([]Interval, error) {
	x, base := one.Returns, other.Returns
	n := len(x)
	if b.Block == 0 {
		b.Block = MeanBlock(n)
	}
	switch {
	case len(base) != n:
		return nil, fmt.Errorf("%d returns and %d of the base", n, len(base))
	case n < 2:
		return nil, errors.New("a bootstrap needs two returns")
	case b.Resamples < 1 || b.Resamples > 1_000_000 || !(b.Block >= 1) || !(b.Level > 0 && b.Level < 1):
		return nil, fmt.Errorf("%d resamples of blocks of %v at a level of %v", b.Resamples, b.Block, b.Level)
	}
	px, pb := prefixes(one), prefixes(other)
	whole := []Block{{0, n}}
	all := make([]Interval, len(statistics))
	draws := make([][]float64, len(statistics))
	difference := func(blocks []Block, of Statistic) float64 { return of(px.over(blocks)) - of(pb.over(blocks)) }
	for k, of := range statistics {
		all[k].Difference = difference(whole, of)
		draws[k] = make([]float64, b.Resamples)
	}
	var blocks []Block
	for i := range b.Resamples {
		blocks = Blocks(blocks, n, b.Block, rand.New(rand.NewPCG(b.Seed, uint64(i))))
		for k, of := range statistics {
			draws[k][i] = difference(blocks, of)
		}
	}
	for k := range all {
		all[k].fill(draws[k], b.Level)
	}
	return all, nil
}

// fill takes the percentiles of draws, which it sorts.
func (i *Interval) fill(draws []float64, level float64) {
	i.Low, i.High, i.Above = math.NaN(), math.NaN(), math.NaN()
	if slices.ContainsFunc(draws, math.IsNaN) {
		return
	}
	slices.Sort(draws)
	tail := (1 - level) / 2
	i.Low, i.High = quantile(draws, tail), quantile(draws, 1-tail)
	at, _ := slices.BinarySearch(draws, math.SmallestNonzeroFloat64)
	i.Above = float64(len(draws)-at) / float64(len(draws))
}

// quantile interpolates linearly between sorted values, as most programs do (type
// 7 of Hyndman and Fan, 1996).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	low := int(at)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	part := at - float64(low)
	return sorted[low]*(1-part) + sorted[low+1]*part
}

// sums are running sums over a series put twice behind itself: of any stretch that
// wraps around once they are a difference.
type sums struct {
	n                  int
	about, least       float64
	sum, squares, logs []float64
	lost               []int // returns of -1, whose logarithms are in no sum
}

func prefixes(s Series) *sums {
	n := len(s.Returns)
	p := &sums{n, 0, s.Least, make([]float64, 2*n+1), make([]float64, 2*n+1), make([]float64, 2*n+1), make([]int, 2*n+1)}
	for _, r := range s.Returns {
		p.about += r / float64(n)
	}
	for k := range 2 * n {
		r := s.Returns[k%n]
		d := r - p.about
		p.sum[k+1] = p.sum[k] + d
		p.squares[k+1] = p.squares[k] + float64(d*d)
		p.logs[k+1], p.lost[k+1] = p.logs[k], p.lost[k]
		if r == -1 {
			p.lost[k+1]++
		} else {
			p.logs[k+1] += math.Log1p(r)
		}
	}
	return p
}

func (p *sums) over(blocks []Block) (s Sums) {
	s.About, s.Least = p.about, p.least
	for _, b := range blocks {
		from, to := b.From, b.From+b.Length
		s.N += float64(b.Length)
		s.Sum += p.sum[to] - p.sum[from]
		s.Squares += p.squares[to] - p.squares[from]
		s.Logs += p.logs[to] - p.logs[from]
		if p.lost[to] > p.lost[from] {
			s.Logs = math.Inf(-1) // and stays so: what is added is finite
		}
	}
	return s
}

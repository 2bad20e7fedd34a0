package evidence

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func mean(s Sums) float64 { return s.Mean() }

// The rule of the stationary bootstrap on five sessions: blocks that begin at 3, 1
// and 4, with new ones at the first, fourth and sixth draw.
func TestBlocksGoOnAtTheBeginning(t *testing.T) {
	require.Equal(t, []int{3, 4, 0, 1, 2, 4, 0, 1}, Indices([]Block{{3, 3}, {1, 2}, {4, 3}}, 5))
}

func TestSumsOverBlocksAreThoseOfTheirSessions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-0.5, 0.5), 2, 60).Draw(t, "x")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		blocks := Blocks(nil, len(x), rapid.Float64Range(1, 20).Draw(t, "mean"), rng)
		got, want := prefixes(Series{Returns: x}).over(blocks), Sums{}
		for _, i := range Indices(blocks, len(x)) {
			d := x[i] - got.About
			want = Sums{N: want.N + 1, Sum: want.Sum + d, Squares: want.Squares + d*d, Logs: want.Logs + math.Log1p(x[i])}
		}
		require.Equal(t, float64(len(x)), got.N)
		require.InDelta(t, want.Sum, got.Sum, 1e-12)
		require.InDelta(t, want.Squares, got.Squares, 1e-12)
		require.InDelta(t, want.Logs, got.Logs, 1e-12)
	})
}

func TestBlocksHaveTheirMeanLength(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, mean := range []float64{1, 2, 16} {
		count, total := 0, 0
		for range 200 {
			count += len(Blocks(nil, 5000, mean, rng))
			total += 5000
		}
		require.InEpsilon(t, mean, float64(total)/float64(count), 0.03)
	}
}

// Of series whose difference is known, about 95 of 100 intervals hold it, also when
// sessions depend on those before.
func TestIntervalsCoverTheTruth(t *testing.T) {
	const series, n, truth = 600, 400, 0.0004
	rng := rand.New(rand.NewPCG(20, 26))
	b := Bootstrap{Resamples: 400, Level: 0.95}
	for _, depends := range []float64{0, 0.3} {
		held := 0
		for k := range series {
			x, base, last := make([]float64, n), make([]float64, n), 0.0
			for i := range x {
				market := 0.01 * rng.NormFloat64()
				last = depends*last + 0.003*rng.NormFloat64()
				base[i] = market
				x[i] = market + truth + last
			}
			b.Seed = uint64(k)
			got, err := b.Paired(x, base, mean)
			require.NoError(t, err)
			if got[0].Low <= truth && truth <= got[0].High {
				held++
			}
		}
		share := float64(held) / series
		t.Logf("dependence %v: %.1f %% of intervals hold the truth", depends, 100*share)
		require.InDelta(t, 0.94, share, 0.035)
	}
}

func TestSameSeedSameNumbersAndSigns(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	x, base := make([]float64, 300), make([]float64, 300)
	for i := range x {
		base[i] = 0.01 * rng.NormFloat64()
		x[i] = base[i] + 0.002 + 0.001*rng.NormFloat64()
	}
	b := Standard
	b.Seed = 7
	one, err := b.Paired(x, base, mean, Sums.Deviation)
	require.NoError(t, err)
	two, err := b.Paired(x, base, mean, Sums.Deviation)
	require.NoError(t, err)
	require.Equal(t, one, two)
	require.True(t, one[0].Tells(), "two tenths of a per cent a day are no chance")
	require.Equal(t, 1.0, one[0].Above)
	turned, err := b.Paired(base, x, mean)
	require.NoError(t, err)
	require.InDelta(t, -one[0].Low, turned[0].High, 1e-15)
	require.Equal(t, 0.0, turned[0].Above)
	same, err := b.Paired(x, x, mean)
	require.NoError(t, err)
	require.Equal(t, Interval{}, same[0])
	require.False(t, same[0].Tells())
	b.Seed = 8
	other, err := b.Paired(x, base, mean)
	require.NoError(t, err)
	require.NotEqual(t, one[0].Low, other[0].Low)
}

func TestWhatCannotBeResampled(t *testing.T) {
	for _, b := range []Bootstrap{{Resamples: 0, Level: 0.9}, {Resamples: 10, Level: 1}, {Resamples: 10, Level: 0.9, Block: 0.5}} {
		_, err := b.Paired([]float64{0, 0, 0}, []float64{0, 0, 0})
		require.ErrorContains(t, err, "resamples")
	}
	_, err := Standard.Paired([]float64{0, 0}, []float64{0})
	require.ErrorContains(t, err, "2 returns and 1")
	_, err = Standard.Paired([]float64{0}, []float64{0})
	require.ErrorContains(t, err, "two returns")
	got, err := Standard.Paired([]float64{-2, 0.1, 0}, []float64{0, 0, 0}, func(s Sums) float64 { return s.Logs })
	require.NoError(t, err)
	require.True(t, math.IsNaN(got[0].Low) && !got[0].Tells(), "what is undefined tells nothing")
	require.True(t, math.IsNaN(Sums{N: 1}.Deviation()))
}

func TestQuantiles(t *testing.T) {
	v := []float64{1, 2, 4, 8}
	require.Equal(t, []float64{1, 3, 8, 1.75}, []float64{quantile(v, 0), quantile(v, 0.5), quantile(v, 1), quantile(v, 0.25)})
}

// A return of -1 makes every stretch that holds it, and no other, one of -Inf: what
// comes before and behind it is as it would be alone.
func TestATotalLossIsOfItsSessionAlone(t *testing.T) {
	x := []float64{0.1, -1, 0.2, 0.3}
	p := prefixes(Series{Returns: x})
	for from := range x {
		for length := 1; length <= len(x); length++ {
			got := p.over([]Block{{from, length}})
			want, sum := 0.0, 0.0
			for k := range length {
				want += math.Log1p(x[(from+k)%len(x)])
				sum += x[(from+k)%len(x)]
			}
			if math.IsInf(want, -1) {
				require.Equal(t, want, got.Logs)
			} else {
				require.InDelta(t, want, got.Logs, 1e-12)
			}
			require.InDelta(t, sum/float64(length), got.Mean(), 1e-12)
		}
	}
	require.True(t, math.IsNaN(prefixes(Series{Returns: []float64{0.1, -1.5}}).over([]Block{{0, 2}}).Logs))
	growth := func(s Sums) float64 { return math.Expm1(s.Logs) }
	got, err := Standard.Paired([]float64{0.1, 0.2, -1}, []float64{0.1, 0.2, 0.1}, growth)
	require.NoError(t, err)
	require.InDelta(t, -1-(1.1*1.2*1.1-1), got[0].Difference, 1e-12)
	require.Less(t, got[0].Low, got[0].High)
	require.False(t, math.IsNaN(got[0].Above))
}

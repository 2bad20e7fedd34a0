package kernel_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/sim/internal/kernel"
)

// untouched marks sessions that nobody may write.
const untouched = -7.5

// scene is a panel with holdings and limits.
type scene struct {
	n, sessions int
	px          []float64
	h, hi, lo   []float64
	t           []float64
	cash        float64
	from, to    int
}

func draw(t *rapid.T) *scene {
	x := &scene{n: rapid.IntRange(1, 40).Draw(t, "assets"), sessions: rapid.IntRange(0, 41).Draw(t, "sessions")}
	seed := rapid.Uint64Range(1, math.MaxUint64).Draw(t, "seed")
	random := func() float64 {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		return float64(seed>>11) / (1 << 53)
	}
	x.px = make([]float64, x.n*x.sessions)
	for i := range x.px {
		x.px[i] = 10 + 5*random()
	}
	left := 1.0
	for i := range x.n {
		weight := left * random()
		if i == x.n-1 {
			weight = left
		}
		left -= weight
		held := 1e5 * weight / 12
		if random() < 0.1 {
			held = 0
		}
		target := weight
		if random() < 0.1 {
			target = 0
		}
		x.h, x.t = append(x.h, held), append(x.t, target)
		x.limit(i, weight, rapid.IntRange(0, 9).Draw(t, "limits"), rapid.Float64Range(0.001, 0.5).Draw(t, "width"))
	}
	x.cash = rapid.SampledFrom([]float64{0, 0.37, 1e4, 1e9}).Draw(t, "cash")
	x.from = rapid.IntRange(0, x.sessions).Draw(t, "from")
	x.to = rapid.IntRange(x.from, x.sessions).Draw(t, "to")
	return x
}

// limit makes asset i's shares over its limits, as the books do.
func (x *scene) limit(i int, weight float64, kind int, width float64) {
	hi, lo := 0.0, 1e300 // none
	switch {
	case kind == 0:
	case kind == 1 && x.h[i] > 0: // may not be held
		hi = 1e300
	case x.h[i] > 0:
		if kind%2 == 0 {
			hi = x.h[i] / (weight * (1 + width))
		}
		if kind%3 == 0 {
			lo = x.h[i] / (weight * (1 - width))
		}
	}
	x.hi, x.lo = append(x.hi, hi), append(x.lo, lo)
}

// strided is the definition of a sum over assets, written as it is said.
func strided(n int, term func(i int) float64) float64 {
	var s [8]float64
	for j := range s {
		for i := j; i < n; i += 8 {
			s[j] += float64(term(i))
		}
	}
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// value is one session's value without cash.
func (x *scene) value(s int) float64 {
	return strided(x.n, func(i int) float64 { return x.px[s*x.n+i] * x.h[i] })
}

// outside reports whether a weight of session s is outside its limits.
func (x *scene) outside(s int) bool {
	for i := range x.n {
		p := x.px[s*x.n+i]
		if float64(p*x.hi[i]) > x.value(s) || float64(p*x.lo[i]) < x.value(s) {
			return true
		}
	}
	return false
}

func blank(n int) []float64 {
	nav := make([]float64, n)
	for s := range nav {
		nav[s] = untouched
	}
	return nav
}

func TestValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		nav := blank(x.sessions)
		kernel.Value(nav, x.px, x.h, x.cash, x.from, x.to)
		for s := range nav {
			want := untouched
			if s >= x.from && s < x.to {
				want = x.value(s) + x.cash
			}
			require.Equal(t, math.Float64bits(want), math.Float64bits(nav[s]), "session %d", s)
		}
	})
}

// Watch stops at the first session that a look at every session would find,
// whichever half of a pair it is, and values what it passed.
func TestWatch(t *testing.T) {
	stopped, passed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		want := x.from
		for want < x.to && !x.outside(want) {
			want++
		}
		nav := blank(x.sessions)
		got := kernel.Watch(nav, x.px, x.h, x.hi, x.lo, x.cash, x.from, x.to)
		require.Equal(t, want, got)
		for s := range nav {
			switch value := x.value(s) + x.cash; {
			case s < x.from || s >= x.to:
				require.Equal(t, untouched, nav[s], "session %d is not among those asked for", s)
			case s <= got:
				require.Equal(t, math.Float64bits(value), math.Float64bits(nav[s]))
			default: // the rest of a block of four may have been valued
				require.True(t, nav[s] == untouched || s <= got+3 && nav[s] == value)
			}
		}
		if got < x.to {
			stopped++
		} else {
			passed++
		}
	})
	require.Positive(t, stopped)
	require.Positive(t, passed)
}

// One breach anywhere is found from every start, for both parities of start and end.
func TestWatchFindsTheBreachFromAnywhere(t *testing.T) {
	const n, sessions = 3, 12
	h := []float64{10, 10, 10}
	hi, lo := make([]float64, n), make([]float64, n)
	for i := range h {
		hi[i], lo[i] = h[i]/0.4, h[i]/0.25
	}
	for breach := range sessions {
		for asset := range n {
			for _, move := range []float64{1.5, 0.6} {
				px := make([]float64, n*sessions)
				for k := range px {
					px[k] = 100
				}
				px[breach*n+asset] *= move
				for from := range sessions {
					for to := from; to <= sessions; to++ {
						want := to
						if breach >= from && breach < to {
							want = breach
						}
						if got := kernel.Watch(blank(sessions), px, h, hi, lo, 5, from, to); got != want {
							t.Fatalf("breach at %d of asset %d, from %d to %d: stopped at %d", breach, asset, from, to, got)
						}
					}
				}
			}
		}
	}
}

func TestWatchWithoutLimits(t *testing.T) {
	px := []float64{1, 1e12, 1e12, 1e-9, 1, 1, 5, 5}
	h := []float64{3, 0}
	nav := blank(4)
	require.Equal(t, 4, kernel.Watch(nav, px, h, []float64{0, 0}, []float64{1e300, 1e300}, 1, 0, 4))
	require.Equal(t, []float64{4, 3e12 + 1, 4, 16}, nav)
}

// An asset with target 0 has the upper limit 0: nothing held is inside, anything
// held is outside. A lower limit of 0 is breached by nothing held.
func TestZeroTargets(t *testing.T) {
	px := []float64{1, 1}
	for _, c := range []struct {
		h, hi, lo []float64
		outside   bool
	}{
		{[]float64{5, 0}, []float64{0, 0}, []float64{1e300, 1e300}, false},
		{[]float64{5, 1e-8}, []float64{0, 1e300}, []float64{1e300, 1e300}, true},
		{[]float64{5, 0}, []float64{0, 0}, []float64{1e300, 0}, true},
		{[]float64{0, 0}, []float64{0, 0}, []float64{1e300, 1e300}, false}, // nothing is invested
	} {
		require.Equal(t, c.outside, kernel.Outside(px, c.hi, c.lo, c.h[0]+c.h[1]))
		want := 1
		if c.outside {
			want = 0
		}
		require.Equal(t, want, kernel.Watch(blank(1), px, c.h, c.hi, c.lo, 0, 0, 1))
	}
}

// A weight on its limit is not outside.
func TestOnTheLimit(t *testing.T) {
	h := []float64{1, 1}
	require.False(t, kernel.Outside([]float64{1, 1}, []float64{2, 2}, []float64{2, 2}, 2))
	require.True(t, kernel.Outside([]float64{math.Nextafter(1, 2), 1}, []float64{2, 2}, []float64{1e300, 1e300}, 2))
	require.True(t, kernel.Outside([]float64{math.Nextafter(1, 0), 1}, []float64{0, 0}, []float64{2, 2}, 2))
	require.Equal(t, 2, kernel.Watch(blank(2), []float64{1, 1, 3, 3}, h, []float64{2, 2}, []float64{2, 2}, 0, 0, 2))
}

func TestDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t)
		half, most := blank(x.sessions), blank(x.sessions)
		kernel.Drift(half, most, x.px, x.h, x.t, x.from, x.to)
		for s := range half {
			wantHalf, wantMost := untouched, untouched
			if s >= x.from && s < x.to {
				invested := x.value(s)
				wantMost = 0
				wantHalf = strided(x.n, func(i int) float64 {
					d := math.Abs(float64(x.px[s*x.n+i]*x.h[i])/invested - x.t[i])
					wantMost = math.Max(wantMost, d)
					return d
				}) / 2
			}
			same := func(want, got float64) {
				require.True(t, want == got || math.IsNaN(want) && math.IsNaN(got), "session %d: %v, want %v", s, got, want)
			}
			same(wantHalf, half[s])
			same(wantMost, most[s])
		}
	})
}

func TestDriftOfNothing(t *testing.T) {
	half, most := blank(1), blank(1)
	kernel.Drift(half, most, []float64{1, 2}, []float64{0, 0}, []float64{0.5, 0.5}, 0, 1)
	require.True(t, math.IsNaN(half[0]))
	require.True(t, math.IsNaN(most[0]))
}

func TestDriftByHand(t *testing.T) {
	half, most := blank(2), blank(2)
	kernel.Drift(half, most, []float64{1, 1, 1, 2, 1, 1}, []float64{50, 25, 25}, []float64{0.5, 0.25, 0.25}, 0, 2)
	require.Equal(t, []float64{0, 0}, []float64{half[0], most[0]})
	require.InDelta(t, 1.0/6, half[1], 1e-15) // weights 4/6, 1/6, 1/6
	require.InDelta(t, 1.0/6, most[1], 1e-15)
}

// Gliding needs no memory of its own.
func TestNothingIsAllocated(t *testing.T) {
	px, h := make([]float64, 40), []float64{1, 2, 3, 4}
	nav := blank(10)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		kernel.Value(nav, px, h, 1, 0, 10)
		kernel.Watch(nav, px, h, h, h, 1, 0, 10)
		kernel.Drift(nav, nav, px, h, h, 0, 10)
	}))
}

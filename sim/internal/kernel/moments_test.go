package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func (m *Moments) rows() (all []uint64) {
	for _, r := range []*Row{&m.Mean, &m.Return, &m.Deviation, &m.Active, &m.ActiveDeviation, &m.ActiveSquare, &m.Drawdown, &m.Drift, &m.DriftMost} {
		for _, v := range r {
			if v != v {
				v = math.NaN()
			}
			all = append(all, math.Float64bits(v))
		}
	}
	return all
}

// walks are random walks of values, some still, some falling to next to nothing.
func walks(r *rand.Rand, sessions int) (nav, reference []float64) {
	nav, reference = make([]float64, sessions*Width), make([]float64, sessions)
	for k := range nav {
		nav[k] = 1e6 * math.Exp(r.NormFloat64())
		if k >= Width {
			nav[k] = nav[k-Width] * math.Exp(r.NormFloat64()*0.01*float64(k%Width))
		}
	}
	for s := range reference {
		reference[s] = r.NormFloat64() * 0.01
	}
	return nav, reference
}

func TestMomentsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 9))
		sessions := rapid.IntRange(1, 300).Draw(t, "sessions")
		nav, reference := walks(r, sessions)
		first := rapid.IntRange(0, sessions-1).Draw(t, "first")
		end := rapid.IntRange(first+1, sessions).Draw(t, "end")
		if rapid.Bool().Draw(t, "alone") {
			reference = nil
		}
		half, most := walks(r, sessions)
		most = append(most, half...)[sessions:]
		if rapid.Bool().Draw(t, "nothing") {
			half[len(half)/2], most[len(most)/2] = math.NaN(), math.NaN()
		}
		var all []*Moments
		for p := Plain; p <= Best(); p++ {
			was, m := Use(p), &Moments{}
			m.Measure(nav, reference, first, end)
			m.Spread(half, most, first, end)
			Use(was)
			all = append(all, m)
			require.Equal(t, all[0].rows(), m.rows(), "path %d", p)
			if end-first > 1 { // vectors begin with the second session
				require.Equal(t, (Summing|Deviating|Spreading)&^p.Vectors(), m.plain, "path %d", p)
			}
		}
	})
}

// Two returns by hand.
func TestMomentsByHand(t *testing.T) {
	nav := make([]float64, 3*Width)
	for l := range Width {
		nav[l], nav[Width+l], nav[2*Width+l] = 100, 110, 99
	}
	var m Moments
	m.Measure(nav, []float64{0, 0.05, -0.05}, 0, 3)
	for l := range Width {
		require.InDelta(t, 103, m.Mean[l], 1e-12)
		require.InDelta(t, 0, m.Return[l], 1e-15)
		require.InDelta(t, 0.1*math.Sqrt2, m.Deviation[l], 1e-15)
		require.InDelta(t, 0, m.Active[l], 1e-15)
		require.InDelta(t, 0.05*math.Sqrt2, m.ActiveDeviation[l], 1e-15)
		require.InDelta(t, 0.0025, m.ActiveSquare[l], 1e-15)
		require.InDelta(t, 0.1, m.Drawdown[l], 1e-15)
	}
}

func BenchmarkMoments(b *testing.B) {
	nav, reference := walks(rand.New(rand.NewPCG(1, 9)), 5040)
	var m Moments
	for b.Loop() {
		m.Measure(nav, reference, 0, 5040)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/5040/Width, "ns/session")
}

// The places that the vector code goes by are those of the compiler.
func TestMomentsPlaces(t *testing.T) {
	var m Moments
	const row = 64
	require.Equal(t, []uintptr{0, row, 2 * row, 3 * row, 4 * row, 5 * row, 6 * row, 7 * row, 8 * row}, []uintptr{
		unsafe.Offsetof(m.Mean), unsafe.Offsetof(m.Return), unsafe.Offsetof(m.Deviation), unsafe.Offsetof(m.Active), unsafe.Offsetof(m.ActiveDeviation),
		unsafe.Offsetof(m.ActiveSquare), unsafe.Offsetof(m.Drawdown), unsafe.Offsetof(m.Drift), unsafe.Offsetof(m.DriftMost),
	})
}

func TestColumns(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	for sessions := range 40 {
		nav, _ := walks(r, sessions)
		var to [Width][]float64
		for l := range to {
			to[l] = make([]float64, sessions+1)
			to[l][sessions] = -1
		}
		Columns(&to, nav)
		for l, c := range to {
			for s := range sessions {
				require.Equal(t, nav[s*Width+l], c[s])
			}
			require.Equal(t, -1.0, c[sessions], "nothing is written beyond")
		}
		if Best() == AVX512 {
			require.Equal(t, sessions/Width*Width, columns(&to, nav), "sessions written in vectors")
		}
	}
}

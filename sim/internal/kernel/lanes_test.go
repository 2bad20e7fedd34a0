package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The places that the vector code goes by are those of the compiler.
func TestPlaces(t *testing.T) {
	var x Lanes
	var a Asset
	var h Held
	const row = 64
	require.Equal(t, []uintptr{0, row, 2 * row, 3 * row, 4 * row, 5 * row, 6 * row, 7 * row, 8 * row, 9 * row, 9*row + 2, 9*row + 8, 9*row + 32}, []uintptr{
		unsafe.Offsetof(x.Cash), unsafe.Offsetof(x.Invested), unsafe.Offsetof(x.Gross), unsafe.Offsetof(x.Hold), unsafe.Offsetof(x.Turnover),
		unsafe.Offsetof(x.Trades), unsafe.Offsetof(x.Cost), unsafe.Offsetof(x.Triggers), unsafe.Offsetof(x.Rebalances),
		unsafe.Offsetof(x.Always), unsafe.Offsetof(x.Wide), unsafe.Offsetof(x.Held), unsafe.Offsetof(x.Assets),
	})
	places := []uintptr{
		unsafe.Offsetof(a.Units), unsafe.Offsetof(a.Order), unsafe.Offsetof(a.Target), unsafe.Offsetof(a.Top), unsafe.Offsetof(a.High),
		unsafe.Offsetof(a.Low), unsafe.Offsetof(a.Floor), unsafe.Offsetof(a.Rail), unsafe.Offsetof(a.Net), unsafe.Offsetof(a.Gross),
		unsafe.Offsetof(a.Selling), unsafe.Offsetof(a.Buying), unsafe.Offsetof(a.OverHi), unsafe.Offsetof(a.OverLo), unsafe.Offsetof(a.NoLo),
		unsafe.Offsetof(a.value), unsafe.Offsetof(a.need), unsafe.Offsetof(a.key), unsafe.Offsetof(a.over), unsafe.Offsetof(a.got), unsafe.Sizeof(a),
	}
	for k, place := range places {
		require.Equal(t, uintptr(k*row), place, k)
	}
	require.Equal(t, []uintptr{0, row, 2 * row, 3 * row}, []uintptr{unsafe.Offsetof(h.H), unsafe.Offsetof(h.Hi), unsafe.Offsetof(h.Lo), unsafe.Sizeof(h)})
}

// stage is a panel and what its eight accounts are like.
type stage struct {
	n, sessions int
	px          []float64
	looks       []uint8
	r           *rand.Rand
}

func newStage(seed uint64, n, sessions int) *stage {
	g := &stage{n: n, sessions: sessions, r: rand.New(rand.NewPCG(seed, 5))}
	g.px, g.looks = make([]float64, n*sessions), make([]uint8, sessions)
	for k := range g.px {
		g.px[k] = math.Exp(g.r.NormFloat64() * 3)
		if k >= n {
			g.px[k] = g.px[k-n] * math.Exp(g.r.NormFloat64()*0.08)
		}
	}
	for s := range g.looks {
		g.looks[s] = uint8(g.r.Uint32() | g.r.Uint32())
	}
	return g
}

func (g *stage) pick(x ...float64) float64 { return x[g.r.IntN(len(x))] }

// lanes makes eight accounts that stand at their targets at the first session.
func (g *stage) lanes() *Lanes {
	x := NewLanes(g.n)
	x.Always = uint8(g.r.Uint32() & g.r.Uint32() & g.r.Uint32())
	x.Used = 0xff
	if g.r.IntN(4) == 0 {
		x.Used = 1 << g.r.IntN(Width)
	}
	for l := range Width {
		g.lane(x, l)
	}
	return x
}

func (g *stage) lane(x *Lanes, l int) {
	nav := g.pick(5, 100, 1e4, 1e6, 1e6, 1e6, 1e9, 2e12)
	band, rate := g.pick(0, 0.01, 0.05, 0.2), g.pick(0, 0, 0.001, 0.02)
	rail := band * g.r.Float64()
	targets, sum, mean := make([]float64, g.n), 0.0, 0.0
	for i := range targets {
		if targets[i] = g.r.Float64(); g.r.IntN(6) == 0 && i > 0 {
			targets[i] = 0
		}
		sum += targets[i]
	}
	for i, t := range targets {
		t /= sum
		a := &x.Assets[i]
		a.Target[l], a.Top[l], a.High[l], a.Low[l], a.Floor[l], a.Rail[l] = t, t*(1+band)+1e-12*t, t*(1+band), t*(1-band)-1e-12*t, t*(1-band), t*(1+rail)
		a.OverHi[l], a.OverLo[l], a.NoLo[l] = 1/a.High[l], 1/a.Floor[l], -1e-200
		switch {
		case t == 0:
			a.Top[l], a.High[l], a.Low[l], a.Floor[l], a.Rail[l] = 0, 0, -1, -1, 0
			a.OverHi[l], a.OverLo[l], a.NoLo[l] = 1e308, 0, Far
		case g.r.IntN(8) == 0: // no limit
			a.Top[l], a.High[l], a.Low[l], a.Floor[l] = Far, Far, -1, -1
			a.OverHi[l], a.OverLo[l], a.NoLo[l] = 0, 0, Far
		}
		a.Selling[l], a.Buying[l] = rate, g.pick(rate, 0)
		a.Net[l], a.Gross[l] = 1-a.Selling[l], 1+a.Buying[l]
		mean += t * a.Buying[l]
		a.Units[l] = int64(min(2e18, t*nav/g.px[i]*1e8))
		if t == 0 && g.r.IntN(3) == 0 {
			a.Units[l] = int64(min(2e18, nav/100/g.px[i]*1e8))
		}
		x.Mirror(l, i)
	}
	if g.r.IntN(8) == 0 {
		x.Wide |= 1 << l
		x.Assets[0].Top[l] *= 1.1
	}
	x.Gross[l], x.Hold[l] = 1+mean, 4e-6
	x.Cash[l] = int64(g.pick(0, 0, 0.005, 0.3) * nav * 1e6)
}

// seen is everything of lanes that anybody may see, in bits.
func (x *Lanes) seen() (all []uint64) {
	rows := func(rows ...*Row) {
		for _, r := range rows {
			for _, v := range r {
				all = append(all, math.Float64bits(v))
			}
		}
	}
	wholes := func(rows ...*Whole) {
		for _, r := range rows {
			for _, v := range r {
				all = append(all, uint64(v))
			}
		}
	}
	rows(&x.Turnover)
	wholes(&x.Cash, &x.Trades, &x.Cost, &x.Triggers, &x.Rebalances)
	for i := range x.Assets {
		wholes(&x.Assets[i].Units)
		h := &x.Held[i]
		rows(&h.H, &h.Hi, &h.Lo)
	}
	return all
}

func copied(x *Lanes) *Lanes {
	c := *x
	c.Held, c.Assets = append([]Held(nil), x.Held...), append([]Asset(nil), x.Assets...)
	return &c
}

// step is one round of watching, deciding and filling on a path; what it returns
// is compared between paths.
func (g *stage) step(x *Lanes, on Path, active uint8, from, late int) (said []any, orders []int64, nav []float64, next int) {
	defer Use(Use(on))
	nav = make([]float64, g.sessions*Width)
	s, hit := x.Watch(nav, g.px, g.looks, active, from, g.sessions)
	if s == g.sessions {
		return append(said, s, hit), nil, nav, s
	}
	invested := x.Invested
	placed, rare := x.Decide(g.px[s*g.n:s*g.n+g.n], hit)
	for i := range x.Assets {
		for l := range Width {
			if placed>>l&1 != 0 {
				orders = append(orders, x.Assets[i].Order[l])
			}
		}
	}
	f := min(s+late, g.sessions-1)
	missed := x.Fill(g.px[f*g.n:f*g.n+g.n], placed, nav[f*Width:f*Width+Width])
	return append(said, s, hit, invested, placed, rare, missed), orders, nav, s + 1
}

// Vectors and plain Go agree to the bit: on where to stop, what to order, what is
// booked and what is left to the ordinary code.
func TestPathsAgree(t *testing.T) {
	defer func(was int) { patience = was }(patience)
	patience = 20 // a call goes on where the one before was interrupted
	count := map[string]int{}
	var ran Parts
	rapid.Check(t, func(t *rapid.T) {
		g := newStage(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 40).Draw(t, "assets"), rapid.IntRange(1, 60).Draw(t, "sessions"))
		plain := g.lanes()
		fast := copied(plain)
		on := Path(rapid.IntRange(min(1, int(Best())), int(Best())).Draw(t, "path"))
		count[fmt.Sprint("path ", on)]++
		active, late := plain.Used&rapid.Uint8Range(128, 255).Draw(t, "active"), rapid.IntRange(0, 1).Draw(t, "late")
		for at := 0; at < g.sessions; {
			want, orders, nav, next := g.step(plain, Plain, active, at, late)
			got, o, v, _ := g.step(fast, on, active, at, late)
			for l := range Width {
				if plain.Used>>l&1 == 0 {
					for s := range g.sessions {
						nav[s*Width+l], v[s*Width+l] = 0, 0
					}
				}
			}
			for _, said := range [][]any{want, got} { // of unused lanes nothing is said
				if len(said) > 2 {
					row := said[2].(Row)
					for l := range row {
						if plain.Used>>l&1 == 0 {
							row[l] = 0
						}
					}
					said[2] = row
				}
			}
			require.Equal(t, want, got)
			require.Equal(t, orders, o)
			require.Equal(t, nav, v)
			require.Equal(t, plain.seen(), fast.seen())
			ran |= plain.Plain()
			requireVectors(t, on, fast.Plain())
			if len(want) > 2 {
				for k, name := range []string{"placed", "rare", "missed"} {
					if want[3+k] != uint8(0) {
						count[name]++
					}
				}
			}
			at = next
		}
	})
	require.Equal(t, Watching|Deciding|Filling, ran)
	for _, name := range []string{"placed", "rare", "missed"} {
		require.Positive(t, count[name], name)
	}
	for p := min(AVX2, Best()); p <= Best(); p++ {
		require.Positive(t, count[fmt.Sprint("path ", p)], "path %d", p)
	}
	t.Log(count)
}

// requireVectors fails where Go alone did what a path does in vectors.
func requireVectors(t require.TestingT, on Path, plain Parts) {
	require.Zero(t, plain&on.Vectors(), "path %d did parts %b of %b without vectors", on, plain, on.Vectors())
}

func BenchmarkLanes(b *testing.B) {
	for _, n := range []int{10, 500} {
		for p := Plain; p <= Best(); p++ {
			b.Run(fmt.Sprintf("assets=%d/path=%d/watch", n, p), func(b *testing.B) {
				defer Use(Use(p))
				g := newStage(1, n, 1000)
				for s := range g.looks {
					g.looks[s] = 0xff
				}
				x := g.lanes()
				x.Always, x.Used = 0, 0xff
				for i := range x.Held {
					x.Held[i].Hi, x.Held[i].Lo = Row{}, Row{Far, Far, Far, Far, Far, Far, Far, Far}
				}
				nav := make([]float64, g.sessions*Width)
				for b.Loop() {
					x.Watch(nav, g.px, g.looks, 0xff, 0, g.sessions)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/8000, "ns/session")
			})
			b.Run(fmt.Sprintf("assets=%d/path=%d/trade", n, p), func(b *testing.B) {
				defer Use(Use(p))
				g := newStage(1, n, 1000)
				x := g.lanes()
				for l := range Width {
					for i := range x.Assets {
						x.Assets[i].Units[l] = int64(x.Assets[i].Target[l] * 1e6 / g.px[i] * 1e8)
						x.Mirror(l, i)
					}
					x.Cash[l] = 0
				}
				x.Always, x.Used = 0xff, 0xff
				nav := make([]float64, g.sessions*Width)
				s, done := 0, 0
				for b.Loop() {
					x.Watch(nav, g.px, g.looks, 0, s, s+1)
					p := g.px[s*n : s*n+n]
					placed, rare := x.Decide(p, 0xff)
					x.Fill(p, placed, nav)
					if s = (s + 1) % g.sessions; s == 0 {
						done = 0
					}
					_, _ = rare, done
				}
				b.ReportMetric(float64(x.Rebalances[3])/float64(b.N), "trades/op")
			})
		}
	}
}

func TestDriftsAgree(t *testing.T) {
	defer func(was int) { patience = was }(patience)
	patience = 20
	rapid.Check(t, func(t *rapid.T) {
		g := newStage(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 40).Draw(t, "assets"), rapid.IntRange(1, 30).Draw(t, "sessions"))
		x := g.lanes()
		x.Used = 0xff
		if rapid.Bool().Draw(t, "nothing held") {
			for i := range x.Held {
				x.Held[i].H[3] = 0
			}
		}
		from := rapid.IntRange(0, g.sessions).Draw(t, "from")
		to := rapid.IntRange(from, g.sessions).Draw(t, "to")
		half, most := [2][]float64{}, [2][]float64{}
		for k, p := range []Path{Plain, Best()} {
			half[k], most[k] = make([]float64, g.sessions*Width), make([]float64, g.sessions*Width)
			was := Use(p)
			x.plain = 0
			x.Drift(half[k], most[k], g.px, from, to)
			Use(was)
			requireVectors(t, p, x.Plain())
			if from < to {
				require.Equal(t, Drifting&^p.Vectors(), x.Plain())
			}
		}
		for k := range half[0] {
			same := func(want, got float64) {
				require.True(t, want == got || want != want && got != got, "%v, want %v", got, want)
			}
			same(half[0][k], half[1][k])
			same(most[0][k], most[1][k])
		}
	})
}

// A quotient from the rounded reciprocal, corrected twice by its exact remainder, is
// the rounded quotient: what the vectors divide by prices with.
func TestQuotients(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	near := func() float64 { // mantissas next to a power of two are the hard ones
		return math.Float64frombits(uint64(1023)<<52 | (r.Uint64()&0xff-0x80)&(1<<52-1))
	}
	for k := range 2_000_000 {
		a, p := math.Exp(r.NormFloat64()*8), math.Exp(r.NormFloat64()*5)
		switch k % 4 {
		case 1:
			p = near() * math.Exp2(float64(r.IntN(60)-30))
		case 2:
			a = near() * math.Exp2(float64(r.IntN(40)-6))
		case 3:
			p, a = near(), near()
		}
		y := 1 / p
		q := a * y
		for range 2 {
			q = math.FMA(math.FMA(-q, p, a), y, q)
		}
		if q != a/p {
			t.Fatalf("%v / %v: %v, want %v", a, p, q, a/p)
		}
	}
}

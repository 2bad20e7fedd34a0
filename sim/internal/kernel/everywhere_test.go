package kernel

import (
	"encoding/binary"
	"hash/fnv"
	"testing"

	"github.com/stretchr/testify/require"
)

// clockwork makes numbers without a function that a processor may round in its own way.
type clockwork uint64

func (c *clockwork) next(below int) int {
	*c = *c*6364136223846793005 + 1442695040888963407
	return int(uint64(*c)>>33) % below
}

// mechanism is lanes over a panel of n assets, made of whole numbers alone.
func mechanism(n, sessions int) (x *Lanes, px []float64, looks []uint8) {
	c := clockwork(n)
	px, looks = make([]float64, n*sessions), make([]uint8, sessions)
	for k := range px {
		px[k] = float64(1000+c.next(500)) / 16
	}
	for s := range looks {
		looks[s] = uint8(c.next(256))
	}
	x = NewLanes(n)
	x.Used, x.Always = 0xff, uint8(1<<(n%Width))
	for l := range Width {
		band, rate := float64(1+c.next(8))/64, float64(c.next(4))/1024
		for i := range n {
			a, t := &x.Assets[i], 1/float64(n)
			a.Target[l], a.High[l], a.Floor[l], a.Rail[l] = t, t*(1+band), t*(1-band), t*(1+band/2)
			a.Top[l], a.Low[l] = a.High[l], a.Floor[l]
			a.OverHi[l], a.OverLo[l], a.NoLo[l] = 1/a.High[l], 1/a.Floor[l], -1e-200
			a.Selling[l], a.Buying[l], a.Net[l], a.Gross[l] = rate, rate, 1-rate, 1+rate
			a.Units[l] = int64(t * 1e6 / px[i] * 1e8)
			x.Mirror(l, i)
		}
		x.Gross[l], x.Hold[l], x.Cash[l] = 1+rate, 4e-6, int64(c.next(5e8))
	}
	return x, px, looks
}

// What plain Go, the vectors, a build without vectors (purego) and one for GOAMD64=v3
// leave is the same for 1 to 40 assets: all are checked against one number.
func TestTheSameBitsEverywhere(t *testing.T) {
	const sessions = 60
	for path := Plain; path <= Best(); path++ {
		h := fnv.New64a()
		trades := int64(0)
		for n := 1; n <= 40; n++ {
			x, px, looks := mechanism(n, sessions)
			nav, half, most := make([]float64, sessions*Width), make([]float64, sessions*Width), make([]float64, sessions*Width)
			was := Use(path)
			for s := 0; s < sessions; s++ {
				x.Drift(half, most, px, s, s+1)
				at, hit := x.Watch(nav, px, looks, 0xff, s, s+1)
				if at > s {
					continue
				}
				placed, rare := x.Decide(px[s*n:s*n+n], hit)
				missed := x.Fill(px[s*n:s*n+n], placed, nav[s*Width:])
				require.NoError(t, binary.Write(h, binary.LittleEndian, []uint8{hit, placed, rare, missed}))
			}
			Use(was)
			require.NoError(t, binary.Write(h, binary.LittleEndian, nav))
			require.NoError(t, binary.Write(h, binary.LittleEndian, half))
			require.NoError(t, binary.Write(h, binary.LittleEndian, most))
			require.NoError(t, binary.Write(h, binary.LittleEndian, x.seen()))
			one := make([]float64, sessions) // an account by itself
			shares, hi, lo, target := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range shares {
				shares[i], target[i], hi[i], lo[i] = x.Held[i].H[2], x.Assets[i].Target[2], 0, Far
			}
			Value(one, px, shares, 12.5, 0, sessions)
			require.NoError(t, binary.Write(h, binary.LittleEndian, one))
			Watch(one, px, shares, hi, lo, 0.25, 0, sessions)
			require.NoError(t, binary.Write(h, binary.LittleEndian, one))
			Drift(one, half, px, shares, target, 0, sessions)
			require.NoError(t, binary.Write(h, binary.LittleEndian, one))
			for _, k := range x.Trades {
				trades += k
			}
		}
		require.Greater(t, trades, int64(10_000))
		require.Equal(t, uint64(0x2131f52bb6d285d0), h.Sum64(), "path %d", path)
	}
}

package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func digest(v []float64) string {
	h := sha256.New()
	for _, x := range v {
		_ = binary.Write(h, binary.LittleEndian, math.Float64bits(x))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// The demo's figures depend on every bit of these prices.
func TestSyntheticIsTheSameEverywhere(t *testing.T) {
	p := Synthetic()
	require.Equal(t, "17ce32e842ec159dfa13e89314ecfb0d86dfa4706265537550cfb61678cfc279", digest(p.Closes()))
	require.Equal(t, "7f221522c0b6352655d1205c184eb8e5bccbfa85e8d48376c272a65a3a476106", digest(p.open))
	require.Equal(t, p, Synthetic())
}

func TestSyntheticShape(t *testing.T) {
	p := Synthetic()
	require.Equal(t, []string{"BONDS", "GOLD", "REAL_ESTATE", "US_STOCKS", "WORLD_STOCKS"}, p.Symbols())
	require.Equal(t, "2005-01-03", p.Date(0).String())
	require.Equal(t, "2024-12-31", p.Date(p.Sessions()-1).String())
	require.Equal(t, 5190, p.Sessions())
	require.Equal(t, 252.0, p.PeriodsPerYear())
	require.True(t, p.HasOpen())
	for i := range p.Assets() {
		require.Equal(t, 100.0, p.Close(0)[i])
		require.Equal(t, 100.0, p.Open(0)[i])
	}
}

// returns are the simple returns of asset i in the sessions [from, to).
func returns(p *Panel, i, from, to int) []float64 {
	var r []float64
	for s := max(from, 1); s < to; s++ {
		r = append(r, p.Close(s)[i]/p.Close(s - 1)[i]-1)
	}
	return r
}

func moments(r []float64) (mean, sd, kurtosis float64) {
	for _, x := range r {
		mean += x / float64(len(r))
	}
	var m2, m4 float64
	for _, x := range r {
		d := (x - mean) * (x - mean)
		m2 += d / float64(len(r))
		m4 += d * d / float64(len(r))
	}
	return mean, math.Sqrt(m2), m4 / m2 / m2
}

func correlation(a, b []float64) float64 {
	ma, sa, _ := moments(a)
	mb, sb, _ := moments(b)
	c := 0.0
	for i := range a {
		c += (a[i] - ma) * (b[i] - mb) / float64(len(a))
	}
	return c / sa / sb
}

func drawdown(p *Panel, i, from, to int) float64 {
	peak, worst := 0.0, 0.0
	for s := from; s < to; s++ {
		v := p.Close(s)[i]
		peak = max(peak, v)
		worst = max(worst, 1-v/peak)
	}
	return worst
}

func TestSyntheticIsLikeTheWorld(t *testing.T) {
	p := Synthetic()
	last := p.Sessions() - 1
	for i, want := range []struct{ growth, sd, fall float64 }{
		{0.035, 0.05, 0.11}, {0.06, 0.16, 0.31}, {0.07, 0.20, 0.61}, {0.085, 0.16, 0.54}, {0.07, 0.18, 0.60},
	} {
		name := p.Symbols()[i]
		r := returns(p, i, 0, p.Sessions())
		_, sd, kurtosis := moments(r)
		grown := math.Pow(p.Close(last)[i]/100, 1.0/20) - 1
		fall := drawdown(p, i, 0, p.Sessions())
		squares := make([]float64, len(r))
		for k, x := range r {
			squares[k] = x * x
		}
		clustering := correlation(squares[1:], squares[:len(squares)-1])
		t.Logf("%-13s growth %.4f volatility %.4f kurtosis %.1f drawdown %.3f clustering %.2f", name, grown, sd*math.Sqrt(252), kurtosis, fall, clustering)
		require.InDelta(t, want.growth, grown, 1e-6, name)
		require.InEpsilon(t, want.sd, sd*math.Sqrt(252), 0.05, name)
		require.InDelta(t, want.fall, fall, 0.03, name)
		require.Greater(t, kurtosis, 4.5, "%s: fat tails", name)
		require.Greater(t, clustering, 0.1, "%s: large moves follow large moves", name)
	}
}

func TestSyntheticMovesTogether(t *testing.T) {
	p := Synthetic()
	eras := syntheticEras(p.Dates())
	for i := range p.Assets() {
		for j := range i {
			for _, k := range []int{1, 3} {
				e := eras[k]
				got := correlation(returns(p, i, e.from, e.to), returns(p, j, e.from, e.to))
				t.Logf("%s %s era %d: %.2f", p.Symbols()[i], p.Symbols()[j], k, got)
				require.InDelta(t, e.mood.corr[i][j], got, 0.12)
			}
		}
	}
}

func TestSyntheticCrises(t *testing.T) {
	p := Synthetic()
	eras := syntheticEras(p.Dates())
	us, bonds := p.Symbol("US_STOCKS"), p.Symbol("BONDS")
	total := func(e era, i int) float64 { return p.Close(e.to - 1)[i]/p.Close(e.from - 1)[i] - 1 }

	long, short := eras[1], eras[4]
	require.InDelta(t, 17*21.6, long.to-long.from, 10, "about 17 months")
	require.InDelta(t, -0.50, total(long, us), 1e-5)
	require.InDelta(t, 0.09, total(long, bonds), 1e-5)
	require.InDelta(t, 25, short.to-short.from, 1, "five weeks")
	require.InDelta(t, -0.33, total(short, us), 1e-5)
	require.Greater(t, p.Close(eras[5].to - 1)[us], p.Close(short.from - 1)[us]*0.95, "a quick recovery")
}

func TestSyntheticOpensLieOnTheWay(t *testing.T) {
	p := Synthetic()
	for s := 1; s < p.Sessions(); s++ {
		for i, open := range p.Open(s) {
			a, b := p.Close(s - 1)[i], p.Close(s)[i]
			require.GreaterOrEqual(t, open, min(a, b)-1e-9)
			require.LessOrEqual(t, open, max(a, b)+1e-9)
		}
	}
}

func TestCholeskyRefusesWhatIsNone(t *testing.T) {
	bad := calm.corr
	bad[3][4], bad[4][3] = -0.8, -0.8
	bad[2][4], bad[4][2] = 0.9, 0.9
	_, ok := cholesky(bad)
	require.False(t, ok)
	for _, m := range []mood{calm, credit, rush, uneasy} {
		for i := range m.corr {
			for j := range m.corr {
				require.Equal(t, m.corr[i][j], m.corr[j][i])
			}
		}
	}
}

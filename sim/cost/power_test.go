package cost

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPower(t *testing.T) {
	for _, c := range []struct{ x, a, want float64 }{
		{0, 0.6, 0}, {1, 0.6, 1}, {32, 0.6, 8}, {243, 0.2, 3}, {0.25, 0.5, 0.5}, {16, 0.25, 2}, {2, 10, 1024}, {1e-10, 0.5, 1e-5},
		{math.MaxFloat64, 0.001, math.Pow(2, 1.024)}, {5e-324, 0.001, math.Pow(2, -1.074)},
	} {
		require.InEpsilon(t, 1+c.want, 1+power(c.x, c.a), 1e-14, "%v", c)
	}
	require.Equal(t, math.Inf(1), power(math.Inf(1), 0.5))
	rapid.Check(t, func(t *rapid.T) {
		x := math.Exp(rapid.Float64Range(-60, 60).Draw(t, "ln x"))
		a := rapid.Float64Range(0.01, 3).Draw(t, "a")
		require.InEpsilon(t, math.Pow(x, a), power(x, a), 1e-13)
	})
}

func BenchmarkPower(b *testing.B) {
	sum := 0.0
	for b.Loop() {
		sum += power(0.1234, 0.6)
	}
	require.NotZero(b, sum)
}

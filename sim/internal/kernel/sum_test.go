package kernel_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/sim/internal/kernel"
)

// Every way to sum over assets comes to the bits of the definition, whatever the number
// of assets: a fused product and sum would not, nor would another order.
func TestSums(t *testing.T) {
	orders := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "assets")
		p := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), n, n).Draw(t, "p")
		h := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), n, n+3).Draw(t, "h")
		want := strided(n, func(i int) float64 { return float64(p[i] * h[i]) })
		var sum kernel.Sum
		terms, inOrder := make([]float64, n), 0.0
		for i := range p {
			terms[i] = p[i] * h[i]
			sum.Add(i, p[i]*h[i])
			inOrder += float64(p[i] * h[i])
		}
		for name, got := range map[string]float64{"Total": sum.Total(), "SumOf": kernel.SumOf(terms), "Product": kernel.Product(p, h)} {
			require.Equal(t, math.Float64bits(want), math.Float64bits(got), "%s of %d", name, n)
		}
		if inOrder != want {
			orders++
		}
	})
	require.Positive(t, orders, "sums in the order of the assets that differ")
}

// A sum of nothing, and of zeros of either sign, is +0: what is absent adds nothing.
func TestSumsOfNothing(t *testing.T) {
	minus := math.Copysign(0, -1)
	for n := range 20 {
		terms, ones := make([]float64, n), make([]float64, n)
		for i := range terms {
			terms[i], ones[i] = minus, 1
		}
		require.Zero(t, math.Float64bits(kernel.SumOf(terms)))
		require.Zero(t, math.Float64bits(kernel.Product(terms, ones)))
	}
	var some, all kernel.Sum
	for i := range 20 {
		all.Add(i, float64(i%3))
		if i%3 != 0 {
			some.Add(i, float64(i%3))
		}
	}
	require.Equal(t, all, some)
}

package metric_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

// Flows a year apart whose value is a polynomial with the given rates as its roots.
func solvedBy(rates ...float64) (dates []data.Date, amounts []float64) {
	poly := []float64{-1000}
	for _, r := range rates {
		next := make([]float64, len(poly)+1)
		for i, a := range poly {
			next[i] += a
			next[i+1] -= a * (1 + r)
		}
		poly = next
	}
	for i := range poly {
		dates = append(dates, data.Date(365*i))
	}
	return dates, poly
}

func TestRatesThatSolveFlows(t *testing.T) {
	at := days(t, "2021-01-01", "2022-01-01", "2023-01-01", "2024-01-01")
	n, rate := metric.Rates(at, []float64{-1000, 3600, -4310, 1716}) // 10, 20 and 30 %
	require.Equal(t, 3, n)
	require.True(t, math.IsNaN(rate))
	require.True(t, math.IsNaN(metric.XIRR(at, []float64{-1000, 3600, -4310, 1716})))
	n, rate = metric.Rates(at[:3], []float64{-1000, 2300, -1320}) // 10 and 20 %
	require.Equal(t, 2, n)
	require.True(t, math.IsNaN(rate))
	for _, c := range []struct {
		rates []float64
		n     int
	}{
		{[]float64{0.2}, 1}, {[]float64{0.1, 0.1}, 1}, {[]float64{0.1, 0.1, 0.1}, 1}, {[]float64{0.1, 0.1, 0.3}, 2},
		{[]float64{-0.9, 0.1, 3}, 3}, {[]float64{-0.5, -0.4, 0, 0.2, 1}, 5}, {[]float64{-0.99, 50}, 2}, {[]float64{0.1, 0.1001}, 2},
	} {
		n, rate := metric.Rates(solvedBy(c.rates...))
		require.Equal(t, c.n, n, "%v", c.rates)
		if c.n == 1 {
			require.InDelta(t, c.rates[0], rate, 2e-4)
		}
	}
	n, _ = metric.Rates(at[:3], []float64{-1000, 2000, -1001}) // no rate at all
	require.Zero(t, n)
	n, rate = metric.Rates(at[:2], []float64{-1000, 1e-3})
	require.Equal(t, 1, n)
	require.InDelta(t, -1+1e-6, rate, 1e-12)
	n, _ = metric.Rates(nil, nil)
	require.Zero(t, n)
	n, _ = metric.Rates(at[:2], []float64{-1000, math.NaN()})
	require.Zero(t, n)
}

// Whatever rates a polynomial is made of, they are counted, in any order of its flows.
func TestRatesAreCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "n")
		var rates []float64
		x := rapid.Float64Range(-0.7, 0.1).Draw(t, "least")
		for range n {
			rates = append(rates, math.Expm1(x))
			x += rapid.Float64Range(0.05, 0.5).Draw(t, "gap")
		}
		dates, amounts := solvedBy(rates...)
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}[:n+1]).Draw(t, "order")
		d, a := make([]data.Date, n+1), make([]float64, n+1)
		for i, k := range order {
			d[i], a[i] = dates[k], amounts[k]
		}
		got, rate := metric.Rates(d, a)
		require.Equal(t, n, got)
		if n == 1 {
			require.InDelta(t, rates[0], rate, 1e-9)
		}
	})
}

// Of flows of any kind the count agrees with the changes of sign of their value at
// rates close to each other, as far as these can tell.
func TestRatesOfRandomFlows(t *testing.T) {
	several := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		gaps := rapid.SliceOfN(rapid.IntRange(1, 200), n, n).Draw(t, "gaps")
		amounts := rapid.SliceOfN(rapid.Float64Range(-100, 100), n, n).Draw(t, "amounts")
		dates := make([]data.Date, n)
		for i := 1; i < n; i++ {
			dates[i] = dates[i-1] + data.Date(gaps[i])
		}
		value := func(x float64) (sum float64) {
			most := math.Inf(-1)
			for i := range amounts {
				most = max(most, -float64(dates[i])/365*x)
			}
			for i, a := range amounts {
				sum += a * math.Exp(-float64(dates[i])/365*x-most)
			}
			return sum
		}
		var signs []bool
		for x := -20.0; x < 20; x += 0.003 {
			if v := value(x); math.Abs(v) > 1e-9 {
				signs = append(signs, v > 0)
			}
		}
		got, rate := metric.Rates(dates, amounts)
		require.GreaterOrEqual(t, got, len(slices.Compact(signs))-1)
		if several += got / 2; got == 1 && math.Abs(math.Log1p(rate)) < 10 {
			require.InDelta(t, 0, value(math.Log1p(rate)), 1e-6)
		}
	})
	require.Positive(t, several)
}

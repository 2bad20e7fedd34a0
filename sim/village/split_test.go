package village

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The splits that were worked out by hand (VC-04).
func TestSplitsByHand(t *testing.T) {
	var p splitter
	for _, c := range []struct {
		total          int64
		weights, wants []int64
	}{
		{10, []int64{1, 1, 1}, []int64{4, 3, 3}},
		{7, []int64{3, 3, 3}, []int64{3, 2, 2}},
		{100, []int64{50, 30, 20}, []int64{50, 30, 20}},
		{5, []int64{0, 2, 3}, []int64{0, 2, 3}},
		{1, []int64{1, 1, 1}, []int64{1, 0, 0}},
		{11, []int64{7, 7, 7}, []int64{4, 4, 3}},
		{2, []int64{1, 1, 0}, []int64{1, 1, 0}},
		{999_999, []int64{1, 1_000_000, 1}, []int64{1, 999_997, 1}},
		{0, []int64{0, 0}, []int64{0, 0}},
		{1<<63 - 1, []int64{1 << 61, 1 << 60, 0}, []int64{6148914691236517205, 3074457345618258602, 0}},
	} {
		got := make([]int64, len(c.weights))
		split(&p, c.total, c.weights, got)
		require.Equal(t, c.wants, got, "%d over %d", c.total, c.weights)
	}
}

// splitSlowly is the definition, with big numbers and a sort.
func splitSlowly(total int64, weights []int64) []int64 {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(w))
	}
	parts, rests, order := make([]int64, len(weights)), make([]*big.Int, len(weights)), make([]int, len(weights))
	left := total
	for j, w := range weights {
		q, r := new(big.Int).QuoRem(new(big.Int).Mul(big.NewInt(total), big.NewInt(w)), sum, new(big.Int))
		parts[j], rests[j], order[j] = q.Int64(), r, j
		left -= parts[j]
	}
	slices.SortStableFunc(order, func(a, b int) int { return rests[b].Cmp(rests[a]) })
	for _, j := range order[:left] {
		parts[j]++
	}
	return parts
}

// A split is its definition, adds up, and gives nobody more than his weight when the total
// is at most their sum.
func TestSplitIsItsDefinition(t *testing.T) {
	var p splitter
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(rt, "n")
		most := rapid.SampledFrom([]int64{1, 3, 1000, 1 << 31, 1 << 40, 1 << 55, 1<<61 - 1}).Draw(rt, "most")
		weights, sum := make([]int64, n), int64(0)
		for j := range weights {
			weights[j] = rapid.Int64Range(0, most/int64(n)+1).Draw(rt, "w")
			if rapid.IntRange(0, 3).Draw(rt, "same") == 0 && j > 0 {
				weights[j] = weights[j-1]
			}
			sum += weights[j]
		}
		if sum == 0 {
			weights[0], sum = 1, 1
		}
		total := rapid.SampledFrom([]int64{0, 1, sum, sum / 2, sum / 3, 12345, 1<<62 + 7}).Draw(rt, "total")
		got := make([]int64, n)
		split(&p, total, weights, got)
		require.Equal(rt, splitSlowly(total, weights), got)
		added := int64(0)
		for j, x := range got {
			added += x
			require.False(rt, total <= sum && x > weights[j])
		}
		require.Equal(rt, total, added)
	})
}

func manyWeights(n int) []int64 {
	weights, x := make([]int64, n), uint64(1)
	for j := range weights {
		x = x*6364136223846793005 + 1442695040888963407
		weights[j] = int64(x >> 24)
	}
	return weights
}

// Ten thousand parts are split exactly, without memory.
func TestSplitOfTenThousand(t *testing.T) {
	var p splitter
	weights := manyWeights(10_000)
	parts := make([]int64, len(weights))
	split(&p, 123_456_789_012_345, weights, parts)
	require.Equal(t, splitSlowly(123_456_789_012_345, weights), parts)
	require.Zero(t, testing.AllocsPerRun(10, func() { split(&p, 123_456_789_012_345, weights, parts) }))
}

func BenchmarkSplit(b *testing.B) {
	var p splitter
	weights := manyWeights(10_000)
	parts := make([]int64, len(weights))
	for b.Loop() {
		split(&p, 123_456_789_012_345, weights, parts)
	}
}

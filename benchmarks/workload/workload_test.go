package workload

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The numbers of five independent programs on the same prices.
func TestBareLoop(t *testing.T) {
	p, targets := W1()
	r := Bare(p, targets, 0.2, 0.1, 1, 0.001)
	require.InEpsilon(t, 3194923.265547845, r.NAV, 1e-12)
	require.InEpsilon(t, 1.4177325057501027, r.Turnover, 1e-12)
	require.InEpsilon(t, 6689.983873054914, r.Cost, 1e-12)
	require.Equal(t, []int{398, 279}, []int{r.Triggers, r.Rebalances})
}

func BenchmarkBare(b *testing.B) {
	p, targets := W1()
	for b.Loop() {
		Bare(p, targets, 0.2, 0.1, 1, 0.001)
	}
}

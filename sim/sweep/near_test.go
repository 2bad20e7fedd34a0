package sweep_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim/sweep"
)

// Two rails of two bands are nearer than four rails of one.
func TestNear(t *testing.T) {
	require.Equal(t, uint64(0), sweep.Near())
	require.Equal(t, uint64(5), sweep.Near(5))
	for k, at := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 0}} {
		require.Equal(t, uint64(k), sweep.Near(at[0], at[1]), at)
	}
}

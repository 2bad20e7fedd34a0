package main

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/simtest/seed"
)

// One in five hundred of the cases that `make attack` runs, here in this process; as many
// as EVENKEEL_CHECKS says.
func TestAttacksFindNoFault(t *testing.T) {
	n := 20
	if s := os.Getenv(seed.Checks); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	for _, k := range kinds {
		one, err := k.prepare(t.TempDir())
		require.NoError(t, err)
		sum := newTally(k, 1)
		for i := range n {
			sum.add(i, guarded(one, draw(1, i)))
		}
		require.Empty(t, sum.Said, k.name)
		require.Equal(t, n, sum.Done)
	}
}

func TestATallyGoesOnWhereItStopped(t *testing.T) {
	dir, k := t.TempDir(), kinds[0]
	sum, err := resume(dir, k, 7)
	require.NoError(t, err)
	sum.add(0, outcome{group: "a", verdict: same})
	sum.add(1, outcome{group: "a", verdict: broken, detail: "panic"})
	require.NoError(t, sum.save(dir))
	again, err := resume(dir, k, 7)
	require.NoError(t, err)
	require.Equal(t, sum, again)
	require.Equal(t, 1, again.Faults())
	_, err = resume(dir, k, 8)
	require.ErrorContains(t, err, "seed 7")
}

// A case that panics is a fault, and the run goes on.
func TestAPanicIsAFault(t *testing.T) {
	k := kind{name: "x"}
	sum := newTally(k, 1)
	sum.add(0, guarded(func(*rand.Rand) outcome { panic("oh") }, draw(1, 0)))
	require.Equal(t, 1, sum.Faults())
	require.Contains(t, sum.Said[0], "panic: oh")
}

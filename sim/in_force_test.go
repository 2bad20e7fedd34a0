package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
)

// Targets in force leave out what waits for its listing and share its weight among the
// others in proportion; a listing and a change of one session are one step.
func TestInForce(t *testing.T) {
	m := &sim.Mandate{
		Targets:  []float64{0.5, 0.25, 0.25},
		Changes:  []sim.Change{{Session: 3, Targets: []float64{0.25, 0.25, 0.5}}, {Session: 5, Targets: []float64{0, 0.5, 0.5}}},
		Listings: []sim.Listing{{Session: 2, Asset: 1}, {Session: 5, Asset: 2}},
		Open:     1,
	}
	require.Equal(t, []sim.Change{
		{Session: 1, Targets: []float64{1, 0, 0}},
		{Session: 2, Targets: []float64{0.5 / 0.75, 0.25 / 0.75, 0}},
		{Session: 3, Targets: []float64{0.5, 0.5, 0}},
		{Session: 5, Targets: []float64{0, 0.5, 0.5}},
	}, m.InForce())
	m.Listings = nil
	require.Equal(t, append([]sim.Change{{Session: 1, Targets: m.Targets}}, m.Changes...), m.InForce())
}

// What is left of the targets while others wait is shared by its own sum: a remainder of
// next to nothing is shared as exactly as a large one.
func TestInForceOfNextToNothing(t *testing.T) {
	m := &sim.Mandate{
		Targets:  []float64{1e-9, 2e-9, 1 - 3e-9},
		Changes:  []sim.Change{{Session: 2, Targets: []float64{1e-300, 3e-300, 1}}, {Session: 3, Targets: []float64{0, 0, 1}}},
		Listings: []sim.Listing{{Session: 5, Asset: 2}},
	}
	got := m.InForce()
	for i, want := range [][]float64{{1. / 3, 2. / 3, 0}, {0.25, 0.75, 0}, {0, 0, 0}, {0, 0, 1}} {
		require.InDeltaSlice(t, want, got[i].Targets, 1e-15)
	}
}

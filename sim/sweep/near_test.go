package sweep_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim/metric"
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

// A measure is the same alone, when nobody asks for columns, as among all others.
func TestMeasuresAlone(t *testing.T) {
	for _, g := range []*grid{newGrid(t, 300), newGrid(t, 1, 2, 3)} {
		g.points = 20
		measures := sweep.Measures()
		all := swept(t, g, sweep.Options{Workers: 1, NAV: true})
		var ways sweep.Ways
		stop := sweep.Notice(&ways)
		for k, m := range measures {
			alone := swept(t, g, sweep.Options{Workers: 1, Measures: []metric.Measure{m}})
			for p := range g.points {
				want, got := all.values[p*len(measures)+k], alone.values[p]
				require.True(t, want == got || want != want && got != got, "%s of point %d: %v, among others %v", m.Name, p, got, want)
			}
		}
		stop()
		require.Equal(t, ways.Rows, ways.Brief, "rows that needed no column of NAV")
	}
}

package sweep

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
)

// Chunks fill the lanes, shrink towards the end, and cover every point once, within
// the bounds of the ranges; how many workers take them plays no part.
func TestChunks(t *testing.T) {
	for _, ranges := range [][]Range{{{0, 5}}, {{0, 100}}, {{3, 1000}}, {{0, 64}, {128, 192}, {256, 20_000}}} {
		var first []Range
		for _, workers := range []int{1, 2, 7} {
			d := newDispatch(context.Background(), ranges, Options{Workers: workers}, nil)
			var taken []Range
			size := 64
			for {
				d.given = d.next // nothing is waited for
				_, r, _, ok := d.take()
				if !ok {
					break
				}
				taken = append(taken, r)
				n := r.End - r.First
				require.LessOrEqual(t, n, max(size, sim.MaxLanes), "%v", ranges)
				for _, x := range ranges {
					if n > 0 && r.First >= x.First && r.End < x.End {
						require.Zero(t, n%sim.MaxLanes, "%v of %v", r, ranges)
						size = n
					}
				}
			}
			if first == nil {
				first = taken
			}
			require.Equal(t, first, taken, "%d workers", workers)
			at := 0
			for _, x := range ranges {
				for p := x.First; p < x.End; p = taken[at-1].End {
					require.Equal(t, p, taken[at].First)
					at++
				}
			}
			require.Len(t, taken, at)
		}
	}
	shares := newDispatch(context.Background(), []Range{{0, 100}}, Options{Workers: 2}, nil)
	require.Equal(t, 8, shares.chunk(), "a hundred points are shared out in thirteen chunks")
	require.Equal(t, 64, newDispatch(context.Background(), []Range{{0, 5000}}, Options{Workers: 2}, nil).chunk())
}

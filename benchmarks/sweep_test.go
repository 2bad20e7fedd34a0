package benchmarks

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/workload"
	"evenkeel/sim/metric"
	"evenkeel/sim/sweep"
)

// BenchmarkSweep runs grids through the public interface of sweeps, on one worker
// and on two.
func BenchmarkSweep(b *testing.B) {
	for _, x := range []struct {
		name string
		grid func() (*Grid, error)
	}{{"W2", W2}, {"W3", W3}} {
		g, err := x.grid()
		require.NoError(b, err)
		for workers := 1; workers <= 2; workers++ {
			b.Run(fmt.Sprintf("%s/workers=%d", x.name, workers), func(b *testing.B) {
				b.ReportAllocs()
				rows := &Rows{}
				o := sweep.Options{Workers: workers, Measures: g.Measures()}
				for b.Loop() {
					rows.Values = rows.Values[:0]
					if err := sweep.Run(context.Background(), g, []sweep.Range{{End: g.Points()}}, o, rows); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(g.Points()), "us/point")
			})
		}
	}
}

// The grid finds what the bare loop finds.
func TestGridAgreesWithTheBareLoop(t *testing.T) {
	g, err := W2()
	require.NoError(t, err)
	measures := g.Measures()
	rows := &Rows{}
	require.NoError(t, sweep.Run(context.Background(), g, []sweep.Range{{End: g.Points()}}, sweep.Options{Workers: 2, Measures: measures}, rows))
	at := func(point int, name string) float64 {
		k := slices.IndexFunc(measures, func(m metric.Measure) bool { return m.Name == name })
		require.GreaterOrEqual(t, k, 0, name)
		return rows.Values[point*len(measures)+k]
	}
	for point := 0; point < g.Points(); point += 37 {
		every, band, rail := g.at(point)
		want := workload.Bare(g.Prices, g.Targets, band, band*rail, every, 0.001)
		require.InEpsilonf(t, want.NAV, at(point, "final_nav"), 1e-9, "point %d", point)
		if want.Turnover > 0 {
			require.InEpsilonf(t, want.Turnover, at(point, "turnover_total"), 1e-7, "point %d", point)
		}
		require.Equalf(t, float64(want.Triggers), at(point, "triggers"), "point %d", point)
		require.Equalf(t, float64(want.Rebalances), at(point, "rebalances"), "point %d", point)
		require.InEpsilonf(t, want.Volatility, at(point, "volatility"), 1e-9, "point %d", point)
		require.InDeltaf(t, want.Drawdown, at(point, "max_drawdown"), 1e-9, "point %d", point)
	}
}

// A sweep's points take no memory of their own: what a sweep allocates does not
// depend on how many there are.
func TestSweepsAllocateNothingAPoint(t *testing.T) {
	g, err := W2()
	require.NoError(t, err)
	rows := &Rows{Values: make([]float64, 0, g.Points()*len(g.Measures()))}
	o := sweep.Options{Workers: 1, Measures: g.Measures()}
	allocated := func(points int) float64 {
		return testing.AllocsPerRun(2, func() {
			rows.Values = rows.Values[:0]
			if err := sweep.Run(context.Background(), g, []sweep.Range{{End: points}}, o, rows); err != nil {
				t.Error(err)
			}
		})
	}
	few, all := allocated(200), allocated(1000)
	require.InDelta(t, few, all, 80, "800 more points")
}

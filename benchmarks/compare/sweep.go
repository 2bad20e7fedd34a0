package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"evenkeel/benchmarks"
	"evenkeel/benchmarks/workload"
	"evenkeel/sim/sweep"
)

// sweeps are those who run the grids: times are seconds for one point.
func sweeps(c *kernels) (small, large []contender, err error) {
	w2, err := benchmarks.W2()
	if err != nil {
		return nil, nil, err
	}
	w3, err := benchmarks.W3()
	if err != nil {
		return nil, nil, err
	}
	const ours, theirs = "integer books; and tracking error", "float64, no books"
	small = []contender{{name: "evenkeel", note: ours, time: grid(w2, 1, 3)}}
	large = []contender{{name: "evenkeel", note: ours, time: grid(w3, 1, 1)}}
	if twoAreFree(w2) {
		small = append(small, contender{name: "evenkeel, two workers", note: ours, time: grid(w2, 2, 3)})
		large = append(large, contender{name: "evenkeel, two workers", note: ours, time: grid(w3, 2, 1)})
	}
	if c == nil {
		return small, large, nil
	}
	kernel := func(work, kind string, threads, repeats int) func() (float64, error) {
		return func() (float64, error) { return c.perRun(work, kind, threads, repeats) }
	}
	small = append(small,
		contender{name: "C, AVX-512 over the assets", note: theirs, time: kernel("w2", "asset", 1, 1)},
		contender{name: "C, 16 policies in AVX-512", note: theirs, time: kernel("w2", "lanes", 1, 3)},
		contender{name: "C, plain loops", note: theirs, time: kernel("w2", "scalar", 1, 1)},
	)
	large = append(large,
		contender{name: "C, plain loops", note: theirs, time: kernel("w3", "scalar", 1, 1)},
		contender{name: "C, AVX-512 over the assets", note: theirs, time: kernel("w3", "asset", 1, 1)},
	)
	return small, large, nil
}

// twoAreFree reports whether two processors are there to be used: two loops at once take
// hardly longer than one. On a busy machine two workers would show nothing.
func twoAreFree(g *benchmarks.Grid) bool {
	loops := func(n int) (times []float64) {
		for range 9 {
			start := time.Now()
			var all sync.WaitGroup
			for range n {
				all.Go(func() { workload.Bare(g.Prices, g.Targets, 0.05, 0.01, 1, 0.001) })
			}
			all.Wait()
			times = append(times, time.Since(start).Seconds())
		}
		return times
	}
	return median(loops(2)) < 1.25*median(loops(1))
}

// grid times a sweep through the public interface: some in a row, when one is short.
func grid(g *benchmarks.Grid, workers, repeats int) func() (float64, error) {
	rows := &benchmarks.Rows{}
	o := sweep.Options{Workers: workers, Measures: g.Measures()}
	return func() (float64, error) {
		start := time.Now()
		for range repeats {
			rows.Values = rows.Values[:0]
			if err := sweep.Run(context.Background(), g, []sweep.Range{{End: g.Points()}}, o, rows); err != nil {
				return 0, err
			}
		}
		return time.Since(start).Seconds() / float64(g.Points()*repeats), nil
	}
}

func reportSweeps(small, large []contender) string {
	var b strings.Builder
	for _, t := range []struct {
		what string
		all  []contender
	}{
		{"A sweep of 1,000 points (5 looks x 20 bands x 10 rails) on 10 assets x 5,040 sessions, with final NAV, turnover, costs, counts, volatility, drawdown of each", small},
		{"A sweep of 100 points (5 looks x 20 bands) on 500 assets x 2,520 sessions, the same", large},
	} {
		fmt.Fprintf(&b, "\n%s; one thread unless said otherwise:\n\n| | µs a point | against evenkeel | |\n|---|---:|---:|---|\n", t.what)
		first := median(t.all[0].times)
		for _, c := range t.all {
			m := median(c.times)
			fmt.Fprintf(&b, "| %s | %.1f | %.2f | %s |\n", c.name, m*1e6, m/first, c.note)
		}
	}
	return b.String()
}

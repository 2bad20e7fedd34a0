// Command compare measures one run, a sweep of 1,000 runs on 10 assets and one of
// 100 on 500 side by side with a bare loop in Go and, if a C compiler and the
// reference kernels beside the project are available, with C. Rounds are interleaved,
// so that a slow moment of the machine affects all of them. It prints medians as
// Markdown tables and writes them between the markers of the files named on the
// command line.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"evenkeel/benchmarks/workload"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

const rounds = 15

// contender is one thing to time: Time is seconds for one run of the workload.
type contender struct {
	name  string
	note  string
	time  func() (float64, error)
	times []float64
}

func main() {
	if err := compare(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(files []string) error {
	c, err := newKernels()
	if err != nil {
		return err
	}
	defer c.remove()
	all, err := contenders(c)
	if err != nil {
		return err
	}
	small, large, err := sweeps(c)
	if err != nil {
		return err
	}
	old := runtime.GOMAXPROCS(1)
	if err := race(all); err != nil {
		return err
	}
	runtime.GOMAXPROCS(old)
	if err := race(small); err != nil {
		return err
	}
	if err := race(large); err != nil {
		return err
	}
	text := report(all) + reportSweeps(small, large)
	fmt.Print(text)
	for _, f := range files {
		if err := insert(f, text); err != nil {
			return err
		}
	}
	return nil
}

// race times all contenders in turn, round by round.
func race(all []contender) error {
	for round := range rounds {
		for i := range all {
			seconds, err := all[i].time()
			if err != nil {
				return fmt.Errorf("%s: %w", all[i].name, err)
			}
			if round > 0 { // the first round warms up
				all[i].times = append(all[i].times, seconds)
			}
		}
	}
	return nil
}

func contenders(c *kernels) ([]contender, error) {
	p, targets := workload.W1()
	engine := func(keep sim.Keep) (func() (float64, error), error) {
		b := strategies.NewBands()
		if err := b.Bind(p, targets); err != nil {
			return nil, err
		}
		c := cost.NewBPS(10, cost.Everywhere)
		if err := c.Bind(p); err != nil {
			return nil, err
		}
		m := &sim.Mandate{Policy: b, Targets: targets, Terms: &sim.Terms{Fill: sim.SameClose, Costs: []sim.Cost{c}}, Cash: 1e6}
		r, err := sim.NewRunner(p, 1, keep)
		return func() (float64, error) {
			return medianOf(func() error {
				if err := r.Set(0, m); err != nil {
					return err
				}
				r.Run()
				return nil
			})
		}, err
	}
	fast, err := engine(0)
	if err != nil {
		return nil, err
	}
	full, err := engine(sim.KeepDrift | sim.KeepLog)
	if err != nil {
		return nil, err
	}
	all := []contender{
		{name: "evenkeel, journal off", note: "integer books, NAV of every session, counts, turnover, costs", time: fast},
		{name: "evenkeel, journal and drift on", note: "and every decision, order and booking, drift of every session", time: full},
		{name: "bare loop in Go", note: "float64, no books; volatility and drawdown", time: func() (float64, error) {
			return medianOf(func() error { workload.Bare(p, targets, 0.2, 0.1, 1, 0.001); return nil })
		}},
	}
	if c == nil {
		return all, nil
	}
	for _, k := range []struct{ arg, name, note string }{
		{"scalar", "C, plain loops", "float64, no books; volatility and drawdown"},
		{"asset", "C, AVX-512 over the assets", "the same"},
	} {
		all = append(all, contender{name: k.name, note: k.note, time: func() (float64, error) { return c.perRun("w1", k.arg, 1, 21) }})
	}
	return all, nil
}

// medianOf is the median time of one call of many, after some that warm up.
func medianOf(f func() error) (float64, error) {
	const warm, calls = 5, 21
	var times []float64
	for k := range warm + calls {
		start := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		if k >= warm {
			times = append(times, time.Since(start).Seconds())
		}
	}
	return median(times), nil
}

func report(all []contender) string {
	var b strings.Builder
	fmt.Fprintf(&b, "One run: 10 assets x 5,040 sessions, bands of 20 %% with rails of 10 %%, a look every session, 10 basis points, one core. Medians of %d interleaved rounds on one machine; ratios are of the medians.\n\n", rounds-1)
	b.WriteString("| | µs a run | against the bare loop | what it keeps |\n|---|---:|---:|---|\n")
	bare := median(all[2].times)
	for _, c := range all {
		m := median(c.times)
		fmt.Fprintf(&b, "| %s | %.0f | %.2f | %s |\n", c.name, m*1e6, m/bare, c.note)
	}
	return b.String()
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

const begin, end = "<!-- benchmarks -->", "<!-- /benchmarks -->"

// insert puts the text between the markers of a file.
func insert(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, ok := bytes.Cut(old, []byte(begin))
	_, tail, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return fmt.Errorf("%s has no %s ... %s", file, begin, end)
	}
	return os.WriteFile(file, fmt.Appendf(nil, "%s%s\n%s%s%s", head, begin, text, end, tail), 0o644)
}

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"evenkeel/benchmarks/workload"
	"evenkeel/data"
)

// kernels are the C yardsticks, built in a folder of their own.
type kernels struct{ dir, bin string }

// newKernels builds the yardsticks; nil without a compiler or their sources.
func newKernels() (*kernels, error) {
	source := filepath.Join("..", "shared", "peers", "c", "bench.c")
	if _, err := os.Stat(source); err != nil {
		return nil, nil
	}
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "kernels")
	if err != nil {
		return nil, err
	}
	c := &kernels{dir: dir, bin: filepath.Join(dir, "c", "bench")}
	if err := c.build(gcc, source); err != nil {
		c.remove()
		return nil, err
	}
	return c, nil
}

func (c *kernels) build(gcc, source string) error {
	if err := os.MkdirAll(filepath.Dir(c.bin), 0o755); err != nil {
		return err
	}
	small, smallTargets := workload.W1()
	large, largeTargets := workload.W3()
	if err := c.prices("w1", small, smallTargets); err != nil {
		return err
	}
	if err := c.prices("w3", large, largeTargets); err != nil {
		return err
	}
	build := exec.Command(gcc, "-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-o", c.bin, source, "-lm", "-lpthread")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("the C kernels do not build here: %w\n%s", err, out)
	}
	return nil
}

func (c *kernels) remove() {
	if c != nil {
		_ = os.RemoveAll(c.dir)
	}
}

var perRunText = regexp.MustCompile(`per-run ([0-9.]+) us`)

// perRun is the seconds that one run of a workload takes, the median of repeats.
func (c *kernels) perRun(work, kernel string, threads, repeats int) (float64, error) {
	out, err := exec.Command(c.bin, work, kernel, strconv.Itoa(threads), strconv.Itoa(repeats)).Output()
	if err != nil {
		return 0, err
	}
	m := perRunText.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("no time in %q", out)
	}
	micros, err := strconv.ParseFloat(string(m[1]), 64)
	return micros * 1e-6, err
}

// prices writes a workload as the kernels read it.
func (c *kernels) prices(name string, p *data.Panel, targets []float64) error {
	dir := filepath.Join(c.dir, "data")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, name+".f64"), raw(p), 0o600); err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString("asset,target\n")
	for i, t := range targets {
		fmt.Fprintf(&text, "%s,%v\n", p.Symbols()[i], t)
	}
	return os.WriteFile(filepath.Join(dir, name+"_targets.csv"), []byte(text.String()), 0o600)
}

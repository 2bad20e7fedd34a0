package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

// Every flag that takes a number has bounds, but for seeds, which may be any.
func TestEveryNumberHasBounds(t *testing.T) {
	root, _ := newRoot(&console{out: &cleaner{to: io.Discard}, err: &cleaner{to: io.Discard}})
	number := regexp.MustCompile(`--([a-z-]+) (int|float|duration)`)
	met := map[string]bool{}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, f := range number.FindAllStringSubmatch(cmd.Flags().FlagUsages(), -1) {
			b, ok := bounds[f[1]]
			require.True(t, ok, "%s --%s is a %s without bounds", cmd.CommandPath(), f[1], f[2])
			require.Less(t, b.least, b.most)
			met[f[1]] = true
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
	for name := range bounds {
		require.True(t, met[name], "no flag --%s", name)
	}
}

// A number that means nothing is refused before anything is read or written, with what
// it may be; nothing is taken for the default that was not left out.
func TestNumbersOutOfBounds(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		command []string
		flag    string
		values  []string
		want    string
	}{
		{[]string{"sweep", "x.yaml", "--out", out}, "workers", []string{"0", "-1", "4097", "9223372036854775807"}, "want 1 to 4,096"},
		{[]string{"sweep", "x.yaml", "--out", out}, "part-points", []string{"0", "-1", "1000001"}, "want 1 to 1,000,000"},
		{[]string{"sweep", "x.yaml", "--out", out}, "progress-every", []string{"-1s", "8761h"}, "want 0s to 8760h0m0s"},
		{[]string{"run", "x.yaml", "--out", out}, "workers", []string{"0", "-3", "5000"}, "want 1 to 4,096"},
		{[]string{"demo", "--out", out}, "workers", []string{"0", "-3", "5000"}, "want 1 to 4,096"},
		{[]string{"merge", out}, "wait", []string{"-1s", "-1ns", "9000h"}, "want 0s to 8760h0m0s"},
		{[]string{"compare", out}, "block", []string{"0", "-1", "NaN", "Inf", "-Inf", "1e300", "0.99"}, "want 1 to 1,000,000"},
		{[]string{"compare", out}, "resamples", []string{"0", "9", "-1", "1000001"}, "want 10 to 1,000,000"},
		{[]string{"sweep", "report", out}, "best", []string{"0", "-1", "1001"}, "want 1 to 1,000"},
		{[]string{"submit", "kubernetes", "x.yaml", "--out", out}, "tasks", []string{"0", "-1", "100001"}, "want 1 to 100,000"},
		{[]string{"submit", "kubernetes", "x.yaml", "--out", out}, "parallelism", []string{"0", "-1"}, "want 1 to 100,000"},
		{[]string{"submit", "kubernetes", "x.yaml", "--out", out}, "retries", []string{"-1", "1000001"}, "want 0 to 1,000,000"},
		{[]string{"submit", "kubernetes", "x.yaml", "--out", out}, "merge-wait", []string{"0s", "-1h", "0.5s"}, "want 1s to 8760h0m0s"},
		{[]string{"submit", "aws-batch", "x.yaml", "--out", out}, "attempts", []string{"0", "11"}, "want 1 to 10"},
		{[]string{"submit", "aws-batch", "x.yaml", "--out", out}, "timeout", []string{"0s", "59s", "-1m"}, "want 1m0s to 8760h0m0s"},
		{[]string{"submit", "slurm", "x.yaml", "--out", out}, "cpus", []string{"0", "-1"}, "want 1 to 100,000"},
		{[]string{"submit", "slurm", "x.yaml", "--out", out}, "array-limit", []string{"0", "-1"}, "want 1 to 100,000"},
		{[]string{"submit", "slurm", "x.yaml", "--out", out}, "requeues", []string{"-1", "1000001"}, "want 0 to 1,000,000"},
	} {
		for _, v := range c.values {
			code, text, errs := do(append(c.command, fmt.Sprintf("--%s=%s", c.flag, v))...)
			require.Equal(t, fault.ExitUsage, code, "%v %s", c.command, errs)
			require.Contains(t, errs, "usage: --"+c.flag)
			require.Contains(t, errs, c.want)
			require.Empty(t, text)
		}
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/reports/compare"
	"evenkeel/reports/draw"
	"evenkeel/reports/run"
	"evenkeel/sim/evidence"
)

// compareFlags are the choices of a comparison.
type compareFlags struct {
	base, by  string
	policies  []string
	out       string
	force     bool
	json      bool
	resamples int
	block     float64
	seed      uint64
}

func newCompare(c *console) *cobra.Command {
	o := compareFlags{resamples: evidence.Standard.Resamples, seed: 1}
	cmd := &cobra.Command{
		Use:   "compare RUN...",
		Short: "Compare policies of one or several finished runs",
		Long: `Compare reads finished runs (their output folders) and puts their policies side
by side over the sessions that all of them have: a leaderboard, differences to a
base with intervals, and for each policy the first look at which it differed from
the base.

With one run, use a policy's own name; with several, RUN/NAME, where RUN is the
folder's name. Choose some with --policies.

Intervals come from a paired stationary bootstrap of the sessions' returns; the
same seed gives the same numbers. If an interval contains 0, these sessions show no
difference.

With --out, it also writes compare.html, one page that needs no network, and
compare.md, compare.json and pictures beside it.`,
		Example: `  evenkeel compare evenkeel-demo/report
  evenkeel compare evenkeel-demo/report --base month-end --by sharpe
  evenkeel compare evenkeel-demo/report --policies bands,month-end,never --out compared
  evenkeel compare before-report after-report --base before-report/bands
  evenkeel compare evenkeel-demo/report --json | jq .policies.bands.against_base`,
		GroupID: "look",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notRead(cmd, o.out, args...); o.out != "" && err != nil {
				return err
			}
			v, err := compared(cmd, args, o)
			if err != nil {
				return err
			}
			return c.tellCompared(v, o)
		},
		ValidArgsFunction: folders,
	}
	flags := cmd.Flags()
	flags.StringVar(&o.base, "base", "", "policy that the others are compared with (default the base of the first run)")
	flags.StringVar(&o.by, "by", "cagr", "measure that orders the leaderboard, the best first")
	flags.StringSliceVar(&o.policies, "policies", nil, "policies to compare (default all), by the names they have here")
	flags.StringVarP(&o.out, "out", "o", "", "folder to write compare.html, compare.md, compare.json and pictures into")
	flags.BoolVar(&o.force, "force", false, "replace an earlier output")
	flags.BoolVar(&o.json, "json", false, "print compare.json instead of the table")
	flags.IntVar(&o.resamples, "resamples", o.resamples, "resamples of the bootstrap")
	flags.Float64Var(&o.block, "block", 0, "mean length of its blocks, in sessions (default the cube root of their number)")
	flags.Uint64Var(&o.seed, "seed", o.seed, "seed of the bootstrap")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no notes and no table, errors only")
	return cmd
}

// folders completes names of folders.
func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// compared reads the runs and compares what was asked for.
func compared(cmd *cobra.Command, paths []string, o compareFlags) (*compare.Comparison, error) {
	all, err := contenders(cmd.Context(), paths)
	if err != nil {
		return nil, err
	}
	if len(o.policies) > 0 {
		if all, err = picked(all, o.policies); err != nil {
			return nil, usage(cmd, err)
		}
	}
	b := evidence.Standard
	b.Resamples, b.Block, b.Seed = o.resamples, o.block, o.seed
	if b.Resamples < 10 || b.Resamples > 1_000_000 {
		return nil, usage(cmd, fmt.Errorf("--resamples %d: want 10 to 1,000,000", b.Resamples))
	}
	if b.Block != 0 && !(b.Block >= 1) {
		return nil, usage(cmd, fmt.Errorf("--block %v: want 1 or more sessions", b.Block))
	}
	v, err := compare.New(all, compare.Options{Base: o.base, By: o.by, Bootstrap: b})
	if err != nil && fault.Of(err) == nil {
		err = usage(cmd, err)
	}
	return v, err
}

// contenders are the policies of runs, under the names of a comparison. All that is
// wrong with any folder comes back together.
func contenders(ctx context.Context, paths []string) (all []compare.Entrant, err error) {
	var found fault.List
	labels := runLabels(paths)
	for i, p := range paths {
		run, err := run.Read(ctx, p)
		if err != nil {
			if fault.Of(err) == nil {
				return nil, err
			}
			found = append(found, fault.Of(err)...)
			continue
		}
		for k := range run.Policies {
			name := run.Policies[k].Name
			if len(paths) > 1 {
				name = labels[i] + "/" + name
			}
			all = append(all, compare.Entrant{Name: name, Folder: labels[i], Run: run, Policy: &run.Policies[k]})
		}
	}
	return all, found.Err()
}

// runLabels are the folders' names, with as many of the folders above as make them
// differ; the same folder twice gets a number.
func runLabels(paths []string) []string {
	parts := make([][]string, len(paths))
	for i, p := range paths {
		if whole, err := filepath.Abs(p); err == nil {
			p = whole
		}
		parts[i] = strings.Split(strings.Trim(filepath.ToSlash(filepath.Clean(p)), "/"), "/")
	}
	label := func(i, n int) string { return strings.Join(parts[i][max(0, len(parts[i])-n):], "/") }
	labels := make([]string, len(paths))
	for i := range paths {
		n := 1
		same := func() bool {
			for k := range paths {
				if k != i && label(k, n) == label(i, n) && !slices.Equal(parts[k], parts[i]) {
					return true
				}
			}
			return false
		}
		for n < len(parts[i]) && same() {
			n++
		}
		labels[i] = label(i, n)
		for k, plain := 2, labels[i]; slices.Contains(labels[:i], labels[i]); k++ {
			labels[i] = fmt.Sprintf("%s (%d)", plain, k)
		}
	}
	return labels
}

// picked are the contenders of the names, in the order of the names.
func picked(all []compare.Entrant, names []string) (some []compare.Entrant, err error) {
	var there []string
	for _, c := range all {
		there = append(there, c.Name)
	}
	for _, name := range names {
		i := slices.Index(there, name)
		if i < 0 {
			return nil, fmt.Errorf("--policies: no %s; there are %s", fault.Quote(name), strings.Join(there, ", "))
		}
		some = append(some, all[i])
	}
	return some, nil
}

// tellCompared prints and writes what came out.
func (c *console) tellCompared(v *compare.Comparison, o compareFlags) error {
	files := ""
	if o.out != "" {
		n, err := written(o.out, o.force, "compare", v.Write)
		if err != nil {
			return err
		}
		files = fmt.Sprintf("\n%s: compare.html, compare.md, compare.json, %s under plots\n", filepath.ToSlash(o.out), count(n-3, "picture"))
	}
	switch {
	case o.json:
		return v.JSON(c.out)
	case c.quiet:
		return nil
	}
	if err := v.Table(c.out, c.width()); err != nil {
		return err
	}
	say(c.out, "%s", files)
	return nil
}

// made is the manifest of an output that no run wrote.
type made struct {
	Schema       int          `json:"schema"`
	Made         string       `json:"made"` // by which command
	Engine       build        `json:"engine"`
	Files        []store.File `json:"files"`
	ResultDigest string       `json:"result_digest"`
}

// written writes an output folder of a command and its manifest; n is the number
// of its files.
func written(out string, force bool, command string, fill func(draw.Dir) error) (n int, err error) {
	began := time.Now()
	dir, err := store.Create(out, force)
	if err != nil {
		return 0, err
	}
	defer func() { _ = dir.Close() }() // after Finish there is nothing left to lose
	if err := fill(dir); err != nil {
		return 0, err
	}
	if err := dir.Write(store.RunInfoName, func(w io.Writer) error { return writeJSON(w, newRunInfo(began, 1, dir.Warnings())) }); err != nil {
		return 0, err
	}
	m := made{manifestSchema, command, thisBuild(), dir.Files(), resultDigest(dir.Files())}
	return len(m.Files), dir.Finish(func(w io.Writer) error { return writeJSON(w, m) })
}

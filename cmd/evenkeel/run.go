package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data/store"
	"evenkeel/reports/run"
)

// runFlags are the choices of a run beside the experiment file.
type runFlags struct {
	out     string
	sets    []string
	workers int
	force   bool
	json    bool
}

func newRun(c *console) *cobra.Command {
	var o runFlags
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run an experiment and write its reports",
		Long: `Run checks an experiment file and its prices, replays every policy, proves each
run with a ledger in decimal arithmetic, and writes reports, pictures and tables.

The output folder is ./NAME-report, where NAME is the experiment's name, or the one
that --out names. A folder that is not empty is refused unless you give --force; an
earlier output then stays whole until the new one is complete.

The same experiment on the same prices gives the same bytes, whatever the number of
workers, the time zone, the order of rows and the format of the prices.`,
		Example: `  evenkeel run experiment.yaml
  evenkeel run experiment.yaml --out /data/reports/etf --force
  evenkeel run experiment.yaml --set policies.bands.band=25% --set data.prices=other.csv
  evenkeel run experiment.yaml --json | jq .policies.bands.cagr`,
		GroupID: "work",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := open(cmd, args[0], o.sets)
			if err != nil {
				return err
			}
			return runExperiment(cmd.Context(), c, f, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.out, "out", "o", "", "output folder (default ./NAME-report)")
	flags.BoolVar(&o.force, "force", false, "replace an earlier output")
	flags.BoolVar(&o.json, "json", false, "print summary.json instead of the table")
	flags.IntVar(&o.workers, "workers", 0, "policies to run at a time (default all cores); does not change results")
	flags.StringArrayVar(&o.sets, "set", nil, "replace a value of the file, as path=value; may be repeated")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no notes and no table, errors only")
	return cmd
}

// open loads an experiment file and applies --set.
func open(cmd *cobra.Command, path string, sets []string) (*experiment.File, error) {
	changes := make([]experiment.Change, len(sets))
	for i, s := range sets {
		key, value, ok := strings.Cut(s, "=")
		if !ok || key == "" {
			return nil, usage(cmd, fmt.Errorf("--set %s: want path=value, such as policies.bands.band=25%%", s))
		}
		changes[i] = experiment.Change{Path: key, Value: value}
	}
	f, err := experiment.Load(path)
	if err != nil {
		return nil, err
	}
	if len(changes) == 0 {
		return f, nil
	}
	return f.WithAll(changes...)
}

// runExperiment does everything that is left after the file is good: read, bind,
// claim the output folder, simulate, report.
func runExperiment(ctx context.Context, c *console, f *experiment.File, o runFlags) error {
	begin := time.Now()
	l, err := load(ctx, f)
	if err != nil {
		return err
	}
	if len(l.warnings) > 0 {
		c.findings(l.warnings)
	}
	c.slow(begin, "%s: %s rows, %s, %s", l.source.File, grouped(l.source.Rows), count(l.x.Panel.Assets(), "asset"), count(l.x.Panel.Sessions(), "session"))
	if f.Sweep != nil {
		c.note("the sweep of %s is not run here: evenkeel sweep runs it", count(f.Sweep.Points, "point"))
	}
	if o.out == "" {
		o.out = folderName(f.Name) + "-report"
	}
	if err := holdsNone(o.out, f.Reads()); err != nil {
		return err
	}
	dir, err := store.Create(o.out, o.force)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // after finish there is nothing left to lose
	workers := allCores(o.workers)
	r, err := simulate(ctx, l, workers)
	if err != nil {
		return err
	}
	if err := run.Write(dir, r.run); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m, err := finish(dir, newManifest(r), newRunInfo(begin, workers, append(l.warnings, dir.Warnings()...)))
	if err != nil {
		return err
	}
	if late := dir.Warnings(); len(late) > 0 {
		c.findings(late)
	}
	return c.tell(r.run, m, o)
}

// tell prints what came out.
func (c *console) tell(r *run.Run, m manifest, o runFlags) error {
	if o.json {
		return run.Summary(c.out, r)
	}
	if c.quiet {
		return nil
	}
	if err := run.Table(c.out, r, c.width()); err != nil {
		return err
	}
	say(c.out, "\n%s: %s\n", filepath.ToSlash(o.out), fileSummary(m.Files))
	say(c.out, "result digest %s\n", m.ResultDigest)
	return nil
}

func newManifest(r *result) manifest {
	f := r.x.File
	return manifest{
		Schema: manifestSchema, Experiment: f.Name, Engine: thisBuild(),
		Config: json.RawMessage(f.Canonical()), ConfigSHA256: f.Hash(),
		Inputs: inputsOf(r.source, f.Inputs()), Seed: f.Seed,
	}
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// folderName is an experiment's name as a part of a folder's name.
func folderName(name string) string {
	if s := strings.Trim(notInNames.ReplaceAllString(name, "-"), ".-"); s != "" {
		return s
	}
	return "experiment"
}

// fileSummary names the report to read first and counts the rest.
func fileSummary(files []store.File) string {
	plots, tables := 0, 0
	for _, f := range files {
		switch {
		case strings.HasPrefix(f.Name, "plots/"):
			plots++
		case strings.HasSuffix(f.Name, ".parquet"):
			tables++
		}
	}
	return fmt.Sprintf("report.html, report.md, summary.json, %s under plots, %s, manifest.json", count(plots, "picture"), count(tables, "table"))
}

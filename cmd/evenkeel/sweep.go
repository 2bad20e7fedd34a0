package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/batch"
	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/cmd/evenkeel/experiment/plan"
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/sim/metric"
	"evenkeel/sim/sweep"
)

// sweepFlags are the choices of a sweep beside the experiment file.
type sweepFlags struct {
	out, shard, memory string
	sets, measures     []string
	workers, part      int
	nav, force         bool
	failedOK           bool
	json, dry          bool
	every              time.Duration
}

func newSweep(c *console) *cobra.Command {
	var o sweepFlags
	cmd := &cobra.Command{
		Use:   "sweep FILE",
		Short: "Run one policy over many values of its parameters",
		Long: `Sweep runs the points of the experiment's sweep section on all cores and writes a
table with one row per point: its parameters, its status and every measure.

Points are computed in parts. A part is on the disk whole or not at all, and a journal
lists it. A sweep that was stopped or killed resumes when you run the same command. A
point that fails is a row with its reason; the others continue, and the exit code is 7.
An interrupted sweep ends with code 75 after a moment.

With --shard i/n it computes only every n-th part; n such processes, on one machine or
many, share a folder, and "evenkeel merge" makes the table. Tasks of array jobs of Slurm,
AWS Batch, Kubernetes, PBS and Grid Engine find their shard by themselves.

The table has the same bytes, whatever the workers, shards, kills and resumes.`,
		Example: `  evenkeel sweep examples/sweep.yaml
  evenkeel sweep experiment.yaml --out /data/sweep --workers 16
  evenkeel sweep experiment.yaml --out /shared/sweep --shard 1/4
  evenkeel sweep experiment.yaml --dry-run`,
		GroupID: "work",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := open(cmd, args[0], o.sets)
			if err != nil {
				return err
			}
			shard, err := shardOf(c, o.shard)
			if err != nil {
				return usage(cmd, err)
			}
			if o.force && shard.Count > 1 {
				return usage(cmd, errors.New("--force with a shard would take away what the other shards have done: remove the folder instead"))
			}
			if o.measures, err = measuresOf(o.measures); err != nil {
				return usage(cmd, err)
			}
			limit, err := bytesOf(o.memory)
			if err != nil {
				return usage(cmd, err)
			}
			if o.out == "" {
				o.out = folderName(f.Name) + "-sweep"
			}
			return runSweep(cmd.Context(), c, f, shard, limit, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.out, "out", "o", "", "output folder (default ./NAME-sweep)")
	flags.BoolVar(&o.force, "force", false, "start over, whatever sweep is in the folder")
	flags.StringVar(&o.shard, "shard", "auto", "i/n: every n-th part only; auto: as the array job's task; none")
	flags.IntVar(&o.workers, "workers", 0, "points run on this many cores (default all); does not change results")
	flags.BoolVar(&o.failedOK, "failed-points-ok", false, "end with 0 where points failed: the table says which")
	flags.BoolVar(&o.nav, "nav", false, "write the NAV of every point and session, too")
	flags.StringSliceVar(&o.measures, "measures", nil, "the measures to tell, with commas between (default the usual ones)")
	flags.IntVar(&o.part, "part-points", 0, "points in a part (default by the size of the sweep)")
	flags.StringVar(&o.memory, "memory", "4GB", "refuse a sweep that would need more")
	flags.DurationVar(&o.every, "progress-every", 30*time.Second, "a line of progress this often, where no terminal shows it; 0: none")
	flags.BoolVar(&o.dry, "dry-run", false, "check everything, say what would be done, and stop")
	flags.BoolVar(&o.json, "json", false, "print the summary as JSON")
	flags.StringArrayVar(&o.sets, "set", nil, "replace a value of the file, as path=value; may be repeated")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no notes and no summary, errors only")
	cmd.AddCommand(newSweepReport(c))
	return cmd
}

func shardOf(c *console, text string) (batch.Shard, error) {
	switch text {
	case "none":
		return batch.Alone, nil
	case "auto":
		s, from, err := batch.DetectShard(os.Getenv)
		if err == nil && from != "" {
			c.note("shard %s, as %s says", s, from)
		}
		return s, err
	}
	return batch.ParseShard(text)
}

// measuresOf puts measures in their order; none are all.
func measuresOf(names []string) ([]string, error) {
	known := batch.MeasureNames()
	if len(names) == 0 {
		return known, nil
	}
	known = append(append(known, sweep.TwinNames()...), sweep.ExtraNames()...)
	for _, n := range names {
		if !slices.Contains(known, n) {
			hint := `"evenkeel list measures" shows the names`
			if near, ok := fault.Nearest(n, known); ok {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, fmt.Errorf("--measures: a sweep has no measure %q; %s", n, hint)
		}
	}
	var inOrder []string
	for _, m := range sweep.Named(names) {
		inOrder = append(inOrder, m.Name)
	}
	return inOrder, nil
}

// bytesOf reads 500MB, 4GB or a plain number.
func bytesOf(text string) (int64, error) {
	units := []struct {
		name string
		n    float64
	}{{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1}}
	for _, u := range units {
		rest, ok := strings.CutSuffix(strings.ToUpper(text), u.name)
		if !ok {
			continue
		}
		x, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
		if err != nil || !(x > 0) || x*u.n < 1 || x*u.n > math.MaxInt64/2 {
			break
		}
		return int64(x * u.n), nil
	}
	return 0, fmt.Errorf("--memory %s: want a size such as 500MB or 4GB", text)
}

// prepared is a sweep whose file and prices are good.
type prepared struct {
	plan   *plan.Plan
	spec   *batch.Spec
	panel  *data.Panel
	prices *priceCache
}

// prepare checks everything that can be checked before the first point runs.
func prepare(ctx context.Context, c *console, f *experiment.File, o sweepFlags) (*prepared, error) {
	if err := f.Load(ctx, columnar.Files{}); err != nil {
		return nil, err
	}
	p := &prepared{prices: &priceCache{ctx: ctx, known: map[string]*cachedPrices{}}}
	var err error
	if p.plan, err = plan.New(f, p.prices.panel); err != nil {
		return nil, err
	}
	if metric.NeedsOf(sweep.Named(o.measures)).Has(metric.NeedTwin) {
		p.plan.RunTwins()
	}
	if p.panel, err = p.prices.panel(f); err != nil {
		return nil, err
	}
	x, err := f.Bind(p.panel)
	if err != nil {
		return nil, err
	}
	p.panel = x.Panel
	if found := slices.Concat(p.prices.source.Warnings, x.Warnings); len(found) > 0 {
		c.findings(found)
	}
	p.spec, err = specOf(f, p, o)
	return p, err
}

func specOf(f *experiment.File, p *prepared, o sweepFlags) (*batch.Spec, error) {
	inputs, err := json.Marshal(inputsOf(p.prices.source, f.Inputs()))
	if err != nil {
		return nil, err
	}
	s := &batch.Spec{
		Schema: batch.SpecSchema, Experiment: f.Name, Engine: engineVersion, ConfigSHA256: f.Hash(), Seed: f.Seed,
		Points: p.plan.Len(), LeftOut: p.plan.LeftOut(), NAV: o.nav, PartPoints: o.part,
		Columns: batch.Columns(p.plan, o.measures), Config: json.RawMessage(f.Canonical()), Inputs: inputs,
	}
	if s.PartPoints <= 0 {
		s.PartPoints = batch.PartPoints(s.Points, p.panel.Sessions(), p.panel.Assets(), o.nav)
	}
	return s, nil
}

// tooLarge is the finding for a sweep that would need more memory than allowed.
func (p *prepared) tooLarge(workers int, limit int64) error {
	part := int64(p.spec.PartPoints) * int64(len(p.spec.Columns)) * 8 * 6
	if p.spec.NAV {
		part += int64(p.spec.PartPoints) * int64(p.panel.Sessions()) * 24 * 4
	}
	need := p.plan.Memory(p.panel, workers) + part + int64(p.panel.Sessions())*int64(p.panel.Assets())*8*3
	if need <= limit {
		return nil
	}
	return fault.One(fault.Finding{
		Code: fault.MemoryLimit, Place: "sweep", What: fmt.Sprintf("needs about %s of memory", size(need)), Rule: "limit " + size(limit),
		Remedy: "Use fewer --workers or smaller --part-points, or raise --memory",
	})
}

func size(n int64) string {
	if n >= 1e9 {
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	}
	return fmt.Sprintf("%.0f MB", math.Ceil(float64(n)/1e6))
}

func runSweep(ctx context.Context, c *console, f *experiment.File, shard batch.Shard, limit int64, o sweepFlags) error {
	begin := time.Now()
	p, err := prepare(ctx, c, f, o)
	if err != nil {
		return err
	}
	workers := allCores(o.workers)
	if err := p.tooLarge(workers, limit); err != nil {
		return err
	}
	if o.dry {
		return c.planned(p, shard, o)
	}
	if n := p.spec.LeftOut; n > 0 {
		c.note("%s: a constraint leaves out %s", count(p.spec.Points, "point"), grouped(int64(n)))
	}
	meter := newProgress(c, o.every)
	var warnings fault.List
	s, err := batch.Run(ctx, batch.Job{
		Out: o.out, Force: o.force, Spec: p.spec, Points: p.plan, Shard: shard, Workers: workers, Measures: o.measures,
		Progress: meter.tell, Limit: f.Limits.PointTime,
		Warn:     func(w fault.Finding) { warnings.Add(w) },
		Panicked: c.pointPanicked(),
		Manifest: func(s batch.Summary) []byte { return sweepManifest(p.spec, s) },
	})
	meter.end()
	if warnings = append(warnings, s.Warnings...); len(warnings) > 0 {
		c.findings(warnings)
	}
	if err != nil {
		return stopped(err, o.out)
	}
	return c.sweptOut(s, p.spec, shard, o, begin)
}

// stopped turns an interrupt into its own exit code.
func stopped(err error, out string) error {
	if !errors.Is(err, batch.ErrStopped) {
		return err
	}
	return &ended{code: fault.ExitResumable, text: fmt.Sprintf("stopped: the finished parts in %s are safe; run the same command again to go on", out)}
}

// planned tells what a sweep would do.
func (c *console) planned(p *prepared, shard batch.Shard, o sweepFlags) error {
	s := p.spec
	if o.json {
		return writeJSON(c.out, p.asPlan(shard, o))
	}
	say(c.out, "%s of %s", count(s.Points, "point"), p.plan.Policy())
	if s.LeftOut > 0 {
		say(c.out, " (%s break a constraint and are left out)", grouped(int64(s.LeftOut)))
	}
	say(c.out, "\n")
	for _, a := range p.plan.Axes() {
		say(c.out, "  %s: %s\n", a.Name, count(len(a.Values), "value"))
	}
	say(c.out, "%s of up to %s\n", count(s.Parts(), "part"), count(s.PartPoints, "point"))
	say(c.out, "about %s of memory\n", size(p.plan.Memory(p.panel, allCores(o.workers))))
	if shard.Count > 1 {
		say(c.out, "shard %s\n", shard)
	}
	return nil
}

// sweepPlan is what a sweep would do, in JSON.
type sweepPlan struct {
	Policy     string         `json:"policy"`
	Points     int            `json:"points"`
	LeftOut    int            `json:"left_out"`
	Axes       map[string]int `json:"axes"` // how many values each has
	Parts      int            `json:"parts"`
	PartPoints int            `json:"part_points"`
	Memory     int64          `json:"memory_bytes"`
	Shard      string         `json:"shard,omitempty"`
}

func (p *prepared) asPlan(shard batch.Shard, o sweepFlags) sweepPlan {
	s := p.spec
	out := sweepPlan{Policy: p.plan.Policy(), Points: s.Points, LeftOut: int(s.LeftOut), Parts: s.Parts(), PartPoints: s.PartPoints,
		Axes: map[string]int{}, Memory: int64(p.plan.Memory(p.panel, allCores(o.workers)))}
	for _, a := range p.plan.Axes() {
		out.Axes[a.Name] = len(a.Values)
	}
	if shard.Count > 1 {
		out.Shard = shard.String()
	}
	return out
}

// sweptOut prints what came out and makes failed points the exit code.
func (c *console) sweptOut(s batch.Summary, spec *batch.Spec, shard batch.Shard, o sweepFlags, begin time.Time) error {
	switch {
	case o.json:
		if err := writeJSON(c.out, sweepSummary(s, spec, o.out)); err != nil {
			return err
		}
	case c.quiet:
	case s.Complete:
		say(c.out, "%s: %s, %s in %.1f s\n", o.out, batch.TableName, count(s.Points, "point"), time.Since(begin).Seconds())
		if s.Reused > 0 {
			say(c.out, "%s were there already\n", count(s.Reused, "point"))
		}
		say(c.out, "result digest %s\n", s.Digest)
	default:
		say(c.out, "%s: shard %s is complete: %s, %s. When all shards are: evenkeel merge %s\n", o.out, shard, count(s.Parts, "part"), count(s.Points, "point"), o.out)
	}
	if s.Failed > 0 && !o.failedOK {
		what := fmt.Sprintf("%s of %s failed", grouped(int64(s.Failed)), count(s.Points, "point"))
		if len(s.Reasons) > 0 {
			what += "; the first: " + s.Reasons[0]
		}
		return fault.One(fault.Finding{Code: fault.PointsFailed, File: o.out, What: what, Rule: "the others are complete", Remedy: "The column error of " + batch.TableName + " says why"})
	}
	return nil
}

// sweptJSON is the summary of --json.
type sweptJSON struct {
	Experiment string `json:"experiment"`
	Out        string `json:"out"`
	Points     int    `json:"points"`
	Failed     int    `json:"failed"`
	LeftOut    int    `json:"left_out"`
	Reused     int    `json:"reused"`
	Parts      int    `json:"parts"`
	Complete   bool   `json:"complete"`
	Digest     string `json:"result_digest,omitempty"`
}

func sweepSummary(s batch.Summary, spec *batch.Spec, out string) sweptJSON {
	return sweptJSON{spec.Experiment, out, s.Points, s.Failed, spec.LeftOut, s.Reused, s.Parts, s.Complete, s.Digest}
}

// pointPanicked prints the first panic with its stack; the rows have the others.
func (c *console) pointPanicked() func(*sweep.Panic) {
	var once sync.Once
	return func(p *sweep.Panic) {
		once.Do(func() {
			say(c.err, "%s point %d: %v\nThis is a bug in the program; the point's row says so and the others go on. Please report it with everything below.\n%s\n%s",
				c.red("bug:"), p.Point, p.What, versionLine(), p.Stack)
		})
	}
}

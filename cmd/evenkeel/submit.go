package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/batch"
	"evenkeel/cmd/evenkeel/batch/engine"
	"evenkeel/data/fault"
	"evenkeel/data/vfs"
)

// submission is what the jobs of every batch system have.
type submission struct {
	out, memory string
	sets        []string
	measures    []string // as given
	tasks, part int
	nav, force  bool
}

func newSubmit(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "submit",
		Short: "Run a sweep on a batch system",
		Long: `Submit makes an array job, each task of which runs "evenkeel sweep" on its shard, and a
job that merges the results. The tasks share the output folder. Their number does not
depend on the number of points.

The tasks run only "evenkeel sweep" and "evenkeel merge"; docs/clusters.md shows the
same without submit.`,
		Example: `  evenkeel submit slurm experiment.yaml --out /shared/sweep --tasks 16
  evenkeel submit kubernetes experiment.yaml --help`,
		GroupID: "work",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSubmitSlurm(c), newSubmitKubernetes(c), newSubmitAWS(c))
	return cmd
}

func (o *submission) flags(cmd *cobra.Command, tasks int) {
	flags := cmd.Flags()
	flags.StringVarP(&o.out, "out", "o", "", "output folder, as the tasks find it")
	flags.IntVar(&o.tasks, "tasks", tasks, "tasks of the array job")
	flags.BoolVar(&o.nav, "nav", false, "write the NAV of every point and session, too")
	flags.IntVar(&o.part, "part-points", 0, "points in a part (default by the size of the sweep)")
	flags.StringSliceVar(&o.measures, "measures", nil, "the measures to tell, with commas between (default all)")
	flags.StringVar(&o.memory, "memory", "4GB", "refuse a sweep that would need more in a task")
	flags.StringArrayVar(&o.sets, "set", nil, "replace a value of the file, as path=value; may be repeated")
}

// options are those of evenkeel sweep that are not as they are by themselves.
func (o *submission) options() (args []string) {
	for _, s := range o.sets {
		args = append(args, "--set", s)
	}
	if len(o.measures) > 0 {
		args = append(args, "--measures", strings.Join(o.measures, ","))
	}
	if o.nav {
		args = append(args, "--nav")
	}
	if o.part > 0 {
		args = append(args, "--part-points", strconv.Itoa(o.part))
	}
	if o.memory != "4GB" {
		args = append(args, "--memory", o.memory)
	}
	return args
}

// submitted is a sweep that was checked here.
type submitted struct {
	name          string
	points, parts int // 0: the experiment is not here
	spec          *batch.Spec
}

// need refuses a command line that lacks a flag: pairs of names and values.
func need(cmd *cobra.Command, pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			return usage(cmd, fmt.Errorf("--%s is needed", pairs[i]))
		}
	}
	return nil
}

// check does all that a task would do before its first point. An experiment that is
// not on this machine, when it may be elsewhere, is not checked.
func (o *submission) check(ctx context.Context, c *console, cmd *cobra.Command, file string, mayBeElsewhere bool) (*submitted, error) {
	all, err := measuresOf(o.measures)
	if err != nil {
		return nil, usage(cmd, err)
	}
	limit, err := bytesOf(o.memory)
	if err == nil && (o.tasks < 1 || o.tasks > batch.MaxShards) {
		err = fmt.Errorf("--tasks %d: want 1 to %s", o.tasks, grouped(batch.MaxShards))
	}
	if err != nil {
		return nil, usage(cmd, err)
	}
	if _, err := os.Stat(file); mayBeElsewhere && os.IsNotExist(err) {
		c.note("%s is not on this machine: the tasks will check it", file)
		base := filepath.Base(file)
		return &submitted{name: strings.TrimSuffix(base, filepath.Ext(base))}, nil
	}
	f, err := open(cmd, file, o.sets)
	if err != nil {
		return nil, err
	}
	p, err := prepare(ctx, c, f, sweepFlags{nav: o.nav, part: o.part, measures: all})
	if err != nil {
		return nil, err
	}
	if err := p.tooLarge(1, limit); err != nil {
		return nil, err
	}
	if parts := p.spec.Parts(); o.tasks > parts {
		c.note("the sweep has %s: more tasks have nothing to do", count(parts, "part"))
		o.tasks = max(parts, 1)
	}
	return &submitted{f.Name, p.spec.Points, p.spec.Parts(), p.spec}, nil
}

// sweep is what every batch system is told.
func (o *submission) sweep(s *submitted, program, file string) engine.Sweep {
	return engine.Sweep{Name: engine.JobName(s.name), Program: program, File: file, Out: o.out, Options: o.options(), Tasks: o.tasks}
}

// wellSaid refuses texts that no script can hold on a line.
func wellSaid(cmd *cobra.Command, texts ...string) error {
	for _, t := range texts {
		if strings.ContainsFunc(t, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return usage(cmd, fmt.Errorf("%s: control characters have no place in a job", fault.Quote(t)))
		}
	}
	return nil
}

// writeJobs puts the texts of jobs into a folder of their own; half a script is none.
func writeJobs(folder string, files [][2]string) error {
	if err := vfs.MakeAll(folder); err != nil {
		return unwritable(folder, err)
	}
	for _, f := range files {
		path := filepath.Join(folder, f[0])
		if _, err := writeAside(path, func(w *bufio.Writer) error { _, err := w.WriteString(f[1]); return err }); err != nil {
			return err
		}
		if !strings.HasSuffix(path, ".sh") {
			continue
		}
		if err := os.Chmod(path, 0o755); err != nil {
			return unwritable(path, err)
		}
	}
	return nil
}

// showJobs prints what writeJobs would write.
func (c *console) showJobs(files [][2]string) {
	for i, f := range files {
		if i > 0 {
			say(c.out, "\n")
		}
		say(c.out, "==> %s <==\n%s", f[0], f[1])
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/batch"
	"evenkeel/cmd/evenkeel/batch/engine"
	"evenkeel/data/fault"
)

// slurmFlags are the choices of submit slurm.
type slurmFlags struct {
	submission
	jobs, program, time, mem, partition, account string
	sbatch                                       []string
	cpus, atOnce, requeues                       int
	dry, json                                    bool
}

func newSubmitSlurm(c *console) *cobra.Command {
	var o slurmFlags
	cmd := &cobra.Command{
		Use:   "slurm FILE",
		Short: "Submit a sweep to Slurm as an array job with a dependent merge",
		Long: `Submit slurm checks the sweep, writes two job scripts into a folder beside the output,
OUT.jobs, and passes them to sbatch: an array job whose tasks share the sweep, and a job
that merges the results when all tasks have ended. Logs go to the same folder.

A task that is told to stop, because its time limit is near or because Slurm moves it,
ends with code 75 and goes back into the queue; it resumes later. The merge runs however
the tasks ended and proves that nothing is missing.

FILE and --out must be on a file system that all nodes share.`,
		Example: `  evenkeel submit slurm experiment.yaml --out /shared/sweep --tasks 16 --cpus 8
  evenkeel submit slurm experiment.yaml --out /shared/sweep --time 2:00:00 --mem 4G
  evenkeel submit slurm experiment.yaml --out /shared/sweep --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return submitSlurm(cmd.Context(), c, cmd, args[0], &o) },
	}
	o.submission.flags(cmd, 4)
	flags := cmd.Flags()
	flags.BoolVar(&o.force, "force", false, "start over, whatever sweep is in the folder")
	flags.IntVar(&o.cpus, "cpus", 1, "processors of a task")
	flags.IntVar(&o.atOnce, "array-limit", 0, "tasks that may run at the same time (default as many as Slurm can)")
	flags.StringVar(&o.time, "time", "", "time limit of a task, as Slurm has it: 30, 2:00:00, 1-12 (default the partition's)")
	flags.StringVar(&o.mem, "mem", "", "memory of a task, as Slurm has it: 4G")
	flags.StringVar(&o.partition, "partition", "", "partition")
	flags.StringVar(&o.account, "account", "", "account that is charged")
	flags.StringArrayVar(&o.sbatch, "sbatch-arg", nil, "another option of sbatch, for both jobs, such as --qos=low; may be repeated")
	flags.IntVar(&o.requeues, "requeues", 100, "how often a task may go back into the queue")
	flags.StringVar(&o.program, "program", "", "evenkeel as the nodes find it (default this program)")
	flags.StringVar(&o.jobs, "jobs", "", "folder of scripts and logs (default OUT.jobs)")
	flags.BoolVar(&o.dry, "dry-run", false, "print the scripts and stop")
	flags.BoolVar(&o.json, "json", false, "print what was submitted as JSON")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no notes, errors only")
	return cmd
}

// Names in the folder of scripts.
const (
	arrayScript = "sweep.sh"
	mergeScript = "merge.sh"
)

func submitSlurm(ctx context.Context, c *console, cmd *cobra.Command, file string, o *slurmFlags) error {
	if err := o.sane(cmd); err != nil {
		return err
	}
	s, err := o.check(ctx, c, cmd, file, false)
	if err != nil {
		return err
	}
	job, err := o.slurm(s, file)
	if err != nil {
		return err
	}
	scripts := [][2]string{{arrayScript, job.Array()}, {mergeScript, job.Merge()}}
	if o.dry {
		c.showJobs(scripts)
		return nil
	}
	if err := slurmTakes(ctx, o.tasks); err != nil {
		return err
	}
	if err := batch.Reserve(o.out, s.spec, o.force); err != nil {
		return err
	}
	if err := writeJobs(job.Folder, scripts); err != nil {
		return err
	}
	sent, err := o.send(ctx, job.Folder)
	if err != nil {
		return err
	}
	sent.Tasks, sent.Parts, sent.Points, sent.Out = o.tasks, s.parts, s.points, o.out
	return c.sent(sent, o)
}

var (
	slurmTime = regexp.MustCompile(`^[0-9]+(-[0-9]+)?(:[0-9]+){0,2}$`)
	slurmSize = regexp.MustCompile(`^[0-9]+[KMGT]?$`)
)

// sane refuses what sbatch would misunderstand.
func (o *slurmFlags) sane(cmd *cobra.Command) error {
	if err := need(cmd, "out", o.out); err != nil {
		return err
	}
	var err error
	switch {
	case o.time != "" && !slurmTime.MatchString(o.time):
		err = fmt.Errorf("--time %s: want minutes, hours:minutes:seconds or days-hours", fault.Quote(o.time))
	case o.mem != "" && !slurmSize.MatchString(o.mem):
		err = fmt.Errorf("--mem %s: want a size such as 500M or 4G", fault.Quote(o.mem))
	case o.cpus < 1:
		err = fmt.Errorf("--cpus %d: want 1 or more", o.cpus)
	case o.atOnce < 0 || o.requeues < 0:
		err = errors.New("--array-limit and --requeues count from 0")
	}
	for _, a := range o.sbatch {
		if !strings.HasPrefix(a, "-") && err == nil {
			err = fmt.Errorf("--sbatch-arg %s: want an option, such as --sbatch-arg=--qos=low", fault.Quote(a))
		}
	}
	if err != nil {
		return usage(cmd, err)
	}
	return wellSaid(cmd, append([]string{o.out, o.jobs, o.program, o.partition, o.account}, append(o.sbatch, o.sets...)...)...)
}

// slurm is the job, with the paths that hold on every node.
func (o *slurmFlags) slurm(s *submitted, file string) (*engine.Slurm, error) {
	if o.program == "" {
		path, err := os.Executable()
		if err != nil {
			return nil, err
		}
		o.program = path
	}
	if o.jobs == "" {
		o.jobs = filepath.Clean(o.out) + ".jobs"
	}
	paths := []string{".", file, o.out, o.jobs}
	for i := range paths {
		path, err := filepath.Abs(paths[i])
		if err != nil {
			return nil, err
		}
		paths[i] = path
	}
	o.out = paths[2]
	return &engine.Slurm{
		Sweep: o.sweep(s, o.program, paths[1]), Folder: paths[3], Directory: paths[0],
		CPUs: o.cpus, AtOnce: o.atOnce, Time: o.time, Memory: o.mem, Partition: o.partition, Account: o.account,
		Requeues: o.requeues, Sbatch: o.sbatch,
	}, nil
}

var maxArray = regexp.MustCompile(`(?m)^MaxArraySize\s*=\s*([0-9]+)`)

// slurmTakes asks Slurm for the largest array it takes: numbers below MaxArraySize.
func slurmTakes(ctx context.Context, tasks int) error {
	text, err := slurmSays(ctx, "scontrol", "show", "config")
	if err != nil {
		return err
	}
	m := maxArray.FindStringSubmatch(text)
	if m == nil {
		return nil // sbatch will say
	}
	if most, err := strconv.Atoi(m[1]); err == nil && tasks >= most {
		return fault.One(fault.Finding{
			Code: fault.ArrayTooLarge, File: "Slurm", What: fmt.Sprintf("takes no array of %s", count(tasks, "task")),
			Rule: "MaxArraySize is " + m[1], Remedy: fmt.Sprintf("Use --tasks %d or fewer: each then computes more parts", most-1),
		})
	}
	return nil
}

// slurmSays runs a command of Slurm and returns what it prints.
func slurmSays(ctx context.Context, name string, args ...string) (string, error) {
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", fault.One(fault.Finding{
			Code: fault.NoEngine, File: name, What: "is not on this machine", Rule: "sweeps are submitted where Slurm's commands are",
			Remedy: "Log in to the cluster, or see the scripts with --dry-run",
		})
	case err != nil:
		what := strings.Join(strings.Fields(errs.String()), " ")
		if what == "" {
			what = err.Error()
		}
		return "", fault.One(fault.Finding{Code: fault.EngineRefused, File: name, What: what, Rule: "Slurm did not do it", Remedy: "Fix what it names and submit again"})
	}
	return out.String(), nil
}

// sentJobs is what was submitted.
type sentJobs struct {
	Engine   string `json:"engine"`
	ArrayJob string `json:"array_job"`
	MergeJob string `json:"merge_job"`
	Tasks    int    `json:"tasks"`
	Parts    int    `json:"parts"`
	Points   int    `json:"points"`
	Out      string `json:"out"`
	Jobs     string `json:"jobs"`
}

// send hands both scripts to sbatch. Where the merge is refused the array does not
// run either.
func (o *slurmFlags) send(ctx context.Context, folder string) (*sentJobs, error) {
	array, err := sbatch(ctx, filepath.Join(folder, arrayScript))
	if err != nil {
		return nil, err
	}
	merge, err := sbatch(ctx, "--dependency=afterany:"+array, filepath.Join(folder, mergeScript))
	if err != nil {
		_, _ = slurmSays(ctx, "scancel", array)
		return nil, err
	}
	return &sentJobs{Engine: "slurm", ArrayJob: array, MergeJob: merge, Jobs: folder}, nil
}

// sbatch returns the number of the job; on a federation the cluster follows it.
func sbatch(ctx context.Context, args ...string) (string, error) {
	text, err := slurmSays(ctx, "sbatch", append([]string{"--parsable"}, args...)...)
	id, _, _ := strings.Cut(strings.TrimSpace(text), ";")
	return id, err
}

func (c *console) sent(s *sentJobs, o *slurmFlags) error {
	if o.json {
		return writeJSON(c.out, s)
	}
	say(c.out, "array job %s: %s for %s of %s\n", s.ArrayJob, count(s.Tasks, "task"), count(s.Parts, "part"), count(s.Points, "point"))
	say(c.out, "merge job %s: runs when all have ended\n", s.MergeJob)
	say(c.out, "scripts and logs: %s\n", s.Jobs)
	return nil
}

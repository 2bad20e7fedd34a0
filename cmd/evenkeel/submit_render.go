package main

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"evenkeel/cmd/evenkeel/batch/engine"
	"evenkeel/data/fault"
)

func newSubmitKubernetes(c *console) *cobra.Command {
	var o submission
	var x engine.Kubernetes
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "kubernetes FILE",
		Short: "Print the manifest of a sweep for Kubernetes: an Indexed Job and a Job that merges",
		Long: `Submit kubernetes prints two Jobs, for "kubectl apply -f -": an Indexed Job, each pod of
which computes a shard, and a Job that waits for the parts and merges them. All pods
share the volume of one claim, which several nodes must be able to write.

FILE and --out are paths in the pods, below --mount. If FILE is also on this machine, the
sweep is checked first.`,
		Example: `  evenkeel submit kubernetes /data/experiment.yaml --out /data/sweep \
    --image registry.example/evenkeel:1 --claim shared --tasks 8 | kubectl apply -f -`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			x.Wait = wait.String()
			if err := kubernetesSane(cmd, args[0], &o, &x, wait); err != nil {
				return err
			}
			s, err := o.check(cmd.Context(), c, cmd, args[0], true)
			if err != nil {
				return err
			}
			x.Sweep = o.sweep(s, "", args[0])
			say(c.out, "%s", x.Manifest())
			return nil
		},
	}
	o.flags(cmd, 4)
	flags := cmd.Flags()
	flags.StringVar(&x.Image, "image", "", "container image of evenkeel")
	flags.StringVar(&x.Claim, "claim", "", "PersistentVolumeClaim that all pods share")
	flags.StringVar(&x.Mount, "mount", "/data", "where the pods find it")
	flags.StringVar(&x.Namespace, "namespace", "", "namespace (default that of kubectl)")
	flags.StringVar(&x.CPUs, "cpus", "1", "processors of a pod: 4, 500m")
	flags.StringVar(&x.Memory, "mem", "4Gi", "memory of a pod: 4Gi")
	flags.IntVar(&x.AtOnce, "parallelism", 0, "pods that run at the same time (default all)")
	flags.IntVar(&x.Retries, "retries", 6, "how often a shard is tried again that failed for a reason that may pass")
	flags.DurationVar(&wait, "merge-wait", 7*24*time.Hour, "how long the merge waits for the parts")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no notes, errors only")
	return cmd
}

var quantity = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$`)

func kubernetesSane(cmd *cobra.Command, file string, o *submission, x *engine.Kubernetes, wait time.Duration) error {
	if err := need(cmd, "out", o.out, "image", x.Image, "claim", x.Claim); err != nil {
		return err
	}
	if err := below(cmd, x.Mount, file, o.out); err != nil {
		return err
	}
	for _, q := range [][2]string{{"--cpus", x.CPUs}, {"--mem", x.Memory}} {
		if !quantity.MatchString(q[1]) {
			return usage(cmd, fmt.Errorf("%s %s: want a quantity such as 4, 500m or 4Gi", q[0], fault.Quote(q[1])))
		}
	}
	if x.AtOnce < 0 || x.Retries < 0 || wait <= 0 {
		return usage(cmd, errors.New("--parallelism and --retries count from 0, --merge-wait is longer than that"))
	}
	return wellSaid(cmd, append(o.sets, file, o.out, x.Image, x.Claim, x.Mount, x.Namespace)...)
}

// below refuses paths that the tasks could not find.
func below(cmd *cobra.Command, mount string, paths ...string) error {
	mount = path.Clean(mount)
	for _, p := range paths {
		if !path.IsAbs(mount) || !strings.HasPrefix(path.Clean(p), strings.TrimSuffix(mount, "/")+"/") {
			return usage(cmd, fmt.Errorf("%s is not below %s, which is what the tasks share", fault.Quote(p), mount))
		}
	}
	return nil
}

func newSubmitAWS(c *console) *cobra.Command {
	var o submission
	var x engine.AWS
	var jobs string
	var timeout time.Duration
	var dry bool
	cmd := &cobra.Command{
		Use:   "aws-batch FILE",
		Short: "Write the requests of a sweep for AWS Batch: an array job and a dependent merge",
		Long: `Submit aws-batch writes the requests of a job definition, of an array job and of the job
that merges, and a script that sends them with the command line of AWS. A child that was
stopped, or whose machine was taken away, is tried again and resumes.

FILE and --out are paths in the containers, below --mount. If FILE is also on this
machine, the sweep is checked first.`,
		Example: `  evenkeel submit aws-batch /data/experiment.yaml --out /data/sweep --tasks 50 \
    --image 1.dkr.ecr.eu-west-1.amazonaws.com/evenkeel:1 --queue spot --file-system fs-12ab
  sh evenkeel-aws/submit.sh`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			x.Timeout = int(timeout.Seconds())
			if err := awsSane(cmd, args[0], &o, &x); err != nil {
				return err
			}
			s, err := o.check(cmd.Context(), c, cmd, args[0], true)
			if err != nil {
				return err
			}
			o.tasks = max(o.tasks, 2) // the smallest array there is; the second child may have nothing to do
			x.Sweep = o.sweep(s, "", args[0])
			files, err := awsFiles(&x)
			if err != nil {
				return err
			}
			if dry {
				c.showJobs(files)
				return nil
			}
			if err := writeJobs(jobs, files); err != nil {
				return err
			}
			say(c.out, "%s: submit with sh %s\n", jobs, path.Join(jobs, "submit.sh"))
			return nil
		},
	}
	o.flags(cmd, 4)
	flags := cmd.Flags()
	flags.StringVar(&x.Image, "image", "", "container image of evenkeel")
	flags.StringVar(&x.Queue, "queue", "", "job queue")
	flags.StringVar(&x.FileSystem, "file-system", "", "EFS file system that all containers share, fs-...")
	flags.StringVar(&x.HostPath, "host-path", "", "instead: a shared folder of the instances")
	flags.StringVar(&x.Mount, "mount", "/data", "where the containers find it")
	flags.StringVar(&x.CPUs, "cpus", "1", "processors of a container")
	flags.StringVar(&x.Memory, "mem", "4096", "memory of a container in MiB")
	flags.BoolVar(&x.Fargate, "fargate", false, "run on Fargate; needs --execution-role")
	flags.StringVar(&x.JobRole, "job-role", "", "ARN of the role of the containers")
	flags.StringVar(&x.Execution, "execution-role", "", "ARN of the execution role")
	flags.IntVar(&x.Attempts, "attempts", 5, "attempts of a child, 1 to 10")
	flags.DurationVar(&timeout, "timeout", 0, "limit of an attempt, a minute at least (default none)")
	flags.StringVar(&jobs, "jobs", "evenkeel-aws", "folder of what is written")
	flags.BoolVar(&dry, "dry-run", false, "print it and stop")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "no notes, errors only")
	return cmd
}

var whole = regexp.MustCompile(`^[1-9][0-9]*$`)

// maxAWSArray is the largest array job of AWS Batch.
const maxAWSArray = 10_000

func awsSane(cmd *cobra.Command, file string, o *submission, x *engine.AWS) error {
	err := need(cmd, "out", o.out, "image", x.Image, "queue", x.Queue)
	switch {
	case err != nil:
	case o.tasks < 2 || o.tasks > maxAWSArray:
		err = fmt.Errorf("--tasks %d: AWS Batch takes arrays of 2 to %s", o.tasks, grouped(maxAWSArray))
	case (x.FileSystem == "") == (x.HostPath == ""):
		err = errors.New("give --file-system or --host-path: the folder that all containers share")
	case x.Fargate && (x.FileSystem == "" || x.Execution == ""):
		err = errors.New("--fargate needs --file-system and --execution-role")
	case !whole.MatchString(x.Memory) || !quantity.MatchString(x.CPUs):
		err = errors.New("--cpus and --mem: want a number of processors and one of MiB")
	case x.Attempts < 1 || x.Attempts > 10:
		err = fmt.Errorf("--attempts %d: want 1 to 10", x.Attempts)
	case x.Timeout != 0 && x.Timeout < 60:
		err = errors.New("--timeout: want a minute or more")
	}
	if err != nil {
		return usage(cmd, err)
	}
	if err := below(cmd, x.Mount, file, o.out); err != nil {
		return err
	}
	return wellSaid(cmd, append(o.sets, file, o.out, x.Image, x.Queue, x.HostPath, x.Mount)...)
}

// awsSubmit sends the requests. The merge waits for the array whose number is known
// only then.
const awsSubmit = `#!/bin/sh
# Registers the job definition, submits the array job, and the merge that depends on it.
# Made by "evenkeel submit aws-batch".
set -eu
cd "$(dirname "$0")"
aws batch register-job-definition --cli-input-json file://definition.json
array=$(aws batch submit-job --cli-input-json file://array.json --query jobId --output text)
echo "array job $array"
aws batch submit-job --cli-input-json file://merge.json --depends-on jobId="$array"
`

func awsFiles(x *engine.AWS) (files [][2]string, err error) {
	r := x.Requests()
	for _, f := range []struct {
		name string
		v    any
	}{{"definition.json", r.Definition}, {"array.json", r.Array}, {"merge.json", r.Merge}} {
		var b bytes.Buffer
		if err := writeJSON(&b, f.v); err != nil {
			return nil, err
		}
		files = append(files, [2]string{f.name, b.String()})
	}
	return append(files, [2]string{"submit.sh", awsSubmit}), nil
}

package engine

import (
	"fmt"
	"strconv"
	"strings"
)

// Slurm is a sweep as an array job and a job that merges what its tasks leave.
type Slurm struct {
	Sweep
	Folder    string // where the tasks write their logs, an absolute path
	Directory string // the tasks' working folder, an absolute path
	CPUs      int    // of a task
	AtOnce    int    // tasks that may run at the same time; 0: as many as can
	Time      string // limit of a task and of the merge, as Slurm has it; "": the partition's
	Memory    string // of a task and of the merge
	Partition string
	Account   string
	Requeues  int      // a task goes back into the queue at most so often
	Sbatch    []string // further options of sbatch, for both jobs
}

// Grace is how many seconds before its time limit a task is told to stop.
const Grace = 60

// directives are the #SBATCH lines that both jobs have.
func (x *Slurm) directives(name, log string, more ...string) string {
	options := []string{"--job-name=" + name, "--chdir=" + x.Directory, "--output=" + strings.ReplaceAll(x.Folder, "%", "%%") + "/" + log, "--open-mode=append"}
	for _, o := range [][2]string{{"--time=", x.Time}, {"--mem=", x.Memory}, {"--partition=", x.Partition}, {"--account=", x.Account}} {
		if o[1] != "" {
			options = append(options, o[0]+o[1])
		}
	}
	var b strings.Builder
	for _, o := range append(append(options, more...), x.Sbatch...) {
		b.WriteString("#SBATCH " + inDirective(o) + "\n")
	}
	return b.String()
}

// inDirective is an option as sbatch reads it in a script.
func inDirective(option string) string {
	if plainWord.MatchString(option) {
		return option
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(option) + `"`
}

// Array is the script of the array job; its tasks are numbered from 1.
func (x *Slurm) Array() string {
	array := fmt.Sprintf("--array=1-%d", x.Tasks)
	if x.AtOnce > 0 {
		array += "%" + strconv.Itoa(x.AtOnce)
	}
	head := x.directives(x.Name, "%A_%a.log", array, "--cpus-per-task="+strconv.Itoa(x.CPUs), "--requeue", fmt.Sprintf("--signal=B:TERM@%d", Grace))
	return fmt.Sprintf(slurmArray, x.Name, x.share(), head, command(x.Program, x.sweepArgs()), x.Requeues)
}

// Merge is the script of the job that depends on the array job. It runs whatever
// became of the tasks, proves that every part is there, and names what is not.
func (x *Slurm) Merge() string {
	return fmt.Sprintf(slurmMerge, x.Name, x.directives(x.Name+"-merge", "merge-%j.log", "--cpus-per-task=1", "--requeue"), command(x.Program, x.mergeArgs()))
}

const slurmArray = `#!/bin/bash
# The sweep %s: %s.
# Made by "evenkeel submit slurm"; sbatch takes it as often as one likes, for a task
# that starts again goes on with what is there.
%[3]s
# Told to stop, because the time limit is near or the task is moved, the sweep keeps
# its finished parts and ends with 75.
told=
trap 'told=yes; kill -TERM "$sweep" 2>/dev/null' TERM

%[4]s \
  --workers "${SLURM_CPUS_PER_TASK:-1}" &
sweep=$!

# A signal makes wait return early; once the sweep has ended wait says its exit code.
wait "$sweep"
code=$?
while kill -0 "$sweep" 2>/dev/null; do
  wait "$sweep"
  code=$?
done
wait "$sweep"
last=$?
[ "$last" -eq 127 ] || code=$last
trap - TERM

# What was stopped goes back into the queue, unless Slurm is about to end or to move
# the task anyway: then it is not RUNNING any more.
if [ "$code" -eq 75 ] || { [ -n "$told" ] && [ "$code" -gt 128 ]; }; then
  if [ "$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%%T)" = RUNNING ] && [ "${SLURM_RESTART_COUNT:-0}" -lt %[5]d ]; then
    echo "stopped after restart ${SLURM_RESTART_COUNT:-0}: back into the queue"
    scontrol requeue "$SLURM_JOB_ID" && sleep 60 # Slurm ends this script meanwhile
  fi
fi
exit "$code"
`

const slurmMerge = `#!/bin/bash
# The table of the sweep %[1]s.
# Once all tasks have ended, merge proves that every part is there, or names those that
# are not and ends with 4. Submitted with --dependency=afterany:ARRAYJOB.
%[2]s
exec %[3]s
`

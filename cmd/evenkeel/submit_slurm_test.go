package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
	"evenkeel/internal/reference"
)

// needsSlurm needs a Slurm that answers: .ci/slurm starts one.
func needsSlurm(t *testing.T) {
	t.Helper()
	unlessShort(t)
	if out, err := exec.Command("sinfo", "--noheader").CombinedOutput(); err != nil {
		reference.Tool(t, fmt.Errorf("no Slurm answers: %w\n%s", err, out), ".ci/slurm starts one")
	}
}

// slurm runs a command of Slurm.
func slurm(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	require.NoError(t, err, "%s %v\n%s", name, args, out)
	return strings.TrimSpace(string(out))
}

// stateOf is what Slurm says of a job, or of a task of one: PENDING, RUNNING,
// COMPLETED, FAILED, ...
func stateOf(t *testing.T, job string) string {
	t.Helper()
	m := jobState.FindStringSubmatch(slurm(t, "scontrol", "show", "job", job))
	require.NotNil(t, m, job)
	return m[1]
}

var jobState = regexp.MustCompile(`JobState=([A-Z_]+)`)

// over reports whether a job has ended.
func over(t *testing.T, job string) bool {
	t.Helper()
	return !slices.Contains([]string{"PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "REQUEUED", "SUSPENDED"}, stateOf(t, job))
}

// submitSweep submits a sweep from its folder and returns what was sent.
func submitSweep(t *testing.T, dir string, args ...string) (s sentJobs) {
	t.Helper()
	out, err := evenkeel(dir, append([]string{"submit", "slurm", "--json", "-q"}, args...)...).Output()
	require.NoError(t, err, string(out))
	require.NoError(t, json.Unmarshal(out, &s))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(slurm(t, "scontrol", "show", "job", s.ArrayJob))
		}
		_ = exec.Command("scancel", s.ArrayJob, s.MergeJob).Run()
		logs, _ := filepath.Glob(filepath.Join(s.Jobs, "*.log"))
		for _, l := range logs {
			if b, err := os.ReadFile(l); err == nil && t.Failed() {
				t.Logf("%s\n%s", filepath.Base(l), b)
			}
		}
	})
	return s
}

// logOf is the log of a task.
func logOf(s sentJobs, task int) string {
	b, _ := os.ReadFile(filepath.Join(s.Jobs, s.ArrayJob+"_"+strconv.Itoa(task)+".log"))
	return string(b)
}

// eventually waits for something that Slurm does.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for begin := time.Now(); !done(); time.Sleep(50 * time.Millisecond) {
		require.Less(t, time.Since(begin), 2*time.Minute, what)
	}
}

// startSoon spares a requeued task most of the two minutes that Slurm lets it wait. It
// must wait a little: nodes refuse a task that starts in the second in which it ended.
func startSoon(t *testing.T, job string) {
	t.Helper()
	eventually(t, job+" is back in the queue", func() bool { return stateOf(t, job) == "PENDING" })
	eventually(t, job+" may start", func() bool {
		return exec.Command("scontrol", "update", "JobId="+job, "StartTime=now+3seconds").Run() == nil
	})
}

// Four tasks, of which one is told to stop, one is moved by Slurm, one is killed and
// put back by hand: the folder of a local run, byte for byte.
func TestSlurm(t *testing.T) {
	needsSlurm(t)
	dir := sweepDir(t)
	writeSweep(t, dir, "long.yaml", "axes: {band: 0.05%:20%:0.05%, rail_ratio: 0:0.9:0.1, look: [session, 5 sessions]}")
	require.NoError(t, evenkeel(dir, "sweep", "long.yaml", "--out", "want", eight, "-q").Run())

	s := submitSweep(t, dir, "long.yaml", "--out", "out", "--tasks=4", "--time=5", eight)
	require.Equal(t, []int{4, 1000, 8000}, []int{s.Tasks, s.Parts, s.Points})
	task := func(n int) string { return s.ArrayJob + "_" + strconv.Itoa(n) }
	for n := 2; n <= 4; n++ { // so that they have something to lose
		eventually(t, task(n)+" computes", func() bool {
			return glob(dir, "out", "sweep", fmt.Sprintf("part-%05d.parquet", 3+n)) > 0 // the second of its parts
		})
	}
	slurm(t, "scancel", "--batch", "--signal=TERM", task(2))
	killTask(t, filepath.Join(dir, "out"), 4)
	slurm(t, "scontrol", "requeue", task(3))
	eventually(t, task(4)+" ends", func() bool { return over(t, task(4)) })
	slurm(t, "scontrol", "requeue", task(4))
	for n := 2; n <= 4; n++ {
		startSoon(t, task(n))
	}
	eventually(t, "the merge ends", func() bool { return over(t, s.MergeJob) })

	merged, err := os.ReadFile(filepath.Join(s.Jobs, "merge-"+s.MergeJob+".log"))
	require.NoError(t, err)
	require.Equal(t, "COMPLETED", stateOf(t, s.MergeJob))
	require.Contains(t, string(merged), "8,000 points of 1,000 parts")
	requireSameTree(t, filepath.Join(dir, "want"), filepath.Join(dir, "out"))

	require.Contains(t, logOf(s, 2), "stopped: the finished parts in")
	require.Contains(t, logOf(s, 2), "back into the queue")
	require.Contains(t, logOf(s, 4), "Killed")
	for n := 2; n <= 4; n++ {
		require.Contains(t, logOf(s, n), "points were finished before", "task %d went on where it was", n)
		require.Contains(t, logOf(s, n), "is complete")
	}
}

// killTask kills the process that holds a shard, without a warning.
func killTask(t *testing.T, out string, shard int) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(out, "sweep", ".lock-"+strconv.Itoa(shard)+"-of-4"))
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
}

// Tasks that are cancelled stay so, and the merge names what is missing. The same
// command then goes on.
func TestSlurmCancelled(t *testing.T) {
	needsSlurm(t)
	dir := sweepDir(t)
	writeSweep(t, dir, "long.yaml", "axes: {band: 0.1%:20%:0.1%, rail_ratio: 0:0.9:0.1, look: [session, 5 sessions]}")
	s := submitSweep(t, dir, "long.yaml", "--out", "out", "--tasks=2", "--array-limit=1", eight)
	eventually(t, "a task computes", func() bool { return glob(dir, "out", "sweep", "journal-1-of-2.log") > 0 })
	slurm(t, "scancel", s.ArrayJob)
	eventually(t, "the merge ends", func() bool { return over(t, s.MergeJob) })
	require.NotContains(t, logOf(s, 1), "back into the queue")
	require.NoFileExists(t, filepath.Join(dir, "out", "manifest.json"))
	merged, err := os.ReadFile(filepath.Join(s.Jobs, "merge-"+s.MergeJob+".log"))
	require.NoError(t, err)
	require.Contains(t, string(merged), "E406")
	require.Contains(t, string(merged), "parts are missing")
}

// What Slurm does not take is said before anything is in the queue.
func TestSlurmRefuses(t *testing.T) {
	needsSlurm(t)
	dir := sweepDir(t)
	file, out := filepath.Join(dir, "s.yaml"), filepath.Join(dir, "out")
	before := slurm(t, "squeue", "--noheader")
	config := slurm(t, "scontrol", "show", "config")
	most := maxArray.FindStringSubmatch(config)[1]
	writeSweep(t, dir, "long.yaml", "axes: {band: 0.1%:20%:0.1%, rail_ratio: 0:0.9:0.1, look: [session, 5 sessions]}")
	code, _, errs := do("submit", "slurm", filepath.Join(dir, "long.yaml"), "--out", out, "--part-points=1", "--tasks", most)
	require.Equal(t, fault.ExitEngine, code, errs)
	require.Contains(t, errs, "E803")
	require.NoDirExists(t, out)
	code, _, errs = do("submit", "slurm", file, "--out", out, "--partition=nowhere")
	require.Equal(t, fault.ExitEngine, code)
	require.Contains(t, errs, "E802")
	require.Contains(t, errs, "invalid partition")
	require.Equal(t, before, slurm(t, "squeue", "--noheader"))
}

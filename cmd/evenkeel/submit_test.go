package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

// The scripts for Slurm are those of the golden file, but for the folder.
func TestSubmitSlurmDryRun(t *testing.T) {
	dir := sweepDir(t)
	cmd := evenkeel(dir, "submit", "slurm", "s.yaml", "--out", "out", "--tasks=8", "--array-limit=4", "--time=2:00:00", "--mem=4G", "--cpus=2",
		"--partition=short", "--account=lab", "--sbatch-arg=--comment=it's \"odd\"", "--set", "account.cash=5e5", "--nav", "--program=/opt/even keel/evenkeel", "--dry-run", eight)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	golden(t, "submit_slurm.txt", strings.ReplaceAll(string(out), dir, "/shared"))
	require.NoDirExists(t, filepath.Join(dir, "out"))
	require.NoDirExists(t, filepath.Join(dir, "out.jobs"))
}

// golden compares a text with a stored one, or stores it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// The job script as Slurm's node would run it, with commands of Slurm that only say
// what they were asked: what is stopped goes back into the queue, what ends otherwise
// does not, and every end keeps its code.
func TestSlurmScript(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	writeSweep(t, dir, "long.yaml", "axes: {band: 0.1%:20%:0.1%, rail_ratio: 0:0.9:0.1, look: [session, 5 sessions]}")
	out, err := evenkeel(dir, "submit", "slurm", "long.yaml", "--out", "out", "--tasks=2", "--dry-run", eight).Output()
	require.NoError(t, err)
	array, merge, ok := strings.Cut(strings.TrimPrefix(string(out), "==> "+arrayScript+" <==\n"), "\n==> "+mergeScript+" <==\n")
	require.True(t, ok)
	bin := filepath.Join(dir, "bin")
	require.NoError(t, os.Mkdir(bin, 0o755))
	for name, text := range map[string]string{
		"squeue":   "#!/bin/sh\necho ${STATE:-RUNNING}\n",
		"scontrol": "#!/bin/sh\necho \"asked: $*\"\nexit 1\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755))
	}
	node := func(script string, env ...string) *exec.Cmd {
		cmd := exec.Command("bash", "-c", script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), append([]string{"PATH=" + bin + ":" + os.Getenv("PATH"), "SLURM_JOB_ID=77"}, env...)...)
		return cmd
	}
	first := []string{"SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT=2", "SLURM_ARRAY_TASK_MIN=1"}
	stoppedOnce := func(sig string, env ...string) string {
		t.Helper()
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "out")))
		// The signal goes to the shell alone, as --signal=B:TERM has it.
		cmd := node("(sleep 0.01; until ls out/sweep/journal-1-of-2.log; do sleep 0.01; done; kill -"+sig+" $$) >/dev/null 2>&1 &\n"+array, append(first, env...)...)
		text, err := cmd.CombinedOutput()
		require.Error(t, err)
		require.Equal(t, fault.ExitResumable, cmd.ProcessState.ExitCode(), string(text))
		return string(text)
	}
	require.Contains(t, stoppedOnce("TERM"), "asked: requeue 77")
	require.NotContains(t, stoppedOnce("TERM", "STATE=COMPLETING"), "asked: requeue")
	require.NotContains(t, stoppedOnce("TERM", "SLURM_RESTART_COUNT=100"), "asked: requeue")

	text, err := node(array, first...).CombinedOutput()
	require.NoError(t, err, string(text))
	require.NotContains(t, string(text), "asked:")
	cmd := node(merge)
	text, err = cmd.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, fault.ExitOutput, cmd.ProcessState.ExitCode())
	require.Contains(t, string(text), "E406")
	cmd = node(strings.Replace(array, "long.yaml", "none.yaml", 1), first...)
	text, err = cmd.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, fault.ExitConfig, cmd.ProcessState.ExitCode(), string(text))
	cmd = node(strings.Replace(array, "/evenkeel sweep", "/nothing sweep", 1), first...)
	_, _ = cmd.CombinedOutput()
	require.Equal(t, 127, cmd.ProcessState.ExitCode())
}

// Without Slurm's commands there is a finding, and nothing is left behind.
func TestSubmitWithoutSlurm(t *testing.T) {
	dir := sweepDir(t)
	t.Setenv("PATH", t.TempDir())
	code, _, errs := do("submit", "slurm", filepath.Join(dir, "s.yaml"), "--out", filepath.Join(dir, "out"))
	require.Equal(t, fault.ExitEngine, code)
	require.Contains(t, errs, "E801 scontrol: is not on this machine")
	require.NoDirExists(t, filepath.Join(dir, "out"))
}

// Where the merge is refused the array job is taken back, and a refusal is passed on.
func TestSubmitSlurmTakesBack(t *testing.T) {
	dir, bin := sweepDir(t), t.TempDir()
	for name, text := range map[string]string{
		"scontrol": "#!/bin/sh\necho 'MaxArraySize            = 5'\n",
		"scancel":  "#!/bin/sh\necho \"$@\" >" + bin + "/cancelled\n",
		"sbatch":   "#!/bin/sh\ncase $* in *merge*) echo 'sbatch: error: no merge today' >&2; exit 1;; esac\necho '41;far'\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755))
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	args := []string{"submit", "slurm", filepath.Join(dir, "s.yaml"), "--out", filepath.Join(dir, "out"), eight}
	code, _, errs := do(append(args, "--tasks=5")...)
	require.Equal(t, fault.ExitEngine, code)
	require.Contains(t, errs, "E803 Slurm: takes no array of 5 tasks (MaxArraySize is 5). Use --tasks 4 or fewer")
	code, _, errs = do(args...)
	require.Equal(t, fault.ExitEngine, code)
	require.Contains(t, errs, "E802 sbatch: sbatch: error: no merge today")
	cancelled, err := os.ReadFile(filepath.Join(bin, "cancelled"))
	require.NoError(t, err)
	require.Equal(t, "41\n", string(cancelled))

	// The folder is the sweep's from now on: an experiment that was changed after it
	// was submitted is not computed.
	code, _, errs = do("sweep", filepath.Join(dir, "s.yaml"), "--out", filepath.Join(dir, "out"), eight, "--set", "costs.0.rate=20")
	require.Equal(t, fault.ExitOutput, code)
	require.Contains(t, errs, "config.costs.0.rate")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "sbatch"), []byte("#!/bin/sh\necho 42\n"), 0o755))
	code, out, errs := do(args...)
	require.Zero(t, code, errs)
	require.Contains(t, out, "array job 42: 4 tasks for 30 parts of 240 points\nmerge job 42: runs when all have ended\n")
}

// Command lines that no batch system would understand.
func TestSubmitUsage(t *testing.T) {
	dir := sweepDir(t)
	file := filepath.Join(dir, "s.yaml")
	kubernetes := []string{"submit", "kubernetes", "/data/s.yaml", "--out=/data/o", "--image=i", "--claim=c"}
	aws := []string{"submit", "aws-batch", "/data/s.yaml", "--out=/data/o", "--image=i", "--queue=q", "--host-path=/mnt"}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"submit", "slurm", file}, "--out is needed"},
		{kubernetes[:5], "--claim is needed"},
		{aws[:5], "--queue is needed"},
		{[]string{"submit", "slurm", file, "--out=o", "--time=soon"}, "--time"},
		{[]string{"submit", "slurm", file, "--out=o", "--mem=lots"}, "--mem"},
		{[]string{"submit", "slurm", file, "--out=o", "--tasks=0"}, "--tasks 0"},
		{[]string{"submit", "slurm", file, "--out=o", "--cpus=0"}, "--cpus 0"},
		{[]string{"submit", "slurm", file, "--out=o", "--sbatch-arg=qos"}, "want an option"},
		{[]string{"submit", "slurm", file, "--out=o", "--sbatch-arg=--comment=a\nb"}, "control characters"},
		{[]string{"submit", "slrum", file}, "did you mean slurm?"},
		{append(kubernetes, "--mount=/other"), `"/data/s.yaml" is not below /other`},
		{append(kubernetes, "--out=/data2/o"), `"/data2/o" is not below /data`},
		{append(kubernetes, "--cpus=many"), "--cpus"},
		{append(kubernetes, "--retries=-1"), "--retries"},
		{append(aws, "--tasks=1"), "arrays of 2 to 10,000"},
		{append(aws, "--file-system=fs-1"), "give --file-system or --host-path"},
		{append(aws, "--fargate"), "--fargate needs"},
		{append(aws, "--attempts=11"), "1 to 10"},
		{append(aws, "--timeout=1s"), "want 1m0s to 8760h0m0s"},
		{append(aws, "--mem=4Gi"), "one of MiB"},
	} {
		code, _, errs := do(c.args...)
		require.Equal(t, fault.ExitUsage, code, "%v\n%s", c.args, errs)
		require.Contains(t, errs, c.want)
	}
}

// A merge that waits holds nobody up, and makes the table as soon as the last part is
// there; after its time it says what is missing.
func TestMergeWaits(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	require.NoError(t, evenkeel(dir, "sweep", "s.yaml", "--out", "want", eight, "-q").Run())
	merge := evenkeel(dir, "merge", "out", "--wait=1m")
	text := &strings.Builder{}
	merge.Stdout, merge.Stderr = text, text
	require.NoError(t, merge.Start())
	time.Sleep(100 * time.Millisecond)
	require.NoError(t, evenkeel(dir, "sweep", "s.yaml", "--out", "out", "--shard=1/2", eight, "-q").Run())
	code, _, errs := do("merge", filepath.Join(dir, "out"), "--wait=10ms")
	require.Equal(t, fault.ExitOutput, code)
	require.Contains(t, errs, "15 of 30 parts are missing")
	require.NoError(t, evenkeel(dir, "sweep", "s.yaml", "--out", "out", "--shard=2/2", eight, "-q").Run())
	require.NoError(t, merge.Wait(), text.String())
	requireSameTree(t, filepath.Join(dir, "want"), filepath.Join(dir, "out"))

	stopped := evenkeel(dir, "merge", "later", "--wait=1m")
	require.NoError(t, stopped.Start())
	time.Sleep(300 * time.Millisecond)
	require.NoError(t, stopped.Process.Signal(os.Interrupt))
	_ = stopped.Wait()
	require.Equal(t, fault.ExitResumable, stopped.ProcessState.ExitCode())
}

// Points that fail need not end a task as if it had not done its work.
func TestFailedPointsMayBeFine(t *testing.T) {
	dir := sweepDir(t)
	writeSweep(t, dir, "s.yaml", "axes: {targets: [{GOLD: 50%, BONDS: 50%}, {NOWHERE: 1}]}")
	sweepOf(t, fault.ExitPoints, filepath.Join(dir, "s.yaml"), "--out", filepath.Join(dir, "a"))
	sweepOf(t, 0, filepath.Join(dir, "s.yaml"), "--out", filepath.Join(dir, "b"), "--failed-points-ok")
	requireSameTree(t, filepath.Join(dir, "a"), filepath.Join(dir, "b"))
}

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/internal/reference"
)

// smallDisk is a folder on a file system of its own that has size bytes of room, and a
// way to mount it with other options. Who may not mount skips the test, but not in CI.
func smallDisk(t *testing.T, size string) (dir string, remount func(options string)) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "disk")
	require.NoError(t, os.Mkdir(dir, 0o755))
	if text, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput(); err != nil {
		reference.Tool(t, fmt.Errorf("no file system can be mounted: %w: %s", err, text), "run as root, where mounting is allowed")
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
	return dir, func(options string) {
		t.Helper()
		text, err := exec.Command("mount", "-o", "remount,"+options, dir).CombinedOutput()
		require.NoError(t, err, string(text))
	}
}

// requireNothingAside finds no file that was being written.
func requireNothingAside(t *testing.T, dir string) {
	t.Helper()
	for name := range tree(t, dir) {
		require.NotContains(t, name, ".tmp-")
	}
}

// A sweep fills its disk: what is finished is safe, and with more room the same command
// ends in the bytes of a sweep that had it.
func TestSweepOnAFullDisk(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	file, want := filepath.Join(dir, "s.yaml"), filepath.Join(dir, "want")
	sweepOf(t, 0, file, "--out", want, eight, "-q")
	disk, remount := smallDisk(t, "128k")
	out := filepath.Join(disk, "out")
	_, errs := sweepOf(t, fault.ExitOutput, file, "--out", out, eight)
	require.Contains(t, errs, "error E403 "+out)
	require.Contains(t, errs, "no space left on device")
	require.Contains(t, errs, "the parts that are finished are safe")
	requireNothingAside(t, out)
	require.NoFileExists(t, filepath.Join(out, store.ManifestName))
	for name, b := range tree(t, out) {
		if strings.HasSuffix(name, ".parquet") {
			require.True(t, b == tree(t, want)[name], "%s is not whole", name)
		}
	}
	remount("size=16m")
	sweepOf(t, 0, file, "--out", out, eight, "-q")
	requireSameTree(t, want, out)
}

// A run fills its disk: an earlier output stays as it was.
func TestRunOnAFullDisk(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	file := filepath.Join(dir, "s.yaml")
	disk, remount := smallDisk(t, "16m")
	out := filepath.Join(disk, "out")
	code, _, errs := do("run", file, "--out", out, "-q")
	require.Zero(t, code, errs)
	before := tree(t, out)
	total := 0
	for _, b := range before {
		total += (len(b) + 4095) / 4096 * 4
	}
	for _, room := range []int{8, 64, 256, 512} { // KiB beside the earlier output
		remount(fmt.Sprintf("size=%dk", total+64+room))
		code, _, errs = do("run", file, "--out", out, "--force", "--set", "costs.0.rate=30")
		require.Equal(t, fault.ExitOutput, code, errs)
		require.Contains(t, errs, "error E403 "+out)
		require.Contains(t, errs, "the earlier output is untouched")
		require.Equal(t, before, tree(t, out))
	}
	remount("size=32m")
	code, _, errs = do("run", file, "--out", out, "--force", "--set", "costs.0.rate=30", "-q")
	require.Zero(t, code, errs)
	code, _, errs = do("verify", out)
	require.Zero(t, code, errs)
	require.Empty(t, errs)
	requireNothingAside(t, out)
}

// The other commands on a full disk: the finding, and no half of a file.
func TestOtherFilesOnAFullDisk(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	file := filepath.Join(dir, "s.yaml")
	disk, _ := smallDisk(t, "64k")
	require.NoError(t, os.Mkdir(filepath.Join(disk, "jobs"), 0o755))
	fill, err := os.Create(filepath.Join(disk, "fill"))
	require.NoError(t, err)
	for err == nil {
		_, err = fill.Write(make([]byte, 4096))
	}
	require.NoError(t, fill.Close())
	for _, args := range [][]string{
		{"convert", filepath.Join(dir, "prices.parquet"), filepath.Join(disk, "prices.csv")},
		{"demo", "--dir", filepath.Join(disk, "demo")},
		{"run", file, "--out", filepath.Join(disk, "out")},
		{"submit", "aws-batch", file, "--image", "x", "--queue", "q", "--host-path", dir, "--mount", dir, "--out", filepath.Join(dir, "swept"), "--jobs", filepath.Join(disk, "jobs")},
	} {
		code, _, errs := do(args...)
		require.Equal(t, fault.ExitOutput, code, "%v: %s", args, errs)
		require.Contains(t, errs, "error E403 "+disk, "%v", args)
		for name := range tree(t, disk) {
			require.Contains(t, []string{"fill", "out/.lock"}, name, "%v", args)
		}
	}
}

// What cannot be written to is said before anything is computed.
func TestReadOnlyDisk(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	file := filepath.Join(dir, "s.yaml")
	disk, remount := smallDisk(t, "16m")
	sweepOf(t, 0, file, "--out", filepath.Join(disk, "swept"), eight, "-q")
	before := tree(t, disk)
	remount("ro")
	for _, args := range [][]string{
		{"run", file, "--out", filepath.Join(disk, "out")},
		{"sweep", file, "--out", filepath.Join(disk, "out")},
		{"sweep", file, "--out", filepath.Join(disk, "swept"), eight},
		{"merge", filepath.Join(disk, "swept")},
		{"sweep", "report", filepath.Join(disk, "swept")},
		{"convert", filepath.Join(disk, "swept", "sweep.parquet"), filepath.Join(disk, "x.csv")},
		{"demo", "--dir", filepath.Join(disk, "demo")},
	} {
		code, _, errs := do(args...)
		require.Equal(t, fault.ExitOutput, code, "%v: %s", args, errs)
		require.Contains(t, errs, "error E402 "+disk, "%v", args)
		require.Contains(t, errs, "read-only file system")
	}
	code, _, errs := do("verify", filepath.Join(disk, "swept"))
	require.Zero(t, code, errs)
	require.Equal(t, before, tree(t, disk))
}

// The folder of a sweep at work is removed, and another one takes its name: the sweep
// ends, and writes nothing elsewhere.
func TestSweepLosesItsFolder(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	writeSweep(t, dir, "long.yaml", "axes: {band: 0.1%:20%:0.1%, rail_ratio: 0:0.9:0.1, look: [session, 5 sessions]}")
	cmd := evenkeel(dir, "sweep", "long.yaml", "--out", "out", "--workers=1", eight)
	errs := &strings.Builder{}
	cmd.Stderr = errs
	require.NoError(t, cmd.Start())
	waitFor(t, func() bool { return glob(dir, "out", "sweep", "part-*") > 2 })
	waitFor(t, func() bool { return os.RemoveAll(filepath.Join(dir, "out")) == nil })
	require.NoError(t, os.Mkdir(filepath.Join(dir, "out"), 0o755))
	_ = cmd.Wait()
	require.Equal(t, fault.ExitOutput, cmd.ProcessState.ExitCode(), errs)
	require.Contains(t, errs.String(), "error E402 out")
	require.Contains(t, errs.String(), "must stay in place")
	require.Empty(t, tree(t, filepath.Join(dir, "out")))
}

// A sweep has few files open at a time, however many parts it has.
func TestSweepWithFewFiles(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	require.NoError(t, evenkeel(dir, "sweep", "s.yaml", "--out", "want", eight, "-q").Run())
	for i := range 2 {
		few := fmt.Sprintf(`ulimit -n 24 && exec evenkeel sweep s.yaml --out out --shard %d/2 %s -q`, i+1, eight)
		cmd := exec.Command("sh", "-c", few)
		cmd.Dir = dir
		text, err := cmd.CombinedOutput()
		require.NoError(t, err, string(text))
	}
	cmd := exec.Command("sh", "-c", "ulimit -n 24 && exec evenkeel merge out -q")
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
	requireSameTree(t, filepath.Join(dir, "want"), filepath.Join(dir, "out"))
}

// damages are what may befall a file.
var damages = map[string]func(b []byte) []byte{
	"emptied":      func([]byte) []byte { return []byte{} },
	"cut":          func(b []byte) []byte { return b[:len(b)/2] },
	"one bit":      func(b []byte) []byte { b[len(b)*2/3] ^= 8; return b },
	"zeros":        func(b []byte) []byte { return make([]byte, len(b)) },
	"longer":       func(b []byte) []byte { return append(b, "more\n"...) },
	"another file": func([]byte) []byte { return []byte("{}\n") },
	"gone":         func([]byte) []byte { return nil },
}

// Whatever befalls whichever file of a finished sweep, the same command ends in the same
// bytes, or says which file is damaged; a merge does, too, and never takes a damaged part.
func TestSweepTrustsNoFile(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	file, want := filepath.Join(dir, "s.yaml"), filepath.Join(dir, "want")
	sweepOf(t, 0, file, "--out", want, "--part-points=40", "-q")
	for _, name := range []string{"manifest.json", "sweep.parquet", "sweep/journal.log", "sweep/plan.json", "sweep/part-00002.parquet"} {
		for how, damage := range damages {
			for _, merge := range []bool{false, true} {
				where := fmt.Sprintf("%s: %s, merge %v", name, how, merge)
				out := filepath.Join(t.TempDir(), "out")
				require.NoError(t, os.CopyFS(out, os.DirFS(want)))
				spoilt := filepath.Join(out, filepath.FromSlash(name))
				b, err := os.ReadFile(spoilt)
				require.NoError(t, err)
				if b = damage(b); b == nil {
					require.NoError(t, os.Remove(spoilt))
				} else {
					require.NoError(t, os.WriteFile(spoilt, b, 0o600))
				}
				args := []string{"sweep", file, "--out", out, "--part-points=40", "-q"}
				if merge {
					args = []string{"merge", out, "-q"}
				}
				code, _, errs := do(args...)
				if code != 0 {
					require.Equal(t, fault.ExitOutput, code, "%s: %s", where, errs)
					require.Regexp(t, `error E40[156] `+out, errs, where)
					require.True(t, merge || name == "sweep/plan.json", "%s: %s", where, errs)
					continue
				}
				require.False(t, merge && strings.Contains(name, "part-"), where)
				require.NoError(t, os.RemoveAll(filepath.Join(out, "sweep", "quarantine")))
				requireSameTree(t, want, out)
			}
		}
	}
}

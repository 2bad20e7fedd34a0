package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/internal/reference"
	"evenkeel/reports/draw"
)

// sweepDir is a folder with prices and an experiment of 240 points in 30 parts.
func sweepDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files, err := demoFiles()
	require.NoError(t, err)
	require.NoError(t, writeDemo(dir, files, false))
	writeSweep(t, dir, "s.yaml", "axes: {band: 1%:20%:1%, rail_ratio: [0, 0.3, 0.6], look: [session, 5 sessions], costs.0.rate: [0, 10]}")
	return dir
}

func writeSweep(t testing.TB, dir, name, sweep string) {
	t.Helper()
	text := `name: s
data: {prices: prices.parquet, start: 2008-01-02, end: 2012-12-31}
targets: {US_STOCKS: 40%, WORLD_STOCKS: 20%, BONDS: 25%, REAL_ESTATE: 10%, GOLD: 5%}
costs: [{model: bps, rate: 10}]
policies: {bands: {strategy: bands, band: 20%, rail: 10%, look: session}}
sweep: {policy: bands, ` + sweep + "}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}

// tree is every file of a folder with its bytes.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(b)
		return err
	}))
	return files
}

// requireSameTree compares two folders, byte by byte.
func requireSameTree(t *testing.T, want, got string) {
	t.Helper()
	a, b := tree(t, want), tree(t, got)
	require.Equal(t, slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b)))
	for name := range a {
		require.True(t, a[name] == b[name], "%s differs", name)
	}
}

// sweepOf runs a sweep in this process and requires its exit code.
func sweepOf(t *testing.T, want int, args ...string) (out, errs string) {
	t.Helper()
	code, out, errs := do(append([]string{"sweep"}, args...)...)
	require.Equal(t, want, code, "%s\n%s", out, errs)
	return out, errs
}

const eight = "--part-points=8"

// The same bytes for every number of workers, and for shards that share a folder or
// have folders of their own.
func TestSweepIsTheSameForAll(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	file, in := filepath.Join(dir, "s.yaml"), func(name string) string { return filepath.Join(dir, name) }
	sweepOf(t, 0, file, "--out", in("want"), "--workers=1", eight)
	code, _, errs := do("verify", in("want"))
	require.Zero(t, code, errs)
	require.Empty(t, errs)
	for _, workers := range []int{2, 3, 16} {
		out := in(fmt.Sprint("workers", workers))
		sweepOf(t, 0, file, "--out", out, fmt.Sprint("--workers=", workers), eight)
		requireSameTree(t, in("want"), out)
	}
	for n := 1; n <= 5; n++ {
		shared, apart := in(fmt.Sprint("shared", n)), in(fmt.Sprint("apart", n))
		dirs := []string{"merge"}
		for i := range n {
			shard := fmt.Sprintf("--shard=%d/%d", n-i, n)
			sweepOf(t, 0, file, "--out", shared, shard, eight)
			own := in(fmt.Sprintf("own-%d-%d", n, i))
			sweepOf(t, 0, file, "--out", own, shard, eight)
			dirs = append(dirs, own)
			if i < n-1 {
				code, _, errs := do("merge", shared)
				require.Equal(t, fault.ExitOutput, code)
				require.Contains(t, errs, "E406")
				require.Contains(t, errs, "parts are missing")
			}
		}
		if n > 1 {
			code, _, errs := do("merge", shared)
			require.Zero(t, code, errs)
		}
		requireSameTree(t, in("want"), shared)
		code, _, errs := do(append(dirs, "--out", apart)...)
		require.Zero(t, code, errs)
		requireSameTree(t, in("want"), apart)
	}
}

// Of two processes on one folder the second is told so; a shard and a whole sweep do
// not share one either, two shards do.
func TestSweepIsAlone(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	writeSweep(t, dir, "long.yaml", "axes: {band: 0.1%:20%:0.1%, rail_ratio: 0:0.9:0.1, look: [session, 5 sessions]}")
	for _, c := range []struct {
		first, second string
		want          int
	}{{"none", "none", 5}, {"1/2", "none", 5}, {"none", "2/2", 5}, {"1/2", "1/2", 5}, {"1/2", "2/2", 75}} {
		out := "out-" + strings.ReplaceAll(c.first+c.second, "/", "")
		first := evenkeel(dir, "sweep", "long.yaml", "--out", out, "--workers=1", "--shard", c.first, "-q", eight)
		require.NoError(t, first.Start())
		waitFor(t, func() bool { return glob(dir, out, "sweep", "part-*") > 0 })
		second := evenkeel(dir, "sweep", "long.yaml", "--out", out, "--workers=1", "--shard", c.second, "-q", eight)
		errs := &strings.Builder{}
		second.Stderr = errs
		require.NoError(t, second.Start())
		if c.want == 75 {
			waitFor(t, func() bool { return glob(dir, out, "sweep", "journal-2-of-2.log") > 0 })
			_ = second.Process.Signal(syscall.SIGTERM)
		}
		_ = second.Wait()
		require.Equal(t, c.want, second.ProcessState.ExitCode(), "%v\n%s", c, errs)
		if c.want == 5 {
			require.Contains(t, errs.String(), "E501")
		}
		if c.first == "none" {
			require.Contains(t, errs.String(), fmt.Sprint("process ", first.Process.Pid))
		}
		_ = first.Process.Kill()
		_ = first.Wait()
	}
}

// What is on the disk is not trusted: a torn journal, damaged, missing and swapped
// parts, a lost manifest; a finished sweep that is started again stays as it is.
func TestSweepMendsItself(t *testing.T) {
	unlessShort(t)
	dir := sweepDir(t)
	file, in := filepath.Join(dir, "s.yaml"), func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	sweepOf(t, 0, file, "--out", in("want"), eight)
	fresh := func() string {
		out := in("out")
		require.NoError(t, os.RemoveAll(out))
		require.NoError(t, os.CopyFS(out, os.DirFS(in("want"))))
		return out
	}
	again := func(out string) string {
		t.Helper()
		_, errs := sweepOf(t, 0, file, "--out", out, eight)
		require.NoError(t, os.RemoveAll(filepath.Join(out, "sweep", "quarantine")))
		requireSameTree(t, in("want"), out)
		return errs
	}
	cut := func(path string, by int64) {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.NoError(t, os.Truncate(path, info.Size()-by))
	}
	require.Empty(t, strings.TrimSpace(strings.ReplaceAll(again(fresh()), "240 of 240 points were finished before", "")))

	out := fresh() // a torn journal of a sweep that was killed
	require.NoError(t, os.Remove(filepath.Join(out, store.ManifestName)))
	require.NoError(t, os.Rename(filepath.Join(out, "sweep", "journal.log"), filepath.Join(out, "sweep", "journal-1-of-1.log")))
	cut(filepath.Join(out, "sweep", "journal-1-of-1.log"), 17)
	require.Contains(t, again(out), "232 of 240 points were finished before")

	out = fresh() // damage in the middle of a journal: that line says nothing
	journal := filepath.Join(out, "sweep", "journal.log")
	b, err := os.ReadFile(journal)
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	require.NoError(t, os.WriteFile(journal, b, 0o600))
	require.Contains(t, again(out), "232 of 240")

	out = fresh()
	part := filepath.Join(out, "sweep", "part-00003.parquet")
	b, err = os.ReadFile(part)
	require.NoError(t, err)
	b[len(b)/3] ^= 0x10
	require.NoError(t, os.WriteFile(part, b, 0o600))
	_, errs := sweepOf(t, 0, file, "--out", out, eight)
	require.Contains(t, errs, "warning E405")
	require.Contains(t, errs, "does not match its recorded sha256: moved to sweep/quarantine, recomputing")
	require.FileExists(t, filepath.Join(out, "sweep", "quarantine", "1-part-00003.parquet"))

	out = fresh()
	cut(filepath.Join(out, "sweep", "part-00003.parquet"), 1)
	require.NoError(t, os.Remove(filepath.Join(out, "sweep", "part-00004.parquet")))
	errs = again(out)
	require.Contains(t, errs, "were written: moved to sweep/quarantine")
	require.Contains(t, errs, "is missing: recomputing")

	out = fresh()
	a, c := filepath.Join(out, "sweep", "part-00001.parquet"), filepath.Join(out, "sweep", "part-00002.parquet")
	require.NoError(t, os.Rename(a, a+"x"))
	require.NoError(t, os.Rename(c, a))
	require.NoError(t, os.Rename(a+"x", c))
	code, _, errs := do("merge", out)
	require.Equal(t, 4, code)
	require.Contains(t, errs, "E405")
	again(out)

	out = fresh()
	require.NoError(t, os.Remove(filepath.Join(out, store.ManifestName)))
	require.NoError(t, os.WriteFile(filepath.Join(out, "sweep.parquet"), []byte("x"), 0o600))
	again(out)
}

// A folder belongs to one sweep: another config, another input, another program are
// told apart by the first field that differs.
func TestSweepRefusesAnother(t *testing.T) {
	dir := sweepDir(t)
	file, in := filepath.Join(dir, "s.yaml"), func(name string) string { return filepath.Join(dir, name) }
	writeSweep(t, dir, "s.yaml", "axes: {band: [10%, 20%]}")
	sweepOf(t, 0, file, "--out", in("out"))
	for set, want := range map[string]string{
		"costs.0.rate=20":                "config.costs.0.rate is \"10\" there and \"20\" now",
		"account.cash=5":                 "config.account.cash",
		"sweep.axes.band=[10%, 30%]":     "config.sweep.axes.band.1",
		"sweep.axes.band=[10%, 20%, 1%]": "config.sweep.axes.band.2 is \"0.01\" now and was not given there",
		"seed=3":                         "config.seed is \"0\" there and \"3\" now",
	} {
		_, errs := sweepOf(t, fault.ExitOutput, file, "--out", in("out"), "--set", set)
		require.Contains(t, errs, "E401", set)
		require.Contains(t, errs, want, set)
	}
	_, errs := sweepOf(t, fault.ExitOutput, file, "--out", in("out"), "--nav")
	require.Contains(t, errs, "nav is \"false\" there and \"true\" now")
	sweepOf(t, 0, file, "--out", in("out"), "--set", "costs.0.rate=20", "--force")
	sweepOf(t, 0, file, "--out", in("other"), "--set", "costs.0.rate=20")
	requireSameTree(t, in("other"), in("out"))

	require.NoError(t, os.Mkdir(in("full"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(in("full"), "note.txt"), nil, 0o600))
	_, errs = sweepOf(t, fault.ExitOutput, file, "--out", in("full"))
	require.Contains(t, errs, `E401`)
	require.Contains(t, errs, `"note.txt"`)
	require.Equal(t, []string{"note.txt"}, slices.Sorted(maps.Keys(tree(t, in("full")))))
	code, _, errs := do("merge", in("full"))
	require.Equal(t, 4, code)
	require.Contains(t, errs, "contains no sweep")
	code, _, errs = do("merge", in("out"), in("other"), in("nowhere"))
	require.Equal(t, 4, code, errs)
	require.NoDirExists(t, in("nowhere"))
	require.NoError(t, os.WriteFile(in("plain"), nil, 0o600))
	_, errs = sweepOf(t, fault.ExitOutput, file, "--out", in("plain"))
	require.Contains(t, errs, "E402")
}

// A failing point is a row with its reason; the others are there; the code is 7.
func TestSweepWithFailingPoints(t *testing.T) {
	dir := sweepDir(t)
	writeSweep(t, dir, "s.yaml", "axes: {band: [20%, 5pp], rail: [10%, 3pp], targets: [{GOLD: 30%, BONDS: 70%}, {GOLD: 50%, BONDS: 50%}, {NOWHERE: 1}]}")
	out, errs := sweepOf(t, fault.ExitPoints, filepath.Join(dir, "s.yaml"), "--out", filepath.Join(dir, "out"), "--json", "--nav")
	require.Contains(t, errs, "E703")
	var s sweptJSON
	require.NoError(t, json.Unmarshal([]byte(out), &s))
	table, err := columnar.ReadTable(context.Background(), filepath.Join(dir, "out", "sweep.parquet"), columnar.TableOptions{})
	require.NoError(t, err)
	require.Equal(t, 12, table.Rows())
	failed := 0
	for row := range table.Rows() {
		nowhere := strings.Contains(table.Column("targets").Text(row), "NOWHERE")
		bad := table.Column("status").Text(row) == "failed"
		require.Equal(t, bad, !table.Column("error").Null(row))
		require.Equal(t, bad, table.Column("cagr").Null(row))
		if nowhere {
			require.Contains(t, table.Column("error").Text(row), "NOWHERE")
		}
		if bad {
			failed++
		}
		require.True(t, bad || !nowhere)
	}
	require.Equal(t, failed, s.Failed)
	require.Greater(t, failed, 4, "rails outside their bands, and assets that are not there")
	require.Less(t, failed, 12)
	nav, err := columnar.ReadTable(context.Background(), filepath.Join(dir, "out", "sweep", "nav-00000.parquet"), columnar.TableOptions{})
	require.NoError(t, err)
	require.Positive(t, nav.Rows())
	last := nav.Rows() - 1
	row := int(nav.Column("row").Ints[last])
	require.Equal(t, table.Column("final_nav").Float(row), nav.Column("nav").Float(last))
}

// Limits are stated before any work.
func TestSweepLimits(t *testing.T) {
	dir := sweepDir(t)
	file, out := filepath.Join(dir, "s.yaml"), filepath.Join(dir, "out")
	_, errs := sweepOf(t, fault.ExitLimit, file, "--out", out, "--memory=1MB")
	require.Contains(t, errs, "E601")
	require.Contains(t, errs, "limit 1 MB")
	text, _ := sweepOf(t, 0, file, "--out", out, "--dry-run", "--shard=2/3")
	require.Contains(t, text, "240 points of bands")
	require.Contains(t, text, "shard 2/3")
	require.NoDirExists(t, out)
	for _, wrong := range [][]string{{"--shard=0/3"}, {"--shard=4/3"}, {"--shard=x"}, {"--memory=lots"}} {
		sweepOf(t, fault.ExitUsage, append(wrong, file)...)
	}
	t.Setenv("SLURM_ARRAY_TASK_ID", "7")
	t.Setenv("SLURM_ARRAY_TASK_COUNT", "3")
	_, errs = sweepOf(t, fault.ExitUsage, file)
	require.Contains(t, errs, "--shard none")
	t.Setenv("SLURM_ARRAY_TASK_MIN", "5")
	text, _ = sweepOf(t, 0, file, "--dry-run")
	require.Contains(t, text, "shard 3/3")
}

// A point is what run says of the same parameters, whatever tracking is measured
// against, and with the cost drag.
func TestSweepIsRun(t *testing.T) {
	unlessShort(t)
	t.Cleanup(draw.Coarse())
	dir := sweepDir(t)
	file, in := filepath.Join(dir, "s.yaml"), func(name string) string { return filepath.Join(dir, name) }
	writeSweep(t, dir, "s.yaml", "axes: {band: [5%, 10%], costs.0.rate: [0, 25], account.cash: [10000, 1000000]}")
	for _, reference := range []string{"policy_targets", "zero_cost_twin", "buy_and_hold"} {
		out := in(reference)
		set := "measures.reference=" + reference
		sweepOf(t, 0, file, "--out", out, "--set", set, "--measures=cost_drag,tracking_error,final_nav,drift_mean", "--set", "policies.bands.rail=5%", "-q")
		table, err := columnar.ReadTable(context.Background(), filepath.Join(out, "sweep.parquet"), columnar.TableOptions{})
		require.NoError(t, err)
		require.Equal(t, 8, table.Rows())
		for row := range table.Rows() {
			number := func(column string) string {
				return strconv.FormatFloat(table.Column(column).Float(row), 'g', -1, 64)
			}
			code, text, errs := do("run", file, "--out", in(fmt.Sprint(reference, row)), "--json", "-q", "--set", set, "--set", "policies.bands.rail=5%",
				"--set", "policies.bands.band="+number("band"), "--set", "costs.0.rate="+number("costs.0.rate"), "--set", "account.cash="+number("account.cash"))
			require.Zero(t, code, errs)
			var s struct {
				Policies map[string]map[string]any `json:"policies"`
			}
			require.NoError(t, json.Unmarshal([]byte(text), &s))
			for _, m := range []string{"tracking_error", "final_nav", "drift_mean", "cost_drag"} {
				want, ok := s.Policies["bands"][m].(float64)
				require.True(t, ok, "%s of row %d", m, row)
				require.Equal(t, want, table.Column(m).Float(row), "%s: %s of row %d", reference, m, row)
			}
		}
	}
}

// The sample of the reference sweep, through the command, within 1e-9.
func TestReferenceSweep(t *testing.T) {
	golden := reference.Path(t, "w1")
	dir := t.TempDir()
	targets, points := "", ""
	for _, r := range readCSV(t, filepath.Join(golden, "targets.csv")) {
		targets += fmt.Sprintf("  %s: %s\n", r["asset"], r["target"])
	}
	sample := readCSV(t, filepath.Join(golden, "sweep_sample.csv"))
	for _, r := range sample {
		look := r["look"] + " sessions"
		if r["look"] == "1" {
			look = "session"
		}
		points += fmt.Sprintf("    - {band: %s, rail: %s, look: %s}\n", r["band"], r["rail"], look)
	}
	text := fmt.Sprintf("data: {prices: %s, periods_per_year: 252}\nexecution: {fill: same_close}\ntargets:\n%scosts: [{model: bps, rate: 10}]\npolicies: {p: {strategy: bands, band: 20%%, rail: 10%%}}\nsweep:\n  policy: p\n  points:\n%s",
		filepath.Join(golden, "prices.parquet"), targets, points)
	path := filepath.Join(dir, "w2.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	sweepOf(t, 0, path, "--out", filepath.Join(dir, "out"), "-q")
	table, err := columnar.ReadTable(context.Background(), filepath.Join(dir, "out", "sweep.parquet"), columnar.TableOptions{})
	require.NoError(t, err)
	require.Equal(t, len(sample), table.Rows())
	worst := 0.0
	for i, r := range sample {
		expect := func(column string) float64 {
			x, err := strconv.ParseFloat(r[column], 64)
			require.NoError(t, err)
			return x
		}
		got := func(column string) float64 { return table.Column(column).Float(i) }
		worst = max(worst, math.Abs(got("final_nav")/expect("nav")-1))
		require.InEpsilon(t, expect("turnover"), got("turnover_total"), 1e-8)
		require.InEpsilon(t, expect("cost"), got("cost_total")-got("cost_initial"), 1e-7)
		require.Equal(t, expect("rebalances"), got("rebalances"))
		require.Equal(t, expect("triggers"), got("triggers"))
		require.InEpsilon(t, expect("vol"), got("volatility"), 1e-9)
		require.InDelta(t, expect("mdd"), got("max_drawdown"), 1e-9)
	}
	require.Less(t, worst, 1e-9)
	t.Logf("%d points, largest relative difference %.1e", len(sample), worst)
}

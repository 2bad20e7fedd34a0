package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/cmd/evenkeel/experiment/plan"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/data/vfs"
	"evenkeel/data/vfs/errorfs"
	"evenkeel/internal/simtest/seed"
)

var synthetic = sync.OnceValue(data.Synthetic)

// small is a job of 18 points in 3 parts.
func small(t testing.TB, out string, seed int, shard Shard) Job {
	t.Helper()
	return jobOf(t, "2009-01-02, end: 2009-03-31", out, seed, shard)
}

// planned are experiments by their text: most tests run the same few again and again.
var planned = map[string]Job{}

func jobOf(t testing.TB, period, out string, seed int, shard Shard) Job {
	t.Helper()
	text := fmt.Sprintf(`data: {prices: p.parquet, start: %s}
targets: {US_STOCKS: 40%%, WORLD_STOCKS: 20%%, BONDS: 25%%, REAL_ESTATE: 10%%, GOLD: 5%%}
costs: [{model: bps, rate: 10}]
seed: %d
policies: {p: {strategy: bands, band: 20%%, rail: 10%%, look: session}}
sweep: {policy: p, axes: {band: [1%%, 2%%, 3%%], rail_ratio: [0, 0.5], costs.0.rate: [0, 10, %d]}}
`, period, seed, 20+seed)
	if job, ok := planned[text]; ok {
		spec := *job.Spec
		job.Out, job.Shard, job.Spec = out, shard, &spec
		return job
	}
	f, err := experiment.Parse("s.yaml", []byte(text))
	require.NoError(t, err)
	plan, err := plan.New(f, func(*experiment.File) (*data.Panel, error) { return synthetic(), nil })
	require.NoError(t, err)
	measures := []string{"final_nav", "cagr"}
	spec := &Spec{
		Schema: SpecSchema, Experiment: "s", Engine: "test", Config: json.RawMessage(f.Canonical()), ConfigSHA256: f.Hash(), Inputs: json.RawMessage("[]"),
		Seed: f.Seed, Points: plan.Len(), PartPoints: 6, Columns: Columns(plan, measures),
	}
	planned[text] = Job{Spec: spec, Points: plan, Workers: 1, Measures: measures, Manifest: listed}
	return jobOf(t, period, out, seed, shard)
}

// listed is a manifest.
func listed(s Summary) []byte {
	b, err := json.Marshal(map[string]any{"files": s.Files, "result_digest": s.Digest})
	if err != nil {
		panic(err)
	}
	return b
}

func merged(out string, dirs ...string) (Summary, error) {
	return Merge(context.Background(), out, dirs, func(_ *Spec, s Summary) []byte { return listed(s) })
}

// tree is every file of a folder with its bytes, but for what was set aside.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if name = filepath.ToSlash(name); strings.HasPrefix(name, quarantineName) {
			return nil
		}
		b, err := os.ReadFile(path)
		files[name] = string(b)
		return err
	}))
	return files
}

// scene is something that a sweep does with folders below one.
type scene struct {
	name  string
	begin func(t *testing.T, dir string)       // before
	act   func(t *testing.T, dir string) error // what may fail, and then is done again

	before map[string]string // what begin left in the folder of the result
}

// result is the folder of the result in every scene.
const result = "out"

// swept is a job's error.
func swept(job Job) error {
	_, err := Run(context.Background(), job)
	return err
}

// scenes are what a sweep does with folders: each ends in the files of want. Other is
// the output of another sweep.
func scenes(t *testing.T, want, other string) []*scene {
	in := func(dir string) string { return filepath.Join(dir, result) }
	whole := func(t *testing.T, dir string) error { return swept(small(t, in(dir), 1, Alone)) }
	forced := func(t *testing.T, dir string) error {
		job := small(t, in(dir), 1, Alone)
		job.Force = true
		return swept(job)
	}
	lastShard := func(t *testing.T, dir string) error {
		if err := swept(small(t, in(dir), 1, Shard{1, 2})); err != nil {
			return err
		}
		_, err := merged("", in(dir))
		return err
	}
	apart := []string{filepath.Join(t.TempDir(), "own"), filepath.Join(t.TempDir(), "own")} // a merge leaves them as they are
	for i, own := range apart {
		require.NoError(t, swept(small(t, own, 1, Shard{i, 2})))
	}
	together := func(_ *testing.T, dir string) error {
		_, err := merged(in(dir), apart...)
		return err
	}
	nothing := func(*testing.T, string) {}
	copied := func(from string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { require.NoError(t, os.CopyFS(in(dir), os.DirFS(from))) }
	}
	return []*scene{
		{name: "fresh", begin: nothing, act: whole},
		{name: "resumed", begin: func(t *testing.T, dir string) { spoil(t, want, in(dir)) }, act: whole},
		{name: "finished before", begin: copied(want), act: whole},
		{name: "in place of another", begin: copied(other), act: forced},
		{name: "last shard", begin: func(t *testing.T, dir string) { require.NoError(t, swept(small(t, in(dir), 1, Shard{0, 2}))) }, act: lastShard},
		{name: "folders merged", begin: nothing, act: together},
	}
}

// Every call of a sweep on the file system fails in turn, once or from then on: the
// error is a finding, no name stands for a part of a file, nothing of the work is
// left aside; and the same command without a fault ends in the bytes of a sweep that
// nothing befell. Of the calls from which on everything fails every third is enough
// here; with EVENKEEL_CHECKS each is tried.
func TestEveryCallOfASweepFails(t *testing.T) {
	open = (&errorfs.Fault{}).Make // does not wait for the platter
	defer func() { open = vfs.Make }()
	want, other := filepath.Join(t.TempDir(), result), filepath.Join(t.TempDir(), result)
	require.NoError(t, swept(small(t, want, 1, Alone)))
	require.NoError(t, swept(small(t, other, 2, Alone)))
	files := tree(t, want)
	for _, s := range scenes(t, want, other) {
		t.Run(s.name, func(t *testing.T) {
			s.failInTurn(t, &errorfs.Fault{With: syscall.EIO}, files, 1)
			if testing.Short() {
				return
			}
			step := 3
			if os.Getenv(seed.Checks) != "" {
				step = 1
			}
			s.failInTurn(t, &errorfs.Fault{With: syscall.ENOSPC, Full: true}, files, step)
			if s.name == "fresh" {
				s.failInTurn(t, &errorfs.Fault{With: syscall.EROFS, Last: true}, files, step)
				s.failInTurn(t, &errorfs.Fault{With: syscall.EIO, Short: true}, files, 1)
			}
		})
	}
}

// spoil copies a finished sweep as if it had been killed, and then damaged.
func spoil(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, os.CopyFS(to, os.DirFS(from)))
	in := func(name string) string { return filepath.Join(to, filepath.FromSlash(name)) }
	require.NoError(t, os.Remove(in(store.ManifestName)))
	require.NoError(t, os.Remove(in(TableName)))
	require.NoError(t, os.Rename(in(folderName+"/"+finalJournal), in(Alone.journal())))
	info, err := os.Stat(in(Alone.journal()))
	require.NoError(t, err)
	require.NoError(t, os.Truncate(in(Alone.journal()), info.Size()-9))
	require.NoError(t, os.Truncate(in(partName(1)), 99))
	require.NoError(t, os.Remove(in(partName(2))))
	require.NoError(t, os.WriteFile(in(folderName+"/"+asidePrefix+"1-of-1-part-00002.parquet"), []byte("torn"), 0o600))
}

// failInTurn fails every step-th call of a scene, from the first on, until one run of it
// meets no fault.
func (s *scene) failInTurn(t *testing.T, kind *errorfs.Fault, want map[string]string, step int) {
	t.Helper()
	hits := map[string]int{}
	for at := 1; ; at += step {
		dir := t.TempDir()
		s.begin(t, dir)
		f := &errorfs.Fault{At: at, With: kind.With, Full: kind.Full, Last: kind.Last, Short: kind.Short}
		open = f.Make
		s.before = nil
		if _, err := os.Stat(filepath.Join(dir, result)); err == nil {
			s.before = tree(t, filepath.Join(dir, result))
		}
		err := s.act(t, dir)
		open = (&errorfs.Fault{}).Make
		if f.Hit() == "" {
			require.NoError(t, err)
			require.Equal(t, want, tree(t, filepath.Join(dir, result)))
			require.Greater(t, at, 80, "calls")
			t.Logf("%v: %d calls: %v", kind.With, at-1, hits)
			return
		}
		if kind.Short && f.Hit() != "write" {
			continue // only writes can be short
		}
		hits[f.Hit()]++
		where := fmt.Sprintf("call %d (%s %s) fails with %v: %v", at, f.Hit(), f.On(), kind.With, err)
		s.holds(t, filepath.Join(dir, result), where, f, want, err)
		require.NoError(t, s.act(t, dir), where)
		require.Equal(t, names(want), names(tree(t, filepath.Join(dir, result))), where)
		require.Equal(t, want, tree(t, filepath.Join(dir, result)), where)
		require.NoError(t, os.RemoveAll(dir))
	}
}

func names(files map[string]string) map[string]int {
	out := map[string]int{}
	for n, b := range files {
		out[n] = len(b)
	}
	return out
}

// holds checks a folder after a fault.
func (s *scene) holds(t *testing.T, out, where string, f *errorfs.Fault, want map[string]string, err error) {
	t.Helper()
	var got map[string]string
	if _, missing := os.Stat(out); missing == nil {
		got = tree(t, out)
	}
	for name, b := range got {
		switch base := filepath.Base(name); {
		case strings.HasPrefix(base, ".tmp-"):
			_, was := s.before[name]
			require.True(t, was || f.Last || f.Hit() == "remove" && f.On() == name, "%s: %s lies aside", where, name)
		case strings.HasPrefix(base, ".lock"), strings.HasPrefix(base, journalPrefix):
		default:
			old, was := s.before[name]
			require.True(t, b == want[name] || was && b == old, "%s: %s is neither the old nor the new file", where, name)
		}
	}
	if m, done := got[store.ManifestName]; done {
		of := want
		if m != want[store.ManifestName] {
			of = s.before
		}
		require.True(t, of[TableName] == got[TableName], "%s: a manifest without its table", where)
	}
	if err == nil {
		for name, b := range want {
			require.True(t, got[name] == b, "%s: not noticed, and %s is another file", where, name)
		}
		// What is written into a lock is for people, a journal was synced before it is closed,
		// and what cannot be set aside is written over.
		harmless := strings.HasPrefix(filepath.Base(f.On()), ".lock") || f.Hit() == "close" && strings.Contains(f.On(), journalPrefix) || strings.HasPrefix(f.On(), quarantineName)
		require.True(t, harmless || !slices.Contains([]string{"make", "mkdir", "create", "write", "sync", "close", "truncate", "rename", "list"}, f.Hit()), "%s: not noticed", where)
		return
	}
	found := fault.Of(err)
	require.NotEmpty(t, found, where)
	for _, x := range found {
		require.Contains(t, []string{"E402", "E403", "E405"}, x.Code, where)
		require.NotEmpty(t, x.File, where)
		require.NotEmpty(t, x.Remedy, where)
	}
	if errors.Is(f.With, syscall.ENOSPC) && found[0].Code != "E405" {
		require.Equal(t, "E403", found[0].Code, where)
	}
}

package batch

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data/fault"
	"evenkeel/data/store"
)

func TestShards(t *testing.T) {
	for text, want := range map[string]Shard{"1/1": {0, 1}, "1/4": {0, 4}, "4/4": {3, 4}} {
		s, err := ParseShard(text)
		require.NoError(t, err)
		require.Equal(t, want, s)
		require.Equal(t, text, s.String())
	}
	for _, text := range []string{"", "1", "0/4", "5/4", "-1/4", "1/0", "a/b", "1/4/2", "1/100001"} {
		_, err := ParseShard(text)
		require.Error(t, err, text)
	}
	rapid.Check(t, func(t *rapid.T) { // every part belongs to one shard
		n, part := rapid.IntRange(1, 50).Draw(t, "n"), rapid.IntRange(0, 1000).Draw(t, "part")
		owners := 0
		for i := range n {
			if (Shard{i, n}).has(part) {
				owners++
			}
		}
		if owners != 1 {
			t.Fatalf("part %d has %d owners of %d", part, owners, n)
		}
	})
}

// What tasks of array jobs see.
func TestDetectShard(t *testing.T) {
	for env, want := range map[string]string{
		"": "1/1",
		"SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3":                         "1/4 Slurm",
		"SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4":                         "4/4 Slurm",
		"SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_STEP=2": "4/4 Slurm",
		"SLURM_ARRAY_TASK_ID=8 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1":                                                "does not lie on an even array",
		"SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_STEP=2":                        "does not lie on an even array",
		"SLURM_ARRAY_TASK_ID=x SLURM_ARRAY_TASK_COUNT=4":                                                                       "is no number",
		"AWS_BATCH_JOB_ARRAY_INDEX=0 AWS_BATCH_JOB_ARRAY_SIZE=2":                                                               "1/2 AWS Batch",
		"AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=2":                                                               "2/2 AWS Batch",
		"JOB_COMPLETION_INDEX=2 EVENKEEL_SHARDS=5":                                                                             "3/5 Kubernetes",
		"JOB_COMPLETION_INDEX=2":                                              "set EVENKEEL_SHARDS",
		"JOB_COMPLETION_INDEX=5 EVENKEEL_SHARDS=5":                            "does not lie",
		"PBS_ARRAY_INDEX=1 EVENKEEL_SHARDS=3":                                 "1/3 PBS",
		"PBS_ARRAY_INDEX=0 EVENKEEL_SHARDS=3":                                 "does not lie",
		"SGE_TASK_ID=undefined":                                               "1/1",
		"SGE_TASK_ID=7 SGE_TASK_FIRST=1 SGE_TASK_LAST=10 SGE_TASK_STEPSIZE=3": "3/4 Grid Engine",
		"EVENKEEL_SHARDS=7":                                                   "1/1",
	} {
		vars := map[string]string{}
		for _, v := range strings.Fields(env) {
			name, value, _ := strings.Cut(v, "=")
			vars[name] = value
		}
		s, from, err := DetectShard(func(name string) string { return vars[name] })
		if err != nil {
			require.ErrorContains(t, err, want, env)
			require.ErrorContains(t, err, "--shard none")
			continue
		}
		require.Equal(t, want, strings.TrimSpace(s.String()+" "+from), env)
	}
}

func lines(values ...any) (b []byte) {
	for _, v := range values {
		b = append(b, journalLine(v)...)
	}
	return b
}

func onePart(k int) Part {
	return Part{Part: k, Rows: 10 * k, Files: []store.File{{Name: partName(k), Bytes: 7, SHA256: "ab"}}}
}

// A journal cut anywhere has the parts before the cut; a line with a changed byte
// says nothing; another sweep's journal has no parts.
func TestJournal(t *testing.T) {
	whole := lines(header{"mine"}, onePart(1), onePart(2), onePart(3))
	ends := []int{}
	for i, c := range whole {
		if c == '\n' {
			ends = append(ends, i+1)
		}
	}
	for cut := range len(whole) + 1 {
		parts, good := parseJournal(whole[:cut], "mine")
		want := -1
		for _, e := range ends {
			if e <= cut {
				want++
			}
		}
		require.Len(t, parts, max(want, 0), "cut at %d", cut)
		if want >= 0 {
			require.Equal(t, ends[want], int(good))
		}
	}
	for i := range whole {
		b := append([]byte(nil), whole...)
		b[i] ^= 4
		parts, _ := parseJournal(b, "mine")
		require.LessOrEqual(t, len(parts), 3)
		for _, p := range parts {
			require.Equal(t, onePart(p.Part), p, "byte %d", i)
		}
	}
	parts, _ := parseJournal(whole, "another")
	require.Empty(t, parts)
}

func FuzzJournal(f *testing.F) {
	f.Add(lines(header{"mine"}, onePart(1)))
	f.Add([]byte("2 00000000 {}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		parts, whole := parseJournal(b, "mine")
		require.LessOrEqual(t, whole, int64(len(b)))
		for _, p := range parts {
			require.GreaterOrEqual(t, p.Part, 0)
			require.NotEmpty(t, p.Files)
		}
	})
}

// A journal that is opened again goes on after what is whole.
func TestAppendTo(t *testing.T) {
	dir := t.TempDir()
	d, err := openDisk(dir, "x")
	require.NoError(t, err)
	defer d.close()
	name := Alone.journal()
	for k, add := range []string{"", "torn", "12 00000000 nothing\n"} {
		j, err := d.appendTo(name, "mine")
		require.NoError(t, err)
		require.NoError(t, j.add(onePart(k+1)))
		require.NoError(t, j.sync())
		j.close()
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString(add)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	parts, _, err := d.readJournal(name, "mine")
	require.NoError(t, err)
	require.Equal(t, []Part{onePart(1), onePart(2), onePart(3)}, parts)
	j, err := d.appendTo(name, "another sweep")
	require.NoError(t, err)
	j.close()
	parts, _, err = d.readJournal(name, "mine")
	require.NoError(t, err)
	require.Empty(t, parts)
}

// A journal that a crash filled with zeros, or that was stretched, is read as far as
// lines end and gone on with.
func TestJournalStretched(t *testing.T) {
	dir := t.TempDir()
	d, err := openDisk(dir, "x")
	require.NoError(t, err)
	defer d.close()
	name := Alone.journal()
	j, err := d.appendTo(name, "mine")
	require.NoError(t, err)
	require.NoError(t, j.add(onePart(1)))
	j.close()
	require.NoError(t, os.Truncate(filepath.Join(dir, name), 1<<40))
	parts, whole, err := d.readJournal(name, "mine")
	require.NoError(t, err)
	require.Equal(t, []Part{onePart(1)}, parts)
	j, err = d.appendTo(name, "mine")
	require.NoError(t, err)
	j.close()
	info, err := os.Stat(filepath.Join(dir, name))
	require.NoError(t, err)
	require.Equal(t, whole, info.Size())
}

func TestFirstDifference(t *testing.T) {
	base := `{"config": {"costs": [{"rate": 10}], "name": "a"}, "config_sha256": "x", "points": 5}`
	for other, want := range map[string]string{
		`{"config": {"costs": [{"rate": 20}], "name": "b"}, "config_sha256": "y", "points": 5}`:              `config.costs.0.rate is "10" there and "20" now`,
		`{"config": {"costs": [{"rate": 10}, {"rate": 1}], "name": "a"}, "config_sha256": "y", "points": 5}`: `config.costs.1.rate is "1" now and was not given there`,
		`{"config": {"costs": [], "name": "a"}, "config_sha256": "y", "points": 5}`:                          `config.costs.0.rate is "10" there and not given now`,
		`{"config": {"costs": [{"rate": 10}], "name": "a"}, "config_sha256": "x", "points": 6}`:              `points is "5" there and "6" now`,
		`{"config": {"costs": [{"rate": 10}], "name": "a"}, "config_sha256": "x",  "points": 5}`:             "written differently",
	} {
		require.Contains(t, firstDifference([]byte(base), []byte(other)), want)
	}
}

// Parts depend on the sweep alone and cover its points.
func TestPartPoints(t *testing.T) {
	for _, c := range []struct {
		points, sessions, assets int
		nav                      bool
		want                     int
	}{
		{1, 5000, 10, false, 1}, {100, 5000, 10, false, 32}, {1000, 5000, 10, false, 64}, {1_000_000, 5000, 10, false, 4000},
		{1_000_000, 60, 5, false, 4096}, {1000, 2520, 500, false, 64}, {100_000, 2520, 500, false, 160}, {100_000, 5000, 10, true, 400}, {1000, 100_000, 10_000, false, 1},
	} {
		require.Equal(t, c.want, PartPoints(c.points, c.sessions, c.assets, c.nav), "%+v", c)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := Spec{Points: rapid.IntRange(1, 2_000_000).Draw(t, "points"), PartPoints: rapid.IntRange(1, 5000).Draw(t, "part")}
		next := 0
		for k := range s.Parts() {
			first, end := s.points(k)
			if first != next || end <= first {
				t.Fatalf("part %d is %d to %d after %d", k, first, end, next)
			}
			next = end
		}
		if next != s.Points {
			t.Fatalf("%d of %d", next, s.Points)
		}
	})
}

// Locks: alone, or shards together.
func TestLocks(t *testing.T) {
	dir := t.TempDir()
	take := func(s Shard) (func(), error) {
		d, err := openDisk(dir, s.tag())
		require.NoError(t, err)
		l, err := d.lockFor(s)
		if err != nil {
			d.close()
			return nil, err
		}
		return func() { l.release(); d.close() }, nil
	}
	one, err := take(Shard{0, 2})
	require.NoError(t, err)
	two, err := take(Shard{1, 2})
	require.NoError(t, err)
	for _, s := range []Shard{Alone, {0, 2}} {
		_, err = take(s)
		require.Equal(t, "E501", fault.Of(err)[0].Code)
	}
	one()
	two()
	alone, err := take(Alone)
	require.NoError(t, err)
	_, err = take(Shard{0, 2})
	require.ErrorContains(t, err, "in use by process")
	alone()
	one, err = take(Shard{0, 2})
	require.NoError(t, err)
	one()
}

// A file that cannot be put in its place leaves nothing behind and says why.
func TestDiskRefuses(t *testing.T) {
	dir := t.TempDir()
	d, err := openDisk(dir, "x")
	require.NoError(t, err)
	defer d.close()
	require.NoError(t, os.Mkdir(filepath.Join(dir, partName(3)), 0o755))
	_, err = d.write(partName(3), func(w io.Writer) error { _, err := w.Write([]byte("x")); return err })
	require.Equal(t, "E402", fault.Of(err)[0].Code)
	names, err := d.names(folderName)
	require.NoError(t, err)
	require.Equal(t, []string{"part-00003.parquet"}, names)
	_, err = openDisk(filepath.Join(dir, partName(3), "\x00"), "x")
	require.Error(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	_, err = openDisk(filepath.Join(dir, "file"), "x")
	require.Equal(t, "E402", fault.Of(err)[0].Code)
}

package batch

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
	"evenkeel/data/store"
)

// Points that are over a limit of time fail with their reason; with more time the same
// folder ends as if there had been none.
func TestLimitOfTime(t *testing.T) {
	want, out := filepath.Join(t.TempDir(), "want"), filepath.Join(t.TempDir(), "out")
	long := func(out string) Job { // points of a millisecond: trades at every look, with taxes
		return jobOf(t, "2005-01-03}\ntax: {lots: highest_cost, short: 37%, long: 20%, long_after: 1 year, wash_sale: true, due: 04-15", out, 1, Alone)
	}
	require.NoError(t, swept(long(want)))
	job := long(out)
	job.Limit = 80 * time.Microsecond
	s, err := Run(context.Background(), job)
	require.NoError(t, err)
	table, err := columnar.ReadTable(context.Background(), filepath.Join(out, TableName), columnar.TableOptions{})
	require.NoError(t, err)
	late := 0
	for row := range table.Rows() {
		if table.Column("status").Text(row) == "failed" {
			require.Equal(t, "E602: took longer than limits.point_time 80µs", table.Column("error").Text(row))
			require.True(t, table.Column("final_nav").Null(row))
			late++
		}
	}
	require.Equal(t, s.Failed, late)
	parts, err := recordedIn(out, job.Spec)
	require.NoError(t, err)
	for _, p := range parts {
		require.Equal(t, p.Failed, p.Late)
	}
	require.Positive(t, late)
	t.Logf("%d of %d points were late", late, s.Points)

	job.Limit = time.Hour
	s, err = Run(context.Background(), job)
	require.NoError(t, err)
	require.Zero(t, s.Failed)
	require.Equal(t, tree(t, want), tree(t, out))
}

func recordedIn(out string, spec *Spec) (map[int]Part, error) {
	d, err := openDisk(out, "test")
	if err != nil {
		return nil, err
	}
	defer d.close()
	b, err := spec.bytes()
	if err != nil {
		return nil, err
	}
	return d.recorded(sha(b))
}

// Of two records of a part the one whose points had the time counts, in one folder and
// in several.
func TestWhoHadTheTime(t *testing.T) {
	want, out := filepath.Join(t.TempDir(), "want"), filepath.Join(t.TempDir(), "out")
	require.NoError(t, swept(small(t, want, 1, Alone)))
	hurried, calm := filepath.Join(t.TempDir(), "hurried"), filepath.Join(t.TempDir(), "calm")
	for dir, late := range map[string]int{hurried: 2, calm: 0} {
		job := small(t, dir, 1, Shard{0, 2})
		require.NoError(t, swept(job))
		require.NoError(t, swept(small(t, dir, 1, Shard{1, 2})))
		if late > 0 {
			pretendLate(t, dir, job)
		}
	}
	for _, dirs := range [][]string{{hurried, calm}, {calm, hurried}} {
		_, err := merged(out, dirs...)
		require.NoError(t, err)
		require.Equal(t, tree(t, want), tree(t, out))
		require.NoError(t, os.RemoveAll(out))
	}
}

// pretendLate makes part 0 of a folder one with points that were late.
func pretendLate(t *testing.T, dir string, job Job) {
	t.Helper()
	d, err := openDisk(dir, "test")
	require.NoError(t, err)
	defer d.close()
	id, _, err := d.claim(job.Spec, false)
	require.NoError(t, err)
	f, err := d.place(partName(0), func(w io.Writer) error { _, err := io.WriteString(w, "hurried"); return err })
	require.NoError(t, err)
	require.NoError(t, d.root.Remove(job.Shard.journal()))
	j, err := d.appendTo(job.Shard.journal(), id)
	require.NoError(t, err)
	defer j.close()
	require.NoError(t, j.add(Part{Part: 0, Rows: 6, Failed: 2, Late: 2, Files: []store.File{f}}))
}

// A part that was done again after the sweep was finished, and came out as late, is as
// the later journal lists it.
func TestLaterRecordsCount(t *testing.T) {
	out := t.TempDir()
	d, err := openDisk(out, "test")
	require.NoError(t, err)
	defer d.close()
	part := func(sum string) Part {
		return Part{Rows: 2, Failed: 1, Late: 1, Files: []store.File{{Name: partName(0), SHA256: sum}}}
	}
	for name, p := range map[string]Part{folderName + "/" + finalJournal: part("before"), Alone.journal(): part("after")} {
		_, err := d.write(name, func(w io.Writer) error {
			_, err := w.Write(append(journalLine(header{"x"}), journalLine(p)...))
			return err
		})
		require.NoError(t, err)
	}
	got, err := d.recorded("x")
	require.NoError(t, err)
	require.Equal(t, part("after"), got[0])
}

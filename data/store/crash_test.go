package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

// frail is a disk whose at-th call fails, and, when it is dead, every later one:
// what a killed process leaves behind.
type frail struct {
	disk
	at, calls int
	with      error
	short     bool // a failing write writes half and reports no error
	dead      bool
	hit       string // the call that failed first
	log       []string
}

func (f *frail) fails(call string) bool {
	f.calls++
	bad := f.calls == f.at || (f.dead && f.calls > f.at)
	if bad && f.hit == "" {
		f.hit = call
	}
	return bad
}

func (f *frail) do(call string, act func() error) error {
	if f.fails(call) {
		return fmt.Errorf("%s: %w", call, f.with)
	}
	return act()
}

func (f *frail) Mkdir(name string) error {
	return f.do("mkdir", func() error { return f.disk.Mkdir(name) })
}

func (f *frail) Remove(name string) error {
	return f.do("remove", func() error { return f.disk.Remove(name) })
}

func (f *frail) Rename(from, to string) error {
	f.log = append(f.log, "rename "+path.Dir(to), "named "+to)
	return f.do("rename", func() error { return f.disk.Rename(from, to) })
}

func (f *frail) SyncDir(name string) error {
	f.log = append(f.log, "sync "+name)
	return f.do("sync folder", func() error { return f.disk.SyncDir(name) })
}

func (f *frail) Create(name string) (file, error) {
	if f.fails("create") {
		return nil, f.with
	}
	out, err := f.disk.Create(name)
	return &frailFile{out, f}, err
}

type frailFile struct {
	file
	f *frail
}

func (w *frailFile) Write(p []byte) (int, error) {
	if !w.f.fails("write") {
		return w.file.Write(p)
	}
	n, _ := w.file.Write(p[:len(p)/2])
	if w.f.short {
		return n, nil
	}
	return n, w.f.with
}

func (w *frailFile) Sync() error { return w.f.do("sync", w.file.Sync) }

func (w *frailFile) Close() error {
	err := w.file.Close()
	if w.f.fails("close") {
		return w.f.with
	}
	return err
}

// quick is a disk that does not wait for the platter: these tests simulate what
// is left behind by a process that dies, not by a power cut.
type quick struct{ rootDisk }

func (q quick) SyncDir(string) error { return nil }

func (q quick) Create(name string) (file, error) {
	f, err := q.rootDisk.Create(name)
	return quickFile{f}, err
}

type quickFile struct{ file }

func (quickFile) Sync() error { return nil }

// attempt is a whole run on a frail disk; it returns the disk and the run's error.
func attempt(folder string, f frail) (*frail, fault.List, error) {
	d, err := create(folder, true, func(r *os.Root) disk { f.disk = quick{rootDisk{r}}; return &f })
	if err != nil {
		return &f, nil, err
	}
	defer d.Close()
	for _, name := range []string{"a", "plots/b", "same", "tables/new", RunInfoName} {
		if err := d.Write(name, say(second[name])); err != nil {
			return &f, d.Warnings(), err
		}
	}
	err = d.Finish(listing(d))
	return &f, d.Warnings(), err
}

var (
	first  = map[string]string{"a": "old", "plots/b": "old", "plots/gone": "old", "same": "same", RunInfoName: "old"}
	second = map[string]string{"a": "new", "plots/b": "new", "tables/new": "new", "same": "same", RunInfoName: "new"}
)

// earlier leaves the first run's output in a folder.
func earlier(t *testing.T, folder string) {
	t.Helper()
	d, err := create(folder, false, func(r *os.Root) disk { return quick{rootDisk{r}} })
	require.NoError(t, err)
	for name, text := range first {
		require.NoError(t, d.Write(name, say(text)))
	}
	require.NoError(t, d.Finish(listing(d)))
	require.NoError(t, d.Close())
}

// without drops the manifest and what may differ.
func without(files map[string]string, names ...string) map[string]string {
	for _, n := range append(names, ManifestName) {
		delete(files, n)
	}
	return files
}

func isNew(files map[string]string) bool { return strings.Contains(files[ManifestName], "tables/new") }

// Every single call fails once: the folder is the old output or the new one,
// nothing lies aside, and the error is a finding.
func TestEveryCallFailsOnce(t *testing.T) {
	for _, with := range []error{syscall.EIO, syscall.ENOSPC, io.ErrShortWrite} {
		short := errors.Is(with, io.ErrShortWrite)
		hits := map[string]bool{}
		for at := 1; ; at++ {
			folder := t.TempDir()
			earlier(t, folder)
			f, warned, err := attempt(folder, frail{at: at, with: with, short: short})
			if f.hit == "" {
				require.NoError(t, err)
				require.Greater(t, at, 40, "calls of a run")
				break
			}
			if short && f.hit != "write" {
				continue // only writes can be short; the rest is covered above
			}
			hits[f.hit] = true
			at := fmt.Sprintf("call %d (%s) fails with %v: %v", at, f.hit, with, err)
			got := tree(t, folder)
			if f.hit != "remove" {
				delete(got, lockName)
				for name := range got {
					require.False(t, strings.Contains(name, ".tmp-"), "%s: %s lies aside", at, name)
				}
			}
			if err == nil {
				require.Contains(t, []string{"remove", "sync folder"}, f.hit, "%s: not noticed", at)
				require.True(t, isNew(got), at)
				if f.hit != "remove" { // of a file of the earlier output, or of the lock
					require.Equal(t, f.hit == "sync folder", len(warned) > 0, "%s: warned", at)
				}
				require.NoError(t, verify(t, folder).Err(), at)
				continue
			}
			require.NotEmpty(t, fault.Of(err), at)
			want := "E402"
			if errors.Is(with, syscall.ENOSPC) {
				want = "E403"
			}
			require.Equal(t, want, fault.Of(err)[0].Code, at)
			require.Equal(t, without(copyOf(first)), without(got), at)
			require.Empty(t, verify(t, folder), at)
		}
		if !short {
			for _, call := range []string{"create", "mkdir", "write", "sync", "close", "rename", "remove", "sync folder"} {
				require.True(t, hits[call], "no %s failed", call)
			}
		}
	}
}

func copyOf(m map[string]string) map[string]string {
	c := map[string]string{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

// The process dies at every call in turn: names stand for whole files, verify
// tells a broken folder, and the next run finds the old output or the new one.
func TestDeathAtEveryCall(t *testing.T) {
	broken := 0
	for at := 1; ; at++ {
		folder := t.TempDir()
		earlier(t, folder)
		f, _, err := attempt(folder, frail{at: at, with: syscall.EIO, dead: true})
		if f.hit == "" {
			require.NoError(t, err)
			break
		}
		where := fmt.Sprintf("dead at call %d (%s)", at, f.hit)
		for name, text := range without(tree(t, folder), lockName) {
			if !strings.Contains(name, ".tmp-") {
				require.Contains(t, []string{first[name], second[name]}, text, "%s: %s", where, name)
			}
		}
		if verify(t, folder).Err() != nil {
			broken++
		}
		d, err := Create(folder, true)
		require.NoError(t, err, where)
		require.NoError(t, d.Close())
		require.NoError(t, verify(t, folder).Err(), where)
		got := tree(t, folder)
		if isNew(got) {
			require.Equal(t, without(copyOf(second)), without(got), where)
		} else {
			// A file that only the dead run had may be left: verify warns of it.
			require.Equal(t, without(copyOf(first), RunInfoName), without(got, RunInfoName, "tables/new"), where)
		}
	}
	require.Positive(t, broken, "no death in the middle of the switch was tried")
}

// Names are durable before the manifest that lists them, and so is the manifest.
func TestNamesAreSyncedBeforeTheManifest(t *testing.T) {
	for _, begin := range []func(*testing.T, string){earlier, func(*testing.T, string) {}} {
		folder := t.TempDir()
		begin(t, folder)
		f, _, err := attempt(folder, frail{})
		require.NoError(t, err)
		at := slices.Index(f.log, "named "+ManifestName)
		before, after := f.log[:at-1], f.log[at+1:]
		require.Contains(t, after, "sync .")
		named := 0
		for i, call := range before {
			if dir, ok := strings.CutPrefix(call, "rename "); ok {
				named++
				require.Contains(t, before[i:], "sync "+dir)
			}
		}
		require.GreaterOrEqual(t, named, len(second))
		require.NotContains(t, strings.Join(after, ";"), "rename")
	}
}

// Without an earlier output, what is complete stays and nothing else does.
func TestDiskFullInANewFolder(t *testing.T) {
	for at := 1; ; at++ {
		folder := t.TempDir()
		f, _, err := attempt(folder, frail{at: at, with: syscall.ENOSPC})
		if f.hit == "" {
			break
		}
		for name, text := range without(tree(t, folder), lockName) {
			require.Equal(t, second[name], text, "call %d (%s)", at, f.hit)
		}
		if err != nil {
			require.Equal(t, "E403", code(t, err))
			require.ErrorContains(t, err, "of this run")
			require.ErrorContains(t, err, "--force")
		}
	}
}

func TestWhatTheSystemSays(t *testing.T) {
	for err, want := range map[error]struct{ code, text string }{
		syscall.EIO:          {"E402", "input/output error"},
		syscall.EROFS:        {"E402", "read-only file system"},
		syscall.EMFILE:       {"E402", "too many open files"},
		syscall.EACCES:       {"E402", "permissions"},
		syscall.ENOTDIR:      {"E402", "a file is where a folder should be"},
		syscall.ENOENT:       {"E402", "must stay in place"},
		syscall.ENAMETOOLONG: {"E402", "file name too long"},
		syscall.ENOSPC:       {"E403", "no space left"},
		syscall.EDQUOT:       {"E403", "quota"},
		io.ErrShortWrite:     {"E402", "short write"},
	} {
		for _, wrapped := range []error{
			&os.PathError{Op: "write", Path: "x", Err: err},
			&os.LinkError{Op: "rename", Old: "x", New: "y", Err: err},
		} {
			f := diskFault("out/x", "write", wrapped)
			require.Equal(t, want.code, f.Code, err)
			require.ErrorContains(t, f, want.text)
			require.NotContains(t, f.What, "rename x", "the paths are said once")
			require.NotEmpty(t, f.Remedy)
		}
	}
}

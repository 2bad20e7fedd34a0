package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
	"evenkeel/data/vfs/errorfs"
)

// attempt is a whole run in a errorfs folder; it returns its warnings and its error.
func attempt(folder string, f *errorfs.Fault) (fault.List, error) {
	d, err := create(folder, true, f.Make)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	for _, name := range []string{"a", "plots/b", "same", "tables/new", RunInfoName} {
		if err := d.Write(name, say(second[name])); err != nil {
			return d.Warnings(), err
		}
	}
	err = d.Finish(listing(d))
	return d.Warnings(), err
}

var (
	first  = map[string]string{"a": "old", "plots/b": "old", "plots/gone": "old", "same": "same", RunInfoName: "old"}
	second = map[string]string{"a": "new", "plots/b": "new", "tables/new": "new", "same": "same", RunInfoName: "new"}
)

// earlier leaves the first run's output in a folder.
func earlier(t *testing.T, folder string) {
	t.Helper()
	d, err := create(folder, false, (&errorfs.Fault{}).Make)
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
// nothing lies aside, the error is a finding, and the next run is as if nothing had been.
func TestEveryCallFailsOnce(t *testing.T) {
	want := t.TempDir()
	earlier(t, want)
	_, err := attempt(want, &errorfs.Fault{})
	require.NoError(t, err)
	for _, with := range []error{syscall.EIO, syscall.ENOSPC, syscall.EROFS, io.ErrShortWrite} {
		short := errors.Is(with, io.ErrShortWrite)
		hits := map[string]bool{}
		for at := 1; ; at++ {
			folder := t.TempDir()
			earlier(t, folder)
			f := &errorfs.Fault{At: at, With: with, Short: short}
			warned, err := attempt(folder, f)
			if f.Hit() == "" {
				require.NoError(t, err)
				require.Greater(t, at, 80, "calls of a run")
				break
			}
			if short && f.Hit() != "write" {
				continue // only writes can be short; the rest is covered above
			}
			hits[f.Hit()] = true
			afterAFault(t, folder, fmt.Sprintf("call %d (%s) fails with %v: %v", at, f.Hit(), with, err), f, warned, err)
			_, err = attempt(folder, &errorfs.Fault{})
			require.NoError(t, err)
			require.Equal(t, tree(t, want), tree(t, folder), "the run after call %d (%s)", at, f.Hit())
		}
		for _, call := range []string{"make", "create", "mkdir", "write", "sync", "close", "rename", "remove", "sync folder", "stat", "list", "open", "read", "truncate", "close folder"} {
			require.True(t, short || hits[call], "no %s failed", call)
		}
	}
}

// afterAFault holds a folder against what one failing call may leave.
func afterAFault(t *testing.T, folder, at string, f *errorfs.Fault, warned fault.List, err error) {
	t.Helper()
	got := tree(t, folder)
	delete(got, lockName)
	if f.Hit() != "remove" {
		for name := range got {
			require.False(t, strings.Contains(name, ".tmp-"), "%s: %s lies aside", at, name)
		}
	}
	if err == nil {
		// Of removals and stats, those of the earlier output's files, of its folders and of the lock.
		require.Contains(t, []string{"remove", "sync folder", "stat", "close", "close folder"}, f.Hit(), "%s: not noticed", at)
		require.True(t, isNew(got), at)
		if f.Hit() == "sync folder" {
			require.NotEmpty(t, warned, at)
		}
		require.NoError(t, verify(t, folder).Err(), at)
		return
	}
	found := fault.Of(err)
	require.NotEmpty(t, found, at)
	code := "E402"
	if errors.Is(f.With, syscall.ENOSPC) {
		code = "E403"
	}
	require.Equal(t, code, found[0].Code, at)
	require.NotEmpty(t, found[0].File, at)
	require.NotEmpty(t, found[0].Remedy, at)
	require.Equal(t, without(copyOf(first)), without(got), at)
	require.Empty(t, verify(t, folder), at)
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
		f := &errorfs.Fault{At: at, With: syscall.EIO, Last: true}
		_, err := attempt(folder, f)
		if f.Hit() == "" {
			require.NoError(t, err)
			break
		}
		where := fmt.Sprintf("dead at call %d (%s)", at, f.Hit())
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

// A run dies in the middle of the switch, and then every call of the one that clears up
// after it fails in turn: nothing of the earlier output is lost.
func TestClearingUpFailsOnce(t *testing.T) {
	moment := 1
	halfway := func(t *testing.T) string {
		for at := moment; ; at++ {
			folder := t.TempDir()
			earlier(t, folder)
			_, err := attempt(folder, &errorfs.Fault{At: at, With: syscall.EIO, Last: true})
			require.Error(t, err)
			if aside, _ := filepath.Glob(filepath.Join(folder, "*", oldPrefix+"gone")); len(aside) > 0 {
				moment = at
				return folder
			}
		}
	}
	for at := 1; ; at++ {
		folder := halfway(t)
		f := &errorfs.Fault{At: at, With: syscall.EIO}
		d, err := create(folder, true, f.Make)
		if err == nil {
			err = d.Write("a", say("new"))
			_ = d.Close()
		}
		if err != nil {
			require.Equal(t, "E402", code(t, err))
		}
		d, err = Create(folder, true)
		require.NoError(t, err)
		require.NoError(t, d.Close())
		require.NoError(t, verify(t, folder).Err(), "call %d (%s)", at, f.Hit())
		require.Equal(t, without(copyOf(first), RunInfoName), without(tree(t, folder), RunInfoName, "tables/new"), "call %d (%s)", at, f.Hit())
		if f.Hit() == "" {
			require.Greater(t, at, 20)
			break
		}
	}
}

// Names are durable before the manifest that lists them, and so is the manifest.
func TestNamesAreSyncedBeforeTheManifest(t *testing.T) {
	for _, begin := range []func(*testing.T, string){earlier, func(*testing.T, string) {}} {
		folder := t.TempDir()
		begin(t, folder)
		f := &errorfs.Fault{}
		_, err := attempt(folder, f)
		require.NoError(t, err)
		log := f.Log()
		at := slices.Index(log, "named "+ManifestName)
		before, after := log[:at-1], log[at+1:]
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
		f := &errorfs.Fault{At: at, With: syscall.ENOSPC, Full: at%2 == 0}
		_, err := attempt(folder, f)
		if f.Hit() == "" {
			break
		}
		for name, text := range without(tree(t, folder), lockName) {
			require.Equal(t, second[name], text, "call %d (%s)", at, f.Hit())
		}
		if err != nil {
			require.Equal(t, "E403", code(t, err))
			if f.Hit() != "make" {
				require.ErrorContains(t, err, "of this run")
			}
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

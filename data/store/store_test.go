package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data/fault"
)

// say writes a text.
func say(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// listing writes the manifest of what d holds.
func listing(d *Dir) func(io.Writer) error {
	return func(w io.Writer) error {
		return json.NewEncoder(w).Encode(map[string]any{"files": d.Files()})
	}
}

// tree is every file below a folder with its content.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	got := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		got[filepath.ToSlash(name)] = string(b)
		return err
	}))
	return got
}

// run makes a finished output of the given files.
func run(t *testing.T, folder string, overwrite bool, files map[string]string) {
	t.Helper()
	d, err := Create(folder, overwrite)
	require.NoError(t, err)
	for name, text := range files {
		require.NoError(t, d.Write(name, say(text)))
	}
	require.NoError(t, d.Finish(listing(d)))
	require.Empty(t, d.Warnings())
	require.NoError(t, d.Close())
}

func verify(t *testing.T, folder string) fault.List {
	t.Helper()
	o, err := Open(folder)
	require.NoError(t, err)
	defer o.Close()
	return o.Verify()
}

func code(t *testing.T, err error) string {
	t.Helper()
	require.Error(t, err)
	found := fault.Of(err)
	require.NotEmpty(t, found, "not a finding: %v", err)
	return found[0].Code
}

func TestANewOutput(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "out")
	d, err := Create(folder, false)
	require.NoError(t, err)
	require.NoError(t, d.Write("plots/nav.png", say("picture")))
	require.NoError(t, d.Write("nav.parquet", say("")))
	require.NoError(t, d.Write(RunInfoName, say("{}")))
	require.Equal(t, []File{
		{"nav.parquet", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"plots/nav.png", 7, "2cea274d0bedc39ec4ab6ba9e59ec889e3ed6fb56a1cf088a64d9b383378dc97"},
	}, d.Files())
	require.Contains(t, tree(t, folder), "nav.parquet", "in place before the end: no earlier output is in the way")
	require.NoError(t, d.Finish(listing(d)))
	require.NoError(t, d.Close())
	require.NoError(t, d.Close())

	got := tree(t, folder)
	require.Len(t, got, 4)
	require.Equal(t, "picture", got["plots/nav.png"])
	require.Empty(t, verify(t, folder))
}

func TestAnOutputIsNotOverwrittenUnasked(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"b.txt", "a.txt", "d.txt", "c.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("mine"), 0o600))
	}
	before := tree(t, folder)
	_, err := Create(folder, false)
	require.Equal(t, "E401", code(t, err))
	require.ErrorContains(t, err, `holds "a.txt", "b.txt", "c.txt" and 1 more`)
	require.ErrorContains(t, err, "--force")
	require.Equal(t, fault.ExitOutput, fault.Exit(err))
	require.Equal(t, before, tree(t, folder))
}

func TestAnEarlierOutputStaysWholeUntilFinish(t *testing.T) {
	folder := t.TempDir()
	run(t, folder, false, map[string]string{"a": "1", "old/only": "2", RunInfoName: "then"})
	require.NoError(t, os.WriteFile(filepath.Join(folder, "notes.txt"), []byte("mine"), 0o600))
	before := tree(t, folder)

	d, err := Create(folder, true)
	require.NoError(t, err)
	require.NoError(t, d.Write("a", say("new")))
	require.NoError(t, d.Write("new/b", say("new")))
	require.NoError(t, d.Close())
	require.Equal(t, before, tree(t, folder), "given up: as it was")
	require.NoDirExists(t, filepath.Join(folder, "new"))

	run(t, folder, true, map[string]string{"a": "new", "new/b": "new"})
	got := tree(t, folder)
	delete(got, ManifestName)
	require.Equal(t, map[string]string{"a": "new", "new/b": "new", "notes.txt": "mine"}, got)
	require.NoDirExists(t, filepath.Join(folder, "old"))
	found := verify(t, folder)
	require.Len(t, found, 1)
	require.NoError(t, found.Err(), "a foreign file is a warning")
}

func TestNames(t *testing.T) {
	d, err := Create(t.TempDir(), false)
	require.NoError(t, err)
	defer d.Close()
	for _, name := range []string{
		"", ".", "..", "../x", "/etc/x", "a/../../x", "a/../x", "a//x", "a/", "./x", ".hidden", "a/.hidden", ".tmp-new-x",
		"x.", "a b", "a\x00b", "ä", `a\b`, "CON", "con.txt", "nul", "lpt1.png", "a/b/c/d/e", strings.Repeat("x", 65), strings.Repeat("x", 300),
	} {
		require.Equal(t, "E404", code(t, d.Write(name, say(""))), "%q", name)
	}
	for _, name := range []string{"x", "a/b/c/x", "A-1_b.tar.gz", strings.Repeat("x", 64), "console.txt"} {
		require.NoError(t, d.Write(name, say("")), "%q", name)
	}
	require.Equal(t, "E404", code(t, d.Write("X", say(""))), "only capitals differ")
	require.ErrorContains(t, d.Write("x", say("")), "twice")
	require.ErrorContains(t, d.Write(ManifestName, say("")), "Finish")
	require.NoError(t, d.Finish(listing(d)))
	require.ErrorContains(t, d.Write("late", say("")), "after Finish")
}

func TestNoNameLeavesTheFolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`([./\\a-c~:]|CON|\.\.){0,12}`).Draw(t, "name")
		if checkName(name) == "" {
			require.True(t, filepath.IsLocal(name))
			require.NotContains(t, strings.Split(name, "/"), "..")
			require.NotRegexp(t, `[~:\\]`, name)
		}
	})
}

func TestWhereAFolderCannotBe(t *testing.T) {
	base := t.TempDir()
	plain := filepath.Join(base, "file")
	require.NoError(t, os.WriteFile(plain, nil, 0o600))
	for _, path := range []string{"", plain, filepath.Join(plain, "below")} {
		_, err := Create(path, true)
		require.Equal(t, "E402", code(t, err), "%q", path)
	}
	d, err := Create(filepath.Join(base, "out"), false)
	require.NoError(t, err)
	defer d.Close()
	require.NoError(t, d.Write("plots", say("a file")))
	require.Equal(t, "E402", code(t, d.Write("plots/x.png", say(""))))
	require.NoError(t, d.Write("tables/x", say("")))
	require.Equal(t, "E402", code(t, d.Write("tables", say(""))))
}

func TestLinksDoNotLeadOut(t *testing.T) {
	base := t.TempDir()
	folder, outside := filepath.Join(base, "out"), filepath.Join(base, "outside")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.MkdirAll(outside, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(outside, "victim"), []byte("safe"), 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(folder, "plots")))
	require.NoError(t, os.Symlink(filepath.Join(outside, "victim"), filepath.Join(folder, "summary.json")))

	d, err := Create(folder, true)
	require.NoError(t, err)
	defer d.Close()
	require.Equal(t, "E404", code(t, d.Write("plots/x.png", say("out"))))
	require.Equal(t, "E404", code(t, d.Write("summary.json", say("new"))), "neither the link nor what it leads to is replaced")
	require.Equal(t, map[string]string{"victim": "safe"}, tree(t, outside))
	to, err := os.Readlink(filepath.Join(folder, "summary.json"))
	require.NoError(t, err)
	require.Equal(t, filepath.Join(outside, "victim"), to)
}

// What is no regular file is not the output's, wherever it lies and whatever --force
// says: it is neither replaced nor read, and stays.
func TestOnlyRegularFilesAreReplaced(t *testing.T) {
	for _, name := range []string{"a", "plots/b", ManifestName, RunInfoName, lockName} {
		for kind, plant := range map[string]func(path string) error{
			"a FIFO":          func(path string) error { return syscall.Mkfifo(path, 0o600) },
			"a symbolic link": func(path string) error { return os.Symlink("c", path) },
			"a folder":        func(path string) error { return os.Mkdir(path, 0o700) },
		} {
			for _, old := range []bool{false, true} {
				folder := t.TempDir()
				if require.NoError(t, os.Mkdir(filepath.Join(folder, "plots"), 0o700)); old {
					run(t, folder, true, map[string]string{"a": "text", "plots/b": "pict"})
				}
				require.NoError(t, os.RemoveAll(filepath.Join(folder, name)))
				require.NoError(t, plant(filepath.Join(folder, name)))
				before, err := os.Lstat(filepath.Join(folder, name))
				require.NoError(t, err)
				err = over(folder, map[string]string{"a": "new", "plots/b": "new", RunInfoName: "{}"})
				require.ErrorContains(t, err, "is "+kind, "%s %v", name, old)
				require.Equal(t, fault.ExitOutput, fault.Exit(err), name)
				after, err := os.Lstat(filepath.Join(folder, name))
				require.NoError(t, err, "%s %s %v", name, kind, old)
				require.True(t, os.SameFile(before, after), "%s %s %v", name, kind, old)
			}
		}
	}
}

// over writes an output over what is there, and says why it could not.
func over(folder string, files map[string]string) error {
	d, err := Create(folder, true)
	if err != nil {
		return err
	}
	defer d.Close()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := d.Write(name, say(files[name])); err != nil {
			return err
		}
	}
	return d.Finish(listing(d))
}

func TestTheLockIsNoWayOut(t *testing.T) {
	base := t.TempDir()
	folder := filepath.Join(base, "out")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(base, "victim"), []byte("safe"), 0o600))
	require.NoError(t, os.Symlink("../victim", filepath.Join(folder, lockName)))
	_, err := Create(folder, false)
	require.Equal(t, "E404", code(t, err))
	b, err := os.ReadFile(filepath.Join(base, "victim"))
	require.NoError(t, err)
	require.Equal(t, "safe", string(b))
}

func TestTheFolderIsRemovedDuringTheRun(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "out")
	d, err := Create(folder, false)
	require.NoError(t, err)
	require.NoError(t, d.Write("a", say("1")))
	require.NoError(t, os.RemoveAll(folder))
	require.NoError(t, os.Mkdir(folder, 0o700), "another folder of the same name")
	require.Equal(t, "E402", code(t, d.Write("b", say("2"))))
	require.Equal(t, "E402", code(t, d.Write("plots/c", say("3"))))
	require.Equal(t, "E402", code(t, d.Finish(listing(d))))
	require.NoError(t, d.Close())
	require.Empty(t, tree(t, folder))
}

func TestAFailingWriterLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	d, err := Create(folder, false)
	require.NoError(t, err)
	broken := errors.New("no such column")
	err = d.Write("a", func(w io.Writer) error {
		_, _ = w.Write(make([]byte, 1<<20))
		return broken
	})
	require.ErrorIs(t, err, broken)
	require.PanicsWithValue(t, "bug", func() {
		_ = d.Write("b", func(w io.Writer) error {
			_, _ = w.Write(make([]byte, 1<<20))
			panic("bug")
		})
	})
	require.NoError(t, d.Write("a", say("second try")))
	require.NoError(t, d.Finish(listing(d)))
	require.NoError(t, d.Close())
	got := tree(t, folder)
	require.Len(t, got, 2)
	require.Equal(t, "second try", got["a"])
}

func TestManyGoroutinesWrite(t *testing.T) {
	folder := t.TempDir()
	d, err := Create(folder, false)
	require.NoError(t, err)
	var wg sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		wg.Go(func() { errs[i] = d.Write(fmt.Sprintf("parts/%d/%03d", i%3, i), say(fmt.Sprint(i))) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.NoError(t, d.Finish(listing(d)))
	require.NoError(t, d.Close())
	require.Empty(t, verify(t, folder))
	require.Len(t, tree(t, folder), 41)
}

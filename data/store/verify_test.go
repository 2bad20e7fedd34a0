package store

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

func TestVerifyFindsEveryChange(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(folder string) error
		want  string
	}{
		"missing": {func(f string) error { return os.Remove(filepath.Join(f, "a")) }, "a: is missing"},
		"longer":  {func(f string) error { return os.WriteFile(filepath.Join(f, "a"), []byte("text!"), 0o600) }, "has 5 bytes, the manifest lists 4"},
		"changed": {func(f string) error { return os.WriteFile(filepath.Join(f, "a"), []byte("tExt"), 0o600) }, "sha256"},
		"swapped": {func(f string) error { return os.Rename(filepath.Join(f, "plots/b"), filepath.Join(f, "a")) }, "sha256"},
		"a folder": {func(f string) error {
			_ = os.Remove(filepath.Join(f, "a"))
			return os.Mkdir(filepath.Join(f, "a"), 0o700)
		}, "a: is a folder, not a file (an output is as its run wrote it). Move it away and run the experiment again"},
		"a FIFO": {func(f string) error {
			_ = os.Remove(filepath.Join(f, "a"))
			return syscall.Mkfifo(filepath.Join(f, "a"), 0o600)
		}, "a: is a FIFO (a named pipe), not a file"},
		"a FIFO for a manifest": {func(f string) error {
			_ = os.Remove(filepath.Join(f, ManifestName))
			return syscall.Mkfifo(filepath.Join(f, ManifestName), 0o600)
		}, "its files). Move it away and run the experiment again"},
		"huge": {func(f string) error { return os.Truncate(filepath.Join(f, "a"), 1<<36) }, "has 68719476736 bytes, the manifest lists 4"},
		"a link": {func(f string) error {
			_ = os.Rename(filepath.Join(f, "a"), filepath.Join(f, "c"))
			return os.Symlink("c", filepath.Join(f, "a"))
		}, "a: is a symbolic link, not a file"},
		"no manifest":  {func(f string) error { return os.Remove(filepath.Join(f, ManifestName)) }, "did not finish"},
		"cut manifest": {func(f string) error { return os.Truncate(filepath.Join(f, ManifestName), 20) }, "is damaged"},
		"no list":      {func(f string) error { return os.WriteFile(filepath.Join(f, ManifestName), []byte("{}"), 0o600) }, "has no list"},
		"a name that leads out": {func(f string) error {
			return os.WriteFile(filepath.Join(f, ManifestName), []byte(`{"files":[{"name":"../../etc/passwd"}]}`), 0o600)
		}, "leaves the output folder"},
		"a name twice": {func(f string) error {
			b, err := os.ReadFile(filepath.Join(f, ManifestName))
			twice := strings.Replace(string(b), `plots/b`, `a`, 1)
			return errorsFirst(err, os.WriteFile(filepath.Join(f, ManifestName), []byte(twice), 0o600))
		}, `lists "a" twice`},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			run(t, folder, false, map[string]string{"a": "text", "plots/b": "pict"})
			require.NoError(t, c.spoil(folder))
			found := verify(t, folder)
			require.ErrorContains(t, found.Err(), c.want)
			require.Equal(t, fault.ExitOutput, fault.Exit(found.Err()))
		})
	}
}

func errorsFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestVerifyWarnsOfWhatIsNotListed(t *testing.T) {
	folder := t.TempDir()
	run(t, folder, false, map[string]string{"a": "text"})
	require.NoError(t, os.WriteFile(filepath.Join(folder, "notes"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, oldPrefix+"a"), nil, 0o600))
	found := verify(t, folder)
	require.NoError(t, found.Err())
	require.Len(t, found, 2)
	require.ErrorContains(t, found, "interrupted run")
	require.ErrorContains(t, found, "not listed")
}

func TestOpenWhatIsNoOutput(t *testing.T) {
	base := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(base, "file"), nil, 0o600))
	for _, name := range []string{"file", "nowhere"} {
		_, err := Open(filepath.Join(base, name))
		require.Equal(t, "E402", code(t, err))
	}
}

func TestReadingAnOutput(t *testing.T) {
	folder := t.TempDir()
	run(t, folder, false, map[string]string{"b": "text", "a": "text"})
	o, err := Open(folder)
	require.NoError(t, err)
	defer o.Close()
	files, err := o.Files()
	require.NoError(t, err)
	require.Equal(t, "a", files[0].Name)
	f, err := o.File("b")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	_, err = o.File("../b")
	require.Equal(t, "E404", code(t, err))
	_, err = o.File("c")
	require.Equal(t, "E402", code(t, err))
}

package vfs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/vfs"
	"evenkeel/data/vfs/errorfs"
)

// Nothing, a link, a folder and a way out are told apart.
func TestWhatIsThere(t *testing.T) {
	base := t.TempDir()
	path := filepath.Join(base, "deep", "folder")
	d, err := vfs.Make(path)
	require.NoError(t, err)
	f, err := vfs.Create(d, "a")
	require.NoError(t, err)
	_, err = f.Write([]byte("text"))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	_, err = vfs.Create(d, "a")
	require.ErrorIs(t, err, fs.ErrExist)
	require.NoError(t, d.Mkdir("b/c"))
	require.NoError(t, os.Symlink("a", filepath.Join(path, "link")))
	require.NoError(t, os.Symlink("../..", filepath.Join(path, "out")))

	for name, want := range map[string]error{"link": vfs.ErrNotRegular, "b": vfs.ErrNotRegular, "none": fs.ErrNotExist} {
		_, err = vfs.Open(d, name)
		require.ErrorIs(t, err, want, name)
	}
	_, err = d.OpenFile("out/x", os.O_WRONLY|os.O_CREATE)
	require.True(t, vfs.Escapes(err), err)
	missing, err := vfs.Missing(d, "none")
	require.NoError(t, err)
	require.True(t, missing)
	missing, err = vfs.Missing(d, "link")
	require.NoError(t, err)
	require.False(t, missing)
	var met []string
	require.NoError(t, vfs.Walk(d, ".", func(name string, _ fs.DirEntry, err error) error {
		met = append(met, name)
		return err
	}))
	require.Equal(t, []string{".", "a", "b", "b/c", "link", "out"}, met)
	require.NoError(t, d.Close())
	_, err = vfs.Make(filepath.Join(path, "a", "b"))
	require.Error(t, err)
}

// That something cannot be looked at does not mean that it is not there.
func TestMissingIsNotUnreadable(t *testing.T) {
	for at := 1; ; at++ {
		fault := &errorfs.Fault{At: at, With: syscall.EIO}
		d, err := fault.Make(t.TempDir())
		if err != nil {
			require.Equal(t, "make", fault.Hit())
			continue
		}
		missing, err := vfs.Missing(d, "none")
		_ = d.Close()
		if fault.Hit() != "stat" {
			require.NoError(t, err)
			require.True(t, missing)
			return
		}
		require.ErrorIs(t, err, syscall.EIO)
		require.False(t, missing)
		require.True(t, vfs.Full(errors.Join(syscall.ENOSPC)))
	}
}

// A link that leads nowhere is told from a name that is free and from one that is taken.
func TestDanglingLinks(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.Symlink("none", at("link")))
	require.NoError(t, os.Symlink("link", at("twice")))
	require.NoError(t, os.Symlink("loop", at("loop")))
	require.NoError(t, os.WriteFile(at("file"), nil, 0o600))
	for name, want := range map[string]string{
		"link": "is a symbolic link that leads nowhere", "twice": "is a symbolic link that leads nowhere", "link/below/it": at("link") + " is a symbolic link that leads nowhere",
		"free/below": "", "file": "not a directory", "file/below": "not a directory", "loop": "file exists",
	} {
		_, err := vfs.Make(at(name))
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.Equal(t, want, vfs.Reason(err), name)
		require.Equal(t, strings.HasSuffix(want, "nowhere"), vfs.Dangles(err), name)
	}
	_, _, err := vfs.OpenPlain(at("link"))
	require.True(t, vfs.Dangles(err), err)
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, _, err = vfs.OpenPlain(at("none"))
	require.False(t, vfs.Dangles(err), err)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoFileExists(t, at("none"))
}

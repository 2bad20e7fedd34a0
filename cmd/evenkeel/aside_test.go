package main

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a killed process left is removed by the next one; what a living one writes,
// what others named alike and what is no file stays.
func TestDeadTemporaryFilesAreRemoved(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	stay := []string{".tmp-mine", ".tmp-evenkeel", ".tmp-evenkeel-notes", ".tmp-evenkeel-out.csv-12x", "tmp-evenkeel-out.csv-1"}
	for _, name := range append(stay, ".tmp-evenkeel-out.csv-17", ".tmp-evenkeel-other.parquet-4", "old.csv") {
		require.NoError(t, os.WriteFile(at(name), []byte(name), 0o600))
	}
	require.NoError(t, os.Symlink("old.csv", at(".tmp-evenkeel-link-1")))
	require.NoError(t, os.Mkdir(at(".tmp-evenkeel-folder-1"), 0o700))
	require.NoError(t, syscall.Mkfifo(at(".tmp-evenkeel-pipe-1"), 0o600))
	living, err := createAside(at("alive.csv"))
	require.NoError(t, err)
	defer living.Close()

	_, err = writeAside(at("out.csv"), func(w *bufio.Writer) error { _, err := w.WriteString("new"); return err })
	require.NoError(t, err)
	for _, name := range append(stay, "old.csv", "out.csv", ".tmp-evenkeel-link-1", ".tmp-evenkeel-folder-1", ".tmp-evenkeel-pipe-1", filepath.Base(living.Name())) {
		_, err := os.Lstat(at(name))
		require.NoError(t, err, name)
	}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, len(stay)+6, "what is dead is gone")
}

// Many write into one folder at a time and clear up after each other's dead ones: no
// living one's file is taken away.
func TestClearingUpSparesTheLiving(t *testing.T) {
	folder := t.TempDir()
	var all sync.WaitGroup
	for k := range 8 {
		all.Go(func() {
			for range 30 {
				path := filepath.Join(folder, strings.Repeat("n", k+1))
				if _, err := writeAside(path, func(w *bufio.Writer) error { _, err := io.WriteString(w, path); return err }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 8)
}

// A name that is as long as names can be has a temporary name, too.
func TestTemporaryNamesFit(t *testing.T) {
	for _, base := range []string{strings.Repeat("x", 255), strings.Repeat("ü", 127), "a\nb", "\xff.csv"} {
		path := filepath.Join(t.TempDir(), base)
		_, err := writeAside(path, func(w *bufio.Writer) error { _, err := w.WriteString("text"); return err })
		require.NoError(t, err)
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "text", string(b))
	}
}

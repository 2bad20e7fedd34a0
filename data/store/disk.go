package store

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// disk is every call that changes the file system, so that a test can make the
// n-th one fail. Names are relative to the output folder, with slashes.
type disk interface {
	Create(name string) (file, error) // fails when the name is taken
	Mkdir(name string) error          // with its parents; no error when it is there
	Rename(from, to string) error     // replaces to
	Remove(name string) error         // a file or an empty folder
	SyncDir(name string) error        // makes the names in a folder durable
}

type file interface {
	io.Writer
	Sync() error
	Close() error
}

// rootDisk is the real one: all names are resolved below one open folder, and
// symbolic links cannot lead out of it.
type rootDisk struct{ root *os.Root }

func (d rootDisk) Create(name string) (file, error) {
	return d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

func (d rootDisk) Mkdir(name string) error      { return d.root.MkdirAll(name, 0o755) }
func (d rootDisk) Rename(from, to string) error { return d.root.Rename(from, to) }
func (d rootDisk) Remove(name string) error     { return d.root.Remove(name) }

func (d rootDisk) SyncDir(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // this file system has no way to sync a folder
	}
	return errors.Join(err, f.Close())
}

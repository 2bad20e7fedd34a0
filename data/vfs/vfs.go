// Package vfs holds the file-system calls on an output folder. Every call goes through
// Folder, so that a test can make the n-th one fail.
package vfs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// Folder is an open folder. Names have slashes and are relative to it; nothing, a
// symbolic link neither, leads out of it. It stays the same folder when its path is
// taken by another one.
type Folder interface {
	OpenFile(name string, flag int) (File, error)
	Mkdir(name string) error      // with its parents; no error when it is there
	Rename(from, to string) error // replaces to
	Remove(name string) error     // a file or an empty folder
	RemoveAll(name string) error
	Stat(name string) (fs.FileInfo, error)
	Lstat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error) // by name
	SyncDir(name string) error                  // makes the names in a folder durable
	Close() error
}

// File is an open file of a folder.
type File interface {
	io.ReadWriteSeeker
	io.ReaderAt
	io.WriterAt
	io.Closer
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Sync() error
	Fd() uintptr // to lock it
}

// Make opens a folder, making it with its parents if need be.
func Make(path string) (Folder, error) {
	if err := MakeAll(path); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return Root{root}, nil
}

// Root is the real thing.
type Root struct{ *os.Root }

// OpenFile opens a file as os.OpenFile does.
func (r Root) OpenFile(name string, flag int) (File, error) {
	f, err := r.Root.OpenFile(name, flag, 0o644)
	if err != nil {
		return nil, err // no File around a nil
	}
	return f, nil
}

// Mkdir makes a folder with its parents.
func (r Root) Mkdir(name string) error { return r.MkdirAll(name, 0o755) }

// ReadDir lists a folder.
func (r Root) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(r.FS(), name) }

// SyncDir makes the names in a folder durable.
func (r Root) SyncDir(name string) error {
	f, err := r.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // this file system has no way to sync a folder
	}
	return errors.Join(err, f.Close())
}

// ErrNotRegular means that a name is a folder, a link or a device.
var ErrNotRegular = errors.New("is not a regular file")

// Open opens a regular file to read it; a link is not one.
func Open(d Folder, name string) (File, error) {
	f, _, err := OpenSized(d, name)
	return f, err
}

// OpenSized is Open with the size that the file has.
func OpenSized(d Folder, name string) (File, int64, error) {
	info, err := d.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = NotPlain{Kind(info.Mode())}
	}
	if err != nil {
		return nil, 0, err
	}
	f, err := d.OpenFile(name, os.O_RDONLY)
	return f, info.Size(), err
}

// Replaceable is nil when a file may be put under a name: nothing is there, or a
// regular file. A folder, a link, a FIFO or a device there is a NotPlain: it is not
// ours, whatever --force says.
func Replaceable(d Folder, name string) error {
	info, err := d.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		return nil // whoever makes the file says what is wrong with its folder
	case err == nil && !info.Mode().IsRegular():
		return NotPlain{Kind(info.Mode())}
	}
	return err
}

// Create makes a file to write it, and fails when the name is taken.
func Create(d Folder, name string) (File, error) {
	return d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
}

// Missing reports whether a name stands for nothing. That something could not be looked
// at is no answer: it is the error.
func Missing(d Folder, name string) (bool, error) {
	_, err := d.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return false, err
}

// Walk calls visit for every name below a folder, itself first, as fs.WalkDir does.
func Walk(d Folder, name string, visit fs.WalkDirFunc) error { return fs.WalkDir(tree{d}, name, visit) }

// tree is a folder as fs.WalkDir reads it.
type tree struct{ Folder }

func (t tree) Open(name string) (fs.File, error) { return t.OpenFile(name, os.O_RDONLY) }

// Reason is the innermost error's text, without the path it is about.
func Reason(err error) string {
	var nowhere Dangling
	if errors.As(err, &nowhere) {
		return nowhere.Error()
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	var other NotPlain
	if errors.As(err, &other) {
		return other.Error()
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err.Error()
	}
	return err.Error()
}

// Full reports whether an error means that there is no room left.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// Escapes recognises the error for a link that leads out of the folder.
func Escapes(err error) bool { return strings.HasSuffix(Reason(err), "path escapes from parent") }

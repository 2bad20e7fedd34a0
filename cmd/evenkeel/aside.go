package main

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"evenkeel/data/fault"
	"evenkeel/data/vfs"
)

// asideName is the name of a file that is being written beside its place. Files of
// this name are the program's own; their writer holds the lock.
const asideName = ".tmp-evenkeel-"

var asides = regexp.MustCompile(`(?s)^\.tmp-evenkeel-.+-[0-9]+$`)

// writeAside writes a file under a temporary name beside it, syncs and renames it; it
// returns the file's size. A failure leaves nothing behind, and what a killed process
// left is removed first. Nothing but a regular file is replaced.
func writeAside(path string, fill func(*bufio.Writer) error) (size int64, err error) {
	if err := replaceable(path); err != nil {
		return 0, err
	}
	clearAsides(filepath.Dir(path))
	f, err := createAside(path)
	if err != nil {
		return 0, unwritable(path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
		_ = f.Close() // and its lock; a second time when all is well
	}()
	b := bufio.NewWriterSize(f, 1<<18)
	if err := fill(b); err != nil {
		return 0, unwritable(path, err)
	}
	if err := b.Flush(); err != nil {
		return 0, unwritable(path, err)
	}
	info, err := f.Stat()
	if err != nil {
		return 0, unwritable(path, err)
	}
	for _, step := range []func() error{
		func() error { return f.Chmod(0o644) }, f.Sync, func() error { return replaceable(path) },
		func() error { return os.Rename(f.Name(), path) }, f.Close,
	} {
		if err := step(); err != nil {
			return 0, unwritable(path, err)
		}
	}
	return info.Size(), nil
}

// replaceable refuses to put a file where something else than a file is.
func replaceable(path string) error {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().IsRegular() {
		return nil // writing says what is wrong with the folder
	}
	remedy := "Choose another name, or move it away"
	if info.Mode()&fs.ModeSymlink != 0 {
		remedy = "Name the file that the link leads to, or move the link away"
	}
	return fault.One(fault.Finding{
		Code: fault.NotWritten, File: path, What: vfs.NotPlain{What: vfs.Kind(info.Mode())}.Error(),
		Rule: "a file replaces files only", Remedy: remedy,
	})
}

// maxAsideBase is how many bytes of a file's name its temporary name repeats: names
// have at most 255.
const maxAsideBase = 128

// createAside makes the temporary file and locks it.
func createAside(path string) (*os.File, error) {
	base := filepath.Base(path)
	if len(base) > maxAsideBase {
		base = strings.ToValidUTF8(base[:maxAsideBase], "")
	}
	for {
		f, err := os.CreateTemp(filepath.Dir(path), asideName+base+"-*")
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK) || err == nil && !named(f):
			_ = f.Close() // somebody who clears up took it for a dead one's between the two calls
		default:
			return f, nil // where there are no locks nobody removes what he cannot lock
		}
	}
}

// named reports whether a file still has its name.
func named(f *os.File) bool {
	mine, err1 := f.Stat()
	there, err2 := os.Lstat(f.Name())
	return err1 == nil && err2 == nil && os.SameFile(mine, there)
}

// clearAsides removes the temporary files that killed processes left in a folder. A
// living process holds the lock of its own. What cannot be removed stays: it is in
// the way of no other process.
func clearAsides(folder string) {
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		if !e.Type().IsRegular() || !asides.MatchString(e.Name()) {
			continue
		}
		f, err := os.OpenFile(filepath.Join(folder, e.Name()), os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil && named(f) {
			_ = os.Remove(f.Name())
		}
		_ = f.Close()
	}
}

// unwritable turns an error of the file system into a finding; other errors pass.
func unwritable(path string, err error) error {
	var at *fs.PathError
	var link *os.LinkError
	reason := ""
	switch {
	case vfs.Dangles(err):
		reason = vfs.Reason(err)
	case errors.As(err, &at):
		reason = at.Op + ": " + at.Err.Error()
	case errors.As(err, &link):
		reason = link.Op + ": " + link.Err.Error()
	default:
		return err
	}
	f := fault.Finding{Code: fault.NotWritten, File: path, What: reason, Rule: "a file is written into a folder that is there and can be written", Remedy: "Choose another place, or check the permissions"}
	if vfs.Full(err) {
		f.Code, f.Remedy = fault.DiskFull, "Free space and run again"
	}
	return fault.One(f)
}

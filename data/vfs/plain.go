package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// NotPlain describes what a name stands for that is no regular file. Reading it could wait
// for ever (a FIFO, a socket, a terminal), never end (/dev/zero), or do something (a
// device), so it is never opened.
type NotPlain struct{ What string } // "a folder", "a FIFO (a named pipe)", ...

func (e NotPlain) Error() string { return "is " + e.What + ", not a file" }

// Unwrap makes every NotPlain an ErrNotRegular.
func (e NotPlain) Unwrap() error { return ErrNotRegular }

// IsLink reports whether an error is a NotPlain of a symbolic link.
func IsLink(err error) bool {
	var other NotPlain
	return errors.As(err, &other) && other.What == link
}

const link = "a symbolic link"

// Kind returns in words what a mode is, "a regular file" of one.
func Kind(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return "a regular file"
	case m.IsDir():
		return "a folder"
	case m&fs.ModeSymlink != 0:
		return link
	case m&fs.ModeNamedPipe != 0:
		return "a FIFO (a named pipe)"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "of an unknown kind"
}

// OpenPlain opens a regular file to read it. Links are followed, as people set them to
// name a file elsewhere; what they lead to must be regular. Everything else, and files
// that the kernel makes up while they are read (/proc, /sys), is a NotPlain and is
// never waited for. The size is what the file had when it was opened.
func OpenPlain(path string) (f *os.File, size int64, err error) {
	info, err := Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = NotPlain{Kind(info.Mode())}
	}
	if err != nil {
		return nil, 0, err
	}
	// Between the two calls the name may have become something else: not to wait for it.
	f, err = os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	info, err = f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = NotPlain{Kind(info.Mode())}
	case madeUp(f):
		err = NotPlain{"made up by the kernel while it is read"}
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// ErrTooLarge means that a file has more bytes than are read.
var ErrTooLarge = errors.New("is too large")

// ReadPlain reads a file that OpenPlain opens, all of it, and at most most bytes: of a
// larger one the error is an ErrTooLarge, told by its size before anything is read.
func ReadPlain(path string, most int64) ([]byte, error) {
	f, size, err := OpenPlain(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > most {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, size, most)
	}
	b := make([]byte, size)
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil // it has become shorter
	}
	return b[:n], err
}

package vfs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Dangling is a symbolic link on a path whose end is not there. The system says of one
// that the file exists when it is to be made, and that it does not when it is to be read.
type Dangling struct {
	Link  string // as far as the path leads to it
	whole bool   // the link is the whole path
}

func (e Dangling) Error() string {
	if e.whole {
		return "is a symbolic link that leads nowhere"
	}
	return e.Link + " is a symbolic link that leads nowhere"
}

// Unwrap makes every Dangling an fs.ErrNotExist.
func (e Dangling) Unwrap() error { return fs.ErrNotExist }

// Dangles reports whether an error is a Dangling.
func Dangles(err error) bool {
	var nowhere Dangling
	return errors.As(err, &nowhere)
}

// MakeAll makes a folder with its parents, as os.MkdirAll does.
func MakeAll(path string) error {
	err := os.MkdirAll(path, 0o755)
	if err != nil {
		err = explained(path, err)
	}
	return err
}

// Stat is os.Stat; links are followed.
func Stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = explained(path, err)
	}
	return info, err
}

// explained returns err, or the Dangling link on the path that is its reason.
func explained(path string, err error) error {
	for at := filepath.Clean(path); ; {
		if info, wrong := os.Lstat(at); wrong == nil {
			if _, wrong := os.Stat(at); info.Mode()&fs.ModeSymlink != 0 && errors.Is(wrong, fs.ErrNotExist) {
				return Dangling{at, at == filepath.Clean(path)}
			}
			return err
		}
		up := filepath.Dir(at)
		if up == at {
			return err
		}
		at = up
	}
}

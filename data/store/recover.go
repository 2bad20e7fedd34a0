package store

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"evenkeel/data/vfs"
)

// recover clears up after a run that died in this folder. What lies aside as new
// was never part of an output: it is removed. What lies aside as old is put back
// when the manifest lists exactly it and something else, or nothing, has its
// name: the run died before its own manifest was in place. Otherwise it is
// removed: the run died after.
func (d *Dir) recover() error {
	var left []string
	err := vfs.Walk(d.disk, ".", func(name string, e fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil && name != "." && errors.Is(err, fs.ErrPermission):
			return nil // not ours to read, so not ours to clear
		case err != nil:
			return err
		case e.IsDir() && name != "." && (strings.HasPrefix(base, ".") || strings.Count(name, "/") >= maxDepth):
			return fs.SkipDir
		case e.Type().IsRegular() && isAside(base):
			left = append(left, name)
		}
		return nil
	})
	if err != nil {
		return d.failed("read", ".", err)
	}
	for _, tmp := range left {
		dir, base := path.Split(tmp)
		name := dir + strings.TrimPrefix(base, oldPrefix)
		back := false
		if strings.HasPrefix(base, oldPrefix) {
			if back, err = d.claimed(tmp, name); err != nil {
				return d.failed("read", tmp, err)
			}
		}
		if back {
			err = d.disk.Rename(tmp, name)
		} else {
			err = d.disk.Remove(tmp)
		}
		if err != nil {
			return d.failed("clear up", tmp, err)
		}
	}
	return nil
}

// claimed reports whether the manifest's file name is the one that lies aside as
// tmp and not the one in its place. Not to know is an error: what is removed is lost.
func (d *Dir) claimed(tmp, name string) (bool, error) {
	want, listed := d.old[name]
	if !listed {
		// run-info.json is in no manifest; it goes back where nothing took its place.
		there, err := d.isFile(name)
		return name == RunInfoName && !there, err
	}
	set, err := hashFile(d.disk, tmp, want.Bytes)
	if err != nil || set != (File{Name: tmp, Bytes: want.Bytes, SHA256: want.SHA256}) {
		return false, err
	}
	now, err := hashFile(d.disk, name, want.Bytes)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, vfs.ErrNotRegular) {
		return true, nil
	}
	return now.SHA256 != want.SHA256, err
}

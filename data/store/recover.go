package store

import (
	"io/fs"
	"path"
	"strings"
)

// recover clears up after a run that died in this folder. What lies aside as new
// was never part of an output: it is removed. What lies aside as old is put back
// when the manifest lists exactly it and something else, or nothing, has its
// name: the run died before its own manifest was in place. Otherwise it is
// removed: the run died after.
func (d *Dir) recover() error {
	var left []string
	err := fs.WalkDir(d.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil && name == ".":
			return err
		case err != nil:
			return nil // not ours to read, so not ours to clear
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
		if strings.HasPrefix(base, oldPrefix) && d.claimed(tmp, name) {
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

// claimed says whether the manifest's file name is the one that lies aside as
// tmp and not the one in its place.
func (d *Dir) claimed(tmp, name string) bool {
	want, listed := d.old[name]
	if !listed {
		// run-info.json is in no manifest; it goes back where nothing took its place.
		_, err := d.root.Lstat(name)
		return name == RunInfoName && err != nil
	}
	set, err := hashFile(d.root, tmp)
	if err != nil || set != (File{Name: tmp, Bytes: want.Bytes, SHA256: want.SHA256}) {
		return false
	}
	now, err := hashFile(d.root, name)
	return err != nil || now.SHA256 != want.SHA256
}

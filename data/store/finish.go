package store

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"syscall"

	"evenkeel/data/fault"
)

// Finish writes manifest.json and so makes the run's files the folder's output.
// The manifest must list Files under "files". While an earlier output is in the
// folder, its files are set aside one by one and the new ones take their names;
// the new manifest comes last and decides: if anything fails before it is in
// place, the earlier output is put back; after it, the old files are removed.
// Errors are findings, as Write's.
func (d *Dir) Finish(manifest func(io.Writer) error) error {
	if err := d.take(ManifestName); err != nil {
		return err
	}
	_, err := d.writeAside(ManifestName, manifest)
	if err == nil {
		err = d.replace()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		delete(d.taken, ManifestName)
		return err
	}
	d.finished = true
	d.syncLocked(".")
	d.clear()
	return nil
}

type move struct{ from, to string }

// replace gives every waiting file its name, the manifest last.
func (d *Dir) replace() error {
	var done []move
	err := d.switchFiles(&done)
	if err == nil {
		if err = d.disk.Rename(aside(newPrefix, ManifestName), ManifestName); err == nil {
			return nil
		}
		err = d.failed("rename", ManifestName, err)
	}
	list := fault.Of(err)
	for _, m := range slices.Backward(done) {
		if back := d.disk.Rename(m.to, m.from); back != nil {
			f := d.finding("put back", m.from, back)
			f.Rule = "the earlier output is not whole"
			f.Remedy = "The next run with --force into this folder puts it back first"
			list.Add(f)
		}
	}
	_ = d.disk.Remove(aside(newPrefix, ManifestName))
	return list
}

// switchFiles sets the earlier output's files aside and puts the new ones in
// their place; done is what it did, in order.
func (d *Dir) switchFiles(done *[]move) error {
	if d.old == nil {
		return nil
	}
	step := func(name string, m move) error {
		if err := d.disk.Rename(m.from, m.to); err != nil {
			return d.failed("rename", name, err)
		}
		*done = append(*done, m)
		return nil
	}
	folders := map[string]bool{}
	for _, name := range d.touched() {
		folders[path.Dir(name)] = true
		there, err := d.isFile(name)
		if err != nil {
			return d.failed("look at", name, err)
		}
		if there {
			if err := step(name, move{name, aside(oldPrefix, name)}); err != nil {
				return err
			}
		}
		if _, ok := d.files[name]; ok {
			if err := step(name, move{aside(newPrefix, name), name}); err != nil {
				return err
			}
		}
	}
	// The new names must be durable before the manifest that lists them.
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		err := d.disk.SyncDir(folder)
		if errors.Is(err, fs.ErrNotExist) && folder != "." {
			continue // of an old file that is gone with its folder
		}
		if err != nil {
			return d.failed("sync", folder, err)
		}
	}
	return nil
}

// isFile reports whether a name stands for a regular file: links, pipes and devices are not
// an output's, and stay. Not to know is an error: what is there must not be lost.
func (d *Dir) isFile(name string) (bool, error) {
	info, err := d.disk.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		return false, nil
	case err != nil:
		return false, err
	}
	return info.Mode().IsRegular(), nil
}

// touched are the names of the earlier output and of this one, in order.
func (d *Dir) touched() []string {
	all := map[string]bool{RunInfoName: true}
	for name := range d.old {
		all[name] = true
	}
	for name := range d.files {
		all[name] = true
	}
	delete(all, ManifestName)
	return slices.Sorted(maps.Keys(all))
}

// clear removes the earlier output's files, which lie aside, and the folders that
// they leave empty. The new output is complete whatever happens here.
func (d *Dir) clear() {
	if d.old == nil {
		return
	}
	for _, name := range d.touched() {
		tmp := aside(oldPrefix, name)
		err := d.disk.Remove(tmp)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			continue
		}
		if err != nil {
			f := diskFault(path.Join(d.path, tmp), "remove", err)
			f.Code, f.Warning = fault.NotWritten, true
			f.Rule = "a file of the earlier output is left over; the new output is complete"
			f.Remedy = "The next run with --force into this folder removes it"
			d.warnings.Add(f)
			continue
		}
		for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
			if info, err := d.disk.Lstat(folder); err != nil || !info.IsDir() || d.disk.Remove(folder) != nil {
				break
			}
		}
	}
}

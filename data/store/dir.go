// Package store writes and reads the output folder, all through one os.Root. A file is
// written aside, synced and renamed, so that a name in the folder always refers to a
// whole file. A run is finished once its manifest.json exists.
package store

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"evenkeel/data/fault"
	"evenkeel/data/vfs"
)

// File is one file of an output as the manifest lists it.
type File struct {
	Name   string `json:"name"` // with slashes, relative to the folder
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // lower-case hexadecimal
}

// Dir is an output folder that a run writes into. Write may be called from
// several goroutines; Finish and Close may not run beside it.
type Dir struct {
	path   string
	disk   vfs.Folder // nil when closed
	locked vfs.File
	old    map[string]File // what the earlier finished output lists; nil when there is none

	mu       sync.Mutex
	files    map[string]File   // complete files of this run, by name
	taken    map[string]string // names given out, by their lower-case form
	folders  []string          // folders made by this run, parents first
	warnings fault.List
	finished bool
}

// Create opens path as an output folder, making it if need be, and locks it
// until Close. A folder that holds anything is refused (E401) unless overwrite is
// set; then an earlier output stays whole until Finish, and files that no
// manifest lists are left alone. Errors are findings: E402 the folder cannot be
// written, E404 a link leads out of it, E501 another process writes into it.
func Create(path string, overwrite bool) (*Dir, error) {
	return create(path, overwrite, vfs.Make)
}

func create(path string, overwrite bool, open func(string) (vfs.Folder, error)) (*Dir, error) {
	if path == "" {
		return nil, fault.One(fault.Finding{Code: fault.NotWritten, What: "the output folder has no name", Rule: "a run writes into a folder", Remedy: "Give --out a folder"})
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return nil, fault.One(fault.Finding{
			Code: fault.NotWritten, File: path, What: "is " + vfs.Kind(info.Mode()) + ", not a folder",
			Rule: "a run writes into a folder", Remedy: "Choose another --out, or move it away",
		})
	}
	root, err := open(path)
	if err != nil {
		return nil, fault.One(diskFault(path, "create", err))
	}
	d := &Dir{path: path, disk: root, files: map[string]File{}, taken: map[string]string{}}
	if err := d.begin(overwrite); err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// begin locks the folder, looks at what is in it and clears up after a crash.
func (d *Dir) begin(overwrite bool) error {
	if err := d.lock(); err != nil {
		return err
	}
	entries, err := d.disk.ReadDir(".")
	if err != nil {
		return d.failed("read", ".", err)
	}
	var there []string
	for _, e := range entries {
		if e.Name() != lockName && !isAside(e.Name()) {
			there = append(there, e.Name())
		}
	}
	if len(there) > 0 && !overwrite {
		return fault.One(notEmpty(d.path, there))
	}
	if err := vfs.Replaceable(d.disk, ManifestName); errors.Is(err, vfs.ErrNotRegular) {
		return d.failed("replace", ManifestName, err) // before anything is written that needs it
	}
	m, err := readManifest(d.disk)
	switch {
	case err == nil:
		d.old = map[string]File{}
		for _, f := range m {
			if checkName(f.Name) == "" {
				d.old[f.Name] = f
			}
		}
	case !errors.Is(err, fs.ErrNotExist) && !errors.As(err, new(noManifest)):
		return d.failed("read", ManifestName, err) // what cannot be read is not to be written over
	}
	return d.recover()
}

func isAside(base string) bool {
	return strings.HasPrefix(base, newPrefix) || strings.HasPrefix(base, oldPrefix)
}

func notEmpty(folder string, there []string) fault.Finding {
	shown := there[:min(3, len(there))]
	quoted := make([]string, len(shown))
	for i, name := range shown {
		quoted[i] = fault.Quote(name)
	}
	what := "the output folder holds " + strings.Join(quoted, ", ")
	if more := len(there) - len(shown); more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	return fault.Finding{
		Code: fault.FolderTaken, File: folder, What: what,
		Rule:   "a run writes into a new or an empty folder",
		Remedy: "Choose another --out, or replace the output with --force",
	}
}

// Path is the folder's path as it was given to Create.
func (d *Dir) Path() string { return d.path }

// Write makes the file name from what fill writes. Nothing stands under the name
// until all of it is on the disk; then it does, or, while an earlier output is in
// the folder, Finish puts it there. A failure leaves nothing of the file behind.
// Errors are findings: E402, E403 the disk is full, E404 the name leaves the
// folder; an error of fill's own is passed on, wrapped. A name is written once.
func (d *Dir) Write(name string, fill func(io.Writer) error) error {
	if name == ManifestName {
		return errors.New("store: the manifest is written by Finish")
	}
	if err := d.take(name); err != nil {
		return err
	}
	f, err := d.writeAside(name, fill)
	if err == nil && d.old == nil {
		err = d.place(name)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		delete(d.taken, strings.ToLower(name))
		return err
	}
	d.files[name] = f
	return nil
}

// take reserves a name for this run.
func (d *Dir) take(name string) error {
	if wrong := checkName(name); wrong != "" {
		return fault.One(badName(d.path, name, wrong))
	}
	if err := vfs.Replaceable(d.disk, name); err != nil {
		return d.failed("replace", name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.finished {
		return fmt.Errorf("store: %s written after Finish", name)
	}
	key := strings.ToLower(name)
	if before, ok := d.taken[key]; ok && before == name {
		return fmt.Errorf("store: %s written twice", name)
	} else if ok {
		return fault.One(badName(d.path, name, fmt.Sprintf("differs from %s only in capitals, which some systems cannot tell apart", fault.Quote(before))))
	}
	d.taken[key] = name
	return nil
}

// writeAside makes the file under its aside name, whole and synced.
func (d *Dir) writeAside(name string, fill func(io.Writer) error) (f File, err error) {
	if err := d.makeFolder(path.Dir(name)); err != nil {
		return f, err
	}
	tmp := aside(newPrefix, name)
	out, err := vfs.Create(d.disk, tmp)
	if err != nil {
		return f, d.failed("create", name, err)
	}
	whole, closed := false, false
	defer func() { // runs also when fill panics
		if !closed {
			_ = out.Close()
		}
		if !whole {
			_ = d.disk.Remove(tmp)
		}
	}()
	m := &meter{to: out, sum: sha256.New()}
	b := bufio.NewWriterSize(m, 1<<18)
	if err := fill(b); err != nil && m.err == nil {
		return f, fmt.Errorf("%s: %w", name, err)
	}
	if err := b.Flush(); err != nil {
		return f, d.failed("write", name, err)
	}
	if err := out.Sync(); err != nil {
		return f, d.failed("sync", name, err)
	}
	closed = true
	if err := out.Close(); err != nil {
		return f, d.failed("close", name, err)
	}
	whole = true
	return File{Name: name, Bytes: m.n, SHA256: hex.EncodeToString(m.sum.Sum(nil))}, nil
}

// makeFolder makes a folder with its parents.
func (d *Dir) makeFolder(folder string) error {
	if at, err := d.mkdirs(folder); err != nil {
		return d.failed("create", at, err)
	}
	return nil
}

// mkdirs returns the folder that could not be made, and why.
func (d *Dir) mkdirs(folder string) (at string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if folder == "." || slices.Contains(d.folders, folder) {
		return folder, nil
	}
	parts := strings.Split(folder, "/")
	for i := range parts {
		sub := strings.Join(parts[:i+1], "/")
		info, err := d.disk.Lstat(sub)
		switch {
		case err == nil && info.IsDir():
			continue
		case err == nil && info.Mode()&fs.ModeSymlink != 0:
			return sub, vfs.NotPlain{What: vfs.Kind(info.Mode())}
		case err == nil:
			return sub, errNotFolder
		case !errors.Is(err, fs.ErrNotExist):
			return sub, err
		}
		if err := d.disk.Mkdir(sub); err != nil {
			return sub, err
		}
		d.folders = append(d.folders, sub)
		d.syncLocked(path.Dir(sub))
	}
	return folder, nil
}

// place gives a file that lies aside its name.
func (d *Dir) place(name string) error {
	tmp := aside(newPrefix, name)
	if err := d.disk.Rename(tmp, name); err != nil {
		_ = d.disk.Remove(tmp)
		return d.failed("rename", name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncLocked(path.Dir(name))
	return nil
}

// syncLocked makes the names of a folder durable. The files are in place when it
// fails: whether they survive a power cut is not known, so it is a warning.
func (d *Dir) syncLocked(folder string) {
	if err := d.disk.SyncDir(folder); err != nil {
		f := diskFault(path.Join(d.path, folder), "sync", err)
		f.Code, f.Warning = fault.NotWritten, true
		f.Rule = "the files are in place, but a power cut now could lose their names"
		d.warnings.Add(f)
	}
}

// Files are the complete files of this run by name, without the manifest and
// run-info.json.
func (d *Dir) Files() []File {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []File
	for _, name := range slices.Sorted(maps.Keys(d.files)) {
		if name != RunInfoName {
			out = append(out, d.files[name])
		}
	}
	return out
}

// Warnings are what went wrong without spoiling the output.
func (d *Dir) Warnings() fault.List {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.warnings)
}

// Close frees the folder. Without Finish it removes what waits aside, so that an
// earlier output is as it was; files already in place stay. It may be called twice.
func (d *Dir) Close() error {
	if d.disk == nil {
		return nil
	}
	if !d.finished {
		if d.old != nil {
			for name := range d.files {
				_ = d.disk.Remove(aside(newPrefix, name))
			}
		}
		for _, folder := range slices.Backward(d.folders) {
			_ = d.disk.Remove(folder) // stays when something is in it
		}
	}
	d.unlock()
	err := d.disk.Close()
	d.disk = nil
	return err
}

// meter counts and hashes what reaches the file and keeps its first error.
type meter struct {
	to  io.Writer
	sum hash.Hash
	n   int64
	err error
}

func (m *meter) Write(p []byte) (int, error) {
	n, err := m.to.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	m.sum.Write(p[:n])
	m.n += int64(n)
	if m.err == nil {
		m.err = err
	}
	return n, err
}

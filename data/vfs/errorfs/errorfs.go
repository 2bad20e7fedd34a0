// Package errorfs provides a folder whose n-th call fails, for tests that make every
// call fail in turn until a run passes without a fault.
package errorfs

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"evenkeel/data/vfs"
)

// Fault is one fault in a run. Folders that share it share its count of calls.
type Fault struct {
	At    int   // the call that fails, counted from 1; 0: none
	With  error // what it fails with
	Last  bool  // every later call fails, too: what a killed process leaves behind
	Full  bool  // every later call that needs room fails, too: a full disk
	Short bool  // a failing write writes half of it and reports no error
	Slow  bool  // wait for the platter: tests simulate what a dead process leaves, not a power cut

	mu    sync.Mutex
	calls int
	hit   string
	on    string
	log   []string
}

// Hit is the call that failed first, "" when none did.
func (f *Fault) Hit() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hit
}

// On is the name that the call was about.
func (f *Fault) On() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.on
}

// Calls is how many calls there were.
func (f *Fault) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Log are the renames and syncs of folders, in order.
func (f *Fault) Log() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log
}

// needsRoom are the calls that a full disk refuses.
var needsRoom = map[string]bool{"make": true, "mkdir": true, "create": true, "write": true, "sync": true, "close": true}

func (f *Fault) fails(call, name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	bad := f.calls == f.At || f.At > 0 && f.calls > f.At && (f.Last || f.Full && needsRoom[call])
	if bad && f.hit == "" {
		f.hit, f.on = call, name
	}
	return bad
}

func (f *Fault) do(call, name string, act func() error) error {
	if f.fails(call, name) {
		return fmt.Errorf("%s: %w", call, f.With)
	}
	return act()
}

func (f *Fault) note(lines ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = append(f.log, lines...)
}

// Make opens a folder that may fail; it stands for vfs.Make.
func (f *Fault) Make(path string) (vfs.Folder, error) {
	if f.fails("make", path) {
		return nil, &fs.PathError{Op: "mkdir", Path: path, Err: f.With}
	}
	d, err := vfs.Make(path)
	if err != nil {
		return nil, err
	}
	return folder{d, f}, nil
}

type folder struct {
	vfs.Folder
	f *Fault
}

func (d folder) Mkdir(name string) error {
	return d.f.do("mkdir", name, func() error { return d.Folder.Mkdir(name) })
}

func (d folder) Remove(name string) error {
	return d.f.do("remove", name, func() error { return d.Folder.Remove(name) })
}

func (d folder) RemoveAll(name string) error {
	return d.f.do("remove", name, func() error { return d.Folder.RemoveAll(name) })
}

func (d folder) Rename(from, to string) error {
	d.f.note("rename "+path.Dir(to), "named "+to)
	return d.f.do("rename", to, func() error { return d.Folder.Rename(from, to) })
}

func (d folder) SyncDir(name string) error {
	d.f.note("sync " + name)
	return d.f.do("sync folder", name, func() error {
		if !d.f.Slow {
			return nil
		}
		return d.Folder.SyncDir(name)
	})
}

func (d folder) Stat(name string) (info fs.FileInfo, err error) {
	err = d.f.do("stat", name, func() error { info, err = d.Folder.Stat(name); return err })
	return info, err
}

func (d folder) Lstat(name string) (info fs.FileInfo, err error) {
	err = d.f.do("stat", name, func() error { info, err = d.Folder.Lstat(name); return err })
	return info, err
}

func (d folder) ReadDir(name string) (all []fs.DirEntry, err error) {
	err = d.f.do("list", name, func() error { all, err = d.Folder.ReadDir(name); return err })
	return all, err
}

func (d folder) OpenFile(name string, flag int) (vfs.File, error) {
	call := "open"
	if flag != 0 {
		call = "create"
	}
	if d.f.fails(call, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: d.f.With}
	}
	f, err := d.Folder.OpenFile(name, flag)
	if err != nil {
		return nil, err
	}
	return &file{f, d.f, name, flag == 0}, nil
}

// Close frees the folder even when it fails, as the system does.
func (d folder) Close() error {
	err := d.Folder.Close()
	return d.f.do("close folder", ".", func() error { return err })
}

type file struct {
	vfs.File
	f        *Fault
	name     string
	readOnly bool
}

func (w *file) Read(p []byte) (int, error) {
	if w.f.fails("read", w.name) {
		return 0, w.f.With
	}
	return w.File.Read(p)
}

func (w *file) Write(p []byte) (int, error) {
	if !w.f.fails("write", w.name) {
		return w.File.Write(p)
	}
	n, _ := w.File.Write(p[:len(p)/2])
	if w.f.Short {
		return n, nil
	}
	return n, w.f.With
}

func (w *file) Stat() (info fs.FileInfo, err error) {
	err = w.f.do("stat", w.name, func() error { info, err = w.File.Stat(); return err })
	return info, err
}

func (w *file) Truncate(size int64) error {
	return w.f.do("truncate", w.name, func() error { return w.File.Truncate(size) })
}

func (w *file) Seek(offset int64, whence int) (at int64, err error) {
	err = w.f.do("seek", w.name, func() error { at, err = w.File.Seek(offset, whence); return err })
	return at, err
}

func (w *file) WriteAt(p []byte, at int64) (n int, err error) {
	err = w.f.do("write", w.name, func() error { n, err = w.File.WriteAt(p, at); return err })
	return n, err
}

func (w *file) Sync() error {
	return w.f.do("sync", w.name, func() error {
		if !w.f.Slow {
			return nil
		}
		return w.File.Sync()
	})
}

// Close frees the file even when it fails, as the system does.
func (w *file) Close() error {
	err := w.File.Close()
	if w.readOnly {
		return err
	}
	return errors.Join(err, w.f.do("close", w.name, func() error { return nil }))
}

package batch

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/data/vfs"
)

// asidePrefix begins the names of files that are being written.
const asidePrefix = ".tmp-new-"

// disk is an output folder that several processes may write into, each under names
// of its own until a file is whole.
type disk struct {
	path string
	root vfs.Folder
	tag  string // of this process's files aside

	mu       sync.Mutex
	warnings fault.List
}

// open is how folders are opened; tests open errorfs ones.
var open = vfs.Make

func openDisk(path, tag string) (*disk, error) {
	if path == "" {
		return nil, fault.One(fault.Finding{Code: fault.NotWritten, What: "the output folder has no name", Rule: "a sweep writes into a folder", Remedy: "Give --out a folder"})
	}
	root, err := open(path)
	if err != nil {
		return nil, fault.One(diskFault(path, "create", err))
	}
	d := &disk{path: path, root: root, tag: tag}
	info, err := root.Lstat(folderName)
	switch {
	case err == nil && !info.IsDir():
		err = vfs.NotPlain{What: vfs.Kind(info.Mode())}
	case errors.Is(err, fs.ErrNotExist):
		err = root.Mkdir(folderName)
	}
	if err != nil {
		d.close()
		return nil, d.failed("create", folderName, err)
	}
	return d, nil
}

func (d *disk) failed(verb, name string, err error) error {
	return fault.One(diskFault(filepath.Join(d.path, filepath.FromSlash(name)), verb, err))
}

// diskFault is the finding for an error of the file system.
func diskFault(path, verb string, err error) fault.Finding {
	f := fault.Finding{Code: fault.NotWritten, File: path, What: verb + ": " + vfs.Reason(err), Rule: "a sweep writes into a folder that can be written", Remedy: "Check the disk, or choose another --out"}
	switch {
	case vfs.Full(err):
		f.Code, f.Rule, f.Remedy = fault.DiskFull, "the parts that are finished are safe", "Free space and run the same command again: it resumes where it stopped"
	case vfs.Dangles(err):
		f.What, f.Remedy = vfs.Reason(err), "Choose another --out, or make the folder that the link names"
	case errors.Is(err, vfs.ErrNotRegular):
		if vfs.IsLink(err) {
			f.Code = fault.LinkInTheWay
		}
		f.What, f.Rule, f.Remedy = vfs.Reason(err), "an output replaces regular files only", "Choose another --out, or move it away"
	case errors.Is(err, fs.ErrNotExist):
		f.Rule, f.Remedy = "the output folder must stay in place while a sweep writes into it", "Run again; nothing was written elsewhere"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EEXIST):
		f.Remedy = "Choose another --out, a folder that can be written"
	case vfs.Escapes(err):
		f.Code, f.Rule, f.Remedy = fault.LinkInTheWay, "outputs stay in the output folder", "Remove the symbolic link, or choose another --out"
	}
	return f
}

// write makes a file and its name durable.
func (d *disk) write(name string, fill func(io.Writer) error) (store.File, error) {
	f, err := d.place(name, fill)
	if err == nil {
		d.syncFolder(path.Dir(name))
	}
	return f, err
}

// place makes a file: aside, synced, read back, renamed. Nothing stands under its
// name before all of it is on the disk.
func (d *disk) place(name string, fill func(io.Writer) error) (f store.File, err error) {
	dir, base := path.Split(name)
	tmp := dir + asidePrefix + d.tag + "-" + base
	_ = d.root.Remove(tmp) // of a process that died under the same name
	out, err := vfs.Create(d.root, tmp)
	if err != nil {
		return f, d.failed("create", name, err)
	}
	defer func() {
		if err != nil {
			_ = out.Close() // a second time where it was closed
			_ = d.root.Remove(tmp)
		}
	}()
	m := newMeter(out)
	b := bufio.NewWriterSize(m, 1<<18)
	if err := fill(b); err != nil && m.err == nil {
		return f, fmt.Errorf("%s: %w", name, err)
	}
	if err := errors.Join(m.err, b.Flush()); err != nil {
		return f, d.failed("write", name, err)
	}
	if err := out.Sync(); err != nil {
		return f, d.failed("sync", name, err)
	}
	if err := out.Close(); err != nil {
		return f, d.failed("close", name, err)
	}
	f = m.file(name)
	if again, err := d.hash(tmp); err != nil {
		return f, d.failed("read back", name, err)
	} else if again.SHA256 != f.SHA256 {
		return f, fault.One(fault.Finding{Code: fault.NotWritten, File: filepath.Join(d.path, name), What: "reads back other bytes than were written", Rule: "a file is on the disk as it was written", Remedy: "Check the disk"})
	}
	if err = vfs.Replaceable(d.root, name); err == nil {
		err = d.root.Rename(tmp, name)
	}
	if err != nil {
		return f, d.failed("rename", name, err)
	}
	return f, nil
}

// syncFolder makes the names in a folder durable. That it could not is a warning: what
// is there is whole, and what a journal lists is verified before it is used.
func (d *disk) syncFolder(name string) {
	err := d.root.SyncDir(name)
	if err == nil {
		return
	}
	f := diskFault(filepath.Join(d.path, filepath.FromSlash(name)), "sync", err)
	f.Code, f.Warning = fault.NotWritten, true
	f.Rule, f.Remedy = "the files are in place, but a power cut now could lose their names", "Check the disk"
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Contains(d.warnings, f) {
		d.warnings.Add(f)
	}
}

// warned are the warnings so far.
func (d *disk) warned() fault.List {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.warnings)
}

// hash reads a regular file; a link is not one.
func (d *disk) hash(name string) (store.File, error) {
	return d.copy(io.Discard, name)
}

// copy reads a regular file into w and says what it read: all that it had when it was
// opened.
func (d *disk) copy(w io.Writer, name string) (store.File, error) {
	f, size, err := vfs.OpenSized(d.root, name)
	if err != nil {
		return store.File{}, err
	}
	defer f.Close()
	m := newMeter(w)
	if _, err := io.Copy(m, io.LimitReader(f, size)); err != nil {
		return store.File{}, err
	}
	return m.file(name), nil
}

const isMissing = "is missing"

// same returns how a file differs from what was recorded of it; "" when it does not. A
// file of another size is not read.
func (d *disk) same(want store.File) string {
	info, err := d.root.Lstat(want.Name)
	if err == nil && info.Mode().IsRegular() && info.Size() != want.Bytes {
		return fmt.Sprintf("has %d bytes where %d were written", info.Size(), want.Bytes)
	}
	var got store.File
	if err == nil {
		got, err = d.hash(want.Name)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return isMissing
	case err != nil:
		return vfs.Reason(err)
	case got.Bytes != want.Bytes:
		return fmt.Sprintf("has %d bytes where %d were written", got.Bytes, want.Bytes)
	case got.SHA256 != want.SHA256:
		return "does not match its recorded sha256"
	}
	return ""
}

// names are the files of a folder, in order.
func (d *disk) names(folder string) (out []string, err error) {
	entries, err := d.root.ReadDir(folder)
	if err != nil {
		return nil, d.failed("read", folder, err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out, nil
}

// close ends the use of the folder.
func (d *disk) close() { _ = d.root.Close() }

// meter counts and hashes what goes through it and keeps its first error.
type meter struct {
	to  io.Writer
	sum interface {
		io.Writer
		Sum([]byte) []byte
	}
	n   int64
	err error
}

func newMeter(to io.Writer) *meter { return &meter{to: to, sum: sha256.New()} }

func (m *meter) Write(p []byte) (int, error) {
	n, err := m.to.Write(p)
	_, _ = m.sum.Write(p[:n]) // a hash cannot fail
	m.n += int64(n)
	if m.err == nil {
		m.err = err
	}
	return n, err
}

func (m *meter) file(name string) store.File {
	return store.File{Name: name, Bytes: m.n, SHA256: hex.EncodeToString(m.sum.Sum(nil))}
}

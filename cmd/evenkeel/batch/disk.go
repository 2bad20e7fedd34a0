package batch

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"evenkeel/data/fault"
	"evenkeel/data/store"
)

// asidePrefix begins the names of files that are being written.
const asidePrefix = ".tmp-new-"

// disk is an output folder that several processes may write into, each under names
// of its own until a file is whole.
type disk struct {
	path string
	root *os.Root
	tag  string // of this process's files aside
}

func openDisk(path, tag string) (*disk, error) {
	if path == "" {
		return nil, fault.One(fault.Finding{Code: "E402", What: "the output folder has no name", Remedy: "Give --out a folder"})
	}
	if err := os.MkdirAll(filepath.Join(path, folderName), 0o755); err != nil {
		return nil, fault.One(diskFault(path, "create", err))
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fault.One(diskFault(path, "open", err))
	}
	return &disk{path, root, tag}, nil
}

func (d *disk) failed(verb, name string, err error) error {
	return fault.One(diskFault(filepath.Join(d.path, filepath.FromSlash(name)), verb, err))
}

// diskFault is the finding for an error of the file system.
func diskFault(path, verb string, err error) fault.Finding {
	f := fault.Finding{Code: "E402", File: path, What: verb + ": " + reason(err), Remedy: "Check the disk, or choose another --out"}
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		f.Code, f.Rule, f.Remedy = "E403", "the parts that are finished are safe", "Free space and run the same command again: it goes on where it stopped"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EEXIST):
		f.Remedy = "Choose another --out, a folder that can be written"
	case strings.HasSuffix(reason(err), "path escapes from parent"):
		f.Code, f.Rule, f.Remedy = "E404", "outputs stay in the output folder", "Remove the symbolic link, or choose another --out"
	}
	return f
}

func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err.Error()
	}
	return err.Error()
}

// write makes a file and its name durable.
func (d *disk) write(name string, fill func(io.Writer) error) (store.File, error) {
	f, err := d.place(name, fill)
	if err == nil {
		if err := d.syncFolder(path.Dir(name)); err != nil {
			return f, d.failed("sync", path.Dir(name), err)
		}
	}
	return f, err
}

// place makes a file: aside, synced, read back, renamed. Nothing stands under its
// name before all of it is on the disk.
func (d *disk) place(name string, fill func(io.Writer) error) (f store.File, err error) {
	dir, base := path.Split(name)
	tmp := dir + asidePrefix + d.tag + "-" + base
	_ = d.root.Remove(tmp) // of a process that died under the same name
	out, err := d.root.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
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
		return f, fault.One(fault.Finding{Code: "E402", File: filepath.Join(d.path, name), What: "reads back other bytes than were written", Remedy: "Check the disk"})
	}
	if err := d.root.Rename(tmp, name); err != nil {
		return f, d.failed("rename", name, err)
	}
	return f, nil
}

// syncFolder makes the names in a folder durable.
func (d *disk) syncFolder(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // this file system has no way to sync a folder
	}
	return errors.Join(err, f.Close())
}

// hash reads a regular file; a link is not one.
func (d *disk) hash(name string) (store.File, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return store.File{}, err
	}
	if !info.Mode().IsRegular() {
		return store.File{}, errors.New("is not a regular file")
	}
	f, err := d.root.Open(name)
	if err != nil {
		return store.File{}, err
	}
	defer f.Close()
	m := newMeter(io.Discard)
	if _, err := io.Copy(m, f); err != nil {
		return store.File{}, err
	}
	return m.file(name), nil
}

// same says how a file differs from what was recorded of it; "" when it does not.
func (d *disk) same(want store.File) string {
	got, err := d.hash(want.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is missing"
	case err != nil:
		return reason(err)
	case got.Bytes != want.Bytes:
		return fmt.Sprintf("has %d bytes where %d were written", got.Bytes, want.Bytes)
	case got.SHA256 != want.SHA256:
		return "does not match its recorded sha256"
	}
	return ""
}

// names are the files of a folder, in order.
func (d *disk) names(folder string) (out []string, err error) {
	entries, err := fs.ReadDir(d.root.FS(), folder)
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

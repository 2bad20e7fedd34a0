package batch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"evenkeel/data/fault"
	"evenkeel/data/vfs"
)

// A folder has one lock. A process that does the whole sweep, or merges, holds it
// alone; shards hold it together, and each of them a lock of its own beside it.
// The kernel frees locks when a process ends, however it ends.

const lockName = ".lock"

// lock is a lock that is held.
type lock struct {
	file   vfs.File
	name   string
	shared bool
}

// acquire takes a lock without waiting; E501 if another process has it.
func (d *disk) acquire(name string, shared bool) (*lock, error) {
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	for {
		if err := vfs.Replaceable(d.root, name); err != nil {
			return nil, d.failed("create", name, err)
		}
		f, err := d.root.OpenFile(name, os.O_RDWR|os.O_CREATE)
		if err != nil {
			return nil, d.failed("create", name, err)
		}
		if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
			if refused := d.failed("lock", name, err); !errors.Is(err, syscall.EWOULDBLOCK) {
				_ = f.Close()
				return nil, refused
			}
			busy := d.busy(f)
			_ = f.Close()
			return nil, busy
		}
		// Who held the lock before may have removed its file between open and lock:
		// then we hold a file that no other process can find.
		mine, err := f.Stat()
		var there fs.FileInfo
		if err == nil {
			there, err = d.root.Lstat(name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			_ = f.Close()
			return nil, d.failed("look at", name, err)
		}
		if err != nil || !os.SameFile(mine, there) {
			_ = f.Close()
			continue
		}
		if !shared {
			_ = f.Truncate(0)
			_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0) // for people: nothing depends on it
		}
		return &lock{f, name, shared}, nil
	}
}

func (d *disk) busy(f vfs.File) error {
	who := "another process"
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	if pid := strings.TrimSpace(string(b[:n])); pid != "" && strings.Trim(pid, "0123456789") == "" {
		who = "process " + pid
	}
	return fault.One(fault.Finding{
		Code: fault.FolderBusy, File: d.path,
		What:   "the output folder is in use by " + who,
		Rule:   "one process does a sweep, or a shard of it, and none merges meanwhile",
		Remedy: "Wait until it ends, or choose another --out",
	})
}

// release frees a lock. A file that others may hold stays.
func (d *disk) release(l *lock) {
	if l == nil {
		return
	}
	if !l.shared {
		_ = d.root.Remove(l.name)
	}
	_ = l.file.Close()
}

// locks are those of a process.
type locks struct {
	d    *disk
	held []*lock
}

// lockFor takes the locks of a shard.
func (d *disk) lockFor(s Shard) (*locks, error) {
	l := &locks{d: d}
	names := []string{lockName}
	if s.Count > 1 {
		names = append(names, folderName+"/.lock-"+s.tag())
	}
	for i, name := range names {
		got, err := d.acquire(name, s.Count > 1 && i == 0)
		if err != nil {
			l.release()
			return nil, err
		}
		l.held = append(l.held, got)
	}
	return l, nil
}

func (l *locks) release() {
	for i := len(l.held) - 1; i >= 0; i-- {
		l.d.release(l.held[i])
	}
	l.held = nil
}

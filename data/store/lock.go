package store

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

// lock takes the folder's lock without waiting. The kernel frees it when the
// process ends, however it ends; the file left behind then means nothing. The
// pid in the file is there to be read by people.
func (d *Dir) lock() error {
	for {
		if err := vfs.Replaceable(d.disk, lockName); err != nil {
			return d.failed("create", lockName, err)
		}
		f, err := d.disk.OpenFile(lockName, os.O_RDWR|os.O_CREATE)
		if err != nil {
			return d.failed("create", lockName, err)
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			busy := d.busy(f)
			_ = f.Close()
			if !errors.Is(err, syscall.EWOULDBLOCK) {
				return d.failed("lock", lockName, err)
			}
			return fault.One(busy)
		}
		// Whoever held the lock before may have removed the file between our open
		// and our lock: then we hold a file that no other process can find.
		mine, err := f.Stat()
		var there fs.FileInfo
		if err == nil {
			there, err = d.disk.Lstat(lockName)
		}
		if err == nil && os.SameFile(mine, there) {
			d.locked = f
			return d.sign(f)
		}
		_ = f.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return d.failed("look at", lockName, err)
		}
	}
}

func (d *Dir) sign(f vfs.File) error {
	if err := f.Truncate(0); err != nil {
		return d.failed("write", lockName, err)
	}
	if _, err := f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0); err != nil {
		return d.failed("write", lockName, err)
	}
	return nil
}

func (d *Dir) busy(f vfs.File) fault.Finding {
	who := "another process"
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	if pid := strings.TrimSpace(string(b[:n])); pid != "" && strings.Trim(pid, "0123456789") == "" {
		who = "process " + pid
	}
	return fault.Finding{
		Code: fault.FolderBusy, File: d.path,
		What:   "the output folder is in use by " + who,
		Rule:   "one run at a time writes into a folder",
		Remedy: "Wait until it ends, or choose another --out",
	}
}

// unlock removes the lock's file while the lock is still held, then frees it.
func (d *Dir) unlock() {
	if d.locked == nil {
		return
	}
	_ = d.disk.Remove(lockName)
	_ = d.locked.Close()
	d.locked = nil
}

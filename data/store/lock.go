package store

import (
	"fmt"
	"os"
	"strings"
	"syscall"

	"evenkeel/data/fault"
)

// lock takes the folder's lock without waiting. The kernel frees it when the
// process ends, however it ends; the file left behind then means nothing. The
// pid in the file is there to be read by people.
func (d *Dir) lock() error {
	for {
		f, err := d.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return d.failed("create", lockName, err)
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			busy := d.busy(f)
			_ = f.Close()
			return fault.One(busy)
		}
		// Whoever held the lock before may have removed the file between our open
		// and our lock: then we hold a file nobody else can find.
		mine, err1 := f.Stat()
		there, err2 := d.root.Lstat(lockName)
		if err1 == nil && err2 == nil && os.SameFile(mine, there) {
			d.locked = f
			return d.sign(f)
		}
		_ = f.Close()
	}
}

func (d *Dir) sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return d.failed("write", lockName, err)
	}
	if _, err := f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0); err != nil {
		return d.failed("write", lockName, err)
	}
	return nil
}

func (d *Dir) busy(f *os.File) fault.Finding {
	who := "another process"
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	if pid := strings.TrimSpace(string(b[:n])); pid != "" && strings.Trim(pid, "0123456789") == "" {
		who = "process " + pid
	}
	return fault.Finding{
		Code: "E501", File: d.path,
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

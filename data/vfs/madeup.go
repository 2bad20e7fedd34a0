package vfs

import (
	"os"
	"runtime"
	"syscall"
)

// Types of file systems, as Linux's include/uapi/linux/magic.h names them, whose files
// look regular and are made up while they are read: some never end, some wait.
var madeUpTypes = map[int64]bool{
	0x9fa0:     true, // proc
	0x62656572: true, // sysfs
	0x64626720: true, // debugfs
	0x74726163: true, // tracefs
	0x73636673: true, // securityfs
	0x6e736673: true, // nsfs
}

// madeUp reports whether the kernel makes a file up while it is read, as Linux does.
func madeUp(f *os.File) bool {
	var s syscall.Statfs_t
	return runtime.GOOS == "linux" && syscall.Fstatfs(int(f.Fd()), &s) == nil && madeUpTypes[int64(s.Type)]
}

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"evenkeel/data/fault"
	"evenkeel/data/vfs"
)

// failed turns an error of the file system into a finding.
func (d *Dir) failed(verb, name string, err error) error {
	return fault.One(d.finding(verb, name, err))
}

func (d *Dir) finding(verb, name string, err error) fault.Finding {
	f := diskFault(filepath.Join(d.path, filepath.FromSlash(name)), verb, err)
	if f.Code == fault.DiskFull {
		f.Rule = d.safe()
	}
	return f
}

// safe returns what of the folder can be relied on after a failure.
func (d *Dir) safe() string {
	switch n := len(d.Files()); {
	case d.old != nil:
		return "the earlier output is untouched"
	case n == 1:
		return "1 file of this run is complete"
	default:
		return fmt.Sprintf("%d files of this run are complete", n)
	}
}

var errNotFolder = errors.New("is a file, not a folder")

// diskFault is the finding for an error of the file system about one path.
func diskFault(path, verb string, err error) fault.Finding {
	f := fault.Finding{Code: fault.NotWritten, File: path, What: verb + ": " + vfs.Reason(err), Rule: "a run writes into a folder that can be written", Remedy: "Check the disk, or choose another --out"}
	switch {
	case vfs.Dangles(err):
		f.What, f.Remedy = vfs.Reason(err), "Choose another --out, or make the folder that the link names"
	case vfs.Full(err):
		f.Code = fault.DiskFull
		f.Remedy = "Free space and run again with --force"
	case vfs.Escapes(err):
		f.Code = fault.LinkInTheWay
		f.Rule = "outputs stay in the output folder"
		f.Remedy = "Remove the symbolic link, or choose another --out"
	case errors.Is(err, vfs.ErrNotRegular):
		if f.What = vfs.Reason(err); vfs.IsLink(err) {
			f.Code = fault.LinkInTheWay
		}
		f.Rule = "an output replaces regular files only"
		f.Remedy = "Choose another --out, or move it away"
	case errors.Is(err, fs.ErrNotExist):
		f.Rule = "the output folder must stay in place while a run writes into it"
		f.Remedy = "Run again; nothing was written elsewhere"
	case errors.Is(err, syscall.EROFS):
		f.Remedy = "Choose another --out on a file system that can be written"
	case errors.Is(err, fs.ErrPermission):
		f.Remedy = "Choose another --out, or change the permissions"
	case errors.Is(err, syscall.ENOTDIR) || errors.Is(err, errNotFolder):
		f.Rule = "a file is where a folder should be"
		f.Remedy = "Choose another --out, or move the file away"
	}
	return f
}

package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"evenkeel/data/fault"
	"evenkeel/data/vfs"
)

// Output is a finished output folder, for reading.
type Output struct {
	path string
	root *os.Root
	disk vfs.Folder
}

// Open opens an output folder to read it. It changes nothing in it.
func Open(path string) (*Output, error) {
	info, err := vfs.Stat(path)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("is %s, not a folder", vfs.Kind(info.Mode()))}
	}
	if err != nil {
		return nil, fault.One(unreadable(path, err))
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fault.One(unreadable(path, err))
	}
	return &Output{path: path, root: root, disk: vfs.Root{Root: root}}, nil
}

func unreadable(path string, err error) fault.Finding {
	return fault.Finding{
		Code: fault.NotWritten, File: path, What: "open: " + vfs.Reason(err),
		Rule: "an output is a folder that can be read", Remedy: "Name the output folder of a run",
	}
}

// Path is the folder's path as it was given to Open.
func (o *Output) Path() string { return o.path }

// Close frees the folder.
func (o *Output) Close() error { return o.root.Close() }

// File opens one of the folder's files; the caller closes it.
func (o *Output) File(name string) (*os.File, error) {
	if wrong := checkName(name); wrong != "" {
		return nil, fault.One(badName(o.path, name, wrong))
	}
	info, err := o.root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = vfs.NotPlain{What: vfs.Kind(info.Mode())} // a FIFO would be waited for
	}
	if err != nil {
		return nil, fault.One(unreadable(path.Join(o.path, name), err))
	}
	f, err := o.root.Open(name)
	if err != nil {
		return nil, fault.One(unreadable(path.Join(o.path, name), err))
	}
	return f, nil
}

// Files are the files that the manifest lists, by name.
func (o *Output) Files() ([]File, error) {
	m, err := readManifest(o.disk)
	if err != nil {
		return nil, fault.One(o.noManifest(err))
	}
	slices.SortFunc(m, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return m, nil
}

func (o *Output) noManifest(err error) fault.Finding {
	f := fault.Finding{
		Code: fault.DamagedOutput, File: path.Join(o.path, ManifestName), What: vfs.Reason(err),
		Rule:   "a finished run leaves a manifest that lists its files",
		Remedy: "Run the experiment again with --force",
	}
	if errors.Is(err, vfs.ErrNotRegular) {
		f.Remedy = moveAway
	}
	if errors.Is(err, fs.ErrNotExist) {
		f.What = "there is no manifest: the run did not finish, or this is not an output folder"
	}
	return f
}

// Verify compares every file that the manifest lists, first its size and, when that
// is right, its SHA-256. Missing and changed files are errors (E405), files that no manifest
// lists and leftovers of an interrupted run are warnings; an empty list means
// that the output is as it was written.
func (o *Output) Verify() fault.List {
	files, err := o.Files()
	if err != nil {
		return fault.Of(err)
	}
	var found fault.List
	listed := map[string]bool{ManifestName: true, RunInfoName: true, lockName: true}
	for _, want := range files {
		if wrong := checkName(want.Name); wrong != "" {
			found.Add(badName(path.Join(o.path, ManifestName), want.Name, wrong))
			continue
		}
		if listed[want.Name] {
			found.Add(o.damaged(ManifestName, fmt.Sprintf("lists %s twice", fault.Quote(want.Name))))
			continue
		}
		listed[want.Name] = true
		if what, plain := o.compare(want); what != "" {
			f := o.damaged(want.Name, what)
			if !plain {
				f.Remedy = moveAway
			}
			found.Add(f)
		}
	}
	return append(found, o.extra(listed)...)
}

// moveAway is the remedy for what stands in a file's place: a run replaces files only.
const moveAway = "Move it away and run the experiment again with --force"

// compare returns how a file differs from its line in the manifest, "" if it does not,
// and whether it is a file at all, or none.
func (o *Output) compare(want File) (what string, plain bool) {
	switch got, err := hashFile(o.disk, want.Name, want.Bytes); {
	case errors.Is(err, fs.ErrNotExist):
		return "is missing", true
	case err != nil:
		return vfs.Reason(err), !errors.Is(err, vfs.ErrNotRegular)
	case got.Bytes != want.Bytes:
		return fmt.Sprintf("has %d bytes, the manifest lists %d", got.Bytes, want.Bytes), true
	case got.SHA256 != want.SHA256:
		return fmt.Sprintf("its sha256 is %.12s..., the manifest lists %.12s...", got.SHA256, fault.Clean(want.SHA256)), true
	}
	return "", true
}

func (o *Output) damaged(name, what string) fault.Finding {
	return fault.Finding{
		Code: fault.DamagedOutput, File: path.Join(o.path, name), What: what,
		Rule:   "an output is as its run wrote it",
		Remedy: "Run the experiment again with --force",
	}
}

// extra are the files in the folder that the manifest does not list.
func (o *Output) extra(listed map[string]bool) (found fault.List) {
	_ = vfs.Walk(o.disk, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			f := o.damaged(name, "read: "+vfs.Reason(err))
			f.Warning = true
			found.Add(f)
			return nil
		}
		if e.IsDir() || listed[name] {
			return nil
		}
		f := fault.Finding{
			Code: fault.DamagedOutput, File: path.Join(o.path, fault.Clean(name)), Warning: true,
			What: "is not listed in the manifest", Rule: "it is not part of the run's output", Remedy: "Move it away if it does not belong here",
		}
		if kind := e.Type(); !kind.IsRegular() {
			f.What = "is " + vfs.Kind(kind) + " that the manifest does not list"
		}
		if isAside(path.Base(name)) {
			f.What = "was left by an interrupted run"
			f.Remedy = "The next run with --force into this folder clears it up"
		}
		found.Add(f)
		return nil
	})
	return found
}

// maxManifest is the largest manifest that is read, in bytes.
const maxManifest = 64 << 20

// noManifest describes why a file that could be read is no manifest.
type noManifest string

func (e noManifest) Error() string { return string(e) }

// readManifest reads the list of files. A file that is no manifest is a noManifest;
// other errors are the file system's: what is there is not known then.
func readManifest(d vfs.Folder) ([]File, error) {
	f, err := vfs.Open(d, ManifestName)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxManifest {
		return nil, noManifest(fmt.Sprintf("is not a file of at most %d bytes", maxManifest))
	}
	var m struct {
		Files *[]File `json:"files"`
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, noManifest("is damaged: " + err.Error())
	}
	if m.Files == nil {
		return nil, noManifest(`has no list "files"`)
	}
	return *m.Files, nil
}

// hashFile reads a regular file of the folder; a link is not one. A file that has not
// the size want is not read, and has no hash then: a folder on its own cannot make
// verifying it long.
func hashFile(d vfs.Folder, name string, want int64) (File, error) {
	f, size, err := vfs.OpenSized(d, name)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	if size != want {
		return File{Name: name, Bytes: size}, nil
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(f, want+1)) // it may grow meanwhile
	if err != nil {
		return File{}, err
	}
	return File{Name: name, Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// folder is a folder of a bucket.
type folder struct {
	*blob.Bucket
	name string // as it was given, without its options
}

// openFolder opens the folder that a URL names. Of the services only the bucket is a
// part of their URLs: the path becomes a prefix of names.
func openFolder(ctx context.Context, address string) (*folder, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	name := u.Scheme + "://" + u.Host + u.Path
	prefix := ""
	switch u.Scheme {
	case "s3", "gs", "az":
		prefix, u.Path = strings.Trim(u.Path, "/"), ""
		if u.Scheme == "az" {
			u.Scheme = "azblob"
		}
	case "file":
		if err := os.MkdirAll(u.Path, 0o755); err != nil {
			return nil, err
		}
		u.RawQuery = "no_tmp_dir=true&metadata=skip"
	default:
		return nil, fmt.Errorf("%s: want s3://, gs://, az:// or file://", address)
	}
	b, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if prefix != "" {
		b = blob.PrefixedBucket(b, prefix+"/")
	}
	return &folder{b, name}, nil
}

// list is the names below a prefix, in order.
func (f *folder) list(ctx context.Context, prefix string) (names []string, err error) {
	for it := f.List(&blob.ListOptions{Prefix: prefix}); ; {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		if !strings.HasSuffix(o.Key, "/") { // some tools make empty objects for folders
			names = append(names, o.Key)
		}
	}
}

// get copies an object into a folder, under its name: aside, synced, renamed.
func (f *folder) get(ctx context.Context, name, dir string) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("%s/%s: the name leads out of the folder", f.name, name)
	}
	to := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	r, err := f.NewReader(ctx, name, nil)
	if err != nil {
		return fmt.Errorf("%s/%s: %w", f.name, name, err)
	}
	defer r.Close()
	aside, err := os.CreateTemp(filepath.Dir(to), ".tmp-new-")
	if err != nil {
		return err
	}
	defer os.Remove(aside.Name()) // is gone when all went well
	n, err := io.Copy(aside, r)
	if err == nil && n != r.Size() {
		err = fmt.Errorf("%d of %d bytes came", n, r.Size())
	}
	if err := errors.Join(err, aside.Sync(), aside.Chmod(0o644), aside.Close()); err != nil {
		return fmt.Errorf("%s/%s: %w", f.name, name, err)
	}
	return os.Rename(aside.Name(), to)
}

// once puts a file where nothing is. An object that is there already must have its
// bytes: parts of a sweep have the same ones whoever computes them.
func (f *folder) once(ctx context.Context, dir, name string) error {
	err := f.put(ctx, dir, name, true)
	if gcerrors.Code(err) != gcerrors.FailedPrecondition {
		return err
	}
	there, err := f.hash(ctx, name)
	if err != nil {
		return err
	}
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	if string(sum.Sum(nil)) != there {
		return fmt.Errorf("%s/%s: other bytes are there: another experiment, other prices or another program; choose another place", f.name, name)
	}
	return nil
}

// put copies a file to an object, which appears whole or not at all.
func (f *folder) put(ctx context.Context, dir, name string, absent bool) error {
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer file.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // before Close: nothing is written
	w, err := f.NewWriter(ctx, name, &blob.WriterOptions{IfNotExist: absent, ContentType: "application/octet-stream"})
	if err != nil {
		return fmt.Errorf("%s/%s: %w", f.name, name, err)
	}
	if _, err := io.Copy(w, file); err != nil {
		cancel()
		return errors.Join(fmt.Errorf("%s/%s: %w", f.name, name, err), w.Close())
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("%s/%s: %w", f.name, name, err)
	}
	return nil
}

func (f *folder) hash(ctx context.Context, name string) (string, error) {
	r, err := f.NewReader(ctx, name, nil)
	if err != nil {
		return "", fmt.Errorf("%s/%s: %w", f.name, name, err)
	}
	defer r.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, r)
	return string(sum.Sum(nil)), err
}

// files are the regular files of a folder, with slashes, in order; those that are
// being written and locks are left out.
func files(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(file string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if base := path.Base(filepath.ToSlash(name)); !strings.HasPrefix(base, ".lock") && !strings.HasPrefix(base, ".tmp-") {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	return names, err
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// worker runs commands.
type worker struct{ out, err io.Writer }

// Names that evenkeel gives to the files of a sweep.
const (
	manifest = "manifest.json"
	plan     = "sweep/plan.json"
	journals = "sweep/journal"
)

// pull copies what lies below an address into a folder.
func (w *worker) pull(ctx context.Context, from, dir string) error {
	f, err := openFolder(ctx, from)
	if err != nil {
		return err
	}
	defer f.Close()
	names, err := f.list(ctx, "")
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%s: nothing is there", f.name)
	}
	for _, n := range names {
		if err := f.get(ctx, n, dir); err != nil {
			return err
		}
	}
	return nil
}

// push copies a folder to below an address; the manifest, which says that the rest
// is complete, comes last.
func (w *worker) push(ctx context.Context, dir, to string) error {
	f, err := openFolder(ctx, to)
	if err != nil {
		return err
	}
	defer f.Close()
	names, err := files(dir)
	if err != nil {
		return err
	}
	slices.SortStableFunc(names, func(a, b string) int { return order(a) - order(b) })
	for _, n := range names {
		if err := f.put(ctx, dir, n, false); err != nil {
			return err
		}
	}
	return nil
}

func order(name string) int {
	if name == manifest {
		return 1
	}
	return 0
}

// sweep runs an experiment of a folder and puts the parts where others find them, as
// soon as each is finished. What is there already of the same shard is fetched first.
func (w *worker) sweep(ctx context.Context, experiment, out string, args []string) error {
	scratch, err := os.MkdirTemp(os.Getenv("EVENKEEL_SCRATCH"), "evenkeel-objects-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	from, file, err := split(experiment)
	if err != nil {
		return err
	}
	in, local := filepath.Join(scratch, "in"), filepath.Join(scratch, "out")
	if err := w.pull(ctx, from, in); err != nil {
		return err
	}
	to, err := openFolder(ctx, out)
	if err != nil {
		return err
	}
	defer to.Close()
	if err := to.fetch(ctx, local); err != nil {
		return err
	}
	up := &uploads{folder: to, local: local, sent: map[string]string{}}
	if err := up.known(); err != nil {
		return err
	}
	return w.watched(ctx, up, append([]string{"sweep", filepath.Join(in, file), "--out", local}, args...))
}

// split takes the file off an address.
func split(address string) (from, file string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", err
	}
	file = path.Base(u.Path)
	if file == "/" || file == "." || strings.HasSuffix(u.Path, "/") {
		return "", "", fmt.Errorf("%s: want the address of an experiment file", address)
	}
	u.Path = path.Dir(u.Path)
	return u.String(), file, nil
}

// merge fetches all parts, has evenkeel prove that they are complete, and puts the
// table and the manifest beside them.
func (w *worker) merge(ctx context.Context, out string, args []string) error {
	scratch, err := os.MkdirTemp(os.Getenv("EVENKEEL_SCRATCH"), "evenkeel-objects-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	f, err := openFolder(ctx, out)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.fetch(ctx, scratch); err != nil {
		return err
	}
	if err := w.evenkeel(ctx, append([]string{"merge", scratch}, args...)); err != nil {
		return err
	}
	for _, n := range []string{"sweep.parquet", "sweep/journal.log", manifest} {
		if err := f.put(ctx, scratch, n, false); err != nil {
			return err
		}
	}
	return nil
}

// part is a line of a journal, as evenkeel writes them.
type part struct {
	Part  int `json:"part"`
	Files []struct {
		Name string `json:"name"`
	} `json:"files"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// lines are the parts that a journal lists; torn lines say nothing.
func lines(journal []byte) (parts []part) {
	for s := bufio.NewScanner(bytes.NewReader(journal)); s.Scan(); {
		fields := bytes.SplitN(s.Bytes(), []byte(" "), 3)
		if len(fields) != 3 {
			continue
		}
		sum, err := strconv.ParseUint(string(fields[1]), 16, 32)
		var p part
		if err == nil && uint32(sum) == crc32.Checksum(fields[2], castagnoli) && json.Unmarshal(fields[2], &p) == nil && len(p.Files) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// fetch copies the plan, the journals and the parts that they list. A part that a
// journal lists and nobody has is evenkeel's to notice.
func (f *folder) fetch(ctx context.Context, dir string) error {
	names, err := f.list(ctx, "sweep/")
	if err != nil {
		return err
	}
	for _, n := range names {
		if n != plan && !strings.HasPrefix(n, journals) {
			continue
		}
		if err := f.get(ctx, n, dir); err != nil {
			return err
		}
		if n == plan {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(n)))
		if err != nil {
			return err
		}
		for _, p := range lines(b) {
			for _, file := range p.Files {
				if _, there := slices.BinarySearch(names, file.Name); !there {
					continue
				}
				if err := f.get(ctx, file.Name, dir); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

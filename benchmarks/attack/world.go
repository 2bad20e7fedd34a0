package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// world is a folder in which commands run: experiments, prices, finished and damaged
// outputs, and what is no file. A copy is kept to begin again from.
type world struct {
	p            program
	root, master string
	now          map[string]string // what is in root
}

// inside is the folder below the root that commands run in: what they write beside it
// shows as well.
const inside = "in"

const sweepText = `name: points
data: {prices: prices.csv}
targets: {AAA: 60%, BBB: 40%}
costs: [{model: bps, rate: 10}]
policies: {bands: {strategy: bands, band: 20%, rail: 10%, look: session}}
sweep: {policy: bands, axes: {band: "1%:4%:1%", rail_ratio: [0, 50%]}}
`

const runText = `name: short
data: {prices: prices.csv}
account: {cash: 100000}
targets: {AAA: 60%, BBB: 40%}
costs: [{model: bps, rate: 10}]
policies:
  bands: {strategy: bands, band: 2%, rail: 1%, look: session}
  never: {strategy: buy_and_hold}
base: never
`

// newWorld makes the folder and what the program itself has to make in it.
func newWorld(p program, scratch string) (*world, error) {
	w := &world{p: p, root: filepath.Join(scratch, "world"), master: filepath.Join(scratch, "master")}
	at := filepath.Join(w.root, inside)
	for _, dir := range []string{"empty", "full", "home", "tmp"} {
		if err := os.MkdirAll(filepath.Join(at, dir), 0o755); err != nil {
			return nil, err
		}
	}
	w.p.env = append(os.Environ(), "HOME="+filepath.Join(at, "home"), "TMPDIR="+filepath.Join(at, "tmp"), "TERM=dumb")
	for name, text := range map[string]string{
		"x.yaml": runText, "points.yaml": sweepText, "prices.csv": string(shortPrices()), "empty.yaml": "", "bad.yaml": "name: [", "full/note.txt": "mine",
		"bad.csv": "date,symbol,close\n2024-01-02,AAA,-1\n2024-01-02,AAA\n",
	} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	for _, args := range [][]string{
		{"run", "x.yaml", "--out", "run", "--quiet"}, {"run", "x.yaml", "--out", "broken", "--quiet", "--set", "policies.bands.band=3%"},
		{"sweep", "points.yaml", "--out", "swept", "--quiet"}, {"sweep", "points.yaml", "--out", "half", "--quiet", "--shard", "1/2", "--part-points", "1"},
	} {
		if a := w.p.run(at, args...); a.code != 0 || a.fault != "" {
			return nil, fmt.Errorf("evenkeel %s: exit %d %s: %s", strings.Join(args, " "), a.code, a.fault, a.errs)
		}
	}
	if err := os.WriteFile(filepath.Join(at, "broken", "run.json"), []byte("{}"), 0o644); err != nil {
		return nil, err
	}
	for name, to := range map[string]string{"link.yaml": "x.yaml", "linked": "run", "dangling": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(at, name)); err != nil {
			return nil, err
		}
	}
	if err := syscall.Mkfifo(filepath.Join(at, "fifo"), 0o644); err != nil {
		return nil, err
	}
	if err := copyTree(w.root, w.master); err != nil {
		return nil, err
	}
	var err error
	w.now, err = listing(w.root)
	return w, err
}

// changed names what is no longer as it was, but for the times of folders.
func (w *world) changed() ([]string, error) {
	now, err := listing(w.root)
	if err != nil {
		return nil, err
	}
	var names []string
	for name, is := range now {
		if was, there := w.now[name]; !there {
			names = append(names, name+" is new")
		} else if was != is {
			names = append(names, name+" is changed")
		}
	}
	for name := range w.now {
		if _, there := now[name]; !there {
			names = append(names, name+" is gone")
		}
	}
	slices.Sort(names)
	return names, nil
}

// renew puts everything back as it was.
func (w *world) renew() error {
	if err := os.RemoveAll(w.root); err != nil {
		return err
	}
	if err := copyTree(w.master, w.root); err != nil {
		return err
	}
	var err error
	w.now, err = listing(w.root)
	return err
}

// listing tells a folder's files by kind, size, number and time of change.
func listing(root string) (map[string]string, error) {
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			all[name] = "folder"
			return nil
		}
		if e.Name() == ".lock" {
			return nil // comes and goes with whoever looks
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		all[name] = fmt.Sprint(info.Mode(), info.Size(), info.ModTime().UnixNano(), info.Sys().(*syscall.Stat_t).Ino)
		return nil
	})
	return all, err
}

// copyTree copies files, folders, links and pipes.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		at := filepath.Join(to, name)
		switch e.Type() {
		case fs.ModeDir:
			return os.MkdirAll(at, 0o755)
		case fs.ModeSymlink:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(target, at)
		case fs.ModeNamedPipe:
			return syscall.Mkfifo(at, 0o644)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(at, b, 0o644)
	})
}

// things are the names that arguments are drawn from, by what a command asks for.
var things = map[string][]string{
	"FILE": {"x.yaml", "x.yaml", "points.yaml", "points.yaml", "link.yaml", "prices.csv"},
	"DIR":  {"run", "run", "swept", "swept", "half", "linked", "broken"},
	"RUN":  {"run", "run", "run", "linked", "broken"},
	"IN":   {"prices.csv", "prices.csv", "run/trades.parquet"},
	"OUT":  {"new.parquet", "new.csv", "new.arrow", "new.arrows", "prices.csv", "new/x.csv"},
	"NAME": {"bands", "cagr", "bps", "tracking_error"},
}

// oddNames stand in a file's place.
var oddNames = []string{"none", "none.yaml", "none/x.csv", "empty", "full", "empty.yaml", "bad.yaml", "bad.csv", "fifo", "dangling", "half", "broken", "linked", "x.yaml", "run", "prices.csv",
	".", "..", "../beside", "./x.yaml/", "x.yaml/below", "/dev/null", "/dev/full", "/dev/null/x", "/dev/zero", "/proc/self/mem", "/proc/none", "~", "~/x", "$HOME", "*"}

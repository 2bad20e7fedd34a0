// Package batch runs a sweep into an output folder. It writes parts that are whole or
// absent and lists them in a journal, so that a stopped sweep can resume; it splits a
// sweep into shards for many machines, and merges the parts into one table.
package batch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/data/vfs"
	"evenkeel/sim/sweep"
)

// Job is a sweep to run, or a shard of one.
type Job struct {
	Out      string
	Force    bool // start over, whatever sweep is in the folder
	Spec     *Spec
	Points   Points
	Shard    Shard
	Workers  int
	Measures []string             // columns, some of MeasureNames in their order
	Progress func(Progress)       // is told now and then, by one goroutine at a time; nil: nobody is
	Warn     func(fault.Finding)  // is told of what is odd
	Panicked func(*sweep.Panic)   // is told of panics at points, by any worker
	Limit    time.Duration        // of the time of a point; 0: none
	Manifest func(Summary) []byte // of a finished sweep; of a shard it is not asked
}

// Points are what a job runs: how they become accounts, and what is written of them.
type Points interface {
	sweep.Points // Maker: the accounts, for one worker
	// Columns are the parameters as columns of the table; one whose name is taken has
	// another.
	Columns(taken func(name string) bool) []sweep.Column
	// Rows is a reader of the points' places in the columns, and of their ids.
	Rows() sweep.Rows
}

// Progress is how far a run is.
type Progress struct {
	Points int // of this run: those of its shard
	Before int // of them, those that an earlier run had finished
	Done   int // of them, those that this run has computed
	Failed int // of all that are finished
}

// Summary is what a run, or a merge, left.
type Summary struct {
	Points, Failed int // in the folder, or of the shard
	Parts          int // likewise
	Reused         int // points that were there before
	Complete       bool
	Files          []store.File // of a complete sweep, by name
	Digest         string       // of the files
	Reasons        []string     // why points failed, the first few
	Warnings       fault.List   // what went wrong without spoiling it
}

// ErrStopped means that a run was interrupted: run the same command to resume.
var ErrStopped = errors.New("stopped; run the same command again to go on")

// Run does what is left of a job. An interrupted context ends it with ErrStopped:
// finished parts stay. Other errors are findings: E401 the folder holds something
// else, E402 and E403 it cannot be written, E501 it is in use.
func Run(ctx context.Context, j Job) (s Summary, err error) {
	d, err := openDisk(j.Out, j.Shard.tag())
	if err != nil {
		return s, err
	}
	defer d.close()
	held, err := d.lockFor(j.Shard)
	if err != nil {
		return s, err
	}
	defer held.release()
	if err := d.sweepAside(j.Shard); err != nil {
		return s, err
	}
	id, _, err := d.claim(j.Spec, j.Force)
	if err != nil {
		return s, err
	}
	r := &runner{Job: j, d: d, id: id, layout: newLayout(j.Points, j.Measures)}
	if err := r.resume(); err != nil {
		return s, err
	}
	if err := r.compute(ctx); err != nil {
		return s, err
	}
	if s = r.summary(); j.Shard.Count > 1 {
		s.Warnings = d.warned()
		return s, nil
	}
	return d.finish(ctx, j.Spec, id, r.done, s, j.Manifest)
}

// runner is a job at work.
type runner struct {
	Job
	d        *disk
	id       string // of the sweep
	layout   *layout
	journal  *journal
	done     map[int]Part // finished, of the shard
	progress Progress
	reused   int
	reasons  []string
}

// resume finds what is finished. A part that does not match its record is set aside
// and done again.
func (r *runner) resume() error {
	known, err := r.d.recorded(r.id)
	if err != nil {
		return err
	}
	r.done = map[int]Part{}
	for k := range r.Spec.Parts() {
		first, end := r.Spec.points(k)
		if !r.Shard.has(k) {
			continue
		}
		r.progress.Points += end - first
		p, ok := known[k]
		if !ok || p.Late > 0 { // another machine, or another limit, may give them the time
			continue
		}
		if r.damaged(p) {
			continue
		}
		r.done[k] = p
		r.progress.Before += p.Rows
		r.progress.Failed += p.Failed
		r.reused += p.Rows
	}
	return nil
}

// damaged reports whether a part's files are not as they were written; then what is
// left of it goes to quarantine.
func (r *runner) damaged(p Part) bool {
	for _, f := range p.Files {
		what := r.d.same(f)
		if what == "" {
			continue
		}
		where := "recomputing"
		if what != isMissing && r.d.quarantine(f.Name) == nil {
			where = "moved to " + quarantineName + ", recomputing"
		}
		r.warn(fault.Finding{
			Code: fault.DamagedOutput, File: filepath.Join(r.Out, filepath.FromSlash(f.Name)), What: what + ": " + where, Warning: true,
			Rule: "a part is as it was written", Remedy: "Check the disk if it happens again",
		})
		return true
	}
	return false
}

func (r *runner) warn(f fault.Finding) {
	if r.Warn != nil {
		r.Warn(f)
	}
}

const quarantineName = folderName + "/quarantine"

// quarantine moves a file out of the way, under a name that nothing has.
func (d *disk) quarantine(name string) error {
	if err := d.root.Mkdir(quarantineName); err != nil {
		return err
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	for k := 1; ; k++ {
		to := fmt.Sprintf("%s/%d-%s", quarantineName, k, base)
		free, err := vfs.Missing(d.root, to)
		if free {
			return d.root.Rename(name, to)
		}
		if err != nil {
			return err
		}
	}
}

// compute runs the parts that are left and writes each as soon as it is whole.
func (r *runner) compute(ctx context.Context) error {
	var ranges []sweep.Range
	for k := range r.Spec.Parts() {
		if _, ok := r.done[k]; !ok && r.Shard.has(k) {
			first, end := r.Spec.points(k)
			ranges = append(ranges, sweep.Range{First: first, End: end})
		}
	}
	r.tell()
	if len(ranges) == 0 {
		return nil
	}
	if err := r.d.unfinish(); err != nil {
		return err
	}
	var err error
	if r.journal, err = r.d.appendTo(r.Shard.journal(), r.id); err != nil {
		return err
	}
	defer r.journal.close()
	w := newWriter(r)
	o := sweep.Options{Workers: r.Workers, NAV: r.Spec.NAV, Measures: sweep.Named(r.Measures), Panicked: r.Panicked}
	if r.Limit > 0 {
		clock := time.NewTicker(r.Limit / sweep.LateTicks)
		defer clock.Stop()
		o.Ticks, o.Late = clock.C, fmt.Errorf("%s: took longer than limits.point_time %v", lateCode, r.Limit)
	}
	err = sweep.Run(ctx, r.Points, ranges, o, w)
	if wrote := w.close(); wrote != nil {
		return wrote
	}
	if err != nil && ctx.Err() != nil && fault.Of(err) == nil {
		return ErrStopped
	}
	return err
}

func (r *runner) tell() {
	if r.Progress != nil {
		r.Progress(r.progress)
	}
}

func (r *runner) summary() Summary {
	s := Summary{Reused: r.reused, Parts: len(r.done), Reasons: r.reasons}
	for _, p := range sortedParts(r.done) {
		s.Points += p.Rows
		s.Failed += p.Failed
	}
	return s
}

// sweepAside removes what a process of this shard left half written; a process that
// is alone removes that of all.
func (d *disk) sweepAside(s Shard) error {
	for _, folder := range []string{".", folderName} {
		names, err := d.names(folder)
		if err != nil {
			return err
		}
		for _, n := range names {
			if strings.HasPrefix(n, asidePrefix) && (s.Count == 1 || strings.HasPrefix(n, asidePrefix+s.tag()+"-")) {
				if err := d.root.Remove(folder + "/" + n); err != nil {
					return d.failed("remove", folder+"/"+n, err)
				}
			}
		}
	}
	return nil
}

// unfinish takes the manifest and the table of a finished sweep away, because a
// part of it must be done again.
func (d *disk) unfinish() error {
	for _, n := range []string{store.ManifestName, TableName} {
		if err := vfs.Replaceable(d.root, n); err != nil {
			return d.failed("remove", n, err)
		}
		if err := d.root.Remove(n); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return d.failed("remove", n, err)
		}
	}
	return nil
}

// clear removes everything of an earlier sweep, and nothing else: what has no name of a
// sweep's, or is no file, stays.
func (d *disk) clear() error {
	if err := d.unfinish(); err != nil {
		return err
	}
	names, err := d.names(folderName)
	if err != nil {
		return err
	}
	for _, n := range names {
		if !ownName.MatchString(n) {
			continue
		}
		name := folderName + "/" + n
		info, err := d.root.Lstat(name)
		if folder := name == quarantineName; err == nil && !info.Mode().IsRegular() && !(folder && info.IsDir()) {
			err = vfs.NotPlain{What: vfs.Kind(info.Mode())}
		}
		if err != nil {
			return d.failed("remove", name, err)
		}
		if err := d.root.RemoveAll(name); err != nil {
			return d.failed("remove", name, err)
		}
	}
	return nil
}

// ownName are the names that a sweep gives in its folder, but those of locks.
var ownName = regexp.MustCompile(`^(plan\.json|journal(-[0-9]+-of-[0-9]+)?\.log|(part|nav)-[0-9]+\.parquet|quarantine|\.tmp-new-.*)$`)

package batch

import (
	"fmt"
	"io"
	"sync"
	"time"

	"evenkeel/data/columnar"
	"evenkeel/sim/sweep"
)

// writer is the sink of a run. Parts are written by goroutines of their own while
// the next ones are computed: most of the time of a small part is waiting for the
// disk.
type writer struct {
	*runner
	points sweep.Rows
	filled *rows // the part that comes in
	spare  chan *rows
	full   chan *rows
	group  sync.WaitGroup
	failed chan struct{}

	mu     sync.Mutex // of the journal, of done and of what follows
	err    error      // the first one; failed is closed then
	synced time.Time
}

const writers = 3

func newWriter(r *runner) *writer {
	w := &writer{runner: r, points: r.Points.Rows(), spare: make(chan *rows, writers+1), full: make(chan *rows), failed: make(chan struct{}), synced: time.Now()}
	for range cap(w.spare) {
		w.spare <- &rows{}
	}
	for range writers {
		w.group.Go(w.write)
	}
	return w
}

// Take takes the rows of a block; blocks do not cross the bounds of parts.
func (w *writer) Take(b *sweep.Block) error {
	part := b.First / w.Spec.PartPoints
	if w.filled == nil {
		select {
		case w.filled = <-w.spare:
		case <-w.failed:
			return w.first()
		}
		w.filled.reset(part)
	}
	w.filled.add(b, w.points, w.Spec.NAV)
	w.progress.Done += b.Rows
	for _, e := range b.Errs {
		if e == "" {
			continue
		}
		w.progress.Failed++
		if len(w.reasons) < maxReasons {
			w.reasons = append(w.reasons, e)
		}
	}
	w.tell()
	if _, end := w.Spec.points(part); b.First+b.Rows == end {
		select {
		case w.full <- w.filled:
		case <-w.failed:
			return w.first()
		}
		w.filled = nil
	}
	return nil
}

const maxReasons = 5

// close waits until what is whole is on the disk, and drops a part that is not.
func (w *writer) close() error {
	close(w.full)
	w.group.Wait()
	if w.err == nil {
		w.err = w.sync()
	}
	return w.err
}

func (w *writer) first() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *writer) write() {
	for r := range w.full {
		if err := w.part(r); err != nil {
			w.mu.Lock()
			if w.err == nil {
				w.err = err
				close(w.failed)
			}
			w.mu.Unlock()
			return
		}
		w.spare <- r
	}
}

// part puts a part on the disk and then, only then, into the journal.
func (w *writer) part(r *rows) error {
	p := Part{Part: r.part, Rows: len(r.ids), Failed: r.failed(), Late: r.late()}
	tables := []*columnar.Table{w.layout.table(r)}
	names := []string{partName(r.part)}
	if w.Spec.NAV {
		tables, names = append(tables, r.navTable()), append(names, navName(r.part))
	}
	for i, t := range tables {
		f, err := w.d.place(names[i], func(out io.Writer) error { return t.Write(out, columnar.Parquet) })
		if err != nil {
			return err
		}
		p.Files = append(p.Files, f)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.runner.journal.add(p); err != nil {
		return err
	}
	w.done[r.part] = p
	if time.Since(w.synced) < time.Second {
		return nil
	}
	w.synced = time.Now()
	return w.sync()
}

// sync makes names and journal durable. A power cut before it loses no more than
// the lines of the last second; what the journal lists is verified before it is
// used.
func (w *writer) sync() error {
	w.d.syncFolder(folderName)
	return w.runner.journal.sync()
}

func partName(k int) string { return fmt.Sprintf("%s/part-%05d.parquet", folderName, k) }
func navName(k int) string  { return fmt.Sprintf("%s/nav-%05d.parquet", folderName, k) }

package batch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/data/store"
)

// tableRows is how many rows a row group of the table of all points has, whatever
// the parts.
const tableRows = 1 << 16

// finish makes the table of all points and the manifest of a folder whose parts are
// complete. It does nothing when both are there and good.
func (d *disk) finish(ctx context.Context, spec *Spec, id string, done map[int]Part, s Summary, manifest func(Summary) []byte) (Summary, error) {
	parts := sortedParts(done)
	lines := journalLine(header{id})
	for _, p := range parts {
		s.Files = append(s.Files, p.Files...)
		lines = append(lines, journalLine(p)...)
	}
	table, err := d.table(ctx, spec, parts)
	if err != nil {
		return s, err
	}
	final, err := d.write(folderName+"/"+finalJournal, func(w io.Writer) error { _, err := w.Write(lines); return err })
	if err != nil {
		return s, err
	}
	plan, err := d.hash(planName)
	if err != nil {
		return s, d.failed("read", planName, err)
	}
	s.Files = append(s.Files, table, final, plan)
	slices.SortFunc(s.Files, func(a, b store.File) int { return strings.Compare(a.Name, b.Name) })
	s.Digest, s.Complete = digest(s.Files), true
	if _, err := d.write(store.ManifestName, func(w io.Writer) error { _, err := w.Write(manifest(s)); return err }); err != nil {
		return s, err
	}
	s.Warnings = d.warned()
	return s, d.tidy()
}

// digest is the SHA-256 over a line "sha256  name" for each file: what sha256sum
// prints for them.
func digest(files []store.File) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", f.SHA256, f.Name)
	}
	return sha([]byte(b.String()))
}

// table writes the table of all points from the parts, a row group at a time.
func (d *disk) table(ctx context.Context, spec *Spec, parts []Part) (store.File, error) {
	return d.write(TableName, func(w io.Writer) error {
		var stream *columnar.Stream
		var g gather
		flush := func() error {
			t := g.table()
			if stream == nil {
				var err error
				if stream, err = columnar.NewStream(w, t); err != nil {
					return err
				}
			}
			return stream.Append(t)
		}
		for _, p := range parts {
			if err := ctx.Err(); err != nil {
				return ErrStopped
			}
			t, err := d.read(ctx, p)
			if err != nil && ctx.Err() != nil {
				return ErrStopped
			}
			if err != nil {
				return err
			}
			first, end := spec.points(p.Part)
			if t.Rows() != end-first {
				return fault.One(damagedPart(d.path, p, fmt.Sprintf("has %d rows, the plan says %d", t.Rows(), end-first)))
			}
			if err := g.add(t); err != nil {
				return fault.One(damagedPart(d.path, p, err.Error()))
			}
			if g.rows >= tableRows {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		if g.rows > 0 || stream == nil {
			if err := flush(); err != nil {
				return err
			}
		}
		return stream.Close()
	})
}

// read reads the rows of a part, and nothing else than what its record says.
func (d *disk) read(ctx context.Context, p Part) (*columnar.Table, error) {
	name := partName(p.Part)
	var b bytes.Buffer
	got, err := d.copy(&b, name)
	if err != nil {
		return nil, d.failed("read", name, err)
	}
	if !slices.Contains(p.Files, got) {
		return nil, fault.One(damagedPart(d.path, p, "changed while the table was made"))
	}
	return columnar.DecodeTable(ctx, name, b.Bytes(), columnar.TableOptions{})
}

func damagedPart(path string, p Part, what string) fault.Finding {
	return fault.Finding{
		Code: fault.DamagedOutput, File: filepath.Join(path, filepath.FromSlash(partName(p.Part))), What: what,
		Rule: "a part is as it was written", Remedy: "Run the sweep again: it computes what is damaged or missing",
	}
}

// tidy removes the journals of shards and their locks: the sweep is finished.
func (d *disk) tidy() error {
	names, err := d.names(folderName)
	if err != nil {
		return err
	}
	for _, n := range names {
		if strings.HasPrefix(n, journalPrefix) || strings.HasPrefix(n, ".lock-") || strings.HasPrefix(n, asidePrefix) {
			if err := d.root.Remove(folderName + "/" + n); err != nil {
				return d.failed("remove", folderName+"/"+n, err)
			}
		}
	}
	return nil
}

// Merge proves that folders hold every part of one sweep and makes its table and
// manifest in the first of them, or in out. Findings: E401 the folders hold
// different sweeps, E405 a part does not match its record or two folders have
// different ones, E406 parts are missing, E501 a folder is in use.
func Merge(ctx context.Context, out string, dirs []string, manifest func(*Spec, Summary) []byte) (s Summary, err error) {
	if len(dirs) == 0 {
		return s, errors.New("no folder to merge")
	}
	if out == "" {
		out = dirs[0]
	}
	m := &merger{}
	defer m.close()
	for _, path := range dirs {
		if err := m.open(path); err != nil {
			return s, err
		}
	}
	if _, err := os.Stat(filepath.Join(out, planName)); err == nil && m.disk(out) == nil {
		if err := m.open(out); err != nil {
			return s, err
		}
	}
	at, err := m.find(m.disk(out))
	if err != nil {
		return s, err // and nothing has changed
	}
	into, err := m.into(out)
	if err != nil {
		return s, err
	}
	if err := m.collect(into, at); err != nil {
		return s, err
	}
	for _, p := range sortedParts(m.done) {
		s.Points += p.Rows
		s.Failed += p.Failed
	}
	s.Parts = len(m.done)
	return into.finish(ctx, m.spec, sha(m.plan), m.done, s, func(s Summary) []byte { return manifest(m.spec, s) })
}

// merger holds the folders of a merge.
type merger struct {
	spec    *Spec
	plan    []byte
	disks   []*disk
	held    []*locks
	done    map[int]Part
	damaged map[int]bool // parts that a folder has otherwise than as recorded
}

func (m *merger) close() {
	for i := range m.disks {
		m.held[i].release()
		m.disks[i].close()
	}
}

// open takes a folder of the same sweep as the ones before.
func (m *merger) open(path string) error {
	if _, err := os.Stat(filepath.Join(path, planName)); err != nil {
		return fault.One(noSweep(path))
	}
	d, err := m.take(path)
	if err != nil {
		return err
	}
	spec, plan, err := d.readSpec()
	switch {
	case err != nil:
		return err
	case spec == nil:
		return fault.One(noSweep(path))
	case m.spec == nil:
		m.spec, m.plan = spec, plan
	case !bytes.Equal(plan, m.plan):
		return fault.One(otherSweep(path, m.plan, plan))
	}
	return nil
}

func noSweep(path string) fault.Finding {
	return fault.Finding{Code: fault.PartsMissing, File: path, What: "contains no sweep", Rule: "a sweep leaves sweep/plan.json", Remedy: "Name the --out of a sweep"}
}

func (m *merger) take(path string) (*disk, error) {
	d, err := openDisk(path, "merge")
	if err != nil {
		return nil, err
	}
	held, err := d.lockFor(Alone)
	if err != nil {
		d.close()
		return nil, err
	}
	m.disks, m.held = append(m.disks, d), append(m.held, held)
	return d, nil
}

// into is the folder that receives the table.
func (m *merger) into(out string) (*disk, error) {
	if d := m.disk(out); d != nil {
		return d, nil
	}
	d, err := m.take(out)
	if err != nil {
		return nil, err
	}
	_, _, err = d.claim(m.spec, false)
	return d, err
}

// disk is an open folder by its path, nil when it is none of them.
func (m *merger) disk(path string) *disk {
	for _, d := range m.disks {
		if filepath.Clean(d.path) == filepath.Clean(path) {
			return d
		}
	}
	return nil
}

// find finds every part once, as it was recorded, and says where; in prefer, where it
// is there as well.
func (m *merger) find(prefer *disk) (at map[int]*disk, err error) {
	m.done, m.damaged = map[int]Part{}, map[int]bool{}
	at = map[int]*disk{}
	var found fault.List
	for _, d := range m.disks {
		known, err := d.recorded(sha(m.plan))
		if err != nil {
			return nil, err
		}
		for _, p := range sortedParts(known) {
			if p.Part >= m.spec.Parts() {
				continue
			}
			if what := d.wrong(p); what != "" {
				if what != isMissing || len(m.disks) == 1 { // else another folder may have it whole
					found.Add(damagedPart(d.path, p, what))
					m.damaged[p.Part] = true
				}
				continue
			}
			was, twice := m.done[p.Part]
			if twice && p.Late > was.Late {
				continue // the other folder had the time
			}
			if twice && p.Late == was.Late && !slices.Equal(was.Files, p.Files) {
				found.Add(damagedPart(d.path, p, "differs from the one in "+at[p.Part].path))
				continue
			}
			if m.done[p.Part] = p; at[p.Part] == nil || at[p.Part] != prefer || p.Late < was.Late {
				at[p.Part] = d
			}
		}
	}
	return at, append(found, m.missing()...).Err()
}

// collect copies the parts that lie elsewhere.
func (m *merger) collect(into *disk, at map[int]*disk) error {
	for _, p := range sortedParts(m.done) {
		if from := at[p.Part]; from != into {
			for _, f := range p.Files {
				if err := copyFile(into, from, f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// wrong returns what is wrong with a recorded part.
func (d *disk) wrong(p Part) string {
	for _, f := range p.Files {
		if what := d.same(f); what != "" {
			return what
		}
	}
	return ""
}

// missing is the finding for parts that no folder has; nil when there are none.
func (m *merger) missing() fault.List {
	var gaps []string
	n := 0
	for k := range m.spec.Parts() {
		if _, ok := m.done[k]; !ok && !m.damaged[k] {
			if n++; n <= 10 {
				gaps = append(gaps, fmt.Sprint(k))
			}
		}
	}
	if n == 0 {
		return nil
	}
	if n > 10 {
		gaps = append(gaps, "...")
	}
	return fault.List{{
		Code: fault.PartsMissing, File: m.disks[0].path, What: fmt.Sprintf("%d of %d parts are missing: %s", n, m.spec.Parts(), strings.Join(gaps, ", ")),
		Rule: "part k belongs to shard k mod n, counted from 0", Remedy: "Run the shards that are missing, then merge again",
	}}
}

func copyFile(into, from *disk, f store.File) error {
	got, err := into.write(f.Name, func(w io.Writer) error {
		meter := newMeter(w)
		if _, err := from.copy(meter, f.Name); err != nil && meter.err == nil {
			return from.failed("read", f.Name, err)
		}
		return meter.err
	})
	if err == nil && got != f {
		return fault.One(fault.Finding{Code: fault.DamagedOutput, File: filepath.Join(from.path, filepath.FromSlash(f.Name)), What: "changed while it was copied", Rule: "nobody writes into a sweep that is merged", Remedy: "Merge again"})
	}
	return err
}

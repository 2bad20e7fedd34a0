package experiment

import (
	"fmt"
	"path/filepath"
	"slices"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim/cost"
)

// outside counts what is dated before or after a run and so never takes effect.
type outside struct {
	early, late           int
	firstEarly, firstLate string // the first of each, as messages name it
}

// add counts a date that is beyond the run.
func (o *outside) add(p *data.Panel, d data.Date, where string) {
	said := d.String() + where
	switch {
	case d > p.Date(p.Sessions()-1):
		if o.late++; o.late == 1 {
			o.firstLate = said
		}
	default:
		if o.early++; o.early == 1 {
			o.firstEarly = said
		}
	}
}

// warn reports what was counted at a place: what it is (signal, row) and why early ones
// come to nothing.
func (o *outside) warn(c *syntax.Checker, p *data.Panel, at syntax.Place, path, what, early string) {
	if o.early > 0 {
		c.Warn(at, fault.OutsideData, fmt.Sprintf("%s: %s %s %s", path, plural(o.early, what), early, p.Date(0)), "left out; the first is of "+o.firstEarly, "")
	}
	if o.late > 0 {
		c.Warn(at, fault.OutsideData, fmt.Sprintf("%s: %s after the last session %s", path, plural(o.late, what), p.Date(p.Sessions()-1)), "left out; the first is of "+o.firstLate, "")
	}
}

// rowOf names a row of a file in a message.
func (t *contents) rowOf(row int32) string {
	if t.place == nil {
		return ""
	}
	return " (" + filepath.Base(t.source.File) + " " + t.place(int(row)) + ")"
}

// neverDue warns of the dates of signals, costs and lots that no session of the run
// meets. Flows, targets and restrictions are warned of where they are bound.
func (f *File) neverDue(c *syntax.Checker, p *data.Panel) {
	var seen []string
	for _, m := range f.mentions {
		t := f.tables[m.tableKey]
		if t == nil || m.role != signalFile || slices.Contains(seen, m.path) {
			continue
		}
		seen = append(seen, m.path)
		o := outside{}
		for i, d := range t.signal.dates {
			if d <= p.Date(0) || d > p.Date(p.Sessions()-1) {
				o.add(p, d, t.rowOf(t.signal.rows[i]))
			}
		}
		o.warn(c, p, m.at.At, m.at.Path, "signal", "on or before the first session")
	}
	for _, e := range f.Costs {
		f.undueCost(c, p, e)
	}
	if f.Tax != nil && f.Tax.file != "" {
		f.undueLots(c, p)
	}
}

// undueCost warns of a cost whose dates no session of the run meets.
func (f *File) undueCost(c *syntax.Checker, p *data.Panel, e Cost) {
	plug, _ := cost.Catalog.Find(e.Model)
	_, knobs := plug.New()
	for _, k := range knobs {
		if k.Before == "" {
			continue
		}
		first, last := periodOf(e.node, k)
		if from, until := inForce(p, first, last); from >= until {
			c.Warn(e.node.At, fault.OutsideData, e.node.Path+": no session falls into it", fmt.Sprintf("the sessions run from %s to %s", p.Date(0), p.Date(p.Sessions()-1)), "")
		}
	}
}

// undueLots warns of rows of a table of lots that no sale of the run can take.
func (f *File) undueLots(c *syntax.Checker, p *data.Panel) {
	t, n := f.contents(lotsFile, f.Tax.file), f.Tax.node.Get("lots")
	o, first, last := outside{}, p.Date(0), p.Date(p.Sessions()-1)
	for i, x := range t.lots {
		switch where := t.rowOf(int32(i)); {
		case p.Symbol(x.Symbol) < 0:
		case x.Acquired < first || x.Acquired > last:
			o.add(p, x.Acquired, where)
		case x.Sold != data.NoDate && (x.Sold < first || x.Sold > last):
			o.add(p, x.Sold, where)
		}
	}
	o.warn(c, p, n.At, n.Path, "row", "before the first session")
}

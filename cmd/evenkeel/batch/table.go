package batch

import (
	"fmt"
	"strings"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/sim/sweep"
)

// Columns of every sweep beside its axes and measures.
const (
	pointColumn  = "point"  // the point's id
	statusColumn = "status" // ok, failed
	errorColumn  = "error"  // why it failed; null: it did not
)

// layout is the columns of a sweep's table: the axes, then what a point is and how
// it ended, then the measures.
type layout struct {
	axes     []sweep.Column
	measures []string
}

func newLayout(p Points, measures []string) *layout {
	l := &layout{measures: measures}
	taken := map[string]bool{pointColumn: true, statusColumn: true, errorColumn: true, "session": true}
	for _, m := range sweep.Measures() { // also those that are left out: an axis is called alike in every sweep
		taken[m.Name] = true
	}
	for _, name := range measures { // and what is told only when asked for
		taken[name] = true
	}
	l.axes = p.Columns(func(name string) bool { return taken[name] })
	return l
}

// Columns are the names of the columns of a plan's table, in order.
func Columns(p Points, measures []string) (out []string) {
	l := newLayout(p, measures)
	for _, a := range l.axes {
		out = append(out, a.Name)
	}
	return append(append(out, pointColumn, statusColumn, errorColumn), l.measures...)
}

// MeasureNames are the measures that a sweep can tell, in the order of their columns.
func MeasureNames() (out []string) {
	for _, m := range sweep.Measures() {
		out = append(out, m.Name)
	}
	return out
}

// rows are the rows of a part as they come in.
type rows struct {
	part   int
	at     []int32 // [row*axes + axis]
	ids    []string
	errs   []string
	values []float64 // [row*measures + measure]
	nav    navRows
}

// navRows are the recorded values of a part's points.
type navRows struct {
	row  []int64 // of the table of all points
	date []data.Date
	nav  []float64
}

func (r *rows) reset(part int) {
	*r = rows{part: part, at: r.at[:0], ids: r.ids[:0], errs: r.errs[:0], values: r.values[:0], nav: navRows{r.nav.row[:0], r.nav.date[:0], r.nav.nav[:0]}}
}

// add takes the rows of a block.
func (r *rows) add(b *sweep.Block, points sweep.Rows, nav bool) {
	for row := range b.Rows {
		p := points.Point(b.First + row)
		r.at, r.ids, r.errs = append(r.at, p.At...), append(r.ids, p.ID), append(r.errs, b.Errs[row])
		if !nav || b.Errs[row] != "" {
			continue
		}
		for s, v := range b.NAV[row] {
			r.nav.row, r.nav.date, r.nav.nav = append(r.nav.row, int64(b.First+row)), append(r.nav.date, b.Panels[row].Date(s)), append(r.nav.nav, v)
		}
	}
	r.values = append(r.values, b.Values...)
}

func (r *rows) failed() (n int) {
	for _, e := range r.errs {
		if e != "" {
			n++
		}
	}
	return n
}

// late are the points that were over their time.
func (r *rows) late() (n int) {
	for _, e := range r.errs {
		if strings.HasPrefix(e, lateCode+":") {
			n++
		}
	}
	return n
}

// table makes the part's table.
func (l *layout) table(r *rows) *columnar.Table {
	t := &columnar.Table{}
	n, axes := len(r.ids), len(l.axes)
	for i, a := range l.axes {
		place := func(row int) int32 { return r.at[row*axes+i] }
		switch {
		case a.Numbers != nil:
			t.Columns = append(t.Columns, columnar.Floats(a.Name, pick(n, a.Numbers, place)))
		case a.Days != nil:
			t.Columns = append(t.Columns, columnar.Dates(a.Name, pick(n, a.Days, place)))
		default:
			t.Columns = append(t.Columns, columnar.Strings(a.Name, pick(n, a.Texts, place)))
		}
	}
	status := make([]string, n)
	for row, e := range r.errs {
		if status[row] = "ok"; e != "" {
			status[row] = "failed"
		}
	}
	t.Columns = append(t.Columns, columnar.Strings(pointColumn, r.ids), columnar.Strings(statusColumn, status), nullable(columnar.Strings(errorColumn, r.errs)))
	failed := t.Columns[len(t.Columns)-1].Valid
	for row, e := range r.errs {
		failed[row] = e != ""
	}
	for m, name := range l.measures {
		x := make([]float64, n)
		for row := range x {
			x[row] = r.values[row*len(l.measures)+m]
		}
		t.Columns = append(t.Columns, nullable(columnar.Floats(name, x)))
	}
	return t
}

func pick[T any](n int, values []T, place func(row int) int32) []T {
	out := make([]T, n)
	for row := range out {
		out[row] = values[place(row)]
	}
	return out
}

// nullable makes a column one that may hold nulls, so that every part has the same
// schema.
func nullable(c columnar.Column) columnar.Column {
	if c.Valid == nil {
		c.Valid = make([]bool, c.Len())
		for i := range c.Valid {
			c.Valid[i] = true
		}
	}
	return c
}

// navTable is the recorded values of a part's points, a row for each session.
func (r *rows) navTable() *columnar.Table {
	return &columnar.Table{Columns: []columnar.Column{
		columnar.Ints("row", r.nav.row), columnar.Dates("date", r.nav.date), columnar.Floats("nav", r.nav.nav),
	}}
}

// gather appends tables of one layout to each other.
type gather struct {
	columns []gathered
	rows    int
}

type gathered struct {
	name   string
	kind   columnar.Kind
	floats []float64
	days   []data.Date
	texts  []string
	valid  []bool // of columns that may hold nulls
}

// mayBeNull reports whether a column may hold nulls: the reasons, and what comes after
// them, the measures.
func mayBeNull(c *columnar.Column, measures bool) bool { return measures || c.Name == errorColumn }

func (g *gather) add(t *columnar.Table) error {
	if g.columns == nil {
		g.columns = make([]gathered, len(t.Columns))
		for i, c := range t.Columns {
			g.columns[i] = gathered{name: c.Name, kind: c.Type.Kind}
		}
	}
	if len(t.Columns) != len(g.columns) {
		return fmt.Errorf("%d columns where the first part has %d", len(t.Columns), len(g.columns))
	}
	measures := false
	for i := range t.Columns {
		c, to := &t.Columns[i], &g.columns[i]
		if c.Name != to.name || c.Type.Kind != to.kind {
			return fmt.Errorf("column %q where the first part has %q", c.Name, to.name)
		}
		null := mayBeNull(c, measures)
		for row := range c.Len() {
			if null {
				to.valid = append(to.valid, !c.Null(row))
			}
			switch c.Type.Kind {
			case columnar.Float:
				to.floats = append(to.floats, c.Float(row))
			case columnar.Date:
				to.days = append(to.days, c.Days[row])
			case columnar.Text:
				to.texts = append(to.texts, c.Text(row))
			default:
				return fmt.Errorf("column %q is of type %s", c.Name, c.Type)
			}
		}
		measures = measures || c.Name == errorColumn
	}
	g.rows += t.Rows()
	return nil
}

// table is what was gathered; the next begins empty.
func (g *gather) table() *columnar.Table {
	t := &columnar.Table{}
	for i := range g.columns {
		x := &g.columns[i]
		var c columnar.Column
		switch x.kind {
		case columnar.Date:
			c = columnar.Dates(x.name, x.days)
		case columnar.Text:
			c = columnar.Strings(x.name, x.texts)
		default:
			c = columnar.Floats(x.name, x.floats)
		}
		c.Valid = x.valid
		t.Columns = append(t.Columns, c)
		*x = gathered{name: x.name, kind: x.kind}
	}
	g.rows = 0
	return t
}

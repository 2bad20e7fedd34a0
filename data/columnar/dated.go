package columnar

import (
	"context"
	"slices"

	"evenkeel/data"
)

// Dated is a table with a column of dates that is not one of prices: flows,
// target weights, signals, an index.
type Dated struct {
	Dates   []data.Date          // a row each, in the order of the file
	Columns []Column             // the others; a column named symbol, ticker or asset is text
	Place   func(row int) string // where a row stands in the file
	Source  *Source              // what was read; First and Last span the dates
}

// ReadDated reads a table of any format that has a column of dates, found as in
// prices. It may have no rows. Every date is one: a row without, or with another
// text, is a finding. The error is a fault.List of all findings, or the
// context's own.
func ReadDated(ctx context.Context, path string, l Limits) (*Dated, error) {
	return readRows(ctx, path, l, true)
}

// readRows reads a table whose rows have a date each, or none.
func readRows(ctx context.Context, path string, l Limits, dated bool) (*Dated, error) {
	l = filled(l)
	ctx, cancel := deadline(ctx, l)
	defer cancel()
	in, err := openInput(path, l)
	if err != nil {
		return nil, err
	}
	r, err := openReader(ctx, in, l, nil)
	if err != nil {
		return nil, err
	}
	d := &Dated{Place: r.place}
	found := newFindings(in.name)
	if err := d.take(ctx, r, l, dated, found); err != nil {
		return nil, inFile(in.name, err)
	}
	if found.bad() {
		return nil, found.done().Err()
	}
	d.Source = &Source{File: in.name, Bytes: int64(len(in.bytes)), SHA256: in.sha256(), Format: in.format, Rows: r.rows(), First: data.NoDate, Last: data.NoDate}
	if dated {
		d.Source.First, d.Source.Last = span(d.Dates)
	}
	return d, nil
}

// take reads the columns and, of a dated table, makes dates of the one that has them.
func (d *Dated) take(ctx context.Context, r tableReader, l Limits, dated bool, found *findings) error {
	if err := distinct(r.fields()); err != nil {
		return err
	}
	at := -1
	if dated {
		var err error
		if at, err = dateColumn(r.fields(), ""); err != nil {
			return err
		}
	}
	all, _ := choose(r.fields(), nil)
	t, err := r.read(ctx, all, everything, l)
	if err != nil {
		return err
	}
	if d.Columns = t.Columns; dated {
		if t.Rows() > 0 { // columns without rows have no type
			d.Dates = sessionDates(&t.Columns[at], "", r.place, found)
		}
		d.Columns = slices.Delete(t.Columns, at, at+1)
	}
	for i := range d.Columns {
		d.Columns[i].nanIsNull()
	}
	if c := d.Symbols(); c != nil && t.Rows() > 0 {
		if text := textColumn(c, found); text != nil {
			*c = *text
		}
	}
	return nil
}

// nanIsNull makes what is no number a missing value: nothing here means anything else
// by it.
func (c *Column) nanIsNull() {
	for i, v := range c.Floats {
		if v != v && !c.Null(i) {
			c.allValid()
			c.Valid[i] = false
		}
	}
}

// Named is the first column of these names, whatever their case; nil: none.
func (d *Dated) Named(names ...string) *Column {
	fields := make([]field, len(d.Columns))
	for i, c := range d.Columns {
		fields[i].name = c.Name
	}
	if i := findAny(fields, names); i >= 0 {
		return &d.Columns[i]
	}
	return nil
}

// Symbols is the column of symbols as text; nil: none.
func (d *Dated) Symbols() *Column { return d.Named(symbolNames...) }

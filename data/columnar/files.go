package columnar

import (
	"context"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/table"
)

// Files reads what an experiment names, in any format of this package.
type Files struct{}

var _ table.Reader = Files{}

// Panel is ReadPanel.
func (Files) Panel(ctx context.Context, path string, o Options) (*data.Panel, *Source, error) {
	return ReadPanel(ctx, path, o)
}

// Dated is ReadDated, as a table that knows no format.
func (Files) Dated(ctx context.Context, path string, l Limits) (*table.Table, error) {
	d, err := ReadDated(ctx, path, l)
	if err != nil {
		return nil, err
	}
	return d.plain(), nil
}

// Undated is ReadUndated, likewise.
func (Files) Undated(ctx context.Context, path string, l Limits) (*table.Table, error) {
	d, err := ReadUndated(ctx, path, l)
	if err != nil {
		return nil, err
	}
	return d.plain(), nil
}

// plain is the table without its format.
func (d *Dated) plain() *table.Table {
	t := &table.Table{Dates: d.Dates, Place: d.Place, Source: d.Source}
	symbols := d.Symbols()
	t.Columns = make([]table.Column, len(d.Columns))
	for i := range d.Columns {
		c := &d.Columns[i]
		t.Columns[i] = table.Column{Name: c.Name, Kind: c.plainKind(), Type: c.Type.String(), Cells: cells{c, d}}
		if c == symbols {
			t.Symbols = &t.Columns[i]
		}
	}
	return t
}

// plainKind is the column's kind as tables know it.
func (c *Column) plainKind() table.Kind {
	switch c.Type.Kind {
	case Bool:
		return table.Bool
	case Int, Float, Decimal:
		return table.Number
	case Text:
		return table.Text
	}
	return table.Other
}

// cells are a column of a table.
type cells struct {
	*Column
	of *Dated
}

// Dates are the column's dates.
func (c cells) Dates() ([]data.Date, fault.List) { return c.of.DatesOf(c.Column) }

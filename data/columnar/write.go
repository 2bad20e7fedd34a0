package columnar

import (
	"fmt"
	"io"
	"math"

	"evenkeel/data/fault"
)

// Write writes the table. Parquet comes out zstd-compressed with statistics, in
// row groups of at most a million rows, in the order of the rows; Arrow in
// batches of the same size. CSV has a header line, dates as YYYY-MM-DD, empty
// fields for nulls, and numbers in the shortest form that reads back exactly.
func (t *Table) Write(w io.Writer, f Format) error {
	if err := t.sound(); err != nil {
		return err
	}
	if err := t.zoned(); err != nil {
		return err
	}
	switch f {
	case Parquet:
		return t.writeParquet(w)
	case ArrowFile, ArrowStream:
		return t.writeArrow(w, f == ArrowStream)
	case CSV:
		return t.writeCSV(w)
	}
	return fmt.Errorf("columnar: no writer for format %q", f)
}

// rowGroup is how many rows a row group or record batch holds at most.
const rowGroup = 1 << 20

// zoned refuses instants of a zone that no reader could date, in whatever format: a
// finding a column.
func (t *Table) zoned() error {
	var found fault.List
	for i := range t.Columns {
		_, err := t.Columns[i].location()
		for _, f := range fault.Of(err) {
			f.Remedy = "write its timestamps with the market's zone, or as dates"
			found.Add(f)
		}
	}
	return found.Err()
}

// sound checks lengths, codes and names before anything is written.
func (t *Table) sound() error {
	n := t.Rows()
	seen := map[string]bool{}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Len() != n || c.Valid != nil && len(c.Valid) != n {
			return fmt.Errorf("columnar: column %q has %d rows, the first has %d", c.Name, c.Len(), n)
		}
		if c.Type.String() == "unknown" {
			return fmt.Errorf("columnar: column %q has no type", c.Name)
		}
		if seen[c.Name] {
			return fmt.Errorf("columnar: column %q twice", c.Name)
		}
		seen[c.Name] = true
		if err := c.fits(); err != nil {
			return fmt.Errorf("columnar: column %q %w", c.Name, err)
		}
		if c.Type.Kind != Text {
			continue
		}
		for r, k := range c.Codes {
			if uint(k) >= uint(len(c.Dict)) && !c.Null(r) {
				return fmt.Errorf("columnar: column %q row %d: text %d of %d", c.Name, r, k, len(c.Dict))
			}
		}
	}
	return nil
}

// fits checks that whole numbers lie in the range of their stored width. An
// unsigned one of 64 bits that was widened shows by its sign.
func (c *Column) fits() error {
	if c.Type.Kind != Int || c.Type.Bits == 0 || c.Type.Bits == 64 && !c.Type.Unsigned {
		return nil
	}
	lo, hi := int64(0), int64(math.MaxInt64)
	switch {
	case !c.Type.Unsigned:
		lo, hi = int64(-1)<<(c.Type.Bits-1), int64(1)<<(c.Type.Bits-1)-1
	case c.Type.Bits < 64:
		hi = int64(1)<<c.Type.Bits - 1
	}
	for r, v := range c.Ints {
		if (v < lo || v > hi) && !c.Null(r) {
			return fmt.Errorf("row %d: %d does not fit %s", r, v, c.Type)
		}
	}
	return nil
}

package columnar

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/parquet/file"
)

// Stream writes a Parquet file piece by piece, so that a table larger than memory
// can be written: each Append is a row group. Compression, types and metadata are
// those of Table.Write.
type Stream struct {
	w    *file.Writer
	like Table
}

// NewStream begins a file with the columns of a table: their names and types, and
// whether they may hold nulls (Valid is not nil). Its rows are not written.
func NewStream(w io.Writer, like *Table) (*Stream, error) {
	if err := like.sound(); err != nil {
		return nil, err
	}
	pw, err := like.parquetWriter(w)
	if err != nil {
		return nil, err
	}
	s := &Stream{w: pw, like: Table{Columns: make([]Column, len(like.Columns))}}
	for i, c := range like.Columns {
		s.like.Columns[i] = Column{Name: c.Name, Type: c.Type, Valid: c.Valid}
	}
	return s, nil
}

// Append writes a table's rows. Its columns must be those of NewStream, nulls only
// where they were allowed.
func (s *Stream) Append(t *Table) error {
	if len(t.Columns) != len(s.like.Columns) {
		return errors.New("columnar: another number of columns than the file's")
	}
	if err := t.sound(); err != nil {
		return err
	}
	for i := range t.Columns {
		c, want := &t.Columns[i], &s.like.Columns[i]
		if c.Name != want.Name || c.Type != want.Type || (c.Valid != nil) != (want.Valid != nil) {
			return fmt.Errorf("columnar: column %q is not as the file's column %q", c.Name, want.Name)
		}
	}
	for at, n := 0, t.Rows(); at < n; at += rowGroup {
		if err := t.writeGroup(s.w, at, min(rowGroup, n-at)); err != nil {
			return err
		}
	}
	return nil
}

// Close writes the end of the file; the writer stays open.
func (s *Stream) Close() error { return s.w.Close() }

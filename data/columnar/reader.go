package columnar

import (
	"context"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// tableReader is an opened file of any format.
type tableReader interface {
	fields() []field
	rows() int64 // as declared
	// read decodes columns by their places; a window lets it skip parts of the
	// file that lie outside, never rows inside.
	read(ctx context.Context, cols []int, w window, l Limits) (*Table, error)
	place(row int) string // where row i of the last table read stands in the file
	storage(col int) (encodings, codecs []string)
	warnings() fault.List // of what was read last
}

// window is the period asked for and the place of the date column, -1 for none.
type window struct {
	col      int
	from, to data.Date
}

var everything = window{col: -1, from: data.NoDate, to: data.NoDate}

func openReader(ctx context.Context, in *input, l Limits, nulls []string) (tableReader, error) {
	var r tableReader
	var err error
	if in.meter == nil {
		in.meter = newMeter(len(in.bytes), l.Memory)
	}
	switch in.format {
	case Parquet:
		var p *parquetFile
		p, err = openParquet(in.bytes, in.meter)
		r = &parquetReader{parquetFile: p}
	case ArrowFile, ArrowStream:
		r, err = openArrow(in, l)
	default:
		r, err = openCSV(ctx, in, l, nulls)
	}
	if err != nil {
		return nil, inFile(in.name, err)
	}
	return r, nil
}

// ReadTable reads a flat table of any format. Columns of types it cannot carry
// are an error unless TableOptions.Columns leaves them out.
func ReadTable(ctx context.Context, path string, o TableOptions) (*Table, error) {
	o.Limits = filled(o.Limits)
	in, err := openInput(path, o.Limits)
	if err != nil {
		return nil, err
	}
	return readInput(ctx, in, o)
}

// DecodeTable is ReadTable of a file that is in memory, whose name only errors tell.
func DecodeTable(ctx context.Context, name string, b []byte, o TableOptions) (*Table, error) {
	o.Limits = filled(o.Limits)
	in, err := newInput(name, b)
	if err != nil {
		return nil, err
	}
	return readInput(ctx, in, o)
}

func readInput(ctx context.Context, in *input, o TableOptions) (*Table, error) {
	ctx, cancel := deadline(ctx, o.Limits)
	defer cancel()
	r, err := openReader(ctx, in, o.Limits, o.NullValues)
	if err != nil {
		return nil, err
	}
	cols, err := choose(r.fields(), o.Columns)
	if err == nil {
		err = distinct(chosen(r.fields(), cols))
	}
	if err != nil {
		return nil, inFile(in.name, err)
	}
	t, err := r.read(ctx, cols, everything, o.Limits)
	if err != nil {
		return nil, inFile(in.name, err)
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Type.Zone == zoneUnknown {
			return nil, inFile(in.name, unknownZone(c, zoneUnknown))
		}
	}
	return t, nil
}

func chosen(fields []field, cols []int) []field {
	out := make([]field, len(cols))
	for i, c := range cols {
		out[i] = fields[c]
	}
	return out
}

// choose finds columns by name; nil is all of them.
func choose(fields []field, names []string) ([]int, error) {
	var cols []int
	if names == nil {
		for i := range fields {
			cols = append(cols, i)
		}
		return cols, nil
	}
	for _, n := range names {
		i, err := findColumn(fields, n)
		if err != nil {
			return nil, err
		}
		cols = append(cols, i)
	}
	return cols, nil
}

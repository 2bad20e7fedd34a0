package columnar

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/apache/arrow/go/v17/parquet/metadata"

	"evenkeel/data"
)

// parquetReader is a Parquet file as a tableReader.
type parquetReader struct {
	*parquetFile
	segs []segment
}

func (r *parquetReader) fields() []field {
	out := make([]field, len(r.leaves))
	for i, l := range r.leaves {
		out[i] = l.field
	}
	return out
}

func (r *parquetReader) rows() int64 { return r.parquetFile.rows }

func (r *parquetReader) read(ctx context.Context, cols []int, w window, l Limits) (*Table, error) {
	leaves := make([]leaf, len(cols))
	for i, c := range cols {
		leaves[i] = r.leaves[c]
	}
	var groups []int
	for g := range r.reader.NumRowGroups() {
		if w.col < 0 || !r.outside(g, r.leaves[w.col], w) {
			groups = append(groups, g)
		}
	}
	t, segs, err := r.parquetFile.read(ctx, leaves, groups, l)
	r.segs = segs
	return t, err
}

// storage is the encodings and codecs of a column's chunks.
func (r *parquetReader) storage(col int) (encodings, codecs []string) {
	note := func(list *[]string, s string) {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	_ = guard(func() error { // what is damaged here is reported when it is read
		for g := range r.reader.NumRowGroups() {
			cc, err := r.reader.RowGroup(g).MetaData().ColumnChunk(r.leaves[col].index)
			if err != nil {
				return err
			}
			note(&codecs, codecName(cc.Compression()))
			for _, e := range cc.Encodings() {
				note(&encodings, encodingName(e))
			}
		}
		return nil
	})
	return encodings, codecs
}

// place counts rows of the file from 1.
func (r *parquetReader) place(row int) string {
	i := sort.Search(len(r.segs), func(i int) bool { return r.segs[i].table > row }) - 1
	if i >= 0 {
		row += r.segs[i].file - r.segs[i].table
	}
	return fmt.Sprintf("row %d", row+1)
}

// outside says whether statistics prove that a row group has no date of the
// window. A day on either side allows for zones; statistics that may be half
// there (a bound that is exactly zero) prove nothing.
func (r *parquetReader) outside(g int, l leaf, w window) bool {
	if w.from == data.NoDate && w.to == data.NoDate {
		return false
	}
	lo, hi, ok := int64(0), int64(0), false
	err := guard(func() error {
		cc, err := r.reader.RowGroup(g).MetaData().ColumnChunk(l.index)
		if err != nil {
			return err
		}
		s, err := cc.Statistics()
		if err != nil || s == nil || !s.HasMinMax() || s.NullCount() > 0 {
			return err
		}
		switch s := s.(type) {
		case *metadata.Int32Statistics:
			lo, hi, ok = int64(s.Min()), int64(s.Max()), l.typ.Kind == Date
		case *metadata.Int64Statistics:
			day := l.typ.perDay()
			lo, hi, ok = floorDiv(s.Min(), day), floorDiv(s.Max(), day), l.typ.Kind == Timestamp
		}
		return nil
	})
	if err != nil || !ok || lo > hi || lo == 0 || hi == 0 {
		return false
	}
	return w.from != data.NoDate && hi+1 < int64(w.from) || w.to != data.NoDate && lo-1 > int64(w.to)
}

// perDay is the number of a timestamp's units in a day.
func (t Type) perDay() int64 {
	return 86400 * [...]int64{1, 1e3, 1e6, 1e9}[t.Unit&3]
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

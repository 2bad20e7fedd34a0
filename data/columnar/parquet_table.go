package columnar

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"evenkeel/data/fault"
)

// parquetReader is a Parquet file as a tableReader.
type parquetReader struct {
	*parquetFile
	segs []segment
	said fault.List
}

func (r *parquetReader) fields() []field {
	out := make([]field, len(r.leaves))
	for i, l := range r.leaves {
		out[i] = l.field
	}
	return out
}

func (r *parquetReader) warnings() fault.List { return r.said }

func (r *parquetReader) rows() int64 { return r.parquetFile.rows }

func (r *parquetReader) read(ctx context.Context, cols []int, w window, l Limits) (*Table, error) {
	leaves := make([]leaf, len(cols))
	for i, c := range cols {
		leaves[i] = r.leaves[c]
	}
	groups, err := r.within(ctx, w)
	if err != nil {
		return nil, err
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

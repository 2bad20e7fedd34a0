package columnar

import (
	"context"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/parquet/metadata"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// within are the row groups that may hold a date of the window. Statistics say which
// do not; the dates of those are read before they are left out, and where they are
// others than the statistics say, everything is read, with a warning.
func (r *parquetReader) within(ctx context.Context, w window) ([]int, error) {
	r.said = nil
	var all, in, out []int
	for g := range r.reader.NumRowGroups() {
		all = append(all, g)
		if w.col < 0 || !r.outside(g, r.leaves[w.col], w) {
			in = append(in, g)
		} else {
			out = append(out, g)
		}
	}
	wrong := make([]string, len(out))
	err := each(ctx, len(out), func(k int) (err error) {
		wrong[k], err = r.disagree(ctx, out[k], r.leaves[w.col])
		return err
	})
	if err != nil {
		return nil, err
	}
	for k, what := range wrong {
		if what != "" {
			r.said.Add(fault.Finding{Code: fault.Damaged, Warning: true, Place: fmt.Sprintf("%s, row group %d", column(r.leaves[w.col].name), out[k]), What: what,
				Rule: "statistics that agree with the values; all row groups are read", Remedy: "write the file again"})
		}
	}
	if len(r.said) > 0 {
		return all, nil
	}
	return in, nil
}

// disagree reads the dates of a row group and says how its statistics differ from
// them; "" when they hold.
func (r *parquetReader) disagree(ctx context.Context, g int, l leaf) (string, error) {
	n := int(r.reader.RowGroup(g).NumRows())
	need := l.typ.width() * int64(n)
	if err := r.meter.keep(need, "dates"); err != nil {
		return "", err
	}
	defer r.meter.back(need)
	place := fmt.Sprintf("%s, row group %d", column(l.name), g)
	part := Column{Name: l.name, Type: l.typ}
	part.grow(n)
	k := chunk{dest: part}
	err := guard(func() error {
		if err := r.preflight(g, l); err != nil {
			return err
		}
		return r.readChunk(ctx, g, l, &k)
	})
	if err != nil {
		return "", damaged(place, err)
	}
	lo, hi, _ := r.bounds(g, l)
	for i := range n {
		if k.valid != nil && !k.valid[i] {
			return fmt.Sprintf("row %d of it has no date, the statistics say that all have", i+1), nil
		}
		d := int64(0)
		if l.typ.Kind == Date {
			d = int64(part.Days[i])
		} else {
			d = floorDiv(part.Ints[i], l.typ.perDay())
		}
		if d < lo || d > hi {
			return fmt.Sprintf("the statistics say %s to %s, row %d of it is %s", data.Date(lo), data.Date(hi), i+1, data.Date(d)), nil
		}
	}
	return "", nil
}

// outside reports whether statistics say that a row group has no date of the window. A
// day on either side allows for zones.
func (r *parquetReader) outside(g int, l leaf, w window) bool {
	if w.from == data.NoDate && w.to == data.NoDate {
		return false
	}
	lo, hi, ok := r.bounds(g, l)
	return ok && (w.from != data.NoDate && hi+1 < int64(w.from) || w.to != data.NoDate && lo-1 > int64(w.to))
}

// bounds are the first and last date of a row group by its statistics. Those that may
// be half there (a bound that is exactly zero) say nothing.
func (r *parquetReader) bounds(g int, l leaf) (lo, hi int64, ok bool) {
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
	return lo, hi, err == nil && ok && lo <= hi && lo != 0 && hi != 0 && lo >= math.MinInt32 && hi <= math.MaxInt32
}

package columnar

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// segment maps rows of a table to rows of its file, where row groups were skipped.
type segment struct{ table, file int }

// read decodes the given columns of the given row groups, in parallel over
// (row group x column).
func (p *parquetFile) read(ctx context.Context, leaves []leaf, groups []int, l Limits) (*Table, []segment, error) {
	rows, segs := p.layOut(groups)
	if err := p.affordable(leaves, groups, rows, l); err != nil {
		return nil, nil, err
	}
	t := &Table{Columns: make([]Column, len(leaves))}
	for i, lf := range leaves {
		t.Columns[i] = Column{Name: lf.name, Type: lf.typ}
		t.Columns[i].grow(rows)
	}
	parts := make([]chunk, len(leaves)*len(groups))
	err := each(ctx, len(parts), func(k int) error {
		g, c := groups[k/len(leaves)], k%len(leaves)
		lf := leaves[c]
		place := fmt.Sprintf("%s, row group %d", column(lf.name), g)
		n := int(p.reader.RowGroup(g).NumRows())
		parts[k] = chunk{dest: t.Columns[c].slice(segs[k/len(leaves)].table, n)}
		return damaged(place, guard(func() error { return p.readChunk(ctx, g, lf, &parts[k]) }))
	})
	if err != nil {
		return nil, nil, err
	}
	for c := range leaves {
		col := &t.Columns[c]
		for k := range groups {
			if err := col.absorb(&parts[k*len(leaves)+c], segs[k].table); err != nil {
				return nil, nil, damaged(column(col.Name), err)
			}
		}
	}
	t.Meta = p.kept
	return t, segs, nil
}

// layOut places the row groups one behind the other.
func (p *parquetFile) layOut(groups []int) (rows int, segs []segment) {
	at := make([]int, p.reader.NumRowGroups()+1)
	for g := range p.reader.NumRowGroups() {
		at[g+1] = at[g] + int(p.reader.RowGroup(g).NumRows())
	}
	for _, g := range groups {
		segs = append(segs, segment{table: rows, file: at[g]})
		rows += at[g+1] - at[g]
	}
	return rows, segs
}

// affordable checks codecs, encodings, rows and bytes before memory is asked for.
func (p *parquetFile) affordable(leaves []leaf, groups []int, rows int, l Limits) error {
	if int64(rows) > l.Rows {
		return tooManyRows(int64(rows), l)
	}
	var width int64
	for _, lf := range leaves {
		if lf.why != "" {
			return bad(fault.NoFlatType, column(lf.name), lf.why, "numbers, dates, timestamps, decimals or text", "leave the column out or convert it")
		}
		width += lf.typ.width()
	}
	what := fmt.Sprintf("%d rows x %d columns", rows, len(leaves))
	if err := p.meter.expand(width*int64(rows), what); err != nil {
		return err
	}
	if err := p.meter.keep(width*int64(rows), what); err != nil {
		return err
	}
	for _, g := range groups {
		for _, lf := range leaves {
			if err := guard(func() error { return p.preflight(g, lf) }); err != nil {
				return damaged(fmt.Sprintf("%s, row group %d", column(lf.name), g), err)
			}
		}
	}
	return nil
}

func tooManyRows(rows int64, l Limits) error {
	return bad(fault.OutOfProportion, "", fmt.Sprintf("%d rows are declared", rows), fmt.Sprintf("limit %d", l.Rows), "keep the assets and the period that are needed in a file of their own")
}

// width is the bytes a value takes in memory.
func (t Type) width() int64 {
	switch t.Kind {
	case Bool:
		return 1
	case Text, Date:
		return 4
	case Decimal:
		return 16
	}
	return 8
}

// grow makes room for n rows.
func (c *Column) grow(n int) {
	switch c.Type.Kind {
	case Bool:
		c.Bools = make([]bool, n)
	case Int, Timestamp:
		c.Ints = make([]int64, n)
	case Float:
		c.Floats = make([]float64, n)
	case Text:
		c.Codes = make([]int32, n)
	case Date:
		c.Days = make([]data.Date, n)
	case Decimal:
		c.Decimals = make([]Int128, n)
	}
}

// slice is a column that shares rows [at, at+n) of c's values.
func (c *Column) slice(at, n int) Column {
	s := Column{Name: c.Name, Type: c.Type, Dict: c.Dict}
	end := at + n
	switch c.Type.Kind {
	case Bool:
		s.Bools = c.Bools[at:end:end]
	case Int, Timestamp:
		s.Ints = c.Ints[at:end:end]
	case Float:
		s.Floats = c.Floats[at:end:end]
	case Text:
		s.Codes = c.Codes[at:end:end]
	case Date:
		s.Days = c.Days[at:end:end]
	case Decimal:
		s.Decimals = c.Decimals[at:end:end]
	}
	if c.Valid != nil {
		s.Valid = c.Valid[at:end:end]
	}
	return s
}

// chunk is one column of one row group while it is decoded: values go straight
// to their place in the table, nulls and texts stay here until all are read.
type chunk struct {
	dest  Column
	valid []bool // nil: no nulls so far
	coder *coder
}

// absorb takes over a chunk's nulls and dictionary.
func (c *Column) absorb(k *chunk, at int) error {
	n := k.dest.Len()
	if k.valid != nil {
		if c.Valid == nil {
			c.Valid = make([]bool, c.Len())
			for i := range c.Valid {
				c.Valid[i] = true
			}
		}
		copy(c.Valid[at:at+n], k.valid)
		for i := range k.dest.Floats {
			if !k.valid[i] {
				k.dest.Floats[i] = math.NaN()
			}
		}
	}
	if k.coder == nil {
		return nil
	}
	return c.recode(k.dest.Codes, k.valid, k.coder.dict)
}

// recode moves codes of another dictionary to c's own.
func (c *Column) recode(codes []int32, valid []bool, dict []string) error {
	same := len(dict) <= len(c.Dict) && slices.Equal(dict, c.Dict[:len(dict)])
	if len(c.Dict) == 0 {
		c.Dict, same = dict, true
	}
	to := make([]int32, len(dict))
	if !same {
		at := make(map[string]int32, len(c.Dict))
		for i, s := range c.Dict {
			at[s] = int32(i)
		}
		for i, s := range dict {
			k, ok := at[s]
			if !ok {
				k = int32(len(c.Dict))
				c.Dict = append(c.Dict[:k:k], s)
				at[s] = k
			}
			to[i] = k
		}
	}
	for i, k := range codes {
		if valid != nil && !valid[i] {
			codes[i] = 0
			continue
		}
		if uint(k) >= uint(len(dict)) {
			return fmt.Errorf("text number %d of a dictionary of %d", k, len(dict))
		}
		if !same {
			codes[i] = to[k]
		}
	}
	return nil
}

// readChunk decodes one column chunk.
func (p *parquetFile) readChunk(ctx context.Context, group int, lf leaf, k *chunk) error {
	cc, err := p.reader.RowGroup(group).MetaData().ColumnChunk(lf.index)
	if err != nil {
		return err
	}
	start, size := chunkSpan(cc)
	const slack = 100 // old writers leave the dictionary's header out of the size
	size = min(size+slack, int64(len(p.bytes))-start)
	alloc := cappedAllocator{maxPage}
	stream := &chunkStream{rest: p.bytes[start : start+size], meter: p.meter}
	defer stream.release()
	pages, err := file.NewPageReader(stream, cc.NumValues(), cc.Compression(), alloc, nil)
	if err != nil {
		return err
	}
	desc := lf.desc
	filter := &pageFilter{PageReader: pages, desc: desc, rows: cc.NumValues(), translate: plainly(desc)}
	if lf.typ.Kind == Text {
		k.coder = &coder{def: desc.MaxDefinitionLevel(), add: p.meter.text}
		filter.translate = k.coder.translate
		desc = schema.NewColumn(schema.NewInt32Node(lf.name, parquet.Repetitions.Optional, -1), desc.MaxDefinitionLevel(), 0)
	}
	if err := k.decode(ctx, file.NewColumnReader(desc, filter, alloc, p.reader.BufferPool()), lf); err != nil {
		return err
	}
	k.dest.Valid = k.valid
	return k.dest.fits()
}

// decode picks the loop for the column's physical type.
func (k *chunk) decode(ctx context.Context, r file.ColumnChunkReader, lf leaf) error {
	d, def := &k.dest, lf.desc.MaxDefinitionLevel()
	switch r := r.(type) {
	case *file.Int32ColumnChunkReader:
		switch d.Type.Kind {
		case Date:
			return readInto(ctx, r, k, def, unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(d.Days))), len(d.Days)))
		case Text:
			return readInto(ctx, r, k, def, d.Codes)
		case Decimal:
			return readEach(ctx, r, k, def, func(i int, v int32) error { d.Decimals[i] = int128(int64(v)); return nil })
		}
		unsigned := d.Type.Unsigned
		return readEach(ctx, r, k, def, func(i int, v int32) error {
			d.Ints[i] = int64(v)
			if unsigned {
				d.Ints[i] = int64(uint32(v))
			}
			return nil
		})
	case *file.Int64ColumnChunkReader:
		if d.Type.Kind == Decimal {
			return readEach(ctx, r, k, def, func(i int, v int64) error { d.Decimals[i] = int128(v); return nil })
		}
		return readInto(ctx, r, k, def, d.Ints)
	case *file.Int96ColumnChunkReader:
		return readEach(ctx, r, k, def, func(i int, v parquet.Int96) error { return int96(&d.Ints[i], v) })
	case *file.Float32ColumnChunkReader:
		return readEach(ctx, r, k, def, func(i int, v float32) error { d.Floats[i] = float64(v); return nil })
	case *file.Float64ColumnChunkReader:
		return readInto(ctx, r, k, def, d.Floats)
	case *file.BooleanColumnChunkReader:
		return readEach(ctx, r, k, def, func(i int, v bool) error { d.Bools[i] = v; return nil })
	case *file.ByteArrayColumnChunkReader:
		return readEach(ctx, r, k, def, func(i int, v parquet.ByteArray) error { return decimalBytes(&d.Decimals[i], v) })
	case *file.FixedLenByteArrayColumnChunkReader:
		return readEach(ctx, r, k, def, func(i int, v parquet.FixedLenByteArray) error { return decimalBytes(&d.Decimals[i], v) })
	}
	return fmt.Errorf("no reader for %T", r)
}

// int96 is nanoseconds of the day and a Julian day number.
func int96(to *int64, v parquet.Int96) error {
	const epoch, day = 2440588, int64(86400e9)
	nanos := int64(binary.LittleEndian.Uint64(v[:8]))
	days := int64(binary.LittleEndian.Uint32(v[8:])) - epoch
	if nanos < 0 || nanos >= day || days > math.MaxInt64/day-1 || days < math.MinInt64/day+1 {
		return bad(fault.FarDate, "", fmt.Sprintf("timestamp of day %d, %d ns", days, nanos), "years 1700 to 2261", "store dates")
	}
	*to = days*day + nanos
	return nil
}

// decimalBytes reads a decimal of any width whose value 128 bits hold.
func decimalBytes(to *Int128, b []byte) error {
	for len(b) > 16 { // what a wider one has more is its sign alone
		if b[0] != 0 && b[0] != 0xff || b[0]&0x80 != b[1]&0x80 {
			return fmt.Errorf("a decimal of %d bytes is beyond 128 bits", len(b))
		}
		b = b[1:]
	}
	*to = int128BigEndian(b)
	return nil
}

package columnar

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/stretchr/testify/require"
)

// thrift writes structs in thrift's compact protocol.
type thrift struct {
	bytes.Buffer
	last []int64
}

func (w *thrift) field(id int64, typ byte) {
	top := len(w.last) - 1
	if d := id - w.last[top]; d > 0 && d < 16 {
		w.WriteByte(byte(d)<<4 | typ)
	} else {
		w.WriteByte(typ)
		w.int(id)
	}
	w.last[top] = id
}

func (w *thrift) int(v int64) { w.Write(binary.AppendUvarint(nil, uint64(v<<1)^uint64(v>>63))) }

func (w *thrift) i32(id, v int64) { w.field(id, thriftI32); w.int(v) }
func (w *thrift) i64(id, v int64) { w.field(id, thriftI64); w.int(v) }

func (w *thrift) text(id int64, s string) {
	w.field(id, thriftBinary)
	w.raw(s)
}

func (w *thrift) raw(s string) {
	w.Write(binary.AppendUvarint(nil, uint64(len(s))))
	w.WriteString(s)
}

func (w *thrift) flag(id int64, v bool) {
	if v {
		w.field(id, thriftTrue)
	} else {
		w.field(id, thriftFalse)
	}
}

func (w *thrift) list(id int64, of byte, n int) {
	w.field(id, thriftList)
	w.WriteByte(15<<4 | of)
	w.Write(binary.AppendUvarint(nil, uint64(n)))
}

// open writes a struct; with an id of 0 it is an element of a list.
func (w *thrift) open(id int64, fill func()) {
	if id > 0 {
		w.field(id, thriftStruct)
	}
	w.last = append(w.last, 0)
	fill()
	w.WriteByte(0)
	w.last = w.last[:len(w.last)-1]
}

// madePage is a page of a handmade column chunk.
type madePage struct {
	kind     int64 // 0 data, 2 dictionary, 3 data of version 2
	n, nulls int
	encoding parquet.Encoding
	levels   []byte // of version 2, or with their length of version 1
	values   []byte
}

// madeColumn is a handmade column.
type madeColumn struct {
	name     string
	physical int64
	length   int64
	optional bool
	logical  func(w *thrift) // the union, or nil
	pages    []madePage
	claims   []parquet.Encoding // what the footer lists; nil: what the pages have
	lo, hi   []byte             // statistics, or nil
}

// madeFile is a handmade Parquet file of one row group.
type madeFile struct {
	rows    int
	codec   compress.Compression
	sums    bool
	keys    [][2]string
	columns []madeColumn
	groups  int // row groups alike; 0 is one
	spoil   func(group int, column, page int, body []byte)
}

func (f *madeFile) bytes(t testing.TB) []byte {
	b := bytes.NewBufferString("PAR1")
	type span struct {
		at, dict, data int64
		size           int64
	}
	var spans []span
	groups := max(1, f.groups)
	for g := range groups {
		for c, col := range f.columns {
			s := span{at: int64(b.Len()), dict: -1, data: -1}
			for i, p := range col.pages {
				if p.kind == 2 {
					s.dict = int64(b.Len())
				} else if s.data < 0 {
					s.data = int64(b.Len())
				}
				f.page(t, b, g, c, i, p)
			}
			s.size = int64(b.Len()) - s.at
			spans = append(spans, s)
		}
	}
	w := &thrift{}
	w.open(0, func() {
		w.i32(1, 2)
		w.list(2, thriftStruct, len(f.columns)+1)
		w.open(0, func() { w.text(4, "schema"); w.i32(5, int64(len(f.columns))) })
		for _, c := range f.columns {
			w.open(0, func() {
				w.i32(1, c.physical)
				if c.length > 0 {
					w.i32(2, c.length)
				}
				w.i32(3, map[bool]int64{true: 1, false: 0}[c.optional])
				w.text(4, c.name)
				if c.logical != nil {
					w.open(10, func() { c.logical(w) })
				}
			})
		}
		w.i64(3, int64(groups*f.rows))
		w.list(4, thriftStruct, groups)
		for g := range groups {
			w.open(0, func() {
				w.list(1, thriftStruct, len(f.columns))
				for i, c := range f.columns {
					s := spans[g*len(f.columns)+i]
					w.open(0, func() {
						w.i64(2, s.at)
						w.open(3, func() { f.chunk(w, c, s.size, s.data, s.dict) })
					})
				}
				w.i64(2, 1000)
				w.i64(3, int64(f.rows))
			})
		}
		if f.keys != nil {
			w.list(5, thriftStruct, len(f.keys))
			for _, kv := range f.keys {
				w.open(0, func() { w.text(1, kv[0]); w.text(2, kv[1]) })
			}
		}
		w.list(7, thriftStruct, len(f.columns)) // every column in the order of its type
		for range f.columns {
			w.open(0, func() { w.open(1, func() {}) })
		}
	})
	b.Write(w.Bytes())
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(w.Len())))
	b.WriteString("PAR1")
	return b.Bytes()
}

// chunk writes a column's metadata.
func (f *madeFile) chunk(w *thrift, c madeColumn, size, data, dict int64) {
	claims := c.claims
	if claims == nil {
		for _, p := range c.pages {
			claims = append(claims, p.encoding)
		}
	}
	w.i32(1, c.physical)
	w.list(2, thriftI32, len(claims))
	for _, e := range claims {
		w.int(int64(e))
	}
	w.list(3, thriftBinary, 1)
	w.raw(c.name)
	w.i32(4, int64(f.codec))
	w.i64(5, int64(f.rows))
	w.i64(6, size)
	w.i64(7, size)
	w.i64(9, data)
	if dict >= 0 {
		w.i64(11, dict)
	}
	if c.lo != nil {
		w.open(12, func() {
			w.i64(3, 0)
			w.text(5, string(c.hi))
			w.text(6, string(c.lo))
		})
	}
}

// page writes a page with its header.
func (f *madeFile) page(t testing.TB, b *bytes.Buffer, g, c, i int, p madePage) {
	codec, err := compress.GetCodec(f.codec)
	require.NoError(t, err)
	pack := func(v []byte) []byte {
		if f.codec == compress.Codecs.Uncompressed {
			return v
		}
		return bytes.Clone(codec.Encode(make([]byte, codec.CompressBound(int64(len(v)))), v))
	}
	whole := append(bytes.Clone(p.levels), p.values...)
	body := pack(whole)
	if p.kind == 3 {
		body = append(bytes.Clone(p.levels), pack(p.values)...)
	}
	w := &thrift{}
	w.open(0, func() {
		w.i32(1, p.kind)
		w.i32(2, int64(len(whole)))
		w.i32(3, int64(len(body)))
		if f.sums {
			w.i32(4, int64(int32(crc32.ChecksumIEEE(body))))
		}
		switch p.kind {
		case 0:
			w.open(5, func() {
				w.i32(1, int64(p.n))
				w.i32(2, int64(p.encoding))
				w.i32(3, 3)
				w.i32(4, 3)
			})
		case 2:
			w.open(7, func() { w.i32(1, int64(p.n)); w.i32(2, int64(p.encoding)) })
		case 3:
			w.open(8, func() {
				w.i32(1, int64(p.n))
				w.i32(2, int64(p.nulls))
				w.i32(3, int64(p.n))
				w.i32(4, int64(p.encoding))
				w.i32(5, int64(len(p.levels)))
				w.i32(6, 0)
			})
		}
	})
	b.Write(w.Bytes())
	if f.spoil != nil {
		f.spoil(g, c, i, body)
	}
	b.Write(body)
}

// levelsOf are definition levels, one bit a row, as one bit-packed run.
func levelsOf(valid []bool) []byte {
	groups := (len(valid) + 7) / 8
	out := binary.AppendUvarint(nil, uint64(groups)<<1|1)
	packed := make([]byte, groups)
	for i, ok := range valid {
		if ok {
			packed[i/8] |= 1 << (i % 8)
		}
	}
	return append(out, packed...)
}

// withLength puts the length before levels, as version 1 has it.
func withLength(levels []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(levels))), levels...)
}

// bitPacked packs numbers of a width, the lowest bits first.
func bitPacked(v []uint64, width int) []byte {
	out := make([]byte, (len(v)*width+7)/8)
	for i, x := range v {
		for k := range width {
			if x>>k&1 == 1 {
				at := i*width + k
				out[at/8] |= 1 << (at % 8)
			}
		}
	}
	return out
}

// deltaPacked is DELTA_BINARY_PACKED in blocks of 128 numbers in 4 miniblocks.
func deltaPacked(v []int64) []byte {
	out := binary.AppendUvarint(nil, 128)
	out = binary.AppendUvarint(out, 4)
	out = binary.AppendUvarint(out, uint64(len(v)))
	first := int64(0)
	if len(v) > 0 {
		first = v[0]
	}
	out = binary.AppendVarint(out, first)
	for at := 1; at < len(v); at += 128 {
		var deltas []int64
		for i := at; i < min(at+128, len(v)); i++ {
			deltas = append(deltas, v[i]-v[i-1])
		}
		low := deltas[0]
		for _, d := range deltas {
			low = min(low, d)
		}
		out = binary.AppendVarint(out, low)
		var widths, packed []byte
		for m := range 4 {
			part := make([]uint64, 32)
			width := 0
			for i := range part {
				if k := 32*m + i; k < len(deltas) {
					part[i] = uint64(deltas[k] - low)
					for part[i]>>width != 0 && width < 64 {
						width++
					}
				}
			}
			if 32*m >= len(deltas) {
				width = 0
			}
			widths = append(widths, byte(width))
			packed = append(packed, bitPacked(part, width)...)
		}
		out = append(append(out, widths...), packed...)
	}
	return out
}

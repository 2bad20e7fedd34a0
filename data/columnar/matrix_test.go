package columnar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/internal/simtest/seed"
)

// stored is a column as a physical type holds it: plain values one by one.
type stored struct {
	name     string
	physical int64
	length   int64
	logical  func(w *thrift)
	plain    func(i int) []byte // without the length of a text
	want     func(i int) any    // as value() gives it
	typ      string
}

func le32(v int32) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(v)) }
func le64(v int64) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(v)) }

// bigEndianIn is a decimal in n bytes.
func bigEndianIn(v int64, n int) []byte {
	b := make([]byte, n)
	int128(v).bigEndian(b[max(0, n-16):])
	if v < 0 {
		for i := range n - 16 {
			b[i] = 0xff
		}
	}
	return b
}

func decimalLogical(precision, scale int64) func(*thrift) {
	return func(w *thrift) { w.open(5, func() { w.i32(1, scale); w.i32(2, precision) }) }
}

func timestampLogical(utc bool, unit int64) func(*thrift) {
	return func(w *thrift) {
		w.open(8, func() { w.flag(1, utc); w.open(2, func() { w.open(unit, func() {}) }) })
	}
}

func integerLogical(bits byte, signed bool) func(*thrift) {
	return func(w *thrift) {
		w.open(10, func() { w.field(1, thriftByte); w.WriteByte(bits); w.flag(2, signed) })
	}
}

func emptyLogical(id int64) func(*thrift) {
	return func(w *thrift) { w.open(id, func() {}) }
}

// number is value i of the columns of numbers, of either sign.
func number(i int) int64 { return int64(i*i*37-2500) % 30000 }

// everyStored are the physical types with the logical ones that are read.
func everyStored() []stored {
	decimals := func(i int) any { return int128(number(i)) }
	list := []stored{
		{"bool", physicalBool, 0, nil, nil, func(i int) any { return number(i)%2 == 0 }, "bool"},
		{"int32", physicalInt32, 0, nil, func(i int) []byte { return le32(int32(number(i))) }, func(i int) any { return number(i) }, "int32"},
		{"int16", physicalInt32, 0, integerLogical(16, true), func(i int) []byte { return le32(int32(number(i))) }, func(i int) any { return number(i) }, "int16"},
		{"uint32", physicalInt32, 0, integerLogical(32, false), func(i int) []byte { return le32(int32(number(i))) }, func(i int) any { return int64(uint32(int32(number(i)))) }, "uint32"},
		{"date", physicalInt32, 0, emptyLogical(6), func(i int) []byte { return le32(int32(number(i))) }, func(i int) any { return data.Date(number(i)) }, "date"},
		{"decimal in int32", physicalInt32, 0, decimalLogical(9, 2), func(i int) []byte { return le32(int32(number(i))) }, decimals, "decimal(9,2)"},
		{"int64", physicalInt64, 0, nil, func(i int) []byte { return le64(number(i) << 40) }, func(i int) any { return number(i) << 40 }, "int64"},
		{"decimal in int64", physicalInt64, 0, decimalLogical(18, 4), func(i int) []byte { return le64(number(i)) }, decimals, "decimal(18,4)"},
		{"instants", physicalInt64, 0, timestampLogical(true, 2), func(i int) []byte { return le64(number(i) * 1e9) }, func(i int) any { return number(i) * 1e9 }, "timestamp[us, UTC]"},
		{"local times", physicalInt64, 0, timestampLogical(false, 3), func(i int) []byte { return le64(number(i) * 1e12) }, func(i int) any { return number(i) * 1e12 }, "timestamp[ns]"},
		{"int96", physicalInt96, 0, nil, func(i int) []byte {
			return append(le64(int64(i)*1e9), le32(int32(2440588+number(i)%20000))...)
		}, func(i int) any { return number(i)%20000*86400e9 + int64(i)*1e9 }, "timestamp[ns]"},
		{"float", physicalFloat, 0, nil, func(i int) []byte { return le32(int32(math.Float32bits(float32(number(i)) / 7))) }, func(i int) any { return math.Float64bits(float64(float32(number(i)) / 7)) }, "float32"},
		{"double", physicalDouble, 0, nil, func(i int) []byte { return le64(int64(math.Float64bits(float64(number(i)) / 7))) }, func(i int) any { return math.Float64bits(float64(number(i)) / 7) }, "float64"},
		{"text", physicalBytes, 0, emptyLogical(1), func(i int) []byte { return fmt.Appendf(nil, "text %d", number(i)/100) }, func(i int) any { return fmt.Sprintf("text %d", number(i)/100) }, "text"},
		{"decimal in bytes", physicalBytes, 0, decimalLogical(20, 3), func(i int) []byte { return bigEndianIn(number(i), 2+i%20) }, decimals, "decimal(20,3)"},
	}
	for _, n := range []int{2, 3, 5, 7, 8, 9, 12, 15, 16, 17, 20} {
		list = append(list, stored{fmt.Sprintf("decimal in %d", n), physicalFixed, int64(n), decimalLogical(38, 34), func(i int) []byte { return bigEndianIn(number(i), n) }, decimals, "decimal(38,34)"})
	}
	return list
}

// encoded are the values of the rows that are not null in an encoding; ok false: the
// format has none such.
func (s *stored) encoded(e parquet.Encoding, rows []int) (b []byte, ok bool) {
	var all [][]byte
	for _, i := range rows {
		if s.plain != nil {
			all = append(all, s.plain(i))
		}
	}
	whole := func() (v []int64) {
		for _, x := range all {
			if len(x) == 4 {
				v = append(v, int64(int32(binary.LittleEndian.Uint32(x))))
			} else {
				v = append(v, int64(binary.LittleEndian.Uint64(x)))
			}
		}
		return v
	}
	text := s.physical == physicalBytes
	switch e {
	case parquet.Encodings.Plain:
		if s.plain == nil {
			bits := make([]uint64, len(rows))
			for k, i := range rows {
				if s.want(i).(bool) {
					bits[k] = 1
				}
			}
			return bitPacked(bits, 1), true
		}
		for _, x := range all {
			if text {
				b = append(b, le32(int32(len(x)))...)
			}
			b = append(b, x...)
		}
		return b, true
	case byteStreamSplit:
		if text || s.plain == nil || s.physical == physicalInt96 {
			return nil, false
		}
		for k := range len(s.plain(0)) {
			for _, x := range all {
				b = append(b, x[k])
			}
		}
		return b, true
	case parquet.Encodings.DeltaBinaryPacked:
		if s.physical != physicalInt32 && s.physical != physicalInt64 {
			return nil, false
		}
		return deltaPacked(whole()), true
	case parquet.Encodings.DeltaLengthByteArray:
		if !text {
			return nil, false
		}
		lengths := make([]int64, len(all))
		for k, x := range all {
			lengths[k] = int64(len(x))
		}
		return append(deltaPacked(lengths), bytes.Join(all, nil)...), true
	case parquet.Encodings.DeltaByteArray:
		if !text && s.physical != physicalFixed {
			return nil, false
		}
		var prefix, rest []int64
		var last, tails []byte
		for _, x := range all {
			n := 0
			for n < min(len(x), len(last)) && x[n] == last[n] {
				n++
			}
			prefix, rest = append(prefix, int64(n)), append(rest, int64(len(x)-n))
			tails, last = append(tails, x[n:]...), x
		}
		return append(append(deltaPacked(prefix), deltaPacked(rest)...), tails...), true
	case parquet.Encodings.RLE:
		if s.plain != nil {
			return nil, false
		}
		valid := make([]bool, len(rows))
		for k, i := range rows {
			valid[k] = s.want(i).(bool)
		}
		return withLength(levelsOf(valid)), true
	}
	return nil, false
}

var everyEncoding = []parquet.Encoding{parquet.Encodings.Plain, byteStreamSplit, parquet.Encodings.DeltaBinaryPacked,
	parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray, parquet.Encodings.RLE}

// madeOf is a column of n rows in two data pages: the first by a dictionary when one is
// asked for, which falls back to the encoding.
func (s *stored) madeOf(n int, e parquet.Encoding, version int64, nulls, dict bool) (madeColumn, bool) {
	c := madeColumn{name: s.name, physical: s.physical, length: s.length, optional: nulls, logical: s.logical}
	half := n / 2
	if dict {
		if s.plain == nil {
			return c, false
		}
		all := make([]int, half)
		for i := range all {
			all[i] = i
		}
		b, _ := s.encoded(parquet.Encodings.Plain, all)
		c.pages = append(c.pages, madePage{kind: 2, n: half, encoding: parquet.Encodings.Plain, values: b})
	}
	for part, from := range []int{0, half} {
		to := []int{half, n}[part]
		valid := make([]bool, to-from)
		var rows []int
		for i := from; i < to; i++ {
			if valid[i-from] = !nulls || i%3 != 1; valid[i-from] {
				rows = append(rows, i)
			}
		}
		p := madePage{n: to - from, nulls: to - from - len(rows), encoding: e}
		if version == 2 {
			p.kind = 3
		}
		if nulls {
			if p.levels = levelsOf(valid); version == 1 {
				p.levels = withLength(p.levels)
			}
		}
		if dict && part == 0 {
			p.encoding = parquet.Encodings.RLEDict
			codes := make([]uint64, (len(rows)+7)/8*8)
			for k, i := range rows {
				codes[k] = uint64(i)
			}
			p.values = append(binary.AppendUvarint([]byte{16}, uint64(len(codes)/8)<<1|1), bitPacked(codes, 16)...)
		} else {
			var ok bool
			if p.values, ok = s.encoded(e, rows); !ok {
				return c, false
			}
		}
		c.pages = append(c.pages, p)
	}
	return c, true
}

// Every physical type with every logical one, in every encoding that the format has for
// it, with and without a dictionary before it, nulls and checksums, in both versions of
// pages, uncompressed and by one codec in turn (by every codec with EVENKEEL_CHECKS): what
// is read is what was written.
func TestEveryTypeEncodingAndCodec(t *testing.T) {
	const n = 200
	codecs := []compress.Compression{compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Gzip, compress.Codecs.Brotli, compress.Codecs.Zstd}
	cases := 0
	for _, s := range everyStored() {
		for _, e := range everyEncoding {
			for k := range 8 {
				version, nulls, dict := int64(1+k&1), k&2 > 0, k&4 > 0
				c, ok := s.madeOf(n, e, version, nulls, dict)
				if !ok {
					continue
				}
				for _, codec := range codecs {
					if codec != compress.Codecs.Uncompressed && (cases+int(codec))%5 > 0 && os.Getenv(seed.Checks) == "" {
						continue
					}
					f := &madeFile{rows: n, codec: codec, sums: k&1 > 0, columns: []madeColumn{c}}
					where := fmt.Sprintf("%s, %s, version %d, nulls %v, dictionary %v, %v", s.name, encodingName(e), version, nulls, dict, codec)
					tb, err := DecodeTable(ctx, "x.parquet", f.bytes(t), TableOptions{})
					require.NoError(t, err, where)
					s.same(t, &tb.Columns[0], n, nulls, where)
					cases++
				}
			}
		}
	}
	t.Log(cases, "cases")
}

func (s *stored) same(t *testing.T, c *Column, n int, nulls bool, where string) {
	require.Equal(t, s.typ, c.Type.String(), where)
	require.Equal(t, n, c.Len(), where)
	for i := range n {
		null := nulls && i%3 == 1
		if c.Null(i) != null || !null && value(c, i) != s.want(i) {
			require.Failf(t, "differ", "%s: row %d is %v (null %v), want %v", where, i, value(c, i), c.Null(i), s.want(i))
		}
	}
}

// The footer's list of encodings is not trusted: the pages say how they are encoded.
func TestEncodingsThatTheFooterHides(t *testing.T) {
	const n = 60
	for _, s := range everyStored() {
		for _, e := range everyEncoding {
			c, ok := s.madeOf(n, e, 1, true, false)
			if !ok {
				continue
			}
			c.claims = []parquet.Encoding{parquet.Encodings.Plain}
			f := &madeFile{rows: n, columns: []madeColumn{c}}
			tb, err := DecodeTable(ctx, "x.parquet", f.bytes(t), TableOptions{})
			require.NoError(t, err, s.name)
			s.same(t, &tb.Columns[0], n, true, s.name+" "+encodingName(e))
		}
	}
}

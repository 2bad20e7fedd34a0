package columnar

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"
)

// What follows the end of a stream is an error that says so, and a stream without an
// end mark a warning.
func TestWhatFollowsAStream(t *testing.T) {
	b := encode(t, prices(5, "A"), ArrowStream)
	for what, rest := range map[string][]byte{"a second stream": b, "3 bytes follow": []byte("abc")} {
		_, err := DecodeTable(ctx, "x.arrows", append(bytes.Clone(b), rest...), TableOptions{})
		require.Equal(t, []string{"E305"}, codes(err))
		require.ErrorContains(t, err, what)
	}
	_, err := DecodeTable(ctx, "x.arrows", append(bytes.Clone(b), make([]byte, 24)...), TableOptions{})
	require.NoError(t, err, "padding")
	_, src, err := ReadPanel(ctx, save(t, "x.arrows", b[:len(b)-8]), Options{})
	require.NoError(t, err)
	require.Equal(t, "E304", src.Warnings[0].Code)
}

// twoBatches is an Arrow file of two batches, and where its footer is.
func twoBatches(t *testing.T, options ...ipc.Option) (b []byte, footer int) {
	sc := arrow.NewSchema([]arrow.Field{{Name: "i", Type: arrow.PrimitiveTypes.Int64}}, nil)
	var out bytes.Buffer
	w, err := ipc.NewFileWriter(&told{w: &out}, append(options, ipc.WithSchema(sc))...)
	require.NoError(t, err)
	for k := range 2 {
		rb := array.NewRecordBuilder(memory.DefaultAllocator, sc)
		rb.Field(0).(*array.Int64Builder).AppendValues([]int64{int64(k), 7, 8}, nil)
		require.NoError(t, w.Write(rb.NewRecord()))
	}
	require.NoError(t, w.Close())
	b = out.Bytes()
	return b, len(b) - 10 - int(binary.LittleEndian.Uint32(b[len(b)-10:]))
}

// A file's footer lists its batches: one that lists more, fewer or others is damaged,
// and one whose schema stands in the footer alone is not.
func TestFootersOfArrowFiles(t *testing.T) {
	b, footer := twoBatches(t)
	tb, err := DecodeTable(ctx, "x.arrow", b, TableOptions{})
	require.NoError(t, err)
	require.Equal(t, []int64{0, 7, 8, 1, 7, 8}, tb.Columns[0].Ints)
	s, err := messagesOf(b[8:footer], 8)
	require.NoError(t, err)
	require.Len(t, s.list, 2)

	cutOff := bytes.Clone(b)
	clear(cutOff[s.list[1].at : s.list[1].at+8]) // an end mark in the second batch's place
	_, err = DecodeTable(ctx, "x.arrow", cutOff, TableOptions{})
	require.Equal(t, []string{"E305"}, codes(err))
	require.ErrorContains(t, err, "lists 2 record batches, the file holds 1")

	moved := bytes.Clone(b)
	at := bytes.LastIndex(moved, binary.LittleEndian.AppendUint64(nil, uint64(s.list[1].at)))
	require.Greater(t, at, footer)
	moved[at]++
	_, err = DecodeTable(ctx, "x.arrow", moved, TableOptions{})
	require.ErrorContains(t, err, "at other places")

	bare := append(bytes.Clone(b[:8]), b[s.list[0].at:footer]...) // no schema before the batches
	shift := s.list[0].at - 8
	end := bytes.Clone(b[footer:])
	for _, m := range s.list {
		at := bytes.Index(end, binary.LittleEndian.AppendUint64(nil, uint64(m.at)))
		require.GreaterOrEqual(t, at, 0)
		binary.LittleEndian.PutUint64(end[at:], uint64(m.at-shift))
	}
	tb, err = DecodeTable(ctx, "x.arrow", append(bare, end...), TableOptions{})
	require.NoError(t, err)
	require.Equal(t, 6, tb.Rows())
}

// A null in a dictionary is a null.
func TestNullsInDictionaries(t *testing.T) {
	mem := memory.DefaultAllocator
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	sc := arrow.NewSchema([]arrow.Field{{Name: "s", Type: typ, Nullable: true}}, nil)
	texts := array.NewStringBuilder(mem)
	texts.AppendValues([]string{"a", "", "b"}, []bool{true, false, true})
	index := array.NewInt8Builder(mem)
	index.AppendValues([]int8{0, 1, 2, 0, 1}, []bool{true, true, true, false, true})
	rec := array.NewRecord(sc, []arrow.Array{array.NewDictionaryArray(typ, index.NewArray(), texts.NewArray())}, 5)
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(sc))
	require.NoError(t, w.Write(rec))
	require.NoError(t, w.Close())
	tb, err := DecodeTable(ctx, "x.arrows", b.Bytes(), TableOptions{})
	require.NoError(t, err)
	c := &tb.Columns[0]
	for i, want := range []string{"a", "null", "b", "null", "null"} {
		got := c.Text(i)
		if c.Null(i) {
			got = "null"
		}
		require.Equal(t, want, got, i)
	}
	require.NoError(t, tb.sound())
}

// Columns of every type beside the one asked for are passed over, not decoded.
func TestArrowColumnsBeside(t *testing.T) {
	mem := memory.DefaultAllocator
	beside := []arrow.DataType{arrow.Null, arrow.BinaryTypes.Binary, arrow.FixedWidthTypes.Time64us, arrow.FixedWidthTypes.MonthInterval, arrow.ListOf(arrow.BinaryTypes.String),
		arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int8}, arrow.Field{Name: "y", Type: arrow.BinaryTypes.BinaryView}), &arrow.FixedSizeBinaryType{ByteWidth: 3},
		arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Float64), arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32), arrow.FixedWidthTypes.Duration_s, arrow.FixedWidthTypes.Float16,
		arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String), arrow.BinaryTypes.LargeBinary, arrow.LargeListOf(arrow.PrimitiveTypes.Int8), &arrow.Decimal256Type{Precision: 60, Scale: 2},
		arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int8}}, []arrow.UnionTypeCode{0}), arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int8}}, []arrow.UnionTypeCode{0}),
		arrow.ListViewOf(arrow.PrimitiveTypes.Int8)}
	for _, typ := range beside {
		sc := arrow.NewSchema([]arrow.Field{{Name: "extra", Type: typ, Nullable: true}, {Name: "i", Type: arrow.PrimitiveTypes.Int64}}, nil)
		rb := array.NewRecordBuilder(mem, sc)
		for i := range 5 {
			rb.Field(0).AppendNull()
			rb.Field(1).(*array.Int64Builder).Append(int64(i))
		}
		for _, option := range [][]ipc.Option{{}, {ipc.WithZstd()}, {ipc.WithLZ4()}} {
			var b bytes.Buffer
			w := ipc.NewWriter(&b, append(option, ipc.WithSchema(sc))...)
			require.NoError(t, w.Write(rb.NewRecord()), typ.String())
			require.NoError(t, w.Close())
			tb, err := DecodeTable(ctx, "x.arrows", b.Bytes(), TableOptions{Columns: []string{"i"}})
			require.NoError(t, err, typ.String())
			require.Equal(t, []int64{0, 1, 2, 3, 4}, tb.Columns[0].Ints, typ.String())
			_, err = DecodeTable(ctx, "x.arrows", b.Bytes(), TableOptions{})
			require.Equal(t, []string{"E318"}, codes(err), typ.String())
			for i := range 5 {
				rb.Field(0).AppendNull()
				rb.Field(1).(*array.Int64Builder).Append(int64(i))
			}
		}
	}
}

func FuzzArrowFile(f *testing.F) {
	f.Add(encode(f, everyType(9), ArrowFile))
	f.Add(encode(f, prices(20, "A", "B"), ArrowFile))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzOne(t, b, ArrowFile) })
}

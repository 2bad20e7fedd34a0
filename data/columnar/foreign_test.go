package columnar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/stretchr/testify/require"

	"evenkeel/data"
)

// Encodings, codecs and page versions that our own writer does not choose.
func TestEncodingsOfOtherWriters(t *testing.T) {
	const n = 5000
	for _, version := range []parquet.DataPageVersion{parquet.DataPageV1, parquet.DataPageV2} {
		for _, codec := range []compress.Compression{compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Gzip, compress.Codecs.Brotli, compress.Codecs.Zstd} {
			for _, delta := range []bool{false, true} {
				b := writeForeign(t, n, version, codec, delta)
				tb, err := ReadTable(ctx, save(t, "x.parquet", b), TableOptions{})
				require.NoError(t, err, "%v %v %v", version, codec, delta)
				for i := range n {
					null := i%5 == 2
					for c := range tb.Columns {
						if tb.Columns[c].Null(i) != null {
							require.Failf(t, "differ", "column %d row %d: null %v", c, i, !null)
						}
					}
					if null {
						continue
					}
					if tb.Columns[0].Ints[i] != int64(i)*7-3 || tb.Columns[1].Text(i) != fmt.Sprintf("text %d", i/3) || tb.Columns[2].Ints[i] != int64(i)*86400e9+5 {
						require.Failf(t, "differ", "%v %v row %d", version, codec, i)
					}
				}
			}
		}
	}
}

// writeForeign writes an int64, a text and an INT96 column, every fifth row null.
func writeForeign(t *testing.T, n int, version parquet.DataPageVersion, codec compress.Compression, delta bool) []byte {
	text, err := schema.NewPrimitiveNodeLogical("s", parquet.Repetitions.Optional, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
	require.NoError(t, err)
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, schema.FieldList{
		schema.NewInt64Node("i", parquet.Repetitions.Optional, -1), text, schema.NewInt96Node("t", parquet.Repetitions.Optional, -1)}, -1)
	require.NoError(t, err)
	props := []parquet.WriterProperty{parquet.WithDataPageVersion(version), parquet.WithCompression(codec), parquet.WithDataPageSize(4096)}
	if delta {
		props = append(props, parquet.WithDictionaryDefault(false), parquet.WithEncodingFor("i", parquet.Encodings.DeltaBinaryPacked), parquet.WithEncodingFor("s", parquet.Encodings.DeltaByteArray))
	}
	var b bytes.Buffer
	w := file.NewParquetWriter(&b, root, file.WithWriterProps(parquet.NewWriterProperties(props...)))
	var def []int16
	var ints []int64
	var texts []parquet.ByteArray
	var times []parquet.Int96
	for i := range n {
		if i%5 == 2 {
			def = append(def, 0)
			continue
		}
		def = append(def, 1)
		ints = append(ints, int64(i)*7-3)
		texts = append(texts, parquet.ByteArray(fmt.Sprintf("text %d", i/3)))
		var at parquet.Int96
		binary.LittleEndian.PutUint64(at[:], 5)
		binary.LittleEndian.PutUint32(at[8:], uint32(2440588+i))
		times = append(times, at)
	}
	g := w.AppendRowGroup()
	for range 3 {
		cw, err := g.NextColumn()
		require.NoError(t, err)
		switch cw := cw.(type) {
		case *file.Int64ColumnChunkWriter:
			_, err = cw.WriteBatch(ints, def, nil)
		case *file.ByteArrayColumnChunkWriter:
			_, err = cw.WriteBatch(texts, def, nil)
		case *file.Int96ColumnChunkWriter:
			_, err = cw.WriteBatch(times, def, nil)
		}
		require.NoError(t, err)
		require.NoError(t, cw.Close())
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// Byte k of value i of a split page stands at k*n + i, behind the levels.
func TestSplitStreamsAreJoined(t *testing.T) {
	d := schema.NewColumn(schema.NewFloat64Node("x", parquet.Repetitions.Optional, -1), 1, 0)
	levels := []byte{2, 0, 0, 0, 6, 1} // three levels of 1
	values := make([]byte, 24)
	for i := range 3 {
		for k := range 8 {
			values[k*3+i] = byte(10*i + k)
		}
	}
	p := file.NewDataPageV1(memory.NewBufferBytes(append(levels, values...)), 3, byteStreamSplit, parquet.Encodings.RLE, parquet.Encodings.RLE, 30)
	set, err := checkPage(p, d)
	require.NoError(t, err)
	require.Equal(t, 3, set)
	got, err := plainly(d)(p, set)
	require.NoError(t, err)
	want := append([]byte{}, levels...)
	for i := range 3 {
		for k := range 8 {
			want = append(want, byte(10*i+k))
		}
	}
	require.Equal(t, want, got.Data())
	require.Equal(t, parquet.Encodings.Plain, parquet.Encoding(got.Encoding()))
	short := file.NewDataPageV1(memory.NewBufferBytes(p.Data()[:22]), 3, byteStreamSplit, parquet.Encodings.RLE, parquet.Encodings.RLE, 22)
	_, err = checkPage(short, d)
	require.Error(t, err)
}

// Arrow as pandas and polars write it: compressed, large texts, views, narrow
// dictionary indices, dictionaries that change between batches of a stream.
func TestArrowOfOtherWriters(t *testing.T) {
	mem := memory.DefaultAllocator
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}
	sc := arrow.NewSchema([]arrow.Field{
		{Name: "date", Type: arrow.FixedWidthTypes.Date64}, {Name: "symbol", Type: dict}, {Name: "close", Type: arrow.PrimitiveTypes.Float32, Nullable: true},
		{Name: "large", Type: arrow.BinaryTypes.LargeString}, {Name: "view", Type: arrow.BinaryTypes.StringView}, {Name: "list", Type: arrow.ListOf(arrow.PrimitiveTypes.Int8)},
	}, nil)
	for _, opt := range [][]ipc.Option{{}, {ipc.WithLZ4()}, {ipc.WithZstd()}} {
		var b bytes.Buffer
		w := ipc.NewWriter(&b, append(opt, ipc.WithSchema(sc))...)
		for batch := range 2 {
			rb := array.NewRecordBuilder(mem, sc)
			for i := range 100 {
				rb.Field(0).(*array.Date64Builder).Append(arrow.Date64((batch*100 + i) * 86400e3))
				require.NoError(t, rb.Field(1).(*array.BinaryDictionaryBuilder).AppendString(fmt.Sprintf("S%d", batch)))
				rb.Field(2).(*array.Float32Builder).Append(float32(i) + 1.5)
				rb.Field(3).(*array.LargeStringBuilder).Append(fmt.Sprint(i))
				rb.Field(4).(*array.StringViewBuilder).Append(fmt.Sprint("a text longer than twelve bytes ", i))
				rb.Field(5).AppendNull()
			}
			require.NoError(t, w.Write(rb.NewRecord()))
		}
		require.NoError(t, w.Close())
		path := save(t, "x.arrows", b.Bytes())
		_, err := ReadTable(ctx, path, TableOptions{})
		require.Equal(t, []string{"E318"}, codes(err))
		tb, err := ReadTable(ctx, path, TableOptions{Columns: []string{"date", "symbol", "close", "large", "view"}})
		require.NoError(t, err)
		require.Equal(t, 200, tb.Rows())
		require.Equal(t, data.Date(150), tb.Columns[0].Days[150])
		require.Equal(t, "S0", tb.Columns[1].Text(99))
		require.Equal(t, "S1", tb.Columns[1].Text(100))
		require.Equal(t, 51.5, tb.Columns[2].Floats[150])
		require.Equal(t, "50", tb.Columns[3].Text(150))
		require.Equal(t, "a text longer than twelve bytes 50", tb.Columns[4].Text(150))
	}
}

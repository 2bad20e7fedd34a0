package columnar

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// writeArrow writes record batches, texts as dictionaries of int32, uncompressed
// so that readers may map them.
func (t *Table) writeArrow(w io.Writer, stream bool) error {
	fields := make([]arrow.Field, len(t.Columns))
	dicts := make([]arrow.Array, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		fields[i] = arrow.Field{Name: c.Name, Type: c.arrowType(), Nullable: c.Valid != nil}
		if c.Type.Kind == Text {
			b := array.NewStringBuilder(memory.DefaultAllocator)
			b.AppendValues(c.Dict, nil)
			dicts[i] = b.NewArray()
		}
	}
	keys := sortedKeys(t.Meta)
	values := make([]string, len(keys))
	for i, k := range keys {
		values[i] = t.Meta[k]
	}
	md := arrow.NewMetadata(keys, values)
	schema := arrow.NewSchema(fields, &md)
	var out interface {
		Write(arrow.Record) error
		Close() error
	}
	if stream {
		out = ipc.NewWriter(w, ipc.WithSchema(schema))
	} else {
		fw, err := ipc.NewFileWriter(&told{w: w}, ipc.WithSchema(schema))
		if err != nil {
			return err
		}
		out = fw
	}
	rows := t.Rows()
	for at := 0; at < rows || at == 0; at += rowGroup {
		n := min(rowGroup, rows-at)
		arrays := make([]arrow.Array, len(t.Columns))
		for i := range t.Columns {
			part := t.Columns[i].slice(at, n)
			arrays[i] = part.array(fields[i].Type, dicts[i])
		}
		if err := out.Write(array.NewRecord(schema, arrays, int64(n))); err != nil {
			return fmt.Errorf("columnar: %w", err)
		}
	}
	return out.Close()
}

// told is a writer that knows how far it has come, which is all that the
// library's file writer wants to seek for.
type told struct {
	w  io.Writer
	at int64
}

func (t *told) Write(b []byte) (int, error) {
	n, err := t.w.Write(b)
	t.at += int64(n)
	return n, err
}

func (t *told) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return t.at, errors.New("columnar: the writer only moves forward")
	}
	return t.at, nil
}

func (c *Column) arrowType() arrow.DataType {
	switch t := c.Type; t.Kind {
	case Bool:
		return arrow.FixedWidthTypes.Boolean
	case Int:
		ints := map[int][2]arrow.DataType{
			8:  {arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Uint8},
			16: {arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Uint16},
			32: {arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Uint32},
			64: {arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint64},
			0:  {arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint64},
		}[t.Bits]
		if t.Unsigned {
			return ints[1]
		}
		return ints[0]
	case Float:
		if t.Bits == 32 {
			return arrow.PrimitiveTypes.Float32
		}
		return arrow.PrimitiveTypes.Float64
	case Text:
		return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Timestamp:
		return &arrow.TimestampType{Unit: [...]arrow.TimeUnit{arrow.Second, arrow.Millisecond, arrow.Microsecond, arrow.Nanosecond}[t.Unit&3], TimeZone: t.Zone}
	}
	return &arrow.Decimal128Type{Precision: int32(c.Type.Precision), Scale: int32(c.Type.Scale)}
}

// array is the column as an Arrow array of a type.
func (c *Column) array(t arrow.DataType, dict arrow.Array) arrow.Array {
	mem := memory.DefaultAllocator
	if d, ok := t.(*arrow.DictionaryType); ok {
		b := array.NewInt32Builder(mem)
		b.AppendValues(c.Codes, c.Valid)
		return array.NewDictionaryArray(d, b.NewArray(), dict)
	}
	b := array.NewBuilder(mem, t)
	b.Reserve(c.Len())
	for i := range c.Len() {
		if c.Null(i) {
			b.AppendNull()
			continue
		}
		switch b := b.(type) {
		case *array.BooleanBuilder:
			b.Append(c.Bools[i])
		case *array.Int8Builder:
			b.Append(int8(c.Ints[i]))
		case *array.Int16Builder:
			b.Append(int16(c.Ints[i]))
		case *array.Int32Builder:
			b.Append(int32(c.Ints[i]))
		case *array.Int64Builder:
			b.Append(c.Ints[i])
		case *array.Uint8Builder:
			b.Append(uint8(c.Ints[i]))
		case *array.Uint16Builder:
			b.Append(uint16(c.Ints[i]))
		case *array.Uint32Builder:
			b.Append(uint32(c.Ints[i]))
		case *array.Uint64Builder:
			b.Append(uint64(c.Ints[i]))
		case *array.Float32Builder:
			b.Append(float32(c.Floats[i]))
		case *array.Float64Builder:
			b.Append(c.Floats[i])
		case *array.Date32Builder:
			b.Append(arrow.Date32(c.Days[i]))
		case *array.TimestampBuilder:
			b.Append(arrow.Timestamp(c.Ints[i]))
		case *array.Decimal128Builder:
			b.Append(decimal128.New(c.Decimals[i].Hi, c.Decimals[i].Lo))
		}
	}
	return b.NewArray()
}

// zoneSchema is the table's schema as Arrow's libraries keep it in Parquet, which knows
// no zones; "" for a table that needs none.
func (t *Table) zoneSchema() string {
	fields, zones := make([]arrow.Field, len(t.Columns)), false
	for i := range t.Columns {
		c := &t.Columns[i]
		fields[i] = arrow.Field{Name: c.Name, Type: c.arrowType(), Nullable: c.Valid != nil}
		if c.Type.Kind == Text {
			fields[i].Type = arrow.BinaryTypes.String
		}
		zones = zones || c.Type.Kind == Timestamp && c.Type.Zone != "" && c.Type.Zone != "UTC"
	}
	if !zones {
		return ""
	}
	var b bytes.Buffer
	_ = ipc.NewWriter(&b, ipc.WithSchema(arrow.NewSchema(fields, nil))).Close() // into memory
	m, _, err := nextMessage(b.Bytes())
	if err != nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()[:8+len(m.meta)])
}

package columnar

import (
	"fmt"
	"io"
	"slices"
	"unsafe"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"evenkeel/data/fault"
)

func (t *Table) writeParquet(w io.Writer) error {
	pw, err := t.parquetWriter(w)
	if err != nil {
		return err
	}
	for at, n := 0, t.Rows(); at < n; at += rowGroup {
		if err := t.writeGroup(pw, at, min(rowGroup, n-at)); err != nil {
			return err
		}
	}
	return pw.Close()
}

// parquetWriter writes plain and dictionary pages of version 1, which every
// reader knows, and an encoded Arrow schema beside them only where a zone needs one.
func (t *Table) parquetWriter(w io.Writer) (*file.Writer, error) {
	fields := make(schema.FieldList, len(t.Columns))
	props := []parquet.WriterProperty{
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithDataPageVersion(parquet.DataPageV1),
		parquet.WithStats(true),
		parquet.WithCreatedBy("evenkeel"),
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		node, err := c.node()
		if err != nil {
			return nil, fmt.Errorf("columnar: column %q: %w", c.Name, err)
		}
		fields[i] = node
		if k := c.Type.Kind; k != Text && k != Date && k != Timestamp {
			props = append(props, parquet.WithDictionaryPath(parquet.ColumnPath{c.Name}, false)) // numbers rarely repeat
		}
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, err
	}
	kv := metadata.NewKeyValueMetadata()
	if zones := t.zoneSchema(); zones != "" {
		if err := kv.Append(arrowSchemaKey, zones); err != nil {
			return nil, err
		}
	}
	for _, k := range sortedKeys(t.Meta) {
		if err := kv.Append(k, t.Meta[k]); err != nil {
			return nil, err
		}
	}
	return file.NewParquetWriter(keepOpen{w}, root, file.WithWriterProps(parquet.NewWriterProperties(props...)), file.WithWriteMetadata(kv)), nil
}

// keepOpen hides Close: the writer is the caller's.
type keepOpen struct{ io.Writer }

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// node is the column in the file's schema: optional only when it has nulls.
func (c *Column) node() (*schema.PrimitiveNode, error) {
	rep := parquet.Repetitions.Required
	if c.Valid != nil {
		rep = parquet.Repetitions.Optional
	}
	logical := func(l schema.LogicalType, t parquet.Type, length int) (*schema.PrimitiveNode, error) {
		return schema.NewPrimitiveNodeLogical(c.Name, rep, l, t, length, -1)
	}
	t := c.Type
	switch t.Kind {
	case Bool:
		return schema.NewPrimitiveNode(c.Name, rep, parquet.Types.Boolean, -1, -1)
	case Int:
		if t.Bits == 0 {
			t.Bits = 64
		}
		if t.Bits == 64 && !t.Unsigned {
			return schema.NewPrimitiveNode(c.Name, rep, parquet.Types.Int64, -1, -1)
		}
		physical := parquet.Types.Int32
		if t.Bits == 64 {
			physical = parquet.Types.Int64
		}
		return logical(schema.NewIntLogicalType(int8(t.Bits), !t.Unsigned), physical, -1)
	case Float:
		if t.Bits == 32 {
			return schema.NewPrimitiveNode(c.Name, rep, parquet.Types.Float, -1, -1)
		}
		return schema.NewPrimitiveNode(c.Name, rep, parquet.Types.Double, -1, -1)
	case Text:
		return logical(schema.StringLogicalType{}, parquet.Types.ByteArray, -1)
	case Date:
		return logical(schema.DateLogicalType{}, parquet.Types.Int32, -1)
	case Timestamp:
		units := [...]schema.TimeUnitType{schema.TimeUnitMillis, schema.TimeUnitMillis, schema.TimeUnitMicros, schema.TimeUnitNanos}
		return logical(schema.NewTimestampLogicalTypeForce(t.Zone != "", units[t.Unit&3]), parquet.Types.Int64, -1)
	case Decimal:
		if t.Scale < 0 || t.Precision < 1 || t.Scale > t.Precision {
			return nil, bad(fault.NoFlatType, column(c.Name), fmt.Sprintf("type %s cannot be stored in Parquet", t), "a scale between 0 and the precision", "store it as Arrow, or convert it first")
		}
		return logical(schema.NewDecimalLogicalType(int32(t.Precision), int32(t.Scale)), parquet.Types.FixedLenByteArray, 16)
	}
	return nil, fmt.Errorf("type %s", t)
}

func (t *Table) writeGroup(pw *file.Writer, at, n int) error {
	g := pw.AppendRowGroup()
	for i := range t.Columns {
		part := t.Columns[i].slice(at, n)
		cw, err := g.NextColumn()
		if err != nil {
			return err
		}
		if err := part.writeChunk(cw); err != nil {
			return fmt.Errorf("columnar: column %q: %w", part.Name, err)
		}
		if err := cw.Close(); err != nil {
			return err
		}
	}
	return g.Close()
}

// writeChunk hands the values that are not null to the library.
func (c *Column) writeChunk(cw file.ColumnChunkWriter) (err error) {
	var def []int16
	if c.Valid != nil {
		def = make([]int16, len(c.Valid))
		for i, ok := range c.Valid {
			if ok {
				def[i] = 1
			}
		}
	}
	switch w := cw.(type) {
	case *file.BooleanColumnChunkWriter:
		_, err = w.WriteBatch(packed(c, c.Bools), def, nil)
	case *file.Int32ColumnChunkWriter:
		if c.Type.Kind == Date {
			days := unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(c.Days))), len(c.Days))
			_, err = w.WriteBatch(packed(c, days), def, nil)
			break
		}
		_, err = w.WriteBatch(packed(c, narrowed[int32](c.Ints)), def, nil)
	case *file.Int64ColumnChunkWriter:
		var v []int64
		if v, err = c.milliseconds(); err == nil {
			_, err = w.WriteBatch(packed(c, v), def, nil)
		}
	case *file.Float32ColumnChunkWriter:
		_, err = w.WriteBatch(packed(c, narrowed[float32](c.Floats)), def, nil)
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(packed(c, c.Floats), def, nil)
	case *file.ByteArrayColumnChunkWriter:
		texts := make([]parquet.ByteArray, len(c.Codes))
		for i, k := range c.Codes {
			if !c.Null(i) {
				texts[i] = parquet.ByteArray(c.Dict[k])
			}
		}
		_, err = w.WriteBatch(packed(c, texts), def, nil)
	case *file.FixedLenByteArrayColumnChunkWriter:
		all := make([]byte, 16*len(c.Decimals))
		cells := make([]parquet.FixedLenByteArray, len(c.Decimals))
		for i, v := range c.Decimals {
			cells[i] = all[16*i : 16*i+16]
			v.bigEndian(cells[i])
		}
		_, err = w.WriteBatch(packed(c, cells), def, nil)
	default:
		err = fmt.Errorf("no writer for %T", cw)
	}
	return err
}

// milliseconds are a timestamp column's values; Parquet has no whole seconds.
func (c *Column) milliseconds() ([]int64, error) {
	if c.Type.Kind != Timestamp || c.Type.Unit != Second {
		return c.Ints, nil
	}
	out := make([]int64, len(c.Ints))
	for i, v := range c.Ints {
		if out[i] = v * 1000; out[i]/1000 != v && !c.Null(i) {
			return nil, bad(fault.FarDate, column(c.Name), fmt.Sprintf("timestamp %d s in row %d cannot be stored in Parquet", v, i+1), "milliseconds that 64 bits hold", "check the column's unit")
		}
	}
	return out, nil
}

func packed[T any](c *Column, v []T) []T {
	if c.Valid == nil {
		return v
	}
	out := make([]T, 0, len(v))
	for i, x := range v {
		if c.Valid[i] {
			out = append(out, x)
		}
	}
	return out
}

func narrowed[To int32 | float32, From int64 | float64](v []From) []To {
	out := make([]To, len(v))
	for i, x := range v {
		out[i] = To(x)
	}
	return out
}

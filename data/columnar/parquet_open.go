package columnar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// parquetFile is an opened Parquet file: its footer is read and checked.
type parquetFile struct {
	bytes  []byte
	reader *file.Reader
	meta   *metadata.FileMetaData
	leaves []leaf
	rows   int64
	kept   map[string]string // key-value metadata worth showing
}

// leaf is a column of the file's schema; why says what is wrong with its type.
type leaf struct {
	field
	index int
	desc  *schema.Column
}

// field is a column's name and type; why is not empty when the type cannot be read.
type field struct {
	name string
	typ  Type
	why  string
}

// maxPage bounds one decompressed page.
const maxPage = 512 << 20

func openParquet(b []byte) (*parquetFile, error) {
	if err := checkFooter(b); err != nil {
		return nil, err
	}
	p := &parquetFile{bytes: b}
	err := guard(func() error {
		props := parquet.NewReaderProperties(cappedAllocator{maxPage})
		r, err := file.NewParquetReader(bytes.NewReader(b), file.WithReadProps(props))
		if err != nil {
			return err
		}
		p.reader, p.meta = r, r.MetaData()
		p.kept = keptMetadata(p.meta)
		p.meta.FileMetaData.KeyValueMetadata = nil // never decoded: damaged schemas hide there
		p.rows = r.NumRows()
		return p.describe()
	})
	return p, damaged("footer", err)
}

// checkFooter tells a file that is cut short from one that is damaged.
func checkFooter(b []byte) error {
	n := len(b)
	short := func(what string) error {
		return bad("E304", "", fmt.Sprintf("%s: the file is cut short or damaged (%d bytes)", what, n), "a complete Parquet file", "copy it again")
	}
	if n < 12 {
		return short("no footer")
	}
	if bytes.Equal(b[n-4:], magicEncrypted) {
		return bad("E307", "", "the footer is encrypted", "plain Parquet", "write it without encryption")
	}
	if !bytes.Equal(b[n-4:], magicParquet) {
		return short("no PAR1 at the end")
	}
	if size := int64(binary.LittleEndian.Uint32(b[n-8:])); size+8 > int64(n) {
		return short(fmt.Sprintf("the footer claims %d bytes", size))
	}
	return nil
}

// keptMetadata copies what writers put beside the table, but not the encoded
// schemas that some libraries hide there.
func keptMetadata(m *metadata.FileMetaData) map[string]string {
	kept := map[string]string{}
	kv := m.KeyValueMetadata()
	keys, values := kv.Keys(), kv.Values()
	for i, k := range keys {
		if k == "ARROW:schema" || k == "pandas" || len(kept) >= 256 || len(k)+len(values[i]) > 1<<20 {
			continue
		}
		kept[strings.Clone(k)] = strings.Clone(values[i])
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// describe lists the columns and checks that the row groups add up.
func (p *parquetFile) describe() error {
	sc := p.meta.Schema
	for i := range sc.NumColumns() {
		d := sc.Column(i)
		l := leaf{field: field{name: strings.Clone(d.Path())}, index: i, desc: d}
		if len(d.ColumnPath()) == 1 {
			l.name = strings.Clone(d.Name())
		}
		l.typ, l.why = parquetType(d)
		p.leaves = append(p.leaves, l)
	}
	var sum int64
	for g := range p.reader.NumRowGroups() {
		rg := p.reader.RowGroup(g)
		if rg.NumRows() < 0 || rg.NumColumns() != len(p.leaves) {
			return fmt.Errorf("row group %d has %d rows and %d columns of %d", g, rg.NumRows(), rg.NumColumns(), len(p.leaves))
		}
		sum += rg.NumRows()
	}
	if sum != p.rows {
		return fmt.Errorf("the file says %d rows, its row groups %d", p.rows, sum)
	}
	return nil
}

// parquetType is a column's type, or why it cannot be read.
func parquetType(d *schema.Column) (Type, string) {
	if len(d.ColumnPath()) > 1 || d.MaxRepetitionLevel() > 0 || d.MaxDefinitionLevel() > 1 {
		return Type{}, "nested columns are not supported"
	}
	refuse := func() (Type, string) {
		return Type{}, fmt.Sprintf("type %s (%s) is not supported", d.PhysicalType(), d.LogicalType())
	}
	switch t := d.LogicalType().(type) {
	case schema.DateLogicalType, *schema.DateLogicalType:
		return Type{Kind: Date}, ""
	case *schema.TimestampLogicalType:
		return timestampType(t.TimeUnit(), t.IsAdjustedToUTC()), ""
	case schema.TimestampLogicalType:
		return timestampType(t.TimeUnit(), t.IsAdjustedToUTC()), ""
	case *schema.IntLogicalType:
		return Type{Kind: Int, Bits: int(t.BitWidth()), Unsigned: !t.IsSigned()}, ""
	case schema.IntLogicalType:
		return Type{Kind: Int, Bits: int(t.BitWidth()), Unsigned: !t.IsSigned()}, ""
	case *schema.DecimalLogicalType:
		return decimalType(d, int(t.Precision()), int(t.Scale()))
	case schema.DecimalLogicalType:
		return decimalType(d, int(t.Precision()), int(t.Scale()))
	case schema.StringLogicalType, *schema.StringLogicalType, schema.EnumLogicalType, *schema.EnumLogicalType, schema.JSONLogicalType, *schema.JSONLogicalType:
		return Type{Kind: Text}, ""
	case nil, schema.NoLogicalType, *schema.NoLogicalType, schema.UnknownLogicalType, *schema.UnknownLogicalType:
	default:
		return refuse()
	}
	switch d.PhysicalType() {
	case parquet.Types.Boolean:
		return Type{Kind: Bool}, ""
	case parquet.Types.Int32:
		return Type{Kind: Int, Bits: 32}, ""
	case parquet.Types.Int64:
		return Type{Kind: Int, Bits: 64}, ""
	case parquet.Types.Int96:
		return Type{Kind: Timestamp, Unit: Nano}, ""
	case parquet.Types.Float:
		return Type{Kind: Float, Bits: 32}, ""
	case parquet.Types.Double:
		return Type{Kind: Float, Bits: 64}, ""
	case parquet.Types.ByteArray:
		return Type{Kind: Text}, ""
	}
	return refuse()
}

func timestampType(u schema.TimeUnitType, utc bool) Type {
	t := Type{Kind: Timestamp, Unit: Micro}
	switch u {
	case schema.TimeUnitMillis:
		t.Unit = Milli
	case schema.TimeUnitNanos:
		t.Unit = Nano
	}
	if utc {
		t.Zone = "UTC"
	}
	return t
}

func decimalType(d *schema.Column, precision, scale int) (Type, string) {
	if d.PhysicalType() == parquet.Types.FixedLenByteArray && (d.TypeLength() < 1 || d.TypeLength() > 16) || precision > 38 || scale > 38 || scale < 0 {
		return Type{}, fmt.Sprintf("decimal(%d,%d) in %d bytes is not supported", precision, scale, d.TypeLength())
	}
	return Type{Kind: Decimal, Precision: precision, Scale: scale}, ""
}

// encodingName names an encoding, byte stream split too, which the library lacks.
func encodingName(e parquet.Encoding) string {
	if e == byteStreamSplit {
		return "BYTE_STREAM_SPLIT"
	}
	return e.String()
}

// codecName names a codec, LZ4_RAW too.
func codecName(c compress.Compression) string {
	if c == codecLZ4Raw {
		return "LZ4_RAW"
	}
	return c.String()
}

// preflight refuses a column chunk that cannot be decoded, by codec, encoding,
// place or length, before anything is read.
func (p *parquetFile) preflight(group int, l leaf) error {
	cc, err := p.reader.RowGroup(group).MetaData().ColumnChunk(l.index)
	if err != nil {
		return err
	}
	if cc.CryptoMetadata() != nil {
		return bad("E307", column(l.name), "the column is encrypted", "plain Parquet", "write it without encryption")
	}
	switch c := cc.Compression(); c {
	case compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Gzip, compress.Codecs.Brotli, compress.Codecs.Zstd, codecLZ4Raw:
	default:
		return bad("E307", column(l.name), codecName(c)+" compression is not supported", "zstd, snappy, gzip, brotli, lz4_raw or none", "rewrite it with zstd")
	}
	for _, e := range cc.Encodings() {
		switch e {
		case parquet.Encodings.Plain, parquet.Encodings.PlainDict, parquet.Encodings.RLEDict, parquet.Encodings.RLE, parquet.Encodings.BitPacked,
			parquet.Encodings.DeltaBinaryPacked, parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray, byteStreamSplit:
		default:
			return bad("E307", column(l.name), encodingName(e)+" encoding is not supported", "plain, dictionary, delta or byte stream split", "rewrite it with plain encoding")
		}
	}
	if cc.Type() != l.desc.PhysicalType() {
		return fmt.Errorf("the chunk holds %s, the schema says %s", cc.Type(), l.desc.PhysicalType())
	}
	if rows := p.reader.RowGroup(group).NumRows(); cc.NumValues() != rows {
		return fmt.Errorf("the chunk holds %d values for %d rows", cc.NumValues(), rows)
	}
	start, size := chunkSpan(cc)
	if start < 4 || size < 0 || start > int64(len(p.bytes)) || size > int64(len(p.bytes))-start {
		return fmt.Errorf("the chunk lies at %d, %d bytes long, in a file of %d", start, size, len(p.bytes))
	}
	return nil
}

// chunkSpan is where a column chunk's pages begin and how many bytes they take.
func chunkSpan(cc *metadata.ColumnChunkMetaData) (start, size int64) {
	start = cc.DataPageOffset()
	if d := cc.DictionaryPageOffset(); cc.HasDictionaryPage() && d > 0 && d < start {
		start = d
	}
	return start, cc.TotalCompressedSize()
}

func column(name string) string { return "column " + quoteName(name) }

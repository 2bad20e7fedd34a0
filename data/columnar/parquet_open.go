package columnar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"evenkeel/data/fault"
)

// parquetFile is an opened Parquet file: its footer is read and checked.
type parquetFile struct {
	bytes  []byte
	reader *file.Reader
	meta   *metadata.FileMetaData
	leaves []leaf
	rows   int64
	meter  *meter
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

func openParquet(b []byte, m *meter) (*parquetFile, error) {
	if err := checkFooter(b); err != nil {
		return nil, err
	}
	p := &parquetFile{bytes: b, meter: m}
	size := int(binary.LittleEndian.Uint32(b[len(b)-8:]))
	f, err := readFooter(b[len(b)-8-size : len(b)-8])
	if err != nil {
		return nil, damaged("footer", err)
	}
	if f.encrypted {
		return nil, bad(fault.NoDecoder, "", "the file has encrypted columns", "plain Parquet", "write it without encryption")
	}
	err = guard(func() error {
		meta, err := metadata.NewFileMetaData(f.plain, nil)
		if err != nil {
			return err
		}
		props := parquet.NewReaderProperties(cappedAllocator{maxPage})
		r, err := file.NewParquetReader(bytes.NewReader(b), file.WithReadProps(props), file.WithMetadata(meta))
		if err != nil {
			return err
		}
		p.reader, p.meta = r, r.MetaData()
		p.kept = f.keptMetadata()
		p.meta.FileMetaData.KeyValueMetadata = nil // the library has no use for them
		p.rows = r.NumRows()
		return p.describe(f)
	})
	return p, damaged("footer", err)
}

// checkFooter tells a file that is cut short from one that is damaged.
func checkFooter(b []byte) error {
	n := len(b)
	short := func(what string) error {
		return bad(fault.CutShort, "", fmt.Sprintf("%s: the file is cut short or damaged (%d bytes)", what, n), "a complete Parquet file", "copy it again")
	}
	if n < 12 {
		return short("no footer")
	}
	if bytes.Equal(b[n-4:], magicEncrypted) {
		return bad(fault.NoDecoder, "", "the footer is encrypted", "plain Parquet", "write it without encryption")
	}
	if !bytes.Equal(b[n-4:], magicParquet) {
		return short("no PAR1 at the end")
	}
	if size := int64(binary.LittleEndian.Uint32(b[n-8:])); size+8 > int64(n) {
		return short(fmt.Sprintf("the footer claims %d bytes", size))
	}
	return nil
}

// keptMetadata is what writers put beside the table, but not the encoded schemas
// that some libraries hide there.
func (f *footer) keptMetadata() map[string]string {
	kept := map[string]string{}
	for i, k := range f.keys {
		if k == arrowSchemaKey || k == "pandas" || len(kept) >= 256 || len(k)+len(f.values[i]) > 1<<20 {
			continue
		}
		kept[k] = f.values[i]
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// describe lists the columns and checks that the row groups add up.
func (p *parquetFile) describe(f *footer) error {
	sc := p.meta.Schema
	nodes, err := f.leaves()
	if err != nil {
		return err
	}
	if len(nodes) != sc.NumColumns() {
		return fmt.Errorf("the schema has %d columns, or %d", len(nodes), sc.NumColumns())
	}
	for i, n := range nodes {
		l := leaf{field: field{name: n.path}, index: i, desc: sc.Column(i)}
		l.typ, l.why = parquetType(n)
		p.leaves = append(p.leaves, l)
	}
	f.applyZones(p.leaves, nodes)
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
		return bad(fault.NoDecoder, column(l.name), "the column is encrypted", "plain Parquet", "write it without encryption")
	}
	if t := l.desc.PhysicalType(); slices.Contains(cc.Encodings(), byteStreamSplit) && (t == parquet.Types.Boolean || t == parquet.Types.ByteArray || t == parquet.Types.Int96) {
		return bad(fault.NoDecoder, column(l.name), fmt.Sprintf("BYTE_STREAM_SPLIT encoding of %s is not supported", t), "plain, dictionary or delta", "rewrite it with plain encoding")
	}
	switch c := cc.Compression(); c {
	case compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Gzip, compress.Codecs.Brotli, compress.Codecs.Zstd, codecLZ4Raw:
	default:
		return bad(fault.NoDecoder, column(l.name), codecName(c)+" compression is not supported", "zstd, snappy, gzip, brotli, lz4_raw or none", "rewrite it with zstd")
	}
	for _, e := range cc.Encodings() {
		switch e {
		case parquet.Encodings.Plain, parquet.Encodings.PlainDict, parquet.Encodings.RLEDict, parquet.Encodings.RLE, parquet.Encodings.BitPacked,
			parquet.Encodings.DeltaBinaryPacked, parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray, byteStreamSplit:
		default:
			return bad(fault.NoDecoder, column(l.name), encodingName(e)+" encoding is not supported", "plain, dictionary, delta or byte stream split", "rewrite it with plain encoding")
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

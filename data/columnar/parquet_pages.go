package columnar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// chunkStream hands a column chunk's bytes to the library without copying them.
// The library discards page headers only, so Discard sees each header and can
// refuse a page that claims more bytes than the chunk has left.
type chunkStream struct{ rest []byte }

func (s *chunkStream) Peek(n int) ([]byte, error) {
	if n > len(s.rest) {
		return s.rest, io.EOF
	}
	return s.rest[:n], nil
}

func (s *chunkStream) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *chunkStream) Discard(n int) (int, error) {
	if n < 0 || n > len(s.rest) {
		panic(errors.New("a page header runs past its chunk"))
	}
	header := s.rest[:n]
	s.rest = s.rest[n:]
	if size, ok := compressedSize(header); ok && (size < 0 || size > int64(len(s.rest))) {
		panic(fmt.Errorf("a page claims %d bytes, its chunk has %d left", size, len(s.rest)))
	}
	return n, nil
}

// compressedSize is field 3 of a page header in thrift's compact form, when the
// header begins as every writer begins it: three i32 fields in order.
func compressedSize(h []byte) (int64, bool) {
	var v int64
	for range 3 {
		if len(h) == 0 || h[0] != 0x15 { // next field, type i32
			return 0, false
		}
		n := 0
		v, n = binary.Varint(h[1:])
		if n <= 0 {
			return 0, false
		}
		h = h[1+n:]
	}
	return v, true
}

// pageFilter checks pages and passes them through a translation, if any.
type pageFilter struct {
	file.PageReader
	desc      *schema.Column
	translate func(file.Page) (file.Page, error)
	page      file.Page
	err       error
}

func (f *pageFilter) Page() file.Page { return f.page }

func (f *pageFilter) Err() error {
	if f.err != nil {
		return f.err
	}
	return f.PageReader.Err()
}

func (f *pageFilter) Next() bool {
	if f.err != nil || !f.PageReader.Next() {
		f.page = nil
		return false
	}
	f.page = f.PageReader.Page()
	if f.err = checkPage(f.page, f.desc); f.err == nil && f.translate != nil {
		f.page, f.err = f.translate(f.page)
	}
	return f.err == nil
}

// pageBody is a data page's values behind its levels.
func pageBody(p file.Page, maxDef int16) (levels, values []byte, err error) {
	b, n := p.Data(), 0
	switch d := p.(type) {
	case *file.DataPageV1:
		if maxDef > 0 {
			n = (int(d.NumValues()) + 7) / 8 // bit-packed levels of one bit
			if d.DefinitionLevelEncoding() == parquet.Encodings.RLE {
				if len(b) < 4 {
					return nil, nil, errors.New("a page has no room for its levels")
				}
				n = 4 + int(binary.LittleEndian.Uint32(b))
			}
		}
	case *file.DataPageV2:
		n = int(d.DefinitionLevelByteLen()) + int(d.RepetitionLevelByteLen())
	}
	if n < 0 || n > len(b) {
		return nil, nil, errors.New("a page is smaller than its levels")
	}
	return b[:n], b[n:], nil
}

// withBody is a plain page of the same levels and other values.
func withBody(p file.Page, levels, values []byte) file.Page {
	b := memory.NewBufferBytes(append(levels[:len(levels):len(levels)], values...))
	size := int32(b.Len())
	switch d := p.(type) {
	case *file.DataPageV1:
		return file.NewDataPageV1(b, d.NumValues(), parquet.Encodings.Plain, d.DefinitionLevelEncoding(), d.RepetitionLevelEncoding(), size)
	case *file.DataPageV2:
		return file.NewDataPageV2(b, d.NumValues(), d.NumNulls(), d.NumRows(), parquet.Encodings.Plain, d.DefinitionLevelByteLen(), d.RepetitionLevelByteLen(), size, false)
	}
	return p
}

// byteStreamSplit is the encoding's number in the Parquet format.
const byteStreamSplit = parquet.Encoding(9)

// joinStreams turns BYTE_STREAM_SPLIT pages, which the library cannot read, into
// plain ones: byte k of value i stands at k*n + i.
func joinStreams(d *schema.Column) func(file.Page) (file.Page, error) {
	width := 8
	if t := d.PhysicalType(); t == parquet.Types.Float || t == parquet.Types.Int32 {
		width = 4
	}
	return func(p file.Page) (file.Page, error) {
		if parquet.Encoding(p.Encoding()) != byteStreamSplit {
			return p, nil
		}
		levels, values, err := pageBody(p, d.MaxDefinitionLevel())
		if err != nil {
			return nil, err
		}
		n := len(values) / width
		if n*width != len(values) {
			return nil, fmt.Errorf("a split page of %d bytes does not hold values of %d", len(values), width)
		}
		out := make([]byte, len(values))
		for k := range width {
			for i, x := range values[k*n : k*n+n] {
				out[i*width+k] = x
			}
		}
		return withBody(p, levels, out), nil
	}
}

// coder turns pages of texts into pages of int32 codes into its dictionary: the
// indices of a dictionary-encoded column are read as they stand, and no text is
// made twice.
type coder struct {
	dict []string
	code map[string]int32
	def  int16
	last int32 // code of the previous plain value: runs and cycles are the usual order
}

func (c *coder) translate(p file.Page) (file.Page, error) {
	if d, ok := p.(*file.DictionaryPage); ok {
		return c.dictionary(d)
	}
	if parquet.Encoding(p.Encoding()) != parquet.Encodings.Plain {
		return p, nil
	}
	levels, values, err := pageBody(p, c.def)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, 4*int(p.NumValues()))
	for len(values) > 0 {
		var text []byte
		if text, values, err = plainText(values); err != nil {
			return nil, err
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(c.codeOf(text)))
	}
	return withBody(p, levels, out), nil
}

// dictionary reads the texts and hands on the numbers 0..n-1 in their place.
func (c *coder) dictionary(d *file.DictionaryPage) (file.Page, error) {
	if len(c.dict) > 0 {
		return nil, errors.New("a chunk has two dictionaries")
	}
	values, n := d.Data(), int(d.NumValues())
	if n < 0 || n > len(values)/4 {
		return nil, fmt.Errorf("a dictionary of %d texts in %d bytes", n, len(values))
	}
	out := make([]byte, 0, 4*n)
	for i := range n {
		text, rest, err := plainText(values)
		if err != nil {
			return nil, err
		}
		values = rest
		c.dict = append(c.dict, string(text))
		out = binary.LittleEndian.AppendUint32(out, uint32(i))
	}
	return file.NewDictionaryPage(memory.NewBufferBytes(out), int32(n), parquet.Encodings.Plain), nil
}

func plainText(b []byte) (text, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, errors.New("a text has no length")
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if n > int64(len(b)-4) {
		return nil, nil, fmt.Errorf("a text of %d bytes in a page that has %d left", n, len(b)-4)
	}
	return b[4 : 4+n], b[4+n:], nil
}

// codeOf is the code of a text that stands in a page without dictionary.
func (c *coder) codeOf(text []byte) int32 {
	if int(c.last) < len(c.dict) && c.dict[c.last] == string(text) {
		return c.last
	}
	if next := int(c.last) + 1; next < len(c.dict) && c.dict[next] == string(text) {
		c.last = int32(next)
		return c.last
	}
	if c.code == nil {
		c.code = make(map[string]int32, len(c.dict))
		for i, s := range c.dict {
			c.code[s] = int32(i)
		}
	}
	k, ok := c.code[string(text)]
	if !ok {
		k = int32(len(c.dict))
		c.dict = append(c.dict, string(text))
		c.code[c.dict[k]] = k
	}
	c.last = k
	return k
}

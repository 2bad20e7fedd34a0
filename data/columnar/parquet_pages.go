package columnar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"evenkeel/data/fault"
)

// chunkStream hands a column chunk's bytes to the library without copying them.
// The library discards page headers only, so Discard sees each header and can
// refuse a page before it is expanded: one that claims more bytes than the chunk has
// left, that expands beyond the limit, or whose checksum is another.
type chunkStream struct {
	rest  []byte
	meter *meter
	page  int   // number of the page read last, from 1
	lent  int64 // to that page
}

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
	h, err := readPageHeader(s.rest[:n])
	s.rest = s.rest[n:]
	s.page++
	if err == nil {
		err = s.admit(h)
	}
	if err != nil {
		panic(err)
	}
	return n, nil
}

// admit checks a page before it is expanded.
func (s *chunkStream) admit(h pageHeader) error {
	if h.compressed < 0 || h.compressed > int64(len(s.rest)) {
		return fmt.Errorf("page %d claims %d bytes, its chunk has %d left", s.page, h.compressed, len(s.rest))
	}
	if h.expanded < 0 || h.expanded > maxPage {
		return bad(fault.OutOfProportion, "", fmt.Sprintf("page %d claims to expand to %d bytes", s.page, h.expanded), fmt.Sprintf("limit %d bytes a page", maxPage), "write it with smaller pages")
	}
	if h.summed && crc32.ChecksumIEEE(s.rest[:h.compressed]) != h.sum {
		return fmt.Errorf("the checksum of page %d is another", s.page)
	}
	s.release()
	s.lent = 2 * h.expanded // the page, and what it is translated to
	if err := s.meter.lend(h.expanded, s.lent); err != nil {
		s.lent = 0
		return err
	}
	return nil
}

// release gives back what the last page had.
func (s *chunkStream) release() {
	s.meter.back(s.lent)
	s.lent = 0
}

// pageHeader is what is read of a page's header before the library reads it.
type pageHeader struct {
	expanded, compressed int64 // bytes
	summed               bool
	sum                  uint32
}

func readPageHeader(b []byte) (h pageHeader, err error) {
	c := &compact{b: b}
	c.fields(0, func(id int64, typ byte) bool {
		if typ != thriftI32 {
			return false
		}
		switch id {
		case 2:
			h.expanded = c.int()
		case 3:
			h.compressed = c.int()
		case 4:
			h.sum, h.summed = uint32(c.int()), true
		default:
			return false
		}
		return true
	})
	return h, c.err
}

// pageFilter checks pages and passes them through a translation.
type pageFilter struct {
	file.PageReader
	desc      *schema.Column
	rows      int64 // that the pages may still hold
	translate func(p file.Page, set int) (file.Page, error)
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
	if _, ok := f.page.(*file.DictionaryPage); !ok {
		if f.rows -= int64(f.page.NumValues()); f.rows < 0 {
			f.err = errors.New("the pages hold more values than there are rows")
			return false
		}
	}
	set := 0
	if set, f.err = checkPage(f.page, f.desc); f.err == nil {
		f.page, f.err = f.translate(f.page, set)
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
					return nil, nil, errors.New("a page has no space for its levels")
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

// plainly turns pages in encodings that the library lacks, or reads in part, into plain
// ones.
func plainly(d *schema.Column) func(file.Page, int) (file.Page, error) {
	width := fixedWidth(d)
	return func(p file.Page, set int) (file.Page, error) {
		e := parquet.Encoding(p.Encoding())
		delta := e == parquet.Encodings.DeltaByteArray || e == parquet.Encodings.DeltaLengthByteArray
		if _, ok := p.(*file.DictionaryPage); ok || !delta && e != byteStreamSplit {
			return p, nil
		}
		levels, values, err := pageBody(p, d.MaxDefinitionLevel())
		if err != nil {
			return nil, err
		}
		switch {
		case set == 0:
			values = nil
		case delta:
			values, err = plainDelta(values, e == parquet.Encodings.DeltaByteArray, set, width, max(1<<20, 64*set))
		case width == 0:
			err = fmt.Errorf("BYTE_STREAM_SPLIT encoding of %s", d.PhysicalType())
		default:
			values, err = joinStreams(values, width)
		}
		if err != nil {
			return nil, err
		}
		return withBody(p, levels, values), nil
	}
}

// fixedWidth is how many bytes a plain value takes; 0 when they differ.
func fixedWidth(d *schema.Column) int {
	switch d.PhysicalType() {
	case parquet.Types.Int32, parquet.Types.Float:
		return 4
	case parquet.Types.Int64, parquet.Types.Double:
		return 8
	case parquet.Types.FixedLenByteArray:
		return d.TypeLength()
	}
	return 0
}

// joinStreams puts the values of a BYTE_STREAM_SPLIT page together: byte k of value i
// stands at k*n + i.
func joinStreams(values []byte, width int) ([]byte, error) {
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
	return out, nil
}

// coder turns pages of texts into pages of int32 codes into its dictionary: the
// indices of a dictionary-encoded column are read as they stand, and no text is
// made twice.
type coder struct {
	dict []string
	code map[string]int32
	def  int16
	last int32                   // code of the previous plain value: runs and cycles are the usual order
	add  func(text []byte) error // counts a text before it is kept
}

func (c *coder) translate(p file.Page, set int) (file.Page, error) {
	if d, ok := p.(*file.DictionaryPage); ok {
		return c.dictionary(d)
	}
	e := parquet.Encoding(p.Encoding())
	delta := e == parquet.Encodings.DeltaByteArray || e == parquet.Encodings.DeltaLengthByteArray
	if e != parquet.Encodings.Plain && !delta {
		return p, nil
	}
	levels, values, err := pageBody(p, c.def)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, 4*set)
	code := func(text []byte) error {
		k, err := c.codeOf(text)
		out = binary.LittleEndian.AppendUint32(out, uint32(k))
		return err
	}
	if delta && set > 0 {
		err = deltaTexts(values, e == parquet.Encodings.DeltaByteArray, set, code)
	}
	for k := 0; !delta && err == nil && k < set; k++ {
		var text []byte
		if text, values, err = plainText(values); err == nil {
			err = code(text)
		}
	}
	if err != nil {
		return nil, err
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
		if err := c.add(text); err != nil {
			return nil, err
		}
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
func (c *coder) codeOf(text []byte) (int32, error) {
	if int(c.last) < len(c.dict) && c.dict[c.last] == string(text) {
		return c.last, nil
	}
	if next := int(c.last) + 1; next < len(c.dict) && c.dict[next] == string(text) {
		c.last = int32(next)
		return c.last, nil
	}
	if c.code == nil {
		c.code = make(map[string]int32, len(c.dict))
		for i, s := range c.dict {
			c.code[s] = int32(i)
		}
	}
	k, ok := c.code[string(text)]
	if !ok {
		if err := c.add(text); err != nil {
			return 0, err
		}
		k = int32(len(c.dict))
		c.dict = append(c.dict, string(text))
		c.code[c.dict[k]] = k
	}
	c.last = k
	return k, nil
}

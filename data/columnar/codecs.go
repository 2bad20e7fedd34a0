package columnar

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/golang/snappy"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// The library's codecs let a small page swell to any size. These decode a page
// into exactly the space its header declared and panic otherwise: the readers
// recover and name the column. LZ4_RAW, which the library lacks, comes with them.
func init() {
	for _, c := range []struct {
		id     compress.Compression
		decode func(dst, src []byte) (int, error)
	}{
		{compress.Codecs.Zstd, unzstd},
		{compress.Codecs.Snappy, unsnappy},
		{compress.Codecs.Gzip, ungzip},
		{compress.Codecs.Brotli, unbrotli},
	} {
		old, err := compress.GetCodec(c.id)
		if err != nil {
			panic(err)
		}
		compress.RegisterCodec(c.id, boundedCodec{old, c.decode})
	}
	old, _ := compress.GetCodec(compress.Codecs.Zstd)
	compress.RegisterCodec(compress.Codecs.Zstd, zstdCodec{old})
	plain, err := compress.GetCodec(compress.Codecs.Uncompressed)
	if err != nil {
		panic(err)
	}
	compress.RegisterCodec(codecLZ4Raw, boundedCodec{plain, unlz4})
	compress.RegisterCodec(compress.Codecs.Uncompressed, boundedCodec{plain, verbatim})
}

// codecLZ4Raw is LZ4_RAW's number in the Parquet format.
const codecLZ4Raw = compress.Compression(7)

// boundedCodec encodes as the library does and decodes within bounds.
type boundedCodec struct {
	compress.Codec
	decode func(dst, src []byte) (int, error)
}

func (c boundedCodec) Decode(dst, src []byte) []byte {
	if len(dst) == 0 {
		return dst
	}
	n, err := c.decode(dst, src)
	if err != nil {
		panic(fmt.Errorf("decompressing a page: %w", err))
	}
	if n != len(dst) {
		panic(fmt.Errorf("a page of %d bytes decompresses to %d", len(dst), n))
	}
	return dst
}

// zstdCodec keeps one encoder; the library makes a new one for every page.
type zstdCodec struct{ compress.Codec }

func (zstdCodec) Encode(dst, src []byte) []byte { return zstdEncoder.EncodeAll(src, dst[:0]) }

func (zstdCodec) EncodeLevel(dst, src []byte, _ int) []byte {
	return zstdEncoder.EncodeAll(src, dst[:0])
}

var zstdEncoder = newZstdEncoder()

func newZstdEncoder() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithZeroFrames(true))
	if err != nil {
		panic(err)
	}
	return e
}

var zstdDecoder = newZstd()

func newZstd() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxWindow(1<<30))
	if err != nil {
		panic(err)
	}
	return d
}

var errLong = errors.New("more data than the page header says")

func unzstd(dst, src []byte) (int, error) {
	out, err := zstdDecoder.DecodeAll(src, dst[:0:len(dst)])
	return len(out), err
}

func unsnappy(dst, src []byte) (int, error) {
	n, err := snappy.DecodedLen(src)
	if err != nil || n > len(dst) {
		return n, errors.Join(err, errLong)
	}
	out, err := snappy.Decode(dst, src)
	return len(out), err
}

func ungzip(dst, src []byte) (int, error) {
	r, err := gzip.NewReader(bytes.NewReader(src))
	if err != nil {
		return 0, err
	}
	return fill(dst, r)
}

func unbrotli(dst, src []byte) (int, error) {
	return fill(dst, brotli.NewReader(bytes.NewReader(src)))
}

func verbatim(dst, src []byte) (int, error) {
	if len(src) != len(dst) {
		return len(src), nil
	}
	return copy(dst, src), nil
}

// fill reads exactly len(dst) bytes and then the end, where checksums are.
func fill(dst []byte, r io.Reader) (int, error) {
	n, err := io.ReadFull(r, dst)
	if err != nil {
		return n, err
	}
	var one [1]byte
	switch _, err = io.ReadFull(r, one[:]); err {
	case io.EOF:
		return n, nil
	case nil:
		return n, errLong
	}
	return n, err
}

func unlz4(dst, src []byte) (int, error) { return lz4.UncompressBlock(src, dst) }

package columnar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// checkPage proves that a page holds as many levels and values as its header
// says: the library loops for ever on one that does not. set is how many of its values
// are not null.
func checkPage(p file.Page, d *schema.Column) (set int, err error) {
	switch p.(type) {
	case *file.DataPageV1, *file.DataPageV2:
	default:
		return 0, nil
	}
	levels, values, err := pageBody(p, d.MaxDefinitionLevel())
	if err != nil {
		return 0, err
	}
	n := int(p.NumValues())
	if d.MaxDefinitionLevel() > 0 {
		if n, err = countSet(p, levels, n); err != nil {
			return 0, err
		}
	}
	if n == 0 {
		return 0, nil
	}
	if have := valuesIn(values, parquet.Encoding(p.Encoding()), d, n); have < n {
		return 0, fmt.Errorf("a page has space for %d of its %d values", have, n)
	}
	return n, nil
}

var errLevels = errors.New("a page has fewer levels than values")

// countSet counts the values of a page that are not null.
func countSet(p file.Page, levels []byte, n int) (int, error) {
	switch d := p.(type) {
	case *file.DataPageV1:
		if d.DefinitionLevelEncoding() != parquet.Encodings.RLE {
			set := 0
			for i := range n {
				set += int(levels[i/8] >> (7 - i%8) & 1)
			}
			return set, nil
		}
		levels = levels[4:]
	case *file.DataPageV2:
		levels = levels[d.RepetitionLevelByteLen():]
	}
	have, set := runs(levels, 1, n)
	if have < n {
		return 0, errLevels
	}
	return set, nil
}

// runs counts the values, up to want, of run-length and bit-packed runs, and for
// a width of one bit those that are 1.
func runs(b []byte, width, want int) (have, set int) {
	for have < want {
		h, k := binary.Uvarint(b)
		if k <= 0 {
			return have, set
		}
		b = b[k:]
		left := want - have
		if h&1 == 1 { // h>>1 groups of eight packed values
			size := min(h>>1, uint64(len(b))) * uint64(width)
			packed := b[:min(size, uint64(len(b)))]
			n := left
			if width > 0 {
				n = min(left, len(packed)*8/width)
			} else if h>>1 < uint64(left) {
				n = min(left, int(h>>1)*8)
			}
			if width == 1 {
				set += ones(packed, n)
			}
			have, b = have+n, b[len(packed):]
			continue
		}
		size := (width + 7) / 8
		if size > len(b) {
			return have, set
		}
		n := left
		if h>>1 < uint64(left) {
			n = int(h >> 1)
		}
		if width == 1 && b[0]&1 == 1 {
			set += n
		}
		have, b = have+n, b[size:]
	}
	return have, set
}

// ones counts the bits among the first n, the lowest of each byte first.
func ones(b []byte, n int) int {
	set := 0
	for _, x := range b[:n/8] {
		set += bits.OnesCount8(x)
	}
	if n%8 > 0 {
		set += bits.OnesCount8(b[n/8] << (8 - n%8))
	}
	return set
}

// valuesIn is how many values a page body holds, at least up to want.
func valuesIn(b []byte, e parquet.Encoding, d *schema.Column, want int) int {
	switch e {
	case parquet.Encodings.PlainDict, parquet.Encodings.RLEDict:
		if len(b) == 0 || b[0] > 32 {
			return 0
		}
		have, _ := runs(b[1:], int(b[0]), want)
		return have
	case parquet.Encodings.RLE:
		if len(b) < 4 {
			return 0
		}
		have, _ := runs(b[4:], 1, want)
		return have
	case parquet.Encodings.DeltaBinaryPacked, parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray:
		return deltaCount(b)
	}
	width := 0
	switch d.PhysicalType() {
	case parquet.Types.Boolean:
		return len(b) * 8
	case parquet.Types.Int32, parquet.Types.Float:
		width = 4
	case parquet.Types.Int64, parquet.Types.Double:
		width = 8
	case parquet.Types.Int96:
		width = 12
	case parquet.Types.FixedLenByteArray:
		width = max(1, d.TypeLength())
	default:
		return plainTexts(b, want)
	}
	return len(b) / width
}

// deltaCount is the number of values that a delta-encoded page announces: its
// third number, behind block size and miniblocks.
func deltaCount(b []byte) int {
	var v uint64
	for range 3 {
		k := 0
		if v, k = binary.Uvarint(b); k <= 0 || v > 1<<31 {
			return 0
		}
		b = b[k:]
	}
	return int(v)
}

func plainTexts(b []byte, want int) int {
	for n := range want {
		_, rest, err := plainText(b)
		if err != nil {
			return n
		}
		b = rest
	}
	return want
}

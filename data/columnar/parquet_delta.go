package columnar

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var errDelta = errors.New("a delta-encoded page is cut short or damaged")

// deltaInts reads want numbers in DELTA_BINARY_PACKED; rest is what follows them.
func deltaInts(b []byte, want int) (v []int64, rest []byte, err error) {
	r := &compact{b: b}
	block, minis, total := r.uvarint(), r.uvarint(), r.uvarint()
	first := r.int()
	if r.err != nil || block == 0 || block > 1<<20 || minis == 0 || minis > block || block%minis != 0 || (block/minis)%8 != 0 {
		return nil, nil, errDelta
	}
	if total != uint64(want) {
		return nil, nil, fmt.Errorf("a delta-encoded page holds %d values of %d", total, want)
	}
	if want == 0 {
		return nil, r.b[r.at:], nil
	}
	v = append(make([]int64, 0, min(want, 1<<16)), first)
	last, per := first, int(block/minis)
	for len(v) < want {
		low := r.int()
		if r.err != nil || len(r.b)-r.at < int(minis) {
			return nil, nil, errDelta
		}
		widths := r.b[r.at : r.at+int(minis)]
		r.at += int(minis)
		for _, w := range widths {
			if len(v) == want {
				break
			}
			size := per / 8 * int(w)
			if w > 64 || size > len(r.b)-r.at {
				return nil, nil, errDelta
			}
			packed := r.b[r.at : r.at+size]
			r.at += size
			for i := 0; i < per && len(v) < want; i++ {
				last += low + int64(bitsAt(packed, i*int(w), int(w)))
				v = append(v, last)
			}
		}
	}
	return v, r.b[r.at:], nil
}

// bitsAt are w bits from bit at on, the lowest first.
func bitsAt(b []byte, at, w int) uint64 {
	v, got := uint64(0), 0
	for got < w {
		x := uint64(b[(at+got)/8]) >> ((at + got) % 8)
		take := min(8-(at+got)%8, w-got)
		v |= (x & (1<<take - 1)) << got
		got += take
	}
	return v
}

// deltaTexts calls each with the n texts of a DELTA_LENGTH_BYTE_ARRAY or
// DELTA_BYTE_ARRAY page, which may not keep them. Nothing is made larger than one text
// but by each.
func deltaTexts(b []byte, prefixed bool, n int, each func(text []byte) error) error {
	var prefix []int64
	var err error
	if prefixed {
		if prefix, b, err = deltaInts(b, n); err != nil {
			return err
		}
	}
	lengths, b, err := deltaInts(b, n)
	if err != nil {
		return err
	}
	var text []byte
	for i, size := range lengths {
		if size < 0 || size > int64(len(b)) {
			return errDelta
		}
		if !prefixed {
			text = b[:size]
		} else {
			if prefix[i] < 0 || prefix[i] > int64(len(text)) {
				return errDelta
			}
			text = append(text[:prefix[i]], b[:size]...)
		}
		b = b[size:]
		if err := each(text); err != nil {
			return err
		}
	}
	return nil
}

// plainDelta turns delta-encoded texts and numbers of fixed length, which the library
// reads in part or expands without bounds, into plain ones. width 0 is texts.
func plainDelta(b []byte, prefixed bool, n, width, most int) ([]byte, error) {
	var out []byte
	err := deltaTexts(b, prefixed, n, func(text []byte) error {
		if width > 0 && len(text) != width {
			return fmt.Errorf("a value of %d bytes in a column of %d", len(text), width)
		}
		if len(out)+len(text) > most {
			return fmt.Errorf("a page expands to more than %d bytes", most)
		}
		if width == 0 {
			out = binary.LittleEndian.AppendUint32(out, uint32(len(text)))
		}
		out = append(out, text...)
		return nil
	})
	return out, err
}

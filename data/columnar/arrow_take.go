package columnar

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"evenkeel/data"
)

// taker copies what batches hold of one column into the table. The lengths of
// buffers, offsets and indices are checked before they are used.
type taker struct {
	field *arrowField
	to    *Column
	order binary.ByteOrder
	meter *meter
	code  map[string]int32
}

// dictionary is the values of a dictionary as codes of one column; a null is -1.
type dictionary struct {
	texts *Column
	n     int
}

// take copies a part of n rows to row at; d is the dictionary of an encoded column.
func (k *taker) take(b *batchBody, p part, at int, d *dictionary) error {
	defer b.release()
	n, f, c := b.rows, k.field, k.to
	if p.length != int64(n) {
		return fmt.Errorf("%d rows of %d", p.length, n)
	}
	if err := k.nulls(b, p, at); err != nil || n == 0 {
		return err
	}
	if f.dict != nil {
		return k.indices(b, p, at, d)
	}
	switch c.Type.Kind {
	case Text:
		if f.kind == arrowTextView {
			return k.views(b, p, at)
		}
		return k.texts(b, p, at)
	case Bool:
		v, err := b.buffer(p, 1, int64(n+7)/8)
		for i := 0; err == nil && i < n; i++ {
			c.Bools[at+i] = v[i/8]>>(i%8)&1 == 1
		}
		return err
	}
	v, err := b.buffer(p, 1, int64(n)*int64(f.bits)/8)
	if err != nil {
		return err
	}
	switch c.Type.Kind {
	case Date:
		for i := range n {
			x := k.int(v, i, f.bits, false)
			if f.bits == 64 {
				x = floorDiv(x, 86400e3)
			}
			c.Days[at+i] = data.Date(max(math.MinInt32, min(math.MaxInt32, x)))
		}
	case Decimal:
		for i := range n {
			c.Decimals[at+i] = k.decimal(v, i)
		}
	case Float:
		for i := range n {
			switch {
			case c.Valid != nil && !c.Valid[at+i]:
				c.Floats[at+i] = math.NaN()
			case f.bits == 32:
				c.Floats[at+i] = float64(math.Float32frombits(k.order.Uint32(v[4*i:])))
			default:
				c.Floats[at+i] = math.Float64frombits(k.order.Uint64(v[8*i:]))
			}
		}
	default:
		for i := range n {
			x := k.int(v, i, f.bits, c.Type.Unsigned)
			if x < 0 && c.Type.Unsigned && !c.Null(at+i) {
				return fmt.Errorf("value %d is above the largest int64", uint64(x))
			}
			c.Ints[at+i] = x
		}
	}
	return nil
}

// int is whole number i of a buffer.
func (k *taker) int(v []byte, i, bits int, unsigned bool) int64 {
	switch bits {
	case 8:
		if unsigned {
			return int64(v[i])
		}
		return int64(int8(v[i]))
	case 16:
		x := k.order.Uint16(v[2*i:])
		if unsigned {
			return int64(x)
		}
		return int64(int16(x))
	case 32:
		x := k.order.Uint32(v[4*i:])
		if unsigned {
			return int64(x)
		}
		return int64(int32(x))
	}
	return int64(k.order.Uint64(v[8*i:]))
}

func (k *taker) decimal(v []byte, i int) Int128 {
	if k.field.bits < 128 {
		return int128(k.int(v, i, k.field.bits, false))
	}
	a, b := k.order.Uint64(v[16*i:]), k.order.Uint64(v[16*i+8:])
	if k.order == binary.ByteOrder(binary.BigEndian) {
		a, b = b, a
	}
	return Int128{Lo: a, Hi: int64(b)}
}

// nulls marks the rows that are null. The bitmap and the count must agree.
func (k *taker) nulls(b *batchBody, p part, at int) error {
	n, c := b.rows, k.to
	if len(p.buffers) == 0 || p.nulls < 0 || p.nulls > int64(n) {
		return fmt.Errorf("%d of %d rows are null", p.nulls, n)
	}
	if p.buffers[0][1] == 0 && p.nulls == 0 || n == 0 {
		return nil
	}
	bitmap, err := b.buffer(p, 0, int64(n+7)/8)
	if err != nil {
		return err
	}
	set := 0
	for _, x := range bitmap[:n/8] {
		set += bits.OnesCount8(x)
	}
	if n%8 > 0 {
		set += bits.OnesCount8(bitmap[n/8] << (8 - n%8))
	}
	if int64(n-set) != p.nulls {
		return fmt.Errorf("%d rows are null, its batch says %d", n-set, p.nulls)
	}
	if p.nulls == 0 {
		return nil
	}
	c.allValid()
	for i := range n {
		c.Valid[at+i] = bitmap[i/8]>>(i%8)&1 == 1
	}
	return nil
}

// allValid makes room for nulls.
func (c *Column) allValid() {
	if c.Valid != nil {
		return
	}
	c.Valid = make([]bool, c.Len())
	for i := range c.Valid {
		c.Valid[i] = true
	}
}

// indices copies an encoded column by way of its dictionary.
func (k *taker) indices(b *batchBody, p part, at int, d *dictionary) error {
	f, c, n := k.field.dict, k.to, b.rows
	v, err := b.buffer(p, 1, int64(n)*int64(f.bits)/8)
	if err != nil {
		return err
	}
	to := make([]int32, 0)
	if d != nil {
		if to, err = k.recode(d); err != nil {
			return err
		}
	}
	for i := range n {
		if c.Null(at + i) {
			continue
		}
		j := k.int(v, i, f.bits, f.unsigned)
		if j < 0 || j >= int64(len(to)) {
			return fmt.Errorf("text number %d of a dictionary of %d", j, len(to))
		}
		if c.Codes[at+i] = to[j]; to[j] < 0 { // a null in the dictionary
			c.allValid()
			c.Codes[at+i], c.Valid[at+i] = 0, false
		}
	}
	return nil
}

// recode gives every value of a dictionary its code in the table.
func (k *taker) recode(d *dictionary) ([]int32, error) {
	to := make([]int32, d.n)
	for i := range to {
		if d.texts.Null(i) {
			to[i] = -1
			continue
		}
		code, err := k.codeOf([]byte(d.texts.Text(i)))
		if err != nil {
			return nil, err
		}
		to[i] = code
	}
	return to, nil
}

// texts copies texts that lie one behind the other.
func (k *taker) texts(b *batchBody, p part, at int) error {
	n, width := b.rows, 32
	if k.field.large {
		width = 64
	}
	offsets, err := b.buffer(p, 1, int64(n+1)*int64(width)/8)
	if err != nil {
		return err
	}
	all, err := b.buffer(p, 2, 0)
	if err != nil {
		return err
	}
	last := k.int(offsets, 0, width, false)
	for i := range n {
		next := k.int(offsets, i+1, width, false)
		if last < 0 || next < last || next > int64(len(all)) {
			return fmt.Errorf("text %d lies at %d to %d of %d bytes", i, last, next, len(all))
		}
		if err := k.text(at+i, all[last:next]); err != nil {
			return err
		}
		last = next
	}
	return nil
}

// views copies texts that lie anywhere: short ones in the view itself.
func (k *taker) views(b *batchBody, p part, at int) error {
	n := b.rows
	views, err := b.buffer(p, 1, 16*int64(n))
	if err != nil {
		return err
	}
	all := make([][]byte, len(p.buffers)-2)
	for i := range all {
		if all[i], err = b.buffer(p, 2+i, 0); err != nil {
			return err
		}
	}
	for i := range n {
		if k.to.Null(at + i) {
			continue
		}
		v := views[16*i : 16*i+16]
		size := int64(int32(k.order.Uint32(v)))
		text := v[4:]
		if size > 12 {
			from, in := int64(int32(k.order.Uint32(v[12:]))), int64(int32(k.order.Uint32(v[8:])))
			if in < 0 || in >= int64(len(all)) || from < 0 || from+size > int64(len(all[in])) {
				return fmt.Errorf("text %d lies outside its buffers", i)
			}
			text = all[in][from:]
		}
		if size < 0 {
			return fmt.Errorf("text %d is %d bytes long", i, size)
		}
		if err := k.text(at+i, text[:size]); err != nil {
			return err
		}
	}
	return nil
}

func (k *taker) text(row int, b []byte) (err error) {
	if !k.to.Null(row) {
		k.to.Codes[row], err = k.codeOf(b)
	}
	return err
}

// codeOf is the code of a text, which is counted when it is new.
func (k *taker) codeOf(b []byte) (int32, error) {
	if k.code == nil {
		k.code = map[string]int32{}
	}
	c, ok := k.code[string(b)]
	if !ok {
		if err := k.meter.text(b); err != nil {
			return 0, err
		}
		c = int32(len(k.to.Dict))
		k.to.Dict = append(k.to.Dict, string(b))
		k.code[k.to.Dict[c]] = c
	}
	return c, nil
}

package columnar

import (
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"evenkeel/data"
)

// taker copies arrays of one column into the table. Arrays come from a file: the
// lengths of their buffers, offsets and indices are checked before use.
type taker struct {
	to    *Column
	code  map[string]int32
	dict  arrow.Array // the dictionary that remap was made for
	remap []int32
}

func (k *taker) take(a arrow.Array, at int) error {
	if err := backed(a); err != nil {
		return err
	}
	n, c := a.Len(), k.to
	if a.NullN() != 0 {
		k.markNulls(a, at)
	}
	switch a := a.(type) {
	case *array.Boolean:
		for i := range n {
			c.Bools[at+i] = a.Value(i)
		}
	case *array.Uint64:
		return k.unsigned(a, at)
	case *array.Float32:
		widen(c.Floats[at:], a.Float32Values())
	case *array.Float64:
		copy(c.Floats[at:], a.Float64Values())
	case *array.Date32:
		for i, v := range a.Date32Values() {
			c.Days[at+i] = data.Date(v)
		}
	case *array.Date64:
		for i, v := range a.Date64Values() {
			c.Days[at+i] = data.Date(max(math.MinInt32, min(math.MaxInt32, floorDiv(int64(v), 86400e3))))
		}
	case *array.Timestamp:
		for i, v := range a.TimestampValues() {
			c.Ints[at+i] = int64(v)
		}
	case *array.Decimal128:
		for i := range n {
			v := a.Value(i)
			c.Decimals[at+i] = Int128{Hi: v.HighBits(), Lo: v.LowBits()}
		}
	case *array.Dictionary:
		return k.dictionary(a, at)
	case texts:
		return k.texts(a, at)
	default:
		if !takeInts(c.Ints[at:], a) {
			return fmt.Errorf("no reader for %T", a)
		}
	}
	if c.Type.Kind == Float && c.Valid != nil {
		for i := at; i < at+n; i++ {
			if !c.Valid[i] {
				c.Floats[i] = math.NaN()
			}
		}
	}
	return nil
}

// takeInts copies whole numbers of any width that int64 holds.
func takeInts(to []int64, a arrow.Array) bool {
	switch a := a.(type) {
	case *array.Int8:
		widen(to, a.Int8Values())
	case *array.Int16:
		widen(to, a.Int16Values())
	case *array.Int32:
		widen(to, a.Int32Values())
	case *array.Int64:
		copy(to, a.Int64Values())
	case *array.Uint8:
		widen(to, a.Uint8Values())
	case *array.Uint16:
		widen(to, a.Uint16Values())
	case *array.Uint32:
		widen(to, a.Uint32Values())
	default:
		return false
	}
	return true
}

func (k *taker) markNulls(a arrow.Array, at int) {
	c := k.to
	if c.Valid == nil {
		c.Valid = make([]bool, c.Len())
		for i := range c.Valid {
			c.Valid[i] = true
		}
	}
	for i := range a.Len() {
		c.Valid[at+i] = a.IsValid(i)
	}
}

func widen[To int64 | float64, From int8 | int16 | int32 | uint8 | uint16 | uint32 | float32](to []To, from []From) {
	for i, v := range from {
		to[i] = To(v)
	}
}

func (k *taker) unsigned(a *array.Uint64, at int) error {
	for i, v := range a.Uint64Values() {
		if v > math.MaxInt64 && a.IsValid(i) {
			return fmt.Errorf("value %d is above the largest int64", v)
		}
		k.to.Ints[at+i] = int64(v)
	}
	return nil
}

// texts is any array of strings.
type texts interface {
	arrow.Array
	Value(int) string
}

func (k *taker) texts(a texts, at int) error {
	last, code := "", int32(-1)
	for i := range a.Len() {
		if a.IsNull(i) {
			continue
		}
		if s := a.Value(i); code < 0 || s != last {
			last, code = s, k.codeOf(s)
		}
		k.to.Codes[at+i] = code
	}
	return nil
}

func (k *taker) codeOf(s string) int32 {
	if k.code == nil {
		k.code = map[string]int32{}
	}
	c, ok := k.code[s]
	if !ok {
		c = int32(len(k.to.Dict))
		s = string([]byte(s)) // the array's memory is not the table's
		k.to.Dict = append(k.to.Dict, s)
		k.code[s] = c
	}
	return c
}

// dictionary maps a batch's dictionary to the column's once and its indices
// through it.
func (k *taker) dictionary(a *array.Dictionary, at int) error {
	if err := backed(a.Indices()); err != nil {
		return err
	}
	if k.dict != a.Dictionary() {
		values, ok := a.Dictionary().(texts)
		if !ok {
			return fmt.Errorf("a dictionary of %T", a.Dictionary())
		}
		if err := backed(values); err != nil {
			return err
		}
		k.dict, k.remap = a.Dictionary(), make([]int32, values.Len())
		for i := range k.remap {
			k.remap[i] = -1
			if values.IsValid(i) {
				k.remap[i] = k.codeOf(values.Value(i))
			}
		}
	}
	for i := range a.Len() {
		if a.IsNull(i) {
			continue
		}
		j := a.GetValueIndex(i)
		if uint(j) >= uint(len(k.remap)) || k.remap[j] < 0 {
			return fmt.Errorf("text number %d of a dictionary of %d", j, len(k.remap))
		}
		k.to.Codes[at+i] = k.remap[j]
	}
	return nil
}

var errShort = errors.New("a buffer is shorter than its column")

// backed checks that an array's buffers hold as many values as it claims.
func backed(a arrow.Array) error {
	d := a.Data()
	n, bufs := int64(d.Offset())+int64(d.Len()), d.Buffers()
	size := func(i int) int64 {
		if i >= len(bufs) || bufs[i] == nil {
			return 0
		}
		return int64(bufs[i].Len())
	}
	if d.Offset() < 0 || d.Len() < 0 || d.NullN() > d.Len() {
		return errShort
	}
	if len(bufs) > 0 && bufs[0] != nil && size(0) < (n+7)/8 {
		return errShort
	}
	switch t := a.DataType().(type) {
	case *arrow.DictionaryType:
		return nil // its indices are checked as an array of their own
	case *arrow.StringType:
		return offsetsFit(n, size(1), size(2), 4, func(i int64) int64 { return int64(a.(*array.String).ValueOffset(int(i))) })
	case *arrow.LargeStringType:
		return offsetsFit(n, size(1), size(2), 8, func(i int64) int64 { return a.(*array.LargeString).ValueOffset(int(i)) })
	case *arrow.StringViewType:
		if size(1) < 16*n {
			return errShort
		}
	case arrow.FixedWidthDataType:
		if size(1) < (n*int64(t.BitWidth())+7)/8 {
			return errShort
		}
	}
	return nil
}

// offsetsFit checks that text offsets do not fall and stay within the text.
func offsetsFit(n, have, text, width int64, at func(int64) int64) error {
	if n == 0 {
		return nil
	}
	if have < (n+1)*width {
		return errShort
	}
	last := int64(0)
	for i := range n + 1 {
		o := at(i)
		if o < last || o > text {
			return fmt.Errorf("text %d lies at %d of %d bytes", i, o, text)
		}
		last = o
	}
	return nil
}

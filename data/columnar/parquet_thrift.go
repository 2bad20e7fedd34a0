package columnar

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Types of thrift's compact protocol, which Parquet's footer and page headers are in.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// maxThriftDepth bounds structs within structs.
const maxThriftDepth = 32

var errThrift = errors.New("a header or footer is cut short or damaged")

// compact walks over bytes in thrift's compact protocol without making anything of
// them: every length is checked against the bytes there are. After an error every step
// fails with it.
type compact struct {
	b     []byte
	at    int
	field int // where the field last met begins
	err   error
}

func (c *compact) fail() {
	if c.err == nil {
		c.err = errThrift
	}
	c.at = len(c.b)
}

func (c *compact) byte() byte {
	if c.at >= len(c.b) {
		c.fail()
		return 0
	}
	c.at++
	return c.b[c.at-1]
}

func (c *compact) uvarint() uint64 {
	v, n := binary.Uvarint(c.b[min(c.at, len(c.b)):])
	if n <= 0 {
		c.fail()
		return 0
	}
	c.at += n
	return v
}

// int reads a zigzag number: i16, i32 and i64 alike.
func (c *compact) int() int64 {
	v := c.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// binary is a slice of the input.
func (c *compact) binary() []byte {
	n := c.uvarint()
	if n > uint64(len(c.b)-c.at) {
		c.fail()
		return nil
	}
	c.at += int(n)
	return c.b[c.at-int(n) : c.at]
}

// list is the number of elements and their type.
func (c *compact) list() (n int, of byte) {
	h := c.byte()
	size := uint64(h >> 4)
	if size == 15 {
		size = c.uvarint()
	}
	if size > uint64(len(c.b)-c.at) { // an element takes a byte at least
		c.fail()
		return 0, 0
	}
	return int(size), h & 15
}

// fields calls each for every field of a struct; each reads the field or returns
// false, which skips it.
func (c *compact) fields(depth int, each func(id int64, typ byte) bool) {
	if depth > maxThriftDepth {
		c.fail()
	}
	id := int64(0)
	for c.err == nil {
		field := c.at
		h := c.byte()
		if h == 0 || c.err != nil {
			return
		}
		if h>>4 == 0 {
			id = c.int()
		} else {
			id += int64(h >> 4)
		}
		c.field = field
		if !each(id, h&15) {
			c.skip(h&15, depth)
		}
	}
}

// skip passes over a value.
func (c *compact) skip(typ byte, depth int) {
	switch typ {
	case thriftTrue, thriftFalse:
	case thriftByte:
		c.byte()
	case thriftI16, thriftI32, thriftI64:
		c.uvarint()
	case thriftDouble:
		if len(c.b)-c.at < 8 {
			c.fail()
			return
		}
		c.at += 8
	case thriftBinary:
		c.binary()
	case thriftList, thriftSet:
		n, of := c.list()
		c.skipAll(n, of, depth+1)
	case thriftMap:
		c.skipMap(depth + 1)
	case thriftStruct:
		c.fields(depth+1, func(int64, byte) bool { return false })
	default:
		c.err = fmt.Errorf("%w (type %d)", errThrift, typ)
	}
}

// skipAll passes over the elements of a list, where flags take a byte.
func (c *compact) skipAll(n int, of byte, depth int) {
	if depth > maxThriftDepth {
		c.fail()
	}
	if of == thriftTrue || of == thriftFalse {
		of = thriftByte
	}
	for i := 0; i < n && c.err == nil; i++ {
		c.skip(of, depth)
	}
}

func (c *compact) skipMap(depth int) {
	n := c.uvarint()
	if n == 0 {
		return
	}
	of := c.byte()
	if n > uint64(len(c.b)-c.at) {
		c.fail()
		return
	}
	for i := uint64(0); i < n && c.err == nil; i++ {
		c.skipAll(1, of>>4, depth)
		c.skipAll(1, of&15, depth)
	}
}

package columnar

import (
	"errors"
	"fmt"
)

// footer is what is read of a Parquet file's footer without the library: columns, and
// the texts beside the table.
type footer struct {
	elements  []element
	keys      []string
	values    []string
	encrypted bool
	plain     []byte // the footer without logical types, which the library knows but in part
}

// element is a node of the schema as it is written; -1 is none.
type element struct {
	name       string
	physical   int64
	length     int64
	repetition int64
	children   int64
	converted  int64
	scale      int64
	precision  int64
	logical    logical
}

// logical is a logical type: the number of its kind (0: none) and its parameters.
type logical struct {
	id               int64
	scale, precision int64
	utc, signed      bool
	bits             int64
	unit             int64 // 1 milliseconds, 2 microseconds, 3 nanoseconds
}

// readFooter walks over a footer. The library would refuse a whole file for one
// logical type that it does not know, whoever asked for that column: it is given the
// footer without them.
func readFooter(b []byte) (*footer, error) {
	f, kept := &footer{}, 0
	c := &compact{b: b}
	c.fields(0, func(id int64, typ byte) bool {
		switch {
		case id == 2 && typ == thriftList:
			n, of := c.list()
			if of != thriftStruct {
				c.fail()
			}
			for i := 0; i < n && c.err == nil; i++ {
				e, from, to := c.element()
				f.elements = append(f.elements, e)
				f.plain = append(f.plain, b[kept:from]...)
				kept = to
			}
		case id == 5 && typ == thriftList:
			f.keyValues(c)
		case id == 8:
			f.encrypted = true
			return false
		default:
			return false
		}
		return true
	})
	f.plain = append(f.plain, b[min(kept, len(b)):]...)
	if c.err == nil && len(f.elements) == 0 {
		c.err = errors.New("no schema")
	}
	return f, c.err
}

// element reads a node of the schema. What lies in [from, to) is about its meaning and
// may be left out; writers put it last.
func (c *compact) element() (e element, from, to int) {
	e = element{physical: -1, length: -1, repetition: -1, converted: -1, scale: -1, precision: -1}
	from = -1
	c.fields(1, func(id int64, typ byte) bool {
		if id > 5 && from < 0 {
			from = c.field
		}
		if id <= 5 && from >= 0 {
			from = len(c.b) + 1 // out of order: nothing is left out
		}
		number := map[int64]*int64{1: &e.physical, 2: &e.length, 3: &e.repetition, 5: &e.children, 6: &e.converted, 7: &e.scale, 8: &e.precision}[id]
		switch {
		case number != nil && typ == thriftI32:
			*number = c.int()
		case id == 4 && typ == thriftBinary:
			e.name = string(c.binary())
		case id == 10 && typ == thriftStruct:
			e.logical = c.logical()
		default:
			return false
		}
		return true
	})
	to = c.at - 1 // the stop
	if from < 0 || from > to {
		from = to
	}
	return e, from, to
}

// logical reads a union of logical types.
func (c *compact) logical() (l logical) {
	c.fields(2, func(id int64, typ byte) bool {
		l.id = id
		if typ != thriftStruct {
			return false
		}
		c.fields(3, func(k int64, typ byte) bool { return c.parameter(&l, k, typ) })
		return true
	})
	return l
}

// Numbers of logical types.
const (
	logicalText      = 1
	logicalMap       = 2
	logicalList      = 3
	logicalEnum      = 4
	logicalDecimal   = 5
	logicalDate      = 6
	logicalTime      = 7
	logicalTimestamp = 8
	logicalInteger   = 10
	logicalUnknown   = 11
	logicalJSON      = 12
	logicalFloat16   = 15
)

// parameter reads field k of a logical type.
func (c *compact) parameter(l *logical, k int64, typ byte) bool {
	flag := typ == thriftTrue
	switch {
	case l.id == logicalDecimal && k == 1 && typ == thriftI32:
		l.scale = c.int()
	case l.id == logicalDecimal && k == 2 && typ == thriftI32:
		l.precision = c.int()
	case l.id == logicalTimestamp && k == 1 && typ <= thriftFalse:
		l.utc = flag
	case l.id == logicalTimestamp && k == 2 && typ == thriftStruct:
		c.fields(4, func(id int64, _ byte) bool { l.unit = id; return false })
	case l.id == logicalInteger && k == 1 && typ == thriftByte:
		l.bits = int64(c.byte())
	case l.id == logicalInteger && k == 2 && typ <= thriftFalse:
		l.signed = flag
	default:
		return false
	}
	return true
}

// keyValues reads the texts beside the table.
func (f *footer) keyValues(c *compact) {
	n, of := c.list()
	if of != thriftStruct {
		c.fail()
	}
	for i := 0; i < n && c.err == nil; i++ {
		k, v := "", ""
		c.fields(1, func(id int64, typ byte) bool {
			switch {
			case id == 1 && typ == thriftBinary:
				k = string(c.binary())
			case id == 2 && typ == thriftBinary:
				v = string(c.binary())
			default:
				return false
			}
			return true
		})
		f.keys, f.values = append(f.keys, k), append(f.values, v)
	}
}

// value is that of a key, "" without.
func (f *footer) value(key string) string {
	for i, k := range f.keys {
		if k == key {
			return f.values[i]
		}
	}
	return ""
}

// node is a column of the schema's tree.
type node struct {
	element
	path    string
	depth   int    // 1: a column of the table
	inside  string // the type of the group it belongs to, when that has one of its own
	repeats bool   // it or a group of it is a list
	def     int    // groups and itself that may be null
}

// leaves are the columns in order.
func (f *footer) leaves() ([]node, error) {
	var list []node
	at := 1
	var walk func(n int64, up node) error
	walk = func(n int64, up node) error {
		if up.depth > maxThriftDepth {
			return fmt.Errorf("the schema is nested deeper than %d", maxThriftDepth)
		}
		for range n {
			if at >= len(f.elements) {
				return errors.New("the schema ends before its last column")
			}
			e := f.elements[at]
			at++
			x := node{element: e, path: e.name, depth: up.depth + 1, inside: up.inside, repeats: up.repeats || e.repetition == 2, def: up.def}
			if up.depth > 0 {
				x.path = up.path + "." + e.name
			}
			if e.repetition != 0 {
				x.def++
			}
			if e.children <= 0 {
				list = append(list, x)
				continue
			}
			if name := logicalName(e.logical.id); e.logical.id > logicalFloat16 {
				x.inside = name
			}
			if err := walk(e.children, x); err != nil {
				return err
			}
		}
		return nil
	}
	return list, walk(f.elements[0].children, node{})
}

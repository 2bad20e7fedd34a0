package columnar

import (
	"fmt"
	"math"
	"strconv"

	"evenkeel/data"
)

// Kind is the sort of value a column holds.
type Kind uint8

const (
	Bool      Kind = iota + 1 // Bools
	Int                       // Ints; every signed and unsigned width is widened to int64
	Float                     // Floats; float32 is widened to float64 (Bits says 32)
	Text                      // Codes into Dict
	Date                      // Days
	Timestamp                 // Ints, in Unit since 1970-01-01T00:00
	Decimal                   // Decimals, times 10^-Scale
)

// Unit is the resolution of a timestamp.
type Unit uint8

const (
	Second Unit = iota
	Milli
	Micro
	Nano
)

// Type is a column's type. Bits is the stored width (0: the widest); Zone is
// "" for a local timestamp, "UTC" or a zone name for an instant.
type Type struct {
	Kind             Kind
	Bits             int
	Unsigned         bool
	Unit             Unit
	Zone             string
	Precision, Scale int
}

// String is the type as `inspect` prints it: float64, timestamp[us, UTC].
func (t Type) String() string {
	bits := func(name string, def int) string {
		if t.Bits == 0 {
			return name + strconv.Itoa(def)
		}
		return name + strconv.Itoa(t.Bits)
	}
	switch t.Kind {
	case Bool:
		return "bool"
	case Int:
		if t.Unsigned {
			return bits("uint", 64)
		}
		return bits("int", 64)
	case Float:
		return bits("float", 64)
	case Text:
		return "text"
	case Date:
		return "date"
	case Timestamp:
		unit := [...]string{"s", "ms", "us", "ns"}[t.Unit&3]
		if t.Zone != "" {
			return "timestamp[" + unit + ", " + t.Zone + "]"
		}
		return "timestamp[" + unit + "]"
	case Decimal:
		return fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	}
	return "unknown"
}

// Int128 is a two's-complement integer of 128 bits: Hi*2^64 + Lo.
type Int128 struct {
	Hi int64
	Lo uint64
}

// Column is one column of a Table. Exactly the slice that its Kind names is
// filled, one value a row; where Valid says false the value is null and the
// slot's content means nothing (for floats it is NaN). Valid nil: no nulls.
type Column struct {
	Name     string
	Type     Type
	Bools    []bool
	Ints     []int64
	Floats   []float64
	Days     []data.Date
	Codes    []int32 // index into Dict
	Dict     []string
	Decimals []Int128
	Valid    []bool
}

// Table is columns of equal length. Meta is free text beside them (Parquet and
// Arrow keep it, CSV does not).
type Table struct {
	Columns []Column
	Meta    map[string]string
}

// Rows is the number of rows.
func (t *Table) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].Len()
}

// Column is the column of a name, nil when there is none.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Len is the column's number of rows.
func (c *Column) Len() int {
	switch c.Type.Kind {
	case Bool:
		return len(c.Bools)
	case Int, Timestamp:
		return len(c.Ints)
	case Float:
		return len(c.Floats)
	case Text:
		return len(c.Codes)
	case Date:
		return len(c.Days)
	case Decimal:
		return len(c.Decimals)
	}
	return 0
}

// Null reports whether row i is null.
func (c *Column) Null(i int) bool { return c.Valid != nil && !c.Valid[i] }

// Nulls counts the null rows.
func (c *Column) Nulls() int {
	n := 0
	for _, ok := range c.Valid {
		if !ok {
			n++
		}
	}
	return n
}

// Text is the text of row i of a text column; "" for null.
func (c *Column) Text(i int) string {
	if c.Null(i) {
		return ""
	}
	return c.Dict[c.Codes[i]]
}

// Float is row i of a numeric column as a float64, correctly rounded; null is NaN.
func (c *Column) Float(i int) float64 {
	if c.Null(i) {
		return math.NaN()
	}
	switch c.Type.Kind {
	case Float:
		return c.Floats[i]
	case Int, Timestamp:
		return float64(c.Ints[i])
	case Decimal:
		return c.Decimals[i].Float(c.Type.Scale)
	case Bool:
		if c.Bools[i] {
			return 1
		}
		return 0
	}
	return math.NaN()
}

// Dates is a date column; data.NoDate is null.
func Dates(name string, v []data.Date) Column {
	c := Column{Name: name, Type: Type{Kind: Date}, Days: v}
	c.markNulls(len(v), func(i int) bool { return v[i] == data.NoDate })
	return c
}

// Floats is a float64 column; NaN is null.
func Floats(name string, v []float64) Column {
	c := Column{Name: name, Type: Type{Kind: Float}, Floats: v}
	c.markNulls(len(v), func(i int) bool { return v[i] != v[i] })
	return c
}

// Ints is an int64 column without nulls.
func Ints(name string, v []int64) Column {
	return Column{Name: name, Type: Type{Kind: Int}, Ints: v}
}

// Bools is a bool column without nulls.
func Bools(name string, v []bool) Column {
	return Column{Name: name, Type: Type{Kind: Bool}, Bools: v}
}

// Strings is a text column without nulls.
func Strings(name string, v []string) Column {
	c := Column{Name: name, Type: Type{Kind: Text}, Codes: make([]int32, len(v))}
	seen := map[string]int32{}
	for i, s := range v {
		code, ok := seen[s]
		if !ok {
			code = int32(len(c.Dict))
			seen[s] = code
			c.Dict = append(c.Dict, s)
		}
		c.Codes[i] = code
	}
	return c
}

// Coded is a text column of codes into dict; a negative code is null.
func Coded(name string, codes []int32, dict []string) Column {
	c := Column{Name: name, Type: Type{Kind: Text}, Codes: codes, Dict: dict}
	c.markNulls(len(codes), func(i int) bool { return codes[i] < 0 })
	return c
}

func (c *Column) markNulls(n int, null func(int) bool) {
	for i := range n {
		if !null(i) {
			continue
		}
		if c.Valid == nil {
			c.Valid = make([]bool, n)
			for k := range c.Valid {
				c.Valid[k] = true
			}
		}
		c.Valid[i] = false
	}
}

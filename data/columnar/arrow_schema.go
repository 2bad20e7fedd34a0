package columnar

import (
	"fmt"

	flatbuffers "github.com/google/flatbuffers/go"
)

// arrowField is a column of an Arrow schema: what it means and how its bytes lie.
type arrowField struct {
	name     string
	typ      Type   // of the table's column
	why      string // why it cannot be read
	kind     byte   // of arrowNull...
	bits     int    // of a value of fixed width
	large    bool   // offsets of 64 bits
	dense    bool   // union
	dict     *arrowDictionary
	children []arrowField
	lost     bool // of a type unknown here: nobody knows how many buffers it has
}

// arrowDictionary means that a column holds indices into a dictionary.
type arrowDictionary struct {
	id       int64
	bits     int
	unsigned bool
}

// Numbers of Arrow's types.
const (
	arrowNull       = 1
	arrowInt        = 2
	arrowFloat      = 3
	arrowBinary     = 4
	arrowText       = 5
	arrowBool       = 6
	arrowDecimal    = 7
	arrowDate       = 8
	arrowTime       = 9
	arrowTimestamp  = 10
	arrowInterval   = 11
	arrowList       = 12
	arrowStruct     = 13
	arrowUnion      = 14
	arrowFixed      = 15
	arrowFixedList  = 16
	arrowMap        = 17
	arrowDuration   = 18
	arrowBigBinary  = 19
	arrowBigText    = 20
	arrowBigList    = 21
	arrowRunEnds    = 22
	arrowBinaryView = 23
	arrowTextView   = 24
	arrowListView   = 25
	arrowBigView    = 26
)

var arrowNames = [...]string{"none", "null", "int", "float", "binary", "text", "bool", "decimal", "date", "time of day", "timestamp", "interval", "list", "struct", "union",
	"fixed size binary", "fixed size list", "map", "duration", "large binary", "large text", "large list", "run-end encoded", "binary view", "text view", "list view", "large list view"}

func arrowName(kind byte) string {
	if int(kind) < len(arrowNames) {
		return arrowNames[kind]
	}
	return fmt.Sprintf("number %d", kind)
}

// Slots of the tables of a schema.
const (
	slotName, slotTypeKind, slotType, slotDictionary = 4, 8, 10, 12
	slotDictID, slotDictIndex                        = 4, 6
	slotFirst, slotSecond, slotThird                 = 4, 6, 8 // of a type's parameters
	slotZone                                         = 6
	slotEndianness                                   = 4
	slotKey, slotValue                               = 4, 6
)

// arrowFields reads the fields of a schema whose vectors were checked.
func arrowFields(t flatbuffers.Table, slot flatbuffers.VOffsetT) []arrowField {
	var list []arrowField
	for _, ft := range tables(t, slot) {
		f := arrowField{name: textAt(ft, slotName), kind: ft.GetByteSlot(slotTypeKind, 0), children: arrowFields(ft, slotChildren)}
		var typ flatbuffers.Table
		if o := flatbuffers.UOffsetT(ft.Offset(slotType)); o != 0 {
			ft.Union(&typ, o)
			f.read(typ)
		} else {
			f.why, f.lost = "a column without type is not supported", true
		}
		if o := flatbuffers.UOffsetT(ft.Offset(slotDictionary)); o != 0 {
			f.encoded(flatbuffers.Table{Bytes: ft.Bytes, Pos: ft.Indirect(o + ft.Pos)})
		}
		list = append(list, f)
	}
	return list
}

// read takes a type's parameters.
func (f *arrowField) read(t flatbuffers.Table) {
	unsupported := func() { f.why = "type " + arrowName(f.kind) + " is not supported" }
	switch f.kind {
	case arrowInt:
		f.bits = int(t.GetInt32Slot(slotFirst, 0))
		f.typ = Type{Kind: Int, Bits: f.bits, Unsigned: !t.GetBoolSlot(slotSecond, false)}
		if f.bits != 8 && f.bits != 16 && f.bits != 32 && f.bits != 64 {
			f.why = fmt.Sprintf("whole numbers of %d bits are not supported", f.bits)
		}
	case arrowFloat:
		switch t.GetInt16Slot(slotFirst, 0) {
		case 1:
			f.bits = 32
		case 2:
			f.bits = 64
		default:
			f.why = "type float16 is not supported"
		}
		f.typ = Type{Kind: Float, Bits: f.bits}
	case arrowBool:
		f.bits, f.typ = 1, Type{Kind: Bool}
	case arrowText, arrowBigText, arrowTextView:
		f.large, f.typ = f.kind == arrowBigText, Type{Kind: Text}
	case arrowDate:
		f.typ, f.bits = Type{Kind: Date}, 64
		if t.GetInt16Slot(slotFirst, 1) == 0 {
			f.bits = 32
		}
	case arrowTimestamp:
		unit := t.GetInt16Slot(slotFirst, 0)
		f.bits, f.typ = 64, Type{Kind: Timestamp, Unit: Unit(unit & 3), Zone: textAt(t, slotZone)}
		if unit < 0 || unit > 3 {
			unsupported()
		}
	case arrowDecimal:
		f.bits = int(t.GetInt32Slot(slotThird, 128))
		f.typ = Type{Kind: Decimal, Precision: int(t.GetInt32Slot(slotFirst, 0)), Scale: int(t.GetInt32Slot(slotSecond, 0))}
		if f.bits != 32 && f.bits != 64 && f.bits != 128 || f.typ.Precision < 1 || f.typ.Precision > 38 || f.typ.Scale < -38 || f.typ.Scale > 38 {
			f.why = fmt.Sprintf("decimal(%d,%d) of %d bits is not supported", f.typ.Precision, f.typ.Scale, f.bits)
		}
	case arrowUnion:
		f.dense = t.GetInt16Slot(slotFirst, 0) == 1
		unsupported()
	default:
		f.lost = int(f.kind) >= len(arrowNames) || f.kind == 0
		unsupported()
	}
}

// encoded makes a column of indices of it; dictionaries of texts are read.
func (f *arrowField) encoded(t flatbuffers.Table) {
	d := &arrowDictionary{id: t.GetInt64Slot(slotDictID, 0), bits: 32}
	if o := flatbuffers.UOffsetT(t.Offset(slotDictIndex)); o != 0 {
		x := flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(o + t.Pos)}
		d.bits, d.unsigned = int(x.GetInt32Slot(slotFirst, 0)), !x.GetBoolSlot(slotSecond, false)
	}
	f.dict, f.lost = d, false
	if f.kind != arrowText && f.kind != arrowBigText && f.kind != arrowTextView {
		f.why = "a dictionary of type " + arrowName(f.kind) + " is not supported"
	}
	if d.bits != 8 && d.bits != 16 && d.bits != 32 && d.bits != 64 {
		f.why = fmt.Sprintf("dictionary indices of %d bits are not supported", d.bits)
	}
}

// tables are the tables of a vector whose length was checked.
func tables(t flatbuffers.Table, slot flatbuffers.VOffsetT) []flatbuffers.Table {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		return nil
	}
	list := make([]flatbuffers.Table, t.VectorLen(o))
	at := t.Vector(o)
	for i := range list {
		list[i] = flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(at + flatbuffers.UOffsetT(4*i))}
	}
	return list
}

// textAt is a text, copied; "" without.
func textAt(t flatbuffers.Table, slot flatbuffers.VOffsetT) string {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		return ""
	}
	return string(t.ByteVector(o + t.Pos))
}

// keyValues are the texts beside a table, but what libraries keep there for themselves.
func keyValues(t flatbuffers.Table, slot flatbuffers.VOffsetT) map[string]string {
	var kept map[string]string
	for _, kv := range tables(t, slot) {
		k, v := textAt(kv, slotKey), textAt(kv, slotValue)
		if k == "pandas" || len(kept) >= 256 || len(k)+len(v) > 1<<20 {
			continue
		}
		if kept == nil {
			kept = map[string]string{}
		}
		kept[k] = v
	}
	return kept
}

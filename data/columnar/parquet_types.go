package columnar

import "fmt"

// Numbers of physical types.
const (
	physicalBool   = 0
	physicalInt32  = 1
	physicalInt64  = 2
	physicalInt96  = 3
	physicalFloat  = 4
	physicalDouble = 5
	physicalBytes  = 6
	physicalFixed  = 7
)

var physicalNames = [...]string{"BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"}

func physicalName(id int64) string {
	if id >= 0 && id < int64(len(physicalNames)) {
		return physicalNames[id]
	}
	return fmt.Sprintf("number %d", id)
}

var logicalNames = [...]string{"none", "text", "map", "list", "enum", "decimal", "date", "time of day", "timestamp", "number 9", "integer", "null", "JSON", "BSON", "UUID", "float16", "variant", "geometry", "geography"}

func logicalName(id int64) string {
	if id >= 0 && id < int64(len(logicalNames)) {
		return logicalNames[id]
	}
	return fmt.Sprintf("logical type number %d", id)
}

// fromConverted is the logical type that an old one, by its number, stands for.
func fromConverted(e element) logical {
	switch c := e.converted; {
	case c == 0:
		return logical{id: logicalText}
	case c == 1 || c == 2:
		return logical{id: logicalMap}
	case c == 3:
		return logical{id: logicalList}
	case c == 4:
		return logical{id: logicalEnum}
	case c == 5:
		return logical{id: logicalDecimal, scale: max(0, e.scale), precision: e.precision}
	case c == 6:
		return logical{id: logicalDate}
	case c == 7 || c == 8:
		return logical{id: logicalTime}
	case c == 9 || c == 10:
		return logical{id: logicalTimestamp, utc: true, unit: c - 8}
	case c >= 11 && c <= 18:
		return logical{id: logicalInteger, bits: 8 << ((c - 11) % 4), signed: c >= 15}
	case c == 19:
		return logical{id: logicalJSON}
	case c >= 0:
		return logical{id: 1000 + c} // BSON, intervals and what comes after
	}
	return logical{}
}

// parquetType is a column's type, or why it cannot be read.
func parquetType(n node) (Type, string) {
	switch {
	case n.inside != "":
		return Type{}, "type " + n.inside + " is not supported"
	case n.depth > 1 || n.repeats || n.def > 1:
		return Type{}, "nested columns are not supported"
	}
	l, p := n.logical, n.physical
	if l.id == 0 {
		l = fromConverted(n.element)
	}
	text := p == physicalBytes
	switch {
	case l.id == logicalDate && p == physicalInt32:
		return Type{Kind: Date}, ""
	case l.id == logicalTimestamp && p == physicalInt64 && l.unit >= 1 && l.unit <= 3:
		t := Type{Kind: Timestamp, Unit: Unit(l.unit)}
		if l.utc {
			t.Zone = "UTC"
		}
		return t, ""
	case l.id == logicalInteger && (p == physicalInt32 && (l.bits == 8 || l.bits == 16 || l.bits == 32) || p == physicalInt64 && l.bits == 64):
		return Type{Kind: Int, Bits: int(l.bits), Unsigned: !l.signed}, ""
	case l.id == logicalDecimal:
		return decimalType(n, l)
	case (l.id == logicalText || l.id == logicalEnum || l.id == logicalJSON) && text:
		return Type{Kind: Text}, ""
	case l.id == 0 || l.id == logicalUnknown:
		return plainType(n)
	}
	name := logicalName(l.id)
	if l.id >= 1000 {
		name = fmt.Sprintf("converted type number %d", l.id-1000)
	}
	return Type{}, fmt.Sprintf("type %s (%s) is not supported", physicalName(p), name)
}

// plainType is the type of a column without a logical one.
func plainType(n node) (Type, string) {
	switch n.physical {
	case physicalBool:
		return Type{Kind: Bool}, ""
	case physicalInt32:
		return Type{Kind: Int, Bits: 32}, ""
	case physicalInt64:
		return Type{Kind: Int, Bits: 64}, ""
	case physicalInt96:
		return Type{Kind: Timestamp, Unit: Nano}, ""
	case physicalFloat:
		return Type{Kind: Float, Bits: 32}, ""
	case physicalDouble:
		return Type{Kind: Float, Bits: 64}, ""
	case physicalBytes:
		return Type{Kind: Text}, ""
	}
	return Type{}, fmt.Sprintf("type %s (none) is not supported", physicalName(n.physical))
}

// decimalType reads decimals that 128 bits hold, whatever width they are stored in.
func decimalType(n node, l logical) (Type, string) {
	const most = 38
	switch n.physical {
	case physicalInt32, physicalInt64, physicalBytes, physicalFixed:
	default:
		return Type{}, "a decimal as " + physicalName(n.physical) + " is not supported"
	}
	if l.precision < 1 || l.precision > most || l.scale < 0 || l.scale > most {
		return Type{}, fmt.Sprintf("decimal(%d,%d) is not supported: at most %d digits", l.precision, l.scale, most)
	}
	return Type{Kind: Decimal, Precision: int(l.precision), Scale: int(l.scale)}, ""
}

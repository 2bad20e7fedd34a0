package columnar

import "math"

// A guess is the set of kinds that every cell of a column so far fits.
type guess uint8

const (
	maybeInt guess = 1 << iota
	maybeFloat
	maybeDecimal
	maybeDate
	maybeTime
	maybeBool
	anything = maybeInt | maybeFloat | maybeDecimal | maybeDate | maybeTime | maybeBool
)

// csvColumn is what is learned of a column in the first pass.
type csvColumn struct {
	guess
	seen     bool // a cell that is not null
	bare     bool // one of them without quotes
	empty    bool // a cell of two quotes
	zone     string
	clock    bool // a time was seen
	digits   int  // most of a second's fraction
	scale    int  // most decimals
	whole    int  // most digits before the point
	accuracy int  // most significant digits
}

// exactDigits is how many digits a float64 needs at most; longer numbers are kept as
// decimals.
const exactDigits = 17

// see narrows the guess by a cell that is not null.
func (c *csvColumn) see(x cell) {
	b := x.text
	c.seen = true
	c.bare = c.bare || !x.quoted
	keep := func(kind guess, fits bool) {
		if !fits {
			c.guess &^= kind
		}
	}
	if c.guess&maybeInt != 0 {
		_, ok := csvInt(b)
		keep(maybeInt, ok)
	}
	if c.guess&maybeFloat != 0 && (c.guess&maybeInt == 0 || len(b) > exactDigits) {
		_, ok := csvFloat(b)
		keep(maybeFloat, ok)
	}
	if c.guess&maybeDecimal != 0 {
		c.seeDecimal(b)
	}
	if c.guess&maybeDate != 0 {
		_, ok := csvDate(b)
		keep(maybeDate, ok)
	}
	if c.guess&maybeTime != 0 {
		t, ok := parseTime(b)
		if !c.clock {
			c.zone, c.clock = t.zone, true
		}
		c.digits = max(c.digits, t.digits)
		keep(maybeTime, ok && t.zone == c.zone)
	}
	if c.guess&maybeBool != 0 {
		_, ok := csvBool(b)
		keep(maybeBool, ok)
	}
}

// seeDecimal notes how wide a decimal the column needs.
func (c *csvColumn) seeDecimal(b []byte) {
	scale, significant, ok := shortDecimal(b)
	if len(b) > exactDigits {
		_, scale, significant, ok = csvDecimal(b)
	}
	if !ok {
		c.guess &^= maybeDecimal
		return
	}
	c.scale = max(c.scale, scale)
	c.whole = max(c.whole, significant-scale)
	c.accuracy = max(c.accuracy, significant)
	if c.scale+c.whole > 38 {
		c.guess &^= maybeDecimal
	}
}

// shortDecimal is csvDecimal without the number, for the usual short cells.
func shortDecimal(b []byte) (scale, digits int, ok bool) {
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	point := -1
	for i, c := range b {
		if c == '.' && point < 0 && i > 0 {
			point = i
		} else if c < '0' || c > '9' {
			return 0, 0, false
		}
	}
	if len(b) == 0 || point == len(b)-1 || len(b) > 1 && b[0] == '0' && point != 1 {
		return 0, 0, false
	}
	if point < 0 {
		return 0, len(b), true
	}
	return len(b) - 1 - point, len(b) - 1, true
}

// typ is the narrowest kind left; a column of nulls alone is float. quotes says that
// quotes mean text here: a column that has them in every cell is one.
func (c *csvColumn) typ(quotes bool) Type {
	switch {
	case !c.seen && c.empty && quotes:
		return Type{Kind: Text}
	case !c.seen:
		return Type{Kind: Float, Bits: 64}
	case quotes && !c.bare:
		return Type{Kind: Text}
	case c.guess&maybeBool != 0:
		return Type{Kind: Bool}
	case c.guess&maybeInt != 0:
		return Type{Kind: Int, Bits: 64}
	case c.guess&maybeDecimal != 0 && c.accuracy > exactDigits:
		return Type{Kind: Decimal, Precision: 38, Scale: c.scale}
	case c.guess&maybeFloat != 0:
		return Type{Kind: Float, Bits: 64}
	case c.guess&maybeDate != 0:
		return Type{Kind: Date}
	case c.guess&maybeTime != 0 && c.digits > 6:
		return Type{Kind: Timestamp, Unit: Nano, Zone: c.zone}
	case c.guess&maybeTime != 0:
		return Type{Kind: Timestamp, Unit: Micro, Zone: c.zone}
	}
	return Type{Kind: Text}
}

// cellFiller puts cells into a column.
type cellFiller struct {
	c     *Column
	code  map[string]int32
	meter *meter
}

func (f *cellFiller) null(row int) {
	c := f.c
	c.allValid()
	c.Valid[row] = false
	if c.Type.Kind == Float {
		c.Floats[row] = math.NaN()
	}
}

func (f *cellFiller) set(row int, b []byte) error {
	c := f.c
	switch c.Type.Kind {
	case Bool:
		c.Bools[row], _ = csvBool(b)
	case Int:
		c.Ints[row], _ = csvInt(b)
	case Float:
		c.Floats[row], _ = csvFloat(b)
	case Decimal:
		v, scale, _, _ := csvDecimal(b)
		c.Decimals[row] = v.scaledBy(c.Type.Scale - scale)
	case Date:
		c.Days[row], _ = csvDate(b)
	case Timestamp:
		t, _ := parseTime(b)
		if c.Ints[row] = t.nanos; c.Type.Unit == Micro {
			c.Ints[row] = floorDiv(t.nanos, 1000)
		}
	case Text:
		return f.text(row, b)
	}
	return nil
}

func (f *cellFiller) text(row int, b []byte) error {
	c := f.c
	if f.code == nil {
		f.code = map[string]int32{}
	}
	k, ok := f.code[string(b)]
	if !ok {
		if err := f.meter.text(b); err != nil {
			return err
		}
		k = int32(len(c.Dict))
		c.Dict = append(c.Dict, string(b))
		f.code[c.Dict[k]] = k
	}
	c.Codes[row] = k
	return nil
}

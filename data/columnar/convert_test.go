package columnar

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

// hostileTexts are texts that a format might take for something else.
var hostileTexts = []string{"", "a", "@ES", "=cmd", "+1", "-X", "'@ES", "'", `"`, `""`, "a,b", "a\nb", "a\r\nb", "\r", " a", "a ", "\t", "NAN", "NaN", "TRUE", "false", "1E5", "INF", "NULL", "null", "007", "1",
	"1.50", "-0", "2020-01-01", "2020-01-01T00:00:00Z", "2020-01-01 16:00:00+09:00", "\ufeff", "é", "a;b", "a|b", strings.Repeat("x", 300), "9007199254740993", "0.1234567890123456789"}

// A column that convert wrote to CSV is read back with the same values; only the width
// of numbers and the unit of timestamps may be others, and a float without a fraction a
// whole number. (In a table of one column an empty text and a null are the same line.)
func TestWhatIsWrittenAsCSVIsReadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(r, "rows")
		columns := rapid.IntRange(2, 4).Draw(r, "columns")
		tb := &Table{}
		for k := range columns {
			tb.Columns = append(tb.Columns, drawColumn(r, k, n))
		}
		var b bytes.Buffer
		require.NoError(r, tb.Write(&b, CSV))
		got, err := DecodeTable(ctx, "x.csv", b.Bytes(), TableOptions{})
		require.NoError(r, err, b.String())
		require.Equal(r, n, got.Rows(), b.String())
		for k := range tb.Columns {
			x, y := &tb.Columns[k], &got.Columns[k]
			require.Equal(r, x.Name, y.Name)
			for i := range n {
				require.Equal(r, x.Null(i), y.Null(i), "%q row %d of\n%s", x.Name, i, b.String())
				if !x.Null(i) {
					want, back := said(x, i), said(y, i)
					if x.Type.Kind == Decimal && y.Type.Kind == Float { // few digits: the float64 of the same text
						back = strconv.FormatFloat(y.Floats[i], 'f', -1, 64)
					}
					require.Equal(r, want, back, "%q row %d of\n%s", x.Name, i, b.String())
				}
			}
		}
	})
}

// drawColumn draws a column of any type.
func drawColumn(r *rapid.T, k, n int) Column {
	c := Column{Name: rapid.SampledFrom([]string{"a", "symbol", "a;b", "\ufeffx", "close", "", "=x", "a,b"}).Draw(r, "name") + fmt.Sprint(k)}
	types := []Type{{Kind: Bool}, {Kind: Int, Bits: 64}, {Kind: Float, Bits: 64}, {Kind: Float, Bits: 32}, {Kind: Text}, {Kind: Date}, {Kind: Decimal, Precision: 38, Scale: 9},
		{Kind: Timestamp, Unit: Nano}, {Kind: Timestamp, Unit: Micro, Zone: "UTC"}, {Kind: Timestamp, Unit: Milli, Zone: "+09:00"}, {Kind: Timestamp, Unit: Second}}
	c.Type = rapid.SampledFrom(types).Draw(r, "type")
	if strings.HasPrefix(c.Name, "symbol") {
		c.Name, c.Type = "symbol", Type{Kind: Text}
		if k > 0 {
			c.Name = "ticker"
		}
		if k > 1 {
			c.Name = fmt.Sprint("t", k)
		}
	}
	c.grow(n)
	c.Dict = hostileTexts
	c.allValid()
	for i := range n {
		if c.Valid[i] = rapid.IntRange(0, 4).Draw(r, "null") > 0; !c.Valid[i] {
			if c.Type.Kind == Float {
				c.Floats[i] = math.NaN()
			}
			continue
		}
		switch c.Type.Kind {
		case Bool:
			c.Bools[i] = rapid.Bool().Draw(r, "bool")
		case Int:
			c.Ints[i] = rapid.Int64().Draw(r, "int")
		case Timestamp:
			c.Ints[i] = rapid.Int64Range(-9e9, 9e9-1).Draw(r, "seconds") * (c.Type.perDay() / 86400)
			if c.Type.Unit != Second {
				c.Ints[i] += rapid.Int64Range(0, 999).Draw(r, "fraction")
			}
		case Float:
			c.Floats[i] = rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1.5, math.Inf(1), math.Inf(-1), math.NaN(), 1e300, 5e-324, 0.1, 1 << 60, 123456789012345680}).Draw(r, "float")
			if rapid.Bool().Draw(r, "any") {
				c.Floats[i] = rapid.Float64().Draw(r, "float64")
			}
			if c.Type.Bits == 32 {
				c.Floats[i] = float64(float32(c.Floats[i]))
			}
		case Text:
			c.Codes[i] = rapid.Int32Range(0, int32(len(c.Dict)-1)).Draw(r, "text")
		case Date:
			c.Days[i] = data.Date(rapid.Int32Range(-90_000, 100_000).Draw(r, "day"))
		case Decimal:
			c.Decimals[i] = Int128{Hi: rapid.Int64Range(-1<<30, 1<<30).Draw(r, "high"), Lo: rapid.Uint64().Draw(r, "low")}
		}
	}
	return c
}

// said is a value without the width or unit that it is stored in.
func said(c *Column, i int) string {
	switch c.Type.Kind {
	case Bool:
		return fmt.Sprint(c.Bools[i])
	case Text:
		return "text " + c.Text(i)
	case Date:
		return c.Days[i].String()
	case Timestamp:
		perSecond := c.Type.perDay() / 86400
		s := floorDiv(c.Ints[i], perSecond)
		return time.Unix(s, (c.Ints[i]-s*perSecond)*(1e9/perSecond)).UTC().Format(time.RFC3339Nano) + fmt.Sprint(c.Type.Zone == "")
	case Int:
		return c.text10(i)
	case Decimal:
		return trimZeros(c.Decimals[i].Text(c.Type.Scale))
	}
	f := c.Floats[i]
	if f != f {
		return "NaN"
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e18 && (f != 0 || !math.Signbit(f)) {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("float %x", math.Float64bits(f))
}

func (c *Column) text10(i int) string { return fmt.Sprint(c.Ints[i]) }

func trimZeros(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

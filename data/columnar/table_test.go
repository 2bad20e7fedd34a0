package columnar

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

// everyType has a column of each type, with and without nulls.
func everyType(n int) *Table {
	valid := make([]bool, n)
	for i := range valid {
		valid[i] = i%3 != 1
	}
	t := &Table{Meta: map[string]string{"version": "1"}}
	add := func(typ Type, nulls bool, fill func(c *Column, i int)) {
		c := Column{Name: fmt.Sprintf("c%d", len(t.Columns)), Type: typ}
		c.grow(n)
		if typ.Kind == Text {
			c.Dict = []string{"", "a", "comma, quote \" and\nline", "ünïcode", "true story"}
		}
		for i := range n {
			fill(&c, i)
		}
		if nulls {
			c.Valid = append([]bool(nil), valid...)
		}
		t.Columns = append(t.Columns, c)
	}
	for _, nulls := range []bool{false, true} {
		add(Type{Kind: Bool}, nulls, func(c *Column, i int) { c.Bools[i] = i%2 == 0 })
		for _, bits := range []int{8, 16, 32, 64} {
			add(Type{Kind: Int, Bits: bits}, nulls, func(c *Column, i int) { c.Ints[i] = int64(i%100) - 50 })
			add(Type{Kind: Int, Bits: bits, Unsigned: true}, nulls, func(c *Column, i int) { c.Ints[i] = int64(i % 200) })
		}
		add(Type{Kind: Float, Bits: 32}, nulls, func(c *Column, i int) { c.Floats[i] = float64(float32(i) / 3) })
		add(Type{Kind: Float, Bits: 64}, nulls, func(c *Column, i int) { c.Floats[i] = float64(i) / 3 })
		add(Type{Kind: Text}, nulls, func(c *Column, i int) { c.Codes[i] = int32(i % len(c.Dict)) })
		add(Type{Kind: Date}, nulls, func(c *Column, i int) { c.Days[i] = data.Date(i - 30000) })
		for u := Milli; u <= Nano; u++ {
			add(Type{Kind: Timestamp, Unit: u}, nulls, func(c *Column, i int) { c.Ints[i] = int64(i) * 123456789 })
			add(Type{Kind: Timestamp, Unit: u, Zone: "UTC"}, nulls, func(c *Column, i int) { c.Ints[i] = int64(i) * -98765 })
		}
		add(Type{Kind: Decimal, Precision: 38, Scale: 6}, nulls, func(c *Column, i int) { c.Decimals[i] = Int128{Hi: int64(i - 5), Lo: uint64(i) << 40} })
	}
	return t
}

func TestEveryTypeRoundTrips(t *testing.T) {
	for _, n := range []int{1, 2, 7, 1000, 70_000} {
		want := everyType(n)
		for _, f := range []Format{Parquet, ArrowFile, ArrowStream} {
			got, err := ReadTable(ctx, store(t, want, f), TableOptions{})
			require.NoError(t, err, "%s %d", f, n)
			sameTable(t, want, got)
			require.Equal(t, want.Meta, got.Meta)
		}
	}
}

func TestWholeSecondsBecomeMilliseconds(t *testing.T) {
	tb := &Table{Columns: []Column{{Name: "t", Type: Type{Kind: Timestamp, Unit: Second}, Ints: []int64{5, -7}}}}
	got, err := ReadTable(ctx, store(t, tb, Parquet), TableOptions{})
	require.NoError(t, err)
	require.Equal(t, Milli, got.Columns[0].Type.Unit)
	require.Equal(t, []int64{5000, -7000}, got.Columns[0].Ints)
	got, err = ReadTable(ctx, store(t, tb, ArrowStream), TableOptions{})
	require.NoError(t, err)
	sameTable(t, tb, got)
}

func TestManyRowGroups(t *testing.T) {
	n := rowGroup + 17
	v, s := make([]int64, n), make([]string, n)
	for i := range v {
		v[i], s[i] = int64(i), "x"+strconv.Itoa(i/1000)
	}
	want := &Table{Columns: []Column{Ints("v", v), Strings("s", s)}}
	want.Columns[0].Type.Bits = 64
	got, err := ReadTable(ctx, store(t, want, Parquet), TableOptions{})
	require.NoError(t, err)
	require.Equal(t, v, got.Columns[0].Ints)
	sameTable(t, want, got)
}

func TestTablesWithoutRows(t *testing.T) {
	want := everyType(0)
	for _, f := range formats[:3] {
		got, err := ReadTable(ctx, store(t, want, f), TableOptions{})
		require.NoError(t, err, f)
		require.Equal(t, len(want.Columns), len(got.Columns))
		for i := range want.Columns {
			require.Equal(t, want.Columns[i].Type, got.Columns[i].Type)
			require.Zero(t, got.Columns[i].Len())
		}
	}
	_, _, err := ReadPanel(ctx, store(t, prices(0), Parquet), Options{})
	require.Equal(t, []string{"E302"}, codes(err))
}

// Texts past the size of a dictionary page fall back to plain pages, which carry
// on the dictionary's numbers.
func TestTextsBeyondTheDictionary(t *testing.T) {
	const n = 60_000
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprintf("a rather long and quite distinct text, number %d", i%50_000)
	}
	want := &Table{Columns: []Column{Strings("s", s)}}
	for _, f := range formats {
		got, err := ReadTable(ctx, store(t, want, f), TableOptions{})
		require.NoError(t, err)
		sameTable(t, want, got)
	}
}

func TestColumnsAreChosen(t *testing.T) {
	path := store(t, prices(5, "A", "B"), Parquet)
	got, err := ReadTable(ctx, path, TableOptions{Columns: []string{"close", "date"}})
	require.NoError(t, err)
	require.Equal(t, "close", got.Columns[0].Name)
	require.Equal(t, "date", got.Columns[1].Name)
	_, err = ReadTable(ctx, path, TableOptions{Columns: []string{"clos"}})
	require.Equal(t, []string{"E316"}, codes(err))
	require.ErrorContains(t, err, `Did you mean "close"?`)
}

func TestRandomTablesRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(r, "rows")
		floats := rapid.SliceOfN(rapid.Float64(), n, n).Draw(r, "floats")
		texts := rapid.SliceOfN(rapid.StringMatching(`[a-zA-Z ,"\n]{0,8}x`), n, n).Draw(r, "texts")
		ints := rapid.SliceOfN(rapid.Int64(), n, n).Draw(r, "ints")
		days := rapid.SliceOfN(rapid.Int32Range(-90_000, 100_000), n, n).Draw(r, "days")
		d := make([]data.Date, n)
		for i := range d {
			if d[i] = data.Date(days[i]); days[i]%7 == 0 {
				d[i] = data.NoDate
			}
		}
		want := &Table{Columns: []Column{Floats("f", floats), Strings("s", texts), Ints("i", ints), Dates("d", append(d, 1)[:n])}}
		want.Columns[0].Type.Bits, want.Columns[2].Type.Bits = 64, 64
		f := rapid.SampledFrom(formats).Draw(r, "format")
		var b bytes.Buffer
		require.NoError(r, want.Write(&b, f))
		in := &input{name: "x", bytes: b.Bytes(), format: f}
		rd, err := openReader(ctx, in, filled(Limits{}), nil)
		require.NoError(r, err)
		got, err := rd.read(ctx, []int{0, 1, 2, 3}, everything, filled(Limits{}))
		require.NoError(r, err)
		for i := range n {
			for c := range want.Columns {
				a, b := &want.Columns[c], &got.Columns[c]
				require.Equal(r, a.Null(i), b.Null(i), "column %d row %d", c, i)
				if !a.Null(i) && a.Type.Kind == b.Type.Kind {
					require.Equal(r, value(a, i), value(b, i))
				}
			}
		}
	})
}

func TestUnsoundTablesAreNotWritten(t *testing.T) {
	for name, tb := range map[string]*Table{
		"lengths": {Columns: []Column{Ints("a", []int64{1}), Ints("b", []int64{1, 2})}},
		"names":   {Columns: []Column{Ints("a", []int64{1}), Ints("a", []int64{1})}},
		"codes":   {Columns: []Column{Coded("a", []int32{1}, []string{"x"})}},
		"type":    {Columns: []Column{{Name: "a"}}},
		"range":   {Columns: []Column{{Name: "a", Type: Type{Kind: Int, Bits: 8}, Ints: []int64{300}}}},
	} {
		for _, f := range formats {
			require.Error(t, tb.Write(&bytes.Buffer{}, f), name)
		}
	}
}

func TestDecimalsAsFloats(t *testing.T) {
	for _, c := range []struct {
		v     Int128
		scale int
		text  string
		f     float64
	}{
		{int128(12345), 2, "123.45", 123.45},
		{int128(-5), 3, "-0.005", -0.005},
		{int128(0), 0, "0", 0},
		{Int128{Hi: 1}, 0, "18446744073709551616", math.Ldexp(1, 64)},
		{Int128{Hi: -1}, 2, "-184467440737095516.16", -184467440737095516.16},
		{int128(math.MinInt64), 0, "-9223372036854775808", -math.Ldexp(1, 63)},
	} {
		require.Equal(t, c.text, c.v.Text(c.scale))
		require.Equal(t, c.f, c.v.Float(c.scale))
		var b [16]byte
		c.v.bigEndian(b[:])
		require.Equal(t, c.v, int128BigEndian(b[:]))
	}
	require.Equal(t, int128(-2), int128BigEndian([]byte{0xfe}))
}

package columnar

import (
	"bytes"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
)

// A footer is read or refused; what is handed on has as many columns.
func FuzzFooter(f *testing.F) {
	b := encode(f, everyType(3), Parquet)
	f.Add(b[len(b)-8-int(b[len(b)-8])-int(b[len(b)-7])<<8 : len(b)-8])
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := readFooter(b)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(got.plain), len(b))
		again, err := readFooter(got.plain)
		require.NoError(t, err)
		require.Equal(t, len(got.elements), len(again.elements))
		if nodes, err := got.leaves(); err == nil {
			for _, n := range nodes {
				parquetType(n)
			}
		}
	})
}

func FuzzPageHeader(f *testing.F) {
	f.Add([]byte{0x15, 0x00, 0x15, 0x20, 0x15, 0x20, 0x15, 0x01, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) { _, _ = readPageHeader(b) })
}

// Delta-encoded numbers and texts: no more of them than are asked for.
func FuzzDelta(f *testing.F) {
	f.Add(deltaPacked([]int64{1, 5, -7, 1 << 40}), 4)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 0 || n > 1<<16 {
			return
		}
		if v, _, err := deltaInts(b, n); err == nil {
			require.Len(t, v, n)
		}
		_ = deltaTexts(b, true, n, func([]byte) error { return nil })
		_, _ = plainDelta(b, false, n, 0, 1<<20)
	})
}

// Compressed pages fill the space that was declared, or are an error.
func FuzzCodecs(f *testing.F) {
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x04\x00\x43\xbe\xb7\xe8\x01\x00\x00\x00"), 1)
	f.Add(zstdEncoder.EncodeAll([]byte("abcabc"), nil), 6)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 0 || n > 1<<16 {
			return
		}
		for _, decode := range []func(dst, src []byte) (int, error){unzstd, unsnappy, ungzip, unbrotli, unlz4} {
			_ = guard(func() error { _, err := decode(make([]byte, n), b); return err })
		}
	})
}

// Decimals are exact: as big integers say.
func FuzzDecimals(f *testing.F) {
	f.Add("-123.450")
	f.Add("0.00000000000000000000000000000000000001")
	f.Fuzz(func(t *testing.T, s string) {
		v, scale, significant, ok := csvDecimal([]byte(s))
		if !ok {
			return
		}
		want, good := new(big.Int).SetString(strings.Replace(s, ".", "", 1), 10)
		require.True(t, good, s)
		require.Equal(t, want.String(), v.Big().String(), s)
		require.LessOrEqual(t, significant, 38)
		if len(s) <= exactDigits {
			short, _, fits := shortDecimal([]byte(s))
			require.True(t, fits, s)
			require.Equal(t, scale, short, s)
		}
		var b [16]byte
		v.bigEndian(b[:])
		require.Equal(t, v, int128BigEndian(b[:]))
	})
}

// Dates, times and zones: what is read as a date is written as it was.
func FuzzDatesAndZones(f *testing.F) {
	for _, s := range []string{"2020-02-29", "2020-01-31T16:00:00.123456789+09:00", "2020-01-31 16:00Z", "America/New_York", "Local", "+05:30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := csvDate([]byte(s)); ok && d >= data.NewDate(1, 1, 1) {
			require.Equal(t, s, d.String())
		}
		if x, ok := parseTime([]byte(s)); ok {
			_, known := offsetSeconds(x.zone)
			require.True(t, known)
		}
		if _, _, err := textDate(s); err == nil {
			require.GreaterOrEqual(t, len(s), 10)
		}
		if loc, err := location(s); err == nil {
			require.NotEqual(t, "Local", loc.String())
		}
		_ = data.SymbolFault(s)
	})
}

// Two passes over a CSV file cut the same records.
func FuzzScanner(f *testing.F) {
	f.Add([]byte("a,\"b\"\"c\",\r\n\n1,2,3"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := newScanner(b, 100)
		for n := 0; ; n++ {
			ok, err := s.scan()
			if !ok {
				break
			}
			require.LessOrEqual(t, n, len(b))
			if err == nil {
				require.LessOrEqual(t, len(s.rec), 100)
				require.LessOrEqual(t, len(bytes.Join(fieldsOf(s.rec), nil)), len(b))
			}
		}
	})
}

func fieldsOf(rec []cell) (out [][]byte) {
	for _, c := range rec {
		out = append(out, c.text)
	}
	return out
}

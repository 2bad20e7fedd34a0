package columnar

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// save writes bytes under a name and returns the path.
func save(t testing.TB, name string, b []byte) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

func encode(t testing.TB, tb *Table, f Format) []byte {
	var b bytes.Buffer
	require.NoError(t, tb.Write(&b, f))
	return b.Bytes()
}

func store(t testing.TB, tb *Table, f Format) string {
	return save(t, "t."+string(f), encode(t, tb, f))
}

var ctx = context.Background()

var formats = []Format{Parquet, ArrowFile, ArrowStream, CSV}

// codes are the codes of an error's findings, in order, warnings too.
func codes(err error) []string {
	var out []string
	for _, f := range fault.Of(err) {
		out = append(out, f.Code)
	}
	return out
}

// prices is a long table of n days x the symbols, rows by date.
func prices(days int, symbols ...string) *Table {
	var d []data.Date
	var s []string
	var v []float64
	start := data.NewDate(2020, 1, 1)
	for t := range days {
		for a, name := range symbols {
			d, s = append(d, start+data.Date(t)), append(s, name)
			v = append(v, 100+float64(a)+math.Round(1e4*math.Sin(float64(t+a)))/1e4)
		}
	}
	return &Table{Columns: []Column{Dates("date", d), Strings("symbol", s), Floats("close", v)}}
}

// csvPanel reads CSV text as a panel.
func csvPanel(t testing.TB, text string, o Options) (*data.Panel, error) {
	p, _, err := ReadPanel(ctx, save(t, "t.csv", []byte(text)), o)
	return p, err
}

func sameTable(t testing.TB, want, got *Table) {
	require.Equal(t, len(want.Columns), len(got.Columns))
	for i := range want.Columns {
		a, b := &want.Columns[i], &got.Columns[i]
		require.Equal(t, a.Name, b.Name)
		require.Equal(t, a.Type, b.Type, a.Name)
		require.Equal(t, a.Len(), b.Len(), a.Name)
		for r := range a.Len() {
			if a.Null(r) != b.Null(r) || !a.Null(r) && value(a, r) != value(b, r) {
				require.Failf(t, "differ", "%s row %d: %v (null %v) became %v (null %v)", a.Name, r, value(a, r), a.Null(r), value(b, r), b.Null(r))
			}
		}
	}
}

// value is row r in a form that compares exactly.
func value(c *Column, r int) any {
	switch c.Type.Kind {
	case Bool:
		return c.Bools[r]
	case Int, Timestamp:
		return c.Ints[r]
	case Float:
		return math.Float64bits(c.Floats[r])
	case Text:
		return c.Dict[c.Codes[r]]
	case Date:
		return c.Days[r]
	}
	return c.Decimals[r]
}

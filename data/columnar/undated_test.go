package columnar

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
)

// A table of spans in every format: its symbols are text, an empty end is none,
// and a column that is empty everywhere has no dates at all.
func TestReadUndated(t *testing.T) {
	first, last := data.NewDate(2020, 1, 31), data.NewDate(2020, 2, 28)
	table := &Table{Columns: []Column{
		Strings("symbol", []string{"600519", "NULL"}),
		{Name: "from", Type: Type{Kind: Date}, Days: []data.Date{first, last}},
		{Name: "until", Type: Type{Kind: Date}, Days: []data.Date{last, 0}, Valid: []bool{true, false}},
		{Name: "empty", Type: Type{Kind: Float}, Floats: []float64{0, 0}, Valid: []bool{false, false}},
	}}
	for _, name := range []string{"t.csv", "t.parquet", "t.arrow"} {
		path := filepath.Join(t.TempDir(), name)
		var b bytes.Buffer
		require.NoError(t, table.Write(&b, FormatOf(name)))
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
		d, err := ReadUndated(context.Background(), path, Limits{})
		require.NoError(t, err, name)
		require.Nil(t, d.Dates)
		require.Equal(t, int64(2), d.Source.Rows)
		require.Equal(t, []string{"600519", "NULL"}, []string{d.Symbols().Text(0), d.Symbols().Text(1)})
		for column, want := range map[string][]data.Date{"From": {first, last}, "until": {last, data.NoDate}, "empty": {data.NoDate, data.NoDate}} {
			dates, list := d.DatesOf(d.Named(column))
			require.Empty(t, list, name)
			require.Equal(t, want, dates, name+" "+column)
		}
	}
}

func TestReadUndatedFindings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	require.NoError(t, os.WriteFile(path, []byte("symbol,from,until\nA,2020-13-01,1\nB,2020-01-01,2\n"), 0o600))
	d, err := ReadUndated(context.Background(), path, Limits{})
	require.NoError(t, err)
	dates, list := d.DatesOf(d.Named("from"))
	require.Len(t, list, 1)
	require.Contains(t, list[0].Error(), `E317 t.csv line 2: "2020-13-01"`)
	require.Equal(t, []data.Date{data.NoDate, data.NewDate(2020, 1, 1)}, dates)
	dates, list = d.DatesOf(d.Named("until"))
	require.Nil(t, dates)
	require.Contains(t, list[0].What, "the dates are of type int64")
	_, err = ReadUndated(context.Background(), filepath.Join(t.TempDir(), "none.csv"), Limits{})
	require.ErrorContains(t, err, "E301")
}

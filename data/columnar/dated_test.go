package columnar_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
)

func dated(t *testing.T, text string) (*columnar.Dated, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return columnar.ReadDated(context.Background(), path, columnar.Limits{})
}

func TestReadDated(t *testing.T) {
	d, err := dated(t, "amount,Date,Ticker\n5,2020-01-03,600519\n,2020-01-02,1\n")
	require.NoError(t, err)
	require.Equal(t, []data.Date{data.NewDate(2020, 1, 3), data.NewDate(2020, 1, 2)}, d.Dates, "in the order of the file")
	require.Len(t, d.Columns, 2)
	require.Equal(t, "600519", d.Symbols().Text(0), "symbols are text")
	require.True(t, d.Named("AMOUNT").Null(1))
	require.Nil(t, d.Named("date"))
	require.Equal(t, "line 3", d.Place(1))
	require.Equal(t, "x.csv", d.Source.File)
	require.Equal(t, int64(2), d.Source.Rows)
	require.Equal(t, [2]data.Date{data.NewDate(2020, 1, 2), data.NewDate(2020, 1, 3)}, [2]data.Date{d.Source.First, d.Source.Last})
	require.Equal(t, "5c18c62c", d.Source.SHA256[:8])

	number, err := dated(t, "date,symbol\n2020-01-01,1.50\n")
	require.NoError(t, err)
	require.Equal(t, "1.50", number.Symbols().Text(0), "whatever they look like")

	empty, err := dated(t, "date,symbol\n")
	require.NoError(t, err)
	require.Empty(t, empty.Dates)
	require.Equal(t, data.NoDate, empty.Source.First)
}

func TestReadDatedRefuses(t *testing.T) {
	for text, code := range map[string]string{
		"":                            "E302",
		"a,b\n1,2\n":                  "E316",
		"date,a,a\n2020-01-01,1,2\n":  "E319",
		"date,a\n2020-01-01,1\n,2\n":  "E312",
		"date,a\n2020-01-01,1\nx,2\n": "E317",
		"date,a\n2020-01-01\n":        "E334",
	} {
		_, err := dated(t, text)
		require.Equal(t, code, fault.Of(err)[0].Code, text)
		require.Equal(t, "x.csv", fault.Of(err)[0].File)
	}
}

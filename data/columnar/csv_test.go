package columnar

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

func readCSV(t testing.TB, text string, nulls ...string) (*Table, error) {
	return ReadTable(ctx, save(t, "t.csv", []byte(text)), TableOptions{NullValues: nulls})
}

func TestCSVTypes(t *testing.T) {
	tb, err := readCSV(t, "\xef\xbb\xbfi,f,s,d,t,z,b,n,lead\r\n"+
		"1,1.5,x,2020-01-31,2020-01-31 16:00:00,2020-01-31T16:00:00.5Z,true,,007\r\n"+
		"-2,3,\"a,\"\"b\"\"\nc\",1871-01-01,1969-12-31T23:59:59.000001,1970-01-01T00:00:00Z,False,,8\r\n"+
		"\r\n"+
		",NaN,\"\",,,,,,")
	require.NoError(t, err)
	var types []string
	for _, c := range tb.Columns {
		types = append(types, c.Type.String())
	}
	require.Equal(t, []string{"int64", "float64", "text", "date", "timestamp[us]", "timestamp[us, UTC]", "bool", "float64", "text"}, types)
	require.Equal(t, 3, tb.Rows())
	require.Equal(t, "i", tb.Columns[0].Name)
	require.Equal(t, []int64{1, -2}, tb.Columns[0].Ints[:2])
	require.Equal(t, "a,\"b\"\nc", tb.Columns[2].Text(1))
	require.False(t, tb.Columns[2].Null(2), "quoted nothing is an empty text")
	require.True(t, tb.Columns[8].Null(2))
	require.Equal(t, data.NewDate(1871, 1, 1), tb.Columns[3].Days[1])
	require.Equal(t, int64(-999_999), tb.Columns[4].Ints[1])
	for _, c := range []int{0, 3, 4, 5, 6} {
		require.True(t, tb.Columns[c].Null(2), tb.Columns[c].Name)
	}
	require.False(t, tb.Columns[1].Null(2), "NaN is written where there is one; nothing is null")
	require.True(t, math.IsNaN(tb.Columns[1].Floats[2]))
}

func TestCSVErrorsNameTheLine(t *testing.T) {
	for text, says := range map[string]string{
		"a,b\n1,2\n1\n":              "line 3: 1 fields, want 2",
		"a,b\n1,2,3\n":               "line 2: 3 fields, want 2",
		"a,b\n\"x\ny\",2\n\n1,2,3\n": "line 5: 3 fields, want 2",
		"a,b\n1,\"2\n":               "line 2: a quote",
		"a,b\n1,2\"3\n":              "line 2: a quote",
		"a,b\n1,\"2\"3\n":            "line 2: a quote",
		"a,b\n1,2\r3,4\n":            "line 2: a lone CR",
		"a\tb\n1\t2\n":               "line 1: fields are separated by",
	} {
		_, err := readCSV(t, text)
		require.Equal(t, []string{"E334"}, codes(err), text)
		require.ErrorContains(t, err, says)
	}
	_, err := readCSV(t, "a,b\n1,\"2\n3,4\n5,\"6\n7\n")
	require.ErrorContains(t, err, "line 2: a quote")
	require.ErrorContains(t, err, "line 4: a quote")
	require.ErrorContains(t, err, "line 5: 1 fields", "a quote that closes nowhere does not count lines twice")
	_, err = readCSV(t, "a,b\n1\n2\n3,4\n5\n")
	require.Equal(t, []string{"E334", "E334", "E334"}, codes(err))
}

func TestCSVNullValues(t *testing.T) {
	tb, err := readCSV(t, "a,b\n1,x\nN/A,N/A\n", "N/A")
	require.NoError(t, err)
	require.Equal(t, "int64", tb.Columns[0].Type.String())
	require.True(t, tb.Columns[0].Null(1))
	require.True(t, tb.Columns[1].Null(1))
}

// What a spreadsheet takes for a formula stays as it is: it must be read back.
func TestCSVTextsStayAsTheyAre(t *testing.T) {
	var b bytes.Buffer
	tb := &Table{Columns: []Column{Strings("s", []string{"=1+1", "@x", "-y", "+z", "ok"}), Floats("v", []float64{-1, -2, -3, -4, -5})}}
	require.NoError(t, tb.Write(&b, CSV))
	require.Equal(t, "s,v\n=1+1,-1\n@x,-2\n-y,-3\n+z,-4\nok,-5\n", b.String())
}

func TestPlacesOfLinesWithBreaks(t *testing.T) {
	_, err := csvPanel(t, "date,symbol,close\n2020-01-01,\"A\",1\n\n2020-01-02,A,1\n,A,2\n", Options{})
	require.Equal(t, []string{"E312"}, codes(err))
	require.ErrorContains(t, err, "line 5")
}

func TestLongCSVLines(t *testing.T) {
	text := "date," + strings.Repeat("x", 100_000) + "\n2020-01-01,1\n"
	_, err := csvPanel(t, text, Options{})
	require.Equal(t, []string{"E335"}, codes(err))
	require.Less(t, len(err.Error()), 500)
}

// The quick number and date readers agree with the library's.
func TestQuickValuesAreExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{0,20})?`).Draw(r, "number")
		v, ok := csvFloat([]byte(s))
		want, err := strconv.ParseFloat(s, 64)
		digits := strings.TrimLeft(s, "-")
		if zeros := len(digits) > 1 && digits[0] == '0' && digits[1] != '.'; zeros {
			require.False(r, ok, s)
		} else {
			require.NoError(r, err)
			require.True(r, ok, s)
			require.Equal(r, math.Float64bits(want), math.Float64bits(v), s)
		}
		n, ok := csvInt([]byte(s))
		i, err := strconv.ParseInt(s, 10, 64)
		if ok {
			require.NoError(r, err)
			require.Equal(r, i, n)
		}
		d := rapid.StringMatching(`(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]`).Draw(r, "date")
		got, ok := csvDate([]byte(d))
		day, err := data.ParseDate(d)
		require.Equal(r, err == nil, ok, d)
		if ok {
			require.Equal(r, day, got)
		}
	})
}

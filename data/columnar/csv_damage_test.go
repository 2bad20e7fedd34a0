package columnar

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

// A large damaged file is read far enough to say so, and no further: what is said of it
// comes early, names lines that are damaged, and says where reading stopped.
func TestLargeDamagedCSVIsNotReadToItsEnd(t *testing.T) {
	const rows = 20 << 20 // of 2 bytes
	tail := strings.Repeat("a\n", rows)
	for name, c := range map[string]struct {
		text   string
		first  string
		n      int // findings
		stop   int // the line where reading stopped
		counts string
	}{
		"every line has too few fields": {"date,symbol,close\n" + tail, "line 2: 1 fields, want 3", maxFindings, maxFindings + 1, "999 lines are damaged"},
		"a quote that never closes":     {"a\na\n\"a\n" + tail, "line 3: a quote that is not closed before the file ends", 2, 3 + maxDamage/2, "a line is damaged"},
		"one field too many":            {"a\na,a\n" + tail, "line 2: 2 fields, want 1", 2, 2 + maxDamage/2, "a line is damaged"},
	} {
		_, err := readCSV(t, c.text)
		list := fault.Of(err)
		require.Len(t, list, c.n, name)
		require.Equal(t, fmt.Sprintf("reading stopped at line %d: %s", c.stop, c.counts), list[0].What, name)
		require.Contains(t, list[1].Error(), c.first, name)
	}
}

// A small file is read to its end: all of its damage is said at once.
func TestSmallDamagedCSVIsReadToItsEnd(t *testing.T) {
	_, err := readCSV(t, "a,b\n\"1,2\n"+strings.Repeat("1,2\n", 1000)+"3\n")
	require.Equal(t, []string{"E334", "E334"}, codes(err))
	require.ErrorContains(t, err, "line 1003: 1 fields, want 2")
}

// A NUL is named with its line wherever it is, and UTF-16 is called by its name.
func TestNULsInCSV(t *testing.T) {
	text := "date,symbol,close\n2020-01-01,A\x00B,1\n"
	rows := strings.Repeat("2020-01-02,A,1\n", 1000)
	for _, c := range []struct{ text, says string }{
		{text, "line 2: a NUL (a byte of 0) after 30 bytes"},
		{"date,symbol,close\n" + rows + "\x00", "line 1002: a NUL"},
		{"\x00", "line 1: a NUL (a byte of 0) after 0 bytes"},
		{wide(text[:18]+"2020-01-01,A,1\n", false), "the text is UTF-16"},
		{wide(text[:18]+"2020-01-01,A,1\n", true), "the text is UTF-16"},
	} {
		for _, name := range []string{"x.csv", "x.txt"} {
			_, _, err := ReadPanel(ctx, save(t, name, []byte(c.text)), Options{})
			require.Equal(t, []string{"E334"}, codes(err), c.says)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, name)
		}
	}
}

// wide is text in UTF-16, with or without a mark of the order of its bytes.
func wide(text string, mark bool) string {
	var b bytes.Buffer
	if mark {
		text = "\ufeff" + text
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.String()
}

// Of a sparse file that is no text the first bytes are read alone.
func TestASparseCSVIsRefusedByItsFirstBytes(t *testing.T) {
	path := save(t, "x.csv", []byte("date,symbol,close\n"))
	require.NoError(t, os.Truncate(path, 1<<40))
	_, _, err := ReadPanel(ctx, path, Options{Limits: Limits{Memory: 1 << 41}})
	require.ErrorContains(t, err, "line 2: a NUL")
}

// A column of prices may have the name of a column of symbols where no column of closes
// makes the table a long one; text in it makes it a long one that lacks its closes.
func TestAnAssetCalledSymbol(t *testing.T) {
	for _, name := range []string{"symbol", "Symbol", "SYMBOL", "ticker", "asset", "SYM", "sym"} {
		text := "date,AAA," + name + "\n2020-01-01,1,10\n2020-01-02,1.5,10.5\n2020-01-03,2,11\n"
		tb, err := readCSV(t, "date,AAA,price of it\n2020-01-01,1,10\n2020-01-02,1.5,10.5\n2020-01-03,2,11\n")
		require.NoError(t, err)
		tb.Columns[2].Name = name
		paths := []string{save(t, "x.csv", []byte(text))}
		for _, f := range formats[:3] {
			paths = append(paths, store(t, tb, f))
		}
		for _, path := range paths {
			for _, symbols := range [][]string{nil, {name, "AAA"}, {name}} {
				p, _, err := ReadPanel(ctx, path, Options{Symbols: symbols})
				require.NoError(t, err, "%s of %s", symbols, path)
				require.Equal(t, 10.5, p.Close(1)[p.Symbol(name)], "%s of %s", symbols, path)
			}
		}
		_, _, err = ReadPanel(ctx, save(t, "x.csv", []byte("date,"+name+",px\n2020-01-01,XYZ,10\n")), Options{})
		require.Error(t, err, name)
		_, _, err = ReadPanel(ctx, save(t, "x.csv", []byte("date,"+name+",px\n2020-01-01,1E5,10\n2020-01-02,1E5,11\n")), Options{Columns: Columns{Close: "px", Symbol: name}})
		require.NoError(t, err, "a named column of symbols is text")
	}
}

package columnar

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
)

// reserved are all words that mean something at the head of a column.
func reserved() []string {
	names := slices.Concat(dateNames, symbolNames, adjustedNames, quotedNames, quoteNames)
	for _, list := range besideNames {
		names = append(names, list...)
	}
	names = slices.DeleteFunc(names, func(s string) bool { return s == "" })
	slices.Sort(names)
	return slices.Compact(names)
}

// drawnPrices are prices as CSV, a column or some rows an asset; the assets may be called
// as columns are.
func drawnPrices(r *rapid.T, wide bool) string {
	words := append(reserved(), "AAA", "NAN", "TRUE", "1E5")
	name := rapid.Custom(func(r *rapid.T) string {
		s := rapid.SampledFrom(words).Draw(r, "word")
		switch rapid.IntRange(0, 2).Draw(r, "case") {
		case 0:
			return strings.ToUpper(s)
		case 1:
			return strings.ToUpper(s[:1]) + s[1:]
		}
		return s
	})
	assets := rapid.SliceOfNDistinct(name, 1, 4, strings.ToLower).Draw(r, "assets")
	price := rapid.SampledFrom([]string{"100", "101.50", "99.25", "1e-05", "1E2", "0.1234567890123456789", "123456789012345678", "7", ""})
	var b strings.Builder
	b.WriteString("date")
	if wide {
		for _, a := range assets {
			b.WriteString("," + a)
		}
	} else {
		b.WriteString(",symbol,close")
	}
	for day := range rapid.IntRange(2, 8).Draw(r, "days") {
		fmt.Fprintf(&b, "\n2024-01-%02d", day+1)
		for k, a := range assets {
			p := price.Draw(r, "price")
			if k == 0 && p == "" {
				p = "50" // a row of nothing is no session
			}
			switch {
			case wide:
				b.WriteString("," + p)
			case k > 0:
				fmt.Fprintf(&b, "\n2024-01-%02d,%s,%s", day+1, a, p)
			default:
				fmt.Fprintf(&b, ",%s,%s", a, p)
			}
		}
	}
	return b.String() + "\n"
}

// pricesIn reads a file of prices; what is wrong is text.
func pricesIn(path string) (*data.Panel, string) {
	p, _, err := ReadPanel(ctx, path, Options{Missing: MissingFfill, Late: LateWait, Ended: EndedLast})
	if err != nil {
		return nil, strings.ReplaceAll(err.Error(), filepath.Base(path), "FILE")
	}
	return p, ""
}

// Prices of assets that are called as columns are the same prices in every format that
// they are converted to, and converted to from there.
func TestAssetsMayBeCalledAsColumns(t *testing.T) {
	dir, read, refused := t.TempDir(), 0, 0
	rapid.Check(t, func(r *rapid.T) {
		text := drawnPrices(r, rapid.Bool().Draw(r, "wide"))
		from := filepath.Join(dir, "x.csv")
		require.NoError(r, os.WriteFile(from, []byte(text), 0o600))
		want, ill := pricesIn(from)
		if ill != "" {
			refused++
		} else {
			read++
		}
		for _, format := range []Format{Parquet, ArrowFile, ArrowStream, CSV, Parquet, CSV} { // each from the one before
			table, err := ReadTable(ctx, from, TableOptions{})
			if err != nil {
				require.NotEmpty(r, ill, text)
				return
			}
			from = filepath.Join(dir, "x."+string(format))
			f, err := os.Create(from)
			require.NoError(r, err)
			require.NoError(r, table.Write(f, format))
			require.NoError(r, f.Close())
			got, says := pricesIn(from)
			require.Equal(r, ill == "", says == "", "%s says %q, CSV said %q of\n%s", format, says, ill, text)
			if ill == "" {
				require.Equal(r, want, got, "%s of\n%s", format, text)
			}
		}
	})
	require.Greater(t, 4*read, read+refused, "too few can be read")
}

// A value that can be no price stands in no hole: with holes to be filled it is an error
// like any other.
func TestAValueOutOfRangeIsNoHole(t *testing.T) {
	for _, missing := range []string{MissingFfill, MissingDrop, MissingError} {
		for _, wrong := range []string{"0", "-5", "1e17", "inf"} {
			path := filepath.Join(t.TempDir(), "x.csv")
			require.NoError(t, os.WriteFile(path, []byte("date,A\n2024-01-02,100\n2024-01-03,"+wrong+"\n2024-01-04,102\n"), 0o600))
			_, _, err := ReadPanel(ctx, path, Options{Missing: missing})
			require.ErrorContains(t, err, "price", "%s %s", missing, wrong)
		}
	}
}

// A wide file of two assets, one of them called as a column, is read in every format.
func TestWideFilesOfReservedNames(t *testing.T) {
	for _, name := range []string{"symbol", "Symbol", "ticker", "asset", "sym", "close", "price", "open", "high", "volume", "vol", "spread", "adj close", "time", "index"} {
		text := "date," + name + ",BBB\n2024-01-02,100,50\n2024-01-03,101.50,51\n2024-01-04,102,50.5\n"
		table, err := DecodeTable(ctx, "x.csv", []byte(text), TableOptions{})
		require.NoError(t, err)
		for _, format := range []Format{Parquet, ArrowFile, ArrowStream, CSV} {
			path := filepath.Join(t.TempDir(), "x")
			f, err := os.Create(path)
			require.NoError(t, err)
			require.NoError(t, table.Write(f, format))
			require.NoError(t, f.Close())
			p, ill := pricesIn(path)
			require.Empty(t, ill, "%s %s", name, format)
			if series := slices.Contains([]string{"open", "high", "volume"}, name); !series {
				require.ElementsMatch(t, []string{name, "BBB"}, p.Symbols(), "%s", format)
			}
		}
	}
}

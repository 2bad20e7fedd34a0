package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data/fault"
)

var unsorted = fault.Finding{
	Code: "E310", File: "prices.parquet", Place: "row 4121", What: "date 2016-05-17 after 2016-05-18",
	Rule: "rows must be in increasing date order", Remedy: "sort the file",
}

func TestTheForm(t *testing.T) {
	require.Equal(t,
		"error E310 prices.parquet row 4121: date 2016-05-17 after 2016-05-18 (rows must be in increasing date order). Sort the file.",
		unsorted.Error())
}

func TestPartsThatAreMissing(t *testing.T) {
	for want, f := range map[string]fault.Finding{
		"error E302: 0 bytes":                           {Code: "E302", What: "0 bytes"},
		"error E302 a.csv: 0 bytes":                     {Code: "E302", File: "a.csv", What: "0 bytes"},
		"error E302 line 3: 0 bytes":                    {Code: "E302", Place: "line 3", What: "0 bytes"},
		"error E302: 0 bytes (not Parquet)":             {Code: "E302", What: "0 bytes", Rule: "not Parquet"},
		"error E302: 0 bytes. Copy it again.":           {Code: "E302", What: "0 bytes", Remedy: "Copy it again"},
		`error E302: 0 bytes. Did you mean "b"?`:        {Code: "E302", What: "0 bytes", Remedy: `Did you mean "b"?`},
		"warning E323: a jump":                          {Code: "E323", What: "a jump", Warning: true},
		"error E103 x.yaml: oh\n  3 | band: x\n    ^^^": {Code: "E103", File: "x.yaml", What: "oh", Excerpt: "  3 | band: x\n    ^^^\n\n"},
	} {
		require.Equal(t, want, f.Error())
	}
}

func TestTwentyAreShown(t *testing.T) {
	var l fault.List
	for n := 1; n <= 401; n++ {
		l.Add(fault.Finding{Code: "E312", Place: fmt.Sprintf("row %d", n), What: "date is empty"})
		lines := strings.Split(l.Error(), "\n")
		require.Equal(t, "error E312 row 1: date is empty", lines[0])
		if n <= fault.MaxShown {
			require.Len(t, lines, n)
			continue
		}
		require.Len(t, lines, fault.MaxShown+1)
		require.Equal(t, "error E312 row 20: date is empty", lines[19])
		require.Equal(t, fmt.Sprintf("and %d more", n-20), lines[20])
	}
	require.True(t, strings.HasSuffix(l.Error(), "\nand 381 more"))
}

func TestWarningsDoNotStop(t *testing.T) {
	odd := fault.Finding{Code: "E323", What: "a jump", Warning: true}
	require.NoError(t, fault.List{}.Err())
	require.NoError(t, fault.List{odd, odd}.Err())
	require.Empty(t, fault.List{unsorted}.Warnings())
	both := fault.List{odd, unsorted, odd}
	require.Equal(t, error(both), both.Err())
	require.Equal(t, fault.List{odd, odd}, both.Warnings())
}

func TestOf(t *testing.T) {
	list := fault.List{unsorted}
	for _, err := range []error{list, fault.One(unsorted), unsorted, fmt.Errorf("read: %w", list), fmt.Errorf("a: %w", fmt.Errorf("b: %w", unsorted)), errors.Join(errors.New("x"), list)} {
		require.Equal(t, list, fault.Of(err))
	}
	require.Nil(t, fault.Of(nil))
	require.Nil(t, fault.Of(errors.New("plain")))
}

func TestExit(t *testing.T) {
	for code, want := range map[string]int{
		"E101": 2, "E130": 2, "E301": 3, "E338": 3, "E401": 4, "E405": 4, "E501": 5, "E601": 6, "E602": 6, "E703": 7, "E801": 8,
		"E201": 70, "E340": 70, "E901": 70, "E": 70, "": 70,
	} {
		require.Equal(t, want, fault.Exit(fault.One(fault.Finding{Code: code})), code)
	}
	require.Equal(t, fault.ExitOK, fault.Exit(nil))
	require.Equal(t, fault.ExitBug, fault.Exit(errors.New("index out of range")))
	odd := fault.Finding{Code: "E323", Warning: true}
	require.Equal(t, fault.ExitConfig, fault.Exit(fault.List{odd, {Code: "E103"}, unsorted}), "the first that is no warning")
	require.Equal(t, fault.ExitData, fault.Exit(fmt.Errorf("load: %w", fault.One(unsorted))))
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 70, 130}, []int{
		fault.ExitOK, fault.ExitUsage, fault.ExitConfig, fault.ExitData, fault.ExitOutput, fault.ExitBusy, fault.ExitLimit, fault.ExitPoints, fault.ExitEngine, fault.ExitBug, fault.ExitInterrupted,
	})
}

func TestQuote(t *testing.T) {
	require.Equal(t, `"SPY"`, fault.Quote("SPY"))
	require.Equal(t, `"a\"b\x1b[31m\n"`, fault.Quote("a\"b\x1b[31m\n"))
	require.Equal(t, `"`+strings.Repeat("x", 80)+`"`, fault.Quote(strings.Repeat("x", 80)))
	require.Equal(t, `"`+strings.Repeat("x", 80)+`"...`, fault.Quote(strings.Repeat("x", 81)))
	require.Equal(t, `"`+strings.Repeat("é", 80)+`"...`, fault.Quote(strings.Repeat("é", 200)), "characters, not bytes")
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain, é, 漢 and \"quotes\"":                 "plain, é, 漢 and \"quotes\"",
		"a\nb\r\nc\td":                               "a b  c d",
		"\x1b[31mred\x1b[0m":                         "[31mred[0m",
		"bell\a back\b nul\x00 del\x7f csi\u009b31m": "bell back nul del csi31m",
		"line\u2028paragraph\u2029":                  "lineparagraph",
		"gnp.\u202efdp":                              "gnp.fdp", // would be read backwards
		"\u2066isolate\u2069":                        "isolate",
		"S\u200bP\ufeffY\u00ad":                      "SPY", // would look like another
	} {
		require.Equal(t, want, fault.Clean(text))
	}
}

// Whatever a file holds, a finding about it stays on its line and sends the
// terminal no command; an excerpt keeps its lines.
func TestHostileValues(t *testing.T) {
	hostile := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"\x1b]0;x\a", "\x1b[2J", "\n", "\r", "\u009b", "\u202e", "a", "\xff", "é", "\u2028", "\x00"})).Draw(t, "parts"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		f := fault.Finding{
			Code: "E305", File: hostile.Draw(t, "file"), Place: hostile.Draw(t, "place"), What: hostile.Draw(t, "what"),
			Rule: hostile.Draw(t, "rule"), Remedy: hostile.Draw(t, "remedy"),
		}
		require.NotContains(t, f.Error(), "\n")
		f.Excerpt = "  1 | " + hostile.Draw(t, "excerpt")
		for _, text := range []string{f.Error(), fault.Quote(f.What)} {
			require.True(t, utf8.ValidString(text))
			for _, r := range strings.ReplaceAll(text, "\n", "") {
				require.False(t, unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r), "%q", r)
			}
		}
	})
}

func TestNearest(t *testing.T) {
	keys := []string{"rebalance", "band", "rail", "look", "share", "scope", "unfunded", "surplus"}
	for word, want := range map[string]string{
		"rebalence": "rebalance", "rebalnace": "rebalance", "Band": "band", "bands": "band", "bnad": "band", "rial": "rail", "loko": "look", "shares": "share", "unfounded": "unfunded",
	} {
		got, ok := fault.Nearest(word, keys)
		require.True(t, ok, word)
		require.Equal(t, want, got)
	}
	for _, word := range []string{"frequency", "xyz", "thirty_days", ""} {
		got, ok := fault.Nearest(word, keys)
		require.False(t, ok, "%s is not %s", word, got)
	}
	_, ok := fault.Nearest("band", nil)
	require.False(t, ok)
	require.Equal(t, []string{"rebalance", "band", "rail", "look", "share", "scope", "unfunded", "surplus"}, keys, "the candidates stay as they are")
}

// The word itself is always the nearest, and the order of candidates is no matter.
func TestNearestDependsOnWordsAlone(t *testing.T) {
	word := rapid.StringMatching(`[a-z]{1,8}`)
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfNDistinct(word, 2, 6, rapid.ID[string]).Draw(t, "candidates")
		got, ok := fault.Nearest(all[0], all)
		require.True(t, ok)
		require.Equal(t, all[0], got)
		w := word.Draw(t, "word")
		a, _ := fault.Nearest(w, all)
		b, _ := fault.Nearest(w, append(all[1:len(all):len(all)], all[0]))
		require.Equal(t, a, b)
	})
}

package experiment

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data/fault"
)

// Whatever the bytes, the result is a good file or findings: no panic, no hang;
// a good file's canonical text is a fixed point and can be bound.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"etf-bands.yaml", "simulated.yaml", "vocabulary.yaml"} {
		f.Add(testdata(f, name))
	}
	for _, s := range []string{good, Starter, "", "a", "[", "{a: [b, {c", "- - -\n-", "a:\n- b\n c: d\n", "? a\n: b", "|\n x", "a: |\n", "'", "\"\\u", "a: &b *b", "!!x", "%a", "---\n...\n", "a: {b, c: }", "\t", "a\r\nb: c\r", "{{{{", "targets: {NULL: ~}",
		small + "flows: [{deposit: 5, every: session, growth: x.csv}, {file: f.csv}, {withdraw: 1%, on: 2020-01-01}]\nexecution: {delay: 1 session, window: fri}\n",
		small + "account: {holdings: {A: 100 shares, B: 2.5e3 USD}}\nexecution: {settlement: {default: 2 sessions, A: 1 session}, lot: 1 share, batch: {release: month_end}, minimum_trade: 1}\nrestrictions: [{rule: hold, from: 2020-01-01}, {file: r.csv}]\n",
		scheduled, strings.Replace(small, "targets: {A: 60%, B: 40%}", "target_schedule: {2020-01-01: {A: 1}, 2021-01-01: {B: 1}}", 1),
		small + "  s: {strategy: rebalance, trigger: {any: [{signal: 's.csv sha256:" + strings.Repeat("a", 64) + "'}, {all: [{band: 5pp}]}]}, mini: {}, segments: [{nav: 0}]}\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		start := time.Now()
		file, err := Parse("fuzz.yaml", source)
		if took := time.Since(start); took > hang {
			t.Errorf("took %v", took)
		}
		for _, x := range fault.Of(err) {
			if x.Code == "" || x.File == "" || x.What == "" || !utf8.ValidString(x.Error()) {
				t.Errorf("a poor finding: %+v", x)
			}
		}
		if err != nil {
			if len(fault.Of(err)) == 0 || file != nil {
				t.Errorf("an error that is no finding: %v", err)
			}
			return
		}
		first := file.Canonical()
		if len(first) > syntax.MaxBytes {
			return // a file full of small entries grows by its defaults
		}
		again, err := Parse("fuzz.yaml", first)
		if err != nil {
			t.Fatalf("the canonical text is refused: %v\n%s", err, first)
		}
		if second := again.Canonical(); string(second) != string(first) {
			t.Fatalf("the canonical text changes:\n%s\n%s", first, second)
		}
	})
}

// largeFiles are files of a large size, each of one kind of token.
func largeFiles() map[string]string {
	n := syntax.MaxBytes / 4
	fill := func(s string) string { return strings.Repeat(s, n/len(s)) }
	var keys, symbols strings.Builder
	for i := 0; keys.Len() < n; i++ {
		fmt.Fprintf(&keys, "k%d: 1\n", i)
	}
	symbols.WriteString("data: {prices: p.csv}\npolicies: {p: {strategy: bands}}\ntargets:\n")
	for i := range 10_000 {
		fmt.Fprintf(&symbols, "  S%05d: 0.01%%\n", i)
	}
	return map[string]string{
		"keys": keys.String(), "symbols": symbols.String(), "one key": fill("a: 1\n"), "flow": "a: [" + fill("1,") + "]",
		"flow map": "{" + fill("a: 1,") + "}", "dashes": fill("-\n"), "nested dashes": fill("- "), "commas": "[" + fill(","), "brackets": fill("["),
		"braces": fill("{a: "), "stars": fill("*"), "tags": fill("!a "), "per cent": fill("%"), "documents": fill("---\n"), "quotes": fill("'"),
		"colons": fill(":"), "comments": fill("#\n"), "questions": fill("?\n"), "folded": fill(">\n"), "text": fill("a "), "lines": fill("\n"),
		"anchors": fill("&a "), "literal": "a: |\n" + fill("  x\n"),
	}
}

// hang is longer than any machine takes for anything here.
const hang = time.Minute

// Large files are read in linear time: none hangs, as they would if it were quadratic (BenchmarkLargeFile has the times).
func TestLargeFilesDoNotHang(t *testing.T) {
	for name, text := range largeFiles() {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := Parse("large.yaml", []byte(text))
			took := time.Since(start)
			t.Logf("%v, %d findings", took, len(fault.Of(err)))
			require.Less(t, took, hang)
		})
	}
}

// The largest portfolio under the largest number of policies.
func TestManySymbolsAndPolicies(t *testing.T) {
	var b strings.Builder
	b.WriteString("data: {prices: p.csv}\ntargets:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "  S%05d: 0.01%%\n", i)
	}
	b.WriteString("policies:\n")
	for i := range MaxPolicies {
		fmt.Fprintf(&b, "  p%d: {strategy: bands, rail_ratio: 0.5}\n", i)
	}
	start := time.Now()
	f, err := Parse("large.yaml", []byte(b.String()))
	require.NoError(t, err)
	t.Log(time.Since(start))
	require.Len(t, f.Policies, MaxPolicies)
	require.Less(t, time.Since(start), hang)
}

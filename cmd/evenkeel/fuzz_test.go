package main

import (
	"strings"
	"testing"

	"evenkeel/cmd/evenkeel/batch"
)

// The texts of flags that have rules of their own are refused with words, or mean
// something: a size of at least a byte, a shard below its number, two names.
func FuzzFlagTexts(f *testing.F) {
	for _, s := range []string{"4GB", "1e-300", "0", "-1GB", "1e99TB", "4 gb", "NaN", "1/4", "0/4", "5/4", "4/4", "1/100001", "+1/+2", "01/02", "/", "band,rail", "A, 0", "band", ",", "a,b,c", "adjusted", "cagr", "\x00", "İGB"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		said := func(err error) bool {
			if err != nil && strings.TrimSpace(err.Error()) == "" {
				t.Fatalf("%q: an error without a word", text)
			}
			return err == nil
		}
		if n, err := bytesOf(text); said(err) && n < 1 {
			t.Fatalf("%q is %d bytes", text, n)
		}
		if s, err := batch.ParseShard(text); said(err) {
			if again, err := batch.ParseShard(s.String()); err != nil || again != s || s.Index < 0 || s.Index >= s.Count {
				t.Fatalf("%q is %+v, which is read as %+v, %v", text, s, again, err)
			}
		}
		if pairs, err := pairsOf("--heat", []string{text}); said(err) {
			one, other, _ := strings.Cut(text, ",")
			if want := [2]string{strings.TrimSpace(one), strings.TrimSpace(other)}; len(pairs) != 1 || pairs[0] != want {
				t.Fatalf("%q is %q", text, pairs)
			}
		}
		_, err := measuresOf(strings.Split(text, ","))
		said(err)
		_, _, err = kindOf(text)
		said(err)
	})
}

package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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

// What --where and --against say of a sweep is refused with words, or leaves points that
// a report can be made of.
func FuzzWhere(f *testing.F) {
	for _, s := range []string{"look=session", "band=5%..15%", "band=..", "band=5%..", "=", "band", "band=", "x=1", "band=10%..5%", "band=1e999..2", "band=NaN..NaN", "rail_ratio=0.3", "rail_ratio=25%..75%", "look=a..b", "band=0.1=0.2", "\x00=\x00"} {
		f.Add(s, "")
		f.Add("", s)
	}
	dir := f.TempDir()
	files, err := demoFiles()
	require.NoError(f, err)
	require.NoError(f, writeDemo(dir, files, false))
	writeSweep(f, dir, "s.yaml", "axes: {band: [5%, 10%, 20%], rail_ratio: [0, 0.3, 0.6], look: [session, 5 sessions]}")
	out := filepath.Join(dir, "swept")
	code, _, errs := do("sweep", filepath.Join(dir, "s.yaml"), "--out", out, "-q")
	require.Zero(f, code, errs)
	s, _, err := readSweep(context.Background(), out)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, where, against string) {
		o := sweepReportFlags{against: against, best: 10}
		if where != "" {
			o.where = []string{where}
		}
		r, err := sweepReportOf(s, o)
		switch {
		case err != nil && strings.TrimSpace(err.Error()) == "":
			t.Fatalf("%q %q: an error without a word", where, against)
		case err == nil && r == nil:
			t.Fatalf("%q %q: no report", where, against)
		}
	})
}

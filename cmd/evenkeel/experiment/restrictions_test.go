package experiment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
	"evenkeel/sim"
)

// Dates become sessions, both of them included; what is left out is open, and an
// entry without assets is for all.
func TestRestrictions(t *testing.T) {
	p := days(t, 30, "A", "B") // 2020-01-01 to 2020-01-30
	for _, c := range []struct {
		entries string
		want    []sim.Restriction
	}{
		{"[]", nil},
		{"[{assets: [B], rule: no_sell, from: 2020-01-05, until: 2020-01-09}]", []sim.Restriction{{Asset: 1, Rule: sim.NoSell, From: 4, Until: 9}}},
		{"[{assets: [B, A], rule: hold, from: 2020-01-09, until: 2020-01-09}]", []sim.Restriction{{Asset: 0, Rule: sim.Hold, From: 8, Until: 9}, {Asset: 1, Rule: sim.Hold, From: 8, Until: 9}}},
		{"[{rule: no_buy}]", []sim.Restriction{{Asset: 0, Rule: sim.NoBuy, Until: 30}, {Asset: 1, Rule: sim.NoBuy, Until: 30}}},
		{"[{assets: [A], rule: lock_up, until: 2019-12-31}, {assets: [A], rule: lock_up, from: 2010-01-01, until: 2030-01-01}]", []sim.Restriction{{Asset: 0, Rule: sim.LockUp, Until: 30}}},
	} {
		f := parsed(t, small+"restrictions: "+c.entries+"\n")
		x := bound(t, f, p)
		require.Equal(t, c.want, x.Terms.Rules, c.entries)
		again := parsed(t, string(f.Canonical()))
		require.Equal(t, string(f.Canonical()), string(again.Canonical()))
		require.Equal(t, c.want, bound(t, again, p).Terms.Rules)
		require.NoError(t, schema(t).Validate(document(t, string(f.Canonical()))), c.entries)
		require.NoError(t, schema(t).Validate(document(t, small+"restrictions: "+c.entries+"\n")), c.entries)
	}
	past := bound(t, parsed(t, small+"restrictions: [{rule: hold, until: 2019-12-31}]\n"), p)
	require.Equal(t, []string{"warning E111 line 6, column 16: restrictions.0: no session falls into it (the sessions run from 2020-01-01 to 2020-01-30) "}, lines(past.Warnings))
	require.Equal(t, string(parsed(t, small).Canonical()), string(parsed(t, small+"restrictions: []\n").Canonical()))
}

// A file has a row a restriction; from and until may be empty, and a column that
// is empty everywhere is left out or not.
func TestRestrictionsOfAFile(t *testing.T) {
	text := small + "restrictions: [{file: r.csv}, {assets: [A], rule: hold}]\n"
	want := []sim.Restriction{{Asset: 0, Rule: sim.NoSell, Until: 9}, {Asset: 0, Rule: sim.Hold, Until: 30}, {Asset: 0, Rule: sim.LockUp, From: 3, Until: 30}, {Asset: 1, Rule: sim.NoBuy, From: 4, Until: 9}}
	f := loadedIn(t, text, map[string]string{"r.csv": "Symbol,Rule,From,Until,why\nB,no_buy,2020-01-05,2020-01-09,sanctions\nA,lock_up,2020-01-04,,\nA,no_sell,,2020-01-09,\nA,hold,2019-01-01,2019-02-01,past\n"})
	x := bound(t, f, days(t, 30, "A", "B"))
	require.Equal(t, want, x.Terms.Rules)
	require.Equal(t, []string{"warning E111 line 6, column 23: restrictions.0.file: 1 row into which no session falls, counted from 2020-01-01 (left out; the first is of 2019-02-01 (r.csv line 5)) "}, lines(x.Warnings))
	source := f.Inputs()[0]
	require.Equal(t, "r.csv", source.File)
	require.Equal(t, "2019-01-01 2020-01-09", source.First.String()+" "+source.Last.String())
	require.Contains(t, string(f.Canonical()), `"file": "r.csv sha256:`+source.SHA256)

	short := loadedIn(t, text, map[string]string{"r.csv": "ticker,rule\nA,no_buy\nZ,no_buy\nAA,no_buy\n"})
	x = bound(t, short, days(t, 30, "A", "B"))
	require.Equal(t, []sim.Restriction{{Asset: 0, Rule: sim.NoBuy, Until: 30}, {Asset: 0, Rule: sim.Hold, Until: 30}}, x.Terms.Rules)
	require.Equal(t, []string{`warning E320 line 6, column 23: restrictions.0.file: 2 rows of assets that are no targets (left out; the first is "AA") The nearest is "A"`}, lines(x.Warnings))
	empty := loadedIn(t, text, map[string]string{"r.csv": "symbol,rule,from,until\n"})
	require.Len(t, bound(t, empty, days(t, 30, "A", "B")).Terms.Rules, 1)
	none := loadedIn(t, text, map[string]string{"r.csv": "symbol,rule,from,until\nA,no_buy,,\n"})
	require.Len(t, bound(t, none, days(t, 30, "A", "B")).Terms.Rules, 2)
}

func TestRestrictionFindings(t *testing.T) {
	at := func(col int) string { return fmt.Sprintf("line 6, column %d: ", col) }
	for _, c := range []struct{ entry, want string }{
		{"no_buy", "E105 " + at(16) + "restrictions.0: want a map such as {assets: [GLD], rule: no_sell}"},
		{"{assets: [A]}", "E132 " + at(16) + `restrictions.0: key "rule" is missing (one of no_buy, no_sell, hold, lock_up)`},
		{"{rule: nobuy}", "E103 " + at(23) + `restrictions.0.rule: unknown rule "nobuy" (one of no_buy, no_sell, hold, lock_up) Did you mean "no_buy"?`},
		{"{rule: hold, assets: A}", "E105 " + at(37) + "restrictions.0.assets: want a list of symbols"},
		{"{rule: hold, assets: []}", "E105 " + at(37) + "restrictions.0.assets: a restriction of no assets"},
		{"{rule: hold, assets: [A, AB]}", "E320 " + at(41) + `restrictions.0.assets: no asset "AB" (the targets have 2) The nearest is "A"`},
		{"{rule: hold, from: 2020-1-1}", "E105 " + at(35) + `restrictions.0.from: "2020-1-1" is not a date`},
		{"{rule: hold, from: 2020-01-02, until: 2020-01-01}", "E110 " + at(29) + "restrictions.0: from 2020-01-02 is after until 2020-01-01"},
		{"{rule: hold, asset: [A]}", "E103 " + at(29) + `restrictions.0: unknown key "asset" (keys here: assets, rule, from, until, file) Did you mean "assets"?`},
		{"{file: r.csv, rule: hold}", "E105 " + at(30) + "restrictions.0: rule beside a file"},
		{"{file: ''}", "E105 " + at(23) + "restrictions.0.file: want the path of a file"},
		{"{rule: ~}", "E107 " + at(23)},
	} {
		t.Run(c.entry, func(t *testing.T) {
			text := small + "restrictions: [" + c.entry + "]\n"
			expect(t, text, c.want)
		})
	}
	expect(t, small+"restrictions: {rule: hold}\n", "E105 line 6, column 15: restrictions: want a list of restrictions")
	expect(t, small+"restrictions:\n"+strings.Repeat("- {rule: hold}\n", maxRestrictions+1), "E105 line 7, column 1: restrictions: 1001 entries")
	expect(t, small+"restrictions: [{rule: nobuy}, {assets: [C]}]\n", "E103 line 6, column 23", "E132 line 6, column 31", "E320 line 6, column 41")
}

func TestRestrictionFileFindings(t *testing.T) {
	text := small + "restrictions: [{file: r.csv}]\n"
	for content, want := range map[string][]string{
		"":                             {"E302"},
		"symbol,from\nA,2020-01-01\n":  {`E316 line 6, column 23: restrictions.0.file: r.csv: no column "rule"`},
		"rule,from\nhold,2020-01-01\n": {`E316 line 6, column 23: restrictions.0.file: r.csv: no column "symbol"`},
		"symbol,rule\nA,hlod\nB,\n":    {`E103 line 2: unknown rule "hlod" (one of no_buy, no_sell, hold, lock_up) Did you mean hold?`, `E317 line 3: rule is empty`},
		"symbol,rule\nA,1\n":           {`E317 line 6, column 23: restrictions.0.file: r.csv: column "rule" is of type int64`},
		"symbol,rule,from,until\nA,hold,2020-01-02,2020-01-01\nA,hold,2020-01-32,\n": {`E317 line 3: "2020-01-32"`},
		"symbol,rule,from,until\nA,hold,2020-01-02,2020-01-01\n":                     {`E110 line 2: from 2020-01-02 is after until 2020-01-01`},
		"symbol,rule,from\nA,hold,5\n":                                               {`E317`},
	} {
		_, err := folder(t, text, map[string]string{"r.csv": content})
		got := lines(fault.Of(err))
		require.Len(t, got, len(want), "%q: %s", content, strings.Join(got, "\n"))
		for i, w := range want {
			require.Contains(t, got[i], w)
		}
	}
	_, err := folder(t, text, nil)
	require.Contains(t, lines(fault.Of(err))[0], "E301 line 6, column 23: restrictions.0.file: r.csv: cannot open")
}

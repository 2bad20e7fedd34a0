package run

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/sim"
	"evenkeel/sim/ledger"
	"evenkeel/sim/tax"
)

// onDisk writes every report of a run into a folder with a manifest.
func onDisk(t testing.TB, run *Run, names ...string) string {
	folder := filepath.Join(t.TempDir(), "out")
	dir, err := store.Create(folder, false)
	require.NoError(t, err)
	require.NoError(t, Write(dir, run, names...))
	require.NoError(t, dir.Finish(func(w io.Writer) error {
		return json.NewEncoder(w).Encode(map[string]any{"files": dir.Files()})
	}))
	require.NoError(t, dir.Close())
	return folder
}

// sameAgain reads a run back and holds every file that it writes against those of
// the run.
func sameAgain(t testing.TB, run *Run, names ...string) {
	folder := onDisk(t, run, names...)
	again, err := Read(context.Background(), folder)
	require.NoError(t, err)
	is := reporttest.Memory{}
	require.NoError(t, Write(is, again, names...))
	was := 0
	require.NoError(t, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path == filepath.Join(folder, store.ManifestName) || e.Name() == ".lock" {
			return err
		}
		name, err := filepath.Rel(folder, path)
		require.NoError(t, err)
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		name = filepath.ToSlash(name)
		require.Contains(t, is, name)
		require.True(t, string(b) == string(is[name]), name)
		was++
		return nil
	}))
	require.Len(t, is, was)
}

func TestReportsFromTablesAloneAreTheRunsOwn(t *testing.T) {
	t.Cleanup(draw.Coarse())
	for name, run := range map[string]*Run{
		"five": five(t, 700), "small": small(t), "next open": unevenRun(t, sim.NextOpen), "same close": unevenRun(t, sim.SameClose),
	} {
		t.Run(name, func(t *testing.T) { sameAgain(t, run) })
	}
}

// texts are the reports without pictures.
var texts = []string{
	"settings", "summary", "markdown", "prices", "hold", "decisions", "nav", "weights", "looks", "orders", "trades", "costs", "flows", "lots", "ledger",
}

func TestEverythingReadsBack(t *testing.T) {
	t.Cleanup(draw.Coarse())
	p := reporttest.Walk(t, []string{"A", "B", "C", "D"}, 320)
	for i, terms := range everyTerms(t, p) {
		if i%2 == 0 {
			sameAgain(t, dated(t, terms, p, true, true), texts...)
		}
	}
	chosen := tax.Standard
	chosen.Lots, chosen.First = tax.Specific, []tax.Choice{
		{Symbol: "A", Acquired: p.Date(0), Sold: data.NoDate}, {Symbol: "B", Acquired: p.Date(0), Sold: p.Date(100)},
	}
	for _, rules := range []tax.Rules{tax.Standard, chosen} {
		taxes := taxed(t, p, rules)
		for k := range taxes.Policies {
			st, err := ledger.Replay(taxes.Policies[k].Record)
			require.NoError(t, err)
			taxes.Policies[k].Statement = st
		}
		sameAgain(t, taxes, texts...)
	}
	sameAgain(t, namedRun(t, hostile[:len(hostile)-1], 60), texts...) // the last is no text, and no file can hold it
	run := five(t, 60)
	run.Hold = run.Policies[0].Record
	run.Policies = run.Policies[1:]
	run.Notes, run.RiskFree, run.Against = nil, 0.0123, "a file.csv"
	run.Source = &Source{Settings: "{\"a\": 1}\n", Start: run.Panel.Date(1), End: data.NoDate, Program: "evenkeel 1"}
	sameAgain(t, run)
}

func TestWordsOfTheJournalAreKnown(t *testing.T) {
	require.Panics(t, func() { _ = (sim.CauseBatch + 1).String() }, "a new cause: causeCodes")
	require.Panics(t, func() { _ = (sim.StateBatched + 1).String() }, "a new state: stateCodes")
	require.Panics(t, func() { _ = (sim.ReasonCapacity + 1).String() }, "a new reason: reasonCodes")
	require.Panics(t, func() { _ = (sim.EntryTax + 1).String() }, "a new kind: kindCodes")
}

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	t.Cleanup(draw.Coarse())
	whole := onDisk(t, small(t))
	read := func(change func(folder string)) fault.List {
		folder := filepath.Join(t.TempDir(), "out")
		require.NoError(t, os.CopyFS(folder, os.DirFS(whole)))
		change(folder)
		_, err := Read(context.Background(), folder)
		require.Error(t, err)
		found := fault.Of(err)
		require.NotEmpty(t, found)
		for i := range found {
			found[i].File = filepath.Base(found[i].File)
		}
		return found
	}
	at := func(folder, name string) string { return filepath.Join(folder, name) }

	found := read(func(f string) { require.NoError(t, os.Remove(at(f, "orders.parquet"))) })
	require.Equal(t, []string{"E405", "orders.parquet", "is missing"}, []string{found[0].Code, found[0].File, found[0].What})

	found = read(func(f string) {
		b, err := os.ReadFile(at(f, "nav.parquet"))
		require.NoError(t, err)
		b[len(b)/2] ^= 1
		require.NoError(t, os.WriteFile(at(f, "nav.parquet"), b, 0o600))
		require.NoError(t, os.Remove(at(f, "looks.parquet")))
	})
	require.Len(t, found, 2, "all findings at once")
	require.Equal(t, "looks.parquet", found[0].File)
	require.Equal(t, "nav.parquet", found[1].File)

	found = read(func(f string) { rewrite(t, f, "run.json", `"schema": 2`, `"schema": 9`) })
	require.Contains(t, found[0].What, "schema 9, and this version reads 2")

	found = read(func(f string) { rewrite(t, f, "summary.json", `"trade_digest": "`, `"trade_digest": "0`) })
	require.Contains(t, found[0].What, "the trades do not have the digest of summary.json")

	found = read(func(f string) { require.NoError(t, os.Remove(at(f, "manifest.json"))) })
	require.Equal(t, "manifest.json", found[0].File)

	found = read(func(f string) {
		require.NoError(t, os.WriteFile(at(f, "manifest.json"), []byte(`{"files": []}`), 0o600))
	})
	require.Contains(t, found[0].What, "no run's output")
}

// rewrite changes a file of a folder and its line in the manifest.
func rewrite(t testing.TB, folder, name, from, to string) {
	b, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	require.Contains(t, string(b), from)
	b = bytesReplace(b, from, to)
	require.NoError(t, os.RemoveAll(filepath.Join(folder, "manifest.json")))
	kept := reporttest.Memory{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Base(path) == ".lock" {
			return err
		}
		rel, _ := filepath.Rel(folder, path)
		kept[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	}))
	kept[name] = b
	require.NoError(t, os.RemoveAll(folder))
	dir, err := store.Create(folder, false)
	require.NoError(t, err)
	for name, b := range kept {
		require.NoError(t, dir.Write(name, func(w io.Writer) error { _, err := w.Write(b); return err }))
	}
	require.NoError(t, dir.Finish(func(w io.Writer) error {
		return json.NewEncoder(w).Encode(map[string]any{"files": dir.Files()})
	}))
	require.NoError(t, dir.Close())
}

func bytesReplace(b []byte, from, to string) []byte {
	return []byte(strings.Replace(string(b), from, to, 1))
}

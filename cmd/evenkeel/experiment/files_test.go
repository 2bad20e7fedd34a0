package experiment

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/sim"
)

var scheduled = strings.Replace(small, "targets: {A: 60%, B: 40%}", "target_schedule: {file: targets.csv}", 1)

func TestScheduleOfAFile(t *testing.T) {
	want := []sim.Change{{Session: 9, Targets: []float64{0, 1, 0}}, {Session: 19, Targets: []float64{0.25, 0, 0.75}}}
	for name, content := range map[string]string{
		"long":    "date,symbol,weight\n2020-01-20,C,0.75\n2019-12-01,A,0.6\n2019-12-01,B,0.4\n2020-01-10,B,1\n2020-01-20,A,0.25\n",
		"percent": "Weight,TICKER,Date\n75%,C,2020-01-20\n60%,A,2019-12-01\n40 %,B,2019-12-01\n100%,B,2020-01-10\n25%,A,2020-01-20\n",
		"wide":    "date,C,B,A\n2020-01-10,,1,0\n2019-12-01,,0.4,0.6\n2020-01-20,0.75,,0.25\n",
	} {
		f := loadedIn(t, scheduled, map[string]string{"targets.csv": content})
		require.Equal(t, []Target{{"A", 0.6}, {"B", 0.4}, {"C", 0}}, f.Targets, name)
		x := bound(t, f, days(t, 30, "A", "B", "C", "D"))
		require.Equal(t, []float64{0.6, 0.4, 0}, x.Targets, name)
		require.Equal(t, want, x.Changes, name)
		require.Equal(t, "targets.csv", f.Inputs()[0].File)
	}
	begun := loadedIn(t, scheduled, map[string]string{"targets.csv": "date,A,B\n2019-01-01,1,0\n2020-01-01,0,1\n"})
	set, err := begun.With("data.start", "2020-01-05")
	require.NoError(t, err)
	require.Equal(t, []Target{{"A", 0}, {"B", 1}}, set.Targets, "those in force at the start")
}

// The same table in Parquet and Arrow is the same schedule, symbols that look
// like numbers included.
func TestScheduleOfEveryFormat(t *testing.T) {
	table := &columnar.Table{Columns: []columnar.Column{
		columnar.Dates("date", []data.Date{data.NewDate(2019, 12, 1), data.NewDate(2019, 12, 1), data.NewDate(2020, 1, 10)}),
		columnar.Strings("symbol", []string{"600519", "NULL", "NULL"}), columnar.Floats("weight", []float64{0.25, 0.75, 1}),
	}}
	for _, name := range []string{"t.parquet", "t.arrow", "t.csv"} {
		dir := t.TempDir()
		var b bytes.Buffer
		require.NoError(t, table.Write(&b, columnar.FormatOf(name)))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600))
		f, err := Parse(filepath.Join(dir, "run.yaml"), []byte(strings.Replace(scheduled, "targets.csv", name, 1)))
		require.NoError(t, err)
		require.NoError(t, f.Load(context.Background(), columnar.Files{}))
		x := bound(t, f, days(t, 30, "600519", "NULL"))
		require.Equal(t, []float64{0.25, 0.75}, x.Targets, name)
		require.Equal(t, []sim.Change{{Session: 9, Targets: []float64{0, 1}}}, x.Changes, name)
	}
}

func TestSignals(t *testing.T) {
	text := small + "  adaptive: {strategy: rebalance, look: session, trigger: {any: [{signal: signals.csv}, {all: [{signal: signals.csv}, {idle_cash: 2%}]}]}}\n"
	for name, content := range map[string]string{
		"dates":   "date,why\n2020-01-09,b\n2020-01-05,a\n2020-01-09,c\n",
		"flags":   "date,signal\n2020-01-05,true\n2020-01-06,false\n2020-01-09,true\n2020-01-10,\n",
		"numbers": "date,signal,x\n2020-01-05,1,a\n2020-01-06,0,b\n2020-01-09,-0.5,c\n",
	} {
		f := loadedIn(t, text, map[string]string{"signals.csv": content})
		x := bound(t, f, days(t, 30, "A", "B"))
		files := x.Policies[2].Made.Files()
		require.Len(t, files, 2, name)
		for _, file := range files {
			require.Equal(t, []data.Date{data.NewDate(2020, 1, 5), data.NewDate(2020, 1, 9)}, file.Dates, name)
		}
		require.Len(t, f.Inputs(), 1)
		r, err := sim.NewRunner(x.Panel, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, x.Policies[2].Mandate))
		r.Run()
		require.Equal(t, 2, r.Record(0).Tally.Triggers, name)
	}
	f := loadedIn(t, text, map[string]string{"signals.csv": "date\n"})
	require.Equal(t, "signals.csv", f.Warnings[0].File)
	require.Equal(t, "no date is a signal", f.Warnings[0].What)
}

// What is wrong with a file is said at its row, or where it is named; all files
// at once.
func TestFileFindings(t *testing.T) {
	for _, c := range []struct {
		name, text, content string
		want                []string
	}{
		{"E301", scheduled, "", []string{`E301 line 2, column 25: target_schedule.file: targets.csv: cannot open`}},
		{"E302", scheduled, "date,symbol,weight\n", []string{`E302 line 2, column 25: target_schedule.file: targets.csv: the table has no rows`}},
		{"E316 date", scheduled, "a,b\n1,2\n", []string{`E316 line 2, column 25: target_schedule.file: targets.csv: no column "date"`}},
		{"E316 weight", scheduled, "date,symbol,w\n2020-01-01,A,1\n", []string{`E316 line 2, column 25: target_schedule.file: targets.csv: no column "weight" (have dates, "symbol", "w")`}},
		{"E317 date", scheduled, "date,A\n2020-01-01,1\n2020-13-01,1\n", []string{`E317 line 3: "2020-13-01"`}},
		{"E312", scheduled, "date,A\n2020-01-01,1\n,1\n", []string{`E312 line 3: date is empty`}},
		{"E120", scheduled, "date,A,B\n2020-01-01,0.5,0.4\n2020-01-02,1,\n2020-01-03,1,0.5\n", []string{
			`E120 line 2: the targets of 2020-01-01 sum to 0.9 (want 1 within 1e-9) Missing 0.1`, `E120 line 4: the targets of 2020-01-03 sum to 1.5`}},
		{"E121", scheduled, "date,symbol,weight\n2020-01-01,A,1.5\n2020-01-01,B,-0.5\n", []string{`E121 line 2: the weight of A is 1.5`, `E121 line 3: the weight of B is -0.5`}},
		{"E311 long", scheduled, "date,symbol,weight\n2020-01-01,A,0.5\n2020-01-01,A,0.5\n", []string{`E311 line 3: A 2020-01-01 twice, before at line 2`}},
		{"E311 wide", scheduled, "date,A\n2020-01-01,1\n2020-01-01,1\n", []string{`E311 line 3: 2020-01-01 twice, before at line 2`}},
		{"E317 weight", scheduled, "date,symbol,weight\n2020-01-01,A,half\n2020-01-01,B,\n", []string{`E317 line 2: "half" in column "weight" is not a finite number`, `E317 line 3: the weight of B is empty`}},
		{"E335", scheduled, "date,symbol,weight\n2020-01-01, A,1\n", []string{`E335 line 2: symbol " A"`}},
		{"E319", scheduled, "date,A,A\n2020-01-01,1,0\n", []string{`E319 line 2, column 25: target_schedule.file: targets.csv: column "A" twice`}},
		{"E317 amount", small + "flows: [{file: targets.csv}]\n", "date,amount\n2020-01-01,\n2020-01-02,x\n", []string{`E317 line 2: amount is empty`, `E317 line 3: "x" in column "amount"`}},
		{"E127", small + "flows: [{file: targets.csv}]\n", "date,amount\n2020-01-01,2e12\n", []string{`E127 line 2: amount 2e+12 is too large`}},
		{"E316 amount", small + "flows: [{file: targets.csv}]\n", "date,sum\n2020-01-01,2\n", []string{`E316 line 6, column 16: flows.0.file: targets.csv: no column "amount" (have dates, "sum")`}},
		{"E322", small + "flows: [{deposit: 1, every: session, growth: targets.csv}]\n", "date,index\n2020-01-01,0\n2020-01-02,-1\n", []string{`E322 line 2: index 0 on 2020-01-01`, `E322 line 3: index -1`}},
		{"E311 index", small + "flows: [{deposit: 1, every: session, growth: targets.csv}]\n", "date,index\n2020-01-01,1\n2020-01-01,2\n", []string{`E311 line 3: 2020-01-01 twice`}},
		{"E317 signal", small + "  s: {strategy: rebalance, trigger: {signal: targets.csv}}\n", "date,signal\n2020-01-01,buy\n", []string{`E317 line 6, column 46: policies.s.trigger.signal: targets.csv: column "signal" is of type text`}},
		{"E306", small + "flows: [{file: targets.csv sha256:" + strings.Repeat("0", 64) + "}]\n", "date,amount\n2020-01-02,1\n", []string{`E306 line 6, column 16: flows.0.file: targets.csv has the SHA-256`}},
		{"E320 after loading", scheduled + "  b: {strategy: bands, per_asset: {X: {band: 5%}}}\n", "date,A\n2020-01-02,1\n", []string{`E320 line 6, column 36: policies.b.per_asset: no asset "X"`}},
		{"E123 of later targets", scheduled + "  b: {strategy: bands, band: 5pp, rail: 20%}\n", "date,A,B\n2020-01-02,0.2,0.8\n", []string{`E123 line 6, column 41: policies.b: B: the inner rail exceeds the band`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{}
			if c.content != "" {
				files["targets.csv"] = c.content
			}
			_, err := folder(t, c.text, files)
			got := lines(fault.Of(err))
			require.Len(t, got, len(c.want), strings.Join(got, "\n"))
			for i, w := range c.want {
				require.Contains(t, got[i], w)
			}
		})
	}
	_, err := folder(t, scheduled+"flows: [{file: f.csv}, {deposit: 1, every: session, growth: g.csv}]\n", map[string]string{"f.csv": "x\n"})
	require.Len(t, fault.Of(err), 3, "all files at once")
}

func TestBindWantsFilesRead(t *testing.T) {
	_, err := parsed(t, small+"flows: [{file: f.csv}]\n").Bind(days(t, 30, "A", "B"))
	require.Equal(t, []string{`E301 line 6, column 16: flows.0.file: "f.csv" has not been read (files are read before prices are bound) Read the experiment's files first`}, lines(fault.Of(err)))
}

func TestLoadEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "f.csv"), []byte("date,amount\n"+strings.Repeat("2020-01-01,1\n", 100_000)), 0o600))
	f, err := Parse(filepath.Join(dir, "run.yaml"), []byte(small+"flows: [{file: f.csv}]\n"))
	require.NoError(t, err)
	require.ErrorIs(t, f.Load(ctx, columnar.Files{}), context.Canceled)
	require.Empty(t, f.Inputs())
}

// In the canonical text a file is its base name and its SHA-256: the folder does
// not count, the content does, and a file that has changed is refused.
func TestCanonicalOfFiles(t *testing.T) {
	text := small + "  s: {strategy: rebalance, trigger: {all: [{signal: s.csv}]}}\nflows: [{file: f.csv}, {deposit: 1, every: session, growth: g.csv}]\n"
	files := map[string]string{"s.csv": "date\n2020-01-05\n", "f.csv": "date,amount\n2020-01-05,1\n", "g.csv": "date,index\n2020-01-01,1\n"}
	one, two := loadedIn(t, text, files), loadedIn(t, text, files)
	first := string(one.Canonical())
	require.Equal(t, first, string(two.Canonical()))
	for _, s := range one.Inputs() {
		require.Contains(t, first, fmt.Sprintf("%q", s.File+" sha256:"+s.SHA256))
	}
	require.Equal(t, first, string(parsed(t, first).Canonical()))
	again := loadedIn(t, first, files)
	require.Equal(t, first, string(again.Canonical()))
	files["g.csv"] = "date,index\n2020-01-01,2\n"
	require.NotEqual(t, one.Hash(), loadedIn(t, text, files).Hash())
	_, err := folder(t, first, files)
	require.Contains(t, lines(fault.Of(err))[0], "E306")
}

package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
	"evenkeel/internal/reference"
)

// do runs a command line in this process and returns its code and output.
func do(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = program(args, &out, &errs)
	return code, out.String(), errs.String()
}

func readCSV(t *testing.T, path string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// The reference workload, from its file to the tables of the report: every
// session's value within 1e-9, the same counts.
func TestReferenceRun(t *testing.T) {
	golden := reference.Path(t, "w1")
	dir := t.TempDir()
	targets := ""
	for _, r := range readCSV(t, filepath.Join(golden, "targets.csv")) {
		targets += fmt.Sprintf("  %s: %s\n", r["asset"], r["target"])
	}
	experiment := func(name, rest string) string {
		path := filepath.Join(dir, name+".yaml")
		text := fmt.Sprintf("name: %s\ndata: {prices: %s}\nexecution: {fill: same_close}\ntargets:\n%s%s", name, filepath.Join(golden, "prices.parquet"), targets, rest)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for _, c := range []struct {
		name, rest, nav               string
		rebalances, triggers, nothing float64
	}{
		{"bands", "costs: [{model: bps, rate: 10}]\npolicies: {p: {strategy: bands, band: 20%, rail: 10%, look: session}}\n", "nav_bands.csv", 279, 398, 119},
		{"monthly", "policies: {p: {strategy: calendar, look: month_start}}\n", "nav_monthly.csv", 231, 231, 0},
	} {
		out := filepath.Join(dir, c.name)
		code, _, errs := do("run", experiment(c.name, c.rest), "--out", out, "--quiet")
		require.Zero(t, code, errs)
		table, err := columnar.ReadTable(context.Background(), filepath.Join(out, "nav.parquet"), columnar.TableOptions{})
		require.NoError(t, err)
		nav, want := table.Column("nav"), readCSV(t, filepath.Join(golden, c.nav))
		require.Equal(t, len(want), nav.Len())
		worst := 0.0
		for i, r := range want {
			x, err := strconv.ParseFloat(r["nav"], 64)
			require.NoError(t, err)
			worst = max(worst, math.Abs(nav.Float(i)/x-1))
		}
		require.Less(t, worst, 1e-9)
		t.Logf("%s: %d sessions, largest relative difference %.1e", c.name, len(want), worst)

		b, err := os.ReadFile(filepath.Join(out, "summary.json"))
		require.NoError(t, err)
		var s struct {
			Policies map[string]map[string]any `json:"policies"`
		}
		require.NoError(t, json.Unmarshal(b, &s))
		require.Equal(t, c.rebalances, s.Policies["p"]["rebalances"])
		require.Equal(t, c.triggers, s.Policies["p"]["triggers"])
		require.Equal(t, c.nothing, s.Policies["p"]["unfunded_triggers"])
	}
}

// No damaged file kills or hangs data inspect: it ends with findings.
func TestDamagedFiles(t *testing.T) {
	n := 0
	require.NoError(t, filepath.WalkDir(reference.Beside(t, "corpus"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) == ".md" {
			return err
		}
		begin := time.Now()
		code, _, errs := do("data", "inspect", path)
		require.Contains(t, []int{0, 3, 6}, code, "%s\n%s", path, errs)
		require.Less(t, time.Since(begin), 10*time.Second, path)
		n++
		return nil
	}))
	require.Greater(t, n, 200)
}

// The 20-year ETF history and the monthly one since 1871, under the classic rules.
func TestRealPrices(t *testing.T) {
	for name, c := range map[string]struct{ prices, targets, look string }{
		"etf":     {reference.Beside(t, "data", "etf_returns_daily", "index_derived.parquet"), "{VTI: 40%, AGG: 30%, GLD: 10%, VNQ: 10%, DBC: 10%}", "month_end"},
		"monthly": {reference.Beside(t, "data", "monthly_1871", "asset_classes_derived.parquet"), "{US_STOCK_TR: 60%, US_10Y_TR: 40%}", "year_end"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, name+".yaml")
		text := fmt.Sprintf(`data: {prices: %s}
targets: %s
costs: [{model: bps, rate: 10}]
policies:
  never: {strategy: buy_and_hold}
  calendar: {strategy: calendar, look: %s}
  bands: {strategy: bands, band: 20%%, rail: 10%%, look: session}
`, c.prices, c.targets, c.look)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		code, table, errs := do("run", path, "--out", filepath.Join(dir, "out"))
		require.Zero(t, code, errs)
		t.Log("\n" + table)
		code, _, errs = do("verify", filepath.Join(dir, "out"))
		require.Zero(t, code, errs)
	}
}

// unlessShort leaves out, with -short, a test that replays and draws for a long
// time what others run too: the race detector meets the same code there.
func unlessShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out with -short")
	}
}

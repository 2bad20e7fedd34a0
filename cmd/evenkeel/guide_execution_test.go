package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"evenkeel/sim"
)

// filling are the columns that show what became of orders.
var filling = []guideColumn{
	{"Final NAV", "final_nav", money}, {"CAGR", "cagr", percent}, {"Looks", "looks", money}, {"Triggers", "triggers", money}, {"Unfunded", "unfunded_triggers", money},
	{"Rebalances", "rebalances", money}, {"Trades", "trades", money}, {"Missed or cut", "missed_orders", money}, {"Efficiency", "rebalancing_efficiency", percent},
	{"Turnover a year", "turnover_per_year", percent}, {"Costs a year", "cost_per_year", finer}, {"Mean drift", "drift_mean", percent},
}

// TestDocsOfExecution holds the guide to execution against the examples and the
// scenarios that it shows. It names every way in which an order can end.
func TestDocsOfExecution(t *testing.T) {
	unlessShort(t)
	g := exampleGuide(t, "execution.md")
	g.columns = filling
	g.check(t)
	parts := map[string]func(*testing.T) string{}
	files, err := filepath.Glob(filepath.Join(house, "sim", "testdata", "*.txt"))
	require.NoError(t, err)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		parts["story-"+strings.ReplaceAll(name, "_", "-")] = func(t *testing.T) string { return shownStory(t, file) }
	}
	used := map[string]bool{}
	regenerate(t, g.path, parts, used)
	require.Greater(t, len(used), 8)
	text, err := os.ReadFile(g.path)
	require.NoError(t, err)
	for r := sim.ReasonCash; r <= sim.ReasonEnded; r++ {
		require.Contains(t, string(text), "| `"+r.String()+"` |")
	}
	for _, s := range []sim.State{sim.StateFilled, sim.StatePart, sim.StateMissed, sim.StatePending, sim.StateQueued, sim.StateBatched} {
		require.Contains(t, string(text), "| `"+s.String()+"` |")
	}
}

// shownStory is what a scenario says, its experiment and what happens, without the
// title of its policy.
func shownStory(t *testing.T, file string) string {
	a, err := txtar.ParseFile(file)
	require.NoError(t, err)
	out := ""
	for paragraph := range strings.SplitSeq(strings.TrimSpace(string(a.Comment)), "\n\n") {
		out += strings.ReplaceAll(paragraph, "\n", " ") + "\n\n"
	}
	for _, f := range a.Files {
		switch f.Name {
		case "experiment.yaml":
			_, text, _ := strings.Cut(string(f.Data), "\n") // without the prices
			out += fenced("yaml", text) + "\n"
		case "want":
			_, table, _ := strings.Cut(string(f.Data), "\n\n")
			out += fenced("text", table)
		}
	}
	return out
}

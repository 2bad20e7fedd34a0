package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/sim/metric"
)

// oneAtATime are the costs that the guide to costs compares.
var oneAtATime = []string{
	"{model: fixed, amount: 20}",
	"{model: bps, rate: 5}",
	"{model: bps, rate: 5, min: 40}",
	"{model: per_share, amount: 0.005, min: 1}",
	"{model: half_spread, column: spread}",
	"{model: stamp_duty, rate: 50, assets: [SMALL]}",
	"{model: square_root, y: 0.8}",
	"{model: almgren, outstanding: {LARGE: 9e8, SMALL: 3e7, BONDS: 2e8}}",
	"{model: istar, pov: 10%}",
}

// TestDocsOfCosts holds the guide to costs against what its example makes of every
// model.
func TestDocsOfCosts(t *testing.T) {
	unlessShort(t)
	g := exampleGuide(t, "costs.md")
	g.check(t)
	yearly := func(policy string, changes ...string) string {
		r := g.run(t, "costs", changes)
		for _, p := range r.run.Policies {
			if p.Name == policy {
				return fmt.Sprintf(" %.2f |", metric.Find(p.Values, "cost_per_year")*1e4)
			}
		}
		require.Fail(t, "no policy "+policy)
		return ""
	}
	only := func(cost string) string { return "costs=[" + strings.ReplaceAll(cost, " ", "+") + "]" }
	used := map[string]bool{}
	regenerate(t, g.path, map[string]func(*testing.T) string{
		"one-at-a-time": func(*testing.T) string {
			b := "| Cost | weekly | month-end | bands |\n|---|---:|---:|---:|\n"
			for _, c := range oneAtATime {
				b += "| `" + c + "` |"
				for _, p := range []string{"weekly", "month-end", "bands"} {
					b += yearly(p, only(c))
				}
				b += "\n"
			}
			return b
		},
		"sizes": func(*testing.T) string {
			b := "| Account |"
			models := []string{"{model: bps, rate: 5, min: 40}", "{model: per_share, amount: 0.005, min: 1}", "{model: square_root, y: 0.8}", "{model: istar, pov: 10%}"}
			for _, c := range models {
				b += " `" + c + "` |"
			}
			b += "\n|---:|" + strings.Repeat("---:|", len(models)) + "\n"
			for _, cash := range []int64{200_000, 2_000_000, 20_000_000, 200_000_000} {
				b += "| " + grouped(cash) + " |"
				for _, c := range models {
					b += yearly("month-end", only(c), fmt.Sprintf("account.cash=%d", cash))
				}
				b += "\n"
			}
			return b
		},
	}, used)
	require.Len(t, used, 2)
	text, err := os.ReadFile(g.path)
	require.NoError(t, err)
	blocks := costBlock.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		_, err := experiment.Parse("shown.yaml", []byte("data: {prices: p.csv}\ntargets: {SMALL: 1}\npolicies: {p: {strategy: buy_and_hold}}\n"+block[1]))
		require.NoError(t, err)
	}
}

var costBlock = regexp.MustCompile("(?s)```yaml\n(costs:.*?)```")

// exampleGuide is a guide whose tables come from the examples.
func exampleGuide(t *testing.T, name string) *guide {
	t.Helper()
	dir := t.TempDir()
	copyExamples(t, dir)
	files, err := demoFiles()
	require.NoError(t, err)
	require.NoError(t, writeDemo(filepath.Join(dir, demoFolder), files, false))
	path := func(name string) string { return filepath.Join(dir, "examples", name+".yaml") }
	return &guide{
		path: filepath.Join(house, "docs", name), columns: activity,
		text: func(t *testing.T, name string) string {
			b, err := os.ReadFile(path(name))
			require.NoError(t, err)
			return string(b)
		},
		open: func(t *testing.T, name string) *experiment.File {
			f, err := experiment.Load(path(name))
			require.NoError(t, err)
			require.Equal(t, name, f.Name, "an example is called as its file")
			return f
		},
	}
}

// shownElsewhere reports whether a guide other than that to policies has a table of an
// example.
func shownElsewhere(t *testing.T, name string) bool {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(house, "docs", "*.md"))
	require.NoError(t, err)
	for _, page := range pages {
		b, err := os.ReadFile(page)
		require.NoError(t, err)
		if filepath.Base(page) != "policies.md" && strings.Contains(string(b), "<!-- table: "+name+" -->") {
			return true
		}
	}
	return false
}

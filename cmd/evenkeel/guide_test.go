package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/internal/reference"
	"evenkeel/reports/run"
	"evenkeel/sim/metric"
)

// guide is a document whose tables, quotations and pictures come from runs. It
// says itself what belongs where:
//
//	<!-- table: EXPERIMENT path=value ... -->
//	<!-- yaml: EXPERIMENT POLICY ... -->
//	<!-- spread: EXPERIMENT BASE YEARS -->
//	<!-- picture: EXPERIMENT PLOT panels=ASSET,ASSET path=value ... -->
//
// and what follows up to the next end mark is made from that; path=value is what
// --set says on the command line, with + for a space.
type guide struct {
	path    string
	columns []guideColumn
	text    func(t *testing.T, name string) string           // of an experiment
	open    func(t *testing.T, name string) *experiment.File // the same, checked
	runs    map[string]*result                               // by experiment and changes
	tables  map[string]bool                                  // experiments that have a table
	images  map[string]bool                                  // pictures that the document shows
}

// guideColumn is a measure in the tables of a guide.
type guideColumn struct {
	title, key string
	format     func(x float64) string
}

var (
	money   = func(x float64) string { return grouped(int64(math.Round(x))) }
	percent = func(x float64) string { return strings.ReplaceAll(fmt.Sprintf("%.2f %%", x*100), "-", "−") }
	finer   = func(x float64) string { return strings.ReplaceAll(fmt.Sprintf("%.3f %%", x*100), "-", "−") }
)

// activity are the columns that show how a policy acts.
var activity = []guideColumn{
	{"Final NAV", "final_nav", money}, {"Deposits", "deposits", money}, {"Withdrawals", "withdrawals", money},
	{"CAGR", "cagr", percent}, {"Money-weighted", "xirr", percent}, {"Max drawdown", "max_drawdown", percent},
	{"Looks", "looks", money}, {"Triggers", "triggers", money}, {"Unfunded", "unfunded_triggers", money},
	{"Rebalances", "rebalances", money}, {"Trades", "trades", money},
	{"Turnover a year", "turnover_per_year", percent}, {"Costs a year", "cost_per_year", finer}, {"Mean drift", "drift_mean", percent},
}

// achievement are the columns that show what it came to.
var achievement = []guideColumn{
	{"Final NAV", "final_nav", money}, {"Deposits", "deposits", money},
	{"CAGR", "cagr", percent}, {"Money-weighted", "xirr", percent}, {"Volatility", "volatility", percent},
	{"Sharpe", "sharpe", func(x float64) string { return strings.ReplaceAll(fmt.Sprintf("%.2f", x), "-", "−") }},
	{"Max drawdown", "max_drawdown", percent}, {"Rebalances", "rebalances", money}, {"Trades", "trades", money},
	{"Turnover a year", "turnover_per_year", percent}, {"Costs a year", "cost_per_year", finer},
	{"Tracking error", "tracking_error", percent}, {"Mean drift", "drift_mean", percent},
}

var guidePart = regexp.MustCompile(`(?s)(<!-- (table|yaml|spread|picture): ([^>]*?) -->\n).*?(<!-- end -->)`)

// check compares the parts of a guide with what the program says, or writes them
// again.
func (g *guide) check(t *testing.T) {
	t.Helper()
	g.runs, g.tables, g.images = map[string]*result{}, map[string]bool{}, map[string]bool{}
	was, err := os.ReadFile(g.path)
	require.NoError(t, err)
	now := guidePart.ReplaceAllStringFunc(string(was), func(s string) string {
		m := guidePart.FindStringSubmatch(s)
		words := strings.Fields(m[3])
		makers := map[string]func(*testing.T, []string) string{"table": g.table, "yaml": g.quote, "spread": g.spread, "picture": g.picture}
		made := m[1] + strings.TrimRight(makers[m[2]](t, words), "\n") + "\n" + m[4]
		if made != s && !*update {
			says, should := firstDifference(s, made)
			t.Errorf("%s, %s of %s, says\n  %s\nwhere the program says\n  %s\nRun make update.", filepath.Clean(g.path), m[2], m[3], says, should)
		}
		return made
	})
	if *update {
		require.NoError(t, os.WriteFile(g.path, []byte(now), 0o644))
	}
}

// run replays an experiment with changes and proves it; once each.
func (g *guide) run(t *testing.T, name string, changes []string) *result {
	t.Helper()
	key := strings.Join(append([]string{name}, changes...), " ")
	if r, done := g.runs[key]; done {
		return r
	}
	pairs := make([]experiment.Change, len(changes))
	for i, c := range changes {
		path, value, ok := strings.Cut(c, "=")
		require.True(t, ok, "%s: %s: want path=value", g.path, c)
		pairs[i] = experiment.Change{Path: path, Value: strings.ReplaceAll(value, "+", " ")}
	}
	f, err := g.open(t, name).WithAll(pairs...)
	require.NoError(t, err, key)
	l, err := load(context.Background(), f)
	require.NoError(t, err, key)
	if !strings.Contains(key, "data.end") { // what lies beyond a shortened run is warned of
		require.Empty(t, l.warnings, key)
	}
	r, err := simulate(context.Background(), l, allCores(0))
	require.NoError(t, err, key)
	g.runs[key] = r
	return r
}

// table is a run's policies side by side. Columns that say nothing are left out.
func (g *guide) table(t *testing.T, words []string) string {
	g.tables[words[0]] = true
	r := g.run(t, words[0], words[1:])
	head, rule := "| Policy |", "|---|"
	rows := make([]string, len(r.run.Policies))
	for i, p := range r.run.Policies {
		rows[i] = "| " + p.Name + " |"
	}
	for _, c := range g.columns {
		if !slices.ContainsFunc(r.run.Policies, func(p run.Policy) bool {
			x := metric.Find(p.Values, c.key)
			return x == x && x != 0
		}) {
			continue
		}
		head, rule = head+" "+c.title+" |", rule+"---:|"
		for i, p := range r.run.Policies {
			x := metric.Find(p.Values, c.key)
			if x != x {
				rows[i] += " |"
				continue
			}
			rows[i] += " " + c.format(x) + " |"
		}
	}
	panel, m := r.run.Panel, r.x.File
	sessions := panel.Sessions()
	return fmt.Sprintf("%s\n%s\n%s\n\n%s to %s, %s sessions; the account opens with %s %s.\n", head, rule, strings.Join(rows, "\n"),
		panel.Date(0), panel.Date(sessions-1), grouped(int64(sessions)), grouped(int64(m.Account.Cash)), m.Account.Currency)
}

// spread runs an experiment from the beginning of each of its first months on and
// says how far the policies' CAGR lay from one policy's.
func (g *guide) spread(t *testing.T, words []string) string {
	whole := g.run(t, words[0], nil)
	years, err := strconv.Atoi(words[2])
	require.NoError(t, err)
	base := slices.IndexFunc(whole.run.Policies, func(p run.Policy) bool { return p.Name == words[1] })
	require.GreaterOrEqual(t, base, 0)
	gaps, first := make([][]float64, len(whole.run.Policies)), make([]int, len(whole.run.Policies))
	y, m, _ := whole.run.Panel.Date(0).Civil()
	for k := 1; k <= 12*years; k++ {
		day := data.NewDate(y+(m-1+k)/12, (m-1+k)%12+1, 1)
		r := g.run(t, words[0], []string{"data.start=" + day.String()})
		cagr := func(i int) float64 { return metric.Find(r.run.Policies[i].Values, "cagr") }
		best := 0
		for i := range gaps {
			gaps[i] = append(gaps[i], (cagr(i)-cagr(base))*1e4)
			if cagr(i) > cagr(best) {
				best = i
			}
		}
		first[best]++
	}
	b := "| Policy | Lowest | Median | Highest | Best of all |\n|---|---:|---:|---:|---:|\n"
	signed := func(x float64) string {
		s := strings.ReplaceAll(fmt.Sprintf("%+.0f bp", x), "-", "−")
		return strings.NewReplacer("+0 bp", "0 bp", "−0 bp", "0 bp").Replace(s)
	}
	for i, p := range whole.run.Policies {
		slices.Sort(gaps[i])
		n := len(gaps[i])
		b += fmt.Sprintf("| %s | %s | %s | %s | %d of %d |\n", p.Name, signed(gaps[i][0]), signed((gaps[i][(n-1)/2]+gaps[i][n/2])/2), signed(gaps[i][n-1]), first[i], n)
	}
	return b
}

// quote are policies as they are written in an experiment.
func (g *guide) quote(t *testing.T, words []string) string {
	var lines []string
	text := strings.Split(g.text(t, words[0]), "\n")
	for _, name := range words[1:] {
		begin := slices.IndexFunc(text, func(l string) bool { return strings.HasPrefix(l, "  "+name+":") || strings.HasPrefix(l, name+":") })
		require.GreaterOrEqual(t, begin, 0, "%s has no %s", words[0], name)
		deep := len(text[begin]) - len(strings.TrimLeft(text[begin], " "))
		end := begin + 1
		for end < len(text) && (strings.HasPrefix(text[end], strings.Repeat(" ", deep+1))) {
			end++
		}
		for _, l := range text[begin:end] {
			lines = append(lines, l[deep:])
		}
	}
	return fenced("yaml", strings.Join(lines, "\n"))
}

// TestPolicies holds the guide to policies against the examples: it runs them
// all, and each has its table.
func TestPolicies(t *testing.T) {
	unlessShort(t)
	dir := t.TempDir()
	copyExamples(t, dir)
	files, err := demoFiles()
	require.NoError(t, err)
	require.NoError(t, writeDemo(filepath.Join(dir, demoFolder), files, false))
	path := func(name string) string { return filepath.Join(dir, "examples", name+".yaml") }
	g := &guide{
		path: filepath.Join(house, "docs", "policies.md"), columns: activity,
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
	g.check(t)
	all, err := filepath.Glob(filepath.Join(dir, "examples", "*.yaml"))
	require.NoError(t, err)
	index, err := os.ReadFile(filepath.Join(house, "examples", "README.md"))
	require.NoError(t, err)
	for _, f := range all {
		name := filepath.Base(f)
		stem := strings.TrimSuffix(name, ".yaml")
		require.True(t, g.tables[stem] || shownElsewhere(t, stem), "no page of docs has a table of examples/%s", name)
		require.Contains(t, string(index), "]("+name+")", "examples/README.md does not name %s", name)
	}
}

// TestComparison holds the comparison on real prices against the experiments it
// shows, where those prices are beside the project.
func TestComparison(t *testing.T) {
	unlessShort(t)
	prices := map[string]string{
		"etf":   reference.Beside(t, "data", "etf_returns_daily", "index_derived.parquet"),
		"since": reference.Beside(t, "data", "monthly_1871", "asset_classes_derived.parquet"),
	}
	path := filepath.Join(house, "docs", "comparison.md")
	text := func(t *testing.T, name string) string {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, block := range yamlBlock.FindAllStringSubmatch(string(b), -1) {
			if strings.HasPrefix(block[1], "name: "+name+"\n") {
				return block[1]
			}
		}
		require.Fail(t, "no experiment "+name)
		return ""
	}
	g := &guide{
		path: path, columns: achievement, text: text,
		open: func(t *testing.T, name string) *experiment.File {
			f, err := experiment.Parse(name, []byte(text(t, name)))
			require.NoError(t, err)
			kind, _, _ := strings.Cut(name, "-")
			f, err = f.With("data.prices", prices[kind])
			require.NoError(t, err)
			return f
		},
	}
	g.check(t)
}

var imageLink = regexp.MustCompile(`images/([A-Za-z0-9-]+\.(?:png|svg))`)

// documents are the front page and every page of docs.
func documents(t *testing.T) []string {
	pages, err := filepath.Glob(filepath.Join(house, "docs", "[a-z]*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	all := []string{"README.md"}
	for _, p := range pages {
		all = append(all, "docs/"+filepath.Base(p))
	}
	return all
}

// Every picture of the documentation is there, small, and shown.
func TestImages(t *testing.T) {
	shown := map[string]bool{}
	for _, file := range documents(t) {
		b, err := os.ReadFile(filepath.Join(house, file))
		require.NoError(t, err)
		for _, m := range imageLink.FindAllStringSubmatch(string(b), -1) {
			shown[m[1]] = true
			info, err := os.Stat(filepath.Join(house, "docs", "images", m[1]))
			require.NoError(t, err, file)
			require.Less(t, info.Size(), int64(150<<10), m[1])
		}
	}
	stored, err := os.ReadDir(filepath.Join(house, "docs", "images"))
	require.NoError(t, err)
	for _, e := range stored {
		require.True(t, shown[e.Name()], "no document shows docs/images/%s", e.Name())
	}
}

var localLink = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

// Links between the pages lead somewhere.
func TestLinks(t *testing.T) {
	for _, file := range append(documents(t), "docs/README.md", "examples/README.md") {
		b, err := os.ReadFile(filepath.Join(house, file))
		require.NoError(t, err)
		for _, m := range localLink.FindAllStringSubmatch(string(b), -1) {
			_, err := os.Stat(filepath.Join(house, filepath.Dir(file), m[1]))
			require.NoError(t, err, "%s links to %s", file, m[1])
		}
	}
}

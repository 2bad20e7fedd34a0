// Package newcomer_test adds plug-ins to a copy of the module, one file a kind.
package newcomer_test

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The plug-ins of testdata/good: the kind, as list has it, or trigger, and the key that
// they take.
var plugs = []struct{ kind, name, key string }{
	{"measures", "widest_gap", ""},
	{"costs", "ticket", "rate"},
	{"strategies", "half_way", "part"},
	{"reports", "last", ""},
	{"trigger", "largest_weight", "largest_weight"},
}

// catalogs are the packages whose tests run over a catalog.
var catalogs = []string{"./sim/metric", "./sim/cost", "./strategies"}

// A file a kind, and nothing else, adds a plug-in that has keys, help, completion,
// schema, axes and columns of a sweep with values, a place in the references, and tests
// that run over it. One that breaks its promise fails there by name.
func TestOneFileAddsAPlugIn(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	m := copied(t)
	m.put(t, "testdata/good")
	m.run(t, "go", append(slices.Clone(build), "-o", m.program(), "./cmd/evenkeel")...)
	m.knows(t)
	m.runs(t)
	m.sweeps(t)

	update := append([]string{"test", "-count=1", "-vet=off", "-run", "^TestDocument$|^TestReferences$"}, build[1:]...)
	m.run(t, "go", append(update, "./sim/metric", "./cmd/evenkeel", "-update")...)
	m.refers(t)

	m.put(t, "testdata/bad") // beside the good ones: whoever is named is bad
	out, err := m.tested()
	require.Error(t, err, out)
	for _, want := range []string{
		`measure "sly" claims to need nothing and reads drift`, `measure "zero" is 0 without log`, `measure "mute" has no Doc`,
		`cost "steep" depends on the size and its Traits do not say so`,
		`strategy "greedy" wants purchases of more than its sales and the cash: what it aims at adds up to more than 1`,
		`trigger "hidden" is another account when it is asked at every look`,
	} {
		require.Contains(t, out, want)
	}
	for _, named := range regexp.MustCompile(`promises_test.go:[0-9]+: [a-z]+ "([a-z_]+)"`).FindAllStringSubmatch(out, -1) {
		require.Contains(t, []string{"sly", "zero", "mute", "steep", "greedy", "hidden"}, named[1], "a good plug-in is named")
	}
	for _, p := range plugs {
		require.NotContains(t, out, `"`+p.name+`"`, "a good plug-in is named")
	}
}

// build compiles the module's own packages as fast as it can.
var build = []string{"build", "-gcflags=evenkeel/...=-N -l", "-ldflags=-s -w"}

// module is a copy of the module.
type module struct{ dir string }

// copied is a copy of the module but its pictures and what it is not built of.
func copied(t *testing.T) *module {
	t.Helper()
	from, m := filepath.Join("..", ".."), &module{t.TempDir()}
	require.NoError(t, filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			if base := e.Name(); name != "." && (base[0] == '.' || slices.Contains([]string{"images", "newcomer", "evenkeel-objects", "benchmarks"}, base)) {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(m.dir, name), 0o755)
		}
		if !e.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(m.dir, name), content, 0o644)
	}))
	return m
}

// files are those of a folder of plug-ins.
func files(t *testing.T, folder string) (names []string) {
	t.Helper()
	require.NoError(t, fs.WalkDir(os.DirFS(folder), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	return names
}

func (m *module) put(t *testing.T, folder string) {
	t.Helper()
	for _, name := range files(t, folder) {
		content, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		require.NoFileExists(t, filepath.Join(m.dir, name))
		require.NoError(t, os.WriteFile(filepath.Join(m.dir, name), content, 0o644))
	}
}

func (m *module) program() string {
	name := filepath.Join(m.dir, "evenkeel-new")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return name
}

func (m *module) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	return cmd
}

func (m *module) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := m.command(name, args...).CombinedOutput()
	require.NoError(t, err, "%s %v\n%s", name, args, out)
	return string(out)
}

// tested runs the tests that run over the catalogs.
func (m *module) tested() (string, error) {
	args := append([]string{"test", "-count=1", "-vet=off", "-run", "KeepTheirPromises$|^TestEveryMeasureIntroducesItself$"}, build[1:]...)
	out, err := m.command("go", append(args, catalogs...)...).CombinedOutput()
	return string(out), err
}

// has fails without printing a long text whole.
func has(t *testing.T, where, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%s does not have %s", where, want)
	}
}

// knows asks for help, completion, the list and the schema.
func (m *module) knows(t *testing.T) {
	t.Helper()
	schema := m.run(t, m.program(), "schema")
	for _, p := range plugs {
		if p.key != "" {
			has(t, "the schema", schema, `"`+p.key+`"`)
		}
		if p.kind == "trigger" {
			has(t, "the help of triggers", m.run(t, m.program(), "describe", "rebalance"), "{"+p.name+": ")
			continue
		}
		has(t, "the list of "+p.kind, m.run(t, m.program(), "list", p.kind), "  "+p.name+" ")
		help := m.run(t, m.program(), "describe", p.name)
		has(t, "the help", help, p.name+" (")
		has(t, "the help", help, p.key)
		has(t, "completion", m.run(t, m.program(), "__complete", "describe", p.name[:3]), p.name)
	}
}

const experiment = `name: newcomer
data: {prices: prices.csv}
targets: {A: 40%%, B: 35%%, C: 25%%}
costs: [{model: ticket, amount: 1, rate: 5}]
policies:
  half: {strategy: half_way, look: 5 sessions, part: 40%%}
  large: {strategy: rebalance, look: session, trigger: {largest_weight: 42%%}}
%s`

// write puts an experiment and its prices into the copy.
func (m *module) write(t *testing.T, more string) {
	t.Helper()
	prices := "date,A,B,C\n"
	for s := range 300 {
		x := float64(s)
		prices += fmt.Sprintf("20%02d-%02d-%02d,%.4f,%.4f,%.4f\n", 10+s/280, 1+s%280/28%12, 1+s%28, 50+20*math.Sin(x/9), 40+15*math.Sin(x/13+1), 30+5*math.Sin(x/5+2))
	}
	require.NoError(t, os.WriteFile(filepath.Join(m.dir, "prices.csv"), []byte(prices), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(m.dir, "newcomer.yaml"), fmt.Appendf(nil, experiment, more), 0o644))
}

// runs runs an experiment with all of the plug-ins.
func (m *module) runs(t *testing.T) {
	t.Helper()
	m.write(t, "")
	m.run(t, m.program(), "run", "newcomer.yaml", "--out", "out")
	content, err := os.ReadFile(filepath.Join(m.dir, "out", "summary.json"))
	require.NoError(t, err)
	require.Len(t, regexp.MustCompile(`"widest_gap": *0?[.]?[0-9]`).FindAllString(string(content), -1), 2, "a value for each of two policies")
	last, err := os.ReadFile(filepath.Join(m.dir, "out", "last.txt"))
	require.NoError(t, err, "the report's file")
	require.Contains(t, string(last), "half ")
	m.run(t, m.program(), "convert", filepath.Join("out", "orders.parquet"), "orders.csv")
	orders, err := os.ReadFile(filepath.Join(m.dir, "orders.csv"))
	require.NoError(t, err)
	require.Contains(t, string(orders), "large,", "its trigger fired")
	require.Contains(t, string(orders), "above_band")
}

// sweeps varies the keys of the new plug-ins and reads the new column.
func (m *module) sweeps(t *testing.T) {
	t.Helper()
	m.write(t, "sweep:\n  policy: half\n  axes:\n    part: [20%, 60%, 100%]\n    costs.0.rate: [0, 50]\n")
	m.run(t, m.program(), "sweep", "newcomer.yaml", "--out", "swept", "--quiet")
	m.run(t, m.program(), "convert", filepath.Join("swept", "sweep.parquet"), "sweep.csv")
	content, err := os.ReadFile(filepath.Join(m.dir, "sweep.csv"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	require.Len(t, lines, 7, "six points")
	head := strings.Split(lines[0], ",")
	at, seen := slices.Index(head, "widest_gap"), map[string]bool{}
	require.GreaterOrEqual(t, at, 0, "no column of the new measure: %v", head)
	for _, line := range lines[1:] {
		cell := strings.Split(line, ",")[at]
		require.NotEmpty(t, cell, "an empty column: %s", line)
		seen[cell] = true
	}
	require.Greater(t, len(seen), 2, "the axes change nothing: %v", seen)
}

// refers looks for the plug-ins in the references.
func (m *module) refers(t *testing.T) {
	t.Helper()
	text := func(file string) string {
		content, err := os.ReadFile(filepath.Join(m.dir, "docs", file))
		require.NoError(t, err)
		return string(content)
	}
	reference := text("experiment.md")
	for _, want := range []string{"### `half_way`", "### `ticket`", "{largest_weight: 45%}"} {
		has(t, "docs/experiment.md", reference, want)
	}
	has(t, "docs/measures.md", text("measures.md"), "| `widest_gap` |")
}

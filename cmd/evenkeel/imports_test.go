package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// room is a folder of Go files and what its code (not its tests) may import.
type room struct {
	path   string
	ours   []string // rooms of this module; data/fault goes without saying; "data/..." means all below
	others []string // modules of others, by path prefix
	rules  rule
	why    string
}

// rule is what a package must do without.
type rule uint8

const (
	noFile  rule = 1 << iota // no files, processes, network or terminal: they belong to the edges
	noClock                  // no wall clock: a run depends on its inputs alone
	noRand                   // no random numbers but those made from a seed and a point
	noMap                    // no ranging over maps: their order differs from run to run
	pure    = noFile | noClock | noRand | noMap
)

const (
	arrow   = "github.com/apache/arrow/go/v17"
	decimal = "github.com/shopspring/decimal"
	gonum   = "gonum.org/v1/gonum"
)

var codecs = []string{
	"github.com/google/flatbuffers", "github.com/andybalholm/brotli", "github.com/golang/snappy",
	"github.com/klauspost/compress", "github.com/pierrec/lz4/v4",
}

// rooms lists the packages. Nothing imports upwards, and what is not allowed here is
// forbidden; a new room is a new line, with its reason.
var rooms = []room{
	{"data", nil, nil, noFile | noClock | noRand, "prices as the simulation reads them; knows no format"},
	{"data/fault", nil, nil, noFile | noClock | noRand, "findings: every package may use them, so they use none"},
	{"data/table", []string{"data"}, nil, noFile | noClock | noRand, "what is asked of files and what they answer, whatever their format: who reads experiments needs no more"},
	{"data/columnar", []string{"data", "data/table", "data/vfs"}, append([]string{arrow, "golang.org/x/sync"}, codecs...), noRand,
		"the only package that imports Arrow, so that a damaged file meets one reader and a new version changes one package"},
	{"data/vfs", nil, nil, noClock | noRand, "every call on an open folder, so that tests can fail each; files that are read are files"},
	{"data/vfs/errorfs", []string{"data/vfs"}, nil, noClock | noRand, "the folder whose n-th call fails: for tests alone"},
	{"data/store", []string{"data/vfs"}, nil, noClock | noRand, "the output folder; knows names and bytes, not what they mean"},

	{"sim/card", []string{"data"}, nil, pure, "how plug-ins introduce themselves; a knob may be a date or a look"},
	{"sim/card/cardtest", []string{"sim/card"}, []string{"github.com/stretchr/testify"}, noClock | noRand, "what tests of all catalogs share"},
	{"sim", []string{"data", "sim/internal/kernel"}, nil, pure, "the session loop and the books"},
	{"sim/internal/kernel", nil, []string{"golang.org/x/sys/cpu"}, pure, "the leaf: slices and numbers; the only build tags and assembly"},
	{"sim/cost", []string{"sim", "sim/card", "data"}, nil, pure, "plug-ins, one a file"},
	{"sim/rule", []string{"sim", "sim/card", "data"}, nil, pure, "plug-ins, one a file"},
	{"sim/tax", []string{"sim", "sim/card", "data"}, nil, pure, "plug-ins, one a file"},
	{"sim/ledger", []string{"sim", "data"}, []string{decimal}, pure, "replays the journal in decimal: the kernel never does"},
	{"sim/audit", []string{"sim", "data"}, nil, pure, "holds a record against the rules of accounting and trading, after every run"},
	{"sim/metric", []string{"sim", "sim/card", "data"}, []string{gonum + "/stat"}, pure, "one measure a file, a pure function of records"},
	{"sim/sweep", []string{"sim", "sim/metric", "data"}, nil, pure, "points to rows; where rows go is a Sink's business"},
	{"sim/paths", []string{"data", "sim/card"}, []string{gonum}, noFile | noClock | noMap, "simulated panels, every draw from (seed, path)"},
	{"sim/evidence", []string{"data", "sim/card"}, []string{gonum}, noFile | noClock | noMap, "what chance alone would show, every draw from (seed, point)"},
	{"sim/village", []string{"sim", "sim/rule", "data"}, nil, pure, "many accounts that trade together"},
	{"strategies", []string{"sim", "sim/card", "data"}, []string{gonum}, pure, "one recipe a file"},

	{"reports/draw", []string{"data", "sim/metric"}, []string{"gonum.org/v1/plot"}, noRand, "figures, and what files and pages share: scales, ticks, colours, numbers"},
	{"reports/page", []string{"reports/draw", "data", "sim/metric"}, []string{"gonum.org/v1/plot", "github.com/jedib0t/go-pretty/v6"}, noRand, "the frame of pages, charts, tables, Markdown, LaTeX, JSON"},
	{"reports/run", []string{"reports/draw", "reports/page", "sim", "sim/ledger", "sim/metric", "sim/tax", "sim/card", "data/..."}, []string{decimal, "gonum.org/v1/plot", "github.com/jedib0t/go-pretty/v6"}, noRand,
		"one output a file, from records or stored tables alone"},
	{"reports/compare", []string{"reports/draw", "reports/page", "reports/run", "sim", "sim/metric", "sim/evidence", "data/..."}, []string{"gonum.org/v1/plot", "github.com/jedib0t/go-pretty/v6"}, noRand, "policies of several runs side by side"},
	{"reports/sweep", []string{"reports/draw", "reports/page", "sim/metric", "sim/card", "data/..."}, []string{"gonum.org/v1/plot"}, noRand, "what the table of a sweep shows"},
	{"reports/internal/reporttest", []string{"reports/draw", "reports/page", "sim", "sim/cost", "sim/ledger", "sim/metric", "strategies", "data"}, []string{"github.com/stretchr/testify"}, 0, "trial runs, golden files and checks of pages for tests"},

	{"cmd/evenkeel/experiment/syntax", []string{"sim/card"}, []string{"github.com/goccy/go-yaml"}, pure, "the only package that reads YAML: texts to nodes with their places, and findings of keys"},
	{"cmd/evenkeel/experiment/syntax/syntaxtest", []string{"cmd/evenkeel/experiment/syntax"}, nil, pure, "trees as other readers know them, for tests"},
	{"cmd/evenkeel/experiment", []string{"cmd/evenkeel/experiment/syntax", "data", "data/table", "data/vfs", "sim", "sim/card", "sim/cost", "sim/tax", "strategies"}, nil, noClock | noRand,
		"an experiment becomes mandates; runs nothing, reports nothing, knows no format of prices"},
	{"cmd/evenkeel/experiment/plan", []string{"cmd/evenkeel/experiment", "cmd/evenkeel/experiment/syntax", "data", "sim", "sim/card", "sim/cost", "sim/metric", "sim/sweep", "strategies"}, nil, noFile | noClock | noRand,
		"the points of a product of axes, and their accounts"},
	{"cmd/evenkeel/batch", []string{"sim/sweep", "data/..."}, []string{"golang.org/x/sync"}, 0, "shards, parts, resume, signals; what a parameter means is the plan's"},
	{"cmd/evenkeel/batch/engine", nil, nil, pure, "sweeps as jobs of batch systems: texts from texts"},
	{"cmd/evenkeel-objects", nil, []string{"gocloud.dev", "github.com/johannesboyne/gofakes3"}, 0, "sweeps on object storage; a module of its own, so that the program stays lean"},
	{"cmd/evenkeel", []string{"..."}, []string{"github.com/spf13/cobra", "github.com/jedib0t/go-pretty/v6", "github.com/schollz/progressbar/v3", "golang.org/x/sync", "golang.org/x/term"}, 0,
		"one subcommand a file"},

	{"internal/simtest", []string{"data", "sim", "sim/cost", "sim/ledger", "strategies"}, []string{"github.com/stretchr/testify"}, pure, "panels and accounts that tests of several rooms share"},
	{"internal/simtest/seed", nil, []string{"pgregory.net/rapid"}, noClock | noRand, "which random cases tests draw, and how many"},
	{"internal/reference", nil, []string{"github.com/stretchr/testify"}, noClock | noRand, "numbers that tests compare with; the one door to third-party files, and the one way to skip"},

	{"benchmarks", []string{"..."}, []string{arrow, decimal, gonum, "golang.org/x/sync"}, 0, "measures everything, nothing depends on it"},
	{"benchmarks/attack", []string{"..."}, []string{arrow}, 0, "damaged and strange input, thrown at every door; makes files as other programs do"},
	{"benchmarks/compare", []string{"..."}, nil, 0, "the table of speeds, measured side by side"},
	{"benchmarks/workload", []string{"data"}, nil, noFile | noClock, "synthetic prices to compare engines on, and the bare loop"},
	{"benchmarks/oracle", nil, []string{decimal}, pure &^ noMap, "a second reading of the rules: shares nothing with the engine"},
	{"benchmarks/oracle/village", nil, nil, pure &^ noMap, "a second reading of villages, in rational numbers: shares nothing with the engine"},
	{"internal/newcomer", nil, nil, 0, "plug-ins that somebody new adds to a copy, one file a kind: tests alone"},
	{"examples", []string{"..."}, nil, 0, "experiments that are also tests"},
}

// testOnly is what tests of every package may import besides; of ours they may
// import everything.
var testOnly = []string{
	"github.com/stretchr/testify", "pgregory.net/rapid", "github.com/rogpeppe/go-internal",
	"github.com/santhosh-tekuri/jsonschema/v6", decimal,
}

const where = "the table is `rooms` in cmd/evenkeel/imports_test.go"

// top is the folder of go.mod.
func top(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		require.NotEqual(t, dir, up, "no go.mod above")
		dir = up
	}
}

// goFiles are the Go files below root, by their folders; all with slashes.
func goFiles(t *testing.T, root string) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(root), ".", func(name string, e fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != "." && (base == "testdata" || base == "vendor" || base[0] == '.' || base[0] == '_'):
			return fs.SkipDir
		case !e.IsDir() && (strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".s")):
			files[path.Dir(name)] = append(files[path.Dir(name)], name)
		}
		return nil
	}))
	return files
}

func roomAt(folder string) (room, bool) {
	i := slices.IndexFunc(rooms, func(r room) bool { return r.path == folder })
	if i < 0 {
		return room{}, false
	}
	return rooms[i], true
}

func TestEveryFolderIsARoomWithAReadme(t *testing.T) {
	root := top(t)
	for folder := range goFiles(t, root) {
		if _, ok := roomAt(folder); !ok {
			t.Errorf("%s is not in the table: add what it may import, and why (%s)", folder, where)
		}
		if _, err := os.Stat(filepath.Join(root, folder, "README.md")); err != nil {
			t.Errorf("%s has no README.md: what is here, how data flow through it, how to add to it", folder)
		}
	}
}

func TestTheHouse(t *testing.T) {
	root := top(t)
	fset := token.NewFileSet()
	for folder, files := range goFiles(t, root) {
		r, ok := roomAt(folder)
		if !ok {
			continue // the other test says so
		}
		for _, name := range files {
			src, err := os.ReadFile(filepath.Join(root, name))
			require.NoError(t, err)
			for _, wrong := range breaches(t, fset, r, name, src) {
				t.Errorf("%s: %s (%s: %s; %s)", name, wrong, r.path, r.why, where)
			}
		}
	}
}

// An experiment is read and simulated without Arrow: where the engine must travel light,
// whoever runs it hands prices and tables in.
func TestExperimentsKnowNoFormat(t *testing.T) {
	root, fset := top(t), token.NewFileSet()
	files := goFiles(t, root)
	for _, begin := range []string{"cmd/evenkeel/experiment", "cmd/evenkeel/experiment/plan"} {
		seen := map[string]bool{begin: true}
		for next := []string{begin}; len(next) > 0; next = next[1:] {
			for _, name := range files[next[0]] {
				if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
					continue
				}
				f, err := parser.ParseFile(fset, filepath.Join(root, name), nil, parser.ImportsOnly)
				require.NoError(t, err)
				for _, spec := range f.Imports {
					imported, err := strconv.Unquote(spec.Path.Value)
					require.NoError(t, err)
					if own, ok := strings.CutPrefix(imported, "evenkeel/"); ok && !seen[own] {
						seen[own] = true
						next = append(next, own)
					}
					require.False(t, strings.HasPrefix(imported, arrow), "%s needs %s by way of %s", begin, imported, name)
				}
			}
		}
		require.Contains(t, seen, "sim")
		require.NotContains(t, seen, "data/columnar")
	}
}

// breaches is what a file does against the rules of its room.
func breaches(t *testing.T, fset *token.FileSet, r room, name string, src []byte) (wrong []string) {
	t.Helper()
	leaf := r.path == "sim/internal/kernel"
	if !leaf && tagged(name, string(src)) {
		wrong = append(wrong, "build tags and assembly belong into sim/internal/kernel alone")
	}
	if strings.HasSuffix(name, ".s") {
		return wrong
	}
	f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	require.NoError(t, err)
	test := strings.HasSuffix(name, "_test.go")
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		if !r.mayImport(imported, test) {
			wrong = append(wrong, "must not import "+imported)
		}
	}
	if !test {
		wrong = append(wrong, r.words(f)...)
	}
	return wrong
}

func (r room) mayImport(imported string, test bool) bool {
	if own, ok := strings.CutPrefix(imported, "evenkeel/"); ok {
		return test || own == "data/fault" && r.path != own || slices.ContainsFunc(r.ours, func(allowed string) bool {
			base, all := strings.CutSuffix(allowed, "...")
			return own == allowed || all && strings.HasPrefix(own+"/", base)
		})
	}
	if strings.Contains(strings.Split(imported, "/")[0], ".") {
		allowed := r.others
		if test {
			allowed = append(slices.Clone(allowed), testOnly...)
		}
		return slices.ContainsFunc(allowed, func(module string) bool {
			return imported == module || strings.HasPrefix(imported, module+"/")
		})
	}
	switch imported {
	case "C", "plugin":
		return false
	case "os", "os/exec", "os/signal", "io/fs", "path/filepath", "net", "net/http", "syscall", "log", "log/slog":
		return test || r.rules&noFile == 0
	case "math/rand", "math/rand/v2", "crypto/rand":
		return test || r.rules&noRand == 0 && imported == "math/rand/v2"
	}
	return true
}

// tagged reports whether a file is built on some systems only.
func tagged(name, src string) bool {
	for line := range strings.Lines(src) {
		if strings.HasPrefix(line, "package ") {
			break
		}
		if strings.HasPrefix(line, "//go:build ") || strings.HasPrefix(line, "// +build ") {
			return true
		}
	}
	parts := strings.Split(strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".go"), "_test"), "_")
	system := []string{"linux", "darwin", "windows", "freebsd", "openbsd", "netbsd", "unix", "amd64", "arm64", "386", "arm", "riscv64", "js", "wasm"}
	return strings.HasSuffix(name, ".s") || len(parts) > 1 && slices.Contains(system, parts[len(parts)-1])
}

var (
	clockWords = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation"}
	randWords  = []string{"New", "NewPCG", "NewChaCha8", "Rand", "PCG", "ChaCha8", "Source", "Zipf", "NewZipf"}
	mapWords   = []string{"Keys", "Values", "All"}
)

// words finds uses of package functions that the room must do without.
func (r room) words(f *ast.File) (wrong []string) {
	packages := map[string]string{} // by the name in this file
	for _, spec := range f.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(strings.TrimSuffix(imported, "/v2"))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		packages[name] = imported
	}
	sorted := map[ast.Expr]bool{} // arguments of slices.Sorted...
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(s.Sel.Name, "Sorted") && len(call.Args) > 0 {
				if inner, ok := call.Args[0].(*ast.CallExpr); ok {
					sorted[inner.Fun] = true
				}
			}
		}
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := s.X.(*ast.Ident)
		if !ok {
			return true
		}
		switch imported := packages[x.Name]; {
		case imported == "time" && r.rules&noClock != 0 && slices.Contains(clockWords, s.Sel.Name):
			wrong = append(wrong, "must not read the clock or the local zone: time."+s.Sel.Name)
		case imported == "math/rand/v2" && !slices.Contains(randWords, s.Sel.Name):
			wrong = append(wrong, "random numbers come from a seed and a point: rand."+s.Sel.Name)
		case imported == "maps" && r.rules&noMap != 0 && slices.Contains(mapWords, s.Sel.Name) && !sorted[s]:
			wrong = append(wrong, "the order of a map must not be seen: sort maps."+s.Sel.Name)
		}
		return true
	})
	return wrong
}

package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lenient type-checks this module's packages from source and takes every other
// package as empty: maps that the module declares itself are known, which is all
// that is asked here, and nothing has to be compiled.
type lenient struct {
	root  string
	fset  *token.FileSet
	known map[string]*types.Package
	info  *types.Info
}

func newLenient(root string) *lenient {
	return &lenient{root, token.NewFileSet(), map[string]*types.Package{}, &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}}
}

func (l *lenient) Import(name string) (*types.Package, error) {
	if p, ok := l.known[name]; ok {
		return p, nil
	}
	own, ok := strings.CutPrefix(name, "evenkeel/")
	if !ok {
		p := types.NewPackage(name, path.Base(name))
		p.MarkComplete()
		l.known[name] = p
		return p, nil
	}
	p, _, err := l.check(own)
	return p, err
}

// check type-checks a room's code without its tests.
func (l *lenient) check(room string) (*types.Package, []*ast.File, error) {
	entries, err := os.ReadDir(filepath.Join(l.root, filepath.FromSlash(room)))
	if err != nil {
		return nil, nil, err
	}
	var files []*ast.File
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			f, err := parser.ParseFile(l.fset, filepath.Join(l.root, room, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, nil, err
			}
			files = append(files, f)
		}
	}
	return l.types(room, files), files, nil
}

func (l *lenient) types(room string, files []*ast.File) *types.Package {
	config := types.Config{Importer: l, Error: func(error) {}} // of what the empty packages lack
	p, _ := config.Check("evenkeel/"+room, l.fset, files, l.info)
	l.known["evenkeel/"+room] = p
	return p
}

// ranges are the places where files range over a map.
func (l *lenient) ranges(files []*ast.File) (places []string) {
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.RangeStmt); ok {
				if t := l.info.Types[s.X].Type; t != nil {
					if _, isMap := t.Underlying().(*types.Map); isMap {
						at := l.fset.Position(s.For)
						name, _ := filepath.Rel(l.root, at.Filename)
						places = append(places, filepath.ToSlash(name)+":"+at.String()[len(at.Filename)+1:])
					}
				}
			}
			return true
		})
	}
	return places
}

func TestNoMapIsRangedOver(t *testing.T) {
	root := top(t)
	l := newLenient(root)
	for folder := range goFiles(t, root) {
		if r, ok := roomAt(folder); ok && r.rules&noMap != 0 {
			_, files, err := l.check(folder)
			require.NoError(t, err)
			for _, place := range l.ranges(files) {
				t.Errorf("%s ranges over a map, whose order differs from run to run: range over slices.Sorted(maps.Keys(...))", place)
			}
		}
	}
}

// The checks find what they look for.
func TestTheRulesBite(t *testing.T) {
	at := func(path string) room {
		r, ok := roomAt(path)
		require.True(t, ok, path)
		return r
	}
	for _, c := range []struct {
		room, name, src, want string
	}{
		{"sim", "run.go", `import "os"`, "must not import os"},
		{"sim", "run.go", `import "evenkeel/data/columnar"`, "must not import evenkeel/data/columnar"},
		{"sim", "run.go", `import "github.com/shopspring/decimal"`, "must not import github.com/shopspring/decimal"},
		{"sim", "run.go", `import "math/rand/v2"`, "must not import math/rand/v2"},
		{"data", "x.go", `import "evenkeel/sim"`, "must not import evenkeel/sim"},
		{"data", "x.go", `import clock "time"; var _ = clock.Now()`, "must not read the clock or the local zone: time.Now"},
		{"sim/paths", "x.go", `import "math/rand/v2"; var _ = rand.IntN(6)`, "random numbers come from a seed and a point: rand.IntN"},
		{"sim/paths", "x.go", `import "math/rand/v2"; var _ = rand.New(rand.NewPCG(1, 2))`, ""},
		{"sim", "x.go", `import "maps"; func f(m map[int]int) { for range maps.Keys(m) {} }`, "the order of a map must not be seen: sort maps.Keys"},
		{"sim", "x.go", `import ("maps"; "slices"); func f(m map[int]int) { for range slices.Sorted(maps.Keys(m)) {} }`, ""},
		{"reports/run", "x.go", `import "github.com/apache/arrow/go/v17/arrow"`, "must not import github.com/apache/arrow/go/v17/arrow"},
		{"reports/sweep", "x.go", `import "github.com/goccy/go-yaml"`, "must not import github.com/goccy/go-yaml"},
		{"data/columnar", "x.go", `import "github.com/apache/arrow/go/v17/parquet/file"`, ""},
		{"cmd/evenkeel/experiment", "x.go", `import "evenkeel/reports/run"`, "must not import evenkeel/reports/run"},
		{"cmd/evenkeel/experiment", "x.go", `import "evenkeel/sim/cost"`, ""},
		{"reports/page", "x.go", `import "evenkeel/reports/run"`, "must not import evenkeel/reports/run"},
		{"cmd/evenkeel", "x.go", `import "evenkeel/reports/run"`, ""},
		{"sim", "x_test.go", `import ("os"; "evenkeel/data/columnar"; "pgregory.net/rapid")`, ""},
		{"sim", "x_linux.go", ``, "build tags and assembly belong into sim/internal/kernel alone"},
		{"sim/internal/kernel", "x_amd64.go", ``, ""},
	} {
		got := breaches(t, token.NewFileSet(), at(c.room), c.name, []byte("package x\n"+c.src))
		if c.want == "" {
			require.Empty(t, got, "%s: %s", c.room, c.src)
		} else {
			require.Equal(t, []string{c.want}, got, "%s: %s", c.room, c.src)
		}
	}
	require.NotEmpty(t, breaches(t, token.NewFileSet(), at("sim"), "x.go", []byte("//go:build cgo\n\npackage x\n")))

	l := newLenient(top(t))
	f, err := parser.ParseFile(l.fset, filepath.Join(l.root, "x.go"), `package x
		import ("strings"; "evenkeel/data/fault")
		type table map[string]fault.Finding
		func make() table { return nil }
		func f(b strings.Builder, l fault.List) { for range make() {}; for range l {}; for range b.Unknown() {} }`, parser.SkipObjectResolution)
	require.NoError(t, err)
	l.types("x", []*ast.File{f})
	require.Equal(t, []string{"x.go:5:45"}, l.ranges([]*ast.File{f}))
}

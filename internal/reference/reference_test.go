package reference_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/internal/reference"
)

const house = "../.."

// called is what the functions of the tests of each folder call, by name: selectors
// with their package or variable.
func called(t *testing.T) map[string]map[string][]string {
	t.Helper()
	all, fset := map[string]map[string][]string{}, token.NewFileSet()
	require.NoError(t, fs.WalkDir(os.DirFS(house), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (name == ".git" || path.Base(name) == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(fset, filepath.Join(house, name), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		folder := path.Dir(name)
		if all[folder] == nil {
			all[folder] = map[string][]string{}
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				all[folder][fn.Name.Name] = append(all[folder][fn.Name.Name], calls(fn)...)
			}
		}
		return nil
	}))
	return all
}

func calls(fn *ast.FuncDecl) (names []string) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			switch f := call.Fun.(type) {
			case *ast.Ident:
				names = append(names, f.Name)
			case *ast.SelectorExpr:
				names = append(names, "."+f.Sel.Name)
				if x, ok := f.X.(*ast.Ident); ok {
					names = append(names, x.Name+"."+f.Sel.Name)
				}
			}
		}
		return true
	})
	return names
}

// reaching are the tests of a folder that call one of the functions named, themselves
// or through helpers of theirs.
func reaching(functions map[string][]string, names ...string) (tests []string) {
	reach := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for name, called := range functions {
			if reach[name] || !slices.ContainsFunc(called, func(c string) bool {
				return slices.Contains(names, c) || reach[strings.TrimPrefix(c, ".")]
			}) {
				continue
			}
			reach[name], grown = true, true
		}
	}
	for name := range reach {
		if strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") || strings.HasPrefix(name, "Benchmark") {
			tests = append(tests, "`"+name+"`")
		}
	}
	slices.Sort(tests)
	return tests
}

// The tests that a clone leaves out are those that .ci/README.md lists.
func TestListOfWhatIsLeftOut(t *testing.T) {
	table := ""
	all := called(t)
	folders := make([]string, 0, len(all))
	for folder := range all {
		folders = append(folders, folder)
	}
	slices.Sort(folders)
	for _, folder := range folders {
		if tests := reaching(all[folder], "reference.Beside", "reference.ThirdParty"); tests != nil && folder != "internal/reference" {
			table += fmt.Sprintf("| `%s` | %s |\n", folder, strings.Join(tests, ", "))
		}
	}
	text, err := os.ReadFile(filepath.Join(house, ".ci", "README.md"))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(text), "| tests of | that need third-party files |\n|---|---|\n")
	listed, _, _ := strings.Cut(rest+"\n", "\n\n")
	require.Equal(t, strings.TrimSpace(table), strings.TrimSpace(listed), "write this table into .ci/README.md:\n%s", table)
}

// Nothing skips but through this package, or under -short; the browser's tests, a
// module of their own, fail without a browser whenever .ci/browser/run calls them.
func TestNothingElseSkips(t *testing.T) {
	for folder, functions := range called(t) {
		if folder == ".ci/browser" {
			continue
		}
		for name, called := range functions {
			for _, skip := range []string{".Skip", ".Skipf", ".SkipNow"} {
				if slices.Contains(called, skip) && !slices.Contains(called, "testing.Short") {
					t.Errorf("%s: %s calls %s: let reference.Beside or reference.Tool do it", folder, name, skip)
				}
			}
		}
	}
}

func TestToolsMustBeThereInCI(t *testing.T) {
	for _, c := range []struct {
		ci              string
		missing         bool
		skipped, failed bool
	}{{"", false, false, false}, {"", true, true, false}, {"true", false, false, false}, {"true", true, false, true}} {
		t.Setenv("CI", c.ci)
		var err error
		if c.missing {
			err = errors.New("missing")
		}
		x := &heard{}
		reference.Tool(x, err, "remedy")
		require.Equal(t, []bool{c.skipped, c.failed}, []bool{x.skipped, x.failed}, "%+v", c)
	}
}

// heard is a test that only notes what befalls it.
type heard struct {
	testing.TB
	skipped, failed bool
}

func (*heard) Helper()                 {}
func (x *heard) Skipf(string, ...any)  { x.skipped = true }
func (x *heard) Fatalf(string, ...any) { x.failed = true }

// Every package with random tests draws the same cases everywhere.
func TestEveryRandomTestHasASeed(t *testing.T) {
	random, seeded := map[string]bool{}, map[string]bool{}
	require.NoError(t, fs.WalkDir(os.DirFS(house), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(house, name), nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range f.Imports {
			switch spec.Path.Value {
			case `"pgregory.net/rapid"`:
				random[path.Dir(name)] = true
			case `"evenkeel/internal/simtest/seed"`:
				seeded[path.Dir(name)] = true
			}
		}
		return nil
	}))
	require.NotEmpty(t, random)
	for folder := range random {
		require.True(t, seeded[folder], `a test file of %s must import _ "evenkeel/internal/simtest/seed"`, folder)
	}
}

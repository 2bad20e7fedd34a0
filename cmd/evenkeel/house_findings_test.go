package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// saidWith are the functions whose last two arguments are a finding's rule and remedy.
var saidWith = []string{"At", "bad"}

// Every finding that stops a run has a rule and a remedy where it is made: a literal
// names both, and a call does not pass "" for one.
func TestEveryFindingIsMadeWithARuleAndARemedy(t *testing.T) {
	root := top(t)
	rooms := goFiles(t, root)
	literals, calls := 0, 0
	for _, room := range slices.Sorted(maps.Keys(rooms)) {
		for _, name := range rooms[room] {
			if strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") {
				continue
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(root, filepath.FromSlash(room), filepath.Base(name)), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					keys := keysOf(n)
					if lastName(n.Type) != "Finding" || !keys["What"] {
						return true
					}
					literals++
					require.True(t, keys["Rule"] && keys["Remedy"], "%s: a finding without a rule or a remedy", fset.Position(n.Pos()))
				case *ast.CallExpr:
					if slices.Contains(saidWith, lastName(n.Fun)) && len(n.Args) >= 5 {
						calls++
						for _, arg := range n.Args[len(n.Args)-2:] {
							text, is := arg.(*ast.BasicLit)
							require.False(t, is && text.Value == `""`, "%s: a finding without a rule or a remedy", fset.Position(n.Pos()))
						}
					}
				}
				return true
			})
		}
	}
	require.Greater(t, literals, 80, "the test looks at nothing")
	require.Greater(t, calls, 150, "the test looks at nothing")
}

func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func keysOf(l *ast.CompositeLit) map[string]bool {
	keys := map[string]bool{}
	for _, e := range l.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			keys[lastName(kv.Key)] = true
		}
	}
	return keys
}

package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/fault"
)

// Findings name their code by its constant: no text of the code's own makes one, and no
// constant is left that no finding has.
func TestCodesAreConstantsAndUsed(t *testing.T) {
	root, fset := top(t), token.NewFileSet()
	constants := map[string]string{} // by name
	table, err := parser.ParseFile(fset, filepath.Join(root, "data", "fault", "codes.go"), nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	ast.Inspect(table, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if text, ok := v.Values[0].(*ast.BasicLit); ok {
				code, err := strconv.Unquote(text.Value)
				require.NoError(t, err)
				constants[v.Names[0].Name] = code
			}
		}
		return true
	})
	require.Len(t, constants, len(fault.Kinds))
	used := map[string]bool{}
	for folder, files := range goFiles(t, root) {
		for _, name := range files {
			if folder == "data/fault" || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(fset, filepath.Join(root, name), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BasicLit:
					if n.Kind == token.STRING && regexp.MustCompile(`^["`+"`"+`]E[0-9]{3}(: )?["`+"`"+`]$`).MatchString(n.Value) {
						t.Errorf("%s: %s is a constant of data/fault", fset.Position(n.Pos()), n.Value)
					}
				case *ast.SelectorExpr:
					if x, ok := n.X.(*ast.Ident); ok && x.Name == "fault" {
						used[constants[n.Sel.Name]] = true
					}
				}
				return true
			})
		}
	}
	for name, code := range constants {
		require.True(t, used[code], "no finding is %s (%s)", code, name)
	}
}

// Package reference finds the files that tests compare with: the project's own, and
// third-party files that may be beside the project.
package reference

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Path is a file or folder of this package's testdata, from the test of any package.
func Path(t testing.TB, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{root(t), "internal", "reference", "testdata"}, parts...)...)
	_, err := os.Stat(path)
	require.NoError(t, err)
	return path
}

// Beside is a third-party file or folder in `shared`, beside the project. It skips the
// test where there is none, and is the only way to skip a test for want of a file:
// .ci/README.md lists who calls it.
func Beside(t testing.TB, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{filepath.Dir(root(t)), "shared"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no third-party file %s beside the project", filepath.Join(parts...))
	}
	return path
}

// Tool skips a test where a tool that it needs is missing (err says how), but fails it
// in CI: there the tool must be. It is the only way to skip a test for want of a tool.
func Tool(t testing.TB, err error, remedy string) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("%v: %s", err, remedy)
	default:
		t.Skipf("%v: %s", err, remedy)
	}
}

// Published is a worked example of a book or of another project.
type Published struct {
	ID               string
	Inputs, Expected json.RawMessage
}

// Examples are the worked examples of this package's testdata.
func Examples(t testing.TB) []Published {
	t.Helper()
	return examples(t, Path(t, "examples.json"))
}

// Example reads one of the examples of this package's testdata.
func Example(t testing.TB, id string, inputs, expected any) {
	t.Helper()
	read(t, Examples(t), id, inputs, expected)
}

// ThirdParty reads a worked example that quotes a third-party table.
func ThirdParty(t testing.TB, id string, inputs, expected any) {
	t.Helper()
	read(t, examples(t, Beside(t, "golden", "worked_examples.json")), id, inputs, expected)
}

func examples(t testing.TB, path string) []Published {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var all struct{ Cases []Published }
	require.NoError(t, json.Unmarshal(text, &all))
	return all.Cases
}

func read(t testing.TB, all []Published, id string, inputs, expected any) {
	t.Helper()
	for _, c := range all {
		if c.ID == id {
			require.NoError(t, json.Unmarshal(c.Inputs, inputs))
			require.NoError(t, json.Unmarshal(c.Expected, expected))
			return
		}
	}
	t.Fatalf("no example %s", id)
}

// root is the folder of go.mod.
func root(t testing.TB) string {
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

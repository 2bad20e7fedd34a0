package cardtest

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Update writes the generated parts of documents again.
var Update = flag.Bool("update", false, "write the generated parts of documents anew")

// Generated compares the part of a document between <!-- generated: name --> and
// <!-- end --> with what it should be, or writes it.
func Generated(t *testing.T, file, name, want string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	from := "<!-- generated: " + name + " -->\n"
	before, rest, ok := strings.Cut(string(content), from)
	require.True(t, ok, "%s has no part %q", file, name)
	was, after, ok := strings.Cut(rest, "<!-- end -->")
	require.True(t, ok, "%s: the part %q has no end", file, name)
	switch {
	case was == want:
	case *Update:
		require.NoError(t, os.WriteFile(file, []byte(before+from+want+"<!-- end -->"+after), 0o644))
	default:
		a, b := strings.Split(was, "\n"), strings.Split(want, "\n")
		i := 0
		for i < len(a)-1 && i < len(b)-1 && a[i] == b[i] {
			i++
		}
		t.Errorf("%s, part %q, says\n  %s\nwhere the program says\n  %s\nRun make update.", file, name, a[i], b[i])
	}
}

// Cell is a text in a cell of a table.
func Cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(text), "|", `\|`), "\n", " ")
}

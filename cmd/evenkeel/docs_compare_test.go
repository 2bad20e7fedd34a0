package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var ranPart = regexp.MustCompile(`(?s)(<!-- ran: ([^\n]*) -->\n).*?(<!-- end -->)`)

// TestDocsOfComparisons runs the commands of the page on comparisons in order, in a
// folder with the demo, and holds what they print against the page.
func TestDocsOfComparisons(t *testing.T) {
	unlessShort(t)
	dir := t.TempDir()
	demoIn(t, dir)
	page := filepath.Join(house, "docs", "compare.md")
	was, err := os.ReadFile(page)
	require.NoError(t, err)
	now := ranPart.ReplaceAllStringFunc(string(was), func(s string) string {
		m := ranPart.FindStringSubmatch(s)
		text := fenced("sh", m[2])
		if out := ranIn(t, dir, m[2]); out != "" {
			text += "\n" + fenced("text", out)
		}
		return m[1] + text + m[3]
	})
	checkPicture(t, filepath.Join(house, "docs", "images", "compare-growth.png"), filepath.Join(dir, "compared", "plots", "growth.png"))
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(now), 0o644))
		return
	}
	require.Equal(t, now, string(was), "run make update")
}

// ranIn is what a command prints, run in a folder: evenkeel, or cat of a file.
func ranIn(t *testing.T, dir, line string) string {
	t.Helper()
	words := strings.Fields(line)
	if words[0] == "cat" {
		b, err := os.ReadFile(filepath.Join(dir, words[1]))
		require.NoError(t, err)
		return string(b)
	}
	require.Equal(t, "evenkeel", words[0])
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "COLUMNS=110", fine+"=1")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	return string(out)
}

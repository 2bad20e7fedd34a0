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

var (
	copied    = regexp.MustCompile(`(?m)^COPY ([^-].*) \./(.*)$`)
	buildLine = regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 go build .*) -o /evenkeel (.*)$`)
	admitted  = regexp.MustCompile(`(?m)^!(.*)$`)
)

// The recipe of the container copies all that its build needs, and its build may see
// what it copies. .ci/container builds it.
func TestContainer(t *testing.T) {
	recipe, err := os.ReadFile(filepath.Join(house, "examples", "container", "Dockerfile"))
	require.NoError(t, err)
	context := t.TempDir()
	var names []string
	for _, m := range copied.FindAllStringSubmatch(string(recipe), -1) {
		for _, name := range strings.Fields(m[1]) {
			names = append(names, name)
			copyCode(t, filepath.Join(house, name), filepath.Join(context, m[2], strings.TrimPrefix(name, m[2])))
		}
	}
	ignored, err := os.ReadFile(filepath.Join(house, "examples", "container", "Dockerfile.dockerignore"))
	require.NoError(t, err)
	var seen []string
	for _, m := range admitted.FindAllStringSubmatch(string(ignored), -1) {
		seen = append(seen, m[1])
	}
	require.Equal(t, names, seen, "what is copied is what the build may see")

	m := buildLine.FindStringSubmatch(string(recipe))
	require.NotNil(t, m)
	list := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}}", m[2]) // fails where a package or an embedded file is missing
	list.Dir = context
	out, err := list.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "evenkeel/cmd/evenkeel\n")
}

// copyCode copies a file or a folder without what the build may not see.
func copyCode(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(from, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && e.Name() == "testdata" {
			return filepath.SkipDir
		}
		name, err := filepath.Rel(from, path)
		if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755))
		return os.WriteFile(filepath.Join(to, name), b, 0o644)
	}))
}

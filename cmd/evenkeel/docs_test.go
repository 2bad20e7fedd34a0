package main

//go:generate go test -run TestReferences|TestPackagesPicture|TestDocs|TestPolicies|TestComparison -update .

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/cmd/evenkeel/experiment"
)

var update = flag.Bool("update", false, "write the generated parts of the documentation anew")

// house is the folder of go.mod, seen from here.
const house = "../.."

// TestDocs holds the generated parts of the documentation against what the
// program says now: the demo's table, its pictures, the reference of keys, the
// tables that a run leaves. `make update` writes them again.
func TestDocs(t *testing.T) {
	unlessShort(t)
	dir := t.TempDir()
	table := demoIn(t, dir)
	report := filepath.Join(dir, demoFolder, demoReport)
	regenerateAll(t, map[string]func(t *testing.T) string{
		"demo":        func(*testing.T) string { return fenced("text", table) },
		"tables":      func(t *testing.T) string { return tableReference(t, report) },
		"output-list": func(t *testing.T) string { return outputList(t, report) },
	})
	for _, name := range readmePictures(t) {
		if slices.Contains(drawnElsewhere, name) {
			continue
		}
		checkPicture(t, filepath.Join(house, "docs", "images", name), filepath.Join(report, "plots", name))
	}
}

// TestReferences holds the references of keys, plug-ins, commands and exit codes against
// the catalogs: they need no run.
func TestReferences(t *testing.T) {
	regenerateAll(t, map[string]func(t *testing.T) string{
		"measures":   func(*testing.T) string { return measureTable() },
		"keys":       func(*testing.T) string { return keyReference() },
		"strategies": func(*testing.T) string { return plugReference("strategies") },
		"costs":      func(*testing.T) string { return plugReference("costs") },
		"exit-codes": func(*testing.T) string { return fenced("text", exitCodesTopic().Long) },
		"codes":      func(*testing.T) string { return codeTable() },
		"commands":   func(*testing.T) string { return commandTable() },
	})
}

// generatedParts are all parts that the tests which call regenerateAll make.
var generatedParts = []string{"demo", "tables", "output-list", "measures", "keys", "strategies", "costs", "exit-codes", "codes", "commands"}

// regenerateAll compares or writes the given parts of the documents.
func regenerateAll(t *testing.T, parts map[string]func(*testing.T) string) {
	t.Helper()
	used := map[string]bool{}
	for _, file := range []string{"README.md", "docs/experiment.md", "docs/files.md", "docs/exit-codes.md"} {
		path := filepath.Join(house, file)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range part.FindAllStringSubmatch(string(text), -1) {
			require.Contains(t, generatedParts, m[2], "%s: nothing makes this part", path)
		}
		regenerate(t, path, parts, used)
	}
	for name := range parts {
		require.True(t, used[name], "no document has the part %q", name)
	}
}

// demoIn runs the demo in a folder and returns what it prints.
func demoIn(t *testing.T, dir string) string {
	t.Helper()
	cmd := exec.Command("evenkeel", "demo")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "COLUMNS=100", fine+"=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	require.Empty(t, stderr.String())
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "result digest ") {
			continue // pictures may differ in a pixel from processor to processor
		}
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Join(lines, "\n")
}

var part = regexp.MustCompile(`(?s)(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)`)

// regenerate compares the generated parts of a document, or writes them again.
func regenerate(t *testing.T, path string, parts map[string]func(*testing.T) string, used map[string]bool) {
	t.Helper()
	was, err := os.ReadFile(path)
	require.NoError(t, err)
	now := part.ReplaceAllStringFunc(string(was), func(s string) string {
		m := part.FindStringSubmatch(s)
		make, ok := parts[m[2]]
		if !ok {
			return s
		}
		used[m[2]] = true
		made := m[1] + strings.TrimRight(make(t), "\n") + "\n" + m[3]
		if made != s && !*update {
			says, should := firstDifference(s, made)
			t.Errorf("%s, part %q, says\n  %s\nwhere the program says\n  %s\nRun make update.", filepath.Clean(path), m[2], says, should)
		}
		return made
	})
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(now), 0o644))
	}
}

// firstDifference is the first line in which two texts differ.
func firstDifference(a, b string) (string, string) {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	i := 0
	for i < len(x)-1 && i < len(y)-1 && x[i] == y[i] {
		i++
	}
	return x[i], y[i]
}

func fenced(kind, text string) string {
	return "```" + kind + "\n" + strings.TrimRight(text, "\n") + "\n```\n"
}

// drawnElsewhere are pictures of the front page that other tests make: a browser's
// and the study's.
var drawnElsewhere = []string{"report-desktop.png", "study-turnover.png"}

var pictureLink = regexp.MustCompile(`docs/images/([a-z0-9-]+\.png)`)

func readmePictures(t *testing.T) (names []string) {
	b, err := os.ReadFile(filepath.Join(house, "README.md"))
	require.NoError(t, err)
	for _, m := range pictureLink.FindAllStringSubmatch(string(b), -1) {
		names = append(names, m[1])
	}
	require.NotEmpty(t, names)
	return names
}

// checkPicture compares a stored picture with the demo's at half its size, so
// that the documentation stays small.
func checkPicture(t *testing.T, stored, made string) {
	t.Helper()
	comparePicture(t, stored, halved(readPNG(t, made)))
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	require.NoError(t, err, path)
	return img
}

// halved is a picture at half its width and height, each pixel the mean of four.
func halved(img image.Image) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()/2, b.Dy()/2))
	for y := range b.Dy() / 2 {
		for x := range b.Dx() / 2 {
			var sum [3]uint32
			for k := range 4 {
				r, g, bl, _ := img.At(b.Min.X+2*x+k%2, b.Min.Y+2*y+k/2).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+r, sum[1]+g, sum[2]+bl
			}
			out.SetRGBA(x, y, color.RGBA{uint8(sum[0] >> 10), uint8(sum[1] >> 10), uint8(sum[2] >> 10), 0xff})
		}
	}
	return out
}

func far(a, b color.Color) bool {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	const most = 24 << 8
	for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
		if d > most || d < -most {
			return true
		}
	}
	return false
}

// elsewhere are commands of the documentation that a test of this package cannot
// run, for they would run it.
var elsewhere = map[string]bool{
	"go test ./...":           true,
	"go build ./cmd/evenkeel": true,
	"make update":             true,
}

var shell = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestReadmeCommands executes every command of the documentation's sh blocks as
// a reader would: one after the other in one folder. None may warn.
func TestReadmeCommands(t *testing.T) {
	unlessShort(t)
	dir := t.TempDir()
	copyExamples(t, dir)
	rewriteFile(t, filepath.Join(dir, "examples", "study.yaml"), "2012-12-01:6 months", "2012-12-01:3 years") // 648 points of 3,024
	demo := false
	for _, file := range []string{"README.md", "docs/experiment.md", "docs/files.md", "docs/exit-codes.md", "docs/prices.md", "docs/policies.md", "docs/execution.md", "docs/costs.md", "docs/comparison.md", "docs/sweeps.md", "docs/study.md", "docs/clusters.md", "examples/README.md", "cmd/evenkeel/README.md"} {
		b, err := os.ReadFile(filepath.Join(house, file))
		require.NoError(t, err)
		for _, block := range shell.FindAllStringSubmatch(string(b), -1) {
			for line := range strings.Lines(block[1]) {
				if strings.TrimSpace(line) == "go run ./cmd/evenkeel demo" { // several documents begin with it
					if demo {
						continue
					}
					demo = true
				}
				execute(t, dir, line)
			}
		}
	}
}

// rewriteFile replaces a text that a file has.
func rewriteFile(t *testing.T, path, text, by string) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(b), text)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(b), text, by, 1)), 0o600))
}

func execute(t *testing.T, dir, line string) {
	t.Helper()
	line, _, _ = strings.Cut(line, " # ")
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") || elsewhere[line] {
		return
	}
	cmd := exec.Command("sh", "-c", strings.ReplaceAll(line, "go run ./cmd/evenkeel", "evenkeel"))
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", line, out)
	require.NotContains(t, string(out), "warning E", line)
}

// copyExamples puts the examples and the files they name where the documentation's commands look for them.
func copyExamples(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "examples"), 0o755))
	files, err := filepath.Glob(filepath.Join(house, "examples", "*.[yc]*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "examples", filepath.Base(f)), b, 0o644))
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(name:.*?)```")

// The experiments shown in the documentation are good.
func TestShownExperiments(t *testing.T) {
	shown := 0
	for _, file := range []string{"README.md", "docs/experiment.md", "docs/comparison.md"} {
		b, err := os.ReadFile(filepath.Join(house, file))
		require.NoError(t, err)
		for _, block := range yamlBlock.FindAllStringSubmatch(string(b), -1) {
			_, err := experiment.Parse(file, []byte(block[1]))
			require.NoError(t, err)
			shown++
		}
	}
	require.NotZero(t, shown)
}

// Every command has an example, and help that fits a terminal.
func TestCommandsExplainThemselves(t *testing.T) {
	root, _ := newRoot(newConsole(&bytes.Buffer{}, &bytes.Buffer{}))
	for _, cmd := range commandsOf(root) {
		require.NotEmpty(t, cmd.Short, cmd.Name())
		if cmd.Runnable() && cmd.Name() != "version" && cmd.Name() != "data" {
			require.NotEmpty(t, cmd.Example, cmd.Name())
		}
		for line := range strings.Lines(cmd.Long + "\n" + cmd.Example) {
			require.LessOrEqual(t, len(strings.TrimRight(line, "\n")), 92, fmt.Sprintf("%s: %s", cmd.Name(), line))
		}
	}
}

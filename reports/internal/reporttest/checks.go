package reporttest

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

var pages = flag.String("pages", "", "write the pages that a browser is to be tested with into this folder")

// Has and lacks do not print the page when they fail.
func Has(t *testing.T, content, text string) {
	t.Helper()
	require.True(t, strings.Contains(content, text), "the page lacks %q", text)
}

// Lacks fails if a page contains a text.
func Lacks(t *testing.T, content, text string) {
	t.Helper()
	i := strings.Index(content, text)
	require.Negative(t, i, "the page has %q: %.200s", text, content[max(0, i-100):])
}

// NoScript is the page without its own script.
func NoScript(content string) string {
	i := strings.LastIndex(content, "<script>")
	return content[:i]
}

// Keep writes a page for the browser when asked to.
func Keep(t *testing.T, name, content string) {
	t.Helper()
	if *pages != "" {
		require.NoError(t, os.MkdirAll(*pages, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(*pages, name+".html"), []byte(content), 0o644))
	}
}

// RowPattern finds the rows of policies.
var RowPattern = regexp.MustCompile(`(?s)<tr data-k="(\d+)">(.*?)</tr>`)

// RequireShown checks that text is x to the digits that it shows.
func RequireShown(t *testing.T, x float64, text, what string) {
	t.Helper()
	plain := strings.NewReplacer(",", "", draw.Minus, "-", " %", "").Replace(text)
	shown, err := strconv.ParseFloat(plain, 64)
	require.NoError(t, err, "%s: %q", what, text)
	if strings.HasSuffix(text, "%") {
		x *= 100
	}
	_, after, _ := strings.Cut(plain, ".")
	half := 0.5000001
	for range after {
		half /= 10
	}
	require.InDelta(t, x, shown, half, "%s: %q", what, text)
}

// LoadsNothing checks a page with a number of style sheets and one script.
func LoadsNothing(t *testing.T, content string, styles int) {
	t.Helper()
	Has(t, content, "default-src &#39;none&#39;")
	for _, part := range []struct {
		from, to string
		n        int
	}{{"<style>", "</style>", styles}, {"<script>", "</script>", 1}} {
		all := strings.Split(content, part.from)[1:]
		require.Len(t, all, part.n)
		for _, rest := range all {
			text, _, ok := strings.Cut(rest, part.to)
			require.True(t, ok)
			hash := strings.NewReplacer("'", "&#39;", "+", "&#43;").Replace(page.SourceHash([]byte(text)))
			Has(t, content, hash)
		}
	}
	body := NoScript(content)[strings.Index(content, "<body>"):]
	for _, no := range []string{"http://", "https://", " style=", "src=", "<link", "<img", "url(", "@import", "onload", "onerror"} {
		if no == "http://" || no == "https://" { // the name space of SVG loads nothing
			body = strings.ReplaceAll(body, "http://www.w3.org/2000/svg", "")
		}
		Lacks(t, body, no)
	}
	Lacks(t, NoScript(content), "NaN")
	Lacks(t, content, "ZgotmplZ")
}

// tagPattern finds every element that begins.
var tagPattern = regexp.MustCompile(`<([a-zA-Z!/][^\s>]*)`)

// elements counts the elements of a page by their names.
func elements(content string) map[string]int {
	n := map[string]int{}
	for _, m := range tagPattern.FindAllStringSubmatch(NoScript(content), -1) {
		n[m[1]]++
	}
	return n
}

// KeepsText holds a page with the hostile names against the same with tame ones, keeps
// it for the browser, and finds all texts on it.
func KeepsText(t *testing.T, name string, of func(names []string) string, texts []string) {
	t.Helper()
	content := of(Escapes)
	Keep(t, name, content)
	tame := make([]string, len(Escapes))
	for i, s := range sortedNames(Escapes) {
		tame[slices.Index(Escapes, s)] = fmt.Sprintf("name %02d", i) // in the same order
	}
	require.Equal(t, elements(of(tame)), elements(content))
	Lacks(t, content, "ZgotmplZ")
	for _, r := range content {
		require.False(t, r < ' ' && r != '\n' || r == 0x202E || r == 0x2028, "%q", r)
	}
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`<bdi>([^<]*)</bdi>`).FindAllStringSubmatch(content, -1) {
		found[html.UnescapeString(m[1])] = true
	}
	for _, s := range texts {
		require.True(t, found[draw.Clean(s, 400)], "%.50q is no text of the page", s)
	}
}

// Update writes what is made as what is expected.
var Update = flag.Bool("update", false, "write what is made as what is expected")

// Golden compares with testdata/NAME, or writes it with -update.
func Golden(t *testing.T, name string, got []byte, same func(want, got []byte) bool) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *Update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if !same(want, got) {
		t.Errorf("%s differs from what is made now; look at both, then run the test with -update", path)
	}
}

// Alike reports whether two PNG files show the same: at most one pixel in a
// thousand may differ by more than a shade.
func Alike(want, got []byte) bool {
	a, err1 := png.Decode(bytes.NewReader(want))
	b, err2 := png.Decode(bytes.NewReader(got))
	if err1 != nil || err2 != nil || a.Bounds() != b.Bounds() {
		return false
	}
	return differing(a, b) <= a.Bounds().Dx()*a.Bounds().Dy()/1000
}

func differing(a, b image.Image) (n int) {
	const shade = 0x0800
	far := func(x, y uint32) bool { return max(x, y)-min(x, y) > shade }
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, bl2, _ := b.At(x, y).RGBA()
			if far(r, r2) || far(g, g2) || far(bl, bl2) {
				n++
			}
		}
	}
	return n
}

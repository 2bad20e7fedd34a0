package reports

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
)

var pages = flag.String("pages", "", "write the pages that a browser is to be tested with into this folder")

// page is the page of a run.
func page(t testing.TB, run *Run) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, HTML(&b, run))
	return b.String()
}

// has and lacks do not print the page when they fail.
func has(t *testing.T, content, text string) {
	t.Helper()
	require.True(t, strings.Contains(content, text), "the page lacks %q", text)
}

func lacks(t *testing.T, content, text string) {
	t.Helper()
	i := strings.Index(content, text)
	require.Negative(t, i, "the page has %q: %.200s", text, content[max(0, i-100):])
}

// noScript is the page without its own script.
func noScript(content string) string {
	i := strings.LastIndex(content, "<script>")
	return content[:i]
}

// keep writes a page for the browser when asked to.
func keep(t *testing.T, name, content string) {
	t.Helper()
	if *pages != "" {
		require.NoError(t, os.MkdirAll(*pages, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(*pages, name+".html"), []byte(content), 0o644))
	}
}

// The page of 20 policies over 20 years is small and quickly made.
func TestHTMLOfManyPolicies(t *testing.T) {
	run := many(t, 10, 5040)
	begin := time.Now()
	content := page(t, run)
	t.Logf("20 policies x 20 years x 10 assets: %.2f s, %d bytes", time.Since(begin).Seconds(), len(content))
	require.Less(t, len(content), 3<<20)
	keep(t, "many", content)
}

var (
	cellPattern = regexp.MustCompile(`<td[^>]*? data-m="([a-z_]+)" data-v="([^"]*)">([^<]*)<`)
	rowPattern  = regexp.MustCompile(`(?s)<tr data-k="(\d+)">(.*?)</tr>`)
)

// Every measure on the page is the one of summary.json: in full for sorting, and
// on paper to the digits that are shown.
func TestHTMLShowsTheSummary(t *testing.T) {
	run := five(t, 700)
	var b bytes.Buffer
	require.NoError(t, Summary(&b, run))
	var summary struct {
		Policies map[string]map[string]any
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &summary))
	content := page(t, run)
	keep(t, "five", content)
	checked := 0
	for _, row := range rowPattern.FindAllStringSubmatch(content, -1) {
		k, err := strconv.Atoi(row[1])
		require.NoError(t, err)
		want := summary.Policies[run.Policies[k].Name]
		for _, c := range cellPattern.FindAllStringSubmatch(row[2], -1) {
			full, err := strconv.ParseFloat(c[2], 64)
			require.NoError(t, err)
			require.Equal(t, want[c[1]], full, c[1])
			requireShown(t, full, c[3], c[1])
			checked++
		}
	}
	require.Greater(t, checked, 3*len(headline))
	for _, m := range run.measures() { // the table of all measures has a line of each
		has(t, content, `data-m="`+m.Name+`"`)
	}
}

// requireShown checks that text is x to the digits that it shows.
func requireShown(t *testing.T, x float64, text, what string) {
	t.Helper()
	plain := strings.NewReplacer(",", "", minus, "-", " %", "").Replace(text)
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

// What is said about the whole page: nothing is loaded, and the styles and the
// script are those that the page's policy names.
func TestHTMLLoadsNothing(t *testing.T) {
	loadsNothing(t, page(t, five(t, 300)), 1)
}

// loadsNothing checks a page with a number of style sheets and one script.
func loadsNothing(t *testing.T, content string, styles int) {
	t.Helper()
	has(t, content, "default-src &#39;none&#39;")
	for _, part := range []struct {
		from, to string
		n        int
	}{{"<style>", "</style>", styles}, {"<script>", "</script>", 1}} {
		all := strings.Split(content, part.from)[1:]
		require.Len(t, all, part.n)
		for _, rest := range all {
			text, _, ok := strings.Cut(rest, part.to)
			require.True(t, ok)
			hash := strings.NewReplacer("'", "&#39;", "+", "&#43;").Replace(sourceHash([]byte(text)))
			has(t, content, hash)
		}
	}
	body := noScript(content)[strings.Index(content, "<body>"):]
	for _, no := range []string{"http://", "https://", " style=", "src=", "<link", "<img", "url(", "@import", "onload", "onerror"} {
		if no == "http://" || no == "https://" { // the name space of SVG loads nothing
			body = strings.ReplaceAll(body, "http://www.w3.org/2000/svg", "")
		}
		lacks(t, body, no)
	}
	lacks(t, noScript(content), "NaN")
	lacks(t, content, "ZgotmplZ")
}

// What the page of the small run says: every section but all measures and the
// definitions, of lines the beginning and the number of characters.
func TestHTMLGolden(t *testing.T) {
	content := noScript(page(t, small(t)))
	cut := func(from, to string) {
		i := strings.Index(content, from)
		require.GreaterOrEqual(t, i, 0, from)
		j := strings.Index(content[i:], to)
		require.GreaterOrEqual(t, j, 0, to)
		content = content[:i] + content[i+j:]
	}
	cut("<!doctype", "<body>")
	cut("<details><summary>All measures", `<section id="growth"`)
	cut(`<section id="terms">`, "</main>")
	content = regexp.MustCompile(` d="([^"]{40})([^"]*)"`).ReplaceAllStringFunc(content, func(s string) string {
		return fmt.Sprintf("%s... %d characters\"", s[:44], len(s)-5)
	})
	content = regexp.MustCompile(`<path class="([^"]*)"[^>]* d="([^"]*)"/>`).ReplaceAllString(content, "\n$1: $2\n")
	content = regexp.MustCompile(`<svg[^>]* id="([^"]*)"[^>]*>`).ReplaceAllString(content, "\n$1\n")
	content = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(content, " ")
	content = regexp.MustCompile(` *\n\s*`).ReplaceAllString(content, "\n")
	content = regexp.MustCompile(` +`).ReplaceAllString(html.UnescapeString(content), " ")
	golden(t, "report.html.txt", []byte(strings.TrimSpace(content)+"\n"), bytes.Equal)
}

// tagPattern finds every element that begins.
var tagPattern = regexp.MustCompile(`<([a-zA-Z!/][^\s>]*)`)

// elements counts the elements of a page by their names.
func elements(content string) map[string]int {
	n := map[string]int{}
	for _, m := range tagPattern.FindAllStringSubmatch(noScript(content), -1) {
		n[m[1]]++
	}
	return n
}

// escapes are names of policies and assets that try to break out of a page.
var escapes = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</script>", "{{.}}", "javascript:alert(1)",
	"a\u2028b", "\u202Eright to left\u202C \u0645\u062B\u0627\u0644", "' onmouseover='alert(1)", "</style><b>", "-->", strings.Repeat("ten kB ", 1500),
}

func escapingRun(t testing.TB, names []string) *Run {
	p := walk(t, sortedNames(names), 300)
	targets := make([]float64, len(names))
	for i := range targets {
		targets[i] = 1 / float64(len(names))
	}
	var plans []plan
	for _, name := range names {
		x := banded(name, targets, 0.05, 0.03)
		x.title = name
		plans = append(plans, x)
	}
	run := replay(t, p, targets, tenBPS(t, p, sim.NextOpen), plans...)
	run.Name, run.Currency, run.Prices, run.Base, run.Against, run.Notes = names[0], names[1], names[2], names[3], names[4], names
	run.Source = &Source{Settings: names[0] + names[1] + names[2], Start: data.NoDate, End: data.NoDate, Program: names[8]}
	return run
}

func sortedNames(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

// Names that try to break out stay text: the page has the elements of the same
// page with plain names, and no character that turns lines or breaks them.
func TestHTMLKeepsHostileNamesText(t *testing.T) {
	keepsText(t, "hostile", func(names []string) string { return page(t, escapingRun(t, names)) }, escapes)
}

// keepsText holds a page with the hostile names against the same with tame ones, keeps
// it for the browser, and finds all texts on it.
func keepsText(t *testing.T, name string, of func(names []string) string, texts []string) {
	t.Helper()
	content := of(escapes)
	keep(t, name, content)
	tame := make([]string, len(escapes))
	for i, s := range sortedNames(escapes) {
		tame[slices.Index(escapes, s)] = fmt.Sprintf("name %02d", i) // in the same order
	}
	require.Equal(t, elements(of(tame)), elements(content))
	lacks(t, content, "ZgotmplZ")
	for _, r := range content {
		require.False(t, r < ' ' && r != '\n' || r == 0x202E || r == 0x2028, "%q", r)
	}
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`<bdi>([^<]*)</bdi>`).FindAllStringSubmatch(content, -1) {
		found[html.UnescapeString(m[1])] = true
	}
	for _, s := range texts {
		require.True(t, found[clean(s, 400)], "%.50q is no text of the page", s)
	}
}

// Pages of runs that lack this or that.
func TestHTMLOfPoorRuns(t *testing.T) {
	for _, sessions := range []int{1, 2, 3, 30} {
		content := page(t, five(t, sessions))
		lacks(t, noScript(content), "NaN")
		lacks(t, noScript(content), "Inf<")
	}
	run := five(t, 40)
	run.Base, run.Currency, run.Notes, run.Prices = "", "", nil, ""
	for i := range run.Policies {
		p := &run.Policies[i]
		r := *p.Record
		r.Log, r.DriftHalf, r.DriftMost = nil, nil, nil
		*p = Policy{Name: p.Name, Record: &r}
	}
	lacks(t, page(t, run), `id="log"`)
	p := walk(t, []string{"A"}, 300)
	one := replay(t, p, []float64{1}, tenBPS(t, p, sim.NextClose), never())
	one.Base = ""
	keep(t, "one", page(t, one))
}

func TestHTMLSaysWhichWindow(t *testing.T) {
	run := five(t, 300)
	first, last := run.Panel.Date(0), run.Panel.Date(299)
	run.Source = &Source{Settings: "{\"name\": \"<b>\"}\n", Start: first - 2, End: last, Program: "evenkeel 1"}
	content := page(t, run)
	has(t, content, fmt.Sprintf("asked for from %s, begun at the first session from then on, %s; asked for until %s", first-2, first, last))
	has(t, content, "{&#34;name&#34;: &#34;&lt;b&gt;&#34;}")
	run.Source = &Source{Start: data.NoDate, End: data.NoDate}
	has(t, page(t, run), "from the first session that")
}

func TestPlainUndoesEscape(t *testing.T) {
	for _, s := range append([]string{"a*b", `\`, "**", "1. x", "a_b _c_", "x:/y", "#", "<b>", "`|~&$!{}[]"}, hostile...) {
		require.Equal(t, clean(s, 400), plain(escape(s)))
	}
	require.Equal(t, "bold", plain("**bold**"))
}

// Lines are kept where they matter.
func TestSampledKeepsExtremes(t *testing.T) {
	v := make([]float64, 1000)
	for i := range v {
		v[i] = float64(i % 7)
	}
	v[333], v[666] = -50, 90
	other := make([]float64, 1000)
	other[123] = 4
	at := sampled(1000, 20, v, other)
	for _, k := range []int{0, 123, 333, 666, 999} {
		require.Contains(t, at, k)
	}
	require.Less(t, len(at), 50)
	require.IsIncreasing(t, at)
	require.Equal(t, []int{0}, sampled(1, 20, v[:1]))
}

func TestHTMLPath(t *testing.T) {
	var p htmlPath
	p.from(3, -4)
	p.to(5, -4)
	p.to(6, -10)
	p.from(1, 2)
	p.to(1, 5)
	require.Equal(t, "M3-4l2 0 1-6M1 2l0 3", p.String())
}

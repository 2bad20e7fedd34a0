package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/reports/page"
	"evenkeel/sim"
)

// pageOf is the page of a run.
func pageOf(t testing.TB, run *Run) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, HTML(&b, run))
	return b.String()
}

// The page of 20 policies over 20 years is small and quickly made.
func TestHTMLOfManyPolicies(t *testing.T) {
	run := many(t, 10, 5040)
	begin := time.Now()
	content := pageOf(t, run)
	t.Logf("20 policies x 20 years x 10 assets: %.2f s, %d bytes", time.Since(begin).Seconds(), len(content))
	require.Less(t, len(content), 3<<20)
	reporttest.Keep(t, "many", content)
}

var cellPattern = regexp.MustCompile(`<td[^>]*? data-m="([a-z_]+)" data-v="([^"]*)">([^<]*)<`)

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
	content := pageOf(t, run)
	reporttest.Keep(t, "five", content)
	checked := 0
	for _, row := range reporttest.RowPattern.FindAllStringSubmatch(content, -1) {
		k, err := strconv.Atoi(row[1])
		require.NoError(t, err)
		want := summary.Policies[run.Policies[k].Name]
		for _, c := range cellPattern.FindAllStringSubmatch(row[2], -1) {
			full, err := strconv.ParseFloat(c[2], 64)
			require.NoError(t, err)
			require.Equal(t, want[c[1]], full, c[1])
			reporttest.RequireShown(t, full, c[3], c[1])
			checked++
		}
	}
	require.Greater(t, checked, 3*len(headline))
	for _, m := range run.Measures() { // the table of all measures has a line of each
		reporttest.Has(t, content, `data-m="`+m.Name+`"`)
	}
}

// What is said about the whole page: nothing is loaded, and the styles and the
// script are those that the page's policy names.
func TestHTMLLoadsNothing(t *testing.T) {
	reporttest.LoadsNothing(t, pageOf(t, five(t, 300)), 1)
}

// What the page of the small run says: every section but all measures and the
// definitions, of lines the beginning and the number of characters.
func TestHTMLGolden(t *testing.T) {
	content := reporttest.NoScript(pageOf(t, small(t)))
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
	reporttest.Golden(t, "report.html.txt", []byte(strings.TrimSpace(content)+"\n"), bytes.Equal)
}

// Names that try to break out stay text: the page has the elements of the same
// page with plain names, and no character that turns lines or breaks them.
func TestHTMLKeepsHostileNamesText(t *testing.T) {
	reporttest.KeepsText(t, "hostile", func(names []string) string { return pageOf(t, escapingRun(t, names)) }, reporttest.Escapes)
}

// Pages of runs that lack this or that.
func TestHTMLOfPoorRuns(t *testing.T) {
	t.Cleanup(draw.Coarse())
	for _, sessions := range []int{1, 2, 3, 30} {
		content := pageOf(t, five(t, sessions))
		reporttest.Lacks(t, reporttest.NoScript(content), "NaN")
		reporttest.Lacks(t, reporttest.NoScript(content), "Inf<")
	}
	run := five(t, 40)
	run.Base, run.Currency, run.Notes, run.Prices = "", "", nil, ""
	for i := range run.Policies {
		p := &run.Policies[i]
		r := *p.Record
		r.Log, r.DriftHalf, r.DriftMost = nil, nil, nil
		*p = Policy{Name: p.Name, Record: &r}
	}
	reporttest.Lacks(t, pageOf(t, run), `id="log"`)
	p := reporttest.Walk(t, []string{"A"}, 300)
	one := replay(t, p, []float64{1}, reporttest.TenBPS(t, p, sim.NextClose), reporttest.Never())
	one.Base = ""
	reporttest.Keep(t, "one", pageOf(t, one))
}

func TestHTMLSaysWhichWindow(t *testing.T) {
	run := five(t, 300)
	first, last := run.Panel.Date(0), run.Panel.Date(299)
	run.Source = &Source{Settings: "{\"name\": \"<b>\"}\n", Start: first - 2, End: last, Program: "evenkeel 1"}
	content := pageOf(t, run)
	reporttest.Has(t, content, fmt.Sprintf("asked for from %s, begun at the first session from then on, %s; asked for until %s", first-2, first, last))
	reporttest.Has(t, content, "{&#34;name&#34;: &#34;&lt;b&gt;&#34;}")
	run.Source = &Source{Start: data.NoDate, End: data.NoDate}
	reporttest.Has(t, pageOf(t, run), "from the first session that")
}

func TestPlainUndoesEscape(t *testing.T) {
	for _, s := range append([]string{"a*b", `\`, "**", "1. x", "a_b _c_", "x:/y", "#", "<b>", "`|~&$!{}[]"}, hostile...) {
		require.Equal(t, draw.Clean(s, 400), page.Plain(page.Escape(s)))
	}
	require.Equal(t, "bold", page.Plain("**bold**"))
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
	at := page.Sampled(1000, 20, v, other)
	for _, k := range []int{0, 123, 333, 666, 999} {
		require.Contains(t, at, k)
	}
	require.Less(t, len(at), 50)
	require.IsIncreasing(t, at)
	require.Equal(t, []int{0}, page.Sampled(1, 20, v[:1]))
}

func TestHTMLPath(t *testing.T) {
	var p page.Path
	p.From(3, -4)
	p.To(5, -4)
	p.To(6, -10)
	p.From(1, 2)
	p.To(1, 5)
	require.Equal(t, "M3-4l2 0 1-6M1 2l0 3", p.String())
}

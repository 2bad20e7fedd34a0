package run

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
)

func exportAll(t testing.TB, run *Run, e Export) reporttest.Memory {
	m := reporttest.Memory{}
	require.NoError(t, e.Write(m, run))
	return m
}

// What is rendered without a request is what the run itself leaves.
func TestDefaultExportIsTheRunsOwn(t *testing.T) {
	t.Cleanup(draw.Coarse())
	run := small(t)
	was, is := reporttest.Memory{}, exportAll(t, run, Export{})
	require.NoError(t, Write(was, run))
	for _, name := range []string{"report.md", "report.html", "plots/growth.png", "plots/growth.svg", "plots/drift.svg", "plots/shortfall.svg", "plots/cost-tracking.png", "plots/weights-bands.svg"} {
		require.NotEmpty(t, was[name], name)
		require.True(t, bytes.Equal(was[name], is[name]), name)
	}
	require.Contains(t, is, "tables/results.md")
	for name := range was {
		if strings.HasPrefix(name, "plots/") {
			require.Contains(t, is, name)
		}
	}
}

func TestTablesCarryFullNumbers(t *testing.T) {
	run := small(t)
	m := exportAll(t, run, Export{Formats: []string{"md", "csv", "latex", "json"}})
	rows, err := csv.NewReader(bytes.NewReader(m["tables/results.csv"])).ReadAll()
	require.NoError(t, err)
	require.True(t, bytes.HasSuffix(m["tables/results.csv"], []byte("\r\n")), "lines end as RFC 4180 has it")
	require.Equal(t, "policy", rows[0][0])
	require.Len(t, rows, 1+len(run.Policies))
	var doc struct {
		Rows []map[string]any `json:"rows"`
	}
	require.NoError(t, json.Unmarshal(m["tables/results.json"], &doc))
	for i := range run.Policies {
		p := &run.Policies[i]
		require.Equal(t, p.Name, rows[i+1][0])
		for k, key := range rows[0][1:] {
			want := p.Value(key)
			if math.IsNaN(want) || math.IsInf(want, 0) {
				require.Empty(t, rows[i+1][k+1])
				require.Nil(t, doc.Rows[i][key])
				continue
			}
			got, err := strconv.ParseFloat(rows[i+1][k+1], 64)
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.Equal(t, want, doc.Rows[i][key])
		}
	}
	events, err := csv.NewReader(bytes.NewReader(m["tables/rebalances.csv"])).ReadAll()
	require.NoError(t, err)
	n := 0
	for i := range run.Policies {
		n += run.Policies[i].Record.Tally.Rebalances
	}
	require.Len(t, events, 1+n)
	for name, b := range m {
		if strings.HasSuffix(name, ".tex") {
			require.Contains(t, string(b), `\toprule`)
			require.Regexp(t, regexp.MustCompile(`\\begin\{(tabular|longtable)\}\{[lr]+\}`), string(b))
		}
		if strings.HasSuffix(name, ".json") {
			require.True(t, json.Valid(b), name)
		}
	}
	reporttest.Golden(t, "table-results.tex", m["tables/costs-by-year.tex"], bytes.Equal)
	reporttest.Golden(t, "table-results.csv", m["tables/costs-by-year.csv"], bytes.Equal)
	reporttest.Golden(t, "table-results.json", m["tables/costs-by-year.json"], bytes.Equal)
	reporttest.Golden(t, "table-results.md", m["tables/costs-by-year.md"], bytes.Equal)
}

// Names that would be a formula, a command or markup stay text in every format.
func TestHostileNamesInTables(t *testing.T) {
	names := []string{"=1+2", "+cmd|' /C calc'!A0", "-1", "@SUM(A1)", `\input{/etc/passwd}`, "a & b % c # d _ e ^ f ~ g $ h", "[x]{y}", `"quoted", comma`, "<script>"}
	run := namedRun(t, names, 60)
	run.Notes = nil
	m := exportAll(t, run, Export{Formats: []string{"md", "csv", "latex", "json"}})
	rows, err := csv.NewReader(bytes.NewReader(m["tables/policies.csv"])).ReadAll()
	require.NoError(t, err)
	for i, name := range names {
		got := rows[i+1][0]
		if strings.ContainsRune("=+-@", rune(name[0])) {
			require.Equal(t, "'"+name, got)
		} else {
			require.Equal(t, name, got)
		}
	}
	tex := string(m["tables/policies.tex"])
	require.NotContains(t, tex, `\input{`)
	require.Contains(t, tex, `\textbackslash{}input\{/etc/passwd\}`)
	require.NotRegexp(t, `(?m)^\[`, tex)
	require.True(t, json.Valid(m["tables/returns-by-year.json"]))
	require.NotContains(t, string(m["tables/policies.md"]), "<script>")
}

func TestFiguresOfOtherSizes(t *testing.T) {
	run := small(t)
	for _, c := range []struct {
		size  draw.Size
		wide  float64 // inches
		tall  float64 // 0: any
		dpi   float64
		names []string
	}{{draw.Paper, 3.4, 0, 300, []string{"growth", "drift", "shortfall", "cost-tracking", "weights-bands"}}, {draw.Slide, 10, 5.6, 192, []string{"growth", "drift", "shortfall", "cost-tracking", "weights-bands"}}} {
		m := exportAll(t, run, Export{Formats: []string{"png", "svg", "pdf"}, Size: c.size})
		again := exportAll(t, run, Export{Formats: []string{"pdf"}, Size: c.size})
		for _, name := range c.names {
			img, err := png.DecodeConfig(bytes.NewReader(m["plots/"+name+".png"]))
			require.NoError(t, err)
			require.InDelta(t, c.wide*c.dpi, float64(img.Width), 4, name)
			box := regexp.MustCompile(`/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]`).FindSubmatch(m["plots/"+name+".pdf"])
			require.NotNil(t, box)
			w, err := strconv.ParseFloat(string(box[1]), 64)
			require.NoError(t, err)
			h, err := strconv.ParseFloat(string(box[2]), 64)
			require.NoError(t, err)
			require.InDelta(t, c.wide*72, w, 0.1, name)
			if c.tall > 0 {
				require.InDelta(t, c.tall*72, h, 0.1, name)
				require.InDelta(t, c.tall*c.dpi, float64(img.Height), 4, name)
			}
			require.Equal(t, again["plots/"+name+".pdf"], m["plots/"+name+".pdf"], "the same figure, the same bytes")
			require.Contains(t, string(m["plots/"+name+".svg"]), `<svg width="`+strconv.FormatFloat(c.wide*72, 'g', 5, 64)+`pt"`)
			wellFormed(t, m["plots/"+name+".svg"])
		}
		if folder := os.Getenv("EVENKEEL_PICTURES"); folder != "" {
			for name, b := range m {
				require.NoError(t, os.WriteFile(filepath.Join(folder, string(c.size)+"-"+filepath.Base(name)), b, 0o600))
			}
		}
	}
}

// The cross references of a PDF file point at its objects.
func TestPDFIsWhole(t *testing.T) {
	b := exportAll(t, small(t), Export{Formats: []string{"pdf"}, Only: []string{"growth"}})["plots/growth.pdf"]
	require.True(t, bytes.HasPrefix(b, []byte("%PDF-1.4\n")))
	start := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(b)
	require.NotNil(t, start)
	at, err := strconv.Atoi(string(start[1]))
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(b[at:], []byte("xref\n0 5\n")))
	for i, x := range regexp.MustCompile(`(?m)^(\d{10}) 00000 n `).FindAllSubmatch(b[at:], -1) {
		to, err := strconv.Atoi(string(x[1]))
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(b[to:], []byte(strconv.Itoa(i+1)+" 0 obj\n")))
	}
	require.NotContains(t, string(b), "CreationDate")
}

func TestExportChoices(t *testing.T) {
	run := small(t)
	m := exportAll(t, run, Export{Formats: []string{"svg", "csv"}, Only: []string{"growth", "results"}})
	require.Len(t, m, 2)
	require.Contains(t, m, "plots/growth.svg")
	require.Contains(t, m, "tables/results.csv")
	require.ErrorContains(t, Export{Formats: []string{"docx"}}.Write(reporttest.Memory{}, run), "there are md, html, csv")
	require.ErrorContains(t, Export{Size: "poster"}.Write(reporttest.Memory{}, run), "screen, paper, slide")
	require.ErrorContains(t, Export{Only: []string{"growht"}}.Write(reporttest.Memory{}, run), `no table or figure "growht"; there are report, policies, results`)
}

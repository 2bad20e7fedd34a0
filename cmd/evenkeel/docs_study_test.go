package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data/columnar"
	"evenkeel/internal/reference"
)

// studyFunds are the targets of the study on prices of real funds.
const studyFunds = "targets={VTI: 40%, AGG: 30%, GLD: 10%, VNQ: 10%, DBC: 10%}"

// studyMeasures are those that the study tells, and how it writes them.
var studyMeasures = []struct {
	key, title, unit string
	scale            float64
	digits           int
}{
	{"cagr", "CAGR", "pp", 100, 2},
	{"cost_per_year", "costs a year", "bp", 1e4, 2},
	{"turnover_per_year", "turnover a year", "pp", 100, 2},
	{"tracking_error", "tracking error", "pp", 100, 2},
	{"drift_mean", "mean drift", "pp", 100, 2},
}

// study is the sweep on the real funds and reports of it.
type study struct {
	t   *testing.T
	dir string
}

// sweep runs the study with changes.
func (s *study) sweep(out string, sets ...string) {
	args := []string{"sweep", filepath.Join(house, "examples", "study.yaml"), "--out", filepath.Join(s.dir, out), "-q",
		"--set", "data.prices=" + reference.Beside(s.t, "data", "etf_returns_daily", "index_derived.parquet"), "--set", studyFunds}
	for _, x := range sets {
		args = append(args, "--set", x)
	}
	code, _, errs := do(args...)
	require.Zero(s.t, code, errs)
}

// report writes one of a sweep, and returns its folder.
func (s *study) report(from, name string, flags ...string) string {
	out := filepath.Join(s.dir, name)
	args := append([]string{"sweep", "report", filepath.Join(s.dir, from), "--out", out, "-q"}, flags...)
	code, _, errs := do(args...)
	require.Zero(s.t, code, errs)
	return out
}

// table is a sweep's.
func (s *study) table(name string) *columnar.Table {
	t, err := columnar.ReadTable(context.Background(), filepath.Join(s.dir, name, "sweep.parquet"), columnar.TableOptions{})
	require.NoError(s.t, err)
	return t
}

// spans are, by measure and axis, the range along the axis with all else equal.
func (s *study) spans(report string) map[string]float64 {
	all := map[string]float64{}
	titles := map[string]string{}
	for _, m := range studyMeasures {
		titles[strings.ToLower(m.title)] = m.key
	}
	for _, r := range readCSV(s.t, filepath.Join(report, "tables", "sensitivity.csv")) {
		x, err := strconv.ParseFloat(r["range_all_else_equal"], 64)
		require.NoError(s.t, err)
		all[titles[strings.ToLower(r["measure"])]+" "+r["axis"]] = x
	}
	return all
}

// spanTable shows how much each choice changes each measure.
func (s *study) spanTable(all, middle map[string]float64) string {
	b := "| all else equal | rails of 25 % to 75 % of the band | rails of 0 to 100 % | bands of 5 % to 30 % | looks | starts |\n|---|---:|---:|---:|---:|---:|\n"
	for _, m := range studyMeasures {
		b += "| " + m.title
		for _, x := range []float64{middle[m.key+" rail / band"], all[m.key+" rail / band"], all[m.key+" band"], all[m.key+" look"], all[m.key+" start"]} {
			require.Greater(s.t, x, 0.0, m.key)
			b += fmt.Sprintf(" | %.*f %s", m.digits, m.scale*x, m.unit)
		}
		b += " |\n"
	}
	return b
}

// pairTable shows what rails of 75 % of the band do that those of 25 % do not,
// start by start and point by point.
func (s *study) pairTable(report string, t *columnar.Table) string {
	b := "| 75 % less 25 % | lowest of the starts | median | highest | points with the median's sign |\n|---|---:|---:|---:|---:|\n"
	for _, m := range studyMeasures {
		rows := readCSV(s.t, filepath.Join(report, "tables", "fan-"+m.key+"-rail_ratio.csv"))
		last := rows[len(rows)-1]
		require.Equal(s.t, "75 %", last["value"])
		b += "| " + m.title
		var xs []float64
		for _, k := range []string{"low", "median", "high"} {
			x, err := strconv.ParseFloat(last[k], 64)
			require.NoError(s.t, err)
			xs = append(xs, x)
			b += " | " + strings.ReplaceAll(fmt.Sprintf("%+.*f %s", m.digits, m.scale*x, m.unit), "-", "−")
		}
		require.Equal(s.t, math.Signbit(xs[0]), math.Signbit(xs[2]), "the sign depends on the start")
		same, of := signs(t, m.key, xs[1])
		b += fmt.Sprintf(" | %d of %d |\n", same, of)
	}
	return b
}

// signs counts the pairs of points, alike but for rails of 25 % and 75 % of the
// band, whose difference in a measure has a sign.
func signs(t *columnar.Table, measure string, sign float64) (same, of int) {
	narrow := map[string]float64{}
	place := func(row int) string {
		return fmt.Sprint(t.Column("data.start").Days[row], t.Column("band").Float(row), t.Column("look").Text(row))
	}
	for row := range t.Rows() {
		if t.Column("rail_ratio").Float(row) == 0.25 {
			narrow[place(row)] = t.Column(measure).Float(row)
		}
	}
	for row := range t.Rows() {
		if t.Column("rail_ratio").Float(row) == 0.75 {
			of++
			if (t.Column(measure).Float(row)-narrow[place(row)])*sign > 0 {
				same++
			}
		}
	}
	return same, of
}

// frontTable counts the points of the front by their rails.
func (s *study) frontTable(report string) string {
	head, rule, line := "| rail, of the band |", "|---|", "| points on the front |"
	n := map[string]int{}
	rows := readCSV(s.t, filepath.Join(report, "tables", "pareto-cost_per_year-tracking_error.csv"))
	for _, r := range rows {
		n[r["rail_ratio"]]++
	}
	for _, rail := range []string{"0", "0.125", "0.25", "0.375", "0.5", "0.625", "0.75", "0.875", "1"} {
		x, err := strconv.ParseFloat(rail, 64)
		require.NoError(s.t, err)
		head, rule, line = head+fmt.Sprintf(" %g %% |", 100*x), rule+"---:|", line+fmt.Sprintf(" %d |", n[rail])
	}
	require.Greater(s.t, n["0.75"]+n["0.875"]+n["1"], len(rows)/2, "most have wide rails")
	return head + "\n" + rule + "\n" + line + "\n"
}

var studyPart = regexp.MustCompile(`(?s)(<!-- (?:study|table): ([a-z-]+) -->\n).*?(<!-- end -->)`)

// The study's tables and pictures are what its commands say on prices of real
// funds, where those are; its conclusion is checked against them.
func TestDocsOfStudy(t *testing.T) {
	reference.Beside(t, "data", "etf_returns_daily")
	unlessShort(t)
	s := &study{t, t.TempDir()}
	s.sweep("study")
	s.sweep("breached", "policies.bands.scope=breached")
	middle, off := []string{"--where", "rail_ratio=25%..75%"}, []string{"--format", "csv"}
	all := s.report("study", "all")
	differences := s.report("study", "differences", "--against", "rail_ratio=50%")
	spans, inner := s.spans(all), s.spans(s.report("study", "middle", append(middle, off...)...))
	breached, breachedInner := s.spans(s.report("breached", "breached-all", off...)), s.spans(s.report("breached", "breached-middle", append(middle, off...)...))
	parts := map[string]string{
		"study":    s.spanTable(spans, inner),
		"breached": s.spanTable(breached, breachedInner),
		"pairs":    s.pairTable(s.report("study", "pairs", append([]string{"--against", "rail_ratio=25%"}, append(middle, off...)...)...), s.table("study")),
		"front":    s.frontTable(all),
	}
	require.Less(t, inner["cagr rail / band"], spans["cagr start"]/10, "the luck of the start is much larger")
	require.Less(t, inner["cagr rail / band"], spans["cagr band"]/2)
	require.Less(t, inner["turnover_per_year rail / band"], spans["turnover_per_year start"])
	require.Greater(t, inner["drift_mean rail / band"], 2*spans["drift_mean start"])
	for _, m := range studyMeasures {
		require.Less(t, breachedInner[m.key+" rail / band"], breached[m.key+" band"]/4+1e-12, m.key)
		require.Less(t, breachedInner[m.key+" rail / band"], breached[m.key+" look"], m.key)
		require.Less(t, breachedInner[m.key+" rail / band"], breached[m.key+" start"]*0.6, m.key)
	}
	for name, from := range map[string]string{
		"study-turnover": filepath.Join(all, "plots", "heat-turnover_per_year-band-rail_ratio.png"),
		"study-drift":    filepath.Join(differences, "plots", "heat-drift_mean-band-rail_ratio.png"),
		"study-starts":   filepath.Join(differences, "plots", "fan-cagr.png"),
		"study-front":    filepath.Join(all, "plots", "pareto-cost_per_year-tracking_error.png"),
	} {
		comparePicture(t, filepath.Join(house, "docs", "images", name+".png"), halved(readPNG(t, from)))
	}
	page := filepath.Join(house, "docs", "study.md")
	was, err := os.ReadFile(page)
	require.NoError(t, err)
	now := studyPart.ReplaceAllStringFunc(string(was), func(part string) string {
		m := studyPart.FindStringSubmatch(part)
		require.Contains(t, parts, m[2])
		return m[1] + parts[m[2]] + m[3]
	})
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(now), 0o644))
		return
	}
	require.Equal(t, now, string(was), "run make update")
}

package run

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

func TestSummaryHoldsTheMeasures(t *testing.T) {
	run := five(t, 300)
	run.Policies[1].Values[3].X = math.NaN()
	run.Policies[1].Values[4].X = math.Inf(1)
	var b bytes.Buffer
	require.NoError(t, Summary(&b, run))
	var got struct {
		Experiment, Currency, Base string
		Period                     struct {
			First, Last data.Date
			Sessions    int
		}
		Policies map[string]map[string]any
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	require.Equal(t, "never", got.Base)
	require.Equal(t, 300, got.Period.Sessions)
	require.Equal(t, run.Panel.Date(299), got.Period.Last)
	for i := range run.Policies {
		p := &run.Policies[i]
		o := got.Policies[p.Name]
		require.Len(t, o, len(p.Values)+3, "and the digest, ruin and notes")
		require.Equal(t, p.Statement.Digest, o["trade_digest"])
		for _, v := range p.Values {
			if v.Unit == metric.YesNo {
				require.Equal(t, v.X == 1, o[v.Name], v.Name)
			} else if data.Finite(v.X) {
				require.Equal(t, v.X, o[v.Name], v.Name) // bit for bit
			} else {
				require.Nil(t, o[v.Name], v.Name)
			}
		}
	}
	text := b.String()
	require.Less(t, strings.Index(text, `"never": {`), strings.Index(text, `"month-end": {`))
	require.Less(t, strings.Index(text, `"final_nav"`), strings.Index(text, `"cagr"`))
}

// hostile are names made to break out of where they are printed.
var hostile = []string{
	"<script>alert(1)</script>", "a|b`c`|[x](http://e.vil)", "two\nlines\r\n# heading", "\x1b[31mred\x00\x07", "../../etc/passwd",
	"CON", "con", "😀 漢字 \u202Eabc\u202C", strings.Repeat("very long name ", 12), "{{.}} %s %d &amp; ]]>", `"quoted' \`, "\xff\xfe",
}

func hostileRun(t testing.TB, sessions int) *Run { return namedRun(t, hostile, sessions) }

// namedRun calls everything by names.
func namedRun(t testing.TB, names []string, sessions int) *Run {
	symbols := slices.Clone(names)
	p := reporttest.Walk(t, symbols, sessions)
	targets := make([]float64, len(symbols))
	for i := range targets {
		targets[i] = 1 / float64(len(symbols))
	}
	var plans []reporttest.Plan
	for _, name := range names {
		x := reporttest.Banded(name, targets, 0.05, 0.03)
		x.Title = name
		plans = append(plans, x)
	}
	run := replay(t, p, targets, reporttest.TenBPS(t, p, sim.NextOpen), plans...)
	run.Name, run.Currency, run.Prices, run.Base, run.Notes = names[0], names[1], names[2], names[3], names
	return run
}

func TestHostileNames(t *testing.T) {
	t.Cleanup(draw.Coarse())
	run := hostileRun(t, 80)
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run))
	for name, content := range m {
		require.Regexp(t, `^(plots/)?[A-Za-z0-9_-]+\.[a-z]+$`, name)
		require.LessOrEqual(t, len(name), 60)
		switch {
		case strings.HasSuffix(name, ".svg"):
			wellFormed(t, content)
		case strings.HasSuffix(name, ".json"):
			require.True(t, json.Valid(content))
		case strings.HasSuffix(name, ".md"):
			plainMarkdown(t, string(content))
		}
	}
	var b bytes.Buffer
	require.NoError(t, Table(&b, run, 100))
	for _, r := range b.String() {
		require.False(t, r < ' ' && r != '\n' || r == 0x202E, "%q", r)
	}
	lower := map[string]bool{}
	for _, n := range fileNames(run) {
		require.False(t, lower[strings.ToLower(n)], n)
		lower[strings.ToLower(n)] = true
	}
}

// wellFormed reads a picture as XML and finds nothing in it but shapes and text.
func wellFormed(t *testing.T, svg []byte) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok {
			require.Contains(t, []string{"svg", "g", "path", "text"}, e.Name.Local)
		}
	}
}

// plainMarkdown checks that no name made structure of its own.
func plainMarkdown(t *testing.T, text string) {
	require.True(t, utf8.ValidString(text))
	pipes := 0
	for _, line := range strings.Split(text, "\n") {
		bare := strings.ReplaceAll(line, `\\`, "")
		for _, c := range []string{"|", "<", "[", "`"} {
			bare = strings.ReplaceAll(bare, `\`+c, "")
		}
		require.NotContains(t, bare, "<script")
		require.NotContains(t, bare, "http://")
		require.NotContains(t, line, "\x1b")
		if !strings.HasPrefix(line, "| ") {
			pipes = 0
			continue
		}
		if n := strings.Count(bare, "|"); pipes == 0 {
			pipes = n
		} else {
			require.Equal(t, pipes, n, line)
		}
	}
}

func TestShortAndIdleRuns(t *testing.T) {
	t.Cleanup(draw.Coarse())
	for _, sessions := range []int{1, 2, 3} {
		run := five(t, sessions)
		m := reporttest.Memory{}
		require.NoError(t, Write(m, run))
		require.Contains(t, string(m["report.md"]), "| n/a |")
		require.Contains(t, string(m["report.md"]), "No policy rebalanced.")
		require.NotContains(t, string(m["report.md"]), "NaN")
		var b bytes.Buffer
		require.NoError(t, Table(&b, run, 80))
		require.NotContains(t, b.String(), "NaN")
	}
}

// A run without log, drift, limits, statement, measures or base still has its reports.
func TestBareRun(t *testing.T) {
	t.Cleanup(draw.Coarse())
	run := five(t, 40)
	run.Base, run.Currency, run.Notes, run.Prices = "", "", nil, ""
	for i := range run.Policies {
		p := &run.Policies[i]
		r := *p.Record
		r.Log, r.DriftHalf, r.DriftMost = nil, nil, nil
		*p = Policy{Name: p.Name, Record: &r}
	}
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run))
	require.Contains(t, m, "nav.parquet")
	require.NotContains(t, m, "plots/weights-bands.png")
	var b bytes.Buffer
	require.NoError(t, Table(&b, run, 80))
}

func TestSameRunSameBytes(t *testing.T) {
	t.Cleanup(draw.Coarse())
	run := five(t, 400)
	first := reporttest.Memory{}
	require.NoError(t, Write(first, run))
	require.Contains(t, first, "plots/growth.png")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	second := reporttest.Memory{}
	require.NoError(t, Write(second, five(t, 400)))
	require.Len(t, second, len(first))
	for name := range first {
		require.True(t, bytes.Equal(first[name], second[name]), name)
	}
}

func TestPicturesStaySmall(t *testing.T) {
	m := reporttest.Memory{}
	require.NoError(t, Write(m, five(t, 5040), "plot-growth", "plot-weights", "plot-drift", "plot-cost-tracking"))
	require.Len(t, m, 12)
	for name, content := range m {
		if strings.HasSuffix(name, ".svg") {
			require.Less(t, len(content), 300_000, name)
		}
	}
}

// The largest layouts: 20 policies, and panels in three columns.
func TestManyPoliciesAndAssets(t *testing.T) {
	t.Cleanup(draw.Coarse())
	m, run := reporttest.Memory{}, many(t, 16, 150)
	require.NoError(t, Write(m, run, "plot-growth", "plot-drift", "plot-cost-tracking", "markdown"))
	run.Policies = run.Policies[2:4]
	require.NoError(t, Write(m, run, "plot-weights"))
	for name, content := range m {
		if strings.HasSuffix(name, ".svg") {
			require.Less(t, len(content), 400_000, name)
			wellFormed(t, content)
		}
	}
	var b bytes.Buffer
	require.NoError(t, Table(&b, many(t, 2, 30), 80))
	require.Equal(t, 24, strings.Count(b.String(), "\n"))
}

func TestSameCloseIsWarnedOf(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B"}, 60)
	run := replay(t, p, []float64{0.5, 0.5}, reporttest.TenBPS(t, p, sim.SameClose), reporttest.Never())
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "markdown"))
	require.Contains(t, string(m["report.md"]), "look at the price they trade at")
	var b bytes.Buffer
	require.NoError(t, Table(&b, run, 80))
	require.Contains(t, b.String(), "look at the")
}

// Fills at the next close of sessions a week or more apart are told wherever results
// are; accounts that never trade, daily sessions and other fills are not.
func TestLateFillsAreWarnedOf(t *testing.T) {
	spaced := func(days int, fill sim.FillTime, plans ...reporttest.Plan) *Run {
		var dates []data.Date
		var closes []float64
		for s := range 40 {
			dates, closes = append(dates, data.NewDate(2020, 1, 1)+data.Date(s*days)), append(closes, 10, float64(10+s%7))
		}
		p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B"}, closes, nil)
		require.NoError(t, err)
		return replay(t, p, []float64{0.5, 0.5}, reporttest.TenBPS(t, p, fill), plans...)
	}
	run := spaced(30, sim.NextClose, reporttest.Never(), reporttest.Banded("bands", []float64{0.5, 0.5}, 0.1, 0))
	const words = "sessions are monthly: trades come a month after their decisions"
	m := reporttest.Memory{}
	require.NoError(t, Write(m, run, "markdown", "summary"))
	require.Contains(t, string(m["report.md"]), words)
	require.Contains(t, string(m["summary.json"]), words)
	reporttest.Has(t, pageOf(t, run), words)
	var b bytes.Buffer
	require.NoError(t, Table(&b, run, 1000))
	require.Contains(t, b.String(), words)
	require.Contains(t, b.String(), "execution.fill: same_close")
	require.Contains(t, spaced(7, sim.NextClose, reporttest.Banded("bands", []float64{0.5, 0.5}, 0.1, 0)).lateFills(), "a week after")
	for _, quiet := range []*Run{
		spaced(30, sim.NextClose, reporttest.Never()), spaced(1, sim.NextClose, reporttest.Banded("bands", []float64{0.5, 0.5}, 0.1, 0)),
		spaced(30, sim.SameClose, reporttest.Banded("bands", []float64{0.5, 0.5}, 0.1, 0)),
	} {
		require.Empty(t, quiet.lateFills())
	}
}

func TestTableFitsItsWidth(t *testing.T) {
	for _, run := range []*Run{five(t, 300), hostileRun(t, 30)} {
		for _, width := range []int{40, 60, 80, 100, 140, 200} {
			var b bytes.Buffer
			require.NoError(t, Table(&b, run, width))
			for _, line := range strings.Split(b.String(), "\n") {
				require.LessOrEqual(t, page.Column{Text: []string{line}}.Width(), width, "%q", line)
			}
		}
	}
}

func TestWriteRefusesWhatCannotBeReported(t *testing.T) {
	t.Cleanup(draw.Coarse())
	good := func() *Run { return five(t, 20) }
	require.ErrorContains(t, Write(reporttest.Memory{}, good(), "nothing"), "no report")
	for _, c := range []struct {
		want string
		harm func(*Run)
	}{
		{"needs a panel", func(r *Run) { r.Targets = r.Targets[1:] }},
		{"needs a policy", func(r *Run) { r.Policies = nil }},
		{"twice", func(r *Run) { r.Policies[1].Name = r.Policies[0].Name }},
		{"no record", func(r *Run) { r.Policies[1].Record = nil }},
		{"limits for", func(r *Run) { r.Policies[2].Limits = []sim.Edges{{Lo: []float64{0.1}}} }},
		{"limits for 2 sets of targets, and there are 1", func(r *Run) { r.Policies[2].Limits = make([]sim.Edges, 2) }},
		{"reference returns", func(r *Run) { r.Reference = []float64{0} }},
	} {
		run := good()
		c.harm(run)
		require.ErrorContains(t, Write(reporttest.Memory{}, run), c.want)
	}
	m := reporttest.Memory{"nav.parquet": nil}
	require.ErrorContains(t, Write(m, good()), "report nav: nav.parquet written twice")
}

func TestBestValuesAreMarked(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		xs     []float64
		better int
		want   []bool
	}{
		{[]float64{1, 3, 2}, +1, []bool{false, true, false}},
		{[]float64{1, 3, 2}, -1, []bool{true, false, false}},
		{[]float64{1, 3, 2}, 0, []bool{false, false, false}},
		{[]float64{nan, 3, nan}, +1, []bool{false, true, false}},
		{[]float64{nan, nan}, +1, []bool{false, false}},
		{[]float64{2, 2.001, 1}, +1, []bool{true, true, false}}, // alike on paper
		{[]float64{2, 2}, +1, []bool{false, false}},
	} {
		require.Equal(t, c.want, page.Bests(c.xs, draw.InUnit(metric.Ratio, c.xs), c.better), "%v", c.xs)
	}
}

func TestPanicsCrossToTheCaller(t *testing.T) {
	require.PanicsWithValue(t, "first", func() {
		defer func() {
			v := recover()
			text, _ := v.(string)
			word, _, _ := strings.Cut(text, "\n")
			panic(word)
		}()
		_ = draw.Side(4, func(i int) {
			if i == 2 {
				panic("first")
			}
		}, func(int) error { return nil })
	})
}

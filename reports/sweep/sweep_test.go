package sweep

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
)

// swept is the table of a sweep: its axes, why points failed ("": they did not),
// then measures.
func swept(axes []columnar.Column, errs []string, measures ...columnar.Column) *columnar.Table {
	ids, status := make([]string, len(errs)), make([]string, len(errs))
	why := columnar.Strings("error", errs)
	why.Valid = make([]bool, len(errs))
	for i, e := range errs {
		ids[i], status[i] = fmt.Sprintf("p%d", i), "ok"
		if e != "" {
			status[i], why.Valid[i] = "failed", true
		}
	}
	t := &columnar.Table{Columns: append(axes, columnar.Strings("point", ids), columnar.Strings("status", status), why)}
	t.Columns = append(t.Columns, measures...)
	return t
}

// sixPoints is a grid of three bands and two rails whose figures are easy to check
// by hand.
func sixPoints(t testing.TB) *Sweep {
	s, err := New(swept(
		[]columnar.Column{columnar.Floats("band", []float64{0.1, 0.1, 0.2, 0.2, 0.3, 0.3}), columnar.Floats("rail_ratio", []float64{0, 0.5, 0, 0.5, 0, 0.5})},
		make([]string, 6),
		columnar.Floats("cost_per_year", []float64{0.0006, 0.0003, 0.0004, 0.0002, 0.00025, 0.0001}),
		columnar.Floats("tracking_error", []float64{0.01, 0.02, 0.02, 0.03, 0.03, 0.07}),
	), "sweep.parquet")
	require.NoError(t, err)
	s.Name = "six"
	return s
}

func TestSweepFiguresByHand(t *testing.T) {
	s := sixPoints(t)
	te := s.measure("tracking_error")
	by := s.influences(te, s.families())
	require.Len(t, by, 2)
	require.InDelta(t, 14/math.Sqrt(16*16.5), by[0].Spearman, 1e-15)
	require.InDelta(t, 13.0/22, by[0].Eta2, 1e-14)
	require.InDelta(t, 0.035, by[0].Range, 1e-15)
	require.InDelta(t, 0.035, by[0].Alike, 1e-15) // 0.02 at the one rail, 0.05 at the other
	require.InDelta(t, 6.0/22, by[1].Eta2, 1e-14)
	require.InDelta(t, 0.01, by[1].Alike, 1e-15)
	e := s.effects(0, te.X)
	require.Equal(t, "20 %", e[1].Label)
	require.Equal(t, 2, e[1].N)
	require.InDelta(t, 0.025, e[1].Mean, 1e-15)
	require.InDelta(t, math.Sqrt(0.00005), e[1].SD, 1e-15)
	require.InDelta(t, 0.0205, e[1].P5, 1e-15)

	f, err := s.pareto(s.measure("cost_per_year"), te)
	require.NoError(t, err)
	require.Equal(t, []int{5, 3, 1, 0}, f.front)

	best := s.best(te, 2)
	require.Equal(t, 0, best[0].Point)
	require.Equal(t, 2, best[0].Neighbours)
	require.InDelta(t, 1.0/3, best[0].Plateau, 1e-12) // neighbours 0.02, median 0.025, itself 0.01
	require.Equal(t, 1, best[1].Point)
	require.InDelta(t, 0.02, best[1].Mean, 1e-15)
	require.Equal(t, 0.03, best[1].Worst)
	require.InDelta(t, 1, best[1].Plateau, 1e-12)
}

func TestSweepSelections(t *testing.T) {
	s := sixPoints(t)
	d, err := s.Against("rail_ratio", "0%")
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0, 0.01, 0, 0.01, 0, 0.04}, d.measure("tracking_error").X, 1e-15)
	_, err = d.pareto(d.measure("cost_per_year"), d.measure("tracking_error"))
	require.ErrorContains(t, err, "differences have no front")

	for _, value := range []string{"50%", "50 %", "0.5"} {
		w, err := s.Where("rail_ratio", value)
		require.NoError(t, err)
		require.Equal(t, []string{"p1", "p3", "p5"}, w.IDs)
		require.Equal(t, "rail / band 50 %", w.where())
	}
	w, err := s.Where("band", "20%..30%")
	require.NoError(t, err)
	require.Equal(t, []string{"p2", "p3", "p4", "p5"}, w.IDs)
	require.Equal(t, []string{"20 %", "30 %"}, w.Axes[0].Labels)
	for _, wrong := range [][2]string{{"bant", "20%"}, {"band", "40%"}, {"band", "30%..10%"}} {
		_, err := s.Where(wrong[0], wrong[1])
		require.Error(t, err)
	}
	require.InDelta(t, 0.015, s.averaged(1).measure("tracking_error").X[0], 1e-15)
}

func TestGoldenSweep(t *testing.T) {
	r, err := NewReport(sixPoints(t), Options{Measures: []string{"tracking_error"}, Formats: Formats})
	require.NoError(t, err)
	m, again := reporttest.Memory{}, reporttest.Memory{}
	require.NoError(t, r.Write(m))
	require.NoError(t, r.Write(again))
	require.Equal(t, m, again)
	reporttest.Golden(t, "sweep.md", m["sweep.md"], bytes.Equal)
	reporttest.Golden(t, "sweep-heat.svg", m["plots/heat-tracking_error-band-rail_ratio.svg"], bytes.Equal)
	reporttest.Golden(t, "sweep-pareto.svg", m["plots/pareto-cost_per_year-tracking_error.svg"], bytes.Equal)
	reporttest.Golden(t, "sweep-effects.svg", m["plots/effects-tracking_error.svg"], bytes.Equal)
	reporttest.Golden(t, "sweep-heat.png", m["plots/heat-tracking_error-band-rail_ratio.png"], reporttest.Alike)
	reporttest.Golden(t, "sweep-sensitivity.csv", m["tables/sensitivity.csv"], bytes.Equal)
	reporttest.Golden(t, "sweep-best.tex", m["tables/best-tracking_error.tex"], bytes.Equal)
	var doc struct {
		Tables []struct {
			Name string  `json:"name"`
			Rows [][]any `json:"rows"`
		} `json:"tables"`
	}
	require.NoError(t, json.Unmarshal(m["sweep.json"], &doc))
	require.Equal(t, "pareto-cost_per_year-tracking_error", doc.Tables[0].Name)
	require.Equal(t, []any{0.3, 0.5, "p5", 0.0001, 0.07}, doc.Tables[0].Rows[0])
}

// Names of a hostile sweep stand nowhere as anything but text.
func TestHostileSweep(t *testing.T) {
	evil := []string{`<script>alert(1)</script>`, "=cmd|'/C calc'!A0", `\write18{rm}` + "\u202e|x", `"><img src=x onerror=alert(1)>`}
	s, err := New(swept(
		[]columnar.Column{columnar.Strings("../../x<b>", evil), columnar.Strings("..-..-x_b-", []string{"a", "b", "a", "b"})},
		[]string{"", "", "", "rail <b>1</b> \x00 outside"},
		columnar.Floats("tracking_error", []float64{1, 2, 3, 4}), columnar.Floats("cost_per_year", []float64{2, 1, 3, 4}),
	), "x")
	require.NoError(t, err)
	s.Name, s.Policy = evil[0], evil[3]
	r, err := NewReport(s, Options{Formats: Formats})
	require.NoError(t, err)
	m := reporttest.Memory{}
	require.NoError(t, r.Write(m))
	page, _, _ := strings.Cut(string(m["sweep.html"]), "<script>\"use strict\"")
	require.True(t, strings.Contains(page, "default-src &#39;none&#39;"))
	for _, bad := range []string{"<script>", "<img src=x", "http://", "https://", "<b>1</b>"} {
		require.False(t, strings.Contains(page, bad), bad)
	}
	require.False(t, strings.Contains(string(m["sweep.md"]), "<script>"))
	require.Contains(t, string(m["tables/failures.tex"]), `rail \textless{}b\textgreater{}1`)
	for name, b := range m {
		require.NotContains(t, name, "..")
		require.False(t, strings.Contains(string(b), "\u202e"), name)
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		require.NoError(t, err, name)
		for _, row := range rows {
			for _, cell := range row {
				require.NotRegexp(t, `^[=+@]`, cell, name)
			}
		}
	}
}

// Points that failed and measures that are undefined are left out, and said.
func TestSweepWithHoles(t *testing.T) {
	nan := math.NaN()
	s, err := New(swept(
		[]columnar.Column{columnar.Floats("band", []float64{0.1, 0.1, 0.2, 0.2}), columnar.Strings("look", []string{"a", "b", "a", "b"})},
		[]string{"", "", "", "no such look"},
		columnar.Floats("tracking_error", []float64{0.1, nan, 0.3, 9}), columnar.Floats("cost_per_year", []float64{nan, nan, nan, nan}),
	), "x")
	require.NoError(t, err)
	h := s.heatMap(s.measure("tracking_error"), 1, 0, true)
	require.Equal(t, 0.1, h.panels[0].cells[0])
	require.True(t, math.IsNaN(h.panels[0].cells[1]))
	require.True(t, math.IsNaN(h.panels[0].cells[3]), "a failed point has no value")
	require.Contains(t, h.note, "1 failed point left out")
	r, err := NewReport(s, Options{Formats: Formats})
	require.NoError(t, err)
	m := reporttest.Memory{}
	require.NoError(t, r.Write(m))
	require.Contains(t, string(m["sweep.md"]), "no such look")
	require.Contains(t, string(m["plots/heat-tracking_error-band-look.svg"]), "hatched: no point that ran")
}

// One axis, none, one point, and no point that ran are reports, too.
func TestSmallSweeps(t *testing.T) {
	for name, x := range map[string]struct {
		axes []columnar.Column
		errs []string
		te   []float64
	}{
		"one axis":     {[]columnar.Column{columnar.Floats("band", []float64{0.1, 0.2, 0.3})}, make([]string, 3), []float64{1, 2, 3}},
		"no axis":      {nil, make([]string, 1), []float64{1}},
		"one point":    {[]columnar.Column{columnar.Floats("band", []float64{0.1})}, make([]string, 1), []float64{1}},
		"all failed":   {[]columnar.Column{columnar.Floats("band", []float64{0.1, 0.2})}, []string{"a", "b"}, []float64{1, 2}},
		"no points":    {[]columnar.Column{columnar.Floats("band", nil)}, nil, nil},
		"all the same": {[]columnar.Column{columnar.Floats("band", []float64{0.1, 0.2})}, make([]string, 2), []float64{5, 5}},
		"starts alone": {[]columnar.Column{columnar.Dates("data.start", []data.Date{data.NewDate(2006, 1, 2), data.NewDate(2007, 1, 2)})}, make([]string, 2), []float64{1, 2}},
		"texts":        {[]columnar.Column{columnar.Strings("look", []string{"a", "b"}), columnar.Strings("to", []string{"x", "y"})}, make([]string, 2), []float64{1, 2}},
	} {
		s, err := New(swept(x.axes, x.errs, columnar.Floats("tracking_error", x.te), columnar.Floats("turnover_per_year", x.te)), "x")
		require.NoError(t, err, name)
		r, err := NewReport(s, Options{Formats: Formats})
		require.NoError(t, err, name)
		m := reporttest.Memory{}
		require.NoError(t, r.Write(m), name)
		require.NotEmpty(t, m["sweep.html"], name)
		page, _, _ := strings.Cut(string(m["sweep.html"]), "<script>\"use strict\"")
		for _, text := range []string{page, string(m["sweep.md"]), string(m["sweep.json"])} {
			require.False(t, strings.Contains(text, "NaN") || strings.Contains(text, "Inf"), name)
		}
	}
}

func TestWrongTablesAndOptions(t *testing.T) {
	_, err := New(&columnar.Table{Columns: []columnar.Column{columnar.Floats("band", []float64{1})}}, "nav.parquet")
	require.ErrorContains(t, err, "E405")
	_, err = New(swept([]columnar.Column{columnar.Bools("x", []bool{true})}, make([]string, 1)), "x")
	require.ErrorContains(t, err, "bool")
	s := sixPoints(t)
	for _, o := range []Options{
		{Measures: []string{"tracking_eror"}}, {Heat: [][2]string{{"band", "look"}}}, {Heat: [][2]string{{"band", "band"}}},
		{Pareto: [][2]string{{"cost", "tracking_error"}}}, {Formats: []string{"pdf"}},
	} {
		_, err := NewReport(s, o)
		require.Error(t, err)
	}
}

// The front is what comparing all points with all others says.
func TestParetoByBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		few := rapid.SliceOfN(rapid.IntRange(0, 6), n, n)
		xs, ys := few.Draw(t, "x"), few.Draw(t, "y")
		s := &Sweep{IDs: make([]string, n)}
		x, y := Measure{Measure: measureOf("cost_per_year")}, Measure{Measure: measureOf("cagr")}
		for i := range n {
			x.X, y.X = append(x.X, float64(xs[i])), append(y.X, float64(ys[i]))
		}
		f, err := s.pareto(&x, &y)
		require.NoError(t, err)
		on := map[int]bool{}
		for _, i := range f.front {
			on[i] = true
		}
		for i := range n {
			beaten := false
			for j := range n {
				better := xs[j] <= xs[i] && ys[j] >= ys[i] && (xs[j] < xs[i] || ys[j] > ys[i])
				beaten = beaten || better || xs[j] == xs[i] && ys[j] == ys[i] && j < i
			}
			require.Equal(t, !beaten, on[i], "point %d", i)
		}
	})
}

// Every colour's number is legible: contrast above 4.5 to 1.
func TestNumbersOnColours(t *testing.T) {
	for k := range 256 {
		for _, shade := range []draw.Shade{draw.CividisAt, draw.DivergingAt} {
			ground := shade(float64(k) / 255)
			if got := draw.InkOn(ground); got.R == 0 {
				require.Greater(t, int(ground.R)+2*int(ground.G)+int(ground.B), 250, "black on a dark ground")
			}
		}
	}
	require.Equal(t, uint8(0xFF), draw.InkOn(draw.CividisAt(0)).R)
	require.Equal(t, uint8(0), draw.InkOn(draw.CividisAt(1)).R)
	require.NotContains(t, draw.LineColors, draw.DivergingAt(0), "a heat map looks the same on dark ground")
	require.NotContains(t, draw.LineColors, draw.DivergingAt(1), "a heat map looks the same on dark ground")
}

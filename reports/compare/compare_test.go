package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/reports/run"
	"evenkeel/sim"
	"evenkeel/sim/evidence"
	"evenkeel/strategies"
)

// entrantsOf are a run's policies under their own names, with a mark.
func entrantsOf(run *run.Run, mark string) (all []Entrant) {
	for i := range run.Policies {
		all = append(all, Entrant{Name: mark + run.Policies[i].Name, Run: run, Policy: &run.Policies[i]})
	}
	return all
}

func quickly() evidence.Bootstrap { return evidence.Bootstrap{Resamples: 200, Level: 0.95, Seed: 1} }

func compareAll(t testing.TB, all []Entrant, o Options) *Comparison {
	o.Bootstrap = quickly()
	v, err := New(all, o)
	require.NoError(t, err)
	return v
}

// Over the whole of one run the figures are those of its summary.
func TestWholeWindowHasTheSummarysFigures(t *testing.T) {
	for _, run := range []*run.Run{five(t, 700), unevenRun(t, sim.SameClose), dated(t, reporttest.TenBPS(t, reporttest.Walk(t, []string{"A", "B", "C", "D"}, 320), sim.NextClose), reporttest.Walk(t, []string{"A", "B", "C", "D"}, 320), true, true)} {
		if run.Policies[0].Record.Panel != run.Panel {
			continue
		}
		v := compareAll(t, entrantsOf(run, ""), Options{})
		require.Zero(t, v.Window.LeftOut)
		for i, c := range v.Entrants {
			for _, name := range jsonMeasures {
				want := c.Policy.Value(name)
				got := v.value(i, name)
				if want != want {
					require.True(t, got != got, "%s %s", c.Name, name)
					continue
				}
				require.InDelta(t, want, got, 1e-12+1e-9*max(want, -want), "%s %s", c.Name, name)
			}
		}
	}
}

func TestLeaderboardIsOrderedByTheMeasure(t *testing.T) {
	run := five(t, 500)
	for _, by := range []string{"cagr", "max_drawdown", "trades"} {
		v := compareAll(t, entrantsOf(run, ""), Options{By: by, Base: "bands"})
		require.Equal(t, "bands", v.Entrants[v.Base].Name)
		for i := 1; i < len(v.Entrants); i++ {
			a, b := v.value(i-1, by), v.value(i, by)
			if by == "cagr" {
				require.GreaterOrEqual(t, a, b)
			}
			if by == "max_drawdown" {
				require.LessOrEqual(t, a, b)
			}
		}
	}
}

// Runs over different periods are compared over what they share, and it is said why.
func TestCommonWindow(t *testing.T) {
	targets := []float64{0.5, 0.3, 0.2}
	p := reporttest.Walk(t, []string{"A", "B", "C"}, 400)
	early, err := p.Window(data.NoDate, p.Date(299))
	require.NoError(t, err)
	late, err := p.Window(p.Date(100), data.NoDate)
	require.NoError(t, err)
	one := replay(t, early, targets, reporttest.TenBPS(t, early, sim.NextClose), reporttest.Banded("bands", targets, 0.05, 0.02))
	two := replay(t, late, targets, reporttest.TenBPS(t, late, sim.NextClose), reporttest.Banded("bands", targets, 0.05, 0.02))
	v := compareAll(t, append(entrantsOf(one, "early/"), entrantsOf(two, "late/")...), Options{})
	require.Equal(t, []any{p.Date(100), p.Date(299), 200}, []any{v.Window.First, v.Window.Last, v.Window.Sessions})
	require.Contains(t, v.windowLine(), "late/bands begins last and early/bands ends first.")
	for _, a := range v.Differences {
		if a.First != nil {
			require.True(t, a.First.AtStart, "one has drifted, the other has just bought")
		}
	}
	// A session that one lacks is left out, and returns reach across it.
	var dates []data.Date
	var closes []float64
	for s := range p.Sessions() {
		if s%50 != 25 {
			dates, closes = append(dates, p.Date(s)), append(closes, p.Close(s)...)
		}
	}
	holes, err := data.NewPanel(data.Adjusted, dates, p.Symbols(), closes, nil)
	require.NoError(t, err)
	three := replay(t, holes, targets, reporttest.TenBPS(t, holes, sim.NextClose), reporttest.Never())
	four := replay(t, p, targets, reporttest.TenBPS(t, p, sim.NextClose), reporttest.Never())
	v = compareAll(t, append(entrantsOf(three, "holes/"), entrantsOf(four, "all/")...), Options{})
	require.Equal(t, 8, v.Window.LeftOut)
	require.InDelta(t, v.value(0, "cagr"), v.value(1, "cagr"), 1e-12, "the same account")
	require.InDelta(t, v.value(0, "volatility"), v.value(1, "volatility"), 1e-12)
	require.Nil(t, v.Differences[1-v.Base].First)
	require.Contains(t, strings.Join(v.Notes, " "), "8 sessions are that not every run has left out")
}

// Two bands of different width part at the first look whose breach one of them alone sees.
func TestTheLookThatPartsThem(t *testing.T) {
	r := small(t)
	targets := r.Targets
	wide := replay(t, r.Panel, targets, reporttest.TenBPS(t, r.Panel, sim.NextClose), reporttest.Banded("wide", targets, 0.05, 0.02))
	all := []Entrant{{Name: "bands", Run: r, Policy: &r.Policies[2]}, {Name: "wide", Run: wide, Policy: &wide.Policies[0]}}
	v := compareAll(t, all, Options{Base: "bands"})
	x := v.Differences[1-v.Base].First
	require.NotNil(t, x)
	require.False(t, x.AtStart)
	first := run.Rebalances(r.Policies[2].Record)[0]
	require.Equal(t, r.Policies[2].Record.DateOf(first.Session), x.Date)
	require.Equal(t, "traded", x.Base.State)
	require.Equal(t, "in_band", x.Other.State)
	for _, h := range x.Holdings {
		require.Equal(t, h.BaseWeight, h.Weight, "the same until then")
	}
	require.Len(t, v.Differences[1-v.Base].Settings, 1, "the rule alone")
	// A twin never parts.
	twin := replay(t, r.Panel, targets, reporttest.TenBPS(t, r.Panel, sim.NextClose), reporttest.Banded("twin", targets, 0.03, 0.02))
	v = compareAll(t, []Entrant{{Name: "bands", Run: r, Policy: &r.Policies[2]}, {Name: "twin", Run: twin, Policy: &twin.Policies[0]}}, Options{})
	require.Nil(t, v.Differences[1].First)
	require.Empty(t, v.Differences[1].Settings)
	require.False(t, v.Differences[1].CAGR.Tells())
}

func TestYearsAddUp(t *testing.T) {
	run := unevenRun(t, sim.NextClose)
	v := compareAll(t, entrantsOf(run, ""), Options{})
	y0, labels := v.run.Calendar()
	for i := range v.Entrants {
		var sum yearRow
		grown := 1.0
		for _, y := range v.years(i, y0, len(labels)) {
			sum.Trades, sum.Rebalances, sum.Turnover = sum.Trades+y.Trades, sum.Rebalances+y.Rebalances, sum.Turnover+y.Turnover
			grown *= 1 + y.Return
		}
		require.Equal(t, v.value(i, "trades"), float64(sum.Trades))
		require.Equal(t, v.value(i, "rebalances"), float64(sum.Rebalances))
		require.InDelta(t, v.value(i, "turnover_per_year")*v.Window.Years, sum.Turnover, 1e-9)
		n := v.run.Policies[i].Navs()
		require.InDelta(t, n[len(n)-1]/100, grown, 1e-9)
	}
}

func TestComparisonFiles(t *testing.T) {
	run := small(t)
	v := compareAll(t, entrantsOf(run, ""), Options{})
	m, again := reporttest.Memory{}, reporttest.Memory{}
	require.NoError(t, v.Write(m))
	require.NoError(t, compareAll(t, entrantsOf(run, ""), Options{}).Write(again))
	require.Equal(t, again, m, "the same comparison, the same bytes")
	reporttest.Golden(t, "compare.md", m["compare.md"], bytes.Equal)
	reporttest.Golden(t, "compare-growth.svg", m["plots/growth.svg"], bytes.Equal)
	require.True(t, json.Valid(m["compare.json"]))
	for _, width := range []int{60, 120} {
		var b bytes.Buffer
		require.NoError(t, v.Table(&b, width))
		for line := range strings.Lines(b.String()) {
			require.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), width, line)
		}
		reporttest.Golden(t, fmt.Sprintf("compare-%d.txt", width), b.Bytes(), bytes.Equal)
	}
	if folder := os.Getenv("EVENKEEL_PICTURES"); folder != "" {
		for name, b := range m {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "compare-"+filepath.Base(name)), b, 0o600))
		}
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	run := small(t)
	all := entrantsOf(run, "")
	for want, f := range map[string]func() error{
		"needs two policies":    func() error { _, err := New(all[:1], Options{Bootstrap: quickly()}); return err },
		"two are called":        func() error { _, err := New(append(all, all[0]), Options{Bootstrap: quickly()}); return err },
		`no "x" to compare`:     func() error { _, err := New(all, Options{Base: "x", Bootstrap: quickly()}); return err },
		`no measure "beauty"`:   func() error { _, err := New(all, Options{By: "beauty", Bootstrap: quickly()}); return err },
		"the runs share 0 sess": func() error { return apartInTime(t, run) },
	} {
		require.ErrorContains(t, f(), want)
	}
	require.Equal(t, "E328", fault.Of(apartInTime(t, run))[0].Code)
}

func apartInTime(t *testing.T, r *run.Run) error {
	var later []data.Date
	for _, d := range r.Panel.Dates() {
		later = append(later, d+3650)
	}
	p, err := data.NewPanel(data.Adjusted, later, r.Panel.Symbols(), r.Panel.Closes(), nil)
	require.NoError(t, err)
	other := replay(t, p, r.Targets, &sim.Terms{}, reporttest.Plan{Name: "never", Policy: strategies.NewBuyAndHold()})
	_, err = New(append(entrantsOf(r, ""), entrantsOf(other, "later/")...), Options{Bootstrap: quickly()})
	return err
}

// Runs of other assets can be compared, and it is said that this compares markets.
func TestOtherAssetsAreOtherMarkets(t *testing.T) {
	targets := []float64{0.5, 0.5}
	one := replay(t, reporttest.Walk(t, []string{"A", "B"}, 300), targets, &sim.Terms{}, reporttest.Never())
	two := replay(t, reporttest.Walk(t, []string{"A", "C"}, 300), targets, &sim.Terms{}, reporttest.Never())
	note := func(runs ...*run.Run) string {
		var all []Entrant
		for i, run := range runs {
			all = append(all, entrantsOf(run, fmt.Sprint(i, "/"))...)
		}
		return strings.Join(compareAll(t, all, Options{}).Notes, " ")
	}
	require.Contains(t, note(one, two), "different assets")
	require.NotContains(t, note(one, one), "different assets")
}

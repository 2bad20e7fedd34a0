package reports

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
	"evenkeel/sim"
	"evenkeel/sim/evidence"
	"evenkeel/strategies"
)

// contendersOf are a run's policies under their own names, with a mark.
func contendersOf(run *Run, mark string) (all []Contender) {
	for i := range run.Policies {
		all = append(all, Contender{Name: mark + run.Policies[i].Name, Run: run, Policy: &run.Policies[i]})
	}
	return all
}

func quickly() evidence.Bootstrap { return evidence.Bootstrap{Resamples: 200, Level: 0.95, Seed: 1} }

func compareAll(t testing.TB, all []Contender, o VersusOptions) *Versus {
	o.Bootstrap = quickly()
	v, err := Compare(all, o)
	require.NoError(t, err)
	return v
}

// Over the whole of one run the figures are those of its summary.
func TestWholeWindowHasTheSummarysFigures(t *testing.T) {
	for _, run := range []*Run{five(t, 700), unevenRun(t, sim.SameClose), dated(t, tenBPS(t, walk(t, []string{"A", "B", "C", "D"}, 320), sim.NextClose), walk(t, []string{"A", "B", "C", "D"}, 320), true, true)} {
		if run.Policies[0].Record.Panel != run.Panel {
			continue
		}
		v := compareAll(t, contendersOf(run, ""), VersusOptions{})
		require.Zero(t, v.Window.LeftOut)
		for i, c := range v.Contenders {
			for _, name := range versusMeasures {
				want := c.Policy.value(name)
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
		v := compareAll(t, contendersOf(run, ""), VersusOptions{By: by, Base: "bands"})
		require.Equal(t, "bands", v.Contenders[v.Base].Name)
		for i := 1; i < len(v.Contenders); i++ {
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
	p := walk(t, []string{"A", "B", "C"}, 400)
	early, err := p.Window(data.NoDate, p.Date(299))
	require.NoError(t, err)
	late, err := p.Window(p.Date(100), data.NoDate)
	require.NoError(t, err)
	one := replay(t, early, targets, tenBPS(t, early, sim.NextClose), banded("bands", targets, 0.05, 0.02))
	two := replay(t, late, targets, tenBPS(t, late, sim.NextClose), banded("bands", targets, 0.05, 0.02))
	v := compareAll(t, append(contendersOf(one, "early/"), contendersOf(two, "late/")...), VersusOptions{})
	require.Equal(t, []any{p.Date(100), p.Date(299), 200}, []any{v.Window.First, v.Window.Last, v.Window.Sessions})
	require.Contains(t, v.windowLine(), "late/bands begins last and early/bands ends first.")
	for _, a := range v.Apart {
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
	three := replay(t, holes, targets, tenBPS(t, holes, sim.NextClose), never())
	four := replay(t, p, targets, tenBPS(t, p, sim.NextClose), never())
	v = compareAll(t, append(contendersOf(three, "holes/"), contendersOf(four, "all/")...), VersusOptions{})
	require.Equal(t, 8, v.Window.LeftOut)
	require.InDelta(t, v.value(0, "cagr"), v.value(1, "cagr"), 1e-12, "the same account")
	require.InDelta(t, v.value(0, "volatility"), v.value(1, "volatility"), 1e-12)
	require.Nil(t, v.Apart[1-v.Base].First)
	require.Contains(t, strings.Join(v.Notes, " "), "8 sessions are that not every run has left out")
}

// Two bands of different width part at the first look whose breach one of them alone sees.
func TestTheLookThatPartsThem(t *testing.T) {
	run := small(t)
	targets := run.Targets
	wide := replay(t, run.Panel, targets, tenBPS(t, run.Panel, sim.NextClose), banded("wide", targets, 0.05, 0.02))
	all := []Contender{{Name: "bands", Run: run, Policy: &run.Policies[2]}, {Name: "wide", Run: wide, Policy: &wide.Policies[0]}}
	v := compareAll(t, all, VersusOptions{Base: "bands"})
	x := v.Apart[1-v.Base].First
	require.NotNil(t, x)
	require.False(t, x.AtStart)
	first := rebalances(run.Policies[2].Record)[0]
	require.Equal(t, run.Policies[2].Record.DateOf(first.Session), x.Date)
	require.Equal(t, "traded", x.Base.State)
	require.Equal(t, "in_band", x.Other.State)
	for _, h := range x.Holdings {
		require.Equal(t, h.BaseWeight, h.Weight, "the same until then")
	}
	require.Len(t, v.Apart[1-v.Base].Settings, 1, "the rule alone")
	// A twin never parts.
	twin := replay(t, run.Panel, targets, tenBPS(t, run.Panel, sim.NextClose), banded("twin", targets, 0.03, 0.02))
	v = compareAll(t, []Contender{{Name: "bands", Run: run, Policy: &run.Policies[2]}, {Name: "twin", Run: twin, Policy: &twin.Policies[0]}}, VersusOptions{})
	require.Nil(t, v.Apart[1].First)
	require.Empty(t, v.Apart[1].Settings)
	require.False(t, v.Apart[1].CAGR.Tells())
}

func TestYearsAddUp(t *testing.T) {
	run := unevenRun(t, sim.NextClose)
	v := compareAll(t, contendersOf(run, ""), VersusOptions{})
	y0, labels := v.run.calendar()
	for i := range v.Contenders {
		var sum versusYear
		grown := 1.0
		for _, y := range v.years(i, y0, len(labels)) {
			sum.Trades, sum.Rebalances, sum.Turnover = sum.Trades+y.Trades, sum.Rebalances+y.Rebalances, sum.Turnover+y.Turnover
			grown *= 1 + y.Return
		}
		require.Equal(t, v.value(i, "trades"), float64(sum.Trades))
		require.Equal(t, v.value(i, "rebalances"), float64(sum.Rebalances))
		require.InDelta(t, v.value(i, "turnover_per_year")*v.Window.Years, sum.Turnover, 1e-9)
		n := v.run.Policies[i].navs()
		require.InDelta(t, n[len(n)-1]/100, grown, 1e-9)
	}
}

func TestComparisonFiles(t *testing.T) {
	run := small(t)
	v := compareAll(t, contendersOf(run, ""), VersusOptions{})
	m, again := memory{}, memory{}
	require.NoError(t, v.Write(m))
	require.NoError(t, compareAll(t, contendersOf(run, ""), VersusOptions{}).Write(again))
	require.Equal(t, again, m, "the same comparison, the same bytes")
	golden(t, "compare.md", m["compare.md"], bytes.Equal)
	golden(t, "compare-growth.svg", m["plots/growth.svg"], bytes.Equal)
	require.True(t, json.Valid(m["compare.json"]))
	for _, width := range []int{60, 120} {
		var b bytes.Buffer
		require.NoError(t, v.Table(&b, width))
		for line := range strings.Lines(b.String()) {
			require.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), width, line)
		}
		golden(t, fmt.Sprintf("compare-%d.txt", width), b.Bytes(), bytes.Equal)
	}
	if folder := os.Getenv("EVENKEEL_PICTURES"); folder != "" {
		for name, b := range m {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "compare-"+filepath.Base(name)), b, 0o600))
		}
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	run := small(t)
	all := contendersOf(run, "")
	for want, f := range map[string]func() error{
		"needs two policies":    func() error { _, err := Compare(all[:1], VersusOptions{Bootstrap: quickly()}); return err },
		"two are called":        func() error { _, err := Compare(append(all, all[0]), VersusOptions{Bootstrap: quickly()}); return err },
		`no "x" to compare`:     func() error { _, err := Compare(all, VersusOptions{Base: "x", Bootstrap: quickly()}); return err },
		`no measure "beauty"`:   func() error { _, err := Compare(all, VersusOptions{By: "beauty", Bootstrap: quickly()}); return err },
		"the runs share 0 sess": func() error { return apartInTime(t, run) },
	} {
		require.ErrorContains(t, f(), want)
	}
	require.Equal(t, "E328", fault.Of(apartInTime(t, run))[0].Code)
}

func apartInTime(t *testing.T, run *Run) error {
	var later []data.Date
	for _, d := range run.Panel.Dates() {
		later = append(later, d+3650)
	}
	p, err := data.NewPanel(data.Adjusted, later, run.Panel.Symbols(), run.Panel.Closes(), nil)
	require.NoError(t, err)
	other := replay(t, p, run.Targets, &sim.Terms{}, plan{name: "never", policy: strategies.NewBuyAndHold()})
	_, err = Compare(append(contendersOf(run, ""), contendersOf(other, "later/")...), VersusOptions{Bootstrap: quickly()})
	return err
}

// Runs of other assets can be compared, and it is said that this compares markets.
func TestOtherAssetsAreOtherMarkets(t *testing.T) {
	targets := []float64{0.5, 0.5}
	one := replay(t, walk(t, []string{"A", "B"}, 300), targets, &sim.Terms{}, never())
	two := replay(t, walk(t, []string{"A", "C"}, 300), targets, &sim.Terms{}, never())
	note := func(runs ...*Run) string {
		var all []Contender
		for i, run := range runs {
			all = append(all, contendersOf(run, fmt.Sprint(i, "/"))...)
		}
		return strings.Join(compareAll(t, all, VersusOptions{}).Notes, " ")
	}
	require.Contains(t, note(one, two), "different assets")
	require.NotContains(t, note(one, one), "different assets")
}

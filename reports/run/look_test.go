package run

import (
	"fmt"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/reports/page"
	"evenkeel/sim"
)

// A range that its step meets once gets the next finer step.
func TestOneTickIsNoAxis(t *testing.T) {
	label := func(s draw.Scale, most int) (all []string) {
		for _, k := range draw.LinearTicks(s, most, draw.PercentLabel) {
			all = append(all, k.Label)
		}
		return all
	}
	require.Equal(t, []string{"38 %", "40 %", "42 %", "44 %"}, label(draw.Scale{Lo: 0.362, Hi: 0.446}, 4))
	require.Equal(t, []string{"35 %", "40 %", "45 %"}, label(draw.Scale{Lo: 0.345, Hi: 0.46}, 4))
}

// Letters in the colour of a line can be read on white.
func TestLettersHaveContrast(t *testing.T) {
	require.Equal(t, draw.Blue, draw.Readable(draw.Blue))
	for _, c := range append([]color.NRGBA{draw.BaseGrey, draw.FlowBuy}, draw.LineColors...) {
		require.GreaterOrEqual(t, 1.05/(draw.Luminance(draw.Readable(c))+0.05), 4.5, "%v", c)
	}
}

// Tables with more columns than a page has room for stand upright, and say the same.
func TestTablesOfManyYearsStandUpright(t *testing.T) {
	years := make([]string, 30)
	for i := range years {
		years[i] = fmt.Sprint(1990 + i)
	}
	years[29] += " to 05-06"
	run := five(t, 300)
	of := func(i, y int) float64 { return float64(100*i + y) }
	total := func(i int) float64 { return float64(-i) }
	wide := run.ByYear("x", years[:21], []int{0, 1, 2}, of, total, page.InMoney)
	require.False(t, wide.Turned)
	require.Len(t, wide.Head, 23)
	tall := run.ByYear("x", years, []int{0, 1, 2}, of, total, page.InMoney)
	require.True(t, tall.Turned)
	require.Len(t, tall.Head, 4)
	require.Len(t, tall.Rows, 31)
	require.Equal(t, run.Policies[2].Name, tall.Head[3].Text)
	require.Equal(t, "2019", tall.Rows[29].Name)
	require.Equal(t, "to 05\u201106", tall.Rows[29].Sub)
	require.Equal(t, "229.00", tall.Rows[29].Cells[2].Text)
	require.Equal(t, "all", tall.Rows[30].Name)
	for _, row := range tall.Rows[:1] {
		row.Cells[0], row.Cells[1], row.Cells[2] = page.CellOf("0", 0), page.CellOf("0", 0), page.CellOf("n/a", math.NaN())
	}
	quiet := tall.Eventful()
	require.Len(t, quiet.Rows, 30)
	require.Equal(t, "1991", quiet.Rows[0].Name)
}

// The shades of few values go by the largest of them, those of many leave out the
// outmost fiftieth.
func TestShadesGoByTheLargest(t *testing.T) {
	require.InDelta(t, 1.9, draw.Largest([]float64{0, 1.9, 0.2}), 0)
	many := make([]float64, 100)
	for i := range many {
		many[i] = float64(i)
	}
	require.InDelta(t, 97, draw.Largest(many), 0)
}

// Every component of the costs has a colour of its own, as far as there are colours,
// and the legend's is that of the bar.
func TestBarsAndLegendAgree(t *testing.T) {
	css := string(page.Embedded("page.css"))
	seen := map[string]bool{}
	for k := range 12 {
		class := barClass(k)
		require.Contains(t, css, "rect."+class+"{")
		require.Contains(t, css, ".m."+class+"{")
		seen[class] = true
	}
	require.Len(t, seen, 8)
}

// Rails outside what a panel shows are not drawn.
func TestRailsStayInTheirPanel(t *testing.T) {
	p := reporttest.Walk(t, []string{"A", "B"}, 300)
	run := replay(t, p, []float64{0.5, 0.5}, reporttest.TenBPS(t, p, sim.NextClose), reporttest.Banded("wide", []float64{0.5, 0.5}, 0.45, 0.4))
	w := foldWeights(&run.Policies[0])
	a := run.htmlAxis(draw.Scale{Lo: 0.45, Hi: 0.55})
	for _, s := range w.stairs(a.Stretched(), 0, 100) {
		require.True(t, math.IsNaN(s.RailLo) && math.IsNaN(s.RailHi), "%v", s)
	}
	a = run.htmlAxis(draw.Scale{Lo: 0, Hi: 1})
	for _, s := range w.stairs(a.Stretched(), 0, 100) {
		require.False(t, math.IsNaN(s.RailLo) || math.IsNaN(s.RailHi), "%v", s)
	}
}

// Names beside dots cover neither dots nor one another.
func TestNamesKeepOffDots(t *testing.T) {
	var n namesBeside
	for range 2 {
		n.dot(0.5, 100)
	}
	y, left, ok := n.place("first", 0.5, 100)
	require.True(t, ok && !left)
	require.InDelta(t, 100, y, 0)
	_, left, ok = n.place("second", 0.5, 100)
	require.True(t, ok && left)
	for range 4 {
		_, _, ok = n.place("another", 0.5, 100)
		require.True(t, ok)
	}
	_, _, ok = n.place("one too many", 0.5, 100)
	require.False(t, ok)
	_, left, ok = n.place("at the right edge", 0.99, 300)
	require.True(t, ok && left)
}

// One policy has nothing to be compared with: no picture of a single dot.
func TestOnePolicyHasNoScatter(t *testing.T) {
	p := reporttest.Walk(t, []string{"A"}, 300)
	one := replay(t, p, []float64{1}, reporttest.TenBPS(t, p, sim.NextClose), reporttest.Never())
	dir := reporttest.Memory{}
	require.NoError(t, Write(dir, one))
	for name := range dir {
		require.False(t, strings.HasPrefix(name, "plots/cost-tracking"), name)
	}
	require.Contains(t, dir, "plots/growth.png")
}

package run

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

func TestNumbersOnPaper(t *testing.T) {
	for want, got := range map[string]string{
		"1,234,567":      draw.Decimal(1234567.4, 0),
		"−1,234.50":      draw.Decimal(-1234.5, 2),
		"0.00":           draw.Decimal(-0.001, 2),
		"999":            draw.Decimal(999, 0),
		"n/a":            draw.Decimal(math.NaN(), 2),
		"+1.5":           draw.Signed(1.5, 1),
		"0.0":            draw.Signed(0.01, 1),
		"−3":             draw.Signed(-3, 0),
		"12.35 %":        draw.Percent(0.12345, 2),
		"1 session":      draw.Plural(1, "session", "sessions"),
		"5,040 sessions": draw.Plural(5040, "session", "sessions"),
		"12.5 %":         shortPercent(0.125),
		"30 %":           shortPercent(0.3),
		"33.33 %":        shortPercent(1.0 / 3),
	} {
		require.Equal(t, want, got)
	}
	require.Equal(t, []string{"0.012 %", "n/a"}, draw.InUnit(metric.Fraction, []float64{0.00012, math.Inf(1)}))
	require.Equal(t, []string{"1,000", "3"}, draw.InUnit(metric.Money, []float64{1000, 3.2}))
	require.Equal(t, []string{"7", "12"}, draw.InUnit(metric.Count, []float64{7, 12}))
}

func TestSparkline(t *testing.T) {
	require.Equal(t, "▁▃▆█", page.Sparkline([]float64{1, 1, 2, 2, 3, 3, 4, 4}, 4))
	require.Equal(t, "▁▁", page.Sparkline([]float64{5, 5}, 9))
	require.Equal(t, "", page.Sparkline(nil, 9))
}

// Ticks lie on the axis, in order, no more than asked for, and no two say the same.
func TestTicks(t *testing.T) {
	sound := func(t *rapid.T, ticks []draw.Tick, lo, hi float64, most int) {
		require.LessOrEqual(t, len(ticks), most+1)
		seen := map[string]bool{}
		for i, k := range ticks {
			room := 1e-6 * (hi - lo)
			require.True(t, k.At >= lo-room && k.At <= hi+room, "%v outside %v..%v", k.At, lo, hi)
			require.True(t, i == 0 || k.At > ticks[i-1].At)
			require.False(t, seen[k.Label], "%q twice", k.Label)
			seen[k.Label] = true
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e6, 1e6).Draw(t, "lo")
		wide := math.Pow(10, rapid.Float64Range(-3, 9).Draw(t, "wide"))
		most := rapid.IntRange(2, 12).Draw(t, "most")
		sound(t, draw.LinearTicks(draw.Scale{Lo: lo, Hi: lo + wide}, most, draw.PlainLabel(1)), lo, lo+wide, most)
		low := math.Pow(10, rapid.Float64Range(-3, 6).Draw(t, "low"))
		times := math.Pow(10, rapid.Float64Range(0.01, 9).Draw(t, "times"))
		sound(t, draw.LogTicks(draw.Scale{Lo: low, Hi: low * times, Log: true}, most, draw.PlainLabel(1)), low, low*times, most)
		first := data.Date(rapid.IntRange(-40000, 40000).Draw(t, "first"))
		days := rapid.IntRange(0, 80000).Draw(t, "days")
		last := first + data.Date(days)
		ticks := draw.TimeTicks(first, last, most)
		require.NotEmpty(t, ticks)
		sound(t, ticks, float64(first), float64(last), most)
	})
}

func TestYearsBeginOnJanuaryFirst(t *testing.T) {
	var labels []string
	for _, k := range draw.TimeTicks(data.NewDate(2006, 5, 8), data.NewDate(2022, 12, 30), 13) {
		y, m, d := data.Date(k.At).Civil()
		require.Equal(t, []int{1, 1, 0}, []int{m, d, y % 2})
		labels = append(labels, k.Label)
	}
	require.Equal(t, []string{"2008", "2010", "2012", "2014", "2016", "2018", "2020", "2022"}, labels)
}

// Thinning keeps the lowest and the highest value of a line, and its ends.
func TestThinningKeepsExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ys := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 400).Draw(t, "ys")
		dates := make([]data.Date, len(ys))
		for i := range dates {
			dates[i] = data.Date(i)
		}
		p := &draw.Panel{Box: draw.Rect(0, 0, 100, 100), X: draw.DateScale(dates), Y: draw.Scale{Lo: -5, Hi: 5}}
		parts := p.Parts(dates, ys, 10)
		require.Len(t, parts, 1)
		require.LessOrEqual(t, len(parts[0]), 2*11+2)
		lo, hi := draw.Nothing()
		lo, hi = draw.Extent(lo, hi, ys...)
		gotLo, gotHi := draw.Nothing()
		for _, pt := range parts[0] {
			gotLo, gotHi = draw.Extent(gotLo, gotHi, float64(pt.Y))
		}
		require.Equal(t, float64(p.AtY(lo)), gotLo)
		require.Equal(t, float64(p.AtY(hi)), gotHi)
		require.Equal(t, p.Pt(float64(dates[0]), ys[0]), parts[0][0])
		require.Equal(t, p.Pt(float64(dates[len(dates)-1]), ys[len(ys)-1]), parts[0][len(parts[0])-1])
	})
}

func TestLabelsAreSpreadApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		labels := make([]draw.EndLabel, n)
		for i := range labels {
			labels[i].At = vg.Length(rapid.Float64Range(0, 300).Draw(t, "at"))
		}
		draw.Spread(labels, 12, 0, 300)
		for i, l := range labels {
			require.True(t, l.Put >= -1e-9 && l.Put <= 300+1e-9)
			require.True(t, i == 0 || labels[i-1].Put-l.Put >= 12-1e-9)
		}
	})
}

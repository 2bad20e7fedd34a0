package run

import (
	"fmt"
	"math"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

// curves are the policies' values by session of the span; NaN where one did not run.
type curves struct {
	dates          []data.Date
	nav, rel, down [][]float64
	hold           []float64
	at             []int // sessions that the lines share
}

// onSpan is a series of a record on the sessions of the span.
func (run *Run) onSpan(from int, values []float64) []float64 {
	first, end := run.Span()
	all := make([]float64, end-first)
	for i := range all {
		all[i] = math.NaN()
	}
	copy(all[from-first:], values)
	return all
}

func (run *Run) curves() *curves {
	first, end := run.Span()
	c := &curves{dates: run.Panel.Dates()[first:end]}
	var relative [][]float64
	if run.compared() {
		relative = run.relative()
	}
	for i := range run.Policies {
		p := &run.Policies[i]
		from := p.Record.First
		c.nav = append(c.nav, run.onSpan(from, p.Navs()))
		d := metric.Drawdowns(p.indexToRuin())
		for k := range d {
			d[k] = -d[k]
		}
		c.down = append(c.down, run.onSpan(from, d))
		if relative != nil {
			c.rel = append(c.rel, run.onSpan(from, relative[i]))
		}
	}
	if h := run.Hold; h != nil {
		c.hold = make([]float64, len(c.dates))
		for k := range c.dates {
			c.hold[k] = math.NaN()
			if s := first + k; s >= h.First && s < h.End {
				c.hold[k] = h.NAV[s]
			}
		}
	}
	lead, series := c.nav[0], [][]float64{}
	for i := range run.Policies {
		if &run.Policies[i] == run.base() {
			lead = c.nav[i]
		}
	}
	series = append(series, c.nav...)
	series = append(series, c.down...)
	series = append(series, c.rel...)
	c.at = page.Sampled(len(c.dates), page.Columns(len(run.Policies), 5000), lead, series...)
	return c
}

// lines adds a line for each policy, the base first so that it lies below.
func (run *Run) htmlLines(c *page.Chart, a *page.Axis, dates []data.Date, values [][]float64, at []int) {
	keys := run.HTMLKeys()
	base, class := run.base(), "s "
	if len(run.Policies) > 8 {
		class = "s thin "
	}
	put := func(i int) {
		if path := a.Line(dates, values[i], at); path != "" {
			c.Lines = append(c.Lines, page.Line{K: i, Class: class + keys[i].Class, Name: keys[i].Name, Path: path})
		}
	}
	for i := range values {
		if &run.Policies[i] == base {
			put(i)
		}
	}
	for i := range values {
		if &run.Policies[i] != base {
			put(i)
		}
	}
}

// HTMLGrowth draws NAV, NAV against the base's, and drawdowns.
func (run *Run) HTMLGrowth() []page.Chart {
	v := run.curves()
	all := []page.Chart{run.htmlNAV(v)}
	if v.rel != nil {
		all = append(all, run.htmlAgainst(v))
	}
	return append(all, run.htmlDown(v))
}

func (run *Run) htmlNAV(v *curves) page.Chart {
	g := growth{run: run}
	g.measure()
	ticks, _, _ := g.ticks()
	a := run.htmlAxis(g.nav)
	a.Tall = page.Fine
	c := a.Chart("nav", 320, "money", ticks)
	unit := strings.TrimSpace(draw.Clean(run.Currency, 12) + " " + g.unitName)
	c.Title, c.Note = "Net asset value", unit
	if run.GrowthTitle != "" {
		c.Title, c.Note = "Growth of 100", "from the first common session on"
	}
	c.Label = fmt.Sprintf("%s of %s over time", c.Title, draw.Plural(len(run.Policies), "policy", "policies"))
	if v.hold != nil {
		c.Lines = append(c.Lines, page.Line{K: -1, Class: "s hold", Name: holdName, Path: a.Line(v.dates, v.hold, v.at)})
	}
	run.htmlLines(&c, &a, v.dates, v.nav, v.at)
	run.otherScale(&c, &g)
	return c
}

// otherScale offers the linear axis where the chart is logarithmic, and the other
// way round; values at or below zero have no logarithm.
func (run *Run) otherScale(c *page.Chart, g *growth) {
	lo, hi := draw.Nothing()
	for i := range run.Policies {
		lo, hi = draw.Extent(lo, hi, run.Policies[i].Navs()...)
	}
	if h := run.Hold; h != nil {
		lo, hi = draw.Extent(lo, hi, h.NAV[h.First:h.End]...)
	}
	if !(lo > 0) {
		return
	}
	other := growth{run: run, unit: g.unit}
	if room := math.Pow(hi/lo, 0.03); g.nav.Log {
		other.nav = draw.Padded(lo, hi, 0.03)
	} else if hi/lo > 1.0001 {
		other.nav = draw.Scale{Lo: lo / room, Hi: hi * room, Log: true}
	} else {
		return
	}
	ticks := draw.LinearTicks(other.nav, 6, draw.PlainLabel(g.unit))
	if other.nav.Log {
		ticks = draw.LogTicks(other.nav, 8, draw.PlainLabel(g.unit))
	}
	c.Other, c.OtherLo, c.OtherHi = page.Heights(ticks, other.nav, c.Height), page.Number(other.nav.Lo), page.Number(other.nav.Hi)
}

func (run *Run) htmlAgainst(v *curves) page.Chart {
	lo, hi := 0.0, 0.0
	for _, x := range v.rel {
		lo, hi = draw.Extent(lo, hi, x...)
	}
	if hi-lo < 1e-5 { // no policy differs
		lo, hi = -1e-3, 1e-3
	}
	a := run.htmlAxis(draw.Padded(lo, hi, 0.06))
	c := a.Chart("against", 190, "percent", draw.LinearTicks(a.Y, 4, draw.PercentLabel))
	c.Title = run.againstNote(60)
	c.Note = "above 0: ahead of it"
	c.Label = c.Title
	run.htmlLines(&c, &a, v.dates, v.rel, v.at)
	return c
}

func (run *Run) htmlDown(v *curves) page.Chart {
	deepest := 0.0
	for _, x := range v.down {
		deepest, _ = draw.Extent(deepest, 0, x...)
	}
	if deepest == 0 {
		deepest = -0.01
	}
	a := run.htmlAxis(draw.Scale{Lo: deepest * 1.04, Hi: 0})
	c := a.Chart("drawdown", 190, "percent", draw.LinearTicks(a.Y, 4, draw.PercentLabel))
	c.Title, c.Note = "Drawdown", "fall from the running peak"
	c.Label = "Drawdown of each policy over time"
	for i := range run.Policies {
		if &run.Policies[i] == run.base() || len(run.Policies) == 1 {
			if path := a.Area(v.dates, v.down[i], v.at, 0); path != "" {
				c.Lines = append(c.Lines, page.Line{K: i, Class: "area " + run.HTMLKeys()[i].Class, Path: path})
			}
		}
	}
	run.htmlLines(&c, &a, v.dates, v.down, v.at)
	return c
}

// htmlTracking draws the tracking error over the last year of sessions; nothing of
// runs that are not longer than that.
func (run *Run) htmlTracking() []page.Chart {
	window := int(math.Round(run.PeriodsPerYear))
	first, end := run.Span()
	if window < 6 || end-first <= window+1 {
		return nil
	}
	dates := run.Panel.Dates()[first:end]
	at := everyNth(len(dates), window, page.Columns(len(run.Policies), 8000))
	values, lo, hi := make([][]float64, len(run.Policies)), math.Inf(1), 0.0
	for i := range values {
		p := &run.Policies[i]
		active := metric.RecordReturns(p.Record)
		for s, x := range run.ReferenceOf(p) {
			active[s] -= x
		}
		values[i] = make([]float64, len(dates))
		for k := range values[i] {
			values[i][k] = math.NaN()
		}
		for _, k := range at {
			if s := first + k; s-window >= p.Record.First && s < p.ended() {
				values[i][k] = metric.TrackingError(active[s-window+1:s+1], run.PeriodsPerYear)
			}
		}
		lo, hi = draw.Extent(lo, hi, values[i]...)
	}
	if hi == 0 {
		hi = 1e-4
	}
	a := run.htmlAxis(draw.Scale{Lo: 0, Hi: hi * 1.06})
	c := a.Chart("tracking", 240, "percent", draw.LinearTicks(a.Y, 5, draw.PercentLabel))
	c.Title, c.Note = "Rolling tracking error", fmt.Sprintf("a year, over the last %s", draw.Plural(window, "session", "sessions"))
	c.Label = "Tracking error of each policy over the last year of sessions"
	run.htmlLines(&c, &a, dates, values, at)
	return []page.Chart{c}
}

// everyNth are about most places of [from, n), evenly spread, with the last one.
func everyNth(n, from, most int) (all []int) {
	step := max(1, (n-from)/most)
	for k := n - 1; k >= from; k -= step {
		all = append(all, k)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

func (run *Run) htmlAxis(y draw.Scale) page.Axis {
	first, end := run.Span()
	return page.Axis{First: run.Panel.Date(first), Last: run.Panel.Date(end - 1), Y: y, Tall: page.Tall}
}

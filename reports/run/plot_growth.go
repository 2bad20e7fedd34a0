package run

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

func init() {
	add("plot-growth", "NAV and drawdown of all policies", "plots/growth.png and .svg: NAV over time, on a log axis when the largest is at least three times the smallest; the fall from the running peak beneath.", func(dir draw.Dir, run *Run) error {
		return draw.Save(dir, draw.Picture{Name: "plots/growth", Figure: run.Growth()})
	})
}

// Growth draws NAV, beneath it NAV against the base's when there is one to
// compare with, and drawdowns. The panels share the axis of time and their left
// edge.
func (run *Run) Growth() draw.Figure {
	height := vg.Length(440 + 10*max(0, len(run.Policies)-12))
	if run.compared() {
		height += 105
	}
	natural := height
	width, height := run.single(height)
	shrink := min(1, height/natural)
	return draw.Figure{Width: width, Height: height, Draw: func(c vgdraw.Canvas) {
		g := growth{run: run, styles: run.policyStyles(), points: draw.PointsFor(3 * len(run.Policies))}
		g.measure()
		top := draw.Header(c, page.OrElse(run.GrowthTitle, "Net asset value and drawdown"), run.growthLine(g))
		first, end := run.Span()
		dates := run.Panel.Dates()[first:end]
		times := draw.TimeTicks(dates[0], dates[len(dates)-1], max(5, int(13*width/draw.FigureWide)))

		navTicks, relTicks, downTicks := g.ticks()
		left := draw.Edge + draw.Widest(draw.Letters(draw.TickSize, draw.Faint), navTicks, relTicks, downTicks) + 6
		names := run.policyNames()
		if run.Hold != nil {
			names = append(names, holdName)
		}
		wide := draw.EndWidth(names, 0.28*width)
		right, y := c.Max.X-draw.Edge-wide, vg.Length(draw.Edge+16)
		place := func(tall vg.Length, s draw.Scale) *draw.Panel {
			p := &draw.Panel{C: c, Box: draw.Rect(left, y, right, y+tall), X: draw.DateScale(dates), Y: s}
			y += tall + 22
			return p
		}
		under := place(110*shrink, g.down)
		under.XAxis(times, true)
		under.YAxis(downTicks)
		under.Note("Drawdown: fall from the running peak")
		g.downs(under)
		if run.compared() {
			p := place(85*shrink, g.rel)
			p.XAxis(times, false)
			p.YAxis(relTicks)
			p.Note(run.againstNote(40))
			g.against(p)
		}
		nav := place(top-8-y, g.nav)
		nav.XAxis(times, false)
		nav.YAxis(navTicks)
		g.navs(nav, wide)
	}}
}

// holdStyle is the line of the account bought and held.
var holdStyle = vgdraw.LineStyle{Color: draw.Faint, Width: 0.8 * draw.LineWidth, Dashes: []vg.Length{1.5, 2.5}}

const holdName = "buy and hold"

// againstNote is the heading of the panel of relative growth, with at most so many
// letters of the base's name.
func (run *Run) againstNote(most int) string {
	base := draw.Clean(run.Base, most)
	switch {
	case run.GrowthTitle != "":
		return "Growth against " + base
	case run.flows():
		return "Time-weighted index against that of " + base
	}
	return "NAV against " + base
}

// compared reports whether there is a base and another policy.
func (run *Run) compared() bool { return run.base() != nil && len(run.Policies) > 1 }

// growth is what the panels need.
type growth struct {
	run            *Run
	styles         []vgdraw.LineStyle
	points         int
	nav, rel, down draw.Scale
	relative       [][]float64 // index / the base's - 1, by policy; nil without a base
	unit           float64     // of the NAV's labels
	unitName       string
}

func (g *growth) measure() {
	lo, hi := draw.Nothing()
	deepest := 0.0
	for i := range g.run.Policies {
		v := g.run.Policies[i].Navs()
		lo, hi = draw.Extent(lo, hi, v...)
		if d := metric.MaxDrawdown(g.run.Policies[i].indexToRuin()); d > deepest {
			deepest = d
		}
	}
	if h := g.run.Hold; h != nil {
		lo, hi = draw.Extent(lo, hi, h.NAV[h.First:h.End]...)
	}
	g.nav = draw.Padded(lo, hi, 0.03)
	if lo > 0 && hi/lo >= 3 {
		room := math.Pow(hi/lo, 0.03)
		g.nav = draw.Scale{Lo: lo / room, Hi: hi * room, Log: true}
	}
	g.down = draw.Scale{Lo: -deepest, Hi: 0}
	if deepest == 0 {
		g.down.Lo = -0.01
	}
	lo, hi = 0, 0
	if g.run.compared() {
		g.relative = g.run.relative()
		for _, v := range g.relative {
			lo, hi = draw.Extent(lo, hi, v...)
		}
	}
	if hi-lo < 1e-5 { // no policy differs
		lo, hi = -1e-3, 1e-3
	}
	g.rel = draw.Padded(lo, hi, 0.06)
	g.units()
}

// units chooses the unit of the NAV's labels.
func (g *growth) units() {
	g.unit, g.unitName = 1, ""
	for _, u := range []struct {
		size float64
		name string
	}{{1e3, "thousand"}, {1e6, "million"}, {1e9, "billion"}, {1e12, "trillion"}} {
		if g.nav.Hi >= u.size && (g.nav.Log || g.nav.Hi-g.nav.Lo >= u.size/20) {
			g.unit, g.unitName = u.size, u.name
		}
	}
}

// ticks are those of the three panels.
func (g *growth) ticks() (nav, rel, down []draw.Tick) {
	nav = draw.LinearTicks(g.nav, 6, draw.PlainLabel(g.unit))
	if g.nav.Log {
		nav = draw.LogTicks(g.nav, 8, draw.PlainLabel(g.unit))
	}
	return nav, draw.LinearTicks(g.rel, 4, draw.PercentLabel), draw.LinearTicks(g.down, 4, draw.PercentLabel)
}

// relative is each policy's time-weighted index (NAV without flows) over the
// base's, less 1, by session of the policy; NaN where the base did not run, and after the
// ruin of either.
func (run *Run) relative() [][]float64 {
	base := run.base()
	of, from, end := base.Index(), base.Record.First, base.ended()
	all := make([][]float64, len(run.Policies))
	for i := range all {
		r, index := run.Policies[i].Record, run.Policies[i].Index()
		all[i] = make([]float64, r.End-r.First)
		for k := range all[i] {
			all[i][k] = math.NaN()
			if s := r.First + k; s >= from && s < min(end, run.Policies[i].ended()) && of[s-from] > 0 {
				all[i][k] = index[k]/of[s-from] - 1
			}
		}
	}
	return all
}

// growthLine returns what the axes show.
func (run *Run) growthLine(g growth) string {
	first, end := run.Span()
	parts := []string{draw.Clean(run.Name, 60), fmt.Sprintf("%s to %s", run.Panel.Date(first), run.Panel.Date(end-1))}
	unit := strings.TrimSpace(draw.Clean(run.Currency, 12) + " " + g.unitName)
	if unit != "" {
		parts = append(parts, "in "+unit)
	}
	if g.nav.Log {
		parts = append(parts, "log scale")
	}
	if run.ruined() {
		parts = append(parts, "drawdowns end with ruin")
	}
	if run.flows() {
		parts = append(parts, "deposits and withdrawals are part of NAV, taken out beneath (time-weighted)")
	}
	return strings.Join(parts, " · ")
}

// navs draws the lines of NAV and names them at their ends; the base lies below.
func (g *growth) navs(p *draw.Panel, wide vg.Length) {
	var ends []draw.EndLabel
	if h := g.run.Hold; h != nil {
		p.Line(holdStyle, g.run.Panel.Dates()[h.First:h.End], h.NAV[h.First:h.End], g.points)
		ends = append(ends, draw.EndLabel{Text: holdName, Style: holdStyle, At: p.AtY(h.NAV[h.End-1])})
	}
	for _, i := range g.order() {
		r := g.run.Policies[i].Record
		p.Line(g.styles[i], g.dates(i), g.run.Policies[i].Navs(), g.points)
		last := r.NAV[r.End-1]
		ends = append(ends, draw.EndLabel{Text: g.run.Policies[i].Name, Style: g.styles[i], At: p.AtY(last)})
	}
	draw.Spread(ends, draw.LabelSize+2.5, p.Box.Min.Y+draw.LabelSize/2, p.Box.Max.Y-draw.LabelSize/2)
	p.DrawEnds(ends, wide)
}

// against draws indexes relative to the base's.
func (g *growth) against(p *draw.Panel) {
	for _, i := range g.order() {
		sty := g.styles[i]
		sty.Width = min(sty.Width, draw.LineWidth)
		p.Line(sty, g.dates(i), g.relative[i], g.points)
	}
}

// downs draws drawdowns; the base's is an area.
func (g *growth) downs(p *draw.Panel) {
	base := g.run.base()
	for _, i := range g.order() {
		d := metric.Drawdowns(g.run.Policies[i].indexToRuin())
		for k := range d {
			d[k] = -d[k]
		}
		dates := g.dates(i)[:len(d)]
		if &g.run.Policies[i] == base || len(g.run.Policies) == 1 {
			c := g.styles[i].Color.(color.NRGBA)
			c.A = 0x38
			p.Area(c, dates, d, 0, g.points)
		}
		sty := g.styles[i]
		sty.Width = 0.75 * sty.Width
		p.Line(sty, dates, d, g.points)
	}
}

func (g *growth) dates(i int) []data.Date {
	r := g.run.Policies[i].Record
	return g.run.Panel.Dates()[r.First:r.End]
}

// order is the policies' places, the base first.
func (g *growth) order() []int {
	base := g.run.base()
	var first, rest []int
	for i := range g.run.Policies {
		if &g.run.Policies[i] == base {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

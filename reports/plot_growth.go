package reports

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

func init() {
	add("plot-growth", "NAV and drawdown of all policies", "plots/growth.png and .svg: NAV over time, on a log axis when the largest is at least three times the smallest; the fall from the running peak beneath.", func(dir Dir, run *Run) error {
		return save(dir, picture{"plots/growth", run.growth()})
	})
}

// pointsFor is how many places along a time axis lines are thinned to, so that a
// picture with many lines stays small.
func pointsFor(lines int) int {
	const all, most, least = 9000, 700, 130
	return max(least, min(most, all/max(1, lines)))
}

// growth draws NAV, beneath it NAV against the base's when there is one to
// compare with, and drawdowns. The panels share the axis of time and their left
// edge.
func (run *Run) growth() figure {
	height := vg.Length(440 + 10*max(0, len(run.Policies)-12))
	if run.compared() {
		height += 105
	}
	natural := height
	width, height := run.single(height)
	shrink := min(1, height/natural)
	return figure{width, height, func(c draw.Canvas) {
		g := growth{run: run, styles: run.policyStyles(), points: pointsFor(3 * len(run.Policies))}
		g.measure()
		top := header(c, orElse(run.growthTitle, "Net asset value and drawdown"), run.growthLine(g))
		first, end := run.span()
		dates := run.Panel.Dates()[first:end]
		times := timeTicks(dates[0], dates[len(dates)-1], max(5, int(13*width/figureWide)))

		navTicks, relTicks, downTicks := g.ticks()
		left := edge + widest(letters(tickSize, faint), navTicks, relTicks, downTicks) + 6
		names := run.policyNames()
		if run.Hold != nil {
			names = append(names, holdName)
		}
		wide := endWidth(names, 0.28*width)
		right, y := c.Max.X-edge-wide, vg.Length(edge+16)
		place := func(tall vg.Length, s scale) *panel {
			p := &panel{c: c, box: rect(left, y, right, y+tall), x: dateScale(dates), y: s}
			y += tall + 22
			return p
		}
		under := place(110*shrink, g.down)
		under.xAxis(times, true)
		under.yAxis(downTicks)
		under.note("Drawdown: fall from the running peak")
		g.downs(under)
		if run.compared() {
			p := place(85*shrink, g.rel)
			p.xAxis(times, false)
			p.yAxis(relTicks)
			p.note(run.againstNote(40))
			g.against(p)
		}
		nav := place(top-8-y, g.nav)
		nav.xAxis(times, false)
		nav.yAxis(navTicks)
		g.navs(nav, wide)
	}}
}

// holdStyle is the line of the account bought and held.
var holdStyle = draw.LineStyle{Color: faint, Width: 0.8 * lineWidth, Dashes: []vg.Length{1.5, 2.5}}

const holdName = "buy and hold"

// againstNote is the heading of the panel of relative growth, with at most so many
// letters of the base's name.
func (run *Run) againstNote(most int) string {
	base := clean(run.Base, most)
	switch {
	case run.growthTitle != "":
		return "Growth against " + base
	case run.flows():
		return "Time-weighted index against that of " + base
	}
	return "NAV against " + base
}

// compared says whether there is a base and another policy.
func (run *Run) compared() bool { return run.base() != nil && len(run.Policies) > 1 }

func rect(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

// growth is what the panels need.
type growth struct {
	run            *Run
	styles         []draw.LineStyle
	points         int
	nav, rel, down scale
	relative       [][]float64 // index / the base's - 1, by policy; nil without a base
	unit           float64     // of the NAV's labels
	unitName       string
}

func (g *growth) measure() {
	lo, hi := nothing()
	deepest := 0.0
	for i := range g.run.Policies {
		v := g.run.Policies[i].navs()
		lo, hi = extent(lo, hi, v...)
		if d := metric.MaxDrawdown(g.run.Policies[i].indexToRuin()); d > deepest {
			deepest = d
		}
	}
	if h := g.run.Hold; h != nil {
		lo, hi = extent(lo, hi, h.NAV[h.First:h.End]...)
	}
	g.nav = padded(lo, hi, 0.03)
	if lo > 0 && hi/lo >= 3 {
		room := math.Pow(hi/lo, 0.03)
		g.nav = scale{lo: lo / room, hi: hi * room, log: true}
	}
	g.down = scale{lo: -deepest, hi: 0}
	if deepest == 0 {
		g.down.lo = -0.01
	}
	lo, hi = 0, 0
	if g.run.compared() {
		g.relative = g.run.relative()
		for _, v := range g.relative {
			lo, hi = extent(lo, hi, v...)
		}
	}
	if hi-lo < 1e-5 { // no policy differs
		lo, hi = -1e-3, 1e-3
	}
	g.rel = padded(lo, hi, 0.06)
	g.units()
}

// units chooses the unit of the NAV's labels.
func (g *growth) units() {
	g.unit, g.unitName = 1, ""
	for _, u := range []struct {
		size float64
		name string
	}{{1e3, "thousand"}, {1e6, "million"}, {1e9, "billion"}, {1e12, "trillion"}} {
		if g.nav.hi >= u.size && (g.nav.log || g.nav.hi-g.nav.lo >= u.size/20) {
			g.unit, g.unitName = u.size, u.name
		}
	}
}

// ticks are those of the three panels.
func (g *growth) ticks() (nav, rel, down []tick) {
	nav = linearTicks(g.nav, 6, plainLabel(g.unit))
	if g.nav.log {
		nav = logTicks(g.nav, 8, plainLabel(g.unit))
	}
	return nav, linearTicks(g.rel, 4, percentLabel), linearTicks(g.down, 4, percentLabel)
}

// relative is each policy's time-weighted index (NAV without flows) over the
// base's, less 1, by session of the policy; NaN where the base did not run, and after the
// ruin of either.
func (run *Run) relative() [][]float64 {
	base := run.base()
	of, from, end := base.index(), base.Record.First, base.ended()
	all := make([][]float64, len(run.Policies))
	for i := range all {
		r, index := run.Policies[i].Record, run.Policies[i].index()
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

// growthLine says what the axes show.
func (run *Run) growthLine(g growth) string {
	first, end := run.span()
	parts := []string{clean(run.Name, 60), fmt.Sprintf("%s to %s", run.Panel.Date(first), run.Panel.Date(end-1))}
	unit := strings.TrimSpace(clean(run.Currency, 12) + " " + g.unitName)
	if unit != "" {
		parts = append(parts, "in "+unit)
	}
	if g.nav.log {
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
func (g *growth) navs(p *panel, wide vg.Length) {
	var ends []endLabel
	if h := g.run.Hold; h != nil {
		p.line(holdStyle, g.run.Panel.Dates()[h.First:h.End], h.NAV[h.First:h.End], g.points)
		ends = append(ends, endLabel{text: holdName, style: holdStyle, at: p.atY(h.NAV[h.End-1])})
	}
	for _, i := range g.order() {
		r := g.run.Policies[i].Record
		p.line(g.styles[i], g.dates(i), g.run.Policies[i].navs(), g.points)
		last := r.NAV[r.End-1]
		ends = append(ends, endLabel{text: g.run.Policies[i].Name, style: g.styles[i], at: p.atY(last)})
	}
	spread(ends, labelSize+2.5, p.box.Min.Y+labelSize/2, p.box.Max.Y-labelSize/2)
	p.drawEnds(ends, wide)
}

// against draws indexes relative to the base's.
func (g *growth) against(p *panel) {
	for _, i := range g.order() {
		sty := g.styles[i]
		sty.Width = min(sty.Width, lineWidth)
		p.line(sty, g.dates(i), g.relative[i], g.points)
	}
}

// downs draws drawdowns; the base's is an area.
func (g *growth) downs(p *panel) {
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
			p.area(c, dates, d, 0, g.points)
		}
		sty := g.styles[i]
		sty.Width = 0.75 * sty.Width
		p.line(sty, dates, d, g.points)
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

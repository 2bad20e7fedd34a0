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

// growth draws NAV above drawdowns.
func (run *Run) growth() figure {
	height := vg.Length(440 + 10*max(0, len(run.Policies)-12))
	return figure{figureWide, height, func(c draw.Canvas) {
		first, end := run.span()
		dates := run.Panel.Dates()[first:end]
		g := growth{run: run, styles: run.policyStyles(), points: pointsFor(2 * len(run.Policies))}
		g.measure()
		y := scale{lo: g.low, hi: g.high, log: g.log}
		down := padded(-g.deepest, 0, 0)
		if g.deepest == 0 {
			down = scale{lo: -0.01, hi: 0}
		}
		label := plainLabel(g.unit)
		ticks := linearTicks(y, 6, label)
		if g.log {
			ticks = logTicks(y, 8, label)
		}
		downTicks := linearTicks(down, 4, percentLabel)

		top := header(c, "Net asset value and drawdown", run.growthLine(g))
		left := edge + widest(letters(tickSize, faint), ticks, downTicks) + 6
		wide := endWidth(run.policyNames(), 0.28*figureWide)
		right := c.Max.X - edge - wide
		bottom := vg.Length(edge + 16)
		room := top - 8 - bottom
		split := bottom + 0.29*room
		times := timeTicks(dates[0], dates[len(dates)-1], 13)

		nav := &panel{c: c, box: rect(left, split+18, right, top-8), x: dateScale(dates), y: y}
		nav.xAxis(times, false)
		nav.yAxis(ticks)
		g.navs(nav, wide)
		under := &panel{c: c, box: rect(left, bottom, right, split), x: dateScale(dates), y: down}
		under.xAxis(times, true)
		under.yAxis(downTicks)
		under.note("Drawdown: fall from the running peak")
		g.downs(under)
	}}
}

func rect(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

// growth is what both panels need.
type growth struct {
	run       *Run
	styles    []draw.LineStyle
	points    int
	low, high float64 // of NAV, with room
	log       bool
	deepest   float64
	unit      float64
	unitName  string
}

func (g *growth) measure() {
	lo, hi := nothing()
	for i := range g.run.Policies {
		v := g.run.Policies[i].navs()
		lo, hi = extent(lo, hi, v...)
		if d := metric.MaxDrawdown(v); d > g.deepest {
			g.deepest = d
		}
	}
	g.log = lo > 0 && hi/lo >= 3
	if g.log {
		room := math.Pow(hi/lo, 0.03)
		g.low, g.high = lo/room, hi*room
	} else {
		s := padded(lo, hi, 0.03)
		g.low, g.high = s.lo, s.hi
	}
	g.unit, g.unitName = 1, ""
	for _, u := range []struct {
		size float64
		name string
	}{{1e3, "thousand"}, {1e6, "million"}, {1e9, "billion"}, {1e12, "trillion"}} {
		if hi >= u.size && (g.log || g.high-g.low >= u.size/20) {
			g.unit, g.unitName = u.size, u.name
		}
	}
}

// growthLine says what the axes show.
func (run *Run) growthLine(g growth) string {
	first, end := run.span()
	parts := []string{clean(run.Name, 60), fmt.Sprintf("%s to %s", run.Panel.Date(first), run.Panel.Date(end-1))}
	unit := strings.TrimSpace(clean(run.Currency, 12) + " " + g.unitName)
	if unit != "" {
		parts = append(parts, "in "+unit)
	}
	if g.log {
		parts = append(parts, "log scale")
	}
	return strings.Join(parts, "  ·  ")
}

// navs draws the lines of NAV and names them at their ends; the base lies below.
func (g *growth) navs(p *panel, wide vg.Length) {
	var ends []endLabel
	for _, i := range g.order() {
		r := g.run.Policies[i].Record
		p.line(g.styles[i], g.dates(i), g.run.Policies[i].navs(), g.points)
		last := r.NAV[r.End-1]
		ends = append(ends, endLabel{text: g.run.Policies[i].Name, style: g.styles[i], at: p.atY(last)})
	}
	spread(ends, labelSize+2.5, p.box.Min.Y+labelSize/2, p.box.Max.Y-labelSize/2)
	p.drawEnds(ends, wide)
}

// downs draws drawdowns; the base's is an area.
func (g *growth) downs(p *panel) {
	base := g.run.base()
	for _, i := range g.order() {
		d := metric.Drawdowns(g.run.Policies[i].navs())
		for k := range d {
			d[k] = -d[k]
		}
		if &g.run.Policies[i] == base || len(g.run.Policies) == 1 {
			c := g.styles[i].Color.(color.NRGBA)
			c.A = 0x38
			p.area(c, g.dates(i), d, 0, g.points)
		}
		sty := g.styles[i]
		sty.Width = 0.75 * sty.Width
		p.line(sty, g.dates(i), d, g.points)
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

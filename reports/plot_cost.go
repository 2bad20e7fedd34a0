package reports

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

func init() {
	add("plot-cost-tracking", "what each policy costs against how closely it tracks its targets", "plots/cost-tracking.png and .svg: costs a year (turnover a year when trading is free) against tracking error; both small is good.", func(dir Dir, run *Run) error {
		return run.costTracking().save(dir, "plots/cost-tracking")
	})
}

// costTracking is a scatter of the policies.
func (run *Run) costTracking() figure {
	return figure{figureWide, 400, func(c draw.Canvas) {
		s := run.scatter()
		top := header(c, s.title, "both small is good: nearer to the lower left corner")
		axis := letters(labelSize, faint)
		ticks := linearTicks(s.y, 6, percentLabel)
		if s.y.log {
			ticks = logTicks(s.y, 7, percentLabel)
		}
		left := edge + widest(letters(tickSize, faint), ticks) + 6
		p := &panel{c: c, box: rect(left, edge+34, c.Max.X-edge-8, top-16), x: s.x, y: s.y}
		p.xAxis(linearTicks(s.x, 8, s.label), true)
		p.yAxis(ticks)
		p.note("Tracking error a year" + map[bool]string{true: " (log scale)"}[s.y.log])
		c.FillText(placed(axis, draw.XRight, draw.YBottom), vg.Point{X: p.box.Max.X, Y: edge}, s.xTitle)
		p.scatter(run, s)
	}}
}

// scatter is what the picture shows.
type scatter struct {
	xs, ys        []float64
	x, y          scale
	title, xTitle string
	label         func(v, step float64) string
}

func (run *Run) scatter() scatter {
	s := scatter{title: "Costs and tracking", xTitle: "Costs a year, in basis points of mean NAV", label: plainLabel(1)}
	free := true
	for i := range run.Policies {
		p := &run.Policies[i]
		s.xs = append(s.xs, p.value("cost_per_year")*1e4)
		s.ys = append(s.ys, p.value("tracking_error"))
		free = free && !(s.xs[i] > 0)
	}
	if free {
		s.title, s.xTitle, s.label = "Turnover and tracking", "One-way turnover a year", percentLabel
		for i := range run.Policies {
			s.xs[i] = run.Policies[i].value("turnover_per_year")
		}
	}
	lo, hi := nothing()
	lo, hi = extent(lo, hi, s.ys...)
	_, wide := extent(0, 0, s.xs...)
	s.x = scale{lo: -0.03 * wide, hi: 1.12 * wide}
	if wide == 0 {
		s.x = scale{lo: -0.1, hi: 1}
	}
	switch {
	case lo > 0 && hi/lo > 8:
		s.y = scale{lo: lo / 1.4, hi: hi * 1.4, log: true}
	case lo <= hi:
		s.y = scale{lo: 0, hi: max(hi*1.12, 1e-6)}
	default:
		s.y = scale{lo: 0, hi: 0.01}
	}
	return s
}

// scatter draws the dots and puts each name where it covers least.
func (p *panel) scatter(run *Run, s scatter) {
	styles := run.policyStyles()
	var taken []vg.Rectangle
	for i := range s.xs {
		if data.Finite(s.xs[i]) && data.Finite(s.ys[i]) {
			at := p.pt(s.xs[i], s.ys[i])
			taken = append(taken, rect(at.X-4, at.Y-4, at.X+4, at.Y+4))
			p.c.DrawGlyph(draw.GlyphStyle{Color: styles[i].Color, Radius: 3.6, Shape: draw.CircleGlyph{}}, at)
		}
	}
	var missing int
	sty := letters(labelSize, ink)
	for i := range s.xs {
		if !data.Finite(s.xs[i]) || !data.Finite(s.ys[i]) {
			missing++
			continue
		}
		name := fitted(run.Policies[i].Name, sty, 150)
		box, at, far := p.place(p.pt(s.xs[i], s.ys[i]), sty.Width(name), taken)
		taken = append(taken, box)
		dot := p.pt(s.xs[i], s.ys[i])
		if far {
			p.c.StrokeLine2(stroke(axisGrey, hair), dot.X, dot.Y, at.X, at.Y)
		}
		sty.Color = styles[i].Color
		p.c.FillText(sty, vg.Point{X: box.Min.X, Y: box.Min.Y + 2}, name)
	}
	if missing > 0 {
		grey := placed(letters(tickSize, faint), draw.XLeft, draw.YBottom)
		p.c.FillText(grey, vg.Point{X: p.box.Min.X, Y: edge}, fmt.Sprintf("%s without a defined measure left out", plural(missing, "policy", "policies")))
	}
}

// place finds room for a name near a dot: the box, the point of it nearest to
// the dot, and whether a line must join them.
func (p *panel) place(dot vg.Point, wide vg.Length, taken []vg.Rectangle) (box vg.Rectangle, near vg.Point, far bool) {
	const tall = labelSize + 2
	bestCost := vg.Length(-1)
	for ring := range 9 {
		d := vg.Length(ring)*11 + 7
		for k, dir := range []vg.Point{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}, {X: .8, Y: .8}, {X: .8, Y: -.8}, {X: -.8, Y: .8}, {X: -.8, Y: -.8}} {
			at := vg.Point{X: dot.X + d*dir.X, Y: dot.Y + d*dir.Y}
			x := at.X
			switch {
			case dir.X < 0:
				x -= wide
			case dir.X == 0:
				x -= wide / 2
			}
			b := rect(x, at.Y-tall/2, x+wide, at.Y+tall/2)
			if b.Min.X < p.box.Min.X || b.Max.X > p.c.Max.X-4 || b.Min.Y < p.box.Min.Y || b.Max.Y > p.box.Max.Y {
				continue
			}
			cost := vg.Length(ring)*14 + vg.Length(k)
			for _, t := range taken {
				cost += 10 * overlap(b, t)
			}
			if bestCost < 0 || cost < bestCost {
				bestCost, box, near, far = cost, b, at, ring > 0
			}
		}
	}
	if bestCost < 0 { // no room within the panel
		box = rect(dot.X+7, dot.Y-tall/2, dot.X+7+wide, dot.Y+tall/2)
		near = vg.Point{X: dot.X + 7, Y: dot.Y}
	}
	return box, near, far
}

// overlap is the area that two boxes share.
func overlap(a, b vg.Rectangle) vg.Length {
	w := min(a.Max.X, b.Max.X) - max(a.Min.X, b.Min.X)
	h := min(a.Max.Y, b.Max.Y) - max(a.Min.Y, b.Min.Y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

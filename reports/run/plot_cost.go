package run

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/reports/draw"
)

func init() {
	add("plot-cost-tracking", "what each policy costs against how closely it tracks its targets", "plots/cost-tracking.png and .svg: costs a year (turnover a year when trading is free) against tracking error; both small is good. Written only for several policies: one dot compares nothing.", func(dir draw.Dir, run *Run) error {
		if len(run.Policies) < 2 {
			return nil
		}
		return draw.Save(dir, draw.Picture{Name: "plots/cost-tracking", Figure: run.CostTracking()})
	})
}

// CostTracking is a scatter of the policies.
func (run *Run) CostTracking() draw.Figure {
	wide, tall := run.single(400)
	return draw.Figure{Width: wide, Height: tall, Draw: func(c vgdraw.Canvas) {
		s := run.scatter()
		top := draw.Header(c, s.title, "both small is good: nearer to the lower left corner")
		axis := draw.Letters(draw.LabelSize, draw.Faint)
		ticks := draw.LinearTicks(s.y, 6, draw.PercentLabel)
		if s.y.Log {
			ticks = draw.LogTicks(s.y, 7, draw.PercentLabel)
		}
		left := draw.Edge + draw.Widest(draw.Letters(draw.TickSize, draw.Faint), ticks) + 6
		p := &draw.Panel{C: c, Box: draw.Rect(left, draw.Edge+34, c.Max.X-draw.Edge-8, top-16), X: s.x, Y: s.y}
		p.XAxis(draw.LinearTicks(s.x, int(8*wide/draw.FigureWide), s.label), true)
		p.YAxis(ticks)
		p.Note("Tracking error a year" + map[bool]string{true: " (log scale)"}[s.y.Log])
		c.FillText(draw.Placed(axis, vgdraw.XRight, vgdraw.YBottom), vg.Point{X: p.Box.Max.X, Y: draw.Edge}, s.xTitle)
		drawScatter(p, run, s)
	}}
}

// scatter is what the picture shows.
type scatter struct {
	xs, ys        []float64
	x, y          draw.Scale
	title, xTitle string
	label         func(v, step float64) string
}

func (run *Run) scatter() scatter {
	s := scatter{title: "Costs and tracking", xTitle: "Costs a year, in basis points of mean NAV", label: draw.PlainLabel(1)}
	free := true
	for i := range run.Policies {
		p := &run.Policies[i]
		s.xs = append(s.xs, p.Value("cost_per_year")*1e4)
		s.ys = append(s.ys, p.Value("tracking_error"))
		free = free && !(s.xs[i] > 0)
	}
	if free {
		s.title, s.xTitle, s.label = "Turnover and tracking", "One-way turnover a year", draw.PercentLabel
		for i := range run.Policies {
			s.xs[i] = run.Policies[i].Value("turnover_per_year")
		}
	}
	lo, hi := draw.Nothing()
	lo, hi = draw.Extent(lo, hi, s.ys...)
	_, wide := draw.Extent(0, 0, s.xs...)
	s.x = draw.Scale{Lo: -0.03 * wide, Hi: 1.12 * wide}
	if wide == 0 {
		s.x = draw.Scale{Lo: -0.1, Hi: 1}
	}
	switch {
	case lo > 0 && hi/lo > 8:
		s.y = draw.Scale{Lo: lo / 1.4, Hi: hi * 1.4, Log: true}
	case lo <= hi:
		s.y = draw.Scale{Lo: 0, Hi: max(hi*1.12, 1e-6)}
	default:
		s.y = draw.Scale{Lo: 0, Hi: 0.01}
	}
	return s
}

// scatter draws the dots, then puts each name where it covers least.
func drawScatter(p *draw.Panel, run *Run, s scatter) {
	styles := run.policyStyles()
	room := &draw.Placing{P: p}
	var there []int
	for i := range s.xs {
		if data.Finite(s.xs[i]) && data.Finite(s.ys[i]) {
			at := p.Pt(s.xs[i], s.ys[i])
			room.Boxes = append(room.Boxes, draw.Rect(at.X-4, at.Y-4, at.X+4, at.Y+4))
			there = append(there, i)
		}
	}
	sty := draw.Letters(draw.LabelSize, draw.Ink)
	type label struct {
		name string
		at   vg.Point
	}
	labels := make([]label, len(there))
	for k, i := range there {
		labels[k].name = draw.Fitted(run.Policies[i].Name, sty, 150)
		dot := p.Pt(s.xs[i], s.ys[i])
		spot := room.Find(dot, sty.Width(labels[k].name))
		labels[k].at = vg.Point{X: spot.Box.Min.X, Y: spot.Box.Min.Y + 2.5}
		if spot.Far {
			p.C.StrokeLine2(draw.Stroke(draw.AxisGrey, draw.Hair), dot.X, dot.Y, spot.Near.X, spot.Near.Y)
		}
	}
	for k, i := range there {
		p.C.DrawGlyph(vgdraw.GlyphStyle{Color: styles[i].Color, Radius: 3.6, Shape: vgdraw.CircleGlyph{}}, p.Pt(s.xs[i], s.ys[i]))
		sty.Color = styles[i].Color
		if c, ok := styles[i].Color.(color.NRGBA); ok {
			sty.Color = draw.Readable(c)
		}
		p.C.FillText(sty, labels[k].at, labels[k].name)
	}
	if n := len(s.xs) - len(there); n > 0 {
		grey := draw.Placed(draw.Letters(draw.TickSize, draw.Faint), vgdraw.XLeft, vgdraw.YBottom)
		p.C.FillText(grey, vg.Point{X: p.Box.Min.X, Y: draw.Edge}, fmt.Sprintf("%s without a defined measure left out", draw.Plural(n, "policy", "policies")))
	}
}

package sweep

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// mostNames is how many points of a front are named.
const mostNames = 12

// figure draws all points in grey, the front as a line of steps, and names points
// of it by their values on the axes.
func (f *pareto) figure() draw.Figure {
	return draw.Figure{Width: draw.FigureWide, Height: 440, Draw: func(c vgdraw.Canvas) {
		small := map[int]string{-1: "lower", 1: "higher"}
		note := fmt.Sprintf("%s of %s on the front · better: %s %s, %s %s · names: %s", draw.Count(len(f.front)), draw.Plural(len(f.ran), "point", "points"), small[f.x.Better], inner(f.x.Title), small[f.y.Better], inner(f.y.Title), f.s.labelled())
		top := draw.Header(c, fmt.Sprintf("%s against %s", f.y.Title, inner(f.x.Title)), page.Join(note, f.s.where()))
		x, xTicks := f.axis(f.x, 8)
		y, yTicks := f.axis(f.y, 7)
		left := draw.Edge + draw.Widest(draw.Letters(draw.TickSize, draw.Faint), yTicks) + 6
		p := &draw.Panel{C: c, Box: draw.Rect(left, draw.Edge+34, c.Max.X-draw.Edge-8, top-16), X: x, Y: y}
		p.XAxis(xTicks, true)
		p.YAxis(yTicks)
		p.Note(axisNote(f.y, y))
		c.FillText(draw.Placed(draw.Letters(draw.LabelSize, draw.Faint), vgdraw.XRight, vgdraw.YBottom), vg.Point{X: p.Box.Max.X, Y: draw.Edge}, axisNote(f.x, x))
		f.cloud(p)
		f.steps(p)
		f.names(p)
	}}
}

// axisNote names an axis and its unit.
func axisNote(m *Measure, s draw.Scale) string {
	note := m.titled()
	if s.Log {
		note += " (log scale)"
	}
	return note
}

// axis is the scale of a measure over the points and its ticks.
func (f *pareto) axis(m *Measure, most int) (draw.Scale, []draw.Tick) {
	lo, hi := draw.Nothing()
	for _, p := range f.ran {
		lo, hi = draw.Extent(lo, hi, m.X[p])
	}
	return measureAxis(m, lo, hi, most)
}

// measureAxis is a scale from lo to hi with some room, on a log scale where they
// span more than a factor of twenty, and its ticks.
func measureAxis(m *Measure, lo, hi float64, most int) (draw.Scale, []draw.Tick) {
	label := m.label()
	if lo > 0 && hi/lo > 20 {
		s := draw.Scale{Lo: lo / 1.25, Hi: hi * 1.25, Log: true}
		return s, draw.LogTicks(s, most, label)
	}
	s := draw.Padded(lo, hi, 0.06)
	if lo >= 0 && s.Lo < 0.25*(hi-lo) && lo < 0.4*hi {
		s.Lo = min(0, lo) - 0.02*(hi-min(0, lo))
	}
	return s, draw.LinearTicks(s, most, label)
}

// cloud draws every point, those that would hide each other once.
func (f *pareto) cloud(p *draw.Panel) {
	const apart = 1.2
	type spot struct{ x, y int }
	seen := map[spot]bool{}
	radius := vg.Length(2.2)
	if len(f.ran) > 2000 {
		radius = 1.3
	}
	var path vg.Path
	for _, i := range f.ran {
		at := p.Pt(f.x.X[i], f.y.X[i])
		k := spot{int(at.X / apart), int(at.Y / apart)}
		if seen[k] {
			continue
		}
		seen[k] = true
		path.Move(vg.Point{X: at.X + radius, Y: at.Y})
		path.Arc(at, radius, 0, 2*math.Pi)
		path.Close()
	}
	p.C.SetColor(draw.DotGrey)
	p.C.Fill(path)
}

// steps draws the front: what a point reaches, up to the next one.
func (f *pareto) steps(p *draw.Panel) {
	var line []vg.Point
	for k, i := range f.front {
		at := p.Pt(f.x.X[i], f.y.X[i])
		if k > 0 {
			line = append(line, vg.Point{X: at.X, Y: line[len(line)-1].Y})
		}
		line = append(line, at)
	}
	if len(line) > 1 {
		p.C.StrokeLines(draw.Stroke(draw.Blue, draw.LineWidth), line)
	}
	if len(f.front) > 400 {
		return
	}
	for _, i := range f.front {
		p.C.DrawGlyph(vgdraw.GlyphStyle{Color: draw.Blue, Radius: 3, Shape: vgdraw.CircleGlyph{}}, p.Pt(f.x.X[i], f.y.X[i]))
	}
}

// names writes what points of the front are, as many as there is room for, from
// one end to the other.
func (f *pareto) names(p *draw.Panel) {
	room := &draw.Placing{P: p}
	for _, i := range f.front {
		at := p.Pt(f.x.X[i], f.y.X[i])
		room.Boxes = append(room.Boxes, draw.Rect(at.X-4, at.Y-4, at.X+4, at.Y+4))
	}
	for _, i := range f.ran[:min(len(f.ran), 400)] {
		at := p.Pt(f.x.X[i], f.y.X[i])
		room.Boxes = append(room.Boxes, draw.Rect(at.X-1, at.Y-1, at.X+1, at.Y+1))
	}
	for k := 1; k < len(f.front) && k < 400; k++ { // names keep off the line, too
		a, b := p.Pt(f.x.X[f.front[k-1]], f.y.X[f.front[k-1]]), p.Pt(f.x.X[f.front[k]], f.y.X[f.front[k]])
		room.Boxes = append(room.Boxes, draw.Rect(min(a.X, b.X), a.Y-1, max(a.X, b.X), a.Y+1), draw.Rect(b.X-1, min(a.Y, b.Y), b.X+1, max(a.Y, b.Y)))
	}
	sty := draw.Letters(draw.TickSize, draw.Ink)
	n := min(mostNames, len(f.front))
	for k := range n {
		i := f.front[0]
		if n > 1 {
			i = f.front[k*(len(f.front)-1)/(n-1)]
		}
		name := draw.Fitted(f.s.label(i), sty, 190)
		dot := p.Pt(f.x.X[i], f.y.X[i])
		spot := room.Find(dot, sty.Width(name))
		if spot.Far {
			p.C.StrokeLine2(draw.Stroke(draw.AxisGrey, draw.Hair), dot.X, dot.Y, spot.Near.X, spot.Near.Y)
		}
		p.C.FillText(sty, vg.Point{X: spot.Box.Min.X, Y: spot.Box.Min.Y + 2.5}, name)
	}
}

package reports

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var dotGrey = color.NRGBA{0xBD, 0xBD, 0xBD, 0xFF}

// mostNames is how many points of a front are named.
const mostNames = 12

// figure draws all points in grey, the front as a line of steps, and names points
// of it by their values on the axes.
func (f *pareto) figure() figure {
	return figure{figureWide, 440, func(c draw.Canvas) {
		small := map[int]string{-1: "lower", 1: "higher"}
		note := fmt.Sprintf("%s of %s on the front · better: %s %s, %s %s · names: %s", count(len(f.front)), plural(len(f.ran), "point", "points"), small[f.x.Better], inner(f.x.Title), small[f.y.Better], inner(f.y.Title), f.s.labelled())
		top := header(c, fmt.Sprintf("%s against %s", f.y.Title, inner(f.x.Title)), join(note, f.s.where()))
		x, xTicks := f.axis(f.x, 8)
		y, yTicks := f.axis(f.y, 7)
		left := edge + widest(letters(tickSize, faint), yTicks) + 6
		p := &panel{c: c, box: rect(left, edge+34, c.Max.X-edge-8, top-16), x: x, y: y}
		p.xAxis(xTicks, true)
		p.yAxis(yTicks)
		p.note(axisNote(f.y, y))
		c.FillText(placed(letters(labelSize, faint), draw.XRight, draw.YBottom), vg.Point{X: p.box.Max.X, Y: edge}, axisNote(f.x, x))
		f.cloud(p)
		f.steps(p)
		f.names(p)
	}}
}

// axisNote names an axis and its unit.
func axisNote(m *SweepMeasure, s scale) string {
	note := m.titled()
	if s.log {
		note += " (log scale)"
	}
	return note
}

// axis is the scale of a measure over the points and its ticks.
func (f *pareto) axis(m *SweepMeasure, most int) (scale, []tick) {
	lo, hi := nothing()
	for _, p := range f.ran {
		lo, hi = extent(lo, hi, m.X[p])
	}
	return measureAxis(m, lo, hi, most)
}

// measureAxis is a scale from lo to hi with some room, on a log scale where they
// span more than a factor of twenty, and its ticks.
func measureAxis(m *SweepMeasure, lo, hi float64, most int) (scale, []tick) {
	label := m.label()
	if lo > 0 && hi/lo > 20 {
		s := scale{lo: lo / 1.25, hi: hi * 1.25, log: true}
		return s, logTicks(s, most, label)
	}
	s := padded(lo, hi, 0.06)
	if lo >= 0 && s.lo < 0.25*(hi-lo) && lo < 0.4*hi {
		s.lo = min(0, lo) - 0.02*(hi-min(0, lo))
	}
	return s, linearTicks(s, most, label)
}

// cloud draws every point, those that would hide each other once.
func (f *pareto) cloud(p *panel) {
	const apart = 1.2
	type spot struct{ x, y int }
	seen := map[spot]bool{}
	radius := vg.Length(2.2)
	if len(f.ran) > 2000 {
		radius = 1.3
	}
	var path vg.Path
	for _, i := range f.ran {
		at := p.pt(f.x.X[i], f.y.X[i])
		k := spot{int(at.X / apart), int(at.Y / apart)}
		if seen[k] {
			continue
		}
		seen[k] = true
		path.Move(vg.Point{X: at.X + radius, Y: at.Y})
		path.Arc(at, radius, 0, 2*math.Pi)
		path.Close()
	}
	p.c.SetColor(dotGrey)
	p.c.Fill(path)
}

// steps draws the front: what a point reaches, up to the next one.
func (f *pareto) steps(p *panel) {
	var line []vg.Point
	for k, i := range f.front {
		at := p.pt(f.x.X[i], f.y.X[i])
		if k > 0 {
			line = append(line, vg.Point{X: at.X, Y: line[len(line)-1].Y})
		}
		line = append(line, at)
	}
	if len(line) > 1 {
		p.c.StrokeLines(stroke(blue, lineWidth), line)
	}
	if len(f.front) > 400 {
		return
	}
	for _, i := range f.front {
		p.c.DrawGlyph(draw.GlyphStyle{Color: blue, Radius: 3, Shape: draw.CircleGlyph{}}, p.pt(f.x.X[i], f.y.X[i]))
	}
}

// names writes what points of the front are, as many as there is room for, from
// one end to the other.
func (f *pareto) names(p *panel) {
	room := &placing{p: p}
	for _, i := range f.front {
		at := p.pt(f.x.X[i], f.y.X[i])
		room.boxes = append(room.boxes, rect(at.X-4, at.Y-4, at.X+4, at.Y+4))
	}
	for _, i := range f.ran[:min(len(f.ran), 400)] {
		at := p.pt(f.x.X[i], f.y.X[i])
		room.boxes = append(room.boxes, rect(at.X-1, at.Y-1, at.X+1, at.Y+1))
	}
	for k := 1; k < len(f.front) && k < 400; k++ { // names keep off the line, too
		a, b := p.pt(f.x.X[f.front[k-1]], f.y.X[f.front[k-1]]), p.pt(f.x.X[f.front[k]], f.y.X[f.front[k]])
		room.boxes = append(room.boxes, rect(min(a.X, b.X), a.Y-1, max(a.X, b.X), a.Y+1), rect(b.X-1, min(a.Y, b.Y), b.X+1, max(a.Y, b.Y)))
	}
	sty := letters(tickSize, ink)
	n := min(mostNames, len(f.front))
	for k := range n {
		i := f.front[0]
		if n > 1 {
			i = f.front[k*(len(f.front)-1)/(n-1)]
		}
		name := fitted(f.s.label(i), sty, 190)
		dot := p.pt(f.x.X[i], f.y.X[i])
		spot := room.find(dot, sty.Width(name))
		if spot.far {
			p.c.StrokeLine2(stroke(axisGrey, hair), dot.X, dot.Y, spot.near.X, spot.near.Y)
		}
		p.c.FillText(sty, vg.Point{X: spot.box.Min.X, Y: spot.box.Min.Y + 2.5}, name)
	}
}

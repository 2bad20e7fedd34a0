package reports

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

// placing finds room for the names of dots.
type placing struct {
	p     *panel
	boxes []vg.Rectangle // of dots and of names already written
	lines [][2]vg.Point  // that join names to their dots
}

// spot is where a name goes: its box, the point of it that a line to the dot
// meets, and whether there is such a line.
type spot struct {
	box  vg.Rectangle
	near vg.Point
	far  bool
}

// scatter draws the dots, then puts each name where it covers least.
func (p *panel) scatter(run *Run, s scatter) {
	styles := run.policyStyles()
	room := &placing{p: p}
	var there []int
	for i := range s.xs {
		if data.Finite(s.xs[i]) && data.Finite(s.ys[i]) {
			at := p.pt(s.xs[i], s.ys[i])
			room.boxes = append(room.boxes, rect(at.X-4, at.Y-4, at.X+4, at.Y+4))
			there = append(there, i)
		}
	}
	sty := letters(labelSize, ink)
	type label struct {
		name string
		at   vg.Point
	}
	labels := make([]label, len(there))
	for k, i := range there {
		labels[k].name = fitted(run.Policies[i].Name, sty, 150)
		dot := p.pt(s.xs[i], s.ys[i])
		spot := room.find(dot, sty.Width(labels[k].name))
		labels[k].at = vg.Point{X: spot.box.Min.X, Y: spot.box.Min.Y + 2.5}
		if spot.far {
			p.c.StrokeLine2(stroke(axisGrey, hair), dot.X, dot.Y, spot.near.X, spot.near.Y)
		}
	}
	for k, i := range there {
		p.c.DrawGlyph(draw.GlyphStyle{Color: styles[i].Color, Radius: 3.6, Shape: draw.CircleGlyph{}}, p.pt(s.xs[i], s.ys[i]))
		sty.Color = styles[i].Color
		if c, ok := styles[i].Color.(color.NRGBA); ok {
			sty.Color = readable(c)
		}
		p.c.FillText(sty, labels[k].at, labels[k].name)
	}
	if n := len(s.xs) - len(there); n > 0 {
		grey := placed(letters(tickSize, faint), draw.XLeft, draw.YBottom)
		p.c.FillText(grey, vg.Point{X: p.box.Min.X, Y: edge}, fmt.Sprintf("%s without a defined measure left out", plural(n, "policy", "policies")))
	}
}

// directions in which names are tried, the most natural first.
var directions = []vg.Point{
	{X: 1}, {X: -1}, {X: .8, Y: .8}, {X: .8, Y: -.8}, {X: -.8, Y: .8}, {X: -.8, Y: -.8},
	{X: .95, Y: .4}, {X: .95, Y: -.4}, {X: -.95, Y: .4}, {X: -.95, Y: -.4}, {Y: 1}, {Y: -1},
}

// find takes the cheapest spot for a name of a width beside a dot.
func (r *placing) find(dot vg.Point, wide vg.Length) spot {
	best, least := spot{}, vg.Length(-1)
	for ring := range 12 {
		d := vg.Length(ring)*11 + 7
		for k, dir := range directions {
			s := at(dot, dir, d, wide)
			s.far = ring > 0
			if !r.p.holds(s.box) {
				continue
			}
			cost := vg.Length(ring)*14 + vg.Length(k) + r.cost(dot, s)
			if least < 0 || cost < least {
				least, best = cost, s
			}
		}
	}
	if least < 0 { // no room within the panel
		best = at(dot, directions[0], 7, wide)
	}
	r.boxes = append(r.boxes, best.box)
	if best.far {
		r.lines = append(r.lines, [2]vg.Point{dot, best.near})
	}
	return best
}

// at is the spot at a distance in a direction.
func at(dot, dir vg.Point, d, wide vg.Length) spot {
	const tall = labelSize + 2
	near := vg.Point{X: dot.X + d*dir.X, Y: dot.Y + d*dir.Y}
	x := near.X
	switch {
	case dir.X < 0:
		x -= wide
	case dir.X == 0:
		x -= wide / 2
	}
	return spot{box: rect(x, near.Y-tall/2, x+wide, near.Y+tall/2), near: near}
}

// holds says whether a name stays on the picture.
func (p *panel) holds(b vg.Rectangle) bool {
	return b.Min.X >= p.box.Min.X && b.Max.X <= p.c.Max.X-4 && b.Min.Y >= p.box.Min.Y && b.Max.Y <= p.box.Max.Y
}

// cost is what a spot covers or crosses.
func (r *placing) cost(dot vg.Point, s spot) (cost vg.Length) {
	for _, b := range r.boxes {
		cost += 10 * overlap(b, s.box)
		if s.far && crosses([2]vg.Point{dot, s.near}, b) && !within(dot, b) {
			cost += 40
		}
	}
	for _, l := range r.lines {
		if crosses(l, s.box) {
			cost += 60
		}
	}
	return cost
}

func within(pt vg.Point, b vg.Rectangle) bool {
	return pt.X >= b.Min.X && pt.X <= b.Max.X && pt.Y >= b.Min.Y && pt.Y <= b.Max.Y
}

// crosses says whether a line meets a box, tried at a few points of it.
func crosses(l [2]vg.Point, b vg.Rectangle) bool {
	const steps = 24
	for k := range steps + 1 { // both ends included
		t := vg.Length(k) / steps
		if within(vg.Point{X: l[0].X + t*(l[1].X-l[0].X), Y: l[0].Y + t*(l[1].Y-l[0].Y)}, b) {
			return true
		}
	}
	return false
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

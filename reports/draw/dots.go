package draw

import (
	"gonum.org/v1/plot/vg"
)

// Placing finds room for the names of dots.
type Placing struct {
	P     *Panel
	Boxes []vg.Rectangle // of dots and of names already written
	lines [][2]vg.Point  // that join names to their dots
}

// spot is where a name goes: its box, the point of it that a line to the dot
// meets, and whether there is such a line.
type spot struct {
	Box  vg.Rectangle
	Near vg.Point
	Far  bool
}

// directions in which names are tried, the most natural first.
var directions = []vg.Point{
	{X: 1}, {X: -1}, {X: .8, Y: .8}, {X: .8, Y: -.8}, {X: -.8, Y: .8}, {X: -.8, Y: -.8},
	{X: .95, Y: .4}, {X: .95, Y: -.4}, {X: -.95, Y: .4}, {X: -.95, Y: -.4}, {Y: 1}, {Y: -1},
}

// Find takes the cheapest spot for a name of a width beside a dot.
func (r *Placing) Find(dot vg.Point, wide vg.Length) spot {
	best, least := spot{}, vg.Length(-1)
	for ring := range 12 {
		d := vg.Length(ring)*11 + 7
		for k, dir := range directions {
			s := at(dot, dir, d, wide)
			s.Far = ring > 0
			if !r.P.holds(s.Box) {
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
	r.Boxes = append(r.Boxes, best.Box)
	if best.Far {
		r.lines = append(r.lines, [2]vg.Point{dot, best.Near})
	}
	return best
}

// at is the spot at a distance in a direction.
func at(dot, dir vg.Point, d, wide vg.Length) spot {
	const tall = LabelSize + 2
	near := vg.Point{X: dot.X + d*dir.X, Y: dot.Y + d*dir.Y}
	x := near.X
	switch {
	case dir.X < 0:
		x -= wide
	case dir.X == 0:
		x -= wide / 2
	}
	return spot{Box: Rect(x, near.Y-tall/2, x+wide, near.Y+tall/2), Near: near}
}

// holds reports whether a name stays on the picture.
func (p *Panel) holds(b vg.Rectangle) bool {
	return b.Min.X >= p.Box.Min.X && b.Max.X <= p.C.Max.X-4 && b.Min.Y >= p.Box.Min.Y && b.Max.Y <= p.Box.Max.Y
}

// cost is what a spot covers or crosses.
func (r *Placing) cost(dot vg.Point, s spot) (cost vg.Length) {
	for _, b := range r.Boxes {
		cost += 10 * Overlap(b, s.Box)
		if s.Far && crosses([2]vg.Point{dot, s.Near}, b) && !within(dot, b) {
			cost += 40
		}
	}
	for _, l := range r.lines {
		if crosses(l, s.Box) {
			cost += 60
		}
	}
	return cost
}

func within(pt vg.Point, b vg.Rectangle) bool {
	return pt.X >= b.Min.X && pt.X <= b.Max.X && pt.Y >= b.Min.Y && pt.Y <= b.Max.Y
}

// crosses reports whether a line meets a box, tried at a few points of it.
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

// Overlap is the area that two boxes share.
func Overlap(a, b vg.Rectangle) vg.Length {
	w := min(a.Max.X, b.Max.X) - max(a.Min.X, b.Min.X)
	h := min(a.Max.Y, b.Max.Y) - max(a.Min.Y, b.Min.Y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

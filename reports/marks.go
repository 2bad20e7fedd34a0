package reports

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

// mark is a place to be marked in a panel.
type mark struct{ x, y float64 }

// shape is what marks look like; all of one kind are one path, so that a picture
// with thousands stays small.
type shape uint8

const (
	sale     shape = iota // a triangle that points down
	purchase              // a triangle that points up
	outSale               // an outline of one: money is raised for a withdrawal
	inBuy                 // likewise: a deposit is invested
	hollow                // a ring
)

// markColor is the colour of a shape.
var markColor = map[shape]color.NRGBA{sale: vermilion, purchase: green, outSale: paleVermilion, inBuy: paleGreen, hollow: ink}

// down says whether marks belong to the upper edge: sales.
func (s shape) down() bool { return s == sale || s == outSale }

// outline appends a mark of a radius to a path.
func (s shape) outline(path *vg.Path, at vg.Point, r vg.Length) {
	if s == hollow {
		path.Move(vg.Point{X: at.X + r, Y: at.Y})
		path.Arc(at, r, 0, 2*math.Pi)
		path.Close()
		return
	}
	up := r
	if s.down() {
		up = -r
	}
	path.Move(vg.Point{X: at.X, Y: at.Y + up})
	path.Line(vg.Point{X: at.X - 0.95*r, Y: at.Y - 0.7*up})
	path.Line(vg.Point{X: at.X + 0.95*r, Y: at.Y - 0.7*up})
	path.Close()
}

// markSize is the radius of n marks in a panel, smaller where they are crowded.
func (p *panel) markSize(n int) vg.Length {
	switch density := vg.Length(n) / (p.box.Max.X - p.box.Min.X); {
	case density <= 0.06:
		return 3.2
	case density <= 0.18:
		return 2.4
	}
	return 1.8
}

// crowded says whether n marks cannot be told apart in a panel.
func (p *panel) crowded(n int) bool { return vg.Length(n) > 0.4*(p.box.Max.X-p.box.Min.X) }

// marks draws marks; when they are too many to be told apart, sales become
// strokes at the upper edge, purchases at the lower.
func (p *panel) marks(s shape, all []mark) {
	if len(all) == 0 {
		return
	}
	if p.crowded(len(all)) && s != hollow {
		p.rug(s, all)
		return
	}
	var path vg.Path
	r := p.markSize(len(all))
	apart := r / 3
	if s == hollow {
		apart = 0.8 * r
	}
	last := vg.Point{X: vg.Length(math.Inf(-1))}
	for _, m := range all {
		if !data.Finite(m.y) {
			continue // nothing is invested: there is no weight to mark
		}
		at := p.pt(m.x, m.y)
		if math.Hypot(float64(at.X-last.X), float64(at.Y-last.Y)) < float64(apart) {
			continue // it would hide the one before
		}
		last = at
		s.outline(&path, at, r)
	}
	s.paint(p.c, path)
}

func (s shape) paint(c draw.Canvas, path vg.Path) {
	if s == hollow || s == outSale || s == inBuy {
		c.SetColor(color.White)
		c.Fill(path)
		c.SetLineStyle(stroke(markColor[s], 0.7))
		c.Stroke(path)
		return
	}
	c.SetColor(markColor[s])
	c.Fill(path)
}

// rug draws a stroke for each mark, those at the same place once.
func (p *panel) rug(s shape, all []mark) {
	var path vg.Path
	from, to := p.box.Min.Y, p.box.Min.Y+4
	if s.down() {
		from, to = p.box.Max.Y-4, p.box.Max.Y
	}
	last := vg.Length(math.Inf(-1))
	for _, m := range all {
		x := p.atX(m.x)
		if x-last < 1 {
			continue
		}
		last = x
		path.Move(vg.Point{X: x, Y: from})
		path.Line(vg.Point{X: x, Y: to})
	}
	p.c.SetLineStyle(stroke(markColor[s], 0.5))
	p.c.Stroke(path)
}

// markKey is a legend's entry of a shape.
func markKey(text string, s shape) key {
	return key{text, func(c draw.Canvas, x, y vg.Length) {
		var path vg.Path
		s.outline(&path, vg.Point{X: x + 15, Y: y}, 3.2)
		s.paint(c, path)
	}}
}

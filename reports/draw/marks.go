package draw

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

// Mark is a place to be marked in a panel.
type Mark struct{ X, Y float64 }

// Shape is what marks look like; all of one kind are one path, so that a picture
// with thousands stays small.
type Shape uint8

const (
	Sale     Shape = iota // a triangle that points down
	Purchase              // a triangle that points up
	OutSale               // an outline of one: money is raised for a withdrawal
	InBuy                 // likewise: a deposit is invested
	Hollow                // a ring
)

// MarkColor is the colour of a shape.
var MarkColor = map[Shape]color.NRGBA{Sale: SellColor, Purchase: BuyColor, OutSale: FlowSell, InBuy: FlowBuy, Hollow: Ink}

// Down reports whether marks belong to the upper edge: sales.
func (s Shape) Down() bool { return s == Sale || s == OutSale }

// outline appends a mark of a radius to a path.
func (s Shape) outline(path *vg.Path, at vg.Point, r vg.Length) {
	if s == Hollow {
		path.Move(vg.Point{X: at.X + r, Y: at.Y})
		path.Arc(at, r, 0, 2*math.Pi)
		path.Close()
		return
	}
	up := r
	if s.Down() {
		up = -r
	}
	path.Move(vg.Point{X: at.X, Y: at.Y + up})
	path.Line(vg.Point{X: at.X - 0.95*r, Y: at.Y - 0.7*up})
	path.Line(vg.Point{X: at.X + 0.95*r, Y: at.Y - 0.7*up})
	path.Close()
}

// markSize is the radius of n marks in a panel, smaller where they are crowded.
func (p *Panel) markSize(n int) vg.Length {
	switch density := vg.Length(n) / (p.Box.Max.X - p.Box.Min.X); {
	case density <= 0.06:
		return 3.2
	case density <= 0.18:
		return 2.4
	}
	return 1.8
}

// Crowded reports whether n marks cannot be told apart in a panel.
func (p *Panel) Crowded(n int) bool { return vg.Length(n) > 0.4*(p.Box.Max.X-p.Box.Min.X) }

// Marks draws marks; when they are too many to be told apart, sales become
// strokes at the upper edge, purchases at the lower.
func (p *Panel) Marks(s Shape, all []Mark) {
	if len(all) == 0 {
		return
	}
	if p.Crowded(len(all)) && s != Hollow {
		p.Rug(s, all)
		return
	}
	var path vg.Path
	r := p.markSize(len(all))
	apart := r / 3
	if s == Hollow {
		apart = 0.8 * r
	}
	last := vg.Point{X: vg.Length(math.Inf(-1))}
	for _, m := range all {
		if !data.Finite(m.Y) {
			continue // nothing is invested: there is no weight to mark
		}
		at := p.Pt(m.X, m.Y)
		if math.Hypot(float64(at.X-last.X), float64(at.Y-last.Y)) < float64(apart) {
			continue // it would hide the one before
		}
		last = at
		s.outline(&path, at, r)
	}
	s.paint(p.C, path)
}

func (s Shape) paint(c vgdraw.Canvas, path vg.Path) {
	if s == Hollow || s == OutSale || s == InBuy {
		c.SetColor(color.White)
		c.Fill(path)
		c.SetLineStyle(Stroke(MarkColor[s], 0.7))
		c.Stroke(path)
		return
	}
	c.SetColor(MarkColor[s])
	c.Fill(path)
}

// Rug draws a stroke for each mark, those at the same place once.
func (p *Panel) Rug(s Shape, all []Mark) {
	var path vg.Path
	from, to := p.Box.Min.Y, p.Box.Min.Y+4
	if s.Down() {
		from, to = p.Box.Max.Y-4, p.Box.Max.Y
	}
	last := vg.Length(math.Inf(-1))
	for _, m := range all {
		x := p.AtX(m.X)
		if x-last < 1 {
			continue
		}
		last = x
		path.Move(vg.Point{X: x, Y: from})
		path.Line(vg.Point{X: x, Y: to})
	}
	p.C.SetLineStyle(Stroke(MarkColor[s], 0.5))
	p.C.Stroke(path)
}

// MarkKey is a legend's entry of a shape.
func MarkKey(text string, s Shape) Key {
	return Key{text, func(c vgdraw.Canvas, x, y vg.Length) {
		var path vg.Path
		s.outline(&path, vg.Point{X: x + 15, Y: y}, 3.2)
		s.paint(c, path)
	}}
}

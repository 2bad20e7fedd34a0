package reports

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

// panel is a rectangle of a figure with two axes. Panels are placed by hand: so
// left axes align, and labels stand where they belong.
type panel struct {
	c    draw.Canvas // clipped to nothing: the whole figure
	box  vg.Rectangle
	x, y scale
}

// pt is a place in the panel.
func (p *panel) pt(x, y float64) vg.Point { return vg.Point{X: p.atX(x), Y: p.atY(y)} }

func (p *panel) atX(x float64) vg.Length {
	return p.box.Min.X + vg.Length(p.x.at(x))*(p.box.Max.X-p.box.Min.X)
}

func (p *panel) atY(y float64) vg.Length {
	return p.box.Min.Y + vg.Length(p.y.at(y))*(p.box.Max.Y-p.box.Min.Y)
}

// yAxis draws a grid and labels to the left.
func (p *panel) yAxis(ticks []tick) {
	sty := placed(letters(tickSize, faint), draw.XRight, draw.YCenter)
	for _, t := range ticks {
		y := p.atY(t.at)
		p.c.StrokeLine2(stroke(gridGrey, thin), p.box.Min.X, y, p.box.Max.X, y)
		p.c.FillText(sty, vg.Point{X: p.box.Min.X - 5, Y: y}, t.label)
	}
}

// xAxis draws the base line and grid, and labels beneath when wanted; labels that
// would touch the one before are left out.
func (p *panel) xAxis(ticks []tick, labels bool) {
	sty := placed(letters(tickSize, faint), draw.XCenter, draw.YTop)
	used := vg.Length(math.Inf(-1))
	for _, t := range ticks {
		x := p.atX(t.at)
		p.c.StrokeLine2(stroke(gridGrey, thin), x, p.box.Min.Y, x, p.box.Max.Y)
		if !labels {
			continue
		}
		p.c.StrokeLine2(stroke(axisGrey, thin), x, p.box.Min.Y, x, p.box.Min.Y-3)
		half := sty.Width(t.label) / 2
		if at := x - half; at > used+4 && x+half < p.c.Max.X {
			p.c.FillText(sty, vg.Point{X: x, Y: p.box.Min.Y - 5}, t.label)
			used = x + half
		}
	}
	p.c.StrokeLine2(stroke(axisGrey, thin), p.box.Min.X, p.box.Min.Y, p.box.Max.X, p.box.Min.Y)
}

// note writes above the panel's left corner.
func (p *panel) note(s string) {
	sty := letters(tickSize, faint)
	p.c.FillText(sty, vg.Point{X: p.box.Min.X, Y: p.box.Max.Y + 5}, fitted(s, sty, p.box.Max.X-p.box.Min.X))
}

// line draws values over dates, thinned to what the eye can see at points places
// along the axis; NaN interrupts it.
func (p *panel) line(sty draw.LineStyle, dates []data.Date, ys []float64, points int) {
	for _, part := range p.parts(dates, ys, points) {
		if len(part) == 1 { // a value alone is a short dash
			part = []vg.Point{{X: part[0].X - 1.5, Y: part[0].Y}, {X: part[0].X + 1.5, Y: part[0].Y}}
		}
		p.c.StrokeLines(sty, part)
	}
}

// area fills between values and a level.
func (p *panel) area(c color.Color, dates []data.Date, ys []float64, level float64, points int) {
	for _, part := range p.parts(dates, ys, points) {
		if len(part) < 2 {
			continue
		}
		at := p.atY(level)
		part = append(part, vg.Point{X: part[len(part)-1].X, Y: at}, vg.Point{X: part[0].X, Y: at})
		p.c.FillPolygon(c, part)
	}
}

// level draws a horizontal line; none at NaN.
func (p *panel) level(sty draw.LineStyle, y float64) {
	if !data.Finite(y) {
		return
	}
	p.c.StrokeLine2(sty, p.box.Min.X, p.atY(y), p.box.Max.X, p.atY(y))
}

// parts are the unbroken stretches of values, thinned: of the values that share
// one of the places along the axis the lowest and the highest are kept, in order.
func (p *panel) parts(dates []data.Date, ys []float64, places int) [][]vg.Point {
	var all [][]vg.Point
	wide := float64(p.box.Max.X - p.box.Min.X)
	place := func(i int) int { return int(p.x.at(float64(dates[i])) * float64(places)) }
	for i := 0; i < len(ys); {
		if !data.Finite(ys[i]) {
			i++
			continue
		}
		end := i
		for end < len(ys) && data.Finite(ys[end]) {
			end++
		}
		keep := []int{i}
		for i < end {
			lo, hi, at := i, i, place(i)
			for ; i < end && (place(i) == at || wide <= 0); i++ {
				if ys[i] < ys[lo] {
					lo = i
				}
				if ys[i] > ys[hi] {
					hi = i
				}
			}
			keep = append(keep, min(lo, hi), max(lo, hi))
		}
		keep = append(keep, end-1)
		part := make([]vg.Point, 0, len(keep))
		for k, j := range keep {
			if k == 0 || j != keep[k-1] {
				part = append(part, p.pt(float64(dates[j]), ys[j]))
			}
		}
		all = append(all, part)
	}
	return all
}

// widest is the width of the widest label.
func widest(style text.Style, groups ...[]tick) vg.Length {
	var most vg.Length
	for _, ticks := range groups {
		for _, t := range ticks {
			most = max(most, style.Width(t.label))
		}
	}
	return most
}

// dateScale is the axis of time over sessions first to end.
func dateScale(dates []data.Date) scale {
	lo, hi := float64(dates[0]), float64(dates[len(dates)-1])
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	return scale{lo: lo, hi: hi}
}

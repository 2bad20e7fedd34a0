package draw

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

// Panel is a rectangle of a figure with two axes. Panels are placed by hand: so
// left axes align, and labels stand where they belong.
type Panel struct {
	C    vgdraw.Canvas // clipped to nothing: the whole figure
	Box  vg.Rectangle
	X, Y Scale
}

// Pt is a place in the panel.
func (p *Panel) Pt(x, y float64) vg.Point { return vg.Point{X: p.AtX(x), Y: p.AtY(y)} }

// AtX returns the place of a value along the axis.
func (p *Panel) AtX(x float64) vg.Length {
	return p.Box.Min.X + vg.Length(p.X.At(x))*(p.Box.Max.X-p.Box.Min.X)
}

// AtY returns the height of a value.
func (p *Panel) AtY(y float64) vg.Length {
	return p.Box.Min.Y + vg.Length(p.Y.At(y))*(p.Box.Max.Y-p.Box.Min.Y)
}

// YAxis draws a grid and labels to the left.
func (p *Panel) YAxis(ticks []Tick) {
	sty := Placed(Letters(TickSize, Faint), vgdraw.XRight, vgdraw.YCenter)
	for _, t := range ticks {
		y := p.AtY(t.At)
		p.C.StrokeLine2(Stroke(GridGrey, Thin), p.Box.Min.X, y, p.Box.Max.X, y)
		p.C.FillText(sty, vg.Point{X: p.Box.Min.X - 5, Y: y}, t.Label)
	}
}

// XAxis draws the base line and grid, and labels beneath when wanted; labels that
// would touch the one before are left out.
func (p *Panel) XAxis(ticks []Tick, labels bool) {
	sty := Placed(Letters(TickSize, Faint), vgdraw.XCenter, vgdraw.YTop)
	used := vg.Length(math.Inf(-1))
	for _, t := range ticks {
		x := p.AtX(t.At)
		p.C.StrokeLine2(Stroke(GridGrey, Thin), x, p.Box.Min.Y, x, p.Box.Max.Y)
		if !labels {
			continue
		}
		p.C.StrokeLine2(Stroke(AxisGrey, Thin), x, p.Box.Min.Y, x, p.Box.Min.Y-3)
		half := sty.Width(t.Label) / 2
		if at := x - half; at > used+4 && x+half < p.C.Max.X {
			p.C.FillText(sty, vg.Point{X: x, Y: p.Box.Min.Y - 5}, t.Label)
			used = x + half
		}
	}
	p.C.StrokeLine2(Stroke(AxisGrey, Thin), p.Box.Min.X, p.Box.Min.Y, p.Box.Max.X, p.Box.Min.Y)
}

// Note writes above the panel's left corner.
func (p *Panel) Note(s string) {
	sty := Letters(TickSize, Faint)
	p.C.FillText(sty, vg.Point{X: p.Box.Min.X, Y: p.Box.Max.Y + 5}, Fitted(s, sty, p.Box.Max.X-p.Box.Min.X))
}

// Line draws values over dates, thinned to what the eye can see at points places
// along the axis; NaN interrupts it.
func (p *Panel) Line(sty vgdraw.LineStyle, dates []data.Date, ys []float64, points int) {
	for _, part := range p.Parts(dates, ys, points) {
		if len(part) == 1 { // a value alone is a short dash
			part = []vg.Point{{X: part[0].X - 1.5, Y: part[0].Y}, {X: part[0].X + 1.5, Y: part[0].Y}}
		}
		p.C.StrokeLines(sty, part)
	}
}

// Area fills between values and a level.
func (p *Panel) Area(c color.Color, dates []data.Date, ys []float64, level float64, points int) {
	for _, part := range p.Parts(dates, ys, points) {
		if len(part) < 2 {
			continue
		}
		at := p.AtY(level)
		part = append(part, vg.Point{X: part[len(part)-1].X, Y: at}, vg.Point{X: part[0].X, Y: at})
		p.C.FillPolygon(c, part)
	}
}

// Level draws a horizontal line; none at NaN.
func (p *Panel) Level(sty vgdraw.LineStyle, y float64) {
	if !data.Finite(y) {
		return
	}
	p.C.StrokeLine2(sty, p.Box.Min.X, p.AtY(y), p.Box.Max.X, p.AtY(y))
}

// Parts are the unbroken stretches of values, thinned: of the values that share
// one of the places along the axis the lowest and the highest are kept, in order.
func (p *Panel) Parts(dates []data.Date, ys []float64, places int) [][]vg.Point {
	var all [][]vg.Point
	wide := float64(p.Box.Max.X - p.Box.Min.X)
	place := func(i int) int { return int(p.X.At(float64(dates[i])) * float64(places)) }
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
				part = append(part, p.Pt(float64(dates[j]), ys[j]))
			}
		}
		all = append(all, part)
	}
	return all
}

// Widest is the width of the widest label.
func Widest(style text.Style, groups ...[]Tick) vg.Length {
	var most vg.Length
	for _, ticks := range groups {
		for _, t := range ticks {
			most = max(most, style.Width(t.Label))
		}
	}
	return most
}

// DateScale is the axis of time over sessions first to end.
func DateScale(dates []data.Date) Scale {
	lo, hi := float64(dates[0]), float64(dates[len(dates)-1])
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	return Scale{Lo: lo, Hi: hi}
}

// PointsFor is how many places along a time axis lines are thinned to, so that a
// picture with many lines stays small.
func PointsFor(lines int) int {
	const all, most, least = 9000, 700, 130
	return max(least, min(most, all/max(1, lines)))
}

// Rect returns the rectangle between two corners.
func Rect(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

package sweep

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// figure draws the fan: to the left over starts, to the right over the values of
// the axis that matters most, on one scale.
func (f *fan) figure(s *Sweep) draw.Figure {
	return draw.Figure{Width: draw.FigureWide, Height: 318, Draw: func(c vgdraw.Canvas) {
		title := f.measure.titled() + ": the luck of the start"
		if s.against != "" {
			title += ", difference to " + s.against
		}
		top := draw.Header(c, title, page.Join(draw.Plural(len(s.Axes[f.starts].Labels), "start", "starts"), s.where()))
		top = draw.Legend(c, top, []draw.Key{boxKey("nine in ten", draw.NineInTen), boxKey("half", draw.HalfOf), draw.LineKey("median", draw.Stroke(draw.Blue, draw.BoldWidth))})
		lo, hi := draw.Nothing()
		for _, e := range append(f.byStart[:len(f.byStart):len(f.byStart)], f.byValue...) {
			lo, hi = draw.Extent(lo, hi, e.P5, e.P95)
		}
		y, ticks := measureAxis(f.measure, lo, hi, 7)
		left := draw.Edge + draw.Widest(draw.Letters(draw.TickSize, draw.Faint), ticks) + 6
		middle := c.Max.X - draw.Edge
		if f.choice >= 0 {
			middle = left + (c.Max.X-draw.Edge-left)/2 - 10
		}
		dates := draw.Padded(f.mid[0], f.mid[len(f.mid)-1], 0.03)
		p := &draw.Panel{C: c, Box: draw.Rect(left, draw.Edge+22, middle, top-20), Y: y, X: dates}
		p.YAxis(ticks)
		p.XAxis(draw.TimeTicks(data.Date(f.mid[0]), data.Date(f.mid[len(f.mid)-1]), 7), true)
		drawRibbon(p, f.byStart, f.mid)
		p.Heading("By start", "over all other points")
		if f.choice < 0 {
			return
		}
		q := &draw.Panel{C: c, Box: draw.Rect(middle+20, draw.Edge+22, c.Max.X-draw.Edge, top-20), Y: y, X: draw.Scale{Lo: -0.6, Hi: float64(len(f.byValue)) - 0.4}}
		q.YAxis(blank(ticks))
		at := make([]float64, len(f.byValue))
		labels := make([]draw.Tick, len(at))
		for k, e := range f.byValue {
			at[k], labels[k] = float64(k), draw.Tick{At: float64(k), Label: e.Label}
		}
		if s.Axes[f.choice].ordered() {
			drawRibbon(q, f.byValue, at)
			drawPlaces(q, labels, true)
		} else {
			drawEffects(q, f.byValue, false)
		}
		q.Heading("By "+s.Axes[f.choice].title(), fmt.Sprintf("over the %s", draw.Plural(len(s.Axes[f.starts].Labels), "start", "starts")))
	}}
}

func boxKey(text string, fill color.Color) draw.Key {
	return draw.Key{Text: text, Draw: func(c vgdraw.Canvas, x, y vg.Length) { fillRect(c, fill, draw.Rect(x+2, y-4, x+18, y+4)) }}
}

// ribbon draws quantiles over places along the axis: two shades and the median.
// What is undefined is left out.
func drawRibbon(p *draw.Panel, all []effect, at []float64) {
	var median []vg.Point
	area := func(fill color.Color, low, high func(*effect) float64) {
		var up, back []vg.Point
		for k := range all {
			if all[k].N > 0 {
				up = append(up, p.Pt(at[k], high(&all[k])))
				back = append(back, p.Pt(at[k], low(&all[k])))
			}
		}
		if len(up) == 0 {
			return
		}
		if len(up) == 1 {
			fillRect(p.C, fill, draw.Rect(up[0].X-4, back[0].Y, up[0].X+4, up[0].Y))
		}
		for k := len(back) - 1; k >= 0; k-- {
			up = append(up, back[k])
		}
		p.C.FillPolygon(fill, up)
	}
	area(draw.NineInTen, func(e *effect) float64 { return e.P5 }, func(e *effect) float64 { return e.P95 })
	area(draw.HalfOf, func(e *effect) float64 { return e.P25 }, func(e *effect) float64 { return e.P75 })
	for k := range all {
		if all[k].N > 0 {
			median = append(median, p.Pt(at[k], all[k].P50))
		}
	}
	if len(median) > 1 {
		p.C.StrokeLines(draw.Stroke(draw.Blue, draw.BoldWidth), median)
	}
	for _, m := range median {
		p.C.DrawGlyph(vgdraw.GlyphStyle{Color: draw.Blue, Radius: 2, Shape: vgdraw.CircleGlyph{}}, m)
	}
}

package reports

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

var (
	fanWide    = color.NRGBA{0xDC, 0xE9, 0xF5, 0xFF}
	fanNarrow  = color.NRGBA{0xA9, 0xCB, 0xE6, 0xFF}
	bandShade2 = fanNarrow
)

// figure draws the fan: to the left over starts, to the right over the values of
// the axis that matters most, on one scale.
func (f *fan) figure(s *Sweep) figure {
	return figure{figureWide, 318, func(c draw.Canvas) {
		title := f.measure.titled() + ": the luck of the start"
		if s.against != "" {
			title += ", difference to " + s.against
		}
		top := header(c, title, join(plural(len(s.Axes[f.starts].Labels), "start", "starts"), s.where()))
		top = legend(c, top, []key{boxKey("nine in ten", fanWide), boxKey("half", fanNarrow), lineKey("median", stroke(blue, boldWidth))})
		lo, hi := nothing()
		for _, e := range append(f.byStart[:len(f.byStart):len(f.byStart)], f.byValue...) {
			lo, hi = extent(lo, hi, e.P5, e.P95)
		}
		y, ticks := measureAxis(f.measure, lo, hi, 7)
		left := edge + widest(letters(tickSize, faint), ticks) + 6
		middle := c.Max.X - edge
		if f.choice >= 0 {
			middle = left + (c.Max.X-edge-left)/2 - 10
		}
		dates := padded(f.mid[0], f.mid[len(f.mid)-1], 0.03)
		p := &panel{c: c, box: rect(left, edge+22, middle, top-20), y: y, x: dates}
		p.yAxis(ticks)
		p.xAxis(timeTicks(data.Date(f.mid[0]), data.Date(f.mid[len(f.mid)-1]), 7), true)
		p.ribbon(f.byStart, f.mid)
		p.heading("By start", "over all other points")
		if f.choice < 0 {
			return
		}
		q := &panel{c: c, box: rect(middle+20, edge+22, c.Max.X-edge, top-20), y: y, x: scale{lo: -0.6, hi: float64(len(f.byValue)) - 0.4}}
		q.yAxis(blank(ticks))
		at := make([]float64, len(f.byValue))
		labels := make([]tick, len(at))
		for k, e := range f.byValue {
			at[k], labels[k] = float64(k), tick{float64(k), e.Label}
		}
		if s.Axes[f.choice].ordered() {
			q.ribbon(f.byValue, at)
			q.places(labels, true)
		} else {
			q.effects(f.byValue, false)
		}
		q.heading("By "+s.Axes[f.choice].title(), fmt.Sprintf("over the %s", plural(len(s.Axes[f.starts].Labels), "start", "starts")))
	}}
}

func boxKey(text string, fill color.Color) key {
	return key{text, func(c draw.Canvas, x, y vg.Length) { fillRect(c, fill, rect(x+2, y-4, x+18, y+4)) }}
}

// ribbon draws quantiles over places along the axis: two shades and the median.
// What is undefined is left out.
func (p *panel) ribbon(all []effect, at []float64) {
	var median []vg.Point
	area := func(fill color.Color, low, high func(*effect) float64) {
		var up, back []vg.Point
		for k := range all {
			if all[k].N > 0 {
				up = append(up, p.pt(at[k], high(&all[k])))
				back = append(back, p.pt(at[k], low(&all[k])))
			}
		}
		if len(up) == 0 {
			return
		}
		if len(up) == 1 {
			fillRect(p.c, fill, rect(up[0].X-4, back[0].Y, up[0].X+4, up[0].Y))
		}
		for k := len(back) - 1; k >= 0; k-- {
			up = append(up, back[k])
		}
		p.c.FillPolygon(fill, up)
	}
	area(fanWide, func(e *effect) float64 { return e.P5 }, func(e *effect) float64 { return e.P95 })
	area(fanNarrow, func(e *effect) float64 { return e.P25 }, func(e *effect) float64 { return e.P75 })
	for k := range all {
		if all[k].N > 0 {
			median = append(median, p.pt(at[k], all[k].P50))
		}
	}
	if len(median) > 1 {
		p.c.StrokeLines(stroke(blue, boldWidth), median)
	}
	for _, m := range median {
		p.c.DrawGlyph(draw.GlyphStyle{Color: blue, Radius: 2, Shape: draw.CircleGlyph{}}, m)
	}
}

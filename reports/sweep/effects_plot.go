package sweep

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// effectsFigure draws a measure by the values of each axis: means joined by a line,
// and strokes that hold nine points of ten.
func (s *Sweep) effectsFigure(m *Measure) draw.Figure {
	axes := s.varied()
	across := min(3, max(1, len(axes)))
	down := (len(axes) + across - 1) / across
	const tall = 186
	return draw.Figure{Width: draw.FigureWide, Height: vg.Length(down)*tall + 58, Draw: func(c vgdraw.Canvas) {
		title := "Main effects: " + inner(m.titled())
		if s.against != "" {
			title += ", difference to " + s.against
		}
		top := draw.Header(c, title, page.Join("dots: mean over all points with that value; strokes hold nine in ten of them; shade: from a quarter to three quarters", s.where()))
		lo, hi := draw.Nothing()
		all := make([][]effect, len(axes))
		for k, i := range axes {
			all[k] = s.effects(i, m.X)
			for _, e := range all[k] {
				lo, hi = draw.Extent(lo, hi, e.P5, e.P95, e.Mean)
			}
		}
		y, ticks := measureAxis(m, lo, hi, 8)
		left := draw.Widest(draw.Letters(draw.TickSize, draw.Faint), ticks) + 8
		each := (c.Max.X - 2*draw.Edge - left + 14) / vg.Length(across)
		of := s.influences(m, nil)
		for k := range axes {
			x := draw.Edge + left + vg.Length(k%across)*each
			at := top - vg.Length(k/across)*tall
			p := &draw.Panel{C: c, Box: draw.Rect(x, at-tall+40, x+each-14, at-20), Y: y, X: draw.Scale{Lo: -0.6, Hi: float64(len(all[k])) - 0.4}}
			if k%across == 0 {
				p.YAxis(ticks)
			} else {
				p.YAxis(blank(ticks))
			}
			drawEffects(p, all[k], s.Axes[axes[k]].ordered())
			rest := fmt.Sprintf("alone explains %s", draw.Percent(of[k].Eta2, 0))
			if data.Finite(of[k].Spearman) {
				rest += fmt.Sprintf(", rank correlation %s", draw.Signed(of[k].Spearman, 2))
			}
			p.Heading(s.Axes[axes[k]].title(), "")
			p.C.FillText(draw.Letters(cellText, draw.Faint), vg.Point{X: p.Box.Min.X, Y: p.Box.Min.Y - 28}, draw.Fitted(rest, draw.Letters(cellText, draw.Faint), each-14))
		}
	}}
}

// blank are ticks without labels.
func blank(ticks []draw.Tick) []draw.Tick {
	out := make([]draw.Tick, len(ticks))
	for i, t := range ticks {
		out[i].At = t.At
	}
	return out
}

// effects draws spreads side by side, a place each, their means joined where the
// places have an order.
func drawEffects(p *draw.Panel, all []effect, joined bool) {
	ticks := make([]draw.Tick, len(all))
	var line []vg.Point
	wide := min(9, 0.5*(p.Box.Max.X-p.Box.Min.X)/vg.Length(len(all)))
	for k, e := range all {
		ticks[k] = draw.Tick{At: float64(k), Label: e.Label}
		if e.N == 0 {
			continue
		}
		at := p.Pt(float64(k), e.Mean)
		p.C.StrokeLine2(draw.Stroke(draw.Sky, 1), at.X, p.AtY(e.P5), at.X, p.AtY(e.P95))
		fillRect(p.C, draw.HalfOf, draw.Rect(at.X-wide/2, p.AtY(e.P25), at.X+wide/2, p.AtY(e.P75)))
		line = append(line, at)
	}
	drawPlaces(p, ticks, joined)
	if joined && len(line) > 1 {
		p.C.StrokeLines(draw.Stroke(draw.Blue, draw.LineWidth), line)
	}
	for _, at := range line {
		p.C.DrawGlyph(vgdraw.GlyphStyle{Color: draw.Blue, Radius: min(2.4, wide/2), Shape: vgdraw.CircleGlyph{}}, at)
	}
}

// places writes labels under places along the axis: every one, shortened, of few
// places without an order, otherwise every n-th, as many as there is room for.
func drawPlaces(p *draw.Panel, ticks []draw.Tick, ordered bool) {
	sty := draw.Placed(draw.Letters(draw.TickSize, draw.Faint), vgdraw.XCenter, vgdraw.YTop)
	each := (p.Box.Max.X - p.Box.Min.X) / vg.Length(max(1, len(ticks)))
	every := 1
	for (ordered || each < 40) && vg.Length(every)*each < draw.Widest(sty, ticks)+4 && every < len(ticks) {
		every++
	}
	for k, t := range ticks {
		x := p.AtX(t.At)
		p.C.StrokeLine2(draw.Stroke(draw.AxisGrey, draw.Thin), x, p.Box.Min.Y, x, p.Box.Min.Y-3)
		if k%every == 0 {
			p.C.FillText(sty, vg.Point{X: x, Y: p.Box.Min.Y - 5}, draw.Fitted(t.Label, sty, vg.Length(every)*each-2))
		}
	}
	p.C.StrokeLine2(draw.Stroke(draw.AxisGrey, draw.Thin), p.Box.Min.X, p.Box.Min.Y, p.Box.Max.X, p.Box.Min.Y)
}

package reports

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

// effectsFigure draws a measure by the values of each axis: means joined by a line,
// and strokes that hold nine points of ten.
func (s *Sweep) effectsFigure(m *SweepMeasure) figure {
	axes := s.varied()
	across := min(3, max(1, len(axes)))
	down := (len(axes) + across - 1) / across
	const tall = 186
	return figure{figureWide, vg.Length(down)*tall + 58, func(c draw.Canvas) {
		title := "Main effects: " + inner(m.titled())
		if s.against != "" {
			title += ", difference to " + s.against
		}
		top := header(c, title, join("dots: mean over all points with that value; strokes hold nine in ten of them; shade: from a quarter to three quarters", s.where()))
		lo, hi := nothing()
		all := make([][]effect, len(axes))
		for k, i := range axes {
			all[k] = s.effects(i, m.X)
			for _, e := range all[k] {
				lo, hi = extent(lo, hi, e.P5, e.P95, e.Mean)
			}
		}
		y, ticks := measureAxis(m, lo, hi, 8)
		left := widest(letters(tickSize, faint), ticks) + 8
		each := (c.Max.X - 2*edge - left + 14) / vg.Length(across)
		of := s.influences(m, nil)
		for k := range axes {
			x := edge + left + vg.Length(k%across)*each
			at := top - vg.Length(k/across)*tall
			p := &panel{c: c, box: rect(x, at-tall+40, x+each-14, at-20), y: y, x: scale{lo: -0.6, hi: float64(len(all[k])) - 0.4}}
			if k%across == 0 {
				p.yAxis(ticks)
			} else {
				p.yAxis(blank(ticks))
			}
			p.effects(all[k], s.Axes[axes[k]].ordered())
			rest := fmt.Sprintf("alone explains %s", percent(of[k].Eta2, 0))
			if data.Finite(of[k].Spearman) {
				rest += fmt.Sprintf(", rank correlation %s", signed(of[k].Spearman, 2))
			}
			p.heading(s.Axes[axes[k]].title(), "")
			p.c.FillText(letters(cellText, faint), vg.Point{X: p.box.Min.X, Y: p.box.Min.Y - 28}, fitted(rest, letters(cellText, faint), each-14))
		}
	}}
}

// blank are ticks without labels.
func blank(ticks []tick) []tick {
	out := make([]tick, len(ticks))
	for i, t := range ticks {
		out[i].at = t.at
	}
	return out
}

// effects draws spreads side by side, a place each, their means joined where the
// places have an order.
func (p *panel) effects(all []effect, joined bool) {
	ticks := make([]tick, len(all))
	var line []vg.Point
	wide := min(9, 0.5*(p.box.Max.X-p.box.Min.X)/vg.Length(len(all)))
	for k, e := range all {
		ticks[k] = tick{float64(k), e.Label}
		if e.N == 0 {
			continue
		}
		at := p.pt(float64(k), e.Mean)
		p.c.StrokeLine2(stroke(sky, 1), at.X, p.atY(e.P5), at.X, p.atY(e.P95))
		fillRect(p.c, bandShade2, rect(at.X-wide/2, p.atY(e.P25), at.X+wide/2, p.atY(e.P75)))
		line = append(line, at)
	}
	p.places(ticks, joined)
	if joined && len(line) > 1 {
		p.c.StrokeLines(stroke(blue, lineWidth), line)
	}
	for _, at := range line {
		p.c.DrawGlyph(draw.GlyphStyle{Color: blue, Radius: min(2.4, wide/2), Shape: draw.CircleGlyph{}}, at)
	}
}

// places writes labels under places along the axis: every one, shortened, of few
// places without an order, otherwise every n-th, as many as there is room for.
func (p *panel) places(ticks []tick, ordered bool) {
	sty := placed(letters(tickSize, faint), draw.XCenter, draw.YTop)
	each := (p.box.Max.X - p.box.Min.X) / vg.Length(max(1, len(ticks)))
	every := 1
	for (ordered || each < 40) && vg.Length(every)*each < widest(sty, ticks)+4 && every < len(ticks) {
		every++
	}
	for k, t := range ticks {
		x := p.atX(t.at)
		p.c.StrokeLine2(stroke(axisGrey, thin), x, p.box.Min.Y, x, p.box.Min.Y-3)
		if k%every == 0 {
			p.c.FillText(sty, vg.Point{X: x, Y: p.box.Min.Y - 5}, fitted(t.label, sty, vg.Length(every)*each-2))
		}
	}
	p.c.StrokeLine2(stroke(axisGrey, thin), p.box.Min.X, p.box.Min.Y, p.box.Max.X, p.box.Min.Y)
}

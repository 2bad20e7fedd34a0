package sweep

import (
	"image/color"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// heatLayout is where a heat map's panels and cells go.
type heatLayout struct {
	across, down int       // panels
	left         vg.Length // of a panel's cells: labels
	wide, tall   vg.Length // of a cell
	head         vg.Length // above the cells of a panel
	foot         vg.Length // below them
	turned       bool      // labels of columns are drawn upwards
}

const (
	cellText  = 8
	heatGap   = 18 // between panels
	scaleRoom = 46 // below the panels, for the scale of colours
)

func (h *heatMap) layout() heatLayout {
	sty := draw.Letters(draw.TickSize, draw.Faint)
	columns, rows := vg.Length(len(h.x.labels)), vg.Length(len(h.y.labels))
	l := heatLayout{head: 18, foot: 34}
	for _, s := range h.y.labels {
		l.left = max(l.left, sty.Width(draw.Fitted(s, sty, 130))+7)
	}
	l.left = max(l.left, 24)
	avail := vg.Length(draw.FigureWide) - 2*draw.Edge
	l.across = 1
	for n := 2; n <= len(h.panels) && n <= 3; n++ {
		if each := (avail-vg.Length(n-1)*heatGap)/vg.Length(n) - l.left; each/columns >= 30 {
			l.across = n
		}
	}
	l.down = (len(h.panels) + l.across - 1) / l.across
	each := (avail-vg.Length(l.across-1)*heatGap)/vg.Length(l.across) - l.left
	l.wide = min(each/columns, 96)
	l.tall = max(11, min(24, 420/rows))
	var most vg.Length
	for _, s := range h.x.labels {
		most = max(most, sty.Width(draw.Fitted(s, sty, 90)))
	}
	if l.turned = most > l.wide-3 && l.wide < 60; l.turned {
		l.foot = most + 26
	}
	return l
}

// width is that of the picture: as wide as the panels, but wide enough for titles.
func (l *heatLayout) width(h *heatMap) vg.Length {
	each := l.left + l.wide*vg.Length(len(h.x.labels))
	return min(draw.FigureWide, max(460, 2*draw.Edge+vg.Length(l.across)*each+vg.Length(l.across-1)*heatGap))
}

// panelTall is a panel with everything.
func (l *heatLayout) panelTall(h *heatMap) vg.Length {
	return l.head + l.tall*vg.Length(len(h.y.labels)) + l.foot
}

// figure draws the map.
func (h *heatMap) figure() draw.Figure {
	l := h.layout()
	tall := 52 + l.panelTall(h)*vg.Length(l.down) + scaleRoom
	return draw.Figure{Width: l.width(h), Height: tall, Draw: func(c vgdraw.Canvas) {
		title := h.measure.titled()
		if h.over != "" {
			title += ": difference to " + h.over
		}
		top := draw.Header(c, title, page.OrElse(h.note, "each cell a point of the sweep"))
		sc, colours := h.scale()
		texts := h.measure.figures(h.values())
		per := len(h.panels[0].cells)
		for k := range h.panels {
			each := l.left + l.wide*vg.Length(len(h.x.labels)) + heatGap
			x := draw.Edge + vg.Length(k%l.across)*each + l.left
			y := top - vg.Length(k/l.across)*l.panelTall(h) - l.head
			h.panel(c, l, k, vg.Point{X: x, Y: y}, sc, colours, texts[k*per:(k+1)*per])
		}
		h.colourScale(c, sc, colours)
	}}
}

// panel draws the cells below and to the right of a corner, and what belongs to them.
func (h *heatMap) panel(c vgdraw.Canvas, l heatLayout, k int, corner vg.Point, sc draw.Scale, colours draw.Shade, texts []string) {
	columns, rows := len(h.x.labels), len(h.y.labels)
	plain := draw.Letters(draw.TickSize, draw.Faint)
	head := h.y.axis.title()
	c.FillText(plain, vg.Point{X: corner.X - l.left, Y: corner.Y + 5}, draw.Fitted(head, plain, l.left+l.wide*vg.Length(columns)/2))
	if h.by != "" {
		strong := draw.Placed(draw.Bold(draw.Letters(draw.LabelSize, draw.Ink)), vgdraw.XRight, 0)
		c.FillText(strong, vg.Point{X: corner.X + l.wide*vg.Length(columns), Y: corner.Y + 5}, draw.Fitted(h.by+" "+h.panels[k].label, strong, l.wide*vg.Length(columns)*0.7))
	}
	for row := range rows {
		at := row // texts are read downwards, numbers rise
		if h.y.axis.ordered() {
			at = rows - 1 - row
		}
		y := corner.Y - vg.Length(row)*l.tall
		c.FillText(draw.Placed(plain, vgdraw.XRight, vgdraw.YCenter), vg.Point{X: corner.X - 5, Y: y - l.tall/2}, draw.Fitted(h.y.labels[at], plain, l.left-6))
		for col := range columns {
			x := corner.X + vg.Length(col)*l.wide
			box := draw.Rect(x, y-l.tall, x+l.wide, y)
			heatCell(c, box, h.panels[k].cells[at*columns+col], sc, colours, texts[at*columns+col])
		}
	}
	h.columnLabels(c, l, vg.Point{X: corner.X, Y: corner.Y - l.tall*vg.Length(rows)})
}

// heatCell draws one value, its number where there is room for it. A cell
// without a value is hatched.
func heatCell(c vgdraw.Canvas, b vg.Rectangle, v float64, sc draw.Scale, colours draw.Shade, text string) {
	if !data.Finite(v) {
		hatch(c, b)
		return
	}
	ground := colours(sc.At(v))
	fillRect(c, ground, draw.Rect(b.Min.X, b.Min.Y, b.Max.X-0.4, b.Max.Y-0.4))
	sty := draw.Placed(draw.Letters(cellText, draw.InkOn(ground)), vgdraw.XCenter, vgdraw.YCenter)
	for size := vg.Length(cellText); size >= 6; size -= 0.5 {
		sty.Font.Size = size
		if sty.Width(text) <= b.Max.X-b.Min.X-3 && size+2 <= b.Max.Y-b.Min.Y {
			c.FillText(sty, vg.Point{X: (b.Min.X + b.Max.X) / 2, Y: (b.Min.Y+b.Max.Y)/2 - 0.5}, text)
			return
		}
	}
}

func fillRect(c vgdraw.Canvas, fill color.Color, b vg.Rectangle) {
	c.FillPolygon(fill, []vg.Point{b.Min, {X: b.Max.X, Y: b.Min.Y}, b.Max, {X: b.Min.X, Y: b.Max.Y}})
}

// hatch fills a cell with slanted lines.
func hatch(c vgdraw.Canvas, b vg.Rectangle) {
	fillRect(c, color.NRGBA{0xFA, 0xFA, 0xFA, 0xFF}, draw.Rect(b.Min.X, b.Min.Y, b.Max.X-0.4, b.Max.Y-0.4))
	wide, tall := b.Max.X-b.Min.X-0.4, b.Max.Y-b.Min.Y-0.4
	for d := vg.Length(3); d < wide+tall; d += 5 {
		from := vg.Point{X: b.Min.X + min(d, wide), Y: b.Min.Y + max(0, d-wide)}
		to := vg.Point{X: b.Min.X + max(0, d-tall), Y: b.Min.Y + min(d, tall)}
		c.StrokeLine2(draw.Stroke(draw.AxisGrey, draw.Hair), from.X, from.Y, to.X, to.Y)
	}
}

// columnLabels write the values of the axis across, and its name.
func (h *heatMap) columnLabels(c vgdraw.Canvas, l heatLayout, at vg.Point) {
	sty := draw.Placed(draw.Letters(draw.TickSize, draw.Faint), vgdraw.XCenter, vgdraw.YTop)
	if l.turned {
		sty.Rotation = 1.5707963267948966
		sty.XAlign, sty.YAlign = vgdraw.XRight, vgdraw.YCenter
	}
	every := 1
	for l.turned && l.wide*vg.Length(every) < draw.TickSize+2 {
		every++
	}
	for col, s := range h.x.labels {
		if col%every != 0 {
			continue
		}
		width := l.wide - 2
		if l.turned {
			width = 90
		}
		c.FillText(sty, vg.Point{X: at.X + (vg.Length(col)+0.5)*l.wide, Y: at.Y - 5}, draw.Fitted(s, sty, width))
	}
	name := draw.Placed(draw.Letters(draw.TickSize, draw.Faint), vgdraw.XRight, vgdraw.YBottom)
	c.FillText(name, vg.Point{X: at.X + l.wide*vg.Length(len(h.x.labels)), Y: at.Y - l.foot + 4}, h.x.axis.title())
}

// colourScale draws which colour is which value.
func (h *heatMap) colourScale(c vgdraw.Canvas, sc draw.Scale, colours draw.Shade) {
	const wide, tall, steps = 240, 9, 120
	y := vg.Length(draw.Edge + 16)
	for k := range steps {
		x := draw.Edge + vg.Length(k)*wide/steps
		fillRect(c, colours((float64(k)+0.5)/steps), draw.Rect(x, y, min(x+2*wide/steps, draw.Edge+wide), y+tall)) // under the next one, so that no seam shows
	}
	ends := []float64{sc.Lo, sc.Hi}
	if h.over != "" {
		ends = []float64{sc.Lo, 0, sc.Hi}
	}
	texts := h.measure.figures(ends)
	for k, v := range ends {
		sty := draw.Placed(draw.Letters(draw.TickSize, draw.Faint), [...]text.XAlignment{vgdraw.XLeft, vgdraw.XCenter, vgdraw.XRight}[k*2/(len(ends)-1)], vgdraw.YTop)
		c.FillText(sty, vg.Point{X: draw.Edge + vg.Length(sc.At(v))*wide, Y: y - 3}, texts[k])
	}
	note, sty := "", draw.Placed(draw.Letters(draw.TickSize, draw.Faint), vgdraw.XLeft, vgdraw.YCenter)
	if sc.Log {
		note = "colours on a log scale"
	}
	for _, v := range h.values() {
		if !data.Finite(v) {
			note = page.Join(note, "hatched: no point that ran")
			break
		}
	}
	c.FillText(sty, vg.Point{X: draw.Edge + wide + 14, Y: y + tall/2}, note)
}

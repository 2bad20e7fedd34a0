package reports

import (
	"image/color"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
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
	sty := letters(tickSize, faint)
	columns, rows := vg.Length(len(h.x.labels)), vg.Length(len(h.y.labels))
	l := heatLayout{head: 18, foot: 34}
	for _, s := range h.y.labels {
		l.left = max(l.left, sty.Width(fitted(s, sty, 130))+7)
	}
	l.left = max(l.left, 24)
	avail := vg.Length(figureWide) - 2*edge
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
		most = max(most, sty.Width(fitted(s, sty, 90)))
	}
	if l.turned = most > l.wide-3 && l.wide < 60; l.turned {
		l.foot = most + 26
	}
	return l
}

// width is that of the picture: as wide as the panels, but wide enough for titles.
func (l *heatLayout) width(h *heatMap) vg.Length {
	each := l.left + l.wide*vg.Length(len(h.x.labels))
	return min(figureWide, max(460, 2*edge+vg.Length(l.across)*each+vg.Length(l.across-1)*heatGap))
}

// panelTall is a panel with everything.
func (l *heatLayout) panelTall(h *heatMap) vg.Length {
	return l.head + l.tall*vg.Length(len(h.y.labels)) + l.foot
}

// figure draws the map.
func (h *heatMap) figure() figure {
	l := h.layout()
	tall := 52 + l.panelTall(h)*vg.Length(l.down) + scaleRoom
	return figure{l.width(h), tall, func(c draw.Canvas) {
		title := h.measure.titled()
		if h.over != "" {
			title += ": difference to " + h.over
		}
		top := header(c, title, orElse(h.note, "each cell a point of the sweep"))
		sc, colours := h.scale()
		texts := h.measure.figures(h.values())
		per := len(h.panels[0].cells)
		for k := range h.panels {
			each := l.left + l.wide*vg.Length(len(h.x.labels)) + heatGap
			x := edge + vg.Length(k%l.across)*each + l.left
			y := top - vg.Length(k/l.across)*l.panelTall(h) - l.head
			h.panel(c, l, k, vg.Point{X: x, Y: y}, sc, colours, texts[k*per:(k+1)*per])
		}
		h.colourScale(c, sc, colours)
	}}
}

// panel draws the cells below and to the right of a corner, and what belongs to them.
func (h *heatMap) panel(c draw.Canvas, l heatLayout, k int, corner vg.Point, sc scale, colours shade, texts []string) {
	columns, rows := len(h.x.labels), len(h.y.labels)
	plain := letters(tickSize, faint)
	head := h.y.axis.title()
	c.FillText(plain, vg.Point{X: corner.X - l.left, Y: corner.Y + 5}, fitted(head, plain, l.left+l.wide*vg.Length(columns)/2))
	if h.by != "" {
		strong := placed(bold(letters(labelSize, ink)), draw.XRight, 0)
		c.FillText(strong, vg.Point{X: corner.X + l.wide*vg.Length(columns), Y: corner.Y + 5}, fitted(h.by+" "+h.panels[k].label, strong, l.wide*vg.Length(columns)*0.7))
	}
	for row := range rows {
		at := row // texts are read downwards, numbers rise
		if h.y.axis.ordered() {
			at = rows - 1 - row
		}
		y := corner.Y - vg.Length(row)*l.tall
		c.FillText(placed(plain, draw.XRight, draw.YCenter), vg.Point{X: corner.X - 5, Y: y - l.tall/2}, fitted(h.y.labels[at], plain, l.left-6))
		for col := range columns {
			x := corner.X + vg.Length(col)*l.wide
			box := rect(x, y-l.tall, x+l.wide, y)
			heatCell(c, box, h.panels[k].cells[at*columns+col], sc, colours, texts[at*columns+col])
		}
	}
	h.columnLabels(c, l, vg.Point{X: corner.X, Y: corner.Y - l.tall*vg.Length(rows)})
}

// heatCell draws one value, its number where there is room for it. A cell
// without a value is hatched.
func heatCell(c draw.Canvas, b vg.Rectangle, v float64, sc scale, colours shade, text string) {
	if !data.Finite(v) {
		hatch(c, b)
		return
	}
	ground := colours(sc.at(v))
	fillRect(c, ground, rect(b.Min.X, b.Min.Y, b.Max.X-0.4, b.Max.Y-0.4))
	sty := placed(letters(cellText, inkOn(ground)), draw.XCenter, draw.YCenter)
	for size := vg.Length(cellText); size >= 6; size -= 0.5 {
		sty.Font.Size = size
		if sty.Width(text) <= b.Max.X-b.Min.X-3 && size+2 <= b.Max.Y-b.Min.Y {
			c.FillText(sty, vg.Point{X: (b.Min.X + b.Max.X) / 2, Y: (b.Min.Y+b.Max.Y)/2 - 0.5}, text)
			return
		}
	}
}

func fillRect(c draw.Canvas, fill color.Color, b vg.Rectangle) {
	c.FillPolygon(fill, []vg.Point{b.Min, {X: b.Max.X, Y: b.Min.Y}, b.Max, {X: b.Min.X, Y: b.Max.Y}})
}

// hatch fills a cell with slanted lines.
func hatch(c draw.Canvas, b vg.Rectangle) {
	fillRect(c, color.NRGBA{0xFA, 0xFA, 0xFA, 0xFF}, rect(b.Min.X, b.Min.Y, b.Max.X-0.4, b.Max.Y-0.4))
	wide, tall := b.Max.X-b.Min.X-0.4, b.Max.Y-b.Min.Y-0.4
	for d := vg.Length(3); d < wide+tall; d += 5 {
		from := vg.Point{X: b.Min.X + min(d, wide), Y: b.Min.Y + max(0, d-wide)}
		to := vg.Point{X: b.Min.X + max(0, d-tall), Y: b.Min.Y + min(d, tall)}
		c.StrokeLine2(stroke(axisGrey, hair), from.X, from.Y, to.X, to.Y)
	}
}

// columnLabels write the values of the axis across, and its name.
func (h *heatMap) columnLabels(c draw.Canvas, l heatLayout, at vg.Point) {
	sty := placed(letters(tickSize, faint), draw.XCenter, draw.YTop)
	if l.turned {
		sty.Rotation = 1.5707963267948966
		sty.XAlign, sty.YAlign = draw.XRight, draw.YCenter
	}
	every := 1
	for l.turned && l.wide*vg.Length(every) < tickSize+2 {
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
		c.FillText(sty, vg.Point{X: at.X + (vg.Length(col)+0.5)*l.wide, Y: at.Y - 5}, fitted(s, sty, width))
	}
	name := placed(letters(tickSize, faint), draw.XRight, draw.YBottom)
	c.FillText(name, vg.Point{X: at.X + l.wide*vg.Length(len(h.x.labels)), Y: at.Y - l.foot + 4}, h.x.axis.title())
}

// colourScale draws which colour is which value.
func (h *heatMap) colourScale(c draw.Canvas, sc scale, colours shade) {
	const wide, tall, steps = 240, 9, 120
	y := vg.Length(edge + 16)
	for k := range steps {
		x := edge + vg.Length(k)*wide/steps
		fillRect(c, colours((float64(k)+0.5)/steps), rect(x, y, min(x+2*wide/steps, edge+wide), y+tall)) // under the next one, so that no seam shows
	}
	ends := []float64{sc.lo, sc.hi}
	if h.over != "" {
		ends = []float64{sc.lo, 0, sc.hi}
	}
	texts := h.measure.figures(ends)
	for k, v := range ends {
		sty := placed(letters(tickSize, faint), [...]text.XAlignment{draw.XLeft, draw.XCenter, draw.XRight}[k*2/(len(ends)-1)], draw.YTop)
		c.FillText(sty, vg.Point{X: edge + vg.Length(sc.at(v))*wide, Y: y - 3}, texts[k])
	}
	note, sty := "", placed(letters(tickSize, faint), draw.XLeft, draw.YCenter)
	if sc.log {
		note = "colours on a log scale"
	}
	for _, v := range h.values() {
		if !data.Finite(v) {
			note = join(note, "hatched: no point that ran")
			break
		}
	}
	c.FillText(sty, vg.Point{X: edge + wide + 14, Y: y + tall/2}, note)
}

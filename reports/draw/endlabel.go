package draw

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
)

// EndLabel names a line at its right end.
type EndLabel struct {
	Text  string
	Style vgdraw.LineStyle
	At    vg.Length // height of the line's end
	Put   vg.Length // height of the label
}

// Spread puts labels at least gap apart and between low and high, as near to
// their lines as the order allows.
func Spread(labels []EndLabel, gap, low, high vg.Length) {
	slices.SortStableFunc(labels, func(a, b EndLabel) int {
		switch {
		case a.At > b.At:
			return -1
		case a.At < b.At:
			return 1
		}
		return 0
	})
	at := high
	for i := range labels { // downwards
		labels[i].Put = min(labels[i].At, at)
		at = labels[i].Put - gap
	}
	at = low
	for i := len(labels) - 1; i >= 0; i-- { // what fell below the floor pushes up
		labels[i].Put = max(labels[i].Put, at)
		at = labels[i].Put + gap
	}
}

// DrawEnds writes the labels to the right of the panel, each with a piece of its
// line, joined to the line's end where they are apart.
func (p *Panel) DrawEnds(labels []EndLabel, width vg.Length) {
	x := p.Box.Max.X
	sty := Placed(Letters(LabelSize, Ink), vgdraw.XLeft, vgdraw.YCenter)
	for _, l := range labels {
		sty.Color = l.Style.Color
		if c, ok := l.Style.Color.(color.NRGBA); ok {
			sty.Color = Readable(c)
		}
		p.C.StrokeLine2(Stroke(AxisGrey, Hair), x+1, l.At, x+8, l.Put)
		p.C.StrokeLine2(l.Style, x+8, l.Put, x+22, l.Put)
		p.C.FillText(sty, vg.Point{X: x + 26, Y: l.Put}, Fitted(l.Text, sty, width-26))
	}
}

// EndWidth is the room that names need beside a panel, at most most.
func EndWidth(names []string, most vg.Length) vg.Length {
	sty := Letters(LabelSize, Ink)
	var wide vg.Length
	for _, n := range names {
		wide = max(wide, sty.Width(Clean(n, 200)))
	}
	return min(26+wide+2, most)
}

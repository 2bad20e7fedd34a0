package reports

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// endLabel names a line at its right end.
type endLabel struct {
	text  string
	style draw.LineStyle
	at    vg.Length // height of the line's end
	put   vg.Length // height of the label
}

// spread puts labels at least gap apart and between low and high, as near to
// their lines as the order allows.
func spread(labels []endLabel, gap, low, high vg.Length) {
	slices.SortStableFunc(labels, func(a, b endLabel) int {
		switch {
		case a.at > b.at:
			return -1
		case a.at < b.at:
			return 1
		}
		return 0
	})
	at := high
	for i := range labels { // downwards
		labels[i].put = min(labels[i].at, at)
		at = labels[i].put - gap
	}
	at = low
	for i := len(labels) - 1; i >= 0; i-- { // what fell below the floor pushes up
		labels[i].put = max(labels[i].put, at)
		at = labels[i].put + gap
	}
}

// drawEnds writes the labels to the right of the panel, each with a piece of its
// line, joined to the line's end where they are apart.
func (p *panel) drawEnds(labels []endLabel, width vg.Length) {
	x := p.box.Max.X
	sty := placed(letters(labelSize, ink), draw.XLeft, draw.YCenter)
	for _, l := range labels {
		sty.Color = l.style.Color
		if c, ok := l.style.Color.(color.NRGBA); ok {
			sty.Color = readable(c)
		}
		p.c.StrokeLine2(stroke(axisGrey, hair), x+1, l.at, x+8, l.put)
		p.c.StrokeLine2(l.style, x+8, l.put, x+22, l.put)
		p.c.FillText(sty, vg.Point{X: x + 26, Y: l.put}, fitted(l.text, sty, width-26))
	}
}

// endWidth is the room that names need beside a panel, at most most.
func endWidth(names []string, most vg.Length) vg.Length {
	sty := letters(labelSize, ink)
	var wide vg.Length
	for _, n := range names {
		wide = max(wide, sty.Width(clean(n, 200)))
	}
	return min(26+wide+2, most)
}

package draw

import (
	"strings"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
)

// Grid is a layout of small panels that share their axis of time: columns and
// sizes follow from how many there are.
type Grid struct {
	N, Columns int
	Tall       vg.Length // of one panel with its heading
	Layout     layout    // of another size than the screen's
}

const (
	gridHead = 16 // above each panel, for its heading
	gridGap  = 10 // below each
	gridFoot = 16 // below the lowest, for dates
)

// NewGrid returns the grid of n panels on the screen.
func NewGrid(n int) Grid {
	switch {
	case n == 1:
		return Grid{N: n, Columns: 1, Tall: 300}
	case n <= 3:
		return Grid{N: n, Columns: 1, Tall: 150}
	case n <= 6:
		return Grid{N: n, Columns: 1, Tall: 112}
	case n <= 14:
		return Grid{N: n, Columns: 2, Tall: 112}
	}
	return Grid{N: n, Columns: 3, Tall: 104}
}

// Rows returns the number of rows of panels.
func (g Grid) Rows() int { return (g.N + g.Columns - 1) / g.Columns }

// height is what the grid needs.
func (g Grid) height() vg.Length { return vg.Length(g.Rows())*g.Tall + gridFoot }

// Panel is the rectangle of panel k below top; left is the room for labels of
// the vertical axis. Panels are counted line by line.
func (g Grid) Panel(k int, top, left, wide vg.Length) vg.Rectangle {
	column, row := k%g.Columns, k/g.Columns
	each := (wide - 2*Edge - vg.Length(g.Columns-1)*gridGap) / vg.Length(g.Columns)
	x := Edge + vg.Length(column)*(each+gridGap)
	y := top - vg.Length(row)*g.Tall
	return Rect(x+left, y-g.Tall+gridGap, x+each-2, y-gridHead)
}

// Lowest reports whether no panel is below panel k.
func (g Grid) Lowest(k int) bool { return k+g.Columns >= g.N }

// MostTimes is how many ticks of time a panel has room for.
func (g Grid) MostTimes() int {
	n := [...]int{0, 13, 7, 5}[g.Columns]
	if g.Layout.Size == Paper {
		return n/2 + 1
	}
	return n
}

// MostTicks is how many ticks a panel's vertical axis has room for.
func (g Grid) MostTicks() int {
	switch {
	case g.Tall >= 150:
		return 6
	case g.Tall < 70:
		return 3
	}
	return 4
}

// Heading writes a panel's name in bold and what is to be said of it, of which
// clauses that find no room are left out: the last ones first.
func (p *Panel) Heading(name, rest string) {
	strong, plain := Bold(Letters(LabelSize, Ink)), Letters(TickSize, Faint)
	wide := p.Box.Max.X - p.Box.Min.X
	at := vg.Point{X: p.Box.Min.X, Y: p.Box.Max.Y + 5}
	first, _, _ := strings.Cut(rest, ", ")
	name = Fitted(name, strong, max(wide*0.6, wide-8-plain.Width(first)))
	p.C.FillText(strong, at, name)
	used := strong.Width(name) + 8
	at.X += used
	for plain.Width(rest) > wide-used && strings.Contains(rest, ", ") {
		rest = rest[:strings.LastIndex(rest, ", ")]
	}
	p.C.FillText(plain, at, Fitted(rest, plain, wide-used))
}

// Key is one entry of a legend: what it looks like and what it is called.
type Key struct {
	Text string
	Draw func(c vgdraw.Canvas, x, y vg.Length) // in 18 points from x, centred on y
}

// Legend writes keys in a line and returns the height left below them.
func Legend(c vgdraw.Canvas, top vg.Length, keys []Key) vg.Length {
	sty := Placed(Letters(TickSize, Faint), vgdraw.XLeft, vgdraw.YCenter)
	x, y := vg.Length(Edge), top-4
	for _, k := range keys {
		need := 22 + sty.Width(k.Text) + 16
		if x+need > c.Max.X-Edge && x > Edge {
			x, y = Edge, y-14
		}
		k.Draw(c, x, y)
		c.FillText(sty, vg.Point{X: x + 22, Y: y}, k.Text)
		x += need
	}
	return y - 16
}

// LineKey is a legend's entry of a line.
func LineKey(text string, sty vgdraw.LineStyle) Key {
	return Key{text, func(c vgdraw.Canvas, x, y vg.Length) { c.StrokeLine2(sty, x, y, x+18, y) }}
}

// Points is how many places along the axis of time a panel's line is thinned to.
func (g Grid) Points() int { return min(PointsFor(g.N), [...]int{0, 700, 300, 160}[g.Columns]) }

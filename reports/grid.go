package reports

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
)

// grid is a layout of small panels that share their axis of time: columns and
// sizes follow from how many there are.
type grid struct {
	n, columns int
	tall       vg.Length // of one panel with its heading
	layout     layout    // of another size than the screen's
}

const (
	gridHead = 16 // above each panel, for its heading
	gridGap  = 10 // below each
	gridFoot = 16 // below the lowest, for dates
)

func newGrid(n int) grid {
	switch {
	case n == 1:
		return grid{n: n, columns: 1, tall: 300}
	case n <= 3:
		return grid{n: n, columns: 1, tall: 150}
	case n <= 6:
		return grid{n: n, columns: 1, tall: 112}
	case n <= 14:
		return grid{n: n, columns: 2, tall: 112}
	}
	return grid{n: n, columns: 3, tall: 104}
}

func (g grid) rows() int { return (g.n + g.columns - 1) / g.columns }

// height is what the grid needs.
func (g grid) height() vg.Length { return vg.Length(g.rows())*g.tall + gridFoot }

// panel is the rectangle of panel k below top; left is the room for labels of
// the vertical axis. Panels are counted line by line.
func (g grid) panel(k int, top, left, wide vg.Length) vg.Rectangle {
	column, row := k%g.columns, k/g.columns
	each := (wide - 2*edge - vg.Length(g.columns-1)*gridGap) / vg.Length(g.columns)
	x := edge + vg.Length(column)*(each+gridGap)
	y := top - vg.Length(row)*g.tall
	return rect(x+left, y-g.tall+gridGap, x+each-2, y-gridHead)
}

// lowest says whether no panel is below panel k.
func (g grid) lowest(k int) bool { return k+g.columns >= g.n }

// most is how many ticks of time a panel has room for.
func (g grid) mostTimes() int {
	n := [...]int{0, 13, 7, 5}[g.columns]
	if g.layout.size == Paper {
		return n/2 + 1
	}
	return n
}

// mostTicks is how many ticks a panel's vertical axis has room for.
func (g grid) mostTicks() int {
	switch {
	case g.tall >= 150:
		return 6
	case g.tall < 70:
		return 3
	}
	return 4
}

// heading writes a panel's name in bold and what is to be said of it, of which
// clauses that find no room are left out: the last ones first.
func (p *panel) heading(name, rest string) {
	strong, plain := bold(letters(labelSize, ink)), letters(tickSize, faint)
	wide := p.box.Max.X - p.box.Min.X
	at := vg.Point{X: p.box.Min.X, Y: p.box.Max.Y + 5}
	first, _, _ := strings.Cut(rest, ", ")
	name = fitted(name, strong, max(wide*0.6, wide-8-plain.Width(first)))
	p.c.FillText(strong, at, name)
	used := strong.Width(name) + 8
	at.X += used
	for plain.Width(rest) > wide-used && strings.Contains(rest, ", ") {
		rest = rest[:strings.LastIndex(rest, ", ")]
	}
	p.c.FillText(plain, at, fitted(rest, plain, wide-used))
}

// period is the policy's first and last date.
func (p *Policy) period() string {
	r := p.Record
	return fmt.Sprintf("%s to %s", r.Panel.Date(r.First), r.Panel.Date(r.End-1))
}

// dates are the policy's sessions.
func (p *Policy) dates() []data.Date { return p.Record.Panel.Dates()[p.Record.First:p.Record.End] }

// key is one entry of a legend: what it looks like and what it is called.
type key struct {
	text string
	draw func(c draw.Canvas, x, y vg.Length) // in 18 points from x, centred on y
}

// legend writes keys in a line and returns the height left below them.
func legend(c draw.Canvas, top vg.Length, keys []key) vg.Length {
	sty := placed(letters(tickSize, faint), draw.XLeft, draw.YCenter)
	x, y := vg.Length(edge), top-4
	for _, k := range keys {
		need := 22 + sty.Width(k.text) + 16
		if x+need > c.Max.X-edge && x > edge {
			x, y = edge, y-14
		}
		k.draw(c, x, y)
		c.FillText(sty, vg.Point{X: x + 22, Y: y}, k.text)
		x += need
	}
	return y - 16
}

// lineKey is a legend's entry of a line.
func lineKey(text string, sty draw.LineStyle) key {
	return key{text, func(c draw.Canvas, x, y vg.Length) { c.StrokeLine2(sty, x, y, x+18, y) }}
}

// points is how many places along the axis of time a panel's line is thinned to.
func (g grid) points() int { return min(pointsFor(g.n), [...]int{0, 700, 300, 160}[g.columns]) }

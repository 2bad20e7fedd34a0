package draw

import (
	"gonum.org/v1/plot/vg"
)

// Size is what figures are laid out and drawn for.
type Size string

// Screen is the size of a run's own pictures; Paper is a column of a paper, 3.4
// inches wide; Slide is 10 x 5.6 inches.
const (
	Screen Size = "screen"
	Paper  Size = "paper"
	Slide  Size = "slide"
)

// Sizes are all of them.
var Sizes = []Size{Screen, Paper, Slide}

// layout is how figures of a size are drawn: so wide and tall in points, then
// printed times larger; PNG files have so many dots an inch of the print.
type layout struct {
	Size       Size
	Wide, Tall vg.Length // tall 0: as tall as the figure needs
	Times      float64
	Dots       int
}

// LayoutOf is the layout of figures with rows of small panels, 1 for a single one.
// On a slide, what has many rows is laid out on more room and printed smaller.
func LayoutOf(size Size, rows int) layout {
	switch size {
	case Paper:
		return layout{size, 360, 0, 3.4 * 72 / 360.0, 300}
	case Slide:
		wide := vg.Length(640)
		if rows > 3 {
			wide = 800
		}
		return layout{size, wide, wide * 5.6 / 10, 720 / float64(wide), 192}
	}
	return layout{Screen, FigureWide, 0, 1, dots}
}

// Columns are those of a grid of n panels.
func (l layout) Columns(n int) int {
	switch {
	case l.Size == Paper && n <= 8:
		return 1
	case l.Size == Paper:
		return 2
	case n <= 3:
		return 1
	case n <= 8:
		return 2
	}
	return 3
}

// Size is that of a figure of a grid with so much above it.
func (g Grid) Size(above vg.Length) (wide, tall vg.Length) {
	switch l := g.Layout; l.Size {
	case Paper:
		return l.Wide, g.height() + above + 30 // a narrow legend has more lines
	case Slide:
		return l.Wide, l.Tall
	}
	return FigureWide, g.height() + above
}

// Crowded is the number of columns on the screen whose panels are as narrow as the
// grid's.
func (g Grid) Crowded() int {
	if g.Layout.Size == Paper {
		return min(3, g.Columns+1)
	}
	return g.Columns
}

// Under is the grid in the room that is left below top.
func (g Grid) Under(top vg.Length) Grid {
	if g.Layout.Size != "" {
		g.Tall = (top - gridFoot - 4) / vg.Length(g.Rows())
	}
	return g
}

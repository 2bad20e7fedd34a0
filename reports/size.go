package reports

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
	size       Size
	wide, tall vg.Length // tall 0: as tall as the figure needs
	times      float64
	dots       int
}

// layoutOf is the layout of figures with rows of small panels, 1 for a single one.
// On a slide, what has many rows is laid out on more room and printed smaller.
func layoutOf(size Size, rows int) layout {
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
	return layout{Screen, figureWide, 0, 1, dots}
}

// columns are those of a grid of n panels.
func (l layout) columns(n int) int {
	switch {
	case l.size == Paper && n <= 8:
		return 1
	case l.size == Paper:
		return 2
	case n <= 3:
		return 1
	case n <= 8:
		return 2
	}
	return 3
}

// grid is the layout of n small panels, which takes the place of newGrid's.
func (run *Run) grid(n int) grid {
	g := newGrid(n)
	if run.size == "" || run.size == Screen {
		return g
	}
	g.columns = layoutOf(run.size, 1).columns(n)
	g.layout = layoutOf(run.size, g.rows())
	g.tall = 96
	return g
}

// figure is a figure of a grid with so much above it.
func (g grid) size(above vg.Length) (wide, tall vg.Length) {
	switch l := g.layout; l.size {
	case Paper:
		return l.wide, g.height() + above + 30 // a narrow legend has more lines
	case Slide:
		return l.wide, l.tall
	}
	return figureWide, g.height() + above
}

// crowded is the number of columns on the screen whose panels are as narrow as the
// grid's.
func (g grid) crowded() int {
	if g.layout.size == Paper {
		return min(3, g.columns+1)
	}
	return g.columns
}

// under is the grid in the room that is left below top.
func (g grid) under(top vg.Length) grid {
	if g.layout.size != "" {
		g.tall = (top - gridFoot - 4) / vg.Length(g.rows())
	}
	return g
}

// single is the size of a figure that is no grid and needs a height on the screen.
func (run *Run) single(tall vg.Length) (vg.Length, vg.Length) {
	switch l := layoutOf(run.size, 1); l.size {
	case Paper:
		return l.wide, min(tall, l.wide*1.1)
	case Slide:
		return l.wide, l.tall
	}
	return figureWide, tall
}

// sized is the run with figures of a size.
func (run *Run) sized(size Size) *Run {
	r := *run
	r.size = size
	return &r
}

package page

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"evenkeel/data"
	"evenkeel/reports/draw"
)

// Tall is the height of a chart's coordinates, and htmlFine that of the chart of
// NAV: fine enough to read values back from the lines with three and four digits.
const (
	Tall = 10_000
	Fine = 100_000
)

// Chart is a picture that stretches to the width of the page while its letters
// keep their size: places along the axes are parts of the picture, lines have the
// coordinates [0, Wide] x [0, Tall], y pointing down. Wide counts days, so that
// the page's script reads dates and values from the lines themselves.
type Chart struct {
	ID, Title, Note string
	Label           string // for who cannot see it
	Height          int    // in pixels
	Wide            int    // days
	Tall            int
	First           string // date of x = 0
	Lo, Hi          string // values at the lower and upper edge
	Scale           string // "log" or "linear"
	Unit            string // "money", "percent" or "bp"
	X, Y            []Tick
	Other           []Tick // of the vertical axis on the other scale; nil: there is none
	OtherLo         string
	OtherHi         string
	Lines           []Line
	Small           bool
}

// Tick is a place on an axis: Part in per cent along the horizontal one, in
// pixels from above on the vertical one.
type Tick struct {
	At    string
	Label string
	Minor bool // left out where there is little room
	Zero  bool
}

// Line is a path; K is the place of its policy, -1: of none.
type Line struct {
	K     int
	Class string
	Name  string
	Path  string
}

// Axis is a chart in the making.
type Axis struct {
	First, Last data.Date
	Y           draw.Scale
	Tall        int
}

// Wide is the number of days, at least 1.
func (a *Axis) Wide() int { return max(1, int(a.Last-a.First)) }

// Chart is an empty chart of a height in pixels.
func (a *Axis) Chart(id string, height int, unit string, ticks []draw.Tick) Chart {
	c := Chart{
		ID: id, Height: height, Wide: a.Wide(), Tall: a.Tall, First: a.First.String(), Scale: "linear", Unit: unit,
		Lo: Number(a.Y.Lo), Hi: Number(a.Y.Hi), X: a.times(), Y: Heights(ticks, a.Y, height),
	}
	if a.Y.Log {
		c.Scale = "log"
	}
	return c
}

// Number is a value for the script, with the digits that matter to it.
func Number(x float64) string { return strconv.FormatFloat(x, 'g', 9, 64) }

// times are the ticks of the axis of time; of more than seven every other is minor.
func (a *Axis) times() []Tick {
	all := draw.TimeTicks(a.First, a.Last, 11)
	var out []Tick
	for i, t := range all {
		part := 100 * (t.At - float64(a.First)) / float64(a.Wide())
		if part > 99.5 {
			part = 100
		}
		out = append(out, Tick{At: strconv.FormatFloat(part, 'f', 2, 64), Label: t.Label, Minor: len(all) > 5 && i%2 == 1})
	}
	return out
}

// Heights places the ticks of a vertical axis.
func Heights(ticks []draw.Tick, s draw.Scale, height int) []Tick {
	out := make([]Tick, len(ticks))
	for i, t := range ticks {
		out[i] = Tick{At: strconv.FormatFloat((1-s.At(t.At))*float64(height), 'f', 1, 64), Label: t.Label, Zero: t.At == 0}
	}
	return out
}

// Place is the coordinate of a value, held within three times the picture.
func (a *Axis) Place(v float64) int {
	return int(math.Round((1 - max(-1, min(2, a.Y.At(v)))) * float64(a.Tall)))
}

// Line is the path through the values at some sessions of a run that starts at
// session from of the panel; NaN interrupts it.
func (a *Axis) Line(dates []data.Date, values []float64, at []int) string {
	var p Path
	open := false
	for _, k := range at {
		if !data.Finite(values[k]) || a.Y.Log && values[k] <= 0 {
			open = false
			continue
		}
		x, y := int(dates[k]-a.First), a.Place(values[k])
		if open {
			p.To(x, y)
		} else {
			p.From(x, y)
		}
		open = true
	}
	return p.String()
}

// Area is the line closed along the level.
func (a *Axis) Area(dates []data.Date, values []float64, at []int, level float64) string {
	path := a.Line(dates, values, at)
	if path == "" || strings.Count(path, "M") > 1 {
		return "" // with gaps there is no area
	}
	var last, first int
	for _, k := range at {
		if data.Finite(values[k]) {
			last = int(dates[k] - a.First)
		}
	}
	for _, k := range slices.Backward(at) {
		if data.Finite(values[k]) {
			first = int(dates[k] - a.First)
		}
	}
	y := strconv.Itoa(a.Place(level))
	return path + "L" + strconv.Itoa(last) + " " + y + "H" + strconv.Itoa(first) + "z"
}

// Path writes a path in whole numbers, each step relative to the one before.
type Path struct {
	B    strings.Builder
	x, y int
	in   bool // a run of steps is open: its letter is written
}

func (p *Path) String() string { return p.B.String() }

// From begins a line.
func (p *Path) From(x, y int) {
	p.B.WriteByte('M')
	p.B.WriteString(strconv.Itoa(x))
	p.put(y)
	p.x, p.y, p.in = x, y, false
}

// To draws on to a point.
func (p *Path) To(x, y int) {
	if !p.in {
		p.B.WriteByte('l')
		p.B.WriteString(strconv.Itoa(x - p.x))
	} else {
		p.put(x - p.x)
	}
	p.put(y - p.y)
	p.x, p.y, p.in = x, y, true
}

// put writes a number behind another one.
func (p *Path) put(n int) {
	if n >= 0 {
		p.B.WriteByte(' ')
	}
	p.B.WriteString(strconv.Itoa(n))
}

// Dot is a point of no length, which round ends of the stroke make a dot.
func (p *Path) Dot(x, y int) {
	p.From(x, y)
	p.B.WriteString("h0")
}

// Bar is a stroke up or down.
func (p *Path) Bar(x, y, by int) {
	p.From(x, y)
	p.B.WriteByte('v')
	p.B.WriteString(strconv.Itoa(by))
}

// Sampled are the sessions that the lines of a chart share, of n: the first and
// last, of each of some columns the lowest and the highest of the leading series,
// and the lowest and highest of every series as a whole. NaN never leads.
func Sampled(n, columns int, lead []float64, series ...[]float64) []int {
	keep := make([]bool, n)
	mark := func(v []float64, from, to int) {
		lo, hi := -1, -1
		for i := from; i < min(to, len(v)); i++ {
			if !data.Finite(v[i]) {
				continue
			}
			if lo < 0 || v[i] < v[lo] {
				lo = i
			}
			if hi < 0 || v[i] > v[hi] {
				hi = i
			}
		}
		if lo >= 0 {
			keep[lo], keep[hi] = true, true
		}
	}
	keep[0], keep[n-1] = true, true
	for c := range min(columns, n) {
		mark(lead, c*n/min(columns, n), (c+1)*n/min(columns, n))
	}
	for _, v := range series {
		mark(v, 0, n)
	}
	var all []int
	for i, k := range keep {
		if k {
			all = append(all, i)
		}
	}
	return all
}

// Columns is how many columns each of some lines is thinned to, so that a page
// of many stays small.
func Columns(lines, budget int) int { return max(60, min(600, budget/max(1, lines))) }

// Stretched is a chart's coordinates as a panel of the pictures, for what is
// thinned and cut there.
func (a *Axis) Stretched() *draw.Panel {
	return &draw.Panel{
		Box: draw.Rect(0, 0, vg.Length(a.Wide()), Tall),
		X:   draw.Scale{Lo: float64(a.First), Hi: float64(a.First) + float64(a.Wide())}, Y: a.Y,
	}
}

// Round is a length of a panel as a coordinate.
func Round(x vg.Length) int { return int(math.Round(float64(x))) }

// Down is a height of a panel as a coordinate that points down.
func Down(y vg.Length) int { return Tall - Round(y) }

// Scatter is costs against tracking, a dot a policy.
type Scatter struct {
	Title, XTitle, Note string
	Height              int
	X, Y                []Tick
	Dots                []Dot
	Unnamed             bool // some names find no room
}

// Dot is a policy's place: X in per cent, Y in pixels.
type Dot struct {
	Key     Key
	X, Y    string
	TextY   string
	Text    string // of the measures
	Flipped bool   // the name stands to the left
	Bare    bool   // the name finds no room
}

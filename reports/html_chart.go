package reports

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"evenkeel/data"
)

// htmlTall is the height of a chart's coordinates, and htmlFine that of the chart of
// NAV: fine enough to read values back from the lines with three and four digits.
const (
	htmlTall = 10_000
	htmlFine = 100_000
)

// htmlChart is a picture that stretches to the width of the page while its letters
// keep their size: places along the axes are parts of the picture, lines have the
// coordinates [0, Wide] x [0, Tall], y pointing down. Wide counts days, so that
// the page's script reads dates and values from the lines themselves.
type htmlChart struct {
	ID, Title, Note string
	Label           string // for who cannot see it
	Height          int    // in pixels
	Wide            int    // days
	Tall            int
	First           string // date of x = 0
	Lo, Hi          string // values at the lower and upper edge
	Scale           string // "log" or "linear"
	Unit            string // "money", "percent" or "bp"
	X, Y            []htmlTick
	Other           []htmlTick // of the vertical axis on the other scale; nil: there is none
	OtherLo         string
	OtherHi         string
	Lines           []htmlLine
	Small           bool
}

// htmlTick is a place on an axis: Part in per cent along the horizontal one, in
// pixels from above on the vertical one.
type htmlTick struct {
	At    string
	Label string
	Minor bool // left out where there is little room
	Zero  bool
}

// htmlLine is a path; K is the place of its policy, -1: of none.
type htmlLine struct {
	K     int
	Class string
	Name  string
	Path  string
}

// htmlAxis is a chart in the making.
type htmlAxis struct {
	first, last data.Date
	y           scale
	tall        int
}

func (run *Run) htmlAxis(y scale) htmlAxis {
	first, end := run.span()
	return htmlAxis{run.Panel.Date(first), run.Panel.Date(end - 1), y, htmlTall}
}

// wide is the number of days, at least 1.
func (a *htmlAxis) wide() int { return max(1, int(a.last-a.first)) }

// chart is an empty chart of a height in pixels.
func (a *htmlAxis) chart(id string, height int, unit string, ticks []tick) htmlChart {
	c := htmlChart{
		ID: id, Height: height, Wide: a.wide(), Tall: a.tall, First: a.first.String(), Scale: "linear", Unit: unit,
		Lo: htmlNumber(a.y.lo), Hi: htmlNumber(a.y.hi), X: a.times(), Y: heights(ticks, a.y, height),
	}
	if a.y.log {
		c.Scale = "log"
	}
	return c
}

// htmlNumber is a value for the script, with the digits that matter to it.
func htmlNumber(x float64) string { return strconv.FormatFloat(x, 'g', 9, 64) }

// times are the ticks of the axis of time; of more than seven every other is minor.
func (a *htmlAxis) times() []htmlTick {
	all := timeTicks(a.first, a.last, 11)
	var out []htmlTick
	for i, t := range all {
		part := 100 * (t.at - float64(a.first)) / float64(a.wide())
		if part > 99.5 {
			part = 100
		}
		out = append(out, htmlTick{At: strconv.FormatFloat(part, 'f', 2, 64), Label: t.label, Minor: len(all) > 5 && i%2 == 1})
	}
	return out
}

// heights places the ticks of a vertical axis.
func heights(ticks []tick, s scale, height int) []htmlTick {
	out := make([]htmlTick, len(ticks))
	for i, t := range ticks {
		out[i] = htmlTick{At: strconv.FormatFloat((1-s.at(t.at))*float64(height), 'f', 1, 64), Label: t.label, Zero: t.at == 0}
	}
	return out
}

// y is the coordinate of a value, held within three times the picture.
func (a *htmlAxis) place(v float64) int {
	return int(math.Round((1 - max(-1, min(2, a.y.at(v)))) * float64(a.tall)))
}

// line is the path through the values at some sessions of a run that starts at
// session from of the panel; NaN interrupts it.
func (a *htmlAxis) line(dates []data.Date, values []float64, at []int) string {
	var p htmlPath
	open := false
	for _, k := range at {
		if !data.Finite(values[k]) || a.y.log && values[k] <= 0 {
			open = false
			continue
		}
		x, y := int(dates[k]-a.first), a.place(values[k])
		if open {
			p.to(x, y)
		} else {
			p.from(x, y)
		}
		open = true
	}
	return p.String()
}

// area is the line closed along the level.
func (a *htmlAxis) area(dates []data.Date, values []float64, at []int, level float64) string {
	path := a.line(dates, values, at)
	if path == "" || strings.Count(path, "M") > 1 {
		return "" // with gaps there is no area
	}
	var last, first int
	for _, k := range at {
		if data.Finite(values[k]) {
			last = int(dates[k] - a.first)
		}
	}
	for _, k := range slices.Backward(at) {
		if data.Finite(values[k]) {
			first = int(dates[k] - a.first)
		}
	}
	y := strconv.Itoa(a.place(level))
	return path + "L" + strconv.Itoa(last) + " " + y + "H" + strconv.Itoa(first) + "z"
}

// htmlPath writes a path in whole numbers, each step relative to the one before.
type htmlPath struct {
	b    strings.Builder
	x, y int
	in   bool // a run of steps is open: its letter is written
}

func (p *htmlPath) String() string { return p.b.String() }

func (p *htmlPath) from(x, y int) {
	p.b.WriteByte('M')
	p.b.WriteString(strconv.Itoa(x))
	p.put(y)
	p.x, p.y, p.in = x, y, false
}

func (p *htmlPath) to(x, y int) {
	if !p.in {
		p.b.WriteByte('l')
		p.b.WriteString(strconv.Itoa(x - p.x))
	} else {
		p.put(x - p.x)
	}
	p.put(y - p.y)
	p.x, p.y, p.in = x, y, true
}

// put writes a number behind another one.
func (p *htmlPath) put(n int) {
	if n >= 0 {
		p.b.WriteByte(' ')
	}
	p.b.WriteString(strconv.Itoa(n))
}

// dot is a point of no length, which round ends of the stroke make a dot.
func (p *htmlPath) dot(x, y int) {
	p.from(x, y)
	p.b.WriteString("h0")
}

// bar is a stroke up or down.
func (p *htmlPath) bar(x, y, by int) {
	p.from(x, y)
	p.b.WriteByte('v')
	p.b.WriteString(strconv.Itoa(by))
}

// sampled are the sessions that the lines of a chart share, of n: the first and
// last, of each of some columns the lowest and the highest of the leading series,
// and the lowest and highest of every series as a whole. NaN never leads.
func sampled(n, columns int, lead []float64, series ...[]float64) []int {
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

// htmlColumns is how many columns each of some lines is thinned to, so that a page
// of many stays small.
func htmlColumns(lines, budget int) int { return max(60, min(600, budget/max(1, lines))) }

// htmlKeys are the policies with their colours: the base in ink, the others in the
// palette's order, dashed when it repeats.
func (run *Run) htmlKeys() []htmlKey {
	all := make([]htmlKey, len(run.Policies))
	base, k := run.base(), 0
	for i := range all {
		all[i] = htmlKey{K: i, Name: clean(run.Policies[i].Name, 400), Class: "base"}
		if &run.Policies[i] == base {
			continue
		}
		n := len(lineColors)
		all[i].Class = "c" + strconv.Itoa(k%n) + " d" + strconv.Itoa(k/n%len(lineDashes))
		k++
	}
	return all
}

// stretched is a chart's coordinates as a panel of the pictures, for what is
// thinned and cut there.
func (a *htmlAxis) stretched() *panel {
	return &panel{
		box: rect(0, 0, vg.Length(a.wide()), htmlTall),
		x:   scale{lo: float64(a.first), hi: float64(a.first) + float64(a.wide())}, y: a.y,
	}
}

// round is a length of a panel as a coordinate.
func round(x vg.Length) int { return int(math.Round(float64(x))) }

// down is a height of a panel as a coordinate that points down.
func down(y vg.Length) int { return htmlTall - round(y) }

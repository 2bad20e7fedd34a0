package page

import (
	"math"
	"slices"
	"strconv"

	"evenkeel/data"
	"evenkeel/reports/draw"
)

// Table is a table with a policy, a year or a measure to the left.
type Table struct {
	ID, Title string
	Head      []Head
	Rows      []Row
	Sort      bool
	Heat      bool // compact, its last column over all
	Slim      bool // no wider than it needs
	Even      bool // columns of one width
	Turned    bool // its last row is over all
}

// Head is a column's heading; Doc is shown when it is pointed at, Key is the
// class of the policy whose column it is.
type Head struct {
	Text, Sub, Doc string
	Key            string
	Left           bool
	Sorted         string // "ascending" or "descending": the lines come in this order
}

// Row is a line. K is the place of its policy, -1: of none.
type Row struct {
	Key   Key
	K     int
	Name  string // instead of a policy
	Sub   string // behind the name
	Link  string // the measure that the name is a link to the definition of
	Wide  int    // columns of a line that is a heading; 0: it is none
	Cells []Cell
}

// Cell is a number on paper and in full; Delta is its difference to the base's.
type Cell struct {
	Text, Value string
	Delta       string
	Key         string // of the measure
	Best, Left  bool
	Heat        string
}

// CellOf is a cell that sorts by a value; what is undefined has none.
func CellOf(text string, x float64) Cell {
	c := Cell{Text: text}
	if data.Finite(x) {
		c.Value = strconv.FormatFloat(x, 'f', -1, 64)
	}
	return c
}

// IsFew reports whether a compact table has so few columns that, stretched to the width
// of the page, they would be slabs of colour.
func (t Table) IsFew() bool { return t.Heat && len(t.Head) < 7 }

// turned is the table with columns as lines and lines as columns, as it was ordered.
func (t *Table) turned(corner string) Table {
	out := *t
	out.Head, out.Rows, out.Sort, out.Turned = []Head{{Text: corner}}, nil, false, true
	for _, row := range t.Rows {
		if row.K < 0 {
			out.Head = append(out.Head, Head{Text: row.Name})
			continue
		}
		out.Head = append(out.Head, Head{Text: row.Key.Name, Key: row.Key.Class})
	}
	for k, head := range t.Head[1:] {
		line := Row{K: -1, Name: head.Text, Sub: head.Sub}
		for _, row := range t.Rows {
			line.Cells = append(line.Cells, row.Cells[k])
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}

// Eventful is a turned table without the lines in which nothing happened, but that
// over all.
func (t *Table) Eventful() Table {
	out := *t
	if !t.Turned {
		return out
	}
	out.Rows = nil
	for i, row := range t.Rows {
		if i == len(t.Rows)-1 || slices.ContainsFunc(row.Cells, func(c Cell) bool { return c.Value != "0" && c.Value != "" }) {
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}

// Upright turns a table that has more columns than a page has room for, and fewer
// lines.
func (t *Table) Upright(corner string, most int) Table {
	const lines = 12
	if len(t.Head)-2 > most && len(t.Rows) <= lines {
		return t.turned(corner)
	}
	return *t
}

// CountCell returns the cell of a count.
func CountCell(n int) Cell { return CellOf(draw.Count(n), float64(n)) }

// Heat is the class of a value's shade: p1 to p5 above zero, n1 to n5 below, by
// its part of the largest.
func Heat(x, most float64) string {
	if !data.Finite(x) || most <= 0 || x == 0 {
		return ""
	}
	k := strconv.Itoa(max(1, min(5, int(math.Ceil(5*math.Abs(x)/most-0.25)))))
	if x < 0 {
		return "n" + k
	}
	return "p" + k
}

// Write puts the values of all cells on paper; those of nothing stay empty.
func (t *Table) Write(word func(float64) string) {
	for i := range t.Rows {
		for k := range t.Rows[i].Cells {
			c := &t.Rows[i].Cells[k]
			if x, err := strconv.ParseFloat(c.Value, 64); err == nil && x != 0 {
				c.Text = word(x)
			}
		}
	}
}

package reports

import (
	"math"
	"slices"
	"strconv"

	"evenkeel/data"
)

// htmlTable is a table with a policy, a year or a measure to the left.
type htmlTable struct {
	ID, Title string
	Head      []htmlHead
	Rows      []htmlRow
	Sort      bool
	Heat      bool // compact, its last column over all
	Slim      bool // no wider than it needs
	Even      bool // columns of one width
	Turned    bool // its last row is over all
}

// htmlHead is a column's heading; Doc is shown when it is pointed at, Key is the
// class of the policy whose column it is.
type htmlHead struct {
	Text, Sub, Doc string
	Key            string
	Left           bool
	Sorted         string // "ascending" or "descending": the lines come in this order
}

// htmlRow is a line. K is the place of its policy, -1: of none.
type htmlRow struct {
	Key   htmlKey
	K     int
	Name  string // instead of a policy
	Sub   string // behind the name
	Link  string // the measure that the name is a link to the definition of
	Wide  int    // columns of a line that is a heading; 0: it is none
	Cells []htmlCell
}

// htmlCell is a number on paper and in full; Delta is its difference to the base's.
type htmlCell struct {
	Text, Value string
	Delta       string
	Key         string // of the measure
	Best, Left  bool
	Heat        string
}

// cellOf is a cell that sorts by a value; what is undefined has none.
func cellOf(text string, x float64) htmlCell {
	c := htmlCell{Text: text}
	if data.Finite(x) {
		c.Value = strconv.FormatFloat(x, 'f', -1, 64)
	}
	return c
}

// IsFew says whether a compact table has so few columns that, stretched to the width
// of the page, they would be slabs of colour.
func (t htmlTable) IsFew() bool { return t.Heat && len(t.Head) < 7 }

// turned is the table with columns as lines and lines as columns, as it was ordered.
func (t *htmlTable) turned(corner string) htmlTable {
	out := *t
	out.Head, out.Rows, out.Sort, out.Turned = []htmlHead{{Text: corner}}, nil, false, true
	for _, row := range t.Rows {
		if row.K < 0 {
			out.Head = append(out.Head, htmlHead{Text: row.Name})
			continue
		}
		out.Head = append(out.Head, htmlHead{Text: row.Key.Name, Key: row.Key.Class})
	}
	for k, head := range t.Head[1:] {
		line := htmlRow{K: -1, Name: head.Text, Sub: head.Sub}
		for _, row := range t.Rows {
			line.Cells = append(line.Cells, row.Cells[k])
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}

// eventful is a turned table without the lines in which nothing happened, but that
// over all.
func (t *htmlTable) eventful() htmlTable {
	out := *t
	if !t.Turned {
		return out
	}
	out.Rows = nil
	for i, row := range t.Rows {
		if i == len(t.Rows)-1 || slices.ContainsFunc(row.Cells, func(c htmlCell) bool { return c.Value != "0" && c.Value != "" }) {
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}

// upright turns a table that has more columns than a page has room for, and fewer
// lines.
func (t *htmlTable) upright(corner string, most int) htmlTable {
	const lines = 12
	if len(t.Head)-2 > most && len(t.Rows) <= lines {
		return t.turned(corner)
	}
	return *t
}

func countCell(n int) htmlCell { return cellOf(count(n), float64(n)) }

// heat is the class of a value's shade: p1 to p5 above zero, n1 to n5 below, by
// its part of the largest.
func heat(x, most float64) string {
	if !data.Finite(x) || most <= 0 || x == 0 {
		return ""
	}
	k := strconv.Itoa(max(1, min(5, int(math.Ceil(5*math.Abs(x)/most-0.25)))))
	if x < 0 {
		return "n" + k
	}
	return "p" + k
}

// largest is the largest of values without their sign, leaving out the outmost
// fiftieth so that one of them does not pale the others.
func largest(xs []float64) float64 {
	var all []float64
	for _, x := range xs {
		if data.Finite(x) {
			all = append(all, math.Abs(x))
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)-1-len(all)/50]
}

// peak is the largest of values without their sign; what is undefined has no part.
func peak(xs []float64) (most float64) {
	for _, x := range xs {
		if data.Finite(x) {
			most = max(most, math.Abs(x))
		}
	}
	return most
}

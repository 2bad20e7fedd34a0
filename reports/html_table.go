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
	Heat      bool
}

// htmlHead is a column's heading; Doc is shown when it is pointed at.
type htmlHead struct {
	Text, Sub, Doc string
	Left           bool
	Sorted         string // "ascending" or "descending": the lines come in this order
}

// htmlRow is a line. K is the place of its policy, -1: of none.
type htmlRow struct {
	Key   htmlKey
	K     int
	Name  string // instead of a policy
	Cells []htmlCell
	Total bool
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
	return all[(len(all)-1)*49/50]
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

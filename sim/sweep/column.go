package sweep

import "evenkeel/data"

// Column describes how the values of a parameter are written in a table. One of the three is
// filled.
type Column struct {
	Name    string
	Numbers []float64   // by value; nil: not all are plain numbers
	Days    []data.Date // by value; nil: not all are dates
	Texts   []string    // by value, otherwise
}

// Row is what a point is: the places of its values in the columns, and its id.
type Row struct {
	At []int32
	ID string
}

// Rows reads points one after another; make one for each reader. The slices of a row
// are valid until the next call.
type Rows interface{ Point(point int) Row }

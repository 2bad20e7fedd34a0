package columnar

import (
	"context"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// ReadUndated reads a table of any format in which no column of dates stands for
// the rows: restrictions, which have a beginning and an end. Dates is nil, First and
// Last of the Source are none; a column named symbol, ticker or asset is text.
// The error is a fault.List of all findings, or the context's own.
func ReadUndated(ctx context.Context, path string, l Limits) (*Dated, error) {
	return readRows(ctx, path, l, false)
}

// DatesOf are the dates of one of the columns, NoDate where it is empty or holds
// no date; the latter are findings.
func (d *Dated) DatesOf(c *Column) ([]data.Date, fault.List) {
	found, dates := newFindings(d.Source.File), make([]data.Date, c.Len())
	if c.Nulls() < c.Len() { // an empty column may have any type
		read := datesIn(c, "", d.Place, found)
		if read == nil {
			return nil, found.done()
		}
		copy(dates, read)
	}
	for i := range dates {
		if c.Null(i) {
			dates[i] = data.NoDate
		}
	}
	checkYears(c, dates, d.Place, found)
	return dates, found.done()
}

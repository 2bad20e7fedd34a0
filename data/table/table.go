package table

import (
	"context"
	"strings"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// Reader reads the files that an experiment names. The errors are a fault.List of all
// findings, or the context's own.
type Reader interface {
	// Panel reads prices.
	Panel(ctx context.Context, path string, o Options) (*data.Panel, *Source, error)
	// Dated reads a table whose rows have a date each: flows, target weights, an index.
	Dated(ctx context.Context, path string, l Limits) (*Table, error)
	// Undated reads one in which no column of dates stands for the rows: restrictions,
	// which have a beginning and an end. Dates is nil.
	Undated(ctx context.Context, path string, l Limits) (*Table, error)
}

// Table is a table that is not one of prices.
type Table struct {
	Dates   []data.Date // a row each, in the order of the file
	Columns []Column    // the others
	Place   func(row int) string
	Source  *Source // what was read; First and Last span the dates
	Symbols *Column // of Columns, the one of symbols, a text; nil: none
}

// Column is a column of a table.
type Column struct {
	Name string
	Kind Kind
	Type string // as messages call it: float64, timestamp[us, UTC]
	Cells
}

// Kind is the sort of value that a column holds.
type Kind uint8

// The sorts that callers ask for.
const (
	Other Kind = iota
	Bool
	Number
	Text
)

// Cells are the values of a column, one a row.
type Cells interface {
	Len() int
	Null(row int) bool
	Nulls() int
	// Text is the text of a row of a column of texts; "" for null.
	Text(row int) string
	// Float is a row of a column of numbers, correctly rounded, or of flags, 1 for true;
	// NaN for null.
	Float(row int) float64
	// Dates are the values as dates, NoDate where there is none; what is no date is a finding.
	Dates() ([]data.Date, fault.List)
}

// Named is the first column of these names, whatever their case; nil: none.
func (t *Table) Named(names ...string) *Column {
	for _, n := range names {
		for i := range t.Columns {
			if strings.EqualFold(strings.TrimSpace(t.Columns[i].Name), n) {
				return &t.Columns[i]
			}
		}
	}
	return nil
}

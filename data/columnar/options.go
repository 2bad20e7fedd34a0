package columnar

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"evenkeel/data"
	"evenkeel/data/table"
)

// What readers are asked and what they answer has names of its own, which know no format.
type (
	// Columns names the columns of a price file where the usual names do not fit.
	Columns = table.Columns
	// Options say how a file of prices becomes a panel.
	Options = table.Options
	// Split is a split or a dividend that explains a step of raw closes.
	Split = table.Split
	// Limits bound what a file may cost.
	Limits = table.Limits
	// Source describes which bytes a panel or table was made of.
	Source = table.Source
	// Taken is the column that was taken for a use, and why.
	Taken = table.Taken
	// Format is a file format.
	Format = table.Format
)

// The words of Options.
const (
	MissingError     = table.MissingError
	MissingDrop      = table.MissingDrop
	MissingFfill     = table.MissingFfill
	LateError        = table.LateError
	LateWait         = table.LateWait
	LateRedistribute = table.LateRedistribute
	EndedError       = table.EndedError
	EndedLast        = table.EndedLast
	EndedZero        = table.EndedZero
	EndedPrice       = table.EndedPrice
	DuplicatesError  = table.DuplicatesError
	DuplicatesFirst  = table.DuplicatesFirst
	DuplicatesLast   = table.DuplicatesLast
	UnsortedSort     = table.UnsortedSort
	UnsortedError    = table.UnsortedError
)

const (
	defaultRows = 200_000_000
	defaultMost = 4 << 30
	defaultTime = 10 * time.Minute
)

func filled(l Limits) Limits {
	if l.Rows <= 0 {
		l.Rows = defaultRows
	}
	if l.Memory <= 0 {
		l.Memory = defaultMemory()
	}
	if l.Time <= 0 {
		l.Time = defaultTime
	}
	return l
}

func filledOptions(o Options) Options {
	o.Limits = filled(o.Limits)
	if o.Start == 0 && o.End == 0 {
		o.Start, o.End = data.NoDate, data.NoDate
	}
	if o.Symbols = slices.Compact(slices.Sorted(slices.Values(o.Symbols))); len(o.Symbols) == 0 {
		o.Symbols = nil
	}
	return o
}

const (
	Parquet     Format = "parquet"
	ArrowFile   Format = "arrow"
	ArrowStream Format = "arrows"
	CSV         Format = "csv"
)

// FormatOf is the format that a path's extension asks for: .parquet .pq, .arrow
// .feather .ipc, .arrows, .csv .txt; "" for any other.
func FormatOf(path string) Format {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".parquet", ".pq", ".parq":
		return Parquet
	case ".arrow", ".feather", ".ipc":
		return ArrowFile
	case ".arrows":
		return ArrowStream
	case ".csv", ".txt":
		return CSV
	}
	return ""
}

// TableOptions choose what ReadTable reads.
type TableOptions struct {
	Columns    []string // nil: all
	NullValues []string // CSV: texts that mean null, beside the empty text
	Limits     Limits
}

package table

import (
	"time"

	"evenkeel/data"
)

// Columns names the columns of a price file where the defaults do not fit.
// An empty name means the usual ones, without regard to case: date, timestamp,
// datetime, time, __index_level_0__; symbol, ticker, asset; adj close, adj_close,
// adjclose, close, price (of raw prices close and price first); open; volume; half_spread, spread.
type Columns struct{ Date, Symbol, Close, Open, Volume, Spread string }

// What to do with a hole inside a series, with one that begins after the first or
// ends before the last session, and with a repeated (date, symbol).
const (
	MissingError = "error" // findings name every hole (the default)
	MissingDrop  = "drop"  // the session is left out for every asset
	MissingFfill = "ffill" // the last price is carried forward; nothing is fresh there

	LateError        = "error" // a finding names every series that begins late (the default)
	LateWait         = "wait"  // a panel holds it from its first price on; what this means is for who reads it
	LateRedistribute = "redistribute"

	EndedError = "error" // a finding names every series that ends early (the default)
	EndedLast  = "last"  // a panel holds it to its last price; the same
	EndedZero  = "zero"
	EndedPrice = "price"

	DuplicatesError = "error" // findings name both rows (the default)
	DuplicatesFirst = "first"
	DuplicatesLast  = "last"

	UnsortedSort  = "sort"  // rows may come in any order (the default)
	UnsortedError = "error" // a date below a later one is E310
)

// Options say how a file of prices becomes a panel. The zero value reads every
// asset and session as adjusted closes and accepts no flaw.
type Options struct {
	Columns    Columns
	Symbols    []string  // nil or empty: all; a wide file reads these columns only, a long one keeps these rows
	Start, End data.Date // both included; data.NoDate leaves a side open (so does leaving both zero)
	Kind       data.Kind
	KindGiven  bool     // somebody said of which kind the closes are: steps that look like splits are warnings
	Missing    string   // "" is MissingError
	Late       string   // "" is LateError
	Ended      string   // "" is EndedError
	Volume     bool     // read volumes where a long file or quotes of one asset have them
	Spread     bool     // read half spreads (basis points), likewise
	Duplicates string   // "" is DuplicatesError
	Unsorted   string   // "" or "sort": rows may come in any order; "error": E310 names the row
	Splits     []Split  // of raw closes: steps that they explain are no jumps and no missing splits
	NullValues []string // texts that mean "no value", beside the empty text
	Timezone   string   // zone in which an instant's date is read; "": the column's own
	Limits     Limits
}

// Split is a number of shares that one share of a symbol becomes before the trade of
// a date, 1 for none, and the cash that it brings before it becomes them.
type Split struct {
	Symbol   string
	Date     data.Date
	Ratio    float64
	Dividend float64
}

// Limits bound what a file may cost. Zero values are the defaults.
type Limits struct {
	Rows   int64         // rows declared by the file; 200 million
	Memory int64         // bytes of the file and of what is made of it; 4 GiB, or half of the address space allowed
	Time   time.Duration // 10 minutes
}

package table

import (
	"evenkeel/data"
	"evenkeel/data/fault"
)

// Source describes which bytes a panel or table was made of.
type Source struct {
	File     string     `json:"file"` // base name
	Bytes    int64      `json:"bytes"`
	SHA256   string     `json:"sha256"` // of the bytes read, hexadecimal
	Format   Format     `json:"format"`
	Rows     int64      `json:"rows"` // rows of the file, before any choice
	First    data.Date  `json:"first"`
	Last     data.Date  `json:"last"`
	Symbols  []string   `json:"symbols"`
	Taken    []Taken    `json:"taken,omitempty"` // of prices: the columns that are used, and why
	Warnings fault.List `json:"warnings,omitempty"`
}

// Format is a file format.
type Format string

// Taken is the column that was taken for a use, and why. Column is "" where each asset
// has its own.
type Taken struct {
	Use    string   `json:"use"` // date, symbol, close, open, volume, half spread
	Column string   `json:"column,omitempty"`
	Rule   string   `json:"rule"`
	Left   []string `json:"left,omitempty"` // other columns with a usual name of this use
}

// String is the choice in words: "Adj Close" (a usual name; "Close" is left).
func (t Taken) String() string {
	if t.Column == "" {
		return t.Rule
	}
	text := fault.Quote(t.Column) + " (" + t.Rule
	for i, name := range t.Left {
		text += separator(i) + fault.Quote(name)
	}
	if len(t.Left) > 0 {
		text += left(len(t.Left))
	}
	return text + ")"
}

// separator stands before the i-th column that is left.
func separator(i int) string {
	if i == 0 {
		return "; "
	}
	return ", "
}

func left(n int) string {
	if n == 1 {
		return " is left"
	}
	return " are left"
}

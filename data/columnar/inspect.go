package columnar

import (
	"context"

	"evenkeel/data"
	"evenkeel/data/fault"
)

// Inspection is everything `data inspect` says about a file.
type Inspection struct {
	File     string       `json:"file"` // base name
	Format   Format       `json:"format"`
	Bytes    int64        `json:"bytes"`
	SHA256   string       `json:"sha256"`
	Rows     int64        `json:"rows"`
	Columns  []ColumnInfo `json:"columns"`
	Layout   string       `json:"layout,omitempty"` // long, wide, series; "" when it holds no prices
	First    data.Date    `json:"first,omitempty"`
	Last     data.Date    `json:"last,omitempty"`
	Sessions int          `json:"sessions,omitempty"`
	Spacing  string       `json:"spacing,omitempty"` // daily, weekly, monthly, quarterly, yearly
	Symbols  []SymbolInfo `json:"symbols,omitempty"`
	Findings fault.List   `json:"findings,omitempty"` // errors and warnings
}

// ColumnInfo is a column as the file stores it.
type ColumnInfo struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Encodings []string `json:"encodings,omitempty"`
	Codecs    []string `json:"codecs,omitempty"`
	Problem   string   `json:"problem,omitempty"` // why it cannot be read
}

// SymbolInfo is what one series holds. Jump is the largest ratio between
// neighbouring prices (1/ratio for a fall), JumpDate where it ends.
type SymbolInfo struct {
	Symbol   string    `json:"symbol"`
	First    data.Date `json:"first"`
	Last     data.Date `json:"last"`
	Prices   int       `json:"prices"`
	Missing  int       `json:"missing"` // sessions without price between first and last
	Stale    int       `json:"stale"`   // longest run of sessions without change
	Low      float64   `json:"low"`
	High     float64   `json:"high"`
	Jump     float64   `json:"jump"`
	JumpDate data.Date `json:"jump_date"`
}

// Inspect describes a file of prices and everything wrong with it. It fails only
// when the file cannot be read at all or the context ends; what is wrong with
// the data stands in Findings.
func Inspect(ctx context.Context, path string, o Options) (*Inspection, error) {
	ld, err := load(ctx, path, o)
	if err != nil {
		return nil, err
	}
	in := ld.in
	s := &Inspection{File: in.name, Format: in.format, Bytes: int64(len(in.bytes)), SHA256: in.sha256(), Rows: ld.reader.rows(),
		Layout: ld.layout.kind, Findings: ld.found.done()}
	for _, f := range ld.reader.fields() {
		s.Columns = append(s.Columns, ColumnInfo{Name: f.name, Type: f.typ.String(), Problem: f.why})
	}
	return s, nil
}

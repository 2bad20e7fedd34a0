package columnar

import (
	"context"
	"math"

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
	Taken    []Taken      `json:"taken,omitempty"`  // the columns that are used, and why
	First    data.Date    `json:"first"`
	Last     data.Date    `json:"last"`
	Sessions int          `json:"sessions,omitempty"`
	Spacing  string       `json:"spacing,omitempty"` // daily, weekly, fortnightly, monthly, quarterly, yearly
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

// SymbolInfo is what one series holds. Jump is the ratio of the
// neighbouring prices that differ most (below 1: a fall), JumpDate where it ends.
type SymbolInfo struct {
	Symbol   string    `json:"symbol"`
	First    data.Date `json:"first"`
	Last     data.Date `json:"last"`
	Prices   int       `json:"prices"`
	Missing  int       `json:"missing"`                 // sessions without price between first and last
	NoOpen   int       `json:"missing_opens,omitempty"` // sessions with a price and without an open, where the file has opens
	Stale    int       `json:"stale"`                   // longest run of sessions without change
	Low      float64   `json:"low"`
	High     float64   `json:"high"`
	Jump     float64   `json:"jump"`
	JumpDate data.Date `json:"jump_date"`
	Volume   float64   `json:"volume,omitempty"` // mean a session; 0 without volumes
	Spread   float64   `json:"spread,omitempty"` // mean half spread in basis points; 0 without spreads
}

// Inspect describes a file of prices and everything wrong with it. It fails only
// when the file cannot be opened as a table at all or the context ends; what is
// wrong with the data stands in Findings.
func Inspect(ctx context.Context, path string, o Options) (*Inspection, error) {
	ld, err := load(ctx, path, o)
	if err != nil {
		return nil, err
	}
	in := ld.in
	s := &Inspection{File: in.name, Format: in.format, Bytes: int64(len(in.bytes)), SHA256: in.sha256(), Rows: ld.reader.rows(),
		Layout: ld.layout.kind, First: data.NoDate, Last: data.NoDate, Findings: ld.found.done()}
	if s.Layout != "" {
		s.Taken = ld.layout.taken(ld.reader.fields(), o)
	}
	for i, f := range ld.reader.fields() {
		c := ColumnInfo{Name: f.name, Type: f.typ.String(), Problem: f.why}
		if f.why != "" {
			c.Type = ""
		}
		c.Encodings, c.Codecs = ld.reader.storage(i)
		s.Columns = append(s.Columns, c)
	}
	if g := ld.grid; g != nil && len(g.dates) > 0 {
		s.describe(g)
	}
	return s, nil
}

// describe fills in what the grid says.
func (s *Inspection) describe(g *grid) {
	s.First, s.Last, s.Sessions = g.dates[0], g.dates[len(g.dates)-1], len(g.dates)
	s.Spacing = data.Spacing(g.dates)
	v := g.survey()
	for a, x := range v.of {
		i := SymbolInfo{Symbol: g.symbols[a], First: data.NoDate, Last: data.NoDate, JumpDate: data.NoDate}
		if x.first >= 0 {
			i.First, i.Last, i.Missing, i.Stale = g.dates[x.first], g.dates[x.last], x.missing, x.stale
			i.Prices = x.last - x.first + 1 - x.missing
			i.Low, i.High = x.low, x.high
			i.Jump, i.JumpDate = g.largestStep(a)
			i.NoOpen = g.missingOpens(a)
			i.Volume, i.Spread = g.mean(volumes, a), g.mean(spreads, a)
		}
		s.Symbols = append(s.Symbols, i)
	}
}

// largestStep is an asset's largest ratio of neighbouring prices, in whichever
// direction, and the session on which it ends; 0 with fewer than two prices.
func (g *grid) largestStep(a int) (ratio float64, at data.Date) {
	n, last, size := len(g.symbols), math.NaN(), 0.0
	at = data.NoDate
	for t, d := range g.dates {
		v := g.close[t*n+a]
		if !(v >= data.MinPrice && v <= data.MaxPrice) {
			continue
		}
		if r := v / last; max(r, 1/r) > size {
			ratio, size, at = r, max(r, 1/r), d
		}
		last = v
	}
	return ratio, at
}

// mean is that of an asset's values beside its closes; 0 without any.
func (g *grid) mean(k, a int) float64 {
	sum, n := 0.0, 0.0
	for at := a; at < len(g.beside[k]); at += len(g.symbols) {
		if v := g.beside[k][at]; data.Finite(v) {
			sum += v
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

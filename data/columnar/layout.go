package columnar

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"evenkeel/data/fault"
)

// How prices lie in a table.
const (
	layoutLong   = "long"   // a row a (date, symbol)
	layoutWide   = "wide"   // a row a date, a column a symbol
	layoutSeries = "series" // a row a date, one asset: date, open, high, low, close
)

// layout describes which columns hold what; -1 is none.
type layout struct {
	kind                string
	date, symbol, close int
	beside              [besides]int // opens, volumes, spreads
	prices              []int        // wide: the columns of the assets
	symbols             []string     // wide and series: their names
}

var (
	dateNames     = []string{"date", "timestamp", "datetime", "time", "day", "session", "__index_level_0__", "index", "unnamed: 0", ""}
	symbolNames   = []string{"symbol", "ticker", "asset", shortSymbol}
	adjustedNames = []string{"adj close", "adj_close", "adjclose", "adjusted_close", "adjusted close"}
	quotedNames   = []string{"close", "price"}
	besideNames   = [besides][]string{opens: {"open"}, volumes: {"volume", "vol"}, spreads: {"half_spread", "half spread", "spread"}}
	quoteNames    = []string{"open", "high", "low", "volume"} // one of these beside a close: a single asset's quotes
)

// shortSymbol names a column of symbols only beside a column of closes: it is a ticker,
// too. So are the other names where their column holds numbers.
const shortSymbol = "sym"

// findColumn finds a column by exact name, else by the only one that differs in
// case alone.
func findColumn(fields []field, name string) (int, error) {
	at, n := -1, 0
	for i, f := range fields {
		if f.name == name {
			return i, nil
		}
		if strings.EqualFold(f.name, name) {
			at, n = i, n+1
		}
	}
	if n == 1 {
		return at, nil
	}
	return -1, missingColumn(fields, name)
}

func missingColumn(fields []field, name string) error {
	var names, quoted []string
	for _, f := range fields {
		names = append(names, f.name)
		if len(quoted) < 12 {
			quoted = append(quoted, quoteName(f.name))
		}
	}
	have := strings.Join(quoted, ", ")
	if n := len(fields) - len(quoted); n > 0 {
		have += fmt.Sprintf(" and %d more", n)
	}
	remedy := "name the column in data.columns"
	if near, ok := fault.Nearest(name, names); ok {
		remedy = "did you mean " + quoteName(near) + "?"
	}
	return bad(fault.NoColumn, "", "no column "+quoteName(name), "have "+have, remedy)
}

// findAny finds the first of the usual names, -1 when none is there.
func findAny(fields []field, names []string) int {
	for _, n := range names {
		for i, f := range fields {
			if strings.EqualFold(strings.TrimSpace(f.name), n) {
				return i
			}
		}
	}
	return -1
}

// named is an explicitly named column, else the first usual name.
func named(fields []field, name string, usual []string) (int, error) {
	if name != "" {
		return findColumn(fields, name)
	}
	return findAny(fields, usual), nil
}

// layOut decides what the columns of a price file mean.
func layOut(path string, fields []field, o Options) (layout, error) {
	l := layout{date: -1, symbol: -1, close: -1, beside: nothingBeside}
	if err := distinct(fields); err != nil {
		return l, err
	}
	var err error
	if l.date, err = dateColumn(fields, o.Columns.Date); err != nil {
		return l, err
	}
	if l.symbol, err = named(fields, o.Columns.Symbol, symbolNames); err != nil {
		return l, err
	}
	if err := l.findBeside(fields, o); err != nil {
		return l, err
	}
	if l.close, err = named(fields, o.Columns.Close, closeNamesOf(o)); err != nil {
		return l, err
	}
	if l.symbol >= 0 && (o.Columns.Symbol != "" || l.close >= 0 || fields[l.symbol].typ.Kind == Text && !strings.EqualFold(strings.TrimSpace(fields[l.symbol].name), shortSymbol)) {
		l.kind = layoutLong
		if l.close < 0 {
			return l, missingColumn(fields, "close")
		}
		return l, nil
	}
	l.symbol = -1
	if l.close >= 0 && (o.Columns.Close != "" || o.Columns.Volume != "" || o.Columns.Spread != "" || l.beside[opens] >= 0 || findAny(fields, quoteNames) >= 0) {
		l.kind = layoutSeries
		l.symbols = []string{seriesName(path, o)}
		return l, nil
	}
	return l.wide(fields, o)
}

// What may stand beside the closes of a table.
const (
	opens = iota
	volumes
	spreads
	besides
)

var nothingBeside = [besides]int{-1, -1, -1}

// findBeside finds the columns beside the closes. Opens are read wherever there are
// some, volumes and spreads when they are asked for; a column that is named must be
// there.
func (l *layout) findBeside(fields []field, o Options) error {
	for k, x := range [besides]struct {
		name   string
		wanted bool
	}{
		opens:   {o.Columns.Open, true},
		volumes: {o.Columns.Volume, o.Volume},
		spreads: {o.Columns.Spread, o.Spread},
	} {
		at, err := named(fields, x.name, besideNames[k])
		if err != nil {
			return err
		}
		if x.wanted {
			l.beside[k] = at
		}
	}
	return nil
}

// wide takes every column but the date for an asset, or those asked for.
func (l layout) wide(fields []field, o Options) (layout, error) {
	l.kind, l.close, l.beside = layoutWide, -1, nothingBeside
	if o.Symbols == nil {
		for i, f := range fields {
			if i != l.date {
				l.prices = append(l.prices, i)
				l.symbols = append(l.symbols, f.name)
			}
		}
		if len(l.prices) == 0 {
			return l, bad(fault.NoColumn, "", "no column of prices beside "+quoteName(fields[l.date].name), "date and a column a symbol, or date, symbol, close", "name the columns in data.columns")
		}
		return l, nil
	}
	var missing fault.List
	for _, s := range o.Symbols {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == s })
		if i < 0 || i == l.date {
			missing.Add(unknownSymbol(s, fieldNames(fields, l.date)))
			continue
		}
		l.prices = append(l.prices, i)
		l.symbols = append(l.symbols, s)
	}
	return l, missing.Err()
}

func fieldNames(fields []field, but int) []string {
	var names []string
	for i, f := range fields {
		if i != but {
			names = append(names, f.name)
		}
	}
	return names
}

func unknownSymbol(s string, have []string) fault.Finding {
	f := fault.Finding{Code: fault.UnknownAsset, What: "no asset " + quoteName(s), Rule: fmt.Sprintf("%d symbols are there", len(have)), Remedy: "choose one of them"}
	if near, ok := fault.Nearest(s, have); ok {
		f.Remedy = "did you mean " + quoteName(near) + "?"
	}
	return f
}

// dateColumn is the column of a usual name, else the only one with dates.
func dateColumn(fields []field, name string) (int, error) {
	if name != "" {
		return findColumn(fields, name)
	}
	isDate := func(f field) bool { return f.typ.Kind == Date || f.typ.Kind == Timestamp }
	for _, n := range dateNames {
		for i, f := range fields {
			usable := isDate(f) || f.typ.Kind == Text
			if usable && strings.EqualFold(strings.TrimSpace(f.name), n) {
				return i, nil
			}
		}
	}
	at, n := -1, 0
	for i, f := range fields {
		if isDate(f) {
			at, n = i, n+1
		}
	}
	if n == 1 {
		return at, nil
	}
	if i := findAny(fields, dateNames[:2]); i >= 0 {
		return i, nil // its type is wrong, which is said later with its values
	}
	return -1, missingColumn(fields, "date")
}

// distinct refuses two columns of one name.
func distinct(fields []field) error {
	var l fault.List
	seen := make(map[string]bool, len(fields))
	for _, f := range fields {
		if seen[f.name] {
			l.Add(fault.Finding{Code: fault.ColumnTwice, What: column(f.name) + " twice", Rule: "column names differ", Remedy: "rename or remove one"})
		}
		seen[f.name] = true
	}
	return l.Err()
}

// seriesName names the asset of a file that has no symbols: the one asked for,
// else the file's base name.
func seriesName(path string, o Options) string {
	if len(o.Symbols) == 1 {
		return o.Symbols[0]
	}
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

package experiment

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/table"
)

// symbolAction is a row of a file of splits and dividends.
type symbolAction struct {
	symbol string
	data.DatedAction
	row int32 // of the file
}

// actions are the rows of date, symbol, split and dividend that say something, by
// date. An empty cell says nothing.
func (s *sheet) actions() (out []symbolAction) {
	symbols, split, dividend := s.Symbols, s.Named("split", "splits", "stock splits"), s.Named("dividend", "dividends")
	if symbols == nil {
		symbols = s.need("symbol")
	}
	if split == nil && dividend == nil {
		s.need("split")
	}
	if len(s.list) > 0 || symbols == nil {
		return nil
	}
	seen := map[symbolAction]int{}
	for _, i := range s.order() {
		a := symbolAction{symbol: symbols.Text(i), DatedAction: data.DatedAction{Date: s.Dates[i], Split: 1}}
		if !s.symbol(i, a.symbol) || split != nil && !s.within(split, i, &a.Split, 1/data.MaxSplit, data.MaxSplit, "leave the cell empty where there is no split; a split is the shares after it for one before it") ||
			dividend != nil && !s.within(dividend, i, &a.Dividend, 0, data.MaxPrice, "leave the cell empty where there is no dividend; a dividend is money a share") || a.Split == 1 && a.Dividend == 0 {
			continue
		}
		if before, twice := seen[a]; twice {
			s.twice(i, before, a.symbol+" ")
			continue
		}
		seen[a] = i
		a.row = int32(i)
		out = append(out, a)
	}
	return out
}

// within reads a cell that may be empty into dst; false when it is wrong.
func (s *sheet) within(c *table.Column, i int, dst *float64, lo, hi float64, remedy string) bool {
	if c.Null(i) {
		return true
	}
	v := s.number(c, i)
	switch {
	case v != v:
		return false
	case !(v >= lo && v <= hi):
		s.bad(i, fault.OutOfRange, fmt.Sprintf("%s %s", c.Name, brief(v)), fmt.Sprintf("between %g and %g", lo, hi), remedy)
		return false
	}
	*dst = v
	return true
}

// rates are the series of a file of exchange rates, by currency.
type rates map[string]*series

// series is what is known of a rate, by date, each date once. wrong is why it cannot
// be used: it matters to those who do.
type series struct {
	dates  []data.Date
	values []float64
	wrong  fault.List
}

// on is the last value on or before a date and its date; not ok when there is none.
func (x *series) on(d data.Date) (v float64, at data.Date, ok bool) {
	i, _ := slices.BinarySearch(x.dates, d+1)
	if i == 0 {
		return math.NaN(), data.NoDate, false
	}
	return x.values[i-1], x.dates[i-1], true
}

// exchange are the rates of a date and a column for each currency, or of date,
// currency and rate. Faults in a currency that is not needed are not findings.
func (s *sheet) exchange() rates {
	out := rates{}
	rows := s.order()
	names, rate := s.Named("currency", "symbol", "ticker"), s.Named("rate")
	if names != nil && rate != nil && names.Kind == table.Text {
		for _, i := range rows {
			out.add(s, names.Text(i), rate, i)
		}
	} else {
		for k := range s.Columns {
			for _, i := range rows {
				out.add(s, s.Columns[k].Name, &s.Columns[k], i)
			}
		}
	}
	if len(out) == 0 {
		s.bad(-1, fault.EmptyFile, "the table has no rates", "a date and a column for each currency, or date, currency, rate", "Check the names of the columns")
	}
	return out
}

// add enters a rate; an empty cell says nothing.
func (r rates) add(s *sheet, name string, c *table.Column, i int) {
	x := r[name]
	if x == nil {
		x = &series{}
		r[name] = x
	}
	if c.Null(i) {
		return
	}
	own := sheet{Table: s.Table}
	v, d := own.number(c, i), s.Dates[i]
	last := len(x.dates) - 1
	switch {
	case v != v:
	case !(v >= 1e-12 && v <= 1e12):
		own.bad(i, fault.OutOfRange, fmt.Sprintf("the rate of %s is %s on %s", fault.Clean(name), brief(v), d), "between 1e-12 and 1e12", "Check the column, or the unit of the currency")
	case last >= 0 && x.dates[last] == d:
		own.bad(i, fault.RowTwice, fmt.Sprintf("%s %s twice", fault.Clean(name), d), "one rate a date", "Remove one of the two")
	default:
		x.dates, x.values = append(x.dates, d), append(x.values, v)
	}
	if len(x.wrong) < syntax.MaxFindings {
		x.wrong = append(x.wrong, own.list...)
	}
}

// riskless are the rows of date and rate, by date.
func (s *sheet) riskless() *series {
	c := s.need("rate")
	if c == nil {
		return nil
	}
	x := &series{}
	rows := s.order()
	for k, i := range rows {
		v := 0.0
		switch {
		case k > 0 && s.Dates[i] == s.Dates[rows[k-1]]:
			s.twice(i, rows[k-1], "")
		case c.Null(i):
			s.bad(i, fault.BadCell, "rate is empty", "every row has a rate", "Remove the row")
		case s.within(c, i, &v, -1, 1, "A rate of 5 percent is 0.05 or 5%"):
			x.dates, x.values = append(x.dates, s.Dates[i]), append(x.values, v)
		}
	}
	if len(rows) == 0 {
		s.bad(-1, fault.EmptyFile, "the table has no rows", "rates have a date", "Check how the file was written")
	}
	return x
}

// names are the currencies in order.
func (r rates) names() []string {
	out := make([]string, 0, len(r))
	for name := range r {
		out = append(out, name)
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
	})
	return out
}

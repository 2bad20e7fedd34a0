package experiment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/data/table"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// datedAmount is a row of flows (money, + in, - out) or of an index.
type datedAmount struct {
	date  data.Date
	value float64
	row   int32 // of the file
}

// signalDates are in order, each once, with the first row of each.
type signalDates struct {
	dates []data.Date
	rows  []int32
}

// sheet is a file while it is read, with its findings.
type sheet struct {
	*table.Table
	list fault.List
}

// readTable reads a file for its role. The error is a fault.List, or the
// context's own.
func (f *File) readTable(ctx context.Context, files table.Reader, m mention) (*contents, error) {
	read := files.Dated
	if m.role == restrictionFile || m.role == lotsFile {
		read = files.Undated
	}
	d, err := read(ctx, f.beside(m.path), table.Limits{Rows: maxRows[m.role]})
	if err != nil {
		return nil, err
	}
	s := &sheet{Table: d}
	t := &contents{source: *d.Source, place: s.Place}
	switch m.role {
	case scheduleFile:
		t.weights = s.weights()
	case flowsFile:
		t.amounts = s.flows()
	case indexFile:
		t.amounts = s.index()
	case signalFile:
		t.signal = s.signals()
	case restrictionFile:
		t.rules, t.source = s.restrictions(), *d.Source
	case lotsFile:
		t.lots = s.lots()
		t.source = *d.Source
	case actionsFile:
		t.actions = s.actions()
	case fxFile:
		t.rates = s.exchange()
	case rateFile:
		t.rate = s.riskless()
	}
	if err := s.list.Err(); err != nil {
		return nil, err
	}
	t.warnings = s.list
	return t, nil
}

// bad adds a finding at a row, or at the whole file for row -1.
func (s *sheet) bad(row int, code, what, rule, remedy string) {
	if len(s.list) >= syntax.MaxFindings {
		return
	}
	place := ""
	if row >= 0 {
		place = s.Place(row)
	}
	s.list.Add(fault.Finding{Code: code, File: s.Source.File, Place: place, What: what, Rule: rule, Remedy: remedy})
}

// need is the column of a name; a file without it has a finding.
func (s *sheet) need(name string) *table.Column {
	c := s.Named(name)
	if c == nil {
		have := []string{"dates"}
		for _, other := range s.Columns {
			have = append(have, fault.Quote(other.Name))
		}
		s.bad(-1, fault.NoColumn, "no column "+fault.Quote(name), "have "+strings.Join(have, ", "), "Name the column so")
	}
	return c
}

// number is row i of a column as a number: texts such as 40% are numbers, too.
// An empty cell is NaN, what is no finite number a finding and NaN.
func (s *sheet) number(c *table.Column, i int) float64 {
	if c.Null(i) {
		return math.NaN()
	}
	v, what := math.NaN(), ""
	switch c.Kind {
	case table.Number:
		v = c.Float(i)
		what = fmt.Sprint(v)
	case table.Text:
		what = fault.Quote(c.Text(i))
		if f, err := card.ReadFraction(card.T(c.Text(i))); err == nil {
			v = f
		}
	default:
		what = "a value of type " + c.Type
	}
	if !data.Finite(v) {
		s.bad(i, fault.BadCell, fmt.Sprintf("%s in column %q is not a finite number", what, c.Name), "a number", "Write it as a plain decimal, or leave the row out")
		return math.NaN()
	}
	return v
}

// flows are the rows of date and amount, by date, those of a date in their order.
func (s *sheet) flows() (out []datedAmount) {
	c := s.need("amount")
	if c == nil {
		return nil
	}
	for i, d := range s.Dates {
		v := s.number(c, i)
		switch {
		case c.Null(i):
			s.bad(i, fault.BadCell, "amount is empty", "every row has an amount", "Remove the row")
		case math.Abs(v) > sim.MaxMoney:
			s.bad(i, fault.BadMoney, "amount "+brief(v)+" is too large", fmt.Sprintf("at most %g", float64(sim.MaxMoney)), "Check the unit of the amounts")
		case v != 0:
			out = append(out, datedAmount{d, v, int32(i)})
		}
	}
	slices.SortStableFunc(out, func(a, b datedAmount) int { return cmp.Compare(a.date, b.date) })
	return out
}

// index are the rows of date and index, by date: the values of a price index
// from the day on which they are known.
func (s *sheet) index() (out []datedAmount) {
	c := s.need("index")
	if c == nil {
		return nil
	}
	rows := s.order()
	for k, i := range rows {
		v := s.number(c, i)
		switch {
		case k > 0 && s.Dates[i] == s.Dates[rows[k-1]]:
			s.twice(i, rows[k-1], "")
		case c.Null(i):
			s.bad(i, fault.BadCell, "index is empty", "every row has a value", "Remove the row")
		case v <= 0 || v > 1e12 || v < 1e-12:
			s.bad(i, fault.OutOfRange, fmt.Sprintf("index %s on %s", brief(v), s.Dates[i]), "between 1e-12 and 1e12", "Check the column, or scale it")
		default:
			out = append(out, datedAmount{s.Dates[i], v, int32(i)})
		}
	}
	if len(rows) == 0 {
		s.bad(-1, fault.EmptyFile, "the table has no rows", "an index has values", "Check how the file was written")
	}
	return out
}

// order is the rows in order of their dates.
func (s *sheet) order() []int {
	rows := make([]int, len(s.Dates))
	for i := range rows {
		rows[i] = i
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(s.Dates[a], s.Dates[b]) })
	return rows
}

func (s *sheet) twice(i, before int, symbol string) {
	s.bad(i, fault.RowTwice, fmt.Sprintf("%s%s twice, before at %s", symbol, s.Dates[i], s.Place(before)), "one row each", "Remove one of the two")
}

// signals are the dates; with a column named signal of flags or numbers, those of
// rows that are true or not 0.
func (s *sheet) signals() *signalDates {
	out := &signalDates{}
	c := s.Named("signal")
	if c != nil {
		switch c.Kind {
		case table.Bool, table.Number:
		default:
			if len(s.Dates) > c.Nulls() {
				s.bad(-1, fault.BadCell, fmt.Sprintf("column %q is of type %s", c.Name, c.Type), "true and false, or numbers of which 0 is no signal", "Name it otherwise if every date is a signal")
			}
		}
	}
	for _, i := range s.order() {
		d, n := s.Dates[i], len(out.dates)
		if (c == nil || !c.Null(i) && c.Float(i) != 0) && (n == 0 || out.dates[n-1] != d) {
			out.dates, out.rows = append(out.dates, d), append(out.rows, int32(i))
		}
	}
	if len(out.dates) == 0 {
		s.list.Add(fault.Finding{Code: fault.EmptyFile, File: s.Source.File, What: "no date is a signal", Rule: "a file of signals has dates", Remedy: "Check the file if there should be some", Warning: true})
	}
	return out
}

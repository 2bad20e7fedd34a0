package columnar

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"

	"evenkeel/data/fault"
)

// csvReader reads CSV in two passes over memory: the first counts rows and finds
// each column's narrowest type, the second fills the columns asked for.
type csvReader struct {
	bytes     []byte
	list      []field
	nulls     []string
	total     int64
	irregular bool // a record's line is not its number
	lines     []int32
}

// A guess is the set of kinds that every cell of a column so far fits.
type guess uint8

const (
	maybeInt guess = 1 << iota
	maybeFloat
	maybeDate
	maybeClock // local timestamp
	maybeUTC   // timestamp with Z
	maybeBool
	anything = maybeInt | maybeFloat | maybeDate | maybeClock | maybeUTC | maybeBool
)

func openCSV(ctx context.Context, in *input, l Limits, nulls []string) (*csvReader, error) {
	r := &csvReader{bytes: in.bytes, nulls: nulls}
	found := newFindings(in.name)
	wrong := func(line int, what, rule string) {
		if !found.full("E334") {
			found.add(fault.Finding{Code: "E334", Place: fmt.Sprintf("line %d", line), What: what, Rule: rule, Remedy: "write comma-separated values with a header line and decimal points"})
		}
	}
	s := newScanner(in.bytes)
	ok, err := s.scan()
	if err == nil && ok {
		err = separator(bytes.SplitN(in.bytes, []byte("\n"), 2)[0])
	}
	if err != nil || !ok {
		if err == nil {
			err = fmt.Errorf("no header")
		}
		wrong(1, err.Error(), "a header with commas")
		return nil, found.done().Err()
	}
	for _, c := range s.rec {
		r.list = append(r.list, field{name: string(c.text)})
	}
	guesses, seen := make([]guess, len(r.list)), make([]bool, len(r.list))
	for i := range guesses {
		guesses[i] = anything
	}
	for {
		ok, err := s.scan()
		if !ok {
			break
		}
		if r.total++; r.total > l.Rows {
			return nil, tooManyRows(r.total, l)
		}
		if r.total%batch == 0 {
			if err := ended(ctx); err != nil {
				return nil, err
			}
		}
		r.irregular = r.irregular || int64(s.line) != r.total+1
		switch {
		case err != nil:
			wrong(s.line, err.Error(), "quotes around whole fields")
		case len(s.rec) != len(r.list):
			wrong(s.line, fmt.Sprintf("%d fields, want %d", len(s.rec), len(r.list)), "as many fields as the header")
		default:
			for i, c := range s.rec {
				if guesses[i] != 0 && !r.null(c.text) {
					guesses[i], seen[i] = guesses[i].narrow(c.text), true
				}
			}
		}
	}
	for i, g := range guesses {
		r.list[i].typ = g.typ(seen[i])
	}
	return r, found.done().Err()
}

func (r *csvReader) null(b []byte) bool {
	return len(b) == 0 || len(r.nulls) > 0 && slices.Contains(r.nulls, string(b))
}

// narrow keeps the kinds that a cell fits.
func (g guess) narrow(b []byte) guess {
	keep := func(kind guess, fits bool) {
		if !fits {
			g &^= kind
		}
	}
	if g&maybeInt != 0 {
		_, ok := csvInt(b)
		keep(maybeInt, ok)
	}
	if g&maybeFloat != 0 && g&maybeInt == 0 {
		_, ok := csvFloat(b)
		keep(maybeFloat, ok)
	}
	if g&maybeDate != 0 {
		_, ok := csvDate(b)
		keep(maybeDate, ok)
	}
	if g&maybeClock != 0 {
		_, utc, ok := csvTime(b)
		keep(maybeClock, ok && !utc)
	}
	if g&maybeUTC != 0 {
		_, utc, ok := csvTime(b)
		keep(maybeUTC, ok && utc)
	}
	if g&maybeBool != 0 {
		_, ok := csvBool(b)
		keep(maybeBool, ok)
	}
	return g
}

// typ is the narrowest kind left; a column of nulls alone is float.
func (g guess) typ(seen bool) Type {
	switch {
	case !seen:
		return Type{Kind: Float, Bits: 64}
	case g&maybeBool != 0:
		return Type{Kind: Bool}
	case g&maybeInt != 0:
		return Type{Kind: Int, Bits: 64}
	case g&maybeFloat != 0:
		return Type{Kind: Float, Bits: 64}
	case g&maybeDate != 0:
		return Type{Kind: Date}
	case g&maybeClock != 0:
		return Type{Kind: Timestamp, Unit: Micro}
	case g&maybeUTC != 0:
		return Type{Kind: Timestamp, Unit: Micro, Zone: "UTC"}
	}
	return Type{Kind: Text}
}

func (r *csvReader) fields() []field { return r.list }
func (r *csvReader) rows() int64     { return r.total }

func (r *csvReader) storage(int) (encodings, codecs []string) { return nil, nil }

func (r *csvReader) place(row int) string {
	if row < len(r.lines) {
		return fmt.Sprintf("line %d", r.lines[row])
	}
	return fmt.Sprintf("line %d", row+2)
}

func (r *csvReader) read(ctx context.Context, cols []int, _ window, l Limits) (*Table, error) {
	t := &Table{Columns: make([]Column, len(cols))}
	var width int64
	for i, c := range cols {
		t.Columns[i] = Column{Name: r.list[c].name, Type: r.list[c].typ}
		width += r.list[c].typ.width()
	}
	if need := width * r.total; need > l.Memory {
		return nil, tooMuch(fmt.Sprintf("%d rows x %d columns need %d bytes", r.total, len(cols), need), l.Memory)
	}
	fill := make([]cellFiller, len(cols))
	for i := range cols {
		t.Columns[i].grow(int(r.total))
		fill[i] = cellFiller{c: &t.Columns[i]}
	}
	r.lines = nil
	s := newScanner(r.bytes)
	if _, err := s.scan(); err != nil {
		return nil, err
	}
	for row := 0; ; row++ {
		if ok, err := s.scan(); err != nil || !ok {
			return t, err
		}
		if row%batch == 0 {
			if err := ended(ctx); err != nil {
				return nil, err
			}
		}
		if r.irregular {
			r.lines = append(r.lines, int32(min(s.line, math.MaxInt32)))
		}
		for i, c := range cols {
			if x := s.rec[c]; r.null(x.text) && !(x.quoted && fill[i].c.Type.Kind == Text) {
				fill[i].null(row)
			} else {
				fill[i].set(row, x.text)
			}
		}
	}
}

// cellFiller puts cells into a column.
type cellFiller struct {
	c    *Column
	code map[string]int32
}

func (f *cellFiller) null(row int) {
	c := f.c
	if c.Valid == nil {
		c.Valid = make([]bool, c.Len())
		for i := range c.Valid {
			c.Valid[i] = true
		}
	}
	c.Valid[row] = false
	if c.Type.Kind == Float {
		c.Floats[row] = math.NaN()
	}
}

func (f *cellFiller) set(row int, b []byte) {
	c := f.c
	switch c.Type.Kind {
	case Bool:
		c.Bools[row], _ = csvBool(b)
	case Int:
		c.Ints[row], _ = csvInt(b)
	case Float:
		v, _ := csvFloat(b)
		if c.Floats[row] = v; v != v {
			f.null(row)
		}
	case Date:
		c.Days[row], _ = csvDate(b)
	case Timestamp:
		c.Ints[row], _, _ = csvTime(b)
	case Text:
		if f.code == nil {
			f.code = map[string]int32{}
		}
		k, ok := f.code[string(b)]
		if !ok {
			k = int32(len(c.Dict))
			c.Dict = append(c.Dict, string(b))
			f.code[c.Dict[k]] = k
		}
		c.Codes[row] = k
	}
}

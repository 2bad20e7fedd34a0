package columnar

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

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
	meter     *meter
	names     map[int]bool // columns of symbols
	guessed   []Type       // what their values look like
}

func openCSV(ctx context.Context, in *input, l Limits, nulls []string) (*csvReader, error) {
	r := &csvReader{bytes: in.bytes, nulls: nulls, meter: in.meter}
	damage := csvDamage{found: newFindings(in.name)}
	s := newScanner(in.bytes, maxFields)
	ok, err := s.scan()
	if err == nil && ok {
		err = separator(s.rec)
	}
	if err != nil || !ok {
		if err == nil {
			err = fmt.Errorf("no header")
		}
		damage.at(s, err.Error(), "a header with commas")
		return nil, damage.found.done().Err()
	}
	bare := false // a field without quotes: where every field has them, they say nothing
	for _, c := range s.rec {
		r.list = append(r.list, field{name: string(c.text)})
		bare = bare || !c.quoted
	}
	s.most = len(r.list) + 1
	columns := make([]csvColumn, len(r.list))
	for i := range columns {
		columns[i].guess = anything
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
		if damage.enough(s) {
			break
		}
		switch {
		case errors.Is(err, errWide):
			damage.at(s, fmt.Sprintf("more than %d fields", len(r.list)), "as many fields as the header")
		case err != nil:
			damage.at(s, err.Error(), "quotes around whole fields")
		case len(s.rec) != len(r.list):
			damage.at(s, fmt.Sprintf("%d fields, want %d", len(s.rec), len(r.list)), "as many fields as the header")
		default:
			for i, c := range s.rec {
				x := &columns[i]
				switch {
				case !r.null(c.text):
					bare = bare || !c.quoted
					x.see(c)
				case c.quoted && len(c.text) == 0:
					x.empty = true
				}
			}
		}
	}
	for i := range columns {
		r.list[i].typ = columns[i].typ(bare && len(columns) > 1)
		r.guessed = append(r.guessed, r.list[i].typ)
	}
	r.nameTexts()
	return r, damage.found.done().Err()
}

// nameTexts makes text of a column of symbols, which its name tells: what its values
// look like (NAN, TRUE, 1E5, 2020-01-01) never decides what a column means.
func (r *csvReader) nameTexts() {
	prices := findAny(r.list, closeNamesOf(Options{})) >= 0
	for i, f := range r.list {
		name := strings.ToLower(strings.TrimSpace(f.name))
		if at := slices.Index(symbolNames, name); at >= 0 && (prices || name != shortSymbol) {
			r.asText(i)
		}
	}
}

// asText makes a column text; only its empty cells are null.
func (r *csvReader) asText(i int) {
	r.list[i].typ = Type{Kind: Text}
	if r.names == nil {
		r.names = map[int]bool{}
	}
	r.names[i] = true
}

// asGuessed undoes asText for columns that hold no symbols.
func (r *csvReader) asGuessed() {
	for i := range r.names {
		r.list[i].typ = r.guessed[i]
	}
	r.names = nil
}

func (r *csvReader) warnings() fault.List { return nil }

func (r *csvReader) null(b []byte) bool {
	return len(b) == 0 || len(r.nulls) > 0 && slices.Contains(r.nulls, string(b))
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
	if r.irregular {
		width += 4
	}
	if err := r.meter.keep(width*r.total, fmt.Sprintf("%d rows x %d columns", r.total, len(cols))); err != nil {
		return nil, err
	}
	fill := make([]cellFiller, len(cols))
	for i := range cols {
		t.Columns[i].grow(int(r.total))
		fill[i] = cellFiller{c: &t.Columns[i], meter: r.meter}
	}
	r.lines = nil
	s := newScanner(r.bytes, max(len(r.list), 1))
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
			x, null := s.rec[c], false
			switch {
			case len(x.text) == 0:
				null = !x.quoted || fill[i].c.Type.Kind != Text
			case !r.names[c]:
				null = r.null(x.text)
			}
			if null {
				fill[i].null(row)
			} else if err := fill[i].set(row, x.text); err != nil {
				return nil, err
			}
		}
	}
}

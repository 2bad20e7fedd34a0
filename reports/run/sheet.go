package run

import (
	"io"
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
)

// sheet is a table on its way to a Parquet file, with what its columns mean.
type sheet struct {
	columnar.Table
}

func newSheet(doc string) *sheet {
	return &sheet{columnar.Table{Meta: map[string]string{"table": doc}}}
}

// put adds a column and its meaning, which the file carries as metadata under
// "column:NAME".
func (s *sheet) put(c columnar.Column, doc string) {
	s.Columns = append(s.Columns, c)
	s.Meta["column:"+c.Name] = doc
}

// save writes the sheet as NAME.parquet.
func (s *sheet) save(dir draw.Dir, name string) error {
	return dir.Write(name+".parquet", func(w io.Writer) error { return s.Write(w, columnar.Parquet) })
}

// policyNames are the dictionary of a column of policies.
func (run *Run) policyNames() []string {
	names := make([]string, len(run.Policies))
	for i := range run.Policies {
		names[i] = run.Policies[i].Name
	}
	return names
}

// words is a text column over a small set of words, in order of appearance.
type words struct {
	codes []int32
	dict  []string
	at    map[string]int32
}

// add appends a word; "" is null.
func (w *words) add(word string) {
	if word == "" {
		w.codes = append(w.codes, -1)
		return
	}
	if w.at == nil {
		w.at = map[string]int32{}
	}
	code, ok := w.at[word]
	if !ok {
		code = int32(len(w.dict))
		w.at[word] = code
		w.dict = append(w.dict, word)
	}
	w.codes = append(w.codes, code)
}

func (w *words) column(name string) columnar.Column { return columnar.Coded(name, w.codes, w.dict) }

// fixed is a column of decimals of a scale from their integers.
func fixed[T ~int64](name string, scale int, v []T) columnar.Column {
	cells := make([]columnar.Int128, len(v))
	for i, x := range v {
		cells[i] = columnar.Int128{Hi: int64(x) >> 63, Lo: uint64(x)}
	}
	return columnar.Column{Name: name, Type: columnar.Type{Kind: columnar.Decimal, Precision: 38, Scale: scale}, Decimals: cells}
}

// dateAt is the date of a session, NoDate for none.
func dateAt(p *data.Panel, session int32) data.Date {
	if session < 0 {
		return data.NoDate
	}
	return p.Date(int(session))
}

// orNull is x, or NaN (null) when x stands for nothing.
func orNull(x float64, is bool) float64 {
	if !is {
		return math.NaN()
	}
	return x
}

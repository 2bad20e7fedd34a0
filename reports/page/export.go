package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

// Exported is a table for export: each column has its printed texts and, for numbers,
// the full values.
type Exported struct {
	Name, Title string
	Columns     []ExportColumn
	Turned      bool // on paper a row a column: there are more of these than a page is wide
}

// ExportColumn is one column; values nil: text.
type ExportColumn struct {
	Key, Title, unit string
	Text             []string
	Values           []float64
}

// Words adds a column of texts.
func (t *Exported) Words(key, title string, text []string) {
	t.Columns = append(t.Columns, ExportColumn{Key: key, Title: title, Text: text})
}

// Numbers adds values of one unit.
func (t *Exported) Numbers(key, title string, unit metric.Unit, values []float64) {
	t.Columns = append(t.Columns, ExportColumn{key, title, UnitNames[unit], draw.InUnit(unit, values), values})
}

// Rows returns the number of rows.
func (t *Exported) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return len(t.Columns[0].Text)
}

// align has a letter a column: l for text, r for numbers.
func (t *Exported) align() string {
	var b strings.Builder
	for _, c := range t.Columns {
		if c.Values == nil {
			b.WriteByte('l')
		} else {
			b.WriteByte('r')
		}
	}
	return b.String()
}

// each calls f with the cells of every row, each made by cell.
func (t *Exported) each(cell func(c *ExportColumn, i int) string, f func(cells []string)) {
	cells := make([]string, len(t.Columns))
	for i := range t.Rows() {
		for k := range t.Columns {
			cells[k] = cell(&t.Columns[k], i)
		}
		f(cells)
	}
}

func (t *Exported) heads(shown func(string) string) (all []string) {
	for _, c := range t.Columns {
		all = append(all, shown(c.Title))
	}
	return all
}

// onPaper is the table as Markdown and LaTeX show it.
func (t *Exported) onPaper() *Exported {
	if !t.Turned {
		return t
	}
	p := &Exported{Name: t.Name, Title: t.Title}
	var titles []string
	for _, c := range t.Columns[1:] {
		titles = append(titles, c.Title)
	}
	p.Words("measure", "Measure", titles)
	for i, name := range t.Columns[0].Text {
		text := make([]string, len(titles))
		for k, c := range t.Columns[1:] {
			text[k] = c.Text[i]
		}
		p.Columns = append(p.Columns, ExportColumn{Key: name, Title: name, Text: text, Values: make([]float64, len(text))})
	}
	return p
}

// Markdown writes the table as Markdown.
func (t *Exported) Markdown(w io.Writer) error {
	t = t.onPaper()
	d := &Document{}
	d.Line("**%s**", Escape(t.Title))
	var rows [][]string
	t.each(func(c *ExportColumn, i int) string { return Escape(c.Text[i]) }, func(cells []string) {
		rows = append(rows, append([]string(nil), cells...))
	})
	d.Table(t.heads(Escape), t.align(), rows)
	_, err := io.WriteString(w, d.B.String())
	return err
}

// CSV writes RFC 4180: a line of keys, numbers in full, undefined ones empty.
func (t *Exported) CSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	var keys []string
	for _, col := range t.Columns {
		keys = append(keys, harmless(col.Key))
	}
	if err := c.Write(keys); err != nil {
		return err
	}
	var failed error
	t.each(func(col *ExportColumn, i int) string {
		if col.Values == nil {
			return harmless(draw.Clean(col.Text[i], 4000))
		}
		if !data.Finite(col.Values[i]) {
			return ""
		}
		return strconv.FormatFloat(col.Values[i], 'g', -1, 64)
	}, func(cells []string) {
		if failed == nil {
			failed = c.Write(cells)
		}
	})
	c.Flush()
	if failed != nil {
		return failed
	}
	return c.Error()
}

// longest is the number of rows from which on a LaTeX table may break over pages.
const longest = 45

// LaTeX writes a tabular with the rules of booktabs, of many rows a longtable.
func (t *Exported) LaTeX(w io.Writer) error {
	t = t.onPaper()
	var b strings.Builder
	env := "tabular"
	packages := "booktabs"
	if t.Rows() > longest {
		env, packages = "longtable", "booktabs, longtable"
	}
	fmt.Fprintf(&b, "%% %s\n%% needs the packages %s\n\\begin{%s}{%s}\n\\toprule\n", strings.ReplaceAll(draw.Clean(t.Title, 200), "%", ""), packages, env, t.align())
	b.WriteString(latexLine(t.heads(latexCell)) + "\\midrule\n")
	if env == "longtable" {
		b.WriteString("\\endhead\n")
	}
	t.each(func(c *ExportColumn, i int) string { return latexCell(c.Text[i]) }, func(cells []string) {
		b.WriteString(latexLine(cells))
	})
	fmt.Fprintf(&b, "\\bottomrule\n\\end{%s}\n", env)
	_, err := io.WriteString(w, b.String())
	return err
}

var latexEscapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `%`, `\%`,
	`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, draw.Minus, `$-$`, `…`, `\ldots{}`, `·`, `\textperiodcentered{}`,
	`<`, `\textless{}`, `>`, `\textgreater{}`, `|`, `\textbar{}`, "\"", `\textquotedbl{}`, ` %`, `\,\%`,
)

// latexCell is a text of any length that LaTeX prints as it is.
func latexCell(s string) string { return latexEscapes.Replace(draw.Clean(s, 4000)) }

// latexLine ends a row; what begins with a bracket or a star would be taken for
// an argument of the row before.
func latexLine(cells []string) string {
	line := strings.Join(cells, " & ")
	if strings.HasPrefix(line, "[") || strings.HasPrefix(line, "*") {
		line = "{}" + line
	}
	return line + " \\\\\n"
}

// JSON writes {"table", "title", "columns", "rows"}, a row an object; undefined is
// null.
func (t *Exported) JSON(w io.Writer) error {
	columns := &Object{}
	for _, c := range t.Columns {
		o := &Object{}
		o.Put("title", c.Title)
		if c.Values != nil {
			o.Put("unit", c.unit)
		}
		columns.Put(c.Key, o)
	}
	var rows bytes.Buffer
	for i := range t.Rows() {
		o := &Object{}
		for _, c := range t.Columns {
			if c.Values != nil {
				o.Put(c.Key, c.Values[i])
			} else {
				o.Put(c.Key, c.Text[i])
			}
		}
		if i > 0 {
			rows.WriteByte(',')
		}
		rows.Write(o.Bytes())
	}
	top := &Object{}
	top.Put("table", t.Name)
	top.Put("title", t.Title)
	top.Put("columns", columns)
	top.Put("rows", json.RawMessage("["+rows.String()+"]"))
	var b bytes.Buffer
	if err := json.Indent(&b, top.Bytes(), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

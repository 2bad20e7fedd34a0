package reports

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

// exported is a table on its way out of the house: each column has what is printed
// and, of numbers, the values in full.
type exported struct {
	name, title string
	columns     []exportColumn
	turned      bool // on paper a row a column: there are more of these than a page is wide
}

// exportColumn is one column; values nil: text.
type exportColumn struct {
	key, title, unit string
	text             []string
	values           []float64
}

func (t *exported) words(key, title string, text []string) {
	t.columns = append(t.columns, exportColumn{key: key, title: title, text: text})
}

// numbers adds values of one unit.
func (t *exported) numbers(key, title string, unit metric.Unit, values []float64) {
	t.columns = append(t.columns, exportColumn{key, title, unitNames[unit], inUnit(unit, values), values})
}

func (t *exported) rows() int {
	if len(t.columns) == 0 {
		return 0
	}
	return len(t.columns[0].text)
}

// align has a letter a column: l for text, r for numbers.
func (t *exported) align() string {
	var b strings.Builder
	for _, c := range t.columns {
		if c.values == nil {
			b.WriteByte('l')
		} else {
			b.WriteByte('r')
		}
	}
	return b.String()
}

// each calls f with the cells of every row, each made by cell.
func (t *exported) each(cell func(c *exportColumn, i int) string, f func(cells []string)) {
	cells := make([]string, len(t.columns))
	for i := range t.rows() {
		for k := range t.columns {
			cells[k] = cell(&t.columns[k], i)
		}
		f(cells)
	}
}

func (t *exported) heads(shown func(string) string) (all []string) {
	for _, c := range t.columns {
		all = append(all, shown(c.title))
	}
	return all
}

// onPaper is the table as Markdown and LaTeX show it.
func (t *exported) onPaper() *exported {
	if !t.turned {
		return t
	}
	p := &exported{name: t.name, title: t.title}
	var titles []string
	for _, c := range t.columns[1:] {
		titles = append(titles, c.title)
	}
	p.words("measure", "Measure", titles)
	for i, name := range t.columns[0].text {
		text := make([]string, len(titles))
		for k, c := range t.columns[1:] {
			text[k] = c.text[i]
		}
		p.columns = append(p.columns, exportColumn{key: name, title: name, text: text, values: make([]float64, len(text))})
	}
	return p
}

func (t *exported) markdown(w io.Writer) error {
	t = t.onPaper()
	d := &document{}
	d.line("**%s**", escape(t.title))
	var rows [][]string
	t.each(func(c *exportColumn, i int) string { return escape(c.text[i]) }, func(cells []string) {
		rows = append(rows, append([]string(nil), cells...))
	})
	d.table(t.heads(escape), t.align(), rows)
	_, err := io.WriteString(w, d.b.String())
	return err
}

// csv writes RFC 4180: a line of keys, numbers in full, undefined ones empty.
func (t *exported) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	var keys []string
	for _, col := range t.columns {
		keys = append(keys, harmless(col.key))
	}
	if err := c.Write(keys); err != nil {
		return err
	}
	var failed error
	t.each(func(col *exportColumn, i int) string {
		if col.values == nil {
			return harmless(clean(col.text[i], 4000))
		}
		if !data.Finite(col.values[i]) {
			return ""
		}
		return strconv.FormatFloat(col.values[i], 'g', -1, 64)
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

// latex writes a tabular with the rules of booktabs, of many rows a longtable.
func (t *exported) latex(w io.Writer) error {
	t = t.onPaper()
	var b strings.Builder
	env := "tabular"
	packages := "booktabs"
	if t.rows() > longest {
		env, packages = "longtable", "booktabs, longtable"
	}
	fmt.Fprintf(&b, "%% %s\n%% needs the packages %s\n\\begin{%s}{%s}\n\\toprule\n", strings.ReplaceAll(clean(t.title, 200), "%", ""), packages, env, t.align())
	b.WriteString(latexLine(t.heads(latexCell)) + "\\midrule\n")
	if env == "longtable" {
		b.WriteString("\\endhead\n")
	}
	t.each(func(c *exportColumn, i int) string { return latexCell(c.text[i]) }, func(cells []string) {
		b.WriteString(latexLine(cells))
	})
	fmt.Fprintf(&b, "\\bottomrule\n\\end{%s}\n", env)
	_, err := io.WriteString(w, b.String())
	return err
}

var latexEscapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `%`, `\%`,
	`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, minus, `$-$`, `…`, `\ldots{}`, `·`, `\textperiodcentered{}`,
	`<`, `\textless{}`, `>`, `\textgreater{}`, `|`, `\textbar{}`, "\"", `\textquotedbl{}`, ` %`, `\,\%`,
)

// latexCell is a text of any length that LaTeX prints as it is.
func latexCell(s string) string { return latexEscapes.Replace(clean(s, 4000)) }

// latexLine ends a row; what begins with a bracket or a star would be taken for
// an argument of the row before.
func latexLine(cells []string) string {
	line := strings.Join(cells, " & ")
	if strings.HasPrefix(line, "[") || strings.HasPrefix(line, "*") {
		line = "{}" + line
	}
	return line + " \\\\\n"
}

// json writes {"table", "title", "columns", "rows"}, a row an object; undefined is
// null.
func (t *exported) json(w io.Writer) error {
	columns := &object{}
	for _, c := range t.columns {
		o := &object{}
		o.put("title", c.title)
		if c.values != nil {
			o.put("unit", c.unit)
		}
		columns.put(c.key, o)
	}
	var rows bytes.Buffer
	for i := range t.rows() {
		o := &object{}
		for _, c := range t.columns {
			if c.values != nil {
				o.put(c.key, c.values[i])
			} else {
				o.put(c.key, c.text[i])
			}
		}
		if i > 0 {
			rows.WriteByte(',')
		}
		rows.Write(o.bytes())
	}
	top := &object{}
	top.put("table", t.name)
	top.put("title", t.title)
	top.put("columns", columns)
	top.put("rows", json.RawMessage("["+rows.String()+"]"))
	var b bytes.Buffer
	if err := json.Indent(&b, top.bytes(), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

package sweep

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

// sheet is a table that is written as Markdown, CSV, LaTeX and JSON.
type sheet struct {
	name, title, note string
	columns           []column
}

// column is a column: what is printed and, of numbers, the numbers.
type column struct {
	title, key string
	text       []string
	x          []float64 // nil: texts
	long       bool      // left out on paper
}

func (t *sheet) rows() int {
	if len(t.columns) == 0 {
		return 0
	}
	return len(t.columns[0].text)
}

func (t *sheet) words(title, key string, text []string) {
	t.columns = append(t.columns, column{title: title, key: key, text: text})
}

func (t *sheet) values(title, key string, text []string, x []float64) {
	t.columns = append(t.columns, column{title: title, key: key, text: text, x: x})
}

// number adds numbers that are written one by one; n/a where undefined.
func (t *sheet) number(title, key string, x []float64, write func(float64) string) {
	text := make([]string, len(x))
	for i, v := range x {
		if text[i] = draw.Undefined; data.Finite(v) {
			text[i] = write(v)
		}
	}
	t.values(title, key, text, x)
}

// measure adds a measure at some points.
func (t *sheet) measure(m *Measure, points []int) {
	x := make([]float64, len(points))
	for i, p := range points {
		x[i] = m.X[p]
	}
	t.values(m.Title, m.Name, m.texts(x), x)
}

// pointColumns add where points lie on the axes that vary, and their ids.
func (s *Sweep) pointColumns(t *sheet, points []int) {
	for _, i := range s.varied() {
		a := &s.Axes[i]
		c := column{title: a.title(), key: a.Name}
		for _, p := range points {
			c.text = append(c.text, a.Labels[a.At[p]])
			if a.ordered() && !a.Dates {
				c.x = append(c.x, a.X[a.At[p]])
			}
		}
		t.columns = append(t.columns, c)
	}
	id := column{title: "Point", key: sweepPoint, long: true}
	for _, p := range points {
		id.text = append(id.text, draw.Clean(s.IDs[p], 80))
	}
	t.columns = append(t.columns, id)
}

// inNumber is a point that escape takes for a list's: in a cell none begins.
var inNumber = regexp.MustCompile(`^(\d+)\\\.(\d)`)

// markdown writes the table with its title and note.
func (t *sheet) markdown(d *page.Document) {
	var head []string
	align := ""
	rows := make([][]string, t.rows())
	for _, c := range t.columns {
		if c.long {
			continue
		}
		head = append(head, page.Escape(c.title))
		if align += "r"; c.x == nil {
			align = align[:len(align)-1] + "l"
		}
		for i := range rows {
			text := c.text[i]
			if c.x == nil {
				text = inNumber.ReplaceAllString(page.Escape(text), "$1.$2")
			}
			rows[i] = append(rows[i], text) // numbers hold nothing that Markdown reads
		}
	}
	d.Line("### %s", page.Escape(t.title))
	d.Table(head, align, rows)
	if t.note != "" {
		var parts []string // a part at a time: a text of a name is cut when it is long
		for _, p := range strings.SplitAfter(t.note, ". ") {
			parts = append(parts, page.Escape(p))
		}
		d.Line("%s", strings.Join(parts, " "))
	}
}

// export is the table as all tables are written; on paper without the long columns,
// unless there are no others.
func (t *sheet) export(paper bool) *page.Exported {
	paper = paper && slices.ContainsFunc(t.columns, func(c column) bool { return !c.long })
	out := &page.Exported{Name: t.name, Title: t.title}
	for _, c := range t.columns {
		if !c.long || !paper {
			out.Columns = append(out.Columns, page.ExportColumn{Key: c.key, Title: c.title, Text: c.text, Values: c.x})
		}
	}
	return out
}

// csv writes keys and numbers in full.
func (t *sheet) csv(w io.Writer) error { return t.export(false).CSV(w) }

// latex writes a tabular, or of many rows a longtable.
func (t *sheet) latex(w io.Writer) error { return t.export(true).LaTeX(w) }

// jsonTable is a table in JSON: numbers in full, null where undefined.
type jsonTable struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Note    string   `json:"note,omitempty"`
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

func (t *sheet) json() jsonTable {
	out := jsonTable{Name: t.name, Title: t.title, Note: t.note, Rows: make([][]any, t.rows())}
	for _, c := range t.columns {
		out.Columns = append(out.Columns, c.key)
		for i := range out.Rows {
			var v any
			switch {
			case c.x == nil:
				v = c.text[i]
			case data.Finite(c.x[i]):
				v = c.x[i]
			}
			out.Rows[i] = append(out.Rows[i], v)
		}
	}
	return out
}

// writeTables writes all tables as one JSON document.
func writeTables(w io.Writer, s *Sweep, tables []*sheet) error {
	doc := struct {
		Schema int         `json:"schema"`
		Name   string      `json:"experiment"`
		Points int         `json:"points"`
		Failed int         `json:"failed"`
		Where  []string    `json:"where,omitempty"`
		Over   string      `json:"difference_to,omitempty"`
		Tables []jsonTable `json:"tables"`
	}{1, draw.Clean(s.Name, 400), s.Points(), s.Failed(), s.fixed, s.against, nil}
	for _, t := range tables {
		doc.Tables = append(doc.Tables, t.json())
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

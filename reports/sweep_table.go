package reports

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"

	"evenkeel/data"
)

// sweepTable is a table that is written as Markdown, CSV, LaTeX and JSON.
type sweepTable struct {
	name, title, note string
	columns           []sweepColumn
}

// sweepColumn is a column: what is printed and, of numbers, the numbers.
type sweepColumn struct {
	title, key string
	text       []string
	x          []float64 // nil: texts
	long       bool      // left out on paper
}

func (t *sweepTable) rows() int {
	if len(t.columns) == 0 {
		return 0
	}
	return len(t.columns[0].text)
}

func (t *sweepTable) words(title, key string, text []string) {
	t.columns = append(t.columns, sweepColumn{title: title, key: key, text: text})
}

func (t *sweepTable) values(title, key string, text []string, x []float64) {
	t.columns = append(t.columns, sweepColumn{title: title, key: key, text: text, x: x})
}

// number adds numbers that are written one by one; n/a where undefined.
func (t *sweepTable) number(title, key string, x []float64, write func(float64) string) {
	text := make([]string, len(x))
	for i, v := range x {
		if text[i] = undefined; data.Finite(v) {
			text[i] = write(v)
		}
	}
	t.values(title, key, text, x)
}

// measure adds a measure at some points.
func (t *sweepTable) measure(m *SweepMeasure, points []int) {
	x := make([]float64, len(points))
	for i, p := range points {
		x[i] = m.X[p]
	}
	t.values(m.Title, m.Name, m.texts(x), x)
}

// pointColumns add where points lie on the axes that vary, and their ids.
func (s *Sweep) pointColumns(t *sweepTable, points []int) {
	for _, i := range s.varied() {
		a := &s.Axes[i]
		c := sweepColumn{title: a.title(), key: a.Name}
		for _, p := range points {
			c.text = append(c.text, a.Labels[a.At[p]])
			if a.ordered() && !a.Dates {
				c.x = append(c.x, a.X[a.At[p]])
			}
		}
		t.columns = append(t.columns, c)
	}
	id := sweepColumn{title: "Point", key: sweepPoint, long: true}
	for _, p := range points {
		id.text = append(id.text, clean(s.IDs[p], 80))
	}
	t.columns = append(t.columns, id)
}

// inNumber is a point that escape takes for a list's: in a cell none begins.
var inNumber = regexp.MustCompile(`^(\d+)\\\.(\d)`)

// markdown writes the table with its title and note.
func (t *sweepTable) markdown(d *document) {
	var head []string
	align := ""
	rows := make([][]string, t.rows())
	for _, c := range t.columns {
		if c.long {
			continue
		}
		head = append(head, escape(c.title))
		if align += "r"; c.x == nil {
			align = align[:len(align)-1] + "l"
		}
		for i := range rows {
			text := c.text[i]
			if c.x == nil {
				text = inNumber.ReplaceAllString(escape(text), "$1.$2")
			}
			rows[i] = append(rows[i], text) // numbers hold nothing that Markdown reads
		}
	}
	d.line("### %s", escape(t.title))
	d.table(head, align, rows)
	if t.note != "" {
		var parts []string // a part at a time: a text of a name is cut when it is long
		for _, p := range strings.SplitAfter(t.note, ". ") {
			parts = append(parts, escape(p))
		}
		d.line("%s", strings.Join(parts, " "))
	}
}

// export is the table as all tables are written; on paper without the long columns,
// unless there are no others.
func (t *sweepTable) export(paper bool) *exported {
	paper = paper && slices.ContainsFunc(t.columns, func(c sweepColumn) bool { return !c.long })
	out := &exported{name: t.name, title: t.title}
	for _, c := range t.columns {
		if !c.long || !paper {
			out.columns = append(out.columns, exportColumn{key: c.key, title: c.title, text: c.text, values: c.x})
		}
	}
	return out
}

// csv writes keys and numbers in full.
func (t *sweepTable) csv(w io.Writer) error { return t.export(false).csv(w) }

// latex writes a tabular, or of many rows a longtable.
func (t *sweepTable) latex(w io.Writer) error { return t.export(true).latex(w) }

// harmless is a text that no spreadsheet computes.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// sweepJSON is a table in JSON: numbers in full, null where undefined.
type sweepJSON struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Note    string   `json:"note,omitempty"`
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

func (t *sweepTable) json() sweepJSON {
	out := sweepJSON{Name: t.name, Title: t.title, Note: t.note, Rows: make([][]any, t.rows())}
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
func writeTables(w io.Writer, s *Sweep, tables []*sweepTable) error {
	doc := struct {
		Schema int         `json:"schema"`
		Name   string      `json:"experiment"`
		Points int         `json:"points"`
		Failed int         `json:"failed"`
		Where  []string    `json:"where,omitempty"`
		Over   string      `json:"difference_to,omitempty"`
		Tables []sweepJSON `json:"tables"`
	}{1, clean(s.Name, 400), s.Points(), s.Failed(), s.fixed, s.against, nil}
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

package sweep

import (
	"bytes"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

//go:embed html/sweep.gohtml html/sweep.css
var files embed.FS

var htmlTemplate = page.PageTemplate(files, "sweep")

// htmlPage is what the template prints; it escapes every text for its place.
type htmlPage struct {
	page.Frame
	Title string
	Sub   string
	Tiles []page.Tile
	Names string // of the axes, as labels of points have their values
	Facts []page.Pair
	Parts []htmlPart
	Terms []page.Term
	None  string
}

// htmlPart is a section of the page.
type htmlPart struct {
	ID, Title, Lead string
	Pictures        []htmlImage
	Tables          []htmlShown // open ones first
}

// htmlImage is a picture that the page carries.
type htmlImage struct {
	Alt        string
	Day, Night template.URL
	W          int
	H          int
}

// htmlShown is a table and what is said of it.
type htmlShown struct {
	Note string
	Open bool
	page.Table
}

// html writes sweep.html: one file that loads nothing and reads without its script.
func (w *Report) html(to io.Writer, tables []*sheet, pictures []draw.Picture) error {
	own, err := files.ReadFile("html/sweep.css")
	if err != nil {
		return err
	}
	p := &htmlPage{
		Frame: page.NewFrame(own),
		Title: page.OrElse(draw.Clean(w.s.Name, 200), "Sweep"), Sub: w.subtitle(), Tiles: w.tiles(), Names: w.s.labelled(), None: draw.Undefined,
	}
	for _, f := range w.s.facts() {
		p.Facts = append(p.Facts, page.Pair{Name: f[0], Text: f[1]})
	}
	if p.Parts, err = w.parts(tables, pictures); err != nil {
		return err
	}
	for _, m := range w.measures {
		if m.Doc != "" {
			p.Terms = append(p.Terms, page.Term{Title: draw.Clean(m.Title, 200), Key: m.Name, Better: page.Direction(m.Measure), Doc: draw.Clean(m.Doc, 2000), Details: draw.Clean(m.Details, 4000)})
		}
	}
	return page.WritePage(to, htmlTemplate, p)
}

func (w *Report) subtitle() string {
	var axes []string
	for _, i := range w.s.varied() {
		axes = append(axes, draw.Plural(len(w.s.Axes[i].Labels), "value", "values")+" of "+w.s.Axes[i].title())
	}
	return page.Join(draw.Plural(w.s.Points(), "point", "points"), strings.Join(axes, " × "), w.s.where(), overText(w.s.against))
}

func overText(against string) string {
	if against == "" {
		return ""
	}
	return "differences to " + against
}

// tiles are the best point by each measure that has a better and a worse.
func (w *Report) tiles() (all []page.Tile) {
	if w.s.against != "" {
		return nil
	}
	for _, m := range w.measures {
		best := w.choices.best(w.choices.measure(m.Name), 1)
		if len(best) == 0 {
			continue
		}
		word := map[int]string{-1: "Lowest ", 1: "Highest "}[m.Better]
		all = append(all, page.Tile{
			Label: word + inner(draw.Clean(m.Title, 60)), Text: m.texts([]float64{best[0].Value})[0],
			Key: page.Key{Name: w.choices.label(best[0].Point), Class: "base"},
		})
	}
	return all
}

// sections of the page, each with the beginnings of the names of what is in it.
var sections = []struct{ id, title, lead, begins string }{
	{"failed", "Failed points", "", "failures"},
	{"heat", "Two axes at a time", "Each cell is a point, or the mean over the points that share it. A hatched cell has none that ran.", "heat-"},
	{"front", "What a point costs and what it holds together", "Points on the line are not beaten in both by any other.", "pareto-"},
	{"axes", "Which axis matters", "A measure by the values of one axis, over all points that share the value.", "sensitivity effects-"},
	{"fan", "The luck of the start", "The same choices from different first days.", "fan-"},
	{"best", "Best points, and whether they stand on a plateau", "A best point whose neighbours are much worse is more likely luck than a rule.", "best-"},
}

// parts sort tables and pictures into the sections.
func (w *Report) parts(tables []*sheet, pictures []draw.Picture) (all []htmlPart, err error) {
	texts := w.described()
	for _, x := range sections {
		part := htmlPart{ID: x.id, Title: x.title, Lead: x.lead}
		here := func(name string) bool {
			return slices.ContainsFunc(strings.Fields(x.begins), func(b string) bool { return strings.HasPrefix(name, b) })
		}
		for i, p := range pictures {
			if !here(p.Name) {
				continue
			}
			img, err := newSweepImage(p, texts[i])
			if err != nil {
				return nil, err
			}
			part.Pictures = append(part.Pictures, img)
		}
		for _, t := range tables {
			if here(t.name) {
				open := x.id == "failed" || x.id == "front" || t.name == "sensitivity" || x.id == "best"
				part.Tables = append(part.Tables, t.shown(open))
			}
		}
		if part.Pictures != nil || part.Tables != nil {
			all = append(all, part)
		}
	}
	return append(all, htmlPart{ID: "points", Title: "Points", Tables: []htmlShown{w.s.pointsTable(mostPoints).shown(true)}}), nil
}

func newSweepImage(p draw.Picture, text string) (htmlImage, error) {
	var b bytes.Buffer
	if err := p.SVG(&b); err != nil {
		return htmlImage{}, err
	}
	return htmlImage{
		Alt: text, W: int(p.Width), H: int(p.Height),
		Day: svgURL(b.Bytes()), Night: svgURL(draw.Darkened(b.Bytes())),
	}, nil
}

func svgURL(svg []byte) template.URL {
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(svg))
}

// shown is the table as the page prints it. Values that are texts sort in the
// order of their first appearance.
func (t *sheet) shown(open bool) htmlShown {
	out := htmlShown{Note: t.note, Open: open, Table: page.Table{Title: t.title, Sort: true, Rows: make([]page.Row, t.rows())}}
	for i := range out.Rows {
		out.Rows[i].K = -1
	}
	var columns, last []column // what identifies a point stands last: it is wide
	for _, c := range t.columns {
		if c.long {
			last = append(last, c)
		} else {
			columns = append(columns, c)
		}
	}
	columns = append(columns, last...)
	for k, c := range columns {
		out.Head = append(out.Head, page.Head{Text: c.title, Left: c.x == nil})
		seen := map[string]float64{}
		for i := range out.Rows {
			if k == 0 {
				out.Rows[i].Name = c.text[i]
				continue
			}
			if c.x != nil {
				out.Rows[i].Cells = append(out.Rows[i].Cells, page.CellOf(c.text[i], c.x[i]))
				continue
			}
			if _, ok := seen[c.text[i]]; !ok {
				seen[c.text[i]] = float64(len(seen))
			}
			x := page.CellOf(c.text[i], seen[c.text[i]])
			x.Left = true
			out.Rows[i].Cells = append(out.Rows[i].Cells, x)
		}
	}
	return out
}

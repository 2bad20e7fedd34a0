package reports

import (
	"bytes"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed html/sweep.gohtml html/sweep.css
var sweepFiles embed.FS

// sweepTemplate has the parts of the run's page, too: its tables.
var sweepTemplate = template.Must(template.Must(htmlTemplate.Clone()).ParseFS(sweepFiles, "html/sweep.gohtml"))

// sweepPage is what the template prints; it escapes every text for its place.
type sweepPage struct {
	Policy   string // the Content-Security-Policy
	CSS, Own template.CSS
	JS       template.JS
	Title    string
	Sub      string
	Tiles    []htmlTile
	Names    string // of the axes, as labels of points have their values
	Facts    []htmlPair
	Parts    []sweepPart
	Terms    []htmlTerm
	None     string
}

// sweepPart is a section of the page.
type sweepPart struct {
	ID, Title, Lead string
	Pictures        []sweepImage
	Tables          []sweepShown // open ones first
}

// sweepImage is a picture that the page carries.
type sweepImage struct {
	Alt string
	URL template.URL
	W   int
	H   int
}

// sweepShown is a table and what is said of it.
type sweepShown struct {
	Note string
	Open bool
	htmlTable
}

// html writes sweep.html: one file that loads nothing and reads without its script.
func (w *SweepReport) html(to io.Writer, tables []*sweepTable, pictures []picture) error {
	own, err := sweepFiles.ReadFile("html/sweep.css")
	if err != nil {
		return err
	}
	css, js := embedded("report.css"), embedded("report.js")
	p := &sweepPage{
		Policy: contentPolicy(js, css, own),
		CSS:    template.CSS(css), Own: template.CSS(own), JS: template.JS(js),
		Title: orElse(clean(w.s.Name, 200), "Sweep"), Sub: w.subtitle(), Tiles: w.tiles(), Names: w.s.labelled(), None: undefined,
	}
	for _, f := range w.s.facts() {
		p.Facts = append(p.Facts, htmlPair{f[0], f[1]})
	}
	if p.Parts, err = w.parts(tables, pictures); err != nil {
		return err
	}
	for _, m := range w.measures {
		if m.Doc != "" {
			p.Terms = append(p.Terms, htmlTerm{clean(m.Title, 200), m.Name, direction(m.Measure), clean(m.Doc, 2000), clean(m.Details, 4000)})
		}
	}
	var b bytes.Buffer
	if err := sweepTemplate.ExecuteTemplate(&b, "sweep.gohtml", p); err != nil {
		return err
	}
	_, err = b.WriteTo(to)
	return err
}

func (w *SweepReport) subtitle() string {
	var axes []string
	for _, i := range w.s.varied() {
		axes = append(axes, plural(len(w.s.Axes[i].Labels), "value", "values")+" of "+w.s.Axes[i].title())
	}
	return join(plural(w.s.Points(), "point", "points"), strings.Join(axes, " × "), w.s.where(), overText(w.s.against))
}

func overText(against string) string {
	if against == "" {
		return ""
	}
	return "differences to " + against
}

// tiles are the best point by each measure that has a better and a worse.
func (w *SweepReport) tiles() (all []htmlTile) {
	if w.s.against != "" {
		return nil
	}
	for _, m := range w.measures {
		best := w.choices.best(w.choices.measure(m.Name), 1)
		if len(best) == 0 {
			continue
		}
		word := map[int]string{-1: "Lowest ", 1: "Highest "}[m.Better]
		all = append(all, htmlTile{
			Label: word + inner(clean(m.Title, 60)), Text: m.texts([]float64{best[0].Value})[0],
			Key: htmlKey{Name: w.choices.label(best[0].Point), Class: "base"},
		})
	}
	return all
}

// sections of the page, each with the beginnings of the names of what is in it.
var sweepSections = []struct{ id, title, lead, begins string }{
	{"failed", "Failed points", "", "failures"},
	{"heat", "Two axes at a time", "Each cell is a point, or the mean over the points that share it. A hatched cell has none that ran.", "heat-"},
	{"front", "What a point costs and what it holds together", "Points on the line are not beaten in both by any other.", "pareto-"},
	{"axes", "Which axis matters", "A measure by the values of one axis, over all points that share the value.", "sensitivity effects-"},
	{"fan", "The luck of the start", "The same choices from different first days.", "fan-"},
	{"best", "Best points, and whether they stand on a plateau", "A best point whose neighbours are much worse is more likely luck than a rule.", "best-"},
}

// parts sort tables and pictures into the sections.
func (w *SweepReport) parts(tables []*sweepTable, pictures []picture) (all []sweepPart, err error) {
	texts := w.described()
	for _, x := range sweepSections {
		part := sweepPart{ID: x.id, Title: x.title, Lead: x.lead}
		here := func(name string) bool {
			return slices.ContainsFunc(strings.Fields(x.begins), func(b string) bool { return strings.HasPrefix(name, b) })
		}
		for i, p := range pictures {
			if !here(p.name) {
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
	return append(all, sweepPart{ID: "points", Title: "Points", Tables: []sweepShown{w.s.pointsTable(mostPoints).shown(true)}}), nil
}

func newSweepImage(p picture, text string) (sweepImage, error) {
	var b bytes.Buffer
	if err := p.svg(&b); err != nil {
		return sweepImage{}, err
	}
	return sweepImage{
		Alt: text, W: int(p.width), H: int(p.height),
		URL: template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(b.Bytes())),
	}, nil
}

// shown is the table as the page prints it. Values that are texts sort in the
// order of their first appearance.
func (t *sweepTable) shown(open bool) sweepShown {
	out := sweepShown{Note: t.note, Open: open, htmlTable: htmlTable{Title: t.title, Sort: true, Rows: make([]htmlRow, t.rows())}}
	for i := range out.Rows {
		out.Rows[i].K = -1
	}
	var columns, last []sweepColumn // what identifies a point stands last: it is wide
	for _, c := range t.columns {
		if c.long {
			last = append(last, c)
		} else {
			columns = append(columns, c)
		}
	}
	columns = append(columns, last...)
	for k, c := range columns {
		out.Head = append(out.Head, htmlHead{Text: c.title, Left: c.x == nil})
		seen := map[string]float64{}
		for i := range out.Rows {
			if k == 0 {
				out.Rows[i].Name = c.text[i]
				continue
			}
			if c.x != nil {
				out.Rows[i].Cells = append(out.Rows[i].Cells, cellOf(c.text[i], c.x[i]))
				continue
			}
			if _, ok := seen[c.text[i]]; !ok {
				seen[c.text[i]] = float64(len(seen))
			}
			x := cellOf(c.text[i], seen[c.text[i]])
			x.Left = true
			out.Rows[i].Cells = append(out.Rows[i].Cells, x)
		}
	}
	return out
}

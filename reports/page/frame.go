// Package page provides the parts that documents share: the frame of an HTML page with
// its style and script, charts, tables; Markdown, CSV, LaTeX and JSON.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"io/fs"

	"evenkeel/reports/draw"
)

//go:embed html/parts.gohtml html/page.css html/page.js
var frameFiles embed.FS

// Frame is what every page has: the policy that forbids it all connections, its
// styles and its script. Own are the styles of one product.
type Frame struct {
	Policy   string // the Content-Security-Policy
	CSS, Own template.CSS
	JS       template.JS
}

// PageTemplate returns the template NAME.gohtml of files with the parts that pages
// share: tables, charts, legends, tiles, the scatter, rules and terms.
func PageTemplate(files fs.FS, name string) *template.Template {
	t := template.Must(template.New(name+".gohtml").ParseFS(frameFiles, "html/parts.gohtml"))
	return template.Must(t.ParseFS(files, "html/"+name+".gohtml"))
}

// NewFrame returns the frame of a page with styles of its own, which may be nil. The
// colours come from package draw, as those of figures do.
func NewFrame(own []byte) Frame {
	css, js := append([]byte(draw.Variables()), Embedded("page.css")...), Embedded("page.js")
	styles := [][]byte{css}
	if own != nil {
		styles = append(styles, own)
	}
	return Frame{Policy: contentPolicy(js, styles...), CSS: template.CSS(css), Own: template.CSS(own), JS: template.JS(js)}
}

// WritePage executes a page's template into w; nothing is written on an error of it.
func WritePage(w io.Writer, t *template.Template, data any) error {
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

// Embedded is an embedded file; it is there, or the program would not build.
func Embedded(name string) []byte {
	b, err := frameFiles.ReadFile("html/" + name)
	if err != nil {
		panic(err)
	}
	return b
}

// SourceHash is how a policy names a style or script that it allows.
func SourceHash(b []byte) string {
	sum := sha256.Sum256(b)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// contentPolicy is the Content-Security-Policy of a page: no connection, and no
// script and styles but these.
func contentPolicy(script []byte, styles ...[]byte) string {
	policy := "default-src 'none'; img-src data:; style-src"
	for _, s := range styles {
		policy += " " + SourceHash(s)
	}
	return policy + "; script-src " + SourceHash(script) + "; base-uri 'none'; form-action 'none'"
}

// Tile is one of the figures under the title.
type Tile struct {
	Label string
	Key   Key
	Text  string
	Note  string
}

// Pair is a line of a list of names and values.
type Pair struct{ Name, Text string }

// Rule describes what a policy does.
type Rule struct {
	Key    Key
	Text   string
	IsBase bool
	Digest string // of its trades; "": unknown
}

// Key is a policy in a legend: its place among the policies and its colour.
type Key struct {
	K     int
	Name  string
	Class string
}

// Term is a defined measure.
type Term struct{ Title, Key, Better, Doc, Details string }

package reports

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
)

func init() {
	add("html", "the report as one page for a browser: what ran, results, charts, weights, costs, every look, returns, definitions",
		`report.html, one file that loads nothing: styles, pictures and data are in it. It reads and prints without its script, which adds sorting, values under the pointer, hiding of policies, a log axis and the log of all looks. A policy forbids it every connection and all styles and scripts but its own, known by their SHA-256.`,
		func(dir Dir, run *Run) error {
			return dir.Write("report.html", func(w io.Writer) error { return HTML(w, run) })
		})
}

//go:embed html/report.gohtml html/report.css html/report.js
var htmlFiles embed.FS

var htmlTemplate = template.Must(template.New("report.gohtml").ParseFS(htmlFiles, "html/report.gohtml"))

// htmlPage is what the template prints. Everything in it that comes from a run is
// a plain string or number, which the template escapes for the place it stands in.
type htmlPage struct {
	Policy   string       // the Content-Security-Policy
	CSS      template.CSS // the embedded files, as they are
	JS       template.JS
	Title    string
	Warnings []string
	Doubted  string   // that there are warnings on the data
	Doubts   []string // those
	Period   string
	Ran      []htmlPair
	Rules    []htmlRule
	Config   string // the settings in JSON; "": not known
	Prints   []htmlPair
	Tiles    []htmlTile

	Headline   htmlTable
	Measures   []htmlTable
	Base       string
	Legend     []htmlKey
	Growth     []htmlChart
	Tracking   []htmlChart
	Scatter    *htmlScatter
	Weights    []htmlWeights
	Drift      []htmlChart
	DriftRows  htmlTable
	Turnover   htmlTable
	CostYears  htmlTable
	Parts      []htmlTable // costs by component and year, a policy each
	Bars       *htmlBars
	Falls      []htmlFall
	FallRows   htmlTable
	Log        htmlLog
	Years      htmlTable
	Months     []htmlTable
	OpenMonths int       // of them, shown at first
	Parted     htmlTable // the return by asset
	Deepest    htmlTable // falls
	Taxes      *htmlTaxes
	Flows      []htmlTable
	Terms      []htmlTerm
	Undefined  string
	Currency   string
	HasFlows   bool
	RuinNote   string // under returns by year; "": no policy was ruined
}

// htmlPair is a line of a list of names and values.
type htmlPair struct{ Name, Text string }

// htmlRule says what a policy does.
type htmlRule struct {
	Key    htmlKey
	Text   string
	IsBase bool
	Digest string // of its trades; "": unknown
}

// htmlKey is a policy in a legend: its place among the policies and its colour.
type htmlKey struct {
	K     int
	Name  string
	Class string
}

// htmlTerm is a defined measure.
type htmlTerm struct{ Title, Key, Better, Doc, Details string }

// HTML writes report.html.
func HTML(w io.Writer, run *Run) error {
	if err := run.check(); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := htmlTemplate.Execute(&b, newHTMLPage(run)); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

// embedded is an embedded file; it is there, or the program would not build.
func embedded(name string) []byte {
	b, err := htmlFiles.ReadFile("html/" + name)
	if err != nil {
		panic(err)
	}
	return b
}

// sourceHash is how a policy names a style or script that it allows.
func sourceHash(b []byte) string {
	sum := sha256.Sum256(b)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// contentPolicy is the Content-Security-Policy of a page: no connection, and no
// script and styles but these.
func contentPolicy(script []byte, styles ...[]byte) string {
	policy := "default-src 'none'; img-src data:; style-src"
	for _, s := range styles {
		policy += " " + sourceHash(s)
	}
	return policy + "; script-src " + sourceHash(script) + "; base-uri 'none'; form-action 'none'"
}

func newHTMLPage(run *Run) *htmlPage {
	css, js := embedded("report.css"), embedded("report.js")
	p := &htmlPage{
		Policy: contentPolicy(js, css),
		CSS:    template.CSS(css), JS: template.JS(js),
		Title: orElse(clean(run.Name, 200), "Backtest"), Undefined: undefined,
		Currency: clean(run.Currency, 12), HasFlows: run.flows(), Legend: run.htmlKeys(),
	}
	for _, n := range run.warnings() {
		p.Warnings = append(p.Warnings, clean(n, 2000))
	}
	if p.Doubts = run.shownDoubts(); p.Doubts != nil {
		p.Doubted = run.doubted()
	}
	run.htmlHead(p)
	run.htmlResults(p)
	p.Growth = run.htmlGrowth()
	p.Tracking = run.htmlTracking()
	p.Scatter = run.htmlScatter()
	for i := range run.Policies {
		if w, ok := run.htmlWeights(i); ok {
			p.Weights = append(p.Weights, w)
		}
	}
	run.htmlDrift(p)
	run.htmlCosts(p)
	run.htmlFalls(p)
	run.htmlReturns(p)
	p.Taxes, p.Flows = run.htmlTaxes(), run.htmlFlows()
	p.Log = run.htmlLog()
	p.Terms = run.htmlTerms()
	return p
}

// htmlTerms are the definitions of every measure on the page.
func (run *Run) htmlTerms() (all []htmlTerm) {
	for _, m := range run.measures() {
		all = append(all, htmlTerm{clean(m.Title, 200), m.Name, direction(m), clean(m.Doc, 2000), clean(m.Details, 4000)})
	}
	return all
}

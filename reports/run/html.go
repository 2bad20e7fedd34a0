package run

import (
	"embed"
	"io"
	"strconv"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

func init() {
	add("html", "the report as one page for a browser: what ran, results, charts, weights, costs, every look, returns, definitions",
		`report.html, one file that loads nothing: styles, pictures and data are in it. It reads and prints without its script, which adds sorting, values under the pointer, hiding of policies, a log axis and the log of all looks. A policy forbids it every connection and all styles and scripts but its own, known by their SHA-256.`,
		func(dir draw.Dir, run *Run) error {
			return dir.Write("report.html", func(w io.Writer) error { return HTML(w, run) })
		})
}

//go:embed html/report.gohtml
var htmlFiles embed.FS

var htmlTemplate = page.PageTemplate(htmlFiles, "report")

// htmlPage is what the template prints. Everything in it that comes from a run is
// a plain string or number, which the template escapes for the place it stands in.
type htmlPage struct {
	page.Frame
	Title        string
	Warnings     []string
	Doubted      string   // that there are warnings on the data
	DataWarnings []string // those
	Period       string
	Ran          []page.Pair
	Rules        []page.Rule
	Config       string // the settings in JSON; "": not known
	Prints       []page.Pair
	Tiles        []page.Tile

	Headline   page.Table
	Measures   []page.Table
	Base       string
	Legend     []page.Key
	Growth     []page.Chart
	Tracking   []page.Chart
	Scatter    *page.Scatter
	Weights    []htmlWeights
	Drift      []page.Chart
	DriftRows  page.Table
	Turnover   page.Table
	CostYears  page.Table
	Parts      []page.Table // costs by component and year, a policy each
	Bars       *htmlBars
	Falls      []htmlFall
	FallRows   page.Table
	Log        htmlLog
	Years      page.Table
	Months     []page.Table
	OpenMonths int        // of them, shown at first
	Parted     page.Table // the return by asset
	Deepest    page.Table // falls
	Taxes      *htmlTaxes
	Flows      []page.Table
	Terms      []page.Term
	Undefined  string
	Currency   string
	HasFlows   bool
	RuinNote   string // under returns by year; "": no policy was ruined
}

// HTML writes report.html.
func HTML(w io.Writer, run *Run) error {
	if err := run.Check(); err != nil {
		return err
	}
	return page.WritePage(w, htmlTemplate, newHTMLPage(run))
}

func newHTMLPage(run *Run) *htmlPage {
	p := &htmlPage{
		Frame: page.NewFrame(nil),
		Title: page.OrElse(draw.Clean(run.Name, 200), "Backtest"), Undefined: draw.Undefined,
		Currency: draw.Clean(run.Currency, 12), HasFlows: run.flows(), Legend: run.HTMLKeys(),
	}
	for _, n := range run.Warnings() {
		p.Warnings = append(p.Warnings, draw.Clean(n, 2000))
	}
	if p.DataWarnings = run.shownWarnings(); p.DataWarnings != nil {
		p.Doubted = run.doubted()
	}
	run.htmlHead(p)
	run.htmlResults(p)
	p.Growth = run.HTMLGrowth()
	p.Tracking = run.htmlTracking()
	p.Scatter = run.HTMLScatter()
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
	p.Terms = run.HTMLTerms()
	return p
}

// HTMLTerms are the definitions of every measure on the page.
func (run *Run) HTMLTerms() (all []page.Term) {
	for _, m := range run.Measures() {
		all = append(all, page.Term{Title: draw.Clean(m.Title, 200), Key: m.Name, Better: page.Direction(m), Doc: draw.Clean(m.Doc, 2000), Details: draw.Clean(m.Details, 4000)})
	}
	return all
}

// HTMLKeys are the policies with their colours: the base in ink, the others in the
// palette's order, dashed when it repeats.
func (run *Run) HTMLKeys() []page.Key {
	all := make([]page.Key, len(run.Policies))
	base, k := run.base(), 0
	for i := range all {
		all[i] = page.Key{K: i, Name: draw.Clean(run.Policies[i].Name, 400), Class: "base"}
		if &run.Policies[i] == base {
			continue
		}
		n := len(draw.LineColors)
		all[i].Class = "c" + strconv.Itoa(k%n) + " d" + strconv.Itoa(k/n%len(draw.LineDashes))
		k++
	}
	return all
}

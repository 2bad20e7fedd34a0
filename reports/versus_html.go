package reports

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed html/compare.gohtml html/compare.css
var versusFiles embed.FS

// versusTemplate has the parts of the run's page, too: tables, charts, legends.
var versusTemplate = template.Must(template.Must(htmlTemplate.Clone()).ParseFS(versusFiles, "html/compare.gohtml"))

// versusPage is what the template prints; it escapes every text for its place.
// Cells that show a number of compare.json name its key, from the policy on.
type versusPage struct {
	Policy   string // the Content-Security-Policy
	CSS, Own template.CSS
	JS       template.JS
	Title    string
	Sub      string
	Window   string
	Warnings []string
	Runs     []versusOrigin
	Rules    []htmlRule
	Base     string

	Tiles       []htmlTile
	By          string
	Board       htmlTable
	Verdicts    []string
	Forests     []versusForest
	Differences htmlTable
	Method      string
	Level       string // of the intervals
	OneIn       string // that many miss by chance
	Legend      []htmlKey
	Growth      []htmlChart
	Scatter     *htmlScatter
	Whys        []versusWhy
	Trades      htmlTable   // by year
	Years       []htmlTable // the rest
	Terms       []htmlTerm
	Undefined   string
}

// HTML writes compare.html: one file that loads nothing and reads without its script.
func (v *Versus) HTML(w io.Writer) error {
	own, err := versusFiles.ReadFile("html/compare.css")
	if err != nil {
		return err
	}
	css, js := embedded("report.css"), embedded("report.js")
	run := v.run
	p := &versusPage{
		Policy: contentPolicy(js, css, own), CSS: template.CSS(css), Own: template.CSS(own), JS: template.JS(js),
		Title: v.title(), Sub: v.subtitle(), Window: clean(v.windowLine(), 2000), Base: clean(run.Base, 400), Undefined: undefined,
		Runs: v.htmlOrigins(), Tiles: run.htmlTiles(), By: v.order(), Board: v.htmlBoard(),
		Verdicts: v.verdicts(), Forests: v.forests(), Differences: v.htmlDifferences(), Method: v.resampling(),
		Legend: run.htmlKeys(), Growth: run.htmlGrowth(), Scatter: run.htmlScatter(),
		Whys: v.htmlWhys(), Terms: append(run.htmlTerms(), v.intervalTerms()...),
		Level: percent(v.Bootstrap.Level, 0), OneIn: decimal(1/(1-v.Bootstrap.Level), 0),
	}
	p.Trades, p.Years = v.htmlYears()
	for _, n := range v.Notes {
		p.Warnings = append(p.Warnings, clean(n, 2000))
	}
	for i, key := range p.Legend {
		p.Rules = append(p.Rules, v.Contenders[i].Policy.htmlRule(key, i == v.Base))
	}
	var b bytes.Buffer
	if err := versusTemplate.ExecuteTemplate(&b, "compare.gohtml", p); err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}

// title names the experiments.
func (v *Versus) title() string {
	return clean("Comparison: "+strings.Join(v.experiments(), ", "), 200)
}

// experiments are the names of those that ran, in order.
func (v *Versus) experiments() (names []string) {
	seen := map[string]bool{}
	for _, s := range v.origins() {
		if name := clean(s.run.Name, 100); !seen[name] {
			seen[name] = true
			names = append(names, orElse(name, "an unnamed experiment"))
		}
	}
	return names
}

func (v *Versus) subtitle() string {
	w := &v.Window
	text := plural(len(v.Contenders), "policy", "policies")
	if n := len(v.origins()); n > 1 {
		text += " of " + plural(n, "run", "runs")
	}
	return join(fmt.Sprintf("%s to %s", w.First, w.Last), v.currencies(), text)
}

// currencies are those of the runs, in order.
func (v *Versus) currencies() string {
	var all []string
	seen := map[string]bool{"": true}
	for _, s := range v.origins() {
		if c := clean(s.run.Currency, 12); !seen[c] {
			seen[c] = true
			all = append(all, c)
		}
	}
	return strings.Join(all, ", ")
}

// versusOrigin is a run in the head of the page.
type versusOrigin struct {
	Name   string
	Text   string
	Short  string // of its digest, as much as tells it from others
	Prints []htmlPair
}

// htmlOrigins are the runs; their experiments are named when there are several.
func (v *Versus) htmlOrigins() (all []versusOrigin) {
	named := len(v.experiments()) > 1
	for _, s := range v.origins() {
		first, end := s.run.span()
		x := versusOrigin{Name: clean(s.name(), 400), Text: join(
			plural(len(s.policies), "policy", "policies")+": "+clean(strings.Join(s.policies, ", "), 400),
			fmt.Sprintf("ran %s to %s", s.run.Panel.Date(first), s.run.Panel.Date(end-1)),
			clean(s.run.Prices, 200),
		)}
		if named {
			x.Text = join("experiment "+clean(s.run.Name, 200), x.Text)
		}
		if s.run.Digest != "" {
			whole := []rune(clean(s.run.Digest, 400))
			x.Short = string(whole[:min(12, len(whole))])
			x.Prints = append(x.Prints, htmlPair{"result", string(whole)})
		}
		x.Prints = append(x.Prints, s.run.htmlPrints()...)
		all = append(all, x)
	}
	return all
}

// order says what the leaderboard is ordered by.
func (v *Versus) order() string { return clean(v.By.Title, 100) + direction(v.By) }

// htmlBoard is the leaderboard, with the differences to the base beneath its values.
func (v *Versus) htmlBoard() htmlTable {
	t := htmlTable{ID: "board", Sort: true, Head: []htmlHead{{Text: "Policy"}}}
	v.run.measureColumns(&t, versusMeasures)
	v.run.deltas(&t)
	for k := range t.Rows[0].Cells {
		if t.Rows[0].Cells[k].Key == v.By.Name {
			t.Head[k+1].Sorted = "descending"
			if v.By.Better < 0 {
				t.Head[k+1].Sorted = "ascending"
			}
		}
	}
	return t
}

// htmlYears are the calendar years side by side: trades, and the rest.
func (v *Versus) htmlYears() (trades htmlTable, rest []htmlTable) {
	y0, labels := v.run.calendar()
	all, places := make([][]versusYear, len(v.Contenders)), make([]int, len(v.Contenders))
	for i := range all {
		all[i], places[i] = v.years(i, y0, len(labels)), i
	}
	table := func(key, title string, of func(*versusYear) float64, total func(i int) float64, text func(float64) func(float64) string) htmlTable {
		t := v.run.byYear(key+"-by-year", labels, places, func(i, y int) float64 { return of(&all[i][y]) }, total, text)
		t.Title = title
		for i := range t.Rows {
			for y := range labels {
				t.Rows[i].Cells[y].Key = "years." + count4(y0+y) + "." + key
			}
		}
		return t
	}
	value := func(name string) func(int) float64 { return func(i int) float64 { return v.value(i, name) } }
	whole := func(float64) func(float64) string { return func(x float64) string { return decimal(x, 0) } }
	trades = table("trades", "Trades", func(y *versusYear) float64 { return float64(y.Trades) }, value("trades"), whole)
	return trades, []htmlTable{
		table("return", "Return, per cent", func(y *versusYear) float64 { return y.Return }, func(i int) float64 { return v.run.Policies[i].grown() }, inPercent),
		table("rebalances", "Rebalances", func(y *versusYear) float64 { return float64(y.Rebalances) }, value("rebalances"), whole),
		table("turnover", "One-way turnover, per cent of NAV", func(y *versusYear) float64 { return y.Turnover },
			func(i int) float64 { return v.value(i, "turnover_per_year") * v.Window.Years }, inPercent),
		table("cost", "Costs", func(y *versusYear) float64 { return y.Cost.Money() }, func(i int) float64 { return costs(all[i]) }, inMoney),
	}
}

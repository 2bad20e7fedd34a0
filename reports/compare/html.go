package compare

import (
	"embed"
	"fmt"
	"io"
	"strings"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
)

//go:embed html/compare.gohtml html/compare.css
var files embed.FS

var htmlTemplate = page.PageTemplate(files, "compare")

// htmlPage is what the template prints; it escapes every text for its place.
// Cells that show a number of compare.json name its key, from the policy on.
type htmlPage struct {
	page.Frame
	Title    string
	Sub      string
	Window   string
	Warnings []string
	Runs     []htmlOrigin
	Rules    []page.Rule
	Base     string

	Tiles       []page.Tile
	By          string
	Board       page.Table
	Verdicts    []string
	Forests     []htmlForest
	Differences page.Table
	Method      string
	Level       string // of the intervals
	OneIn       string // that many miss by chance
	Legend      []page.Key
	Growth      []page.Chart
	Scatter     *page.Scatter
	Whys        []htmlWhy
	Trades      page.Table   // by year
	Years       []page.Table // the rest
	Terms       []page.Term
	Undefined   string
}

// HTML writes compare.html: one file that loads nothing and reads without its script.
func (v *Comparison) HTML(w io.Writer) error {
	own, err := files.ReadFile("html/compare.css")
	if err != nil {
		return err
	}
	run := v.run
	p := &htmlPage{
		Frame: page.NewFrame(own),
		Title: v.title(), Sub: v.subtitle(), Window: draw.Clean(v.windowLine(), 2000), Base: draw.Clean(run.Base, 400), Undefined: draw.Undefined,
		Runs: v.htmlOrigins(), Tiles: run.HTMLTiles(), By: v.order(), Board: v.htmlBoard(),
		Verdicts: v.verdicts(), Forests: v.forests(), Differences: v.htmlDifferences(), Method: v.resampling(),
		Legend: run.HTMLKeys(), Growth: run.HTMLGrowth(), Scatter: run.HTMLScatter(),
		Whys: v.htmlWhys(), Terms: append(run.HTMLTerms(), v.intervalTerms()...),
		Level: draw.Percent(v.Bootstrap.Level, 0), OneIn: draw.Decimal(1/(1-v.Bootstrap.Level), 0),
	}
	p.Trades, p.Years = v.htmlYears()
	for _, n := range v.Notes {
		p.Warnings = append(p.Warnings, draw.Clean(n, 2000))
	}
	for i, key := range p.Legend {
		p.Rules = append(p.Rules, v.Entrants[i].Policy.HTMLRule(key, i == v.Base))
	}
	return page.WritePage(w, htmlTemplate, p)
}

// title names the experiments.
func (v *Comparison) title() string {
	return draw.Clean("Comparison: "+strings.Join(v.experiments(), ", "), 200)
}

// experiments are the names of those that ran, in order.
func (v *Comparison) experiments() (names []string) {
	seen := map[string]bool{}
	for _, s := range v.origins() {
		if name := draw.Clean(s.run.Name, 100); !seen[name] {
			seen[name] = true
			names = append(names, page.OrElse(name, "an unnamed experiment"))
		}
	}
	return names
}

func (v *Comparison) subtitle() string {
	w := &v.Window
	text := draw.Plural(len(v.Entrants), "policy", "policies")
	if n := len(v.origins()); n > 1 {
		text += " of " + draw.Plural(n, "run", "runs")
	}
	return page.Join(fmt.Sprintf("%s to %s", w.First, w.Last), v.currencies(), text)
}

// currencies are those of the runs, in order.
func (v *Comparison) currencies() string {
	var all []string
	seen := map[string]bool{"": true}
	for _, s := range v.origins() {
		if c := draw.Clean(s.run.Currency, 12); !seen[c] {
			seen[c] = true
			all = append(all, c)
		}
	}
	return strings.Join(all, ", ")
}

// htmlOrigin is a run in the head of the page.
type htmlOrigin struct {
	Name   string
	Text   string
	Short  string // of its digest, as much as tells it from others
	Prints []page.Pair
}

// htmlOrigins are the runs; their experiments are named when there are several.
func (v *Comparison) htmlOrigins() (all []htmlOrigin) {
	named := len(v.experiments()) > 1
	for _, s := range v.origins() {
		first, end := s.run.Span()
		x := htmlOrigin{Name: draw.Clean(s.name(), 400), Text: page.Join(
			draw.Plural(len(s.policies), "policy", "policies")+": "+draw.Clean(strings.Join(s.policies, ", "), 400),
			fmt.Sprintf("ran %s to %s", s.run.Panel.Date(first), s.run.Panel.Date(end-1)),
			draw.Clean(s.run.Prices, 200),
		)}
		if named {
			x.Text = page.Join("experiment "+draw.Clean(s.run.Name, 200), x.Text)
		}
		if s.run.Digest != "" {
			whole := []rune(draw.Clean(s.run.Digest, 400))
			x.Short = string(whole[:min(12, len(whole))])
			x.Prints = append(x.Prints, page.Pair{Name: "result", Text: string(whole)})
		}
		x.Prints = append(x.Prints, s.run.HTMLPrints()...)
		all = append(all, x)
	}
	return all
}

// order returns what the leaderboard is ordered by.
func (v *Comparison) order() string { return draw.Clean(v.By.Title, 100) + page.Direction(v.By) }

// htmlBoard is the leaderboard, with the differences to the base beneath its values.
func (v *Comparison) htmlBoard() page.Table {
	t := page.Table{ID: "board", Sort: true, Head: []page.Head{{Text: "Policy"}}}
	v.run.MeasureColumns(&t, jsonMeasures)
	v.run.Deltas(&t)
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
func (v *Comparison) htmlYears() (trades page.Table, rest []page.Table) {
	y0, labels := v.run.Calendar()
	all, places := make([][]yearRow, len(v.Entrants)), make([]int, len(v.Entrants))
	for i := range all {
		all[i], places[i] = v.years(i, y0, len(labels)), i
	}
	table := func(key, title string, of func(*yearRow) float64, total func(i int) float64, text func(float64) func(float64) string) page.Table {
		t := v.run.ByYear(key+"-by-year", labels, places, func(i, y int) float64 { return of(&all[i][y]) }, total, text)
		t.Title = title
		for i := range t.Rows {
			for y := range labels {
				t.Rows[i].Cells[y].Key = "years." + count4(y0+y) + "." + key
			}
		}
		return t
	}
	value := func(name string) func(int) float64 { return func(i int) float64 { return v.value(i, name) } }
	whole := func(float64) func(float64) string { return func(x float64) string { return draw.Decimal(x, 0) } }
	trades = table("trades", "Trades", func(y *yearRow) float64 { return float64(y.Trades) }, value("trades"), whole)
	return trades, []page.Table{
		table("return", "Return, per cent", func(y *yearRow) float64 { return y.Return }, func(i int) float64 { return v.run.Policies[i].Grown() }, page.InPercent),
		table("rebalances", "Rebalances", func(y *yearRow) float64 { return float64(y.Rebalances) }, value("rebalances"), whole),
		table("turnover", "One-way turnover, per cent of NAV", func(y *yearRow) float64 { return y.Turnover },
			func(i int) float64 { return v.value(i, "turnover_per_year") * v.Window.Years }, page.InPercent),
		table("cost", "Costs", func(y *yearRow) float64 { return y.Cost.Money() }, func(i int) float64 { return costs(all[i]) }, page.InMoney),
	}
}

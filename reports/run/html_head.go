package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

// Source describes where a run came from. It holds nothing that differs between two
// forms of the same input: the same prices from another file give the same page.
type Source struct {
	Settings   string    // the experiment with all defaults filled in, in JSON, without the name and columns of its prices; "": unknown
	Start, End data.Date // asked for; data.NoDate: the side was left open
	Program    string    // name and version of what ran; "": unknown
}

// htmlHead returns what ran.
func (run *Run) htmlHead(p *htmlPage) {
	first, end := run.Span()
	p.Period = fmt.Sprintf("%s to %s", run.Panel.Date(first), run.Panel.Date(end-1))
	put := func(name, text string) {
		if text = page.Plain(text); text != "" {
			p.Ran = append(p.Ran, page.Pair{Name: name, Text: text})
		}
	}
	put("Period", fmt.Sprintf("%s, %s, %s years", p.Period, draw.Plural(end-first, "session", "sessions"), draw.Decimal(run.years(), 1)))
	put("Window", run.window())
	put("Prices", page.Escape(run.Prices))
	put("Targets", run.common(TargetLine))
	put("Account", run.common(run.accountLine))
	put("Costs", run.common(func(p *Policy) string { return CostLine(p, run) }))
	put("Fills", run.common(func(p *Policy) string { return FillLine(p.Record.Mandate.Terms) }))
	put("Cash reserve", run.common(func(p *Policy) string { return ReserveLine(p.Record.Mandate.Terms) }))
	put("Measures", fmt.Sprintf("%s periods a year, risk-free rate %s, tracking against %s", draw.Decimal(run.PeriodsPerYear, 0), draw.Percent(run.RiskFree, 2), page.OrElse(page.Escape(run.Against), "the policy always at its targets, without costs")))
	base := run.base()
	for i, key := range run.HTMLKeys() {
		x := &run.Policies[i]
		p.Rules = append(p.Rules, x.HTMLRule(key, x == base && len(run.Policies) > 1))
	}
	if p.Base = draw.Clean(run.Base, 400); base == nil || len(run.Policies) < 2 {
		p.Base = "" // there is nothing to compare
	}
	p.Prints = run.HTMLPrints()
	if s := run.Source; s != nil {
		p.Config = s.Settings
	}
}

// accountLine returns what an account opens with, and what becomes of it: cash buys the
// targets, unless there are holdings.
func (run *Run) accountLine(p *Policy) string {
	m := p.Record.Mandate
	cash := strings.TrimSpace(draw.Money(m.Cash)+" "+page.Escape(run.Currency)) + " in cash"
	if m.Holdings == nil {
		return cash + ", which buys the targets at the close of the first session"
	}
	held := 0
	for _, u := range m.Holdings {
		if u > 0 {
			held++
		}
	}
	return fmt.Sprintf("holdings of %s and %s; nothing is bought at the start", draw.Plural(held, "asset", "assets"), cash)
}

// HTMLRule returns what the policy does.
func (p *Policy) HTMLRule(key page.Key, isBase bool) page.Rule {
	return page.Rule{Key: key, Text: page.OrElse(draw.Clean(p.Title, 400), "no description"), IsBase: isBase, Digest: p.TradeDigest()}
}

// TradeDigest is the SHA-256 over the trades' canonical lines, "" when they were not
// replayed.
func (p *Policy) TradeDigest() string {
	if p.Statement == nil {
		return ""
	}
	return p.Statement.Digest
}

// HTMLPrints are the fingerprints of what the run was made from.
func (run *Run) HTMLPrints() []page.Pair {
	all := []page.Pair{{Name: "prices as used", Text: run.PricesDigest()}}
	if d := run.SettingsDigest(); d != "" {
		all = append(all, page.Pair{Name: "settings", Text: d})
	}
	if s := run.Source; s != nil && s.Program != "" {
		all = append(all, page.Pair{Name: "program", Text: s.Program})
	}
	return all
}

// SettingsDigest is the SHA-256 of the settings, "" when they are not known.
func (run *Run) SettingsDigest() string {
	if run.Source == nil || run.Source.Settings == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(run.Source.Settings))
	return hex.EncodeToString(sum[:])
}

// window returns which part of the prices was used, and why.
func (run *Run) window() string {
	first, end := run.Span()
	from, to := run.Panel.Date(first), run.Panel.Date(end-1)
	text := []string{"from the first session that every price file and asset allows", "to the last"}
	if s := run.Source; s != nil && s.Start != data.NoDate {
		text[0] = "asked for from " + s.Start.String()
		if s.Start != from {
			text[0] += fmt.Sprintf(", begun at the first session from then on, %s", from)
		}
	}
	if s := run.Source; s != nil && s.End != data.NoDate {
		text[1] = "asked for until " + s.End.String()
		if s.End != to {
			text[1] += fmt.Sprintf(", ended at the last session until then, %s", to)
		}
	}
	line := strings.Join(text, "; ")
	for i := range run.Policies {
		if r := run.Policies[i].Record; r.First != first || r.End != end {
			line += fmt.Sprintf("; %s ran %s", page.Escape(run.Policies[i].Name), run.Policies[i].Period())
		}
	}
	return line
}

// PricesDigest is the SHA-256 over the symbols, dates and closes of the panel, as
// text: what was used, whatever file it came from.
func (run *Run) PricesDigest() string {
	h := sha256.New()
	line(h, strings.Join(run.Panel.Symbols(), "\x1f"))
	var b []byte
	for s := range run.Panel.Sessions() {
		b = append(b[:0], run.Panel.Date(s).String()...)
		for _, p := range run.Panel.Close(s) {
			b = append(b, ' ')
			bits := math.Float64bits(p)
			for k := range 8 {
				b = append(b, byte(bits>>(8*k)))
			}
		}
		b = append(b, '\n')
		_, _ = h.Write(b) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}

func line(h hash.Hash, s string) { _, _ = h.Write([]byte(s + "\n")) }

// htmlResults are the headline table, the tiles above it and every measure.
func (run *Run) htmlResults(p *htmlPage) {
	head := page.Table{ID: "headline", Sort: true, Head: []page.Head{{Text: "Policy"}}}
	run.MeasureColumns(&head, headline)
	p.Headline = head
	run.Deltas(&p.Headline)
	p.Measures = run.htmlMeasures()
	p.Tiles = run.HTMLTiles()
}

// headline are the measures of the first table.
var headline = []string{"final_nav", "cagr", "volatility", "sharpe", "max_drawdown", "rebalances", "turnover_per_year", "cost_per_year", "tracking_error", "drift_mean"}

// MeasureColumns adds measures to a table, a line a policy; those that no policy
// has are left out.
func (run *Run) MeasureColumns(t *page.Table, keys []string) {
	if t.Rows == nil {
		for i, key := range run.HTMLKeys() {
			t.Rows = append(t.Rows, page.Row{Key: key, K: i})
		}
	}
	for _, key := range keys {
		m, ok := run.Find(key)
		if !ok {
			continue
		}
		if slices.Contains(ownSection[:7], key) {
			m.Better = 0 // parts of one whole: a best one says nothing
		}
		t.Head = append(t.Head, page.Head{Text: draw.Clean(m.Title, 100), Doc: draw.Clean(m.Doc, 400)})
		c := run.Measured(m)
		for i := range t.Rows {
			x := page.CellOf(c.Text[i], run.Policies[i].Value(key))
			x.Key, x.Best = key, c.Best[i]
			t.Rows[i].Cells = append(t.Rows[i].Cells, x)
		}
	}
}

// deltaOf describes how differences of a measure are written.
var deltaOf = map[string]struct {
	scale  float64
	digits int
	unit   string
}{
	"cagr": {1e4, 1, " bp"}, "volatility": {1e4, 1, " bp"}, "sharpe": {1, 3, ""}, "max_drawdown": {100, 2, " pp"},
	"turnover_per_year": {100, 2, " pp"}, "cost_per_year": {1e4, 2, " bp"}, "tracking_error": {1e4, 1, " bp"}, "drift_mean": {100, 2, " pp"},
	"rebalances": {1, 0, ""}, "trades": {1, 0, ""}, "drift_max": {100, 2, " pp"},
}

// Deltas writes each value's difference to the base's beneath it.
func (run *Run) Deltas(t *page.Table) {
	base := run.base()
	if base == nil || len(run.Policies) < 2 {
		return
	}
	for i := range t.Rows {
		for k := range t.Rows[i].Cells {
			c := &t.Rows[i].Cells[k]
			if &run.Policies[i] == base {
				c.Delta = "base"
				continue
			}
			d, ok := deltaOf[c.Key]
			if c.Key == "final_nav" {
				d.scale, d.digits, ok = 1, draw.MoneyDigits(base.Value(c.Key)), true
			}
			if x := run.Policies[i].Value(c.Key) - base.Value(c.Key); ok && data.Finite(x) {
				c.Delta = draw.Signed(x*d.scale, d.digits) + d.unit
			}
		}
	}
}

// measuresWide is how many policies a table of all measures has room for.
const measuresWide = 8

// htmlMeasures are tables of every measure, a line each, with some policies side
// by side.
func (run *Run) htmlMeasures() (all []page.Table) {
	keys := run.HTMLKeys()
	for from := 0; from < len(keys); from += measuresWide {
		t := page.Table{ID: fmt.Sprintf("measures%d", from/measuresWide), Slim: len(keys)-from < 4, Head: []page.Head{{Text: "Measure"}}}
		to := min(from+measuresWide, len(keys))
		for _, k := range keys[from:to] {
			t.Head = append(t.Head, page.Head{Text: k.Name})
		}
		for _, g := range run.measureGroups() {
			t.Rows = append(t.Rows, page.Row{K: -1, Name: g.title, Wide: to - from + 1})
			for _, m := range g.measures {
				c := run.Measured(m)
				row := page.Row{K: -1, Name: draw.Clean(m.Title, 200), Link: m.Name}
				for i := from; i < to; i++ {
					x := page.CellOf(c.Text[i], run.Policies[i].Value(m.Name))
					x.Key, x.Best = m.Name, c.Best[i]
					row.Cells = append(row.Cells, x)
				}
				t.Rows = append(t.Rows, row)
			}
		}
		all = append(all, t)
	}
	return all
}

// measureGroup are measures that are read together.
type measureGroup struct {
	title    string
	measures []metric.Measure
}

// measureGroups divides all measures: as Markdown does, then those that it tells in
// sections of their own, and at the end those that no policy has.
func (run *Run) measureGroups() (all []measureGroup) {
	var none []metric.Measure
	told := map[string]bool{}
	add := func(title string, keys []string) {
		g := measureGroup{title: title}
		for _, key := range keys {
			m, ok := run.Find(key)
			switch {
			case !ok || told[key]:
				continue
			case run.defined(m):
				g.measures = append(g.measures, m)
			default:
				none = append(none, m)
			}
			told[key] = true
		}
		if g.measures != nil {
			all = append(all, g)
		}
	}
	for _, g := range groups {
		add(g.title, g.keys)
	}
	add("Implementation shortfall", ownSection[:7])
	add("Execution", ownSection[7:])
	add("Taxes", taxMeasures)
	var rest []string
	for _, m := range run.Measures() {
		rest = append(rest, m.Name)
	}
	add("Further measures", rest)
	if none != nil {
		all = append(all, measureGroup{"Undefined in this run", none})
	}
	return all
}

// HTMLTiles name the best policy by the measures that are asked for first; none
// of a run of one policy, whose figures they are then.
func (run *Run) HTMLTiles() (all []page.Tile) {
	keys := run.HTMLKeys()
	for _, x := range []struct{ key, label string }{
		{"cagr", "Highest CAGR"}, {"sharpe", "Highest Sharpe ratio"}, {"max_drawdown", "Smallest drawdown"}, {"cost_per_year", "Lowest costs a year"}, {"tracking_error", "Closest to the targets"},
	} {
		m, ok := run.Find(x.key)
		if !ok {
			continue
		}
		c := run.Measured(m)
		if len(run.Policies) == 1 {
			all = append(all, page.Tile{Label: draw.Clean(m.Title, 60), Key: keys[0], Text: c.Text[0]})
			continue
		}
		if i := slices.Index(c.Best, true); i >= 0 {
			t := page.Tile{Label: x.label, Key: keys[i], Text: c.Text[i]}
			if n := countTrue(c.Best); n > 1 {
				t.Note = fmt.Sprintf("and %s more", draw.Count(n-1))
			}
			all = append(all, t)
		}
	}
	return all
}

func countTrue(all []bool) (n int) {
	for _, x := range all {
		if x {
			n++
		}
	}
	return n
}

// namesBeside are the boxes of dots and of names already written beside them, where
// the picture is narrow: about as wide as on a small tablet.
type namesBeside []vg.Rectangle

const namesWide = 520

// dot takes the room of a dot at a part of the width.
func (n *namesBeside) dot(at, y float64) {
	x, v := vg.Length(at*namesWide), vg.Length(y)
	*n = append(*n, draw.Rect(x-6, v-6, x+6, v+6))
}

// place finds a name room to the right or the left of its dot, a little above or
// below it when there is none beside it; not ok where every place covers something.
func (n *namesBeside) place(name string, at, y float64) (height float64, flipped, ok bool) {
	const gap, tall = 10, 14
	x, wide := vg.Length(at*namesWide), draw.Letters(12, draw.Ink).Width(name)
	for _, by := range []float64{0, -tall, tall} {
		for _, flipped := range []bool{false, true} {
			v := vg.Length(y + by)
			box := draw.Rect(x+gap, v-tall/2, x+gap+wide, v+tall/2)
			if flipped {
				box = draw.Rect(x-gap-wide, v-tall/2, x-gap, v+tall/2)
			}
			covers := slices.ContainsFunc(*n, func(b vg.Rectangle) bool { return draw.Overlap(b, box) > 0 })
			if !covers && box.Min.X >= 0 && box.Max.X <= namesWide {
				*n = append(*n, box)
				return y + by, flipped, true
			}
		}
	}
	return 0, false, false
}

// HTMLScatter returns the chart of costs against tracking error; nil without two policies to show.
func (run *Run) HTMLScatter() *page.Scatter {
	if len(run.Policies) < 2 {
		return nil
	}
	s := run.scatter()
	out := &page.Scatter{Title: s.title, XTitle: s.xTitle, Height: 300}
	ticks := draw.LinearTicks(s.y, 5, draw.PercentLabel)
	if s.y.Log {
		ticks, out.Note = draw.LogTicks(s.y, 7, draw.PercentLabel), "log scale"
	}
	out.Y = page.Heights(ticks, s.y, out.Height)
	for _, t := range draw.LinearTicks(s.x, 6, s.label) {
		out.X = append(out.X, page.Tick{At: Part(100 * s.x.At(t.At)), Label: t.Label})
	}
	var order []int
	for i := range s.xs {
		if data.Finite(s.xs[i]) && data.Finite(s.ys[i]) && (!s.y.Log || s.ys[i] > 0) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := s.ys[a], s.ys[b]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	keys := run.HTMLKeys()
	var names namesBeside
	spot := func(i int) (at, y float64) { return s.x.At(s.xs[i]), (1 - s.y.At(s.ys[i])) * float64(out.Height) }
	for _, i := range order {
		names.dot(spot(i))
	}
	xm, _ := run.Find("cost_per_year")
	ym, _ := run.Find("tracking_error")
	for _, i := range order {
		at, y := spot(i)
		text, flipped, ok := names.place(keys[i].Name, at, y)
		out.Unnamed = out.Unnamed || !ok
		out.Dots = append(out.Dots, page.Dot{
			Key: keys[i], X: Part(100 * at), Y: Part(y), TextY: Part(text + 4), Bare: !ok, Flipped: flipped,
			Text: fmt.Sprintf("%s %s, %s %s", draw.Clean(xm.Title, 60), draw.Percent(run.Policies[i].Value("cost_per_year"), 3), draw.Clean(ym.Title, 60), draw.Percent(s.ys[i], 3)),
		})
	}
	if len(out.Dots) == 0 {
		return nil
	}
	return out
}

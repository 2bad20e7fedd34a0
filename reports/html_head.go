package reports

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
	"evenkeel/sim/metric"
)

// Source says where a run came from. It holds nothing that differs between two
// forms of the same input: the same prices from another file give the same page.
type Source struct {
	Settings   string    // the experiment with all defaults filled in, in JSON, without the name and columns of its prices; "": unknown
	Start, End data.Date // asked for; data.NoDate: the side was left open
	Program    string    // name and version of what ran; "": unknown
}

// htmlHead says what ran.
func (run *Run) htmlHead(p *htmlPage) {
	first, end := run.span()
	p.Period = fmt.Sprintf("%s to %s", run.Panel.Date(first), run.Panel.Date(end-1))
	put := func(name, text string) {
		if text = plain(text); text != "" {
			p.Ran = append(p.Ran, htmlPair{name, text})
		}
	}
	put("Period", fmt.Sprintf("%s, %s, %s years", p.Period, plural(end-first, "session", "sessions"), decimal(run.years(), 1)))
	put("Window", run.window())
	put("Prices", escape(run.Prices))
	put("Targets", run.common(targetLine))
	put("Account", run.common(run.accountLine))
	put("Costs", run.common(func(p *Policy) string { return costLine(p, run) }))
	put("Fills", run.common(func(p *Policy) string { return fillLine(p.Record.Mandate.Terms) }))
	put("Cash reserve", run.common(func(p *Policy) string { return reserveLine(p.Record.Mandate.Terms) }))
	put("Measures", fmt.Sprintf("%s periods a year, risk-free rate %s, tracking against %s", decimal(run.PeriodsPerYear, 0), percent(run.RiskFree, 2), orElse(escape(run.Against), "the policy always at its targets, without costs")))
	base := run.base()
	for i, key := range run.htmlKeys() {
		x := &run.Policies[i]
		p.Rules = append(p.Rules, x.htmlRule(key, x == base && len(run.Policies) > 1))
	}
	if p.Base = clean(run.Base, 400); base == nil || len(run.Policies) < 2 {
		p.Base = "" // there is nothing to compare
	}
	p.Prints = run.htmlPrints()
	if s := run.Source; s != nil {
		p.Config = s.Settings
	}
}

// accountLine says what an account opens with, and what becomes of it: cash buys the
// targets, unless there are holdings.
func (run *Run) accountLine(p *Policy) string {
	m := p.Record.Mandate
	cash := strings.TrimSpace(money(m.Cash)+" "+escape(run.Currency)) + " in cash"
	if m.Holdings == nil {
		return cash + ", which buys the targets at the close of the first session"
	}
	held := 0
	for _, u := range m.Holdings {
		if u > 0 {
			held++
		}
	}
	return fmt.Sprintf("holdings of %s and %s; nothing is bought at the start", plural(held, "asset", "assets"), cash)
}

// htmlRule says what the policy does.
func (p *Policy) htmlRule(key htmlKey, isBase bool) htmlRule {
	return htmlRule{Key: key, Text: orElse(clean(p.Title, 400), "no description"), IsBase: isBase, Digest: p.tradeDigest()}
}

// tradeDigest is the SHA-256 over the trades' canonical lines, "" when they were not
// replayed.
func (p *Policy) tradeDigest() string {
	if p.Statement == nil {
		return ""
	}
	return p.Statement.Digest
}

// htmlPrints are the fingerprints of what the run was made from.
func (run *Run) htmlPrints() []htmlPair {
	all := []htmlPair{{"prices as used", run.pricesDigest()}}
	if d := run.settingsDigest(); d != "" {
		all = append(all, htmlPair{"settings", d})
	}
	if s := run.Source; s != nil && s.Program != "" {
		all = append(all, htmlPair{"program", s.Program})
	}
	return all
}

// settingsDigest is the SHA-256 of the settings, "" when they are not known.
func (run *Run) settingsDigest() string {
	if run.Source == nil || run.Source.Settings == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(run.Source.Settings))
	return hex.EncodeToString(sum[:])
}

// window says which part of the prices was used, and why.
func (run *Run) window() string {
	first, end := run.span()
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
			line += fmt.Sprintf("; %s ran %s", escape(run.Policies[i].Name), run.Policies[i].period())
		}
	}
	return line
}

// pricesDigest is the SHA-256 over the symbols, dates and closes of the panel, as
// text: what was used, whatever file it came from.
func (run *Run) pricesDigest() string {
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

// plain is the text that Markdown made with escape shows: escapes and the marks of
// bold letters are taken away.
func plain(md string) string {
	var b strings.Builder
	for i := 0; i < len(md); i++ {
		switch {
		case md[i] == '\\' && i+1 < len(md):
			i++
			b.WriteByte(md[i])
		case strings.HasPrefix(md[i:], "**"):
			i++
		default:
			b.WriteByte(md[i])
		}
	}
	return b.String()
}

// htmlTile is one of the figures under the title.
type htmlTile struct {
	Label string
	Key   htmlKey
	Text  string
	Note  string
}

// htmlResults are the headline table, the tiles above it and every measure.
func (run *Run) htmlResults(p *htmlPage) {
	head := htmlTable{ID: "headline", Sort: true, Head: []htmlHead{{Text: "Policy"}}}
	run.measureColumns(&head, headline)
	p.Headline = head
	run.deltas(&p.Headline)
	p.Measures = run.htmlMeasures()
	p.Tiles = run.htmlTiles()
}

// headline are the measures of the first table.
var headline = []string{"final_nav", "cagr", "volatility", "sharpe", "max_drawdown", "rebalances", "turnover_per_year", "cost_per_year", "tracking_error", "drift_mean"}

// measureColumns adds measures to a table, a line a policy; those that no policy
// has are left out.
func (run *Run) measureColumns(t *htmlTable, keys []string) {
	if t.Rows == nil {
		for i, key := range run.htmlKeys() {
			t.Rows = append(t.Rows, htmlRow{Key: key, K: i})
		}
	}
	for _, key := range keys {
		m, ok := run.find(key)
		if !ok {
			continue
		}
		if slices.Contains(ownSection[:7], key) {
			m.Better = 0 // parts of one whole: a best one says nothing
		}
		t.Head = append(t.Head, htmlHead{Text: clean(m.Title, 100), Doc: clean(m.Doc, 400)})
		c := run.measured(m)
		for i := range t.Rows {
			x := cellOf(c.text[i], run.Policies[i].value(key))
			x.Key, x.Best = key, c.best[i]
			t.Rows[i].Cells = append(t.Rows[i].Cells, x)
		}
	}
}

// deltaOf says how differences of a measure are written.
var deltaOf = map[string]struct {
	scale  float64
	digits int
	unit   string
}{
	"cagr": {1e4, 1, " bp"}, "volatility": {1e4, 1, " bp"}, "sharpe": {1, 3, ""}, "max_drawdown": {100, 2, " pp"},
	"turnover_per_year": {100, 2, " pp"}, "cost_per_year": {1e4, 2, " bp"}, "tracking_error": {1e4, 1, " bp"}, "drift_mean": {100, 2, " pp"},
	"rebalances": {1, 0, ""}, "trades": {1, 0, ""}, "drift_max": {100, 2, " pp"},
}

// deltas writes each value's difference to the base's beneath it.
func (run *Run) deltas(t *htmlTable) {
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
				d.scale, d.digits, ok = 1, moneyDigits(base.value(c.Key)), true
			}
			if x := run.Policies[i].value(c.Key) - base.value(c.Key); ok && data.Finite(x) {
				c.Delta = signed(x*d.scale, d.digits) + d.unit
			}
		}
	}
}

// measuresWide is how many policies a table of all measures has room for.
const measuresWide = 8

// htmlMeasures are tables of every measure, a line each, with some policies side
// by side.
func (run *Run) htmlMeasures() (all []htmlTable) {
	keys := run.htmlKeys()
	for from := 0; from < len(keys); from += measuresWide {
		t := htmlTable{ID: fmt.Sprintf("measures%d", from/measuresWide), Slim: len(keys)-from < 4, Head: []htmlHead{{Text: "Measure"}}}
		to := min(from+measuresWide, len(keys))
		for _, k := range keys[from:to] {
			t.Head = append(t.Head, htmlHead{Text: k.Name})
		}
		for _, g := range run.measureGroups() {
			t.Rows = append(t.Rows, htmlRow{K: -1, Name: g.title, Wide: to - from + 1})
			for _, m := range g.measures {
				c := run.measured(m)
				row := htmlRow{K: -1, Name: clean(m.Title, 200), Link: m.Name}
				for i := from; i < to; i++ {
					x := cellOf(c.text[i], run.Policies[i].value(m.Name))
					x.Key, x.Best = m.Name, c.best[i]
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
			m, ok := run.find(key)
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
	for _, m := range run.measures() {
		rest = append(rest, m.Name)
	}
	add("Further measures", rest)
	if none != nil {
		all = append(all, measureGroup{"Undefined in this run", none})
	}
	return all
}

// htmlTiles name the best policy by the measures that are asked for first; none
// of a run of one policy, whose figures they are then.
func (run *Run) htmlTiles() (all []htmlTile) {
	keys := run.htmlKeys()
	for _, x := range []struct{ key, label string }{
		{"cagr", "Highest CAGR"}, {"sharpe", "Highest Sharpe ratio"}, {"max_drawdown", "Smallest drawdown"}, {"cost_per_year", "Lowest costs a year"}, {"tracking_error", "Closest to the targets"},
	} {
		m, ok := run.find(x.key)
		if !ok {
			continue
		}
		c := run.measured(m)
		if len(run.Policies) == 1 {
			all = append(all, htmlTile{Label: clean(m.Title, 60), Key: keys[0], Text: c.text[0]})
			continue
		}
		if i := slices.Index(c.best, true); i >= 0 {
			t := htmlTile{Label: x.label, Key: keys[i], Text: c.text[i]}
			if n := countTrue(c.best); n > 1 {
				t.Note = fmt.Sprintf("and %s more", count(n-1))
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

// htmlScatter is costs against tracking, a dot a policy.
type htmlScatter struct {
	Title, XTitle, Note string
	Height              int
	X, Y                []htmlTick
	Dots                []htmlDot
	Unnamed             bool // some names find no room
}

// htmlDot is a policy's place: X in per cent, Y in pixels.
type htmlDot struct {
	Key     htmlKey
	X, Y    string
	TextY   string
	Text    string // of the measures
	Flipped bool   // the name stands to the left
	Bare    bool   // the name finds no room
}

// namesBeside are the boxes of dots and of names already written beside them, where
// the picture is narrow: about as wide as on a small tablet.
type namesBeside []vg.Rectangle

const namesWide = 520

// dot takes the room of a dot at a part of the width.
func (n *namesBeside) dot(at, y float64) {
	x, v := vg.Length(at*namesWide), vg.Length(y)
	*n = append(*n, rect(x-6, v-6, x+6, v+6))
}

// place finds a name room to the right or the left of its dot, a little above or
// below it when there is none beside it; not ok where every place covers something.
func (n *namesBeside) place(name string, at, y float64) (height float64, flipped, ok bool) {
	const gap, tall = 10, 14
	x, wide := vg.Length(at*namesWide), letters(12, ink).Width(name)
	for _, by := range []float64{0, -tall, tall} {
		for _, flipped := range []bool{false, true} {
			v := vg.Length(y + by)
			box := rect(x+gap, v-tall/2, x+gap+wide, v+tall/2)
			if flipped {
				box = rect(x-gap-wide, v-tall/2, x-gap, v+tall/2)
			}
			covers := slices.ContainsFunc(*n, func(b vg.Rectangle) bool { return overlap(b, box) > 0 })
			if !covers && box.Min.X >= 0 && box.Max.X <= namesWide {
				*n = append(*n, box)
				return y + by, flipped, true
			}
		}
	}
	return 0, false, false
}

func (run *Run) htmlScatter() *htmlScatter {
	if len(run.Policies) < 2 {
		return nil
	}
	s := run.scatter()
	out := &htmlScatter{Title: s.title, XTitle: s.xTitle, Height: 300}
	ticks := linearTicks(s.y, 5, percentLabel)
	if s.y.log {
		ticks, out.Note = logTicks(s.y, 7, percentLabel), "log scale"
	}
	out.Y = heights(ticks, s.y, out.Height)
	for _, t := range linearTicks(s.x, 6, s.label) {
		out.X = append(out.X, htmlTick{At: part(100 * s.x.at(t.at)), Label: t.label})
	}
	var order []int
	for i := range s.xs {
		if data.Finite(s.xs[i]) && data.Finite(s.ys[i]) && (!s.y.log || s.ys[i] > 0) {
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
	keys := run.htmlKeys()
	var names namesBeside
	spot := func(i int) (at, y float64) { return s.x.at(s.xs[i]), (1 - s.y.at(s.ys[i])) * float64(out.Height) }
	for _, i := range order {
		names.dot(spot(i))
	}
	xm, _ := run.find("cost_per_year")
	ym, _ := run.find("tracking_error")
	for _, i := range order {
		at, y := spot(i)
		text, flipped, ok := names.place(keys[i].Name, at, y)
		out.Unnamed = out.Unnamed || !ok
		out.Dots = append(out.Dots, htmlDot{
			Key: keys[i], X: part(100 * at), Y: part(y), TextY: part(text + 4), Bare: !ok, Flipped: flipped,
			Text: fmt.Sprintf("%s %s, %s %s", clean(xm.Title, 60), percent(run.Policies[i].value("cost_per_year"), 3), clean(ym.Title, 60), percent(s.ys[i], 3)),
		})
	}
	if len(out.Dots) == 0 {
		return nil
	}
	return out
}

package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"evenkeel/sim/metric"
)

// htmlWeights are the charts of a policy, one an asset.
type htmlWeights struct {
	Key    htmlKey
	Title  string
	Charts []htmlChart
	Marks  []htmlMark // of the legend
	Open   bool
}

// htmlMark is an entry of the legend: what its sample looks like and means.
type htmlMark struct{ Class, Text string }

// shapeClass are the marks' classes; the page draws dots, and below or above the
// target tells a purchase from a sale.
var shapeClass = map[shape]string{sale: "sell", purchase: "buy", outSale: "out", inBuy: "in", hollow: "ring"}

// htmlWeights draws a policy's weights; false without a journal. The first policy
// with limits is shown, the others open at a touch.
func (run *Run) htmlWeights(i int) (htmlWeights, bool) {
	p := &run.Policies[i]
	if p.Record.Log == nil {
		return htmlWeights{}, false
	}
	w := foldWeights(p)
	key := run.htmlKeys()[i]
	out := htmlWeights{Key: key, Title: clean(p.Title, 300), Marks: w.htmlMarks(), Open: i == run.shown()}
	panels := run.Panel.Assets() * len(run.Policies)
	columns, height := htmlColumns(panels, 24000), 150
	if run.Panel.Assets() > 6 {
		height = 120
	}
	for k, symbol := range run.Panel.Symbols() {
		a := run.htmlAxis(w.besideRugs(k, w.scale(k)))
		c := a.chart(fmt.Sprintf("w%d-%d", i, k), height, "percent", linearTicks(a.y, 5, percentLabel))
		c.Small = true
		c.Title, c.Note = clean(symbol, 200), w.targetLine(k)
		c.Label = "Weight of " + c.Title + " under " + key.Name
		c.Lines = w.htmlLines(&a, k, i, columns)
		out.Charts = append(out.Charts, c)
	}
	return out, true
}

// shown is the policy whose weights are open at first: the first with bands that
// traded, or else the first with a journal; -1 without any.
func (run *Run) shown() int {
	at := -1
	for i := range run.Policies {
		p := &run.Policies[i]
		if p.Record.Log == nil {
			continue
		}
		if p.isBanded() && p.Record.Tally.Rebalances > 0 {
			return i
		}
		if at < 0 {
			at = i
		}
	}
	return at
}

// isBanded says whether some asset has a band.
func (p *Policy) isBanded() bool {
	for i := range p.Limits {
		for k := range p.Record.Panel.Assets() {
			if _, _, ok := p.Limits[i].band(k); ok {
				return true
			}
		}
	}
	return false
}

// htmlLines are the band, the rails, the target, the weight and the marks.
func (w *weights) htmlLines(a *htmlAxis, asset, k, columns int) (all []htmlLine) {
	pan := a.stretched()
	steps := w.stairs(pan, asset, columns)
	var band, rails, target htmlPath
	for i := range steps {
		s := &steps[i]
		x0, x1 := round(s.from), round(s.to)
		if !math.IsNaN(s.lo) {
			y0, y1 := down(pan.atY(s.lo)), down(pan.atY(s.hi))
			band.from(x0, y1)
			band.b.WriteString("H" + strconv.Itoa(x1) + "V" + strconv.Itoa(y0) + "H" + strconv.Itoa(x0) + "z")
		}
		for _, v := range []float64{s.railLo, s.railHi} {
			if !math.IsNaN(v) {
				rails.from(x0, down(pan.atY(v)))
				rails.b.WriteString("H" + strconv.Itoa(x1))
			}
		}
		if y := down(pan.atY(s.target)); i == 0 {
			target.from(x0, y)
		} else {
			target.b.WriteString("V" + strconv.Itoa(y))
		}
		target.b.WriteString("H" + strconv.Itoa(x1))
	}
	add := func(class, name, path string) {
		if path != "" {
			all = append(all, htmlLine{K: k, Class: class, Name: name, Path: path})
		}
	}
	add("band", "", band.String())
	add("rail", "", rails.String())
	add("target", "", target.String())
	first := w.p.Record.First
	dates := w.p.Record.Panel.Dates()[first:w.p.Record.End]
	values := w.series[asset]
	add("s w", "weight", a.line(dates, values, sampled(len(values), columns, values)))
	for _, s := range []shape{outSale, inBuy, sale, purchase, hollow} {
		path, isRug := a.marks(s, w.marks[s][asset], columns)
		class := "dot " + shapeClass[s]
		if isRug {
			class = "rug " + shapeClass[s]
		}
		add(class, "", path)
		if s == hollow {
			add("core", "", path)
		}
	}
	return all
}

// isRug says whether n marks are too many for dots on the page.
func (s shape) isRug(n int) bool { return n > 90 && s != hollow }

// besideRugs is an asset's scale with room at the edges where strokes stand.
func (w *weights) besideRugs(asset int, s scale) scale {
	room := 0.09 * (s.hi - s.lo)
	var above, below bool
	for _, shape := range []shape{sale, outSale, purchase, inBuy} {
		if shape.isRug(len(w.marks[shape][asset])) {
			above, below = above || shape.down(), below || !shape.down()
		}
	}
	if above {
		s.hi += room
	}
	if below {
		s.lo -= room
	}
	return s
}

// marks are dots where they can be told apart; otherwise sales are strokes at the
// upper edge, purchases at the lower. Of marks closer than a part of the width the
// first is drawn.
func (a *htmlAxis) marks(s shape, all []mark, columns int) (path string, isRug bool) {
	var p htmlPath
	isRug = s.isRug(len(all))
	apart := max(1, a.wide()/min(columns, 200))
	last := math.MinInt / 2
	for _, m := range all {
		x := int(m.x - float64(a.first))
		if x-last < apart || !isRug && math.IsNaN(m.y) {
			continue
		}
		last = x
		switch {
		case isRug && s.down():
			p.bar(x, 0, htmlTall/14)
		case isRug:
			p.bar(x, htmlTall, -htmlTall/14)
		default:
			p.dot(x, a.place(m.y))
		}
	}
	return p.String(), isRug
}

// htmlMarks are what the legend explains: only what is there.
func (w *weights) htmlMarks() []htmlMark {
	all := []htmlMark{{"w", "weight"}, {"target", "target"}}
	var band, rails bool
	for _, x := range w.spans {
		for i, t := range x.Targets {
			_, _, ok := x.Limits.band(i)
			lo, hi := x.Limits.rails(i, t)
			band, rails = band || ok, rails || lo == lo || hi == hi
		}
	}
	if band {
		all = append(all, htmlMark{"band", "band"})
	}
	if rails {
		all = append(all, htmlMark{"rail", "inner rail"})
	}
	many := false
	for _, s := range []shape{sale, purchase, outSale, inBuy, hollow} {
		most := 0
		for _, x := range w.marks[s] {
			most = max(most, len(x))
		}
		if most > 0 {
			all = append(all, htmlMark{shapeClass[s], shapeText[s]})
			many = many || s.isRug(most)
		}
	}
	if many {
		all = append(all, htmlMark{"", "where there are many: strokes, sales above, purchases below"})
	}
	return all
}

var shapeText = map[shape]string{
	sale: "sale", purchase: "purchase", outSale: "sale for a withdrawal", inBuy: "purchase from a deposit",
	hollow: "trigger that nothing paid for",
}

// htmlDrift draws the drift of each policy and counts the days out of band.
func (run *Run) htmlDrift(page *htmlPage) {
	series, keys := run.drifts(), run.htmlKeys()
	columns := htmlColumns(len(run.Policies), 9000)
	for i := range run.Policies {
		p := &run.Policies[i]
		if p.Record.DriftHalf == nil {
			continue
		}
		_, hi := extent(0, 0, series[i]...)
		a := run.htmlAxis(scale{lo: 0, hi: max(hi*1.1, 1e-4)})
		c := a.chart("drift"+strconv.Itoa(i), 130, "percent", linearTicks(a.y, 5, percentLabel))
		c.Small = true
		c.Title, c.Note = keys[i].Name, driftLine(p, series[i], true)
		c.Label = "Drift of " + c.Title + " over time"
		c.Lines = append(c.Lines, htmlLine{K: i, Class: "s thin " + keys[i].Class, Name: "drift", Path: a.line(p.dates(), series[i], sampled(len(series[i]), columns, series[i]))})
		if len(series[i]) > 1 {
			var mean htmlPath
			mean.from(0, a.place(metric.Mean(series[i][1:])))
			mean.b.WriteString("H" + strconv.Itoa(a.wide()))
			c.Lines = append(c.Lines, htmlLine{K: i, Class: "mean", Path: mean.String()})
		}
		var rug htmlPath
		last := math.MinInt / 2
		for _, v := range rebalances(p.Record) {
			if x := int(p.Record.DateOf(v.Session) - a.first); x-last >= max(1, a.wide()/min(columns, 250)) {
				rug.bar(x, htmlTall, -htmlTall/14)
				last = x
			}
		}
		if path := rug.String(); path != "" {
			c.Lines = append(c.Lines, htmlLine{K: i, Class: "rug buy", Path: path})
		}
		page.Drift = append(page.Drift, c)
	}
	page.DriftRows = run.htmlOutside()
}

// outside is how a policy stood to its bands; false without bands or a journal.
func outside(p *Policy) (metric.Outside, bool) {
	if p.Record.Log == nil || !p.isBanded() {
		return metric.Outside{}, false
	}
	limits := make([]metric.Limits, len(p.Limits))
	for i := range p.Limits {
		limits[i] = metric.Limits{Lo: p.Limits[i].Lo, Hi: p.Limits[i].Hi}
	}
	return metric.OutsideBands(p.Record, limits), true
}

// htmlOutside is the table of drift and days outside the band.
func (run *Run) htmlOutside() htmlTable {
	t := htmlTable{ID: "outside", Sort: true, Head: []htmlHead{{Text: "Policy"}, {Text: "Mean drift"}, {Text: "Largest drift"}, {Text: "Largest of one asset"}, {Text: "Sessions outside the band"}, {Text: "Part of all"}, {Text: "Longest in a row"}, {Text: "Times it went out"}}}
	for i, key := range run.htmlKeys() {
		p := &run.Policies[i]
		o, ok := outside(p)
		row := htmlRow{Key: key, K: i}
		mean, most := math.NaN(), math.NaN()
		if d := p.Record.DriftHalf; d != nil && p.Record.End-p.Record.First > 1 {
			d = d[p.Record.First+1 : p.Record.End]
			mean, most = metric.Mean(d), slices.Max(d)
		}
		row.Cells = append(row.Cells, cellOf(percent(mean, 2), mean), cellOf(percent(most, 2), most), cellOf(percent(p.value("drift_max"), 2), p.value("drift_max")))
		if !ok {
			row.Cells = append(row.Cells, htmlCell{Text: "no band"}, htmlCell{Text: undefined}, htmlCell{Text: undefined}, htmlCell{Text: undefined})
			t.Rows = append(t.Rows, row)
			continue
		}
		part := float64(o.Sessions) / float64(p.Record.End-p.Record.First-1)
		row.Cells = append(row.Cells, countCell(o.Sessions), cellOf(percent(part, 1), part), countCell(o.Longest), countCell(o.Alerts))
		t.Rows = append(t.Rows, row)
	}
	return t
}

package run

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim/metric"
)

// htmlWeights are the charts of a policy, one an asset.
type htmlWeights struct {
	Key    page.Key
	Title  string
	Charts []page.Chart
	Marks  []htmlMark // of the legend
	Open   bool
}

// htmlMark is an entry of the legend: what its sample looks like and means.
type htmlMark struct{ Class, Text string }

// shapeClass are the marks' classes; the page draws dots, and below or above the
// target tells a purchase from a sale.
var shapeClass = map[draw.Shape]string{draw.Sale: "sell", draw.Purchase: "buy", draw.OutSale: "out", draw.InBuy: "in", draw.Hollow: "ring"}

// htmlWeights draws a policy's weights; false without a journal. The first policy
// with limits is shown, the others open at a touch.
func (run *Run) htmlWeights(i int) (htmlWeights, bool) {
	p := &run.Policies[i]
	if p.Record.Log == nil {
		return htmlWeights{}, false
	}
	w := foldWeights(p)
	key := run.HTMLKeys()[i]
	out := htmlWeights{Key: key, Title: draw.Clean(p.Title, 300), Marks: w.htmlMarks(), Open: i == run.shown()}
	panels := run.Panel.Assets() * len(run.Policies)
	columns, height := page.Columns(panels, 24000), 150
	if run.Panel.Assets() > 6 {
		height = 120
	}
	for k, symbol := range run.Panel.Symbols() {
		a := run.htmlAxis(w.besideRugs(k, w.scale(k)))
		c := a.Chart(fmt.Sprintf("w%d-%d", i, k), height, "percent", draw.LinearTicks(a.Y, 5, draw.PercentLabel))
		c.Small = true
		c.Title, c.Note = draw.Clean(symbol, 200), w.targetLine(k)
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

// isBanded reports whether some asset has a band.
func (p *Policy) isBanded() bool {
	for i := range p.Limits {
		for k := range p.Record.Panel.Assets() {
			if _, _, ok := bandOf(&p.Limits[i], k); ok {
				return true
			}
		}
	}
	return false
}

// htmlLines are the band, the rails, the target, the weight and the marks.
func (w *weights) htmlLines(a *page.Axis, asset, k, columns int) (all []page.Line) {
	pan := a.Stretched()
	steps := w.stairs(pan, asset, columns)
	var band, rails, target page.Path
	for i := range steps {
		s := &steps[i]
		x0, x1 := page.Round(s.From), page.Round(s.To)
		if !math.IsNaN(s.Lo) {
			y0, y1 := page.Down(pan.AtY(s.Lo)), page.Down(pan.AtY(s.Hi))
			band.From(x0, y1)
			band.B.WriteString("H" + strconv.Itoa(x1) + "V" + strconv.Itoa(y0) + "H" + strconv.Itoa(x0) + "z")
		}
		for _, v := range []float64{s.RailLo, s.RailHi} {
			if !math.IsNaN(v) {
				rails.From(x0, page.Down(pan.AtY(v)))
				rails.B.WriteString("H" + strconv.Itoa(x1))
			}
		}
		if y := page.Down(pan.AtY(s.Target)); i == 0 {
			target.From(x0, y)
		} else {
			target.B.WriteString("V" + strconv.Itoa(y))
		}
		target.B.WriteString("H" + strconv.Itoa(x1))
	}
	add := func(class, name, path string) {
		if path != "" {
			all = append(all, page.Line{K: k, Class: class, Name: name, Path: path})
		}
	}
	add("band", "", band.String())
	add("rail", "", rails.String())
	add("target", "", target.String())
	first := w.p.Record.First
	dates := w.p.Record.Panel.Dates()[first:w.p.Record.End]
	values := w.series[asset]
	add("s w", "weight", a.Line(dates, values, page.Sampled(len(values), columns, values)))
	for _, s := range []draw.Shape{draw.OutSale, draw.InBuy, draw.Sale, draw.Purchase, draw.Hollow} {
		path, isRug := axisMarks(a, s, w.marks[s][asset], columns)
		class := "dot " + shapeClass[s]
		if isRug {
			class = "rug " + shapeClass[s]
		}
		add(class, "", path)
		if s == draw.Hollow {
			add("core", "", path)
		}
	}
	return all
}

// asRug reports whether n marks are too many for dots on the page.
func asRug(s draw.Shape, n int) bool { return n > 90 && s != draw.Hollow }

// besideRugs is an asset's scale with room at the edges where strokes stand.
func (w *weights) besideRugs(asset int, s draw.Scale) draw.Scale {
	room := 0.09 * (s.Hi - s.Lo)
	var above, below bool
	for _, shape := range []draw.Shape{draw.Sale, draw.OutSale, draw.Purchase, draw.InBuy} {
		if asRug(shape, len(w.marks[shape][asset])) {
			above, below = above || shape.Down(), below || !shape.Down()
		}
	}
	if above {
		s.Hi += room
	}
	if below {
		s.Lo -= room
	}
	return s
}

// marks are dots where they can be told apart; otherwise sales are strokes at the
// upper edge, purchases at the lower. Of marks closer than a part of the width the
// first is drawn.
func axisMarks(a *page.Axis, s draw.Shape, all []draw.Mark, columns int) (path string, isRug bool) {
	var p page.Path
	isRug = asRug(s, len(all))
	apart := max(1, a.Wide()/min(columns, 200))
	last := math.MinInt / 2
	for _, m := range all {
		x := int(m.X - float64(a.First))
		if x-last < apart || !isRug && math.IsNaN(m.Y) {
			continue
		}
		last = x
		switch {
		case isRug && s.Down():
			p.Bar(x, 0, page.Tall/14)
		case isRug:
			p.Bar(x, page.Tall, -page.Tall/14)
		default:
			p.Dot(x, a.Place(m.Y))
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
			_, _, ok := bandOf(x.Limits, i)
			lo, hi := railsOf(x.Limits, i, t)
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
	for _, s := range []draw.Shape{draw.Sale, draw.Purchase, draw.OutSale, draw.InBuy, draw.Hollow} {
		most := 0
		for _, x := range w.marks[s] {
			most = max(most, len(x))
		}
		if most > 0 {
			all = append(all, htmlMark{shapeClass[s], shapeText[s]})
			many = many || asRug(s, most)
		}
	}
	if many {
		all = append(all, htmlMark{"", "where there are many: strokes, sales above, purchases below"})
	}
	return all
}

var shapeText = map[draw.Shape]string{
	draw.Sale: "sale", draw.Purchase: "purchase", draw.OutSale: "sale for a withdrawal", draw.InBuy: "purchase from a deposit",
	draw.Hollow: "trigger that nothing paid for",
}

// htmlDrift draws the drift of each policy and counts the days out of band.
func (run *Run) htmlDrift(to *htmlPage) {
	series, keys := run.drifts(), run.HTMLKeys()
	columns := page.Columns(len(run.Policies), 9000)
	for i := range run.Policies {
		p := &run.Policies[i]
		if p.Record.DriftHalf == nil {
			continue
		}
		_, hi := draw.Extent(0, 0, series[i]...)
		a := run.htmlAxis(draw.Scale{Lo: 0, Hi: max(hi*1.1, 1e-4)})
		c := a.Chart("drift"+strconv.Itoa(i), 130, "percent", draw.LinearTicks(a.Y, 5, draw.PercentLabel))
		c.Small = true
		c.Title, c.Note = keys[i].Name, driftLine(p, series[i], true)
		c.Label = "Drift of " + c.Title + " over time"
		c.Lines = append(c.Lines, page.Line{K: i, Class: "s thin " + keys[i].Class, Name: "drift", Path: a.Line(p.dates(), series[i], page.Sampled(len(series[i]), columns, series[i]))})
		if len(series[i]) > 1 {
			var mean page.Path
			mean.From(0, a.Place(metric.Mean(series[i][1:])))
			mean.B.WriteString("H" + strconv.Itoa(a.Wide()))
			c.Lines = append(c.Lines, page.Line{K: i, Class: "mean", Path: mean.String()})
		}
		var rug page.Path
		last := math.MinInt / 2
		for _, v := range Rebalances(p.Record) {
			if x := int(p.Record.DateOf(v.Session) - a.First); x-last >= max(1, a.Wide()/min(columns, 250)) {
				rug.Bar(x, page.Tall, -page.Tall/14)
				last = x
			}
		}
		if path := rug.String(); path != "" {
			c.Lines = append(c.Lines, page.Line{K: i, Class: "rug buy", Path: path})
		}
		to.Drift = append(to.Drift, c)
	}
	to.DriftRows = run.htmlOutside()
}

// outside is how a policy stood to its bands; false without bands or a journal.
func outside(p *Policy) (metric.Outside, bool) {
	if p.Record.Log == nil || !p.isBanded() {
		return metric.Outside{}, false
	}
	return metric.OutsideBands(p.Record, p.Limits), true
}

// htmlOutside is the table of drift and days outside the band.
func (run *Run) htmlOutside() page.Table {
	t := page.Table{ID: "outside", Sort: true, Head: []page.Head{{Text: "Policy"}, {Text: "Mean drift"}, {Text: "Largest drift"}, {Text: "Largest of one asset"}, {Text: "Sessions outside the band"}, {Text: "Part of all"}, {Text: "Longest in a row"}, {Text: "Times it went out"}}}
	for i, key := range run.HTMLKeys() {
		p := &run.Policies[i]
		o, ok := outside(p)
		row := page.Row{Key: key, K: i}
		mean, most := math.NaN(), math.NaN()
		if d := p.Record.DriftHalf; d != nil && p.Record.End-p.Record.First > 1 {
			d = d[p.Record.First+1 : p.Record.End]
			mean, most = metric.Mean(d), slices.Max(d)
		}
		row.Cells = append(row.Cells, page.CellOf(draw.Percent(mean, 2), mean), page.CellOf(draw.Percent(most, 2), most), page.CellOf(draw.Percent(p.Value("drift_max"), 2), p.Value("drift_max")))
		if !ok {
			row.Cells = append(row.Cells, page.Cell{Text: "no band"}, page.Cell{Text: draw.Undefined}, page.Cell{Text: draw.Undefined}, page.Cell{Text: draw.Undefined})
			t.Rows = append(t.Rows, row)
			continue
		}
		part := float64(o.Sessions) / float64(p.Record.End-p.Record.First-1)
		row.Cells = append(row.Cells, page.CountCell(o.Sessions), page.CellOf(draw.Percent(part, 1), part), page.CountCell(o.Longest), page.CountCell(o.Alerts))
		t.Rows = append(t.Rows, row)
	}
	return t
}

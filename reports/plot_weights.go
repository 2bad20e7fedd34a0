package reports

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/sim"
)

func init() {
	add("plot-weights", "each asset's weight over time with its limits and trades, one picture a policy",
		"plots/weights-POLICY.png and .svg: one panel an asset, with its target, band and rails as they were in force, trades of rebalances (filled) and for deposits and withdrawals (outlines), and triggers that nothing paid for. The initial purchase is not marked.",
		func(dir Dir, run *Run) error {
			var all []picture
			for i, name := range fileNames(run) {
				if run.Policies[i].Record.Log != nil {
					all = append(all, picture{"plots/weights-" + name, run.weights(&run.Policies[i])})
				}
			}
			return save(dir, all...)
		})
}

// weights is what a picture of weights shows.
type weights struct {
	p      *Policy
	spans  []span
	series [][]float64          // [asset][session], after the session's own trades
	marks  [hollow + 1][][]mark // [shape][asset]; hollow: unfunded triggers, at the asset that fired
}

func (run *Run) weights(p *Policy) figure {
	w := foldWeights(p)
	g := run.grid(run.Panel.Assets())
	keys := w.keys(g)
	wide, tall := g.size(82)
	return figure{wide, tall, func(c draw.Canvas) {
		top := header(c, "Weights under "+clean(p.Name, 60), clean(p.Title, 160)+" · "+p.period())
		top = legend(c, top, keys)
		g := g.under(top)
		scales, ticks := make([]scale, g.n), make([][]tick, g.n)
		var left vg.Length
		for i := range scales {
			scales[i] = w.scale(i)
			ticks[i] = linearTicks(scales[i], g.mostTicks(), percentLabel)
			left = max(left, widest(letters(tickSize, faint), ticks[i]))
		}
		dates := p.dates()
		times := timeTicks(dates[0], dates[len(dates)-1], g.mostTimes())
		for i := range scales {
			pan := &panel{c: c, box: g.panel(i, top, left+6, c.Max.X), x: dateScale(dates), y: scales[i]}
			w.draw(pan, i, times, ticks[i], g.lowest(i), g.points())
			pan.heading(run.Panel.Symbols()[i], w.targetLine(i))
		}
	}}
}

// shortPercent is a fraction in per cent without needless zeros.
func shortPercent(x float64) string {
	for digits := range 3 {
		if math.Abs(x*100-math.Round(x*100*math.Pow(10, float64(digits)))/math.Pow(10, float64(digits))) < 1e-9 {
			return percent(x, digits)
		}
	}
	return percent(x, 2)
}

// targetLine is an asset's target; of several the range and the last.
func (w *weights) targetLine(i int) string {
	lo, hi := nothing()
	for _, x := range w.spans {
		lo, hi = extent(lo, hi, x.Targets[i])
	}
	if lo == hi {
		return "target " + shortPercent(lo)
	}
	last := w.spans[len(w.spans)-1].Targets[i]
	return "targets " + shortPercent(lo) + " to " + shortPercent(hi) + ", last " + shortPercent(last)
}

// foldWeights reads weights and marks from a record.
func foldWeights(p *Policy) *weights {
	r := p.Record
	n := r.Panel.Assets()
	w := &weights{p: p, spans: p.spans(), series: make([][]float64, n)}
	for s := range w.marks {
		w.marks[s] = make([][]mark, n)
	}
	b := newBooks(r)
	for s := r.First; s < r.End; s++ {
		b.close(s)
		for i, x := range b.weights(r.Panel.Close(s)) {
			w.series[i] = append(w.series[i], x)
		}
	}
	for i := range r.Log.Orders {
		o := &r.Log.Orders[i]
		d := &r.Log.Decisions[o.Decision]
		if o.Done == 0 || d.Cause == sim.CauseOpening {
			continue
		}
		s := markOf(o.Done < 0, isFlow(d))
		w.marks[s][o.Asset] = append(w.marks[s][o.Asset], mark{float64(r.DateOf(o.Filled)), w.series[o.Asset][int(o.Filled)-r.First]})
	}
	for _, d := range unfunded(r) {
		if d.Asset >= 0 {
			w.marks[hollow][d.Asset] = append(w.marks[hollow][d.Asset], mark{float64(r.DateOf(d.Session)), d.Dev})
		}
	}
	return w
}

// markOf is the mark of a trade.
func markOf(isSale, forFlow bool) shape {
	switch {
	case isSale && forFlow:
		return outSale
	case isSale:
		return sale
	case forFlow:
		return inBuy
	}
	return purchase
}

// lowHigh are asset i's limits of a pair of slices, and which there are.
func lowHigh(lo, hi []float64, i int) (l, h float64, isL, isH bool) {
	if lo != nil && lo[i] >= 0 {
		l, isL = lo[i], true
	}
	if hi != nil && hi[i] < 1 {
		h, isH = hi[i], true
	}
	return l, h, isL, isH
}

// band is asset i's band, open sides at 0 and 1; ok when there is one.
func (l *Limits) band(i int) (lo, hi float64, ok bool) {
	if l == nil {
		return 0, 1, false
	}
	lo, hi, isL, isH := lowHigh(l.Lo, l.Hi, i)
	if !isH {
		hi = 1
	}
	return lo, hi, isL || isH
}

// rails are asset i's inner rails; NaN where there is none or it is the target.
func (l *Limits) rails(i int, target float64) (lo, hi float64) {
	lo, hi = math.NaN(), math.NaN()
	if l == nil {
		return lo, hi
	}
	x, y, isX, isY := lowHigh(l.RailLo, l.RailHi, i)
	if isX && math.Abs(x-target) > 1e-9 {
		lo = x
	}
	if isY && math.Abs(y-target) > 1e-9 {
		hi = y
	}
	return lo, hi
}

// scale holds an asset's weights, its targets and the closed sides of its bands.
func (w *weights) scale(i int) scale {
	lo, hi := nothing()
	lo, hi = extent(lo, hi, w.series[i]...)
	for _, m := range w.marks[hollow][i] {
		lo, hi = extent(lo, hi, m.y)
	}
	for _, x := range w.spans {
		lo, hi = extent(lo, hi, x.Targets[i])
		if l, h, ok := x.Limits.band(i); ok {
			if l > 0 {
				lo = min(lo, l)
			}
			if h < 1 {
				hi = max(hi, h)
			}
		}
	}
	s := padded(lo, hi, 0.08)
	s.lo = max(s.lo, 0)
	return s
}

// draw draws one asset.
func (w *weights) draw(p *panel, i int, times, ticks []tick, lowest bool, points int) {
	steps := w.stairs(p, i, points)
	p.bands(steps)
	p.xAxis(times, lowest)
	p.yAxis(ticks)
	p.staircase(railStyle, steps, func(s *stair) float64 { return s.railLo })
	p.staircase(railStyle, steps, func(s *stair) float64 { return s.railHi })
	p.staircase(targetStyle, steps, func(s *stair) float64 { return s.target })
	sty := weightStyle
	if p.box.Max.X-p.box.Min.X < figureWide/2 {
		sty.Width = 0.65
	}
	p.line(sty, w.p.dates(), w.series[i], points)
	for _, s := range []shape{outSale, inBuy, sale, purchase, hollow} {
		p.marks(s, w.marks[s][i])
	}
}

var (
	weightStyle = stroke(blue, 0.9)
	targetStyle = stroke(baseGrey, 0.7)
	railStyle   = stroke(orange, 0.7, 4, 2.5)
)

// keys are the legend: only what the picture shows.
func (w *weights) keys(g grid) []key {
	many, typical := false, &panel{box: g.panel(0, 0, 30, figureWide)}
	all := []key{lineKey("weight", weightStyle), lineKey("target", targetStyle)}
	var band, rails bool
	for _, x := range w.spans {
		for i, t := range x.Targets {
			_, _, ok := x.Limits.band(i)
			lo, hi := x.Limits.rails(i, t)
			band, rails = band || ok, rails || lo == lo || hi == hi
		}
	}
	if band {
		all = append(all, bandKey())
	}
	if rails {
		all = append(all, lineKey("inner rail", railStyle))
	}
	for _, m := range []struct {
		text string
		s    shape
	}{
		{"sale", sale}, {"purchase", purchase}, {"sale for a withdrawal", outSale}, {"purchase from a deposit", inBuy},
		{"trigger that nothing paid for", hollow},
	} {
		most := 0
		for _, x := range w.marks[m.s] {
			most = max(most, len(x))
		}
		if most > 0 {
			all = append(all, markKey(m.text, m.s))
			many = many || m.s != hollow && typical.crowded(most)
		}
	}
	if many {
		all = append(all, key{"where there are many: strokes, sales above, purchases below", func(draw.Canvas, vg.Length, vg.Length) {}})
	}
	return all
}

func bandKey() key {
	return key{"band", func(c draw.Canvas, x, y vg.Length) {
		c.FillPolygon(bandShade, []vg.Point{{X: x, Y: y - 4}, {X: x + 18, Y: y - 4}, {X: x + 18, Y: y + 4}, {X: x, Y: y + 4}})
		c.StrokeLines(stroke(gridGrey, thin), []vg.Point{{X: x, Y: y - 4}, {X: x + 18, Y: y - 4}, {X: x + 18, Y: y + 4}, {X: x, Y: y + 4}, {X: x, Y: y - 4}})
	}}
}

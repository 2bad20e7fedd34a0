package run

import (
	"math"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/reports/draw"
	"evenkeel/sim"
)

func init() {
	add("plot-weights", "each asset's weight over time with its limits and trades, one picture a policy",
		"plots/weights-POLICY.png and .svg: one panel an asset, with its target, band and rails as they were in force, trades of rebalances (filled) and for deposits and withdrawals (outlines), and triggers that nothing paid for. The initial purchase is not marked.",
		func(dir draw.Dir, run *Run) error {
			var all []draw.Picture
			for i, name := range fileNames(run) {
				if run.Policies[i].Record.Log != nil {
					all = append(all, draw.Picture{Name: "plots/weights-" + name, Figure: run.weights(&run.Policies[i])})
				}
			}
			return draw.Save(dir, all...)
		})
}

// weights is what a picture of weights shows.
type weights struct {
	p      *Policy
	spans  []span
	series [][]float64                    // [asset][session], after the session's own trades
	marks  [draw.Hollow + 1][][]draw.Mark // [shape][asset]; hollow: unfunded triggers, at the asset that fired
}

func (run *Run) weights(p *Policy) draw.Figure {
	w := foldWeights(p)
	g := run.grid(run.Panel.Assets())
	keys := w.keys(g)
	wide, tall := g.Size(82)
	return draw.Figure{Width: wide, Height: tall, Draw: func(c vgdraw.Canvas) {
		top := draw.Header(c, "Weights under "+draw.Clean(p.Name, 60), draw.Clean(p.Title, 160)+" · "+p.Period())
		top = draw.Legend(c, top, keys)
		g := g.Under(top)
		scales, ticks := make([]draw.Scale, g.N), make([][]draw.Tick, g.N)
		var left vg.Length
		for i := range scales {
			scales[i] = w.scale(i)
			ticks[i] = draw.LinearTicks(scales[i], g.MostTicks(), draw.PercentLabel)
			left = max(left, draw.Widest(draw.Letters(draw.TickSize, draw.Faint), ticks[i]))
		}
		dates := p.dates()
		times := draw.TimeTicks(dates[0], dates[len(dates)-1], g.MostTimes())
		for i := range scales {
			pan := &draw.Panel{C: c, Box: g.Panel(i, top, left+6, c.Max.X), X: draw.DateScale(dates), Y: scales[i]}
			w.draw(pan, i, times, ticks[i], g.Lowest(i), g.Points())
			pan.Heading(run.Panel.Symbols()[i], w.targetLine(i))
		}
	}}
}

// shortPercent is a fraction in per cent without needless zeros.
func shortPercent(x float64) string {
	for digits := range 3 {
		if math.Abs(x*100-math.Round(x*100*math.Pow(10, float64(digits)))/math.Pow(10, float64(digits))) < 1e-9 {
			return draw.Percent(x, digits)
		}
	}
	return draw.Percent(x, 2)
}

// targetLine is an asset's target; of several the range and the last.
func (w *weights) targetLine(i int) string {
	lo, hi := draw.Nothing()
	for _, x := range w.spans {
		lo, hi = draw.Extent(lo, hi, x.Targets[i])
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
		w.marks[s] = make([][]draw.Mark, n)
	}
	b := NewBooks(r)
	for s := r.First; s < r.End; s++ {
		b.Close(s)
		for i, x := range b.Weights(r.Panel.Close(s)) {
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
		w.marks[s][o.Asset] = append(w.marks[s][o.Asset], draw.Mark{X: float64(r.DateOf(o.Filled)), Y: w.series[o.Asset][int(o.Filled)-r.First]})
	}
	for _, d := range unfunded(r) {
		if d.Asset >= 0 {
			w.marks[draw.Hollow][d.Asset] = append(w.marks[draw.Hollow][d.Asset], draw.Mark{X: float64(r.DateOf(d.Session)), Y: d.Dev})
		}
	}
	return w
}

// markOf is the mark of a trade.
func markOf(isSale, forFlow bool) draw.Shape {
	switch {
	case isSale && forFlow:
		return draw.OutSale
	case isSale:
		return draw.Sale
	case forFlow:
		return draw.InBuy
	}
	return draw.Purchase
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

// bandOf is asset i's band, open sides at 0 and 1; ok when there is one.
func bandOf(l *sim.Edges, i int) (lo, hi float64, ok bool) {
	if l == nil {
		return 0, 1, false
	}
	lo, hi, isL, isH := lowHigh(l.Lo, l.Hi, i)
	if !isH {
		hi = 1
	}
	return lo, hi, isL || isH
}

// railsOf are asset i's inner rails; NaN where there is none or it is the target.
func railsOf(l *sim.Edges, i int, target float64) (lo, hi float64) {
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
func (w *weights) scale(i int) draw.Scale {
	lo, hi := draw.Nothing()
	lo, hi = draw.Extent(lo, hi, w.series[i]...)
	for _, m := range w.marks[draw.Hollow][i] {
		lo, hi = draw.Extent(lo, hi, m.Y)
	}
	for _, x := range w.spans {
		lo, hi = draw.Extent(lo, hi, x.Targets[i])
		if l, h, ok := bandOf(x.Limits, i); ok {
			if l > 0 {
				lo = min(lo, l)
			}
			if h < 1 {
				hi = max(hi, h)
			}
		}
	}
	s := draw.Padded(lo, hi, 0.08)
	s.Lo = max(s.Lo, 0)
	return s
}

// draw draws one asset.
func (w *weights) draw(p *draw.Panel, i int, times, ticks []draw.Tick, lowest bool, points int) {
	steps := w.stairs(p, i, points)
	p.Bands(steps)
	p.XAxis(times, lowest)
	p.YAxis(ticks)
	p.Staircase(railStyle, steps, func(s *draw.Stair) float64 { return s.RailLo })
	p.Staircase(railStyle, steps, func(s *draw.Stair) float64 { return s.RailHi })
	p.Staircase(targetStyle, steps, func(s *draw.Stair) float64 { return s.Target })
	sty := weightStyle
	if p.Box.Max.X-p.Box.Min.X < draw.FigureWide/2 {
		sty.Width = 0.65
	}
	p.Line(sty, w.p.dates(), w.series[i], points)
	for _, s := range []draw.Shape{draw.OutSale, draw.InBuy, draw.Sale, draw.Purchase, draw.Hollow} {
		p.Marks(s, w.marks[s][i])
	}
}

var (
	weightStyle = draw.Stroke(draw.Blue, 0.9)
	targetStyle = draw.Stroke(draw.BaseGrey, 0.7)
	railStyle   = draw.Stroke(draw.Orange, 0.7, 4, 2.5)
)

// keys are the legend: only what the picture shows.
func (w *weights) keys(g draw.Grid) []draw.Key {
	many, typical := false, &draw.Panel{Box: g.Panel(0, 0, 30, draw.FigureWide)}
	all := []draw.Key{draw.LineKey("weight", weightStyle), draw.LineKey("target", targetStyle)}
	var band, rails bool
	for _, x := range w.spans {
		for i, t := range x.Targets {
			_, _, ok := bandOf(x.Limits, i)
			lo, hi := railsOf(x.Limits, i, t)
			band, rails = band || ok, rails || lo == lo || hi == hi
		}
	}
	if band {
		all = append(all, bandKey())
	}
	if rails {
		all = append(all, draw.LineKey("inner rail", railStyle))
	}
	for _, m := range []struct {
		text string
		s    draw.Shape
	}{
		{"sale", draw.Sale}, {"purchase", draw.Purchase}, {"sale for a withdrawal", draw.OutSale}, {"purchase from a deposit", draw.InBuy},
		{"trigger that nothing paid for", draw.Hollow},
	} {
		most := 0
		for _, x := range w.marks[m.s] {
			most = max(most, len(x))
		}
		if most > 0 {
			all = append(all, draw.MarkKey(m.text, m.s))
			many = many || m.s != draw.Hollow && typical.Crowded(most)
		}
	}
	if many {
		all = append(all, draw.Key{Text: "where there are many: strokes, sales above, purchases below", Draw: func(vgdraw.Canvas, vg.Length, vg.Length) {}})
	}
	return all
}

func bandKey() draw.Key {
	return draw.Key{Text: "band", Draw: func(c vgdraw.Canvas, x, y vg.Length) {
		c.FillPolygon(draw.BandShade, []vg.Point{{X: x, Y: y - 4}, {X: x + 18, Y: y - 4}, {X: x + 18, Y: y + 4}, {X: x, Y: y + 4}})
		c.StrokeLines(draw.Stroke(draw.GridGrey, draw.Thin), []vg.Point{{X: x, Y: y - 4}, {X: x + 18, Y: y - 4}, {X: x + 18, Y: y + 4}, {X: x, Y: y + 4}, {X: x, Y: y - 4}})
	}}
}

// stairs are an asset's targets and limits along a panel. Of the sets of targets
// that share one of the places along the axis the last is drawn.
func (w *weights) stairs(p *draw.Panel, i, places int) []draw.Stair {
	var all []draw.Stair
	least := (p.Box.Max.X - p.Box.Min.X) / vg.Length(places)
	r := w.p.Record
	for k, x := range w.spans {
		s := draw.Stair{From: p.Box.Min.X, To: p.Box.Max.X, Target: x.Targets[i], Lo: math.NaN(), Hi: math.NaN()}
		if k > 0 {
			s.From = p.AtX(float64(r.Panel.Date(x.From)))
		}
		if l, h, ok := bandOf(x.Limits, i); ok {
			s.Lo, s.Hi = max(l, p.Y.Lo), min(h, p.Y.Hi)
		}
		s.RailLo, s.RailHi = railsOf(x.Limits, i, x.Targets[i])
		for _, rail := range []*float64{&s.RailLo, &s.RailHi} {
			if *rail < p.Y.Lo || *rail > p.Y.Hi {
				*rail = math.NaN() // above or below all that the panel shows
			}
		}
		if n := len(all); n > 0 {
			if last := &all[n-1]; s.From-last.From < least {
				s.From = last.From
				all = all[:n-1]
			} else {
				last.To = s.From
			}
		}
		all = append(all, s)
	}
	return all
}

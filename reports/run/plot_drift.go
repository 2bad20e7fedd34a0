package run

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

func init() {
	add("plot-drift", "drift from the targets over time, one panel a policy", "plots/drift.png and .svg: half the sum of |w - t| before the session's own trades, with its mean and the rebalances.", func(dir draw.Dir, run *Run) error {
		return draw.Save(dir, draw.Picture{Name: "plots/drift", Figure: run.drift()})
	})
}

// drift draws the half-sum drift of each policy. Every panel has its own scale:
// what drifts freely would flatten all others.
func (run *Run) drift() draw.Figure {
	g := run.grid(len(run.Policies))
	wide, tall := g.Size(82)
	return draw.Figure{Width: wide, Height: tall, Draw: func(c vgdraw.Canvas) {
		first, end := run.Span()
		top := draw.Header(c, "Drift from the targets", fmt.Sprintf("half the sum of |weight %s target| · %s to %s · each policy on its own scale", draw.Minus, run.Panel.Date(first), run.Panel.Date(end-1)))
		top = draw.Legend(c, top, []draw.Key{draw.LineKey("mean", meanStyle), rebalanceKey()})
		g := g.Under(top)
		series, scales, ticks := run.drifts(), make([]draw.Scale, g.N), make([][]draw.Tick, g.N)
		var left vg.Length
		for i := range scales {
			_, hi := draw.Extent(0, 0, series[i]...)
			scales[i] = draw.Scale{Lo: 0, Hi: max(hi*1.1, 1e-4)}
			ticks[i] = draw.LinearTicks(scales[i], g.MostTicks(), draw.PercentLabel)
			left = max(left, draw.Widest(draw.Letters(draw.TickSize, draw.Faint), ticks[i]))
		}
		dates := run.Panel.Dates()[first:end]
		times := draw.TimeTicks(dates[0], dates[len(dates)-1], g.MostTimes())
		styles := run.policyStyles()
		for i := range scales {
			p := &run.Policies[i]
			pan := &draw.Panel{C: c, Box: g.Panel(i, top, left+6, c.Max.X), X: draw.DateScale(dates), Y: scales[i]}
			pan.XAxis(times, g.Lowest(i))
			pan.YAxis(ticks[i])
			styles[i].Dashes = nil
			styles[i].Width = 0.9
			pan.Line(styles[i], p.dates(), series[i], g.Points())
			pan.Heading(p.Name, driftLine(p, series[i], g.Columns < 3))
			if len(series[i]) > 1 {
				pan.Level(meanStyle, metric.Mean(series[i][1:]))
			}
			ticksBelow(pan, p)
		}
	}}
}

var meanStyle = draw.Stroke(draw.BaseGrey, 0.7, 4, 2.5)

// drifts are the policies' drifts by session, NaN in the first and without a record of them.
func (run *Run) drifts() [][]float64 {
	all := make([][]float64, len(run.Policies))
	for i := range all {
		r := run.Policies[i].Record
		all[i] = make([]float64, r.End-r.First)
		for k := range all[i] {
			all[i][k] = math.NaN()
			if k > 0 && r.DriftHalf != nil {
				all[i][k] = r.DriftHalf[r.First+k]
			}
		}
	}
	return all
}

// driftLine returns how far a policy drifted and how often it traded.
func driftLine(p *Policy, series []float64, long bool) string {
	if p.Record.DriftHalf == nil || len(series) < 2 {
		return "not recorded"
	}
	_, hi := draw.Extent(0, 0, series...)
	line := fmt.Sprintf("mean %s, largest %s", draw.Percent(metric.Mean(series[1:]), 1), draw.Percent(hi, 1))
	if long {
		line += ", " + draw.Plural(p.Record.Tally.Rebalances, "rebalance", "rebalances")
	}
	return line
}

// ticksBelow marks the sessions whose decisions placed orders, at the panel's foot.
func ticksBelow(p *draw.Panel, policy *Policy) {
	var all []draw.Mark
	for _, v := range Rebalances(policy.Record) {
		all = append(all, draw.Mark{X: float64(policy.Record.DateOf(v.Session))})
	}
	p.Rug(draw.Purchase, all)
}

func rebalanceKey() draw.Key {
	return draw.Key{Text: "rebalance", Draw: func(c vgdraw.Canvas, x, y vg.Length) {
		c.StrokeLine2(draw.Stroke(draw.MarkColor[draw.Purchase], 0.7), x+15, y-3, x+15, y+3)
	}}
}

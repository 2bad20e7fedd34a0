package reports

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/sim/metric"
)

func init() {
	add("plot-drift", "drift from the targets over time, one panel a policy", "plots/drift.png and .svg: half the sum of |w - t| before the session's own trades, with its mean and the rebalances.", func(dir Dir, run *Run) error {
		return save(dir, picture{"plots/drift", run.drift()})
	})
}

// drift draws the half-sum drift of each policy. Every panel has its own scale:
// what drifts freely would flatten all others.
func (run *Run) drift() figure {
	g := run.grid(len(run.Policies))
	wide, tall := g.size(82)
	return figure{wide, tall, func(c draw.Canvas) {
		first, end := run.span()
		top := header(c, "Drift from the targets", fmt.Sprintf("half the sum of |weight %s target| · %s to %s · each policy on its own scale", minus, run.Panel.Date(first), run.Panel.Date(end-1)))
		top = legend(c, top, []key{lineKey("mean", meanStyle), rebalanceKey()})
		g := g.under(top)
		series, scales, ticks := run.drifts(), make([]scale, g.n), make([][]tick, g.n)
		var left vg.Length
		for i := range scales {
			_, hi := extent(0, 0, series[i]...)
			scales[i] = scale{lo: 0, hi: max(hi*1.1, 1e-4)}
			ticks[i] = linearTicks(scales[i], g.mostTicks(), percentLabel)
			left = max(left, widest(letters(tickSize, faint), ticks[i]))
		}
		dates := run.Panel.Dates()[first:end]
		times := timeTicks(dates[0], dates[len(dates)-1], g.mostTimes())
		styles := run.policyStyles()
		for i := range scales {
			p := &run.Policies[i]
			pan := &panel{c: c, box: g.panel(i, top, left+6, c.Max.X), x: dateScale(dates), y: scales[i]}
			pan.xAxis(times, g.lowest(i))
			pan.yAxis(ticks[i])
			styles[i].Dashes = nil
			styles[i].Width = 0.9
			pan.line(styles[i], p.dates(), series[i], g.points())
			pan.heading(p.Name, driftLine(p, series[i], g.columns < 3))
			if len(series[i]) > 1 {
				pan.level(meanStyle, metric.Mean(series[i][1:]))
			}
			pan.ticksBelow(p)
		}
	}}
}

var meanStyle = stroke(baseGrey, 0.7, 4, 2.5)

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

// driftLine says how far a policy drifted and how often it traded.
func driftLine(p *Policy, series []float64, long bool) string {
	if p.Record.DriftHalf == nil || len(series) < 2 {
		return "not recorded"
	}
	_, hi := extent(0, 0, series...)
	line := fmt.Sprintf("mean %s, largest %s", percent(metric.Mean(series[1:]), 1), percent(hi, 1))
	if long {
		line += ", " + plural(p.Record.Tally.Rebalances, "rebalance", "rebalances")
	}
	return line
}

// ticksBelow marks the sessions whose decisions placed orders, at the panel's foot.
func (p *panel) ticksBelow(policy *Policy) {
	var all []mark
	for _, v := range rebalances(policy.Record) {
		all = append(all, mark{x: float64(policy.Record.DateOf(v.Session))})
	}
	p.rug(purchase, all)
}

func rebalanceKey() key {
	return key{"rebalance", func(c draw.Canvas, x, y vg.Length) {
		c.StrokeLine2(stroke(markColor[purchase], 0.7), x+15, y-3, x+15, y+3)
	}}
}

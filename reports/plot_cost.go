package reports

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

func init() {
	add("plot-cost-tracking", "what each policy costs against how closely it tracks its targets", "plots/cost-tracking.png and .svg: costs a year (turnover a year when trading is free) against tracking error; both small is good. Written only for several policies: one dot compares nothing.", func(dir Dir, run *Run) error {
		if len(run.Policies) < 2 {
			return nil
		}
		return save(dir, picture{"plots/cost-tracking", run.costTracking()})
	})
}

// costTracking is a scatter of the policies.
func (run *Run) costTracking() figure {
	wide, tall := run.single(400)
	return figure{wide, tall, func(c draw.Canvas) {
		s := run.scatter()
		top := header(c, s.title, "both small is good: nearer to the lower left corner")
		axis := letters(labelSize, faint)
		ticks := linearTicks(s.y, 6, percentLabel)
		if s.y.log {
			ticks = logTicks(s.y, 7, percentLabel)
		}
		left := edge + widest(letters(tickSize, faint), ticks) + 6
		p := &panel{c: c, box: rect(left, edge+34, c.Max.X-edge-8, top-16), x: s.x, y: s.y}
		p.xAxis(linearTicks(s.x, int(8*wide/figureWide), s.label), true)
		p.yAxis(ticks)
		p.note("Tracking error a year" + map[bool]string{true: " (log scale)"}[s.y.log])
		c.FillText(placed(axis, draw.XRight, draw.YBottom), vg.Point{X: p.box.Max.X, Y: edge}, s.xTitle)
		p.scatter(run, s)
	}}
}

// scatter is what the picture shows.
type scatter struct {
	xs, ys        []float64
	x, y          scale
	title, xTitle string
	label         func(v, step float64) string
}

func (run *Run) scatter() scatter {
	s := scatter{title: "Costs and tracking", xTitle: "Costs a year, in basis points of mean NAV", label: plainLabel(1)}
	free := true
	for i := range run.Policies {
		p := &run.Policies[i]
		s.xs = append(s.xs, p.value("cost_per_year")*1e4)
		s.ys = append(s.ys, p.value("tracking_error"))
		free = free && !(s.xs[i] > 0)
	}
	if free {
		s.title, s.xTitle, s.label = "Turnover and tracking", "One-way turnover a year", percentLabel
		for i := range run.Policies {
			s.xs[i] = run.Policies[i].value("turnover_per_year")
		}
	}
	lo, hi := nothing()
	lo, hi = extent(lo, hi, s.ys...)
	_, wide := extent(0, 0, s.xs...)
	s.x = scale{lo: -0.03 * wide, hi: 1.12 * wide}
	if wide == 0 {
		s.x = scale{lo: -0.1, hi: 1}
	}
	switch {
	case lo > 0 && hi/lo > 8:
		s.y = scale{lo: lo / 1.4, hi: hi * 1.4, log: true}
	case lo <= hi:
		s.y = scale{lo: 0, hi: max(hi*1.12, 1e-6)}
	default:
		s.y = scale{lo: 0, hi: 0.01}
	}
	return s
}

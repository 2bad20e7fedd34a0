package reports

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/sim/metric"
)

func init() {
	add("plot-shortfall", "the implementation shortfall from the paper book to the account, one panel a policy",
		"plots/shortfall.png and .svg: delay, trading, opportunity, explicit costs and the initial purchase's costs as steps that add up to the total, in basis points of mean NAV a year; to the right costs, to the left gains. Written only when a policy has a journal.",
		func(dir Dir, run *Run) error {
			if !run.journals() {
				return nil
			}
			return save(dir, picture{"plots/shortfall", run.waterfalls()})
		})
}

// journals says whether some policy has a log.
func (run *Run) journals() bool {
	for i := range run.Policies {
		if run.Policies[i].Record.Log != nil {
			return true
		}
	}
	return false
}

// fall is a policy's waterfall in basis points of mean NAV a year: the parts, then
// their sum; all NaN without a log or in no time.
type fall struct {
	steps [6]float64
	total float64 // in money
}

var fallNames = [...]string{"Delay", "Trading", "Opportunity", "Explicit costs", "Initial purchase", "Total"}

func fallOf(p *Policy) fall {
	r := p.Record
	f := fall{steps: [6]float64{math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()}, total: math.NaN()}
	if r.Log == nil {
		return f
	}
	s := metric.ShortfallOf(r)
	f.total = s.Total()
	years := float64(r.Panel.Date(r.End-1)-r.Panel.Date(r.First)) / 365.25
	if !(years > 0) {
		return f
	}
	unit := 1e4 / metric.Mean(p.navs()) / years
	first := s.Initial // its costs are the same whatever the policy does: a step of their own
	for k, x := range []float64{s.Delay - first.Delay, s.Trading - first.Trading, s.Opportunity - first.Opportunity, s.Explicit - first.Explicit, first.Total(), s.Total()} {
		f.steps[k] = x * unit
	}
	return f
}

// at is where step k begins and ends: parts follow on each other, the total begins
// at nothing.
func (f *fall) at(k int) (from, to float64) {
	if k == len(f.steps)-1 {
		return 0, f.steps[k]
	}
	for _, x := range f.steps[:k] {
		from += x
	}
	return from, from + f.steps[k]
}

// waterfalls draws every policy on one scale.
func (run *Run) waterfalls() figure {
	g := run.grid(len(run.Policies))
	if g.tall = min(g.tall, 180); g.columns == 1 {
		g.tall = max(g.tall, 128)
	}
	wide, tall := g.size(76)
	return figure{wide, tall, func(c draw.Canvas) {
		first, end := run.span()
		top := header(c, "From the paper book to the account", fmt.Sprintf("implementation shortfall in basis points of mean NAV a year · %s to %s", run.Panel.Date(first), run.Panel.Date(end-1))+map[bool]string{true: " · beside each name in all" + inCurrency(run)}[g.columns > 2])
		top = legend(c, top, []key{barKey("costs", vermilion), barKey("gains", green), barKey("total", baseGrey)})
		g := g.under(top)
		falls := make([]fall, g.n)
		lo, hi := 0.0, 0.0
		for i := range falls {
			falls[i] = fallOf(&run.Policies[i])
			for k := range falls[i].steps {
				from, to := falls[i].at(k)
				lo, hi = extent(lo, hi, from, to)
			}
		}
		x := fallScale(lo, hi, g.crowded())
		label := placed(letters(tickSize, faint), draw.XRight, draw.YCenter)
		var left vg.Length
		for _, name := range fallNames {
			left = max(left, label.Width(name))
		}
		for i := range falls {
			p := &run.Policies[i]
			pan := &panel{c: c, box: g.panel(i, top, left+6, c.Max.X), x: x, y: scale{lo: float64(len(fallNames)), hi: 0}}
			pan.xAxis(linearTicks(x, [...]int{0, 10, 6, 4}[g.columns], plainLabel(1)), g.lowest(i))
			pan.heading(p.Name, fallLine(run, p, &falls[i], g.columns < 3))
			for k, name := range fallNames {
				c.FillText(label, vg.Point{X: pan.box.Min.X - 5, Y: pan.atY(float64(k) + 0.5)}, name)
			}
			pan.waterfall(&falls[i])
		}
	}}
}

// fallScale has room for the numbers beside the bars.
func fallScale(lo, hi float64, columns int) scale {
	room := [...]float64{0, 0.09, 0.22, 0.45}[columns]
	if !(hi-lo > 0) {
		return scale{lo: -1, hi: 1}
	}
	s := scale{lo: lo, hi: hi + room*(hi-lo)}
	if lo < 0 {
		s.lo = lo - 0.03*(hi-lo)
	}
	return s
}

// waterfall draws the steps from above to below, each joined to the next.
func (p *panel) waterfall(f *fall) {
	if !data.Finite(f.steps[0]) {
		return
	}
	tall := (p.box.Max.Y - p.box.Min.Y) / vg.Length(len(f.steps))
	half := min(0.34*tall, 9)
	p.c.StrokeLine2(stroke(axisGrey, thin), p.atX(0), p.box.Min.Y, p.atX(0), p.box.Max.Y)
	for k := range f.steps {
		from, to := f.at(k)
		y, a, b := p.atY(float64(k)+0.5), p.atX(from), p.atX(to)
		c := vermilion
		switch {
		case k == len(f.steps)-1:
			c = baseGrey
		case to < from:
			c = green
		}
		lo, hi := min(a, b), max(a, b)
		text := signed(f.steps[k], bpDigits(p.x))
		if hi-lo < 0.8 { // a step of next to nothing is a stroke
			lo, hi = lo-0.4, hi+0.4
			if strings.Trim(text, "0.") == "" {
				c = faint
			}
		}
		p.c.FillPolygon(c, []vg.Point{{X: lo, Y: y - half}, {X: hi, Y: y - half}, {X: hi, Y: y + half}, {X: lo, Y: y + half}})
		if k < len(f.steps)-1 {
			p.c.StrokeLine2(stroke(axisGrey, hair), b, y-half, b, y-tall+half)
		}
		p.beside(lo, hi, y, text, k == len(f.steps)-1)
	}
}

// beside writes a bar's number to its right, or to its left where there is no room.
func (p *panel) beside(lo, hi, y vg.Length, text string, strong bool) {
	sty := letters(tickSize, ink)
	if strong {
		sty = bold(sty)
	}
	wide, x := sty.Width(text), hi+4
	if x+wide > p.box.Max.X {
		x = lo - 4 - wide
	}
	box := rect(x-1, y-5, x+wide+1, y+5)
	p.c.FillPolygon(color.White, []vg.Point{box.Min, {X: box.Max.X, Y: box.Min.Y}, box.Max, {X: box.Min.X, Y: box.Max.Y}})
	p.c.FillText(placed(sty, draw.XLeft, draw.YCenter), vg.Point{X: x, Y: y}, text)
}

// bpDigits are the digits after the point of all the numbers.
func bpDigits(s scale) int {
	if max(-s.lo, s.hi) >= 30 {
		return 1
	}
	return 2
}

func fallLine(run *Run, p *Policy, f *fall, long bool) string {
	switch {
	case p.Record.Log == nil:
		return "no journal"
	case !long:
		return money(f.total)
	}
	return fmt.Sprintf("%s in all%s", money(f.total), inCurrency(run))
}

// barKey is a legend's entry of a colour.
func barKey(text string, c color.Color) key {
	return key{text, func(cv draw.Canvas, x, y vg.Length) {
		cv.FillPolygon(c, []vg.Point{{X: x + 4, Y: y - 3.5}, {X: x + 18, Y: y - 3.5}, {X: x + 18, Y: y + 3.5}, {X: x + 4, Y: y + 3.5}})
	}}
}

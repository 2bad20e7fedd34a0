package run

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

func init() {
	add("plot-shortfall", "the implementation shortfall from the paper book to the account, one panel a policy",
		"plots/shortfall.png and .svg: delay, trading, opportunity, explicit costs and the initial purchase's costs as steps that add up to the total, in basis points of mean NAV a year; to the right costs, to the left gains. Written only when a policy has a journal.",
		func(dir draw.Dir, run *Run) error {
			if !run.journals() {
				return nil
			}
			return draw.Save(dir, draw.Picture{Name: "plots/shortfall", Figure: run.waterfalls()})
		})
}

// journals reports whether some policy has a log.
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
	unit := 1e4 / metric.Mean(p.Navs()) / years
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
func (run *Run) waterfalls() draw.Figure {
	g := run.grid(len(run.Policies))
	if g.Tall = min(g.Tall, 180); g.Columns == 1 {
		g.Tall = max(g.Tall, 128)
	}
	wide, tall := g.Size(76)
	return draw.Figure{Width: wide, Height: tall, Draw: func(c vgdraw.Canvas) {
		first, end := run.Span()
		top := draw.Header(c, "From the paper book to the account", fmt.Sprintf("implementation shortfall in basis points of mean NAV a year · %s to %s", run.Panel.Date(first), run.Panel.Date(end-1))+map[bool]string{true: " · beside each name in all" + inCurrency(run)}[g.Columns > 2])
		top = draw.Legend(c, top, []draw.Key{barKey("costs", draw.SellColor), barKey("gains", draw.BuyColor), barKey("total", draw.BaseGrey)})
		g := g.Under(top)
		falls := make([]fall, g.N)
		lo, hi := 0.0, 0.0
		for i := range falls {
			falls[i] = fallOf(&run.Policies[i])
			for k := range falls[i].steps {
				from, to := falls[i].at(k)
				lo, hi = draw.Extent(lo, hi, from, to)
			}
		}
		x := fallScale(lo, hi, g.Crowded())
		label := draw.Placed(draw.Letters(draw.TickSize, draw.Faint), vgdraw.XRight, vgdraw.YCenter)
		var left vg.Length
		for _, name := range fallNames {
			left = max(left, label.Width(name))
		}
		for i := range falls {
			p := &run.Policies[i]
			pan := &draw.Panel{C: c, Box: g.Panel(i, top, left+6, c.Max.X), X: x, Y: draw.Scale{Lo: float64(len(fallNames)), Hi: 0}}
			pan.XAxis(draw.LinearTicks(x, [...]int{0, 10, 6, 4}[g.Columns], draw.PlainLabel(1)), g.Lowest(i))
			pan.Heading(p.Name, fallLine(run, p, &falls[i], g.Columns < 3))
			for k, name := range fallNames {
				c.FillText(label, vg.Point{X: pan.Box.Min.X - 5, Y: pan.AtY(float64(k) + 0.5)}, name)
			}
			waterfall(pan, &falls[i])
		}
	}}
}

// fallScale has room for the numbers beside the bars.
func fallScale(lo, hi float64, columns int) draw.Scale {
	room := [...]float64{0, 0.09, 0.22, 0.45}[columns]
	if !(hi-lo > 0) {
		return draw.Scale{Lo: -1, Hi: 1}
	}
	s := draw.Scale{Lo: lo, Hi: hi + room*(hi-lo)}
	if lo < 0 {
		s.Lo = lo - 0.03*(hi-lo)
	}
	return s
}

// waterfall draws the steps from above to below, each joined to the next.
func waterfall(p *draw.Panel, f *fall) {
	if !data.Finite(f.steps[0]) {
		return
	}
	tall := (p.Box.Max.Y - p.Box.Min.Y) / vg.Length(len(f.steps))
	half := min(0.34*tall, 9)
	p.C.StrokeLine2(draw.Stroke(draw.AxisGrey, draw.Thin), p.AtX(0), p.Box.Min.Y, p.AtX(0), p.Box.Max.Y)
	for k := range f.steps {
		from, to := f.at(k)
		y, a, b := p.AtY(float64(k)+0.5), p.AtX(from), p.AtX(to)
		c := draw.SellColor
		switch {
		case k == len(f.steps)-1:
			c = draw.BaseGrey
		case to < from:
			c = draw.BuyColor
		}
		lo, hi := min(a, b), max(a, b)
		text := draw.Signed(f.steps[k], bpDigits(p.X))
		if hi-lo < 0.8 { // a step of next to nothing is a stroke
			lo, hi = lo-0.4, hi+0.4
			if strings.Trim(text, "0.") == "" {
				c = draw.Faint
			}
		}
		p.C.FillPolygon(c, []vg.Point{{X: lo, Y: y - half}, {X: hi, Y: y - half}, {X: hi, Y: y + half}, {X: lo, Y: y + half}})
		if k < len(f.steps)-1 {
			p.C.StrokeLine2(draw.Stroke(draw.AxisGrey, draw.Hair), b, y-half, b, y-tall+half)
		}
		barNumber(p, lo, hi, y, text, k == len(f.steps)-1)
	}
}

// beside writes a bar's number to its right, or to its left where there is no room.
func barNumber(p *draw.Panel, lo, hi, y vg.Length, text string, strong bool) {
	sty := draw.Letters(draw.TickSize, draw.Ink)
	if strong {
		sty = draw.Bold(sty)
	}
	wide, x := sty.Width(text), hi+4
	if x+wide > p.Box.Max.X {
		x = lo - 4 - wide
	}
	box := draw.Rect(x-1, y-5, x+wide+1, y+5)
	p.C.FillPolygon(color.White, []vg.Point{box.Min, {X: box.Max.X, Y: box.Min.Y}, box.Max, {X: box.Min.X, Y: box.Max.Y}})
	p.C.FillText(draw.Placed(sty, vgdraw.XLeft, vgdraw.YCenter), vg.Point{X: x, Y: y}, text)
}

// bpDigits are the digits after the point of all the numbers.
func bpDigits(s draw.Scale) int {
	if max(-s.Lo, s.Hi) >= 30 {
		return 1
	}
	return 2
}

func fallLine(run *Run, p *Policy, f *fall, long bool) string {
	switch {
	case p.Record.Log == nil:
		return "no journal"
	case !long:
		return draw.Money(f.total)
	}
	return fmt.Sprintf("%s in all%s", draw.Money(f.total), inCurrency(run))
}

// barKey is a legend's entry of a colour.
func barKey(text string, c color.Color) draw.Key {
	return draw.Key{Text: text, Draw: func(cv vgdraw.Canvas, x, y vg.Length) {
		cv.FillPolygon(c, []vg.Point{{X: x + 4, Y: y - 3.5}, {X: x + 18, Y: y - 3.5}, {X: x + 18, Y: y + 3.5}, {X: x + 4, Y: y + 3.5}})
	}}
}

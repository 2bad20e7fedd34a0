package run

import (
	"slices"
	"strconv"
	"strings"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// htmlBars are what the components of the costs come to, a bar a policy.
type htmlBars struct {
	Names []htmlMark // of the components
	Rows  []htmlBar
}

// htmlBar is a policy's bar: its parts in per cent of the longest bar.
type htmlBar struct {
	Key   page.Key
	Parts []htmlPart
	Text  string
	End   string
}

// htmlPart is a rectangle in per cent of the width.
type htmlPart struct {
	At, Wide string
	Class    string
	Text     string
}

// Part is a percentage of a width, for styles.
func Part(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// htmlCosts are turnover and costs by year and component.
func (run *Run) htmlCosts(p *htmlPage) {
	y0, labels := run.Calendar()
	var rows []int
	all := make([][]year, len(run.Policies))
	for i := range run.Policies {
		all[i] = years(&run.Policies[i], y0, len(labels))
		if run.Policies[i].Record.Log != nil {
			rows = append(rows, i)
		}
	}
	if rows == nil {
		return
	}
	p.Turnover = run.ByYear("turnover", labels, rows, func(i, y int) float64 { return all[i][y].Turnover },
		func(i int) float64 { return run.Policies[i].Record.Tally.Turnover }, page.InPercent)
	p.CostYears = run.ByYear("costs", labels, rows, func(i, y int) float64 { return all[i][y].Cost.Money() },
		func(i int) float64 { t := &run.Policies[i].Record.Tally; return (t.Cost - t.CostInitial).Money() },
		page.InMoney)
	for _, i := range rows {
		if t := run.htmlParts(i, y0, labels); len(t.Rows) > 0 {
			p.Parts = append(p.Parts, t)
		}
	}
	p.Bars = run.htmlBars()
}

// ByYear is a table of policies by years with a column over all; text is how values
// are written, chosen by the largest of them.
func (run *Run) ByYear(id string, labels []string, policies []int, of func(i, y int) float64, total func(int) float64, text func(most float64) func(float64) string) page.Table {
	t := page.Table{ID: id, Head: yearHeads("Policy", labels), Heat: true, Sort: true}
	keys := run.HTMLKeys()
	var every []float64
	for _, i := range policies {
		for y := range labels {
			every = append(every, of(i, y))
		}
	}
	most, word := draw.Largest(every), text(draw.Peak(every))
	for _, i := range policies {
		xs := make([]float64, len(labels)+1)
		for y := range labels {
			xs[y] = of(i, y)
		}
		xs[len(labels)] = total(i)
		row := page.Row{Key: keys[i], K: i}
		for y, x := range xs {
			c := page.CellOf(word(x), x)
			if y < len(labels) {
				c.Heat = page.Heat(x, most)
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Upright("Year", mostYears)
}

// mostYears is how many years a table has room for from left to right.
const mostYears = 21

// cutYear divides the label of an incomplete year into the year and the rest, which
// breaks at its space alone.
func cutYear(label string) (year, rest string) {
	if len(label) > 4 {
		return label[:4], strings.ReplaceAll(label[5:], "-", "\u2011")
	}
	return label, ""
}

// yearHeads are the headings of years and of what is over all of them.
func yearHeads(first string, labels []string) []page.Head {
	all := []page.Head{{Text: first}}
	for _, l := range labels {
		year, rest := cutYear(l)
		all = append(all, page.Head{Text: year, Sub: rest})
	}
	return append(all, page.Head{Text: "all"})
}

// htmlParts are a policy's costs by year and component, the initial purchase's
// apart; empty when nothing was charged.
func (run *Run) htmlParts(i, y0 int, labels []string) page.Table {
	p := &run.Policies[i]
	r := p.Record
	names := metric.ComponentNames(r)
	sums := make([][]sim.Micros, len(names)+1) // the last: of the initial purchase
	for k := range sums {
		sums[k] = make([]sim.Micros, len(labels))
	}
	charged := false
	for j := range r.Log.Entries {
		e := &r.Log.Entries[j]
		if e.Kind != sim.EntryCost {
			continue
		}
		y, _, _ := r.DateOf(e.Session).Civil()
		k := int(e.Part)
		if r.IsOpening(e) {
			k = len(names)
		}
		sums[k][y-y0] -= e.Cash + e.Due
		charged = true
	}
	t := page.Table{ID: "parts" + strconv.Itoa(i), Title: draw.Clean(p.Name, 400), Heat: true}
	if !charged {
		return t
	}
	t.Head = yearHeads("Component", labels)
	most := sim.Micros(0)
	for k, name := range append(slices.Clone(names), "initial purchase") {
		sum := sim.Micros(0)
		for _, x := range sums[k] {
			sum += x
		}
		if most = max(most, sum); sum == 0 {
			continue
		}
		row := page.Row{K: -1, Name: draw.Clean(name, 100)}
		for _, x := range append(sums[k], sum) {
			row.Cells = append(row.Cells, page.CellOf("", x.Money()))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Write(page.InMoney(most.Money()))
	return t.Upright("Year", mostYears)
}

// htmlBars are costs by component, without the initial purchase, in basis points
// of mean NAV a year; nil when nothing was charged.
func (run *Run) htmlBars() *htmlBars {
	bars, most := &htmlBars{}, 0.0
	var names []string
	rates := make([][]float64, len(run.Policies))
	for i := range run.Policies {
		p := &run.Policies[i]
		rates[i] = []float64{}
		years := p.years()
		if p.Record.Log == nil || !(years > 0) {
			continue
		}
		sum := 0.0
		for _, c := range metric.Components(p.Record) {
			k := slices.Index(names, c.Name)
			if k < 0 {
				k = len(names)
				names = append(names, c.Name)
			}
			for len(rates[i]) <= k {
				rates[i] = append(rates[i], 0)
			}
			x := float64((c.Cost - c.Initial).Money() / metric.Mean(p.Navs()) / years * 1e4)
			rates[i][k] += x
			sum += x
		}
		most = max(most, sum)
	}
	if !(most > 0) || !data.Finite(most) {
		return nil
	}
	for i, key := range run.HTMLKeys() {
		if run.Policies[i].Record.Log == nil {
			continue
		}
		row, at, sum := htmlBar{Key: key}, 0.0, 0.0
		for k, x := range rates[i] {
			wide := 100 * x / most
			row.Parts = append(row.Parts, htmlPart{At: Part(at), Wide: Part(wide), Class: barClass(k), Text: draw.Clean(names[k], 100) + ": " + draw.Decimal(x, 2) + " bp"})
			at += wide
			sum += x
		}
		row.Text, row.End = draw.Decimal(sum, 2), Part(at)
		bars.Rows = append(bars.Rows, row)
	}
	for k := range names {
		bars.Names = append(bars.Names, htmlMark{barClass(k), draw.Clean(names[k], 100)})
	}
	return bars
}

// barClass is the colour of the component k; what comes after the colours shares the
// last one, and its rectangles say what they are.
func barClass(k int) string { return "b" + strconv.Itoa(min(k, 7)) }

// htmlFall is a policy's waterfall.
type htmlFall struct {
	Key   page.Key
	Note  string
	Zero  string
	Steps []htmlStep
}

// htmlStep is one bar of it, in per cent of the width.
type htmlStep struct {
	Name, At, Wide, Class, Text string
	Y, Mid, Low, Next           int    // the bar's upper edge, middle and lower edge, and the next one's upper edge
	Join                        string // where the next one begins
	TextAt                      string
}

// htmlFalls draws the implementation shortfall of each policy, on one scale.
func (run *Run) htmlFalls(p *htmlPage) {
	if !run.journals() {
		return
	}
	falls := make([]fall, len(run.Policies))
	lo, hi := 0.0, 0.0
	for i := range falls {
		falls[i] = fallOf(&run.Policies[i])
		for k := range falls[i].steps {
			from, to := falls[i].at(k)
			lo, hi = draw.Extent(lo, hi, from, to)
		}
	}
	if hi-lo <= 0 {
		hi = 1
	}
	x := draw.Scale{Lo: lo - float64(0.04*(hi-lo)), Hi: hi + float64(0.24*(hi-lo))}
	digits := bpDigits(x)
	for i, key := range run.HTMLKeys() {
		f := &falls[i]
		if !data.Finite(f.steps[0]) {
			continue
		}
		out := htmlFall{Key: key, Note: fallLine(run, &run.Policies[i], f, true), Zero: Part(100 * x.At(0))}
		for k, name := range fallNames {
			from, to := f.at(k)
			a, b := 100*x.At(min(from, to)), 100*x.At(max(from, to))
			s := htmlStep{Name: name, At: Part(a), Wide: Part(max(b-a, 0.15)), Class: "cost", Text: draw.Signed(f.steps[k], digits), Y: 22*k + 4, Mid: 22*k + 12, Low: 22*k + 19, Next: 22*k + 26, Join: Part(100 * x.At(to)), TextAt: Part(b)}
			switch {
			case k == len(fallNames)-1:
				s.Class, s.Join = "total", ""
			case to < from:
				s.Class = "gain"
			case to == from:
				s.Class = "nil"
			}
			out.Steps = append(out.Steps, s)
		}
		p.Falls = append(p.Falls, out)
	}
	t := page.Table{ID: "shortfall", Sort: true, Head: []page.Head{{Text: "Policy"}}}
	run.MeasureColumns(&t, []string{"shortfall_delay", "shortfall_trading", "shortfall_opportunity", "shortfall_explicit", "shortfall_total", "shortfall_per_year", "allocation_shortfall", "rebalancing_efficiency", "missed_orders"})
	t.Head = append(t.Head, page.Head{Text: "Why missed", Left: true})
	for i := range t.Rows {
		t.Rows[i].Cells = append(t.Rows[i].Cells, page.Cell{Text: reasonsLine(run.Policies[i].Record), Left: true})
	}
	p.FallRows = t
}

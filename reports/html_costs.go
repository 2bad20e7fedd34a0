package reports

import (
	"slices"
	"strconv"
	"strings"

	"evenkeel/data"
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
	Key   htmlKey
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

func part(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// htmlCosts are turnover and costs by year and component.
func (run *Run) htmlCosts(p *htmlPage) {
	y0, labels := run.calendar()
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
	p.Turnover = run.byYear("turnover", labels, rows, func(i, y int) float64 { return all[i][y].Turnover },
		func(i int) float64 { return run.Policies[i].Record.Tally.Turnover }, inPercent)
	p.CostYears = run.byYear("costs", labels, rows, func(i, y int) float64 { return all[i][y].Cost.Money() },
		func(i int) float64 { t := &run.Policies[i].Record.Tally; return (t.Cost - t.CostInitial).Money() },
		inMoney)
	for _, i := range rows {
		if t := run.htmlParts(i, y0, labels); len(t.Rows) > 0 {
			p.Parts = append(p.Parts, t)
		}
	}
	p.Bars = run.htmlBars()
}

// byYear is a table of policies by years with a column over all; text is how values
// are written, chosen by the largest of them.
func (run *Run) byYear(id string, labels []string, policies []int, of func(i, y int) float64, total func(int) float64, text func(most float64) func(float64) string) htmlTable {
	t := htmlTable{ID: id, Head: yearHeads("Policy", labels), Heat: true, Sort: true}
	keys := run.htmlKeys()
	var every []float64
	for _, i := range policies {
		for y := range labels {
			every = append(every, of(i, y))
		}
	}
	most, word := largest(every), text(peak(every))
	for _, i := range policies {
		xs := make([]float64, len(labels)+1)
		for y := range labels {
			xs[y] = of(i, y)
		}
		xs[len(labels)] = total(i)
		row := htmlRow{Key: keys[i], K: i}
		for y, x := range xs {
			c := cellOf(word(x), x)
			if y < len(labels) {
				c.Heat = heat(x, most)
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t.upright("Year", mostYears)
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
func yearHeads(first string, labels []string) []htmlHead {
	all := []htmlHead{{Text: first}}
	for _, l := range labels {
		year, rest := cutYear(l)
		all = append(all, htmlHead{Text: year, Sub: rest})
	}
	return append(all, htmlHead{Text: "all"})
}

// htmlParts are a policy's costs by year and component, the initial purchase's
// apart; empty when nothing was charged.
func (run *Run) htmlParts(i, y0 int, labels []string) htmlTable {
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
	t := htmlTable{ID: "parts" + strconv.Itoa(i), Title: clean(p.Name, 400), Heat: true}
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
		row := htmlRow{K: -1, Name: clean(name, 100)}
		for _, x := range append(sums[k], sum) {
			row.Cells = append(row.Cells, cellOf("", x.Money()))
		}
		t.Rows = append(t.Rows, row)
	}
	t.write(inMoney(most.Money()))
	return t.upright("Year", mostYears)
}

// write puts the values of all cells on paper; those of nothing stay empty.
func (t *htmlTable) write(word func(float64) string) {
	for i := range t.Rows {
		for k := range t.Rows[i].Cells {
			c := &t.Rows[i].Cells[k]
			if x, err := strconv.ParseFloat(c.Value, 64); err == nil && x != 0 {
				c.Text = word(x)
			}
		}
	}
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
			x := float64((c.Cost - c.Initial).Money() / metric.Mean(p.navs()) / years * 1e4)
			rates[i][k] += x
			sum += x
		}
		most = max(most, sum)
	}
	if !(most > 0) || !data.Finite(most) {
		return nil
	}
	for i, key := range run.htmlKeys() {
		if run.Policies[i].Record.Log == nil {
			continue
		}
		row, at, sum := htmlBar{Key: key}, 0.0, 0.0
		for k, x := range rates[i] {
			wide := 100 * x / most
			row.Parts = append(row.Parts, htmlPart{At: part(at), Wide: part(wide), Class: barClass(k), Text: clean(names[k], 100) + ": " + decimal(x, 2) + " bp"})
			at += wide
			sum += x
		}
		row.Text, row.End = decimal(sum, 2), part(at)
		bars.Rows = append(bars.Rows, row)
	}
	for k := range names {
		bars.Names = append(bars.Names, htmlMark{barClass(k), clean(names[k], 100)})
	}
	return bars
}

// barClass is the colour of the component k; what comes after the colours shares the
// last one, and its rectangles say what they are.
func barClass(k int) string { return "b" + strconv.Itoa(min(k, 7)) }

// htmlFall is a policy's waterfall.
type htmlFall struct {
	Key   htmlKey
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
func (run *Run) htmlFalls(page *htmlPage) {
	if !run.journals() {
		return
	}
	falls := make([]fall, len(run.Policies))
	lo, hi := 0.0, 0.0
	for i := range falls {
		falls[i] = fallOf(&run.Policies[i])
		for k := range falls[i].steps {
			from, to := falls[i].at(k)
			lo, hi = extent(lo, hi, from, to)
		}
	}
	if hi-lo <= 0 {
		hi = 1
	}
	x := scale{lo: lo - float64(0.04*(hi-lo)), hi: hi + float64(0.24*(hi-lo))}
	digits := bpDigits(x)
	for i, key := range run.htmlKeys() {
		f := &falls[i]
		if !data.Finite(f.steps[0]) {
			continue
		}
		out := htmlFall{Key: key, Note: fallLine(run, &run.Policies[i], f, true), Zero: part(100 * x.at(0))}
		for k, name := range fallNames {
			from, to := f.at(k)
			a, b := 100*x.at(min(from, to)), 100*x.at(max(from, to))
			s := htmlStep{Name: name, At: part(a), Wide: part(max(b-a, 0.15)), Class: "cost", Text: signed(f.steps[k], digits), Y: 22*k + 4, Mid: 22*k + 12, Low: 22*k + 19, Next: 22*k + 26, Join: part(100 * x.at(to)), TextAt: part(b)}
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
		page.Falls = append(page.Falls, out)
	}
	t := htmlTable{ID: "shortfall", Sort: true, Head: []htmlHead{{Text: "Policy"}}}
	run.measureColumns(&t, []string{"shortfall_delay", "shortfall_trading", "shortfall_opportunity", "shortfall_explicit", "shortfall_total", "shortfall_per_year", "allocation_shortfall", "rebalancing_efficiency", "missed_orders"})
	t.Head = append(t.Head, htmlHead{Text: "Why missed", Left: true})
	for i := range t.Rows {
		t.Rows[i].Cells = append(t.Rows[i].Cells, htmlCell{Text: reasonsLine(run.Policies[i].Record), Left: true})
	}
	page.FallRows = t
}

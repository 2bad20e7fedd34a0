package reports

import (
	"math"
	"slices"
	"strconv"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

var monthNames = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// htmlReturns are returns by year of all policies and by month of each.
func (run *Run) htmlReturns(p *htmlPage) {
	y0, labels := run.calendar()
	all, places := make([][]year, len(run.Policies)), make([]int, len(run.Policies))
	for i := range all {
		all[i], places[i] = years(&run.Policies[i], y0, len(labels)), i
	}
	p.Years = run.byYear("years", labels, places, func(i, y int) float64 { return all[i][y].Return },
		func(i int) float64 { return run.Policies[i].total() },
		inPercent)
	for i := range run.Policies {
		p.Months = append(p.Months, run.htmlMonths(i, y0, labels, all[i]))
	}
	if run.ruined() {
		p.RuinNote = ruinNote
	}
	p.OpenMonths = max(0, run.shown())
	p.Parted, p.Deepest = run.htmlContributions(), run.htmlDeepest()
}

// htmlContributions divides each policy's total return into its assets, costs and
// taxes; no rows without a journal.
func (run *Run) htmlContributions() htmlTable {
	t := htmlTable{ID: "contributions", Sort: true, Heat: true, Head: []htmlHead{{Text: "Policy"}}}
	for _, s := range run.Panel.Symbols() {
		t.Head = append(t.Head, htmlHead{Text: clean(s, 60)})
	}
	taxed := slices.ContainsFunc(run.Policies, func(p Policy) bool { return p.account() != nil })
	t.Head = append(t.Head, htmlHead{Text: "costs"})
	if taxed {
		t.Head = append(t.Head, htmlHead{Text: "taxes"})
	}
	t.Head = append(t.Head, htmlHead{Text: "all"})
	var every []float64
	for i, key := range run.htmlKeys() {
		r := run.Policies[i].Record
		if r.Log == nil {
			continue
		}
		a := metric.Contributions(r)
		xs, cost := []float64{}, 0.0
		for k := range a.Assets {
			xs = append(xs, a.Assets[k].Part)
			cost += a.Assets[k].CostPart
		}
		every = append(every, xs...)
		row := htmlRow{Key: key, K: i}
		if xs = append(xs, cost); taxed {
			xs = append(xs, a.TaxPart)
		}
		for _, x := range append(xs, a.Return) {
			row.Cells = append(row.Cells, cellOf("", x))
		}
		t.Rows = append(t.Rows, row)
	}
	most, digits := largest(every), 1
	if peak(every) >= 10 {
		digits = 0
	}
	for i := range t.Rows {
		for k := range t.Rows[i].Cells {
			c := &t.Rows[i].Cells[k]
			x, err := strconv.ParseFloat(c.Value, 64)
			if err != nil {
				x = math.NaN()
			}
			c.Text = decimal(100*x, digits)
		}
		for k := range run.Panel.Assets() {
			c := &t.Rows[i].Cells[k]
			x, err := strconv.ParseFloat(c.Value, 64)
			if err == nil {
				c.Heat = heat(x, most)
			}
		}
	}
	const mostAssets = 12
	return t.upright("Asset", mostAssets+2)
}

// htmlDeepest lists the deepest falls of each policy, with their dates.
func (run *Run) htmlDeepest() htmlTable {
	t := htmlTable{ID: "deepest", Sort: true, Head: []htmlHead{{Text: "Policy"}, {Text: "Depth"}, {Text: "Peak", Left: true}, {Text: "Bottom", Left: true}, {Text: "Back at the peak", Left: true}, {Text: "Days down"}, {Text: "Days up"}}}
	for i, key := range run.htmlKeys() {
		p := &run.Policies[i]
		dates := p.dates()
		for _, f := range p.deepest(3) {
			back, up := htmlCell{Text: undefined, Left: true}, htmlCell{Text: undefined}
			if f.End >= 0 {
				back, up = dateCell(dates[f.End]), countCell(int(dates[f.End]-dates[f.Trough]))
			}
			t.Rows = append(t.Rows, htmlRow{Key: key, K: i, Cells: []htmlCell{
				cellOf(percent(f.Depth, 2), f.Depth), dateCell(dates[f.Peak]), dateCell(dates[f.Trough]), back,
				countCell(int(dates[f.Trough] - dates[f.Peak])), up,
			}})
		}
	}
	return t
}

func dateCell(d data.Date) htmlCell {
	c := cellOf(d.String(), float64(d))
	c.Left = true
	return c
}

// inPercent writes fractions in per cent without the sign of it.
func inPercent(most float64) func(float64) string {
	digits := 1
	if most < 0.01 {
		digits = 2
	}
	return func(x float64) string { return decimal(100*x, digits) }
}

// inMoney writes money, hundredths only where amounts are small.
func inMoney(most float64) func(float64) string {
	digits := moneyDigits(most)
	return func(x float64) string { return decimal(x, digits) }
}

// monthReturns are the texts and returns of a policy's years and months: no text where
// it did not run, NaN where it has no return, as after its ruin.
func monthReturns(p *Policy, y0, n int) (text [][12]string, all [][12]float64) {
	text, all = make([][12]string, n), make([][12]float64, n)
	for y := range all {
		for m := range all[y] {
			all[y][m] = math.NaN()
		}
	}
	for _, m := range metric.Months(&metric.Input{Record: p.Record}) {
		y := m.Year - y0
		all[y][m.Month-1], text[y][m.Month-1] = m.Return, bare(m.Return)
	}
	return text, all
}

func (run *Run) htmlMonths(i, y0 int, labels []string, years []year) htmlTable {
	p := &run.Policies[i]
	t := htmlTable{ID: "months" + strconv.Itoa(i), Title: clean(p.Name, 400), Heat: true, Even: true, Head: []htmlHead{{Text: "Year"}}}
	for _, m := range monthNames {
		t.Head = append(t.Head, htmlHead{Text: m})
	}
	t.Head = append(t.Head, htmlHead{Text: "year"})
	text, all := monthReturns(p, y0, len(labels))
	var every []float64
	for y := range all {
		every = append(every, all[y][:]...)
	}
	most := largest(every)
	for y, months := range all {
		row := htmlRow{K: -1, Name: labels[y][:4]}
		for m, x := range months {
			c := cellOf(text[y][m], x)
			c.Heat = heat(x, most)
			row.Cells = append(row.Cells, c)
		}
		row.Cells = append(row.Cells, cellOf(bare(years[y].Return), years[y].Return))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// bare is a return in per cent without the sign of it.
func bare(x float64) string { return decimal(100*x, 1) }

// htmlTaxes are gains and the tax on them.
type htmlTaxes struct {
	Text   string
	Totals htmlTable
	Years  []htmlTable
}

// htmlTaxes is nil when no policy's gains are taxed.
func (run *Run) htmlTaxes() *htmlTaxes {
	var policies []int
	for i := range run.Policies {
		if run.Policies[i].account() != nil {
			policies = append(policies, i)
		}
	}
	if policies == nil {
		return nil
	}
	out := &htmlTaxes{Text: plain(run.common(func(p *Policy) string {
		if a := p.account(); a != nil {
			return escape(taxLine(a.Rules, p.Record.Mandate.Terms.KeepShort))
		}
		return ""
	}))}
	out.Totals = htmlTable{ID: "taxes", Sort: true, Head: []htmlHead{{Text: "Policy"}}}
	run.measureColumns(&out.Totals, taxMeasures)
	y0, labels := run.calendar()
	for k, kind := range []struct {
		title string
		of    func(*tax.Year) sim.Micros
	}{
		{"Short-term gains by year", func(y *tax.Year) sim.Micros { return y.Short }},
		{"Long-term gains by year", func(y *tax.Year) sim.Micros { return y.Long }},
		{"Disallowed losses by year", func(y *tax.Year) sim.Micros { return y.Disallowed }},
		{"Tax on each year's gains", func(y *tax.Year) sim.Micros { return y.Tax }},
	} {
		sums := map[int][]float64{}
		some := false
		for _, i := range policies {
			sums[i] = make([]float64, len(labels)+1)
			for _, y := range run.Policies[i].account().Years() {
				x := float64(kind.of(&y).Money())
				some = some || x != 0
				sums[i][y.Year-y0] += x
				sums[i][len(labels)] += x
			}
		}
		if !some {
			continue
		}
		t := run.byYear("tax"+strconv.Itoa(k), labels, policies, func(i, y int) float64 { return sums[i][y] },
			func(i int) float64 { return sums[i][len(labels)] }, inMoney)
		t.Title = kind.title
		out.Years = append(out.Years, t.eventful())
	}
	return out
}

// htmlFlows are deposits and withdrawals by year; nil without any.
func (run *Run) htmlFlows() (all []htmlTable) {
	y0, labels := run.calendar()
	var policies []int
	of := make([][]flowYear, len(run.Policies))
	for i := range run.Policies {
		if of[i] = flowYears(&run.Policies[i], y0, len(labels)); of[i] != nil {
			policies = append(policies, i)
		}
	}
	for k, kind := range []struct {
		title string
		year  func(flowYear) sim.Micros
		total func(*sim.Tally) sim.Micros
	}{
		{"Deposits by year", func(f flowYear) sim.Micros { return f.In }, func(t *sim.Tally) sim.Micros { return t.Deposits }},
		{"Withdrawals by year", func(f flowYear) sim.Micros { return f.Out }, func(t *sim.Tally) sim.Micros { return t.Withdrawals }},
	} {
		if !slices.ContainsFunc(policies, func(i int) bool { return kind.total(&run.Policies[i].Record.Tally) != 0 }) {
			continue
		}
		t := run.byYear("flows"+strconv.Itoa(k), labels, policies, func(i, y int) float64 { return kind.year(of[i][y]).Money() },
			func(i int) float64 { return kind.total(&run.Policies[i].Record.Tally).Money() }, inMoney)
		t.Title = kind.title
		for i := range t.Rows { // amounts that the experiment asks for: shades would say nothing
			for c := range t.Rows[i].Cells {
				t.Rows[i].Cells[c].Heat = ""
			}
		}
		all = append(all, t.eventful())
	}
	return all
}

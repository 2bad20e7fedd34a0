package run

import (
	"math"
	"slices"
	"strconv"

	"evenkeel/data"
	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

var monthNames = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// htmlReturns are returns by year of all policies and by month of each.
func (run *Run) htmlReturns(p *htmlPage) {
	y0, labels := run.Calendar()
	all, places := make([][]year, len(run.Policies)), make([]int, len(run.Policies))
	for i := range all {
		all[i], places[i] = years(&run.Policies[i], y0, len(labels)), i
	}
	p.Years = run.ByYear("years", labels, places, func(i, y int) float64 { return all[i][y].Return },
		func(i int) float64 { return run.Policies[i].total() },
		page.InPercent)
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
func (run *Run) htmlContributions() page.Table {
	t := page.Table{ID: "contributions", Sort: true, Heat: true, Head: []page.Head{{Text: "Policy"}}}
	for _, s := range run.Panel.Symbols() {
		t.Head = append(t.Head, page.Head{Text: draw.Clean(s, 60)})
	}
	taxed := slices.ContainsFunc(run.Policies, func(p Policy) bool { return p.account() != nil })
	t.Head = append(t.Head, page.Head{Text: "costs"})
	if taxed {
		t.Head = append(t.Head, page.Head{Text: "taxes"})
	}
	t.Head = append(t.Head, page.Head{Text: "all"})
	var every []float64
	for i, key := range run.HTMLKeys() {
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
		row := page.Row{Key: key, K: i}
		if xs = append(xs, cost); taxed {
			xs = append(xs, a.TaxPart)
		}
		for _, x := range append(xs, a.Return) {
			row.Cells = append(row.Cells, page.CellOf("", x))
		}
		t.Rows = append(t.Rows, row)
	}
	most, digits := draw.Largest(every), 1
	if draw.Peak(every) >= 10 {
		digits = 0
	}
	for i := range t.Rows {
		for k := range t.Rows[i].Cells {
			c := &t.Rows[i].Cells[k]
			x, err := strconv.ParseFloat(c.Value, 64)
			if err != nil {
				x = math.NaN()
			}
			c.Text = draw.Decimal(100*x, digits)
		}
		for k := range run.Panel.Assets() {
			c := &t.Rows[i].Cells[k]
			x, err := strconv.ParseFloat(c.Value, 64)
			if err == nil {
				c.Heat = page.Heat(x, most)
			}
		}
	}
	const mostAssets = 12
	return t.Upright("Asset", mostAssets+2)
}

// htmlDeepest lists the deepest falls of each policy, with their dates.
func (run *Run) htmlDeepest() page.Table {
	t := page.Table{ID: "deepest", Sort: true, Head: []page.Head{{Text: "Policy"}, {Text: "Depth"}, {Text: "Peak", Left: true}, {Text: "Bottom", Left: true}, {Text: "Back at the peak", Left: true}, {Text: "Days down"}, {Text: "Days up"}}}
	for i, key := range run.HTMLKeys() {
		p := &run.Policies[i]
		dates := p.dates()
		for _, f := range p.deepest(3) {
			back, up := page.Cell{Text: draw.Undefined, Left: true}, page.Cell{Text: draw.Undefined}
			if f.End >= 0 {
				back, up = dateCell(dates[f.End]), page.CountCell(int(dates[f.End]-dates[f.Trough]))
			}
			t.Rows = append(t.Rows, page.Row{Key: key, K: i, Cells: []page.Cell{
				page.CellOf(draw.Percent(f.Depth, 2), f.Depth), dateCell(dates[f.Peak]), dateCell(dates[f.Trough]), back,
				page.CountCell(int(dates[f.Trough] - dates[f.Peak])), up,
			}})
		}
	}
	return t
}

func dateCell(d data.Date) page.Cell {
	c := page.CellOf(d.String(), float64(d))
	c.Left = true
	return c
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

func (run *Run) htmlMonths(i, y0 int, labels []string, years []year) page.Table {
	p := &run.Policies[i]
	t := page.Table{ID: "months" + strconv.Itoa(i), Title: draw.Clean(p.Name, 400), Heat: true, Even: true, Head: []page.Head{{Text: "Year"}}}
	for _, m := range monthNames {
		t.Head = append(t.Head, page.Head{Text: m})
	}
	t.Head = append(t.Head, page.Head{Text: "year"})
	text, all := monthReturns(p, y0, len(labels))
	var every []float64
	for y := range all {
		every = append(every, all[y][:]...)
	}
	most := draw.Largest(every)
	for y, months := range all {
		row := page.Row{K: -1, Name: labels[y][:4]}
		for m, x := range months {
			c := page.CellOf(text[y][m], x)
			c.Heat = page.Heat(x, most)
			row.Cells = append(row.Cells, c)
		}
		row.Cells = append(row.Cells, page.CellOf(bare(years[y].Return), years[y].Return))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// bare is a return in per cent without the sign of it.
func bare(x float64) string { return draw.Decimal(100*x, 1) }

// htmlTaxes are gains and the tax on them.
type htmlTaxes struct {
	Text   string
	Totals page.Table
	Years  []page.Table
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
	out := &htmlTaxes{Text: page.Plain(run.common(func(p *Policy) string {
		if a := p.account(); a != nil {
			return page.Escape(taxLine(a.Rules, p.Record.Mandate.Terms.KeepShort))
		}
		return ""
	}))}
	out.Totals = page.Table{ID: "taxes", Sort: true, Head: []page.Head{{Text: "Policy"}}}
	run.MeasureColumns(&out.Totals, taxMeasures)
	y0, labels := run.Calendar()
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
		t := run.ByYear("tax"+strconv.Itoa(k), labels, policies, func(i, y int) float64 { return sums[i][y] },
			func(i int) float64 { return sums[i][len(labels)] }, page.InMoney)
		t.Title = kind.title
		out.Years = append(out.Years, t.Eventful())
	}
	return out
}

// htmlFlows are deposits and withdrawals by year; nil without any.
func (run *Run) htmlFlows() (all []page.Table) {
	y0, labels := run.Calendar()
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
		t := run.ByYear("flows"+strconv.Itoa(k), labels, policies, func(i, y int) float64 { return kind.year(of[i][y]).Money() },
			func(i int) float64 { return kind.total(&run.Policies[i].Record.Tally).Money() }, page.InMoney)
		t.Title = kind.title
		for i := range t.Rows { // amounts that the experiment asks for: shades would say nothing
			for c := range t.Rows[i].Cells {
				t.Rows[i].Cells[c].Heat = ""
			}
		}
		all = append(all, t.Eventful())
	}
	return all
}

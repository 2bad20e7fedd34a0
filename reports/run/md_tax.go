package run

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"evenkeel/reports/draw"
	"evenkeel/reports/page"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

// taxMeasures are the measures that the section of the taxes shows; the tables of
// the comparison leave them out.
var taxMeasures = []string{"tax_total", "tax_accrued", "gains_short", "gains_long", "losses_disallowed"}

// taxes writes realised gains and the tax on them by year, when gains are taxed.
func (run *Run) taxes(d *page.Document) {
	var policies []*Policy
	for i := range run.Policies {
		if p := &run.Policies[i]; p.account() != nil {
			policies = append(policies, p)
		}
	}
	if policies == nil {
		return
	}
	d.Line("## Taxes%s", inCurrency(run))
	d.Line("%s", run.common(func(p *Policy) string {
		if a := p.account(); a != nil {
			return taxLine(a.Rules, p.Record.Mandate.Terms.KeepShort)
		}
		return ""
	}))
	run.taxTotals(d, policies)
	policies = slices.DeleteFunc(policies, func(p *Policy) bool { // a column of nothing
		return !slices.ContainsFunc(p.account().Years(), func(y tax.Year) bool { return y.Short != 0 || y.Long != 0 || y.Disallowed != 0 })
	})
	y0, labels := run.Calendar()
	for _, k := range []struct {
		title string
		of    func(*tax.Year) sim.Micros
	}{
		{"Short-term gains by year", func(y *tax.Year) sim.Micros { return y.Short }},
		{"Long-term gains by year", func(y *tax.Year) sim.Micros { return y.Long }},
		{"Disallowed losses by year", func(y *tax.Year) sim.Micros { return y.Disallowed }},
		{"Tax on the gains of the year", func(y *tax.Year) sim.Micros { return y.Tax }},
	} {
		if !slices.ContainsFunc(policies, func(p *Policy) bool {
			return slices.ContainsFunc(p.account().Years(), func(y tax.Year) bool { return k.of(&y) != 0 })
		}) {
			continue
		}
		d.Line("### %s", k.title)
		YearTable(d, labels, policies, metric.Money, func(p *Policy, i int) float64 {
			sum := sim.Micros(0)
			for _, y := range p.account().Years() {
				if y.Year == y0+i {
					sum += k.of(&y)
				}
			}
			return sum.Money()
		}, func(p *Policy) float64 {
			sum := sim.Micros(0)
			for _, y := range p.account().Years() {
				sum += k.of(&y)
			}
			return sum.Money()
		})
	}
	d.Line("Gains are proceeds after costs less basis with costs; losses that count are in them. Short-term is netted against long-term within a year, and a net loss is carried into the next years. " +
		"A loss of December may be disallowed by a purchase of January: it stays a loss of its own year. Every lot is in `lots.parquet`.")
}

// isTaxed reports whether the gains of some policy are taxed.
func (run *Run) isTaxed() bool {
	return slices.ContainsFunc(run.Policies, func(p Policy) bool { return p.account() != nil })
}

// taxTotals writes the measures of the whole run.
func (run *Run) taxTotals(d *page.Document, policies []*Policy) {
	var columns []metric.Measure
	for _, key := range taxMeasures {
		if m, ok := run.Find(key); ok {
			columns = append(columns, m)
		}
	}
	if columns == nil {
		return
	}
	head, rows := []string{"Policy"}, make([][]string, len(policies))
	for i, p := range policies {
		rows[i] = []string{page.Escape(p.Name)}
	}
	for _, m := range columns {
		head = append(head, page.Escape(m.Title))
		xs := make([]float64, len(policies))
		for i, p := range policies {
			xs[i] = p.Value(m.Name)
		}
		for i, text := range draw.InUnit(m.Unit, xs) {
			rows[i] = append(rows[i], text)
		}
	}
	d.Table(head, "lr", rows)
}

// taxLine returns how gains are taxed.
func taxLine(r tax.Rules, keep bool) string {
	text := fmt.Sprintf("Lots are sold %s. Net gains are taxed at %s when the shares were held for more than %s, otherwise at %s; the tax of a year falls due at the first session on or after %02d-%02d of the next.",
		lotOrders[r.Lots], rate(r.Long), draw.Plural(r.LongAfter, "month", "months"), rate(r.Short), r.Month, r.Day)
	if r.Wash {
		text += fmt.Sprintf(" A loss does not count as far as the shares are bought again within %d days before or after the sale (a wash sale): it goes into the basis of those shares, and so does the holding period.", tax.Window)
	}
	if keep {
		text += " Shares that would bring a short-term gain are kept: what a policy would sell of them is missed."
	}
	return text
}

// rate is a part in per cent with as many digits as it has, up to four.
func rate(part float64) string {
	return strconv.FormatFloat(math.Round(part*1e6)/1e4, 'f', -1, 64) + " %"
}

// lotOrders are the orders of lots in words.
var lotOrders = [...]string{
	tax.FIFO: "first in, first out", tax.LIFO: "last in, first out", tax.HighestCost: "highest cost first",
	tax.LowestTax: "lowest tax first", tax.Specific: "in the order of a table, then first in, first out",
}

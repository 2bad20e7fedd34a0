package run

import (
	"evenkeel/sim/tax"
)

// taxBook is what reports know of an account that followed a policy's lots.
type taxBook struct {
	tax.Rules
	years []tax.Year
	sales []tax.Sale
	open  [][]tax.Lot // by asset, in order of purchase
}

// Years are the run's calendar years.
func (b *taxBook) Years() []tax.Year { return b.years }

// Sales are the parts of all sales in order.
func (b *taxBook) Sales() []tax.Sale { return b.sales }

// Open calls f with the lots of an asset that are held at the end.
func (b *taxBook) Open(asset int, f func(tax.Lot)) {
	for _, l := range b.open[asset] {
		f(l)
	}
}

// account is what followed the policy's lots, nil when nothing did.
func (p *Policy) account() *taxBook {
	if p.taxes != nil {
		return p.taxes
	}
	a, _ := p.Record.Mandate.Tax.(*tax.Account)
	if a == nil {
		return nil
	}
	b := &taxBook{Rules: a.Rules, years: a.Years(), sales: a.Sales(), open: make([][]tax.Lot, p.Record.Panel.Assets())}
	for i := range b.open {
		a.Open(i, func(l tax.Lot) { b.open[i] = append(b.open[i], l) })
	}
	return b
}

package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

// taxed is what measures read of a sim.Tax after a run; gains of one that lacks it
// are undefined.
type taxed interface {
	Realised() (short, long, disallowed sim.Micros)
	Accrued() sim.Micros
}

// tax is what followed the lots of the account, nil when nothing did.
func (in *Input) tax() sim.Tax {
	if m := in.Record.Mandate; m != nil {
		return m.Tax
	}
	return nil
}

var _ = Add(InTaxes, []Measure{
	{Title: "Tax paid", Unit: Money, Better: -1, Needs: NeedTax, Of: func(in *Input) float64 {
		if in.tax() == nil {
			return math.NaN()
		}
		return in.Record.Tally.Tax.Money()
	}, Card: card.Card{
		Name: "tax_total", Doc: "tax paid during the run",
	}},
	realised("tax_accrued", "Tax not paid", -1, "tax at the end on gains realised before it: fallen due and not paid, or not yet due", "",
		func(in *Input, t taxed) sim.Micros { return t.Accrued() + in.Record.Tally.TaxUnpaid }),
	realised("gains_short", "Short-term gains", 0, "realised gains less losses of shares that were held no longer than the holding period", gainRule,
		func(_ *Input, t taxed) sim.Micros { short, _, _ := t.Realised(); return short }),
	realised("gains_long", "Long-term gains", 0, "realised gains less losses of shares that were held longer", gainRule,
		func(_ *Input, t taxed) sim.Micros { _, long, _ := t.Realised(); return long }),
	realised("losses_disallowed", "Disallowed losses", 0, "losses of wash sales: they count as basis of the shares that replaced those sold", "",
		func(_ *Input, t taxed) sim.Micros { _, _, disallowed := t.Realised(); return disallowed }),
}...)

const gainRule = "proceeds after costs - basis with costs, over all sales; disallowed losses do not count."

// realised is a measure of an account's gains, undefined without tax.
func realised(name, title string, better int, doc, details string, of func(*Input, taxed) sim.Micros) Measure {
	return Measure{Card: card.Card{Name: name, Doc: doc, Details: details}, Title: title, Unit: Money, Better: better, Needs: NeedTax, Of: func(in *Input) float64 {
		t, ok := in.tax().(taxed)
		if !ok {
			return math.NaN()
		}
		return of(in, t).Money()
	}}
}

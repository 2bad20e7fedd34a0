package experiment

import (
	"fmt"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
)

// oldRate is how many days a rate is good for: over holidays, not over a hole.
const oldRate = 10

// converted is the panel in the account's currency.
func (f *File) converted(c *syntax.Checker, p *data.Panel) *data.Panel {
	if f.Data.FX == nil {
		return p
	}
	rate := f.rates(c, p)
	if rate == nil {
		return nil
	}
	q, err := p.Convert(rate)
	if err != nil {
		c.At(f.spot("data.fx", "data"), fault.NoRate, "data.fx: "+err.Error(), "prices in the account's currency must be prices, too", "Check the rates and their direction")
		return nil
	}
	return q
}

// rates is what a price of a session and an asset is multiplied by; nil, with
// findings, when one of them is not known. Without currencies it is 1.
func (f *File) rates(c *syntax.Checker, p *data.Panel) func(session, asset int) float64 {
	if f.Data.FX == nil {
		return func(int, int) float64 { return 1 }
	}
	n := f.root.Find("data.fx.rates")
	known := f.contents(fxFile, n.Text).rates
	before := c.Errors()
	f.ownCurrency(c, known)
	by := make([][]float64, p.Assets())
	told := map[string]bool{}
	for i, symbol := range p.Symbols() {
		code := f.Data.FX.of(symbol)
		if code == "" || code == f.Account.Currency {
			continue
		}
		at := f.spot("data.fx.currency."+symbol, "data.fx")
		if x := known[code]; x == nil {
			c.At(at, fault.NoRate, fmt.Sprintf("data.fx: no rates of %s in %s", code, fault.Clean(baseName(n.Text))), "have "+strings.Join(known.names(), ", "), "Name a currency of the file")
		} else if len(x.wrong) == 0 {
			by[i] = f.multipliers(c, at, p, i, code, x)
		} else if !told[code] {
			told[code] = true
			c.List = append(c.List, x.wrong...)
		}
	}
	if c.Errors() > before {
		return nil
	}
	return func(s, i int) float64 {
		if by[i] == nil {
			return 1
		}
		return by[i][s]
	}
}

// ownCurrency refuses rates that have the account's own currency among them at
// anything but 1: they are of another currency.
func (f *File) ownCurrency(c *syntax.Checker, known rates) {
	x := known[f.Account.Currency]
	if x == nil {
		return
	}
	for i, v := range x.values {
		if v != 1 {
			c.At(f.spot("data.fx.quote", "data.fx"), fault.OtherCurrency, fmt.Sprintf("data.fx: %s, the account's currency, has a rate of %s on %s", f.Account.Currency, brief(v), x.dates[i]),
				"rates are between the account's currency and the others", "Use rates of "+f.Account.Currency)
			return
		}
	}
}

// multipliers are what the prices of an asset are multiplied by, by session, within
// its life: the last rate on or before the session, never a later one.
func (f *File) multipliers(c *syntax.Checker, at syntax.Place, p *data.Panel, asset int, code string, x *series) []float64 {
	out := make([]float64, p.Sessions())
	from, to := p.Life(asset)
	missing, first := 0, 0
	for s := from; s < to; s++ {
		v, on, ok := x.on(p.Date(s))
		if !ok || p.Date(s)-on > oldRate {
			if missing++; missing == 1 {
				first = s
			}
			continue
		}
		if out[s] = v; f.Data.FX.Quote == UnitsPerAccount {
			out[s] = 1 / v
		}
	}
	if missing == 0 {
		return out
	}
	d := p.Date(first)
	what := fmt.Sprintf("data.fx: no %s/%s rate on or before %s", f.Account.Currency, code, d)
	rule := "the file has none at all"
	if _, on, ok := x.on(d); ok {
		what = fmt.Sprintf("data.fx: no %s/%s rate for %s, the last is of %s", f.Account.Currency, code, d, on)
		rule = fmt.Sprintf("a rate is good for %d days, and none is taken from later", oldRate)
	} else if len(x.dates) > 0 {
		rule = "the first is of " + x.dates[0].String()
	}
	if missing > 1 {
		what += fmt.Sprintf(" (%d sessions without)", missing)
	}
	c.At(at, fault.NoRate, what, rule, "Change the period, leave "+fault.Clean(p.Symbols()[asset])+" out, or add rates")
	return nil
}

func baseName(text string) string {
	path, _ := pathOf(text)
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

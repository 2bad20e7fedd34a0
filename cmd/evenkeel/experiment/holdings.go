package experiment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"evenkeel/cmd/evenkeel/experiment/syntax"
	"evenkeel/data"
	"evenkeel/data/fault"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Holding is what the account holds of an asset before the run: a number of
// shares, or what is worth an amount of money at the first session's close.
type Holding struct {
	Symbol string
	Shares float64
	Money  float64 // one of the two is 0
}

// maxShares is what one holding may be.
const maxShares = 1e10

const holdingWant = "a number of shares or an amount of the account's currency, such as 100 shares or 20000 USD"

// readHoldings reads the opening holdings. They are checked against the targets
// and the currency later: those may not be known yet.
func (f *File) readHoldings(c *syntax.Checker, n *syntax.Node) {
	if n == nil || !c.IsMap(n, "a map of symbols and holdings such as {VTI: 100 shares, AGG: 20000 USD}") {
		return
	}
	if len(n.Keys) == 0 {
		c.At(n.At, fault.BadMoney, "account.holdings: nothing is held", "holdings give what the account has of each asset: {VTI: 100 shares}", "Leave holdings out, or name one")
	}
	for i, k := range n.Keys {
		if !checkSymbol(c, k.Text, k.At, n.Path) {
			continue
		}
		if h, ok := readHolding(c, n.Items[i]); ok {
			h.Symbol = k.Text
			f.Account.Holdings = append(f.Account.Holdings, h)
		}
	}
	slices.SortFunc(f.Account.Holdings, func(a, b Holding) int { return strings.Compare(a.Symbol, b.Symbol) })
}

// readHolding reads 100 shares or 20000 USD.
func readHolding(c *syntax.Checker, n *syntax.Node) (h Holding, ok bool) {
	number, unit, amount, ok := amountAndUnit(n)
	switch {
	case n.Kind != syntax.Scalar || n.Null:
		c.Want(n, holdingWant)
		return h, false
	case !ok:
		if c.Decimal(&syntax.Node{Text: number, At: n.At, Path: n.Path}) {
			c.At(n.At, fault.BadValue, syntax.In(n.Path)+"want "+holdingWant+", got "+fault.Quote(n.Text), "a holding is shares, or money at the first close", "Write it such as 100 shares or 20000 USD")
		}
		return h, false
	case unit == "share" || unit == "shares":
		if !(amount >= 1/unitsPerShare && amount <= maxShares) {
			c.At(n.At, fault.BadMoney, fmt.Sprintf("%s %s: must be %g to %g shares", n.Path, n.Text, 1/unitsPerShare, maxShares), "a holding is shares, or money at the first close", "Write it such as 100 shares or 20000 USD")
			return h, false
		}
		return Holding{Shares: amount}, true
	case !currency.MatchString(unit):
		c.At(n.At, fault.BadValue, syntax.In(n.Path)+"want "+holdingWant+", got "+fault.Quote(n.Text), "a holding is shares, or money at the first close", "Write it such as 100 shares or 20000 USD")
		return h, false
	case !(amount >= sim.Dust && amount <= sim.MaxMoney):
		c.At(n.At, fault.BadMoney, fmt.Sprintf("%s %s: must be %g to %g", n.Path, n.Text, sim.Dust, float64(sim.MaxMoney)), "a holding is shares, or money at the first close", "Write it such as 100 shares or 20000 USD")
		return h, false
	}
	return Holding{Money: amount}, true
}

// amountAndUnit are the two words of 100 shares; not ok when there are not two or
// the first is no plain number.
func amountAndUnit(n *syntax.Node) (number, unit string, amount float64, ok bool) {
	words := strings.Fields(n.Text)
	if len(words) > 0 {
		number = words[0]
	}
	if len(words) != 2 || oddText(number) {
		return number, "", 0, false
	}
	amount, err := card.Number(card.T(number))
	return number, words[1], amount, err == nil
}

// canonHoldings are the holdings as they are in the canonical text.
func (f *File) canonHoldings() any {
	out := Object{}
	for _, h := range f.Account.Holdings {
		text := sharesText(h.Shares)
		if h.Money > 0 {
			text = syntax.Shortest(h.Money) + " " + f.Account.Currency
		}
		out = append(out, member{h.Symbol, text})
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func holdingsSchema() Object {
	return Object{{"type", "object"}, {"minProperties", Number("1")},
		{"additionalProperties", Object{{"type", "string"}, {"pattern", `^ *[0-9.eE+-]+ +(shares?|[A-Z][A-Z0-9]{1,7}) *$`}}}}
}

// cashKnob is the opening cash: what holdings are given beside may be nothing.
func (f *File) cashKnob() card.Knob {
	def, least := "1000000", 1e-6
	if f.root.Get("account").Get("holdings") != nil {
		def, least = "0", 0
	}
	k := card.Amount(&f.Account.Cash, "cash", def, "money", "opening cash: it buys the targets at the close of the first session; beside holdings 0 when left out, and nothing is bought", card.MoneyShape, least, sim.MaxMoney)
	k.Bounds.Least = 0 // beside holdings
	return k
}

// crossHoldings checks the opening holdings against the targets and the currency.
func (f *File) crossHoldings(c *syntax.Checker) {
	n := f.root.Get("account").Get("holdings")
	if n == nil || n.Kind != syntax.Mapping {
		return
	}
	f.known(c, n)
	for i, item := range n.Items {
		_, unit, _, ok := amountAndUnit(item)
		if ok && currency.MatchString(unit) && unit != f.Account.Currency {
			c.At(item.At, fault.BadValue, syntax.In(item.Path)+fault.Quote(item.Text)+" is not in the account's currency", "the account is in "+f.Account.Currency, "Write what "+n.Keys[i].Text+" is worth in "+f.Account.Currency+", or a number of shares")
		}
	}
}

// holdings are the opening holdings in the books' units, by asset; nil: none.
func (f *File) holdings(c *syntax.Checker, p *data.Panel) []sim.Units {
	if len(f.Account.Holdings) == 0 {
		return nil
	}
	n := f.root.Find("account.holdings")
	units, worth := make([]sim.Units, p.Assets()), f.Account.Cash
	for _, h := range f.Account.Holdings {
		i := p.Symbol(h.Symbol)
		price := p.Close(0)[i]
		if first, _ := p.Life(i); first > 0 {
			c.At(n.KeyAt(h.Symbol), fault.ListedLate, fmt.Sprintf("account.holdings.%s: first priced on %s, after the first session %s", h.Symbol, p.Date(first), p.Date(0)), "what is held has a price", "Begin on that day, or leave the holding out")
			continue
		}
		shares := h.Shares
		if h.Money > 0 {
			shares = h.Money / price
		}
		worth += float64(shares * price)
		if shares > maxShares {
			c.At(n.KeyAt(h.Symbol), fault.BadMoney, fmt.Sprintf("account.holdings.%s: %s at %s", h.Symbol, sharesText(shares), brief(price)), fmt.Sprintf("at most %g shares of an asset", maxShares), "Hold less of it")
			continue
		}
		units[i] = sim.Units(math.RoundToEven(float64(shares * unitsPerShare)))
	}
	if worth > sim.MaxMoney {
		c.At(n.At, fault.BadMoney, "account: the holdings and the cash are worth "+brief(worth), fmt.Sprintf("an account opens with at most %g", float64(sim.MaxMoney)), "Begin with less")
	}
	return units
}

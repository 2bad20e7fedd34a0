package cost

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// PerShare is an amount for each share traded.
type PerShare struct {
	Scope
	Limits
	Amount  float64 // money
	MaxPart float64 // of the value, whatever Min says; 0: no limit
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name: "per_share",
			Doc:  "an amount per share traded, with a minimum and a maximum per trade",
			Details: "The cost of a trade is amount x shares, at least min and at most max; max_part then limits it to a fraction of the value, even below min, as brokers do for tiny orders. An order that takes several sessions to fill is one trade; the limits apply to the whole trade. Without max_part the amount counts as at most a quarter of the price.\n\n" +
				"Shares are value / price. Adjusted prices are lower than the prices of the day, so the same money buys more shares and the cost is higher. If that matters, use raw prices, or min and max.",
			Example: "costs: [{model: per_share, amount: 0.005, min: 1, max: 20}]",
		},
		New: func() (Cost, []card.Knob) {
			c := NewPerShare(0, Limits{}, Everywhere)
			knobs := []card.Knob{required(card.Amount(&c.Amount, "amount", "", "money", "cost of a share", card.MoneyShape, 0, maxMoney))}
			knobs = append(knobs, c.Limits.knobs()...)
			knobs = append(knobs, optionalPart(&c.MaxPart))
			return c, append(knobs, c.Scope.knobs()...)
		},
	})
}

// optionalPart is the largest part of the value; a limit of 0 would be no cost.
func optionalPart(dst *float64) card.Knob {
	return card.Fraction(dst, "max_part", "", "maximum cost of a trade, as a fraction of its value; no limit if left out", 1e-6, Ceiling)
}

// NewPerShare is a cost of an amount a share on the trades of a scope; Bind before
// use.
func NewPerShare(amount float64, limits Limits, scope Scope) *PerShare {
	return &PerShare{Scope: scope, Limits: limits, Amount: amount}
}

// Name is the component's name in reports.
func (c *PerShare) Name() string { return "per_share" }

// Traits of a cost that depends on the price.
func (c *PerShare) Traits() sim.Traits { return sim.Traits{Dated: true, Sized: true} }

// Least is true: a part of the value is known whatever the size.
func (c *PerShare) Least() bool { return true }

// Charge is the amount as a part of the price, or a limit. For a value of 0 it is
// what the smallest trade costs.
func (c *PerShare) Charge(f *sim.Fill) (fixed, rate float64) {
	if !c.covers(f) {
		return 0, 0
	}
	fixed, rate = c.hold(min(c.Amount/f.Price, Ceiling), f.Value)
	if c.MaxPart > 0 && (rate > c.MaxPart || fixed > float64(c.MaxPart*f.Value)) {
		return 0, c.MaxPart
	}
	return fixed, rate
}

// Line returns what it costs.
func (c *PerShare) Line(currency string) string {
	s := brief(c.Amount) + unit(currency) + " a share" + c.line(currency)
	if c.MaxPart > 0 {
		s += ", at most " + brief(c.MaxPart*100) + " % of the value"
	}
	return s + c.where()
}

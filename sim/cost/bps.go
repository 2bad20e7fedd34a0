package cost

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// BPS is a cost in proportion to the value traded.
type BPS struct {
	Scope
	Limits
	Rate float64 // basis points
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name:    "bps",
			Doc:     "a fraction of the value traded, in basis points",
			Details: "The cost of a trade is its value x rate / 10,000, rounded to a millionth; with min or max, at least or at most that amount. An order that takes several sessions to fill is one trade; the limits apply to the whole trade.",
			Example: "costs:\n  - {model: bps, rate: 10}\n  - {model: bps, rate: 25, min: 5, max: 60, until: 2013-12-31}",
		},
		New: func() (Cost, []card.Knob) {
			c := NewBPS(0, Everywhere)
			rate := required(card.Amount(&c.Rate, "rate", "", "bps", "cost in basis points of the value traded", card.RateShape, 0, 10_000))
			return c, append(append([]card.Knob{rate}, c.Limits.knobs()...), c.Scope.knobs()...)
		},
	})
}

// NewBPS is a cost of rate basis points on the trades of a scope; Bind before use.
func NewBPS(rate float64, scope Scope) *BPS { return &BPS{Scope: scope, Rate: rate} }

// Name is the component's name in reports.
func (c *BPS) Name() string { return "bps" }

// Traits of a cost that limits make depend on the size.
func (c *BPS) Traits() sim.Traits {
	t := c.Scope.Traits()
	t.Sized = c.sized()
	return t
}

// Charge is the rate as a part of the value, or a limit.
func (c *BPS) Charge(f *sim.Fill) (fixed, rate float64) {
	if !c.covers(f) {
		return 0, 0
	}
	return c.hold(c.Rate/10_000, f.Value)
}

// Line returns what it costs.
func (c *BPS) Line(currency string) string {
	return points(c.Rate) + " of the value traded" + c.line(currency) + c.where()
}

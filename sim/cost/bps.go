package cost

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// BPS is a cost in proportion to the value traded.
type BPS struct {
	Scope
	Rate float64 // basis points
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name:    "bps",
			Doc:     "a part of the value traded, in basis points",
			Details: "The cost of a trade is its value x rate / 10,000, rounded to a millionth.",
			Example: "costs: [{model: bps, rate: 10}]",
		},
		New: func() (Cost, []card.Knob) {
			c := NewBPS(0, Everywhere)
			return c, append([]card.Knob{card.Amount(&c.Rate, "rate", "", "bps", "cost in basis points of the value traded", card.RateShape, 0, 10_000)}, c.knobs()...)
		},
	})
}

// NewBPS is a cost of rate basis points on the trades of a scope; Bind before use.
func NewBPS(rate float64, scope Scope) *BPS { return &BPS{Scope: scope, Rate: rate} }

// Name is the component's name in reports.
func (c *BPS) Name() string { return "bps" }

// Charge is the rate as a part of the value.
func (c *BPS) Charge(f *sim.Fill) (fixed, rate float64) {
	if !c.covers(f) {
		return 0, 0
	}
	return 0, c.Rate / 10_000
}

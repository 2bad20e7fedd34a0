package cost

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// StampDuty is a tax on trades in proportion to their value, of purchases unless
// it is said otherwise.
type StampDuty struct {
	Scope
	Rate float64 // basis points
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name:    "stamp_duty",
			Doc:     "a tax on purchases, in basis points of their value",
			Details: "A purchase costs its value x rate / 10,000, rounded to a millionth; sales are free unless `side` includes them. The United Kingdom charges 50 basis points on purchases of shares.",
			Example: "costs: [{model: stamp_duty, rate: 50}]",
		},
		New: func() (Cost, []card.Knob) {
			c := NewStampDuty(0, Everywhere)
			rate := required(card.Amount(&c.Rate, "rate", "", "bps", "tax in basis points of the value traded", card.RateShape, 0, Ceiling*10_000))
			return c, append([]card.Knob{rate}, c.sided("buy")...)
		},
	})
}

// NewStampDuty is a tax of rate basis points on the trades of a scope; a scope
// without a side is purchases. Bind before use.
func NewStampDuty(rate float64, scope Scope) *StampDuty {
	if scope.Side == "" || scope.Side == Everywhere.Side {
		scope.Side = "buy"
	}
	return &StampDuty{Scope: scope, Rate: rate}
}

// Name is the component's name in reports.
func (c *StampDuty) Name() string { return "stamp_duty" }

// Charge is the rate as a part of the value.
func (c *StampDuty) Charge(f *sim.Fill) (fixed, rate float64) {
	if !c.covers(f) {
		return 0, 0
	}
	return 0, c.Rate / 10_000
}

// Line returns what it costs.
func (c *StampDuty) Line(string) string {
	return points(c.Rate) + " of the value traded" + c.where()
}

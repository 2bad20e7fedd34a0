package cost

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

// IStar is Kissell's I-Star model of market impact.
type IStar struct {
	Impact
	A1, A2, A3, A4, B1 float64 // its parameters; A1 in basis points
	POV                float64 // part of the market's volume that the trade is while it is executed
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name: "istar",
			Doc:  "market impact by Kissell's I-Star model, from the fraction of the market's volume that a trade takes",
			Details: "I* = a1 (Q / V)^a2 sigma^a3 is the impact in basis points if all Q shares of the trade were executed at once; V is the mean volume of a day, sigma the volatility of a year as a fraction. Executed at the fraction pov of the market's volume, the trade costs b1 pov^a4 I* + (1 - b1) I*: a temporary part, which slower execution lowers, and a permanent part. The parameters are those of Kissell, The Science of Algorithmic Trading and Portfolio Management, 2013, for US shares.\n\n" +
				unknownRule,
			Example: "costs: [{model: istar, pov: 20%}]",
		},
		New: func() (Cost, []card.Knob) {
			c := NewIStar(0, Impact{Scope: Everywhere})
			number := func(dst *float64, name, def, doc string, high float64) card.Knob {
				return card.Amount(dst, name, def, "", doc, card.NumberShape, 0, high)
			}
			return c, append([]card.Knob{
				card.Fraction(&c.POV, "pov", "10%", "the trade's fraction of the market's volume while it is executed", 0, 1),
				number(&c.A1, "a1", "708", "impact in basis points of a day's whole volume at a volatility of 1", 10_000),
				number(&c.A2, "a2", "0.55", "exponent of the size", 1),
				number(&c.A3, "a3", "0.71", "exponent of the volatility", 10),
				number(&c.A4, "a4", "0.5", "exponent of the part of volume", 10),
				number(&c.B1, "b1", "0.98", "the temporary part of the impact", 1),
			}, c.knobs()...)
		},
	})
}

// NewIStar is the model with its published parameters and a part of volume; Bind
// before use.
func NewIStar(pov float64, impact Impact) *IStar {
	return &IStar{Impact: impact, A1: 708, A2: 0.55, A3: 0.71, A4: 0.5, B1: 0.98, POV: pov}
}

// Name is the component's name in reports.
func (c *IStar) Name() string { return "istar" }

// Charge is the impact as a part of the value; 0 for a value of 0.
func (c *IStar) Charge(f *sim.Fill) (fixed, rate float64) {
	x, rate, ok := c.size(f)
	if ok {
		part, sigma := c.daily(x, f.Sigma)
		rate = min(Ceiling, c.Cost(part, float64(sigma*math.Sqrt(tradingDays)))/10_000)
	}
	return 0, rate
}

// Cost is the impact in basis points of a trade that is a part of a day's volume,
// at the volatility of a year.
func (c *IStar) Cost(part, sigma float64) float64 {
	return float64(c.Star(part, sigma) * (float64(c.B1*power(c.POV, c.A4)) + (1 - c.B1)))
}

// Star is the impact in basis points of all of it at once.
func (c *IStar) Star(part, sigma float64) float64 {
	return float64(float64(c.A1*power(part, c.A2)) * power(sigma, c.A3))
}

// Line returns what it costs.
func (c *IStar) Line(string) string {
	return "I-Star at " + brief(c.POV*100) + " % of the volume" + c.otherwise() + c.where()
}

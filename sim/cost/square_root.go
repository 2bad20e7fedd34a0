package cost

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

// SquareRoot is market impact by the square-root law.
type SquareRoot struct {
	Impact
	Y float64 // impact of a session's whole volume, in volatilities of a session
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name: "square_root",
			Doc:  "market impact by the square-root law: y x volatility x root of (shares / volume)",
			Details: "A trade of Q shares costs y sigma sqrt(Q / V) of its value: sigma is the volatility of a session, V the mean volume of a session. Four times the size costs twice as much per share; with y = 1 a trade of a session's whole volume costs one session's volatility. Measured values of y lie between 0.5 and 1 (Toth et al., Physical Review X 1, 2011). The law is the same for sessions of any length.\n\n" +
				unknownRule,
			Example: "costs: [{model: square_root, y: 0.8}]",
		},
		New: func() (Cost, []card.Knob) {
			c := NewSquareRoot(1, Impact{Scope: Everywhere})
			y := card.Amount(&c.Y, "y", "1", "", "impact of a session's whole volume, in volatilities of a session", card.NumberShape, 0, 100)
			return c, append([]card.Knob{y}, c.knobs()...)
		},
	})
}

// NewSquareRoot is the square-root law with a factor y; Bind before use.
func NewSquareRoot(y float64, impact Impact) *SquareRoot { return &SquareRoot{Impact: impact, Y: y} }

// Name is the component's name in reports.
func (c *SquareRoot) Name() string { return "square_root" }

// Charge is y sigma sqrt(Q/V) as a part of the value; 0 for a value of 0.
func (c *SquareRoot) Charge(f *sim.Fill) (fixed, rate float64) {
	x, rate, ok := c.size(f)
	if ok {
		rate = min(Ceiling, float64(c.Y*f.Sigma)*math.Sqrt(x))
	}
	return 0, rate
}

// Line returns what it costs.
func (c *SquareRoot) Line(string) string {
	return brief(c.Y) + " x volatility x root of (shares / volume)" + c.otherwise() + c.where()
}

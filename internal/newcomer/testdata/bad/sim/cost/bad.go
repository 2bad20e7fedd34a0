package cost

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Steep depends on the size of a trade, and its Traits do not say so.
type Steep struct{ Scope }

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{Name: "steep", Doc: "more for more", Details: "A newcomer's cost.", Example: "costs: [{model: steep}]"},
		New: func() (Cost, []card.Knob) {
			c := &Steep{Everywhere}
			return c, c.knobs()
		},
	})
}

// Name is the component's name in reports.
func (c *Steep) Name() string { return "steep" }

// Charge grows with the square of the value.
func (c *Steep) Charge(f *sim.Fill) (fixed, rate float64) { return 0, min(f.Value*1e-9, 0.1) }

// Line returns what it costs.
func (c *Steep) Line(string) string { return "more for more" }

package cost

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Ticket is an amount a trade and a part of its value.
type Ticket struct {
	Scope
	Amount float64 // money
	Rate   float64 // basis points
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name: "ticket", Doc: "an amount for every trade and a part of its value",
			Details: "The cost of a trade is amount + value x rate / 10,000.",
			Example: "costs: [{model: ticket, amount: 2, rate: 3}]",
		},
		New: func() (Cost, []card.Knob) {
			c := &Ticket{Scope: Everywhere}
			return c, append([]card.Knob{
				required(card.Amount(&c.Amount, "amount", "", "money", "cost of a trade", card.MoneyShape, 0, maxMoney)),
				required(card.Amount(&c.Rate, "rate", "", "bps", "part of the value", card.RateShape, 0, 1_000)),
			}, c.knobs()...)
		},
	})
}

// Name is the component's name in reports.
func (c *Ticket) Name() string { return "ticket" }

// Charge is the amount and the rate.
func (c *Ticket) Charge(f *sim.Fill) (fixed, rate float64) {
	if !c.covers(f) {
		return 0, 0
	}
	return c.Amount, c.Rate / 1e4
}

// Line returns what it costs.
func (c *Ticket) Line(currency string) string {
	return brief(c.Amount) + unit(currency) + " a trade and " + points(c.Rate) + " of its value" + c.where()
}

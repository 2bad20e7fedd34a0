package cost

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Fixed is an amount a trade.
type Fixed struct {
	Scope
	Amount float64 // money
}

func init() {
	Catalog.Add(card.Plug[Cost]{
		Card: card.Card{
			Name:    "fixed",
			Doc:     "an amount per trade, whatever its size",
			Details: "Each executed order of an asset costs the amount, in the account's currency. An order that takes several sessions to fill is one trade and pays once.",
			Example: "costs: [{model: fixed, amount: 5}]",
		},
		New: func() (Cost, []card.Knob) {
			c := NewFixed(0, Everywhere)
			return c, append([]card.Knob{required(card.Amount(&c.Amount, "amount", "", "money", "cost of a trade", card.MoneyShape, 0, maxMoney))}, c.knobs()...)
		},
	})
}

// NewFixed is a cost of an amount on the trades of a scope; Bind before use.
func NewFixed(amount float64, scope Scope) *Fixed { return &Fixed{Scope: scope, Amount: amount} }

// Name is the component's name in reports.
func (c *Fixed) Name() string { return "fixed" }

// Charge is the amount.
func (c *Fixed) Charge(f *sim.Fill) (fixed, rate float64) {
	if !c.covers(f) {
		return 0, 0
	}
	return c.Amount, 0
}

// Once reports that an order costs the amount once, however many sessions fill it.
func (c *Fixed) Once() bool { return true }

// Line returns what it costs.
func (c *Fixed) Line(currency string) string {
	return brief(c.Amount) + unit(currency) + " a trade" + c.where()
}

package strategies

import (
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// BuyAndHold never trades after the initial purchase but for flows; it has no
// looks.
type BuyAndHold struct{ Recipe }

func init() {
	Catalog.Add(card.Plug[Strategy]{
		Card: card.Card{
			Name:    "buy_and_hold",
			Doc:     "buy the targets once, then trade only for deposits and withdrawals",
			Details: "The weights drift with the prices. It has no looks, triggers or turnover. Deposits buy assets below target (or every asset by target weight); withdrawals sell the most overweight asset first.",
			Example: "never: {strategy: buy_and_hold}",
		},
		New: func() (Strategy, []card.Knob) {
			b := NewBuyAndHold()
			return b, []card.Knob{
				card.Choice(&b.Deposits, "deposits", "what new money buys", DepositWords...),
				card.Choice(new(uint8), "withdrawals", "what is sold to pay withdrawals", "overweight_first"),
			}
		},
	})
}

// NewBuyAndHold is the policy.
func NewBuyAndHold() *BuyAndHold { return &BuyAndHold{Recipe{If: Never{}}} }

// Title says it.
func (b *BuyAndHold) Title() string { return "buy and hold" }

// Sessions are none: it never looks.
func (b *BuyAndHold) Sessions(p *data.Panel) *data.Calendar { return nil }

// Edges are none.
func (b *BuyAndHold) Edges(targets []float64) sim.Edges { return sim.Edges{} }

// Watch watches nothing.
func (b *BuyAndHold) Watch(v *sim.View, w *sim.Watch) {
	b.Recipe.Watch(v, w)
	w.Looks = nil
}

// Shape is not the common one: it has no looks.
func (b *BuyAndHold) Shape(sim.Policy, *sim.Shape) bool { return false }

package strategies

import (
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// BuyAndHold never trades after the initial purchase; it has no looks.
type BuyAndHold struct{}

func init() {
	Catalog.Add(card.Plug[Strategy]{
		Card: card.Card{
			Name:    "buy_and_hold",
			Doc:     "buy the targets once and never trade again",
			Details: "The weights drift with the prices. It never looks, so it has no looks, triggers or turnover.",
			Example: "never: {strategy: buy_and_hold}",
		},
		New: func() (Strategy, []card.Knob) { return BuyAndHold{}, nil },
	})
}

// Bind has nothing to find.
func (BuyAndHold) Bind(p *data.Panel, targets []float64) error { return nil }

// Decide is never asked.
func (BuyAndHold) Decide(v *sim.View, want []float64) sim.Verdict { return sim.Verdict{Asset: -1} }

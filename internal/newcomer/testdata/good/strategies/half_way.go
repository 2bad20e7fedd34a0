package strategies

import (
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// HalfWay trades a part of the way back to target at every look.
type HalfWay struct{ Recipe }

func init() {
	Catalog.Add(card.Plug[Strategy]{
		Card: card.Card{
			Name: "half_way", Doc: "trade a part of the way back to target at every look",
			Details: "Every asset above target is sold a part of the way down to it; the cash and the proceeds buy what is below.",
			Example: "half: {strategy: half_way, part: 50%}",
		},
		New: func() (Strategy, []card.Knob) {
			h := &HalfWay{Recipe{Looking: Looking{Look: data.Schedule{Period: data.Month, Last: true}}, If: Always{}}}
			h.Aim.To, h.Aim.Fraction = ToFraction, 0.5
			return h, append([]card.Knob{
				h.lookKnob("month_end"),
				card.Fraction(&h.Aim.Fraction, "part", "50%", "the part of the way to target", 0, 1),
			}, h.knobs()...)
		},
	})
}

// Shape is that of the recipe.
func (h *HalfWay) Shape(p sim.Policy, x *sim.Shape) bool { return p == sim.Policy(h) && h.common(x) }

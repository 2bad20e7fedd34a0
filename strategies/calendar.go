package strategies

import (
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/card"
)

// Calendar trades back to target at every look, whatever the weights.
type Calendar struct{ Recipe }

func init() {
	Catalog.Add(card.Plug[Strategy]{
		Card: card.Card{
			Name:    "calendar",
			Doc:     "trade back to target at every look, whatever the weights",
			Details: "The rule of bands with a trigger that is always true and rail 0: every asset above target is sold down to it; the cash and the net proceeds buy assets below target.",
			Example: "month-end: {strategy: calendar, look: month_end}",
		},
		New: func() (Strategy, []card.Knob) {
			c := NewCalendar(data.Schedule{Period: data.Month, Last: true})
			return c, append([]card.Knob{
				c.lookKnob("month_end"),
				card.Choice(&c.Aim.Share, "share", "how to split cash too small for all deficits", ShareWords...),
				flagChoice(&c.Aim.Spread, "surplus", "cash beyond all deficits: kept, or spread by target weight", "cash", "target_weights"),
				card.Choice(&c.Funding, "funding", "what pays: sales, sales whose proceeds leave, new money, cash alone, or cash alone if that suffices", FundingWords...),
			}, c.knobs()...)
		},
	})
}

// NewCalendar is the policy with looks on a schedule.
func NewCalendar(look data.Schedule) *Calendar {
	return &Calendar{Recipe{Looking: Looking{Look: look}, If: Always{}}}
}

// Shape is that of the recipe.
func (c *Calendar) Shape(p sim.Policy, x *sim.Shape) bool { return p == sim.Policy(c) && c.common(x) }

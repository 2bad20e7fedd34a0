package metric

import (
	"math"

	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InActivity, []Measure{
	count("looks", "Looks", "sessions on which the policy compared weights with its limits", func(t *sim.Tally) int { return t.Looks }),
	count("triggers", "Triggers", "looks at which the trigger fired", func(t *sim.Tally) int { return t.Triggers }),
	count("unfunded_triggers", "Unfunded", "triggers that led to no order because nothing paid for one", func(t *sim.Tally) int { return t.Unfunded }),
	count("rebalances", "Rebalances", "triggers that led to orders", func(t *sim.Tally) int { return t.Rebalances }),
	count("rebalances_filled", "Rebalances filled", "rebalances of which something was filled", func(t *sim.Tally) int { return t.Filled }),
	count("trades", "Trades", "executed orders, without the initial purchase", func(t *sim.Tally) int { return t.Trades }),
	{Title: "Mean trade", Unit: Money, Needs: NeedLog, Of: meanTrade, Card: card.Card{
		Name: "mean_trade", Doc: "mean value of a trade, without the initial purchase; needs the journal",
		Details: "An order that is filled in parts is a trade for each part.",
	}},
}...)

func count(name, title, doc string, of func(*sim.Tally) int) Measure {
	return Measure{
		Card: card.Card{Name: name, Doc: doc}, Title: title, Unit: Count,
		Of: func(in *Input) float64 { return float64(of(&in.Record.Tally)) },
	}
}

func meanTrade(in *Input) float64 {
	log := in.Record.Log
	if log == nil {
		return math.NaN()
	}
	sum, n := 0.0, 0
	for i := range log.Entries {
		e := &log.Entries[i]
		if (e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell) && !in.Record.IsOpening(e) {
			sum += math.Abs((e.Cash + e.Due).Money())
			n++
		}
	}
	return sum / float64(n)
}

package metric

import "evenkeel/sim/card"

// A newcomer's measures: one reads the drift and does not say so, one is 0 where it is
// undefined, and one has no definition.
var _ = Add(InOthers,
	Measure{Title: "Sly", Of: func(in *Input) float64 { return MaxDrift(in.Record) }, Card: card.Card{Name: "sly", Doc: "largest drift"}},
	Measure{Title: "Zero", Needs: NeedLog, Of: func(in *Input) float64 {
		if in.Record.Log == nil {
			return 0
		}
		return float64(len(in.Record.Log.Orders))
	}, Card: card.Card{Name: "zero", Doc: "number of orders"}},
	Measure{Title: "Mute", Of: finalNAV, Card: card.Card{Name: "mute"}},
)

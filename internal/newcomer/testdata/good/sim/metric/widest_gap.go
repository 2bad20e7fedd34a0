package metric

import "evenkeel/sim/card"

var _ = Add(InDrift, Measure{
	Title: "Widest gap", Unit: Fraction, Better: -1, Needs: NeedDrift, Of: func(in *Input) float64 { return MaxDrift(in.Record) },
	Card: card.Card{Name: "widest_gap", Doc: "largest distance of a weight from its target, of any asset and session"},
})

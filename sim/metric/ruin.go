package metric

import (
	"evenkeel/sim"
	"evenkeel/sim/card"
)

var _ = Add(InRuin, []Measure{
	{Title: "Unpaid", Unit: Money, Better: -1, Of: func(in *Input) float64 { return Unpaid(in.Record).Money() }, Card: card.Card{
		Name: "unpaid", Doc: "withdrawals and taxes that were due and not paid by the end",
		Details: "What restrictions or settlement hold up is unpaid, too.",
	}},
	{Title: "Survived", Unit: YesNo, Better: 1, Of: func(in *Input) float64 {
		if in.Record.Tally.Ruined > 0 {
			return 0
		}
		return 1
	}, Card: card.Card{
		Name: "survived", Doc: "whether the account was never ruined: after no session's fills did it have less than 0.01 while a withdrawal or tax was unpaid; 1 or 0 in tables",
		Details: "Measures of returns of a ruined account are those up to the session of its ruin; money that comes later does not undo it.",
	}},
}...)

// Unpaid is what an account owed and did not pay: withdrawals and taxes.
func Unpaid(r *sim.Record) sim.Micros { return r.Tally.Unpaid.Plus(r.Tally.TaxUnpaid) }

// Note says something that a reader of a measure must know.
type Note struct {
	Measure string // its name; "": those of returns
	Text    string
}

// Notes are those of a run: that its money-weighted return has no one value, and that
// it was ruined.
func Notes(in *Input) (all []Note) {
	r := in.Record
	if s := r.Tally.Ruined; s > 0 {
		all = append(all, Note{"", "ruined on " + r.Panel.Date(s).String() + ": measures of returns are those up to that session"})
	}
	if n, _ := in.rates(); n > 1 {
		all = append(all, Note{"xirr", "undefined: more than one yearly rate above -100 % solves it"})
	}
	return all
}

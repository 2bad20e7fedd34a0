package metric

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim/card"
)

var _ = Add(InFlows, []Measure{
	{Title: "Money-weighted return", Unit: Fraction, Better: 1, Of: moneyWeighted, Card: card.Card{
		Name: "xirr", Doc: "the yearly rate at which the account's flows and its final NAV are worth its NAV at the start; undefined without flows, and when more than one rate above -100 % is such",
		Details: "Solves sum F_i (1 + r)^(-days_i/365) = 0 with F the NAV of the first session (out), deposits (out), withdrawals (in) and the final NAV (in).",
	}},
	{Title: "Deposits", Unit: Money, Of: func(in *Input) float64 { return in.Record.Tally.Deposits.Money() }, Card: card.Card{
		Name: "deposits", Doc: "money paid in after the opening",
	}},
	{Title: "Withdrawals", Unit: Money, Of: func(in *Input) float64 { return in.Record.Tally.Withdrawals.Money() }, Card: card.Card{
		Name: "withdrawals", Doc: "money paid out",
	}},
}...)

func moneyWeighted(in *Input) float64 {
	if n, rate := in.rates(); n == 1 {
		return rate
	}
	return math.NaN()
}

// rates are the Rates of the account's money as its owner sees it, up to its ruin: NAV
// of the first session paid in, the flows, and what is there at the end; 0 without flows.
func (in *Input) rates() (int, float64) {
	r, end := in.Record, in.end()
	if r.Flow == nil {
		return 0, math.NaN()
	}
	if in.known.rates == nil {
		in.known.rates = &expSum{}
	}
	return in.known.rates.rates(end-r.First+1, func(i int) (data.Date, float64) {
		switch s := r.First + i; {
		case i == 0:
			return r.Panel.Date(s), -r.NAV[s]
		case s == end:
			return r.Panel.Date(end - 1), r.NAV[end-1]
		default:
			return r.Panel.Date(s), -r.Flow[s]
		}
	})
}

// ModifiedDietz is the return of a period from its values at both ends and the
// flows between, each weighted by the part of the period that it was invested:
// (V1 - V0 - sum F) / (V0 + sum w F).
func ModifiedDietz(start, end float64, flows, weights []float64) float64 {
	sum, weighted := 0.0, 0.0
	for i, f := range flows {
		sum += f
		weighted += weights[i] * f
	}
	return (end - start - sum) / (start + weighted)
}

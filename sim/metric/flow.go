package metric

import (
	"math"

	"evenkeel/data"
	"evenkeel/sim/card"
)

var flow = []Measure{
	{Title: "Money-weighted return", Unit: Fraction, Better: 1, Of: moneyWeighted, Card: card.Card{
		Name: "xirr", Doc: "the yearly rate at which the account's flows and its final NAV are worth its NAV at the start; undefined without flows",
		Details: "Solves sum F_i (1 + r)^(-days_i/365) = 0 with F the NAV of the first session (out), deposits (out), withdrawals (in) and the final NAV (in).",
	}},
	{Title: "Deposits", Unit: Money, Of: func(in *Input) float64 { return in.Record.Tally.Deposits.Money() }, Card: card.Card{
		Name: "deposits", Doc: "money paid in after the opening",
	}},
	{Title: "Withdrawals", Unit: Money, Of: func(in *Input) float64 { return in.Record.Tally.Withdrawals.Money() }, Card: card.Card{
		Name: "withdrawals", Doc: "money paid out",
	}},
}

func moneyWeighted(in *Input) float64 {
	r := in.Record
	if r.Flow == nil {
		return math.NaN()
	}
	dates := []data.Date{r.Panel.Date(r.First)}
	amounts := []float64{-r.NAV[r.First]}
	for s := r.First + 1; s < r.End; s++ {
		if r.Flow[s] != 0 {
			dates, amounts = append(dates, r.Panel.Date(s)), append(amounts, -r.Flow[s])
		}
	}
	dates, amounts = append(dates, r.Panel.Date(r.End-1)), append(amounts, r.NAV[r.End-1])
	return XIRR(dates, amounts)
}

// XIRR is the yearly rate r that solves sum F_i (1 + r)^(-(d_i - d_0)/365) = 0,
// F > 0 being money received. It is NaN when the flows have one sign only or no
// rate between -99.9999 % and 1,000,000 % solves it. It bisects, so it converges
// whatever the flows; of several solutions it finds one.
func XIRR(dates []data.Date, amounts []float64) float64 {
	value := func(rate float64) float64 {
		sum := 0.0
		for i, f := range amounts {
			sum += f * math.Pow(1+rate, -float64(dates[i]-dates[0])/365)
		}
		return sum
	}
	low, high := -0.999999, 10_000.0
	a, b := value(low), value(high)
	if !(a*b < 0) {
		return math.NaN()
	}
	for range 200 {
		mid := low + (high-low)/2
		if mid == low || mid == high {
			break
		}
		if v := value(mid); a*v <= 0 {
			high = mid
		} else {
			low, a = mid, v
		}
	}
	return low + (high-low)/2
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

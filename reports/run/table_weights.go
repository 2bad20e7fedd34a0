package run

import (
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
)

func init() {
	add("weights", "holdings and weights of every policy, session and asset", "weights.parquet", weightsTable)
}

func weightsTable(dir draw.Dir, run *Run) error {
	var policy, symbol []int32
	var date []data.Date
	var weight, target, shares, value []float64
	for k := range run.Policies {
		r := run.Policies[k].Record
		if r.Log == nil {
			continue
		}
		b, targets := NewBooks(r), NewInForce(r.Mandate)
		for s := r.First; s < r.End; s++ {
			b.Close(s)
			prices, now := run.Panel.Close(s), targets.At(s)
			for i, w := range b.Weights(prices) {
				h := b.Units[i].Shares()
				policy, symbol, date = append(policy, int32(k)), append(symbol, int32(i)), append(date, run.Panel.Date(s))
				weight, target = append(weight, w), append(target, now[i])
				shares, value = append(shares, h), append(value, float64(h*prices[i]))
			}
		}
	}
	t := newSheet("one row per policy, session and asset, at the close after the session's own trades")
	t.put(columnar.Coded("policy", policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", date), "the session")
	t.put(columnar.Coded("symbol", symbol, run.Panel.Symbols()), "the asset")
	t.put(columnar.Floats("weight", weight), "value of the asset over the invested value, cash left out; null when nothing is invested")
	t.put(columnar.Floats("target", target), "target weight in force at the close; while an asset waits for its listing, over those that are listed")
	t.put(columnar.Floats("shares", shares), "held")
	t.put(columnar.Floats("value", value), "shares x close, in account currency")
	return t.save(dir, "weights")
}

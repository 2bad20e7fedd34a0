package reports

import (
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
)

func init() {
	add("nav", "value, drawdown, cash, drift and return of every policy and session", "nav.parquet", navTable)
}

func navTable(dir Dir, run *Run) error {
	var policy []int32
	var date []data.Date
	var nav, down, invested, cash, half, most, ret, ref []float64
	reference := run.reference()
	nan := math.NaN()
	for k := range run.Policies {
		r := run.Policies[k].Record
		var b *books
		if r.Log != nil {
			b = newBooks(r)
		}
		index, peak := run.Policies[k].index(), 0.0
		for s := r.First; s < r.End; s++ {
			v := r.NAV[s]
			at := index[s-r.First]
			peak = max(peak, at)
			c, later := nan, s > r.First
			if b != nil {
				b.close(s)
				c = b.Cash.Money()
			}
			h, m, x, y := nan, nan, nan, nan
			if later {
				x, y = at/index[s-r.First-1]-1, reference[s]
			}
			if later && r.DriftHalf != nil {
				h, m = r.DriftHalf[s], r.DriftMost[s]
			}
			policy, date = append(policy, int32(k)), append(date, run.Panel.Date(s))
			nav, down, invested, cash = append(nav, v), append(down, 1-at/peak), append(invested, v-c), append(cash, c)
			half, most, ret, ref = append(half, h), append(most, m), append(ret, x), append(ref, y)
		}
	}
	t := newSheet("one row a policy and session")
	t.put(columnar.Coded("policy", policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", date), "the session")
	t.put(columnar.Floats("nav", nav), "invested value and cash after the session's last fill, in account currency")
	t.put(columnar.Floats("drawdown", down), "fall of nav, flows taken out, from its running peak, 0 or more")
	t.put(columnar.Floats("invested", invested), "nav - cash, in account currency")
	t.put(columnar.Floats("cash", cash), "in account currency; null without a journal")
	t.put(columnar.Floats("drift_half", half), "half the sum of |weight - target| at the close, before the session's own trades at it; null in the first session")
	t.put(columnar.Floats("drift_max", most), "the largest |weight - target|, likewise")
	t.put(columnar.Floats("return", ret), "nav, flows taken out, over that of the session before, less 1; null in the first session")
	t.put(columnar.Floats("reference_return", ref), "the return that tracking is measured against; null in the first session")
	return t.save(dir, "nav")
}

package run

import (
	"math"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim/metric"
)

func init() {
	add("nav", "value, flows, drawdown, cash, drift and return of every policy and session", "nav.parquet", navTable)
}

// values is the table of NAV in the making.
type values struct {
	policy                     []int32
	date                       []data.Date
	nav, flow, costs           []float64
	index, down                []float64
	invested, cash, half, most []float64
	ret, ref                   []float64
}

func navTable(dir draw.Dir, run *Run) error {
	v := &values{}
	for k := range run.Policies {
		v.of(int32(k), &run.Policies[k], run.ReferenceOf(&run.Policies[k]))
	}
	t := newSheet("one row per policy and session")
	t.put(columnar.Coded("policy", v.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Dates("date", v.date), "the session")
	t.put(columnar.Floats("nav", v.nav), "invested value and cash after the session's last fill, in account currency")
	t.put(columnar.Floats("flow", v.flow), "deposits less withdrawals of the session, part of nav, in account currency")
	t.put(columnar.Floats("cost", v.costs), "costs of the session's trades, in account currency: money that comes in bears its own; null in an account without flows")
	t.put(columnar.Floats("index", v.index), "nav with flows taken out: begins at the first nav and grows by return; nav itself without flows")
	t.put(columnar.Floats("drawdown", v.down), "fall of index from its running peak, 0 or more")
	t.put(columnar.Floats("invested", v.invested), "nav - cash, in account currency")
	t.put(columnar.Floats("cash", v.cash), "in account currency; null without a journal")
	t.put(columnar.Floats("drift_half", v.half), "half the sum of |weight - target| at the close, before the session's own trades at it; null in the first session")
	t.put(columnar.Floats("drift_max", v.most), "the largest |weight - target|, likewise")
	t.put(columnar.Floats("return", v.ret), "time-weighted: M/nav of the session before x (1 - cost/(M + max(flow, 0))) - 1 with M = nav - flow + cost; null in the first session, and where there is none: nothing was there before or to bear the costs; it goes on after ruin, and so do index and drawdown, but no measure counts that")
	t.put(columnar.Floats("reference_return", v.ref), "the return that tracking is measured against; null in the first session")
	return t.save(dir, "nav")
}

// of appends a policy's sessions.
func (v *values) of(k int32, p *Policy, reference []float64) {
	r, index, peak, returns := p.Record, p.Index(), 0.0, metric.Returned(p.Record)
	var b *Books
	if r.Log != nil {
		b = NewBooks(r)
	}
	nan := math.NaN()
	for s := r.First; s < r.End; s++ {
		nav, at, flow, cash := r.NAV[s], index[s-r.First], 0.0, nan
		peak = max(peak, at)
		cost := nan
		if r.Flow != nil {
			if flow = r.Flow[s]; r.Cost != nil {
				cost = r.Cost[s]
			}
		}
		if b != nil {
			b.Close(s)
			cash = b.Cash.Money()
		}
		half, most, ret, ref := nan, nan, nan, nan
		if s > r.First {
			ret, ref = returns[s-r.First-1], reference[s]
			if r.DriftHalf != nil {
				half, most = r.DriftHalf[s], r.DriftMost[s]
			}
		}
		v.policy, v.date = append(v.policy, k), append(v.date, r.Panel.Date(s))
		v.nav, v.flow, v.index, v.down = append(v.nav, nav), append(v.flow, flow), append(v.index, at), append(v.down, 1-at/peak)
		v.costs = append(v.costs, cost)
		v.invested, v.cash = append(v.invested, nav-cash), append(v.cash, cash)
		v.half, v.most = append(v.half, half), append(v.most, most)
		v.ret, v.ref = append(v.ret, ret), append(v.ref, ref)
	}
}

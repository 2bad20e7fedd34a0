package run

import (
	"evenkeel/data/columnar"
	"evenkeel/reports/draw"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

func init() {
	add("costs", "what each component of the costs came to by year; written only when something was charged", "costs.parquet", costsTable)
}

// charges is the table of costs in the making.
type charges struct {
	policy          []int32
	year, trades    []int64
	component, kind words
	opening         []bool
	cost            []sim.Micros
	value, nav, bps []float64
}

func costsTable(dir draw.Dir, run *Run) error {
	x := &charges{}
	for k := range run.Policies {
		if p := &run.Policies[k]; p.Record.Log != nil {
			x.add(int32(k), p)
		}
	}
	if len(x.policy) == 0 {
		return nil
	}
	t := newSheet("one row per policy, calendar year and cost component, with separate rows for the initial purchase; there is no such file if nothing was charged")
	t.put(columnar.Coded("policy", x.policy, run.policyNames()), "name of the policy")
	t.put(columnar.Ints("year", x.year), "calendar year of the bookings")
	t.put(x.component.column("component"), "the cost model; a second one of the same name has its number appended")
	t.put(x.kind.column("kind"), "explicit: billed; implicit: paid in the price (spread, impact)")
	t.put(columnar.Bools("opening", x.opening), "of the initial purchase")
	t.put(columnar.Ints("charges", x.trades), "number of trades charged")
	t.put(columnar.Floats("traded_value", x.value), "their value, in account currency")
	t.put(fixed("cost", 6, x.cost), "exactly as booked, in account currency")
	t.put(columnar.Floats("mean_nav", x.nav), "mean NAV over the year's sessions of the run, in account currency")
	t.put(columnar.Floats("bps_of_nav", x.bps), "cost over mean_nav, in basis points")
	return t.save(dir, "costs")
}

// tally is a component's costs in one year.
type tally struct {
	trades int64
	cost   sim.Micros
	value  float64
}

// add appends a policy's rows: by year, then component, the initial purchase first.
func (x *charges) add(k int32, p *Policy) {
	r := p.Record
	names := metric.ComponentNames(r)
	y0, _, _ := r.DateOf(int32(r.First)).Civil()
	y1, _, _ := r.DateOf(int32(r.End - 1)).Civil()
	all := make([]tally, (y1-y0+1)*len(names)*2)
	worth := tradedValues(r)
	for i := range r.Log.Entries {
		e := &r.Log.Entries[i]
		if e.Kind != sim.EntryCost {
			continue
		}
		y, _, _ := r.DateOf(e.Session).Civil()
		at := ((y-y0)*len(names) + int(e.Part)) * 2
		if !r.IsOpening(e) {
			at++
		}
		t := &all[at]
		t.trades++
		t.cost -= e.Cash + e.Due
		t.value += worth[trade{e.Order, e.Session}].value.Money()
	}
	navs := yearNAVs(p, y0, y1-y0+1)
	for at := range all {
		t, part, nav := &all[at], at/2%len(names), navs[at/2/len(names)]
		if t.trades == 0 {
			continue
		}
		x.policy, x.year, x.trades = append(x.policy, k), append(x.year, int64(y0+at/2/len(names))), append(x.trades, t.trades)
		x.component.add(names[part])
		x.kind.add(kindOfCost(metric.Implicit(r, part)))
		x.opening, x.cost, x.value = append(x.opening, at%2 == 0), append(x.cost, t.cost), append(x.value, t.value)
		x.nav, x.bps = append(x.nav, nav), append(x.bps, t.cost.Money()/nav*1e4)
	}
}

// yearNAVs are a policy's mean NAV by calendar year.
func yearNAVs(p *Policy, first, n int) []float64 {
	sums, sessions := make([]float64, n), make([]float64, n)
	for s := p.Record.First; s < p.Record.End; s++ {
		y, _, _ := p.Record.Panel.Date(s).Civil()
		sums[y-first] += p.Record.NAV[s]
		sessions[y-first]++
	}
	for i := range sums {
		sums[i] /= sessions[i]
	}
	return sums
}

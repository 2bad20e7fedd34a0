package workload

import (
	"math"
	"slices"

	"evenkeel/data"
)

// Result is what the bare loop finds.
type Result struct {
	NAV, Turnover, Cost  float64
	Triggers, Rebalances int
	Volatility, Drawdown float64
}

// Bare runs the bands rule in plain float64 for one policy: relative bands and
// rails, a cost in proportion to the value traded, fills at the same close,
// 1,000,000 at the start. It has no books, no ledger, no options: it is what a
// programmer writes in an hour, to compare speeds with.
func Bare(p *data.Panel, targets []float64, band, rail float64, every int, rate float64) (r Result) {
	n, px := p.Assets(), p.Closes()
	shares, value := make([]float64, n), make([]float64, n)
	byTarget := make([]int, n)
	for i := range byTarget {
		byTarget[i] = i
	}
	slices.SortStableFunc(byTarget, func(i, j int) int { return cmp(targets[i], targets[j]) })
	cash, start := 0.0, 1e6/(1+rate)
	for i, t := range targets {
		shares[i] = t * start / px[i]
	}
	last, peak, sum, squares := start, start, 0.0, 0.0
	for s := 1; s < p.Sessions(); s++ {
		row := px[s*n : s*n+n]
		invested := 0.0
		for i, x := range row {
			value[i] = shares[i] * x
			invested += value[i]
		}
		nav := invested + cash
		if s%every == 0 && outside(value, targets, band, invested) {
			r.Triggers++
			if traded := trade(shares, value, targets, row, byTarget, rail, invested, rate, &cash); traded > 0 {
				r.Rebalances++
				r.Turnover += traded / 2 / nav
				r.Cost += rate * traded
				nav -= rate * traded
			}
		}
		change := nav/last - 1
		sum += change
		squares += change * change
		last, peak = nav, max(peak, nav)
		r.Drawdown = max(r.Drawdown, 1-nav/peak)
	}
	m := float64(p.Sessions() - 1)
	r.NAV, r.Volatility = last, math.Sqrt((squares-sum*sum/m)/(m-1)*252)
	return r
}

func cmp(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func outside(value, targets []float64, band, invested float64) bool {
	for i, v := range value {
		if t := targets[i] * invested; v > t*(1+band) || v < t*(1-band) {
			return true
		}
	}
	return false
}

// trade sells down to the rails, shares the cash over the deficits and returns
// the value traded.
func trade(shares, value, targets, row []float64, byTarget []int, rail, invested, rate float64, cash *float64) (traded float64) {
	for i, v := range value {
		if limit := targets[i] * (1 + rail) * invested; v > limit {
			traded += v - limit
			value[i], shares[i] = limit, limit/row[i]
		}
	}
	*cash += traded * (1 - rate)
	need, distance := 0.0, 0.0
	for i, v := range value {
		if lack := targets[i]*invested - v; lack > 0 {
			need += lack
			distance += lack / (targets[i] * invested)
		}
	}
	money := *cash / (1 + rate)
	if money <= 0 || need <= 0 {
		return traded
	}
	money = min(money, need)
	*cash -= money * (1 + rate)
	traded += money
	for _, i := range byTarget {
		full := targets[i] * invested
		lack := full - value[i]
		if lack <= 0 {
			continue
		}
		part := lack / full
		buy := min(lack, part*money/distance)
		money -= buy
		distance -= part
		shares[i] = (value[i] + buy) / row[i]
	}
	return traded
}

package oracle

import "github.com/shopspring/decimal"

// scope lists the assets that may trade: all, only the breached ones, or the k
// assets with the largest |w - t|.
func (a *account) scope(l *sight) []int {
	all := make([]int, len(a.targets))
	for i := range all {
		all[i] = i
	}
	if a.mini {
		ranked := a.ranked(all, func(i int) decimal.Decimal { return a.drift(l, i).Abs() }, l)
		return ranked[:min(a.in.Mini.Largest, len(ranked))]
	}
	switch a.in.Scope {
	case "breached":
		return append(append([]int(nil), l.low...), l.high...)
	case "largest":
		ranked := a.ranked(all, func(i int) decimal.Decimal { return a.drift(l, i).Abs() }, l)
		return ranked[:min(a.in.Largest, len(ranked))]
	}
	return all
}

// counterpart adds the one asset that trades with the breached ones when all
// breaches lie on one side: the largest opposite deviation.
func (a *account) counterpart(l *sight, sell, need []decimal.Decimal) {
	var others []int
	for i := range a.targets {
		if !contains(l.low, i) && !contains(l.high, i) {
			others = append(others, i)
		}
	}
	oneSided := (len(l.low) == 0) != (len(l.high) == 0)
	if !oneSided || len(others) == 0 {
		return
	}
	if len(l.high) == 0 {
		// Only low breaches: the largest excess in percentage points sells
		// what the breached assets need, with the costs of buying it, at most
		// down to its own target.
		i := a.ranked(others, func(i int) decimal.Decimal { return a.drift(l, i) }, l)[0]
		above := atLeastZero(l.value[i].Sub(a.targets[i].Mul(l.aim)))
		if amount := decimal.Min(above, a.grossed(i, a.shortfall(l, l.low, need))); a.pays(i, amount) {
			sell[i] = amount
		}
		return
	}
	// Only high breaches: the largest deficit in percentage points is bought
	// with the proceeds, at most up to its target.
	i := a.ranked(others, func(i int) decimal.Decimal { return a.drift(l, i).Neg() }, l)[0]
	need[i] = a.deficit(l, i)
}

// largestOverweight pays for an unfunded trigger: the asset with the largest
// w/t is sold down to its target, then the next, until the proceeds bring
// every breached asset to t(1-r)V'. The proceeds go to the breached assets
// only, shared as usual with the lower rail as cap.
func (a *account) largestOverweight(l *sight) []Order {
	n := len(a.targets)
	sell, need, limit := make([]decimal.Decimal, n), make([]decimal.Decimal, n), make([]decimal.Decimal, n)
	allowed := make([]int, n)
	for i := range allowed {
		allowed[i] = i
	}
	if a.in.Scope == "largest" {
		allowed = a.scope(l)
	}
	for _, i := range l.low {
		if rail, finite := a.rail(i, -1); finite && contains(allowed, i) && !a.forbidden(i, "buy") {
			need[i] = a.deficit(l, i)
			limit[i] = decimal.Min(need[i], atLeastZero(a.targets[i].Sub(rail).Mul(l.aim).Sub(l.value[i]))) // V' is below 0 when more is owed than there is
		}
	}
	missing := a.shortfall(l, l.low, limit)

	var overweight []int
	for _, i := range allowed {
		if a.targets[i].IsPositive() && !contains(l.low, i) && !a.forbidden(i, "sell") && l.value[i].GreaterThan(a.targets[i].Mul(l.aim)) {
			overweight = append(overweight, i)
		}
	}
	byRatio := func(i int) decimal.Decimal { return quotient(l.weight[i], a.targets[i]) }
	for _, i := range a.ranked(overweight, byRatio, l) {
		if a.isDust(missing) {
			break
		}
		amount := decimal.Min(l.value[i].Sub(a.targets[i].Mul(l.aim)), a.grossed(i, missing))
		if a.isDust(amount) || a.isSmall("sell", i, amount) || !a.pays(i, amount) {
			continue
		}
		sell[i] = amount
		missing = missing.Sub(amount.Mul(one.Sub(a.rate("sell", i)))).Add(a.fixedPart("sell", i))
	}
	return a.orders(l, sell, need, limit, false)
}

// shortfall is the money that purchases up to these amounts lack, with their
// costs and what is held back; not positive if cash suffices.
func (a *account) shortfall(l *sight, assets []int, amount []decimal.Decimal) decimal.Decimal {
	missing := a.spendable(l.reserve).Neg()
	for _, i := range assets {
		if !amount[i].IsPositive() {
			continue
		}
		missing = missing.Add(amount[i].Mul(one.Add(a.rate("buy", i)))).Add(a.fixedPart("buy", i)).Add(a.heldBackFor(i))
	}
	return missing
}

// grossed is the sale whose proceeds, less its own costs, are this much money.
func (a *account) grossed(i int, net decimal.Decimal) decimal.Decimal {
	if !net.IsPositive() {
		return zero
	}
	return quotient(net.Add(a.fixedPart("sell", i)), one.Sub(a.rate("sell", i)))
}

// pays says whether a sale made to raise money brings more than it costs.
func (a *account) pays(i int, amount decimal.Decimal) bool {
	return amount.Mul(one.Sub(a.rate("sell", i))).GreaterThan(a.fixedPart("sell", i))
}

// drift is w - t.
func (a *account) drift(l *sight, i int) decimal.Decimal { return l.weight[i].Sub(a.targets[i]) }

// relativeDrift is |w/t - 1|; a holding without a target is further off than
// any other.
func (a *account) relativeDrift(l *sight, i int) decimal.Decimal {
	if a.targets[i].IsZero() && l.value[i].IsZero() {
		return zero
	}
	if a.targets[i].IsZero() {
		return decimal.New(1, 9)
	}
	return quotient(l.weight[i], a.targets[i]).Sub(one).Abs()
}

// ranked sorts assets, largest key first. Values closer than 1e-12 are equal;
// ties: larger |pp| first, then larger relative, then name.
func (a *account) ranked(assets []int, key func(int) decimal.Decimal, l *sight) []int {
	before := func(i, j int) bool {
		for _, x := range []decimal.Decimal{
			key(i).Sub(key(j)),
			a.drift(l, i).Abs().Sub(a.drift(l, j).Abs()),
			a.relativeDrift(l, i).Sub(a.relativeDrift(l, j)),
		} {
			if x.Abs().LessThan(equalNear) && x.Abs().GreaterThan(equal.Shift(-1)) {
				a.near()
			}
			if x.Abs().GreaterThan(equal) {
				return x.IsPositive()
			}
		}
		return a.in.Symbols[i] < a.in.Symbols[j]
	}
	left := append([]int(nil), assets...)
	var sorted []int
	for len(left) > 0 {
		first := left[0]
		for _, i := range left[1:] {
			if before(i, first) {
				first = i
			}
		}
		sorted = append(sorted, first)
		left = without(left, first)
	}
	return sorted
}

func contains(list []int, i int) bool {
	for _, j := range list {
		if j == i {
			return true
		}
	}
	return false
}

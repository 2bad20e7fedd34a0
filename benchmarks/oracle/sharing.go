package oracle

import "github.com/shopspring/decimal"

// share divides money among the assets that need it. The fixed parts of all
// intended purchases come off first; a purchase left under 0.01, or the minimum, is
// dropped, smallest first, and the sharing repeated without it, so that its fixed part
// and what was held back for it are free for the others. limit is how far a
// need may be filled; usually it is the need itself.
func (a *account) share(l *sight, money decimal.Decimal, need, limit []decimal.Decimal) map[int]decimal.Decimal {
	var intended []int
	for i := range need {
		if limit[i].IsPositive() {
			intended = append(intended, i)
		}
	}
	for len(intended) > 0 {
		buy := a.split(l, a.afterFixedParts(money, intended), intended, need, limit)
		drop := a.smallest(intended, buy, limit, a.isTooSmall)
		if drop < 0 {
			return buy
		}
		intended = without(intended, drop)
	}
	return map[int]decimal.Decimal{}
}

// smallestDust is the smallest purchase under 0.01, or -1.
func (a *account) smallestDust(intended []int, buy map[int]decimal.Decimal, size []decimal.Decimal) int {
	return a.smallest(intended, buy, size, func(_ int, value decimal.Decimal) bool { return a.isDust(value) })
}

// isTooSmall says whether a purchase that a decision meant is dropped.
func (a *account) isTooSmall(i int, value decimal.Decimal) bool {
	return a.isDust(value) || a.isSmall("buy", i, value)
}

// smallest is the smallest of those that are too small, or -1. Of equal ones it is
// the one with the smaller size (the need), then the later name.
func (a *account) smallest(intended []int, buy map[int]decimal.Decimal, size []decimal.Decimal, tooSmall func(int, decimal.Decimal) bool) int {
	smallest := -1
	for _, i := range intended {
		if !tooSmall(i, buy[i]) {
			continue
		}
		if smallest < 0 {
			smallest = i
			continue
		}
		by := buy[i].Cmp(buy[smallest])
		if by == 0 {
			by = size[i].Cmp(size[smallest])
			if size[i].Sub(size[smallest]).Abs().LessThan(dustNear) {
				a.near()
			}
		}
		if by < 0 || by == 0 && a.in.Symbols[i] > a.in.Symbols[smallest] {
			smallest = i
		}
	}
	return smallest
}

// split is one sharing: sum b_i (1 + c_i) = money. If the money suffices,
// every need is filled up to its cap.
func (a *account) split(l *sight, money decimal.Decimal, intended []int, need, limit []decimal.Decimal) map[int]decimal.Decimal {
	whole, cost := map[int]decimal.Decimal{}, zero
	for _, i := range intended {
		whole[i] = limit[i]
		cost = cost.Add(a.dear(i, limit[i]))
	}
	if money.GreaterThanOrEqual(cost) {
		return whole
	}
	relative := func(i int) decimal.Decimal { return quotient(need[i], a.targets[i].Mul(l.aim)) }
	switch a.in.Share {
	case "absolute_deficit":
		return a.proportional(money, intended, limit, func(i int) decimal.Decimal { return need[i] })
	case "target_weights":
		return a.proportional(money, intended, limit, func(i int) decimal.Decimal { return a.targets[i] })
	case "lowest_first":
		return a.waterFill(l, money, intended, limit)
	case "most_underweight_first":
		return a.inTurn(money, a.ranked(intended, relative, l), limit)
	}
	// b_i = min(n_i, L n_i / (t_i V')): shares by relative distance.
	return a.proportional(money, intended, limit, relative)
}

// dear is what a purchase takes out of the money: the amount and the costs in
// proportion to it.
func (a *account) dear(i int, amount decimal.Decimal) decimal.Decimal {
	return amount.Mul(one.Add(a.rate("buy", i)))
}

// proportional finds L such that min(cap_i, L part_i) use the money up: capped
// at the target, the rest re-shared.
func (a *account) proportional(money decimal.Decimal, intended []int, limit []decimal.Decimal, part func(int) decimal.Decimal) map[int]decimal.Decimal {
	buy := map[int]decimal.Decimal{}
	sharing := intended
	for len(sharing) > 0 {
		parts := zero
		for _, i := range sharing {
			parts = parts.Add(a.dear(i, part(i)))
		}
		level := quotient(money, parts)
		var rest []int
		capped := zero
		for _, i := range sharing {
			if amount := level.Mul(part(i)); amount.LessThan(limit[i]) {
				buy[i] = amount
				rest = append(rest, i)
			} else {
				buy[i] = limit[i]
				capped = capped.Add(a.dear(i, limit[i]))
			}
		}
		if len(rest) == len(sharing) {
			break
		}
		money = money.Sub(capped)
		sharing = rest
	}
	return buy
}

// waterFill raises the lowest v_i / t_i together, each at most to its cap. The
// level climbs from one corner to the next; between two corners the set of
// assets that rise is fixed, so what the last stretch costs is a straight line.
func (a *account) waterFill(l *sight, money decimal.Decimal, intended []int, limit []decimal.Decimal) map[int]decimal.Decimal {
	start := func(i int) decimal.Decimal { return quotient(l.value[i], a.targets[i]) }
	end := func(i int) decimal.Decimal { return quotient(l.value[i].Add(limit[i]), a.targets[i]) }
	level := start(intended[0])
	for _, i := range intended {
		level = decimal.Min(level, start(i))
	}
	for {
		next, rising, slope := decimal.Decimal{}, false, zero
		for _, i := range intended {
			for _, corner := range []decimal.Decimal{start(i), end(i)} {
				if corner.GreaterThan(level) && (!rising || corner.LessThan(next)) {
					next, rising = corner, true
				}
			}
			if !start(i).GreaterThan(level) && end(i).GreaterThan(level) {
				slope = slope.Add(a.dear(i, a.targets[i]))
			}
		}
		if !rising {
			break
		}
		cost := slope.Mul(next.Sub(level))
		if cost.GreaterThan(money) {
			level = level.Add(quotient(money, slope))
			break
		}
		money = money.Sub(cost)
		level = next
	}
	buy := map[int]decimal.Decimal{}
	for _, i := range intended {
		buy[i] = decimal.Min(limit[i], atLeastZero(level.Sub(start(i)).Mul(a.targets[i])))
	}
	return buy
}

// inTurn fills one asset, then the next.
func (a *account) inTurn(money decimal.Decimal, ranked []int, limit []decimal.Decimal) map[int]decimal.Decimal {
	buy := map[int]decimal.Decimal{}
	for _, i := range ranked {
		buy[i] = decimal.Min(limit[i], quotient(money, one.Add(a.rate("buy", i))))
		money = money.Sub(a.dear(i, buy[i]))
	}
	return buy
}

// spread adds surplus cash in proportion to target weights, over all assets
// with a target, once every deficit is filled. A surplus under 0.01 stays cash.
func (a *account) spread(money decimal.Decimal, limit []decimal.Decimal, buy map[int]decimal.Decimal) map[int]decimal.Decimal {
	for i, amount := range buy {
		if amount.LessThan(limit[i]) {
			return buy
		}
	}
	var intended []int
	for i, t := range a.targets {
		if t.IsPositive() && !a.forbidden(i, "buy") {
			intended = append(intended, i)
		}
	}
	for len(intended) > 0 {
		left, parts := a.afterFixedParts(money, intended), zero
		for _, i := range intended {
			left = left.Sub(a.dear(i, buy[i]))
			parts = parts.Add(a.dear(i, a.targets[i]))
		}
		more := quotient(atLeastZero(left), parts)
		if a.isDust(left) {
			return buy
		}
		both := map[int]decimal.Decimal{}
		for _, i := range intended {
			both[i] = buy[i].Add(more.Mul(a.targets[i]))
		}
		drop := a.smallestDust(intended, both, a.targets)
		if drop < 0 {
			return both
		}
		intended = without(intended, drop)
	}
	return buy
}

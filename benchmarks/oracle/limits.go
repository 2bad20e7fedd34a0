package oracle

import "github.com/shopspring/decimal"

// breached says whether an asset stands outside its band on one side (+1 over
// it, -1 under it).
func (a *account) breached(l *sight, i, side int) bool {
	band := a.limit(a.in.BandUp, i)
	if side < 0 {
		band = a.limit(a.in.BandDown, i)
	}
	return a.outside(l, i, side, band)
}

// outside is the same for any limit.
func (a *account) outside(l *sight, i, side int, band Limit) bool {
	t := a.targets[i]
	reach, finite := distance(band, t)
	if !finite {
		return false
	}
	// t = 0: a holding worth >= 0.01 is outside.
	if t.IsZero() {
		return side > 0 && !a.isDust(l.value[i])
	}
	// t > 0 and w = 0: breached low under every finite band.
	if l.weight[i].IsZero() {
		return side < 0 && !a.isDust(decimal.Max(a.deficit(l, i), t.Mul(l.invested))) // an emptied account breaches nothing
	}
	if !a.exceeds(l, i, side, band) {
		return false
	}
	// A breach whose order to the limit is dust is none.
	sign := decimal.New(int64(side), 0)
	limit := t.Add(sign.Mul(reach)).Mul(l.invested)
	return !a.isDust(l.value[i].Sub(limit).Mul(sign))
}

// exceeds compares strictly: deviation > limit + 1e-12, where the deviation is
// w/t - 1 for relative and w - t for absolute limits.
func (a *account) exceeds(l *sight, i, side int, band Limit) bool {
	if len(band.LesserOf) > 0 {
		// Outside the narrowest is outside any one of them.
		for _, b := range band.LesserOf {
			if a.exceeds(l, i, side, b) {
				return true
			}
		}
		return false
	}
	if band.None {
		return false
	}
	deviation := l.weight[i].Sub(a.targets[i])
	if !band.Absolute {
		deviation = quotient(l.weight[i], a.targets[i]).Sub(one)
	}
	over := deviation.Mul(decimal.New(int64(side), 0)).Sub(number(band.Value))
	if whole := l.weight[i].Equal(one) && a.targets[i].Equal(one); over.Abs().LessThan(equalNear) && !whole {
		a.near()
	}
	return over.GreaterThan(equal)
}

// distance is a limit's distance from the target as a weight; finite is false
// if there is no limit.
func distance(b Limit, t decimal.Decimal) (d decimal.Decimal, finite bool) {
	if len(b.LesserOf) > 0 {
		for _, each := range b.LesserOf {
			if x, ok := distance(each, t); ok && (!finite || x.LessThan(d)) {
				d, finite = x, true
			}
		}
		return d, finite
	}
	switch {
	case b.None:
		return zero, false
	case t.IsZero(): // the limits of a target of 0 are 0
		return zero, true
	case b.Absolute:
		return number(b.Value), true
	}
	return number(b.Value).Mul(t), true
}

// limit is an asset's entry of a list of limits; no list is no limit.
func (a *account) limit(list []Limit, i int) Limit {
	if list == nil {
		return Limit{None: true}
	}
	return list[i]
}

// rail is the inner limit of an asset as a distance from its target.
func (a *account) rail(i, side int) (d decimal.Decimal, finite bool) {
	rails, bands := a.in.RailUp, a.in.BandUp
	if side < 0 {
		rails, bands = a.in.RailDown, a.in.BandDown
	}
	switch {
	case a.in.Strategy == "calendar" && a.in.To != "fraction", a.in.To == "target":
		return zero, true // to the target: rail 0
	case a.in.To == "edge":
		rails = bands // to the edge: rail = band
	}
	return distance(a.limit(rails, i), a.targets[i])
}

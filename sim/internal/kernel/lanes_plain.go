package kernel

import (
	"math"
	"math/bits"
)

// watchPlain is Watch without vectors.
func (x *Lanes) watchPlain(nav, px []float64, looks []uint8, active uint8, from, to int) (s int, hit uint8) {
	x.plain |= Watching
	n := len(x.Held)
	for s = from; s < to; s++ {
		p := px[s*n : s*n+n]
		x.value(p)
		row := nav[s*Width : s*Width+Width]
		for l := range row {
			row[l] = x.Invested[l] + float64(float64(x.Cash[l])*money)
		}
		for at := looks[s] & active; at != 0; at &= at - 1 {
			if l := bits.TrailingZeros8(at); x.Always>>l&1 != 0 || x.outside(p, l) {
				hit |= 1 << l
			}
		}
		if hit != 0 {
			return s, hit
		}
	}
	return to, 0
}

// value sums the lanes' holdings at prices p into Invested.
func (x *Lanes) value(p []float64) {
	x.Invested = Row{}
	for at := x.Used; at != 0; at &= at - 1 {
		l := bits.TrailingZeros8(at)
		x.Invested[l] = product(p, x.Held, l)
	}
}

// product is Product of prices and the shares of lane l, neither of them below 0.
func product(p []float64, held []Held, l int) float64 {
	l %= Width
	held = held[:len(p)]
	if len(p) < partials {
		var s Sum
		for i, x := range p {
			s[i] = float64(x * held[i].H[l])
		}
		return s.Total()
	}
	q, r := (*[partials]float64)(p), (*[partials]Held)(held)
	a, b, c, d := float64(q[0]*r[0].H[l]), float64(q[1]*r[1].H[l]), float64(q[2]*r[2].H[l]), float64(q[3]*r[3].H[l])
	e, f, g, o := float64(q[4]*r[4].H[l]), float64(q[5]*r[5].H[l]), float64(q[6]*r[6].H[l]), float64(q[7]*r[7].H[l])
	p, held = p[partials:], held[partials:]
	for len(p) >= partials && len(held) >= partials {
		q, r := (*[partials]float64)(p), (*[partials]Held)(held)
		a += float64(q[0] * r[0].H[l])
		b += float64(q[1] * r[1].H[l])
		c += float64(q[2] * r[2].H[l])
		d += float64(q[3] * r[3].H[l])
		e += float64(q[4] * r[4].H[l])
		f += float64(q[5] * r[5].H[l])
		g += float64(q[6] * r[6].H[l])
		o += float64(q[7] * r[7].H[l])
		p, held = p[partials:], held[partials:]
	}
	s := Sum{a, b, c, d, e, f, g, o}
	for i, x := range p {
		s.Add(i, float64(x*held[i].H[l]))
	}
	return s.Total()
}

// outside reports whether a weight of a lane may be outside its limits.
func (x *Lanes) outside(p []float64, l int) bool {
	invested, held := x.Invested[l], x.Held[:len(p)]
	for i, w := range p {
		if r := &held[i]; w*r.Hi[l] > invested || w*r.Lo[l] < invested {
			return true
		}
	}
	return false
}

// driftPlain is Drift of the sessions of px without vectors.
func (x *Lanes) driftPlain(half, most, px []float64) {
	x.plain |= Drifting
	n := len(x.Held)
	defer func(was Row) { x.Invested = was }(x.Invested)
	for s := 0; s*n < len(px); s++ {
		p := px[s*n : s*n+n]
		x.value(p)
		for at := x.Used; at != 0; at &= at - 1 {
			l := bits.TrailingZeros8(at)
			var all Sum
			largest := 0.0
			for i, w := range p {
				d := math.Abs(float64(w*x.Held[i].H[l])/x.Invested[l] - x.Assets[i].Target[l])
				all.Add(i, d)
				largest = max(largest, d)
			}
			half[s*Width+l], most[s*Width+l] = all.Total()/2, largest
		}
	}
}

func (x *Lanes) decidePlain(p []float64, hit uint8) (placed, rare uint8) {
	x.plain |= Deciding
	for ; hit != 0; hit &= hit - 1 {
		l := bits.TrailingZeros8(hit)
		if x.Invested[l]+float64(float64(x.Cash[l])*money) > Plenty {
			rare |= 1 << l
			continue
		}
		if !x.fired(p, l) {
			continue
		}
		switch some, odd := x.plan(p, l); {
		case odd:
			rare |= 1 << l
			continue
		case some:
			placed |= 1 << l
			x.Rebalances[l]++
		}
		x.Triggers[l]++
	}
	return placed, rare
}

// fired reports whether a weight is outside its band by at least Dust, or not held
// though its band has a lower edge.
func (x *Lanes) fired(p []float64, l int) bool {
	if x.Always>>l&1 != 0 {
		return true
	}
	all := x.Invested[l]
	for i := range x.Assets {
		a := &x.Assets[i]
		v := float64(p[i] * x.Held[i].H[l])
		if v > a.Top[l]*all && v-float64(a.High[l]*all) >= Dust || v < a.Low[l]*all && float64(a.Floor[l]*all)-v >= Dust || v == 0 && a.Floor[l] >= 0 {
			return true
		}
	}
	return false
}

// plan writes the orders of a lane whose trigger fired.
func (x *Lanes) plan(p []float64, l int) (some, odd bool) {
	cash := float64(float64(x.Cash[l]) * money)
	invested := x.Invested[l]
	power := invested + cash/x.Gross[l]
	proceeds := x.sales(p, l, power)
	if odd := x.purchases(l, cash+proceeds, power); odd {
		return false, true
	}
	return x.size(p, l)
}

// sales writes what is above its rail and returns the proceeds after costs.
func (x *Lanes) sales(p []float64, l int, power float64) (proceeds float64) {
	var all Sum
	for i := range x.Assets {
		a := &x.Assets[i]
		v := float64(p[i] * x.Held[i].H[l])
		over := v - float64(a.Rail[l]*power)
		if over >= Dust {
			all.Add(i, over*a.Net[l])
		} else {
			over = 0
		}
		a.value[l], a.over[l] = v, over
	}
	return all.Total()
}

// purchases shares money over what is below target, by relative distance; need
// becomes what each gets. What gets less than Dust gets nothing: see dropped.
func (x *Lanes) purchases(l int, cash, power float64) (odd bool) {
	for i := range x.Assets {
		a := &x.Assets[i]
		if a.need[l] = float64(a.Target[l]*power) - a.value[l]; !(a.need[l] > 0) || cash < Dust {
			a.need[l] = 0
		}
	}
	most := 0.0
	for again := false; ; again = true {
		level, shared := x.level(l, cash, power)
		small := x.give(l, level, shared)
		if !small {
			return shared && most*level >= dustBelow || !shared && most > 0
		}
		if again {
			return true
		}
		if most, odd = x.dropped(l); odd {
			return true
		}
	}
}

// level is what keys are multiplied with to spend the money, which is less than all
// needs: who would get more than its need gets the need, and the rest is shared
// again. A key of 0 is one that is met.
func (x *Lanes) level(l int, cash, power float64) (level float64, shared bool) {
	var needs, parts Sum
	buys := 0
	for i := range x.Assets {
		a := &x.Assets[i]
		need := a.need[l]
		if a.key[l] = 0; need > 0 {
			buys++
			needs.Add(i, need*a.Gross[l])
			a.key[l] = need / float64(a.Target[l]*power)
			parts.Add(i, a.key[l]*a.Gross[l])
		}
	}
	left, keys := cash-float64(x.Hold[l]*float64(buys)), parts.Total()
	if !(left < needs.Total()) {
		return 0, false
	}
	left = max(0, left)
	for capped := true; capped && keys > 0; {
		level = left / keys
		capped = false
		var met, gone Sum
		for i := range x.Assets {
			a := &x.Assets[i]
			if k := a.key[l]; k != 0 && float64(k*level) >= a.need[l] {
				a.key[l], capped = 0, true
				met.Add(i, a.need[l]*a.Gross[l])
				gone.Add(i, k*a.Gross[l])
			}
		}
		left -= met.Total()
		keys -= gone.Total()
	}
	return level, true
}

// give writes what each asset gets and says whether some get less than Dust.
func (x *Lanes) give(l int, level float64, shared bool) (small bool) {
	for i := range x.Assets {
		a := &x.Assets[i]
		got := a.need[l]
		if shared && a.key[l] != 0 {
			got = float64(a.key[l] * level)
		}
		small = small || a.need[l] > 0 && got < Dust
		a.got[l] = got
	}
	return small
}

// dropped takes the needs that got less than Dust away, all at once. The rule is to
// drop the smallest and to share again until there is none; that comes to the same
// when each would still get less than Dust with all of them gone, for a level only
// rises. most is the largest key of those of which that must be seen; what stands
// too near to Dust is odd.
func (x *Lanes) dropped(l int) (most float64, odd bool) {
	for i := range x.Assets {
		a := &x.Assets[i]
		switch got := a.got[l]; {
		case a.need[l] > 0 && got < Dust:
			if a.need[l] >= Dust {
				most = max(most, a.key[l])
			}
			a.need[l] = 0
		case got < dustAbove && got > 0:
			odd = true
		}
	}
	return most, odd
}

// size turns money into orders in units and says whether there are any.
func (x *Lanes) size(p []float64, l int) (some, odd bool) {
	for i, price := range p[:len(x.Assets)] {
		a := &x.Assets[i]
		units := float64((a.got[l] + a.over[l]) / price * perShare)
		if !(units < plentyUnits) {
			return false, true
		}
		u := int64(units)
		if a.over[l] > 0 {
			u = -min(nearest(units), a.Units[l])
			if a.over[l] >= a.value[l] {
				u = -a.Units[l]
			}
		}
		a.Order[l] = u
		some = some || u != 0
	}
	return some, false
}

func (x *Lanes) fillPlain(p []float64, due uint8, nav []float64) (rare uint8) {
	x.plain |= Filling
	for ; due != 0; due &= due - 1 {
		if l := bits.TrailingZeros8(due); !x.execute(p, l, nav) {
			rare |= 1 << l
		}
	}
	return rare
}

// bill is what the trades of one side come to; all money in millionths.
type bill struct{ traded, cost, trades int64 }

func (b *bill) add(value, cost int64) {
	b.traded += value
	b.cost += cost
	b.trades++
}

// execute books the orders of a lane, or nothing when something is out of the
// ordinary.
func (x *Lanes) execute(p []float64, l int, nav []float64) bool {
	before := product(p, x.Held, l) + float64(float64(x.Cash[l])*money)
	var sales, buys bill
	var value Sum
	largest := int64(0)
	for i, price := range p[:len(x.Assets)] {
		a := &x.Assets[i]
		u := a.Order[l]
		largest = max(largest, a.Units[l]+u)
		worth := float64(float64(abs(u))*share) * price
		if !(worth <= Plenty) {
			return false
		}
		v := micros(worth)
		switch {
		case u > 0:
			buys.add(v, micros(a.Buying[l]*(float64(v)*money)))
			value.Add(i, float64(float64(v)*money)*a.Gross[l])
		case u < 0:
			sales.add(v, micros(a.Selling[l]*(float64(v)*money)))
		}
	}
	cash := x.Cash[l] + sales.traded - sales.cost
	if before > Plenty || largest > plentyUnits {
		return false
	}
	if buys.traded+buys.cost > cash {
		if buys = (bill{}); !x.scale(p, l, cash, value.Total(), &buys) {
			return false
		}
	}
	x.Cash[l] = cash - buys.traded - buys.cost
	x.Cost[l] += sales.cost + buys.cost
	x.Trades[l] += sales.trades + buys.trades
	x.Turnover[l] += float64(sales.traded+buys.traded) * money / 2 / before
	for i := range x.Assets {
		x.Assets[i].Units[l] += x.Assets[i].Order[l]
		x.Mirror(l, i)
	}
	nav[l] = product(p, x.Held, l) + float64(float64(x.Cash[l])*money)
	return true
}

// scale cuts the purchases of a lane by one factor to what its cash pays for; what
// rounding makes too dear is shaved. It says no when one would be below Dust.
func (x *Lanes) scale(p []float64, l int, cash int64, value float64, b *bill) bool {
	factor := min(1, max(0, float64(cash)*money/value))
	for i, price := range p[:len(x.Assets)] {
		if u := x.Assets[i].Order[l]; u > 0 && float64(float64(float64(u)*share)*price)*factor < Dust {
			return false
		}
	}
	factor = min(factor, math.Nextafter(1, 0))
	for i, price := range p[:len(x.Assets)] {
		a := &x.Assets[i]
		if a.Order[l] <= 0 {
			continue
		}
		u := int64(float64(a.Order[l]) * factor)
		v, cost := a.priced(l, u, price)
		for over := v + cost - cash; over > 0 && u > 0; over = v + cost - cash {
			u = max(0, u-int64(math.Ceil(float64(over)*money/price*perShare))-1)
			v, cost = a.priced(l, u, price)
		}
		if a.Order[l] = u; u > 0 {
			b.add(v, cost)
			cash -= v + cost
		}
	}
	return true
}

// priced is the value of a purchase and what it costs, in millionths.
func (a *Asset) priced(l int, u int64, price float64) (value, cost int64) {
	value = micros(float64(float64(u)*share) * price)
	return value, micros(a.Buying[l] * (float64(value) * money))
}

func abs(u int64) int64 { return max(u, -u) }

// micros is money of at most Plenty in millionths, half to even.
func micros(m float64) int64 { return nearest(float64(m * perMoney)) }

// nearest rounds what is 0 or more to a whole number, half to even: adding and taking
// away 1.5 x 2^52 leaves no binary places. Beyond 2^51 the slow way is needed.
func nearest(x float64) int64 {
	const shift = 3 << 51
	if x < 1<<51 {
		return int64((x + shift) - shift)
	}
	return int64(math.RoundToEven(x))
}

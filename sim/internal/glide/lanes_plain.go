package glide

import (
	"math"
	"math/bits"
)

// watchPlain is Watch without vectors.
func (x *Lanes) watchPlain(nav, px []float64, looks []uint8, active uint8, from, to int) (s int, hit uint8) {
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
	held := x.Held[:len(p)]
	if bits.OnesCount8(x.Used) < 3 {
		x.Invested = Row{}
		for at := x.Used; at != 0; at &= at - 1 {
			l, sum := bits.TrailingZeros8(at), 0.0
			for i, w := range p {
				sum += float64(w * held[i].H[l])
			}
			x.Invested[l] = sum
		}
		return
	}
	var a, b, c, d, e, f, g, h float64
	for i, w := range p {
		r := &held[i].H
		a += float64(w * r[0])
		b += float64(w * r[1])
		c += float64(w * r[2])
		d += float64(w * r[3])
		e += float64(w * r[4])
		f += float64(w * r[5])
		g += float64(w * r[6])
		h += float64(w * r[7])
	}
	x.Invested = Row{a, b, c, d, e, f, g, h}
}

// outside says whether a weight of a lane may be outside its limits.
func (x *Lanes) outside(p []float64, l int) bool {
	invested, held := x.Invested[l], x.Held[:len(p)]
	for i, w := range p {
		if r := &held[i]; w*r.Hi[l] > invested || w*r.Lo[l] < invested {
			return true
		}
	}
	return false
}

func (x *Lanes) decidePlain(p []float64, hit uint8) (placed, rare uint8) {
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
		default:
			x.Unfunded[l]++
		}
		x.Triggers[l]++
	}
	return placed, rare
}

// fired says whether a weight is outside its band by at least Dust, or not held
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
	for i := range x.Assets {
		a := &x.Assets[i]
		v := float64(p[i] * x.Held[i].H[l])
		over := v - float64(a.Rail[l]*power)
		if a.Target[l] == 0 {
			over = v
		}
		if over >= Dust {
			proceeds += float64(over * a.Net[l])
		} else {
			over = 0
		}
		a.value[l], a.over[l] = v, over
	}
	return proceeds
}

// purchases shares money over what is below target, by relative distance; need
// becomes what each gets.
func (x *Lanes) purchases(l int, cash, power float64) (odd bool) {
	left, all, keys := cash, 0.0, 0.0
	for i := range x.Assets {
		a := &x.Assets[i]
		full := float64(a.Target[l] * power)
		need := full - a.value[l]
		if !(need > 0) || cash < Dust {
			a.need[l], a.key[l] = 0, 0
			continue
		}
		left -= x.Hold[l]
		all += float64(need * a.Gross[l])
		key := need / full
		keys += float64(key * a.Gross[l])
		a.need[l], a.key[l] = need, key
	}
	if left < all {
		x.proportional(l, max(0, left), keys)
	}
	for i := range x.Assets {
		a := &x.Assets[i]
		odd = odd || a.need[l] < Dust && (a.need[l] > 0 || a.key[l] > 0)
	}
	return odd
}

// proportional gives each need its key x level, at most the need, so that the
// money is spent: who would get more gets the need, and the rest is shared again.
func (x *Lanes) proportional(l int, left, keys float64) {
	for capped := true; capped && keys > 0; {
		level := left / keys
		capped = false
		for i := range x.Assets {
			a := &x.Assets[i]
			if k := a.key[l]; k != 0 && float64(k*level) >= a.need[l] {
				a.key[l], capped = 0, true
				left -= float64(a.need[l] * a.Gross[l])
				keys -= float64(k * a.Gross[l])
			}
		}
		if !capped || !(keys > 0) {
			x.settle(l, level)
		}
	}
}

// settle gives what has not been capped its part of the money.
func (x *Lanes) settle(l int, level float64) {
	for i := range x.Assets {
		if a := &x.Assets[i]; a.key[l] != 0 {
			a.need[l] = float64(a.key[l] * level)
		}
	}
}

// size turns money into orders in units and says whether there are any.
func (x *Lanes) size(p []float64, l int) (some, odd bool) {
	for i, price := range p[:len(x.Assets)] {
		a := &x.Assets[i]
		units := float64((a.need[l]+a.over[l])/price) * perShare
		if !(units < plentyUnits) {
			return false, true
		}
		u := int64(units)
		if a.over[l] > 0 {
			u = -min(int64(math.RoundToEven(units)), a.Units[l])
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
	for ; due != 0; due &= due - 1 {
		if l := bits.TrailingZeros8(due); !x.execute(p, l, nav) {
			rare |= 1 << l
		}
	}
	return rare
}

// execute books the orders of a lane, or nothing when something is out of the
// ordinary.
func (x *Lanes) execute(p []float64, l int, nav []float64) bool {
	cash := x.Cash[l]
	before := float64(float64(cash) * money)
	var need, traded, cost, trades int64
	largest := int64(0)
	for i, price := range p[:len(x.Assets)] {
		a := &x.Assets[i]
		before += float64(price * x.Held[i].H[l])
		u := a.Order[l]
		largest = max(largest, a.Units[l]+u)
		if u == 0 {
			continue
		}
		rate := a.Buying[l]
		if u < 0 {
			rate = a.Selling[l]
		}
		worth := float64(float64(abs(u))*share) * price
		if !(worth <= Plenty) {
			return false
		}
		v := micros(worth)
		c := micros(rate * (float64(v) * money))
		if u > 0 {
			need += v + c
		} else {
			cash += v - c
		}
		traded, cost, trades = traded+v, cost+c, trades+1
	}
	if need > cash || before > Plenty || largest > plentyUnits {
		return false
	}
	x.Cash[l] = cash - need
	x.Cost[l] += cost
	x.Trades[l] += trades
	x.Turnover[l] += float64(traded) * money / 2 / before
	sum := 0.0
	for i, price := range p[:len(x.Assets)] {
		a := &x.Assets[i]
		a.Units[l] += a.Order[l]
		x.Mirror(l, i)
		sum += float64(price * x.Held[i].H[l])
	}
	nav[l] = sum + float64(float64(x.Cash[l])*money)
	return true
}

func abs(u int64) int64 { return max(u, -u) }

// micros is money in millionths, half to even.
func micros(m float64) int64 { return int64(math.RoundToEven(m * perMoney)) }

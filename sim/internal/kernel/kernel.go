// Package kernel holds the inner loops of the simulation: it values holdings over
// sessions without trades, and stops where a limit on a weight may be breached.
// It works on slices and numbers only. Sum fixes the order of sums over the assets, so
// the bits do not depend on whether a processor fuses a product with a sum, nor on how
// many numbers it takes at a time.
package kernel

import "math"

// Value writes nav[s] = the Sum of px[s*n+i]*h[i], plus cash, for the sessions s in
// [from, to), where n = len(h). px holds a finite price in every cell.
func Value(nav, px, h []float64, cash float64, from, to int) {
	n := len(h)
	for s := from; s < to; s++ {
		nav[s] = Product(px[s*n:s*n+n], h) + cash
	}
}

// Watch values like Value, session by session from from on, and stops at the
// first session in [from, to) in which a weight may be outside its limits: the
// largest px*hi exceeds the invested value (the sum without cash), or the
// smallest px*lo is below it. hi[i] is h[i] over the upper limit of the weight
// (0: none), lo[i] is h[i] over the lower limit (1e300: none). The session it
// stops at is valued; it returns to when none is found. It may stop too early by
// a rounding, never too late.
func Watch(nav, px, h, hi, lo []float64, cash float64, from, to int) int {
	n := len(h)
	hi, lo = hi[:n], lo[:n]
	s := from
blocks:
	for ; s+3 < to; s += 4 {
		rows := px[s*n : s*n+4*n]
		p, q, r, o := rows[:n], rows[n:2*n], rows[2*n:3*n], rows[3*n:4*n]
		p, q, r, o = p[:n], q[:n], r[:n], o[:n]
		a, b, c, d := Product(p, h), Product(q, h), Product(r, h), Product(o, h)
		nav := nav[s : s+4 : s+4]
		nav[0], nav[1], nav[2], nav[3] = a+cash, b+cash, c+cash, d+cash
		for i, u := range hi { // four sessions a pass: its branches are never taken until the last
			l, x, y, z, w := lo[i], p[i], q[i], r[i], o[i]
			if x*u > a || x*l < a || y*u > b || y*l < b || z*u > c || z*l < c || w*u > d || w*l < d {
				break blocks
			}
		}
	}
	for ; s < to; s++ {
		a := Product(px[s*n:s*n+n], h)
		nav[s] = a + cash
		if Outside(px[s*n:s*n+n], hi, lo, a) {
			return s
		}
	}
	return to
}

// Outside reports whether a weight of one session may be outside its limits; the
// arguments are those of Watch, invested is the value without cash.
func Outside(p, hi, lo []float64, invested float64) bool {
	hi, lo = hi[:len(p)], lo[:len(p)]
	for i, x := range p {
		if x*hi[i] > invested || x*lo[i] < invested {
			return true
		}
	}
	return false
}

// Drift writes, for the sessions in [from, to), half the Sum of |w-t| and the
// largest |w-t|, where w[i] = px*h[i] over the invested value: NaN when nothing
// is invested.
func Drift(half, largest, px, h, t []float64, from, to int) {
	n := len(h)
	t = t[:n]
	for s := from; s < to; s++ {
		p := px[s*n : s*n+n]
		invested := Product(p, h)
		var all Sum
		most := 0.0
		for i, x := range p {
			d := math.Abs(float64(x*h[i])/invested - t[i])
			all.Add(i, d)
			most = max(most, d) // NaN is the largest
		}
		half[s], largest[s] = all.Total()/2, most
	}
}

// Package glide is the leaf of the simulation: valuing holdings over sessions in
// which nobody trades, and stopping where a limit on a weight may be breached.
// It knows slices and numbers only. Every product is rounded before it is added
// (float64(a*b) + c), in the order of the assets, so the bits do not depend on
// whether a processor fuses the two.
package glide

// Value writes nav[s] = sum over i of px[s*n+i]*h[i], plus cash, for the
// sessions s in [from, to), where n = len(h). px holds a finite price in every cell.
func Value(nav, px, h []float64, cash float64, from, to int) {
	n := len(h)
	s := from
	for ; s+1 < to; s += 2 {
		p, q := px[s*n:s*n+n], px[s*n+n:s*n+2*n]
		h := h[:len(p)]
		q = q[:len(p)]
		var a, b float64
		for i, x := range p {
			a += float64(x * h[i])
			b += float64(q[i] * h[i])
		}
		nav[s], nav[s+1] = a+cash, b+cash
	}
	for ; s < to; s++ {
		nav[s] = sum(px[s*n:s*n+n], h) + cash
	}
}

func sum(p, h []float64) float64 {
	var a float64
	h = h[:len(p)]
	for i, x := range p {
		a += float64(x * h[i])
	}
	return a
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
	for ; s+1 < to; s += 2 {
		p, q := px[s*n:s*n+n], px[s*n+n:s*n+2*n]
		p, q = p[:n], q[:n]
		var a, b float64
		for i, w := range h {
			a += float64(p[i] * w)
			b += float64(q[i] * w)
		}
		nav[s], nav[s+1] = a+cash, b+cash
		for i := range n { // a second pass: its branches are never taken until it stops
			u, d, x, y := hi[i], lo[i], p[i], q[i]
			if x*u > a || x*d < a || y*u > b || y*d < b {
				if Outside(p, hi, lo, a) {
					return s
				}
				return s + 1
			}
		}
	}
	if s < to {
		a := sum(px[s*n:s*n+n], h)
		nav[s] = a + cash
		if Outside(px[s*n:s*n+n], hi, lo, a) {
			return s
		}
	}
	return to
}

// Outside says whether a weight of one session may be outside its limits; the
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

// Drift writes, for the sessions in [from, to), half the sum of |w-t| and the
// largest |w-t|, where w[i] = px*h[i] over the invested value: NaN when nothing
// is invested.
func Drift(half, largest, px, h, t []float64, from, to int) {
	n := len(h)
	t = t[:n]
	for s := from; s < to; s++ {
		p := px[s*n : s*n+n]
		invested := sum(p, h)
		var all, most float64
		for i, x := range p {
			d := float64(x*h[i])/invested - t[i]
			if d < 0 {
				d = -d
			}
			all += d
			if d > most || d != d {
				most = d
			}
		}
		half[s], largest[s] = all/2, most
	}
}

package kernel

// partials is how many partial sums a sum over the assets has.
const partials = 8

// Sum is a sum over the assets of an account. Its partial sums s_j, j = 0..7, each begin
// at +0 and add the terms of the assets i = j mod 8 in ascending i, each term rounded
// before it is added; an asset that is absent adds nothing. The total, for however many
// assets, is
//
//	((s0+s4) + (s2+s6)) + ((s1+s5) + (s3+s7))
//
// This is what a NAV is, and every sum over assets that a decision uses: it is the same
// to the bit one number at a time, over eight accounts side by side, and with eight
// assets in one vector. The zero value is the sum of nothing. NaN makes the total NaN.
type Sum [partials]float64

// Add adds the term of asset i.
func (s *Sum) Add(i int, term float64) { s[uint(i)%partials] += float64(term) }

// Total joins the partial sums.
func (s *Sum) Total() float64 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// SumOf is the Sum of one term an asset.
func SumOf(terms []float64) float64 {
	var s Sum
	for i, x := range terms {
		s.Add(i, x)
	}
	return s.Total()
}

// Product is the Sum of p[i]*h[i]; h is as long as p, or longer. It begins with the first
// products in place of zeros, and adds 0 at the end, which makes +0 of -0 and nothing else:
// that comes to the same.
func Product(p, h []float64) float64 {
	h = h[:len(p)]
	if len(p) < partials {
		return few(p, h)
	}
	q, r := (*[partials]float64)(p), (*[partials]float64)(h)
	a, b, c, d := float64(q[0]*r[0]), float64(q[1]*r[1]), float64(q[2]*r[2]), float64(q[3]*r[3])
	e, f, g, o := float64(q[4]*r[4]), float64(q[5]*r[5]), float64(q[6]*r[6]), float64(q[7]*r[7])
	p, h = p[partials:], h[partials:]
	for len(p) >= partials && len(h) >= partials {
		q, r := (*[partials]float64)(p), (*[partials]float64)(h)
		a += float64(q[0] * r[0])
		b += float64(q[1] * r[1])
		c += float64(q[2] * r[2])
		d += float64(q[3] * r[3])
		e += float64(q[4] * r[4])
		f += float64(q[5] * r[5])
		g += float64(q[6] * r[6])
		o += float64(q[7] * r[7])
		p, h = p[partials:], h[partials:]
	}
	h = h[:len(p)]
	switch len(p) {
	case 7:
		g += float64(p[6] * h[6])
		fallthrough
	case 6:
		f += float64(p[5] * h[5])
		fallthrough
	case 5:
		e += float64(p[4] * h[4])
		fallthrough
	case 4:
		d += float64(p[3] * h[3])
		fallthrough
	case 3:
		c += float64(p[2] * h[2])
		fallthrough
	case 2:
		b += float64(p[1] * h[1])
		fallthrough
	case 1:
		a += float64(p[0] * h[0])
	}
	return 0 + (((a + e) + (c + g)) + ((b + f) + (d + o)))
}

// few is Product of fewer than partials assets: partial sums of one product or none.
func few(p, h []float64) float64 {
	h = h[:len(p)]
	switch len(p) {
	case 0:
		return 0
	case 1:
		return 0 + float64(p[0]*h[0])
	case 2:
		return 0 + (float64(p[0]*h[0]) + float64(p[1]*h[1]))
	case 3:
		return 0 + ((float64(p[0]*h[0]) + float64(p[2]*h[2])) + float64(p[1]*h[1]))
	}
	a, b, c, d := float64(p[0]*h[0]), float64(p[1]*h[1]), float64(p[2]*h[2]), float64(p[3]*h[3])
	switch len(p) {
	case 7:
		c += float64(p[6] * h[6])
		fallthrough
	case 6:
		b += float64(p[5] * h[5])
		fallthrough
	case 5:
		a += float64(p[4] * h[4])
	}
	return 0 + ((a + c) + (b + d))
}

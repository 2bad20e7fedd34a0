// Package village lets many own one account together, and many such accounts trade with
// one another, with a pool and with the market. A village is one account of a runner whose
// books a Roster splits over its members; the Desk names where orders trade.
package village

import "math/bits"

// splitter splits integers by largest remainder. It keeps its room.
type splitter struct {
	rests  []uint64
	counts [digits]int
}

// digits is how many classes the remainders are sorted into at a time.
const digits = 1 << digitBits

const digitBits = 11

// room makes room for n parts.
func (p *splitter) room(n int) {
	if cap(p.rests) < n {
		p.rests = make([]uint64, n+n/2)
	}
}

// split writes parts of a total, 0 or more, over weights, 0 or more and not all 0: each is
// floor(total w / sum w), and one more goes to the largest remainders until the total is
// reached; of equal ones to the first. A total of 0 needs no weights.
func split[T, W ~int64](p *splitter, total T, weights []W, parts []T) {
	if total == 0 {
		clear(parts[:len(weights)])
		return
	}
	p.room(len(weights))
	var sum uint64
	for _, w := range weights {
		sum += uint64(w)
	}
	if total < 0 || sum == 0 {
		panic("village: nothing to split by")
	}
	rests, left := p.rests[:len(weights)], uint64(total)
	if total < 1<<52 && sum < 1<<60 {
		left -= floorsNear(uint64(total), sum, weights, parts, rests)
	} else {
		left -= floors(uint64(total), sum, weights, parts, rests)
	}
	if left > 0 {
		least, equals := p.largest(rests, sum, int(left))
		for j, r := range rests {
			if r < least || r == least && equals == 0 {
				continue
			}
			if r == least {
				equals--
			}
			parts[j]++
		}
	}
}

// floors writes the floors and the remainders and returns the sum of the floors.
func floors[T, W ~int64](total, sum uint64, weights []W, parts []T, rests []uint64) (given uint64) {
	for j, w := range weights {
		hi, lo := bits.Mul64(total, uint64(w))
		q, r := bits.Div64(hi, lo, sum)
		parts[j], rests[j] = T(q), r
		given += q
	}
	return given
}

// floorsNear is floors without long divisions: a quotient below 2^52 that is made in
// float64 is at most one off, and the remainder, exact modulo 2^64, says which way.
func floorsNear[T, W ~int64](total, sum uint64, weights []W, parts []T, rests []uint64) (given uint64) {
	per := float64(total) / float64(sum)
	for j, w := range weights {
		q := int64(per * float64(w))
		r := int64(total*uint64(w) - uint64(q)*sum)
		for r < 0 {
			q--
			r += int64(sum)
		}
		for r >= int64(sum) {
			q++
			r -= int64(sum)
		}
		parts[j], rests[j] = T(q), uint64(r)
		given += uint64(q)
	}
	return given
}

// largest is the k-th largest of the remainders, each below sum, and how many of those
// equal to it are among the k largest. It looks at them digit by digit.
func (p *splitter) largest(rests []uint64, sum uint64, k int) (least uint64, equals int) {
	shift := bits.Len64(sum)
	known := shift // the digits above it are those of least
	for known > 0 {
		shift = max(0, known-digitBits)
		clear(p.counts[:])
		for _, r := range rests {
			if known >= 64 || r>>known == least>>known {
				p.counts[r>>shift&(1<<(known-shift)-1)]++
			}
		}
		d := 1<<(known-shift) - 1
		for ; p.counts[d] < k; d-- {
			k -= p.counts[d]
		}
		least |= uint64(d) << shift
		if known = shift; p.counts[d] == 1 { // the last one: it is that very remainder
			for _, r := range rests {
				if r>>shift == least>>shift {
					return r, 1
				}
			}
		}
	}
	return least, k
}

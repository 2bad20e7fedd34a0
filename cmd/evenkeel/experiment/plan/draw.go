package plan

import (
	"evenkeel/cmd/evenkeel/experiment"
)

// draw is the value that a drawn point has on an axis: a pure function of the
// seed, the point and the axis. In a Latin hypercube every n-th part of an axis
// is met exactly once.
func (p *Plan) draw(point, axis int) int {
	n, values := uint64(p.sweep.Points), float64(len(p.axes[axis].Values))
	u := unit(mix(p.file.Seed, uint64(axis), uint64(point)))
	if p.sweep.Sample == experiment.LatinHypercube {
		u = (float64(permuted(uint64(point), n, mix(p.file.Seed, uint64(axis)))) + u) / float64(n)
	}
	return min(int(u*values), int(values)-1)
}

// mix makes one number of several (splitmix64).
func mix(words ...uint64) uint64 {
	x := uint64(0x9E3779B97F4A7C15)
	for _, w := range words {
		x += w + 0x9E3779B97F4A7C15
		x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
		x = (x ^ x>>27) * 0x94D049BB133111EB
		x ^= x >> 31
	}
	return x
}

func unit(x uint64) float64 { return float64(x>>11) / (1 << 53) }

// permuted is where a permutation of 0..n-1 puts x: four rounds of a Feistel
// network over the next power of four, walked until it lands below n. So no
// permutation has to be kept.
func permuted(x, n, key uint64) uint64 {
	half := uint(1)
	for uint64(1)<<(2*half) < n {
		half++
	}
	mask := uint64(1)<<half - 1
	for {
		left, right := x>>half, x&mask
		for round := range uint64(4) {
			left, right = right, left^mix(key, round, right)&mask
		}
		if x = left<<half | right; x < n {
			return x
		}
	}
}

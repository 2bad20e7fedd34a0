package village

import "math/big"

// Split shares out an integer total over integer weights (4.2.3): floor(total w / W) each,
// then one more to the largest remainders until the total is reached; equal remainders in
// the order given. With a total of at most W no part exceeds its weight. Without any weight
// nothing is shared out.
func Split(total int64, weights []int64) []int64 {
	parts := make([]int64, len(weights))
	sum := new(big.Int)
	for _, w := range weights {
		if w < 0 {
			panic("village: a negative weight")
		}
		sum.Add(sum, big.NewInt(w))
	}
	if sum.Sign() == 0 {
		return parts
	}
	rests := make([]*big.Int, len(weights))
	left := total
	for j, w := range weights {
		product := new(big.Int).Mul(big.NewInt(total), big.NewInt(w))
		q, rest := new(big.Int).DivMod(product, sum, new(big.Int))
		parts[j], rests[j] = q.Int64(), rest
		left -= parts[j]
	}
	for ; left > 0; left-- {
		best := -1
		for j, rest := range rests {
			if rest != nil && (best < 0 || rest.Cmp(rests[best]) > 0) {
				best = j
			}
		}
		parts[best]++
		rests[best] = nil
	}
	return parts
}

func sum(list []int64) (total int64) {
	for _, n := range list {
		total += n
	}
	return total
}

package kernel

// Path is how Lanes reckons; every path gives the same bits.
type Path uint8

const (
	Plain  Path = iota // Go alone
	AVX2               // vectors of 4 for watching and measuring
	AVX512             // vectors of 8 with AVX-512 F and DQ
)

// Parts is a set of what Lanes and Moments do.
type Parts uint8

const (
	Watching Parts = 1 << iota
	Deciding
	Filling
	Drifting
	Summing
	Deviating
	Spreading
)

// Vectors are the parts that a path does in vectors.
func (p Path) Vectors() Parts {
	switch p {
	case AVX512:
		return Watching | Deciding | Filling | Drifting | Summing | Deviating | Spreading
	case AVX2:
		return Watching | Summing | Deviating
	}
	return 0
}

var path = vectors()

// Best is the fastest path that this processor knows.
func Best() Path { return vectors() }

// Use makes all Lanes reckon on a path, at most the best, and returns the one
// before: for tests, while nothing runs.
func Use(p Path) (was Path) {
	was, path = path, min(p, vectors())
	return was
}

package glide

// Path is how Lanes reckons; every path gives the same bits.
type Path uint8

const (
	Plain  Path = iota // Go alone
	AVX2               // vectors of 4 for watching and measuring
	AVX512             // vectors of 8 with AVX-512 F and DQ
)

var path = vectors()

// Best is the fastest path that this processor knows.
func Best() Path { return vectors() }

// Use makes all Lanes reckon on a path, at most the best, and returns the one
// before: for tests, while nothing runs.
func Use(p Path) (was Path) {
	was, path = path, min(p, vectors())
	return was
}

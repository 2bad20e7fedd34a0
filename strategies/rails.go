package strategies

// Rails writes the inner rails as weights, one an asset: sales stop at hi, and
// what an unfunded trigger sells for others brings them to lo. It says whether
// there are such rails: sales that go a part of the way to the target have none.
// It is for pictures of a bound strategy; no run asks for it.
func (a *Aim) Rails(lo, hi []float64) bool {
	if a.To == ToFraction || len(a.rails) != len(lo) {
		return false
	}
	for i, e := range a.rails {
		lo[i], hi[i] = e.lo, e.hi
	}
	return true
}

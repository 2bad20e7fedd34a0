package sim

// Edges are the weights v/I, one an asset, that a policy acts on for one set of targets.
// A lower edge below zero, an upper one of 1 or more, or NaN, is none; so is a nil slice.
type Edges struct {
	Lo, Hi         []float64 // outside: the trigger fires
	RailLo, RailHi []float64 // where trades aim at
}

// Banded reports whether there are edges whose breach triggers.
func (e *Edges) Banded() bool { return e.Lo != nil || e.Hi != nil }

// Any reports whether there are edges at all.
func (e *Edges) Any() bool { return e.Banded() || e.RailLo != nil || e.RailHi != nil }

package metric

import (
	"strings"

	"evenkeel/sim"
)

// Needs are the parts of an Input that a measure reads beside what every run leaves:
// the tally, the flows, the dates, and the NAV of the first and the last session. What
// a run or a sweep records and runs beside an account follows from the union of the
// needs of its measures. A measure without what it needs is undefined: NaN.
type Needs uint16

const (
	NeedColumns   Needs = 1 << iota // the NAV of the sessions between the first and the last
	NeedDrift                       // Record.DriftHalf and Record.DriftMost
	NeedLog                         // Record.Log, the journal
	NeedReference                   // Input.Reference
	NeedTwin                        // Input.Twin, the same account trading free
	NeedHold                        // Input.Hold, the account bought and held
	NeedLimits                      // Input.Limits, the bands of the policy
	NeedTax                         // the lots of a taxed account, sim.Mandate.Tax
)

var needWords = [...]string{"columns", "drift", "log", "reference", "twin", "hold", "limits", "tax"}

// String returns the needs in words with + between them, "nothing" for none.
func (n Needs) String() string {
	var words []string
	for i, w := range needWords {
		if n>>i&1 != 0 {
			words = append(words, w)
		}
	}
	if words == nil {
		return "nothing"
	}
	return strings.Join(words, "+")
}

// Has reports whether n contains all of others.
func (n Needs) Has(others Needs) bool { return n&others == others }

// Within reports whether n contains nothing but some of others.
func (n Needs) Within(others Needs) bool { return n&^others == 0 }

// NeedsOf returns the union of the needs of measures.
func NeedsOf(measures []Measure) (n Needs) {
	for i := range measures {
		n |= measures[i].Needs
	}
	return n
}

// Keep returns what a runner must keep for n.
func (n Needs) Keep() (k sim.Keep) {
	if n.Has(NeedDrift) {
		k |= sim.KeepDrift
	}
	if n.Has(NeedLog) {
		k |= sim.KeepLog
	}
	return k
}

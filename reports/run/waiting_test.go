package run

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
)

// What waits is told session by session: it begins, becomes less, and ends.
func TestTheQueueFollowsTheNotes(t *testing.T) {
	first := sim.Wait{Waiting: sim.Waiting{Amount: 10e6, Since: 2, Why: sim.WhyNoBuy, Assets: []int16{0, 2}}, Session: 2}
	less, over := first, first
	less.Amount, less.Session = 4e6, 5
	over.Amount, over.Session = 0, 7
	owed := sim.Wait{Waiting: sim.Waiting{Amount: 3e6, Since: 6, Why: sim.WhyNoSell}, Session: 6, First: 2, Owed: true}
	q := queue{notes: []sim.Wait{first, less, owed, over}}
	for s, want := range []struct {
		left, owed sim.Micros
		begun      bool
	}{{}, {}, {10e6, 0, true}, {10e6, 0, false}, {10e6, 0, false}, {4e6, 0, false}, {4e6, 3e6, true}, {0, 3e6, false}} {
		q.at(s)
		sum := sim.Micros(0)
		for _, w := range q.left {
			sum += w.Amount
		}
		require.Equal(t, want.left, sum, s)
		require.Equal(t, want.owed, q.owed.Amount, s)
		require.Equal(t, want.begun, q.begun, s)
	}
}

// Each reason has a sentence.
func TestEveryReasonHasASentence(t *testing.T) {
	for w := sim.WhyNoBuy; w <= sim.WhyNothing; w <<= 1 {
		require.NotEmpty(t, whyText(w), w.String())
	}
}

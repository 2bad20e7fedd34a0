package strategies

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim/card"
)

// A limit that could never be crossed is a slip of the pen.
func TestTriggersThatCannotFire(t *testing.T) {
	of := func(word, value string) card.Value {
		return card.Value{Kind: card.Map, Keys: []string{word}, List: []card.Value{{Kind: card.Text, Text: value}}}
	}
	for _, c := range []struct{ word, good, bad, says string }{
		{"band", "400%", "20", "did you mean 20% or 20pp?"},
		{"deviation", "400%", "5", "did you mean 5%?"},
		{"portfolio_drift", "99pp", "5", "write 5pp"},
		{"idle_cash", "99%", "2", "below 100%"},
		{"idle_cash", "0", "-1%", "0%"},
	} {
		_, err := readTrigger(of(c.word, c.good))
		require.NoError(t, err, c)
		_, err = readTrigger(of(c.word, c.bad))
		require.ErrorContains(t, err, c.says)
	}
}

func TestMonthsOfWhat(t *testing.T) {
	var l Looking
	_, err := l.lookKnob("session").Parse(card.Value{Kind: card.Text, Text: "6 months"})
	require.ErrorContains(t, err, `did you mean "6 months after rebalance"?`)
}

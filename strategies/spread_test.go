package strategies_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// A deposit split by target weights: a purchase under the minimum is dropped, the smallest
// first, and the rest is split again; one that rounding leaves just under it is made.
func TestSplitDepositsMindTheMinimum(t *testing.T) {
	even := []float64{40_000, 20_000, 20_000, 20_000}
	for _, c := range []struct {
		minimum float64
		buys    []float64
	}{
		{0, []float64{400, 200, 200, 200}},
		{200, []float64{400, 200, 200, 200}},
		{201, []float64{500, 250, 250, 0}}, // of 400, 200, 200, 200
		{334, []float64{1000, 0, 0, 0}},    // then of 500, 250, 250, and of 666.67, 333.33
		{1_001, []float64{0, 0, 0, 0}},
	} {
		x := path(100_000, []data.Date{0, 1, 2}, even, even)
		x.flows = []sim.Flow{{Session: 1, Amount: 1000}}
		x.terms = func(t *sim.Terms) { t.Minimum = c.minimum }
		split := strategies.NewBuyAndHold()
		split.Deposits = strategies.DepositsTargets
		require.InDeltaSlice(t, c.buys, trades(x, x.run(t, split), 1), 1e-4, c.minimum)
	}
}

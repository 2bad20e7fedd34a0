package metric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// Raw closes: splits and dividends are part of what the portfolio at its targets
// earns; an asset that is not listed yet, or no more, adds nothing.
func TestReferenceOfRawPrices(t *testing.T) {
	table := data.Table{
		Kind: data.Raw, Dates: []data.Date{0, 1, 2, 3}, Symbols: []string{"A", "B", "C"},
		Close:   []float64{10, 8, 40, 6, 9, 40, 6, 12, 44, 9, 12, 44},
		Lives:   [][2]int{{0, 4}, {1, 4}, {0, 3}},
		Actions: []data.DatedAction{{Date: 1, Asset: 0, Split: 2, Dividend: 1}},
	}
	p, err := data.Make(table)
	require.NoError(t, err)
	targets := []float64{0.5, 0.25, 0.25}
	require.InDeltaSlice(t, []float64{0, 0.5 * 0.3, 0.25/3 + 0.25*0.1, 0.25}, metric.PolicyReturns(p, targets), 1e-15)

	m := &sim.Mandate{Targets: targets, Endings: []sim.Ending{{Session: 3, Asset: 2, Price: 11}}, Changes: []sim.Change{{Session: 3, Targets: []float64{1, 0, 0}}}}
	require.InDeltaSlice(t, []float64{0, 0.15, 0.25/3 + 0.025, 0.25 - 0.25*0.75}, metric.MandateReturns(p, m), 1e-15)
}

func TestReferenceOfAnAccount(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0, 1, 2, 3, 4}, []string{"A"}, []float64{1, 1, 1, 1, 1}, nil)
	require.NoError(t, err)
	r := &sim.Record{Panel: p, First: 1, End: 4, NAV: []float64{7, 100, 160, 80, 9}, Flow: []float64{0, 0, 50, -60, 0}}
	require.InDeltaSlice(t, []float64{0, 0, 0.1, -0.125, 0}, metric.RecordReturns(r), 1e-15)
	r.Flow = nil
	require.InDeltaSlice(t, []float64{0, 0, 0.6, -0.5, 0}, metric.RecordReturns(r), 1e-15)
}

// A twin that ends higher was spared a drag; without one there is no number.
func TestCostDragByHand(t *testing.T) {
	in := input(t, 100, 150, 1600) // doubles every year
	in.Twin = input(t, 100, 200, 100*81).Record
	require.InDelta(t, 1, measured(in)["cost_drag"], 1e-12, "three times a year less twice")
	in.Twin = in.Record
	require.Zero(t, measured(in)["cost_drag"])
}

package metric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

// A doubles, B pays a dividend of a tenth: half of 1,000 in each.
func TestContributionsByHand(t *testing.T) {
	table := data.Table{
		Kind: data.Raw, Dates: []data.Date{data.NewDate(2020, 12, 30), data.NewDate(2020, 12, 31), data.NewDate(2021, 1, 4)}, Symbols: []string{"A", "B"},
		Close: []float64{10, 10, 15, 10, 20, 9}, Lives: [][2]int{{0, 3}, {0, 3}},
		Actions: []data.DatedAction{{Date: data.NewDate(2021, 1, 4), Asset: 1, Split: 1, Dividend: 1}},
	}
	p, err := data.Make(table)
	require.NoError(t, err)
	r := replayed(t, p, &sim.Mandate{Policy: sway{1, 1000}, Targets: equal(2), Cash: 1000, Terms: &sim.Terms{}})
	a := metric.Contributions(r)
	require.InDelta(t, 0.5, a.Return, 1e-6)
	require.InDelta(t, 500, a.Assets[0].Price(), 1e-4)
	require.InDelta(t, 0.5, a.Assets[0].Part, 1e-6)
	require.InDelta(t, -50, a.Assets[1].Price(), 1e-4)
	require.InDelta(t, 50, a.Assets[1].Dividends, 1e-4)
	require.InDelta(t, 0, a.Assets[1].Gain(), 1e-4)
	require.InDelta(t, 0, a.Assets[1].Part, 1e-6)
	years := metric.YearlyContributions(r)
	require.Len(t, years, 2)
	require.Equal(t, []int{2020, 2021}, []int{years[0].Year, years[1].Year})
	require.InDelta(t, 250, years[0].Assets[0].Gain(), 1e-4)
	require.InDelta(t, 0.25, years[0].Assets[0].Part, 1e-6)
	require.InDelta(t, 0.2, years[1].Assets[0].Part, 1e-6)
}

// Whatever happens to an account, the assets' gains, flows and taxes are what its
// NAV did, in money, and the parts are its time-weighted return; years add up.
func TestContributionsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawEverything(t)
		whole := metric.Contributions(r)
		most := 0.0
		for _, v := range r.NAV {
			most = max(most, math.Abs(v))
		}
		adds := func(a metric.Attribution) {
			money, parts := a.Flows-a.Tax, a.TaxPart
			for _, c := range a.Assets {
				money += c.Gain()
				parts += c.Part + c.CostPart
			}
			require.InDelta(t, a.End-a.Start, money, 1e-9*most)
			if !math.IsNaN(a.Return) && !math.IsInf(a.Return, 0) {
				require.InDelta(t, a.Return, parts, 1e-9)
			}
		}
		adds(whole)
		require.Equal(t, r.NAV[r.First], whole.Start)
		if index := metric.Index(r); index[0] > 0 && index[len(index)-1] > 0 {
			require.InDelta(t, index[len(index)-1]/index[0]-1, whole.Return, 1e-9)
		}
		years := metric.YearlyContributions(r)
		gains := make([]float64, len(whole.Assets))
		at := whole.Start
		for _, y := range years {
			adds(y)
			require.Equal(t, at, y.Start)
			at = y.End
			for i := range y.Assets {
				gains[i] += y.Assets[i].Gain()
			}
		}
		require.Equal(t, whole.End, at)
		for i := range gains {
			require.InDelta(t, whole.Assets[i].Gain(), gains[i], 1e-9*most)
		}
	})
}

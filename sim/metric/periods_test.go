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

// Three sessions of one year and two of the next.
func TestYearsByHand(t *testing.T) {
	d := data.NewDate
	dates := []data.Date{d(2020, 11, 30), d(2020, 12, 1), d(2020, 12, 31), d(2021, 1, 4), d(2021, 1, 5)}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, []float64{1, 1, 1, 1, 1}, nil)
	require.NoError(t, err)
	in := &metric.Input{Record: &sim.Record{Panel: p, End: 5, NAV: []float64{100, 80, 120, 90, 180}}, PeriodsPerYear: 12, Reference: []float64{0, 0.1, 0.2, 0, 1}}
	years := metric.Years(in)
	require.Len(t, years, 2)
	a, b := years[0], years[1]
	require.Equal(t, []any{2020, 0, 0, 3, "2020"}, []any{a.Year, a.Month, a.First, a.End, a.Label()})
	require.InDelta(t, 0.2, a.Return, 1e-15)
	require.InDelta(t, 0.32, a.Reference, 1e-15)
	require.InDelta(t, metric.Volatility([]float64{-0.2, 0.5}, 12), a.Volatility, 1e-15)
	require.InDelta(t, metric.TrackingError([]float64{-0.3, 0.3}, 12), a.Tracking, 1e-15)
	require.InDelta(t, 0.2, a.Drawdown, 1e-15)
	require.InDelta(t, 100, a.MeanNAV, 1e-12)
	require.True(t, math.IsNaN(a.Rebalances) && math.IsNaN(a.Trades) && math.IsNaN(a.Turnover) && math.IsNaN(a.Cost), "no log")
	require.InDelta(t, 0.5, b.Return, 1e-15)
	require.InDelta(t, 0.25, b.Drawdown, 1e-15, "the fall from the last close of the year before")

	months := metric.Months(in)
	require.Equal(t, []string{"2020-11", "2020-12", "2021-01"}, []string{months[0].Label(), months[1].Label(), months[2].Label()})
	require.True(t, math.IsNaN(months[0].Return), "its only session is the run's first")
	require.True(t, math.IsNaN(months[0].Volatility) && math.IsNaN(months[0].Reference) && math.IsNaN(months[0].Tracking))
	require.Zero(t, months[0].Drawdown)
	require.InDelta(t, 0.2, months[1].Return, 1e-15)
	in.Reference = nil
	require.True(t, math.IsNaN(metric.Years(in)[0].Tracking) && math.IsNaN(metric.Years(in)[0].Reference))
}

// Whatever happens: returns of years and months chain up to the run's, and what was
// done in them adds up to the tally.
func TestPeriodsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawEverything(t)
		in := &metric.Input{Record: r, PeriodsPerYear: 52, Reference: metric.MandateReturns(r.Panel, r.Mandate)}
		index := metric.Index(r)
		for _, periods := range [][]metric.Period{metric.Years(in), metric.Months(in)} {
			grown, worst, at := 1.0, 0.0, r.First
			var sum metric.Period
			for _, p := range periods {
				require.Equal(t, at, p.First)
				at = p.End
				if !math.IsNaN(p.Return) {
					grown *= 1 + p.Return
				}
				worst = max(worst, p.Drawdown)
				sum.Rebalances += p.Rebalances
				sum.Trades += p.Trades
				sum.Turnover += p.Turnover
				sum.Cost += p.Cost
			}
			require.Equal(t, r.End, at)
			if ratio := index[len(index)-1] / index[0]; !math.IsNaN(ratio) { // something was left
				require.InDelta(t, ratio, grown, 1e-9)
				require.LessOrEqual(t, worst, metric.MaxDrawdown(index)+1e-12)
			}
			require.EqualValues(t, r.Tally.Rebalances, sum.Rebalances)
			require.EqualValues(t, r.Tally.Trades, sum.Trades)
			require.InDelta(t, r.Tally.Turnover, sum.Turnover, 1e-9)
			require.InDelta(t, (r.Tally.Cost - r.Tally.CostInitial).Money(), sum.Cost, 1e-6)
		}
	})
}

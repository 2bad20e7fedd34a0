package metric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
)

func days(t *testing.T, texts ...string) []data.Date {
	var all []data.Date
	for _, s := range texts {
		d, err := data.ParseDate(s)
		require.NoError(t, err)
		all = append(all, d)
	}
	return all
}

// The example of Excel's XIRR, and one of an older spreadsheet's manual.
func TestXIRR(t *testing.T) {
	r := metric.XIRR(days(t, "2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"), []float64{-10000, 2750, 4250, 3250, 2750})
	require.InDelta(t, 0.3733625335188314, r, 1e-9)
	r = metric.XIRR(days(t, "1991-02-01", "1991-05-01", "1991-10-01", "1992-02-01", "1992-04-01"), []float64{-12000, 2800, 3250, 4460, 5000})
	require.InDelta(t, 0.3632221562199155, r, 1e-9)
	require.True(t, math.IsNaN(metric.XIRR(days(t, "2020-01-01", "2021-01-01"), []float64{1, 1})))
}

func TestModifiedDietz(t *testing.T) {
	flows := []float64{-15.05, 19.82, 16.42, -18.96}
	var end, begin []float64
	for _, day := range []float64{5, 9, 15, 24} {
		end, begin = append(end, (31-day)/31), append(begin, (31-day+1)/31)
	}
	require.InDelta(t, 0.024541775196226186, metric.ModifiedDietz(585.6, 602.34, flows, end), 1e-12)
	require.InDelta(t, 0.024538789573919428, metric.ModifiedDietz(585.6, 602.34, flows, begin), 1e-12)
}

// Deposits and withdrawals leave the time-weighted index alone.
func TestIndexTakesFlowsOut(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0, 1, 2, 3}, []string{"A"}, []float64{1, 1, 1, 1}, nil)
	require.NoError(t, err)
	r := &sim.Record{Panel: p, First: 0, End: 4, NAV: []float64{100, 160, 80, 88}, Flow: []float64{0, 50, -60, 0}}
	require.InDeltaSlice(t, []float64{100, 110, 96.25, 105.875}, metric.Index(r), 1e-12)
}

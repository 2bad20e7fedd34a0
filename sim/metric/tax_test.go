package metric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/sim/tax"
)

func TestTaxMeasures(t *testing.T) {
	var dates []data.Date
	var closes []float64
	for i := range 900 {
		dates, closes = append(dates, data.NewDate(2020, 1, 1)+data.Date(i)), append(closes, 1)
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, closes, nil)
	require.NoError(t, err)
	a, err := tax.New(tax.Standard)
	require.NoError(t, err)
	a.Begin(p, 0)
	a.Buy(0, 0, 100, 1000e6)
	a.Sell(10, 0, 50, 600e6)  // short +100
	a.Sell(400, 0, 20, 500e6) // long +300
	a.Sell(410, 0, 20, 150e6) // long -50, of which half is disallowed
	a.Buy(415, 0, 10, 100e6)
	due := a.Due(a.Next(0))
	values := func(tax sim.Tax) (out []float64) {
		r := &sim.Record{Panel: p, Mandate: &sim.Mandate{Tax: tax, Terms: &sim.Terms{}}, End: 900, NAV: make([]float64, 900)}
		r.Tally.Tax, r.Tally.TaxUnpaid = due-7e6, 7e6
		all := metric.Compute(&metric.Input{Record: r, PeriodsPerYear: 252})
		for _, key := range []string{"tax_total", "tax_accrued", "gains_short", "gains_long", "losses_disallowed"} {
			out = append(out, metric.Find(all, key))
		}
		return out
	}
	require.Equal(t, []float64{30, 62, 100, 275, 25}, values(a)) // 37 % of 100, 20 % of 275
	for _, x := range values(nil) {
		require.True(t, math.IsNaN(x))
	}
}

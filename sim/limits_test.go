package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// An account that grows beyond what integers count stops trading and says so.
func TestAccountOutgrowsItsBooks(t *testing.T) {
	var dates []data.Date
	var closes []float64
	for s := range 60 {
		dates = append(dates, data.Date(s))
		closes = append(closes, float64(int64(1)<<(s/2)), 1) // one asset doubles every other session
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A", "B"}, closes, nil)
	require.NoError(t, err)
	targets := []float64{0.5, 0.5}
	policy := strategies.NewCalendar(data.EverySession)
	require.NoError(t, policy.Bind(p, targets))
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{}, Cash: 1e9}))
	r.Run()
	rec := r.Record(0)
	require.ErrorContains(t, rec.Err, "the books count up to")
	missed := 0
	for _, o := range rec.Log.Orders {
		if o.Reason == sim.ReasonLimit {
			missed++
		}
	}
	require.Positive(t, missed)
	for _, u := range rec.Units {
		require.GreaterOrEqual(t, u, sim.Units(0))
	}
}

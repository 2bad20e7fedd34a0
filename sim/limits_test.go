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

// Dividends that are reinvested, and money that comes in and goes out, add up to more
// than integers count while the account stays small: a clean error as well. A share
// halves with each dividend of half its worth, so that the account keeps its 1e11 and
// receives half of it at every session.
func TestSumsOutgrowTheBooks(t *testing.T) {
	const sessions = 300
	x := data.Table{Kind: data.Raw, Symbols: []string{"A"}}
	for s := range sessions {
		x.Dates = append(x.Dates, data.Date(s))
		x.Close = append(x.Close, 100)
		if s > 0 {
			x.Actions = append(x.Actions, data.DatedAction{Date: data.Date(s), Split: 0.5, Dividend: 50})
		}
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	deposits := make([]sim.Flow, 0, 2*sessions)
	for s := 1; s < sessions; s++ {
		deposits = append(deposits, sim.Flow{Session: s, Amount: 1e11}, sim.Flow{Session: s, Amount: -1e11})
	}
	for want, m := range map[string]*sim.Mandate{
		"has received dividends of": {Terms: &sim.Terms{Reinvest: true}},
		"has received deposits of":  {Terms: &sim.Terms{Fill: sim.SameClose, Reinvest: true}, Flows: deposits},
	} {
		policy := strategies.NewBuyAndHold()
		m.Policy, m.Targets, m.Cash = policy, []float64{1}, 1e11
		if m.Flows != nil {
			m.Cash = 1e6
		}
		require.NoError(t, policy.Bind(p, m.Targets))
		r, err := sim.NewRunner(p, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, m))
		r.Run()
		require.ErrorContains(t, r.Record(0).Err, want)
		require.ErrorContains(t, r.Record(0).Err, "the books count up to")
	}
}

// Money that arrives beyond what the books count ends the account on that day, whoever
// sends it: the amount and the date are in the error.
func TestArrivingMoneyOutgrowsTheBooks(t *testing.T) {
	x := data.Table{Kind: data.Raw, Symbols: []string{"A"}, Actions: []data.DatedAction{{Date: 8, Split: 1, Dividend: 1e9}}}
	for s := range 10 {
		x.Dates, x.Close = append(x.Dates, data.Date(s)), append(x.Close, 100)
	}
	p, err := data.Make(x)
	require.NoError(t, err)
	deposits := func(f sim.Flow) (out []sim.Flow) {
		for f.Session = 1; f.Session < 8; f.Session++ {
			out = append(out, f)
		}
		return out
	}
	for want, m := range map[string]*sim.Mandate{
		"on 1970-01-06 the account receives a deposit of 1e+12 and would hold cash of 5e+12": {Cash: sim.MaxMoney, Flows: deposits(sim.Flow{Amount: sim.MaxMoney})},
		"on 1970-01-04 the account receives a deposit of 4e+12 and would hold cash of 7e+12": {Cash: sim.MaxMoney, Flows: deposits(sim.Flow{Percent: 1})},
		"on 1970-01-06 the account owes withdrawals and taxes of 5e+12":                      {Cash: sim.MaxMoney, Flows: deposits(sim.Flow{Amount: -sim.MaxMoney})},
		"on 1970-01-09 the account receives a dividend of 1e+16":                             {Cash: 1e9},
	} {
		policy := strategies.NewBuyAndHold()
		m.Policy, m.Targets, m.Terms = policy, []float64{1}, &sim.Terms{Delay: 9}
		require.NoError(t, policy.Bind(p, m.Targets))
		r, err := sim.NewRunner(p, 1, sim.KeepLog)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, m))
		r.Run()
		require.ErrorContains(t, r.Record(0).Err, want)
		require.ErrorContains(t, r.Record(0).Err, "the books count up to 4e+12")
	}
}

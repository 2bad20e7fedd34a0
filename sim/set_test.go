package sim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/sim"
)

func TestRunnerLanes(t *testing.T) {
	p := swinging(t, 2, 3)
	for _, lanes := range []int{1, sim.MaxLanes, sim.MaxLanes + 1, 30} {
		_, err := sim.NewRunner(p, lanes, 0)
		require.NoError(t, err)
	}
	for _, lanes := range []int{-1, 0} {
		_, err := sim.NewRunner(p, lanes, 0)
		require.ErrorContains(t, err, "a runner has 1 lane or more, not")
	}
	require.Equal(t, 8, sim.MaxLanes)
}

func TestSetRefuses(t *testing.T) {
	p := market(t, [][]float64{{100, 50}, {100, 50}, {100, 50}}, nil)
	r, err := sim.NewRunner(p, 1, 0)
	require.NoError(t, err)
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		change func(m *sim.Mandate)
		want   string
	}{
		"no policy":         {func(m *sim.Mandate) { m.Policy = nil }, "needs a policy and terms"},
		"no terms":          {func(m *sim.Mandate) { m.Terms = nil }, "needs a policy and terms"},
		"too few targets":   {func(m *sim.Mandate) { m.Targets = []float64{1} }, "1 targets for 2 assets"},
		"too many targets":  {func(m *sim.Mandate) { m.Targets = []float64{1, 0, 0} }, "3 targets for 2 assets"},
		"a negative target": {func(m *sim.Mandate) { m.Targets = []float64{1.1, -0.1} }, "target of B is -0.1, not 0 to 1"},
		"a target above 1":  {func(m *sim.Mandate) { m.Targets = []float64{1.1, -0.1} }, "target of A is 1.1, not 0 to 1"},
		"a target NaN":      {func(m *sim.Mandate) { m.Targets = []float64{nan, 1} }, "target of A is NaN"},
		"targets short":     {func(m *sim.Mandate) { m.Targets = []float64{0.6, 0.3999} }, "targets sum to 0.9999, not 1"},
		"targets over":      {func(m *sim.Mandate) { m.Targets = []float64{0.6, 0.400000002} }, "targets sum to 1.000000002"},
		"no cash":           {func(m *sim.Mandate) { m.Cash = 0 }, "opening cash 0 is not above 0 and at most 1e+12"},
		"a debt":            {func(m *sim.Mandate) { m.Cash = -1 }, "opening cash -1"},
		"cash NaN":          {func(m *sim.Mandate) { m.Cash = nan }, "opening cash NaN"},
		"too much cash":     {func(m *sim.Mandate) { m.Cash = 1.1e12 }, "opening cash 1.1e+12"},
		"cash Inf":          {func(m *sim.Mandate) { m.Cash = inf }, "opening cash +Inf"},
		"opens before":      {func(m *sim.Mandate) { m.Open = -1 }, "sessions -1 to 0 are not in a panel of 3"},
		"opens after":       {func(m *sim.Mandate) { m.Open = 3 }, "sessions 3 to 0 are not in a panel of 3"},
		"closes before":     {func(m *sim.Mandate) { m.Close = -1 }, "sessions 0 to -1"},
		"closes after":      {func(m *sim.Mandate) { m.Close = 4 }, "sessions 0 to 4"},
		"no session":        {func(m *sim.Mandate) { m.Open, m.Close = 2, 2 }, "sessions 2 to 2"},
		"no opens":          {func(m *sim.Mandate) { m.Terms = &sim.Terms{Fill: sim.NextOpen} }, "the prices have no opens"},
		"reserve negative":  {func(m *sim.Mandate) { m.Terms = &sim.Terms{Reserve: -1} }, "a cash reserve of -1"},
		"reserve NaN":       {func(m *sim.Mandate) { m.Terms = &sim.Terms{Reserve: nan} }, "a cash reserve of NaN"},
		"reserve Inf":       {func(m *sim.Mandate) { m.Terms = &sim.Terms{Reserve: inf} }, "a cash reserve of +Inf"},
		"reserve beyond":    {func(m *sim.Mandate) { m.Terms = &sim.Terms{Reserve: 1.1e12} }, "a cash reserve of 1.1e+12"},
		"fraction negative": {func(m *sim.Mandate) { m.Terms = &sim.Terms{ReserveFraction: -0.1} }, "-0.1 of NAV"},
		"fraction of all":   {func(m *sim.Mandate) { m.Terms = &sim.Terms{ReserveFraction: 1} }, "1 of NAV"},
		"fraction NaN":      {func(m *sim.Mandate) { m.Terms = &sim.Terms{ReserveFraction: nan} }, "NaN of NAV"},
	} {
		m := hold(1000, &sim.Terms{})
		c.change(m)
		require.ErrorContains(t, r.Set(0, m), c.want, name)
	}
	require.EqualError(t, r.Set(1, hold(1000, &sim.Terms{})), "lane 1 of 1")
	require.EqualError(t, r.Set(-1, hold(1000, &sim.Terms{})), "lane -1 of 1")
	require.NoError(t, r.Set(0, hold(1000, &sim.Terms{})))
}

// All that is wrong is said at once.
func TestSetSaysAll(t *testing.T) {
	p := market(t, [][]float64{{100, 50}}, nil)
	r, err := sim.NewRunner(p, 1, 0)
	require.NoError(t, err)
	err = r.Set(0, &sim.Mandate{Policy: still{}, Targets: []float64{2, -2}, Cash: -1, Close: 9, Terms: &sim.Terms{Fill: sim.NextOpen, Reserve: -1}})
	for _, want := range []string{"target of A is 2", "target of B is -2", "targets sum to 0", "opening cash -1", "sessions 0 to 9", "no opens", "a cash reserve of -1"} {
		require.ErrorContains(t, err, want)
	}
}

// What is refused leaves the lane as it was.
func TestSetRefusedChangesNothing(t *testing.T) {
	p := market(t, [][]float64{{100, 50}, {110, 50}}, nil)
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, hold(1000, &sim.Terms{})))
	require.Error(t, r.Set(0, hold(-1, &sim.Terms{})))
	r.Run()
	require.InDelta(t, 1060, r.Record(0).NAV[1], 1e-4)
}

// Money and shares are counted in integers: an account that outgrows them ends
// with an error in its record, not with wrong figures or a panic.
func TestSharesThatCannotBeCounted(t *testing.T) {
	p := market(t, [][]float64{{1e-9, 50}, {1e-9, 50}}, nil)
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, hold(1e6, &sim.Terms{})))
	r.Run()
	require.ErrorContains(t, r.Record(0).Err, "on 2020-01-01 the account would hold shares of A")
	require.NoError(t, r.Set(0, hold(10, &sim.Terms{})))
	r.Run()
	require.NoError(t, r.Record(0).Err)
	require.InDelta(t, 10, r.Record(0).NAV[1], 1e-4)
}

func TestTheLargestAccount(t *testing.T) {
	p := swinging(t, 3, 50)
	targets := []float64{0.5, 0.3, 0.2}
	rec := run(t, p, &sim.Mandate{Policy: bound(t, p, targets, bands(0.05, 0, daily)), Targets: targets, Cash: sim.MaxMoney, Terms: &sim.Terms{}})
	require.Greater(t, rec.Tally.Trades, 10)
	require.InEpsilon(t, 1e12, rec.NAV[0], 1e-9)
	small := run(t, p, &sim.Mandate{Policy: bound(t, p, targets, bands(0.05, 0, daily)), Targets: targets, Cash: 1e6, Terms: &sim.Terms{}})
	require.Equal(t, small.Tally.Trades, rec.Tally.Trades)
	require.InEpsilon(t, small.NAV[49], rec.NAV[49]/1e6, 1e-9)
}

package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// on is a policy that goes back to target at the first look on or after dates.
func on(dates ...data.Date) *strategies.Recipe {
	return &strategies.Recipe{
		Looking: strategies.Looking{Look: data.EverySession},
		If:      &strategies.Signal{File: strategies.DateFile{Dates: dates}},
	}
}

// causes are why decisions after the opening led to orders, by session.
func causes(rec sim.Record) map[int32]string {
	got := map[int32]string{}
	for _, d := range rec.Log.Decisions {
		if d.State == sim.StateTraded && d.Cause != sim.CauseOpening {
			got[d.Session] = d.Cause.String()
		}
	}
	return got
}

// A signal is the same however often it is asked at a session: where costs depend on
// the size of a trade, a policy is asked until they agree.
func TestSignalsWithCostsOfTheSize(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {12, 9}, {12, 9}, {12, 9}}, nil)
	policy := on(p.Date(2))
	rec := run(t, p, &sim.Mandate{
		Policy: policy, Targets: []float64{0.5, 0.5}, Cash: 1000,
		Terms: &sim.Terms{Fill: sim.SameClose, Costs: costs(t, p, cost.NewPerShare(0.005, cost.Limits{Min: 0.01}, cost.Everywhere))},
	})
	require.Equal(t, map[int32]string{2: "signal"}, causes(rec))
}

// New targets leave pauses as they are: what was rebalanced at session 1 is not
// looked at again before a month is over, but for the change itself.
func TestNewTargetsLeavePauses(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {15, 9}, {15, 9}, {9, 15}, {9, 15}}, nil)
	b := bands(0.1, 0, daily)
	b.Pause = 1
	policy := bound(t, p, []float64{0.5, 0.5}, b)
	m := &sim.Mandate{
		Policy: policy, Targets: []float64{0.5, 0.5}, Cash: 1000, Terms: &sim.Terms{Fill: sim.SameClose},
		Changes: []sim.Change{{Session: 2, Targets: []float64{0.49, 0.51}}},
	}
	for range 2 { // the second run knows nothing of the first
		rec := run(t, p, m)
		require.Equal(t, map[int32]string{1: "above_band"}, causes(rec))
		require.Equal(t, 2, rec.Tally.Looks)
	}
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, r.Set(0, m))
		r.Run()
		require.Equal(t, map[int32]string{1: "above_band"}, causes(r.Record(0)))
	}
}

// A run that ends with a change of targets leaves nothing to the next one.
func TestRunsLeaveNothingToTheNext(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {15, 9}, {15, 9}}, nil)
	b := bands(0.1, 0, daily)
	b.Pause = 1
	targets := []float64{0.5, 0.5}
	m := &sim.Mandate{
		Policy: bound(t, p, targets, b), Targets: targets, Cash: 1000, Terms: &sim.Terms{Fill: sim.SameClose},
		Changes: []sim.Change{{Session: 2, Targets: []float64{0.2, 0.8}}},
	}
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, r.Set(0, m))
		r.Run()
		require.Equal(t, map[int32]string{1: "above_band", 2: "above_band"}, causes(r.Record(0)))
	}
}

// An asset's listing makes a policy forget neither pauses nor a signal of that day.
func TestListingsLeavePausesAndSignals(t *testing.T) {
	p := market(t, [][]float64{{10, 10, 10}, {15, 9, 10}, {15, 9, 10}, {9, 15, 10}, {9, 15, 10}}, nil)
	targets := []float64{0.4, 0.4, 0.2}
	b := bands(0.1, 0, daily)
	b.Pause = 1
	m := &sim.Mandate{
		Policy: bound(t, p, targets, b), Targets: targets, Cash: 1000, Terms: &sim.Terms{Fill: sim.SameClose},
		Listings: []sim.Listing{{Session: 2, Asset: 2}},
	}
	require.Equal(t, map[int32]string{1: "above_band", 2: "listing"}, causes(run(t, p, m)))
	m.Policy = on(p.Date(2))
	require.Equal(t, map[int32]string{2: "listing", 3: "signal"}, causes(run(t, p, m)))
}

// Of two assets that are listed while orders work both are bought.
func TestListingsWhileOrdersWork(t *testing.T) {
	p := market(t, [][]float64{{10, 10, 10}, {10, 10, 10}, {10, 10, 10}, {10, 10, 10}, {10, 10, 10}, {10, 10, 10}, {10, 10, 10}, {10, 10, 10}, {10, 10, 10}}, nil)
	targets := []float64{0.5, 0.3, 0.2}
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Cash: 1000,
		Terms: &sim.Terms{Delay: 2}, Flows: []sim.Flow{{Session: 1, Amount: 100}},
		Listings: []sim.Listing{{Session: 2, Asset: 1}, {Session: 3, Asset: 2}},
	})
	require.InDelta(t, 1100, rec.NAV[8], 1e-4)
	require.InDelta(t, 33, rec.Units[1].Shares(), 1e-3)
	require.InDelta(t, 22, rec.Units[2].Shares(), 1e-3)
}

// What is listed is bought for its share, costs that depend on the size included; a
// deposit of the day is put before the policy afterwards.
func TestListingsCostAndDeposits(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {10, 10}, {10, 10}, {10, 10}}, nil)
	targets := []float64{0.5, 0.5}
	m := &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Cash: 1000,
		Terms:    &sim.Terms{Fill: sim.SameClose, Costs: costs(t, p, cost.NewPerShare(0.1, cost.Limits{Min: 1}, cost.Everywhere))},
		Listings: []sim.Listing{{Session: 1, Asset: 1}},
	}
	rec := run(t, p, m)
	o := rec.Log.Orders[1]
	require.Equal(t, "filled", o.State.String())
	// 500 less 1 % bought A; what 0.5 of 995.05 pays for of B is 1 % less, too
	require.InDelta(t, 0.5*rec.NAV[0]/10.1, o.Done.Shares(), 1e-4)

	m.Terms = &sim.Terms{Fill: sim.SameClose}
	m.Flows = []sim.Flow{{Session: 1, Amount: 500}}
	rec = run(t, p, m)
	require.Equal(t, "filled", rec.Log.Orders[1].State.String())
	require.InDelta(t, 50, rec.Log.Orders[1].Done.Shares(), 1e-4)
	require.Equal(t, map[int32]string{1: "listing", 2: "deposit"}, causes(rec))
	require.InDelta(t, 75, rec.Units[0].Shares(), 1e-3)
	require.InDelta(t, 75, rec.Units[1].Shares(), 1e-3)
}

// A segment is entered at looks alone: what is paid in between them, and lost again,
// makes no account a large one.
func TestSegmentsAreEnteredAtLooks(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {10, 10}, {12, 6}, {12, 6}}, nil)
	targets := []float64{0.5, 0.5}
	b := bands(0.1, 0, daily)
	b.Hysteresis = 0.2
	b.Segments = []strategies.Segment{
		{NAV: 1000, Look: data.Schedule{Every: 2}},
		{NAV: 0, Look: data.Schedule{Every: 3}},
	}
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, b), Targets: targets, Cash: 990, Terms: &sim.Terms{Fill: sim.SameClose},
		Flows: []sim.Flow{{Session: 1, Amount: 20}},
	})
	require.Equal(t, map[int32]string{1: "deposit", 3: "above_band"}, causes(rec))
}

// A release of the batch on a day on which orders work comes after them.
func TestReleasesAfterOrdersThatWork(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {10, 10}, {10, 10}, {10, 10}, {10, 10}, {10, 10}, {10, 10}, {10, 10}}, nil)
	sale := &adversarial{want: func(v *sim.View, want []float64) {
		switch v.Session {
		case 1:
			want[0] = -40
		case 2:
			want[1] = -100
		}
	}}
	rec := run(t, p, &sim.Mandate{
		Policy: sale, Targets: []float64{0.5, 0.5}, Cash: 1000,
		Terms: &sim.Terms{Minimum: 60, Delay: 1, Batch: &sim.Batch{Release: p.Calendar(data.Schedule{Every: 3})}},
	})
	require.Equal(t, "batched", rec.Log.Orders[2].State.String())
	require.Equal(t, int32(4), rec.Log.Orders[2].Ended) // session 3 was the day, and B's order worked until session 4
	require.Equal(t, int32(6), rec.Log.Orders[4].Filled)
}

// Whether cash alone suffices is asked of a signal, too: it goes on until the session
// is over.
func TestSignalsAndContributionsFirst(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {15, 5}, {15, 5}}, nil)
	policy := on(p.Date(1))
	policy.If = &strategies.Group{All: true, Of: []strategies.Trigger{policy.If, &strategies.Band{All: strategies.Both(strategies.Relative(0.1))}}}
	policy.Funding = strategies.ContributionsFirst
	rec := run(t, p, &sim.Mandate{
		Policy: policy, Targets: []float64{0.5, 0.5}, Cash: 1000, Terms: &sim.Terms{Fill: sim.SameClose},
		Flows: []sim.Flow{{Session: 1, Amount: 100}},
	})
	require.Equal(t, map[int32]string{1: "above_band"}, causes(rec))
	require.InDelta(t, 550.0/15, rec.Units[0].Shares(), 1e-4) // 550 of 1,100 each, what was sold with it
	require.InDelta(t, 110, rec.Units[1].Shares(), 1e-4)
}

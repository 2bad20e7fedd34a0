package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/strategies"
)

// An order for one share of whole lots that a reverse split leaves half a share of
// is no order any more: from that session on looks decide again.
func TestOrdersThatASplitEndsKeepNoLookFromDeciding(t *testing.T) {
	dates := []data.Date{100, 101, 102, 103, 104, 105, 106}
	p, err := data.Make(data.Table{
		Dates: dates, Symbols: []string{"A"}, Close: []float64{10, 10, 10, 20, 20, 20, 20}, Kind: data.Raw,
		Actions: []data.DatedAction{{Date: 103, Asset: 0, Split: 0.5}},
	})
	require.NoError(t, err)
	m := &sim.Mandate{
		Policy: bound(t, p, []float64{1}, strategies.NewCalendar(daily)), Targets: []float64{1}, Cash: 1000,
		Terms: &sim.Terms{Lot: 1, Delay: 4}, Flows: []sim.Flow{{Session: 1, Amount: 15}},
	}
	rec := run(t, p, m)
	var states []string
	for _, d := range rec.Log.Decisions[1:] {
		states = append(states, d.State.String())
	}
	require.Equal(t, []string{"traded", "orders_open", "below_minimum", "below_minimum", "below_minimum", "below_minimum"}, states)
	require.Equal(t, "missed", rec.Log.Orders[1].State.String())
	require.Equal(t, sim.ReasonLot, rec.Log.Orders[1].Reason)
	require.Equal(t, int32(3), rec.Log.Orders[1].Ended)
}

// An order that the volume lets nothing of through is not tried, and so not missed
// for cash, whatever is owed.
func TestOrdersThatAreNotTriedStayOpen(t *testing.T) {
	p, err := data.Make(data.Table{
		Dates: []data.Date{100, 101, 102, 103}, Symbols: []string{"A"}, Kind: data.Adjusted,
		Close: []float64{10, 10, 10, 10}, Volume: []float64{0, 5, 5, 500},
	})
	require.NoError(t, err)
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, []float64{1}, strategies.NewBuyAndHold()), Targets: []float64{1}, Cash: 1000,
		Terms: &sim.Terms{Fill: sim.SameClose, Lot: 1, Participation: 0.1},
		Flows: []sim.Flow{{Session: 1, Amount: 50}, {Session: 2, Amount: -100}},
	})
	require.Equal(t, sim.ReasonCash, rec.Log.Orders[1].Reason)
	require.Equal(t, int32(3), rec.Log.Orders[1].Ended)
}

// 29 % of 100 shares is 29 whole ones, though the product of the two numbers is
// a little less.
func TestParticipationInWholeLots(t *testing.T) {
	p, err := data.Make(data.Table{
		Dates: []data.Date{100, 101, 102}, Symbols: []string{"A"}, Kind: data.Adjusted,
		Close: []float64{10, 10, 10}, Volume: []float64{0, 0, 100},
	})
	require.NoError(t, err)
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, []float64{1}, strategies.NewBuyAndHold()), Targets: []float64{1}, Cash: 1000,
		Terms: &sim.Terms{Lot: 1, Participation: 0.29}, Flows: []sim.Flow{{Session: 1, Amount: 500}},
	})
	require.Equal(t, sim.Units(29e8), rec.Log.Orders[1].Done)
}

// A sale that is forbidden is no turnover: the purchase beside it is not cut for it.
func TestForbiddenSalesAreNoTurnover(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {11, 9}}, nil)
	sale := &adversarial{want: func(v *sim.View, want []float64) { want[0], want[1] = -100, 15 }}
	rec := run(t, p, &sim.Mandate{
		Policy: sale, Targets: []float64{0.5, 0.5}, Cash: 1000,
		Terms: &sim.Terms{
			Fill: sim.SameClose, MaxTurnover: 0.01,
			Rules: []sim.Restriction{{Asset: 1, Rule: sim.NoBuy, From: 0, Until: 1}, {Asset: 0, Rule: sim.NoSell, From: 1, Until: 2}},
		},
	})
	last := rec.Log.Orders[len(rec.Log.Orders)-1]
	require.Equal(t, "filled", last.State.String())
	require.InDelta(t, 15.0/9, last.Done.Shares(), 1e-8)
}

// What a forbidden sale would have brought is raised elsewhere, at once.
func TestForbiddenSalesRaiseNothing(t *testing.T) {
	p := market(t, [][]float64{{10, 10, 10}, {11, 9, 12}, {11, 9, 12}}, nil)
	targets := []float64{0.4, 0.3, 0.3}
	rec := run(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewCalendar(daily)), Targets: targets, Cash: 1000,
		Terms: &sim.Terms{Fill: sim.SameClose, Rules: []sim.Restriction{{Asset: 0, Rule: sim.NoSell, From: 0, Until: 3}}},
		Flows: []sim.Flow{{Session: 1, Amount: -300}},
	})
	require.InDelta(t, 300, -rec.Flow[1], 0.01)
}

// When nothing is held all are equally far behind: the larger target is filled first,
// not the first by name.
func TestFromNothingTheLargerTargetComesFirst(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {10, 10}, {10, 10}}, nil)
	targets := []float64{0.3, 0.7}
	policy := bound(t, p, targets, strategies.NewCalendar(daily))
	policy.Aim.Share = strategies.ShareMostBehind
	rec := run(t, p, &sim.Mandate{
		Policy: policy, Targets: targets, Cash: 1000,
		Terms: &sim.Terms{Fill: sim.SameClose, Costs: costs(t, p, cost.NewFixed(100, cost.Everywhere)), Rules: []sim.Restriction{
			{Asset: 0, Rule: sim.NoBuy, From: 0, Until: 1}, {Asset: 1, Rule: sim.NoBuy, From: 0, Until: 1},
		}},
	})
	require.InDelta(t, 70, rec.Log.Orders[3].Units.Shares(), 1e-6)
	require.InDelta(t, 10, rec.Log.Orders[2].Units.Shares(), 1e-6)
}

// What a sale raises for what is owed goes out whole, whatever the minimum and the largest
// turnover; the rebalance's own part of it, 99 of a minimum of 200, is missed.
func TestOnlyWhatIsRaisedPassesTheMinimum(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {11, 9}, {11, 9}}, nil)
	sale := &adversarial{want: func(v *sim.View, want []float64) { want[0], v.Raised[0] = -100, 1 }}
	rec := run(t, p, &sim.Mandate{
		Policy: sale, Targets: []float64{0.5, 0.5}, Cash: 1000, Flows: []sim.Flow{{Session: 1, Amount: -1}},
		Terms: &sim.Terms{Fill: sim.SameClose, Minimum: 200, MaxTurnover: 0.01},
	})
	require.Equal(t, sim.ReasonMinimum, rec.Log.Orders[2].Reason)
	require.InDelta(t, -99.0/11, rec.Log.Orders[2].Units.Shares(), 1e-6)
	require.InDelta(t, -1.0/11, rec.Log.Orders[3].Done.Shares(), 1e-6)
	require.InDelta(t, 1.0/2/999, rec.Tally.Turnover, 1e-9, "that of session 2, when nothing is owed")
}

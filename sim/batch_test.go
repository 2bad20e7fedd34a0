package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// What waits in the batch keeps what it is for. A and B hold 20,000 and 30,000 with targets
// of 40 and 60 %; A rises by a tenth at session 1, to 22,000, and the batch goes at session 3.
func TestTheBatchKnowsWhatItIsFor(t *testing.T) {
	prices := [][]float64{{1, 1}, {1.1, 1}, {1.1, 1}, {1.1, 1}, {1.1, 1}}
	p := market(t, prices, nil)
	targets := []float64{0.4, 0.6}
	first := data.NewCalendar(5, func(s int) bool { return s == 3 })
	mandate := func(funding strategies.Funding, flows ...sim.Flow) *sim.Mandate {
		policy := strategies.NewCalendar(data.Schedule{Every: 1})
		policy.Funding = funding
		return &sim.Mandate{
			Policy: bound(t, p, targets, policy), Targets: targets, Holdings: holding(20_000, 30_000), Flows: flows,
			Terms: &sim.Terms{Fill: sim.SameClose, Minimum: 10_000, Batch: &sim.Batch{Release: first}},
		}
	}
	t.Run("the proceeds of a reduction leave", func(t *testing.T) { // K = 30,000 / .6: 2,000 of A go
		rec := checked(t, p, mandate(strategies.Reduction))
		require.InDelta(t, -2000, rec.Flow[3], 1e-5)
		require.Zero(t, rec.Tally.Turnover)
		require.Equal(t, sim.Micros(0), rec.Tally.Cash)
	})
	t.Run("new money pays for growth", func(t *testing.T) { // K = 22,000 / .4: 3,000 of B come
		rec := checked(t, p, mandate(strategies.Growth))
		require.InDelta(t, 3000, rec.Flow[3], 1e-5)
		require.Zero(t, rec.Tally.Turnover)
		require.InDelta(t, 33_000, rec.Units[1].Shares(), 1e-5)
	})
	t.Run("a deposit's purchases are no turnover", func(t *testing.T) { // V' = 52,000: A lacks nothing, B 1,200
		m := mandate(strategies.SelfFinancing, sim.Flow{Session: 2, Amount: 1000})
		policy := strategies.NewBuyAndHold()
		m.Policy = bound(t, p, targets, policy)
		rec := checked(t, p, m)
		require.InDelta(t, 31_000, rec.Units[1].Shares(), 1e-5)
		require.Zero(t, rec.Tally.Turnover)
	})
	t.Run("what is owed is raised from what is held", func(t *testing.T) {
		// 500 wait to buy B for a deposit of session 1. 5,500 are owed at 2 and 500 there: of the
		// 5,000 that lack, A gives 3,200 and B 1,800 (22,000 - 18,800 and 30,000 - 28,200, both at
		// 47,000 t), and what waits of B is left alone.
		m := mandate(strategies.SelfFinancing, sim.Flow{Session: 1, Amount: 500}, sim.Flow{Session: 2, Amount: -5500})
		m.Terms.Batch.Release = nil
		m.Policy = bound(t, p, targets, strategies.NewBuyAndHold())
		rec := checked(t, p, m)
		require.InDeltaSlice(t, []float64{3200, 1800}, sold(&rec, 2), 1e-5)
		require.Equal(t, sim.Micros(5_500e6), rec.Tally.Withdrawals)
		require.Equal(t, sim.StateQueued, rec.Log.Orders[0].State)
		require.InDelta(t, 500, rec.Log.Orders[0].Units.Shares(), 1e-5)
	})
}

// A deposit comes before the new money of growth: of the 3,000 that B lacks 1,000 were paid in.
func TestGrowthPlacesDepositsFirst(t *testing.T) {
	p := market(t, [][]float64{{1, 1}, {1.1, 1}, {1.1, 1}}, nil)
	targets := []float64{0.4, 0.6}
	policy := strategies.NewCalendar(data.Schedule{Every: 1})
	policy.Funding = strategies.Growth
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, policy), Targets: targets, Holdings: holding(20_000, 30_000),
		Terms: &sim.Terms{Fill: sim.SameClose}, Flows: []sim.Flow{{Session: 1, Amount: 1000}},
	})
	require.InDelta(t, 33_000, rec.Units[1].Shares(), 1e-5)
	require.InDelta(t, 3000, rec.Flow[1], 1e-5)
	require.Less(t, rec.Tally.Cash, sim.Micros(100))
	require.Zero(t, rec.Tally.Turnover)
}

// A deposit of the 3,000 that B lacks reaches the targets but for what rounding holds back:
// nobody brings 0.000002.
func TestGrowthBringsNoDust(t *testing.T) {
	p := market(t, [][]float64{{1, 1}, {1.1, 1}}, nil)
	targets := []float64{0.4, 0.6}
	policy := strategies.NewCalendar(data.Schedule{Every: 1})
	policy.Funding = strategies.Growth
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, policy), Targets: targets, Holdings: holding(20_000, 30_000),
		Terms: &sim.Terms{Fill: sim.SameClose}, Flows: []sim.Flow{{Session: 1, Amount: 3000}},
	})
	require.InDelta(t, 33_000, rec.Units[1].Shares(), 1e-5)
	require.Equal(t, 3000.0, rec.Flow[1])
}

// A reduction is filled in two parts while a deposit of 50 passes through. Of 500 and 100 it
// sells 400, more than the withdrawal of 80, so 400 leave, and the 50 stay for the 50 of
// sales that are turnover: 10 of the first 40 over 600, and when all of the 80 is paid, 40 of
// the other 360 over 570, which are there with the 10 of cash.
func TestWhatPassesThroughIsInTheNAVOnceItIsPaid(t *testing.T) {
	p, err := data.Make(data.Table{
		Dates: []data.Date{100, 101, 102}, Symbols: []string{"A", "B"}, Kind: data.Adjusted,
		Close: []float64{1, 1, 1, 1, 1, 1}, Volume: []float64{1, 1, 40, 1, 1000, 1},
	})
	require.NoError(t, err)
	targets := []float64{0.5, 0.5}
	policy := strategies.NewCalendar(data.Schedule{Every: 1})
	policy.Funding = strategies.Reduction
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, policy), Targets: targets, Holdings: holding(500, 100),
		Terms: &sim.Terms{Fill: sim.SameClose, Participation: 1}, Flows: []sim.Flow{{Session: 1, Amount: 50}, {Session: 1, Amount: -80}},
	})
	require.Equal(t, []float64{0, 50 - 80, -320}, rec.Flow)
	require.Equal(t, sim.Micros(50e6), rec.Tally.Cash)
	require.InDelta(t, 10.0/1200+40.0/1140, rec.Tally.Turnover, 1e-12)
}

// Growth and reductions are no turnover, so a largest turnover cuts nothing of them; and what
// is raised beside a reduction is its own: what it brings too much stays.
func TestWhatFlowsIsNotCut(t *testing.T) {
	p := market(t, [][]float64{{1, 1}, {1.1, 1}, {1.2, 1}}, nil)
	targets := []float64{0.4, 0.6}
	for funding, want := range map[strategies.Funding][]float64{strategies.Growth: {20_000, 33_000}, strategies.Reduction: {20_000 - 2000/1.1, 30_000}} {
		policy := strategies.NewCalendar(data.Schedule{Every: 1})
		policy.Funding = funding
		rec := checked(t, p, &sim.Mandate{
			Policy: bound(t, p, targets, policy), Targets: targets, Holdings: holding(20_000, 30_000), Close: 2,
			Terms: &sim.Terms{Fill: sim.SameClose, MaxTurnover: 0.001},
		})
		require.InDelta(t, want[0], rec.Units[0].Shares(), 1e-5)
		require.InDelta(t, want[1], rec.Units[1].Shares(), 1e-5)
	}
}

// When all is sold and money is owed still, nothing is left to sell.
func TestNothingIsLeftToSell(t *testing.T) {
	p := calm(t, 4, 1, 1)
	targets := []float64{0.5, 0.5}
	rec := checked(t, p, &sim.Mandate{
		Policy: bound(t, p, targets, strategies.NewBuyAndHold()), Targets: targets, Holdings: holding(500, 500),
		Terms: &sim.Terms{}, Flows: []sim.Flow{{Session: 1, Amount: -3000}},
	})
	require.Equal(t, sim.WhyNothing, rec.Log.Waits[0].Why)
}

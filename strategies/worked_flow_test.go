package strategies_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/strategies"
)

// path makes an account of cash in four ETFs at 40/20/20/20 hold the given values
// at each session after the first.
func path(cash float64, dates []data.Date, values ...[]float64) *experiment {
	x := &experiment{symbols: []string{"A", "B", "C", "D"}, targets: []float64{0.4, 0.2, 0.2, 0.2}, cash: cash, fill: sim.SameClose, look: data.EverySession, band: 0.2, rail: 0.1}
	x.dates = dates
	x.closes = append(x.closes, []float64{1, 1, 1, 1})
	for _, v := range values {
		row := make([]float64, 4)
		for i := range row {
			row[i] = v[i] / (x.targets[i] * cash)
		}
		x.closes = append(x.closes, row)
	}
	return x
}

func day(t testing.TB, text string) data.Date {
	d, err := data.ParseDate(text)
	require.NoError(t, err)
	return d
}

// trades are the values traded in a session, by asset.
func trades(x *experiment, o outcome, session int) []float64 {
	v := make([]float64, len(x.symbols))
	for _, e := range o.Log.Entries {
		if int(e.Session) == session && (e.Kind == sim.EntryBuy || e.Kind == sim.EntrySell) {
			v[e.Asset] -= e.Cash.Money()
		}
	}
	return v
}

// 100 paid into 42/18/20/20 of a portfolio worth V: on target when it reaches, by
// relative distance when it does not, by target weights when so configured.
func TestDepositBuysDeficits(t *testing.T) {
	for v, buys := range map[float64][]float64{
		100:    {38, 22, 20, 20},
		1_000:  {20, 40, 20, 20},
		2_000:  {0, 60, 20, 20},
		10_000: {0, 84.61538461538461, 7.6923076923076925, 7.6923076923076925},
	} {
		values := []float64{0.42 * v, 0.18 * v, 0.2 * v, 0.2 * v}
		x := path(v, []data.Date{0, 1}, values)
		x.flows = []sim.Flow{{Session: 1, Amount: 100}}
		o := x.run(t, x.bands())
		require.InDeltaSlice(t, buys, trades(x, o, 1), 1e-4, v)
		require.Zero(t, o.Tally.Triggers)
		require.InDelta(t, 0, o.Tally.Turnover, 1e-6, "new money is no turnover")

		split := strategies.NewBuyAndHold()
		split.Deposits = strategies.DepositsTargets
		o = x.run(t, split)
		require.InDeltaSlice(t, []float64{40, 20, 20, 20}, trades(x, o, 1), 1e-4)

		hold := strategies.NewBuyAndHold()
		hold.Deposits = strategies.DepositsHold
		require.InDelta(t, 100, x.run(t, hold).Tally.Cash.Money(), 1e-3)
	}
}

// A withdrawal lowers the largest v/t to the next, then both together.
func TestWithdrawalSellsTheMostOverweight(t *testing.T) {
	values := []float64{44_000, 21_000, 18_000, 17_000}
	for amount, sales := range map[float64][]float64{
		1_000:  {-1_000, 0, 0, 0},                                // A from 1.10 towards 1.05 of its target
		2_000:  {-2_000, 0, 0, 0},                                // A and B are level at 1.05
		5_000:  {-4_000, -1_000, 0, 0},                           // both at 1.00
		9_000:  {-6_666.666666666667, -2_333.333333333333, 0, 0}, // both at 0.9333
		20_000: {-12_000, -5_000, -2_000, -1_000},                // all at 0.80
	} {
		x := path(100_000, []data.Date{0, 1}, values)
		x.flows = []sim.Flow{{Session: 1, Amount: -amount}}
		o := x.run(t, strategies.NewBuyAndHold())
		require.InDeltaSlice(t, sales, trades(x, o, 1), 0.02, amount)
		require.InDelta(t, amount, o.Tally.Withdrawals.Money(), 1e-6)
		require.InDelta(t, 100_000-amount, o.NAV[1], 1e-3)
		require.InDelta(t, -amount, o.Flow[1], 1e-6)
		require.InDelta(t, 0, o.Tally.Turnover, 1e-6)
	}
	// More than there is: all is sold and paid out, the rest stays unpaid.
	x := path(100_000, []data.Date{0, 1, 2}, values, values)
	x.flows = []sim.Flow{{Session: 1, Amount: -150_000}}
	o := x.run(t, strategies.NewBuyAndHold())
	require.InDelta(t, 0, o.NAV[2], 0.02)
	require.InDelta(t, 50_000, o.Tally.Unpaid.Money(), 0.02)
}

// A deposit of today is not there for yesterday's purchases; a withdrawal is
// ordered today and paid when its sales are filled.
func TestFlowsKeepTheirTurn(t *testing.T) {
	values := []float64{45_000, 15_500, 22_500, 17_000}
	x := path(100_000, []data.Date{0, 1, 2, 3}, values, values, values)
	x.fill = sim.NextClose
	x.flows = []sim.Flow{{Session: 2, Amount: 10_000}}
	o := x.run(t, x.bands())
	require.InDeltaSlice(t, []float64{-1_000, 900, -500, 600}, trades(x, o, 2), 1e-3)
	require.Positive(t, trades(x, o, 3)[1])
	require.InDelta(t, 110_000, o.NAV[2], 1e-3)

	x.flows = []sim.Flow{{Session: 1, Amount: -10_000}}
	o = x.run(t, strategies.NewBuyAndHold())
	require.InDeltaSlice(t, []float64{100_000, 90_000}, o.NAV[1:3], 0.02)
	require.Equal(t, []float64{0, 0}, o.Flow[:2])
	require.InDelta(t, -10_000, o.Flow[2], 1e-6)
}

// Above 25,000 every session is looked at, below it looks pause for six months
// after a rebalance; that date itself is looked at, and growing lifts the pause.
func TestSegmentsAndPause(t *testing.T) {
	events := []struct {
		date   string
		value  float64
		breach bool
		acts   bool
		state  sim.State
	}{
		{"2024-01-15", 24_999.99, true, true, sim.StateTraded},
		{"2024-03-01", 24_500, true, false, sim.StatePaused},
		{"2024-07-12", 24_000, true, false, sim.StatePaused},
		{"2024-07-15", 24_000, true, true, sim.StateTraded},
		{"2024-08-01", 25_000, true, true, sim.StateTraded},
		{"2024-08-02", 25_000, false, false, sim.StateInBand},
	}
	// Each account is made again, for a rebalance changes what the next prices mean:
	// what is remembered is the date alone, so the pause is tested from the policy.
	b := strategies.NewBands()
	b.Segments = []strategies.Segment{{NAV: 25_000, Look: data.EverySession}, {NAV: 0, Look: data.EverySession, Pause: 6}}
	x := path(25_000, []data.Date{day(t, "2024-01-12")})
	value := []float64{0.4 * 25_000, 0.2 * 25_000, 0.2 * 25_000, 0.2 * 25_000} // held, at the last prices
	price := slices.Clone(x.closes[0])
	shares := slices.Clone(value)
	for _, e := range events {
		weights := []float64{0.4, 0.2, 0.2, 0.2}
		if e.breach {
			weights = []float64{0.34, 0.15, 0.265, 0.245}
		}
		row := make([]float64, 4)
		for i := range row {
			row[i] = weights[i] * e.value / shares[i]
		}
		x.dates, x.closes = append(x.dates, day(t, e.date)), append(x.closes, row)
		copy(price, row)
		o := x.run(t, b)
		last := o.Log.Decisions[len(o.Log.Decisions)-1]
		require.Equal(t, e.state, last.State, e.date)
		require.Equal(t, len(x.dates)-1, int(last.Session))
		for i, u := range o.Units {
			shares[i] = u.Shares()
		}
	}
	o := x.run(t, b)
	require.Equal(t, []int{4, 3, 3}, []int{o.Tally.Looks, o.Tally.Triggers, o.Tally.Rebalances})
}

// A pause is counted in months, days or sessions from the last rebalance's decision;
// the day it ends on is looked at. None is no pause.
func TestPausesOfEveryKind(t *testing.T) {
	breach := []float64{34_000, 15_000, 26_500, 24_500}
	for text, want := range map[string]struct {
		months int
		rest   strategies.Rest
		end    int // the first session that is looked at again
	}{
		"none": {0, strategies.Rest{}, 2}, "1 session": {0, strategies.Rest{Sessions: 1}, 2}, "3 sessions": {0, strategies.Rest{Sessions: 3}, 4},
		"1 day": {0, strategies.Rest{Days: 1}, 2}, "7 days": {0, strategies.Rest{Days: 7}, 5}, "1 week": {0, strategies.Rest{Days: 7}, 5},
		"2 weeks": {0, strategies.Rest{Days: 14}, 6}, "1 month": {1, strategies.Rest{}, 7}, "1 year": {12, strategies.Rest{}, 8},
	} {
		months, rest, ok := strategies.PauseOf(text)
		require.True(t, ok, text)
		require.Equal(t, want.months, months, text)
		require.Equal(t, want.rest, rest, text)
		for _, segments := range []bool{false, true} {
			b := strategies.NewBands()
			if b.Pause, b.Rest = months, rest; segments {
				b.Pause, b.Rest = 0, strategies.Rest{}
				b.Segments = []strategies.Segment{{NAV: 0, Look: data.EverySession, Pause: months, Rest: rest}}
			}
			x := path(100_000, []data.Date{
				day(t, "2024-01-10"), day(t, "2024-01-11"), day(t, "2024-01-12"), day(t, "2024-01-15"), day(t, "2024-01-17"),
				day(t, "2024-01-18"), day(t, "2024-01-25"), day(t, "2024-02-11"), day(t, "2025-01-11"),
			}, breach, breach, breach, breach, breach, breach, breach, breach)
			paused := 0
			for _, d := range x.run(t, b).Log.Decisions {
				if d.State == sim.StatePaused {
					paused++
				}
			}
			require.Equal(t, want.end-2, paused, "%s, segments %v", text, segments)
		}
	}
	for _, text := range []string{"", "0 days", "-1 days", "1.5 weeks", "6", "months", "none at all", "None", "1e3 days", "40000 days", "1300 months", "6 moons", "6 months after rebalance"} {
		_, _, ok := strategies.PauseOf(text)
		require.False(t, ok, text)
	}
}

// Looks that begin six months after the last rebalance go on until one happens.
func TestLooksAfterARebalance(t *testing.T) {
	breach, calm := []float64{34_000, 15_000, 26_500, 24_500}, []float64{40_000, 20_000, 20_000, 20_000}
	x := path(100_000, []data.Date{day(t, "2024-01-10"), day(t, "2024-03-01"), day(t, "2024-07-09"), day(t, "2024-07-10"), day(t, "2024-07-11")}, breach, breach, calm, breach)
	b := strategies.NewBands()
	b.After = 6
	o := x.run(t, b)
	require.Equal(t, []int{2, 1}, []int{o.Tally.Looks, o.Tally.Triggers})
	require.Equal(t, int32(4), o.Log.Decisions[len(o.Log.Decisions)-1].Session)
}

// New targets are looked at even in a pause: what has target 0 is sold whole, a
// weight 20 % from its new target is inside its band.
func TestNewTargetsAreLookedAt(t *testing.T) {
	x := path(100_000, []data.Date{0, 1, 2}, []float64{40_000, 20_000, 20_000, 20_000}, []float64{40_000, 20_000, 20_000, 20_000})
	x.changes = []change{{1, []float64{0.5, 0.25, 0.25, 0}}}
	b := strategies.NewBands()
	b.Look = data.Schedule{Period: data.Year, Last: true}
	o := x.run(t, b)
	require.InDelta(t, -20_000, trades(x, o, 1)[3], 1e-3)
	require.Zero(t, o.Units[3])
	require.Equal(t, []int{1, 1}, []int{o.Tally.Looks, o.Tally.Rebalances})

	o = x.run(t, strategies.NewCalendar(data.Schedule{Period: data.Year, Last: true}))
	require.Equal(t, 1, o.Tally.Rebalances)
	require.Zero(t, x.run(t, strategies.NewBuyAndHold()).Tally.Trades)
}

// Orders that wait when the targets change are given up and decided again.
func TestNewTargetsCancelOrders(t *testing.T) {
	breach := []float64{34_000, 15_000, 26_500, 24_500}
	x := path(100_000, []data.Date{0, 1, 2, 3, 4, 5}, breach, breach, breach, breach, breach)
	x.fill, x.delay = sim.NextClose, 2
	x.changes = []change{{2, []float64{0.25, 0.25, 0.25, 0.25}}}
	o := x.run(t, x.bands())
	for _, order := range o.Log.Orders {
		if order.Session == 1 {
			require.Equal(t, sim.StateMissed, order.State)
			require.Equal(t, sim.ReasonTargets, order.Reason)
		}
	}
	require.Zero(t, trades(x, o, 4)[0])
	require.NotZero(t, trades(x, o, 5)[0])
}

// Money and percentage thresholds combined: five companies, strictly more. 5 % of
// 200,000 are exactly 10,000, which the rounding of the books does not make more.
func TestDualThreshold(t *testing.T) {
	names := []string{"AITech", "CloudPlatform", "DataSystems", "DeviceMaker", "Other", "RoboticsCorp"}
	targets := []float64{0.15, 0.09, 0.10, 0.08, 0.46, 0.12}
	current := []float64{0.20, 0.10, 0.12, 0.05, 0.45, 0.08}
	for nav, fires := range map[float64]bool{10_000_000: true, 200_000: false} {
		x := &experiment{symbols: names, targets: targets, cash: nav, fill: sim.SameClose, dates: []data.Date{0, 1}}
		row := make([]float64, 6)
		for i := range row {
			row[i] = current[i] / targets[i]
		}
		x.closes = [][]float64{{1, 1, 1, 1, 1, 1}, row}
		r := general(&strategies.Group{All: true, Of: []strategies.Trigger{&strategies.Money{Amount: 10_000}, deviation(0.1)}})
		o := x.run(t, r)
		require.Equal(t, fires, o.Tally.Rebalances == 1, nav)
	}
}

func deviation(part float64) strategies.Trigger {
	return &strategies.Band{All: strategies.Both(strategies.Relative(part))}
}

// general is the policy rebalance with a trigger and a look every session.
func general(t strategies.Trigger) *strategies.Rebalance {
	plug, _ := strategies.Catalog.Find("rebalance")
	made, _ := plug.New()
	r := made.(*strategies.Rebalance)
	r.If, r.Look = t, data.EverySession
	return r
}

// Triggers of single assets combined by "and" must fire for the same asset.
func TestAllMeansTheSameAsset(t *testing.T) {
	// A is 3 % of its target and 1,200 away, B 10 % and 1,000 away.
	x := path(100_000, []data.Date{0, 1}, []float64{41_200, 22_000, 18_400, 18_400})
	far, much := deviation(0.09), &strategies.Money{Amount: 1_100}
	o := x.run(t, general(&strategies.Group{All: true, Of: []strategies.Trigger{far, much}}))
	require.Equal(t, 1, o.Tally.Triggers, "B is far and much: 2,000 away")
	// Whatever asset a member named, the log names one that both mean, with its limit.
	x = path(100_000, []data.Date{0, 1}, []float64{44_000, 22_500, 17_000, 16_500})
	large, small := &strategies.Money{Amount: 2_200}, &strategies.Band{All: strategies.Both(strategies.Relative(0.1))}
	o = x.run(t, general(&strategies.Group{All: true, Of: []strategies.Trigger{large, small}}))
	d := o.Log.Decisions[1]
	require.Equal(t, "B", x.symbols[d.Asset])
	require.Equal(t, []float64{0.225, 0.222}, []float64{math.Round(d.Dev*1e6) / 1e6, math.Round(d.Limit*1e6) / 1e6})
	x = path(100_000, []data.Date{0, 1}, []float64{41_200, 22_000, 18_400, 18_400})
	much.Amount = 2_100
	require.Zero(t, x.run(t, general(&strategies.Group{All: true, Of: []strategies.Trigger{far, much}})).Tally.Triggers)
	require.Equal(t, 1, x.run(t, general(&strategies.Group{Of: []strategies.Trigger{far, much}})).Tally.Triggers)
}

func TestOtherTriggers(t *testing.T) {
	values := []float64{43_000, 19_000, 19_000, 19_000}
	x := path(100_000, []data.Date{10, 11, 12, 13}, values, values, values)
	require.Equal(t, 1, x.run(t, general(&strategies.Drift{Limit: 0.029})).Tally.Rebalances)
	require.Zero(t, x.run(t, general(&strategies.Drift{Limit: 0.031})).Tally.Triggers)

	signal := &strategies.Signal{File: strategies.DateFile{Dates: []data.Date{5, 10, 12}}}
	o := x.run(t, general(signal))
	require.Equal(t, 1, o.Tally.Triggers, "dates up to the first session are heard by the initial purchase")
	require.Equal(t, int32(2), o.Log.Orders[len(o.Log.Orders)-1].Session)

	x.flows = []sim.Flow{{Session: 2, Amount: 5_000}}
	idle := general(&strategies.IdleCash{Limit: 0.02})
	idle.Deposits = strategies.DepositsHold
	o = x.run(t, idle)
	require.Equal(t, 1, o.Tally.Rebalances)
	require.Equal(t, sim.CauseIdleCash, o.Log.Decisions[len(o.Log.Decisions)-2].Cause)
}

// Between the looks, a major position far out has the largest drifts traded.
func TestMiniRebalance(t *testing.T) {
	values := []float64{45_000, 18_000, 19_000, 18_000}
	x := path(100_000, []data.Date{0, 1}, values)
	r := general(strategies.Always{})
	r.Look = data.Schedule{Period: data.Quarter, Last: true}
	r.Mini = &strategies.Mini{Look: data.EverySession, Deviation: 0.1, Major: 0.3, Largest: 2}
	o := x.run(t, r)
	got := trades(x, o, 1)
	require.InDelta(t, -5_000, got[0], 1e-3)
	require.InDelta(t, 2_000, got[1], 1e-3)
	require.Zero(t, got[2])
	r.Mini.Major = 0.5
	require.Zero(t, x.run(t, r).Tally.Triggers)
}

// Reduction sells only and the proceeds leave; growth buys only with new money.
func TestReductionAndGrowth(t *testing.T) {
	x := &experiment{symbols: []string{"A", "B", "C"}, targets: []float64{0.3, 0.35, 0.35}, cash: 10_000_000, fill: sim.SameClose, dates: []data.Date{0, 1}}
	x.closes = [][]float64{{1, 1, 1}, {4.0 / 3, 3 / 3.5, 3 / 3.5}}
	r := general(strategies.Always{})
	r.Funding = strategies.Reduction
	o := x.run(t, r)
	require.InDelta(t, 60e6/7, o.NAV[1], 0.05)
	require.InDelta(t, -10e6/7, o.Flow[1], 0.05)
	r.Funding = strategies.Growth
	o = x.run(t, r)
	require.InDelta(t, 40e6/3, o.NAV[1], 0.05)
	require.InDelta(t, 10e6/3, o.Flow[1], 0.05)
	require.InDeltaSlice(t, []float64{0, 5e6 / 3, 5e6 / 3}, trades(x, o, 1), 0.05)
	r.Funding = strategies.FlowsOnly
	require.Zero(t, x.run(t, r).Tally.Trades)
}

// Flows leave the time-weighted return of a single asset alone.
func TestReturnIgnoresFlows(t *testing.T) {
	x := &experiment{symbols: []string{"A"}, targets: []float64{1}, cash: 1e6, fill: sim.SameClose, look: data.EverySession}
	price := 1.0
	for s := range 60 {
		x.dates, x.closes = append(x.dates, data.Date(s)), append(x.closes, []float64{price})
		price *= 1 + 0.01*float64(s%5-2)
		if s > 0 && s%7 == 0 {
			x.flows = append(x.flows, sim.Flow{Session: s, Amount: float64(5e4 * (s%3 - 1))})
		}
	}
	p := x.panel(t)
	r, err := sim.NewRunner(p, 1, 0)
	require.NoError(t, err)
	require.NoError(t, r.Set(0, x.mandate(t, p, strategies.NewBuyAndHold())))
	r.Run()
	rec := r.Record(0)
	index := metric.Index(&rec)
	require.InEpsilon(t, x.closes[59][0], index[59]/index[0], 1e-7)
	require.NotZero(t, rec.Tally.Deposits)
}

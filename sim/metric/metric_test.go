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

// levels are values that start at 1 and grow by the returns.
func levels(returns []float64) []float64 {
	v := []float64{1}
	for _, r := range returns {
		v = append(v, v[len(v)-1]*(1+r))
	}
	return v
}

// input is a run that recorded these values over 1,461 days, four years.
func input(t require.TestingT, navs ...float64) *metric.Input {
	dates, ones := make([]data.Date, len(navs)), make([]float64, len(navs))
	for i := range dates {
		dates[i], ones[i] = data.Date(i*1461/max(1, len(navs)-1)), 1
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, ones, nil)
	require.NoError(t, err)
	return &metric.Input{Record: &sim.Record{Panel: p, End: len(navs), NAV: navs}, PeriodsPerYear: 12}
}

func measured(in *metric.Input) map[string]float64 {
	values := map[string]float64{}
	for _, v := range metric.Compute(in) {
		values[v.Name] = v.X
	}
	return values
}

func TestEveryMeasureIntroducesItself(t *testing.T) {
	seen := map[string]bool{}
	titles := map[string]bool{}
	for _, m := range metric.All() {
		require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, m.Name)
		require.NotEmpty(t, m.Title, m.Name)
		require.NotEmpty(t, m.Doc, m.Name)
		require.LessOrEqual(t, max(len(m.Doc), len(m.Details)), 400, "%s: reports print no more", m.Name)
		require.NotNil(t, m.Of, m.Name)
		require.Contains(t, []int{-1, 0, 1}, m.Better)
		require.LessOrEqual(t, m.Unit, metric.YesNo)
		require.False(t, seen[m.Name], "%s twice", m.Name)
		require.False(t, titles[m.Title], "%s twice", m.Title)
		seen[m.Name], titles[m.Title] = true, true
	}
	for _, key := range []string{
		"final_nav", "cagr", "volatility", "sharpe", "max_drawdown", "turnover_total", "turnover_per_year", "cost_total", "cost_initial",
		"looks", "triggers", "unfunded_triggers", "rebalances", "trades", "tracking_error", "drift_mean", "drift_max",
	} {
		require.True(t, seen[key], key)
	}
}

func TestFind(t *testing.T) {
	values := metric.Compute(input(t, 1, 2))
	require.Equal(t, 2.0, metric.Find(values, "final_nav"))
	require.True(t, math.IsNaN(metric.Find(values, "alpha")))
}

func TestGrowthByHand(t *testing.T) {
	m := measured(input(t, 100, 150, 1600)) // over 1,461 days, four years
	require.Equal(t, 1600.0, m["final_nav"])
	require.InDelta(t, 1, m["cagr"], 1e-15)
	require.InDelta(t, -0.5, metric.CAGR([]float64{16, 1}, 4), 1e-15)
	require.InDelta(t, 0, metric.CAGR([]float64{3, 7, 3}, 2), 1e-15)
}

func TestRiskByHand(t *testing.T) {
	returns := []float64{0.1, -0.1, 0.3, 0.1} // mean 0.1, deviations 0 0.2 0.2 0
	sd := math.Sqrt(0.08 / 3)
	require.InDelta(t, 0.1, metric.Mean(returns), 1e-16)
	require.InDelta(t, sd, metric.Deviation(returns), 1e-16)
	require.InDelta(t, sd*math.Sqrt(12), metric.Volatility(returns, 12), 1e-15)
	require.InDelta(t, (1.2-0.3)/(sd*math.Sqrt(12)), metric.Sharpe(returns, 0.3, 12), 1e-14)
	in := input(t, levels(returns)...)
	in.RiskFree = 0.3
	m := measured(in)
	require.InDelta(t, sd*math.Sqrt(12), m["volatility"], 1e-14)
	require.InDelta(t, 0.9/(sd*math.Sqrt(12)), m["sharpe"], 1e-13)
	require.InDelta(t, 0.1, m["max_drawdown"], 1e-15)
}

func TestDrawdownByHand(t *testing.T) {
	values := []float64{100, 120, 90, 130, 117, 26, 140}
	require.InDelta(t, 0.8, metric.MaxDrawdown(values), 1e-15)
	require.InDeltaSlice(t, []float64{0, 0, 0.25, 0, 0.1, 0.8, 0}, metric.Drawdowns(values), 1e-15)
	require.Zero(t, metric.MaxDrawdown([]float64{1, 1, 2}))
	require.Zero(t, metric.MaxDrawdown([]float64{5}))
}

func TestTrackingByHand(t *testing.T) {
	active := []float64{0.01, -0.01, 0.03, 0.01}
	require.InDelta(t, math.Sqrt(0.0008/3)*math.Sqrt(12), metric.TrackingError(active, 12), 1e-15)
	require.InDelta(t, math.Sqrt(0.0012/4*12), metric.TrackingRMS(active, 12), 1e-15)
	require.InDelta(t, 0.12, metric.TrackingDifference(active, 12), 1e-15)
	in := input(t, 1, 1.1, 1.1)
	in.Reference = []float64{9, 0.08, 0.02} // of the first session there is no return
	m := measured(in)
	require.InDelta(t, metric.TrackingError([]float64{0.02, -0.02}, 12), m["tracking_error"], 1e-15)
	require.InDelta(t, 0, m["tracking_difference"], 1e-15)
}

// A constant shortfall has no deviation, and is seen by the root mean square.
func TestConstantShortfall(t *testing.T) {
	active := make([]float64, 12)
	for i := range active {
		active[i] = -0.001
	}
	require.InDelta(t, 0, metric.TrackingError(active, 12), 1e-12)
	require.InDelta(t, 0.0034641016151377543, metric.TrackingRMS(active, 12), 1e-12)
	require.InDelta(t, -0.012, metric.TrackingDifference(active, 12), 1e-12)
}

// One rebalance by every convention.
func TestTurnoverConventions(t *testing.T) {
	to := metric.TurnoverOf([]float64{0.45, 0.155, 0.225, 0.17}, []float64{0.44, 0.164, 0.22, 0.176})
	require.InDelta(t, 0.03, to.TwoWay(), 1e-12)
	require.InDelta(t, 0.015, to.OneWay(), 1e-12)
	require.InDelta(t, 0.015, to.Buys, 1e-12)
	require.InDelta(t, 0.015, to.Sells, 1e-12)
	require.InDelta(t, 0.015, to.Lesser(), 1e-12)
	deposit := metric.TurnoverOf([]float64{0.5, 0.3}, []float64{0.5, 0.5})
	require.InDelta(t, 0.1, deposit.OneWay(), 1e-15)
	require.Zero(t, deposit.Lesser())
}

// A cost of 1 % on two-way turnover, taken from the capital before the period.
func TestProportionalDrag(t *testing.T) {
	drifted := []float64{0.5 * 1.1 / 1.1, 0.5 * 1.1 / 1.1}
	to := metric.TurnoverOf(drifted, []float64{0.6, 0.4})
	require.InDelta(t, 0.2, to.TwoWay(), 1e-12)
	drag := metric.ProportionalDrag(to.TwoWay(), 0.01)
	require.InDelta(t, 0.002, drag, 1e-12)
	second := (1-drag)*(1+0.2) - 1
	require.InDelta(t, 0.1976, second, 1e-12)
	require.InDelta(t, 0.0024, 0.2-second, 1e-12)
	require.InDelta(t, 1.31736, 1.1*(1+second), 1e-12)
}

func TestTallies(t *testing.T) {
	in := input(t, 100, 300, 200) // mean 200, four years
	in.Record.Tally = sim.Tally{Looks: 9, Triggers: 8, Unfunded: 3, Rebalances: 5, Trades: 17, Turnover: 0.8, Cost: 5_000_000, CostInitial: 1_000_000}
	m := measured(in)
	for key, want := range map[string]float64{
		"looks": 9, "triggers": 8, "unfunded_triggers": 3, "rebalances": 5, "trades": 17,
		"turnover_total": 0.8, "turnover_per_year": 0.2, "cost_total": 5, "cost_initial": 1, "cost_per_year": 4.0 / 200 / 4,
	} {
		require.InDelta(t, want, m[key], 1e-15, key)
	}
}

func TestDriftByHand(t *testing.T) {
	in := input(t, 1, 1, 1, 1)
	require.True(t, math.IsNaN(measured(in)["drift_mean"]), "not kept")
	in.Record.DriftHalf, in.Record.DriftMost = []float64{77, 0.1, 0.2, 0.6}, []float64{77, 0.1, 0.5, 0.4}
	m := measured(in)
	require.InDelta(t, 0.3, m["drift_mean"], 1e-15)
	require.Equal(t, 0.5, m["drift_max"])
	in.Record.First, in.Record.End = 1, 3
	m = measured(in)
	require.Equal(t, 0.2, m["drift_mean"])
	require.Equal(t, 0.5, m["drift_max"])
}

func TestMeanTrade(t *testing.T) {
	in := input(t, 1, 1)
	require.True(t, math.IsNaN(measured(in)["mean_trade"]), "no journal")
	in.Record.Mandate = &sim.Mandate{Terms: &sim.Terms{Costs: []sim.Cost{bill{}}}}
	in.Record.Log = &sim.Log{
		Decisions: []sim.Decision{{Cause: sim.CauseOpening}, {Cause: sim.CauseAbove}},
		Orders:    []sim.Order{{Decision: 0}, {Decision: 1}, {Decision: 1}},
		Entries: []sim.Entry{
			{Order: -1, Kind: sim.EntryCash, Cash: 100e6}, {Order: 0, Kind: sim.EntryBuy, Cash: -90e6},
			{Order: 1, Kind: sim.EntrySell, Cash: 30e6}, {Order: 1, Kind: sim.EntryCost, Cash: -1e6}, {Order: 2, Kind: sim.EntryBuy, Cash: -20e6},
		},
	}
	require.Equal(t, 25.0, measured(in)["mean_trade"])
	in.Record.Log.Entries = in.Record.Log.Entries[:2]
	require.True(t, math.IsNaN(measured(in)["mean_trade"]), "no trade")
}

// What is not defined is NaN, never 0 and never infinite.
func TestUndefined(t *testing.T) {
	nan := func(x float64, what string) { t.Helper(); require.True(t, math.IsNaN(x), "%s is %v", what, x) }
	nan(metric.Mean(nil), "mean of nothing")
	nan(metric.Deviation([]float64{1}), "deviation of one")
	nan(metric.Volatility(nil, 12), "volatility of nothing")
	nan(metric.Sharpe([]float64{0.1}, 0, 12), "Sharpe of one")
	nan(metric.Sharpe([]float64{0, 0, 0}, 0, 12), "Sharpe without risk")
	nan(metric.MaxDrawdown(nil), "drawdown of nothing")
	nan(metric.TrackingError([]float64{0.1}, 12), "tracking error of one")
	nan(metric.TrackingRMS(nil, 12), "RMS of nothing")
	nan(metric.TrackingDifference(nil, 12), "difference of nothing")
	nan(metric.CAGR([]float64{1, 2}, 0), "growth in no time")
	nan(metric.CAGR([]float64{1}, 1), "growth of one value")
	nan(metric.CAGR([]float64{0, 2}, 1), "growth from nothing")
	nan(metric.CAGR([]float64{1, -1}, 1), "growth to less than nothing")
	require.Equal(t, -1.0, metric.CAGR([]float64{1, 0}, 3), "growth to nothing")
	require.Nil(t, metric.Returns([]float64{1}))

	one := measured(input(t, 100)) // a run of one session
	for _, key := range []string{"cagr", "volatility", "sharpe", "turnover_per_year", "cost_per_year", "tracking_error", "tracking_rms", "tracking_difference", "drift_mean", "drift_max", "mean_trade"} {
		nan(one[key], key)
	}
	require.Equal(t, 100.0, one["final_nav"])
	require.Zero(t, one["max_drawdown"])
	in := input(t, 100)
	in.Record.DriftHalf, in.Record.DriftMost, in.Reference = []float64{5}, []float64{5}, []float64{0}
	for _, key := range []string{"drift_mean", "drift_max", "tracking_error", "tracking_rms"} {
		nan(measured(in)[key], key)
	}
}

// Values that grow evenly have no risk but the rounding of the last bit: a ratio
// over it means nothing.
func TestSharpeOfSteadyGrowth(t *testing.T) {
	for _, r := range []float64{0.001, 0.01, 0.0003, -0.002, 1.0 / 3} {
		for _, n := range []int{2, 3, 10, 1000} {
			steady := make([]float64, n)
			for i := range steady {
				steady[i] = r
			}
			for _, returns := range [][]float64{steady, metric.Returns(levels(steady))} {
				require.True(t, math.IsNaN(metric.Sharpe(returns, 0, 252)), "%d of %v", n, r)
				require.InDelta(t, 0, metric.TrackingError(returns, 252), 1e-12)
			}
		}
	}
}

func drawReturns(t *rapid.T, name string, n int) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(-0.3, 0.3), n, n).Draw(t, name)
}

func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "returns")
		r := drawReturns(t, "r", n)
		navs := levels(r)

		in := input(t, navs...) // against itself
		in.Reference = append([]float64{0}, metric.Returns(navs)...)
		m := measured(in)
		require.Zero(t, m["tracking_error"])
		require.Zero(t, m["tracking_rms"])

		c := rapid.Float64Range(-0.1, 0.1).Draw(t, "constant")
		for i := range in.Reference {
			in.Reference[i] += c
		}
		m = measured(in)
		require.InDelta(t, 0, m["tracking_error"], 1e-13, "a constant has no deviation")
		require.InDelta(t, math.Abs(c)*math.Sqrt(12), m["tracking_rms"], 1e-13)
		require.InDelta(t, -c*12, m["tracking_difference"], 1e-13)

		chained := 1.0
		for _, x := range metric.Returns(navs) {
			chained *= 1 + x
		}
		require.InEpsilon(t, navs[n]/navs[0], chained, 1e-13)
		require.InEpsilon(t, navs[n]/navs[0], math.Pow(1+m["cagr"], 4), 1e-12)

		require.GreaterOrEqual(t, m["max_drawdown"], 0.0)
		require.Less(t, m["max_drawdown"], 1.0)
		most := 0.0
		for _, d := range metric.Drawdowns(navs) {
			require.True(t, d >= 0 && d < 1)
			most = math.Max(most, d)
		}
		require.Equal(t, most, m["max_drawdown"])

		scaled := make([]float64, len(navs)) // a power of two changes no bit of a return
		for i, v := range navs {
			scaled[i] = v * 1024
		}
		for _, key := range []string{"cagr", "volatility", "sharpe", "max_drawdown"} {
			got, want := measured(input(t, scaled...))[key], measured(input(t, navs...))[key]
			if key == "sharpe" && want != want { // but for what is rounding at this size
				require.Less(t, metric.Deviation(metric.Returns(navs)), metric.Least(metric.Mean(navs)))
				continue
			}
			require.Equal(t, math.Float64bits(want), math.Float64bits(got), key)
		}
	})
}

// Turnover of one rebalance of a long-only portfolio is at most 1, and its halves
// are alike when nothing comes or goes.
func TestTurnoverInvariants(t *testing.T) {
	weights := func(t *rapid.T, name string, n int) []float64 {
		w := rapid.SliceOfN(rapid.Float64Range(0.001, 1), n, n).Draw(t, name)
		sum := 0.0
		for _, x := range w {
			sum += x
		}
		for i := range w {
			w[i] /= sum
		}
		return w
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 10).Draw(t, "assets")
		to := metric.TurnoverOf(weights(t, "before", n), weights(t, "after", n))
		require.InDelta(t, to.Buys, to.Sells, 1e-14)
		require.InDelta(t, to.OneWay(), to.Lesser(), 1e-14)
		require.True(t, to.OneWay() >= 0 && to.OneWay() <= 1)
	})
}

func TestPolicyReturns(t *testing.T) {
	p, err := data.NewPanel(data.Adjusted, []data.Date{0, 1, 2}, []string{"A", "B", "C"}, []float64{1, 10, 5, 1.1, 12, 1, 1.1, 6, 9}, nil)
	require.NoError(t, err)
	r := metric.PolicyReturns(p, []float64{0.6, 0.4, 0})
	require.InDeltaSlice(t, []float64{0, 0.06 + 0.08, -0.2}, r, 1e-15)
}

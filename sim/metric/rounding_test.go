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

// ratios are the measures with a deviation below the line.
var ratios = []string{"sharpe", "sortino", "sortino_subset", "omega", "calmar", "martin", "information_ratio", "beta", "correlation", "skewness", "kurtosis"}

// grown is a panel of one asset whose price is that of the levels.
func grown(t require.TestingT, values []float64) *data.Panel {
	dates := make([]data.Date, len(values))
	for i := range dates {
		dates[i] = data.Date(i)
	}
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, values, nil)
	require.NoError(t, err)
	return p
}

// ofAccount measures an account of so much cash, against the policy's targets.
func ofAccount(t require.TestingT, p *data.Panel, cash float64, flows ...sim.Flow) (*metric.Input, map[string]float64) {
	targets := equal(p.Assets())
	rec := replayed(t, p, &sim.Mandate{Policy: sway{7, 5}, Targets: targets, Cash: cash, Terms: &sim.Terms{}, Flows: flows})
	in := &metric.Input{Record: rec, PeriodsPerYear: 252, Reference: metric.PolicyReturns(p, targets)}
	return in, measured(in)
}

// Returns that are all the same have no ratio, whatever the account's size, with and
// without deposits.
func TestSteadyReturnsHaveNoRatio(t *testing.T) {
	for _, r := range []float64{0, 0.001, 0.0003} {
		steady := make([]float64, 119)
		for i := range steady {
			steady[i] = r
		}
		values := levels(steady)
		for i := range values {
			values[i] *= 100
		}
		p := grown(t, values)
		for size := 10.0; size <= 1e11; size *= 10 {
			for _, deposit := range []float64{0, 0.01} {
				var flows []sim.Flow
				for s := 5; deposit > 0 && r == 0 && s < 119; s += 5 { // what waits as cash does not grow
					flows = append(flows, sim.Flow{Session: s, Amount: size * deposit})
				}
				rec := replayed(t, p, &sim.Mandate{Policy: still{}, Targets: []float64{1}, Cash: size, Terms: &sim.Terms{}, Flows: flows})
				m := measured(&metric.Input{Record: rec, PeriodsPerYear: 252, Reference: metric.PolicyReturns(p, []float64{1})})
				for _, key := range ratios {
					require.True(t, math.IsNaN(m[key]), "%s is %v of %v growing by %v", key, m[key], size, r)
				}
				require.Zero(t, m["underwater_days"])
			}
		}
	}
}

// still never trades.
type still struct{}

func (still) Decide(*sim.View, []float64) sim.Verdict { return sim.Verdict{} }

// An account ten or a million times as large has the ratios of the small one, but where
// the small one's deviation is rounding.
func TestRatiosDoNotGoByTheSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := wander(t, rapid.Uint64Range(0, 1000).Draw(t, "seed"), 2, 60)
		_, want := ofAccount(t, p, 1e6)
		for size := 1e3; size <= 1e11; size *= 10 {
			_, got := ofAccount(t, p, size)
			for _, key := range ratios {
				require.Equal(t, math.IsNaN(want[key]), math.IsNaN(got[key]), "%s of %v", key, size)
				if want[key] == want[key] {
					require.InDelta(t, want[key], got[key], 1e-3*(1+math.Abs(want[key])), "%s of %v", key, size)
				}
			}
		}
	})
}

// A peak is reached again by what rounding lacks of it; a cent is no rounding.
func TestPeakReachedButForRounding(t *testing.T) {
	in := input(t, 471, 331.1, 301, 391.3, 470.999999, 470.999999, 470.999998)
	m := measured(in)
	at := func(i int) float64 { return float64(in.Record.Panel.Date(i)) }
	require.Equal(t, at(4)-at(2), m["recovery_days"])
	require.Equal(t, at(4)-at(0), m["underwater_days"])
	m = measured(input(t, 471, 331.1, 301, 391.3, 470.99, 470.99, 470.98))
	require.True(t, math.IsNaN(m["recovery_days"]))
	// What lacks a little again and again lowers no peak.
	creeping := []float64{1000}
	for len(creeping) < 2000 {
		creeping = append(creeping, creeping[len(creeping)-1]-3e-6)
	}
	require.Len(t, metric.Falls(creeping, metric.Least(1000)), 1)
}

// accountOf is a record of NAV, flows and costs.
func accountOf(t *testing.T, nav, flow, cost []float64) *metric.Input {
	in := input(t, nav...)
	in.Record.Flow, in.Record.Cost = flow, cost
	return in
}

// Money that comes in pays the costs of its own trades.
func TestNewMoneyPaysItsOwnCosts(t *testing.T) {
	r := func(nav, flow, cost []float64) float64 {
		return metric.RecordReturns(accountOf(t, nav, flow, cost).Record)[1]
	}
	require.InDelta(t, -98.999/10099.1, r([]float64{100.1, 10000.101}, []float64{0, 9999}, []float64{0, 98.999}), 1e-13)
	require.InDelta(t, -0.0007, r([]float64{30, 29979}, []float64{0, 29970}, []float64{0, 21}), 1e-13)
	require.InDelta(t, -0.005, r([]float64{1000, 495}, []float64{0, -500}, []float64{0, 5}), 1e-15)
	require.InDelta(t, 0.1, r([]float64{1000, 1600}, []float64{0, 500}, []float64{0, 0}), 1e-15)
}

// Where nothing was there before, or is there to bear the costs, a session has no
// return, and the index goes on.
func TestSessionsWithoutAReturn(t *testing.T) {
	in := accountOf(t, []float64{1000, 0, 0, 500, 550}, []float64{0, -1100, 0, 500, 0}, make([]float64, 5))
	require.InDeltaSlice(t, []float64{1000, 1100, 1100, 1100, 1210}, metric.Index(in.Record), 1e-9)
	m := measured(in)
	require.InDelta(t, 0.21, m["total_return"], 1e-15)
	require.InDelta(t, 0, m["volatility"], 1e-12, "two returns of 10 %")
	lost := accountOf(t, []float64{1000, 0, 100}, []float64{0, 0, 100}, make([]float64, 3))
	require.Equal(t, []float64{1000, 1000, 1000}, metric.Index(lost.Record))
}

// An account without flows that loses everything has lost 100 %: no measure of it is
// undefined that has a value.
func TestTotalLoss(t *testing.T) {
	dates := days(t, "2020-01-01", "2020-01-20", "2020-02-10", "2020-03-10", "2021-01-01")
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, []float64{1, 1, 1, 1, 1}, nil)
	require.NoError(t, err)
	record := &sim.Record{Panel: p, End: 5, NAV: []float64{1000, 1200, 0, 0, 0}}
	m := measured(&metric.Input{Record: record, PeriodsPerYear: 12, Reference: []float64{0, 0, 0.1, 0, 0.1}, Twin: record, Hold: record})
	years := 366 / 365.25
	for name, want := range map[string]float64{
		"cagr": -1, "total_return": -1, "max_drawdown": 1, "calmar": -1, "value_at_risk": 1 - 0.05*1.2, "cvar": 1,
		"active_premium": -math.Pow(1.1*1.1, 1/years), "cost_drag": 0, "rebalancing_benefit": 0, "ulcer": math.Sqrt(3.0 / 4), "martin": -1 / math.Sqrt(3.0/4),
		"sharpe": -0.4 * 12 / (math.Sqrt(0.72) * math.Sqrt(12)), "sortino": -0.4 * math.Sqrt(12) / math.Sqrt(0.5),
		"tracking_error_monthly": (0.2 + 1.1) / math.Sqrt2 * math.Sqrt(12),
		"information_ratio":      -math.Pow(1.1*1.1, 1/years) / (math.Sqrt(0.845) * math.Sqrt(12)),
	} {
		require.InDelta(t, want, m[name], 1e-12, name)
	}
}

// Measures of returns end with the account's ruin.
func TestMeasuresEndWithRuin(t *testing.T) {
	in := accountOf(t, []float64{1000, 660, 0, 50, 500}, []float64{0, -440, -660, 50, 0}, make([]float64, 5))
	in.Record.Tally = sim.Tally{Ruined: 2, Unpaid: 340_000_000, TaxUnpaid: 1_000_000}
	m := measured(in)
	require.InDelta(t, 0.1, m["total_return"], 1e-15)
	require.Zero(t, m["survived"])
	require.Equal(t, 341.0, m["unpaid"])
	require.Equal(t, 500.0, m["final_nav"])
	require.Equal(t, []metric.Note{{Measure: "", Text: "ruined on " + in.Record.Panel.Date(2).String() + ": measures of returns are those up to that session"}}, metric.Notes(in))
	whole := accountOf(t, []float64{1000, 660, 0}, []float64{0, -440, -660}, make([]float64, 3))
	require.Equal(t, 1.0, measured(whole)["survived"])
}

// An account whose flows several rates solve has no money-weighted return, and says so.
func TestSeveralRatesAreSaid(t *testing.T) {
	dates := days(t, "2021-01-01", "2022-01-01", "2023-01-01", "2024-01-01")
	p, err := data.NewPanel(data.Adjusted, dates, []string{"A"}, []float64{1, 1, 1, 1}, nil)
	require.NoError(t, err)
	in := &metric.Input{PeriodsPerYear: 1, Record: &sim.Record{Panel: p, End: 4, NAV: []float64{1000, 10, 4320, 1716}, Flow: []float64{0, -3600, 4310, 0}}}
	require.True(t, math.IsNaN(measured(in)["xirr"]))
	require.Equal(t, []metric.Note{{Measure: "xirr", Text: "undefined: more than one yearly rate above -100 % solves it"}}, metric.Notes(in))
}

// A request that stays blocked counts once, with the largest amount asked.
func TestBlockedWishesCountOnce(t *testing.T) {
	p := grown(t, []float64{1, 1, 1, 1, 1, 1, 1, 1})
	order := func(decision, session int, asked, done float64) sim.Order {
		state := sim.StateMissed
		if done != 0 {
			state = sim.StateFilled
		}
		return sim.Order{Decision: int32(decision), Session: int32(session), State: state, Units: sim.Units(asked * 1e8), Done: sim.Units(done * 1e8), Price: 1}
	}
	for name, c := range map[string]struct {
		orders []sim.Order
		want   float64
	}{
		"to the end":     {[]sim.Order{order(0, 1, 100, 0), order(1, 2, 120, 0), order(2, 3, 90, 0)}, 0},
		"filled at last": {[]sim.Order{order(0, 1, 100, 0), order(1, 2, 120, 0), order(2, 3, 110, 110)}, 110.0 / 230},
		"two sides":      {[]sim.Order{order(0, 1, 100, 0), order(1, 2, -70, 0), order(2, 3, 30, 30)}, 30.0 / 200},
	} {
		log := &sim.Log{Orders: c.orders}
		for _, o := range c.orders {
			log.Decisions = append(log.Decisions, sim.Decision{Session: o.Session, Cause: sim.CauseCalendar})
		}
		require.InDelta(t, c.want, metric.Efficiency(&sim.Record{Panel: p, End: 8, Log: log}, nil), 1e-15, name)
	}
	log := &sim.Log{Orders: []sim.Order{order(0, 1, 100, 0), order(1, 4, 100, 0), order(2, 5, 50, 50)}}
	for _, o := range log.Orders {
		log.Decisions = append(log.Decisions, sim.Decision{Session: o.Session, Cause: sim.CauseAbove})
	}
	rec := &sim.Record{Panel: p, End: 8, Log: log}
	require.InDelta(t, 50.0/150, metric.Efficiency(rec, nil), 1e-15)
	require.InDelta(t, 50.0/250, metric.Efficiency(rec, p.Calendar(data.Schedule{Every: 1})), 1e-15, "a look between at which nothing fired")
}

package benchmarks

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/data"
	"evenkeel/internal/reference"
	"evenkeel/sim"
	"evenkeel/sim/metric"
	"evenkeel/strategies"
)

// w1 is the common workload: 10 assets, 5,040 sessions, and its targets.
func w1(t testing.TB) (*data.Panel, []float64) {
	p := prices(t, reference.Path(t, "w1", "prices.parquet"))
	file := table(t, reference.Path(t, "w1", "targets.csv"))
	targets := make([]float64, p.Assets())
	for i, symbol := range file["asset"] {
		targets[p.Symbol(symbol)] = number(t, file["target"][i])
	}
	return p, targets
}

// Five independent programs agree on these numbers; booked money and shares are
// integers here, so NAV agrees to 1e-9 of it and every count exactly.
func TestW1Bands(t *testing.T) {
	p, targets := w1(t)
	rec := simulate(t, p, targets, bands(0.2, 0.1, data.EverySession), &sim.Terms{Fill: sim.SameClose, Costs: tenBPS(t, p)}, 1e6)
	want := table(t, reference.Path(t, "w1", "nav_bands.csv"))["nav"]
	require.Len(t, want, p.Sessions())
	for s := range want {
		require.InEpsilonf(t, number(t, want[s]), rec.NAV[s], 1e-9, "session %d", s)
	}
	y := rec.Tally
	require.Equal(t, []int{5039, 398, 119, 279}, []int{y.Looks, y.Triggers, y.Unfunded, y.Rebalances})
	require.InEpsilon(t, 1.4177325057501027, y.Turnover, 1e-9)
	require.InEpsilon(t, 6689.983873054914, (y.Cost - y.CostInitial).Money(), 1e-8)
	require.InEpsilon(t, 999.0009990009992, y.CostInitial.Money(), 1e-8)

	free := simulate(t, p, targets, bands(0.2, 0.1, data.EverySession), &sim.Terms{Fill: sim.SameClose}, 1e6)
	require.InEpsilon(t, 3207113.4429985452, free.NAV[free.End-1], 1e-9)
	require.InEpsilon(t, 1.4182725265503635, free.Tally.Turnover, 1e-9)
	require.Equal(t, 279, free.Tally.Rebalances)
}

func TestW1Monthly(t *testing.T) {
	p, targets := w1(t)
	look := data.Schedule{Period: data.Month}
	rec := simulate(t, p, targets, strategies.NewCalendar(look), &sim.Terms{Fill: sim.SameClose}, 1e6)
	want := table(t, reference.Path(t, "w1", "nav_monthly.csv"))["nav"]
	for s := range want {
		require.InEpsilonf(t, number(t, want[s]), rec.NAV[s], 1e-9, "session %d", s)
	}
	days := table(t, reference.Path(t, "w1", "monthly_days.csv"))["row"]
	c := p.Calendar(look)
	for _, row := range days[1:] { // row 0 is the initial purchase
		require.True(t, c.Has(int(number(t, row))), row)
	}
	require.Equal(t, len(days)-1, rec.Tally.Looks)
}

// Every row of the sample of the 1,000-point sweep, eight lanes at a time.
func TestW1SweepSample(t *testing.T) {
	p, targets := w1(t)
	rows := table(t, reference.Path(t, "w1", "sweep_sample.csv"))
	reference := metric.PolicyReturns(p, targets)
	runner, err := sim.NewRunner(p, sim.MaxLanes, 0)
	require.NoError(t, err)
	costs := tenBPS(t, p)
	for first := 0; first < len(rows["band"]); first += sim.MaxLanes {
		last := min(first+sim.MaxLanes, len(rows["band"]))
		for k := first; k < last; k++ {
			b := bands(number(t, rows["band"][k]), number(t, rows["rail"][k]), data.Schedule{Every: int(number(t, rows["look"][k]))})
			require.NoError(t, b.Bind(p, targets))
			require.NoError(t, runner.Set(k-first, &sim.Mandate{Policy: b, Targets: targets, Terms: &sim.Terms{Fill: sim.SameClose, Costs: costs}, Cash: 1e6}))
		}
		runner.Run()
		for k := first; k < last; k++ {
			rec := runner.Record(k - first)
			in := &metric.Input{Record: &rec, PeriodsPerYear: 252, Reference: reference}
			expect := func(column string) float64 { return number(t, rows[column][k]) }
			require.InEpsilonf(t, expect("nav"), rec.NAV[rec.End-1], 1e-9, "row %d", k)
			require.InEpsilonf(t, expect("turnover"), rec.Tally.Turnover, 1e-8, "row %d", k)
			require.InEpsilonf(t, expect("cost"), (rec.Tally.Cost - rec.Tally.CostInitial).Money(), 1e-7, "row %d", k)
			require.Equalf(t, int(expect("rebalances")), rec.Tally.Rebalances, "row %d", k)
			require.Equalf(t, int(expect("triggers")), rec.Tally.Triggers, "row %d", k)
			values := metric.Compute(in)
			require.InEpsilonf(t, expect("vol"), metric.Find(values, "volatility"), 1e-9, "row %d", k)
			require.InDeltaf(t, expect("mdd"), metric.Find(values, "max_drawdown"), 1e-9, "row %d", k)
			require.False(t, math.IsNaN(metric.Find(values, "tracking_error")))
		}
	}
}

// Real prices, computed elsewhere in 60-digit decimal: fractional shares, the same
// close, no cost, 100,000 at the start.
func TestRealPriceAnchors(t *testing.T) {
	p := prices(t, reference.Beside(t, "data", "monthly_1871", "asset_classes_derived.parquet"))
	p, err := p.Pick([]string{"US_STOCK_TR", "US_10Y_TR"})
	require.NoError(t, err)
	year := strategies.NewCalendar(data.Schedule{Period: data.Year, Last: true})
	rec := simulate(t, p, []float64{0.4, 0.6}, year, &sim.Terms{Fill: sim.SameClose}, 100_000)
	require.Equal(t, []int{1830, 152}, []int{p.Sessions(), rec.Tally.Rebalances})
	require.InEpsilon(t, 9071500068.277838, rec.NAV[rec.End-1], 1e-8)
	require.InDelta(t, 5.38862723, rec.Tally.Turnover, 1e-7)
	require.InDelta(t, 0.166707, metric.Find(metric.Compute(&metric.Input{Record: &rec}), "drift_max"), 1e-6)
}

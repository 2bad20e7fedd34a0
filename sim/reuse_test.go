package sim_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/sim/cost"
	"evenkeel/sim/tax"
	"evenkeel/strategies"
)

// drawMandate is an account of a panel of drawPanel: under any terms, with any events,
// of one policy or another.
func drawMandate(rt *rapid.T, t testing.TB, p *data.Panel) *sim.Mandate {
	targets := []float64{0.5, 0.3, 0.2}
	m := &sim.Mandate{Targets: targets, Cash: rapid.SampledFrom([]float64{20, 1000, 1e6}).Draw(rt, "cash"), Terms: drawTerms(rt, p)}
	some := func(name string) bool { return rapid.IntRange(0, 2).Draw(rt, name) == 0 }
	if some("plain") {
		m.Terms = &sim.Terms{Fill: m.Terms.Fill}
	}
	if some("tax") {
		lots, err := tax.New(tax.Standard)
		require.NoError(t, err)
		m.Tax = lots
		m.Terms.KeepShort = rapid.Bool().Draw(rt, "keep short")
	}
	if some("flows") {
		drawFlows(rt, m, p.Sessions())
	}
	if some("holdings") {
		m.Holdings = []sim.Units{1_000_000_000, 0, 20_000_000_000}
	}
	if some("listings") {
		from := 1
		for _, i := range rapid.SampledFrom([][]int{{2}, {1, 2}, {2, 1}}).Draw(rt, "late") {
			from = rapid.IntRange(from, from+5).Draw(rt, "listed")
			m.Listings = append(m.Listings, sim.Listing{Session: from, Asset: i})
		}
	}
	if some("endings") {
		m.Endings = []sim.Ending{{Session: rapid.IntRange(1, p.Sessions()-1).Draw(rt, "ends"), Asset: rapid.IntRange(0, 2).Draw(rt, "asset"), Price: 5}}
	}
	m.Policy = drawPolicy(rt, t, p, targets)
	return m
}

func drawPolicy(rt *rapid.T, t testing.TB, p *data.Panel, targets []float64) sim.Policy {
	switch rapid.IntRange(0, 4).Draw(rt, "strategy") {
	case 0:
		b := bands(0.05, 0.02, daily)
		b.Funding = strategies.Funding(rapid.IntRange(0, 4).Draw(rt, "funding"))
		b.Pause = rapid.IntRange(0, 1).Draw(rt, "pause")
		if rapid.Bool().Draw(rt, "segments") {
			b.Hysteresis = 0.1
			b.Segments = []strategies.Segment{{NAV: 900, Look: daily}, {NAV: 10, Look: data.Schedule{Every: 2}, Pause: 1}}
		}
		return bound(t, p, targets, b)
	case 1:
		return bound(t, p, targets, bands(0.02, 0.01, daily))
	case 2:
		c := strategies.NewCalendar(data.Schedule{Every: 3})
		c.Funding = strategies.Funding(rapid.IntRange(0, 4).Draw(rt, "funding"))
		return bound(t, p, targets, c)
	case 3:
		return bound(t, p, targets, strategies.NewBuyAndHold())
	default:
		return on(p.Date(5), p.Date(11), p.Date(30))
	}
}

// One runner for one account after the other leaves what new ones would, and so do
// accounts side by side: nothing is left of an earlier run, and no lane sees another.
func TestAnyAccountAfterAnyOther(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPanel(rt, 3, 40)
		const lanes = 2
		keep := sim.KeepDrift | sim.KeepLog
		used, err := sim.NewRunner(p, lanes, keep)
		require.NoError(rt, err)
		for range 3 {
			var want []result
			var errs []error
			for l := range lanes {
				m := drawMandate(rt, t, p)
				alone, err := sim.NewRunner(p, 1, keep)
				require.NoError(rt, err)
				require.NoError(rt, alone.Set(0, m))
				alone.Run()
				want, errs = append(want, taken(alone, 0)), append(errs, alone.Record(0).Err)
				require.NoError(rt, used.Set(l, m))
			}
			used.Run()
			for l := range lanes {
				got := taken(used, l)
				require.Equal(rt, numbers(want[l].NAV), numbers(got.NAV))
				require.Equal(rt, numbers(want[l].Half), numbers(got.Half))
				require.Equal(rt, numbers(want[l].Most), numbers(got.Most))
				want[l].NAV, got.NAV, want[l].Half, got.Half, want[l].Most, got.Most = nil, nil, nil, nil, nil, nil // may be NaN
				require.Equal(rt, want[l], got)
				require.Equal(rt, errs[l], used.Record(l).Err)
			}
		}
	})
}

// What is recorded beside it changes nothing of a run.
func TestNothingDependsOnWhatIsKept(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPanel(rt, 3, 40)
		m := drawMandate(rt, t, p)
		var want sim.Record
		for k, keep := range []sim.Keep{sim.KeepDrift | sim.KeepLog, sim.KeepLog, sim.KeepDrift, 0} {
			r, err := sim.NewRunner(p, 1, keep)
			require.NoError(rt, err)
			require.NoError(rt, r.Set(0, m))
			r.Run()
			got := r.Record(0)
			if k == 0 {
				want = got
				continue
			}
			require.Equal(rt, numbers(want.NAV), numbers(got.NAV))
			require.Equal(rt, want.Flow, got.Flow)
			require.Equal(rt, want.Tally, got.Tally)
			require.Equal(rt, slices.Clone(want.Units), got.Units)
			require.Equal(rt, want.Err, got.Err)
			if got.DriftHalf != nil {
				require.Equal(rt, numbers(want.DriftHalf[1:]), numbers(got.DriftHalf[1:]))
				require.Equal(rt, numbers(want.DriftMost[1:]), numbers(got.DriftMost[1:]))
			}
			if got.Log != nil {
				require.Equal(rt, want.Log, got.Log)
			}
		}
	})
}

// What waited in the batch when a run ended is not in the NAV that the next one's
// policy sees.
func TestNothingWaitsForTheNextRun(t *testing.T) {
	p := market(t, [][]float64{{10, 10}, {10, 10}, {10, 10}}, nil)
	r, err := sim.NewRunner(p, 1, sim.KeepLog)
	require.NoError(t, err)
	sale := &adversarial{want: func(v *sim.View, want []float64) { want[0] = -40 }}
	require.NoError(t, r.Set(0, &sim.Mandate{
		Policy: sale, Targets: []float64{0.5, 0.5}, Cash: 1000,
		Terms: &sim.Terms{Minimum: 60, Costs: costs(t, p, cost.NewFixed(7, cost.Everywhere)), Batch: &sim.Batch{}, MaxTurnover: 0.02},
	}))
	r.Run()
	require.Equal(t, "queued", r.Record(0).Log.Orders[2].State.String())
	seen := 0.0
	plain := &adversarial{want: func(v *sim.View, want []float64) { seen = v.NAV() }}
	require.NoError(t, r.Set(0, &sim.Mandate{Policy: plain, Targets: []float64{0.5, 0.5}, Cash: 1000, Terms: &sim.Terms{}}))
	r.Run()
	require.InDelta(t, 1000, seen, 1e-4)
}

// The NAV that decisions note is one of the books, also when all that is left waits in
// the batch.
func TestNAVWithABatchIsNeverBelowZero(t *testing.T) {
	v := sim.View{Invested: 0.1 + 0.2, AllCash: -0.3 - 1e-16}
	require.GreaterOrEqual(t, v.NAV(), 0.0)
	v.AllCash = -0.4
	require.Zero(t, v.NAV())
}

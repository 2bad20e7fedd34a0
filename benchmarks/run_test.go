package benchmarks

import (
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/workload"
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// BenchmarkRun replays 10 assets x 5,040 sessions through bands of 20 % with
// rails of 10 %, a look every session, 10 basis points, journal off.
func BenchmarkRun(b *testing.B) {
	p, targets := workload.W1()
	for _, keep := range []struct {
		name string
		sim.Keep
	}{{"nothing", 0}, {"drift", sim.KeepDrift}, {"log", sim.KeepLog}} {
		b.Run("keep="+keep.name, func(b *testing.B) {
			policy := bands(0.2, 0.1, data.EverySession)
			require.NoError(b, policy.Bind(p, targets))
			r, err := sim.NewRunner(p, 1, keep.Keep)
			require.NoError(b, err)
			m := &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Fill: sim.SameClose, Costs: tenBPS(b, p)}, Cash: 1e6}
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Set(0, m); err != nil {
					b.Fatal(err)
				}
				r.Run()
			}
		})
	}
}

// A second run on the same runner allocates nothing, whatever it keeps.
func TestRunAllocatesNothing(t *testing.T) {
	p, targets := workload.W1()
	policy := bands(0.2, 0.1, data.EverySession)
	require.NoError(t, policy.Bind(p, targets))
	m := &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Fill: sim.NextClose, Costs: tenBPS(t, p)}, Cash: 1e6}
	for _, keep := range []sim.Keep{0, sim.KeepDrift | sim.KeepLog} {
		r, err := sim.NewRunner(p, 1, keep)
		require.NoError(t, err)
		require.NoError(t, r.Set(0, m))
		r.Run()
		require.Zero(t, testing.AllocsPerRun(5, func() {
			if err := r.Set(0, m); err != nil {
				t.Error(err)
			}
			r.Run()
		}))
	}
}

// Whatever a policy is made of, its second run allocates nothing.
func TestPoliciesAllocateNothing(t *testing.T) {
	p, targets := workload.W1()
	general := func(look data.Schedule, trigger strategies.Trigger) *strategies.Rebalance {
		plug, _ := strategies.Catalog.Find("rebalance")
		made, _ := plug.New()
		r := made.(*strategies.Rebalance)
		r.Look, r.If = look, trigger
		return r
	}
	month := data.Schedule{Period: data.Month, Last: true}
	segmented := bands(0.2, 0.1, data.EverySession)
	segmented.Segments = []strategies.Segment{{NAV: 1e6, Look: data.EverySession}, {Look: month, Pause: 6}}
	mini := general(month, &strategies.Drift{Limit: 0.05})
	mini.Mini = &strategies.Mini{Look: data.EverySession, Deviation: 0.1, Major: 0.05, Largest: 3}
	group := general(data.EverySession, &strategies.Group{Of: []strategies.Trigger{
		&strategies.Drift{Limit: 0.05}, &strategies.IdleCash{Limit: 0.01},
		&strategies.Group{All: true, Of: []strategies.Trigger{&strategies.Money{Amount: 1e4, PerNAV: 1e6}, &strategies.Band{All: strategies.Both(strategies.Relative(0.1))}}},
	}})
	sharing := bands(0.2, 0.1, data.EverySession)
	sharing.Aim.Share, sharing.Aim.Scope, sharing.Aim.Largest, sharing.Aim.Fallback = strategies.ShareLowest, strategies.ScopeLargest, 4, true
	var flows []sim.Flow
	for s := 20; s < p.Sessions(); s += 20 {
		flows = append(flows, sim.Flow{Session: s, Amount: float64(1000 * (s%3 - 1))})
	}
	for name, policy := range map[string]strategies.Strategy{
		"segmented": segmented, "mini": mini, "group": group, "sharing": sharing,
		"hold": strategies.NewBuyAndHold(), "calendar": strategies.NewCalendar(month),
	} {
		require.NoError(t, policy.Bind(p, targets))
		m := &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Costs: tenBPS(t, p)}, Cash: 1e6, Flows: flows}
		r, err := sim.NewRunner(p, 1, 0)
		require.NoError(t, err)
		run := func() {
			if err := r.Set(0, m); err != nil {
				t.Error(err)
			}
			r.Run()
		}
		run()
		require.Zero(t, testing.AllocsPerRun(20, run), name)
	}
}

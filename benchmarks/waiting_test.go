package benchmarks

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/benchmarks/workload"
	"evenkeel/data"
	"evenkeel/sim"
	"evenkeel/strategies"
)

// holed is W1 with holes, restrictions, deposits and withdrawals that meet them, new
// targets and an end.
func holed(tb testing.TB) (*data.Panel, *sim.Mandate) {
	p, targets := workload.W1()
	table := p.Table()
	table.Kind, table.Stale = data.Adjusted, make([]bool, len(table.Close))
	n := p.Assets()
	m := &sim.Mandate{Targets: targets, Cash: 1e6}
	terms := &sim.Terms{Costs: tenBPS(tb, p)}
	last := p.Sessions() - 50
	for s := 10; s < last; s += 30 {
		i := s / 30 % n
		for k := range 4 {
			at := (s+k)*n + i
			table.Stale[at], table.Close[at] = true, table.Close[at-n]
		}
		terms.Rules = append(terms.Rules,
			sim.Restriction{Asset: (i + 1) % n, Rule: sim.NoBuy, From: s, Until: s + 12},
			sim.Restriction{Asset: (i + 2) % n, Rule: sim.Hold, From: s + 3, Until: s + 9})
		m.Flows = append(m.Flows, sim.Flow{Session: s + 1, Amount: 5000}, sim.Flow{Session: s + 5, Amount: -8000})
		if s%90 == 10 {
			next := slices.Clone(targets)
			slices.Reverse(next)
			if s%180 == 10 {
				next = targets
			}
			m.Changes = append(m.Changes, sim.Change{Session: s + 2, Targets: next})
		}
	}
	p, err := data.Make(table)
	require.NoError(tb, err)
	m.Terms = terms
	m.Endings = []sim.Ending{{Session: last, Asset: n - 1, Price: 50}}
	gone := slices.Clone(targets)
	gone[0], gone[n-1] = gone[0]+gone[n-1], 0
	m.Changes = append(m.Changes, sim.Change{Session: last, Targets: gone})
	return p, m
}

// Accounts whose money waits allocate nothing in their second run, whatever the policy.
func TestWaitingAllocatesNothing(t *testing.T) {
	p, m := holed(t)
	fallback := bands(0.2, 0.1, data.EverySession)
	fallback.Aim.Fallback, fallback.Aim.Share = true, strategies.ShareLowest
	spread := strategies.NewCalendar(data.Schedule{Period: data.Month, Last: true})
	spread.Aim.Spread, spread.Deposits = true, strategies.DepositsTargets
	for name, policy := range map[string]strategies.Strategy{
		"bands": bands(0.2, 0.1, data.EverySession), "fallback": fallback, "spread": spread,
		"calendar": strategies.NewCalendar(data.Schedule{Period: data.Month, Last: true}), "hold": strategies.NewBuyAndHold(),
	} {
		require.NoError(t, policy.Bind(p, m.Targets))
		account := *m
		account.Policy = policy
		for _, keep := range []sim.Keep{0, sim.KeepDrift | sim.KeepLog} {
			r, err := sim.NewRunner(p, 1, keep)
			require.NoError(t, err)
			run := func() {
				if err := r.Set(0, &account); err != nil {
					t.Error(err)
				}
				r.Run()
			}
			run()
			rec := r.Record(0)
			require.NoError(t, rec.Err)
			if keep != 0 {
				require.Greater(t, len(rec.Log.Waits), 20, name)
			}
			require.Zero(t, testing.AllocsPerRun(2, run), name)
		}
	}
}

// The common shape runs in the lanes: only accounts that did have moments.
func TestTheCommonShapeRunsInLanes(t *testing.T) {
	p, targets := workload.W1()
	r, err := sim.NewRunner(p, sim.MaxLanes, 0)
	require.NoError(t, err)
	for l := range sim.MaxLanes {
		policy := bands(0.1+0.01*float64(l), 0.05, data.EverySession)
		require.NoError(t, policy.Bind(p, targets))
		require.NoError(t, r.Set(l, &sim.Mandate{Policy: policy, Targets: targets, Terms: &sim.Terms{Costs: tenBPS(t, p)}, Cash: 1e6}))
	}
	r.Run()
	for l := range sim.MaxLanes {
		_, ok := r.RunStats(l, nil)
		require.True(t, ok, "lane %d", l)
	}
}
